#!/usr/bin/env python3
"""The commands of examples/scm/README.md give the outputs stored beside it; and a table of the
breast-cancer example made with the embedded model is the same, byte for byte, a second time without
asking the model once, and put together from three shards. WARRANT_EXAMPLE_UNITS: how many units
(default 50). Where the embedded model is absent that part is skipped, unless CI is "true"."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.environ["WARRANT_ROOT"], "tests", "cli"))
from harness import ROOT, Checks, Home, embedded_model, skipped  # noqa: E402

FOLDER = f"{ROOT}/examples/scm"
UNITS = os.environ.get("WARRANT_EXAMPLE_UNITS", "50")


def expected(name):
    with open(f"{FOLDER}/expected/{name}", encoding="utf-8") as file:
        return file.read()


def without_model(text):
    """The line that names model and cache hits depends on the machine."""
    return [line for line in text.splitlines() if "rule sum" not in line]


def check_stored(c, home):
    done = home.run("--model", "none", "scm", "effect", "--scm", f"{FOLDER}/warfarin.scm.json",
                    "--contrast", "standard,low")
    c.equal("effect of a lower dose", (done.code, done.out), (0, expected("effect.txt")))
    done = home.run("scm", "describe", f"{FOLDER}/warfarin.scm.json", "--prompt", "next_step")
    c.equal("what the language model is asked", (done.code, done.out), (0, expected("prompt.txt")))


def check_whatif(c, home, spec):
    done = home.run("--model", spec, "whatif", "--scm", f"{FOLDER}/warfarin.scm.json", "--patient",
                    f"{FOLDER}/patient.json", "--do", "dose=low", "--outcome", "bleeding")
    c.equal("what if the dose had been low", without_model(done.out),
            without_model(expected("whatif.txt")))


def simulate(home, spec, name, *args):
    path = home.path(name)
    done = home.run("--model", spec, "scm", "simulate", "--scm",
                    f"{FOLDER}/breast_cancer.scm.json", "-n", UNITS, "--seed", "7", "--table", path,
                    "--json", *args, timeout=3000)
    if done.code != 0:
        raise SystemExit(done.out + done.err)
    with open(path, "rb") as file:
        return json.loads(done.out)["data"], file.read()


def check_simulation(c, home, spec):
    first, table = simulate(home, spec, "first.csv")
    c.check("the model was asked", first["usage"]["calls"] > 0, first["usage"])
    c.equal("a row for each unit", table.count(b"\n"), int(UNITS) + 1)
    second, again = simulate(home, spec, "second.csv")
    c.equal("a second time no call", second["usage"]["calls"], 0)
    c.check("a second time the same bytes", again == table, "")
    for facts in (first, second):
        del facts["usage"]
    c.equal("and the same report", second, first)
    parts = [simulate(home, spec, f"part{i}.csv", "--shard", f"{i}/3") for i in (1, 2, 3)]
    c.check("three shards one after the other: the same bytes",
            b"".join(part for _, part in parts) == table, "")
    c.equal("shards: no call", sum(facts["usage"]["calls"] for facts, _ in parts), 0)


def main():
    c = Checks()
    with Home(with_graph=False) as home:
        check_stored(c, home)
        path = embedded_model()
        if path is None:
            skipped("embedded model")
        else:
            check_whatif(c, home, f"llama:{path}")
            check_simulation(c, home, f"llama:{path}")
    c.finish()


main()
