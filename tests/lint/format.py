#!/usr/bin/env python3
"""Every C file is laid out as .clang-format says. Usage: format.py [ROOT]

Versions of clang-format differ in details, so only the one that the tree is formatted with decides;
without it the check is skipped (exit 77) and says so.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from lint import SKIP, Score, files, root_of_arguments

VERSION = "14"
BATCH = 40


def find_tool():
    for name in ("clang-format-" + VERSION, "clang-format"):
        path = shutil.which(name)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], stdout=subprocess.PIPE, universal_newlines=True,
                              check=False).stdout
        match = re.search(r"version (\d+)", said)
        if match and match.group(1) == VERSION:
            return path
    return None


def misformatted(tool, root, paths):
    """The paths whose layout differs, with the first line that does."""
    found = {}
    for start in range(0, len(paths), BATCH):
        done = subprocess.run(
            [tool, "--style=file", "--dry-run", "-Werror", *paths[start:start + BATCH]], cwd=root,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, universal_newlines=True, check=False)
        for match in re.finditer(r"^(.+?):(\d+):\d+: error:", done.stderr, re.M):
            found.setdefault(match.group(1), match.group(2))
        if done.returncode != 0 and not found:
            found[paths[start]] = "0"
    return found


def self_test(score, tool, root):
    with tempfile.TemporaryDirectory(prefix="warrant-lint-") as folder:
        shutil.copy(os.path.join(root, ".clang-format"), folder)
        for name, text in (("bad.c", "int  f( void ){return 0 ;}\n"),
                           ("good.c", "int f(void) {\n    return 0;\n}\n")):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        found = misformatted(tool, folder, ["bad.c", "good.c"])
        score.check(found == {"bad.c": "1"}, "self-test: found %s" % found)


def main():
    root = root_of_arguments()
    tool = find_tool()
    if tool is None:
        print("SKIPPED: no clang-format %s here, the layout of the C files is NOT checked" % VERSION)
        return SKIP
    score = Score()
    self_test(score, tool, root)
    paths = files(root, ".c", ".h")
    found = misformatted(tool, root, paths)
    for path in paths:
        score.check(path not in found, "%s:%s: run clang-format -i on it" % (path, found.get(path)))
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
