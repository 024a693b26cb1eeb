"""The estimate command: answers, refusals, shards, pictures, and the tool of the same task.

Numbers are those of a table made here with a known effect, of the job training data (naive
difference -635.03, Dehejia and Wahba 1999) or compared between two ways to the same answer."""
import csv
import os
import random
import sys
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
    trimmed = estimate(home, *plain, "--adjust", "age,severity", "--estimator", "ipw", "--trim",
                       "0.3").json()["data"]
    overlap = trimmed["diagnostics"]["overlap"]
    left = trimmed["n"] - trimmed["n_used"]
    checks.equal("trimmed rows are counted", (overlap["trimmed"], left > 0), (left, True))
    checks.check("and their share", abs(overlap["trimmed_share"] - left / trimmed["n"]) < 1e-12)
    checks.check("overlap is that of the rows kept", overlap["treated"]["low"] >= 0.3 and
                 overlap["outside_0.05"] == 0 and overlap["verdict"] == "good", overlap)
    att = estimate(home, *plain, "--adjust", "age,severity", "--estimator", "match", "--estimand",
                   "att", "--distance", "propensity").json()["data"]
    checks.equal("a row that nobody matched is not trimmed",
                 att["diagnostics"]["overlap"]["trimmed"], 0)
    dose = estimate(home, "--data", table, "--treatment", "age", "--outcome", "pressure",
                    "--estimator", "ols", "--adjust", "severity", "--graph",
                    "severity -> age -> pressure; severity -> pressure").json()["data"]
    checks.equal("nobody judged overlap of a dose: rung 1", dose["rung"], 1)
    gcomp = estimate(home, *plain, "--graph", GRAPH, "--adjust", "auto", "--estimator",
                     "gcomp").json()["data"]
    checks.check("overlap is judged where no propensity is used", gcomp["rung"] == 2 and
                 gcomp["diagnostics"]["overlap"]["verdict"] == "good", gcomp["diagnostics"])
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
    same = write(f"{folder}/same.csv", ["drug", "pressure"], [[i % 2, 120] for i in range(40)])
    for more in ([], ["--stream"]):
        told = estimate(home, "--data", same, *plain[2:], *more).json()["warnings"]
        checks.check("an outcome that does not vary is told", "does not vary" in str(told), told)
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


def check_profile(home, table):
    """Ages are 40 to 79: somebody of 60 is like others, somebody of 500 is like nobody."""
    plain = ["--data", table, "--treatment", "drug", "--outcome", "pressure", "--adjust",
             "age,severity", "--estimator", "gcomp", "--profile"]
    near = estimate(home, *plain, '{"age":60,"severity":"mild"}').json()["data"]["extrapolation"]
    far = estimate(home, *plain, '{"age":500,"severity":"severe"}').json()["data"]["extrapolation"]
    checks.equal("within the data", near["place"], "inside")
    checks.equal("outside of them", (far["place"], far["beyond_treated"]), ("outside", ["age"]))
    for claim, profile, part in (("a covariate left out", '{"age":60}', "severity"),
                                 ("no such level", '{"age":60,"severity":"dire"}', "severity"),
                                 ("no such column", '{"age":60,"severity":"mild","x":1}', '"x"'),
                                 ("no number", '{"age":"old","severity":"mild"}', "age"),
                                 ("no object", "[1]", "object"), ("no JSON", "{", "profile")):
        done = estimate(home, *plain, profile)
        checks.equal(f"profile, {claim}: exit", done.code, 2)
        checks.check(f"profile, {claim}: message", part in done.json()["error"]["message"], done.out)


def check_designs(home):
    """Two periods and a cutoff with effects of 1.5 and 0.8; levels by name; roles not read."""
    draw, periods, line = random.Random(4), [], []
    for unit in range(300):
        level, group = draw.gauss(0, 1), unit % 2
        for period in (0, 1):
            outcome = level + 2 * group + 0.5 * period + 1.5 * group * period + draw.gauss(0, 0.5)
            periods.append([unit, group, period, f"{outcome:.4f}"])
    for _ in range(1500):
        x = draw.uniform(-1, 1)
        arm = "drug" if x >= 0 else "placebo"
        line.append([f"{x:.5f}", int(x >= 0), f"{0.5 + x + 0.8 * (x >= 0) + draw.gauss(0, .2):.4f}",
                     arm if draw.random() < 0.8 else "other"])
    both = write(f"{home.dir}/periods.csv", ["unit", "group", "period", "y"], periods)
    step = write(f"{home.dir}/step.csv", ["x", "t", "y", "arm"], line)
    plain = ["--data", both, "--treatment", "group", "--outcome", "y"]
    did = estimate(home, *plain, "--estimator", "did", "--period", "period", "--cluster",
                   "unit").json()["data"]
    checks.equal("did estimates the ATT unasked", did["estimand"], "att")
    checks.check("did finds the effect", did["ci"][0] < 1.5 < did["ci"][1], did["ci"])
    after = [[float(r[3]) for r in periods if r[1] == g and r[2] == 1] for g in (0, 1)]
    bare = sum(after[1]) / len(after[1]) - sum(after[0]) / len(after[0])
    checks.check("unadjusted is the difference after treatment",
                 abs(did["unadjusted"]["estimate"] - bare) < 1e-9, did["unadjusted"])
    checks.check("its assumption is said", "changed alike" in str(did["assumptions"]))
    checks.check("no E-value where no confounder is in question", "e_value" not in
                 did["sensitivity"], did["sensitivity"])
    cut = ["--data", step, "--treatment", "t", "--outcome", "y", "--estimator", "rdd", "--running",
           "x"]
    rdd = estimate(home, *cut, "--cutoff", "0").json()["data"]
    checks.check("rdd finds the step", rdd["ci"][0] < 0.8 < rdd["ci"][1], rdd["ci"])
    for claim, part, args in (
            ("a cutoff is not guessed", "cutoff", cut),
            ("did has no ATE", "ATT", [*plain, "--estimator", "did", "--period", "period",
                                       "--estimand", "ate"]),
            ("naive with covariates", "adjusts for nothing",
             [*plain, "--estimator", "naive", "--adjust", "unit"]),
            ("a role that is not read", "does not read", [*plain, "--period", "period"]),
            ("a time with two-stage least squares", "km, rmst or cox",
             [*plain[:4], "--outcome", "unit", "--estimator", "iv", "--instruments", "y", "--event",
              "period"])):
        done = estimate(home, *args)
        checks.equal(f"{claim}: exit", done.code, 2)
        checks.check(f"{claim}: message", part in done.json()["error"]["message"], done.out)
    arms = ["--data", step, "--treatment", "arm", "--outcome", "y"]
    two = estimate(home, *arms, "--treated", "drug", "--untreated", "placebo").json()["data"]
    kept = sum(1 for r in line if r[3] != "other")
    checks.equal("rows of other arms are left out", (two["n"], two["table"]["dropped"]["other_arms"]),
                 (kept, len(line) - kept))
    back = estimate(home, *arms, "--treated", "placebo", "--untreated", "drug").json()["data"]
    checks.check("levels turned round turn the sign",
                 abs(two["estimate"] + back["estimate"]) < 1e-12, back["estimate"])
    level = estimate(home, "--data", step, "--treatment", "t", "--outcome", "arm", "--outcome-level",
                     "drug").json()
    checks.check("three levels are no outcome", "error" in level, level)


def check_stream(home, table):
    """A streamed table: the numbers of the whole one, in memory that does not grow with it."""
    plain = ["--data", table, "--treatment", "drug", "--outcome", "pressure"]
    for more in ([], ["--estimator", "ols", "--adjust", "age,severity"],
                 ["--estimator", "ols", "--graph", GRAPH, "--adjust", "auto"]):
        whole = estimate(home, *plain, *more).json()["data"]
        done = estimate(home, *plain, *more, "--stream").json()["data"]
        for name in ("estimate", "se", "gap"):
            checks.check(f"streamed {name} {more[:2]}", done[name] == whole[name] or
                         abs(done[name] - whole[name]) < 1e-9, (done[name], whole[name]))
        checks.equal("the same rows", (done["n"], done["n_treated"], done["measure"]),
                     (whole["n"], whole["n_treated"], whole["measure"]))
        checks.check("it is said", done["table"]["streamed"] is True)
    checks.equal("nobody looked at overlap: rung 1", done["rung"], 1)
    refused = estimate(home, *plain, "--graph", "dag { drug -> pressure; drug <-> pressure }",
                       "--estimator", "ols", "--adjust", "auto", "--stream")
    checks.equal("not identified is exit 3 here too", refused.code, 3)
    for more in (["--adjust", "age"], ["--refute"], ["--se", "bootstrap"], ["--by", "severity"]):
        done = estimate(home, *plain, *more, "--stream")
        checks.equal(f"not streamed: {more[0]}", done.code, 2)
    done = home.run("estimate", "--json", "--data", "-", *plain[2:], "--stream", stdin="a,b\n1,2\n")
    checks.equal("a pipe cannot be streamed", done.code, 2)
    check_memory(home)


def peak_kib(args):
    """Peak memory of one run, and its answer."""
    import json
    import subprocess
    out = subprocess.run([sys.executable, "-c", "import resource,subprocess,sys\n"
                          "sys.stdout.write(subprocess.run(sys.argv[1:], check=True, text=True,"
                          " stdout=subprocess.PIPE).stdout)\nsys.stdout.write('\\n' + str("
                          "resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))",
                          os.environ["WARRANT_BIN"], "estimate", "--json", *args],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    answer, peak = out.rsplit("\n", 1)
    return int(peak), json.loads(answer)["data"]


def check_memory(home):
    rows, draw = 300000, random.Random(6)
    path = f"{home.dir}/long.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("t,y,a,b,c,d,e,f\n")
        block = "".join(
            f"{t},{2 * t + a + draw.random():.6f},{a:.6f}," + ",".join(
                f"{draw.random():.6f}" for _ in range(5)) + "\n"
            for t, a in ((draw.randint(0, 1), draw.random()) for _ in range(1000)))
        for _ in range(rows // 1000):
            file.write(block)
    args = ["--data", path, "--treatment", "t", "--outcome", "y", "--estimator", "ols", "--adjust",
            "a,b,c,d,e,f"]
    small, streamed = peak_kib([*args, "--stream"])
    large, whole = peak_kib(args)
    checks.check("the same estimate of many rows",
                 abs(streamed["estimate"] - whole["estimate"]) < 1e-9)
    values = rows * 8 * 8 / 1024
    checks.check("a stream holds less than the values, which the whole table does not",
                 small < large - values, (small, large, values))


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
    both = estimate(home, *args, "--shard", "1/3", "--merge", ",".join(paths))
    checks.equal("a shard of what is merged is refused", both.code, 2)
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
    check_profile(home, cohort_file)
    check_designs(home)
    check_stream(home, cohort_file)
    check_shards(home, cohort_file)
    check_pictures(home, cohort_file)
    check_tool(home, cohort_file)
    check_published(home)
checks.finish()
