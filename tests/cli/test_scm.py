"""scm describe | query | effect | audit | compile | import | simulate and whatif on the real program.

Numbers are computed by hand from the made-up tables below. What needs the embedded model is skipped,
saying so, where it is absent and CI is not "true"."""
import csv
import io
import json
import os
import re

from harness import ROOT, Checks, Home, embedded_model, skipped

LABEL = "model-implied, not evidence"
P_Z = 0.75
P_T = {"0": 0.3, "1": 0.8}
P_Y = {("0", "0"): 0.1, ("0", "1"): 0.5, ("1", "0"): 0.4, ("1", "1"): 0.7}


def row(p, **at):
    return {**at, "p": [1 - p, p]}


def model(origin=False, phrased=False):
    """z -> t, (t, z) -> y; with an origin: as if a language model had given the tables."""
    def say(name):
        texts = [{"before": f"{name} is", "after": "."}, {"before": f"They found {name} to be",
                                                          "after": "."}]
        return {"phrases": texts} if phrased else {}
    out = {"schema": "warrant/scm/1", "name": "made up", "treatment": "t", "outcome": "y",
           "variables": [
               {"name": "z", "values": ["0", "1"], "cpt": {"rows": [row(P_Z)]}, **say("z")},
               {"name": "t", "values": ["0", "1"], "parents": ["z"],
                "cpt": {"rows": [row(p, z=z) for z, p in P_T.items()]}, **say("t")},
               {"name": "y", "values": ["0", "1"], "parents": ["t", "z"],
                "cpt": {"rows": [row(p, t=t, z=z) for (t, z), p in P_Y.items()]}, **say("y")}]}
    if origin:
        out["origin"] = {"rule": "sum", "model": {"kind": "llama", "model": "made-up.gguf"}}
    return out


def put(home, name, value):
    path = home.path(name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(value if isinstance(value, str) else json.dumps(value))
    return path


def close(a, b, tolerance=1e-12):
    return abs(a - b) <= tolerance


def data_of(c, name, done):
    if not c.equal(f"{name}: exit", (done.code, done.err), (0, "")):
        return {}
    return done.json()["data"]


def test_numbers(c, home, scm):
    done = P_Y["1", "0"] * (1 - P_Z) + P_Y["1", "1"] * P_Z
    data = data_of(c, "query", home.run("scm", "query", scm, "--do", "t=1", "--json"))
    c.check("query: do", close(data["distribution"]["1"], done), data)
    c.equal("query: what it says of itself",
            [data[k] for k in ("rung", "method", "n", "seed", "rule", "coupling", "model_implied")],
            [2, "exact", None, 0, "sum", None, False])
    c.equal("query: no language model", data["model"], {"kind": "none"})
    json_do = home.run("scm", "query", "--scm", scm, "--do", '{"t":"1"}', "--json")
    c.equal("query: JSON and pairs, operand and option", json_do.json()["data"], data)
    p_t = (1 - P_Z) * P_T["0"] + P_Z * P_T["1"]
    p_z = P_Z * P_T["1"] / p_t
    data = data_of(c, "query", home.run("scm", "query", scm, "--given", "t=1", "--json"))
    seen = P_Y["1", "0"] * (1 - p_z) + P_Y["1", "1"] * p_z
    c.check("query: given is conditioning", close(data["distribution"]["1"], seen), data)
    data = data_of(c, "effect", home.run("scm", "effect", scm, "--json"))
    effect = done - (P_Y["0", "0"] * (1 - P_Z) + P_Y["0", "1"] * P_Z)
    c.check("effect: done", close(data["interventional"]["1"], effect), data)
    c.check("effect: gap is seen less done",
            close(data["gap"]["1"], data["observational"]["1"] - effect), data)
    again = data_of(c, "effect", home.run("scm", "effect", scm, "--contrast", "1,0", "--json"))
    c.check("effect: the other way round", close(again["interventional"]["1"], -effect), again)
    data = data_of(c, "sample", home.run("scm", "query", scm, "--do", "t=1", "--method", "sample",
                                         "-n", "4000", "--seed", "5", "--json"))
    c.check("sample: within 5 errors", abs(data["distribution"]["1"] - done) < 5 * data["se"]["1"],
            data)
    c.equal("sample: n and seed", [data["method"], data["n"], data["seed"]], ["sample", 4000, 5])


def test_whatif(c, home, scm):
    """z = 1 is seen, so that the two rows are p = (.5, .5) and q = (.3, .7): with y = 1 seen, y = 1
    stays under gumbel because its odds grew; any coupling keeps at least (.5 + .7 - 1) / .5."""
    ask = ("whatif", "--scm", scm, "--given", "z=1,t=0,y=1", "--do", "t=1", "--json")
    data = data_of(c, "whatif", home.run(*ask))
    c.check("whatif: gumbel", close(data["counterfactual"]["1"], 1.0), data)
    c.check("whatif: bounds", close(data["bounds"]["1"][0], 0.4) and
            close(data["bounds"]["1"][1], 1.0), data["bounds"])
    c.equal("whatif: says", [data["rung"], data["coupling"], data["bounds_kind"],
                             data["extrapolation"]], [3, "gumbel", "sharp", False])
    data = data_of(c, "whatif", home.run(*ask, "--coupling", "independent"))
    c.check("whatif: independent", close(data["counterfactual"]["1"], 0.7), data)
    for label, args, words in [
            ("no intervention", ("--given", "z=1"), "needs an intervention"),
            ("unknown variable", ("--do", "q=1"), "z, t, y"),
            ("unknown value", ("--do", "t=7"), "0, 1"),
            ("not a pair", ("--do", "t"), "NAME=VALUE"),
            ("both", ("--do", "t=1", "--given", "z=1", "--patient", scm), "not both"),
            ("coupling", ("--do", "t=1", "--coupling", "hope"), "gumbel")]:
        done = home.run("whatif", "--scm", scm, *args)
        c.check(f"whatif refuses: {label}", done.code == 2 and words in done.err,
                (done.code, done.err))


def test_patients(c, home, scm):
    want = {"z": "1", "t": "0"}
    bundle = {"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Patient", "gender": "female"}},
        {"resource": {"resourceType": "Observation", "valueQuantity": {"value": 1},
                      "code": {"coding": [{"code": "made-up-1"}, {"code": "made-up-2"}]}}},
        {"resource": {"resourceType": "Observation", "valueQuantity": {"value": 44},
                      "code": {"coding": [{"code": "made-up-3"}]}}}]}
    mapping = {"Patient.gender": {"variable": "t", "values": {"female": "0", "male": "1"}},
               "Observation.valueQuantity.value":
                   {"variable": "z", "when": {"code.coding.code": "made-up-2"}}}
    maps = put(home, "map.json", mapping)
    table = "id,z,t,note\na,0,1,x\nb,1,0,\"x, \"\"y\"\"\"\n"
    for name, text, args in [
            ("p.json", {"z": 1, "t": "0", "y": None}, ()),
            ("p.csv", table, ("--row", "2")), ("p.csv", table, ("--id", "b")),
            ("p.tsv", table.replace(",", "\t"), ("--id", "b")),
            ("one.csv", "z,t,y\r\n1,0,\r\n", ()),
            ("p.fhir.json", bundle, ("--map", maps))]:
        done = home.run("whatif", "--scm", scm, "--patient", put(home, name, text), *args,
                        "--do", "t=1", "--json")
        data = data_of(c, f"patient {name} {args}", done)
        c.equal(f"patient {name} {args}: evidence", data.get("evidence"), want)
    two = json.loads(json.dumps(bundle))
    two["entry"].append({"resource": {"resourceType": "Patient", "gender": "male"}})
    loose = put(home, "loose.json", {"Observation.valueQuantity.value": "z"})
    for name, text, args, words in [
            ("u.json", {"q": "1"}, (), "z, t, y"), ("v.json", {"z": "9"}, (), "0, 1"),
            ("l.json", {"z": ["1"]}, (), "takes a text"), ("w.json", "{", (), "byte"),
            ("m.csv", table, (), "several rows"), ("m.csv", table, ("--row", "7"), "2 rows"),
            ("n.csv", "z,t\n1\n", (), "header 2"), ("q.csv", 'z,t\n"1,0\n', (), "does not end"),
            ("f.json", bundle, (), "--map"), ("t.json", two, ("--map", maps), "2 patients"),
            ("g.json", bundle, ("--map", loose), "by one resource"),
            ("e.json", "", (), "empty")]:
        done = home.run("whatif", "--scm", scm, "--patient", put(home, name, text), *args,
                        "--do", "t=1")
        c.check(f"patient refused: {name} {args}", done.code == 2 and words in done.err,
                (done.code, done.err))


def test_simulate(c, home, scm):
    ask = ("scm", "simulate", "--scm", scm, "-n", "3000", "--seed", "4")
    whole = home.run(*ask)
    for form in ("csv", "jsonl"):
        one = home.run(*ask, "--format", form).out
        parts = [home.run(*ask, "--format", form, "--shard", f"{i}/3").out for i in (1, 2, 3)]
        c.check(f"shards of {form}: put together, the same bytes", "".join(parts) == one, parts[0])
        c.check(f"shards of {form}: none is empty", all(p.count("\n") >= 1000 for p in parts), "")
    rows = list(csv.DictReader(io.StringIO(whole.out)))
    c.equal("simulate: units", [r["unit"] for r in rows[:3]], ["0", "1", "2"])
    c.check("simulate: consistency", all(r["y"] == r[f"y[t={r['t']}]"] for r in rows), "")
    c.check("simulate: true propensities", all(close(float(r["p[t=1]"]), P_T[r["z"]])
                                               for r in rows), rows[0])
    table = put(home, "units.csv", whole.out)
    done = home.run("estimate", "--data", table, "--treatment", "t", "--outcome", "y", "--adjust",
                    "z", "--estimator", "gcomp", "--json")
    truth = home.run("scm", "effect", scm, "--json").json()["data"]["interventional"]["1"]
    found = data_of(c, "estimate on it", done)
    c.check("estimate: adjustment recovers the exact effect",
            abs(found["estimate"] - truth) < 4 * found["se"], (found["estimate"], truth))
    c.check("estimate: without it does not", abs(found["unadjusted"]["estimate"] - truth) >
            4 * found["unadjusted"]["se"], found["unadjusted"])
    c.equal("simulate --json without a place", home.run(*ask, "--json").code, 2)
    data = data_of(c, "family", home.run(*ask[:4], "-n", "400", "--family", "3", "--seeds", "2",
                                         "--phrasing", "seed", "--table", home.path("f.csv"),
                                         "--json"))
    c.equal("family: members", len(data["members"]), 6)
    layers = data["effects"]["1"]["layers"]
    c.check("family: three layers", layers["sample"] > 0 and layers["phrasing"] is not None and
            layers["model"] is None, layers)
    with open(home.path("f.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    c.equal("family: rows", (len(rows), {(r["phrasing"], r["seed"]) for r in rows}),
            (2400, {(str(f), str(2 * f + s)) for f in range(3) for s in range(2)}))


def test_files(c, home, scm):
    bif = home.path("m.bif")
    c.equal("import to BIF", home.run("scm", "import", scm, "--format", "bif", "-o", bif).code, 0)
    back = home.path("back.scm.json")
    c.equal("import from BIF", home.run("scm", "import", bif, "-o", back).code, 0)
    ask = ("--outcome", "y", "--do", "t=1", "--json")
    c.equal("import and back: same answer",
            home.run("scm", "query", back, *ask).json()["data"]["distribution"],
            home.run("scm", "query", scm, *ask).json()["data"]["distribution"])
    authors = {"setup_sequence_sample_space": [
        {"variable_name": "a", "candidate_set": ["x", "y"], "parent_indices": None,
         "possible_prefix_suffix_pairs": [["It is", "."]], "exogenous": True,
         "intervention_choice": None}],
        "index_of_intervention": 0, "intervention_choices": [0], "index_of_outcome": 0,
        "possible_outcome_choices": [0]}
    done = home.run("scm", "import", put(home, "authors.json", authors))
    c.check("import: the authors' form", done.code == 0 and
            json.loads(done.out)["variables"][0]["name"] == "a", done.out + done.err)
    c.equal("no model at all", home.run("scm", "query", "--outcome", "y").code, 2)
    c.equal("the model twice", home.run("scm", "query", scm, "--scm", scm).code, 2)


def labelled_lines(text):
    lines = [line for line in text.splitlines() if line]
    return bool(lines) and all(line.startswith(f"[{LABEL}] ") for line in lines)


def test_labels(c, home, scm, model_args=()):
    """No form of output of a model that a language model gave any part lacks the label."""
    few = ("-n", "30")
    asks = {"describe": ("scm", "describe", scm), "query": ("scm", "query", scm),
            "effect": ("scm", "effect", scm), "audit": ("scm", "audit", scm, "--family", "2"),
            "simulate": ("scm", "simulate", scm, *few, "--table", home.path("l.csv")),
            "compile": ("scm", "compile", scm),
            "whatif": ("whatif", "--scm", scm, "--do", "t=1", "--svg", home.path("l.svg"))}
    if model_args:  # the rest differs by nothing that the label depends on, and takes long
        asks = {name: asks[name] for name in ("query", "simulate", "whatif")}
    for name, ask in asks.items():
        people, machine = home.run(*model_args, *ask), home.run(*model_args, *ask, "--json")
        c.equal(f"{name}: exits", (people.code, machine.code), (0, 0))
        text = people.err if name == "compile" else people.out
        c.check(f"{name}: every line is labelled", labelled_lines(text), text)
        data = machine.json()["data"]
        c.equal(f"{name}: JSON is labelled", (data["model_implied"], data.get("label")),
                (True, LABEL))
    with open(home.path("l.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    c.check("csv: every row is labelled", len(rows) == 30 and
            all(r["label"] == LABEL for r in rows), rows[:1])
    done = home.run(*model_args, "scm", "simulate", scm, *few, "--format", "jsonl")
    c.check("jsonl: every row is labelled", done.out.count("\n") == 30 and all(
        json.loads(line)["label"] == LABEL for line in done.out.splitlines()), done.out[:300])
    c.check("jsonl: the report beside it", labelled_lines(done.err), done.err)
    with open(home.path("l.svg"), encoding="utf-8") as file:
        svg = file.read()
    for part in ("title", "desc"):
        inside = re.search(f"<{part}[^>]*>(.*?)</{part}>", svg, re.S)
        c.check(f"svg: its {part} is labelled", inside and LABEL in inside[1], svg[:400])
    c.check("svg: what is seen is labelled", svg.split("</style>")[1].count(LABEL) >= 2, "")
    if model_args:
        return
    done = home.run("scm", "compile", scm, "-q")
    c.equal("compiled: labelled origin", json.loads(done.out)["origin"]["label"], LABEL)
    done = home.run("scm", "compile", scm, "-q", "--format", "bif")
    c.check("compiled BIF: labelled property", "not evidence" in done.out, done.out[:200])


def test_unlabelled(c, home, scm):
    for ask in (("scm", "query", scm), ("scm", "simulate", scm, "-n", "3"),
                ("whatif", "--scm", scm, "--do", "t=1")):
        done = home.run(*ask)
        c.check("tables of no language model bear no label", LABEL not in done.out + done.err,
                done.out)


def call(home, tool, args, *before):
    return home.run(*before, "tool", "call", tool, "--args", json.dumps(args), "--json")


def test_tools(c, home, scm, labelled, model_args=()):
    """The tools answer as the commands do, in their sandbox and through the host's services."""
    for tool, args, ask in [
            ("scm_query", {"outcome": "y", "do": {"t": "1"}}, ("scm", "query", "--do", "t=1")),
            ("scm_effect", {"treatment": "t", "outcome": "y"}, ("scm", "effect")),
            ("scm_whatif", {"outcome": "y", "do": {"t": "1"}, "evidence": {"y": "0"}},
             ("whatif", "--do", "t=1", "--given", "y=0"))]:
        got = data_of(c, tool, call(home, tool, {"scm": scm, **args})).get("data", {})
        want = home.run(*ask, "--scm", scm, "--json").json()["data"]
        for data in (got, want):
            data.pop("usage", None)
        c.equal(f"{tool} and its command: the same data", got, want)
        if model_args and tool != "scm_query":
            continue
        done = data_of(c, tool, call(home, tool, {"scm": labelled, **args}, *model_args))
        c.equal(f"{tool}: labelled", (done["data"]["model_implied"], done["data"]["label"],
                                      done["warnings"]), (True, LABEL, [LABEL]))
    done = data_of(c, "scm_describe", call(home, "scm_describe", {"scm": scm}))
    c.equal("scm_describe: variables", [v["name"] for v in done["data"]["variables"]],
            ["z", "t", "y"])
    done = data_of(c, "scm_simulate", call(home, "scm_simulate", {"scm": scm, "n": 40, "seed": 2}))
    with open(home.path(done["echo"]["outputs"][0]["path"]), encoding="utf-8") as file:
        c.equal("scm_simulate: the bytes of the command", file.read(),
                home.run("scm", "simulate", scm, "-n", "40", "--seed", "2").out)
    for tool, args, words in [
            ("scm_query", {"scm": scm, "outcome": "q"}, "z, t, y"),
            ("scm_query", {"scm": scm, "outcome": "y", "what": 1}, "what"),
            ("scm_whatif", {"scm": scm, "outcome": "y", "do": {}}, "intervention")]:
        done = call(home, tool, args)
        c.check(f"{tool} refuses {args}", done.code != 0 and words in done.out, done.out)


def test_language_model(c, home, spec):
    scm = f"{ROOT}/examples/scm/confounder.scm.json"
    ask = ("--model", spec, "scm", "query", scm, "--do", "ice_cream=nothing", "--json")
    first, second = (home.run(*ask).json()["data"] for _ in range(2))
    c.check("asked: contexts", first["usage"]["calls"] > 0 and first["usage"]["contexts"] > 0,
            first["usage"])
    c.equal("asked again: no call", second["usage"]["calls"], 0)
    c.equal("asked again: all from the cache", second["usage"]["contexts"] > 0 and
            second["usage"]["cache_hits"] > 0, True)
    for data in (first, second):
        del data["usage"]
    c.equal("asked again: same bytes", json.dumps(first), json.dumps(second))
    c.check("the model is named", first["model"]["sha256"], first["model"])
    c.equal("the effect of this structure is 0 whatever is said",
            set(home.run("--model", spec, "scm", "effect", scm, "--json")
                .json()["data"]["interventional"].values()), {0})
    mixed = model(phrased=True)
    del mixed["variables"][2]["cpt"]
    test_labels(c, home, put(home, "mixed.scm.json", mixed), ("--model", spec))
    test_tools(c, home, home.path("m.scm.json"), home.path("mixed.scm.json"), ("--model", spec))
    prompt = home.run("scm", "describe", scm, "--prompt", "swim", "--given", "weather=rainy",
                      "--json").json()["data"]["prompt"]
    c.equal("prompt, byte for byte", (prompt["text"], prompt["candidates"]), (
        "The weather in town is rainy. Ada can swim well. In the afternoon Ada",
        [" goes to the lake.", " stays at home."]))


def main():
    c = Checks()
    with Home(with_graph=False) as home:
        scm = put(home, "m.scm.json", model())
        test_numbers(c, home, scm)
        test_whatif(c, home, scm)
        test_patients(c, home, scm)
        test_simulate(c, home, put(home, "phrased.scm.json", model(phrased=True)))
        test_files(c, home, scm)
        test_labels(c, home, put(home, "origin.scm.json", model(origin=True, phrased=True)))
        test_unlabelled(c, home, scm)
        test_tools(c, home, scm, home.path("origin.scm.json"))
        confounder = f"{ROOT}/examples/scm/confounder.scm.json"
        done = home.run("--model", "none", "scm", "query", confounder)
        c.check("no language model: says so", done.code == 2 and "--model" in done.err, done.err)
        path = embedded_model()
        if path is None:
            skipped("embedded model")
        else:
            test_language_model(c, home, f"llama:{os.path.abspath(path)}")
    c.finish()


main()
