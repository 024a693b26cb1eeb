"""Thirty questions outside the graph, outside the policy or without support: each ends in abstention
(exit 3) or denial (exit 5) with a reason that says what to change, and with no claim."""
import json

from harness import ROOT, Checks, Home

GRAPH = "dag{A -> Y; U -> A; U -> Y}"
UNKNOWN = "not in the graph"
CASES = [
    # question, options, exit, word of the reason
    ("How might colchicine lower type 2 diabetes?", [], 3, UNKNOWN),
    ("How might trastuzumab treat myxedema?", [], 3, UNKNOWN),
    ("How might semaglutide affect type 2 diabetes?", [], 3, UNKNOWN),
    ("How might metformine lower type 2 diabetes?", [], 3, "Metformin"),
    ("How might zorgomab prevent stroke?", [], 3, UNKNOWN),
    ("How might metformin treat cystic fibrosis?", [], 3, UNKNOWN),
    ("How might metformin treat scurvy?", [], 3, UNKNOWN),
    ("How might metformin prevent rabies?", [], 3, UNKNOWN),
    ("How might metformin lower foobaritis in type 2 diabetes?", [], 3, "foobaritis"),
    ("How might imatinib help narcolepsy?", [], 3, UNKNOWN),
    ("How might metformin and imatinib lower type 2 diabetes?", [], 3, "several treatments"),
    ("How does the lack of levothyroxine worsen myxedema?", [], 3, "lack"),
    ("Why might stopping metformin raise type 2 diabetes?", [], 3, "stopping"),
    ("Without metformin, what would worsen type 2 diabetes?", [], 3, "Without"),
    ("How might lower?", [], 3, "names no"),
    ("How might metformin work?", [], 3, "names no"),
    ("How might hyperglycemia affect type 2 diabetes?", [], 3, "ambiguous"),
    ("How much does it help?", ["--type", "effect"], 3, "--data"),
    ("What is the effect of age?", ["--data", "DATA"], 3, "--outcome"),
    ("What is the effect of shoe size on mood?", ["--data", "DATA"], 3, "--treatment"),
    ("What if?", ["--type", "whatif"], 3, "--scm"),
    ("Is it identified?", ["--type", "identify"], 3, "--graph"),
    ("Is the effect of B on Z identified?", ["--graph", GRAPH], 3, "--treatment"),
    ("Is the effect on Y identified?", ["--graph", GRAPH], 3, "--treatment"),
    ("My son took an overdose of metformin just now, how might it lower type 2 diabetes?", [], 5,
     "emergency"),
    ("How might metformin lower blood glucose in type 2 diabetes?", ["--policy", "POLICY"], 5, "test.no-"),
    ("How might imatinib treat asthma?", ["--policy", "POLICY"], 5, "test.no-"),
    ("How might metformin affect type 2 diabetes?", ["--policy", "PLAN"], 5, "test.no-plan"),
    ("How might metformin affect type 2 diabetes?", ["--policy", "INPUT"], 5, "test.no-input"),
    ("How might metformin affect type 2 diabetes?", ["--policy", "OUTPUT"], 5, "test.no-output"),
]


def policies(home):
    def with_rule(name, rule):
        path = home.path(name + ".policy.json")
        with open(f"{ROOT}/policies/default.policy.json", encoding="utf-8") as file:
            document = json.load(file)
        document["rules"].append({"effect": "forbid", "message": "not today", **rule})
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        return path
    return {"POLICY": with_rule("paths", {"id": "test.no-paths", "phases": ["tool_call"], "tools": ["kg_paths"]}),
            "PLAN": with_rule("plan", {"id": "test.no-plan", "phases": ["plan"]}),
            "INPUT": with_rule("input", {"id": "test.no-input", "phases": ["input"]}),
            "OUTPUT": with_rule("output", {"id": "test.no-output", "phases": ["output"]})}


def main():
    c = Checks()
    c.equal("thirty questions", len(CASES), 30)
    with Home() as home:
        given = policies(home)
        given["DATA"] = home.path("d.csv")
        with open(given["DATA"], "w", encoding="utf-8") as file:
            file.write("treated,recovery_days,age\n" + "".join(f"{i % 2},{i % 7},{i}\n" for i in range(40)))
        for question, options, code, word in CASES:
            done = home.ask(question, "--json", *[given.get(o, o) for o in options])
            reply = done.json()
            data = reply.get("data") or {}
            c.equal(f"exit: {question} {options}", done.code, code)
            c.check(f"reason: {question} {options}", word.lower() in json.dumps(reply["error"]).lower(), reply["error"])
            c.check(f"no claim: {question} {options}", not data.get("claims") and not data.get("hypotheses"))
            c.check(f"a status that says so: {question}", data.get("status") in
                    ("abstained", "clarify", "denied", "escalated"), data.get("status"))
        c.equal("the last verifies", home.run("audit", "verify", "last", "--level", "6").code, 0)
    c.finish()


main()
