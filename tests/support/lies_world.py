"""Lies about what the world answered: no stage of a run makes these events, so making the run again
repeats the lie, and only a check that knows better notices. As lies.py; the base is a run with a
model, a second look at cited papers over the network, and a row of the graph that speaks against
another one. Graph, papers and server are made up."""
import contextlib
import hashlib
import http.server
import json
import threading
import urllib.parse

import forge
from harness import Home

QUESTION = "How might alphadrug lower deltadisease?"
NODES = """id\tcategory\tname
X:1\tbiolink:SmallMolecule\talphadrug
X:2\tbiolink:Protein\tgammaprotein
X:3\tbiolink:Disease\tdeltadisease
X:4\tbiolink:Protein\tzetaprotein
"""
EDGES = """id\tsubject\tpredicate\tobject\toriginal_predicate\tknowledge_level\tagent_type\tpublications\tprimary_knowledge_source
e:1\tX:1\tbiolink:affects\tX:2\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:99000021\tinfores:x
e:2\tX:2\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:99000022\tinfores:x
e:3\tX:1\tbiolink:affects\tX:4\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:99000024\tinfores:x
e:4\tX:4\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:99000025\tinfores:x
e:9\tX:1\tbiolink:affects\tX:2\tincreases activity of\tknowledge_assertion\tmanual_agent\tPMID:99000023\tinfores:y
"""
WITHDRAWN = 99000025
OTHER = {}  # the blob of an answer that no server gave; asked() writes it


class Service(http.server.BaseHTTPRequestHandler):
    """efetch alone."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        kind = ('<PublicationTypeList><PublicationType UI="D016441">Retracted Publication</PublicationType>'
                "</PublicationTypeList>")
        body = ("<PubmedArticleSet>" + "".join(
            f'<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><Journal><Title>J</Title>'
            f"</Journal><ArticleTitle>Title of {n}</ArticleTitle>{kind if n == WITHDRAWN else ''}</Article>"
            "</MedlineCitation></PubmedArticle>" for n in map(int, query["id"][0].split(",")))
            + "</PubmedArticleSet>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"WARRANT_EUTILS_URL": f"http://127.0.0.1:{server.server_address[1]}/"}
    server.shutdown()
    server.server_close()


def write(home, name, text):
    with open(home.path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return home.path(name)


def asked():
    """A home whose last run is the base."""
    home = Home(with_graph=False)
    done = home.run("kg", "import", "--source", "made-up", "--version", "1", write(home, "nodes.tsv", NODES),
                    write(home, "edges.tsv", EDGES))
    assert done.code == 0, done.err
    model = "script:" + write(home, "replies.jsonl", "".join(json.dumps(line) + "\n" for line in (
        {"kind": "default", "choose": "first"}, {"kind": "choose", "option": "yes"},
        {"kind": "choose", "option": "2"})))
    with service() as env:
        done = home.run("ask", "--model", model, "--recheck", "--seed", "3", QUESTION, env=env)
    assert done.code == 0, done.err
    answered = forge.find(forge.events(home), "http.response")[0]["body"]["blob"]
    OTHER.update(forge.put_blob(home, forge.read_blob(home, answered).replace(b"Title of 99000021", b"Another one")))
    return home


# ---- one change each; returns the event that must be named

def of(events, of_type, **members):
    return forge.find(events, of_type, **members)[0]


def request_of(events, event):
    return of(events, "policy.decision", id=event["body"]["decision"])["body"]["request"]


def text_not_shown(events):
    """What policy read is not what was sent."""
    sent = of(events, "http.request")
    request_of(events, sent)["text"] = "/entrez/eutils/efetch.fcgi?db=pubmed&id=1"
    return sent


def place_not_declared(events):
    """The same words, at a place that the tool never said it would ask."""
    sent = of(events, "http.request")
    url = sent["body"]["url"].replace("https://eutils.ncbi.nlm.nih.gov", "https://collector.example.org")
    sent["body"]["url"] = request_of(events, sent)["http"]["url"] = url
    return sent


def said_to_stay(events):
    """Policy allowed a call that was said to reach no network."""
    call = of(events, "tool.call", step="recheck")
    request_of(events, call)["effects"]["network"] = False
    return of(events, "http.request")


def status_not_shown(events):
    admitted = next(e for e in forge.find(events, "policy.decision", phase="tool_result", step="recheck"))
    admitted["body"]["request"]["status"] = "empty"
    return of(events, "tool.result", step="recheck")


def edges_told(events, row):
    """As the tool gave them, one for each path."""
    paths = of(events, "tool.result", step="paths")["body"]["result"]["data"]
    return [edge for path in paths for edge in path["edges"] if edge["id"] == row]


def row_as_read(events):
    """A row cites one paper more than the graph says, where only its certainty comes from."""
    found = of(events, "lookup", what="edges")
    found["body"]["result"]["e:1"]["publications"].append("PMID:99000029")
    return found


def row_read_twice(events):
    """The row has another hash, too, and is another one where it is read again."""
    row = of(events, "lookup", what="edges")["body"]["result"]["e:2"]
    row["publications"].append("PMID:99000029")
    row["sha256"] = forge.canonical_sha256({key: row[key] for key in row if key != "sha256"})
    for edge in edges_told(events, "e:2"):
        edge["sha256"] = row["sha256"]
    return next(e for e in forge.find(events, "lookup", what="between") if e["body"]["result"][0]["id"] == "e:2")


def row_marked_by_a_tool(events):
    """A tool told that the papers of a row were withdrawn; the row as the program read it does not."""
    for edge in edges_told(events, "e:4"):
        edge["retracted_publications"] = ["PMID:99000025"]
    return of(events, "lookup", what="edges")


LEVELS = ("very_low", "low", "moderate", "high")


def without_rebuttal(claim):
    """The certainty is that of a claim which nothing contradicts."""
    del claim["rebuttals"]
    claim["grounds"] = [ground for ground in claim["grounds"] if ground["role"] != "contradicts"]
    by = claim["certainty_by"]
    by["steps"] = [step for step in by["steps"] if step["step"] != "contradicted"]
    claim["certainty"] = LEVELS[max(0, LEVELS.index(by["level"]) + sum(step["by"] for step in by["steps"]))]


def opposed_claim(events):
    return next(e for e in forge.find(events, "claim", kind="edge") if "rebuttals" in e["body"])


def rebuttal_dropped(events):
    """What speaks against a link was read and is not told."""
    claim = opposed_claim(events)
    without_rebuttal(claim["body"])
    return claim


def rebuttal_unread(events):
    """It is taken out of all that the program read; that a tool told of it is left."""
    for event in forge.find(events, "lookup"):
        result = event["body"].get("result")
        if event["body"]["what"] == "edges":
            del result["e:9"]
        elif event["body"]["what"] == "between":
            event["body"]["result"] = [row for row in result if row["id"] != "e:9"]
    return rebuttal_dropped(events)


def choice_of_the_lowest(events):
    said = of(events, "model.response")
    said["body"]["detail"]["log_p"].reverse()
    return said


def choice_in_other_words(events):
    """A model that failed is said to have worded a sentence, but not that one."""
    said = next(e for e in forge.find(events, "model.response") if "error" in e["body"])
    said["body"] = {"by": "model", "call": said["body"]["call"], "choice": 0, "detail": {"text": "It cures."}}
    return said


def answer_of_the_network(events):
    """What a server sent is not what the result was made of."""
    came = of(events, "http.response")["body"]
    came.update(blob=dict(OTHER), bytes=OTHER["size"])
    return of(events, "tool.result", step="recheck")


def question_to_the_network(events):
    """Other papers are said to have been asked about."""
    sent = of(events, "http.request")
    url = sent["body"]["url"].replace("=99000023,", "=99000028,").replace("=99000023%2C", "=99000028%2C")
    asked_about = request_of(events, sent)
    asked_about["text"] = asked_about["text"].replace("=99000023,", "=99000028,")
    assert url != sent["body"]["url"]
    sent["body"]["url"] = asked_about["http"]["url"] = url
    return of(events, "tool.result", step="recheck")


def withheld_by_nobody(events):
    """A result that policy let through is said to have been withheld."""
    result = of(events, "tool.result", step="check")
    admitted = of(events, "policy.decision", phase="tool_result", step="check")
    for said in (result["body"], result["body"]["result"], admitted["body"]["request"]):
        said["status"] = "gated"
    return result


def member_of_start(events):
    events[0]["body"]["reviewed_by"] = "an authority"
    return events[0]


def plugin_of_start(events):
    """The tools are said to be another plugin's version."""
    next(p for p in events[0]["body"]["tools"] if p["plugin"] == "kg")["version"] = "9.9"
    return events[0]


def member_of_request(events):
    sent = of(events, "http.request")
    sent["body"]["approved_by"] = "an authority"
    return sent


def size_of_answer(events):
    came = of(events, "http.response")
    came["body"]["bytes"] += 1
    return came


def taint_of_request(events):
    """What is sent is said to hold nothing of the graph's."""
    sent = of(events, "http.request")
    taint = request_of(events, sent)["taint"]
    taint["labels"] = [label for label in taint["labels"] if label != "kg"]
    return of(events, "policy.decision", id=sent["body"]["decision"])


def event_of_no_kind(events):
    added = {"type": "review", "body": {"by": "an authority"}, "meta": {}}
    events.insert(len(events) - 2, added)
    return added


def cut_off(events):
    """What came after a look-up is left out, as if the run had failed there."""
    at = events.index(of(events, "lookup", what="edges"))
    said = of(events, "answer")
    said["body"] = {"status": "failed", "reason": "the graph could not be read", "claims": [], "evidence": []}
    del events[at:events.index(said)]
    events[-1]["body"] = {"claims": 0, "exit": 1, "outcome": "failed"}
    return said


def left_out_of_graph(events):
    """A row is left out of all that was read, so that only who has the graph can tell."""
    found = next(e for e in forge.find(events, "lookup", what="between")
                 if any(row["id"] == "e:9" for row in e["body"]["result"]))
    found["body"]["result"] = [row for row in found["body"]["result"] if row["id"] != "e:9"]
    return found


def path_left_out(events):
    """So is a route, from what a tool found."""
    told = of(events, "tool.result", step="paths")
    told["body"]["result"]["data"].pop()
    return told


# What an auditor finds who has the graph (--kg).
WITH_GRAPH = ((4, "a row of the graph left out", left_out_of_graph), (5, "a route left out", path_left_out))

SEALED = (
    (3, "a text that policy was not shown", "world", text_not_shown),
    (3, "a place that no tool declared", "world", place_not_declared),
    (3, "a call said to stay here", "world", said_to_stay),
    (3, "a result of another status", "world", status_not_shown),
    (4, "a row as it was read", "world", row_as_read),
    (4, "a row read twice", "world", row_read_twice),
    (4, "a row marked by a tool", "world", row_marked_by_a_tool),
    (4, "what speaks against a claim", "world", rebuttal_dropped),
    (4, "what a tool told against it", "world", rebuttal_unread),
    (5, "a choice of the lowest score", "world", choice_of_the_lowest),
    (5, "a choice in other words", "world", choice_in_other_words),
    (5, "an answer of the network", "world", answer_of_the_network),
    (5, "a question to the network", "world", question_to_the_network),
    (5, "a result withheld by nobody", "world", withheld_by_nobody),
    (6, "a member of run.start", "world", member_of_start),
    (6, "a plugin of run.start", "world", plugin_of_start),
    (6, "a member of a request", "world", member_of_request),
    (6, "the size of an answer", "world", size_of_answer),
    (6, "the taint of a request", "world", taint_of_request),
    (6, "an event of no kind", "world", event_of_no_kind),
    (6, "a run cut off", "world", cut_off),
)
