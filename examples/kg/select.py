#!/usr/bin/env python3
"""Derives nodes.tsv and edges.tsv of the example graph from the shared source data.

The drugs are picked by hand in drugs.tsv; everything else follows from the sources by rule: every
complete DrugMechDB record of a picked drug whose drug node reaches its disease node, and every
DrugCentral target of the drug. No edge of a chosen record is left out. Nothing is written that a
source does not state, except the Biolink predicate and qualifiers, which are a fixed rendering
(PREDICATES) of the source's own label.

    python3 examples/kg/select.py            write both files beside this script
    python3 examples/kg/select.py --check    compare them byte for byte, write nothing
    python3 examples/kg/select.py --stats    print the counts
    python3 examples/kg/select.py --pairs    print drug-disease pairs joined within 6 hops

The sources are read from $WARRANT_SHARED/data/kg (default: shared/ beside the repository); without
them the exit status is 77. Only the standard library is used. This file is named like a standard
module: import nothing here that pulls in `select` (subprocess, selectors, asyncio).
"""
import argparse
import collections
import gzip
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_HOPS = 6

# DrugMechDB node label -> Biolink 4.4.4 category. ChemicalSubstance also covers chemical classes
# and mixtures, hence the broad ChemicalEntity.
CATEGORIES = {
    "BiologicalProcess": "biolink:BiologicalProcess",
    "Cell": "biolink:Cell",
    "CellularComponent": "biolink:CellularComponent",
    "ChemicalSubstance": "biolink:ChemicalEntity",
    "Disease": "biolink:Disease",
    "Drug": "biolink:Drug",
    "GeneFamily": "biolink:GeneFamily",
    "GrossAnatomicalStructure": "biolink:GrossAnatomicalStructure",
    "MacromolecularComplex": "biolink:MacromolecularComplex",
    "MolecularActivity": "biolink:MolecularActivity",
    "OrganismTaxon": "biolink:OrganismTaxon",
    "Pathway": "biolink:Pathway",
    "PhenotypicFeature": "biolink:PhenotypicFeature",
    "Protein": "biolink:Protein",
}

# DrugMechDB label -> (predicate, qualified_predicate, object_aspect, object_direction). The four
# "regulates" and "activity/abundance" forms follow biolink-model 4.4.4 predicate_mapping.yaml.
PREDICATES = {
    "affects risk for": ("affects_likelihood_of", "", "", ""),
    "causes": ("causes", "", "", ""),
    "contributes to": ("contributes_to", "", "", ""),
    "correlated with": ("correlated_with", "", "", ""),
    "decreases abundance of": ("affects", "causes", "abundance", "decreased"),
    "decreases activity of": ("affects", "causes", "activity", "decreased"),
    "expressed in": ("expressed_in", "", "", ""),
    "has metabolite": ("has_metabolite", "", "", ""),
    "in taxon": ("in_taxon", "", "", ""),
    "increases abundance of": ("affects", "causes", "abundance", "increased"),
    "increases activity of": ("affects", "causes", "activity", "increased"),
    "located in": ("located_in", "", "", ""),
    "location of": ("location_of", "", "", ""),
    "manifestation of": ("manifestation_of", "", "", ""),
    "negatively correlated with": ("negatively_correlated_with", "", "", ""),
    "negatively regulates": ("regulates", "causes", "activity_or_abundance", "downregulated"),
    "part of": ("part_of", "", "", ""),
    "participates in": ("participates_in", "", "", ""),
    "positively correlated with": ("positively_correlated_with", "", "", ""),
    "positively regulates": ("regulates", "causes", "activity_or_abundance", "upregulated"),
    "prevents": ("preventative_for_condition", "", "", ""),
    "produces": ("produces", "", "", ""),
}

NODE_COLUMNS = ["id", "category", "name", "synonym", "xref", "provided_by"]
EDGE_COLUMNS = [
    "id", "subject", "predicate", "object", "qualified_predicate", "object_aspect_qualifier",
    "object_direction_qualifier", "causal_mechanism_qualifier", "original_predicate",
    "primary_knowledge_source", "knowledge_level", "agent_type", "publications", "record_id",
    "license",
]

# One DrugMechDB mechanism: links is a set of (source, label, target).
Record = collections.namedtuple("Record", "id drug disease links pmids")


def die(message):
    sys.exit("select.py: " + message)


def clean(text):
    """White space collapsed: sources hold no-break spaces and doubled blanks."""
    text = " ".join(text.split())
    if "|" in text:
        die("a name holds '|', which separates the values of a cell: " + text)
    return text


def rows(path):
    """Rows of a (gzipped) TSV with a header, as dictionaries."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as handle:
        header = handle.readline().rstrip("\r\n").split("\t")
        for line in handle:
            yield dict(zip(header, line.rstrip("\r\n").split("\t")))


class Sources:
    """The source files, read once and indexed."""

    def __init__(self, folder):
        def path(*parts):
            return os.path.join(folder, *parts)

        self.train_nodes = {r["id"]: r for r in rows(path("drugmechdb",
                                                          "drugmechdb-train-nodes.tsv.gz"))}
        self.train_edges = list(rows(path("drugmechdb", "drugmechdb-train-edges.tsv.gz")))
        listed = [(e, e["path_ids"].split("|")) for e in self.train_edges]
        self.cut_edges = [({e["source"], e["target"]}, ids) for e, ids in listed
                          if int(e["n_graphs"]) > len(ids)]
        with open(path("drugmech_dev.json"), encoding="utf-8") as handle:
            self.dev = json.load(handle)["cases"]
        self.dc_edges = list(rows(path("kgx_drugcentral", "drugcentral_targets_edges.tsv.gz")))
        self.dc_names = {r["id"]: clean(r["name"]) for r in rows(
            path("kgx_drugcentral", "drugcentral_targets_nodes.tsv.gz"))}
        self.gene_to_uniprot = collections.defaultdict(set)
        self.uniprot_to_gene = collections.defaultdict(set)
        for r in rows(path("hetionet", "uniprot-entrez-symbol.tsv.gz")):
            protein, gene = "UniProt:" + r["uniprot_id"], "NCBIGene:" + r["entrez_gene_id"]
            self.gene_to_uniprot[gene].add(protein)
            self.uniprot_to_gene[protein].add(gene)
        self.mesh_doid = {("MESH:" + r["mesh_id"], r["doid"])
                          for r in rows(path("hetionet", "mesh-doid-slim.tsv.gz"))}
        self.doid_names = {r["id"].split("::", 1)[1]: clean(r["name"]) for r in rows(
            path("hetionet", "hetionet-v1.0-nodes.tsv.gz")) if r["kind"] == "Disease"}
        self._index_names()
        self.prefer([])

    def _index_names(self):
        """Counts of the spellings and labels that DrugMechDB states for an id."""
        self.names = collections.defaultdict(collections.Counter)
        self.labels = collections.defaultdict(collections.Counter)
        self.titles = collections.defaultdict(set)
        for node, row in self.train_nodes.items():
            self.names[node][clean(row["name"])] += 1
            self.labels[node][row["label"]] += 1
        for case in self.dev:
            for end in ("drug", "disease"):
                if case[end]["mesh"]:
                    self.titles[case[end]["mesh"]].add(clean(case[end]["name"]))
            for mechanism in case["gold_paths"]:
                for node in mechanism["nodes"]:
                    self.names[node["id"]][clean(node["name"])] += 1
                    self.labels[node["id"]][node["label"]] += 1
        self.holders = collections.defaultdict(set)
        for node in set(self.names) | set(self.titles):
            for spelling in self.spellings(node):
                self.holders[node.split(":")[0], spelling.casefold()].add(node)

    def prefer(self, records):
        """Settles ties among spellings and labels in favour of the chosen development records."""
        chosen = {r.id for r in records}
        self.preferred = collections.defaultdict(set)
        for case in self.dev:
            for mechanism in case["gold_paths"]:
                if mechanism["path_id"] in chosen:
                    for node in mechanism["nodes"]:
                        self.preferred[node["id"]] |= {clean(node["name"]), node["label"]}

    def spellings(self, node):
        return set(self.names[node]) | self.titles[node]

    def _commonest(self, node, counter, train):
        """Most frequent value; ties go to the chosen records, the training value, the first."""
        return min(counter, key=lambda v: (-counter[v], v not in self.preferred[node],
                                           v != train, v))

    def name(self, node):
        train = self.train_nodes.get(node)
        return self._commonest(node, self.names[node], clean(train["name"]) if train else None)

    def label(self, node):
        train = self.train_nodes.get(node)
        return self._commonest(node, self.labels[node], train["label"] if train else None)


def read_records(sources):
    """All records by id, each list of links rebuilt from the edges that name the record."""
    links = collections.defaultdict(set)
    for edge in sources.train_edges:
        for record in edge["path_ids"].split("|"):
            links[record].add((edge["source"], edge["predicate"], edge["target"]))
    records = {key: Record(key, None, "MESH:" + key.split("_")[2], value, [])
               for key, value in links.items()}
    for case in sources.dev:
        for m in case["gold_paths"]:
            found = {(l["source"], l["key"], l["target"]) for l in m["links"]}
            pmids = sorted(p for p in m["pmids"] if p.startswith("PMID:"))
            records[m["path_id"]] = Record(m["path_id"], m["drug_node"], m["disease_node"],
                                           found, pmids)
    return records


def is_complete(record, sources):
    """False when the training file may have cut an edge off this record.

    That file lists at most 20 record ids an edge, in order. An edge with more graphs than ids may
    belong to any record that sorts after its last id; if it touches a node of this one, its edge
    list cannot be trusted.
    """
    if record.drug is not None:  # development records are stored whole
        return True
    nodes = {n for s, _, t in record.links for n in (s, t)}
    return not any(ids[-1] < record.id and nodes & ends for ends, ids in sources.cut_edges)


def reach(start, links):
    """Hops from start to every node reachable along the links."""
    step = collections.defaultdict(set)
    for s, _, t in links:
        step[s].add(t)
    hops, queue = {start: 0}, collections.deque([start])
    while queue:
        here = queue.popleft()
        for there in step[here] - hops.keys():
            hops[there] = hops[here] + 1
            queue.append(there)
    return hops


def choose_records(drugs, sources):
    """Complete records of the picked drugs in which the drug reaches the record's disease."""
    records, chosen = read_records(sources), []
    for drug in drugs:
        own = [r for key, r in sorted(records.items())
               if key.startswith(drug["drugbank"] + "_") and is_complete(r, sources)
               and r.disease in reach(drug["node"], r.links) and r.drug in (None, drug["node"])]
        if not own:
            die("no complete record of " + drug["name"])
        chosen += [r._replace(drug=drug["node"]) for r in own]
    return chosen


def mechanism_edges(records):
    """DrugMechDB edges, one per (source, label, target), with all chosen records that state it."""
    stated = collections.defaultdict(list)
    for record in sorted(records):
        for number, link in enumerate(sorted(record.links), 1):
            stated[link].append((record, number))
    for link, places in stated.items():
        first, number = places[0]
        if link[1] not in PREDICATES:
            die("PREDICATES has no rendering of '%s'" % link[1])
        predicate, qualified, aspect, direction = PREDICATES[link[1]]
        yield {
            "id": "dmdb:%s#%02d" % (first.id, number),
            "subject": link[0], "predicate": "biolink:" + predicate, "object": link[2],
            "qualified_predicate": "biolink:" + qualified if qualified else "",
            "object_aspect_qualifier": aspect, "object_direction_qualifier": direction,
            "causal_mechanism_qualifier": "", "original_predicate": link[1],
            "primary_knowledge_source": "infores:drugmechdb",
            "knowledge_level": "knowledge_assertion", "agent_type": "manual_agent",
            "publications": "|".join(sorted({p for r, _ in places for p in r.pmids})),
            "record_id": "|".join(r.id for r, _ in places), "license": "CC0-1.0",
        }


def protein_of(gene, proteins, sources):
    """The one protein node of this gene that the graph already has, else the gene itself."""
    here = sources.gene_to_uniprot[gene] & proteins
    if len(here) == 1 and len(sources.uniprot_to_gene[min(here)]) == 1:
        return min(here)
    return gene


def target_edges(drugs, proteins, sources):
    """DrugCentral edges of the picked drugs, moved onto nodes that the graph already has."""
    nodes = {"DRUGBANK:" + d["drugbank"]: d["node"] for d in drugs}
    for row in sources.dc_edges:
        if row["subject"] not in nodes:
            continue
        edge = {column: row.get(column, "") for column in EDGE_COLUMNS}
        edge["subject"] = nodes[row["subject"]]
        edge["object"] = protein_of(row["object"], proteins, sources)
        edge["original_predicate"] = row["original_action"]
        edge["record_id"] = row["id"]
        edge["license"] = "CC-BY-4.0"
        yield edge


def synonyms(node, name, extra, sources):
    """Other spellings, without those that the sources also give to another id of the vocabulary."""
    vocabulary, seen, out = node.split(":")[0], {name.casefold()}, []
    own = [s for s in sorted(sources.spellings(node))
           if len(sources.holders[vocabulary, s.casefold()]) == 1]
    for spelling in own + extra:
        if spelling and spelling.casefold() not in seen:
            seen.add(spelling.casefold())
            out.append(spelling)
    return out


def node_row(node, drugs, diseases, providers, sources):
    extra, xref = [], []
    if node.startswith("NCBIGene:"):
        name, category = sources.dc_names[node], "biolink:Gene"
    else:
        name, category = sources.name(node), CATEGORIES[sources.label(node)]
    if node in drugs:
        xref = ["DRUGBANK:" + drugs[node]["drugbank"]]
        extra = [sources.dc_names.get(xref[0], "")]
    elif node in diseases:
        xref = [diseases[node]]
        extra = [sources.doid_names[diseases[node]]]
    elif node.startswith("UniProt:") and len(sources.uniprot_to_gene[node]) == 1:
        gene = min(sources.uniprot_to_gene[node])
        if gene in sources.dc_names and protein_of(gene, set(providers), sources) == node:
            xref, extra = [gene], [sources.dc_names[gene]]
    return {"id": node, "category": category, "name": name,
            "synonym": "|".join(synonyms(node, name, extra, sources)),
            "xref": "|".join(xref), "provided_by": "|".join(sorted(providers[node]))}


def read_picks(sources):
    """The hand-kept lists, checked against the sources."""
    drugs = list(rows(os.path.join(HERE, "drugs.tsv")))
    for drug in drugs:
        spelt = {s.casefold() for s in sources.spellings(drug["node"])}
        if drug["name"].casefold() not in spelt or sources.label(drug["node"]) != "Drug":
            die("no source calls %s %s" % (drug["node"], drug["name"]))
    diseases = {r["mesh"]: r["doid"] for r in rows(os.path.join(HERE, "diseases.tsv"))}
    for pair in diseases.items():
        if pair not in sources.mesh_doid:
            die("the disease map does not hold %s %s" % pair)
    return drugs, diseases


def build(sources):
    """(node rows, edge rows, drugs, records), sorted by id."""
    drugs, diseases = read_picks(sources)
    records = choose_records(drugs, sources)
    sources.prefer(records)
    edges = list(mechanism_edges(records))
    proteins = {n for e in edges for n in (e["subject"], e["object"]) if n.startswith("UniProt:")}
    edges += target_edges(drugs, proteins, sources)
    providers = collections.defaultdict(set)
    for edge in edges:
        for end in ("subject", "object"):
            providers[edge[end]].add(edge["primary_knowledge_source"])
    by_node = {d["node"]: d for d in drugs}
    nodes = [node_row(n, by_node, diseases, providers, sources) for n in sorted(providers)]
    return nodes, sorted(edges, key=lambda e: e["id"]), drugs, records


def table(columns, lines):
    text = "\n".join("\t".join(line[c] for c in columns) for line in [dict(zip(columns, columns))]
                     + lines)
    return (text + "\n").encode("utf-8")


def pairs(nodes, edges, drugs):
    """(drug id, disease id, drug, disease, hops) of pairs joined by a directed path of <= 6."""
    names = {n["id"]: n["name"] for n in nodes}
    ill = {n["id"] for n in nodes if n["category"] == "biolink:Disease"}
    links = [(e["subject"], e["predicate"], e["object"]) for e in edges]
    for drug in drugs:
        hops = reach(drug["node"], links)
        for node in sorted(ill & hops.keys()):
            if hops[node] <= MAX_HOPS:
                yield drug["node"], node, drug["name"], names[node], hops[node]


def print_stats(nodes, edges, drugs, records):
    found = list(pairs(nodes, edges, drugs))
    own = {(r.drug, r.disease) for r in records}
    counts = [
        ("drugs", len(drugs)), ("records", len(records)), ("nodes", len(nodes)),
        ("edges", len(edges)),
        ("edges_drugmechdb", sum(e["license"] == "CC0-1.0" for e in edges)),
        ("edges_drugcentral", sum(e["license"] == "CC-BY-4.0" for e in edges)),
        ("edges_with_publications", sum(e["publications"] != "" for e in edges)),
        ("publications", len({p for e in edges for p in e["publications"].split("|") if p})),
        ("drug_disease_pairs_within_6_hops", len(found)),
        ("of_them_stated_by_a_record", len({p[:2] for p in found} & own)),
    ]
    for key, value in counts:
        print("%s\t%d" % (key, value))


def main():
    parser = argparse.ArgumentParser(description="derive the example graph from its sources")
    for flag in ("--check", "--stats", "--pairs"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    shared = os.environ.get("WARRANT_SHARED") or os.path.join(HERE, "..", "..", "..", "shared")
    folder = os.path.join(shared, "data", "kg")
    if not os.path.isdir(folder):
        print("SKIPPED: no source data; set WARRANT_SHARED to the folder that holds data/kg")
        sys.exit(77)
    nodes, edges, drugs, records = build(Sources(folder))
    if options.stats:
        return print_stats(nodes, edges, drugs, records)
    if options.pairs:
        own = {(r.drug, r.disease) for r in records}
        for drug_id, disease_id, drug, disease, hops in pairs(nodes, edges, drugs):
            origin = "record" if (drug_id, disease_id) in own else "merged"
            print("%s\t%s\t%d\t%s" % (drug, disease, hops, origin))
        return None
    for name, columns, lines in (("nodes.tsv", NODE_COLUMNS, nodes),
                                 ("edges.tsv", EDGE_COLUMNS, edges)):
        path = os.path.join(HERE, name)
        if options.check:
            with open(path, "rb") as handle:
                if handle.read() != table(columns, lines):
                    die(name + " differs from what the sources give")
        else:
            with open(path, "wb") as handle:
                handle.write(table(columns, lines))
    return None


if __name__ == "__main__":
    main()
