"""Every way to tamper with every type of event, found by two verifiers that share no code.

A real run is made richer by events of the types that a run without network and model has not, all
with a blob of their own, and sealed by the store's key. Then for each type: one event is edited,
deleted, inserted, moved, the run truncated at it, its blob swapped; or the run is signed anew with
another key, or by the same key as a fork. `warrant audit verify` and examples/verify/verify.py must
both name the same level and the same first event."""
import functools
import hashlib
import json
import os
import shutil
import sqlite3
import sys

import rich
from harness import ROOT, Checks, Home

sys.path.insert(0, f"{ROOT}/examples/verify")
import formats  # noqa: E402
import verify  # noqa: E402
from resign import Signer  # noqa: E402

formats.is_signed = functools.lru_cache(None)(formats.is_signed)  # many bundles have the same heads

# RFC 8032 section 7.1, tests 1 to 3: key, message, signature.
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a")]

# RFC 8785 appendix B, and the borders of the layouts of Number::toString.
NUMBERS = {0.0: "0", -0.0: "0", 5e-324: "5e-324", -5e-324: "-5e-324", 1.7976931348623157e308:
           "1.7976931348623157e+308", 9007199254740992.0: "9007199254740992", 295147905179352830000.0:
           "295147905179352830000", 9.999999999999997e22: "9.999999999999997e+22", 1e23: "1e+23",
           1.0000000000000001e23: "1.0000000000000001e+23", 999999999999999700000.0:
           "999999999999999700000", 1e21: "1e+21", 9.999999999999997e-7: "9.999999999999997e-7",
           0.000001: "0.000001", 333333333.33333329: "333333333.3333333", 1.5: "1.5", 1e20:
           "100000000000000000000", 0.1: "0.1", -123.456: "-123.456", 4.5: "4.5", 2e-7: "2e-7"}


def check_primitives(c):
    for key, message, signature in VECTORS:
        key, message, signature = (bytes.fromhex(text) for text in (key, message, signature))
        c.check("RFC 8032 vector", formats.is_signed(key, message, signature))
        for at in range(0, 64, 9):
            bad = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1:]
            c.check(f"RFC 8032 vector, byte {at} flipped", not formats.is_signed(key, message, bad))
        s = int.from_bytes(signature[32:], "little") + formats.L  # the same point, not the one spelling
        c.check("S beyond the order", not formats.is_signed(
            key, message, signature[:32] + s.to_bytes(32, "little")))
    for value, text in NUMBERS.items():
        c.equal(f"RFC 8785 number {value!r}", formats.number(value), text)
    c.equal("RFC 8785 order of names", formats.canonical({"\ufb33": 1, "\U0001f600": 2, "\r": 3, "1": 4}),
            '{"\\r":3,"1":4,"\U0001f600":2,"\ufb33":1}')


# ---- both verifiers

class Verifiers:
    def __init__(self, checks, home):
        self.c, self.home, self.cases = checks, home, 0

    def expect(self, label, path, seq, key=None, against=None, good=False):
        """Both say level 1 and this event (None: no single one), or both that all is well."""
        options = (["--key", key] if key else []) + (["--against", against] if against else [])
        done = self.home.run("audit", "verify", path, "--level", "2", "--json", *options)
        failure = done.json()["data"]["first_failure"]
        rows = verify.verify(path, key and formats.parse_vkey(open(key).read().strip()),
                             against and open(against, "rb").read())
        bad = next((row for row in rows if not row[2]), None)
        want = None if good else (1, seq)
        self.cases += 1
        self.c.equal(f"{label}: exit", done.code, 0 if good else 6)
        self.c.equal(f"{label}: warrant", failure and (failure["level"], failure["seq"]), want)
        self.c.equal(f"{label}: verify.py", bad and (bad[0], bad[3]), want)


def changed(line):
    event = json.loads(line)
    event["body"]["tampered"] = True
    return formats.canonical(event).encode()


def line_cases(lines, i):
    """(name, lines, first event that is wrong)."""
    n, other = len(lines), i + 1 if i + 1 < len(lines) else i - 1
    moved = list(lines)
    moved[i], moved[other] = moved[other], moved[i]
    yield "edit", lines[:i] + [changed(lines[i])] + lines[i + 1:], i
    yield "delete", lines[:i] + lines[i + 1:], i
    yield "insert", lines[:i] + [changed(lines[i])] + lines[i:], i
    yield "insert after the end", lines + [changed(lines[i])], n
    yield "reorder", moved, min(i, other)
    yield "truncate", lines[:i], i


def tamper_with_files(v, bundle, lines, i, kind):
    name = os.path.join(bundle, "events.jsonl")
    for how, now, seq in line_cases(lines, i):
        with open(name, "wb") as file:
            file.write(b"".join(line + b"\n" for line in now))
        v.expect(f"{kind}, {how}", bundle, seq)
    with open(name, "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines))
    digest = json.loads(lines[i])["body"]["attached"]["sha256"]
    blob = os.path.join(bundle, "blobs", digest[:2], digest)
    kept = open(blob, "rb").read()
    with open(blob, "wb") as file:
        file.write(kept[::-1])
    v.expect(f"{kind}, swap blob", bundle, i)
    os.remove(blob)
    v.expect(f"{kind}, remove blob", bundle, i)
    with open(blob, "wb") as file:
        file.write(kept)


# ---- signing anew, as whoever has a key can

def sign_anew(home, run, i, signer):
    """Event i edited, all linked and signed; what stands in the store is a sound run afterwards."""
    database = sqlite3.connect(home.path("runs.db"))
    rows = database.execute("SELECT bytes FROM event WHERE run = ? ORDER BY seq", (run,)).fetchall()
    leaves = []
    for seq, (line,) in enumerate(rows):
        event = json.loads(changed(line) if seq == i else line)
        event["prev"] = leaves[-1].hex() if leaves else None
        line = formats.canonical(event).encode()
        leaves.append(formats.sha(b"\0" + b'{"digest":"%s","seq":%d,"type":"%s"}' % (
            formats.sha(line).hex().encode(), seq, event["type"].encode())))
        database.execute("UPDATE event SET bytes = ?, leaf = ? WHERE run = ? AND seq = ?",
                         (line, leaves[-1], run, seq))
    for size, in database.execute("SELECT size FROM head WHERE run = ?", (run,)).fetchall():
        database.execute("UPDATE head SET note = ? WHERE run = ? AND size = ?",
                         (signer.note(run, leaves[:size]), run, size))
    database.execute("UPDATE run SET checkpoint = ? WHERE id = ?", (signer.note(run, leaves), run))
    database.commit()
    database.close()


def tamper_with_key(v, home, run, places, i, kind):
    """places: the run's last head, that of its frozen plan, and its key, as they were seen."""
    last, frozen, key, size, n = places
    own = Signer(bytes.fromhex(open(home.path("keys", "ledger.key")).read().strip()))
    for how, signer in (("fork", own), ("re-sign", Signer(hashlib.sha256(kind.encode()).digest()))):
        with Copy(home) as copy:
            sign_anew(copy, run, i, signer)
            with open(copy.path("keys", "ledger.pub"), "w") as file:
                file.write(signer.vkey())
            path = copy.path(f"{how}.zip")
            exported = copy.run("run", "export", run, "-o", path)
            v.c.equal(f"{kind}, {how}: export", (exported.code, exported.err), (0, ""))
            if i == 0:  # sound in itself: only what was known before tells
                v.expect(f"{kind}, {how}, nothing given", path, None, good=True)
            if how == "re-sign":
                v.expect(f"{kind}, re-sign, key given", path, None, key=key)
                continue
            v.expect(f"{kind}, fork, last head given", path, n - 1, key=key, against=last)
            v.expect(f"{kind}, fork, head of the plan given", path, size - 1, against=frozen, good=i >= size)


class Copy(Home):
    def __init__(self, home):
        self.dir = home.dir + "-copy"
        shutil.copytree(home.dir, self.dir, ignore=shutil.ignore_patterns("bundle", "kg.db*", "blobs"))
        os.symlink(home.path("blobs"), self.path("blobs"))


def main():
    c = Checks()
    check_primitives(c)
    with Home() as home:
        run = rich.run(home)
        bundle = home.path("bundle")
        c.equal("export", home.run("run", "export", run, "-o", bundle).code, 0)
        database = sqlite3.connect(home.path("runs.db"))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        v = Verifiers(c, home)
        v.expect("nothing done", bundle, None, key=home.path("keys", "ledger.pub"), good=True)
        lines = open(os.path.join(bundle, "events.jsonl"), "rb").read().split(b"\n")[:-1]
        types = [json.loads(line)["type"] for line in lines]
        size = types.index("plan.frozen") + 1
        last, frozen = os.path.join(home.dir, "last.checkpoint"), os.path.join(home.dir, "frozen.checkpoint")
        shutil.copy(os.path.join(bundle, "checkpoint"), last)
        shutil.copy(os.path.join(bundle, "heads", f"{size}.checkpoint"), frozen)
        places = (last, frozen, home.path("keys", "ledger.pub"), size, len(lines))
        for kind in sorted(set(types)):
            i = types.index(kind)
            tamper_with_files(v, bundle, lines, i, kind)
            tamper_with_key(v, home, run, places, i, kind)
        print(f"{len(set(types))} types of event, {v.cases} cases, each with two verifiers")
        c.check("all the ways for all the types", len(set(types)) >= 24 and v.cases >= 300, (len(set(types)), v.cases))
    c.finish()


main()
