"""Bundles that lie: real runs, each altered in one place before it was sealed, and validly signed.

    for lie in lies.make(folder): ...     # lie.name, lie.bundle, lie.level, lie.seq

level and seq are what the audit must name first; None for the runs as they were. Level 1 alone is
about what happens after sealing, so its lies are made in a sealed bundle. Needs WARRANT_FORGE beside what
harness.py needs. The graph and the papers of the evidence run are made up (test_evidence.py)."""
import collections
import copy
import hashlib
import os
import shutil

import forge
import lies_world
import test_evidence
from harness import QUESTION, ROOT, Home

Lie = collections.namedtuple("Lie", "name bundle level seq")

ASKED = {
    "mechanism": (QUESTION,),
    "evidence": (test_evidence.QUESTION,),
    "links": (test_evidence.MECHANISM,),
    "effect": ("How large is the effect of drug on pressure?", "--data", f"{ROOT}/examples/estimate/cohort.csv",
               "--graph", f"{ROOT}/examples/estimate/cohort.dag"),
    "what-if": ("Would the same patient have bled, had the dose been halved?", "--scm",
                f"{ROOT}/examples/ask/bleeding.scm.json", "--patient", f"{ROOT}/examples/ask/patient.json",
                "--do", "dose=halved", "--seed", "7", "--with", '{"method":"sample","n":500}'),
}

PAPERS = {"evidence": test_evidence.PAPERS, "links": test_evidence.LINK_PAPERS}


# ---- one change each; returns the event that must be named

def of(events, of_type, **members):
    return forge.find(events, of_type, **members)[0]


def missing_result(events):
    """The last call is left without its answer: what is named is the call."""
    result = forge.find(events, "tool.result")[-1]
    events.remove(result)
    return of(events, "tool.call", step=result["body"]["step"])


def call_of_nobody(events):
    call = of(events, "tool.call")
    call["body"]["decision"] = "d999"
    return call


def approval_of_nobody(events):
    decision = of(events, "policy.decision", phase="tool_call")
    decision["body"]["request"]["approvals"] = ["phase.plan"]
    return decision


def other_rules(events):
    start = events[0]
    start["body"]["policy"]["sha256"] = "0" * 64
    return start


def decided_otherwise(events):
    decision = of(events, "policy.decision", phase="output")
    decision["body"]["decision"] = "hold"
    return decision


def no_obligation(events):
    """A claim that had to be lowered did not have to be."""
    held = [e for e in forge.find(events, "policy.decision", phase="claim") if e["body"]["obligations"]]
    held[0]["body"]["obligations"] = []
    return held[0]


def allowed_by_nothing(events):
    decision = of(events, "policy.decision", phase="output")
    decision["body"]["determining"] = ["phase.input"]
    return decision


def unplanned_call(events):
    frozen = of(events, "plan.frozen")["body"]["steps"]
    call = forge.find(events, "tool.call")[-1]
    del frozen[call["body"]["step"]]
    return call


def edge(events):
    evidence = of(events, "evidence", kind="kg_edge")
    evidence["body"]["original_predicate"] = "cures"
    return evidence


def edge_of_another_graph(events):
    evidence = of(events, "evidence", kind="kg_edge")
    evidence["body"]["locator"]["kg_snapshot"] = "0" * 64
    return evidence


def row_behind_edge(events):
    """Evidence and the row that the run read say the same, and the graph does not."""
    evidence = of(events, "evidence", kind="kg_edge")
    proof = of(events, "lookup", what="proof", n=evidence["body"]["locator"]["proof"])["body"]["result"]
    for place in (evidence["body"], proof["edge"]):
        place["original_predicate"] = "cures"
    evidence["body"]["sha256"] = forge.canonical_sha256(proof["edge"])
    return evidence


def answer_claims(events):
    """A claim was one thing when it was made and is another where it is shown."""
    said = of(events, "answer")
    said["body"]["claims"][0]["text"] = "metformin cures ageing"
    return said


def edge_claim(events):
    claim = of(events, "claim", kind="edge")
    claim["body"]["object"]["name"] = "eternal youth"
    return claim


def quote(events):
    return next(e for e in forge.find(events, "evidence", kind="publication_quote")
                if e["body"]["locator"]["pmid"] == "20")


def quote_offset(events):
    evidence = quote(events)
    evidence["body"]["locator"]["start"] += 1
    return evidence


def quote_words(events):
    """Other words at the same place, with a hash that is theirs."""
    evidence = quote(events)
    text = evidence["body"]["text"].replace("lowered", "cured")
    evidence["body"].update(text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
    return evidence


def quote_paper(events):
    evidence = quote(events)
    evidence["body"]["source"]["title"] = "Alphadrug in deltadisease: the last word"
    return evidence


def quote_read_otherwise(events):
    evidence = quote(events)
    evidence["body"]["reads"]["direction"] = "raises"
    return evidence


def withdrawn_row(events):
    """All that a row cites was withdrawn, by what the run itself looked up, and the row still counts."""
    of(events, "lookup", what="standing")["body"]["result"]["30"] = "retracted"
    return of(events, "evidence", kind="kg_edge")


def retracted_ground(events):
    """The record that was read says that the paper was withdrawn, and it is quoted all the same."""
    evidence = quote(events)
    record = of(events, "lookup", what="record", n=evidence["body"]["locator"]["record"])["body"]["result"]
    record.update(status="retracted", retracted=True)
    evidence["body"]["record_sha256"] = forge.canonical_sha256(record)
    return evidence


def adjustment_verdict(events):
    evidence = of(events, "evidence", kind="identification")
    evidence["body"]["verdict"]["sets"]["sets"] = [["age"]]
    evidence["body"]["sha256"] = forge.canonical_sha256(evidence["body"]["verdict"])
    return evidence


def drawn_verdict(events):
    evidence = of(events, "evidence", kind="identification")
    check = evidence["body"]["verdict"]["check"]
    check["valid"] = not check["valid"]
    evidence["body"]["sha256"] = forge.canonical_sha256(evidence["body"]["verdict"])
    return evidence


def estimate(events):
    value = of(events, "evidence", kind="estimate")["body"]["estimate"]["estimate"]
    forge.replace(events, value, value * 2)
    return of(events, "tool.result", step="estimate")


def estimate_evidence(events):
    evidence = of(events, "evidence", kind="estimate")
    evidence["body"]["estimate"]["overlap"]["verdict"] = "splendid"
    evidence["body"]["sha256"] = forge.canonical_sha256(evidence["body"]["estimate"])
    return evidence


def evidence_hash(events):
    evidence = of(events, "evidence", kind="estimate")
    evidence["body"]["sha256"] = "0" * 64
    return evidence


def words(events):
    claim = next(e for e in forge.find(events, "claim") if e["body"]["basis"]["rule"] == "estimate")
    claim["body"]["text"] = "drug cures pressure"
    return claim


def rung(events):
    claim = next(e for e in forge.find(events, "claim") if e["body"]["basis"]["rule"] == "difference")
    claim["body"].update(rung=2, relation="decreases")
    return claim


def reseeded(value):
    if isinstance(value, dict):
        return {key: 8 if key == "seed" and item == 7 else reseeded(item) for key, item in value.items()}
    return [reseeded(item) for item in value] if isinstance(value, list) else value


def seed(events):
    for event in events[1:]:
        event["body"] = reseeded(event["body"])
    return of(events, "tool.result", step="whatif")


def answer(events):
    said = of(events, "answer")
    said["body"]["text"] += "It works.\n"
    return said


SEALED = (
    (2, "a result left out", "mechanism", missing_result),
    (2, "a call under no decision", "mechanism", call_of_nobody),
    (2, "an approval that nobody gave", "mechanism", approval_of_nobody),
    (3, "rules of another hash", "mechanism", other_rules),
    (3, "a policy decision: its outcome", "mechanism", decided_otherwise),
    (3, "a policy decision: its obligation", "mechanism", no_obligation),
    (3, "a policy decision: its rule", "effect", allowed_by_nothing),
    (3, "a step outside the plan", "mechanism", unplanned_call),
    (4, "an edge of the graph", "mechanism", edge),
    (4, "an edge of another graph", "mechanism", edge_of_another_graph),
    (4, "the row behind an edge", "mechanism", row_behind_edge),
    (4, "the claims of an answer", "mechanism", answer_claims),
    (4, "what a claim says of an edge", "mechanism", edge_claim),
    (4, "the offset of a quotation", "evidence", quote_offset),
    (4, "the words of a quotation", "evidence", quote_words),
    (4, "the paper of a quotation", "evidence", quote_paper),
    (4, "how a quotation reads", "evidence", quote_read_otherwise),
    (4, "a ground that was retracted", "evidence", retracted_ground),
    (4, "a row of withdrawn papers", "links", withdrawn_row),
    (5, "an adjustment verdict", "effect", adjustment_verdict),
    (5, "the verdict on a drawn graph", "mechanism", drawn_verdict),
    (5, "an estimate", "effect", estimate),
    (5, "evidence of an estimate", "effect", estimate_evidence),
    (5, "the hash of evidence", "effect", evidence_hash),
    (5, "the words of a claim", "effect", words),
    (5, "the rung of a claim", "effect", rung),
    (5, "the seed of a simulation", "what-if", seed),
    (6, "a replayed answer", "mechanism", answer),
    (6, "a replayed answer, of papers", "evidence", answer),
)


# ---- after sealing

def at_event(bundle, old, new):
    """Changes the first event that has these bytes, and returns its number."""
    path = os.path.join(bundle, "events.jsonl")
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    seq = next(i for i, line in enumerate(lines) if old in line)
    lines[seq] = lines[seq].replace(old, new, 1)
    with open(path, "wb") as file:
        file.write(b"\n".join(lines))
    return seq


def edited(bundle):
    return at_event(bundle, b'"type":"claim"', b'"type":"clam"')


def blob_edited(bundle):
    folder = os.path.join(bundle, "blobs")
    name = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)[0]
    with open(name, "ab") as file:
        file.write(b" ")
    with open(os.path.join(bundle, "events.jsonl"), "rb") as file:
        return next(i for i, line in enumerate(file) if os.path.basename(name).encode() in line)


def claims_edited(bundle):
    with open(os.path.join(bundle, "claims.jsonl"), "ab") as file:
        file.write(b"{}\n")
    return None


OPEN = ((1, "an event, after sealing", "mechanism", edited),
        (1, "a blob, after sealing", "mechanism", blob_edited),
        (1, "claims.jsonl, after sealing", "mechanism", claims_edited))


# ---- all of them

def export(home, run, folder):
    done = home.run("run", "export", run, "-o", folder)
    assert done.code == 0, done.err
    return folder


def asked(folder):
    """{name: (home, events, bundle)} of honest runs."""
    runs = {}
    for name, question in ASKED.items():
        home = Home(with_graph=name == "mechanism")
        if name in PAPERS:
            test_evidence.load(home, papers=PAPERS[name])
        done = home.ask(*question)
        assert done.code == 0, done.err
        runs[name] = home, forge.events(home), export(home, "last", os.path.join(folder, name))
    home = lies_world.asked()
    runs["world"] = home, forge.events(home), export(home, "last", os.path.join(folder, "world"))
    return runs


def make(folder):
    runs, lies = asked(folder), []
    lies += [Lie(f"nothing ({name})", run[2], None, None) for name, run in runs.items()]
    for level, name, base, change in OPEN:
        bundle = shutil.copytree(runs[base][2], os.path.join(folder, f"lie-{len(lies)}"))
        lies.append(Lie(name, bundle, level, change(bundle)))
    for level, name, base, change in SEALED + lies_world.SEALED:
        home, events, _ = runs[base]
        events = copy.deepcopy(events)
        named = change(events)
        if level > 2 and named["type"] != "answer":
            forge.tell(events)
        seq = next(i for i, event in enumerate(events) if event is named)
        bundle = export(home, forge.seal(home, events), os.path.join(folder, f"lie-{len(lies)}"))
        lies.append(Lie(name, bundle, level, seq))
    for home, _, _ in runs.values():
        home.__exit__()
    return lies
