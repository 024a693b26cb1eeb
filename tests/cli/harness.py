"""Runs the real program on a data directory of its own and counts checks.

Used by the scripts of this folder; needs WARRANT_BIN (the built program) and the repository root in
WARRANT_ROOT. Prints "N passed, N failed" last and exits non-zero on a failure."""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ["WARRANT_ROOT"]
BIN = os.environ["WARRANT_BIN"]
QUESTION = "How might metformin lower blood glucose in type 2 diabetes?"


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, claim, ok, detail=""):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {claim}: {str(detail)[:2000]}")
        return ok

    def equal(self, claim, got, want):
        return self.check(claim, got == want, f"got {got!r}, want {want!r}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


class Home:
    """A data directory, removed afterwards."""

    def __init__(self, with_graph=True):
        self.dir = tempfile.mkdtemp(prefix="warrant-test-")
        if with_graph:
            done = self.run("kg", "import", "--source", "warrant-example", "--version", "1",
                            f"{ROOT}/examples/kg/nodes.tsv", f"{ROOT}/examples/kg/edges.tsv")
            assert done.code == 0, done.err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def run(self, *args, stdin="", env=None, timeout=300):
        return Result(subprocess.run(
            [BIN, "-C", self.dir, *args], input=stdin, capture_output=True, text=True,
            timeout=timeout, env={**os.environ, **(env or {})}))

    def replay_all(self, checks):
        """Every sealed run of the store, made again from its journal: whatever a test asked."""
        for run in self.run("run", "list", "--json").json()["data"]:
            if run["sealed"]:
                done = self.run("run", "replay", run["run"])
                checks.check(f"replayed: {run['question'][:60]} ({run['outcome']})", done.code == 0,
                             done.err + done.out)

    def ask(self, question, *args):
        return self.run("ask", "--model", "none", *args, question)


def embedded_model():
    cache = (os.environ.get("WARRANT_CACHE") or
             os.path.join(os.environ.get("XDG_CACHE_HOME") or
                          os.path.expanduser("~/.cache"), "warrant"))
    found = sorted(glob.glob(os.path.join(cache, "models", "SmolLM2-135M-Instruct.Q4_1.gguf")))
    return found[0] if found else None


def skipped(what):
    if os.environ.get("CI") == "true":
        raise SystemExit(f"{what} is absent, and CI must have it")
    print(f"SKIPPED: no {what}")


def read_tsv(name):
    with open(f"{ROOT}/examples/kg/{name}", encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split("\t")
        return [dict(zip(header, line.rstrip("\n").split("\t"))) for line in file]
