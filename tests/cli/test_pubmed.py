"""The local PubMed store from the command line, and what it means for a question.

All records are written here. Their PMIDs are made up (10 to 99), as are the graph and its papers."""
import hashlib
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Checks, Home  # noqa: E402


def record(pmid, title, abstract="", links=(), kind=None, cites=(), year=2020):
    corrections = "".join(
        f'<CommentsCorrections RefType="{t}"><RefSource>x</RefSource><PMID>{p}</PMID>'
        "</CommentsCorrections>" for t, p in links)
    types = f'<PublicationTypeList><PublicationType UI="{kind[0]}">{kind[1]}</PublicationType>' \
        "</PublicationTypeList>" if kind else ""
    references = "".join(f'<Reference><ArticleIdList><ArticleId IdType="pubmed">{p}</ArticleId>'
                         "</ArticleIdList></Reference>" for p in cites)
    return (f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal>'
            f"<JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>J Tests"
            f"</Title></Journal><ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>"
            f"{abstract}</AbstractText></Abstract>{types}</Article><CommentsCorrectionsList>"
            f"{corrections}</CommentsCorrectionsList></MedlineCitation><PubmedData><ReferenceList>"
            f"{references}</ReferenceList></PubmedData></PubmedArticle>")


def write(home, name, *records, deleted=()):
    path = home.path(name)
    gone = "".join(f"<PMID>{p}</PMID>" for p in deleted)
    with open(path, "w", encoding="utf-8") as file:
        file.write("<PubmedArticleSet>" + "".join(records) +
                   (f"<DeleteCitation>{gone}</DeleteCitation>" if gone else "") +
                   "</PubmedArticleSet>")
    return path


RCT = ("D016449", "Randomized Controlled Trial")
RETRACTED = ("D016441", "Retracted Publication")


def test_import(c, home):
    c.equal("search without a store", home.run("pubmed", "search", "aspirin").code, 2)
    c.equal("import of nothing", home.run("pubmed", "import").code, 2)
    first = write(home, "pubmed25n0001.xml",
                  record(10, "Aspirin and adenoma", "Aspirin lowered the risk. It was cheap.", kind=RCT),
                  record(11, "Aspirin, a withdrawn trial", "Aspirin and adenoma.", kind=RETRACTED),
                  record(12, "A review of aspirin", "Adenoma is common.", cites=(11, 10)))
    second = write(home, "pubmed25n0002.xml", record(13, "Warfarin", "Bleeding."), deleted=(14,))
    with open(first + ".md5", "w", encoding="utf-8") as file:
        with open(first, "rb") as data:
            file.write(f"MD5(pubmed25n0001.xml)= {hashlib.md5(data.read()).hexdigest()}\n")
    done = home.run("pubmed", "import", second, first, "--json")
    envelope = done.json()
    c.equal("import: exit", done.code, 0)
    c.equal("import: schema", envelope["schema"], "warrant/pubmed-import/1")
    c.equal("import: in the order of numbers", [f["file"] for f in envelope["data"]["files"]],
            ["pubmed25n0001.xml", "pubmed25n0002.xml"])
    c.equal("import: counts", [f["stored"] for f in envelope["data"]["files"]], [3, 1])
    c.equal("import: sum compared", [f["md5_checked"] for f in envelope["data"]["files"]], [True, False])
    again = home.run("pubmed", "import", first)
    c.check("import: once", again.code == 0 and "already" in again.out, again.out)
    older = write(home, "pubmed24n0001.xml", record(15, "Old"))
    c.equal("import: another baseline", home.run("pubmed", "import", older).code, 2)
    c.equal("import: other filters", home.run("pubmed", "import", older, "--human").code, 2)
    c.equal("import: bad years", home.run("pubmed", "import", older, "--years", "x").code, 2)
    c.equal("import: no file", home.run("pubmed", "import", first + ".no").code, 2)
    stats = home.run("pubmed", "stats", "--hash", "--json").json()["data"]
    c.equal("stats: articles", stats["articles"], 4)
    c.equal("stats: newest", stats["newest_file"], "pubmed25n0002.xml")
    c.equal("stats: hash", len(stats["content_sha256"]), 64)


def test_search(c, home):
    done = home.run("pubmed", "search", "Does aspirin lower adenoma risk?", "--json")
    data = done.json()["data"]
    c.equal("search: exit", done.code, 0)
    c.equal("search: hits", [h["pmid"] for h in data["hits"]], ["10", "12"])
    c.equal("search: held back", (data["held_back"], data["retracted"]), (1, 1))
    c.check("search: said in a warning", "held back" in str(done.json()["warnings"]))
    c.equal("search: snippet", data["hits"][0]["snippet"],
            {"field": "abstract[0]", "text": "Aspirin lowered the risk.", "start": 0, "end": 25})
    c.check("search: coverage", data["coverage"]["seen"] <= data["coverage"]["total"])
    both = home.run("pubmed", "search", "aspirin adenoma", "--include-retracted", "--json").json()["data"]
    c.check("search: retracted when asked for", "11" in [h["pmid"] for h in both["hits"]])
    c.equal("search: trials only",
            [h["pmid"] for h in home.run("pubmed", "search", "aspirin", "--type", "rct", "--json")
             .json()["data"]["hits"]], ["10"])
    c.equal("search: no hit", home.run("pubmed", "search", "xyzzy").code, 3)
    c.equal("search: years", home.run("pubmed", "search", "aspirin", "--years", "1990-1991").code, 3)
    c.equal("search: unknown term", home.run("pubmed", "search", "aspirin", "--mesh", "Nothing").code, 2)
    c.equal("search: limit", home.run("pubmed", "search", "aspirin", "--limit", "0").code, 2)
    hostile = home.run("pubmed", "search", "-", stdin='aspirin" OR NEAR(* :) ' + "AND ( \" " * 20000)
    c.equal("search: hostile question", hostile.code, 0)


def test_show(c, home):
    loud = home.run("pubmed", "show", "11")
    c.equal("show: exit", loud.code, 0)
    c.check("show: loud", "*** RETRACTED" in loud.out, loud.out)
    review = home.run("pubmed", "show", "12", "--json").json()["data"][0]
    c.equal("show: cites a retracted paper", review["cites_retracted"], ["11"])
    c.equal("show: standing", review["standing"]["status"], "ok")
    gone = home.run("pubmed", "show", "14")
    c.equal("show: deleted", gone.code, 3)
    c.check("show: deleted is said", "deleted" in gone.out, gone.out)
    c.equal("show: unknown", home.run("pubmed", "show", "99").code, 3)


def test_quote_and_cite(c, home):
    done = home.run("pubmed", "quote", "10", "aspirin  LOWERED the risk", "--json")
    data = done.json()["data"]
    c.equal("quote: found", (data["found"], data["field"], data["start"], data["end"]),
            (True, "abstract[0]", 0, 24))
    c.equal("quote: stored bytes", data["text"], "Aspirin lowered the risk")
    c.equal("quote: absent", home.run("pubmed", "quote", "10", "aspirin raised the risk").code, 3)
    c.equal("quote: no words", home.run("pubmed", "quote", "10", "...").code, 2)
    c.equal("quote: no record", home.run("pubmed", "quote", "99", "risk").code, 3)
    bib = home.run("pubmed", "cite", "10", "11", "--style", "bibtex")
    c.check("cite: two entries", bib.out.count("@article") == 2, bib.out)
    c.check("cite: retraction is loud", "RETRACTED" in bib.out, bib.out)
    c.equal("cite: bad style", home.run("pubmed", "cite", "10", "--style", "x").code, 2)


NODES = """id\tcategory\tname
X:1\tbiolink:SmallMolecule\talphadrug
X:2\tbiolink:Protein\tgammaprotein
X:3\tbiolink:Disease\tdeltadisease
X:4\tbiolink:Protein\tzetaprotein
"""
EDGES = """id\tsubject\tpredicate\tobject\toriginal_predicate\tknowledge_level\tagent_type\tpublications\tprimary_knowledge_source
e:1\tX:1\tbiolink:affects\tX:2\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:21\tinfores:x
e:2\tX:2\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:22|PMID:23\tinfores:x
e:3\tX:1\tbiolink:affects\tX:4\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:24\tinfores:x
e:4\tX:4\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:25\tinfores:x
"""
QUESTION = "How might alphadrug lower deltadisease?"


def load_graph(c, home):
    for name, text in (("nodes.tsv", NODES), ("edges.tsv", EDGES)):
        with open(home.path(name), "w", encoding="utf-8") as file:
            file.write(text)
    done = home.run("kg", "import", "--source", "made-up", "--version", "1", home.path("nodes.tsv"),
                    home.path("edges.tsv"))
    c.equal("graph: loaded", done.code, 0)


def evidence_of(answer, edge):
    return [e for e in answer["evidence"] if e["locator"].get("edge") == edge]


def test_ask(c, home):
    """A route that rests on a retracted paper is not offered once the store knows of it."""
    load_graph(c, home)
    before = home.ask(QUESTION, "--json").json()["data"]
    c.check("ask: no copy, not checked",
            all(not e["retraction_checked"] for e in before["evidence"] if e["kind"] == "kg_edge"))
    c.equal("ask: two routes", len(before["hypotheses"]), 2)
    store = write(home, "store.xml", record(21, "Alpha"), record(22, "Gamma"), record(24, "Zeta"),
                  record(25, "Zeta and delta"))
    c.equal("ask: store", home.run("pubmed", "import", store).code, 0)
    answer = home.ask(QUESTION, "--json").json()["data"]
    c.equal("ask: all routes stand", len(answer["hypotheses"]), 2)
    c.equal("ask: checked", evidence_of(answer, "e:1")[0]["retraction_checked"], True)
    c.equal("ask: one of two unknown", evidence_of(answer, "e:2")[0]["unchecked"], 1)
    c.check("ask: said in the claim", any("not checked" in limit for claim in answer["claims"]
                                          for limit in claim["limits"]), answer["claims"])
    c.check("ask: the copy is named", "store.xml" in answer["text"], answer["text"])
    same = home.ask(QUESTION, "--json").json()["data"]
    c.equal("ask: the same twice", same["evidence"], answer["evidence"])
    update = write(home, "update.xml", record(24, "Zeta", kind=RETRACTED),
                   record(31, "Notice", links=(("RetractionOf", 23),)))
    c.equal("ask: update", home.run("pubmed", "import", update).code, 0)
    after = home.ask(QUESTION, "--json").json()["data"]
    c.equal("ask: the broken route is withheld", len(after["hypotheses"]), 1)
    c.check("ask: and why", "no-retracted-only" in str(after["warnings"]), after["warnings"])
    c.equal("ask: its evidence is marked", evidence_of(after, "e:3")[0]["retracted"], True)
    c.equal("ask: the other is not", evidence_of(after, "e:1")[0]["retracted"], False)
    c.equal("ask: half of it is withdrawn", evidence_of(after, "e:2")[0]["withdrawn"],
            [{"pmid": "23", "status": "retracted"}])
    c.check("ask: no claim stands on it", all(e["id"] not in str(claim["grounds"]) for e in
                                              evidence_of(after, "e:3") for claim in after["claims"]))


def test_affected(c, home):
    done = home.run("pubmed", "affected", "--json")
    data = done.json()["data"]
    c.equal("affected: exit", done.code, 0)
    c.equal("affected: edges", [(e["id"], e["publications"], e["remaining"]) for e in data["edges"]],
            [("e:2", 2, 1), ("e:3", 1, 0)])
    c.equal("affected: what was lost", data["edges"][1]["lost"], [{"pmid": "24", "status": "retracted"}])
    c.check("affected: past claims", len(data["claims"]) > 0 and
            all(claim["run"] and claim["lost"] for claim in data["claims"]), data["claims"])
    c.check("affected: a claim that lost all", any(claim["remaining"] == 0 for claim in data["claims"]))
    c.check("affected: age is stated", data["local_copy"]["newest_file"] == "update.xml")
    with open(home.path("again.tsv"), "w", encoding="utf-8") as file:
        header, *rows = EDGES.splitlines(keepends=True)
        file.write(header + rows[2].replace("infores:x", "infores:y"))
    c.equal("affected: a second source", home.run(
        "kg", "import", "--source", "made-up-too", "--version", "1", home.path("nodes.tsv"),
        home.path("again.tsv")).code, 0)
    c.equal("affected: two supports", len(
        home.run("kg", "show", "e:3", "--json").json()["data"]["supports"]), 2)
    edges = home.run("pubmed", "affected", "--json").json()["data"]["edges"]
    c.equal("affected: two sources, one paper",
            [(e["id"], e["publications"], e["remaining"]) for e in edges if "24" in str(e["lost"])],
            [("e:3", 1, 0)])
    text = home.run("pubmed", "affected")
    c.check("affected: text", "lost 1 of 2 publications: PMID 23 (retracted)" in text.out, text.out)
    later = home.run("pubmed", "affected", "--since", "2999-01-01", "--json").json()["data"]
    c.equal("affected: nothing since", (later["withdrawn"], later["edges"], later["claims"]), (0, [], []))
    c.equal("affected: bad day", home.run("pubmed", "affected", "--since", "yesterday").code, 2)


def test_retraction_list(c, home):
    path = home.path("list.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("title,OriginalPaperPubMedID\n\"A, b\",21\nC,0\n")
    done = home.run("pubmed", "import", "--retractions", path, "--json")
    c.equal("list: exit", done.code, 0)
    c.equal("list: counts", done.json()["data"]["retractions"]["pmids"], 1)
    c.equal("list: now no route is left", home.ask(QUESTION, "--json").code, 5)


def main():
    c = Checks()
    with Home(with_graph=False) as home:
        for test in (test_import, test_search, test_show, test_quote_and_cite):
            test(c, home)
    with Home(with_graph=False) as home:
        for test in (test_ask, test_affected, test_retraction_list):
            test(c, home)
    c.finish()


if __name__ == "__main__":
    main()
