"""examples/ask: the README's commands print what stands in expected/, and every run passes all levels of
an audit, as a bundle too.

Needs WARRANT_BIN and WARRANT_ROOT. With --write expected/ gets what the program prints now. Where the
embedded language model is at hand the same questions are asked with it: its claims, which code makes,
must be the same. Prints "N passed, N failed" last."""
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.environ["WARRANT_ROOT"]
sys.path.insert(0, os.path.join(ROOT, "tests", "cli"))
from harness import embedded_model, skipped  # noqa: E402

FOLDER = os.path.join(ROOT, "examples")
COMMAND = re.compile(r"^    warrant (.*\S) +# (\w+)\.txt$", re.M)


def run(home, *arguments):
    return subprocess.run([os.environ["WARRANT_BIN"], "-C", home, *arguments], text=True,
                          capture_output=True, cwd=FOLDER, timeout=900)


def audit(home, checks, what):
    bundle = os.path.join(home, f"bundle{len(checks)}")
    run(home, "run", "export", "last", "-o", bundle)
    for run_or_bundle in "last", bundle:
        done = run(home, "audit", "verify", run_or_bundle, "--level", "6")
        checks.append((f"{what}: level 6 of {os.path.basename(run_or_bundle)}\n{done.stdout}{done.stderr}",
                       done.returncode == 0 and "replay         pass" in done.stdout))


def claims(text):
    return re.findall(r"^ {5}c\d+ +(.*)$", text, re.M)


def expected(name):
    return os.path.join(FOLDER, "ask", "expected", name + ".txt")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def ask(home, checks, command, name):
    done = run(home, *shlex.split(command))
    if "--write" in sys.argv:
        with open(expected(name), "w", encoding="utf-8") as file:
            file.write(done.stdout)
    checks.append((f"{command}:\n{done.stdout}{done.stderr}",
                   done.stdout == read(expected(name)) and done.returncode == 0))
    audit(home, checks, command)


def ask_model(home, checks, command, name, model):
    words = ["llama:" + model if word == "none" else word for word in shlex.split(command)]
    done, want = run(home, *words), claims(read(expected(name)))
    checks.append((f"the same claims with a model, {command}:\n{done.stdout}{done.stderr}",
                   want and claims(done.stdout) == want))
    audit(home, checks, f"{command} with a model")


def ask_simulation(home, checks, model):
    """A language model's mechanism: model-implied, and computed again from the recorded scores."""
    done = run(home, "ask", "-q", "--model", "llama:" + model, "--scm", "scm/warfarin.scm.json", "--patient",
               "scm/patient.json", "--do", "dose=low", "--outcome", "bleeding", "What if the dose had been low?")
    checks.append((f"a language model's mechanism:\n{done.stdout}{done.stderr}",
                   "rung 0: no claim about the world (model-implied" in done.stdout and "rung 3" not in done.stdout and
                   "[model-implied, not evidence]" in done.stdout and done.returncode == 0))
    audit(home, checks, "a language model's mechanism")


def ask_without_its_model(home, checks):
    """A mechanism wants a language model and there is none: that stands before all else."""
    done = run(home, "ask", "-q", "--model", "none", "--scm", "scm/warfarin.scm.json", "--patient", "scm/patient.json",
               "--do", "dose=low", "--outcome", "bleeding", "What if the dose had been low?")
    head = done.stdout.split("c1 ")[0]
    checks.append((f"what was not computed is said first\n{done.stdout}{done.stderr}",
                   "NOT COMPUTED: what would have been" in head and "no language model is open" in head))
    page = os.path.join(home, "page.html")
    run(home, "report", "last", "-o", page)
    checks.append(("the report says so in its header", "Not computed" in read(page).split('id="limits"')[0]))
    audit(home, checks, "a what-if without its model")


def main():
    commands = COMMAND.findall(read(os.path.join(FOLDER, "ask", "README.md")))
    checks, model = [("four questions", len(commands) == 4)], embedded_model()
    with tempfile.TemporaryDirectory(prefix="warrant-example-") as home:
        for command, name in commands:
            ask(home, checks, command, name)
        for command, name in commands if model else []:
            ask_model(home, checks, command, name, model)
        ask_without_its_model(home, checks)
        if model:
            ask_simulation(home, checks, model)
        else:
            skipped("embedded language model")
    for what, good in checks:
        if not good:
            print(f"FAILED {what}")
    failed = sum(not good for _, good in checks)
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
