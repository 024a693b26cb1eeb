"""Questions about tables, stated graphs and structural models: what may be said of them, and level 5 of
an audit, which computes all of it again. Needs WARRANT_FORGE beside what harness.py needs."""
import json
import os

import forge
from harness import QUESTION, ROOT, Checks, Home

COHORT = f"{ROOT}/examples/estimate/cohort.csv"
GRAPH = f"{ROOT}/examples/estimate/cohort.dag"
MODEL = f"{ROOT}/examples/ask/bleeding.scm.json"
PATIENT = f"{ROOT}/examples/ask/patient.json"
EFFECT = "How large is the effect of drug on pressure?"
WHATIF = "Would the same patient have bled, had the dose been halved?"


def ask(home, question, *args):
    done = home.ask(question, "--json", *args)
    return done, done.json().get("data") or {}


def claim_of(answer, rule):
    return next((claim for claim in answer.get("claims", [])
                 if claim.get("basis", {}).get("rule") == rule), {})


def table(home, name, rows):
    path = home.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in rows)
    return path


def balanced():
    """x, y and a third column c such that y = 2 x + c exactly, c balanced over x: the difference of
    means is 2 with or without c."""
    rows = [("x", "y", "c")]
    rows += [(x, 2 * x + c + (i % 3) * 0.1, c) for x in (0, 1) for c in (0, 1, 2, 3) for i in range(6)]
    return rows


# ---- what may be said

def effects(c, home):
    done, answer = ask(home, EFFECT, "--data", COHORT, "--graph", GRAPH)
    claim, naive = claim_of(answer, "estimate"), claim_of(answer, "difference")
    c.equal("identified: exit", done.code, 0)
    c.equal("identified: rung", claim.get("rung"), 2)
    c.equal("identified: warrant", claim.get("warrant", {}).get("kind"), "identified_estimate")
    c.check("identified: assumptions are listed", claim.get("warrant", {}).get("assumptions"))
    c.equal("identified: relation", claim.get("relation"), "decreases")
    # the truth that cohort.py builds in is -5
    c.check("identified: the truth lies in the interval",
            claim["numbers"]["ci"][0] < -5 < claim["numbers"]["ci"][1], claim.get("numbers"))
    c.equal("identified: the naive difference is a claim of rung 1", naive.get("rung"), 1)
    c.check("identified: the truth does not lie in the naive interval",
            naive["numbers"]["ci"][0] > -5, naive.get("numbers"))
    c.check("identified: patient data are marked", "patient" in claim.get("labels", []))
    _, answer = ask(home, EFFECT, "--data", COHORT)
    c.equal("no graph: rung 1 only", [x["rung"] for x in answer["claims"]], [1])
    c.check("no graph: says what would be needed", "no causal graph was stated" in answer["text"])
    _, answer = ask(home, EFFECT, "--data", COHORT, "--graph",
                    "dag { age -> drug -> pressure; age -> pressure; hidden -> drug; hidden -> pressure }")
    c.equal("not identified: rung 1 only", [x["rung"] for x in answer["claims"]], [1])
    c.check("not identified: says so", "not identified in the stated graph by what is measured"
            in answer["text"], answer["text"])
    _, answer = ask(home, EFFECT, "--data", COHORT, "--graph", GRAPH, "--with", "negative_control=symptom")
    c.equal("a negative control that objects: rung", claim_of(answer, "estimate").get("rung"), 1)
    c.check("a negative control that objects: reason",
            "negative control objects" in claim_of(answer, "estimate").get("rung_reason", ""))


def traps(c, home):
    """Sets that must not be adjusted for: the set is refused, and what is left is an association."""
    data = table(home, "trap.csv", balanced())
    cases = [("collider", "dag { x -> y; x -> c; y -> c }"),
             ("mediator", "dag { x -> c -> y; x -> y }"),
             ("descendant", "dag { x -> y -> c }"),
             ("M-bias", "dag { a -> c; b -> c; a -> x; b -> y; x -> y; a [latent]; b [latent] }")]
    for name, graph in cases:
        done, answer = ask(home, "How large is the effect of x on y?", "--data", data, "--graph", graph,
                           "--adjust", "c")
        c.equal(f"{name}: no effect is claimed", [x["rung"] for x in answer["claims"]], [1])
        c.check(f"{name}: the set is refused", "refuses this adjustment" in answer["text"], answer["text"])
        c.equal(f"{name}: exit", done.code, 0)
    _, answer = ask(home, "How large is the effect of x on y?", "--data", data, "--graph",
                    "dag { x -> y; y -> c; c [selected] }")
    c.equal("selection: no effect is claimed", [x["rung"] for x in answer["claims"]], [1])
    _, answer = ask(home, "How large is the effect of x on y?", "--data", data, "--graph",
                    "dag { c -> y; x -> y }")
    claim = claim_of(answer, "estimate")
    c.equal("no trap: rung", claim.get("rung"), 2)
    c.check("no trap: the effect is 2 by hand", abs(claim["numbers"]["estimate"] - 2) < 0.05, claim)
    # no path from x to y: the graph says that there is no effect, the table shows a difference
    _, answer = ask(home, "How large is the effect of x on y?", "--data", data, "--graph",
                    "dag { x; c -> y }")
    c.equal("no causal path: rung", claim_of(answer, "estimate").get("rung"), 1)


def abstentions(c, home):
    small = table(home, "small.csv", [("x", "y"), (1, 2)])
    done, answer = ask(home, "How large is the effect of x on y?", "--data", small)
    c.equal("a table of one row: exit", done.code, 1 if answer.get("status") == "failed" else 3)
    c.check("a table of one row: no claim", not answer.get("claims"))
    done, answer = ask(home, "How large is the effect of x on y?", "--data", COHORT, "--treatment", "x",
                       "--outcome", "y")
    c.check("columns that are not there: exit", done.code in (2, 3), done.code)
    done, answer = ask(home, "What if the weather had been hot?", "--scm",
                       f"{ROOT}/examples/scm/confounder.scm.json", "--do", "ice_cream=nothing",
                       "--outcome", "swim")
    c.equal("a language model's mechanism without one: exit", done.code, 3)


def whatifs(c, home):
    done, answer = ask(home, WHATIF, "--scm", MODEL, "--patient", PATIENT, "--do", "dose=halved")
    claim, effect = claim_of(answer, "whatif"), claim_of(answer, "model_effect")
    c.equal("what-if: exit", done.code, 0)
    c.equal("what-if: rung", claim.get("rung"), 3)
    c.check("what-if: coupling and bounds are stated", "every coupling" in claim.get("text", ""))
    c.check("what-if: patient data are marked", "patient" in claim.get("labels", []))
    c.equal("what-if: extrapolation is stated", claim.get("extrapolation"), False)
    # by hand: 0.6 * 0.024 + 0.4 * 0.075 against 0.6 * 0.036 + 0.4 * 0.15
    c.check("set: the effect is -0.0372 by hand",
            abs(effect["numbers"]["estimate"] + 0.0372) < 1e-12, effect.get("numbers"))
    with open(MODEL, encoding="utf-8") as file:
        model = json.load(file)
    model["variables"][1]["cpt"]["rows"][1]["p"] = [0.005, 0.995]
    rare = home.path("rare.scm.json")
    with open(rare, "w", encoding="utf-8") as file:
        json.dump(model, file)
    _, answer = ask(home, WHATIF, "--scm", rare, "--patient", PATIENT, "--do", "dose=halved")
    claim = claim_of(answer, "whatif")
    c.equal("extrapolation: flag", claim.get("extrapolation"), True)
    c.check("extrapolation: label", "extrapolation" in claim.get("labels", []), claim.get("labels"))
    _, answer = ask(home, WHATIF, "--scm", rare, "--patient", PATIENT, "--do", "dose=halved",
                    "--policy", "default,clinical")
    c.equal("extrapolation: the clinical policy withholds it", claim_of(answer, "whatif"), {})


def identified(c, home):
    _, answer = ask(home, "Is the effect of X on Y identifiable?", "--graph",
                    "dag { U -> X; U -> Y; X -> Y; U [latent] }")
    claim = claim_of(answer, "identifiability")
    c.equal("identify: no claim about the world", claim.get("rung"), 0)
    c.check("identify: not identified", "not identified" in claim.get("text", ""), claim)
    c.check("identify: what would have to be measured", "{U}" in answer["text"], answer["text"])
    _, answer = ask(home, "Is the effect of X on Y identifiable?", "--graph",
                    "dag { U -> X; U -> Y; X -> M -> Y; U [latent] }")
    c.check("identify: a front door", "front-door sets: {M}" in answer["text"], answer["text"])


# ---- level 5

def audit(c, home, what, run="last", want=None, *options):
    c.equal(f"audit of {what}", forge.first_failure(home, run, 5, *options), want)


def honest(c, home):
    for what, args in (("effect", (EFFECT, "--data", COHORT, "--graph", GRAPH)),
                       ("what-if", (WHATIF, "--scm", MODEL, "--patient", PATIENT, "--do", "dose=halved")),
                       ("identify", ("Is the effect of X on Y identifiable?", "--graph",
                                     "dag { Z -> X; Z -> Y; X -> Y }"))):
        ask(home, *args)
        c.equal(f"{what}: all levels pass", forge.first_failure(home, "last", 6), None)
        c.equal(f"{what}: sealed again as it was", forge.first_failure(
            home, forge.seal(home, forge.events(home)), 6), None)


def forged(c, home):
    ask(home, EFFECT, "--data", COHORT, "--graph", GRAPH)
    events = forge.events(home)

    def first(of_type, **members):
        return next(i for i, event in enumerate(events) if event["type"] == of_type and all(
            event["body"].get(key) == value for key, value in members.items()))

    def lie(what, change, seq, level=5):
        altered = json.loads(json.dumps(events))
        change(altered)
        forge.tell(altered)
        run = forge.seal(home, altered)
        c.equal(f"{what}: first failure", forge.first_failure(home, run, 6), (level, seq))
        if level > 1:
            c.equal(f"{what}: passes below", forge.first_failure(home, run, level - 1), None)

    estimate = events[first("evidence", kind="estimate")]["body"]["estimate"]["estimate"]
    lie("an estimate", lambda e: forge.replace(e, estimate, estimate * 2), first("tool.result", step="estimate"))

    def verdict(e):
        body = forge.find(e, "tool.result", step="check")[0]["body"]
        body["result"]["data"].update(valid=False, text="not so")
    lie("an adjustment verdict of a tool", verdict, first("tool.result", step="check"))

    def engine(e):
        body = forge.find(e, "evidence", kind="identification")[0]["body"]
        body["verdict"]["sets"]["sets"] = [["age"]]
        body["sha256"] = forge.canonical_sha256(body["verdict"])
    lie("an adjustment verdict of the engine", engine, first("evidence", kind="identification"))

    def evidence(e):
        body = forge.find(e, "evidence", kind="estimate")[0]["body"]
        body["estimate"]["overlap"]["verdict"] = "splendid"
        body["sha256"] = forge.canonical_sha256(body["estimate"])
    lie("evidence that no result gives", evidence, first("evidence", kind="estimate"))

    def rung(e):
        claim = [x for x in forge.find(e, "claim") if x["body"]["basis"]["rule"] == "difference"][0]
        claim["body"].update(rung=2, relation="decreases")
    lie("a rung", rung, next(i for i, x in enumerate(events) if x["type"] == "claim" and
                             x["body"]["basis"]["rule"] == "difference"))

    def words(e):
        forge.find(e, "claim")[0]["body"]["text"] = "drug cures pressure"
    lie("the words of a claim", words, first("claim"))

    def dropped(e):
        for event in forge.find(e, "tool.call"):
            for file in event["body"].get("files", []):
                file.pop("blob", None)
    altered = json.loads(json.dumps(events))
    dropped(altered)
    run = forge.seal(home, altered)
    c.equal("a table that the run should hold", forge.first_failure(home, run, 5), (5, next(
        i for i, x in enumerate(events) if x["type"] == "tool.result" and x["body"]["tool"] == "effect_estimate")))

    ask(home, WHATIF, "--scm", MODEL, "--patient", PATIENT, "--do", "dose=halved", "--seed", "7", "--with",
        '{"method":"sample","n":500}')
    events = forge.events(home)
    c.equal("sampled: all levels pass", forge.first_failure(home, "last", 6), None)

    def seed(e):
        for event in e[1:]:
            event["body"] = reseeded(event["body"])
    lie("a simulation's seed", seed, first("tool.result", step="whatif"))


def large(c, home):
    """A table of more than 16 MiB is recorded by its hash alone, and handed over to whoever checks."""
    with open(COHORT, encoding="utf-8") as file:
        lines = file.read().splitlines()
    note = "x" * (17 * 1024 * 1024 // len(lines))
    folder, other = home.path("large"), home.path("other")
    for place, filling in ((folder, note), (other, note[1:])):
        os.makedirs(place)
        with open(os.path.join(place, "cohort.csv"), "w", encoding="utf-8") as file:
            file.write("\n".join(f"{line},{'note' if k == 0 else filling}" for k, line in enumerate(lines)) + "\n")
    ask(home, EFFECT, "--data", os.path.join(folder, "cohort.csv"))
    missing = (5, next(i for i, x in enumerate(forge.events(home))
                       if x["type"] == "evidence" and x["body"]["kind"] == "estimate"))
    c.equal("a table that is not in the run: evidence rests on it", forge.first_failure(home, "last", 5), missing)
    c.equal("a table that is handed over", forge.first_failure(home, "last", 5, "--files", folder), None)
    c.equal("another table of that name", forge.first_failure(home, "last", 5, "--files", other), missing)


def drawn(c):
    """The graph that a mechanism question draws: its verdict is the engine's, too."""
    with Home() as home:
        home.ask(QUESTION)
        c.equal("mechanism: all levels pass", forge.first_failure(home, "last", 6), None)
        events = forge.events(home)
        seq = next(i for i, x in enumerate(events) if x["type"] == "evidence" and
                   x["body"]["kind"] == "identification")
        body = events[seq]["body"]
        body["verdict"]["check"]["valid"] = not body["verdict"]["check"]["valid"]
        body["sha256"] = forge.canonical_sha256(body["verdict"])
        forge.tell(events)
        run = forge.seal(home, events)
        c.equal("a drawn graph's verdict: first failure", forge.first_failure(home, run, 6), (5, seq))


def reseeded(value):
    if isinstance(value, dict):
        return {key: 8 if key == "seed" and item == 7 else reseeded(item) for key, item in value.items()}
    return [reseeded(item) for item in value] if isinstance(value, list) else value


def main():
    c = Checks()
    with Home(with_graph=False) as home:
        for part in (effects, traps, abstentions, whatifs, identified, honest):
            part(c, home)
        home.replay_all(c)
        forged(c, home)
        large(c, home)
    drawn(c)
    c.finish()


main()
