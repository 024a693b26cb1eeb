#!/usr/bin/env python3
"""The documents: root files exist, every room has a short README, the size limits hold, and every
relative link leads to a file (and to a heading, where it names one). Usage: docs.py [ROOT]
"""
import os
import re
import sys
import urllib.parse

from lint import ROOMS, Score, files, judge, read, root_of_arguments, self_test

ROOT_FILES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
MAX_LINES = {"ARCHITECTURE.md": 200, "CMakeLists.txt": 150}
MAX_README = 60

FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.M | re.S)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.M)
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.M)
EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def anchors(text):
    """The anchors that a page's headings get on the usual hosts."""
    found = set()
    for match in HEADING.finditer(FENCE.sub(blank, text)):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match.group(1)).lower()
        slug = re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
        number = 0
        while slug + ("-%d" % number if number else "") in found:
            number += 1
        found.add(slug + ("-%d" % number if number else ""))
    return found


def rooms(root):
    """The top-level source folders and the modules below src that hold C files."""
    found = [room for room in ROOMS if os.path.isdir(os.path.join(root, room))]
    modules = {"/".join(path.split("/")[:2]) for path in files(root, ".c", ".h")
               if path.startswith("src/") and path.count("/") > 1} - {"src/include"}
    return found + sorted(modules)


def documents(root):
    return [name for name in sorted(os.listdir(root)) if name.endswith(".md")] + files(root, ".md")


def check_links(root, path):
    found = []
    raw = read(root, path)
    text = CODE.sub(blank, FENCE.sub(blank, raw))
    for match in LINK.finditer(text):
        target = match.group(1) or match.group(2)
        if EXTERNAL.match(target):
            continue
        name, _, anchor = urllib.parse.unquote(target).partition("#")
        line = text.count("\n", 0, match.start()) + 1
        to = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
        if to.startswith(("..", "/")) or not os.path.exists(os.path.join(root, to)):
            found.append("%s:%d: no such file: %s" % (path, line, target))
        elif anchor and to.endswith(".md") and anchor not in anchors(read(root, to)):
            found.append("%s:%d: no such heading: %s" % (path, line, target))
    return found


def check_size(root, path, most):
    lines = read(root, path).count("\n")
    return ["%s:%d: %d lines, at most %d" % (path, lines, lines, most)] if lines > most else []


def findings(root):
    found = ["%s:0: is missing" % name for name in ROOT_FILES
             if not os.path.isfile(os.path.join(root, name))]
    found += ["%s/README.md:0: is missing" % room for room in rooms(root)
              if not os.path.isfile(os.path.join(root, room, "README.md"))]
    for name, most in MAX_LINES.items():
        if os.path.isfile(os.path.join(root, name)):
            found += check_size(root, name, most)
    for path in documents(root):
        if "/" in path and path.endswith("/README.md"):
            found += check_size(root, path, MAX_README)
        found += check_links(root, path)
    return found


COMPLETE = {**{name: "# A page\n" for name in ROOT_FILES}, "CMakeLists.txt": "\n",
            "kg/README.md": "text\n", "src/README.md": "\n"}
BAD = [
    ({**COMPLETE, "kg/README.md": "x\n" * 61}, "61 lines, at most 60"),
    ({**COMPLETE, "ARCHITECTURE.md": "x\n" * 201}, "at most 200"),
    ({**COMPLETE, "CMakeLists.txt": "\n" * 151}, "at most 150"),
    ({**COMPLETE, "agent/a.c": "\n"}, "agent/README.md:0: is missing"),
    ({**COMPLETE, "src/llm/a.c": "\n"}, "src/llm/README.md:0: is missing"),
    ({**COMPLETE, "README.md": "see\n[it](kg/gone.md)\n"}, "README.md:2: no such file: kg/gone.md"),
    ({**COMPLETE, "kg/README.md": "[it](ARCHITECTURE.md)\n"}, "no such file"),
    ({**COMPLETE, "kg/README.md": "[it](../../x)\n"}, "no such file"),
    ({**COMPLETE, "README.md": "[it](CHANGELOG.md#nowhere)\n"}, "no such heading"),
    ({**COMPLETE, "README.md": "[it]: gone.md\n"}, "no such file"),
] + [({path: text for path, text in COMPLETE.items() if path != name}, name + ":0: is missing")
     for name in ROOT_FILES]
GOOD = [
    COMPLETE,
    {**COMPLETE, "README.md": "## What it can, and cannot\n[a](kg/README.md) [b](#what-it-can-and-"
     "cannot) [c](https://example.org/x) `[d](gone)` [e](CHANGELOG.md#a-page) [f](kg/)\n"
     "```\n[g](gone)\n```\n"},
]


def main():
    root = root_of_arguments()
    score = Score()
    self_test(score, findings, BAD, GOOD)
    judge(score, root, documents(root), findings)
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
