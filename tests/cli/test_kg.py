"""warrant kg: search, paths and their pictures, statistics, catalogue, downloads."""
import hashlib
import http.server
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import xml.etree.ElementTree as tree

from harness import Checks, Home

NODES = """id\tcategory\tname\tsynonym\txref
TEST:drug\tbiolink:Drug\tdrug A\tbrand A\tDRUGBANK:DB99999
TEST:drug2\tbiolink:ChemicalEntity\tdrug A\t\tDB:DB99999
TEST:g1\tbiolink:Gene\tGENE1\t\t
TEST:g2\tbiolink:Gene\tGENE2 <&">\t\t
TEST:cold1\tbiolink:Disease\tcold\t\t
TEST:cold2\tbiolink:PhenotypicFeature\tcold\t\t
TEST:dis\tbiolink:Disease\tdisease Z\t\t
TEST:far\tbiolink:Disease\tnowhere\t\t
"""
EDGES = """id\tsubject\tpredicate\tobject\tpublications\tprimary_knowledge_source\tlicense\tknowledge_level\tobject_direction_qualifier
e1\tTEST:drug\tbiolink:affects\tTEST:g1\tPMID:1|PMID:2\tinfores:made-up\tCC0-1.0\tknowledge_assertion\tdecreased
e2\tTEST:g1\tbiolink:affects\tTEST:dis\tPMID:2\tinfores:made-up\tCC0-1.0\tprediction\tincreased
e3\tTEST:drug\tbiolink:affects\tTEST:g2\t\tinfores:other\t\tknowledge_assertion\tincreased
e4\tTEST:g2\tbiolink:affects\tTEST:dis\t\tinfores:other\t\tknowledge_assertion\tincreased
e5\tTEST:g1\tbiolink:related_to\tTEST:g2\t\tinfores:other\t\tknowledge_assertion\t
"""


def write(home, name, text):
    path = home.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def make_home():
    home = Home(with_graph=False)
    done = home.run("kg", "import", "--source", "made-up", "--version", "1",
                    write(home, "nodes.tsv", NODES), write(home, "edges.tsv", EDGES))
    assert done.code == 0, done.err
    return home


def data(done):
    return done.json()["data"]


def test_search(c, home):
    def first(*args):
        return data(home.run("kg", "search", "--json", *args))[0]
    c.equal("search: id by another prefix", first("db99999")["id"], "TEST:drug")
    c.equal("search: one thing under two ids", first("drug A")["same_as"], ["TEST:drug2"])
    c.check("search: then not ambiguous", "ambiguous" not in first("drug A"))
    c.check("search: a tie is marked", first("cold")["ambiguous"])
    c.equal("search: kind", first("cold", "--kind", "PhenotypicFeature")["id"], "TEST:cold2")
    c.equal("search: salt", first("brand A hydrochloride")["via"], "salt")
    c.check("search: text", "variant (salt)" in home.run("kg", "search", "brand A sulfate").out)
    c.equal("search: nothing", home.run("kg", "search", "qqqqqqqq").code, 3)
    c.equal("search: bad limit", home.run("kg", "search", "x", "--limit", "0").code, 2)


def test_nodes(c, home):
    c.equal("neighbors by name", len(data(home.run("kg", "neighbors", "GENE1", "--json"))), 3)
    rows = data(home.run("kg", "neighbors", "GENE1", "--json", "--direction", "out",
                         "--predicates", "biolink:affects"))
    c.equal("neighbors: filters", [row["edge"]["id"] for row in rows], ["e2"])
    done = home.run("kg", "neighbors", "cold")
    c.equal("an ambiguous name: exit", done.code, 2)
    c.check("an ambiguous name: both ids", "TEST:cold1" in done.err and "TEST:cold2" in done.err)
    c.equal("show edge", data(home.run("kg", "show", "e1", "--json"))["publications"],
            ["PMID:1", "PMID:2"])
    c.equal("show: unknown", home.run("kg", "show", "e99").code, 3)


def test_stats(c, home):
    c.equal("stats", data(home.run("kg", "stats", "--json"))["edges"], 5)
    rows = data(home.run("kg", "stats", "--by", "predicate", "--json"))
    c.equal("stats by predicate", rows, [{"value": "biolink:affects", "edges": 4},
                                         {"value": "biolink:related_to", "edges": 1}])
    c.equal("stats by type: text", home.run("kg", "stats", "--by", "type").out.splitlines()[0].split(),
            ["3", "Disease"])
    rows = data(home.run("kg", "stats", "--by", "source", "--json"))
    c.equal("stats by source", rows, [{"value": "made-up", "version": "1", "edges": 5}])
    rows = data(home.run("kg", "stats", "--by", "knowledge_level", "--json"))
    c.equal("stats by level", {row["value"]: row["edges"] for row in rows},
            {"knowledge_assertion": 4, "prediction": 1})
    rows = data(home.run("kg", "stats", "--by", "license", "--json"))
    c.equal("stats by license", {row["value"]: row["edges"] for row in rows},
            {"CC0-1.0": 2, "not stated": 3})
    done = home.run("kg", "stats", "--by", "colour")
    c.equal("stats: unknown table", done.code, 2)
    c.check("stats: what is accepted", "knowledge_level" in done.err)


def run_paths(home, *args):
    return home.run("kg", "paths", "drug A", "disease Z", *args)


def test_paths(c, home):
    done = home.run("kg", "paths", "TEST:drug", "disease Z")
    lines = done.out.splitlines()
    c.equal("paths: header and rows", (done.code, lines[0].split()),
            (0, ["#", "score", "sign", "hops", "refs", "sources", "path"]))
    row = next(line for line in lines if "+> disease Z" in line and "GENE1" in line and "GENE2" not in line)
    c.check("paths: decreases, then increases",
            "drug A -[affects]-| GENE1 -[affects]+> disease Z" in row, row)
    c.equal("paths: sign, hops, references, sources", row.split()[2:6], ["-", "2", "2", "made-up"])
    found = data(home.run("kg", "paths", "TEST:drug", "disease Z", "--sign", "-", "--json"))
    c.equal("paths: sign", {path["sign"] for path in found}, {-1})
    found = data(home.run("kg", "paths", "TEST:drug", "disease Z", "--exclude", "GENE1", "--json"))
    c.equal("paths: exclude by name", [[e["id"] for e in p["edges"]] for p in found], [["e3", "e4"]])
    done = home.run("kg", "paths", "TEST:drug", "disease Z", "--explain", "--rank", "degree_product")
    c.check("paths: what the score means", "score (degree_product): " in done.out, done.out)
    explained = data(home.run("kg", "paths", "TEST:drug", "disease Z", "--explain", "--json"))
    c.check("paths: the same as JSON", explained["rank"] == "mechanism" and len(explained["definition"]) > 40
            and explained["paths"], explained)
    c.equal("paths: backwards only when asked", home.run("kg", "paths", "disease Z", "TEST:drug").code, 3)
    done = home.run("kg", "paths", "disease Z", "TEST:drug", "--direction", "any")
    c.check("paths: an edge walked backwards", "disease Z <-[affects]- GENE1 <-[affects]- drug A" in done.out, done.out)
    c.equal("paths: unknown rank", home.run("kg", "paths", "TEST:drug", "disease Z", "--rank", "x").code, 2)
    c.equal("paths: unknown direction", home.run("kg", "paths", "TEST:drug", "disease Z", "--direction", "x").code, 2)
    c.equal("paths: none", home.run("kg", "paths", "TEST:drug", "nowhere").code, 3)
    c.equal("paths: bad sign", home.run("kg", "paths", "TEST:drug", "nowhere", "--sign", "x").code, 2)
    c.equal("paths: bad list", home.run("kg", "paths", "TEST:drug", "nowhere", "--kinds", "[1]").code, 2)
    c.equal("paths: unknown name", home.run("kg", "paths", "nosuch", "nowhere").code, 3)
    c.equal("paths: one thing under two ids is no ambiguity",
            home.run("kg", "paths", "brand A", "disease Z").code, 0)


def test_words(c, home):
    for command, options in [("paths", ("TEST:drug", "disease Z")), ("neighbors", ("TEST:drug",))]:
        done = home.run("kg", command, *options, "--predicates", "afects", "--kinds", "Gene,Gen")
        c.check(f"{command}: a predicate and a kind that are not there are told",
                "--predicates afects: the graph has none" in done.err and "--kinds Gen:" in done.err
                and "--kinds Gene:" not in done.err, done.err)


def test_table_on_a_terminal(c, home):
    """Lines fit the terminal; colours only where they may be."""
    import pty
    def on_terminal(columns, *words, **env):
        parent, child = pty.openpty()
        process = subprocess.Popen(
            [os.environ["WARRANT_BIN"], "-C", home.dir, "kg", "paths", "TEST:drug", "disease Z", *words],
            stdout=child, stderr=subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **env})
        os.close(child)
        text = b""
        while True:
            try:
                piece = os.read(parent, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        process.wait()
        os.close(parent)
        return text.decode()
    plain = on_terminal(100, NO_COLOR="1")
    c.check("terminal: no colour", "\033" not in plain)
    c.check("terminal: fits", max(len(line) for line in plain.splitlines()) <= 100, plain)
    c.check("terminal: goes on in the next line", len(plain.splitlines()) > 4, plain)
    c.check("terminal: colour", "\033[3" in on_terminal(100, NO_COLOR=""))
    c.check("terminal: --color never", "\033" not in on_terminal(100, "--color", "never", NO_COLOR=""))
    c.check("terminal: --color auto", "\033[3" in on_terminal(100, "--color", "auto", NO_COLOR=""))
    c.equal("--color of another word", home.run("kg", "stats", "--color", "red").code, 2)
    c.check("terminal: dumb", "\033" not in on_terminal(100, NO_COLOR="", TERM="dumb"))


def test_pictures(c, home):
    svg, dot = home.path("p.svg"), home.path("p.dot")
    done = home.run("kg", "paths", "TEST:drug", "disease Z", "--svg", svg, "--dot", dot)
    c.equal("pictures: exit", done.code, 0)
    c.check("pictures: the table as well", "refs" in done.out)
    root = tree.parse(svg).getroot()
    name = "{http://www.w3.org/2000/svg}"
    c.equal("svg: root", (root.tag, root.get("role")), (name + "svg", "img"))
    titles = [title.text for title in root.iter(name + "title")]
    c.check("svg: caption", "drug" in titles[0] and "snapshot" in titles[0], titles[0])
    e1 = next(text for text in titles if "edge e1" in text)
    c.check("svg: sources and publications of an edge",
            "sources: made-up" in e1 and "publications: PMID:1, PMID:2" in e1 and "decreases" in e1, e1)
    c.check("svg: names are escaped", any('GENE2 <&">' in text for text in titles))
    marks = {path.get("class") for path in root.iter(name + "path")}
    c.check("svg: sign by colour and shape",
            {"wg-edge wg-minus", "wg-bar", "wg-edge wg-plus", "wg-head wg-head-plus"} <=
            {(mark or "").replace(" wg-weak", "") for mark in marks}, marks)
    text = open(svg, encoding="utf-8").read()
    c.check("svg: dark screens, no scripts", "prefers-color-scheme:dark" in text and "<script" not in text)
    boxes = [(float(r.get("x")), float(r.get("y")), float(r.get("width")), float(r.get("height")))
             for r in root.iter(name + "rect") if "wg-node" in (r.get("class") or "")]
    apart = all(a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]
                for i, a in enumerate(boxes) for b in boxes[:i])
    c.check("svg: four nodes that do not overlap", len(boxes) == 4 and apart, boxes)
    graph = home.run("graph", "convert", "@" + dot, "--to", "json")
    c.equal("dot: our own reader", graph.code, 0)
    edges = {tuple(edge) for edge in json.loads(graph.out)["edges"]}
    c.equal("dot: edges", edges, {("TEST:drug", "TEST:g1"), ("TEST:g1", "TEST:dis"), ("TEST:drug", "TEST:g2"),
                                  ("TEST:g2", "TEST:dis"), ("TEST:g1", "TEST:g2")})
    c.check("dot: a bar and an arrow", "arrowhead=tee" in open(dot).read())
    if shutil.which("dot"):
        c.equal("dot: Graphviz", subprocess.run(["dot", "-Tsvg", dot], capture_output=True).returncode, 0)
    out = home.run("kg", "paths", "TEST:drug", "disease Z", "--svg", "-").out
    c.check("svg on stdout: nothing else", out.startswith("<svg") and "refs" not in out)
    c.equal("two on stdout", run_paths(home, "--svg", "-", "--dot", "-").code, 2)
    c.equal("json and a picture on stdout", run_paths(home, "--svg", "-", "--json").code, 2)


# ---- import, export, proofs, retractions

def test_import(c, home):
    with Home(with_graph=False) as other:
        def run(*args):
            return other.run("kg", "import", "--version", "1", *args)
        nodes, edges = write(other, "a.tsv", NODES), write(other, "b.tsv", EDGES)
        done = run("--source", "made-up", "--json", edges, nodes)  # any order
        c.equal("import: exit", done.code, 0)
        report = data(done)
        c.equal("import: what came", (report["nodes"], report["edges"], report["unknown_nodes"]), (8, 5, 0))
        c.equal("import: the formats were told by the content",
                sorted(file["role"] for file in report["files"]), ["kgx edges", "kgx nodes"])
        done = run("--source", "made-up", nodes, edges)
        c.check("import: twice", done.code == 0 and done.out.startswith("already imported"), done.out)
        more = write(other, "more.tsv", EDGES.splitlines()[0] + "\n" +
                     "e1\tTEST:drug\tbiolink:affects\tTEST:g1\tPMID:9\tinfores:third\tCC0-1.0\tobservation\tdecreased\n"
                     "e9\tTEST:drug\tbiolink:affects\n")
        done = run("--source", "third", "--strict", more)
        c.equal("import: strict ends at the first bad row", done.code, 2)
        c.check("import: strict names file and line", "more.tsv:3" in done.err, done.err)
        done = run("--source", "third", more)
        c.equal("import: not strict", done.code, 0)
        c.check("import: what was left out is said", "1 rows" in done.err and "more.tsv:3" in done.err, done.err)
        c.check("import: a support", "1 records added a support" in done.out, done.out)
        edge = data(other.run("kg", "show", "e1", "--json"))
        c.equal("import: an edge keeps both sources", len(edge["supports"]), 2)
        for label, args, code, word in [
                ("no source", (nodes,), 2, "--source"),
                ("unknown format", ("--source", "x", "--format", "nosuch", nodes), 2, "hetionet"),
                ("not of the format", ("--source", "x", "--format", "primekg", nodes), 2, "a.tsv"),
                ("of no format", ("--source", "x", write(other, "c.txt", "hello\n")), 2, "c.txt"),
                ("no file", ("--source", "x", other.path("none")), 3, "none")]:
            done = run(*args)
            c.equal(f"import: {label}: exit", done.code, code)
            c.check(f"import: {label}: said", word in done.err, done.err)
        c.check("import: the graph is as it was", other.run("kg", "check").code == 0)
        done = run("--source", "renamed", more)
        c.check("import: a file stays with its first source", done.code == 0 and 'source "third"' in done.err, done.err)
        table = write(other, "two.txt", "drug\tgene\tdisease\nTEST:drug\tTEST:g1\tTEST:dis\n")
        for label, columns in [("one map", "subject=drug,object=gene"), ("another map", "subject=gene,object=disease")]:
            done = run("--source", "lab", "--format", "tsv", "--map", columns + ",predicate==associated with",
                       "--json", table)
            c.equal(f"import: a table read by {label}", (done.code, data(done)["edges"]), (0, 1))
        signs = write(other, "signs.txt", "a\tb\tsign\nTEST:drug\tTEST:new\t1\nTEST:drug\tTEST:new\t-1\n")
        done = run("--source", "lab", "--format", "tsv", "--map", "subject=a,object=b,sign=sign,predicate==affects",
                   signs)
        path = data(other.run("kg", "paths", "TEST:drug", "TEST:new", "--json"))[0]
        c.equal("paths: supports that disagree leave no sign", (path["sign"], path["edges"][0]["sign_conflict"]),
                (None, True))
        out = other.run("kg", "paths", "TEST:drug", "TEST:new").out
        c.check("paths: supports that disagree are marked", "[affects !]" in out, out)


def test_interrupt(c, home):
    """Ctrl-C in the middle leaves the graph as it was; the same command goes on after the last whole file."""
    with make_home() as other:
        before = data(other.run("kg", "stats", "--json"))
        nodes = write(other, "many_nodes.tsv", "id\tcategory\n" + "".join(
            f"TEST:n{i}\tbiolink:Gene\n" for i in range(2000)))
        edges = write(other, "many_edges.tsv", "subject\tpredicate\tobject\n" + "".join(
            f"TEST:n{i % 2000}\tbiolink:related_to\tTEST:n{i * 7919 // 2000 % 2000}\n" for i in range(300000)))
        command = [os.environ["WARRANT_BIN"], "-C", other.dir, "kg", "import", "--source", "many", "--version", "1",
                   nodes, edges]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        work, graph = other.path("kg.db.import"), os.path.getsize(other.path("kg.db"))
        while process.poll() is None and not (os.path.exists(work) and os.path.getsize(work) > graph + 100000):
            time.sleep(0.01)  # until the nodes are in the work file
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
        c.equal("interrupt: exit", process.returncode, 130)
        c.check("interrupt: says how to go on", "the same command goes on" in said, said)
        c.equal("interrupt: the graph is as it was", data(other.run("kg", "stats", "--json")), before)
        done = other.run("kg", "import", "--json", "--source", "many", "--version", "1", nodes, edges)
        c.equal("interrupt: run again", done.code, 0)
        c.equal("interrupt: what was whole is not read twice", data(done)["resumed"], 1)
        c.check("interrupt: nothing is lost", data(done)["edges"] > 200000 and
                data(other.run("kg", "stats", "--json"))["nodes"] == before["nodes"] + 2000, data(done))


def test_export(c, home):
    with Home(with_graph=False) as other:
        snapshot = data(home.run("kg", "stats", "--json"))["snapshot"]
        for form, ending in [("kgx", "tsv"), ("kgx-jsonl", "jsonl")]:
            done = home.run("kg", "export", "--format", form, "-o", other.path(form), "--json")
            c.equal(f"export {form}: exit", done.code, 0)
            c.equal(f"export {form}: counts", (data(done)["nodes"], data(done)["edges"]), (8, 5))
            with Home(with_graph=False) as third:
                done = third.run("kg", "import", "--source", "again", "--version", "2", "--json",
                                 *data(done)["files"])
                c.equal(f"export {form}: reads back to the same snapshot", data(done)["snapshot"], snapshot)
        c.equal("export: needs a name", home.run("kg", "export").code, 2)
        c.equal("export: unknown format", home.run("kg", "export", "--format", "x", "-o", "y").code, 2)


def test_proof(c, home):
    proof = home.path("proof.json")
    done = home.run("kg", "show", "e1", "--proof", "--json", "-o", proof)
    c.equal("proof: exit", done.code, 0)
    with Home(with_graph=False) as stranger:
        done = stranger.run("kg", "check", proof)
        c.check("proof: checked without the graph", done.code == 0 and "the edge e1 belongs" in done.out, done.err)
        text = open(proof, encoding="utf-8").read().replace("PMID:2", "PMID:3")
        done = stranger.run("kg", "check", write(stranger, "forged.json", text))
        c.equal("proof: a forged one", done.code, 6)
        c.equal("proof: not JSON", stranger.run("kg", "check", write(stranger, "x", "{")).code, 2)
    done = home.run("kg", "show", "e2", "--proof", "-o", proof)
    c.equal("proof: as text", (done.code, home.run("kg", "check", proof).code), (0, 0))
    c.equal("proof: no such edge", home.run("kg", "show", "e99", "--proof").code, 3)


def test_retractions(c, home):
    snapshot = data(home.run("kg", "stats", "--json"))["snapshot"]
    done = home.run("kg", "retractions", write(home, "retracted.txt", "# made up\n1\nPMID:2\nx\n"))
    c.equal("retractions: exit", done.code, 0)
    c.check("retractions: counts", done.out.startswith("2 retracted publications; 2 edges"), done.out)
    c.check("retractions: a line without a PMID is told", "1 lines" in done.err, done.err)
    edge = data(home.run("kg", "show", "e1", "--json"))
    c.equal("retractions: marked", (edge["retracted_publications"], edge["support_retracted"]),
            (["PMID:1", "PMID:2"], True))
    done = home.run("kg", "paths", "TEST:drug", "disease Z", "--svg", home.path("r.svg"))
    c.check("retractions: a path says what it rests on", "[affects retracted]" in done.out.replace("\n", ""), done.out)
    c.check("retractions: a picture, too", "retracted: PMID:1, PMID:2" in open(home.path("r.svg")).read())
    path = next(p for p in data(home.run("kg", "paths", "TEST:drug", "disease Z", "--json"))
                if [edge["id"] for edge in p["edges"]] == ["e1", "e2"])
    c.equal("retractions: in the data of a path", [edge.get("support_retracted") for edge in path["edges"]], [True, True])
    c.equal("retractions: the snapshot stays", data(home.run("kg", "stats", "--json"))["snapshot"], snapshot)
    with Home(with_graph=False) as empty:
        c.equal("retractions: no graph", empty.run("kg", "retractions", home.path("retracted.txt")).code, 3)


# ---- catalogue and downloads

CONTENT = b"id\tname\n" + b"".join(b"TEST:%d\tnode %d\n" % (i, i) for i in range(20000))


class Server(http.server.BaseHTTPRequestHandler):
    cuts = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
        elif self.path == "/broken":
            self.send_error(503)
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/files/data.tsv")
            self.end_headers()
        elif self.path == "/pointer":
            self.answer(b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5\n")
        else:
            self.answer(CONTENT)

    def answer(self, body):
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(body) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        if "cut" in self.path and Server.cuts < 1:
            Server.cuts += 1
            self.wfile.write(body[start:start + 100000])
            self.close_connection = True
        else:
            self.wfile.write(body[start:])


def test_catalog(c, home):
    entries = data(home.run("kg", "catalog", "--json"))
    names = [entry["name"] for entry in entries]
    c.check("catalog: sorted, some", names == sorted(names) and "hetionet-edges" in names, names)
    for entry in entries:
        c.check(f"catalog: {entry['name']}: https, and a licence or a note",
                entry["url"].startswith("https://") and (entry["license"] or entry["note"]))
        c.check(f"catalog: {entry['name']}: sha256 is one or null",
                entry["sha256"] is None or len(entry["sha256"]) == 64)
    done = home.run("kg", "import", "--source", "x", "--version", "1", "--format", "?", home.path("nodes.tsv"))
    formats = done.err.split("accepted are ")[1].strip().split(", ")
    c.check("catalog: every format is one of kg import",
            all(entry["format"] in [None, *formats] for entry in entries), formats)
    c.equal("catalog: one", len(data(home.run("kg", "catalog", "primekg", "--json"))), 1)
    c.equal("catalog: unknown", home.run("kg", "catalog", "nosuch").code, 2)
    c.check("catalog: text", "hetionet-nodes\n" in home.run("kg", "catalog").out)


def test_fetch(c, home):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    done = home.run("kg", "fetch", base + "/files/data.tsv?x=1", "--json")
    c.equal("fetch: exit", done.code, 0)
    got = data(done)
    c.equal("fetch: where it is", got["file"], home.path("downloads", "data.tsv"))
    c.equal("fetch: what it is", (got["bytes"], got["sha256"], got["verified"]), (len(CONTENT), sha256, False))
    c.equal("fetch: content", open(got["file"], "rb").read(), CONTENT)
    c.equal("fetch: not twice over another", home.run("kg", "fetch", base + "/files/data.tsv").code, 2)
    done = home.run("kg", "fetch", base + "/files/data.tsv", "--sha256", sha256, "--json")
    c.equal("fetch: there already", (done.code, data(done)["already"]), (0, True))
    out = home.path("cut.tsv")
    done = home.run("kg", "fetch", base + "/cut", "-o", out, "--sha256", sha256, "--json")
    c.equal("fetch: goes on after a cut", (done.code, open(out, "rb").read() == CONTENT), (0, True))
    out = home.path("moved.tsv")
    done = home.run("kg", "fetch", base + "/moved", "-o", out)
    c.check("fetch: a redirect is told", done.code == 0 and "redirected to http://127.0.0.1" in done.err, done.err)
    for label, path, code, word in [("no such file", "/missing", 3, "404"), ("unavailable", "/broken", 7, "503"),
                                    ("a pointer", "/pointer", 2, "LFS")]:
        done = home.run("kg", "fetch", base + path, "-o", home.path("none"))
        c.equal(f"fetch: {label}: exit", done.code, code)
        c.check(f"fetch: {label}: said", word in done.err, done.err)
        c.check(f"fetch: {label}: nothing left", not os.path.exists(home.path("none")))
    done = home.run("kg", "fetch", base + "/x", "-o", home.path("none"), "--sha256", "0" * 64)
    c.equal("fetch: wrong checksum", done.code, 6)
    c.equal("fetch: nothing left of it", [n for n in os.listdir(home.dir) if n.startswith("none")], [])
    c.equal("fetch: not a checksum", home.run("kg", "fetch", base + "/x", "--sha256", "abc").code, 2)
    c.equal("fetch: plain http elsewhere", home.run("kg", "fetch", "http://example.invalid/x").code, 2)
    c.equal("fetch: offline", home.run("--offline", "kg", "fetch", "hetionet-nodes").code, 5)
    c.equal("fetch: unknown name", home.run("kg", "fetch", "nosuch").code, 2)
    c.equal("fetch: nobody there", home.run("kg", "fetch", "http://127.0.0.1:1/x", "-o", home.path("none")).code, 7)
    done = home.run("--offline", "kg", "fetch", "file://" + got["file"], "-o", home.path("copy.tsv"))
    c.equal("fetch: a local file, also offline", done.code, 0)
    c.equal("fetch: to stdout", home.run("kg", "fetch", base + "/x", "-o", "-").code, 2)
    server.shutdown()


def main():
    c = Checks()
    with make_home() as home:
        for test in (test_search, test_nodes, test_stats, test_paths, test_words, test_table_on_a_terminal,
                     test_pictures, test_import, test_interrupt, test_export, test_proof, test_retractions,
                     test_catalog, test_fetch):
            test(c, home)
    c.finish()


main()
