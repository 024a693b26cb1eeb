#!/usr/bin/env python3
"""The documents: root files exist, every room has a short README, the size limits hold, every
relative link leads to a file (and to a heading, where it names one), and every source that is named
in backticks is there: beside the document, below it, in the tests of its folder, or as the end of one
path alone. A folder's README names every source of the folder, and its table nothing that is not
there. Usage: docs.py [ROOT]
"""
import fnmatch
import os
import re
import sys
import urllib.parse

from lint import ROOMS, Score, files, judge, line_of, read, root_of_arguments, self_test

ROOT_FILES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
MAX_LINES = {"ARCHITECTURE.md": 200, "CMakeLists.txt": 150}
MAX_README = 60

FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.M | re.S)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.M)
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.M)
EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
SOURCE = re.compile(r"^[\w.*/{},-]+\.(c|h|py|sh|cmake)$")
TABLE = re.compile(r"^\|\s*(?:files?|path|room|folder|script|room or file)\s*\|.*\n\|[ -|:]*\n((?:\|.*\n)*)", re.M)
BRACES = re.compile(r"\{([^{}]*)\}")
PLACEHOLDER = re.compile(r"[A-Z]{3,}(?![^/]*\.md$)[^/]*$|(^|/)[._]\w+\.\w+$|^\.\w+$")
NOT_OURS = {"llama.h"}
HISTORY = "CHANGELOG.md"  # names what there was


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


def expand(word):
    """The words that braces stand for: a.{c,h} is a.c and a.h."""
    match = BRACES.search(word)
    if not match:
        return [word]
    return [name for part in match.group(1).split(",")
            for name in expand(word[:match.start()] + part + word[match.end():])]


def names_of(text):
    """(line, name) of the sources, files of a room and folders of a room that backticks hold."""
    text = FENCE.sub(blank, text)
    for match in CODE.finditer(text):
        for word in match.group(0).strip("`").split():
            word = word.strip(",;:()").replace("[ch]", "{c,h}")
            in_room = word.startswith(tuple(room + "/" for room in ROOMS)) and "<" not in word
            if (SOURCE.match(word) or in_room) and not PLACEHOLDER.search(word):
                yield from ((text.count("\n", 0, match.start()) + 1, name) for name in expand(word))


def homes_of(name, path, tree):
    """Where a name that stands in the document `path` may lead to; more than one: it is not said which.
    A name without an ending is a folder or what is built of sources of that name."""
    folder = os.path.dirname(path)
    exact = os.path.normpath(os.path.join(folder, name)), os.path.normpath(name)
    found = {home for home in tree for name in exact
             if fnmatch.fnmatchcase(home, name) or home.startswith(name + ".")}
    ends = sorted(home for home in tree if fnmatch.fnmatchcase(home, "*/" + name))
    if found or "*" in name:
        return sorted(found)[:1] or ends[:1]
    near = [home for home in ends
            if folder and home.startswith((folder + "/", "tests/" + os.path.basename(folder) + "/"))]
    return near[:1] or ends


def check_names(root, path, tree):
    found = []
    for line, name in names_of(read(root, path)):
        homes = [] if name not in NOT_OURS else [name]
        homes = homes or homes_of(name, path, tree)
        if not homes:
            found.append("%s:%d: no such file: %s" % (path, line, name))
        elif len(homes) > 1:
            found.append("%s:%d: which of %s is %s?" % (path, line, ", ".join(homes), name))
    return found


def is_at(name, folder, tree):
    """Is the name a file, a folder or a pair of files of the folder, or of a room in it?"""
    places = [os.path.normpath(os.path.join(folder, room, name)) for room in ("", "*")]
    return any(fnmatch.fnmatchcase(home, at + ending)
               for home in tree for at in places for ending in ("", ".*"))


def check_table(root, path, tree):
    """The first cells of a table of files name what is there; an ending ("_part.c") is of another name."""
    text = read(root, path)
    for table in TABLE.finditer(text):
        for row in re.finditer(r"^\|([^|]*)\|", table.group(1), re.M):
            line = line_of(text, table.start(1) + row.start())
            for word in re.findall(r"`([^`]+)`", row.group(1)):
                for name in expand(word.replace("[ch]", "{c,h}")):
                    if not name.startswith("_") and "<" not in name and not is_at(name, os.path.dirname(path), tree):
                        yield "%s:%d: the table names %s, which is not there" % (path, line, name)


def check_map(root, path, tree):
    """Sources of a README's own folder that it does not name; what is called internal is named by its owner."""
    folder = os.path.dirname(path)
    said = set()
    for match in CODE.finditer(FENCE.sub(blank, read(root, path))):
        for word in match.group(0).strip("`").split():
            said |= {re.sub(r"^_", "*_", re.sub(r"\.(c|h|py|sh)$", "", re.sub(r"<\w+>", "*", name)))
                     for name in expand(word.strip(",;:()").replace("[ch]", "{c,h}"))}
    for home in sorted(tree):
        name, ending = os.path.splitext(os.path.basename(home))
        if os.path.dirname(home) == folder and ending in (".c", ".h", ".py", ".sh") and \
                not name.endswith("internal") and not any(fnmatch.fnmatchcase(name, word) for word in said):
            yield "%s:1: does not name %s" % (path, os.path.basename(home))


def tree_of(root):
    """Files and folders below the rooms, inputs of fuzz targets too, and the files of the root."""
    paths = {name for name in os.listdir(root) if os.path.isfile(os.path.join(root, name))}
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(root, room)):
            paths |= {os.path.relpath(os.path.join(folder, name), root) for name in names}
    for path in list(paths):
        while "/" in path:
            path = path.rpartition("/")[0]
            paths.add(path)
    return paths


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
    tree = tree_of(root)
    for path in documents(root):
        if path != HISTORY:
            found += check_names(root, path, tree)
        if "/" in path and path.endswith("/README.md"):
            found += list(check_table(root, path, tree)) + list(check_map(root, path, tree))
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
    ({**COMPLETE, "README.md": "see\n`gone.c`\n"}, "README.md:2: no such file: gone.c"),
    ({**COMPLETE, "README.md": "`kg/gone/`\n"}, "no such file: kg/gone/"),
    ({**COMPLETE, "README.md": "`kg/gone.json`\n"}, "no such file: kg/gone.json"),
    ({**COMPLETE, "README.md": "`sh kg/gone.sh run`\n"}, "no such file: kg/gone.sh"),
    ({**COMPLETE, "kg/a.c": "\n", "README.md": "`kg/a.{c,h}`\n"}, "no such file: kg/a.h"),
    ({**COMPLETE, "README.md": "`gone_*.c`\n"}, "no such file: gone_*.c"),
    ({**COMPLETE, "kg/x.c": "\n", "kg/y.c": "\n", "kg/README.md": "`x`\n"}, "kg/README.md:1: does not name y.c"),
    ({**COMPLETE, "kg/README.md": "text\n| file | what |\n|---|---|\n| `gone` | it |\n"}, "kg/README.md:4: the table names"),
    ({**COMPLETE, "kg/a/x.c": "\n", "kg/b/x.c": "\n", "README.md": "`x.c`\n"},
     "which of kg/a/x.c, kg/b/x.c is"),
    ({**COMPLETE, "kg/a/x.c": "\n", "kg/b/x.c": "\n", "src/README.md": "`x.c`\n"}, "src/README.md:1: which"),
] + [({path: text for path, text in COMPLETE.items() if path != name}, name + ":0: is missing")
     for name in ROOT_FILES]
GOOD = [
    COMPLETE,
    {**COMPLETE, "README.md": "## What it can, and cannot\n[a](kg/README.md) [b](#what-it-can-and-"
     "cannot) [c](https://example.org/x) `[d](gone)` [e](CHANGELOG.md#a-page) [f](kg/)\n"
     "```\n[g](gone)\n```\n"},
    {**COMPLETE, "kg/a/x.c": "\n", "src/x.c": "\n", "src/README.md": "`x`\n", "tests/README.md": "\n", "tests/kg/mutate.py": "\n", "tests/scm/mutate.py": "\n",
     "kg/README.md": "`x.c` `mutate.py` `a/x.c` `src/x.c` `kg/a/` `kg/a/*.c` `kg/a/x` `cmd_<verb>.c` `NOUN.h` `_end.c` `.c`\n"
     "`manifest.json` `src/<folder>/` `a.b` `python3 tests/kg/mutate.py` `llama.h`\n```\ngone.c\n```\n",
     "README.md": "`a/x.c`\n", "CHANGELOG.md": "# A page\n`gone.c`\n"},
]


def main():
    root = root_of_arguments()
    score = Score()
    self_test(score, findings, BAD, GOOD)
    judge(score, root, documents(root), findings)
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
