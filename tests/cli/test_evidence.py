"""Questions to the literature, the literature of a route's links, and level 4 of an audit.

Graph, papers and their sentences are written here; all names and PMIDs (20 to 99) are made up."""
import hashlib
import json

import forge
from harness import Checks, Home

NODES = """id\tcategory\tname\tsynonym
X:1\tbiolink:SmallMolecule\talphadrug\talphadine
X:2\tbiolink:Protein\tgammaprotein\t
X:3\tbiolink:Disease\tdeltadisease\t
X:4\tbiolink:Disease\tepsilondisease\t
"""
EDGES = """id\tsubject\tpredicate\tobject\toriginal_predicate\tknowledge_level\tagent_type\tpublications\tprimary_knowledge_source
e:1\tX:1\tbiolink:affects\tX:2\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:30\tinfores:x
e:2\tX:2\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:31\tinfores:x
"""
OPPOSED = EDGES + """e:9\tX:1\tbiolink:affects\tX:2\tincreases activity of\tknowledge_assertion\tmanual_agent\tPMID:32\tinfores:y
"""
RCT = ("D016449", "Randomized Controlled Trial")
COHORT = ("D064888", "Observational Study")
PREPRINT = ("D000076942", "Preprint")
RETRACTED = ("D016441", "Retracted Publication")
META = ("D017418", "Meta-Analysis")
QUESTION = "What is the evidence that alphadrug lowers deltadisease?"
MECHANISM = "How might alphadrug lower deltadisease?"


def paper(pmid, title, *sections, kind=None, author=None, links=()):
    """sections: texts, or (label, text)."""
    parts = "".join(f'<AbstractText Label="{s[0]}" NlmCategory="{s[0]}">{s[1]}</AbstractText>'
                    if isinstance(s, tuple) else f"<AbstractText>{s}</AbstractText>"
                    for s in sections)
    types = (f'<PublicationTypeList><PublicationType UI="{kind[0]}">{kind[1]}</PublicationType>'
             "</PublicationTypeList>") if kind else ""
    authors = (f'<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>{author}</LastName></Author>'
               "</AuthorList>") if author else ""
    notices = "".join(f'<CommentsCorrections RefType="{t}"><RefSource>x</RefSource><PMID>{p}</PMID>'
                      "</CommentsCorrections>" for t, p in links)
    return (f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal>'
            "<JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue><Title>J Made Up</Title>"
            f"</Journal><ArticleTitle>{title}</ArticleTitle><Abstract>{parts}</Abstract>{authors}"
            f"{types}</Article><CommentsCorrectionsList>{notices}</CommentsCorrectionsList>"
            "</MedlineCitation></PubmedArticle>")


PAPERS = [
    paper(20, "Alphadrug in deltadisease: a trial",
          ("BACKGROUND", "Alphadrug is old."),
          ("RESULTS", "We counted. Alphadrug lowered deltadisease compared with placebo \u2014 clearly."),
          kind=RCT, author="Amber"),
    paper(21, "Alphadine in daily life", "We looked back. Alphadine was associated with lower deltadisease.",
          kind=COHORT, author="Birch"),
    paper(22, "A second alphadrug trial",
          ("RESULTS", "Alphadrug did not reduce deltadisease."), kind=RCT, author="Cedar"),
    paper(23, "Alphadrug again", "Alphadrug lowered deltadisease.", kind=RETRACTED, author="Dogwood"),
    paper(24, "Alphadrug early", "Alphadrug lowered deltadisease.", kind=PREPRINT, author="Elder"),
    paper(25, "Alphadrug and deltadisease, a review", "Both are common.", author="Fir"),
    paper(26, "Alphadrug, harms", "Alphadrug increased deltadisease.", author="Gum"),
    paper(27, "Something about alphadrug", "Alphadrug is well known.", author="Hazel"),
]
LINK_PAPERS = [
    paper(30, "Alphadrug and gammaprotein", "Alphadrug decreases gammaprotein.", author="Iris"),
    paper(31, "Gammaprotein", "Gammaprotein causes deltadisease.", author="Juniper"),
    paper(33, "Gammaprotein, another look", "Alphadrug increased gammaprotein.", author="Kapok"),
]


def load(home, edges=EDGES, papers=None):
    for name, text in (("nodes.tsv", NODES), ("edges.tsv", edges)):
        with open(home.path(name), "w", encoding="utf-8") as file:
            file.write(text)
    done = home.run("kg", "import", "--source", "made-up", "--version", "1", home.path("nodes.tsv"),
                    home.path("edges.tsv"))
    assert done.code == 0, done.err
    if papers is not None:
        add_papers(home, "pubmed25n0001.xml", papers)


def add_papers(home, name, papers):
    path = home.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("<PubmedArticleSet>" + "".join(papers) + "</PubmedArticleSet>")
    done = home.run("pubmed", "import", path)
    assert done.code == 0, done.err


def answer_of(home, question, *args):
    done = home.ask(question, "--json", *args)
    return done.code, done.json()["data"]


def passes(c, home, what, level=6):
    done = home.run("audit", "verify", "last", "--level", str(level), "--json")
    c.check(f"{what}: verifies at level {level}", done.code == 0, done.out)


def field_text(home, pmid, field):
    record = home.run("pubmed", "show", str(pmid), "--json").json()["data"][0]
    return record["title"] if field == "title" else record["abstract"][int(field[9:-1])]["text"]


def check_bytes(c, home, evidence):
    locator = evidence["locator"]
    stored = field_text(home, locator["pmid"], locator["field"]).encode()
    c.equal(f"PMID {locator['pmid']}: the bytes are the quotation",
            stored[locator["start"]:locator["end"]].decode(), evidence["text"])


# ---- the question type

def test_question(c, home):
    code, answer = answer_of(home, QUESTION)
    c.equal("evidence: answered", (code, answer["type"]), (0, "evidence"))
    evidence = {e["id"]: e for e in answer["evidence"]}
    quotes = {e["locator"]["pmid"]: e for e in evidence.values()}
    for item in evidence.values():
        check_bytes(c, home, item)
    c.equal("a synonym is a name", quotes["21"]["text"],
            "Alphadine was associated with lower deltadisease.")
    c.equal("directions", {p: q["reads"]["direction"] for p, q in quotes.items()},
            {"20": "lowers", "21": "lowers", "22": "no_effect", "25": "unclear", "26": "raises"})
    c.equal("only the trial's own finding is interventional",
            [p for p, q in quotes.items() if q["interventional"]], ["20"])
    c.equal("no grounds", answer["literature"]["not_grounds"],
            sorted([{"pmid": "23", "why": "retracted"}, {"pmid": "24", "why": "preprint"}],
                   key=lambda x: [r["pmid"] for r in answer["literature"]["not_grounds"]].index(x["pmid"])))
    claims = {k["direction"]: k for k in answer["claims"]}
    c.equal("what speaks against it comes first", [k["direction"] for k in answer["claims"]],
            ["no_effect", "raises", "lowers"])
    lowers = claims["lowers"]
    c.equal("rung 2 by a randomised comparison", (lowers["rung"], lowers["relation"],
                                                  lowers["warrant"]["kind"]),
            (2, "decreases", "interventional_evidence"))
    c.equal("certainty: a trial (moderate), contradicted", lowers["certainty"], "low")
    c.equal("rebuttals stand first among the grounds",
            [g["role"] for g in lowers["grounds"]], ["contradicts", "contradicts", "supports", "supports"])
    c.equal("an unrandomised direction is an association",
            (claims["raises"]["rung"], claims["raises"]["relation"], claims["raises"]["certainty"]),
            (1, "associated_with", "very_low"))
    c.check("no cause without a warrant", all(
        k["warrant"]["kind"] != "none" or "associated" in k["text"] for k in answer["claims"]))
    text = answer["text"]
    c.check("against before for, in the text",
            text.index("state no effect") < text.index("state an increase") < text.index("state a decrease"))
    c.check("the query is shown", answer["literature"]["query"] in text)
    passes(c, home, "evidence")
    again = answer_of(home, QUESTION)[1]
    c.equal("the same question, the same answer", again["text"], text)
    turned = answer_of(home, "What is the evidence that alphadrug raises deltadisease?")[1]
    c.equal("asked the other way, the other is last", [k["direction"] for k in turned["claims"]],
            ["no_effect", "lowers", "raises"])


def test_sources(c):
    with Home(with_graph=False) as home:
        load(home, papers=[
            paper(20, "Alphadrug trial one", "Alphadrug lowered deltadisease.", kind=RCT, author="Amber"),
            paper(21, "Alphadrug trial two", "Alphadrug lowered deltadisease.", kind=RCT, author="Amber")])
        claim = answer_of(home, QUESTION)[1]["claims"][0]
        c.equal("one group twice is one source", claim["certainty"], "moderate")
        add_papers(home, "pubmed25n0002.xml", [
            paper(22, "Alphadrug: meta-analysis of randomised trials", "Alphadrug reduced deltadisease.",
                  kind=META, author="Birch")])
        claim = answer_of(home, QUESTION)[1]["claims"][0]
        c.equal("two sources are more", (claim["rung"], claim["certainty"]), (2, "high"))
    for label, title, sections, kind in (
            ("a background is no finding", "Alphadrug trial",
             (("BACKGROUND", "Alphadrug lowered deltadisease."), ("RESULTS", "None.")), RCT),
            ("another drug's trial", "Betadrug trial", ("Alphadrug lowered deltadisease.",), RCT),
            ("an association in a trial", "Alphadrug trial",
             ("Alphadrug was associated with lower deltadisease.",), RCT),
            ("an unrandomised meta-analysis", "Alphadrug: meta-analysis",
             ("Alphadrug lowered deltadisease.",), META),
            ("not the last sentence", "Alphadrug trial", ("Alphadrug lowered deltadisease. We stop.",), RCT)):
        with Home(with_graph=False) as home:
            load(home, papers=[paper(20, title, *sections, kind=kind)])
            claim = answer_of(home, QUESTION)[1]["claims"][0]
            c.equal(f"{label}: rung 1", (claim["rung"], claim["warrant"]["kind"]), (1, "none"))


def test_nothing(c):
    with Home(with_graph=False) as home:
        load(home)
        done = home.ask(QUESTION)
        c.check("no store: abstains and says what to do", done.code == 3 and
                "not looked up" in done.err and "pubmed import" in done.err, done.err)
        add_papers(home, "pubmed25n0001.xml", [PAPERS[7], PAPERS[3]])
        done = home.ask(QUESTION)
        c.check("nothing said: abstains with the query and its coverage", done.code == 3 and
                '"alphadrug deltadisease"' in done.err and "of 2 papers" in done.err and
                "1 more are withdrawn" in done.err, done.err)
        passes(c, home, "an abstention")
        c.equal("an unknown name abstains", home.ask(
            "What is the evidence that omegadrug lowers deltadisease?").code, 3)


def test_words(c):
    """A question to the literature needs no graph: what no node covers is looked for as worded."""
    with Home(with_graph=False) as home:
        done = home.ask(QUESTION)
        c.check("neither graph nor papers: says what to load", done.code == 2 and "kg import" in done.err, done.err)
        add_papers(home, "pubmed25n0001.xml", [paper(
            20, "Alphadrug and peak flow: a trial", ("RESULTS", "Alphadrug increased peak flow compared with placebo."),
            ("BACKGROUND", "Peak flow falls in deltadisease."), kind=("D016449", "Randomized Controlled Trial"), author="Amber")])
        code, answer = answer_of(home, "What is the evidence that alphadrug raises peak flow in deltadisease?")
        c.equal("without a graph: answered", code, 0)
        c.equal("  treatment and outcome are the words, with no id",
                [{k: answer["frame"][end].get(k) for k in ("name", "id", "match")} for end in ("treatment", "outcome")],
                [{"name": "alphadrug", "id": None, "match": "words"}, {"name": "peak flow", "id": None, "match": "words"}])
        c.equal("  the claim is the trial's", [(k["direction"], k["rung"], "id" in k["subject"]) for k in answer["claims"]],
                [("raises", 2, False)])
        check_bytes(c, home, answer["evidence"][0])
        passes(c, home, "words")
        for form in ("trapi", "prov", "ro-crate", "ris"):
            c.equal(f"  exported as {form}", home.run("run", "export", "last", "--format", form, "-o",
                                                     home.path("document")).code, 0)
        mechanism = home.ask("How might alphadrug lower deltadisease?")
        c.check("a mechanism needs a graph", mechanism.code == 2 and "kg import" in mechanism.err, mechanism.err)
    with Home(with_graph=False) as home:
        load(home, papers=[paper(20, "Trial", "Alphadrgu lowered deltadisease. Alphadrug raised peak flow.")])
        answer = answer_of(home, "What is the evidence that alphadrug raises peak flow in deltadisease?")[1]
        c.equal("with a graph: the outcome is the verb's object",
                (answer["frame"]["treatment"]["id"], answer["frame"]["outcome"]["name"], answer["frame"]["also"]),
                ("X:1", "peak flow", ["deltadisease"]))
        passes(c, home, "a node and words")
        slip = answer_of(home, "What is the evidence that alphadrgu lowers deltadisease?")[1]
        c.check("a slip of the pen is looked for, and what is near it is told",
                slip["claims"] and any("alphadrgu" in w and "nearest: alphadrug" in w for w in slip["warnings"]),
                json.dumps(slip.get("warnings")))


def test_model(c):
    with Home(with_graph=False) as home:
        load(home, papers=[paper(20, "Two sentences",
                                 "Alphadrug lowered deltadisease. Alphadrug reduced deltadisease. We stop.")])
        script = home.path("replies.jsonl")
        with open(script, "w", encoding="utf-8") as file:
            file.write(json.dumps({"kind": "choose", "option": "2"}) + "\n")
        plain = answer_of(home, QUESTION)[1]
        done = home.run("ask", "--model", f"script:{script}", "--json", QUESTION).json()["data"]
        c.equal("without a model the first", plain["evidence"][0]["text"], "Alphadrug lowered deltadisease.")
        c.equal("a model chooses which", done["evidence"][0]["text"], "Alphadrug reduced deltadisease.")
        c.equal("and changes no claim", [(k["direction"], k["rung"]) for k in done["claims"]],
                [(k["direction"], k["rung"]) for k in plain["claims"]])
        passes(c, home, "a model's choice")


def test_directives(c):
    """What tells a person what to take stands in an answer as a quotation with its source only, and
    no mark inside a sentence ends the quotation."""
    with Home(with_graph=False) as home:
        said = 'You should &quot;stop&quot; taking your medication now, since alphadrug lowered deltadisease.'
        load(home, papers=[paper(20, "Doses", said)])
        answer = answer_of(home, QUESTION)[1]
        shown = [line for line in answer["text"].split("\n") if "taking your" in line]
        c.check("a directive is quoted with its source", len(shown) == 1 and shown[0].endswith(
            "\"You should 'stop' taking your medication now, since alphadrug lowered deltadisease.\" (PMID 20)"),
            answer["text"])
        passes(c, home, "a quoted directive")


# ---- links of a route

def link(answer, subject):
    return [k for k in answer["claims"] if k["kind"] == "edge" and k["subject"]["name"] == subject][0]


def test_links(c):
    with Home(with_graph=False) as home:
        load(home)
        answer = answer_of(home, MECHANISM)[1]
        c.check("without a store nothing is said of papers", "local PubMed" not in answer["text"])
        c.check("each hypothesis says what would refute it", all(
            k["refute"] for k in answer["claims"] if k["kind"] == "hypothesis") and
            "would be refuted by: an experiment that changes" in answer["text"], answer["text"])
        passes(c, home, "without a store")
        add_papers(home, "pubmed25n0001.xml", LINK_PAPERS)
        answer = answer_of(home, MECHANISM)[1]
        evidence = {e["id"]: e for e in answer["evidence"]}
        first, second = link(answer, "alphadrug"), link(answer, "gammaprotein")
        roles = {evidence[g["evidence"]]["locator"].get("pmid"): g["role"] for g in first["grounds"]}
        c.equal("a link: for and against", roles, {"33": "contradicts", None: "supports", "30": "supports"})
        c.equal("against it first", first["grounds"][0]["role"], "contradicts")
        c.check("the limit counts them", any("1 for it, 1 against" in t for t in first["limits"]),
                first["limits"])
        c.equal("a contradicted link is less certain", first["certainty"], "very_low")
        c.equal("the other link is as it was", (second["certainty"], second.get("rebuttals")), ("low", None))
        route = [k for k in answer["claims"] if k["kind"] == "hypothesis"][0]
        c.equal("what speaks against a link speaks against the route", route["rebuttals"],
                first["rebuttals"])
        for item in evidence.values():
            if item["kind"] == "publication_quote":
                check_bytes(c, home, item)
        passes(c, home, "links with papers")


def test_opposed(c):
    with Home(with_graph=False) as home:
        load(home, edges=OPPOSED)
        answer = answer_of(home, MECHANISM)[1]
        edges = {e["locator"].get("edge"): e["id"] for e in answer["evidence"]}
        claims = [k for k in answer["claims"] if k["kind"] == "edge" and k["subject"]["id"] == "X:1"]
        c.equal("both signs are claims", len(claims), 2)
        for claim in claims:
            own = [g["evidence"] for g in claim["grounds"] if g["role"] == "supports"]
            c.equal("each is rebutted by the other", {claim["rebuttals"][0], own[0]},
                    {edges["e:1"], edges["e:9"]})
            c.equal("and is less certain", claim["certainty"], "very_low")
        passes(c, home, "opposed rows")


# ---- level 4

def bodies(events, event, kind):
    return [e["body"] for e in forge.find(events, event) if e["body"].get("kind") == kind]


def first_of(events, kind):
    return bodies(events, "evidence", kind)[0]


def in_answer(events, body):
    """The same evidence or claim in the answer: a forger keeps the two alike."""
    answer = forge.find(events, "answer")[0]["body"]
    for part in ("evidence", "claims"):
        for i, item in enumerate(answer.get(part, [])):
            if item["id"] == body["id"] and item.get("kind") == body.get("kind"):
                answer[part][i] = json.loads(json.dumps(body))


def forged(c, home, base, label, change, level=4):
    events = json.loads(json.dumps(base))
    body = change(events)
    in_answer(events, body)
    run = forge.seal(home, events)
    found = forge.first_failure(home, run, 4)
    seq = [i for i, e in enumerate(events) if e["body"] is body]
    c.check(f"forged, {label}: fails first at level {level}, at the event", found is not None and
            found[0] == level and found[1] == seq[0], (found, seq))


def set_in(events, body, path, value):
    *parents, last = path
    at = body
    for key in parents:
        at = at[key]
    at[last] = value
    return body


def quote_of(events, pmid="20"):
    return [b for b in bodies(events, "evidence", "publication_quote")
            if b["locator"]["pmid"] == pmid][0]


def claim_of(events, kind):
    return bodies(events, "claim", kind)[0]


def test_forged_quotes(c, home):
    home.ask(QUESTION)
    base = forge.events(home)
    same = forge.seal(home, base)
    c.equal("sealed again unchanged: passes", forge.first_failure(home, same, 4), None)

    def quote(change):
        def apply(events):
            body = quote_of(events)
            change(body)
            return body
        return apply

    forged(c, home, base, "an offset moved", quote(lambda b: b["locator"].update(start=b["locator"]["start"] + 1)))
    forged(c, home, base, "an end moved", quote(lambda b: b["locator"].update(end=b["locator"]["end"] - 1)))
    forged(c, home, base, "another text", quote(lambda b: b.update(text=b["text"].replace("lowered", "cured"))))
    forged(c, home, base, "another paper", quote(lambda b: (b["locator"].update(pmid="25"),
                                                            b["source"].update(pmid="25"))))
    forged(c, home, base, "another field", quote(lambda b: b["locator"].update(field="title")))
    forged(c, home, base, "another direction", quote(lambda b: b["reads"].update(direction="raises")))
    forged(c, home, base, "another design", quote(lambda b: b["source"].update(design="randomised trial x")))
    forged(c, home, base, "called interventional", lambda events: set_in(
        events, [e["body"] for e in forge.find(events, "evidence") if not e["body"]["interventional"]][0],
        ["interventional"], True))

    def claim(change):
        def apply(events):
            body = forge.find(events, "claim", direction="raises")[0]["body"]
            change(body)
            return body
        return apply

    forged(c, home, base, "a higher rung", claim(lambda b: b.update(rung=2)))
    forged(c, home, base, "a rebuttal called support", claim(
        lambda b: b["grounds"][0].update(role="supports")))
    forged(c, home, base, "evidence that is not there", claim(
        lambda b: b["grounds"].append({"evidence": "e99", "role": "context"})))

    def retract(events):
        """The paper was withdrawn in the record that the run itself read."""
        body = quote_of(events)
        event = [e for e in forge.find(events, "lookup", what="record")
                 if e["body"]["n"] == body["locator"]["record"]][0]
        record = event["body"]["result"]
        record["status"], record["retracted"] = "retracted", True
        body["record_sha256"] = hashlib.sha256(canonical(record)).hexdigest()
        return body

    forged(c, home, base, "a retracted ground", retract)


def canonical(value):
    """RFC 8785 for values without fractions and with keys of ASCII."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_forged_rows(c):
    with Home(with_graph=False) as home:
        load(home, edges=OPPOSED)
        home.ask(MECHANISM)
        base = forge.events(home)
        c.equal("rows, unchanged: passes", forge.first_failure(home, forge.seal(home, base), 4), None)

        def row(change):
            def apply(events):
                body = first_of(events, "kg_edge")
                change(body)
                return body
            return apply

        forged(c, home, base, "another label", row(lambda b: b.update(original_predicate="cures")))
        forged(c, home, base, "another predicate", row(lambda b: b.update(predicate="biolink:treats")))
        forged(c, home, base, "another level", row(lambda b: b.update(knowledge_level="prediction")))
        forged(c, home, base, "another source", row(
            lambda b: b["source"].update(primary_knowledge_source="infores:z")))
        forged(c, home, base, "a paper more", row(lambda b: b["source"]["publications"].append("PMID:99")))
        forged(c, home, base, "another row", row(lambda b: b["locator"].update(edge="e:2")))
        forged(c, home, base, "another graph", row(lambda b: b["locator"].update(kg_snapshot="0" * 64)))
        forged(c, home, base, "another hash", row(lambda b: b.update(sha256="0" * 64)))
        forged(c, home, base, "no proof", row(lambda b: b["locator"].pop("proof")))

        def proof(events):
            body = first_of(events, "kg_edge")
            event = [e for e in forge.find(events, "lookup", what="proof")
                     if e["body"]["n"] == body["locator"]["proof"]][0]
            edge = event["body"]["result"]["edge"]
            edge["object"] = {"id": "X:4", "kind": edge["object"]["kind"], "name": "epsilondisease"}
            body["sha256"] = hashlib.sha256(canonical(edge)).hexdigest()
            return body

        forged(c, home, base, "the row behind it", proof)

        def claim(kind, change):
            def apply(events):
                body = claim_of(events, kind)
                change(body)
                return body
            return apply

        other = {"id": "X:4", "name": "epsilondisease"}
        forged(c, home, base, "another object", claim("edge", lambda b: b.update(object=other)))
        forged(c, home, base, "another name", claim("edge", lambda b: b["object"].update(name="hope")))
        forged(c, home, base, "another relation", claim("edge", lambda b: b.update(relation="treats")))
        forged(c, home, base, "another text", claim("edge", lambda b: b.update(text=b["text"] + " for good")))
        forged(c, home, base, "another sign", claim("edge", lambda b: b.update(polarity=-b["polarity"])))
        forged(c, home, base, "a rung too high", claim("edge", lambda b: b.update(rung=3)))
        forged(c, home, base, "a route elsewhere", claim("hypothesis", lambda b: b.update(object=other)))
        forged(c, home, base, "a route without a link", claim("hypothesis", lambda b: b["grounds"].pop(0)))
        forged(c, home, base, "a route of higher rung", claim("hypothesis", lambda b: b.update(rung=3)))
        forged(c, home, base, "a route's sign", claim(
            "hypothesis", lambda b: b.update(polarity=-(b["polarity"] or 1))))

        def answer(events):
            body = forge.find(events, "answer")[0]["body"]
            body["claims"][0]["text"] = "alphadrug cures deltadisease"
            return body

        events = json.loads(json.dumps(base))
        answer(events)
        found = forge.first_failure(home, forge.seal(home, events), 4)
        c.equal("forged, the answer says otherwise", found and found[0], 4)
        test_against(c, home)


def test_against(c, home):
    """Against the auditor's own graph and PubMed."""
    graph = home.path("kg.db")
    home.ask(MECHANISM)
    c.equal("with the graph: passes", home.run("audit", "verify", "last", "--kg", graph).code, 0)
    with Home(with_graph=False) as other:
        load(other)
        done = home.run("audit", "verify", "last", "--kg", other.path("kg.db"), "--json")
        failure = done.json()["data"]["first_failure"]
        c.equal("with another graph: fails", (done.code, failure["level"]), (6, 4))
    c.equal("a graph that is not there", home.run("audit", "verify", "last", "--kg", "no.db").code, 2)
    with Home(with_graph=False) as own:
        load(own, papers=PAPERS)
        own.ask(QUESTION)
        store = own.path("pubmed.db")
        c.equal("with the same PubMed: passes", own.run("audit", "verify", "last", "--pubmed", store).code, 0)
        add_papers(own, "pubmed25n0002.xml", [
            paper(40, "Notice", links=[("RetractionOf", 20)], kind=("D016440", "Retraction of Publication"))])
        done = own.run("audit", "verify", "last", "--pubmed", store, "--json")
        failure = done.json()["data"]["first_failure"]
        c.equal("with one that knows of a retraction since: fails", (done.code, failure["level"]), (6, 4))
        c.equal("by its own record the run still passes", own.run("audit", "verify", "last").code, 0)


def main():
    c = Checks()
    with Home(with_graph=False) as home:
        load(home, papers=PAPERS)
        test_question(c, home)
        home.replay_all(c)
        test_forged_quotes(c, home)
    for test in (test_sources, test_nothing, test_words, test_model, test_directives, test_links, test_opposed,
                 test_forged_rows):
        test(c)
    c.finish()


if __name__ == "__main__":
    main()
