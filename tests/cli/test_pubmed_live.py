"""pubmed fetch | recheck | related | match against a server on this machine that speaks the way NCBI
and Europe PMC do; policy, the cache, --offline, cassettes, and the rate that programs share."""
import http.server
import json
import threading
import time
import urllib.parse

from harness import ROOT, Checks, Home

EMAIL = "reader@example.org"
KEY = "KEYSECRET0123456789"
RETRACTED, CONCERN = 12, 13

# The records are made up; their PMIDs are small numbers that stand for nothing here.
TYPE = ('<PublicationTypeList><PublicationType UI="D016441">Retracted Publication'
        "</PublicationType></PublicationTypeList>")


def record(pmid):
    concern = ('<CommentsCorrectionsList><CommentsCorrections RefType="ExpressionOfConcernIn">'
               "<RefSource>x</RefSource></CommentsCorrections></CommentsCorrectionsList>"
               if pmid == CONCERN else "")
    return (f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal>'
            f"<Title>Journal of Tests</Title></Journal><ArticleTitle>Title of {pmid}</ArticleTitle>"
            f"{TYPE if pmid == RETRACTED else ''}</Article>{concern}</MedlineCitation></PubmedArticle>")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.seen, self.broken = [], None

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, kind="text/xml; charset=UTF-8"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        self.handle_question(path, urllib.parse.parse_qs(query, keep_blank_values=True))

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.handle_question(self.path, urllib.parse.parse_qs(form, keep_blank_values=True))

    def handle_question(self, path, fields):
        with self.server.lock:
            self.server.seen.append((time.monotonic(), path, fields))
        if self.server.broken:
            return self.answer(*self.server.broken)
        return getattr(self, "on_" + path.strip("/").split(".")[0])(fields)

    def on_efetch(self, fields):
        wanted = [int(n) for n in fields["id"][0].split(",")]
        self.answer("<PubmedArticleSet>" + "".join(record(n) for n in reversed(wanted) if n < 100) +
                    "</PubmedArticleSet>")

    def on_esearch(self, fields):
        if "nothing" in fields["term"][0]:
            return self.answer("<eSearchResult><Count>0</Count><IdList/><ErrorList><PhraseNotFound>"
                               "nothing</PhraseNotFound></ErrorList></eSearchResult>")
        if "withdrawn" in fields["term"][0]:  # an index that has not heard of it
            return self.answer("<eSearchResult><Count>4</Count><RetMax>4</RetMax><RetStart>0"
                               "</RetStart><IdList><Id>12</Id><Id>13</Id><Id>14</Id><Id>15</Id>"
                               "</IdList></eSearchResult>")
        return self.answer("<eSearchResult><Count>30</Count><RetMax>2</RetMax><RetStart>0</RetStart>"
                           "<IdList><Id>14</Id><Id>11</Id></IdList></eSearchResult>")

    def on_espell(self, _):
        self.answer("<eSpellResult><CorrectedQuery>something</CorrectedQuery></eSpellResult>")

    def on_elink(self, fields):
        sets = "".join(
            f"<LinkSet><IdList><Id>{n}</Id></IdList><LinkSetDb><LinkName>{fields['linkname'][0]}"
            f"</LinkName><Link><Id>{n}1</Id></Link></LinkSetDb></LinkSet>" for n in fields["id"])
        self.answer(f"<eLinkResult>{sets}</eLinkResult>")

    def on_ecitmatch(self, fields):
        lines = [c for c in fields["bdata"][0].split("\r") if c]
        self.answer("".join(f"{c}{'2014248' if '1991' in c else 'NOT_FOUND'}\n" for c in lines),
                    kind="text/plain")

    def on_search(self, fields):
        self.answer(json.dumps({"hitCount": 1, "resultList": {"result": [
            {"id": "PPR7", "source": "PPR", "title": "Early words", "pubTypeList":
             {"pubType": ["Preprint"]}}]}}), kind="application/json")


def environment(server, **more):
    return {"WARRANT_EUTILS_URL": server.url(), "WARRANT_EPMC_URL": server.url(),
            "WARRANT_EMAIL": EMAIL, "NCBI_API_KEY": KEY, **more}


def no_secret(c, what, done):
    c.check(f"{what}: no secret is printed", KEY not in done.out + done.err and
            EMAIL not in done.out + done.err, done.out + done.err)


def test_fetch(c, server, home):
    env = environment(server)
    done = home.run("--json", "pubmed", "fetch", "11", "12", "500", env=env)
    c.equal("fetch: exit", done.code, 0)
    data = done.json()["data"]
    c.equal("fetch: in the order asked", [a["pmid"] for a in data["articles"]], ["11", "12"])
    c.equal("fetch: missing is told", data["missing"], ["500"])
    c.equal("fetch: status", [a["status"] for a in data["articles"]], ["ok", "retracted"])
    c.equal("fetch: not from the cache", data["cached"], False)
    fields = server.seen[-1][2]
    c.equal("fetch: who asks is said", (fields["tool"], fields["email"], fields["api_key"]),
            (["warrant"], [EMAIL], [KEY]))
    sent = len(server.seen)
    again = home.run("--json", "pubmed", "fetch", "11", "12", "500", env=env)
    c.equal("fetch again: from the cache", again.json()["data"]["cached"], True)
    c.check("fetch again: its age is a warning", "as of" in str(again.json()["warnings"]),
            again.out)
    c.equal("fetch again: nothing is sent", len(server.seen), sent)
    nameless = home.run("--json", "pubmed", "fetch", "11", env={**env, "WARRANT_EMAIL": ""})
    c.check("fetch without an address: a warning", "WARRANT_EMAIL" in
            str(nameless.json()["warnings"]), nameless.out)
    text = home.run("pubmed", "fetch", "12", env=env)
    c.check("fetch: a retraction is loud", "RETRACTED" in text.out, text.out)
    none = home.run("--json", "pubmed", "fetch", "500", "--fresh", env=env)
    c.equal("fetch of unknown PMIDs: exit", none.code, 3)
    for args, code in ((("x12",), 2), ((), 2), (("1", "--query", "a"), 2), (("0",), 2),
                       (("--query", "a", "--years", "2020-2010"), 2),
                       (("--query", "(a"), 2), (("1", "--provider", "nobody"), 2),
                       (("1", "--store", "--provider", "europepmc"), 2)):
        c.equal(f"fetch {args}: exit", home.run("pubmed", "fetch", *args, env=env).code, code)


def test_query(c, server, home):
    env = environment(server)
    done = home.run("--json", "pubmed", "fetch", "--query", "a OR b", "--limit", "2", "--years",
                    "2010-", env=env)
    c.equal("query: exit", done.code, 0)
    data = done.json()["data"]
    c.equal("query: order of the hits", [a["pmid"] for a in data["articles"]], ["14", "11"])
    c.equal("query: how many there are", data["found"]["count"], 30)
    c.check("query: that more were found is a warning", "2 of 30" in str(done.json()["warnings"]),
            done.out)
    c.check("query: filters", data["found"]["query"].startswith(
        "(a OR b) AND 2010:2200[pdat] NOT "), data["found"])
    done = home.run("--json", "pubmed", "fetch", "--query", "a OR b", "--ids", env=env)
    c.equal("ids: what was listed of what was counted",
            (done.json()["data"]["pmids"], done.json()["data"]["count"],
             done.json()["data"]["complete"]), (["14", "11"], 30, False))
    c.equal("ids with --store: exit", home.run(
        "pubmed", "fetch", "--query", "a", "--ids", "--store", env=env).code, 2)
    none = home.run("--json", "pubmed", "fetch", "--query", "nothing", env=env)
    c.equal("query without hits: exit", none.code, 3)
    c.equal("query without hits: what was not found", none.json()["data"]["found"]["not_found"],
            ["nothing"])
    c.check("query without hits: spelling", "did you mean: something" in
            none.json()["error"]["message"], none.out)
    preprint = home.run("--json", "pubmed", "fetch", "--query", "x", "--provider", "europepmc",
                        "--preprints", env=env)
    article = preprint.json()["data"]["articles"][0]
    c.equal("preprint: labelled", (article["preprint"], article["pmid"], article["id"]),
            (True, None, "PPR7"))
    text = home.run("pubmed", "fetch", "--query", "x", "--provider", "europepmc", "--preprints",
                    env=env)
    c.check("preprint: said first", text.out.startswith("*** preprint"), text.out)


def test_failures(c, server, home):
    env = environment(server)
    for name, broken, code in (
            ("a page", ("<html><body>down " + KEY + "</body></html>", 403, "text/html"), 1),
            ("an error", ("<eSearchResult><ERROR>'retstart' cannot be larger than 9998 " + EMAIL +
                          "</ERROR></eSearchResult>",), 2),
            ("a refused key", ('{"error":"API key invalid","api-key":"' + KEY + '"}', 400,
                               "application/json"), 4)):
        server.broken = broken
        done = home.run("--json", "pubmed", "fetch", "--query", "new " + name.split()[-1], env=env)
        server.broken = None
        c.equal(f"{name}: exit", done.code, code)
        c.check(f"{name}: a fault is told", done.json()["data"]["fault"]["kind"] != "none",
                done.out)
        no_secret(c, name, done)
    server.broken = ("busy", 503, "text/plain")
    start = time.monotonic()
    done = home.run("--json", "--timeout", "2", "pubmed", "fetch", "77", env=env)
    server.broken = None
    c.equal("busy: exit", done.code, 7)
    c.check("busy: ends before its deadline and a little", time.monotonic() - start < 30)
    c.equal("busy: the kind", done.json()["data"]["fault"]["kind"], "server")
    bad = home.run("pubmed", "fetch", "1", env=environment(server, NCBI_API_KEY="SECRET!"))
    c.equal("malformed key: exit", bad.code, 4)
    c.check("malformed key: not repeated", "SECRET" not in bad.err, bad.err)
    bad = home.run("pubmed", "fetch", "1",
                   env=environment(server, WARRANT_EUTILS_URL="http://example.org/"))
    c.equal("unsafe address: exit", bad.code, 2)


def test_others(c, server, home):
    env = environment(server)
    done = home.run("--json", "pubmed", "recheck", "11", "12", "600", env=env)
    c.equal("recheck: exit", done.code, 0)
    c.equal("recheck: standings", [(s["status"], s["ground"])
                                   for s in done.json()["data"]["standings"]],
            [("ok", True), ("retracted", False), ("unknown", False)])
    sent = len(server.seen)
    home.run("pubmed", "recheck", "11", "12", "600", env=env)
    c.check("recheck: asked anew", len(server.seen) > sent)
    done = home.run("--json", "--offline", "pubmed", "recheck", "11", "12", "600", env=env)
    c.equal("recheck offline: the kept answer", (done.code, done.json()["data"]["cached"]),
            (0, True))
    c.check("recheck offline: its age is said", "ago" in str(done.json()["warnings"]), done.out)
    done = home.run("pubmed", "related", "11", "13", "--by", "cited-in", env=env)
    c.equal("related: pairs", done.out, "11\t111\n13\t131\n")
    done = home.run("--json", "pubmed", "match", "proc natl acad sci u s a|1991|88|3248|mann bj",
                    "none|1800|1|1|nobody", env=env)
    c.equal("match: PMIDs", [m["pmid"] for m in done.json()["data"]["matches"]], ["2014248", None])
    c.equal("match: malformed", home.run("pubmed", "match", "a|b", env=env).code, 2)


def test_offline_and_cassette(c, server, home):
    env = environment(server)
    c.equal("offline: exit", home.run("--offline", "pubmed", "fetch", "31", env=env).code, 7)
    tape = home.path("tape.jsonl")
    done = home.run("--json", "pubmed", "fetch", "31", "12",
                    env={**env, "WARRANT_CASSETTE": "record:" + tape})
    c.equal("record: exit", done.code, 0)
    with open(tape, encoding="utf-8") as file:
        text = file.read()
    c.check("record: no secret in the cassette", KEY not in text and EMAIL not in text, text)
    sent = len(server.seen)
    with Home(with_graph=False) as other:
        played = other.run("--json", "--offline", "pubmed", "fetch", "31", "12",
                           env={**env, "WARRANT_CASSETTE": "play:" + tape})
        c.equal("play: exit", played.code, 0)
        c.equal("play: the same articles", played.json()["data"]["articles"],
                done.json()["data"]["articles"])
        missing = other.run("pubmed", "fetch", "32",
                            env={**env, "WARRANT_CASSETTE": "play:" + tape})
        c.equal("play of another question: exit", missing.code, 7)
    c.equal("play: nothing is sent", len(server.seen), sent)
    c.equal("cassette: malformed", home.run("pubmed", "fetch", "1", env={
        **env, "WARRANT_CASSETTE": tape}).code, 2)


def test_store(c, server, home):
    env = environment(server)
    done = home.run("--json", "pubmed", "fetch", "41", "12", "--store", env=env)
    c.equal("store: exit", done.code, 0)
    c.equal("store: counts", done.json()["data"]["store"]["stored"], 2)
    again = home.run("--json", "pubmed", "fetch", "41", "12", "--store", "--fresh", env=env)
    c.equal("store again: exit", again.code, 0)
    c.equal("store again: replaced", again.json()["data"]["store"]["replaced"], 2)
    shown = home.run("--json", "pubmed", "show", "12", env=env)
    c.check("store: shown from the local copy", '"retracted"' in shown.out, shown.out)
    done = home.run("--json", "pubmed", "recheck", "41", "43", "--store", env=env)
    c.equal("recheck into the store", (done.code, done.json()["data"]["store"]["stored"]), (0, 2))
    c.equal("store offline: exit",
            home.run("--offline", "pubmed", "fetch", "41", "--store", env=env).code, 2)


def test_search(c, server, home):
    env = environment(server)
    done = home.run("--json", "pubmed", "search", "--source", "live", "--limit", "2", "--type",
                    "rct;Review", "--mesh", "Metformin", "does it help?", env=env)
    c.equal("search live: exit", done.code, 0)
    data = done.json()["data"]
    c.equal("search live: hits", [h["pmid"] for h in data["hits"]], ["14", "11"])
    c.equal("search live: coverage", data["coverage"], {"seen": 2, "total": 30})
    c.equal("search live: the query", data["query"],
            '((does it help?) AND "Metformin"[mh]) AND ("Randomized Controlled Trial"[pt] OR '
            '"Review"[pt]) NOT "retracted publication"[pt] NOT "retraction of publication"[pt]')
    c.equal("search live: nothing", home.run(
        "pubmed", "search", "--source", "live", "nothing", env=env).code, 3)
    with open(home.path("list.txt"), "w", encoding="utf-8") as file:
        file.write("14\n")
    c.equal("search live: a list", home.run("pubmed", "import", "--retractions", file.name).code, 0)
    done = home.run("--json", "pubmed", "search", "--source", "live", "withdrawn", env=env)
    data = done.json()["data"]
    c.equal("search live: retracted, under concern, on a list", [h["pmid"] for h in data["hits"]], ["15"])
    c.equal("search live: counted", (data["held_back"], data["retracted"]), (3, 2))
    c.check("search live: told", "3 papers held back" in str(done.json()["warnings"]), done.out)
    data = home.run("--json", "pubmed", "search", "--source", "live", "--include-retracted", "withdrawn",
                    env=env).json()["data"]
    c.equal("search live: shown with their status", [h["status"] for h in data["hits"]],
            ["retracted", "concern", "retracted", "ok"])
    c.equal("search: unknown source", home.run(
        "pubmed", "search", "--source", "moon", "x", env=env).code, 2)


def test_policy(c, server, home):
    """Every live command asks the policy: may it ask at all, and may this text go to that place."""
    env = environment(server)
    sent = len(server.seen)
    shut = f"{ROOT}/policies/offline.policy.json"
    for args in (("fetch", "11"), ("fetch", "--query", "a"), ("fetch", "--query", "a", "--ids"),
                 ("recheck", "11"), ("related", "11"), ("match", "a|1991|1|1|b"),
                 ("search", "--source", "live", "a")):
        done = home.run("--json", "--policy", shut, "pubmed", *args, env=env)
        c.equal(f"policy {args}: exit", done.code, 5)
        c.check(f"policy {args}: the rule is named", "offline.no-live-literature" in
                done.json()["error"]["message"], done.out)
    kept = home.run("--json", "--offline", "--policy", shut, "pubmed", "recheck", "11", "12", "600", env=env)
    c.equal("policy: what is kept here may be read", (kept.code, kept.json()["data"]["cached"]), (0, True))
    far = {**env, "WARRANT_EUTILS_URL": "https://collector.example.org/"}
    done = home.run("--json", "pubmed", "recheck", "11", env=far)
    c.equal("policy: another place: exit", done.code, 5)
    c.check("policy: another place: the rule", "net.tool-egress" in done.json()["error"]["message"],
            done.out)
    with open(f"{ROOT}/policies/default.policy.json", encoding="utf-8") as file:
        rules = json.load(file)
    rules["rules"].append({"id": "test.words", "effect": "forbid", "phases": ["tool_call"],
                           "tools": ["pubmed_*"], "when": {"all": [
                               {"field": "text", "exists": True},
                               {"field": "text", "pcre2": "secret project"}]}, "message": "no"})
    own = home.path("own.policy.json")
    with open(own, "w", encoding="utf-8") as file:
        json.dump(rules, file)
    done = home.run("--json", "--policy", own, "pubmed", "fetch", "--query", "a secret project", env=env)
    c.equal("policy: words of a request: exit", done.code, 5)
    c.check("policy: words of a request: the rule", "test.words" in done.json()["error"]["message"],
            done.out)
    c.equal("policy: nothing was sent", len(server.seen), sent)
    done = home.run("--policy", own, "pubmed", "fetch", "--query", "an open project", env=env)
    c.equal("policy: other words: exit", done.code, 0)


def test_rate_of_several_programs(c, server):
    """Without a key three requests a second, however many programs run on one data directory."""
    env = {k: v for k, v in environment(server).items() if k != "NCBI_API_KEY"}
    with Home(with_graph=False) as home:
        server.seen.clear()
        threads = [threading.Thread(target=home.run, args=("pubmed", "fetch", str(50 + i)),
                                    kwargs={"env": {**env, "NCBI_API_KEY": ""}})
                   for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    times = sorted(at for at, _, _ in server.seen)
    c.equal("rate: every program was answered", len(times), 8)
    closest = min((b - a for a, b in zip(times, times[3:])), default=9)
    c.check("rate: four requests take more than a second", closest >= 1, closest)


def main():
    c = Checks()
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Home(with_graph=False) as home:
        test_fetch(c, server, home)
        test_query(c, server, home)
        test_failures(c, server, home)
        test_others(c, server, home)
        test_offline_and_cassette(c, server, home)
        test_store(c, server, home)
        test_search(c, server, home)
        test_policy(c, server, home)
    test_rate_of_several_programs(c, server)
    server.shutdown()
    c.finish()


if __name__ == "__main__":
    main()
