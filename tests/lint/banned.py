#!/usr/bin/env python3
"""Functions that are not called anywhere, and words that do not stand in the source.

Comments and strings do not count for functions; member access (x->system) does not either. The
words and the disabled block are looked for in every text file of the tree. Usage: banned.py [ROOT]
"""
import re
import sys

from lint import Score, code_of, files, judge, line_of, read, root_of_arguments, self_test

# Function -> what to use.
BANNED = {
    "strtok": "split with wrt_str", "strtok_r": "split with wrt_str",
    "atoi": "wrt_str_to_int64", "atol": "wrt_str_to_int64", "atoll": "wrt_str_to_int64",
    "atof": "a checked strtod",
    "sscanf": "a parser that reports errors", "vsscanf": "a parser that reports errors",
    "fscanf": "a parser that reports errors", "scanf": "a parser that reports errors",
    "strcpy": "wrt_buf", "stpcpy": "wrt_buf", "strcat": "wrt_buf",
    "sprintf": "snprintf or wrt_buf", "vsprintf": "vsnprintf or wrt_buf",
    "gets": "fgets", "system": "fork and exec with a list", "popen": "fork and exec with a list",
    "rand": "wrt_rng", "srand": "wrt_rng", "random": "wrt_rng", "drand48": "wrt_rng",
    "alloca": "an arena", "tmpnam": "mkstemp", "tempnam": "mkstemp", "mktemp": "mkstemp",
    "setjmp": "a status", "longjmp": "a status", "sigsetjmp": "a status", "siglongjmp": "a status",
}
CALL = re.compile(r"(?<![\w.])(?<!->)(?:__builtin_)?(%s)\s*\(" % "|".join(BANNED))
WORDS = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
DISABLED = re.compile(r"^[ \t]*#[ \t]*if[ \t]+0\b", re.M)
TEXT = (".c", ".h", ".py", ".sh", ".txt", ".md", ".json", ".cmake")


def check_code(path, text):
    code = code_of(text)
    found = ["%s:%d: %s(): use %s" % (path, line_of(code, match.start(1)), match.group(1),
                                      BANNED[match.group(1)]) for match in CALL.finditer(code)]
    return found + ["%s:%d: a block that is compiled out" % (path, line_of(code, match.start()))
                    for match in DISABLED.finditer(code)]


def findings(root):
    found = []
    for path in files(root, *TEXT):
        text = read(root, path)
        if path.endswith((".c", ".h")):
            found += check_code(path, text)
        found += ["%s:%d: %s" % (path, line_of(text, match.start()), match.group(1))
                  for match in WORDS.finditer(text)]
    return found


def one(text, name="src/base/a.c"):
    return {name: text}


BAD = [(one("int f(void) {\n    return %s(0);\n}\n" % name), "src/base/a.c:2: %s()" % name)
       for name in BANNED]
BAD += [
    (one("char *s = strtok (a, b);\n"), "strtok()"),
    (one('puts("\\""); system("ls");\n'), "system()"),
    (one("/* it's */ gets(s);\n"), "gets()"),
    (one("#if 0\nint a;\n#endif\n"), "compiled out"),
    (one("// TO" "DO later\n"), "src/base/a.c:1: TO" "DO"),
    (one("/* FIX" "ME */\n", "agent/a.h"), "agent/a.h:1"),
    (one("# X" "XX\n", "examples/a.sh"), "examples/a.sh:1"),
]
GOOD = [
    one('/* strcpy(a, b) */ // gets(s)\nconst char *s = "system(1)";\nchar c = \'"\'; f("rand()");\n'),
    one("snprintf(a, 1, b); operand(1); wrt_rand(2); x->system(1); x.random(1); strand(3);\n"),
    one("#include <setjmp.h>\n#if 1\n#endif\nchar name[] = \"/tmp/fileXXXXXX\";\n"),
]


def main():
    root = root_of_arguments()
    score = Score()
    self_test(score, findings, BAD, GOOD)
    judge(score, root, files(root, *TEXT), findings)
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
