"""Runs to look at: a mechanism by `warrant ask`; a what-if and an estimate from what the tools really
answer, written into the same store by record_run; and one in which every text is hostile.
"""
import json
import os
import subprocess

ROOT = os.environ["WARRANT_ROOT"]
BIN = os.environ["WARRANT_BIN"]
RECORD_RUN = os.environ["WARRANT_RECORD_RUN"]
QUESTION = "How might metformin lower blood glucose in type 2 diabetes?"


def warrant(home, *words, folder=None):
    return subprocess.run([BIN, "-C", home, *words], capture_output=True, text=True, cwd=folder,
                          timeout=600, check=False)


def checked(done):
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def call(home, tool, args, folder):
    """The envelope that a tool answers with."""
    done = checked(warrant(home, "tool", "call", tool, "--args", json.dumps(args), "--json", folder=folder))
    return json.loads(done)["data"]


def record(home, events):
    lines = "".join(json.dumps(event) + "\n" for event in events)
    done = subprocess.run([RECORD_RUN, home], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def event(type_, /, **body):
    return {"type": type_, "body": body}


def tool_events(number, step, tool, args, result):
    decision = f"d{number}"
    return [
        event("policy.decision", id=decision, phase="tool_call", decision="allow", determining=["test.all"],
              messages=["Allowed for the test."], errors=[], obligations=[], step=step,
              request={"phase": "tool_call", "tool": tool, "args": args}),
        event("tool.call", step=step, tool=tool, args=args, decision=decision),
        event("tool.result", step=step, tool=tool, status=result["status"], result=result),
    ]


def one_claim_run(home, question, kind, steps, claim, evidence):
    """A run of these steps, whose answer is one claim on one piece of evidence."""
    events = [event("run.start", question=question, program="warrant (test)", seed=1,
                    policy={"sha256": "made up for the test"}),
              event("input", question=question)]
    for number, (step, tool, args, result) in enumerate(steps, 1):
        events += tool_events(number, step, tool, args, result)
    claim = {"id": "c1", "kind": "estimate", "polarity": 0, "certainty": "low", "limits": [], "decision": "d1",
             "grounds": [{"evidence": "e1", "role": "supports"}], **claim}
    answer = event("answer", status="answered", type=kind, question=question, model="none", claims=[claim],
                   evidence=[evidence], warnings=["Made for a test of the report."], caveats=[])
    events += [event("evidence", **evidence), event("claim", **claim), answer,
               event("run.end", outcome="answered", exit=0, claims=1)]
    return record(home, events)


def make_mechanism(home):
    for name in ("nodes", "edges"):
        assert os.path.exists(f"{ROOT}/examples/kg/{name}.tsv")
    checked(warrant(home, "kg", "import", "--source", "warrant-example", "--version", "1",
                    f"{ROOT}/examples/kg/nodes.tsv", f"{ROOT}/examples/kg/edges.tsv"))
    checked(warrant(home, "--model", "none", "ask", QUESTION))
    return json.loads(checked(warrant(home, "run", "list", "--json")))["data"][0]["run"]


def make_estimate(home):
    folder = f"{ROOT}/examples/estimate"
    with open(f"{folder}/cohort.dag", encoding="utf-8") as file:
        graph = file.read()
    args = {"data": "cohort.csv", "treatment": "drug", "outcome": "pressure", "graph": graph, "adjust": "auto",
            "by": "severity", "refute": True, "conflicts": True, "seed": 1}
    result = call(home, "effect_estimate", args, folder)
    query = {"graph": graph, "treatment": "drug", "outcome": "pressure"}
    identified = call(home, "causal_identify", query, folder)
    data = result["data"]
    claim = {"text": f"In the made-up cohort the drug changes pressure by {data['estimate']:.2f}.",
             "relation": "decreases", "subject": {"id": "drug", "name": "drug"},
             "object": {"id": "pressure", "name": "pressure"}, "rung": data["rung"],
             "rung_reason": data["rung_reason"],
             "warrant": {"kind": "identified_estimate", "assumptions": data["assumptions"]}}
    evidence = {"id": "e1", "kind": "estimate", "source": {"tool": "effect_estimate"}, "locator": {"step": "estimate"},
                "retracted": False, "sha256": "0" * 64}
    return one_claim_run(home, "Does the drug lower pressure in the cohort?", "effect",
                         [("identify", "causal_identify", query, identified),
                          ("estimate", "effect_estimate", args, result)], claim, evidence)


def tables_only(home):
    """The warfarin example without what it asks a language model for, beside the store."""
    with open(f"{ROOT}/examples/scm/warfarin.scm.json", encoding="utf-8") as file:
        model = json.load(file)
    model["variables"] = [one for one in model["variables"] if "cpt" in one]
    with open(f"{home}/tables.scm.json", "w", encoding="utf-8") as file:
        json.dump(model, file)


def make_whatif(home):
    tables_only(home)
    seen = {"age": "60 to 75", "cyp2c9": "poor", "dose": "standard", "amiodarone": "yes", "bleeding": "yes"}
    args = {"scm": "tables.scm.json", "outcome": "bleeding", "do": {"dose": "low"}, "evidence": seen, "seed": 1}
    result = call(home, "scm_whatif", args, home)
    contrast = {"scm": "tables.scm.json", "treatment": "dose", "outcome": "bleeding",
                "contrast": ["standard", "low"], "seed": 1}
    effect = call(home, "scm_effect", contrast, home)
    change = result["data"]["effect"]["yes"]["effect"]
    claim = {"text": f"In the made-up model a low dose would have changed the chance of bleeding by {change:.2f}.",
             "relation": "decreases", "subject": {"id": "dose", "name": "dose"},
             "object": {"id": "bleeding", "name": "bleeding"}, "rung": 3,
             "rung_reason": "counterfactual of a stated model",
             "warrant": {"kind": "model", "assumptions": ["the stated model is right"]}}
    evidence = {"id": "e1", "kind": "simulation", "source": {"tool": "scm_whatif"}, "locator": {"step": "whatif"},
                "retracted": False, "sha256": "0" * 64}
    return one_claim_run(home, "Would this patient have bled under a low dose?", "whatif",
                         [("whatif", "scm_whatif", args, result), ("effect", "scm_effect", contrast, effect)],
                         claim, evidence)


# Would end an element, an attribute, a style or a comment; reorders text; is as wide as text gets.
HOSTILE = "<script>alert(1)</script>\"' onload=x </style> --> ]]> &lt; \u202egnp \u6f22\u5b57 " + "W" * 60


def spoiled(value, keep=()):
    """The same data with every text hostile, names of values too; `keep` names members left alone."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, list):
        return [spoiled(item, keep) for item in value]
    if isinstance(value, dict):
        return {key: item if key in keep else spoiled(item, keep) for key, item in value.items()}
    return value


def named_worse(value):
    """The members of an object under hostile names."""
    return {key + HOSTILE: item for key, item in value.items()}


def make_hostile(home):
    """Not what tools answer: their form, filled with the worst texts that an event can hold."""
    folder = f"{ROOT}/examples/estimate"
    args = {"data": "cohort.csv", "treatment": "drug", "outcome": "pressure", "adjust": ["age", "severity"],
            "graph": "dag { drug -> pressure; age -> drug; age -> pressure; severity -> drug; severity -> pressure }",
            "by": "severity", "conflicts": True, "seed": 1}
    estimate = call(home, "effect_estimate", args, folder)
    estimate["data"] = spoiled(estimate["data"])
    tables_only(home)
    query = {"scm": "tables.scm.json", "outcome": "bleeding", "do": {"dose": "low"}, "seed": 1,
             "evidence": {"dose": "standard"}}
    whatif = call(home, "scm_whatif", query, home)
    data = spoiled(whatif["data"])
    for name in ("factual", "counterfactual", "bounds", "effect", "do", "evidence"):
        data[name] = named_worse(data[name])
    whatif["data"] = {**data, "extrapolation": True, "model_implied": True}
    claim = spoiled({"text": "A claim.", "relation": "unknown", "subject": {"id": "a", "name": "a"},
                     "object": {"id": "b", "name": "b"}, "rung_reason": "r",
                     "warrant": {"kind": "k", "assumptions": ["as"]}, "limits": ["l"], "certainty": "c"})
    evidence = spoiled({"id": "", "kind": "quote", "quote": {"text": "words", "field": "abstract[0]"},
                        "source": {"tool": "t", "publications": ["PMID:1"], "record_id": ["r"]},
                        "locator": {"edge": "e", "pmid": "2"}, "sha256": "s"}, keep=("id",))
    evidence["id"] = "e1"
    return one_claim_run(home, "Is every text hostile?" + HOSTILE, "effect",
                         [("e", "effect_estimate", spoiled(args), estimate), ("w", "scm_whatif", query, whatif)],
                         {**claim, "rung": 2}, evidence)


MAKERS = {"mechanism": make_mechanism, "estimate": make_estimate, "whatif": make_whatif,
          "hostile": make_hostile}
