"""warrant adjust and warrant graph: answers, exit codes, envelopes, pictures."""
import json
import os
import xml.etree.ElementTree as tree

from harness import Checks, Home

FORK = "dag { X -> Y; X <- Z -> Y }"
ENDS = ("--treatment", "X", "--outcome", "Y")


def adjust(home, graph, *args):
    return home.run("adjust", "--graph", graph, *ENDS, *args)


def test_adjust(c, home):
    done = adjust(home, FORK)
    c.equal("sets: exit", done.code, 0)
    c.equal("sets: text", done.out, "adjust for one of these sets:\n  {Z}\n")
    data = adjust(home, FORK, "--json").json()["data"]
    c.equal("sets: data", data, {"verdict": "ok", "sets": [["Z"]], "complete": True})
    done = adjust(home, FORK, "--set", "")
    c.equal("wrong set: exit", done.code, 3)
    c.check("wrong set: reason", "{} is not valid: the path X <- Z -> Y stays open" in done.out, done.out)
    c.check("wrong set: repair", "\nAdd Z.\n" in done.out, done.out)
    envelope = adjust(home, FORK, "--set", "", "--json").json()
    c.equal("wrong set: envelope", (envelope["ok"], envelope["error"]["code"]), (False, "not_found"))
    c.equal("wrong set: reason", envelope["data"]["check"]["reason"],
            {"kind": "open_path", "path": "X <- Z -> Y"})
    c.equal("wrong set: bias", envelope["data"]["check"]["bias"], "confounding")
    c.equal("right set: exit", adjust(home, FORK, "--set", "Z").code, 0)
    c.equal("direct effect", adjust(home, "dag { X -> M -> Y; X -> Y }", "--effect", "direct",
                                    "--json").json()["data"]["sets"], [["M"]])
    c.equal("minimum", adjust(home, FORK, "--kind", "minimum", "--json").json()["data"]["sets"],
            [["Z"]])


def test_four_answers(c, home):
    for label, graph, code, verdict in [
            ("empty set", "dag { X -> Y }", 0, "empty_set_valid"),
            ("no set", "dag { X -> Y; X <-> Y }", 3, "no_set"),
            ("no causal path", "dag { Y -> X }", 0, "no_causal_path")]:
        done = adjust(home, graph, "--json")
        c.equal(f"{label}: exit", done.code, code)
        c.equal(f"{label}: verdict", done.json()["data"]["verdict"], verdict)
    done = adjust(home, "dag { X -> Y -> X }", "--json")
    c.equal("illegal graph: exit", done.code, 2)
    c.check("illegal graph: cycle", "X -> Y -> X" in done.json()["error"]["message"], done.out)


def test_bad_arguments(c, home):
    for args in [("adjust",), ("adjust", "--graph", FORK, "--treatment", "X"),
                 ("adjust", "--graph", FORK, *ENDS, "--set", "Q"),
                 ("adjust", "--graph", FORK, *ENDS, "--set", "X"),
                 ("adjust", "--graph", FORK, *ENDS, "--kind", "best"),
                 ("adjust", "--graph", FORK, *ENDS, "--max", "0"),
                 ("adjust", "--graph", FORK, *ENDS, "--svg", "-"),
                 ("adjust", "--graph", "@" + home.path("none.dag"), *ENDS),
                 ("graph", "check", "dag { A -> }"), ("graph", "check", "pag { A -> B }"),
                 ("graph", "convert", FORK, "--to", "lavaan"),
                 ("graph", "render", FORK, "--to", "png"),
                 ("graph", "dsep", FORK, "--x", "X"),
                 ("graph", "dsep", FORK, "--x", "X", "--y", "X")]:
        done = home.run(*args)
        c.equal(f"{args}: exit", done.code, 2)
        c.check(f"{args}: message", done.err.startswith("warrant: error: ") and not done.out, done.err)
    done = adjust(home, FORK, "--set", "Q")
    c.check("unknown node: option is named", "set: " in done.err and "'Q'" in done.err, done.err)


def test_graph(c, home):
    c.equal("check", home.run("graph", "check", "dag { A -> B <-> C; U [latent] }").out,
            "legal admg: 4 nodes (1 latent), 1 edges, 1 bidirected\n")
    c.equal("check: data", home.run("graph", "check", FORK, "--json").json()["data"],
            {"type": "dag", "nodes": 3, "latent": 0, "edges": 3, "bidirected": 0})
    text = 'dag { "IL-6" -> CRP; CRP <-> Age; U [latent]; U -> CRP }'
    first = home.run("graph", "convert", text, "--to", "json").out
    for form in ("dagitty", "dot", "json"):
        path = home.path("graph." + form)
        with open(path, "w", encoding="utf-8") as file:
            file.write(home.run("graph", "convert", text, "--to", form).out)
        c.equal(f"convert {form}: reads back",
                home.run("graph", "convert", "@" + path, "--to", "json").out, first)
    c.equal("convert from stdin", home.run("graph", "convert", "-", "--to", "json", stdin=text).out,
            first)
    done = home.run("graph", "dsep", FORK, "--x", "X", "--y", "Y", "--given", "Z")
    c.equal("dsep", (done.code, done.out), (0, "connected by X -> Y\n"))
    done = home.run("graph", "dsep", "dag { A -> B -> C }", "--x", "A", "--y", '["C"]', "--given", "B",
                    "--json")
    c.equal("dsep: data", done.json()["data"], {"separated": True, "open_path": None})


def labels(svg):
    space = "{http://www.w3.org/2000/svg}"
    return [text.text for text in tree.fromstring(svg).iter(space + "text")]


def test_pictures(c, home):
    done = home.run("graph", "render", 'dag { "a<b" -> Y }', "--treatment", '["a<b"]', "--outcome", "Y")
    c.equal("render: exit", done.code, 0)
    c.equal("render: labels", labels(done.out),
            ["Causal graph", "a<b", "Y", "treatment (thick border)", "outcome (double border)"])
    c.check("render dot", "doubleoctagon" in home.run("graph", "render", FORK, "--to", "dot",
                                                      "--outcome", "Y").out)
    svg, dot = home.path("g.svg"), home.path("g.dot")
    done = adjust(home, FORK, "--set", "", "--svg", svg, "--dot", dot)
    c.equal("adjust with pictures: exit", done.code, 3)
    with open(svg, encoding="utf-8") as file:
        c.check("adjust: the open path is in the picture",
                "open path that causes bias (thick)" in labels(file.read()))
    c.equal("adjust: DOT reads back", home.run("graph", "check", "@" + dot).code, 0)
    done = home.run("graph", "render", FORK, "-o", home.path("h.svg"))
    c.check("render -o", done.code == 0 and os.path.getsize(home.path("h.svg")) > 500, done.err)


def test_tools(c, home):
    for name, args, key, want in [
            ("causal_frontdoor", {"graph": "dag { X -> M -> Y; X <-> Y }", "treatment": "X",
                                  "outcome": "Y"}, "sets", [["M"]]),
            ("causal_instruments", {"graph": "dag { Z -> X -> Y; X <-> Y }", "treatment": "X",
                                    "outcome": "Y"}, "instruments", [{"instrument": "Z", "given": []}]),
            ("causal_implications", {"graph": "dag { A -> B -> C }"}, "implications",
             [{"x": "A", "y": "C", "given": ["B"]}])]:
        done = home.run("tool", "call", name, "--args", json.dumps(args), "--json")
        c.equal(f"{name}: exit", done.code, 0)
        c.equal(f"{name}: data", done.json()["data"]["data"][key], want)


def main():
    c = Checks()
    with Home(with_graph=False) as home:
        for test in (test_adjust, test_four_answers, test_bad_arguments, test_graph, test_pictures,
                     test_tools):
            test(c, home)
    c.finish()


if __name__ == "__main__":
    main()
