"""200 rules against Cedar, in one run.

    python3 tests/bench/policy_peers.py BENCH_POLICY

Takes the rules and requests of `BENCH_POLICY write`, says the same rules in Cedar's language
(cedarpy, the binding to Cedar's Rust engine, installed into ~/.cache/warrant/cedarpy), checks that
both decide all requests alike, and prints CPU time for one decision. Policies are parsed once on
both sides. Cedar's figure holds what its binding does around each decision: the request goes in as
JSON text and the answer comes back as JSON text, so it stands beside our "text" figure; a policy set
of one rule is timed as well, and the difference is what 200 rules cost it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
import venv

CEDARPY = "cedarpy==4.12.2"
HOME = pathlib.Path.home() / ".cache" / "warrant" / "cedarpy"
ROUNDS = 20


def ensure_cedarpy():
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
    subprocess.run([python, "-m", "pip", "-q", "install", CEDARPY], check=True)
    return python


def attribute(field):
    return "context." + field


def literal(value):
    return json.dumps(value)


def guarded(field, test):
    """Cedar skips a policy that misses an attribute; `has` says it in so many words."""
    parts = field.split(".")
    has = ["context has " + parts[0]]
    has += [f"context.{'.'.join(parts[:i])} has {parts[i]}" for i in range(1, len(parts))]
    return "(" + " && ".join(has + [test]) + ")"


def condition(node):
    if "all" in node:
        return "(" + " && ".join(condition(part) for part in node["all"]) + ")"
    if "any" in node:
        return "(" + " || ".join(condition(part) for part in node["any"]) + ")"
    if "not" in node:
        return "!" + condition(node["not"])
    field = node["field"]
    operator, operand = next((key, value) for key, value in node.items() if key != "field")
    name = attribute(field)
    if operator == "exists":
        return guarded(field, "true")
    symbols = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    if operator in symbols:
        return guarded(field, f"{name} {symbols[operator]} {literal(operand)}")
    if operator == "in":
        return guarded(field, f"{literal(operand)}.contains({name})")
    if operator == "has_any":
        return guarded(field, f"{name}.containsAny({literal(operand)})")
    if operator == "glob":
        return guarded(field, f"{name} like {literal(operand)}")
    raise SystemExit(f"no Cedar for {operator}")


def tool_test(globs):
    tests = [f"context.tool like {literal(glob)}" for glob in globs]
    return "(" + " || ".join(tests) + ")"


def to_cedar(rules):
    """One policy a rule; phases are actions, tools are compared as text."""
    policies = []
    for rule in rules:
        actions = ", ".join(f'Action::"{phase}"' for phase in rule["phases"])
        clauses = []
        if "tools" in rule:
            clauses.append(tool_test(rule["tools"]))
        if "when" in rule:
            clauses.append(condition(rule["when"]))
        when = f" when {{ {' && '.join(clauses)} }}" if clauses else ""
        policies.append(f"@id({literal(rule['id'])})\n{rule['effect']}(principal, "
                        f"action in [{actions}], resource){when};")
    return "\n".join(policies)


def to_requests(lines):
    requests = []
    for line in lines:
        request = json.loads(line)
        request["counters"] = {key.replace(".", "_"): value
                               for key, value in request["counters"].items()}
        requests.append({"principal": 'User::"local"', "action": f'Action::"{request["phase"]}"',
                         "resource": 'Host::"here"', "context": request})
    return requests


def time_cedar(cedarpy, policies, requests):
    handle = cedarpy.PolicySet.from_str(policies)
    entities = cedarpy.Entities.from_json_str("[]")
    verdicts = [cedarpy.is_authorized(request, handle, entities).allowed for request in requests]
    start = time.process_time()
    for _ in range(ROUNDS):
        for request in requests:
            cedarpy.is_authorized(request, handle, entities)
    seconds = time.process_time() - start
    return verdicts, 1e6 * seconds / (ROUNDS * len(requests))


def main(bench):
    import cedarpy
    import importlib.metadata

    with tempfile.TemporaryDirectory() as folder:
        rules, requests = pathlib.Path(folder, "rules.json"), pathlib.Path(folder, "requests.jsonl")
        subprocess.run([bench, "write", rules, requests], check=True)
        rules = json.loads(rules.read_text())["rules"]
        requests = to_requests(requests.read_text().splitlines())
    ours = subprocess.run([bench, "decide"], capture_output=True, text=True, check=True)
    ours = [word == "allow" for word in ours.stdout.split()]
    verdicts, full = time_cedar(cedarpy, to_cedar(rules), requests)
    _, single = time_cedar(cedarpy, to_cedar(rules[-1:]), requests)
    alike = sum(a == b for a, b in zip(ours, verdicts))
    print(subprocess.run([bench], capture_output=True, text=True, check=True).stdout, end="")
    print(f"cedarpy {importlib.metadata.version('cedarpy')}: {alike} of {len(ours)} requests "
          f"decided alike, {sum(ours)} allowed")
    print(f"  {len(rules)} rules {full:8.1f} us, 1 rule {single:.1f} us, difference "
          f"{full - single:.1f} us a decision")
    return 0 if alike == len(ours) else 1


if __name__ == "__main__":
    if len(sys.argv) == 2:
        sys.exit(subprocess.run([ensure_cedarpy(), __file__, sys.argv[1], "run"]).returncode)
    sys.exit(main(sys.argv[1]))
