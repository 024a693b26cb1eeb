#!/usr/bin/env python3
"""Answers of pyAgrum on public Bayesian networks, for tests/scm/test_peers.c.

    scm_exact.py SHARED_FOLDER > scm_exact.tsv

Installs its own copy of pyAgrum. Questions are drawn with a fixed seed; each line is
network, rung, outcome, do (v=x;...), given (v=x;...), value=probability ... . Interventional
answers are those of the network in which the arcs into the variables acted on are erased and their
tables made certain. Rows are divided by their sums first, as Warrant does on reading.
"""
import gzip
import math
import os
import random
import re
import subprocess
import sys

PINNED = "pyAgrum==3.3.1"
NETWORKS = ("asia", "cancer", "sachs", "alarm", "child", "insurance")
EACH = 12  # questions of each kind
VENV = os.path.expanduser("~/.cache/warrant/scm_peers")


def inside_venv():
    python = os.path.join(VENV, "bin", "python")
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        return
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", VENV])
    subprocess.check_call([python, "-m", "pip", "install", "--quiet", PINNED], stdout=sys.stderr)
    os.execv(python, [python, *sys.argv])


VARIABLE = re.compile(r"variable\s+(\S+)\s*\{\s*type\s+discrete\s*\[\s*\d+\s*\]\s*\{([^}]*)\}")
TABLE = re.compile(r"probability\s*\(([^|)]*)(?:\|([^)]*))?\)\s*\{([^}]*)\}")
ROW = re.compile(r"(?:\(([^)]*)\)|table)\s*([^;]*);")


def words(text):
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def load(gum, path):
    """Read here, not by pyAgrum, whose reader keeps numbers in single precision only."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        text = file.read()
    network = gum.BayesNet()
    for name, labels in VARIABLE.findall(text):
        network.add(gum.LabelizedVariable(name, name, words(labels)))
    tables = [(child.strip(), words(parents), body) for child, parents, body in TABLE.findall(text)]
    for child, parents, _ in tables:
        for parent in parents:
            network.addArc(parent, child)
    for child, parents, body in tables:
        for labels, numbers in ROW.findall(body):
            row = [float(number) for number in words(numbers)]
            row = [number / math.fsum(row) for number in row]
            if parents:
                network.cpt(child)[dict(zip(parents, words(labels)))] = row
            else:
                network.cpt(child).fillWith(row)
    return network


def joint(gum, network, wanted):
    """P(wanted) by elimination; wanted: {name: value}."""
    engine = gum.LazyPropagation(network)
    engine.setEvidence(wanted)
    try:
        return engine.evidenceProbability()
    except gum.IncompatibleEvidence:
        return 0.0


def answer(gum, network, outcome, done, given):
    changed = gum.BayesNet(network)
    for name, value in done.items():
        node = changed.idFromName(name)
        for parent in list(changed.parents(node)):
            changed.eraseArc(parent, node)
        labels = changed.variable(node).labels()
        changed.cpt(node).fillWith([1.0 if label == value else 0.0 for label in labels])
    if given and joint(gum, changed, given) < 1e-9:
        return None
    engine = gum.LazyPropagation(changed)
    engine.setEvidence(given)
    engine.makeInference()
    posterior = engine.posterior(outcome)
    return dict(zip(changed.variable(outcome).labels(), posterior.tolist()))


def draw(rng, network, kind):
    names = sorted(network.names())
    rng.shuffle(names)
    value = lambda name: rng.choice(sorted(network.variable(name).labels()))
    outcome, rest = names[0], names[1:]
    n_done = 0 if kind == "seen" else rng.randint(1, 2)
    n_given = 0 if kind == "done" else rng.randint(1, 3)
    n_given = min(n_given, len(rest) - n_done)
    done = {name: value(name) for name in rest[:n_done]}
    given = {name: value(name) for name in rest[n_done:n_done + n_given]}
    return outcome, done, given


def pairs(values):
    return ";".join("%s=%s" % item for item in sorted(values.items())) or "-"


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    inside_venv()
    import pyagrum as gum
    folder = os.path.join(sys.argv[1], "data", "scm", "bif")
    print("# %s; network, rung, outcome, do, given, probabilities" % PINNED)
    for name in NETWORKS:
        rng = random.Random("warrant " + name)
        network = load(gum, os.path.join(folder, name + ".bif.gz"))
        for kind in ("seen", "done", "both"):
            left = EACH
            while left > 0:
                outcome, done, given = draw(rng, network, kind)
                found = answer(gum, network, outcome, done, given)
                if found is None or not all(math.isfinite(p) for p in found.values()):
                    continue
                left -= 1
                print("\t".join([name, "2" if done else "1", outcome, pairs(done), pairs(given),
                                 *("%s=%r" % item for item in sorted(found.items()))]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
