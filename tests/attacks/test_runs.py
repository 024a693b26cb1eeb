"""Runs the attacks of attacks.tsv whose runner is `run`: each attack must come to nothing, and its
benign twin must work. The others are test_attacks.c's."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from place import write  # noqa: E402,F401  (sets the path of the harness)
from classes import CLASSES  # noqa: E402
from harness import Checks  # noqa: E402


def rows():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacks.tsv"), encoding="utf-8") as file:
        names = file.readline().rstrip("\n").split("\t")
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]


def main():
    checks, cases = Checks(), [row for row in rows() if row["runner"] == "run"]
    chosen = sys.argv[1:]
    for row in cases:
        kind, _, rest = row["id"].partition(".")
        if chosen and row["id"] not in chosen and kind not in chosen:
            continue
        checks.equal(f"attack {row['id']} ({row['attack']})", CLASSES[kind](rest, True), "")
        checks.equal(f"twin of {row['id']} ({row['twin']})", CLASSES[kind](rest, False), "")
    if not chosen:
        checks.check("60 attacks and more", len({row["id"] for row in cases}) == len(cases) >= 60, len(cases))
    print(f"{len(cases)} attacks, each with its twin")
    checks.finish()


main()
