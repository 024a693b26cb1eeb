"""Counts behind the table of kg/paths/mechanism.c: how many edges of each Hetionet metaedge join two
nodes that are neighbours in a curated mechanism graph of DrugMechDB (training graphs only).

    python3 tests/bench/mechanism_rates.py [SHARED]      default: $WARRANT_SHARED or ../shared

Prints one row of the table a metaedge, most used first. AeG and CcSE are not among the exact
metaedges; their totals are those of hetionet-v1.0-metaedges.tsv.
"""

import csv
import gzip
import os
import sys

KG = "data/kg"
EDGES = ["hetionet/hetionet-v1.0-exact19-edges.sif.gz",
         "hetionet/hetionet-v1.0-go-approx-edges.sif.gz"]
MECHANISMS = "drugmechdb/drugmechdb-train-edges-hetionet-ids.tsv.gz"
TOTALS = "hetionet/hetionet-v1.0-metaedges.tsv"


def rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)


def main(shared):
    folder = os.path.join(shared, KG)
    neighbours = set()
    for row in rows(os.path.join(folder, MECHANISMS)):
        neighbours.add((row["source"], row["target"]))
        neighbours.add((row["target"], row["source"]))
    total, used = {}, {}
    for name in EDGES:
        for row in rows(os.path.join(folder, name)):
            metaedge = row["metaedge"]
            total[metaedge] = total.get(metaedge, 0) + 1
            used[metaedge] = used.get(metaedge, 0) + ((row["source"], row["target"]) in neighbours)
    for row in rows(os.path.join(folder, TOTALS)):
        total.setdefault(row["abbreviation"], int(row["edges"]))
    for metaedge in sorted(total, key=lambda m: -used.get(m, 0) / total[m]):
        print(f'{{"{metaedge}", {total[metaedge]}, {used.get(metaedge, 0)}}},')


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("WARRANT_SHARED", "../shared"))
