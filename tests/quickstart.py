#!/usr/bin/env python3
"""Runs examples/quickstart.sh twice, without and with the model, and compares.

Without a model the answer is the same byte for byte; with one, claims, grounds and exit code are.
Both times the content hash of the run is the same, the audit passes, and at least one claim about
metformin stands on edges of the graph that name a source. Usage: python3 tests/quickstart.py
"""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WARRANT = os.path.join(ROOT, "build", "release", "bin", "warrant")
passed = failed = 0


def check(condition, what):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
    print(("ok      " if condition else "FAILED  ") + what, flush=True)


def ask(home, *options):
    """One run of the quickstart: exit code and what it wrote to stdout."""
    done = subprocess.run(
        ["sh", os.path.join(ROOT, "examples", "quickstart.sh"), "-C", home, "--", *options],
        stdout=subprocess.PIPE, check=False)
    return done.returncode, done.stdout


def warrant(home, *words):
    done = subprocess.run([WARRANT, "-C", home, *words], stdout=subprocess.PIPE, check=False)
    return done.returncode, done.stdout


def data_of(output):
    try:
        return json.loads(output)["data"] or {}
    except (ValueError, KeyError, TypeError):
        return {}


def content_hash(home):
    code, output = warrant(home, "run", "show", "last", "--json")
    return data_of(output).get("content") if code == 0 else None


def sourced_claims(answer):
    """Claims about metformin, each of whose KG grounds exists and names its source."""
    evidence = {item["id"]: item for item in answer.get("evidence", [])}
    found = []
    for claim in answer.get("claims", []):
        grounds = [evidence.get(ground["evidence"]) for ground in claim.get("grounds", [])]
        edges = [item for item in grounds if item and item["kind"] == "kg_edge"]
        if "metformin" in json.dumps(claim).lower() and edges and None not in grounds and all(
                item.get("source") and item.get("locator") for item in edges):
            found.append(claim)
    return found


def compare_text(root):
    homes = [os.path.join(root, "text1"), os.path.join(root, "text2")]
    runs = [ask(home, "--model", "none") for home in homes]
    check(runs[0][0] == 0 and runs[1][0] == 0, "without a model: exit 0 twice")
    check(runs[0][1] == runs[1][1] and len(runs[0][1]) > 0, "without a model: same bytes twice")
    hashes = [content_hash(home) for home in homes]
    check(hashes[0] and hashes[0] == hashes[1], "without a model: same content hash twice")
    check(warrant(homes[0], "audit", "verify", "last")[0] == 0, "without a model: audit passes")


def compare_claims(root, label, *options):
    homes = [os.path.join(root, label + "1"), os.path.join(root, label + "2")]
    runs = [ask(home, "--json", *options) for home in homes]
    answers = [data_of(output) for _, output in runs]
    check(runs[0][0] == 0 and runs[1][0] == 0, label + ": exit 0 twice")
    check(sourced_claims(answers[0]), label + ": a claim about metformin on sourced edges")
    for part in ("claims", "evidence"):
        check(answers[0].get(part) and answers[0].get(part) == answers[1].get(part),
              "%s: same %s twice" % (label, part))
    hashes = [content_hash(home) for home in homes]
    check(hashes[0] and hashes[0] == hashes[1], label + ": same content hash twice")
    bundle = os.path.join(homes[1], "bundle")
    warrant(homes[1], "run", "export", "last", "-o", bundle)
    code, said = warrant(homes[1], "audit", "verify", bundle, "--level", "6")
    check(code == 0 and b"replay         pass" in said, label + ": its bundle passes level 6")
    print("model of %s: %s" % (label, answers[0].get("model")))


def main():
    with tempfile.TemporaryDirectory(prefix="warrant-quickstart-") as root:
        compare_text(root)
        compare_claims(root, "none", "--model", "none")
        compare_claims(root, "default")
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
