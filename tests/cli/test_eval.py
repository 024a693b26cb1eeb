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
    bad = home.path("no-policy.json")
    with open(bad, "w", encoding="utf-8") as file:
        json.dump([{"question_id": 1, "given_info": "", "question": "q?", "answer": "yes", "meta": {}}], file)
    script = home.path("script.jsonl")
    with open(script, "w", encoding="utf-8") as file:
        file.write(json.dumps({"kind": "error", "status": "timeout", "message": "no words today"}) + "\n")
    done = home.run("eval", "run", "cladder", "--mode", "plain", "--data", bad, "--model", "script:" + script)
    checks.check("a run of failures says so", done.code == 0 and "could not be run" in done.out and
                 "no words today" in done.out, done.out + done.err)

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

    with open(f"{ROOT}/agent/eval/suites/answers.json", encoding="utf-8") as file:
        questions = {item["id"]: item for item in json.load(file)["items"]}
    names, results = [], []
    for name, args in [("none", ["--model", "none"]), ("oracle", ["--mode", "gold"])] + (
            [("small", ["--limit", "4", "--model", "llama:" + SMALL])] if SMALL else []):
        path = home.path(name + ".json")
        done = home.run("eval", "run", "answers", *args, "-o", path)
        checks.check(f"answers: {name}", done.code == 0, done.err)
        names.append(path)
        with open(path, encoding="utf-8") as file:
            results.append(json.load(file))
    none, oracle = ({item["id"]: item for item in result["items"]} for result in results[:2])
    checks.equal("every question is asked of both", (set(none), set(oracle)), (set(questions), set(questions)))
    checks.check("there are questions that a model can change", sum("floor" in q for q in questions.values()) >= 16)
    for id, question in questions.items():
        checks.check(f"{id}: the oracle comes to what gold says", oracle[id]["correct"], oracle[id].get("why"))
        checks.check(f"{id}: without a model it comes to what is recorded", none[id]["measures"]["as_floor"] == 1,
                     none[id]["answer"])
        checks.equal(f"{id}: that is gold where nothing else is recorded", none[id]["correct"], "floor" not in question)
        checks.check(f"{id}: no needless step", oracle[id]["measures"]["needless"] == 0, oracle[id]["answer"])
    checks.equal("the oracle is named in the results", results[1]["model"], {"kind": "data", "model": "gold"})
    checks.equal("no model chose for none", results[0]["measures"]["choices"]["high"], 0)
    setting = results[0]["setting"]
    checks.check("results name policy, protocols and plugins", setting["policy"]["name"] == "default" and
                 len(setting["policy"]["sha256"]) == len(setting["protocols"]) == 64 and
                 {"kg", "causal"} <= {plugin["plugin"] for plugin in setting["plugins"]}, setting)
    runs = [{item["id"]: item["answer"] for item in result["items"]} for result in results]
    page = home.path("page.html")
    compared = home.run("eval", "compare", *names, "-o", page, "--json").json()["data"]
    checks.equal("all runs are compared", len(compared["runs"]), len(names))
    checks.equal("answers are alike where calls and claims are", [p["same_answers"] for p in compared["against_first"]],
                 [sum(run[id] == runs[0][id] for id in run) for run in runs[1:]])
    checks.equal("item by item", [p["items"] for p in compared["against_first"]],
                 [len(set(runs[0]) & set(run)) for run in runs[1:]])
    gained = sum("floor" in question for question in questions.values())
    against = compared["against_first"][0]
    checks.equal("the oracle gains what differs and loses nothing", (against["only_this"], against["only_first"]),
                 (gained, 0))
    checks.check("by McNemar: two sides of a coin thrown as often", abs(against["p"] - 2 * 0.5 ** gained) < 1e-12, against)
    with open(page, encoding="utf-8") as file:
        html = file.read()
    checks.check("the page shows both arms", f"{results[0]['accuracy']:.3f} [" in html and "1.000 [" in html and
                 "data" not in compared["runs"][0]["model"], compared["runs"])
    checks.check("the page asks for nothing", "<script" not in html and "src=" not in html and "default-src 'none'" in html)
    if SMALL:
        holds(home, "traps", "--limit", "3", model="llama:" + SMALL)
        holds(home, "abstention", "--limit", "3", model="llama:" + SMALL)
    else:
        skipped("the suites with the small model")
checks.finish()
