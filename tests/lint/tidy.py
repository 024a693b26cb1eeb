#!/usr/bin/env python3
"""clang-tidy over our C files with the repository's .clang-tidy. Usage: tidy.py BUILD_DIR [ROOT]

BUILD_DIR holds compile_commands.json; a file that no target compiles is not looked at. Versions of
clang-tidy differ in their checks, so only the one that the tree is kept clean with decides; without
it the check is skipped (exit 77) and says so.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from lint import SKIP, Score

VERSION = "14"
FOLDERS = ("agent", "kg", "policies", "tools", "src", "examples")


def find_tool():
    for name in ("clang-tidy-" + VERSION, "clang-tidy"):
        path = shutil.which(name)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], stdout=subprocess.PIPE, universal_newlines=True,
                              check=False).stdout
        match = re.search(r"version (\d+)", said)
        if match and match.group(1) == VERSION:
            return path
    return None


def warnings_of(tool, arguments):
    """The lines that name a finding (or why there are none); [] when the file is clean."""
    done = subprocess.run([tool, "--quiet", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False)
    if done.returncode == 0:
        return []
    lines = [line for line in done.stdout.splitlines() if re.search(r": (warning|error):", line)]
    return lines or [done.stdout.strip() or "clang-tidy exited %d" % done.returncode]


def self_test(score, tool, root):
    config = "--config-file=" + os.path.join(root, ".clang-tidy")
    cases = (("int f(int *p);\nint f(int *p) {\n    if (!p)\n        return *p;\n"
              "    return 0;\n}\n", "NullDereference"),
             ("int f(int a);\nint f(int a) {\n    return a == a;\n}\n", "misc-redundant-expression"),
             ("int f(int a);\nint f(int a) {\n    return a;\n}\n", None))
    with tempfile.TemporaryDirectory(prefix="warrant-lint-") as folder:
        source = os.path.join(folder, "sample.c")
        for text, expected in cases:
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            found = warnings_of(tool, [config, source, "--", "-std=c17"])
            score.check(not found if expected is None else expected in "".join(found),
                        "self-test: expected %s, found %s" % (expected, found))


def compiled_files(build, root):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        paths = {os.path.normpath(os.path.join(entry["directory"], entry["file"]))
                 for entry in json.load(file)}
    inside = [os.path.relpath(path, root) for path in paths if os.path.isfile(path)]
    return sorted(path for path in inside if path.endswith(".c") and path.startswith(
        tuple(folder + os.sep for folder in FOLDERS)))


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.realpath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(here, "..", ".."))
    tool = find_tool()
    if tool is None:
        print("SKIPPED: no clang-tidy %s here, static analysis is NOT done" % VERSION)
        return SKIP
    score = Score()
    self_test(score, tool, root)
    paths = compiled_files(sys.argv[1], root)
    score.check(bool(paths), "no file of ours in compile_commands.json")
    start = time.monotonic()
    shown = set()  # a finding in a header comes again with every file that includes it
    for path in paths:
        found = warnings_of(tool, ["-p", sys.argv[1], os.path.join(root, path)])
        fresh = [line for line in found if line not in shown]
        score.check(not found, "\n    ".join([path, *(fresh or ["as above"])]))
        shown.update(fresh)
    print("%d files in %.0f s" % (len(paths), time.monotonic() - start))
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
