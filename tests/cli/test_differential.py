"""Random alterations of real bundles, looked at by two verifiers that share no code.

`warrant audit verify --level 2` and examples/verify/verify.py must exit alike and name the same level and
event, whatever was done: to bytes of any file, to the JSON of it, to the archive around it, or to the events
with everything hashed and signed anew by the same key. What both let pass must have left every file as it was,
or be a record of its own that the key signed.

    test_differential.py [--seconds N] [--seed N]      CPU time; 35 s and seed 1 when it is not said"""
import argparse
import functools
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from random import Random

from harness import BIN, QUESTION, ROOT, Checks, Home

sys.path.insert(0, f"{ROOT}/examples/verify")
import alterations  # noqa: E402
import formats  # noqa: E402
import resign  # noqa: E402
import rich  # noqa: E402
import verify  # noqa: E402

formats.is_signed = functools.lru_cache(None)(formats.is_signed)  # many bundles have the same heads
CASES_MIN = 60  # those that are known among them


class Base:
    """A bundle that holds, as files."""

    def __init__(self, name, archive):
        self.name, self.archive = name, open(archive, "rb").read()
        with zipfile.ZipFile(archive) as whole:
            self.files = {entry: whole.read(entry) for entry in whole.namelist()}
        self.lines = self.files["events.jsonl"].split(b"\n")[:-1]


# ---- what one of the two once judged otherwise

def first(events, of_type, **members):
    return next(event["body"] for event in events if event["type"] == of_type and
                all(event["body"].get(name) == value for name, value in members.items()))


def set_step(events, step):
    for event in events:
        if event["body"].get("step") == "n1":
            event["body"]["step"] = step


def add_decision(events, **members):
    """Before the end of the run."""
    body = {"id": "new", "phase": "tool_call", "step": "n9", "decision": "allow", "determining": ["r"],
            "request": {"tool": "web", "args": {}}, **members}
    events.insert(-1, {**events[1], "type": "policy.decision", "body": body})


KNOWN = {  # name: (change, passes)
    "a claim without id": (lambda e: first(e, "claim").pop("id"), True),
    "a claim whose id is a number": (lambda e: first(e, "claim").update(id=5), True),
    "a claim named like a file": (lambda e: first(e, "claim").update(id="../x"), True),
    "claims of one name": (lambda e: [x["body"].update(id="one") for x in e if x["type"] == "claim"], True),
    "a decision without request": (lambda e: first(e, "policy.decision", id="t1").pop("request"), True),
    "a decision of no phase": (lambda e: first(e, "policy.decision", id="t2").pop("phase"), True),
    "a decision of another phase": (lambda e: first(e, "policy.decision", id="t3").update(phase="x"), False),
    "approvals that are a text": (lambda e: add_decision(e, request={"approvals": "r"}), False),
    "approvals that are null": (lambda e: add_decision(e, request={"approvals": None}), False),
    "no approvals": (lambda e: add_decision(e, request={"approvals": []}), True),
    "a second decision of a name": (lambda e: add_decision(e, id="t1"), False),
    "a decision whose name is a number": (lambda e: add_decision(e, id=5), False),
    "two faults, the earlier one counts": (lambda e: [add_decision(e, id="t1"), first(
        e, "policy.decision", id="t1").update(decision="deny")], False),
    "a tool.call whose decision is null": (lambda e: first(e, "tool.call", step="n1").update(decision=None), False),
    "a step of 2^53": (lambda e: set_step(e, 2**53), False),
    "a step of 2^53 - 1": (lambda e: set_step(e, 2**53 - 1), True),
    "a step of true": (lambda e: set_step(e, True), False),
    "an address that was taken away": (lambda e: first(e, "http.request").update(url={"commit": "0" * 64}), False),
    "arguments that were taken away": (lambda e: first(e, "tool.call", step="n1").update(
        args={"commit": "0" * 64}), True),
    "an empty dest": (lambda e: first(e, "policy.decision", id="t2")["request"].update(dest=""), True),
    "a number and null": (lambda e: (first(e, "http.request").update(n=None), first(
        e, "http.response").update(n=None), first(e, "policy.decision", id="t2")["request"]["http"].pop("n")), False),
    "a blob of 10^18 bytes": (lambda e: first(e, "output").update(x={"sha256": "0" * 64, "size": 10**18}), True),
    "a blob of 10^17 bytes": (lambda e: first(e, "output").update(x={"sha256": "0" * 64, "size": 10**17}), False),
    "a policy that is a text": (lambda e: e[0]["body"].update(policy="x"), True),
    "sealed names that are a text": (lambda e: e[0]["body"].update(sealed="x"), True),
    "sealed names, and a value taken away": (lambda e: (e[0]["body"].update(sealed=["text"]), first(
        e, "output").update(text={"commit": "0" * 64})), True),
    "64 levels": (lambda e: first(e, "output").update(x=alterations.nested(62)), True),
    "65 levels": (lambda e: first(e, "output").update(x=alterations.nested(63)), False),
    "4 MiB": (lambda e: first(e, "output").update(x="a" * 2**22), False),
}


def look_at_known(both, base, signer):
    for name, (change, passes) in KNOWN.items():
        events = [json.loads(line) for line in base.lines]
        change(events)
        lines = [alterations.numbered(alterations.text_of(event), i) for i, event in enumerate(events)]
        path = both.home.path("case")
        write_folder(path, resign.bundle(base.files, resign.linked(lines), signer))
        ours = both.look(name, path, True)
        both.c.equal(f"{name}: exit", ours[0], 0 if passes else 6)


# ---- both verifiers

class Both:
    def __init__(self, checks, home):
        self.c, self.home, self.counts = checks, home, Counter()
        self.cpu = self.cases = 0
        self.away = home.path("away")

    def program(self, path):
        done = subprocess.run([BIN, "-C", self.away, "audit", "verify", path, "--level", "2", "--json"],
                              capture_output=True, timeout=120, check=False)
        try:
            failure = json.loads(done.stdout)["data"]["first_failure"]
        except (ValueError, KeyError, TypeError):
            return done.returncode, (done.stdout + done.stderr).decode(errors="replace")[-500:], ""
        named = failure and (failure["level"], failure["seq"])
        return done.returncode, named, failure["message"] if failure else ""

    def python(self, path):
        bad = next((row for row in verify.verify(path) if not row[2]), None)
        return (6, (bad[0], bad[3]), bad[4]) if bad else (0, None, "")

    def look(self, label, path, same, explain=None):
        """same: every file that is listed is as it was, or the key signed the record as it is."""
        ours, theirs = self.program(path), self.python(path)
        self.cases += 1
        verdict = "passes" if ours[0] == theirs[0] == 0 else "fails"
        self.counts[f"{label}: {verdict}"] += 1
        if ours[:2] != theirs[:2] and not (explain and explain(ours, theirs)):
            kept = f"/tmp/differential-{self.cases}" if os.environ.get("WARRANT_KEEP") else None
            if kept and os.path.isdir(path):
                shutil.copytree(path, kept, dirs_exist_ok=True)
            elif kept:
                shutil.copy(path, kept)
            self.c.check(f"{label}, case {self.cases}", False, f"warrant {ours}, verify.py {theirs}")
        else:
            self.c.check(f"{label}, case {self.cases}: what passes is as it was", verdict == "fails" or same)
        return ours


def write_folder(path, files):
    shutil.rmtree(path, ignore_errors=True)
    for name, data in files.items():
        target = os.path.join(path, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(data)


def is_as_it_was(files, base):
    return all(files.get(name) == data for name, data in base.files.items())


def says_the_same(label, files, base):
    """True when nothing that was sealed is another, whatever else is."""
    if label == "signed anew":  # a record of its own
        return True
    if label == "a head anew":
        head, events = ([bundle[name].partition(b"\n\n")[0] for bundle in (files, base.files)]
                        for name in ("checkpoint", "events.jsonl"))
        return head[0] == head[1] and events[0] == events[1]
    if label == "sealed values anew":  # values may be taken away, and no others be put there
        return {*files.get("sealed.jsonl", b"").split(b"\n")} <= {*base.files["sealed.jsonl"].split(b"\n")}
    if label == "bytes":
        return is_as_it_was(files, base)
    return all(files.get(name) == data for name, data in base.files.items()
               if name not in verify.PAGES | {"manifest.json"})


def of_pages(files, base):
    """Pages and VERIFY.md follow from the record; the program makes them again, verify.py says that it does not."""
    return lambda ours, theirs: ours[:2] == (6, (1, None)) and theirs[0] == 0 and all(
        files.get(name) == data for name, data in base.files.items()
        if name not in alterations.PAGES | {"manifest.json"})


def of_container(path, base):
    """Headers that one reader of archives passes over: what it takes out is every file as it was."""
    def explain(ours, theirs):
        if theirs[0] == 0:
            return is_as_it_was(verify.read_files(verify.Path(path)), base) and ours[1] == (1, None)
        return ours[0] == 0 and theirs[1] == (1, None)
    return explain


def one_case(random, both, bases, signer):
    base, path = random.choice(bases), both.home.path("case")
    label = random.choice(sorted(alterations.WAYS) + ["archive", "signed anew", "signed anew"])
    if label == "archive":
        what, make = alterations.wrapped(random, base)
        with open(path + ".zip", "wb") as file:
            file.write(make())
        both.look(f"{label} {what}", path + ".zip", True, of_container(path + ".zip", base))
        return
    if label == "sealed values anew" and "sealed.jsonl" not in base.files:
        return
    files = alterations.WAYS[label](random, base, signer)
    write_folder(path, files)
    both.look(label, path, says_the_same(label, files, base),
              of_pages(files, base) if label in ("bytes", "pages anew") else None)


def make_bases(home):
    bases = []
    run = rich.run(home, with_numbers=False)
    home.run("run", "export", run, "-o", home.path("rich.zip"))
    home.ask(QUESTION, "--seal", "question,args,text")
    home.run("run", "export", "last", "-o", home.path("sealed.zip"))
    home.run("run", "export", "last", "--redact", "args", "-o", home.path("less.zip"))
    for name in ("rich", "sealed", "less"):
        bases.append(Base(name, home.path(f"{name}.zip")))
    return bases


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=35)
    options.add_argument("--seed", type=int, default=1)
    given, _ = options.parse_known_args()
    c, random = Checks(), Random(given.seed)
    with Home() as home:
        both, bases = Both(c, home), make_bases(home)
        signer = resign.Signer(bytes.fromhex(open(home.path("keys", "ledger.key")).read().strip()))
        for base in bases:
            write_folder(home.path("case"), base.files)
            both.look(f"{base.name} as it is", home.path("case"), True)
            write_folder(home.path("case"), resign.bundle(base.files, base.lines, signer))
            both.look(f"{base.name} made again", home.path("case"), True)
        c.equal("all hold as they are and as they are made again", both.counts.total(), sum(
            n for label, n in both.counts.items() if label.endswith("passes")))
        look_at_known(both, bases[0], signer)
        while sum(os.times()[:4]) < given.seconds or both.cases < CASES_MIN:
            one_case(random, both, bases, signer)
        for label, n in sorted(both.counts.items()):
            print(f"{n:5d}  {label}")
    c.finish()


main()
