"""Path questions against networkx, in one run.

    python3 tests/bench/kg_peers.py BENCH_KG GRAPH EDGES.sif.gz

Runs `BENCH_KG queries GRAPH`, shows what it prints, then gives networkx (installed into a virtual
environment under ~/.cache/warrant) the same edges and asks for all simple paths of at most three
hops between the same pairs. CPU seconds on both sides; networkx joins parallel edges, so that its
count may be lower.
"""

import gzip
import os
import subprocess
import sys
import time
import venv

HOME = os.path.expanduser("~/.cache/warrant/networkx")


def ensure_networkx():
    python = os.path.join(HOME, "bin", "python")
    if not os.path.exists(python):
        venv.create(HOME, with_pip=True)
    if subprocess.run([python, "-c", "import networkx"], stderr=subprocess.DEVNULL).returncode:
        subprocess.run([python, "-m", "pip", "-q", "install", "networkx"], check=True)
    return python


def load(path):
    import networkx

    graph = networkx.Graph()
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            source, _, target = row.rstrip("\n").split("\t")
            graph.add_edge(source, target)
    return graph


def main(bench, graph_file, edges):
    import networkx

    ours = subprocess.run([bench, "queries", graph_file], capture_output=True, text=True)
    sys.stdout.write(ours.stdout)
    sys.stderr.write(ours.stderr)
    pairs = [line.split()[1:] for line in ours.stdout.splitlines() if line.startswith("pair ")]
    start = time.process_time()
    graph = load(edges)
    print(f"networkx {networkx.__version__}: {graph.number_of_edges()} edges loaded in "
          f"{time.process_time() - start:.1f} s CPU")
    ratios = []
    for source, target, found, ms in pairs:
        start = time.process_time()
        n = sum(1 for _ in networkx.all_simple_paths(graph, source, target, cutoff=3))
        theirs = 1e3 * (time.process_time() - start)
        ratios.append(theirs / float(ms))
        print(f"  {source} to {target}: networkx {n} paths in {theirs:.0f} ms, ours {found} in "
              f"{float(ms):.2f} ms, {ratios[-1]:.0f} times faster")
    if ratios:
        print(f"3 hops: {min(ratios):.0f} to {max(ratios):.0f} times faster than networkx")
    return ours.returncode


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    python = ensure_networkx()
    if os.path.realpath(sys.prefix) != os.path.realpath(HOME):
        os.execv(python, [python, *sys.argv])
    sys.exit(main(*sys.argv[1:]))
