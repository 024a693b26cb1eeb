#!/usr/bin/env python3
"""causal_peers.py: the causal engine beside dagitty, networkx, pgmpy and DoWhy, in one run.

    causal_peers.py BENCH_PEERS [--sizes 100,1000] [--families er,band,ladder] [--jobs N]
                    [--limit SECONDS] [--dagitty SOURCE] [--work FOLDER]

BENCH_PEERS is the program of that name (build with -DWARRANT_BENCH=ON). The peers are installed
into a temporary folder (or --work, kept and used again): networkx, pgmpy and DoWhy by pip, underscore by
npm, dagitty as a clone of SOURCE, since it is in no registry. dagitty is under the GPL; it is
fetched when this runs and is no part of this tree.

bench_peers writes each graph once; every peer reads that. Each figure is CPU milliseconds, the
median of warm runs, of one operation in a process of its own. "> 20 s" means that one run did not
end in the limit; larger graphs of that family are then not tried ("not run"). Answers (separated or
not, valid or not, how many sets) must agree: a line is printed for each that does not, and the exit
status is 1.
"""
import argparse
import concurrent.futures
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PEERS = ("dagitty", "networkx", "pgmpy", "dowhy")
OPERATIONS = {
    "separation": "separation",
    "test": "adjustment test",
    "minimal": "one minimal set",
    "minimal10": "first 10 minimal sets",
}
BARS = {"separation": 40, "test": 40, "minimal": 40, "minimal10": 15}
LOAD_LIMIT = 60
PARTS = (
    "node-pre.js graph/Class.js graph/Hash.js graph/Graph.js graph/GraphAnalyzer.js "
    "graph/GraphLayouter.js graph/GraphParser.js graph/GraphTransformer.js "
    "graph/GraphGenerator.js graph/ObservedGraph.js graph/GraphSerializer.js "
    "graph/MPolynomials.js parser/GraphDotParser.js node-post.js"
).split()


def install(work, source):
    """Makes the peers; returns the command that runs each."""
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    python = work / "venv" / "bin" / "python"
    if not (work / "venv" / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", work / "venv"], **quiet)
        subprocess.run([python, "-m", "pip", "install", "-q", "networkx", "pgmpy", "dowhy"],
                       **quiet)
        (work / "venv" / "done").touch()
    bundle = work / "dagitty-node.js"
    if not bundle.exists():
        clone = work / "dagitty"
        shutil.rmtree(clone, ignore_errors=True)
        subprocess.run(["git", "clone", "-q", "--depth", "1", source, clone], **quiet)
        subprocess.run(["npm", "install", "--silent", "--prefix", work, "underscore"], **quiet)
        bundle.write_text("\n".join((clone / "jslib" / part).read_text() for part in PARTS))
    return {
        "dagitty": ["node", "--stack-size=8000", HERE / "peer_dagitty.js", bundle],
        "networkx": [python, HERE / "peer_python.py", "networkx"],
        "pgmpy": [python, HERE / "peer_python.py", "pgmpy"],
        "dowhy": [python, HERE / "peer_python.py", "dowhy"],
    }


def read_line(process, seconds):
    """The next line of output, None when none comes in time."""
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    return process.stdout.readline() if ready else None


def problem_of(stderr):
    """The line of a traceback that says what went wrong."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    named = [line for line in lines if "Error" in line or "error" in line]
    return (named or lines or ["?"])[-1][:60]


def measure(command, folder, operation, limit):
    """(milliseconds, answer), or a word that says why there is none."""
    process = subprocess.Popen(
        [*map(str, command), str(folder), operation],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
    try:
        # Up to seven more runs follow the first, none much slower.
        for word, seconds in (("ready", LOAD_LIMIT), ("once", limit), ("", 8 * limit)):
            line = read_line(process, seconds)
            if line is None:
                return f"no graph in {seconds} s" if word == "ready" else f"> {limit} s"
            if line.strip() == "absent":
                return "-"
            if not line.startswith(word) or not line.strip():
                return "failed: " + problem_of(process.stderr.read())
        milliseconds, answer = line.split()
        return float(milliseconds), int(answer)
    finally:
        process.kill()
        process.communicate()


def measure_peer(commands, peer, family, sizes, graphs, limit):
    """Results of one peer on one family by (size, operation)."""
    results = {}
    for operation in OPERATIONS:
        gone = False
        for size in sizes:
            if gone:
                results[size, operation] = "not run"
                continue
            result = measure(commands[peer], graphs[family, size], operation, limit)
            gone = isinstance(result, str) and result != "-"
            results[size, operation] = result
            print(f"{peer} {family} {size} {operation}: {result}", file=sys.stderr, flush=True)
    return results


def run_ours(program, family, size, folder):
    folder.mkdir(parents=True, exist_ok=True)
    output = subprocess.run([program, family, str(size), folder], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return {name: (float(ms), int(answer))
            for name, ms, answer in (line.split() for line in output.splitlines())}


def show(result, ours):
    if isinstance(result, str):
        return result
    return f"{result[0]:.3g} ({result[0] / ours[0]:.0f}x)"


def print_table(families, sizes, ours, theirs):
    """The table; returns the number of disagreements."""
    wrong, below = [], []
    print(f"{'graph':<16}{'operation':<24}{'ours, ms':>10}", *(f"{p:>20}" for p in PEERS))
    for family in families:
        for size in sizes:
            for operation, title in OPERATIONS.items():
                own = ours[family, size][operation]
                row = {peer: theirs[family, peer][size, operation] for peer in PEERS}
                print(f"{family + ' ' + str(size):<16}{title:<24}{own[0]:>10.4f}",
                      *(f"{show(row[peer], own):>20}" for peer in PEERS))
                for peer, result in row.items():
                    if not isinstance(result, str) and result[1] != own[1]:
                        wrong.append(f"answers differ: {family} {size}, {title}: ours {own[1]}, "
                                     f"{peer} {result[1]}")
                rival = row["dagitty"]
                if not isinstance(rival, str) and rival[0] / own[0] < BARS[operation]:
                    below.append(f"below {BARS[operation]}x dagitty: {family} {size}, {title}: "
                                 f"{rival[0] / own[0]:.1f}x")
    for family in families:
        for operation, title in OPERATIONS.items():
            steps = [f"{ours[family, b][operation][0] / ours[family, a][operation][0]:.1f}"
                     for a, b in zip(sizes, sizes[1:])]
            print(f"growth of ours, {family}, {title}: {', '.join(steps)} times per step")
    print(*(below or ["every ratio to dagitty is at or above its bar"]), sep="\n")
    print(*(wrong or ["all answers agree"]), sep="\n")
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--sizes", default="100,1000,10000,100000")
    parser.add_argument("--families", default="er,band,ladder")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--dagitty", default="https://github.com/jtextor/dagitty")
    parser.add_argument("--work", type=pathlib.Path)
    args = parser.parse_args()
    sizes = sorted(int(size) for size in args.sizes.split(","))
    families = args.families.split(",")
    work = (args.work or pathlib.Path(tempfile.mkdtemp(prefix="causal_peers."))).resolve()
    try:
        work.mkdir(parents=True, exist_ok=True)
        commands = install(work, args.dagitty)
        graphs = {(f, n): work / "graphs" / f"{f}{n}" for f in families for n in sizes}
        ours = {key: run_ours(args.program, *key, folder) for key, folder in graphs.items()}
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            tasks = {(family, peer): pool.submit(measure_peer, commands, peer, family, sizes,
                                                 graphs, args.limit)
                     for family in families for peer in PEERS}
            theirs = {key: task.result() for key, task in tasks.items()}
        return 1 if print_table(families, sizes, ours, theirs) else 0
    finally:
        if args.work is None:
            shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
