"""The estimate command: answers, refusals, shards, pictures, and the tool of the same task.

Numbers are those of a table made here with a known effect, of the job training data (naive
difference -635.03, Dehejia and Wahba 1999) or compared between two ways to the same answer."""
import csv
import os
import random
import xml.etree.ElementTree as ElementTree

from harness import Checks, Home

checks = Checks()
SHARED = os.environ.get("WARRANT_SHARED", os.path.join(os.environ["WARRANT_ROOT"], "../shared"))
GRAPH = "dag { age -> drug -> pressure; age -> pressure; severity -> drug; severity -> pressure }"


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)
    return path


def cohort(path, n=600):
    """The drug lowers pressure by 5; the old and the severe get it more often."""
    draw, rows = random.Random(11), []
    for _ in range(n):
        age, severity = draw.randint(40, 79), draw.choice(["mild", "moderate", "severe"])
        worse = {"mild": 0, "moderate": 6, "severe": 12}[severity]
        treated = draw.random() < 0.2 + (age - 40) / 100 + worse / 60
        pressure = 100 + 0.5 * (age - 40) + worse - 5 * treated + draw.gauss(0, 4)
        after = pressure + draw.gauss(0, 1)
        rows.append([age, severity, int(treated), f"{pressure:.3f}", f"{after:.3f}"])
    return write(path, ["age", "severity", "drug", "pressure", "after"], rows)


def estimate(home, *args):
    return home.run("estimate", "--json", *args)


def check_answers(home, table):
    plain = ["--data", table, "--treatment", "drug", "--outcome", "pressure"]
    naive = estimate(home, *plain).json()["data"]
    checks.equal("without covariates the difference is naive", naive["estimator"], "naive")
    checks.equal("an association is rung 1", naive["rung"], 1)
    auto = estimate(home, *plain, "--graph", GRAPH, "--adjust", "auto").json()["data"]
    checks.equal("the graph chooses the covariates", auto["adjusted_for"], ["age", "severity"])
    checks.check("the interval holds the effect", auto["ci"][0] < -5 < auto["ci"][1], auto["ci"])
    checks.check("the naive one misses it", not naive["ci"][0] < -5 < naive["ci"][1], naive["ci"])
    checks.equal("identified, with overlap and balance: rung 2", auto["rung"], 2)
    checks.check("the gap is unadjusted less adjusted",
                 abs(auto["gap"] - (auto["unadjusted"]["estimate"] - auto["estimate"])) < 1e-12)
    checks.equal("texts become indicators", auto["table"]["categorical"],
                 {"severity": ["mild", "moderate", "severe"]})
    text = home.run("estimate", *plain, "--adjust", "age,severity").out
    checks.check("text says rung and gap", "rung 1" in text and "gap" in text, text)
    by = estimate(home, *plain, "--adjust", "age", "--by", "severity").json()["data"]["by"]
    checks.equal("an effect for each level", [b["level"] for b in by],
                 ["mild", "moderate", "severe"])
    doubts = estimate(home, *plain, "--graph", GRAPH, "--adjust", "auto", "--estimator", "gcomp",
                      "--refute", "--conflicts").json()["data"]
    checks.equal("four refuters", len(doubts["refuters"]), 4)
    checks.check("the graph is tested", "verdict" in doubts["conflicts"], doubts["conflicts"])


def check_refusals(home, table):
    plain = ["--data", table, "--treatment", "drug", "--outcome", "pressure"]

    def refused(claim, code, part, *args):
        done = estimate(home, *args)
        message = done.json()["error"]["message"]
        checks.equal(f"{claim}: exit", done.code, code)
        checks.check(f"{claim}: message", part in message, message)

    leak = GRAPH[:-1] + "; pressure -> after }"
    refused("a descendant of the outcome", 2, "after", *plain, "--graph", leak, "--adjust",
            "age,severity,after")
    refused("not identified", 3, "not identified by adjustment", *plain, "--graph",
            "dag { drug -> pressure; drug <-> pressure }", "--adjust", "auto")
    refused("no bootstrap of matching", 2, "bootstrap", *plain, "--adjust", "age", "--estimator",
            "match", "--se", "bootstrap")
    refused("an unknown column", 2, "severity", *plain, "--adjust", "weight")
    refused("an unknown estimator", 2, "aipw", *plain, "--estimator", "magic")
    refused("no such file", 2, "nowhere.csv", "--data", "nowhere.csv", "--treatment", "a",
            "--outcome", "b")
    folder = os.path.dirname(table)
    small = [[i % 40, "mild", 0, 100 + i % 7] for i in range(60)]
    bad = write(f"{folder}/constant.csv", ["age", "severity", "drug", "pressure"], small)
    refused("a constant treatment", 2, "drug", "--data", bad, *plain[2:])
    few = [[r[0], r[1], int(i < 3), r[3]] for i, r in enumerate(small)]
    bad = write(f"{folder}/few.csv", ["age", "severity", "drug", "pressure"], few)
    refused("an arm of three rows", 2, "3", "--data", bad, *plain[2:])
    apart = [[r[0], r[1], int(r[0] >= 20), r[3]] for r in small]
    bad = write(f"{folder}/apart.csv", ["age", "severity", "drug", "pressure"], apart)
    refused("perfect separation", 2, "age", "--data", bad, *plain[2:], "--adjust", "age",
            "--estimator", "ipw")
    words = [[r[0], r[1], i % 2, "high" if i == 7 else r[3]] for i, r in enumerate(small)]
    bad = write(f"{folder}/words.csv", ["age", "severity", "drug", "pressure"], words)
    refused("a cell that is no number", 2, "high", "--data", bad, *plain[2:])
    twice = [[r[0], r[0], i % 2, r[3]] for i, r in enumerate(small)]
    bad = write(f"{folder}/twice.csv", ["age", "years", "drug", "pressure"], twice)
    kept = estimate(home, "--data", bad, *plain[2:], "--adjust", "age,years", "--estimator",
                    "gcomp").json()["data"]
    checks.check("a column given twice is left out and named",
                 "years" in str(kept["table"]["collinear"]), kept["table"])
    bad = write(f"{folder}/names.csv", ["age", "age", "drug", "pressure"], twice)
    refused("two columns of one name", 2, "age", "--data", bad, *plain[2:])


def check_shards(home, table):
    args = ["--data", table, "--treatment", "drug", "--outcome", "pressure", "--adjust",
            "age,severity", "--estimator", "aipw", "--se", "bootstrap", "--bootstrap", "120"]
    whole = estimate(home, *args).out
    checks.equal("two threads, the same bytes", estimate(home, *args, "--threads", "2").out, whole)
    paths = []
    for i in (1, 2, 3):
        paths.append(f"{home.dir}/shard{i}.json")
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(estimate(home, *args, "--shard", f"{i}/3").out)
    merged = estimate(home, *args, "--merge", ",".join(paths)).out
    checks.equal("three shards merged, the same bytes", merged, whole)
    missing = estimate(home, *args, "--merge", ",".join(paths[:2]))
    checks.equal("a missing shard is an error", missing.code, 2)
    other = estimate(home, *args, "--trim", "0.1", "--merge", ",".join(paths))
    checks.equal("shards of other arguments are refused", other.code, 2)


def check_pictures(home, table):
    names = {"svg": "effect.svg", "svg-balance": "balance.svg", "svg-overlap": "overlap.svg"}
    options = [part for option, name in names.items()
               for part in (f"--{option}", f"{home.dir}/{name}")]
    done = estimate(home, "--data", table, "--treatment", "drug", "--outcome", "pressure",
                    "--adjust", "age,severity", *options)
    checks.equal("pictures are written", done.code, 0)
    for name in names.values():
        text = open(f"{home.dir}/{name}", encoding="utf-8").read()
        root = ElementTree.fromstring(text)
        checks.check(f"{name} is SVG", root.tag.endswith("svg"), root.tag)
        checks.check(f"{name} needs nothing from outside", "href" not in text and
                     "<script" not in text, name)


def check_tool(home, table):
    import json
    args = {"data": table, "treatment": "drug", "outcome": "pressure",
            "adjust": ["age", "severity"], "estimator": "gcomp", "seed": 0}
    done = home.run("tool", "call", "effect_estimate", "--args", json.dumps(args))
    tool = done.json()
    command = estimate(home, "--data", table, "--treatment", "drug", "--outcome", "pressure",
                       "--adjust", "age,severity", "--estimator", "gcomp").json()["data"]
    checks.equal("the tool and the command agree", tool["data"], command)
    checks.equal("the file's hash is said", tool["echo"]["data"]["sha256"],
                 command["table"]["file"]["sha256"])
    refused = home.run("tool", "call", "effect_estimate", "--args",
                       json.dumps({**args, "graph": "drug -> pressure; drug <-> pressure",
                                   "adjust": "auto"})).json()
    checks.equal("not identified is no error but empty", refused["status"], "empty")


def check_published(home):
    path = os.path.join(SHARED, "data/effect/clinical/MatchIt.lalonde.csv")
    if not os.path.exists(path):
        print("SKIPPED: no job training data")
        return
    covariates = "age,educ,race,married,nodegree,re74,re75"
    answer = estimate(home, "--data", path, "--treatment", "treat", "--outcome", "re78",
                      "--adjust", covariates, "--estimator", "ols").json()["data"]
    checks.check("OLS of the MatchIt vignette: 1548.24", abs(answer["estimate"] - 1548.24) < 0.01,
                 answer["estimate"])
    checks.check("naive: -635.03", abs(answer["unadjusted"]["estimate"] + 635.026) < 0.001,
                 answer["unadjusted"])


with Home(with_graph=False) as home:
    cohort_file = cohort(f"{home.dir}/cohort.csv")
    check_answers(home, cohort_file)
    check_refusals(home, cohort_file)
    check_shards(home, cohort_file)
    check_pictures(home, cohort_file)
    check_tool(home, cohort_file)
    check_published(home)
checks.finish()
