#!/usr/bin/env python3
"""Checks levels 1 and 2 of a Warrant bundle (a folder or a .zip) with Python's own library only.

It shares no code with the program that made the bundle; formats.py beside it holds its own RFC 8785,
RFC 6962 and Ed25519. Prints both levels and the first event that fails. Exit 0: it holds, 6: it does
not, 2: it cannot be looked at.
"""
import argparse
import base64
import json
import os
import re
import sys
import zipfile

from formats import Failure, canonical, head_of, need, parse, parse_vkey, path_text, prove, root_of, same, sha, tiles

TYPE = re.compile(r"[a-z0-9._-]{1,64}\Z")
ENTRY = re.compile(rb'"type":"([a-z0-9._-]{1,64})","v":1\}\Z')
BLOB = re.compile(rb'\{"sha256":"([0-9a-f]{64})","size":([0-9]{1,18})\}')
COMMIT = re.compile(rb'\{"commit":"[0-9a-f]{64}"\}')


# ---- level 1
def read_files(path):
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name[-1] != "/"]
            need(len(set(names)) == len(names), None, "the archive holds a name twice")
            return {name: archive.read(name) for name in names}
    files = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
    return {os.path.relpath(f, path).replace(os.sep, "/"): open(f, "rb").read() for f in files}


class Bundle:
    def __init__(self, files, key):
        self.files = files
        for name in ("manifest.json", "events.jsonl", "checkpoint"):
            need(name in files, None, f"{name} is missing")
        try:
            self.manifest = parse(files["manifest.json"])
            self.run, self.claimed = self.manifest["run"], b""
            self.key = key or parse_vkey(self.manifest["key"])
            self.heads = {size: files.get(f"heads/{size}.checkpoint") for size in self.manifest["heads"]}
            self.sealed = [parse(line) for line in files.get("sealed.jsonl", b"").split(b"\n")[:-1]]
            for path, piece in tiles(0, range(self.manifest["events"])):
                tile = files.get(path, b"")
                self.claimed += tile if len(tile) == 32 * len(piece) else b""
                if len(tile) != 32 * len(piece):
                    break
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Failure(None, f"the bundle cannot be taken apart: {error}") from error
        text = files["events.jsonl"]
        self.lines = text[:-1 if text.endswith(b"\n") else None].split(b"\n") if text else []
        types = [(ENTRY.search(line) or [b"", b""])[1].decode() for line in self.lines]
        self.entries = [f'{{"digest":"{sha(line).hex()}","seq":{i},"type":"{types[i]}"}}'.encode()
                        for i, line in enumerate(self.lines)]
        self.leaves, self.events = [sha(b"\0" + entry) for entry in self.entries], []


def check_event(b, i):
    need(b.claimed[32 * i:32 * i + 32] == b.leaves[i], i, f"event {i} does not match its leaf hash")
    try:
        e = parse(b.lines[i])
    except (ValueError, RecursionError) as error:
        raise Failure(i, f"event {i}: {error}") from error
    need(isinstance(e, dict) and sorted(e) == ["body", "meta", "prev", "run", "seq", "type", "v"] and
         [type(e["body"]), type(e["meta"]), e["run"]] == [dict, dict, b.run] and same(e["v"], 1) and
         same(e["seq"], i) and TYPE.match(str(e["type"])), i, f"event {i}: not event {i} of this run")
    b.events.append(e)


def check_events(b):
    failure = None
    try:
        for i in range(len(b.lines)):
            check_event(b, i)
    except Failure as found:
        failure = found
    holds = [e["prev"] == (b.leaves[i - 1].hex() if i else None) for i, e in enumerate(b.events)]
    for i in [i for i, good in enumerate(holds) if not good][:1]:  # both links of the replaced one break
        later = i == 0 or (i + 1 < len(holds) and not holds[i + 1])
        raise Failure(i if later else i - 1, "the chain of hashes breaks")
    if failure:
        raise failure
    need(b.events, 0, "event 0 is missing: the run has no events")


def check_sealed(b):
    before, b.opened = (-1, b""), [json.loads(line) for line in b.lines]
    for entry in b.sealed:
        seq, pointer = entry["seq"], entry["pointer"]
        need(before < (seq, pointer.encode()) and 0 <= seq < len(b.events) and b.events[0]["body"].get("sealed"),
             None, "sealed values out of order, or of no event")
        before, at = (seq, pointer.encode()), b.opened[seq]["body"]
        try:
            *path, last = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
            for token in path:
                at = at[int(token)] if isinstance(at, list) else at[token]
            digest = sha(bytes.fromhex(entry["salt"]) + canonical(entry["value"]).encode()).hex()
            need(at[last] == {"commit": digest}, seq, f"event {seq}: a sealed value is not the one committed to")
            at[last] = entry["value"]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise Failure(seq, f"event {seq}: a sealed value has no place: {error}") from error


def check_heads(b, against):
    n, (size, root) = len(b.leaves), head_of(b.files["checkpoint"], b)
    need(n == size, min(n, size), f"the signed head says {size} events, {n} are there")
    need(root_of(b.leaves) == root, n - 1, "the signed root does not cover these events")
    for i, e in enumerate(b.events):
        due = e["type"] == "plan.frozen" or ((i + 1) % 4096 == 0 and e["type"] != "run.end")
        need(due == (i + 1 in b.heads), i, f"the head over {i + 1} events is missing or not asked for")
        need(not due or head_of(b.heads[i + 1], b, i) == (i + 1, root_of(b.leaves[:i + 1])), i,
             f"the signed head over the first {i + 1} events is not theirs")
    need(not b.heads or max(b.heads) <= n, None, "a signed head over more events than there are")
    if against is not None:
        size, root = head_of(against, b)
        need(size <= n, n, f"event {n} is missing: another signed head says {size} events")
        need(root_of(b.leaves[:size]) == root, size - 1, "fork: the same run was signed with other events")


def check_files(b):
    """Every file but VERIFY.md and what other programs derived is made again from the events."""
    note, made = b.files["checkpoint"], {"events.jsonl": b.files["events.jsonl"], "checkpoint": b.files["checkpoint"]}
    sources = [(i, canonical(e["body"]).encode()) for i, e in enumerate(b.events)]
    for seq, data in sources + [(s["seq"], canonical(s["value"]).encode()) for s in b.sealed]:
        for name, size in BLOB.findall(data):
            path = f"blobs/{name[:2].decode()}/{name.decode()}"
            made[path] = blob = b.files.get(path, b"")
            need(sha(blob).hex() == name.decode() and len(blob) == int(size), seq,
                 f"event {seq}: blob {name.decode()} is missing or altered")
    claims = [i for i, e in enumerate(b.events) if e["type"] == "claim"]
    made["claims.jsonl"] = b"".join(sources[i][1] + b"\n" for i in claims)
    if b.sealed:
        made["sealed.jsonl"] = b.files["sealed.jsonl"]
    document = (b.events[0]["body"].get("policy") or {}).get("document")
    if document:
        made["policy/policy.json"] = made[f"blobs/{document['sha256'][:2]}/{document['sha256']}"]
    for path, piece in tiles("entries", b.entries):
        made[path] = b"".join(len(entry).to_bytes(2, "big") + entry for entry in piece)
    level, hashes = 0, b.leaves
    while hashes:
        made.update((path, b"".join(piece)) for path, piece in tiles(level, hashes))
        level, hashes = level + 1, [root_of(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
    for size, head in b.heads.items():
        made[f"heads/{size}.checkpoint"] = head
        made[f"heads/{size}.growth"] = b"old %d\n%s\n%s" % (size, path_text(prove(b.leaves, 0, size)), note)
    for i in claims:
        name = b.events[i]["body"].get("id")
        plain = isinstance(name, str) and re.fullmatch(r"(?!\.|event-)[a-zA-Z0-9._-]{1,64}", name)
        path = f"proofs/{name}.tlog-proof"
        path = path if plain and path not in made else f"proofs/event-{i}.tlog-proof"
        made[path] = b"c2sp.org/tlog-proof@v1\nextra %s\nindex %d\n%s\n%s" % (
            base64.b64encode(b.lines[i]), i, path_text(prove(b.leaves, i)), note)
    listed = {entry["path"]: entry for entry in b.manifest["files"]}
    own = {path for path, entry in listed.items() if not entry.get("derived")}
    for path in sorted(set(made) | set(listed)):
        data = b.files.get(path)
        need(data is not None and data == made.get(path, data), None, f"{path} is missing or not what the events say")
        need(path in listed and sha(data).hex() == listed[path]["sha256"], None, "manifest.json does not list the files")
    contents = [sha(canonical({k: e[k] for k in ("body", "seq", "type", "v")}).encode()) for e in b.opened]
    closed = b.events[0]["body"].get("sealed") and any(COMMIT.search(canonical(e["body"]).encode()) for e in b.opened)
    need(own == set(made) | {"VERIFY.md"} and b.manifest["root"] == root_of(b.leaves).hex() and
         b.manifest["events"] == len(b.lines) and list(b.heads) == sorted(b.heads) and
         b.manifest["schema"] == "warrant/bundle/2" and parse_vkey(b.manifest["key"]) == b.key and
         b.manifest["content"] == (None if closed else sha(b"".join(contents)).hex()), None,
         "manifest.json does not describe this bundle")


# ---- level 2: nothing before it was allowed, nothing unanswered
def granted(made, grant, x):
    held, after = made.get((grant or {}).get("decision"), (0, {})), x["request"]
    before = held[1].get("request", {})
    return bool(held[1]) and held[1].get("decision") == "hold" and same(held[1].get("step"), x.get("step")) and all(
        same(a, b) for a, b in [(held[1].get("determining"), after["approvals"]), (grant.get("rules"), after["approvals"])]
        + [(before.get(k), after.get(k)) for k in ("phase", "tool", "args", "dest", "http", "text", "score")])


def use(made, name, seq, phase, pairs):
    """Marks a decision as used; None when it does not allow this, at this time, once."""
    i, body, used = made.get(name, (seq + 1, {}, True))
    good = i <= seq and not used and body.get("decision") == "allow" and phase in (None, body.get("phase"))
    if good and all(a is None or same(a, b) for a, b in pairs(body, body.get("request") or {})):
        made[name][2] = True
        return body.get("request") or {}
    return None


def check_complete(b):
    events, made, calls, n, grant = [(e["type"], e["body"]) for e in b.opened], {}, {}, 0, None
    for i, (kind, x) in enumerate(events):
        need((kind == "run.start") == (i == 0) and (kind == "run.end") == (i + 1 == len(events)), i,
             f"event {i} is {kind}: run.start comes first, run.end last, both once")
    for i, (kind, x) in enumerate(events):
        if kind == "policy.decision":
            need(x.get("id") and x["id"] not in made, i, f"event {i}: a decision without an id of its own")
            made[x["id"]] = [i, x, False]
    for i, (kind, x) in enumerate(events):
        grant = x if kind == "approval.grant" else grant
        if kind == "policy.decision" and (x.get("request") or {}).get("approvals"):
            need(granted(made, grant, x), i, f"event {i}: a decision with approvals that nobody granted")
            grant = None
    for i, (kind, x) in enumerate(events):
        step, call = canonical(x.get("step")), calls.get(canonical(x.get("step")))
        mine = call is not None and call["tool"] == x.get("tool")
        waits = [kind.split(".")[0], x.get("n")]
        if kind == "tool.call":
            request = use(made, x.get("decision"), i, "tool_call", lambda d, r: [
                (d.get("step"), x.get("step")), (r.get("tool"), x.get("tool")), (r.get("args"), x.get("args"))])
            need(request is not None and "dest" not in request, i, f"event {i}: a tool.call that no decision allowed")
            need(call is None, i, f"event {i}: a tool.call while the one before it has no result")
            calls[step], n = {"seq": i, "tool": x.get("tool"), "http": None, "llm": None}, n + 1
        elif kind == "tool.result":
            need(mine and call["http"] is None and call["llm"] is None and ("result" in x) != ("blob" in x), i,
                 f"event {i}: a tool.result that no tool.call waits for")
            del calls[step]
        elif kind in ("http.request", "llm.request"):
            names = [x.get("decision")] if kind[0] == "h" else x.get("decisions") or [None]
            need(mine and call[waits[0]] is None and all((use(made, name, i, None if kind[0] == "h" else "llm_request",
                 lambda d, r: [(d.get("step", {}), x.get("step")), (r.get("tool", {}), x.get("tool"))] + (
                     [((r.get("http") or {}).get(k, {}), x.get(k)) for k in ("n", "url")] if kind[0] == "h" else
                     [((r.get("score") or {}).get(k, {}), x.get(v)) for k, v in (("n", "n"), ("questions", "count"))])
                 ) or {}).get("dest") for name in names), i, f"event {i}: an {kind} that no decision allowed")
            call[waits[0]] = waits
        elif kind in ("http.response", "llm.response"):
            need(call is not None and call[waits[0]] == waits, i, f"event {i}: an {kind} that nothing waits for")
            call[waits[0]] = None
    need(not calls, min([c["seq"] for c in calls.values()], default=None), "a tool.call without a tool.result")
    return f"{n} tool calls, each allowed before and answered once"


def verify(path, key=None, against=None, level=2):
    """[(level, name, ok, seq, detail)]; levels after one that failed are not checked."""
    def integrity():
        state.append(Bundle(read_files(path), key))
        for check in (check_events, check_sealed):
            check(state[0])
        check_heads(state[0], against)
        check_files(state[0])
        pages = [entry["path"] for entry in state[0].manifest["files"] if entry.get("derived")]
        return (f"{len(state[0].lines)} events; the key was {'given' if key else 'the one in the bundle'}" +
                (f"; NOT CHECKED: what {', '.join(pages)} say" if pages else ""))
    state, out = [], []
    for number_, name, run in ((1, "integrity", integrity), (2, "completeness", lambda: check_complete(state[0])))[:level]:
        try:
            need(all(row[2] for row in out), None, "not checked: level 1 failed")
            out.append((number_, name, True, None, run()))
        except Failure as failure:
            out.append((number_, name, False, failure.seq, str(failure)))
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as error:
            out.append((number_, name, False, None, f"cannot be taken apart: {error!r}"))
    return out


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("bundle")
    options.add_argument("--key", help="the verifier key that you know, or a file with it")
    options.add_argument("--against", help="another signed checkpoint of the run")
    options.add_argument("--level", type=int, choices=(1, 2), default=2)
    given = options.parse_args()
    try:
        text = open(given.key).read() if given.key and os.path.exists(given.key) else given.key
        key, against = text and parse_vkey(text), given.against and open(given.against, "rb").read()
        if not os.path.exists(given.bundle):
            raise ValueError(f"{given.bundle}: no such bundle")
        rows = verify(given.bundle, key, against, given.level)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for level, name, good, seq, detail in rows:
        print(f"level {level}  {name:14s} {'pass' if good else 'FAIL'}  "
              f"{'' if seq is None else f'event {seq}: '}{detail}")
    return 0 if all(row[2] for row in rows) else 6


if __name__ == "__main__":
    sys.exit(main())
