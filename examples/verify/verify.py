#!/usr/bin/env python3
"""Checks levels 1 and 2 of a Warrant bundle (a folder or a .zip) with Python's own library only.

It shares no code with the program that made the bundle. Prints both levels and the first event
that fails. Exit 0: it holds, 6: it does not, 2: it cannot be looked at."""
import argparse
import re
import sys
import zipfile
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

from formats import (canonical, growth, inclusion, need, open_head, parse, parse_vkey, root_of, sha,
                     tiles, tree_of)

ENTRY = re.compile(rb'"type":"([a-z0-9._-]{1,64})","v":1\}\Z')
BLOB = re.compile(r'\{"sha256":"([0-9a-f]{64})","size":([0-9]{1,18})\}')
SEALED = re.compile(r'":(\{"commit":"[0-9a-f]{64}"\})')  # a member whose value stands apart
NAME = re.compile(r"(?!\.)[a-zA-Z0-9._-]{1,64}")
PATH = re.compile(r"((?!\.\.?(/|\Z))[^/\\:\0-\x1f\x7f]+(/(?!\Z)|\Z))+")
PAGES = {"plan.json", "report.html", "prov.json", "ro-crate-metadata.json"}

# ---- what there is
def read_files(path):
    if path.is_dir():
        files = [file for file in path.rglob("*") if file.is_file()]
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}
    with zipfile.ZipFile(path) as archive:
        infos, end = archive.infolist(), path.read_bytes()[-22 - len(archive.comment):]
        need(end[:4] == b"PK\5\6" and int.from_bytes(end[16:20], "little") == archive.start_dir,
             "zip: something stands before or after the archive")
        need(all(PATH.fullmatch(info.orig_filename.removesuffix("/")) and
                 info.compress_type in (0, 8) for info in infos) and
             sum(info.file_size for info in infos) < 2**31, "zip: an odd entry, or too much")
        names = [info.orig_filename for info in infos if not info.is_dir()]
        need(len(set(names)) == len(names), "zip: a name stands twice")
        return {name: archive.read(name) for name in names}

def lines_of(text):
    return text.removesuffix(b"\n").split(b"\n") if text else []

def is_count(value):
    return type(value) is int and 0 <= value

def load(b, files, key):
    b.files, b.manifest, b.note = files, parse(files["manifest.json"]), files["checkpoint"]
    b.run, size, b.heads = (b.manifest[name] for name in ("run", "events", "heads"))
    need(NAME.fullmatch(b.run) and len(b.run) < 40 and is_count(size) and size <= 2**20 and
         all(map(is_count, b.heads)) and b.heads == sorted({*b.heads} - {0}), "manifest: no run")
    b.stated, own = b"", parse_vkey(b.manifest["key"])
    b.key = key or own
    for path, piece in tiles(0, range(size)):
        width = 32 * len(piece)
        b.stated += files[path] if len(files.get(path, b"")) == width else bytes(width)
    b.lines = lines_of(files["events.jsonl"])
    types = [(ENTRY.search(line) or [b"", b""])[1] for line in b.lines]
    b.entries = [b'{"digest":"%s","seq":%d,"type":"%s"}' % (sha(line).hex().encode(), i, types[i])
                 for i, line in enumerate(b.lines)]
    b.leaves = [sha(b"\0" + entry) for entry in b.entries]
    b.sealed = [parse(line) for line in lines_of(files.get("sealed.jsonl", b""))]
    places = [(s["seq"], s["pointer"].encode()) for s in b.sealed]
    need(places == sorted(set(places)) and all(
        is_count(s["seq"]) and re.fullmatch("[0-9a-f]{64}", s["salt"]) and "value" in s and
        len(s) == 4 and len(s["pointer"].encode()) <= 4096 for s in b.sealed), "sealed.jsonl")

# ---- level 1: what is there is what was signed. b.at is the event that is looked at
def read_event(b, i):
    need(b.stated[32 * i:32 * i + 32] == b.leaves[i], "it does not match its leaf hash")
    e = parse(b.lines[i])
    need(list(e) == ["body", "meta", "prev", "run", "seq", "type", "v"] and e["run"] == b.run and
         canonical(e["seq"]) == str(i) and ENTRY.search(b.lines[i]) and len(b.lines[i]) <= 2**22 and
         type(e["body"]) is type(e["meta"]) is dict, f"it is not event {i} of this run")
    return e

def check_events(b):
    b.events, fault = [], None if b.lines else "the run has no events"
    try:
        for i in range(len(b.lines)):
            b.events.append(read_event(b, i))
    except Exception as error:
        fault = error
    links = [e["prev"] == (b.leaves[i - 1].hex() if i else None) for i, e in enumerate(b.events)]
    if False in links:
        i = links.index(False)  # both links of an event that was replaced break
        b.at = i if i == 0 or links[i + 1:i + 2] == [False] else i - 1
        need(False, "the chain of hashes breaks")
    b.at = len(b.events)
    need(not fault, str(fault))

def member(value, token):
    """One step of a JSON pointer (RFC 6901)."""
    items = value if isinstance(value, dict) else {str(i): item for i, item in enumerate(value)}
    return items[token]

def open_sealed(b):
    b.bodies, b.opened = [canonical(e["body"]) for e in b.events], [parse(line) for line in b.lines]
    b.at, names = None, b.events[0]["body"].get("sealed")
    b.is_sealed = isinstance(names, (dict, list)) and len(names) > 0
    need(not b.sealed or b.is_sealed and b.sealed[-1]["seq"] < len(b.lines), "sealed: no event")
    for entry in b.sealed:
        b.at, pointer = entry["seq"], entry["pointer"]
        root, *path, last = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")]
        need(root == "" and not re.search("~(?![01])", pointer), "no JSON pointer")
        stated, at = b.events[b.at]["body"], b.opened[b.at]["body"]
        for token in path:
            stated, at = member(stated, token), member(at, token)
        salted = bytes.fromhex(entry["salt"]) + canonical(entry["value"]).encode()
        need(stated[last] == {"commit": sha(salted).hex()}, "not the sealed value committed to")
        at[last] = entry["value"]

def check_head(b, note, is_last):
    b.at, n = None, len(b.leaves)
    size, root = open_head(note, b.run, b.key)
    b.at = min(size, n)
    need(size == n or (size < n and not is_last), f"{n} events, but a signed head over {size}")
    b.at = size - 1
    need(root == root_of(b.leaves[:size]), "fork: what was signed is not these events")

def check_heads(b, against):
    check_head(b, b.note, is_last=True)
    for b.at, e in enumerate(b.events):
        n = b.at + 1
        due = e["type"] == "plan.frozen" or (n % 4096 == 0 and e["type"] != "run.end")
        need(due == (n in b.heads), f"the head over {n} events is missing, or not asked for")
        head = open_head(b.files[f"heads/{n}.checkpoint"], b.run, b.key) if due else None
        need(not due or head == (n, root_of(b.leaves[:n])), f"the head over {n} events differs")
    if against is not None:
        check_head(b, against, is_last=False)

def take_blobs(b):
    for at, text in [*enumerate(b.bodies), *((s["seq"], canonical(s["value"])) for s in b.sealed)]:
        for name, size in BLOB.findall(text):
            b.at, path = at, f"blobs/{name[:2]}/{name}"
            b.made[path] = b.files[path]
            need(sha(b.made[path]).hex() == name and len(b.made[path]) == int(size), "another blob")

def make_log(b):
    """c2sp.org/tlog-tiles, tlog-proof and, for growth, tlog-witness."""
    def proof(head, path):
        return head + b"".join(b64encode(h) + b"\n" for h in path) + b"\n" + b.note
    tree = tree_of(b.leaves)
    for path, piece in tiles("entries", b.entries):
        b.made[path] = b"".join(len(entry).to_bytes(2, "big") + entry for entry in piece)
    for level, hashes in enumerate(tree[::8]):
        whole = hashes[:len(b.leaves) >> 8 * level]
        b.made.update((path, b"".join(piece)) for path, piece in tiles(level, whole))
    for n in b.heads:
        b.made[f"heads/{n}.checkpoint"] = b.files[f"heads/{n}.checkpoint"]
        b.made[f"heads/{n}.growth"] = proof(b"old %d\n" % n, growth(tree, n))
    claims = [i for i, e in enumerate(b.events) if e["type"] == "claim"]
    b.made["claims.jsonl"] = b"".join(b.bodies[i].encode() + b"\n" for i in claims)
    for i in claims:
        name = b.events[i]["body"].get("id")
        path = f"proofs/{name}.tlog-proof"
        is_plain = isinstance(name, str) and NAME.fullmatch(name) and not name.startswith("event-")
        if not is_plain or path in b.made:
            path = f"proofs/event-{i}.tlog-proof"
        head = b"c2sp.org/tlog-proof@v1\nextra %s\nindex %d\n" % (b64encode(b.lines[i]), i)
        b.made[path] = proof(head, inclusion(tree, i))

def make_manifest(b, key, pages, others):
    files = [{"path": path, "sha256": sha(b.made[path]).hex(),
              **({"derived": True} if path in pages else {})} for path in sorted(b.made)]
    parts = [{name: e[name] for name in ("body", "seq", "type", "v")} for e in b.opened]
    content = sha(b"".join(sha(canonical(part).encode()) for part in parts)).hex()
    is_whole = not b.is_sealed or len(SEALED.findall("".join(b.bodies))) == len(b.sealed)
    return {"schema": "warrant/bundle/2", "run": b.run, "events": len(b.lines), "key": key,
            "root": root_of(b.leaves).hex(), "content": content if is_whole else None,
            "files": files, "heads": b.heads, **others}

def check_files(b):
    """All files are made again, but for VERIFY.md and the pages that other programs derived."""
    b.at, key = None, b.manifest["key"]
    b.made.update({"checkpoint": b.note, "VERIFY.md": b.files["VERIFY.md"]})
    b.made["events.jsonl"] = b"".join(line + b"\n" for line in b.lines)
    if b.sealed:
        b.made["sealed.jsonl"] = b"".join(canonical(s).encode() + b"\n" for s in b.sealed)
    policy = BLOB.fullmatch(text_of(b.events[0], "body.policy.document")[1:-1])
    if policy:
        b.made["policy/policy.json"] = b.made[f"blobs/{policy[1][:2]}/{policy[1]}"]
    make_log(b)
    others = {"derived_by": b.manifest["derived_by"]} if "derived_by" in b.manifest else {}
    pages = {e["path"] for e in b.manifest["files"] if e.get("derived")}
    need(all(map(NAME.fullmatch, pages)) and not pages & {*b.made} and len(pages) <= 64 and all(
        len(by.encode()) <= 80 for by in others.values()) and (others or not pages), "pages")
    b.made.update((path, b.files[path]) for path in pages)
    for path in sorted({*b.made, *(PAGES & {*b.files})}):
        need(b.files.get(path) == b.made.get(path), f"{path} is not what the events say")
    need(canonical(b.manifest) == canonical(make_manifest(b, key, pages, others)) and
         key.startswith("warrant-ledger+") and parse_vkey(key) == b.key, "another manifest.json")
    return ", ".join(["VERIFY.md", *sorted(pages)])

# ---- level 2: nothing happened before it was allowed, and nothing is unanswered
RULES = {  # the phase of the decision, and what it says where the event says the same
    "tool.call": ("tool_call", {"request.args": "args"}),
    "http.request": (None, {"request.http.n": "n", "request.http.url": "url"}),
    "llm.request": ("llm_request", {"request.score.n": "n", "request.score.questions": "count"})}
HELD = ["request." + name for name in ("phase", "tool", "args", "dest", "http", "text", "score")]

def text_of(value, path):
    """Canonical [what stands there], or [] where nothing does."""
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return "[]"
        value = value[name]
    return canonical([value])

def agree(a, b):
    """A sealed value may have been taken away: it is not compared."""
    return a == b or any(SEALED.fullmatch('":' + text[1:-1]) for text in (a, b))

def is_granted(held, grant, x):
    rules = text_of(x, "request.approvals")
    pairs = [(text_of(held, path), text_of(x, path)) for path in HELD]
    return (held["decision"] == "hold" and text_of(held, "step") == text_of(x, "step") and
            text_of(held, "determining") == rules == text_of(grant, "rules") and
            all(agree(a, c) and (a == "[]") == (c == "[]") for a, c in pairs))

def use(b, name, kind, x):
    """An earlier decision allowed what the event says; it allows nothing else."""
    made, b.decisions[name] = b.decisions[name], {}
    phase, pairs = RULES[kind]
    pairs = {"step": "step", "request.tool": "tool", **pairs}
    pairs = [(text_of(made, there), text_of(x, here)) for there, here in pairs.items()]
    is_call = kind == "tool.call"
    need(made["decision"] == "allow" and phase in (None, made.get("phase")) and
         (text_of(made, "request.dest") == "[]") == is_call and
         all(a == c or is_call and (a == "[]" or agree(a, c)) for a, c in pairs), "not allowed")

def check_call(b, calls, kind, x):
    step, sort = text_of(x, "step"), kind.split(".")[0]
    call = calls.get(step, {})
    if kind == "tool.call":
        need(not call and len(calls) < 1024 and isinstance(x["tool"], str) and
             (type(x["step"]) is str or type(x["step"]) is int and abs(x["step"]) < 2**53),
             "a tool.call without a tool, or without a step of its own")
        use(b, x["decision"], kind, x)
        calls[step] = {"seq": b.at, "tool": x["tool"]}
    elif kind == "tool.result":
        need(call["tool"] == x["tool"] and len(call) == 2 and ("result" in x) != ("blob" in x),
             "a tool.result that no call waits for")
        del calls[step]
    elif kind in ("http.request", "llm.request"):
        names = x["decisions"] if sort == "llm" else [x["decision"]]
        need(call["tool"] == x["tool"] and sort not in call and isinstance(names, list) and names,
             f"an {kind} outside a call of its tool")
        for name in names:
            use(b, name, kind, x)
        call[sort] = text_of(x, "n")
    elif kind in ("http.response", "llm.response"):
        need(call.pop(sort) == text_of(x, "n"), f"an {kind} that no request waits for")

def check_completeness(b):
    b.decisions, calls, grant = {}, {}, {}
    for b.at, e in enumerate(b.opened):
        kind, x = e["type"], e["body"]
        need((kind == "run.start") == (b.at == 0) and
             (kind == "run.end") == (b.at + 1 == len(b.opened)), f"{kind} is not in its place")
        if kind == "policy.decision":
            if text_of(x, "request.approvals") not in ("[]", "[[]]"):
                need(is_granted(b.decisions[grant["decision"]], grant, x), "nobody granted it")
                grant = {}
            need(x["id"] and isinstance(x["id"], str) and x["id"] not in b.decisions, "no own id")
            b.decisions[x["id"]] = x
        grant = x if kind == "approval.grant" else grant
        check_call(b, calls, kind, x)
    b.at = min([call["seq"] for call in calls.values()], default=None)
    need(not calls, "a tool.call without a tool.result")
    return "all calls were allowed before, and are answered once"

def verify(path, key=None, against=None):
    """[(level, name, ok, seq, detail)], as far as it holds."""
    b, rows = SimpleNamespace(at=None, made={}), []
    try:
        load(b, read_files(Path(path)), key)
        check_events(b)
        open_sealed(b)
        check_heads(b, against)
        take_blobs(b)
        detail = f"{len(b.lines)} events; the key was {'given' if key else 'the one in the bundle'}"
        detail += f"; NOT CHECKED: what {check_files(b)} say"
        rows.append((1, "integrity", True, None, detail))
        rows.append((2, "completeness", True, None, check_completeness(b)))
    except Exception as error:  # whatever goes wrong, the bundle does not hold
        level, name = (2, "completeness") if rows else (1, "integrity")
        detail = str(error) if isinstance(error, ValueError) else f"missing or odd: {error!r}"
        rows.append((level, name, False, b.at, detail))
    return rows

def key_of(text):
    return parse_vkey((Path(text).read_text() if Path(text).exists() else text).strip())

def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("bundle", type=Path)
    options.add_argument("--key", type=key_of, help="the verifier key you know, or a file with it")
    options.add_argument("--against", type=argparse.FileType("rb"), help="another signed head")
    given = options.parse_args()
    if not given.bundle.exists():
        options.error(f"{given.bundle}: no such bundle")
    rows = verify(given.bundle, given.key, given.against and given.against.read())
    for level, name, good, seq, detail in rows:
        where = "" if seq is None else f"event {seq}: "
        print(f"level {level}  {name:14s} {'pass' if good else 'FAIL'}  {where}{detail}")
    return 0 if all(row[2] for row in rows) else 6

if __name__ == "__main__":
    sys.exit(main())
