#!/usr/bin/env python3
"""effect_weights.py: least squares, logistic fits, weighting, AIPW and g-computation by statsmodels.

    effect_weights.py > effect_weights.json

Installs statsmodels (pinned below) into ~/.cache/warrant/effect-weights and runs itself there. The data
are simulated here and stored with the answers, so that the test needs nothing else. All fits are
pushed to convergence far below what the test asks for.
"""
import json
import pathlib
import subprocess
import sys
import venv

PINS = ["numpy==2.4.6", "scipy==1.17.1", "pandas==2.3.3", "statsmodels==0.14.5"]
HOME = pathlib.Path.home() / ".cache" / "warrant" / "effect-weights"


def reenter():
    """Runs this file with the pinned packages, once they are there."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PINS], check=True, stdout=sys.stderr)
    sys.exit(subprocess.run([python, __file__, "inside"], check=False).returncode)


def simulate(np, n=160):
    """Rounded to 6 digits, so that the stored text is the data to the last bit."""
    rng = np.random.default_rng(20260101)
    x = np.round(np.column_stack([rng.normal(50, 10, n), rng.normal(size=n),
                                  rng.integers(0, 2, n).astype(float)]), 6)
    eta = 0.04 * (x[:, 0] - 50) + 0.5 * x[:, 1] - 0.6 * x[:, 2]
    t = (rng.uniform(size=n) < 1 / (1 + np.exp(-eta))).astype(float)
    y = np.round(1 + 0.05 * x[:, 0] - x[:, 1] + t * (1 + 0.5 * x[:, 1]) + rng.normal(size=n)
                 * (1 + x[:, 2]), 6)
    b = (rng.uniform(size=n) < 1 / (1 + np.exp(-(0.3 * x[:, 1] - 0.5 + 0.7 * t)))).astype(float)
    return x, t, y, b, np.arange(n) % 20


def linear(sm, design, y, cluster):
    fit = sm.OLS(y, design).fit()
    out = {"coefficients": list(fit.params), "classical": list(fit.bse)}
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        out[kind] = list(sm.OLS(y, design).fit(cov_type=kind).bse)
    clustered = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    out["clustered"] = list(clustered.bse)
    return out


def logistic(sm, design, t):
    return sm.Logit(t, design).fit(disp=0, method="newton", tol=1e-14, maxiter=200)


def sandwich(np, gmm, params):
    """Standard error of the first parameter from statsmodels' own moment conditions, at the exact
    estimates: its optimiser (Nelder-Mead) would move them by more than the test allows."""
    from statsmodels.tools.numdiff import approx_fprime
    moments = gmm.momcond(params)
    jacobian = approx_fprime(params, lambda p: gmm.momcond(p).mean(0), centered=True)
    inverse = np.linalg.inv(jacobian)
    covariance = inverse @ (moments.T @ moments / len(moments)) @ inverse.T / len(moments)
    assert np.abs(moments.mean(0)).max() < 1e-8, moments.mean(0)
    return float(np.sqrt(covariance[0, 0]))


def treatment_effects(np, sm, design, t, y):
    """statsmodels.treatment: estimate and standard error, by method and population."""
    from statsmodels.treatment import treatment_effects as te
    out = {}
    select = logistic(sm, design, t)
    effect = te.TreatmentEffect(sm.OLS(y, design), t.astype(int), results_select=select)
    outcome = [effect.results0.params, effect.results1.params]
    for group, name in (("all", "ate"), (1, "att"), (0, "atc")):
        found = effect.ipw(return_results=False, effect_group=group)
        gmm = te._IPWGMM(y, select, None, teff=effect, effect_group=group)
        start = np.concatenate([found[:2], select.params])
        out["ipw_" + name] = [float(found[0]), sandwich(np, gmm, start)]
        found = effect.ra(return_results=False, effect_group=group)
        grouped = np.concatenate([np.zeros(int((t == 0).sum())), np.ones(int(t.sum()))])
        probt = {"all": None, 1: grouped, 0: 1 - grouped}[group]
        gmm = te._RAGMM(y, select, None, teff=effect, probt=probt)
        start = np.concatenate([found[:2], *outcome])
        out["ra_" + name] = [float(found[0]), sandwich(np, gmm, start)]
    found = effect.aipw(return_results=False)
    gmm = te._AIPWGMM(y, select, None, teff=effect)
    start = np.concatenate([found[:2], *outcome, select.params])
    out["aipw_ate"] = [float(found[0]), sandwich(np, gmm, start)]
    return out


def standardised_risk(sm, design, t, b):
    """g-computation with a logistic model in each arm: means of predictions over all, over the
    treated."""
    risk = [sm.Logit(b[t == arm], design[t == arm]).fit(disp=0, tol=1e-14, maxiter=200)
            .predict(design) for arm in (0, 1)]
    effect = risk[1] - risk[0]
    return {"ate": float(effect.mean()), "att": float(effect[t == 1].mean()),
            "atc": float(effect[t == 0].mean())}


def main():
    if sys.argv[1:] != ["inside"]:
        reenter()
    import numpy as np
    import statsmodels.api as sm
    x, t, y, b, cluster = simulate(np)
    design = sm.add_constant(x)
    with_treatment = np.column_stack([design[:, :1], t, x])
    fit = logistic(sm, design, t)
    e = fit.predict(design)
    json.dump({
        "made_by": "tests/peers/effect_weights.py", "packages": PINS,
        "data": {"x": x.T.tolist(), "t": t.tolist(), "y": y.tolist(), "b": b.tolist(),
                 "cluster": cluster.tolist()},
        "ols": linear(sm, with_treatment, y, cluster),
        "logit": {"coefficients": list(fit.params), "bse": list(fit.bse)},
        "horvitz_thompson": float(np.mean(t * y / e - (1 - t) * y / (1 - e))),
        "effects": treatment_effects(np, sm, design, t, y),
        "standardised_risk": standardised_risk(sm, design, t, b),
    }, sys.stdout, indent=None, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
