"""ask --recheck: cited publications put before PubMed, here a server of this test that stands where
E-utilities would; and what the graph itself marks as retracted. Everything is made up."""
import http.server
import json
import threading
import urllib.parse

from harness import ROOT, Checks, Home

KEY = "madeupkey0123456789"
QUESTION = "How might alphadrug lower deltadisease?"
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
KINDS = {24: '<PublicationType UI="D016441">Retracted Publication</PublicationType>'}
UNKNOWN = 23


class Service(http.server.BaseHTTPRequestHandler):
    """efetch alone; keeps what it was asked."""
    asked, fail = [], False

    def log_message(self, *_):
        pass

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        Service.asked.append(query)
        records = "".join(
            f'<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><Journal><Title>J</Title>'
            f"</Journal><ArticleTitle>Title of {n}</ArticleTitle><PublicationTypeList>{KINDS.get(n, '')}"
            "</PublicationTypeList></Article></MedlineCitation></PubmedArticle>"
            for n in map(int, query["id"][0].split(",")) if n != UNKNOWN)
        body = f"<PubmedArticleSet>{records}</PubmedArticleSet>".encode()
        self.send_response(503 if Service.fail else 200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def load_graph(home):
    for name, text in (("nodes.tsv", NODES), ("edges.tsv", EDGES)):
        with open(home.path(name), "w", encoding="utf-8") as file:
            file.write(text)
    done = home.run("kg", "import", "--source", "made-up", "--version", "1", home.path("nodes.tsv"),
                    home.path("edges.tsv"))
    assert done.code == 0, done.err


def ask(home, env, *args):
    return home.run("ask", "--model", "none", *args, QUESTION, env=env)


def evidence_of(answer, edge):
    return [e for e in answer["evidence"] if e["locator"].get("edge") == edge][0]


def test_default(c, home, env):
    answer = ask(home, env, "--json").json()["data"]
    c.equal("by default: nothing is asked", Service.asked, [])
    c.check("by default: nothing is said", "recheck" not in answer and "Re-check" not in answer["text"])
    c.equal("by default: both routes", len(answer["hypotheses"]), 2)
    plan = home.run("plan", "--json", QUESTION, env=env).json()["data"]
    with_it = home.run("plan", "--recheck", "--json", QUESTION, env=env).json()["data"]
    c.equal("the plan says it", [s["id"] for s in with_it["steps"]][len(plan["steps"]):], ["recheck"])
    dry = home.run("--dry-run", "ask", "--recheck", "--json", QUESTION, env=env).json()["data"]
    c.equal("so does a dry run", dry["steps"], with_it["steps"])


def test_recheck(c, home, env):
    done = ask(home, env, "--json", "--recheck")
    c.equal("recheck: exit", done.code, 0)
    answer = done.json()["data"]
    c.equal("recheck: one request", len(Service.asked), 1)
    c.equal("recheck: about what is cited", sorted(Service.asked[0]["id"][0].split(",")),
            ["21", "22", "23", "24", "25"])
    c.equal("recheck: with the key of the host", Service.asked[0]["api_key"], [KEY])
    c.equal("recheck: what came", answer["recheck"], {"asked": 5, "answered": 4, "withdrawn": 1, "left_out": 0})
    c.equal("recheck: the broken route is withheld", len(answer["hypotheses"]), 1)
    c.check("recheck: and why", "no-retracted-only" in str(answer["warnings"]), answer["warnings"])
    c.equal("recheck: who is withdrawn", evidence_of(answer, "e:3")["withdrawn"],
            [{"pmid": "24", "status": "retracted"}])
    c.equal("recheck: all told", [evidence_of(answer, e).get("rechecked") for e in ("e:1", "e:2")], [True, None])
    c.equal("recheck: one not told", evidence_of(answer, "e:2")["unchecked"], 1)
    c.check("recheck: said", "of 5 cited publications PubMed told of 4, 1 of them withdrawn" in
            answer["text"] and "not retracted: PubMed was asked" in answer["text"], answer["text"])
    events = home.run("run", "show", "last", "--json").json()["data"]["events"]
    kinds = [e["type"] for e in events]
    c.check("recheck: the exchange is in the ledger, before the claims", "http.response" in kinds and
            kinds.index("http.request") < kinds.index("http.response") < kinds.index("claim"), kinds)
    c.check("recheck: no key is", KEY not in json.dumps(events))
    c.equal("recheck: the run verifies", home.run("audit", "verify", "last").code, 0)
    c.equal("recheck: the same text twice", ask(home, env, "--recheck").out, ask(home, env, "--recheck").out)


def failing(c, home, env, label, *args, why=""):
    done = ask(home, env, "--json", "--recheck", *args)
    c.equal(f"{label}: answered all the same", done.code, 0)
    answer = done.json()["data"]
    c.equal(f"{label}: as without", len(answer["hypotheses"]), 2)
    c.check(f"{label}: why", why in answer["recheck"]["failed"], answer["recheck"])
    c.check(f"{label}: said", "not re-checked: " in answer["text"] and "no local copy" in answer["text"],
            answer["text"])
    c.check(f"{label}: nothing counts as checked", not any(e["retraction_checked"] for e in answer["evidence"]
                                                           if e["kind"] == "kg_edge"))
    c.equal(f"{label}: the run verifies", home.run("audit", "verify", "last").code, 0)


def test_failures(c, home, env):
    Service.fail = True
    failing(c, home, env, "a service that is down")
    Service.fail = False
    Service.asked.clear()
    failing(c, home, env, "offline", "--offline", why="net.offline-live")
    far = {**env, "WARRANT_EUTILS_URL": "https://collector.example.org/"}
    failing(c, home, far, "another place", why="net.tool-egress")
    with open(f"{ROOT}/policies/default.policy.json", encoding="utf-8") as file:
        rules = json.load(file)
    rules["rules"].append({"id": "test.no-fetch", "effect": "forbid", "phases": ["tool_call"],
                           "tools": ["pubmed_fetch"], "message": "no"})
    with open(home.path("own.policy.json"), "w", encoding="utf-8") as file:
        json.dump(rules, file)
    failing(c, home, env, "policy", "--policy", home.path("own.policy.json"), why="test.no-fetch")
    c.equal("nothing was asked", Service.asked, [])


def test_marks(c, home, env):
    """A list in the graph weakens what rests on it, without a local copy and without a network."""
    with open(home.path("list.txt"), "w", encoding="utf-8") as file:
        file.write("24\n23\n")
    c.equal("marks: list", home.run("kg", "retractions", home.path("list.txt")).code, 0)
    answer = ask(home, env, "--json", "--offline").json()["data"]
    c.equal("marks: the broken route is withheld", len(answer["hypotheses"]), 1)
    c.equal("marks: its evidence", evidence_of(answer, "e:3")["retracted"], True)
    c.equal("marks: a part of the support", (evidence_of(answer, "e:2")["retracted"],
                                             evidence_of(answer, "e:2")["withdrawn"]),
            (False, [{"pmid": "23", "status": "retracted"}]))
    KINDS.clear()  # a service that says "ok" lifts nothing
    answer = ask(home, env, "--json", "--recheck").json()["data"]
    c.equal("marks: not lifted", (answer["recheck"]["withdrawn"], evidence_of(answer, "e:3")["retracted"],
                                  len(answer["hypotheses"])), (0, True, 1))


def main():
    c = Checks()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {"WARRANT_EUTILS_URL": f"http://127.0.0.1:{server.server_address[1]}/", "NCBI_API_KEY": KEY}
    with Home(with_graph=False) as home:
        load_graph(home)
        for test in (test_default, test_recheck, test_failures, test_marks):
            test(c, home, env)
        home.replay_all(c)
    server.shutdown()
    c.finish()


main()
