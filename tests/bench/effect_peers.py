#!/usr/bin/env python3
"""effect_peers.py: AIPW with 5 folds of cross-fitting and 1,000 bootstrap draws, beside peers.

    effect_peers.py BENCH_EFFECT [--rows 5000] [--columns 58] [--draws 1000] [--shown 5]

BENCH_EFFECT is the program bench_effect (build with -DWARRANT_BENCH=ON). Peers are installed
into ~/.cache/warrant/effect-speed (versions below). All run in this call on one thread; figures are
CPU seconds (user and system), which other work on the machine disturbs least. Peers compute the
first --shown draws (EconML one fit) and are scaled to --draws: a draw costs the same each time.

  numpy          Newton's logistic fit and least squares (lstsq) in each fold on the copied rows
  numpy, tuned   the same with counts as weights, no copies, normal equations, started from the fit
                 to the whole sample
  EconML         LinearDRLearner, cv=5, LogisticRegression and LinearRegression as its models, one
                 fit on the copied rows of a draw (its default models, cross-validated, cost more)

Both numpy versions take our folds and our draws, and must give our estimate of each draw to 1e-6;
otherwise the exit status is 1. EconML draws its own folds, so its estimate is only shown.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import venv

PINS = ["numpy==2.4.6", "scipy==1.17.1", "econml==0.17.0"]
HOME = pathlib.Path.home() / ".cache" / "warrant" / "effect-speed"
FOLDS = 5
EXTREME = 0.01  # held-out propensities are drawn in to here, ours (crossfit.c) and theirs


def reenter():
    """Runs this file again with the peers and one thread."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PINS], check=True)
    threads = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    sys.exit(subprocess.run([python, __file__, "--inside", *sys.argv[1:]], check=False,
                            env={**os.environ, **threads}).returncode)


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(function, *arguments):
    start = cpu()
    result = function(*arguments)
    return result, cpu() - start


def logistic(np, design, t, weights=None, start=None):
    """Newton's method to a step below 1e-10."""
    beta = np.zeros(design.shape[1]) if start is None else start
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ beta))
        residual, curvature = t - p, p * (1 - p)
        if weights is not None:
            residual, curvature = weights * residual, weights * curvature
        step = np.linalg.solve(design.T @ (design * curvature[:, None]), design.T @ residual)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return beta


def scores(np, t, y, e, m0, m1):
    e = np.clip(e, EXTREME, 1 - EXTREME)
    return m1 - m0 + t * (y - m1) / e - (1 - t) * (y - m0) / (1 - e)


def copied_draw(np, design, t, y, fold, counts):
    rows = np.repeat(np.arange(len(t)), counts.astype(int))
    x, t, y, fold = design[rows], t[rows], y[rows], fold[rows]
    psi = np.empty(len(t))
    for f in range(FOLDS):
        fit, held = fold != f, fold == f
        e = 1 / (1 + np.exp(-x[held] @ logistic(np, x[fit], t[fit])))
        mean = [x[held] @ np.linalg.lstsq(x[fit & (t == arm)], y[fit & (t == arm)], rcond=None)[0]
                for arm in (0, 1)]
        psi[held] = scores(np, t[held], y[held], e, *mean)
    return psi.mean()


def tuned_draw(np, design, t, y, fold, counts, start):
    drawn = counts > 0
    x, t, y, fold, w = design[drawn], t[drawn], y[drawn], fold[drawn], counts[drawn]
    psi = np.empty(len(t))
    for f in range(FOLDS):
        fit, held = fold != f, fold == f
        e = 1 / (1 + np.exp(-x[held] @ logistic(np, x[fit], t[fit], w[fit], start)))
        mean = []
        for arm in (0, 1):
            rows = fit & (t == arm)
            weighted = x[rows] * w[rows][:, None]
            mean.append(x[held] @ np.linalg.solve(weighted.T @ x[rows], weighted.T @ y[rows]))
        psi[held] = scores(np, t[held], y[held], e, *mean)
    return (w * psi).sum() / w.sum()


def econml_draw(np, x, t, y, counts):
    from econml.dr import LinearDRLearner
    from sklearn.linear_model import LinearRegression, LogisticRegression
    rows = np.repeat(np.arange(len(t)), counts.astype(int))
    learner = LinearDRLearner(model_propensity=LogisticRegression(C=1e6, max_iter=1000),
                              model_regression=LinearRegression(), cv=FOLDS, random_state=1,
                              min_propensity=1e-6)
    learner.fit(y[rows], t[rows].astype(int), X=None, W=x[rows])
    return float(learner.ate(X=None))


def read(np, path, n, k, shown):
    numbers = np.fromfile(path)
    x, rest = numbers[:n * k].reshape(k, n).T.copy(), numbers[n * k:]
    t, y, fold = rest[:n], rest[n:2 * n], rest[2 * n:3 * n].astype(int)
    counts = rest[3 * n:(3 + shown) * n].reshape(shown, n)
    return x, t, y, fold, counts, rest[(3 + shown) * n:]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--columns", type=int, default=58)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--shown", type=int, default=5)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    o = arguments()
    if not o.inside:
        reenter()
    import numpy as np
    import econml
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "numbers")
        numbers = map(str, (o.rows, o.columns, FOLDS, o.draws, 1))
        line = subprocess.run([o.bench, "speed", *numbers, path, str(o.shown)], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        ours = json.loads(line)
        x, t, y, fold, counts, draws = read(np, path, o.rows, o.columns, o.shown)
    design = np.column_stack([np.ones(o.rows), x])
    start = logistic(np, design, t)
    copied_draw(np, design, t, y, fold, counts[0])  # warm
    plain, plain_s = timed(lambda: [copied_draw(np, design, t, y, fold, c) for c in counts])
    tuned, tuned_s = timed(lambda: [tuned_draw(np, design, t, y, fold, c, start) for c in counts])
    theirs, econml_s = timed(econml_draw, np, x, t, y, counts[0])
    print("%d x %d, %d folds, %d draws; estimate %.6f, BCa %.6f to %.6f" % (
        o.rows, o.columns, FOLDS, o.draws, ours["estimate"], ours["low"], ours["high"]))
    print("%-34s %12s %8s" % ("", "CPU s", "ratio"))
    print("%-34s %12.2f" % ("warrant", ours["cpu_s"]))
    for name, seconds in (("numpy " + np.__version__, plain_s / o.shown * o.draws),
                          ("numpy, tuned", tuned_s / o.shown * o.draws),
                          ("EconML %s LinearDRLearner" % econml.__version__, econml_s * o.draws)):
        print("%-34s %12.2f %7.1fx" % (name, seconds, seconds / ours["cpu_s"]))
    gap = max(np.abs(np.array(plain) - draws).max(), np.abs(np.array(tuned) - draws).max())
    print("largest difference from numpy over %d draws: %.1e; EconML's draw %.4f, ours %.4f" % (
        o.shown, gap, theirs, draws[0]))
    return 0 if gap < 1e-6 else 1


if __name__ == "__main__":
    sys.exit(main())
