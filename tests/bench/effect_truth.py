"""Estimates beside the truth, ours and those of EconML and DoWhy, on the same files in one run.

    python3 tests/bench/effect_truth.py WARRANT [--shared DIR]

Data: IHDP 1 to 5 and ACIC 2016 1 to 5, whose sample effects are known (the mean of mu1 - mu0), with
all the covariates given; the job training data against the trial they came from; and NHEFS with
the covariates of Hernan and Robins, What If, chapters 12 to 14. The peers get the same indicators
for nominal columns. EconML and DoWhy are installed into a virtual environment under
~/.cache/warrant. Printed are errors (estimate minus truth); nothing is asserted here.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import venv

HOME = os.path.expanduser("~/.cache/warrant/effect-truth")
PACKAGES = ["econml==0.16.0", "dowhy==0.13", "pandas==2.2.3"]

NHEFS_NUMBERS = ["age", "wt71", "smokeintensity", "smokeyrs"]
NHEFS_NAMES = ["sex", "race", "education", "exercise", "active"]


def ensure_peers():
    python = os.path.join(HOME, "bin", "python")
    if not os.path.exists(python):
        venv.create(HOME, with_pip=True)
    if subprocess.run([python, "-c", "import econml, dowhy"], capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "-q", "install", *PACKAGES], check=True)
    return python


def read(path, **options):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file, **options))


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)
    return path


# ---- the data sets: (name, path, treatment, outcome, covariates, nominal ones, truth)


def ihdp(shared, folder, number):
    rows = read(os.path.join(shared, "data/effect/ihdp", f"ihdp_npci_{number}.csv"))
    covariates = [f"x{i}" for i in range(1, 26)]
    truth = sum(float(r[4]) - float(r[3]) for r in rows) / len(rows)
    path = write(os.path.join(folder, f"ihdp{number}.csv"), ["t", "y", *covariates],
                 [[r[0], r[1], *r[5:]] for r in rows])
    return f"IHDP {number}", path, "t", "y", covariates, [], truth


def acic(shared, folder, number):
    home = os.path.join(shared, "data/effect/acic2016")
    x, z = read(os.path.join(home, "x.csv")), read(os.path.join(home, f"zymu_{number}.csv"))
    covariates, rows, truth = x[0], [], 0.0
    for values, (t, y0, y1, mu0, mu1) in zip(x[1:], z[1:]):
        rows.append([t, y1 if t == "1" else y0, *values])
        truth += (float(mu1) - float(mu0)) / (len(x) - 1)
    nominal = [c for i, c in enumerate(covariates) if x[1][i].isalpha()]
    path = write(os.path.join(folder, f"acic{number}.csv"), ["t", "y", *covariates], rows)
    return f"ACIC {number}", path, "t", "y", covariates, nominal, truth


def nhefs(shared, folder):
    table = read(os.path.join(shared, "data/effect/nhefs/NHEFS.csv"))
    at = {name: i for i, name in enumerate(table[0])}
    squares = [f"{name}^2" for name in NHEFS_NUMBERS]
    rows = []
    for r in table[1:]:
        if r[at["wt82"]] == "":
            continue
        numbers = [float(r[at[name]]) for name in NHEFS_NUMBERS]
        rows.append([r[at["qsmk"]], r[at["wt82_71"]], *numbers, *[v * v for v in numbers],
                     *[r[at[name]] for name in NHEFS_NAMES]])
    covariates = [*NHEFS_NUMBERS, *squares, *NHEFS_NAMES]
    path = write(os.path.join(folder, "nhefs.csv"), ["t", "y", *covariates], rows)
    return "NHEFS", path, "t", "y", covariates, NHEFS_NAMES, None


# ---- ours


def ours(program, data, estimator, *extra):
    _, path, treatment, outcome, covariates, nominal, _ = data
    command = [program, "estimate", "--json", "--data", path, "--treatment", treatment,
               "--outcome", outcome, "--estimator", estimator, *extra]
    if estimator != "naive":
        command += ["--adjust", ",".join(covariates)]
    if nominal and estimator != "naive":
        command += ["--categorical", ",".join(nominal)]
    done = subprocess.run(command, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    if not answer["ok"]:
        sys.exit(f"{' '.join(command)}: {answer['error']['message']}")
    return answer["data"]


# ---- the peers, in the virtual environment


def peers(path):
    import warnings

    import numpy
    import pandas
    from econml.dr import LinearDRLearner
    from econml.metalearners import TLearner
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.preprocessing import StandardScaler

    warnings.filterwarnings("ignore")
    spec = json.load(open(path, encoding="utf-8"))
    answers = {}
    for name, file, treatment, outcome, covariates, nominal, _ in spec:
        table = pandas.read_csv(file, dtype={c: str for c in nominal})
        w = pandas.get_dummies(table[covariates], columns=nominal, drop_first=True, dtype=float)
        scaled = StandardScaler().fit_transform(w.to_numpy(dtype=float))
        y, t = table[outcome].to_numpy(float), table[treatment].to_numpy(int)
        found = {}
        learner = LinearDRLearner(random_state=1, cv=5)
        learner.fit(y, t, X=None, W=scaled)
        found["EconML LinearDRLearner, defaults"] = float(learner.ate(X=None))
        learner = LinearDRLearner(model_propensity=LogisticRegression(max_iter=5000),
                                  model_regression=LinearRegression(), random_state=1, cv=5)
        learner.fit(y, t, X=None, W=scaled)
        found["EconML LinearDRLearner, logistic and linear"] = float(learner.ate(X=None))
        learner = TLearner(models=LinearRegression()).fit(y, t, X=scaled)
        found["EconML TLearner, linear"] = float(numpy.mean(learner.effect(scaled)))
        found.update(dowhy_estimates(w, y, t))
        answers[name] = found
    print(json.dumps(answers))


def dowhy_estimates(w, y, t):
    import dowhy

    table = w.copy()
    table.columns = [f"w{i}" for i in range(table.shape[1])]
    names = list(table.columns)
    table["t"], table["y"] = t.astype(bool), y
    model = dowhy.CausalModel(table, treatment="t", outcome="y", common_causes=names)
    estimand = model.identify_effect(method_name="maximal-adjustment")
    found = {}
    for method in ("linear_regression", "propensity_score_weighting"):
        estimate = model.estimate_effect(estimand, method_name=f"backdoor.{method}")
        found[f"DoWhy {method}"] = float(estimate.value)
    return found


# ---- the table

PAIRS = [("aipw", "EconML LinearDRLearner, logistic and linear"),
         ("aipw", "EconML LinearDRLearner, defaults"),
         ("gcomp", "EconML TLearner, linear"),
         ("gcomp", "DoWhy linear_regression"),
         ("ipw", "DoWhy propensity_score_weighting")]


def mean_error(sets, estimates):
    return sum(abs(estimates[d[0]] - d[6]) for d in sets) / len(sets)


def side_by_side(program, sets, theirs):
    mine = {e: {d[0]: ours(program, d, e) for d in sets} for e in ("naive", "aipw", "gcomp", "ipw")}
    for d in sets:
        print(f"{d[0]}: truth {d[6]:.4f}")
        for e, answers in mine.items():
            a = answers[d[0]]
            low, high = a["ci"]
            print(f"    {e:<46} {a['estimate']:8.4f}  error {a['estimate'] - d[6]:+8.4f}"
                  f"  95 % {low:.3f} to {high:.3f}")
        for name, value in theirs[d[0]].items():
            print(f"    {name:<46} {value:8.4f}  error {value - d[6]:+8.4f}")
    for family in ("IHDP", "ACIC"):
        some = [d for d in sets if d[0].startswith(family)]
        for e, peer in PAIRS:
            us = mean_error(some, {k: a["estimate"] for k, a in mine[e].items()})
            them = mean_error(some, {k: a[peer] for k, a in theirs.items()})
            print(f"{family}, mean absolute error: {e} {us:.4f}, {peer} {them:.4f}, "
                  f"ratio {us / them:.3f}")


def known_gaps(program, shared):
    home = os.path.join(shared, "data/effect/clinical")
    observed = ("LaLonde", os.path.join(home, "MatchIt.lalonde.csv"), "treat", "re78",
                ["age", "educ", "race", "married", "nodegree", "re74", "re75"], ["race"], None)
    trial = ("NSW", os.path.join(home, "causaldata.nsw_mixtape.csv"), "treat", "re78", [], [], None)
    print(f"NSW trial, difference in means: {ours(program, trial, 'naive')['estimate']:.2f}")
    for e in ("naive", "ols", "gcomp", "ipw", "aipw", "match", "strata"):
        a = ours(program, observed, e, *([] if e in ("naive", "ols") else ["--estimand", "att"]))
        print(f"LaLonde, observational controls, {e}: {a['estimate']:.2f} (se {a['se']:.2f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--shared", default=os.environ.get("WARRANT_SHARED", "../shared"))
    args = parser.parse_args()
    python = ensure_peers()
    with tempfile.TemporaryDirectory() as folder:
        sets = [ihdp(args.shared, folder, i) for i in range(1, 6)]
        sets += [acic(args.shared, folder, i) for i in range(1, 6)]
        spec = os.path.join(folder, "sets.json")
        json.dump(sets, open(spec, "w", encoding="utf-8"))
        done = subprocess.run([python, __file__, "--peers", spec], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        side_by_side(args.program, sets, json.loads(done.stdout.splitlines()[-1]))
        known_gaps(args.program, args.shared)
        smoking = nhefs(args.shared, folder)
        for e in ("naive", "ols", "gcomp", "ipw", "aipw"):
            a = ours(args.program, smoking, e)
            print(f"NHEFS, kg gained by quitting, {e}: {a['estimate']:.3f} "
                  f"({a['ci'][0]:.2f} to {a['ci'][1]:.2f})")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--peers":
        peers(sys.argv[2])
    else:
        main()
