"""Tampering with a stored run: every byte of every event, rows, head, blobs, file, bundle."""
import os
import shutil
import sqlite3

from harness import QUESTION, Checks, Home


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
