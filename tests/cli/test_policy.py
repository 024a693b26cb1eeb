"""warrant policy: coverage of a file's tests, explanations, differences, a finished run decided again.
Rules and requests are made up."""
import json
import os
import shutil

from harness import QUESTION, ROOT, Checks, Home

SHIPPED = f"{ROOT}/policies/default.policy.json"
OFFLINE = f"{ROOT}/policies/offline.policy.json"
LOOSE = {"schema": "warrant/policy/1", "name": "loose", "rules": [
    {"id": "p", "effect": "permit", "phases": ["input"], "message": "m",
     "when": {"field": "args.k", "lt": 5},
     "tests": [{"in": {"phase": "input", "args": {"k": 1}}, "expect": "allow"},
               {"in": {"phase": "input", "args": {"k": 9}}, "expect": "not_applicable"}]}]}
REQUEST = ('{"phase":"tool_call","tool":"pubmed_search","args":{"source":"live","query":"hidden words"},'
           '"mode":{"offline":true},"taint":{"labels":["phi"]}}')


def write(home, name, document):
    with open(home.path(name), "w", encoding="utf-8") as file:
        json.dump(document, file)
    return home.path(name)


def data_of(c, claim, done, code=0):
    c.equal(f"{claim}: exit", done.code, code)
    return done.json()["data"]


def test_coverage(c, home):
    path = write(home, "loose.policy.json", LOOSE)
    data = data_of(c, "coverage", home.run("policy", "test", "--coverage", path, "--json"))
    c.equal("coverage: all conditions both ways", data["coverage"]["leaves_covered"], 1)
    c.check("coverage: the bound is not held", any('"le":5' in s["message"]
                                                   for s in data["coverage"]["survivors"]), data)
    text = home.run("policy", "test", "--coverage", path).out
    c.check("coverage: shown", "not noticed: p: when:" in text and "changes noticed" in text, text)
    c.equal("coverage: least, not reached", home.run("policy", "test", "--least", "100", path).code, 1)
    c.equal("coverage: least, reached", home.run("policy", "test", "--least", "40", path).code, 0)
    c.equal("coverage: least, no number", home.run("policy", "test", "--least", "101", path).code, 2)
    c.check("coverage: only when asked", "coverage" not in
            data_of(c, "test", home.run("policy", "test", path, "--json")))


def test_explain(c, home):
    done = home.run("policy", "explain", SHIPPED, "--request", REQUEST)
    c.check("explain: decided by", "by net.no-phi-live-search" in done.out, done.out)
    c.check("explain: remedy", "would be allowed if" in done.out, done.out)
    both = done.out + home.run("policy", "explain", SHIPPED, "--request", REQUEST, "--json").out
    c.check("explain: no value", "hidden" not in both, both)
    data = data_of(c, "explain", home.run("policy", "explain", SHIPPED, "--json", "--request", REQUEST))
    c.check("explain: every obstacle", {r["kind"] for r in data["would_be_allowed_if"]} ==
            {"forbid", "permit"}, data["would_be_allowed_if"])


def test_diff(c, home):
    both = f"{SHIPPED},{OFFLINE}"
    data = data_of(c, "diff", home.run("policy", "diff", SHIPPED, both, "--json"))
    c.check("diff: an overlay narrows", data["narrows"] > 0 and data["widens"] == 0, data["widens"])
    data = data_of(c, "diff: same", home.run("policy", "diff", both, both, "--json"))
    c.equal("diff: same", data["changes"], [])
    done = home.run("policy", "diff", both, SHIPPED, "--no-widening")
    c.equal("diff: widening refused", done.code, 1)
    c.check("diff: shown", "widens" in done.out and "requests compared" in done.out, done.out[-500:])
    empty = write(home, "empty.policy.json", {"schema": "warrant/policy/1", "name": "e", "rules": []})
    requests = home.path("requests.jsonl")
    with open(requests, "w", encoding="utf-8") as file:
        file.write('{"phase":"input","text":"x"}\n\n{"phase":"input"\n')
    done = home.run("policy", "diff", empty, SHIPPED, "--requests", requests)
    c.equal("diff: bad request", done.code, 2)
    c.check("diff: the line is named", "line 3" in done.err, done.err)
    c.equal("diff: no such file", home.run("policy", "diff", "nowhere.json", SHIPPED).code, 2)


def test_replay(c, home):
    c.equal("ask", home.ask(QUESTION).code, 0)
    data = data_of(c, "replay", home.run("policy", "replay", "last", "--json"))
    c.check("replay by the run's own rules", data["decisions"] > 3 and
            data["same"] == data["decisions"] and data["changes"] == [], data)
    document = json.load(open(SHIPPED, encoding="utf-8"))
    document["rules"].append({"id": "no-paths", "effect": "forbid", "phases": ["tool_call"],
                              "tools": ["kg_paths"], "message": "m"})
    strict = write(home, "strict.policy.json", document)
    data = data_of(c, "replay: strict", home.run("policy", "replay", "last", "--policy", strict, "--json"))
    c.check("replay: what narrows", data["narrows"] >= 1 and data["widens"] == 0 and all(
        change["tool"] == "kg_paths" and change["to_rules"] == ["no-paths"] and change["from"] == "allow"
        for change in data["changes"]), data)
    text = home.run("policy", "replay", "last", "--policy", strict).out
    c.check("replay: shown", "narrows     allow (tool.kg-read) -> deny (no-paths)" in text, text)
    bundle = home.path("bundle")
    c.equal("export", home.run("run", "export", "last", "-o", bundle).code, 0)
    again = data_of(c, "replay: bundle", home.run("policy", "replay", bundle, "--policy", strict, "--json"))
    c.equal("replay: bundle as stored run", again["changes"], data["changes"])
    with open(os.path.join(bundle, "events.jsonl"), "r+", encoding="utf-8") as file:
        events = file.read()
        file.seek(0)
        file.write(events.replace('"allow"', '"allox"', 1))
    done = home.run("policy", "replay", bundle, "--policy", strict)
    c.equal("replay: an altered run", done.code, 6)
    c.equal("replay: no such run", home.run("policy", "replay", "zzz").code, 3)
    shutil.rmtree(bundle)


def main():
    c = Checks()
    with Home() as home:
        test_coverage(c, home)
        test_explain(c, home)
        test_diff(c, home)
        test_replay(c, home)
    c.finish()


if __name__ == "__main__":
    main()
