"""Each level of an audit finds what no level below it can: real runs altered before they were sealed
and validly signed (tests/support/lies.py), looked at where there is nothing but the bundle: another
folder, an empty data directory, no network. Prints the table. Needs WARRANT_FORGE beside what harness.py needs."""
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile

import forge
import lies
import lies_world
from harness import BIN, ROOT, Checks

sys.path.insert(0, f"{ROOT}/examples/verify")
import verify  # noqa: E402


def wrapper():
    """A network namespace of its own, where the kernel lets users have one."""
    alone = ["unshare", "-rn"]
    if subprocess.run(alone + ["true"], capture_output=True, check=False).returncode == 0:
        return alone
    print("SKIPPED network cut: this machine allows no network namespaces")
    return []


def first_failure(alone, away, bundle):
    done = subprocess.run(alone + [BIN, "-C", os.path.join(away, "empty"), "audit", "verify", bundle,
                                   "--level", "6", "--json"],
                          capture_output=True, text=True, timeout=300, cwd=away, check=False)
    data = json.loads(done.stdout)["data"]
    failure = data["first_failure"]
    levels = [entry["level"] for entry in data["levels"] if entry["ok"]]
    return done.returncode, (failure["level"], failure["seq"]) if failure else (None, None), levels


def check_with_graph(c):
    """What the bundle alone cannot show: the auditor has the graph of the run."""
    with lies_world.asked() as home:
        graph, told = ("--kg", home.path("kg.db")), forge.events(home)
        c.equal("nothing, with the graph", forge.first_failure(home, "last", 6, *graph), None)
        for level, name, change in lies_world.WITH_GRAPH:
            events = copy.deepcopy(told)
            seq = events.index(change(events))
            found = forge.first_failure(home, forge.seal(home, events), level, *graph)
            print(f"{name:34s} level {level} event {seq:<4d} found, with the graph, at {found}")
            c.equal(name, found, (level, seq))


def main():
    c = Checks()
    check_with_graph(c)
    with tempfile.TemporaryDirectory(prefix="warrant-lies-") as made, \
            tempfile.TemporaryDirectory(prefix="warrant-away-") as away:
        alone = wrapper()
        for lie in lies.make(made):
            bundle = shutil.move(lie.bundle, os.path.join(away, "bundle"))
            code, found, passed = first_failure(alone, away, bundle)
            print(f"{lie.name:34s} level {lie.level or '-'} event {'-' if lie.seq is None else lie.seq!s:4s} "
                  f"found at level {found[0] or '-'} event {'-' if found[1] is None else found[1]}")
            c.equal(f"{lie.name}: first failure", found, (lie.level, lie.seq))
            c.equal(f"{lie.name}: exit", code, 6 if lie.level else 0)
            c.equal(f"{lie.name}: levels that pass", passed, list(range(1, lie.level or 7)))
            bad = next(((row[0], row[3]) for row in verify.verify(bundle) if not row[2]), None)
            c.equal(f"{lie.name}: verify.py", bad, (lie.level, lie.seq) if lie.level in (1, 2) else None)
            shutil.rmtree(bundle)
        c.equal("the data directory", os.path.isdir(os.path.join(away, "empty")) and
                os.listdir(os.path.join(away, "empty")), False)
    c.finish()


if __name__ == "__main__":
    main()
