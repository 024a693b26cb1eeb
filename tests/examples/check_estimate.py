"""examples/estimate: the table is the one that its script makes, and the README's commands print what
stands below them.

Needs WARRANT_BIN and WARRANT_ROOT. With --write the README gets what the program prints now. Prints
"N passed, N failed" last."""
import os
import re
import shlex
import subprocess
import sys
import tempfile

FOLDER = os.path.join(os.environ["WARRANT_ROOT"], "examples", "estimate")
BLOCK = re.compile(r"(```\n\$ warrant ([^\n]*)\n)(.*?)(```\n)", re.S)


def printed(home, command):
    done = subprocess.run([os.environ["WARRANT_BIN"], "-C", home, *shlex.split(command)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=FOLDER)
    return done.returncode, done.stdout


def main():
    path = os.path.join(FOLDER, "README.md")
    text = open(path, encoding="utf-8").read()
    made = subprocess.run([sys.executable, os.path.join(FOLDER, "cohort.py")], text=True, check=True,
                          stdout=subprocess.PIPE).stdout
    kept = open(os.path.join(FOLDER, "cohort.csv"), encoding="utf-8").read()
    checks, codes = [("cohort.csv is what cohort.py makes", made == kept)], []
    with tempfile.TemporaryDirectory(prefix="warrant-example-") as home:
        if "--write" in sys.argv:
            text = BLOCK.sub(lambda m: m[1] + printed(home, m[2])[1] + m[4], text)
            open(path, "w", encoding="utf-8").write(text)
        for _, command, expected, _ in BLOCK.findall(text):
            code, output = printed(home, command)
            codes.append(code)
            checks.append((f"{command}:\n{output}", output == expected))
    checks.append((f"exit codes {codes}", codes == [0, 0, 2, 3, 0]))
    for what, good in checks:
        if not good:
            print(f"FAILED {what}")
    failed = sum(not good for _, good in checks)
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
