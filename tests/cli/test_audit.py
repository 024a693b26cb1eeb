"""Tampering with a stored run: every byte of every event, rows, head, blobs, file, bundle."""
import hashlib
import json
import os
import re
import shutil
import sqlite3
import sys
import zipfile

from harness import QUESTION, ROOT, Checks, Home

sys.path.insert(0, f"{ROOT}/examples/verify")
import verify as verify_py  # noqa: E402


def verify(home, what="last"):
    return home.run("audit", "verify", what, "--json", "--level", "3")


def named_seq(done):
    failure = (done.json().get("data") or {}).get("first_failure") or {}
    return failure.get("seq")


class Tampered:
    """Opens runs.db, lets the caller change it, and restores the file afterwards."""

    def __init__(self, home):
        self.path = home.path("runs.db")

    def __enter__(self):
        database = sqlite3.connect(self.path)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        self.copy = open(self.path, "rb").read()
        self.database = sqlite3.connect(self.path)
        return self.database

    def done(self):
        self.database.commit()
        self.database.close()

    def __exit__(self, *_):
        self.database.close()
        for tail in ("-wal", "-shm"):
            if os.path.exists(self.path + tail):
                os.remove(self.path + tail)
        with open(self.path, "wb") as file:
            file.write(self.copy)


def change(c, home, label, sql, args=(), seq=None):
    tampered = Tampered(home)
    with tampered as database:
        database.execute(sql, args)
        tampered.done()
        done = verify(home)
        c.equal(f"{label}: exit", done.code, 6)
        if seq is not None:
            c.equal(f"{label}: names the event", named_seq(done), seq)


def check_archive(c, home):
    """An archive is made the same way twice, opens elsewhere, and its proofs stand alone."""
    first, second = home.path("first.zip"), home.path("second.zip")
    c.equal("export as zip", home.run("run", "export", "last", "-o", first).code, 0)
    home.run("run", "export", "last", "-o", second)
    c.check("the same archive twice", open(first, "rb").read() == open(second, "rb").read())
    c.equal("zip verifies", verify(home, first).code, 0)
    c.equal("an archive is not written over", home.run("run", "export", "last", "-o", first).code, 2)
    with zipfile.ZipFile(first) as archive:
        c.equal("zipfile finds no fault", archive.testzip(), None)
        proof = next(name for name in archive.namelist() if name.endswith(".tlog-proof"))
        archive.extract(proof, home.dir)
    alone, key = home.path(proof), home.path("keys", "ledger.pub")
    c.equal("a claim alone", home.run("audit", "verify", alone, "--key", key).code, 0)
    c.equal("a claim alone, no key", home.run("audit", "verify", alone).code, 2)
    claim = home.run("audit", "verify", alone, "--key", key, "--json").json()["data"]["claim"]
    for name, change, code in (("same", {}, 0), ("other", {"rung": 3}, 6)):
        with open(home.path(name), "w", encoding="utf-8") as file:
            json.dump({**claim, **change}, file)
        c.equal(f"the {name} claim", home.run("audit", "verify", alone, "--key", key, "--claim",
                                              home.path(name)).code, code)
    with open(first, "r+b") as file:
        file.truncate(os.path.getsize(first) - 1)
    c.equal("a cut archive", verify(home, first).code, 6)


def check_page(c, home):
    """The manifest is not signed: a page that another version is said to have made is not vouched for."""
    bundle = home.path("pages")
    home.run("run", "export", "last", "-o", bundle)
    page, manifest = (os.path.join(bundle, name) for name in ("report.html", "manifest.json"))
    whole, listed = open(page, "rb").read(), open(manifest, "rb").read()
    lie = whole.replace(b"events verified", b"events verified by everybody")
    with open(page, "wb") as file:
        file.write(lie)
    c.equal("another page: exit", verify(home, bundle).code, 6)
    listed = listed.replace(*(hashlib.sha256(text).hexdigest().encode() for text in (whole, lie)))
    with open(manifest, "wb") as file:
        file.write(listed)
    c.equal("another page, listed: exit", verify(home, bundle).code, 6)
    with open(manifest, "wb") as file:
        file.write(re.sub(rb'"derived_by":"[^"]*"', b'"derived_by":"warrant 9.9"', listed))
    done = verify(home, bundle)
    c.equal("another page of another version: the record holds", done.code, 0)
    c.check("another page of another version: said in the data", done.json()["data"].get("derived_by_hash"))
    c.check("another page of another version: warned", any(
        "nothing signed vouches" in text for text in done.json()["warnings"]), done.json()["warnings"])
    c.check("another page of another version: seen without --json", "nothing signed vouches" in home.run(
        "audit", "verify", bundle, "--level", "1").err)
    c.check("another page: verify.py does not check what it says",
            "NOT CHECKED: what VERIFY.md, plan.json" in verify_py.verify(bundle)[0][4])
    shutil.rmtree(bundle)


def check_sealed(c, home):
    """Values that were sealed can be taken away; what is left says nothing of them."""
    done = home.ask(QUESTION, "--seal", "question,args,text")
    c.equal("ask --seal: exit", done.code, 0)
    c.equal("ask --seal: a name that rules need", home.ask(QUESTION, "--seal", "step").code, 2)
    c.equal("sealed run verifies", verify(home).code, 0)
    whole, less = home.path("whole"), home.path("less")
    c.equal("export", home.run("run", "export", "last", "-o", whole).code, 0)
    c.equal("export --redact", home.run("run", "export", "last", "--redact", "question,args,text",
                                        "-o", less).code, 0)
    c.equal("not sealed: exit", home.run("run", "export", "last", "--redact", "result", "-o",
                                         home.path("none")).code, 2)
    c.equal("whole bundle verifies", verify(home, whole).code, 0)
    done = verify(home, less)
    c.equal("bundle without the values: exit", done.code, 0)
    c.check("it says how many are gone", done.json()["data"]["redacted"] > 3)
    c.check("and that it stopped at level 2", "above 2" in done.json()["warnings"][0])
    texts = [open(os.path.join(folder, name), "rb").read()
             for folder, _, names in os.walk(less) for name in names]
    c.check("the question is nowhere", not any(QUESTION.encode() in text for text in texts))
    c.check("it is in the whole bundle", any(
        QUESTION.encode() in open(os.path.join(folder, name), "rb").read()
        for folder, _, names in os.walk(whole) for name in names))


def main():
    c = Checks()
    with Home() as home:
        home.ask(QUESTION)
        c.equal("untouched", verify(home).code, 0)
        database = sqlite3.connect(home.path("runs.db"))
        rows = database.execute("SELECT seq, bytes FROM event ORDER BY seq").fetchall()
        database.close()
        for seq, stored in rows:
            stored = stored if isinstance(stored, bytes) else stored.encode()
            for at in {0, len(stored) // 3, len(stored) // 2, len(stored) - 1}:
                flipped = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1:]
                change(c, home, f"event {seq} byte {at}", "UPDATE event SET bytes=? WHERE seq=?",
                       (flipped, seq), seq)
        last = rows[-1][0]
        change(c, home, "deletion", "DELETE FROM event WHERE seq=5")
        change(c, home, "truncation", "DELETE FROM event WHERE seq>?", (last - 3,))
        change(c, home, "insertion", "INSERT INTO event SELECT run, ?, bytes, leaf FROM event WHERE seq=3",
               (last + 1,))
        tampered = Tampered(home)
        with tampered as database:
            database.execute("UPDATE event SET seq=-1 WHERE seq=3")
            database.execute("UPDATE event SET seq=3 WHERE seq=4")
            database.execute("UPDATE event SET seq=4 WHERE seq=-1")
            tampered.done()
            c.equal("reordering: exit", verify(home).code, 6)
        change(c, home, "head removed", "UPDATE run SET checkpoint=NULL")
        change(c, home, "leaf and bytes changed together are still found",
               "UPDATE event SET leaf=zeroblob(32) WHERE seq=2", (), 2)
        blobs = [os.path.join(d, f) for d, _, fs in os.walk(home.path("blobs")) for f in fs]
        c.check("there are blobs", blobs)
        kept = open(blobs[0], "rb").read()
        os.chmod(blobs[0], 0o600)
        open(blobs[0], "wb").write(kept[:-1] + b"!")
        c.equal("a changed blob: exit", verify(home).code, 6)
        open(blobs[0], "wb").write(kept)

        bundle = home.path("bundle")
        c.equal("export", home.run("run", "export", "last", "-o", bundle).code, 0)
        c.equal("bundle verifies", verify(home, bundle).code, 0)
        c.equal("bundle verifies with the key", home.run(
            "audit", "verify", bundle, "--key", home.path("keys", "ledger.pub")).code, 0)
        events = os.path.join(bundle, "events.jsonl")
        lines = open(events, encoding="utf-8").readlines()
        open(events, "w", encoding="utf-8").writelines(lines[:4] + lines[5:])
        c.equal("bundle without one line: exit", verify(home, bundle).code, 6)
        with Home(with_graph=False) as other:
            other.run("audit", "keygen")
            open(events, "w", encoding="utf-8").writelines(lines)
            c.equal("another key: exit", home.run("audit", "verify", bundle, "--key",
                                                  other.path("keys", "ledger.pub")).code, 6)

        check_archive(c, home)
        check_page(c, home)
        check_sealed(c, home)
        with open(home.path("runs.db"), "r+b") as file:
            file.seek(0)
            file.write(b"\0" * 4096)
        for tail in ("-wal", "-shm"):
            if os.path.exists(home.path("runs.db" + tail)):
                os.remove(home.path("runs.db" + tail))
        for command in (("audit", "verify", "last"), ("run", "list"), ("run", "show", "last")):
            c.equal(f"damaged store, {command}: exit", home.run(*command).code, 6)
        c.equal("damaged store, ask: exit", home.ask(QUESTION).code, 6)
        shutil.rmtree(bundle)
    c.finish()


main()
