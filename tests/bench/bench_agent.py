#!/usr/bin/env python3
"""What a step of a plan costs besides model and tools. Usage: bench_agent.py WARRANT [KG_DIR]

Asks one question under two plans that differ by 50 calls of kg_node, three times each, without a model,
and divides the difference of CPU time (the program and its workers; the machine may be busy) by 50. The
same 50 calls by `warrant tool call --batch` are what the tool, its worker and its policy decision cost on
their own; the rest is the loop: plan, taint, ledger, answer. Prints milliseconds per step."""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUESTION = "How might metformin lower blood glucose in type 2 diabetes?"
STEPS = 50


def cpu_ms(arguments, text=None):
    """CPU milliseconds of a run of the program, its workers included."""
    child = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, text=True)
    if text is not None:
        child.stdin.write(text)
    child.stdin.close()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def main():
    warrant = sys.argv[1]
    kg = sys.argv[2] if len(sys.argv) > 2 else f"{ROOT}/examples/kg"
    with tempfile.TemporaryDirectory() as home:
        base = [warrant, "-C", home]
        subprocess.run([*base, "kg", "import", "-q", "--source", "bench", "--version", "1",
                        f"{kg}/nodes.tsv", f"{kg}/edges.tsv"], check=True, stdout=subprocess.DEVNULL)
        plan = json.loads(subprocess.run([*base, "plan", "--model", "none", "--json", QUESTION], check=True,
                                         capture_output=True, text=True).stdout)["data"]
        paths = []
        for extra in (0, STEPS):
            steps = plan["steps"] + [{"id": f"x{i}", "tool": "kg_node", "args": {"id": "$frame.treatment.id"},
                                      "why": "bench"} for i in range(extra)]
            paths.append(f"{home}/{extra}.json")
            with open(paths[-1], "w", encoding="utf-8") as file:
                json.dump({**plan, "steps": steps}, file)
        ask = [min(cpu_ms([*base, "ask", "-q", "--model", "none", "--plan", path, QUESTION]) for _ in range(3))
               for path in paths]
        node = plan["frame"]["treatment"]["id"]
        calls = [min(cpu_ms([*base, "tool", "call", "kg_node", "--batch", "-"],
                            (json.dumps({"id": node}) + "\n") * n) for _ in range(3)) for n in (1, STEPS + 1)]
        step, call = (ask[1] - ask[0]) / STEPS, (calls[1] - calls[0]) / STEPS
        print(f"a step of ask {step:.2f} ms, a call of the tool alone {call:.2f} ms, the loop {step - call:.2f} ms")


main()
