"""What the lints share: walking the tree, reading C without its comments, counting, self-tests.

A lint is a function findings(root) -> list of "file:line: message". run() first proves that it can
fail: every bad example, written into an empty folder, must be found, and every good one must not.
Then it looks at the real tree. One line per failure, and at the end "N passed, N failed".
"""
import os
import re
import sys
import tempfile

ROOMS = ("agent", "tools", "kg", "src", "policies", "tests", "examples")
SKIP = 77  # ctest's SKIP_RETURN_CODE of these entries

_TOKEN = re.compile(
    r'//(?:\\\n|[^\n])*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(root, *endings):
    """Paths relative to root of the source files below the rooms, sorted; inputs of fuzz targets
    (folders named corpus) are no source files."""
    found = []
    for room in ROOMS:
        for folder, folders, names in os.walk(os.path.join(root, room)):
            folders[:] = [f for f in folders if not f.startswith((".", "__")) and f != "corpus"]
            found += [os.path.relpath(os.path.join(folder, name), root)
                      for name in names if name.endswith(endings)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def code_of(text, keep_strings=False):
    """C text with comments (and strings, unless kept) blanked; line numbers stay."""
    def blank(match):
        token = match.group(0)
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        return token if keep_strings else token[0] + " " * (len(token) - 2) + token[-1]
    return _TOKEN.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class Score:
    """Counts; a failure is printed at once."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, ok, message):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED  " + message)

    def finish(self):
        print("%d passed, %d failed" % (self.passed, self.failed))
        return 1 if self.failed or not self.passed else 0


def write_tree(root, tree):
    for path, text in tree.items():
        target = os.path.join(root, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)


def findings_in(tree, findings):
    with tempfile.TemporaryDirectory(prefix="warrant-lint-") as root:
        write_tree(root, tree)
        return findings(root)


def self_test(score, findings, bad, good):
    """bad: (tree, text that one finding must hold) pairs; good: trees without any finding."""
    for tree, expected in bad:
        got = findings_in(tree, findings)
        score.check(any(expected in finding for finding in got),
                    "self-test: nothing found that says %r in %s, but %s"
                    % (expected, sorted(tree), got))
    for tree in good:
        got = findings_in(tree, findings)
        score.check(not got, "self-test: %s is right, but %s" % (sorted(tree), got))


def judge(score, root, checked, findings):
    """One pass per file without a finding, one failure per finding."""
    found = findings(root)
    for finding in found:
        score.check(False, finding)
    dirty = {finding.split(":")[0] for finding in found}
    score.check(len(checked) > 0, "nothing to look at: is %s the repository?" % root)
    score.passed += len([path for path in checked if path not in dirty])


def root_of_arguments():
    if len(sys.argv) < 2:
        return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return sys.argv[1]
