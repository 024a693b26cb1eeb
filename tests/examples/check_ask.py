"""examples/ask: the README's commands print what stands below them, and every run passes all levels of
an audit, as a bundle too.

Needs WARRANT_BIN and WARRANT_ROOT. With --write the README gets what the program prints now. Where the
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
BLOCK = re.compile(r"(```\n\$ warrant ([^\n]*)\n)(.*?)(```\n)", re.S)


def run(home, *arguments):
    return subprocess.run([os.environ["WARRANT_BIN"], "-C", home, *arguments], text=True,
                          capture_output=True, cwd=FOLDER, timeout=900)


def audit(home, checks, what):
    bundle = os.path.join(home, f"bundle{len(checks)}")
    done = run(home, "audit", "verify", "last")
    checks.append((f"{what}: all levels pass\n{done.stdout}{done.stderr}", done.returncode == 0))
    run(home, "run", "export", "last", "-o", bundle)
    done = run(home, "audit", "verify", bundle)
    checks.append((f"{what}: its bundle passes\n{done.stdout}{done.stderr}", done.returncode == 0))


def claims(text):
    return re.findall(r"^ {5}c\d+ +(.*)$", text, re.M)


def main():
    path = os.path.join(FOLDER, "ask", "README.md")
    text = open(path, encoding="utf-8").read()
    checks = []
    with tempfile.TemporaryDirectory(prefix="warrant-example-") as home:
        if "--write" in sys.argv:
            text = BLOCK.sub(lambda m: m[1] + run(home, *shlex.split(m[2])).stdout + m[4], text)
            open(path, "w", encoding="utf-8").write(text)
        for _, command, expected, _ in BLOCK.findall(text):
            done = run(home, *shlex.split(command))
            checks.append((f"{command}:\n{done.stdout}{done.stderr}",
                           done.stdout == expected and done.returncode == 0))
            audit(home, checks, command)
        model = embedded_model()
        for _, command, expected, _ in BLOCK.findall(text) if model else []:
            words = ["llama:" + model if word == "none" else word for word in shlex.split(command)]
            done = run(home, *words)
            checks.append((f"the same claims with a model, {command}:\n{done.stdout}{done.stderr}",
                           claims(done.stdout) == claims(expected) and claims(expected)))
            audit(home, checks, f"{command} with a model")
        if not model:
            skipped("embedded language model")
    for what, good in checks:
        if not good:
            print(f"FAILED {what}")
    failed = sum(not good for _, good in checks)
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
