"""Where an attack takes place: a made-up graph with room for hostile text, servers that count who
asks them, and what a run is compared by."""
import http.server
import json
import os
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ["WARRANT_ROOT"], "tests", "cli"))
from harness import Home  # noqa: E402

QUESTION = "How might alphadrug lower deltadisease?"
NODE_COLUMNS = ("id", "category", "name", "synonym")
EDGE_COLUMNS = ("id", "subject", "predicate", "object", "original_predicate", "knowledge_level", "agent_type",
                "publications", "primary_knowledge_source", "record_id", "license")
MANUAL = ("knowledge_assertion", "manual_agent")
NODES = [["X:1", "biolink:SmallMolecule", "alphadrug", ""], ["X:2", "biolink:Protein", "gammaprotein", "gp"],
         ["X:3", "biolink:Disease", "deltadisease", ""], ["X:4", "biolink:Protein", "zetaprotein", ""]]
EDGES = [["e:1", "X:1", "biolink:affects", "X:2", "decreases activity of", *MANUAL, "PMID:21", "infores:x", "r1", "CC0"],
         ["e:2", "X:2", "biolink:causes", "X:3", "causes", *MANUAL, "PMID:22", "infores:x", "r2", "CC0"],
         ["e:3", "X:1", "biolink:affects", "X:4", "decreases activity of", *MANUAL, "PMID:24", "infores:x", "r3", "CC0"],
         ["e:4", "X:4", "biolink:causes", "X:3", "causes", "prediction", "text_mining_agent", "PMID:25", "infores:x",
          "r4", "CC0"]]


class Server:
    """Answers everything alike and keeps what it was asked."""

    def __init__(self, answer=b"{}", status=200, kind="application/json", headers=()):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                asked.append((self.path, self.rfile.read(length).decode(errors="replace")))
                body = answer(self.path) if callable(answer) else answer
                self.send_response(200 if self.path.endswith("/models") else status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def articles(*pmids):
    return ("<PubmedArticleSet>" + "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><Journal><Title>J</Title></Journal>'
        f"<ArticleTitle>Title of {n}</ArticleTitle></Article></MedlineCitation></PubmedArticle>" for n in pmids)
        + "</PubmedArticleSet>").encode()


class Place(Home):
    """A data directory with the made-up graph; `put` says {("node"|"edge", row, column): text}."""

    def __init__(self, put=None):
        super().__init__(with_graph=False)
        tables = {"node": [list(row) for row in NODES], "edge": [list(row) for row in EDGES]}
        columns = {"node": NODE_COLUMNS, "edge": EDGE_COLUMNS}
        for (table, row, column), text in (put or {}).items():
            tables[table][row][columns[table].index(column)] = text
        files = []
        for table, rows in tables.items():
            lines = ["\t".join(columns[table])] + ["\t".join(row) for row in rows]
            files.append(write(self.path(table + "s.tsv"), "\n".join(lines) + "\n"))
        self.imported = self.run("kg", "import", "--source", "made-up", "--version", "1", *files)

    def events(self):
        return self.run("run", "show", "last", "--json").json()["data"]["events"]

    def verified(self):
        return self.run("audit", "verify", "last").code == 0

    def policy(self, *rules, base="default"):
        with open(f"{os.environ['WARRANT_ROOT']}/policies/{base}.policy.json", encoding="utf-8") as file:
            document = json.load(file)
        document["rules"] += rules
        return write(self.path("own.policy.json"), json.dumps(document))


def claims_of(data):
    return sorted((c["kind"], c["subject"]["id"], c["object"]["id"], c["relation"], c["rung"], c["warrant"]["kind"])
                  for c in data.get("claims", []))


def calls_of(events):
    return [(e["body"]["step"], e["body"]["tool"]) for e in events if e["type"] == "tool.call"]


def planned(events):
    """The calls are those of the frozen plan, at most once each and in its order."""
    steps = [(s["id"], s["tool"]) for e in events if e["type"] == "plan" for s in e["body"]["steps"] if "tool" in s]
    frozen = {name for e in events if e["type"] == "plan.frozen" for name in e["body"]["steps"]}
    rest = iter(steps)
    return all(call in rest and call[0] in frozen for call in calls_of(events))


def quiet(events):
    return not any(e["type"] in ("http.request", "llm.request") for e in events)
