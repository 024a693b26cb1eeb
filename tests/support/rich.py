"""A real run made richer by events of the types that a run without network and model has not, each with a
blob of its own, and sealed by the key of the store."""
import math
import struct
from random import Random

import forge
from harness import QUESTION


def decision(name, phase, step, request, verdict="allow"):
    return ("policy.decision", {"id": name, "phase": phase, "step": step, "decision": verdict,
                                "determining": ["r"], "request": request})


def random_numbers():
    """Doubles of any exponent, down to the smallest and up to the largest: what the program writes
    for them is compared with what Python's repr gives."""
    random = Random(5)
    bits = (random.getrandbits(64) for _ in range(4000))
    doubles = [struct.unpack("<d", value.to_bytes(8, "little"))[0] for value in bits]
    doubles += [random.uniform(-1, 1) * 10 ** random.randrange(-8, 24) for _ in range(1000)]
    return [value for value in doubles if math.isfinite(value)]


def random_names():
    random = Random(6)
    planes = [(1, 0x7F), (0x80, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
    return {"".join(chr(random.randint(*random.choice(planes))) for _ in range(3)): None for _ in range(500)}


def more_events(with_numbers):
    """One of each type that the offline run lacks, in an order that level 2 accepts."""
    texts = {"numbers": random_numbers(), "names": random_names()} if with_numbers else {}
    web = {"n": 1, "url": "https://example.org/"}
    held = {"tool": "pubmed_search", "args": {"query": "x"}, "phase": "tool_call"}
    return [
        ("lookup", {"what": "edge", "id": "x"}), ("model.request", {"n": 1, "prompt": "p"}),
        ("model.response", {"n": 1, "text": "t"}), ("claim.revision", {"id": "c1", "status": "withheld"}),
        ("error", {"code": "x", **texts}), ("limit", {"steps": 1}), ("output", {"text": "t"}),
        decision("t1", "tool_call", "n1", {"tool": "web", "args": {}}),
        ("tool.call", {"step": "n1", "tool": "web", "args": {}, "decision": "t1"}),
        decision("t2", "tool_call", "n1", {"tool": "web", "dest": "example.org", "http": web}),
        ("http.request", {"step": "n1", "tool": "web", "decision": "t2", **web}),
        ("http.response", {"step": "n1", "tool": "web", "n": 1, "status": 200}),
        decision("t3", "llm_request", "n1", {"tool": "web", "dest": "local", "score": {"n": 1, "questions": 2}}),
        ("llm.request", {"step": "n1", "tool": "web", "decisions": ["t3"], "n": 1, "count": 2}),
        ("llm.response", {"step": "n1", "tool": "web", "n": 1}),
        ("tool.result", {"step": "n1", "tool": "web", "status": "ok", "result": {}}),
        decision("t4", "tool_call", "n2", held, "hold"), ("approval.request", {"decision": "t4"}),
        ("approval.grant", {"decision": "t4", "rules": ["r"]}),
        decision("t5", "tool_call", "n2", {**held, "approvals": ["r"]}),
        ("tool.call", {"step": "n2", "tool": "pubmed_search", "args": {"query": "x"}, "decision": "t5"}),
        ("tool.result", {"step": "n2", "tool": "pubmed_search", "status": "ok", "result": {}}),
    ]


def run(home, with_numbers=True):
    home.ask(QUESTION)
    events = forge.events(home)
    events[-1:-1] = [{"type": kind, "body": body} for kind, body in more_events(with_numbers)]
    for i, event in enumerate(events):  # a blob of its own for each
        event["body"]["attached"] = forge.put_blob(home, f"attachment {i}".encode())
    return forge.seal(home, events)
