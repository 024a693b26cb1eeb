#!/usr/bin/env python3
"""effect_linear.py: least squares, instruments, differences in differences and discontinuities by
named peers, for the tests to compare with; and the front-door formula by numpy.

    effect_linear.py [--work FOLDER]

Installs statsmodels, linearmodels and rdrobust (versions below) into a virtual environment in
FOLDER (~/.cache/warrant/effect-linear), makes the tables linear.csv, instrument.csv, panel.csv,
discontinuity.csv and mediator.csv beside this script from a fixed seed, fits them with the peers,
and writes effect_linear.json. Run it again only to change versions or cases: tests read what
it wrote.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import venv

PINS = ["numpy==2.3.5", "scipy==1.16.3", "pandas==2.3.3", "statsmodels==0.14.5",
        "linearmodels==6.1", "rdrobust==2.1.1"]
HERE = pathlib.Path(__file__).resolve().parent
SEED = 20240607


def enter_environment(work):
    """Runs this script again inside the environment that holds the peers."""
    python = work / "bin" / "python"
    if not python.exists():
        venv.create(work, with_pip=True)
    subprocess.run([python, "-m", "pip", "-q", "install", *PINS], check=True)
    os.execv(python, [str(python), __file__, "--inside"])


def write_table(name, columns):
    """CSV with six decimals, and the same rounded numbers back."""
    import pandas
    frame = pandas.DataFrame(columns)
    frame.to_csv(HERE / name, index=False, float_format="%.6f", lineterminator="\n")
    return pandas.read_csv(HERE / name)


def make_linear(rng, n=150):
    site = rng.choice(list("abc"), n)
    x1, x2 = rng.normal(50, 10, n), rng.exponential(2, n)
    t = (rng.random(n) < 1 / (1 + 2.718281828 ** (-(x1 - 50) / 10))).astype(int)
    y = 3 + 2 * t + 0.1 * x1 - 0.5 * x2 + (site == "b") + rng.normal(0, 1 + 0.5 * x2, n)
    return {"y": y, "t": t, "x1": x1, "x2": x2, "site": site, "clinic": rng.integers(1, 16, n)}


def make_instrument(rng, n=400):
    u, z1, z2 = rng.normal(size=n), rng.integers(0, 2, n), rng.normal(size=n)
    x1 = rng.normal(size=n)
    d = ((0.9 * z1 + 0.5 * z2 + 0.4 * x1 + u + rng.normal(size=n)) > 0.5).astype(int)
    dose = 1 + 0.9 * z1 + 0.5 * z2 + 0.4 * x1 + u + rng.normal(size=n)
    noise = rng.normal(size=n) * (1 + 0.5 * (x1 > 0))
    y, y_dose = 1 + 1.5 * d + 0.7 * x1 + u + noise, 2 + 0.8 * dose + 0.7 * x1 + u + noise
    return {"y": y, "y_dose": y_dose, "d": d, "dose": dose, "z1": z1, "z2": z2, "x1": x1,
            "clinic": rng.integers(1, 26, n)}


def make_panel(rng, units=60):
    rows = []
    for unit in range(1, units + 1):
        group, level, age = int(unit % 2), rng.normal(), rng.normal(60, 8)
        for period in (0, 1):
            y = 10 + 1.5 * group + 0.8 * period + 2.2 * group * period + 0.05 * age + level
            rows.append((unit, group, period, age, y + rng.normal()))
    return dict(zip(("unit", "group", "period", "age", "y"), map(list, zip(*rows))))


def make_discontinuity(rng, n=600):
    r = rng.uniform(-1, 1, n)
    y = 0.5 + 0.9 * r - 0.6 * r ** 2 + 0.8 * (r >= 0) + rng.normal(0, 0.3 + 0.2 * r ** 2, n)
    return {"r": r, "d": (r >= 0).astype(int), "y": y}


def make_mediator(rng, n=500):
    u, x = rng.normal(size=n), rng.normal(size=n)
    t = (u + rng.normal(size=n) > 0).astype(int)
    step = rng.random(n) + 0.35 * t
    m = numpy_choose(step)
    m1, m2 = 0.8 * t + 0.3 * x + rng.normal(size=n), -0.5 * t + rng.normal(size=n)
    y = 1 + 1.2 * (step > 0.5) + 0.7 * (step > 0.9) + u + rng.normal(size=n)
    return {"t": t, "m": m, "m1": m1, "m2": m2, "x": x, "y": y,
            "y_line": 2 + 1.5 * m1 - 0.9 * m2 + 0.4 * x + u + rng.normal(size=n)}


def numpy_choose(step):
    import numpy
    return numpy.where(step > 0.9, "high", numpy.where(step > 0.5, "middle", "low"))


def numbers(values):
    return [float(v) for v in values]


def ols_cases(frame):
    import statsmodels.api as sm
    design = sm.add_constant(frame[["t", "x1", "x2"]].assign(
        **{"site=b": frame.site == "b", "site=c": frame.site == "c"}).astype(float))
    fit = sm.OLS(frame.y, design).fit()
    case = {"columns": list(design.columns), "coefficients": numbers(fit.params),
            "classical": numbers(fit.bse), "classical_interval": numbers(fit.conf_int().loc["t"])}
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        case[kind] = numbers(fit.get_robustcov_results(kind).bse)
    clusters = fit.get_robustcov_results("cluster", groups=frame.clinic, use_correction=True,
                                         df_correction=True)
    return {**case, "cluster": numbers(clusters.bse)}


def iv_case(frame, outcome, treatment, covariates, instruments):
    import statsmodels.api as sm
    from linearmodels.iv import IV2SLS
    exog = sm.add_constant(frame[covariates].astype(float))
    z = frame[instruments].astype(float)
    model = IV2SLS(frame[outcome], exog, frame[[treatment]].astype(float), z)
    case = {"outcome": outcome, "treatment": treatment, "covariates": covariates,
            "instruments": instruments}
    fits = {"classical": model.fit(cov_type="unadjusted", debiased=True),
            "HC0": model.fit(cov_type="robust", debiased=False),
            "HC1": model.fit(cov_type="robust", debiased=True),
            "cluster": model.fit(cov_type="clustered", clusters=frame.clinic, debiased=True)}
    case["coefficient"] = float(fits["HC0"].params[treatment])
    case["se"] = {kind: float(fit.std_errors[treatment]) for kind, fit in fits.items()}
    first = sm.OLS(frame[treatment].astype(float), exog.join(z)).fit()
    none = sm.OLS(frame[treatment].astype(float), exog).fit()
    case["first_stage_f"] = float(first.compare_f_test(none)[0])
    case["partial_r2"] = float((none.ssr - first.ssr) / none.ssr)
    robust = sm.OLS(frame[treatment].astype(float), exog.join(z)).fit(cov_type="HC1")
    case["first_stage_f_HC1"] = float(robust.f_test([[float(c == i) for c in exog.join(z).columns]
                                                     for i in instruments]).fvalue)
    if len(instruments) > 1:
        sargan = fits["HC0"].sargan
        case["sargan"] = {"statistic": float(sargan.stat), "p": float(sargan.pval)}
    return case


def did_case(frame, covariates):
    import statsmodels.api as sm
    design = frame[["group", "period"]].assign(both=frame.group * frame.period)
    design = sm.add_constant(design.join(frame[covariates]).astype(float))
    fit = sm.OLS(frame.y, design).fit()
    clustered = fit.get_robustcov_results("cluster", groups=frame.unit)
    at = list(design.columns).index("both")
    return {"covariates": covariates, "coefficient": float(fit.params["both"]),
            "HC1": float(fit.get_robustcov_results("HC1").bse[at]),
            "classical": float(fit.bse["both"]), "cluster": float(clustered.bse[at])}


def frontdoor_value(frame, weight):
    """The formula by weighted cell means."""
    import numpy
    t, y = frame.t.to_numpy(), frame.y.to_numpy()
    share, value = (weight * t).sum() / weight.sum(), 0.0
    for m in ("low", "middle", "high"):
        here = frame.m.to_numpy() == m
        given = [weight[here & (t == k)].sum() / weight[t == k].sum() for k in (0, 1)]
        mean = [numpy.average(y[here & (t == k)], weights=weight[here & (t == k)]) for k in (0, 1)]
        value += (given[1] - given[0]) * (share * mean[1] + (1 - share) * mean[0])
    return value


def frontdoor_case(frame):
    """The error by the infinitesimal jackknife: numeric derivatives in the weight of each row."""
    import numpy
    n, step = len(frame), 1e-4
    slopes = numpy.zeros(n)
    for i in range(n):
        more, less = numpy.ones(n), numpy.ones(n)
        more[i], less[i] = 1 + step, 1 - step
        slopes[i] = (frontdoor_value(frame, more) - frontdoor_value(frame, less)) / (2 * step)
    return {"coefficient": float(frontdoor_value(frame, numpy.ones(n))),
            "se": float(numpy.sqrt((slopes ** 2).sum()))}


def frontdoor_line_case(frame):
    """Products of coefficients; the delta method on influence functions of statsmodels' fits."""
    import numpy
    import statsmodels.api as sm
    first = sm.add_constant(frame[["t", "x"]].astype(float))
    second = sm.add_constant(frame[["t", "m1", "m2", "x"]].astype(float))
    outcome, effect, psi = sm.OLS(frame.y_line, second).fit(), 0.0, numpy.zeros(len(frame))

    def influence(fit, name):
        at = list(fit.params.index).index(name)
        pull = fit.model.exog @ fit.normalized_cov_params.to_numpy()[:, at]
        return len(frame) * pull * fit.resid

    for name in ("m1", "m2"):
        mediator = sm.OLS(frame[name], first).fit()
        effect += mediator.params["t"] * outcome.params[name]
        psi += outcome.params[name] * influence(mediator, "t")
        psi += mediator.params["t"] * influence(outcome, name)
    return {"coefficient": float(effect), "se": float(numpy.sqrt((psi ** 2).sum()) / len(frame))}


def rdd_case(frame, bandwidth, kind):
    """bandwidth None: rdrobust chooses."""
    from rdrobust import rdrobust
    fit = rdrobust(frame.y, frame.r, c=0, h=bandwidth, b=bandwidth, kernel="triangular", vce=kind,
                   masspoints="off", bwselect="mserd")
    return {"given": bandwidth is not None, "h": float(fit.bws.iloc[0, 0]),
            "b": float(fit.bws.iloc[1, 0]), "vce": kind, "coefficient": float(fit.coef.iloc[0, 0]),
            "se": float(fit.se.iloc[0, 0]), "bias_corrected": float(fit.coef.iloc[1, 0]),
            "robust_se": float(fit.se.iloc[2, 0]), "rows": numbers(fit.N_h)}


def main_inside():
    import numpy
    from importlib.metadata import version
    rng = numpy.random.Generator(numpy.random.PCG64(SEED))
    linear = write_table("linear.csv", make_linear(rng))
    instrument = write_table("instrument.csv", make_instrument(rng))
    panel = write_table("panel.csv", make_panel(rng))
    jump = write_table("discontinuity.csv", make_discontinuity(rng))
    mediator = write_table("mediator.csv", make_mediator(rng))
    result = {
        "versions": {pin.split("==")[0]: version(pin.split("==")[0]) for pin in PINS},
        "seed": SEED,
        "ols": ols_cases(linear),
        "iv": [iv_case(instrument, "y", "d", [], ["z1"]),
               iv_case(instrument, "y", "d", ["x1"], ["z1", "z2"]),
               iv_case(instrument, "y_dose", "dose", ["x1"], ["z1"]),
               iv_case(instrument, "y_dose", "dose", ["x1"], ["z1", "z2"])],
        "did": [did_case(panel, []), did_case(panel, ["age"])],
        "frontdoor": frontdoor_case(mediator),
        "frontdoor_line": frontdoor_line_case(mediator),
        "rdd": [rdd_case(jump, h, kind) for h in (0.3, 0.6, None)
                for kind in ("hc0", "hc1", "hc2", "hc3")],
    }
    with open(HERE / "effect_linear.json", "w", encoding="utf-8") as out:
        json.dump(result, out, indent=1)
        out.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path,
                        default=pathlib.Path.home() / ".cache" / "warrant" / "effect-linear")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        main_inside()
    else:
        enter_environment(options.work)


if __name__ == "__main__":
    sys.exit(main())
