"""warrant ask: questions of every type framed from words, files and options; what is open is asked
back; plans shown, edited, compared and taken; new tools and protocols without a change of the
program; batches and threads. Models are tables written here, so that every expectation is by hand."""
import json
import os
import shutil

from harness import BIN, QUESTION, ROOT, Checks, Home

GRAPH = "dag{A -> Y; U -> A; U -> Y}"
SCM = {
    "schema": "warrant/scm/1", "name": "dose", "about": "made up", "intro": "",
    "variables": [
        {"name": "kidney", "role": "exogenous", "values": ["normal", "impaired"], "parents": [],
         "cpt": {"rows": [{"p": [0.8, 0.2]}]}},
        {"name": "dose", "role": "endogenous", "values": ["standard", "halved", "doubled"],
         "parents": ["kidney"], "cpt": {"rows": [{"kidney": "normal", "p": [0.8, 0.1, 0.1]},
                                                 {"kidney": "impaired", "p": [0.3, 0.6, 0.1]}]}},
        {"name": "relapse", "role": "endogenous", "values": ["no", "yes"], "parents": ["dose"],
         "cpt": {"rows": [{"dose": "standard", "p": [0.7, 0.3]}, {"dose": "halved", "p": [0.5, 0.5]},
                          {"dose": "doubled", "p": [0.8, 0.2]}]}}],
    "treatment": "dose", "outcome": "relapse"}


def write(home, name, content):
    path = home.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    return path


def files(home):
    """Outside the working and the data folder: a person typed their paths."""
    rows = "".join(f"{i % 2},{3 + i % 5},{40 + i},{'f' if i % 3 else 'm'}\n" for i in range(60))
    return {"data": write(home, "../" + os.path.basename(home.dir) + "-d.csv",
                          "treated,recovery_days,age,sex\n" + rows),
            "scm": write(home, "m.scm.json", SCM),
            "patient": write(home, "p.json", {"dose": "standard", "relapse": "no"})}


def framed(home, question, *args):
    done = home.ask(question, "--json", *args)
    data = done.json().get("data") or {}
    return done, data, data.get("frame") or {}


def name(frame, role):
    return (frame.get(role) or {}).get("name")


def test_types(c, home, f):
    cases = [
        # question, options, exit, type, treatment, outcome
        ("What is the effect of treated on recovery days adjusting for age?", ["--data", f["data"]],
         0, "effect", "treated", "recovery_days"),
        ("Are recovery days lowered by being treated?", ["--data", f["data"]], 0, "effect",
         "treated", "recovery_days"),
        ("Does Recovery-Days change with treated?", ["--data", f["data"], "--treatment", "treated"],
         0, "effect", "treated", "recovery_days"),
        ("Does A affect Y?", ["--graph", GRAPH], 0, "identify", "A", "Y"),
        ("Would Y be changed by A?", ["--graph", GRAPH], 0, "identify", "A", "Y"),
        ("Same patient, half the dose?", ["--scm", f["scm"], "--patient", f["patient"]], 0,
         "whatif", None, "relapse"),
        (QUESTION, [], 0, "mechanism", "Metformin", None),
    ]
    for question, options, code, kind, treatment, outcome in cases:
        done, _, frame = framed(home, question, *options)
        c.equal(f"exit: {question}", done.code, code)
        c.equal(f"type: {question}", frame.get("type"), kind)
        c.equal(f"treatment: {question}", name(frame, "treatment"), treatment)
        if outcome is not None:
            c.equal(f"outcome: {question}", name(frame, "outcome"), outcome)
    verified = home.run("audit", "verify", "last", "--level", "6")
    c.equal("the run verifies", verified.code, 0)
    _, _, frame = framed(home, "Effect of treated on recovery days, adjusting for age and sex?",
                         "--data", f["data"])
    c.equal("covariates are those after 'adjusting for'", frame.get("adjust"), ["age", "sex"])
    c.equal("spans are bytes of the question", (frame["treatment"]["start"], frame["treatment"]["end"]),
            (10, 17))
    _, _, frame = framed(home, "Same patient, half the dose?", "--scm", f["scm"], "--patient", f["patient"])
    c.equal("half is halved", frame.get("do"), {"dose": "halved"})
    c.equal("the patient is read", frame.get("patient"), {"dose": "standard", "relapse": "no"})
    c.equal("the whole run is marked", home.run("audit", "verify", "last", "--level", "6").code, 0)
    os.remove(f["patient"])
    c.equal("a run is replayed without its files",
            home.run("audit", "verify", "last", "--level", "6").code, 0)
    write(home, "p.json", {"dose": "standard", "relapse": "no"})


def test_clarify(c, home, f):
    cases = [
        ("How much does age matter?", ["--data", f["data"]], "outcome", "recovery_days"),
        ("Which of these matters?", ["--graph", GRAPH], "treatment", "A"),
        ("What if the dose had been different?", ["--scm", f["scm"], "--patient", f["patient"]], "do",
         "dose=halved"),
        ("How much does treated help?", ["--type", "effect"], "data", None),
        ("What if?", ["--type", "whatif"], "scm", None),
        ("Is it identified?", ["--type", "identify"], "graph", None),
    ]
    for question, options, need, option in cases:
        done, data, _ = framed(home, question, *options)
        c.equal(f"asked back, exit: {question}", done.code, 3)
        c.equal(f"asked back, status: {question}", data.get("status"), "clarify")
        items = {i["need"]: i for i in data.get("clarify", [])}
        c.check(f"asked back: {need}", need in items, items)
        if option is not None:
            c.check(f"what there is: {question}", option in items.get(need, {}).get("options", []), items)
    done, data, _ = framed(home, "What if the dose had been different?", "--scm", f["scm"],
                           "--patient", f["patient"])
    c.check("what the patient has is no option", "dose=standard" not in data["clarify"][0]["options"])
    for options, word in [(["--type", "nope"], "mechanism"), (["--data", "/nowhere.csv"], "nowhere.csv"),
                          (["--data", f["data"], "--outcome", "nope"], "recovery_days"),
                          (["--graph", "dag{A -> }"], ""), (["--plan", f["data"]], "plan")]:
        done = home.ask("Does it help?", *options)
        c.equal(f"bad input: {options}", done.code, 2)
        c.check(f"bad input is named: {options}", word in done.err, done.err)


def test_plans(c, home):
    plan = home.run("plan", "--model", "none", "--json", QUESTION).json()["data"]
    plan["steps"].append({"id": "look", "tool": "kg_node", "args": {"id": "$frame.treatment.id"},
                          "why": "what it is"})
    path = write(home, "edited.json", plan)
    diff = home.run("plan", "--model", "none", "--json", "--diff", path, QUESTION).json()["data"]
    c.equal("the added step is the difference", (diff["added"], diff["removed"], diff["changed"]),
            (["look"], [], []))
    done = home.ask(QUESTION, "--plan", path, "--json")
    data = done.json()["data"]
    c.equal("the edited plan is taken", done.code, 0)
    seen = {o["step"]: o for o in data["observations"]}
    c.check("what no maker reads is shown", seen["look"]["shown"] and "Metformin" in seen["look"]["digest"], seen)
    c.check("the rest is not shown twice", not seen["paths"]["shown"] and "digest" not in seen["paths"])
    c.check("the text says so", "Observations" in data["text"] and "look (kg_node): ok" in data["text"])
    c.equal("it is replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
    ids = {claim["id"] for claim in data["claims"]}
    c.check("sentences map to claims", data["sentences"] and all(
        set(s["claims"]) <= ids and s["text"] in data["text"] for s in data["sentences"]))
    for change, word in [({"steps": []}, "steps"), ({"extra": 1}, "extra"), ({"schema": "x"}, "schema"),
                         ({"steps": [{"id": "x", "tool": "kg_nope", "args": {}, "why": ""}]}, "kg_nope"),
                         ({"steps": [{"id": "x", "tool": "kg_node", "args": {"id": "$y.z"}, "why": ""}]}, "$y.z"),
                         ({"steps": [{"id": "x", "tool": "kg_node", "args": {}, "why": "", "sudo": 1}]}, "sudo")]:
        bad = home.ask(QUESTION, "--plan", write(home, "bad.json", {**plan, **change}))
        c.equal(f"a bad plan: {word}", bad.code, 2)
        c.check(f"a bad plan is told: {word}", word in bad.err, bad.err)


def test_formats(c, home):
    text = home.ask(QUESTION).out
    markdown = home.ask(QUESTION, "--format", "markdown").out
    data = json.loads(home.ask(QUESTION, "--format", "json").out)
    c.check("markdown has the claims", markdown.startswith("# How might") and "## Claims" in markdown)
    c.equal("json is the answer", data["text"], text)
    c.equal("an unknown format", home.ask(QUESTION, "--format", "pdf").code, 2)


def test_new_tool_and_protocol(c, home):
    """A plugin and a protocol are dropped in; a policy permits the tool."""
    plugins = home.path("plugins")
    shutil.copytree(os.path.join(os.path.dirname(BIN), "../lib/warrant/plugins"), plugins)
    shutil.copy(os.environ["WARRANT_TEST_GOOD"], plugins)
    protocols = home.path("protocols")
    shutil.copytree(os.path.join(os.path.dirname(BIN), "../share/warrant/protocols"), protocols)
    protocol = {"schema": "warrant/protocol/1", "name": "adding", "about": "adds", "cues": ["add up"],
                "needs": {},
                "steps": [{"id": "none", "tool": "kg_resolve", "args": {"text": "zzzz qqqq", "limit": 1},
                           "why": "finds nothing",
                           "otherwise": [{"id": "sum", "tool": "test_sum", "args": {"a": 2, "b": 3},
                                          "why": "adds"}]}],
                "claims": [], "sections": ["observations"], "change": "Other numbers.",
                "abstain": [{"step": "none", "status": "empty", "because": "nothing was found"}]}
    write(home, "protocols/adding.json", protocol)
    rules = {"schema": "warrant/policy/1", "name": "test-tools", "rules": [
        {"id": "test.sum", "effect": "permit", "phases": ["tool_call", "tool_result"], "tools": ["test_*"],
         "message": "Test tools may be called."}]}
    policy = "default," + write(home, "tools.policy.json", rules)
    env = {"WARRANT_PLUGINS": plugins, "WARRANT_PROTOCOLS": protocols}
    done = home.run("ask", "--model", "none", "--json", "--policy", policy, "Add up, please", env=env)
    data = done.json().get("data") or {}
    c.equal("a dropped-in protocol answers", done.code, 0)
    c.equal("its type was cued", (data.get("type"), (data.get("frame") or {}).get("type_by")), ("adding", "cue"))
    seen = {o["step"]: o for o in data.get("observations", [])}
    c.check("the fallback stands in for the empty step", seen.get("none", {}).get("status") == "empty" and
            "5" in seen.get("sum", {}).get("digest", ""), seen)
    c.equal("it is replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
    protocol["steps"][0]["otherwise"] = []
    write(home, "protocols/adding.json", protocol)
    done = home.run("ask", "--model", "none", "--json", "--policy", policy, "Add up, please", env=env)
    c.equal("without the fallback it abstains", done.code, 3)
    protocol["needs"] = {"x": "wish"}
    write(home, "protocols/adding.json", protocol)
    done = home.run("ask", "--model", "none", "Add up, please", env=env)
    c.equal("a protocol with an unknown kind of need", done.code, 2)
    c.check("is named", "adding.json" in done.err and "\"x\"" in done.err, done.err)


def check_new_tool(c, home, done, step, made_by):
    """The tool was called with the name that the frame binds, and what it said is shown: "Metformin" has 9 bytes."""
    data = done.json().get("data") or {}
    seen = {o["step"]: o for o in data.get("observations", [])}
    c.equal(f"a new tool, by {made_by}: exit", done.code, 0)
    c.check(f"a new tool, by {made_by}: what it said", seen.get(step, {}).get("status") == "ok" and
            "9" in seen[step].get("digest", ""), seen)
    events = home.run("run", "show", "last", "--json").json()["data"]["events"]
    calls = [e["body"] for e in events if e["type"] == "tool.call" and e["body"]["tool"] == "test_spell"]
    c.equal(f"a new tool, by {made_by}: called once", [k["step"] for k in calls], [step])
    c.check(f"a new tool, by {made_by}: it makes no claim", data.get("claims") and
            all(step not in json.dumps(k) for k in data["claims"]))
    c.equal(f"a new tool, by {made_by}: replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)


def test_new_tool(c, home):
    """A plugin that the program has never heard of is dropped in: a plan names it, a model picks it."""
    plugins, protocols = home.path("more"), home.path("picking")
    shutil.copytree(os.path.join(os.path.dirname(BIN), "../lib/warrant/plugins"), plugins)
    shutil.copy(os.path.join(os.environ["WARRANT_UNRELIABLE"], "dropped.so"), plugins)
    rules = {"schema": "warrant/policy/1", "name": "new-tool", "rules": [
        {"id": "test.spell", "effect": "permit", "phases": ["tool_call", "tool_result"], "tools": ["test_spell"],
         "message": "The new tool may be called."}]}
    policy, env = "default," + write(home, "spell.policy.json", rules), {"WARRANT_PLUGINS": plugins}
    plan = home.run("plan", "--model", "none", "--json", QUESTION, env=env).json()["data"]
    plan["steps"].append({"id": "spell", "tool": "test_spell", "args": {"text": "$frame.treatment.name"}, "why": "new"})
    path = write(home, "spell.json", plan)
    done = home.run("ask", "--model", "none", "--json", "--policy", policy, "--plan", path, QUESTION, env=env)
    check_new_tool(c, home, done, "spell", "a plan")
    shutil.copytree(os.path.join(os.path.dirname(BIN), "../share/warrant/protocols"), protocols)
    with open(f"{protocols}/mechanism.json", encoding="utf-8") as file:
        protocol = json.load(file)
    write(home, "picking/mechanism.json", {**protocol, "propose": 1, "optional": [],
                                           "sections": [*protocol["sections"], "observations"]})
    replies = write(home, "picks.jsonl", "".join(json.dumps(line) + "\n" for line in [
        {"kind": "default", "choose": "first"}, {"kind": "choose", "option": "yes"},
        {"kind": "choose", "option": "test_spell treatment"}]))
    done = home.run("ask", "--model", f"script:{replies}", "--json", "--policy", policy, QUESTION,
                    env={**env, "WARRANT_PROTOCOLS": protocols})
    check_new_tool(c, home, done, "extra_test_spell_treatment", "a model")


def script(home, *options, last="first"):
    """A model that chooses these; further questions get their first option."""
    lines = [{"kind": "default", "choose": last}] + [{"kind": "choose", "option": option} for option in options]
    return "script:" + write(home, "replies.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def said(home, purpose):
    """The responses to the model's questions of one purpose, in the run that came last."""
    events = home.run("run", "show", "last", "--json").json()["data"]["events"]
    calls = {e["body"]["call"] for e in events if e["type"] == "model.request" and e["body"]["purpose"] == purpose}
    return [e["body"] for e in events if e["type"] == "model.response" and e["body"]["call"] in calls]


def proposed(steps):
    return [(s["tool"], s["args"]) for s in steps if s["id"].startswith("extra_")]


def what_is_claimed(data):
    """Sentences and rungs: a model may order hypotheses, and ids follow order."""
    return sorted((claim["rung"], claim["subject"]["name"], claim["object"]["name"]) for claim in data["claims"])


def test_proposed_steps(c, home):
    """The shipped protocols let the model add steps: it picks from the menu, and cannot leave it. What they observe
    is shown; claims are those of no model."""
    plain = home.ask(QUESTION, "--json").json()["data"]
    c.check("without a model nothing is proposed", not any("extra" in o["step"] for o in plain["observations"]))
    picks = ["no", "yes", "kg_neighbors outcome", "yes", "causal_instruments question", "yes", "kg_node outcome"]
    done = home.run("plan", "--model", script(home, *picks), "--json", QUESTION)
    plan = done.json()["data"]
    graph = {key: f"$graph.data.{key}" for key in ("graph", "treatment", "outcome")}
    c.equal("two steps, behind those of the protocol, refer to frame and graph", proposed(plan["steps"][-2:]),
            [("kg_neighbors", {"id": "$frame.outcome.id"}), ("causal_instruments", graph)])
    c.equal("and it is said", plan["made_by"], "protocol+model")
    c.equal("no more than the protocol lets it", len(proposed(plan["steps"])), 2)
    c.equal("each has a tenth of the time", [s["share"] for s in plan["steps"][-2:]], [0.1, 0.1])
    done = home.run("ask", "--model", script(home, *picks[:5]), "--json", QUESTION)
    data = done.json()["data"]
    seen = {o["step"]: o for o in data["observations"] if o["shown"]}
    c.equal("both were taken", {step: o["status"] for step, o in seen.items()},
            {"extra_kg_neighbors_outcome": "ok", "extra_causal_instruments_question": "ok"})
    c.check("what they saw stands in the answer", "Hyperglycemia" in seen["extra_kg_neighbors_outcome"]["digest"] and
            "no_instrument" in seen["extra_causal_instruments_question"]["digest"] and
            "Observations" in data["text"] and "extra_kg_neighbors_outcome" in data["text"], seen)
    c.equal("the claims are those without a model", what_is_claimed(data), what_is_claimed(plain))
    c.equal("it is replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
    path = write(home, "proposed.json", plan)
    done = home.ask(QUESTION, "--plan", path, "--json")
    c.equal("the plan can be taken by hand", done.code, 0)


def test_nonsense_is_discarded(c, home):
    plain = home.ask(QUESTION, "--json").json()["data"]
    for picks, purpose in ((["no", "yes", "rm -rf /"], "step"), (["no", "kg_node outcome"], "more")):
        done = home.run("ask", "--model", script(home, *picks), "--json", QUESTION)
        data = done.json()["data"]
        c.equal(f"nonsense ({purpose}): exit", done.code, 0)
        c.check(f"nonsense ({purpose}): why is recorded", [
            (r["by"], r["choice"]) for r in said(home, purpose) if "was not offered" in r.get("error", "")] ==
            [("protocol", 0)], said(home, purpose))
        c.check(f"nonsense ({purpose}): and told", any(f"failed ({purpose})" in w for w in data["warnings"]), data["warnings"])
        c.check(f"nonsense ({purpose}): no step was added", not any("extra" in o["step"] for o in data["observations"]))
        c.equal(f"nonsense ({purpose}): claims", what_is_claimed(data), what_is_claimed(plain))
        c.equal(f"nonsense ({purpose}): replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)


def test_tool_calls(c, home):
    """A model with tool calls of its own proposes by calling; the call is checked against the same menu."""
    def call(tool, **arguments):
        return {"kind": "call", "name": tool, "arguments": arguments}
    cases = [  # what the model does, the steps that it added, what is said of its failure
        ([call("kg_neighbors", about="outcome"), {"kind": "generate", "text": "none"}], ["extra_kg_neighbors_outcome"], None),
        ([call("kg_neighbors", about="outcome"), call("kg_node", about="moon")], ["extra_kg_neighbors_outcome"], "wrongly"),
        ([call("rm_rf", about="outcome")], [], "that it was not given"),
        ([call("pubmed_fetch", pmids=["1"])], [], "that it was not given")]
    for does, added, fault in cases:
        lines = [{"kind": "default", "choose": "first"}, {"kind": "choose", "option": "no"}, *does]
        path = write(home, "calls.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        done = home.run("ask", "--model", f"script:{path}", "--json", QUESTION)
        data = done.json()["data"]
        c.equal(f"{does}: steps", (done.code, [o["step"] for o in data["observations"] if o["shown"]]), (0, added))
        answers = said(home, "step")
        c.check(f"{does}: calls are recorded", [r["detail"]["calls"][0]["name"] for r in answers if "calls" in r.get(
            "detail", {})] == [d["name"] for d in does[:len(added)]], answers)
        c.equal(f"{does}: a fault is recorded", [fault in r["error"] for r in answers if "error" in r],
                [True] if fault else [])
        c.equal(f"{does}: replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
        again = home.run("ask", "--model", "replay:last", "--json", QUESTION).json()["data"]
        c.equal(f"{does}: asked again of the record", [o["step"] for o in again["observations"] if o["shown"]], added)


def test_policy_decides_about_proposals(c, home):
    plain = home.ask(QUESTION, "--json").json()["data"]
    for phase in "plan", "tool_call":
        rules = {"schema": "warrant/policy/1", "name": "no-node", "rules": [
            {"id": "no.node", "effect": "forbid", "phases": [phase], "message": "No nodes.",
             **({"tools": ["kg_node"]} if phase == "tool_call" else {"when": {"field": "tools", "has_any": ["kg_node"]}})}]}
        policy = "default," + write(home, f"{phase}.policy.json", rules)
        done = home.run("ask", "--model", script(home, "no", "yes", "kg_node outcome", "yes", "kg_neighbors outcome"),
                        "--policy", policy, "--json", QUESTION)
        data = done.json()["data"]
        seen = {o["step"]: o["status"] for o in data.get("observations", []) if o["shown"]}
        c.equal(f"forbidden ({phase}): the answer stands", (done.code, what_is_claimed(data)), (0, what_is_claimed(plain)))
        c.equal(f"forbidden ({phase}): the other step is taken", seen, {
            "plan": {"extra_kg_neighbors_outcome": "ok"},
            "tool_call": {"extra_kg_node_outcome": "gated", "extra_kg_neighbors_outcome": "ok"}}[phase])
        c.check(f"forbidden ({phase}): it is told", any("extra_kg_node_outcome" in w and "no.node" in w
                                                       for w in data["warnings"]), data["warnings"])
        c.equal(f"forbidden ({phase}): replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
    rest = ["yes", "kg_neighbors outcome", "yes", "kg_node outcome"]
    nowhere = "How might aspirin prevent thrombosis?"
    c.equal("no route: without a model", home.ask(nowhere).code, 3)
    done = home.run("ask", "--model", script(home, "no", *rest), "--json", nowhere)
    data = done.json().get("data") or {}
    c.equal("no route: proposals do not make an answer", (done.code, data.get("status")), (3, "abstained"))
    c.check("no route: nothing is claimed", not data.get("claims"), data.get("claims"))


def test_batch(c, home, f):
    lines = [{"id": "a", "question": "How might metformin lower type 2 diabetes?", "seed": 3},
             {"id": 2, "question": "Does A affect Y?", "graph": GRAPH},
             "not json",
             {"id": "c", "question": "Same patient, half the dose?", "scm": f["scm"], "patient": f["patient"]},
             {"id": "d", "question": "How might zorgomab lower type 2 diabetes?"},
             {"id": "e", "nope": 1},
             {"id": "f", "question": "x" * 3000}]
    path = write(home, "batch.jsonl", "".join(
        (line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    first = home.run("ask", "--model", "none", "-q", "--batch", path)
    c.equal("a batch ends well", first.code, 0)
    results = [json.loads(line) for line in first.out.splitlines()]
    c.equal("a line a line, in order", [r["line"] for r in results], [1, 2, 3, 4, 5, 6, 7])
    c.equal("ids are kept", [r.get("id") for r in results], ["a", 2, None, "c", "d", "e", "f"])
    c.equal("what became of them", [r.get("status", r.get("error", {}).get("code")) for r in results],
            ["answered", "answered", "input", "answered", "abstained", "input", "input"])
    again = [json.loads(line) for line in home.run("ask", "--model", "none", "-q", "--batch", path).out.splitlines()]
    c.equal("nothing is run twice", [r.get("run") for r in again], [r.get("run") for r in results])
    c.check("and it is said", all(r["repeated"] for r in again if "run" in r), again)
    c.equal("the answers are the same", [r.get("answer") for r in again], [r.get("answer") for r in results])
    write(home, "p.json", {"dose": "standard", "relapse": "yes"})
    third = [json.loads(line) for line in home.run("ask", "--model", "none", "-q", "--batch", path).out.splitlines()]
    c.check("another patient in the same file is another item", third[3]["run"] != results[3]["run"] and
            third[0]["run"] == results[0]["run"])
    c.equal("neither question nor batch", home.run("ask", "--model", "none").code, 2)
    c.equal("question and batch", home.ask(QUESTION, "--batch", path).code, 2)


def test_thread(c, home, f):
    home.ask("How might metformin lower type 2 diabetes?")
    done, data, frame = framed(home, "And how might it affect DOID:9352?", "--continue", "last")
    if frame.get("treatment") is None:
        done, data, frame = framed(home, "And how might it lower MESH:D003924?", "--continue", "last")
    c.equal("it is what the question before was about", name(frame, "treatment"), "Metformin")
    c.equal("said to be so", (frame.get("treatment") or {}).get("by"), "previous question")
    c.equal("the thread is replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
    home.ask("Does A affect Y?", "--graph", GRAPH)
    done, data, frame = framed(home, "And is it identified?", "--continue", "last")
    c.equal("graph, treatment and outcome are carried over", (done.code, name(frame, "treatment"),
                                                             name(frame, "outcome")), (0, "A", "Y"))
    c.equal("no such run", home.ask("And?", "--continue", "20200101-000000-000000").code in (2, 3), True)


def main():
    checks = Checks()
    with Home() as home:
        f = files(home)
        try:
            test_types(checks, home, f)
            test_clarify(checks, home, f)
            test_plans(checks, home)
            test_formats(checks, home)
            test_new_tool_and_protocol(checks, home)
            test_new_tool(checks, home)
            test_proposed_steps(checks, home)
            test_nonsense_is_discarded(checks, home)
            test_tool_calls(checks, home)
            test_policy_decides_about_proposals(checks, home)
            test_batch(checks, home, f)
            test_thread(checks, home, f)
        finally:
            os.remove(f["data"])
    checks.finish()


main()
