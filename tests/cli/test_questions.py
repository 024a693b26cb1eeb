"""Questions over the example graph against an independent oracle.

The oracle reads the TSV by itself and finds by breadth-first search which drug-disease pairs a path of
at most 6 edges joins, directed but for the predicates that Biolink calls symmetric. Of 40 seeded questions the program must answer exactly those, each with
paths that stand edge by edge in the TSV; to 20 questions about drugs or diseases that the graph does
not hold it must abstain with exit 3."""
import collections
import random

from harness import Checks, Home, read_tsv

SEED = 20261121
SYMMETRIC = {"biolink:correlated_with", "biolink:positively_correlated_with",
             "biolink:negatively_correlated_with", "biolink:interacts_with"}
OUTSIDE_DRUGS = ["colchicine", "trastuzumab", "ibuprofen", "semaglutide", "vancomycin", "ivermectin",
                 "propofol", "ketamine", "naloxone", "cisplatin", "oseltamivir", "lithium carbonate"]
OUTSIDE_DISEASES = ["cystic fibrosis", "scurvy", "narcolepsy", "leprosy", "sickle cell anemia",
                    "celiac disease", "endometriosis", "glaucoma", "Huntington disease", "tinnitus",
                    "rabies", "portal hypertension"]


def load():
    nodes = {row["id"]: row for row in read_tsv("nodes.tsv")}
    edges = {row["id"]: row for row in read_tsv("edges.tsv")}
    names = collections.Counter()
    for row in nodes.values():
        for name in {row["name"], *row["synonym"].split("|")}:
            names[name.casefold()] += 1
    unique = {i: row for i, row in nodes.items() if names[row["name"].casefold()] == 1}
    return nodes, edges, unique, set(names)


def within_six(edges, start):
    """Nodes reached from start by 1 to 6 edges, the start itself excluded."""
    follow = collections.defaultdict(set)
    for row in edges.values():
        follow[row["subject"]].add(row["object"])
        if row["predicate"] in SYMMETRIC:
            follow[row["object"]].add(row["subject"])
    reached, front = set(), {start}
    for _ in range(6):
        front = {b for a in front for b in follow[a]} - reached - {start}
        reached |= front
    return reached


def step(row, at):
    """The node that an edge leads to; None when it does not leave `at`."""
    if row["subject"] == at:
        return row["object"]
    return row["subject"] if row["object"] == at and row["predicate"] in SYMMETRIC else None


def check_path(checks, label, claim, evidence, edges, drug, disease):
    ids = [evidence[g["evidence"]]["locator"]["edge"] for g in claim["grounds"]
           if evidence[g["evidence"]]["kind"] == "kg_edge"]
    checks.check(f"{label}: grounds are edges of the TSV", ids and all(i in edges for i in ids), ids)
    at = drug
    for i in ids:
        at = step(edges[i], at) if i in edges and at else None
    checks.equal(f"{label}: edges form a path from the drug to the disease", at, disease)
    for ground in claim["grounds"]:
        item = evidence[ground["evidence"]]
        if item["kind"] == "kg_edge":
            row = edges.get(item["locator"]["edge"], {})
            checks.equal(f"{label}: source", item["source"]["primary_knowledge_source"],
                         row.get("primary_knowledge_source"))
            stated = {p for p in row.get("publications", "").split("|") if p}
            checks.equal(f"{label}: publications", set(item["source"].get("publications") or []), stated)


def ask_pair(checks, home, edges, unique, drug, disease, expected):
    question = f"How might {unique[drug]['name']} affect {unique[disease]['name']}?"
    done = home.ask(question, "--json")
    checks.equal(f"exit code: {question}", done.code, 0 if expected else 3)
    data = done.json()["data"]
    if not expected or done.code != 0:
        checks.check(f"no claim without a path: {question}", not data.get("claims"), data.get("claims"))
        return
    evidence = {item["id"]: item for item in data["evidence"]}
    claims = {item["id"]: item for item in data["claims"]}
    checks.check(f"has hypotheses: {question}", data["hypotheses"])
    for hypothesis in data["hypotheses"]:
        check_path(checks, question, claims[hypothesis["claim"]], evidence, edges, drug, disease)


def main():
    checks, rng = Checks(), random.Random(SEED)
    nodes, edges, unique, names = load()
    drugs = sorted(i for i, row in unique.items() if row["category"] == "biolink:Drug")
    diseases = sorted(i for i, row in unique.items() if row["category"] == "biolink:Disease")
    reach = {drug: within_six(edges, drug) for drug in drugs}
    pairs = [(drug, disease) for drug in drugs for disease in diseases]
    joined = [pair for pair in pairs if pair[1] in reach[pair[0]]]
    with Home() as home:
        for drug, disease in rng.sample(joined, 20) + rng.sample(pairs, 20):
            ask_pair(checks, home, edges, unique, drug, disease, disease in reach[drug])
        outside = [f"How might {name} treat {unique[rng.choice(diseases)]['name']}?"
                   for name in rng.sample(OUTSIDE_DRUGS, 10) if name.casefold() not in names]
        outside += [f"How might {unique[rng.choice(drugs)]['name']} treat {name}?"
                    for name in rng.sample(OUTSIDE_DISEASES, 10) if name.casefold() not in names]
        checks.equal("twenty questions about unknown names", len(outside), 20)
        for question in outside:
            done = home.ask(question, "--json")
            checks.equal(f"abstains: {question}", done.code, 3)
            checks.check(f"says what is unknown: {question}",
                         "not in the graph" in done.json()["error"]["message"], done.out)
    checks.finish()


main()
