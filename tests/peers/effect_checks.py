#!/usr/bin/env python3
"""Tests of independence, tail probabilities and corrections for many tests by R's stats package,
stored for tests/effect.

Usage: effect_checks.py

Needs R (Debian package r-base-core). Writes effect_checks.json beside this script: one made-up
table and R's answers about it.
"""
import csv
import json
import math
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

R_CODE = r"""
d <- read.csv(commandArgs(trailingOnly=TRUE)[1])
put <- function(name, ...) cat(name, sprintf("%.17g", c(...)), "\n", sep="\t")
f <- function(x) factor(x)
fisher <- function(x, y, k) { r <- cor(x, y); z <- sqrt(length(x) - k - 3) * atanh(r)
  c(r, z, 2 * pnorm(-abs(z))) }
put("correlation", fisher(d$u, d$v, 0))
put("partial", with(d, fisher(resid(lm(u ~ w + f(c))), resid(lm(v ~ w + f(c))), 3)))
a <- anova(lm(u ~ w, d), lm(u ~ w + f(c), d)); put("nested", a$F[2], a$Df[2], a$Res.Df[2], a$"Pr(>F)"[2])
g <- function(t) { keep <- apply(t, 3, function(m) sum(m) > 0); total <- 0; df <- 0
  for (k in which(keep)) { m <- t[, , k]; e <- outer(rowSums(m), colSums(m)) / sum(m)
    total <- total + 2 * sum(ifelse(m > 0, m * log(m / e), 0))
    df <- df + (sum(rowSums(m) > 0) - 1) * (sum(colSums(m) > 0) - 1) }
  c(total, df, pchisq(total, df, lower.tail=FALSE)) }
put("g_test", g(table(d$b, d$c, d$a)))
m <- loglin(table(d$b, d$c, d$a), list(c(1, 3), c(2, 3)), print=FALSE); put("g_loglin", m$lrt, m$df)
s <- mantelhaen.test(table(d$a, d$b, d$pair), correct=FALSE); put("mantel_haenszel", s$statistic, s$p.value)
gcm <- function(x, y, z) { rx <- resid(lm(x ~ z)); ry <- resid(lm(y ~ z)); rx <- as.matrix(rx); ry <- as.matrix(ry)
  p <- NULL; for (i in seq_len(ncol(rx))) for (j in seq_len(ncol(ry))) p <- cbind(p, rx[, i] * ry[, j])
  n <- nrow(p); mu <- colMeans(p); v <- crossprod(sweep(p, 2, mu)) / n
  s <- n * sum(mu * solve(v, mu)); c(s, ncol(p), pchisq(s, ncol(p), lower.tail=FALSE)) }
put("covariance", gcm(cbind(d$c == 1, d$c == 2) + 0, cbind(d$b == 1) + 0, d$w))
p <- c(0.001, 0.04, 0.03, 0.2, 0.7, 0.0005, 0.012); put("p", p)
put("holm", p.adjust(p, "holm")); put("by", p.adjust(p, "BY"))
put("chi2", pchisq(c(0.1, 3.84, 50, 1000, 0.001), c(1, 1, 30, 1000, 5), lower.tail=FALSE))
put("f", pf(c(0.5, 4, 12, 1.1, 30), c(1, 2, 5, 200, 3), c(10, 20, 7, 3000, 100000), lower.tail=FALSE))
"""


def table():
    """120 invented rows; a linear congruential generator, so that they never change."""
    state = [2024]

    def draw():
        state[0] = (1103515245 * state[0] + 12345) % 2**31
        return state[0] / 2**31

    def normal():
        return sum(draw() for _ in range(12)) - 6

    columns = {name: [] for name in "uvwabc"}
    columns["pair"] = []
    for i in range(120):
        w, a = normal(), int(draw() < 0.4)
        c = int(3 * draw())
        u = 0.5 * w + 0.4 * (c == 2) + normal()
        row = {"w": w, "a": a, "c": c, "u": u, "v": 0.6 * w + 0.2 * u + normal(),
               "b": int(draw() < 0.3 + 0.3 * a), "pair": i // 2}
        for name, value in row.items():
            columns[name].append(round(value, 4) if isinstance(value, float) else value)
    assert all(math.isfinite(x) for column in columns.values() for x in column)
    return columns


def main():
    rows = table()
    with tempfile.TemporaryDirectory() as folder:
        data, code = os.path.join(folder, "data.csv"), os.path.join(folder, "code.R")
        with open(data, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(rows)
            writer.writerows(zip(*rows.values()))
        with open(code, "w") as file:
            file.write(R_CODE)
        out = subprocess.run(["Rscript", "--vanilla", code, data], check=True, capture_output=True,
                             text=True).stdout
        version = subprocess.run(["Rscript", "--version"], check=True, capture_output=True,
                                 text=True)
    answers = {}
    for line in out.splitlines():
        name, *values = line.rstrip("\t ").split("\t")
        answers[name] = [float(value) for value in values]
    with open(os.path.join(HERE, "effect_checks.json"), "w") as file:
        json.dump({"peer": (version.stdout or version.stderr).strip(), "table": rows, "r": answers},
                  file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
