"""warrant eval: the suites over the whole program hold with no model, with a script and with the small model where
there is one; results repeat, compare and draw a page."""
import json

from harness import ROOT, Checks, Home, embedded_model, skipped

checks = Checks()
SMALL = embedded_model()


def run(home, suite, *args, model="none"):
    done = home.run("eval", "run", suite, "--model", model, "--json", *args)
    checks.check(f"eval run {suite} {model.split(':')[0]} exits 0", done.code == 0, done.err)
    return done.json()["data"]


def holds(home, suite, *args, model="none"):
    data = run(home, suite, *args, model=model)
    wrong = [(row["id"], row.get("answer"), row.get("why")) for row in data["items"] if not row["correct"]]
    checks.equal(f"{suite} with {model.split(':')[0]}: nothing is wrong", wrong, [])
    checks.check(f"{suite} has items", data["n"] > 0 and data["correct"] == data["n"], data["n"])
    return data


with Home(with_graph=False) as home:
    suites = home.run("eval", "list", "--json").json()["data"]
    checks.equal("the suites", [s["name"] for s in suites],
                 ["abstention", "answers", "cladder", "curation", "injection", "mechanism", "provenance", "replay",
                  "retrieval", "traps"])
    card = home.run("eval", "show", "cladder").out
    checks.check("the card tells of rounding and the arrowhead", "Rounding" in card and "Arrowhead" in card, card)
    checks.equal("an unknown suite is bad input", home.run("eval", "run", "x").code, 2)
    checks.equal("a suite without its data is bad input", home.run("eval", "run", "cladder").code, 2)

    holds(home, "traps")
    holds(home, "abstention", "--limit", "6")
    holds(home, "injection", "--limit", "4")
    verified = holds(home, "provenance", "--limit", "3")
    checks.check("every level of the audit passes", verified["measures"]["audit_level"]["low"] >= 5, verified["measures"])
    with open(f"{ROOT}/agent/eval/suites/program.json", encoding="utf-8") as file:
        program = json.load(file)
    thrice = home.path("program.json")
    with open(thrice, "w", encoding="utf-8") as file:
        json.dump({**program, "runs": 3}, file)
    holds(home, "replay", "--limit", "1", "--data", thrice)

    names = []
    script = home.path("script.jsonl")
    with open(script, "w", encoding="utf-8") as file:
        file.write(json.dumps({"kind": "default", "choose": "first"}) + "\n")
    for model in ["none", "script:" + script] + (["llama:" + SMALL] if SMALL else []):
        name = home.path(model.split(":")[0] + ".json")
        done = home.run("eval", "run", "answers", "--limit", "2", "--model", model, "-o", name)
        checks.check(f"answers with {model.split(':')[0]}", done.code == 0, done.err)
        names.append(name)
    runs = []
    for name in names:
        with open(name, encoding="utf-8") as file:
            runs.append({item["id"]: item["answer"] for item in json.load(file)["items"]})
    claims = [{id: [line for line in answer.split("\n") if not line.startswith("calls ")]
               for id, answer in run.items()} for run in runs]
    checks.check("a model changes no claim", claims[0] and all(other == claims[0] for other in claims), claims)
    page = home.path("page.html")
    compared = home.run("eval", "compare", *names, "-o", page, "--json").json()["data"]
    checks.equal("all runs are compared", len(compared["runs"]), len(names))
    checks.equal("answers are alike where calls and claims are", [p["same_answers"] for p in compared["against_first"]],
                 [sum(run[id] == runs[0][id] for id in run) for run in runs[1:]])
    checks.equal("item by item", [p["items"] for p in compared["against_first"]], [2] * (len(names) - 1))
    with open(page, encoding="utf-8") as file:
        html = file.read()
    checks.check("the page asks for nothing", "<script" not in html and "src=" not in html and "default-src 'none'" in html)
    if SMALL:
        holds(home, "traps", "--limit", "3", model="llama:" + SMALL)
        holds(home, "abstention", "--limit", "3", model="llama:" + SMALL)
    else:
        skipped("the suites with the small model")
checks.finish()
