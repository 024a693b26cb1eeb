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
SEALED = re.compile(r'":\{"commit":"[0-9a-f]{64}"\}')  # a member that stands in sealed.jsonl
NAME = re.compile(r"(?!\.)[a-zA-Z0-9._-]{1,64}")
PAGES = {"plan.json", "report.html", "prov.json", "ro-crate-metadata.json"}

def read_files(path):
    if path.is_dir():
        files = [file for file in path.rglob("*") if file.is_file()]
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts = info.orig_filename.removesuffix("/").split("/")
            need(not {"", ".", ".."} & set(parts) and info.compress_type in (0, 8) and
                 not re.search(r"[\\:\0-\x1f\x7f]", info.orig_filename), "zip: no plain entry")
        infos = [info for info in archive.infolist() if info.orig_filename[-1] != "/"]
        end = path.read_bytes()[-22 - len(archive.comment):]
        need(end[:4] == b"PK\5\6" and int.from_bytes(end[16:20], "little") == archive.start_dir,
             "zip: something stands before or after the archive")
        need(len({info.orig_filename for info in infos}) == len(infos), "zip: a name stands twice")
        return {info.orig_filename: archive.read(info) for info in infos}

def lines_of(text):
    return text.removesuffix(b"\n").split(b"\n") if text else []

def load(b, files, key):
    b.files, b.manifest, b.note = files, parse(files["manifest.json"]), files["checkpoint"]
    b.run, size, b.heads = b.manifest["run"], b.manifest["events"], b.manifest["heads"]
    need(NAME.fullmatch(b.run) and len(b.run) < 40 and type(size) is int and 0 <= size <= 2**20 and
         all(type(n) is int and n > 0 for n in b.heads) and b.heads == sorted(set(b.heads)),
         "manifest.json is not that of a run")
    own, b.stated = parse_vkey(b.manifest["key"]), b""
    b.key = key or own
    for path, piece in tiles(0, range(size)):
        is_whole = len(files.get(path, b"")) == 32 * len(piece)
        b.stated += files[path] if is_whole else bytes(32 * len(piece))
    b.lines = lines_of(files["events.jsonl"])
    types = [(ENTRY.search(line) or [b"", b""])[1] for line in b.lines]
    b.entries = [b'{"digest":"%s","seq":%d,"type":"%s"}' % (sha(line).hex().encode(), i, types[i])
                 for i, line in enumerate(b.lines)]
    b.leaves = [sha(b"\0" + entry) for entry in b.entries]
    b.sealed = [parse(line) for line in lines_of(files.get("sealed.jsonl", b""))]
    places = [(entry["seq"], entry["pointer"].encode()) for entry in b.sealed]
    need(places == sorted(set(places)), "sealed.jsonl is not in order")
    need(all(type(s["seq"]) is int and s["seq"] >= 0 and re.fullmatch("[0-9a-f]{64}", s["salt"]) and
             len(s) == 4 and "value" in s for s in b.sealed), "sealed.jsonl has other members")

# ---- level 1: what is there is what was signed; b.at is the event that is looked at
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

def open_sealed(b):
    b.opened, names = [parse(line) for line in b.lines], b.events[0]["body"].get("sealed")
    b.at, b.is_sealed = None, isinstance(names, (dict, list)) and len(names) > 0
    need(not b.sealed or b.is_sealed and b.sealed[-1]["seq"] < len(b.lines), "sealed: no event")
    for entry in b.sealed:
        b.at = entry["seq"]
        *path, last = [t.replace("~1", "/").replace("~0", "~") for t in entry["pointer"].split("/")]
        at = {"": b.opened[b.at]["body"]}
        for token in path:  # RFC 6901
            at = {str(i): item for i, item in enumerate(at)} if isinstance(at, list) else at
            at = at[token]
        salted = bytes.fromhex(entry["salt"]) + canonical(entry["value"]).encode()
        need(at[last] == {"commit": sha(salted).hex()}, "not the sealed value committed to")
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
    values = [(entry["seq"], canonical(entry["value"])) for entry in b.sealed]
    for b.at, text in [*enumerate(b.bodies), *values]:
        for name, size in BLOB.findall(text):
            blob = b.made[f"blobs/{name[:2]}/{name}"] = b.files[f"blobs/{name[:2]}/{name}"]
            need(sha(blob).hex() == name and len(blob) == int(size), f"blob {name} was altered")
    b.at = None

def make_log(b):
    """c2sp.org/tlog-tiles, tlog-proof and, for growth, tlog-witness."""
    def proof(head, path):
        return head + b"".join(b64encode(h) + b"\n" for h in path) + b"\n" + b.note
    tree = tree_of(b.leaves)
    for path, piece in tiles("entries", b.entries):
        b.made[path] = b"".join(len(entry).to_bytes(2, "big") + entry for entry in piece)
    for level, hashes in enumerate(tree[::8]):
        for path, piece in tiles(level, hashes[:len(b.leaves) >> 8 * level]):
            b.made[path] = b"".join(piece)
    for n in b.heads:
        b.made[f"heads/{n}.checkpoint"] = b.files[f"heads/{n}.checkpoint"]
        b.made[f"heads/{n}.growth"] = proof(b"old %d\n" % n, growth(tree, n))
    b.made["claims.jsonl"] = b""
    for i, e in enumerate(b.events):
        if e["type"] == "claim":
            b.made["claims.jsonl"] += b.bodies[i].encode() + b"\n"
            name = e["body"].get("id")
            path = f"proofs/{name}.tlog-proof"
            if not NAME.fullmatch(str(name)) or str(name)[:6] == "event-" or path in b.made:
                path = f"proofs/event-{i}.tlog-proof"
            head = b"c2sp.org/tlog-proof@v1\nextra %s\nindex %d\n" % (b64encode(b.lines[i]), i)
            b.made[path] = proof(head, inclusion(tree, i))

def make_manifest(b, key, pages, derived_by):
    files = [{"path": path, "sha256": sha(b.made[path]).hex(),
              **({"derived": True} if path in pages else {})} for path in sorted(b.made)]
    contents = [sha(canonical({k: e[k] for k in ("body", "seq", "type", "v")}).encode())
                for e in b.opened]
    is_whole = not b.is_sealed or len(SEALED.findall("".join(b.bodies))) == len(b.sealed)
    return {"schema": "warrant/bundle/2", "run": b.run, "events": len(b.lines), "key": key,
            "root": root_of(b.leaves).hex(), "heads": b.heads, "files": files,
            "content": sha(b"".join(contents)).hex() if is_whole else None,
            **({"derived_by": derived_by[:80]} if isinstance(derived_by, str) else {})}

def check_files(b):
    """All files are made again, but for VERIFY.md and the pages that other programs derived."""
    pages = {e["path"] for e in b.manifest["files"] if e.get("derived")}
    events = b"".join(line + b"\n" for line in b.lines)
    b.made.update({"events.jsonl": events, "checkpoint": b.note, "VERIFY.md": b.files["VERIFY.md"]})
    if b.sealed:
        b.made["sealed.jsonl"] = b"".join(canonical(s).encode() + b"\n" for s in b.sealed)
    document = BLOB.fullmatch(canonical(found(b.events[0], "body.policy.document"))[1:-1])
    if document:
        b.made["policy/policy.json"] = b.made[f"blobs/{document[1][:2]}/{document[1]}"]
    make_log(b)
    need(all(map(NAME.fullmatch, pages)) and not pages & set(b.made) and len(pages) <= 64 and
         (not pages or isinstance(b.manifest.get("derived_by"), str)), "pages without a name")
    b.made.update((path, b.files[path]) for path in pages)
    for path in sorted({*b.made, *(PAGES & set(b.files))}):
        need(b.files.get(path) == b.made.get(path), f"{path} is not what the events say")
    again = make_manifest(b, b.manifest["key"], pages, b.manifest.get("derived_by"))
    need(canonical(again) == canonical(b.manifest) and parse_vkey(b.manifest["key"]) == b.key and
         b.manifest["key"].startswith("warrant-ledger+"), "manifest.json is not of these files")
    return ", ".join(["VERIFY.md", *sorted(pages)])

def check_integrity(b, path, key, against):
    load(b, read_files(path), key)
    check_events(b)
    open_sealed(b)
    check_heads(b, against)
    b.made, b.bodies = {}, [canonical(e["body"]) for e in b.events]
    take_blobs(b)
    return f"{len(b.lines)} events; the key was {'given' if key else 'the one in the bundle'}; " \
           f"NOT CHECKED: what {check_files(b)} say"

# ---- level 2: nothing happened before it was allowed, and nothing is unanswered
CALL = {"step": "step", "request.tool": "tool", "request.args": "args"}
HTTP = {"step": "step", "request.tool": "tool", "request.http.n": "n", "request.http.url": "url"}
LLM = {"step": "step", "request.tool": "tool", "request.score.n": "n",
       "request.score.questions": "count"}
HELD = ["request." + name for name in ("phase", "tool", "args", "dest", "http", "text", "score")]

def found(value, path):
    """[what stands there], or [] where nothing does."""
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return []
        value = value[name]
    return [value]

def text_of(value, path):
    return canonical(found(value, path))

def agree(a, b):
    """What was sealed may have been taken away, and is not compared."""
    return a == b or any(re.fullmatch(r'\[\{"commit":"[0-9a-f]{64}"\}\]', text) for text in (a, b))

def is_granted(held, grant, x):
    rules, pairs = text_of(x, "request.approvals"), [(text_of(held, p), text_of(x, p)) for p in HELD]
    return (held["decision"] == "hold" and text_of(held, "step") == text_of(x, "step") and
            text_of(held, "determining") == rules == text_of(grant, "rules") and
            all(agree(a, b) and (a == "[]") == (b == "[]") for a, b in pairs))

def use(b, name, x, rule):
    """A decision before this event allowed what the event says, and nothing else yet."""
    made = b.decisions[name]
    pairs = [(text_of(made, there), text_of(x, here)) for there, here in rule.items()]
    is_same = all(a == c or (rule is CALL and (a == "[]" or agree(a, c))) for a, c in pairs)
    phase = {"tool_call": CALL, "llm_request": LLM}.get(made["phase"], HTTP)
    need(made["decision"] == "allow" and name not in b.used and is_same and
         (rule is HTTP or phase is rule) and ("dest" in made["request"]) == (rule is not CALL),
         "it was not allowed by a decision of its own")
    b.used.add(name)

def check_call(b, calls, kind, x):
    step, call = text_of(x, "step"), calls.get(text_of(x, "step"))
    sort, _, part = kind.partition(".")
    if kind == "tool.call":
        need(call is None and len(calls) < 1024 and type(x["step"]) in (int, str) and
             isinstance(x["tool"], str), "a tool.call without a step of its own")
        use(b, x["decision"], x, CALL)
        calls[step] = {"seq": b.at, "tool": x["tool"]}
        return
    need(call, f"{kind} outside a call")
    need(part == "response" or x["tool"] == call["tool"], "it is of another tool")
    if kind == "tool.result":
        need(len(call) == 2 and ("result" in x) != ("blob" in x), "it answers no call")
        del calls[step]
    elif part == "request":
        names = [x["decision"]] if sort == "http" else x["decisions"]
        need(isinstance(names, list) and names and sort not in call, "one before it is unanswered")
        for name in names:
            use(b, name, x, HTTP if sort == "http" else LLM)
        call[sort] = text_of(x, "n")
    else:
        need(call.pop(sort) == text_of(x, "n"), "it answers no request")

def check_completeness(b):
    b.decisions, b.used, calls, grant, n = {}, set(), {}, {}, 0
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
        elif kind == "approval.grant":
            grant = x
        elif kind in ("tool.call", "tool.result", "http.request", "http.response", "llm.request",
                      "llm.response"):
            check_call(b, calls, kind, x)
            n += kind == "tool.call"
    b.at = min([call["seq"] for call in calls.values()], default=None)
    need(not calls, "a tool.call without a tool.result")
    return f"{n} tool calls, each allowed before and answered once"

def verify(path, key=None, against=None, level=2):
    """[(level, name, ok, seq, detail)]; whatever goes wrong is a fault of the bundle."""
    b, rows = SimpleNamespace(at=None), []
    checks = [("integrity", lambda: check_integrity(b, Path(path), key, against)),
              ("completeness", lambda: check_completeness(b))]
    for number, (name, check) in enumerate(checks[:level], 1):
        try:
            need(all(row[2] for row in rows), "not checked: level 1 failed")
            rows.append((number, name, True, None, check()))
        except Exception as error:
            rows.append((number, name, False, b.at, f"{error!r}"))
    return rows

def key_of(text):
    return parse_vkey((Path(text).read_text() if Path(text).exists() else text).strip())

def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("bundle", type=Path)
    options.add_argument("--key", type=key_of, help="the verifier key you know, or a file with it")
    options.add_argument("--against", type=argparse.FileType("rb"), help="another signed head")
    options.add_argument("--level", type=int, choices=(1, 2), default=2)
    given = options.parse_args()
    if not given.bundle.exists():
        options.error(f"{given.bundle}: no such bundle")
    rows = verify(given.bundle, given.key, given.against and given.against.read(), given.level)
    for level, name, good, seq, detail in rows:
        where = "" if seq is None else f"event {seq}: "
        print(f"level {level}  {name:14s} {'pass' if good else 'FAIL'}  {where}{detail}")
    return 0 if all(row[2] for row in rows) else 6

if __name__ == "__main__":
    sys.exit(main())
