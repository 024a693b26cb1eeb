"""peer_python.py: one operation of bench_peers through networkx, pgmpy or DoWhy.

    peer_python.py networkx|pgmpy|dowhy FOLDER OPERATION

Reads what bench_peers wrote. Prints "ready" when the graph is read, "once" after the first run, then
CPU milliseconds (median of warm runs) and the answer; "absent" when the library has no such operation. pgmpy's test of a
set lacks the forbidden nodes, which changes nothing for the canonical set timed here.
"""
import json
import pathlib
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")

library, folder, operation = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
question = json.loads((folder / "question.json").read_text())
edges = [tuple(line.split()) for line in (folder / "edges.txt").read_text().splitlines()]
names = [f"v{i}" for i in range(question["nodes"])]
x, y = question["x"], question["y"]


def networkx_operations():
    import networkx

    graph = networkx.DiGraph(edges)
    graph.add_nodes_from(names)
    given = set(question["given"])
    return {"separation": lambda: int(networkx.is_d_separator(graph, {x}, {y}, given))}


def pgmpy_operations():
    from pgmpy.base import DAG
    from pgmpy.inference import CausalInference

    graph = DAG()
    graph.add_nodes_from(names)
    graph.add_edges_from(edges)
    graph.latents = set(question["latents"])
    given = question["given"]
    inference = None

    def test():
        nonlocal inference
        if inference is None:
            inference = CausalInference(graph)
        return int(inference.is_valid_adjustment_set(x, y, question["canonical"]))

    return {
        "separation": lambda: int(not graph.is_dconnected(x, y, observed=given)),
        "test": test,
    }


def dowhy_operations():
    import logging

    import networkx
    from dowhy.causal_identifier import BackdoorAdjustment, EstimandType, identify_effect_auto
    from dowhy.graph import check_dseparation, check_valid_backdoor_set

    logging.disable(logging.CRITICAL)
    graph = networkx.DiGraph(edges)
    graph.add_nodes_from(names)
    observed = [name for name in names if name not in set(question["latents"])]

    def minimal():
        found = identify_effect_auto(
            graph, [x], [y], observed, EstimandType.NONPARAMETRIC_ATE,
            backdoor_adjustment=BackdoorAdjustment.BACKDOOR_MIN)
        return int(found.get_backdoor_variables() is not None)

    return {
        "separation": lambda: int(check_dseparation(graph, [x], [y], question["given"])),
        "test": lambda: int(
            check_valid_backdoor_set(graph, [x], [y], question["canonical"])["is_dseparated"]),
        "minimal": minimal,
    }


operations = {"networkx": networkx_operations, "pgmpy": pgmpy_operations,
              "dowhy": dowhy_operations}[library]()
if operation not in operations:
    print("absent")
    sys.exit(0)
run = operations[operation]
print("ready", flush=True)
answer = run()
print("once", flush=True)
times = []
begin = time.process_time()
while len(times) < 3 or (len(times) < 300 and time.process_time() - begin < 0.5):
    start = time.process_time()
    run()
    times.append((time.process_time() - start) * 1e3)
print(statistics.median(times), answer)
