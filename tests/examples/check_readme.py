"""The README's sample output is what the program prints, and the README's commands work; so do those of
examples/evidence and examples/verify, as they stand.

Needs WARRANT_BIN and WARRANT_ROOT. With --write the sample in README.md is replaced by what the program
prints now. Prints "N passed, N failed" last."""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT, BIN = os.environ["WARRANT_ROOT"], os.environ["WARRANT_BIN"]
README = os.path.join(ROOT, "README.md")
SAMPLE = re.compile(r"(<!-- sample: quickstart -->\n```\n)(.*?)(```\n<!-- end sample -->)", re.S)
QUESTION = "How might metformin lower blood glucose in type 2 diabetes?"


def run(home, *args):
    return subprocess.run([BIN, "-C", home, *args], capture_output=True, text=True, cwd=ROOT)


def shell_commands(text):
    """Lines of fenced blocks that start with the program's name, continuation lines joined."""
    for block in re.findall(r"```\n(.*?)```", text, re.S):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True) if line.startswith(("warrant ", "build/")) else []
            if words and os.path.basename(words[0]) == "warrant":
                yield words[1:]


def blocks_run(folder, home, place):
    """The fenced blocks of an example's README in a shell, where a clone is at hand."""
    env = {**os.environ, "PATH": os.path.dirname(BIN) + ":" + os.environ["PATH"], "WARRANT_HOME": home}
    with open(os.path.join(ROOT, "examples", folder, "README.md"), encoding="utf-8") as file:
        text = file.read()
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.M | re.S):
        done = subprocess.run(["sh", "-e"], input=block, cwd=place, env=env, capture_output=True, text=True)
        yield f"examples/{folder}: {block}{done.stdout}{done.stderr}", done.returncode == 0


def examples_run():
    """A question to made-up papers; then its bundle, checked without the program."""
    with tempfile.TemporaryDirectory(prefix="warrant-readme-") as place:
        home = os.path.join(place, "home")
        os.symlink(os.path.join(ROOT, "examples"), os.path.join(place, "examples"))
        yield from blocks_run("evidence", home, place)
        os.symlink(os.path.join(home, "keys", "ledger.pub"), os.path.join(place, "ledger.pub"))
        yield from blocks_run("verify", home, place)


def main():
    failed = passed = 0
    text = open(README, encoding="utf-8").read()
    with tempfile.TemporaryDirectory(prefix="warrant-readme-") as home:
        done = run(home, "kg", "import", "--format", "kgx", "--source", "warrant-example", "--version", "1",
                   "examples/kg/nodes.tsv", "examples/kg/edges.tsv")
        assert done.returncode == 0, done.stderr
        done = run(home, "ask", "--model", "none", "--seed", "7", QUESTION)
        if "--write" in sys.argv:
            text = SAMPLE.sub(lambda m: m.group(1) + done.stdout + m.group(3), text)
            open(README, "w", encoding="utf-8").write(text)
        checks = [("the sample is what the program prints", done.returncode == 0 and
                   SAMPLE.search(text).group(2) == done.stdout)]
        for words in shell_commands(text):
            if "-C" in words:
                del words[words.index("-C"):words.index("-C") + 2]
            result = run(home, *words)
            checks.append((" ".join(words), result.returncode == 0))
    tools = [tool["name"] for tool in json.loads(run(home, "tool", "list", "--json").stdout)["data"]]
    checks += [(f"the README names the tool {name}", f"`{name}`" in text) for name in tools]
    examples = list(examples_run())
    checks += examples + [("a block of each example", len(examples) >= 2)]
    for what, good in checks:
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"FAILED {what}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or len(checks) < 5 else 0)


main()
