"""Many questions asked of one store by a scripted model, sixteen processes at a time: each ends as a question
asked alone does, with the same content hash; no lock fails, no event is lost, and every run verifies.

How many is the argument: 200 with a release build (tests/run.sh), fewer where sanitizers make each slow. The
graph is made up and small, so that the store is what is tested."""
import concurrent.futures
import json
import sys
import time

from harness import ROOT, Checks, Home

ASKS, AT_ONCE = next((int(word) for word in sys.argv[1:] if word.isdigit()), 24), 16
QUESTIONS = [("How might alphadrug lower deltadisease?", 0),
             ("How might alphadrug lower omegadisease?", 3),
             ("Is the effect of A on Y identifiable?", 0)]
GRAPH = "dag { U -> A; U -> Y; A -> Y; U [latent] }"
FOLDER = f"{ROOT}/examples/evidence"


def ask(home, model, number):
    question, code = QUESTIONS[number % len(QUESTIONS)]
    extra = ["--graph", GRAPH] if "identifiable" in question else []
    done = home.run("ask", "-q", "--model", model, "--json", "--seed", "7", *extra, question, timeout=600)
    return number, code, done


def content(home, run):
    data = home.run("run", "show", run, "--json").json()["data"]
    return data["content"], [event["seq"] for event in data["events"]], data["events"][-1]["type"]


def all_at_once(function, items):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(function, items))


def check_runs(c, home, asked, alone):
    """Each run is whole, and what it holds is what the same question holds when asked alone."""
    runs = {number: done.json()["run"] for number, _, done in asked}
    c.equal("every ask has a run of its own", len(set(runs.values())), len(asked))
    kept = {run["run"]: run["sealed"] for run in home.run("run", "list", "--json").json()["data"]}
    c.check("every run is in the store, sealed", all(kept.get(run) for run in runs.values()))
    for number, (digest, numbers, last) in zip(runs, all_at_once(lambda run: content(home, run), runs.values())):
        c.equal(f"ask {number}: no event is lost", numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        c.equal(f"ask {number}: it ends", last, "run.end")
        c.equal(f"ask {number}: as when asked alone", digest, alone[number % len(QUESTIONS)])
    for run, done in zip(runs.values(), all_at_once(lambda run: home.run(
            "audit", "verify", run, "--level", "2"), runs.values())):
        c.equal(f"{run} verifies", done.code, 0)


def main():
    c, start = Checks(), time.monotonic()
    with Home(with_graph=False) as home:
        done = home.run("kg", "import", "--source", "made-up", "--version", "1", f"{FOLDER}/nodes.tsv",
                        f"{FOLDER}/edges.tsv")
        assert done.code == 0, done.err
        script = home.path("script.jsonl")
        with open(script, "w", encoding="utf-8") as file:
            file.write(json.dumps({"kind": "default", "choose": "first"}) + "\n")
        model = "script:" + script
        alone = [content(home, ask(home, model, i)[2].json()["run"])[0] for i in range(len(QUESTIONS))]
        asked = all_at_once(lambda number: ask(home, model, number), range(ASKS))
        for number, code, done in asked:
            c.equal(f"ask {number}: exit", done.code, code)
            c.check(f"ask {number}: no lock", "lock" not in done.err and "busy" not in done.err, done.err)
        check_runs(c, home, asked, alone)
        done = home.run("audit", "verify", "last", "--level", "6")
        c.equal("the last of them is made again from its journal", done.code, 0)
    print(f"{ASKS} asks, {AT_ONCE} at once: {time.monotonic() - start:.0f} s")
    c.finish()


main()
