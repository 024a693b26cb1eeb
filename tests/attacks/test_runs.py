"""Runs the attacks of attacks.tsv whose runner is `run`: each attack must come to nothing, and its
benign twin must work. The others are test_attacks.c's."""
import concurrent.futures
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from place import write  # noqa: E402,F401  (sets the path of the harness)
from classes import CLASSES, baseline  # noqa: E402
from harness import Checks  # noqa: E402


def rows():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacks.tsv"), encoding="utf-8") as file:
        names = file.readline().rstrip("\n").split("\t")
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]


def twin_of(row):
    """Cases of one class whose twins are told alike have one twin: it differs by the place at most."""
    kind, _, rest = row["id"].partition(".")
    return kind, rest.split(".")[0] if kind in ("graph", "live", "prompt") else "", row["twin"]


def run(case, is_attack):
    kind, _, rest = case.partition(".")
    return CLASSES[kind](rest, is_attack)


def main():
    checks, cases = Checks(), [row for row in rows() if row["runner"] == "run"]
    chosen = sys.argv[1:]
    checks.check("60 attacks and more", len({row["id"] for row in cases}) == len(cases) >= 60, len(cases))
    cases = [row for row in cases if not chosen or row["id"] in chosen or row["id"].split(".")[0] in chosen]
    twins = {twin_of(row): row for row in reversed(cases)}
    baseline()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        attacks = [(row, pool.submit(run, row["id"], True)) for row in cases]
        benign = [(row, pool.submit(run, row["id"], False)) for row in twins.values()]
        for row, done in attacks:
            checks.equal(f"attack {row['id']} ({row['attack']})", done.result(), "")
        for row, done in benign:
            checks.equal(f"twin of {row['id']} ({row['twin']})", done.result(), "")
    print(f"{len(cases)} attacks, {len(twins)} twins")
    checks.finish()


main()
