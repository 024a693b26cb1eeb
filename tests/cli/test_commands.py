"""Every command of the table, on real input: exit codes, envelopes, streams."""
import gzip
import json
import os
import re

from harness import QUESTION, ROOT, Checks, Home

TOOLS = {
    "kg_resolve": {"text": "metformin"},
    "kg_node": {"id": "MESH:D008687"},
    "kg_neighbors": {"id": "MESH:D008687", "limit": 100},
    "kg_paths": {"from": "metformin", "to": "MESH:D003924", "max_hops": 6, "k": 3},
    "kg_edge": None,  # needs an edge id, found below
    "causal_dsep": {"graph": "dag { X -> Z -> Y }", "x": ["X"], "y": ["Y"], "given": ["Z"]},
    "causal_check_adjustment": {"graph": "dag { Z -> X Z -> Y X -> Y }", "treatment": "X",
                                "outcome": "Y", "set": ["Z"]},
    "causal_adjustment_sets": {"graph": {"nodes": [], "edges": [["Z", "X"], ["Z", "Y"], ["X", "Y"]]},
                               "treatment": "X", "outcome": "Y", "kind": "minimal"},
    "causal_identify": {"graph": "dag { X -> M -> Y; X <-> Y }", "treatment": "X", "outcome": "Y"},
    "causal_frontdoor": {"graph": "dag { X -> M -> Y; X <-> Y }", "treatment": "X", "outcome": "Y"},
    "causal_instruments": {"graph": "dag { Z -> X -> Y; X <-> Y }", "treatment": "X", "outcome": "Y"},
    "causal_implications": {"graph": "dag { A -> B -> C }"},
    "effect_estimate": {"data": f"{ROOT}/tests/peers/linear.csv", "treatment": "t", "outcome": "y",
                        "adjust": ["x1", "x2"]},
    "scm_describe": {"scm": "RAIN"},
    "scm_query": {"scm": "RAIN", "outcome": "grass", "do": {"rain": "no"}},
    "scm_effect": {"scm": "RAIN", "treatment": "rain", "outcome": "grass", "contrast": ["no", "yes"]},
    "scm_whatif": {"scm": "RAIN", "evidence": {"grass": "wet"}, "do": {"rain": "no"},
                   "outcome": "grass"},
    "scm_simulate": {"scm": "RAIN", "n": 20, "seed": 1, "treatment": "rain", "outcome": "grass"},
}

# What "RAIN" above stands for: a network whose tables are all given.
RAIN = """network rain { }
variable rain { type discrete [ 2 ] { no, yes }; }
variable grass { type discrete [ 2 ] { dry, wet }; }
probability ( rain ) { table 0.8, 0.2; }
probability ( grass | rain ) { (no) 0.9, 0.1; (yes) 0.05, 0.95; }
"""


def check_envelope(c, label, done, schema, ok=True):
    try:
        envelope = done.json()
    except ValueError:
        c.check(f"{label}: JSON on stdout", False, done.out)
        return {}
    c.equal(f"{label}: schema", envelope.get("schema"), f"warrant/{schema}/1")
    c.equal(f"{label}: ok", envelope.get("ok"), ok)
    c.check(f"{label}: warnings is a list", isinstance(envelope.get("warnings"), list))
    if not ok:
        c.check(f"{label}: error has code and message", {"code", "message", "retryable"} <=
                set(envelope.get("error", {})), envelope)
    return envelope


def test_help(c, home):
    for args in [("--help",), ("help",), ("help", "kg"), ("kg", "import", "--help"), ("ask", "-h")]:
        done = home.run(*args)
        c.equal(f"{args}: exit", done.code, 0)
        c.check(f"{args}: help on stdout", "warrant" in done.out, done.out)
    table = check_envelope(c, "help --json", home.run("help", "--json"), "help")["data"]
    for entry in table["commands"]:
        done = home.run(*entry["command"].split(), "--help")
        c.equal(f"{entry['command']} --help", done.code, 0)
        c.check(f"{entry['command']} --help shows usage", f"Usage: warrant {entry['command']}" in done.out)
    done = home.run("aks", "x")
    c.equal("unknown command: exit", done.code, 2)
    c.check("unknown command: suggestion", '"ask"' in done.err, done.err)
    done = home.run("ask", "--modle", "none", "x")
    c.equal("unknown option: exit", done.code, 2)
    c.check("unknown option: suggestion", "--model" in done.err, done.err)
    c.equal("--version", home.run("--version").code, 0)


def test_options(c, home):
    """An option that a command does not have is refused by its name, with a way on."""
    table = home.run("help", "--json").json()["data"]
    shared = {option["name"] for option in table["global_options"]}
    options = {entry["command"]: {option["name"] for option in entry["options"]} | shared
               for entry in table["commands"]}
    for command in options:
        done = home.run(*command.split(), "--zzzz")
        c.equal(f"{command} --zzzz: exit", done.code, 2)
        c.check(f"{command} --zzzz: name and fix", f"unknown option --zzzz: `warrant help {command}`" in done.err,
                done.err)
    for words, said in [(("ask", "-Z", "x"), "unknown option -Z: `warrant help ask`"),
                        (("--hypotheses", "2", "ask", "x"), "unknown option --hypotheses: a command's own"),
                        (("kg", "search", "x", "--limit"), "--limit needs a value: N"),
                        (("--threads", "300", "help"), "--threads takes a whole number from 0 to 256, not"),
                        (("kg", "search", "x", "--limit", "ten"), "--limit takes a whole number from"),
                        (("ask", "x", "--no-latent=1"), "--no-latent takes no value")]:
        done = home.run(*words)
        c.check(f"{words}", done.code == 2 and said in done.err, done.err)
    hint = home.run("--json", "bogus").json()["error"]["hint"]
    c.equal("the hint of a usage error is a command", home.run(*hint.split()[1:]).code, 0)
    test_documented(c, options)


def test_documented(c, options):
    """Every command has its place in the contracts or the README, and no option there is one that is not."""
    contracts, readme = (read(f"{ROOT}/{name}.md") for name in ("CONTRACTS", "README"))
    for command in options:
        c.check(f"{command} is documented", any(f"{word}" in contracts + readme for word in
                                                (command, command.split()[-1] + "`", command.split()[-1] + "|")))
    for span in re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", contracts, flags=re.M | re.S)):
        words = re.sub(r"\s+", " ", span)
        owners = [command for command in options if (words + " ").startswith(command + " ")]
        for name in re.findall(r"(?<![\w-])--([a-z][a-z-]*)", words):
            known = options[max(owners, key=len)] if owners else set().union(*options.values())
            c.check(f"CONTRACTS.md: --{name} of `{words[:60]}`", name in known)


def test_kg(c, home):
    stats = check_envelope(c, "kg stats", home.run("kg", "stats", "--json"), "kg-stats")["data"]
    rows = sum(1 for _ in open(f"{ROOT}/examples/kg/edges.tsv", encoding="utf-8")) - 1
    c.equal("kg stats: edges are the lines of the TSV", stats["edges"], rows)
    again = home.run("kg", "import", "--json", "--source", "warrant-example", "--version", "1",
                     f"{ROOT}/examples/kg/nodes.tsv", f"{ROOT}/examples/kg/edges.tsv")
    c.equal("kg import twice changes nothing", check_envelope(c, "kg import", again, "kg-import")
            ["data"]["already"], True)
    found = check_envelope(c, "kg search", home.run("kg", "search", "metformn", "--json"), "kg-search")
    c.equal("kg search finds a misspelt name", found["data"][0]["name"].lower(), "metformin")
    c.equal("kg search: match is fuzzy", found["data"][0]["match"], "fuzzy")
    c.equal("kg search: nothing", home.run("kg", "search", "qqqqqqqq").code, 3)
    paths = home.run("kg", "paths", "metformin", "type 2 diabetes", "--max-hops", "6", "--json")
    c.check("kg paths: some", check_envelope(c, "kg paths", paths, "kg-paths")["data"])
    c.equal("kg paths: unknown name", home.run("kg", "paths", "nosuchdrug", "metformin").code, 3)
    c.equal("kg show node", home.run("kg", "show", "MESH:D008687").code, 0)
    c.equal("kg neighbors", home.run("kg", "neighbors", "MESH:D008687").code, 0)
    c.equal("kg check", home.run("kg", "check").code, 0)
    c.equal("kg show unknown", home.run("kg", "show", "MESH:nope").code, 3)


def test_tools(c, home):
    listed = check_envelope(c, "tool list", home.run("tool", "list", "--json"), "tool-list")["data"]
    literature = {"pubmed_search", "pubmed_fetch", "pubmed_quote"}  # see test_pubmed_tools.py
    c.equal("tool list: all", {t["name"] for t in listed}, set(TOOLS) | literature)
    edge = home.run("kg", "paths", "metformin", "MESH:D003924", "--max-hops", "6", "--json").json()
    TOOLS["kg_edge"] = {"id": edge["data"][0]["edges"][0]["id"]}
    rain = f"{home.dir}/rain.bif"
    with open(rain, "w", encoding="utf-8") as file:
        file.write(RAIN)
    for name, args in TOOLS.items():
        args = {key: rain if value == "RAIN" else value for key, value in args.items()}
        about = check_envelope(c, name, home.run("tool", "describe", name, "--json"), "tool-describe")
        c.check(f"{name}: schemas", {"args_schema", "data_schema", "summary"} <= set(about["data"]))
        done = home.run("tool", "call", name, "--args", json.dumps(args), "--json")
        result = check_envelope(c, f"call {name}", done, "tool-call")["data"]
        c.equal(f"call {name}: status", result["status"], "ok")
        c.check(f"call {name}: complete result", {"status", "data", "coverage", "source", "echo",
                                                  "warnings"} <= set(result), result.keys())
        lines = "\n".join([json.dumps({"id": "first", **args}), "{not json",
                           json.dumps({"id": 7, "args": args}), ""])
        done = home.run("tool", "call", name, "--batch", "-", stdin=lines)
        out = [json.loads(line) for line in done.out.splitlines()]
        c.equal(f"batch {name}: exit", done.code, 0)
        c.equal(f"batch {name}: a line each", [r["status"] for r in out], ["ok", "error", "ok"])
        c.equal(f"batch {name}: id copied", [out[0].get("id"), out[2].get("id")],
                [args.get("id", "first"), 7])
        c.equal(f"batch {name}: same data", out[0]["data"], out[2]["data"])
    bad = home.run("tool", "call", "kg_paths", "--args", '{"from":"metformin"}', "--json")
    c.equal("call without a required argument: exit", bad.code, 2)
    c.check("call without a required argument: named", '"to"' in bad.out or "to" in bad.out, bad.out)
    c.equal("unknown tool", home.run("tool", "call", "kg_pahts", "--args", "{}").code, 2)
    denied = home.run("tool", "call", "kg_resolve", "--args", '{"text":"x"}', "--policy",
                      write(home, "deny.policy.json", '{"schema":"warrant/policy/1","name":"n","rules":[]}'))
    c.equal("an empty policy denies", denied.code, 5)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(home, name, text):
    with open(home.path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return home.path(name)


def test_policy(c, home):
    shipped = [f"{ROOT}/policies/{name}.policy.json" for name in ("default", "clinical", "dual-use", "no-sandbox", "offline", "phi")]
    for path in shipped:
        c.equal(f"policy check {os.path.basename(path)}", home.run("policy", "check", path).code, 0)
        c.equal(f"policy test {os.path.basename(path)}", home.run("policy", "test", path).code, 0)
    request = '{"phase":"tool_call","tool":"kg_paths","taint":{"labels":[]},"counters":{},"mode":{"offline":true}}'
    done = home.run("policy", "explain", "--request", request, "--json")
    data = check_envelope(c, "policy explain", done, "policy-explain")["data"]
    c.equal("policy explain: allowed", data["decision"]["decision"], "allow")
    c.check("policy explain: a rule for every rule", len(data["rules"]) > 5)
    lines = home.run("policy", "decide", "--batch", "-", stdin=request + "\n{bad\n").out.splitlines()
    c.equal("policy decide: decisions", [json.loads(x)["decision"] for x in lines], ["allow", "deny"])
    broken = write(home, "broken.policy.json", '{"schema":"warrant/policy/1","name":"x","rules":[{"id":"a","effect":"permitt"}]}')
    done = home.run("policy", "check", broken)
    c.equal("broken policy: exit", done.code, 2)
    c.check("broken policy: file and rule named", "broken.policy.json" in done.err and "a" in done.err, done.err)
    c.equal("ask under a broken policy", home.ask(QUESTION, "--policy", broken).code, 2)


RETRACTED = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">77</PMID><Article>
<ArticleTitle>Made up</ArticleTitle></Article><CommentsCorrectionsList><CommentsCorrections
RefType="RetractionIn"><RefSource>J. 1</RefSource><PMID>78</PMID></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation></PubmedArticle><DeleteCitation><PMID>79</PMID>
</DeleteCitation></PubmedArticleSet>"""


def test_pubmed_show(c, home):
    full = f"{ROOT}/tests/pubmed/full.xml"
    packed, retracted = home.path("full.xml.gz"), home.path("retracted.xml")
    with open(full, "rb") as source, gzip.open(packed, "wb") as target:
        target.write(source.read())
    with open(retracted, "w", encoding="utf-8") as file:
        file.write(RETRACTED)
    for path in (full, packed):
        shown = check_envelope(c, "pubmed show", home.run("pubmed", "show", path, "--json"), "pubmed-show")
        record = shown["data"][0]
        c.equal("pubmed show: pmid", record["pmid"], "321")
        c.equal("pubmed show: references", record["references"], ["41", "42", "43"])
    text = home.run("pubmed", "show", packed)
    c.check("pubmed show: heading is starred for its qualifier", "MeSH: Heart*" in text.out, text.out)
    text = home.run("pubmed", "show", retracted)
    c.check("pubmed show: retraction is loud", "*** RETRACTED" in text.out, text.out)
    envelope = check_envelope(c, "pubmed show", home.run("pubmed", "show", retracted, "--json"), "pubmed-show")
    c.equal("pubmed show: status", envelope["data"][0]["status"], "retracted")
    c.check("pubmed show: warned of both", "deleted: 1" in str(envelope["warnings"]) and
            "retracted records shown: 1" in str(envelope["warnings"]), envelope["warnings"])
    deleted = home.run("pubmed", "show", retracted, "79")
    c.equal("pubmed show: deleted is no hit", deleted.code, 3)
    c.check("pubmed show: deleted is said", "declared deleted" in deleted.err, deleted.err)
    c.equal("pubmed show: absent", home.run("pubmed", "show", full, "5").code, 3)
    c.equal("pubmed show: not a PMID", home.run("pubmed", "show", full, "x").code, 2)
    c.equal("pubmed show: no file", home.run("pubmed", "show", full + ".no").code, 3)


def test_plan_and_others(c, home):
    done = home.run("plan", QUESTION, "--model", "none", "--json")
    plan = check_envelope(c, "plan", done, "plan")["data"]
    c.check("plan: steps", [s["id"] for s in plan["steps"]][:3] == ["treatment", "outcome", "paths"])
    c.equal("plan records nothing", home.run("run", "list").code in (0, 3), True)
    doctor = home.run("doctor", "--model", "none", "--json")
    check_envelope(c, "doctor", doctor, "doctor")
    c.equal("doctor: exit", doctor.code, 0)
    c.equal("model list", home.run("model", "list").code, 0)
    c.equal("no model to test", home.run("model", "test", "--model", "none").code, 3)
    c.equal("empty question", home.ask("   ").code, 2)
    c.equal("oversize question", home.ask("x" * 5000).code, 2)
    c.equal("unknown model kind", home.run("ask", "--model", "nosuch:x", QUESTION).code, 2)


def test_envelopes_and_outputs(c, home):
    for args in (("--json", "bogus"), ("--json", "run", "show"), ("ask", "x", "--json", "--seed", "abc")):
        done = home.run(*args)
        c.equal(f"{args}: exit", done.code, 2)
        check_envelope(c, f"{args}", done, "usage", ok=False)
    kept = write(home, "kept.json", "older content")
    c.equal("a failing command", home.run("ask", "", "-o", kept).code, 2)
    c.equal("leaves the older file", open(kept, encoding="utf-8").read(), "older content")
    c.equal("no such batch file", home.run("tool", "call", "kg_node", "--batch", "/no/such").code, 2)
    report = home.path("report.html")
    home.ask(QUESTION)
    c.equal("report", home.run("report", "last", "-o", report).code, 0)
    page = open(report, encoding="utf-8").read()
    c.check("report: one page without scripts", "<h1" in page and "<script" not in page and len(page) < 200000)
    c.check("report: PROV", "entity" in home.run("report", "last", "--prov").json())
    deny = json.load(open(f"{ROOT}/policies/default.policy.json", encoding="utf-8"))
    deny["rules"].append({"id": "test.no-export", "effect": "forbid", "phases": ["export"], "message": "no"})
    policy = write(home, "no-export.policy.json", json.dumps(deny))
    c.equal("export denied by policy", home.run("run", "export", "last", "-o", home.path("b"), "--policy",
                                                policy).code, 5)


def main():
    c = Checks()
    with Home(with_graph=False) as empty:
        done = empty.ask(QUESTION)
        c.equal("no graph: exit", done.code, 2)
        c.check("no graph: says which command", "warrant kg import" in done.err, done.err)
        for words in (("run", "show"), ("run", "diff", "last"), ("run", "resume"), ("run", "replay"), ("report",),
                      ("audit", "verify"), ("policy", "replay"), ("ask", "-q", "x", "--continue")):
            done = empty.run(*words, "last")
            c.check(f"no runs: {words}", done.code == 3 and "no runs are stored here yet" in done.err, done.err)
    with Home() as home:
        for test in (test_help, test_options, test_kg, test_tools, test_policy, test_pubmed_show, test_plan_and_others,
                     test_envelopes_and_outputs):
            test(c, home)
    c.finish()


main()
