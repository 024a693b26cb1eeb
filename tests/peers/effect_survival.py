#!/usr/bin/env python3
"""Survival estimates of R's survival package and of lifelines, stored for tests/effect.

Usage: effect_survival.py [--shared DIR]

Installs lifelines into a virtual environment below ~/.cache/warrant and runs R (Debian packages
r-base-core and r-cran-survival). Writes effect_survival.json beside this script: made-up tables, and
for them and for two public trials (read below DIR/data/effect/clinical, not copied) coefficients,
errors and tests. Both peers run at tight tolerance; where both answer, they are compared here.
"""
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(os.path.expanduser("~"), ".cache", "warrant", "effect-survival")
PINNED = ["lifelines==0.30.3", "numpy==2.4.6", "pandas==2.3.3", "scipy==1.17.1"]

R_CODE = r"""
suppressMessages(library(survival))
args <- commandArgs(trailingOnly=TRUE)
d <- read.csv(args[1]); columns <- strsplit(args[2], ",")[[1]]
put <- function(name, x) cat(name, sprintf("%.17g", x), "\n", sep="\t")
cat("version", as.character(packageVersion("survival")), "\n", sep="\t")
control <- coxph.control(eps=1e-13, toler.chol=1e-14, iter.max=60)
f <- as.formula(paste("Surv(time, event) ~", paste(columns, collapse=" + ")))
for (ties in c("efron", "breslow")) for (kind in c("plain", "weighted", "clustered")) {
  if (kind != "plain" && !(kind %in% names(d))) next
  w <- if (kind == "weighted") d$weighted else rep(1, nrow(d))
  key <- paste("cox", ties, kind, sep=".")
  d$w <- w
  fit <- if (kind == "clustered") coxph(f, d, ties=ties, control=control, cluster=clustered)
         else coxph(f, d, weights=w, ties=ties, control=control, robust=TRUE)
  put(paste0(key, ".beta"), unname(fit$coefficients))
  put(paste0(key, ".se"), unname(sqrt(diag(fit$naive.var))))
  put(paste0(key, ".robust"), unname(sqrt(diag(fit$var))))
  put(paste0(key, ".loglik"), fit$loglik)
  if (kind == "plain") {
    plain <- coxph(f, d, ties=ties, control=control)
    put(paste0(key, ".score"), plain$score)
    for (scale in c("km", "identity", "log")) {
      z <- cox.zph(plain, transform=scale)$table
      put(paste0(key, ".zph_", scale), unname(z[, 1]))
    }
  }
}
for (arm in 0:1) {
  s <- survfit(Surv(time, event) ~ 1, d[d$treatment == arm, ], conf.type="log-log")
  key <- paste0("km.", arm)
  put(paste0(key, ".time"), s$time); put(paste0(key, ".survival"), s$surv)
  put(paste0(key, ".low"), s$lower); put(paste0(key, ".high"), s$upper)
  tau <- as.numeric(args[3])
  t <- summary(s, rmean=tau)$table
  put(paste0(key, ".rmean"), unname(t["rmean"])); put(paste0(key, ".rmean_se"), unname(t["se(rmean)"]))
  put(paste0(key, ".median"), unname(t["median"]))
}
"""


def in_venv():
    python = os.path.join(CACHE, "bin", "python3")
    if os.path.realpath(sys.prefix) == os.path.realpath(CACHE):
        return
    if not os.path.exists(python):
        venv.create(CACHE, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q"] + PINNED, check=True)
    os.execv(python, [python, os.path.abspath(__file__)] + sys.argv[1:])


def made_up():
    """Two tables of invented rows; a linear congruential generator, so that they never change."""
    state = [12345]

    def draw():
        state[0] = (1103515245 * state[0] + 12345) % 2**31
        return state[0] / 2**31

    few = {"time": [5, 8, 8, 12, 3, 9, 12, 15, 2, 8, 14, 7], "event": [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1],
           "treatment": [1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0], "x": [2, 1, 4, 3, 5, 1, 2, 0, 3, 2, 1, 4]}
    many = {name: [] for name in ("time", "event", "treatment", "x", "z", "weighted", "clustered")}
    for i in range(200):
        treatment, x, z = int(draw() < 0.5), round(4 * draw() - 2, 3), int(draw() < 0.3)
        rate = 0.05 * math.exp(0.5 * x - 0.7 * treatment + 0.4 * z)
        time = 1 + int(min(-1 / rate * math.log(1 - draw()), 40))
        censored = 1 + int(40 * draw())
        for name, value in (("time", min(time, censored)), ("event", int(time <= censored)),
                            ("treatment", treatment), ("x", x), ("z", z),
                            ("weighted", round(0.5 + 2 * draw(), 3)), ("clustered", i % 37)):
            many[name].append(value)
    return {"few": few, "many": many}


def trial(path, time, event, columns):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    table = {"time": [float(row[time]) for row in rows], "event": [int(row[event]) for row in rows],
             "treatment": [int(row[columns[0]]) for row in rows]}
    for name in columns[1:]:
        table[name] = [float(row[name]) for row in rows]
    return table


def ask_r(table, columns, horizon):
    with tempfile.TemporaryDirectory() as folder:
        data, code = os.path.join(folder, "data.csv"), os.path.join(folder, "code.R")
        with open(data, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table)
            writer.writerows(zip(*table.values()))
        with open(code, "w") as file:
            file.write(R_CODE)
        out = subprocess.run(["Rscript", "--vanilla", code, data, ",".join(columns), str(horizon)],
                             check=True, capture_output=True, text=True).stdout
    answer = {}
    for line in out.splitlines():
        name, *values = line.rstrip("\t ").split("\t")
        answer[name] = values[0] if name == "version" else [
            None if v in ("NA", "NaN") else float(v) for v in values]
    return answer


def ask_lifelines(table, columns):
    import pandas
    from lifelines import CoxPHFitter
    frame = pandas.DataFrame({name: table[name] for name in ["time", "event"] + columns})
    fit = CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-13})
    return {"beta": [float(fit.params_[c]) for c in columns],
            "se": [float(fit.standard_errors_[c]) for c in columns]}


def case(name, table, columns, horizon):
    answer = ask_r(table, columns, horizon)
    lifelines = ask_lifelines(table, columns)
    for ours, theirs in (("cox.efron.plain.beta", "beta"), ("cox.efron.plain.se", "se")):
        for a, b in zip(answer[ours], lifelines[theirs]):
            if abs(a - b) > 1e-6 * max(1, abs(b)):
                sys.exit("%s: R and lifelines differ in %s: %r %r" % (name, ours, a, b))
    version = answer.pop("version")
    if len(table["time"]) > 500:  # a curve of that length is checked through its mean and median
        for key in [k for k in answer if k.split(".")[-1] in ("time", "survival", "low", "high")]:
            del answer[key]
    return {"name": name, "columns": columns, "horizon": horizon, "r": answer,
            "lifelines": lifelines}, version


def main():
    in_venv()
    shared = sys.argv[2] if sys.argv[1:2] == ["--shared"] else os.path.join(HERE, "../../../shared")
    clinical = os.path.join(shared, "data/effect/clinical")
    tables = made_up()
    trials = {
        "rotterdam": ("survival.rotterdam.csv", "dtime", "death",
                      ["hormon", "age", "meno", "nodes", "pgr", "er", "chemo"], 3000),
        "gbsg": ("survival.gbsg.csv", "rfstime", "status",
                 ["hormon", "age", "meno", "size", "grade", "nodes", "pgr"], 2000)}
    cases = []
    for name, columns, horizon in (("few", ["treatment", "x"], 12), ("many", ["treatment", "x", "z"], 30)):
        one, version = case(name, tables[name], columns, horizon)
        cases.append(one)
    for name, (file, time, event, columns, horizon) in trials.items():
        table = trial(os.path.join(clinical, file), time, event, columns)
        one, version = case(name, table, ["treatment"] + columns[1:], horizon)
        cases.append(dict(one, file=file, time=time, event=event, columns=columns))
    with open(os.path.join(HERE, "effect_survival.json"), "w") as file:
        json.dump({"peers": {"R survival": version, "lifelines": "0.30.3"}, "tables": tables,
                   "cases": cases}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
