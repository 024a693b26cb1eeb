"""run resume, replay, diff: a run that is killed around its syncs again and again, interrupted, or
out of time goes on to the content it would have had; lies that are validly signed are found by
level 6; what a run was started with is held to. With tools, a scripted model, an exchange with a
server of this test, and a signed approval in the run. Everything is made up."""
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse

import forge
from harness import BIN, ROOT, Checks, Home, Result

FAULTS = os.environ["WARRANT_FAULTS"]
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
KILLS_WANTED = 50


CLOCK = re.compile(r'"version": "\d{4}-\d\d-\d\dT[0-9:.]+Z"')


def content_of(shown):
    """Type and body of every event. A service is what it was at the time it was asked: that clock
    reading is part of what the tool says, in its result alone, and is left out here."""
    events = []
    for event in shown["events"]:
        body = json.dumps(event["body"], sort_keys=True)
        if event["type"] == "tool.result" and event["body"]["step"] == "recheck":
            body = CLOCK.sub('"version": "then"', body, count=1)
        events.append((event["type"], body))
    return events


class Service(http.server.BaseHTTPRequestHandler):
    """efetch alone."""
    delay_s = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        time.sleep(Service.delay_s)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        body = ("<PubmedArticleSet>" + "".join(
            f'<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><Journal><Title>J</Title>'
            f"</Journal><ArticleTitle>Title of {n}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
            for n in query["id"][0].split(",")) + "</PubmedArticleSet>").encode()
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # who asked is dead
            pass


class Approver(threading.Thread):
    """Signs whatever waits, as a person beside the run would, while it is allowed to."""

    def __init__(self, home):
        super().__init__(daemon=True)
        self.home, self.may, self.done = home, threading.Event(), threading.Event()
        self.start()

    def run(self):
        waiting, grants = self.home.path("approvals", "waiting"), self.home.path("approvals")
        while not self.done.wait(0.05):
            if not self.may.is_set() or not os.path.isdir(waiting):
                continue
            for name in os.listdir(waiting):
                if name.endswith(".json") and not os.path.exists(os.path.join(grants, name)):
                    self.home.run("policy", "approve", name[:-5])


class Bench:
    def __init__(self, home, server):
        self.home = home
        plugins = home.path("plugins")
        os.mkdir(plugins)
        for name in ("kg.so", "causal.so", "pubmed.so"):
            os.symlink(os.path.join(os.path.dirname(BIN), "..", "lib", "warrant", "plugins", name),
                       os.path.join(plugins, name))
        self.env = {"WARRANT_EUTILS_URL": f"http://127.0.0.1:{server.server_address[1]}/",
                    "WARRANT_PLUGINS": plugins}
        self.policy = self.write("own.policy.json", json.dumps(self.rules()))
        self.model = "script:" + self.write("replies.jsonl", "\n".join(map(json.dumps, [
            {"kind": "default", "choose": "first"}, {"kind": "choose", "option": "yes"},
            {"kind": "choose", "option": "no"}, {"kind": "choose", "option": "2"},
            {"kind": "generate", "text": "no sentence of the grammar"},
            {"kind": "error", "status": "timeout", "message": "scripted"}])))
        self.approver = Approver(home)

    @staticmethod
    def rules():
        with open(f"{ROOT}/policies/default.policy.json", encoding="utf-8") as file:
            rules = json.load(file)
        rules["rules"].append({"id": "test.person", "effect": "require_approval", "phases": ["tool_call"],
                               "tools": ["kg_neighbors"], "message": "a person says yes"})
        return rules

    def write(self, name, text):
        with open(self.home.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.home.path(name)

    def arguments(self, *command):
        return [BIN, "-C", self.home.dir, *command, "--model", self.model, "--policy", self.policy,
                "--approval-wait", "120"]

    def start(self, *command, kill_at=None):
        env = {**os.environ, **self.env}
        if kill_at is not None:
            env.update(LD_PRELOAD=f"{FAULTS}/kill_at_sync.so", WARRANT_TEST_KILL_AT=str(kill_at),
                       ASAN_OPTIONS=env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
        return subprocess.Popen(self.arguments(*command), env=env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def run(self, *command, kill_at=None):
        process = self.start(*command, kill_at=kill_at)
        out, err = process.communicate(timeout=600)
        return Result(subprocess.CompletedProcess(command, process.returncode, out, err))

    def ask(self, **how):
        return self.run("ask", "--recheck", "--seed", "3", QUESTION, **how)

    def runs(self):
        return self.home.run("run", "list", "--json").json()["data"]

    def shown(self, run="last"):
        return self.home.run("run", "show", run, "--json").json()["data"]


def test_baseline(c, bench):
    done = bench.ask()
    c.equal("baseline: answered", done.code, 0)
    bench.first, bench.base = bench.runs()[0]["run"], bench.shown()
    kinds = [e["type"] for e in bench.base["events"]]
    for kind in ("tool.call", "http.response", "approval.grant", "model.response", "lookup", "declassify"):
        c.check(f"baseline: has {kind}", kind in kinds, kinds)
    replay = bench.home.run("run", "replay", "last", "--json")
    c.equal("baseline: replayed", replay.code, 0)
    c.check("baseline: all of it", f"{len(kinds)} events made again" in replay.out, replay.out)
    c.equal("baseline: all levels", bench.home.run("audit", "verify", "last", "--level", "6").code, 0)


def test_killed(c, bench):
    """Each process dies at its first, second or third sync, before it or after; the next goes on. Where
    more syncs than that lie between two events (a grant is used up), the next lives a little longer."""
    kills, longer, last, at = 0, 0, -1, [1, 2, -2, 1, 3, -3]
    done = bench.ask(kill_at=1)
    while done.code == -signal.SIGKILL and kills < 400:
        kills += 1
        fresh = [run for run in bench.runs() if run["run"] != bench.first]
        if fresh and fresh[0]["sealed"]:  # killed after its last sync: there is nothing left to do
            break
        events = fresh[0]["events"] if fresh else 0
        longer, last = (0 if events > last else longer + 2), events
        step = at[kills % len(at)]
        step += longer if step > 0 else -longer
        done = bench.run("run", "resume", fresh[0]["run"], kill_at=step) if fresh else bench.ask(kill_at=step)
    c.equal("killed: answered in the end", (bench.runs()[0]["outcome"], done.code in (0, -signal.SIGKILL), done.err
                                            if done.code > 0 else ""), ("answered", True, ""))
    c.check(f"killed: {kills} times", kills >= KILLS_WANTED, kills)
    c.equal("killed: one run", len(bench.runs()), 2)
    c.equal("killed: the same content", content_of(bench.shown()), content_of(bench.base))
    c.equal("killed: all levels", bench.home.run("audit", "verify", "last", "--level", "6").code, 0)
    diff = bench.home.run("run", "diff", bench.first, "last", "--json").json()["data"]
    c.equal("killed: no other difference", ([d["member"] for d in diff["observations"]["changed"]],
                                            diff["claims"], diff["decisions"], diff["answer"]["added"]),
            (["result.source[0].version"], {"added": [], "removed": [], "changed": []},
             {"added": [], "removed": [], "changed": []}, []))
    same = bench.home.run("run", "diff", "last", "last", "--json").json()["data"]
    c.equal("killed: none to itself", (same["same"], same["first"]), (True, None))
    for name, run in (("a", bench.first), ("b", "last")):
        bench.home.run("run", "export", run, "-o", bench.home.path(f"bundle-{name}"))
    names = [sorted(os.path.relpath(os.path.join(at, f), bench.home.path(f"bundle-{x}"))
                    for at, _, files in os.walk(bench.home.path(f"bundle-{x}", "blobs")) for f in files)
             for x in "ab"]
    c.equal("killed: the same blobs", names[0], names[1])


def main_bundle(c, bench):
    """A bundle is replayed where there is nothing but it."""
    with Home(with_graph=False) as away:
        folder = shutil.copytree(bench.home.path("bundle-b"), away.path("bundle"))
        done = away.run("run", "replay", folder)
        c.equal("away: replayed", (done.code, done.err), (0, ""))
        c.equal("away: all levels", away.run("audit", "verify", folder, "--level", "6").code, 0)


def test_interrupted(c, bench):
    bench.approver.may.clear()
    process = bench.start("ask", "--recheck", "--seed", "3", QUESTION)
    for line in process.stderr:
        if "To permit it" in line:
            break
    done = bench.run("run", "resume", "last")
    c.equal("interrupted: nobody else writes it meanwhile", done.code, 7)
    c.check("interrupted: says so", "another process" in done.err, done.err)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    c.equal("interrupted: exit", process.returncode, 130)
    c.check("interrupted: says how to go on", "warrant run resume" in out + err, out + err)
    c.equal("interrupted: open", bench.runs()[0]["outcome"], "open")
    bench.approver.may.set()
    c.equal("interrupted: resumed", bench.run("run", "resume", "last").code, 0)
    c.equal("interrupted: the same content", content_of(bench.shown()), content_of(bench.base))


def test_out_of_time(c, bench):
    Service.delay_s = 600
    process = bench.start("ask", "--recheck", "--seed", "3", "--timeout", "10", QUESTION)
    out, err = process.communicate(timeout=300)
    Service.delay_s = 0
    c.equal("out of time: exit", (process.returncode, err if process.returncode != 8 else ""), (8, ""))
    c.check("out of time: says how to go on", "warrant run resume" in out + err, out + err)
    done = bench.run("run", "resume", "last", "--timeout", "600")
    c.equal("out of time: resumed", done.code, 0)
    parts = bench.home.run("run", "diff", bench.first, "last", "--json").json()["data"]
    c.equal("out of time: all but the time it had", (parts["settings"], [d["key"] for d in parts["observations"]["changed"]],
                                                     parts["claims"]["changed"], parts["answer"]["added"]),
            (["timeout_ms"], ["recheck"], [], []))


def test_held_to_its_start(c, bench):
    c.equal("held: killed", bench.ask(kill_at=30).code, -signal.SIGKILL)
    run = bench.runs()[0]["run"]
    other = bench.write("other.policy.json", json.dumps({**bench.rules(), "name": "other"}))
    replies = bench.write("other.jsonl", '{"kind":"default","choose":"first"}\n')

    def refused(label, word, **change):
        kept = {key: getattr(bench, key) for key in change}
        for key, value in change.items():
            setattr(bench, key, value)
        done = bench.run("run", "resume", run)
        for key, value in kept.items():
            setattr(bench, key, value)
        c.equal(f"held: {label}: exit", done.code, 2)
        c.check(f"held: {label}: named", f"another {word}" in done.err, done.err)

    refused("policy", "policy", policy=other)
    refused("model", "model", model=f"script:{replies}")
    refused("no model", "model", model="none")
    plugins = bench.home.path("fewer")
    os.mkdir(plugins)
    for name in ("kg.so", "causal.so"):
        os.symlink(os.path.realpath(os.path.join(bench.env["WARRANT_PLUGINS"], name)),
                   os.path.join(plugins, name))
    refused("plugins", "tool", env={**bench.env, "WARRANT_PLUGINS": plugins})
    shutil.copy(bench.home.path("kg.db"), bench.home.path("kg.keep"))
    bench.write("more.tsv", EDGES.replace("e:1", "e:9").replace("PMID:21", "PMID:29"))
    done = bench.home.run("kg", "import", "--source", "made-up-2", "--version", "1",
                          bench.home.path("nodes.tsv"), bench.home.path("more.tsv"))
    c.equal("held: another graph", (done.code, done.err if done.code else ""), (0, ""))
    refused("graph", "kg_snapshot")
    shutil.move(bench.home.path("kg.keep"), bench.home.path("kg.db"))
    c.equal("held: a sealed run", bench.run("run", "resume", bench.first).code, 2)
    c.equal("held: resumed as it was started", bench.run("run", "resume", run).code, 0)
    c.equal("held: the same content", content_of(bench.shown()), content_of(bench.base))


def test_lies(c, bench):
    """Changed before it was sealed, and validly signed: levels 1 and 2 are content, level 3 says that the
    approval in it is another run's, and the replay finds the lie itself."""
    events = bench.base["events"]
    place = {e["type"]: e["seq"] for e in events}
    answer = next(e for e in events if e["type"] == "answer")["body"]
    lies = {"answer": ("answer", "text", answer["text"] + "It works.\n"),
            "frame": ("frame", "want_sign", 1), "plan": ("plan", "made_by", "nobody"),
            "choice": ("model.response", "choice", 7), "lookup": ("lookup", "query", {"pmids": ["77"]}),
            "status": ("run.end", "claims", 99)}
    for label, (kind, path, value) in lies.items():
        altered = forge.events(bench.home, bench.first)
        altered[place[kind]]["body"][path] = value
        run = forge.seal(bench.home, altered)
        c.equal(f"lie in {label}: levels below", bench.home.run("audit", "verify", run, "--level", "2").code, 0)
        c.equal(f"lie in {label}: the approval", forge.first_failure(bench.home, run, 3),
                (3, place["approval.request"]))
        found = bench.home.run("run", "replay", run, "--json")
        failure = found.json()["data"]["first_failure"]
        c.equal(f"lie in {label}: exit", found.code, 6)
        c.equal(f"lie in {label}: level 6", failure["level"], 6)
        c.check(f"lie in {label}: where", failure["seq"] is not None and failure["seq"] <= place[kind], failure)
        if label == "answer":
            c.equal("lie in answer: the event", failure["seq"], place[kind])
            c.check("lie in answer: the member", "text" in failure["message"], failure)


def test_other_rules(c, bench):
    rules = bench.rules()
    rules["rules"].append({"id": "test.no-paths", "effect": "forbid", "phases": ["tool_call"],
                           "tools": ["kg_paths"], "message": "no"})
    other = bench.write("strict.policy.json", json.dumps(rules))
    done = bench.home.run("run", "replay", bench.first, "--policy", other, "--json")
    c.equal("other rules: exit", done.code, 0)
    decisions = done.json()["data"]["decisions"]
    c.check("other rules: what would be otherwise", decisions["narrows"] >= 1 and any(
        "test.no-paths" in change["to_rules"] for change in decisions["changes"]), decisions)
    text = bench.home.run("run", "replay", bench.first, "--policy", other).out
    c.check("other rules: said", re.search(r"would be deny \(test\.no-paths\)", text), text)


def main():
    c = Checks()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Home(with_graph=False) as home:
        bench = Bench(home, server)
        for name, text in (("nodes.tsv", NODES), ("edges.tsv", EDGES)):
            bench.write(name, text)
        done = home.run("kg", "import", "--source", "made-up", "--version", "1", home.path("nodes.tsv"),
                        home.path("edges.tsv"))
        assert done.code == 0, done.err
        bench.approver.may.set()
        for test in (test_baseline, test_killed, main_bundle, test_interrupted, test_out_of_time,
                     test_held_to_its_start, test_lies, test_other_rules):
            began = time.time()
            test(c, bench)
            print(f"{test.__name__}: {time.time() - began:.1f} s")
        bench.approver.done.set()
        bench.approver.join()
    server.shutdown()
    c.finish()


main()
