#!/usr/bin/env python3
"""Include rules: who may know whom (the table in ARCHITECTURE.md), and which third-party header is
touched by which wrapper. Usage: layers.py [ROOT]

An include names its room by the path it resolves to: beside the including file, or below the root,
src/ or src/include/. Third-party headers are those that are neither ours nor of the C library,
POSIX or Linux; each is listed with the files that may include it, and a header of ours that
includes one must not be included from another room.
"""
import fnmatch
import os
import re
import sys

from lint import Score, code_of, files, judge, line_of, read, root_of_arguments, self_test

ENGINES = {"causal", "effect", "scm", "pubmed", "kg"}
ALL = ENGINES | {"base", "draw", "llm", "ledger", "report", "policies", "agent", "tools", "cli", "warrant"}

# Room -> rooms it may include besides itself.
ALLOWED = {
    "warrant": set(),
    "base": set(),
    "draw": {"base"},
    "llm": {"base"},
    "causal": {"base", "draw"},
    "effect": {"base", "draw", "causal"},
    "scm": {"base", "llm", "causal"},
    "pubmed": {"base"},
    "ledger": {"base"},
    "report": {"base", "causal", "draw", "ledger"},
    "kg": {"base"},
    "policies": {"base"},
    "agent": ENGINES | {"base", "llm", "ledger", "report", "policies", "warrant"},
    "tools": ENGINES | {"base", "warrant"},  # and one engine only, see check_engines
    "cli": ALL,
    "tests": ALL | {"oracle"},
    "oracle": set(),
    "examples": ALL,
}

# Third-party header -> the files that may include it.
WRAPPERS = {
    "cjson/*": ["src/base/json*.c", "src/base/json*.h"],
    "cJSON.h": ["src/base/json*.c", "src/base/json*.h"],
    "sqlite3.h": ["src/base/db.c"],
    "sodium.h": ["src/base/hash.c", "src/base/sign.c"],
    "sodium/*": ["src/base/hash.c", "src/base/sign.c"],
    "pcre2.h": ["src/base/regex.c"],
    "utf8proc.h": ["kg/*", "src/pubmed/fold.c"],
    "llama.h": ["src/llm/*"],
    "ggml*.h": ["src/llm/*"],
    "gguf.h": ["src/llm/*"],
    "curl/*": ["src/base/http*.c", "src/base/url.c"],
    "cblas.h": ["src/effect/fit/linalg*.c"],
    "lapacke.h": ["src/effect/fit/linalg*.c"],
    "zlib.h": ["src/base/input*.c", "src/base/zip*.c"],
    "bzlib.h": ["src/base/input*.c"],
    "zstd.h": ["src/base/input*.c"],
    "libxml/*": ["src/base/*", "src/pubmed/*"],
    "cmocka.h": [],
}
THIRD_PARTY_NAMES = re.compile(
    r"\b(cJSON|sqlite3(?:_\w+)?|CURL|xmlDoc(?:Ptr)?|xmlNode(?:Ptr)?|xmlTextReader\w*|pcre2_\w+|"
    r"utf8proc_\w+|llama_\w+|ggml_\w+|gguf_\w+|crypto_\w+)\b")

STANDARD = set("""assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp
signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath
threads time uchar wchar wctype aio dirent dlfcn endian err elf fcntl fnmatch ftw getopt glob grp
iconv langinfo libgen link malloc netdb poll pthread pwd regex sched semaphore spawn strings syslog
termios ucontext unistd utime wordexp features byteswap execinfo
immintrin cpuid""".split())
STANDARD_FOLDERS = ("sys/", "linux/", "asm/", "net/", "netinet/", "arpa/", "bits/", "sanitizer/")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.M)


def room_of(path):
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return "warrant" if parts[1] == "include" else parts[1]
    if parts[0] == "tests" and parts[1] == "oracle":
        return "oracle"
    return parts[0]


def resolve(root, path, name):
    """Path below the root of an included header of ours, or None."""
    for base in (os.path.dirname(path), "", "src", "src/include"):
        candidate = os.path.normpath(os.path.join(base, name))
        if os.path.isfile(os.path.join(root, candidate)):
            return candidate
    return None


def is_standard(name):
    return name.startswith(STANDARD_FOLDERS) or (name.endswith(".h") and name[:-2] in STANDARD)


def third_party(path, name, quoted):
    """What is wrong with including a header that is not ours, or None."""
    if is_standard(name):
        return None
    if quoted:
        return '"%s" is not in the tree (write <> around a third-party header)' % name
    room = room_of(path)
    if room in ("tests", "examples"):
        return None
    for pattern, wrappers in WRAPPERS.items():
        if fnmatch.fnmatch(name, pattern):
            if any(fnmatch.fnmatch(path, wrapper) for wrapper in wrappers):
                return None
            return "<%s> may be included by %s only" % (name, " and ".join(wrappers) or "tests")
    return "<%s> is neither ours nor a header of the C library, POSIX or Linux; a third-party " \
        "library needs one wrapper, listed in tests/lint/layers.py" % name


class Tree:
    """Every include of the tree: path -> [(line, target or None, "name" or <name>)]."""

    def __init__(self, root):
        self.root = root
        self.includes = {path: self._scan(path) for path in files(root, ".c", ".h")}

    def _scan(self, path):
        text = code_of(read(self.root, path), keep_strings=True)
        return [(line_of(text, match.start()), resolve(self.root, path, match.group(1)[1:-1]),
                 match.group(1)) for match in INCLUDE.finditer(text)]

    def engines(self, path, seen):
        """Engines a file of tools/ includes, itself or through headers of tools/."""
        found = set()
        for _, target, _ in self.includes.get(path, []):
            if target is None or target in seen:
                continue
            seen.add(target)
            room = room_of(target)
            if room in ENGINES:
                found.add(room)
            elif room == "tools":
                found |= self.engines(target, seen)
        return found


def check_include(path, line, target, name):
    where = "%s:%d: " % (path, line)
    if target is None:
        wrong = third_party(path, name[1:-1], name[0] == '"')
        return [where + wrong] if wrong else []
    room, other = room_of(path), room_of(target)
    if room == other or other in ALLOWED.get(room, set()):
        return []
    allowed = ", ".join(sorted(ALLOWED.get(room, set()))) or "nothing of ours"
    return ["%s%s may not include %s (%s); it may include: %s"
            % (where, room, other, name, allowed)]


def check_shared_headers(tree):
    """A header that another room includes shows no third-party type."""
    found = []
    shared = {target for path, includes in tree.includes.items() for _, target, _ in includes
              if target and target.endswith(".h") and room_of(target) not in ("tests", "oracle")
              and room_of(target) != room_of(path)}
    for header in sorted(shared):
        code = code_of(read(tree.root, header))
        for match in THIRD_PARTY_NAMES.finditer(code):
            found.append("%s:%d: %s in a header that another room includes"
                         % (header, line_of(code, match.start()), match.group(0)))
    return found


def findings(root):
    tree = Tree(root)
    found = []
    for path, includes in tree.includes.items():
        for line, target, name in includes:
            found += check_include(path, line, target, name)
        if room_of(path) == "tools":
            engines = tree.engines(path, {path})
            if len(engines) > 1:
                found.append("%s:1: a tool knows one engine, this one knows %s"
                             % (path, " and ".join(sorted(engines))))
    return found + check_shared_headers(tree)


BASE = {"src/base/str.h": "\n"}
BAD = [
    ({**BASE, "src/base/a.c": '#include "kg/kg.h"\n', "kg/kg.h": "\n"}, "base may not include kg"),
    ({"src/causal/a.c": '\n#include "llm/llm.h"\n', "src/llm/llm.h": "\n"},
     "src/causal/a.c:2: causal may not include llm"),
    ({"src/base/a.c": '#include <warrant/plugin.h>\n', "src/include/warrant/plugin.h": "\n"},
     "base may not include warrant"),
    ({"kg/a.c": '#include "../agent/a.h"\n', "agent/a.h": "\n"}, "kg may not include agent"),
    ({"policies/a.c": '#  include "ledger/l.h"\n', "src/ledger/l.h": "\n"}, "policies may not"),
    ({"agent/a.c": '#include "cli/cli.h"\n', "src/cli/cli.h": "\n"}, "agent may not include cli"),
    ({"tools/t.c": '#include "agent/a.h"\n', "agent/a.h": "\n"}, "tools may not include agent"),
    ({"tools/t.c": '#include "kg/k.h"\n#include "causal/c.h"\n', "kg/k.h": "\n",
      "src/causal/c.h": "\n"}, "causal and kg"),
    ({"tools/t.c": '#include "adapter.h"\n#include "kg/k.h"\n', "kg/k.h": "\n",
      "tools/adapter.h": '#include "scm/s.h"\n', "src/scm/s.h": "\n"}, "kg and scm"),
    ({**BASE, "tests/oracle/o.c": '#include "base/str.h"\n'}, "oracle may not include base"),
    ({"src/ledger/a.c": "#include <sqlite3.h>\n"}, "<sqlite3.h> may be included by src/base/db.c"),
    ({"src/base/db.c": "#include <cjson/cJSON.h>\n"}, "<cjson/cJSON.h>"),
    ({"agent/a.c": "#include <llama.h>\n"}, "<llama.h>"),
    ({"src/base/a.c": '#include "cjson/cJSON.h"\n'}, "not in the tree"),
    ({"src/base/hash.c": "#include <openssl/sha.h>\n"}, "neither ours nor"),
    ({"kg/k.c": '#include "base/json.h"\n', "src/base/json.h": "struct cJSON *root;\n"}, "cJSON in"),
]
GOOD = [
    {**BASE, "src/base/str.c": '#include "str.h"\n#include <stdio.h>\n#include <sys/stat.h>\n',
     "src/causal/g.c": '#include "base/str.h"\n// #include "kg/kg.h"\n'},
    {"src/base/json.c": '#include <cjson/cJSON.h>\n', "src/base/db.c": "#include <sqlite3.h>\n",
     "src/base/sign.c": "#include <sodium.h>\n", "src/llm/l.c": "#include <llama.h>\n"},
    {**BASE, "tools/t.c": '#include "adapter.h"\n#include "kg/k.h"\n#include "base/str.h"\n',
     "kg/k.h": "/* no sqlite3 here */\n", "tools/adapter.h": "#include <warrant/plugin.h>\n",
     "src/include/warrant/plugin.h": "#include <stdint.h>\n"},
    {"tests/oracle/o.c": '#include "o.h"\n#include "tests/oracle/o.h"\n', "tests/oracle/o.h": "\n"},
]


def main():
    root = root_of_arguments()
    score = Score()
    self_test(score, findings, BAD, GOOD)
    judge(score, root, files(root, ".c", ".h"), findings)
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
