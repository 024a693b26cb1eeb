"""The literature tools as a user calls them: a local store of four papers made up for this test, and
live calls to a server of this test that stands where E-utilities would."""
import http.server
import json
import os
import threading
import urllib.parse

from harness import ROOT, Checks, Home

KEY = "madeupkey0123456789"


def paper(pmid, title, text, types=(), links=""):
    kinds = "".join(f'<PublicationType UI="{ui}">{name}</PublicationType>'
                    for ui, name in [("D016428", "Journal Article"), *types])
    return (f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>'
            f'<Article><Journal><JournalIssue><PubDate><Year>2019</Year></PubDate></JournalIssue>'
            f'<Title>Journal of Letters</Title></Journal><ArticleTitle>{title}</ArticleTitle>'
            f'<Abstract><AbstractText>{text}</AbstractText></Abstract><Language>eng</Language>'
            f'<PublicationTypeList>{kinds}</PublicationTypeList></Article>{links}'
            '</MedlineCitation></PubmedArticle>')


PAPERS = {
    "99900001": paper("99900001", "Alphazine lowers betasome counts.", "Betasome counts fell by 12%."),
    "99900003": paper("99900003", "Alphazine cures betasome disease.", "All letters were cured.",
                      [("D016441", "Retracted Publication")]),
}


def papers(pmids):
    return ('<?xml version="1.0"?><PubmedArticleSet>' + "".join(PAPERS.get(p, "") for p in pmids) +
            "</PubmedArticleSet>")


class Service(http.server.BaseHTTPRequestHandler):
    """E-utilities as far as the tools ask them; keeps what it was asked."""
    asked, tape, fail = [], [], False

    def log_message(self, *_):
        pass

    def reply(self, status, kind, text):
        Service.tape.append({"v": 1, "url": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils" + self.path,
                             "form": None, "at": 1700000000000, "status": status, "type": kind,
                             "retry_after_ms": -1, "body": text})
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        parts = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(parts.query)
        Service.asked.append((parts.path, query))
        if Service.fail:
            self.reply(503, "text/html", "<html>down</html>")
        elif parts.path.endswith("esearch.fcgi"):
            ids = list(PAPERS) if "alphazine" in query["term"][0] else []
            self.reply(200, "text/xml", '<?xml version="1.0"?><eSearchResult>'
                       f"<Count>{len(ids)}</Count><RetMax>{len(ids)}</RetMax><RetStart>0</RetStart>"
                       f"<IdList>{''.join(f'<Id>{i}</Id>' for i in ids)}</IdList></eSearchResult>")
        elif parts.path.endswith("efetch.fcgi"):
            self.reply(200, "text/xml", papers(query["id"][0].split(",")))
        else:
            self.reply(200, "text/xml", '<?xml version="1.0"?><eSpellResult><CorrectedQuery>'
                       "</CorrectedQuery></eSpellResult>")


def call(home, tool, args, *options, env=None):
    done = home.run("tool", "call", tool, "--args", json.dumps(args), "--json", *options, env=env)
    return done, done.json().get("data") or {}


def test_local(c, home):
    with open(home.path("letters.xml"), "w", encoding="utf-8") as file:
        file.write(papers(PAPERS))
    done, result = call(home, "pubmed_search", {"query": "alphazine"})
    c.equal("no store: exit", done.code, 2)
    c.check("no store: says what to do", "warrant pubmed import" in result["error"]["message"], result)
    c.equal("import", home.run("pubmed", "import", home.path("letters.xml")).code, 0)
    done, result = call(home, "pubmed_search", {"query": "alphazine betasome"})
    c.equal("search: exit", done.code, 0)
    c.equal("search: hits", [hit["pmid"] for hit in result["data"]], ["99900001"])
    c.check("search: held back", "1 papers held back" in " ".join(result["warnings"]), result["warnings"])
    done, result = call(home, "pubmed_search", {"query": "cured"})
    c.equal("all held back: gated", (done.code, result["status"]), (5, "gated"))
    c.equal("nothing: exit", call(home, "pubmed_search", {"query": "zebrafish"})[0].code, 3)
    done, result = call(home, "pubmed_quote", {"pmid": "99900001", "text": "Betasome counts fell by 12%."})
    c.equal("quote: found", (result["data"]["found"], result["data"]["start"]), (True, 0))
    done, result = call(home, "pubmed_fetch", {"pmids": ["99900003"]})
    c.check("fetch: loud", "RETRACTED" in " ".join(result["warnings"]), result["warnings"])
    lines = "\n".join([json.dumps({"id": 1, "query": "alphazine"}), "{bad",
                       json.dumps({"id": 2, "args": {"query": "zebrafish"}})])
    done = home.run("tool", "call", "pubmed_search", "--batch", "-", stdin=lines)
    out = [json.loads(line) for line in done.out.splitlines()]
    c.equal("batch: exit", done.code, 0)
    c.equal("batch: a line each", [line["status"] for line in out], ["ok", "error", "empty"])
    c.equal("batch: ids", [out[0]["id"], out[2]["id"]], [1, 2])
    doctor = {line["check"]: line for line in home.run("doctor", "--model", "none", "--json").json()["data"]}
    c.equal("doctor: literature", doctor["literature"]["state"], "ok")
    c.check("doctor: counts", "2 articles" in doctor["literature"]["detail"], doctor["literature"])


def test_live(c, home, env):
    live = {"query": "alphazine", "source": "live"}
    done, result = call(home, "pubmed_search", live, env=env)
    c.equal("live: exit", done.code, 0)
    c.equal("live: hits", [hit["pmid"] for hit in result["data"]], ["99900001"])
    sent = [query for path, query in Service.asked if path.endswith("esearch.fcgi")][0]
    c.equal("live: the host adds the key", sent["api_key"], [KEY])
    c.equal("live: and the address", sent["email"], ["someone@example.org"])
    c.check("live: which the tool's words do not hold", KEY not in done.out and KEY not in done.err)
    done, result = call(home, "pubmed_fetch", {"pmids": ["99900003", "99900009"], "source": "live"}, env=env)
    c.equal("live fetch: partial", result["status"], "partial")
    done, result = call(home, "pubmed_search", {"query": "zebrafish", "source": "live"}, env=env)
    c.equal("live: nothing", (done.code, result["status"]), (3, "empty"))
    Service.asked.clear()
    far = {**env, "WARRANT_EUTILS_URL": ""}
    for label, options, where in (("--offline", ("--offline",), env), ("--offline, far", ("--offline",), far)):
        done, result = call(home, "pubmed_search", live, *options, env=where)
        c.equal(f"{label}: denied", (done.code, result["status"]), (5, "gated"))
    done, result = call(home, "pubmed_search", {"query": "alphazine", "source": "local"}, "--offline", env=env)
    c.equal("--offline: the local store answers", done.code, 0)
    c.equal("nothing was asked", Service.asked, [])
    Service.fail = True
    done, result = call(home, "pubmed_search", live, "--timeout", "6", env=env)
    c.equal("a service that is down: exit", done.code, 7)
    c.equal("a service that is down: no data", (result["status"], result["data"]), ("error", None))


def test_cassette(c, home, env):
    """What the service said, played again without it: nothing is sent, and what is not recorded is
    not asked for."""
    live = {"query": "alphazine", "source": "live"}
    Service.fail = False
    Service.tape.clear()
    first = call(home, "pubmed_search", live, env={"WARRANT_EUTILS_URL": env["WARRANT_EUTILS_URL"]})[1]
    with open(home.path("tape.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in Service.tape)
    Service.asked.clear()
    play = {"WARRANT_CASSETTE": f"play:{home.path('tape.jsonl')}", "NCBI_API_KEY": KEY}
    done, again = call(home, "pubmed_search", live, env=play)
    c.equal("cassette: exit", done.code, 0)
    c.equal("cassette: the same data", again["data"], first["data"])
    done, result = call(home, "pubmed_fetch", {"pmids": ["99900008"], "source": "live"}, env=play)
    c.equal("cassette: a miss is gated", (done.code, result["status"]), (5, "gated"))
    c.equal("cassette: nothing was asked", Service.asked, [])
    bad = home.run("tool", "list", env={"WARRANT_CASSETTE": "rewind"})
    c.equal("cassette: a malformed variable", bad.code, 2)


def stored_text(article, field):
    if field == "title":
        return article["title"]
    return article["abstract"][int(field[len("abstract["):-1])]["text"]


def test_real_papers(c, home):
    """Every snippet of a search stands where it says in the fetched record, and is found again as a
    quotation at the same place."""
    shared = os.environ.get("WARRANT_SHARED", f"{ROOT}/../shared")
    files = [f"{shared}/data/pubmed/baseline/pubmed21n100{n}.part.xml.gz" for n in range(4)]
    if not all(os.path.exists(name) for name in files):
        print("skipped: no PubMed files in WARRANT_SHARED")
        return
    c.equal("real: import", home.run("pubmed", "import", *files).code, 0)
    hits = []
    for query in ("cancer survival chemotherapy", "randomised trial of a drug in children", "mouse brain"):
        hits += call(home, "pubmed_search", {"query": query, "limit": 20})[1]["data"]
    c.check("real: many hits", len(hits) > 30, len(hits))
    pmids = sorted({hit["pmid"] for hit in hits})
    fetched = {a["pmid"]: a for a in call(home, "pubmed_fetch", {"pmids": pmids})[1]["data"]}
    c.equal("real: all fetched", sorted(fetched), pmids)
    for hit in hits:
        snippet = hit["snippet"]
        text = stored_text(fetched[hit["pmid"]], snippet["field"]).encode()
        c.equal(f"real: snippet of {hit['pmid']}", text[snippet["start"]:snippet["end"]].decode(),
                snippet["text"])
    lines = "".join(json.dumps({"pmid": hit["pmid"], "text": hit["snippet"]["text"]}) + "\n" for hit in hits)
    done = home.run("tool", "call", "pubmed_quote", "--batch", "-", stdin=lines)
    for hit, line in zip(hits, done.out.splitlines()):
        found = json.loads(line)["data"]
        c.check(f"real: quote of {hit['pmid']}", found["found"] and found["text"] == hit["snippet"]["text"], line)


def main():
    c = Checks()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {"WARRANT_EUTILS_URL": f"http://127.0.0.1:{server.server_address[1]}/",
           "NCBI_API_KEY": KEY, "WARRANT_EMAIL": "someone@example.org"}
    with Home(with_graph=False) as home:
        test_local(c, home)
        test_live(c, home, env)
        test_cassette(c, home, env)
    with Home(with_graph=False) as home:
        test_real_papers(c, home)
    server.shutdown()
    c.finish()


main()
