"""Runs to look at: one of each question type by `warrant ask`, and one in which every text is hostile,
written into the same store by record_run.
"""
import json
import os
import shutil
import subprocess

ROOT = os.environ["WARRANT_ROOT"]
BIN = os.environ["WARRANT_BIN"]
RECORD_RUN = os.environ["WARRANT_RECORD_RUN"]


def warrant(home, *words, folder=None):
    return subprocess.run([BIN, "-C", home, *words], capture_output=True, text=True, cwd=folder,
                          timeout=600, check=False)


def checked(done):
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def call(home, tool, args, folder):
    """The envelope that a tool answers with."""
    done = checked(warrant(home, "tool", "call", tool, "--args", json.dumps(args), "--json", folder=folder))
    return json.loads(done)["data"]


def record(home, events):
    lines = "".join(json.dumps(event) + "\n" for event in events)
    done = subprocess.run([RECORD_RUN, home], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def event(type_, /, **body):
    return {"type": type_, "body": body}


def tool_events(number, step, tool, args, result):
    decision = f"d{number}"
    return [
        event("policy.decision", id=decision, phase="tool_call", decision="allow", determining=["test.all"],
              messages=["Allowed for the test."], errors=[], obligations=[], step=step,
              request={"phase": "tool_call", "tool": tool, "args": args}),
        event("tool.call", step=step, tool=tool, args=args, decision=decision),
        event("tool.result", step=step, tool=tool, status=result["status"], result=result),
    ]


def one_claim_run(home, question, kind, steps, claim, evidence):
    """A run of these steps, whose answer is one claim on one piece of evidence."""
    events = [event("run.start", question=question, program="warrant (test)", seed=1,
                    policy={"sha256": "made up for the test"}),
              event("input", question=question)]
    for number, (step, tool, args, result) in enumerate(steps, 1):
        events += tool_events(number, step, tool, args, result)
    claim = {"id": "c1", "kind": "estimate", "polarity": 0, "certainty": "low", "limits": [], "decision": "d1",
             "grounds": [{"evidence": "e1", "role": "supports"}], **claim}
    answer = event("answer", status="answered", type=kind, question=question, model="none", claims=[claim],
                   evidence=[evidence], warnings=["Made for a test of the report."], caveats=[])
    events += [event("evidence", **evidence), event("claim", **claim), answer,
               event("run.end", outcome="answered", exit=0, claims=1)]
    return record(home, events)


def last_run(home):
    return json.loads(checked(warrant(home, "run", "list", "--json")))["data"][0]["run"]


def ask(home, question, *options, folder=None):
    checked(warrant(home, "--model", "none", "ask", *options, question, folder=folder))
    return last_run(home)


def make_mechanism(home):
    checked(warrant(home, "kg", "import", "--source", "warrant-example", "--version", "1",
                    f"{ROOT}/examples/kg/nodes.tsv", f"{ROOT}/examples/kg/edges.tsv"))
    return ask(home, "How might metformin lower blood glucose in type 2 diabetes?")


def make_estimate(home):
    return ask(home, "What is the effect of drug on pressure?", "--data", "cohort.csv", "--graph", "cohort.dag",
               folder=f"{ROOT}/examples/estimate")


def tables_only(home):
    """The warfarin example without what it asks a language model for, beside the store."""
    with open(f"{ROOT}/examples/scm/warfarin.scm.json", encoding="utf-8") as file:
        model = json.load(file)
    model["variables"] = [one for one in model["variables"] if "cpt" in one]
    with open(f"{home}/tables.scm.json", "w", encoding="utf-8") as file:
        json.dump(model, file)


def make_whatif(home):
    tables_only(home)
    shutil.copy(f"{ROOT}/examples/scm/patient.json", home)
    return ask(home, "What would have happened to bleeding had the dose been low?", "--scm", "tables.scm.json",
               "--patient", "patient.json", "--do", "dose=low", folder=home)


def make_identify(home):
    return ask(home, "Can the effect of drug on pressure be identified?", "--graph", "cohort.dag",
               folder=f"{ROOT}/examples/estimate")


# Names, papers and PMIDs are made up.
NODES = """id\tcategory\tname
X:1\tbiolink:SmallMolecule\talphadrug
X:3\tbiolink:Disease\tdeltadisease
"""
EDGES = """id\tsubject\tpredicate\tobject\tknowledge_level\tagent_type\tprimary_knowledge_source
e:1\tX:1\tbiolink:affects\tX:3\tknowledge_assertion\tmanual_agent\tinfores:x
"""
PAPERS = [(20, "Alphadrug in deltadisease: a trial", "Alphadrug lowered deltadisease compared with placebo.",
           "Randomized Controlled Trial", "D016449", "Amber"),
          (21, "Alphadrug in daily life", "Alphadrug was associated with lower deltadisease.",
           "Observational Study", "D064888", "Birch"),
          (22, "A second alphadrug trial", "Alphadrug increased deltadisease.",
           "Randomized Controlled Trial", "D016449", "Cedar")]


def article(pmid, title, text, kind, kind_id, author):
    return (f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue>'
            "<PubDate><Year>2020</Year></PubDate></JournalIssue><Title>J Made Up</Title></Journal>"
            f"<ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{text}</AbstractText></Abstract>"
            f'<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>{author}</LastName></Author></AuthorList>'
            f'<PublicationTypeList><PublicationType UI="{kind_id}">{kind}</PublicationType></PublicationTypeList>'
            "</Article></MedlineCitation></PubmedArticle>")


def make_evidence(home):
    """In a store of its own, whose graph and papers are made up."""
    own = f"{home}/literature"
    os.makedirs(own, exist_ok=True)
    files = {"nodes.tsv": NODES, "edges.tsv": EDGES, "pubmed25n0001.xml":
             "<PubmedArticleSet>" + "".join(article(*one) for one in PAPERS) + "</PubmedArticleSet>"}
    for name, text in files.items():
        with open(f"{own}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    checked(warrant(own, "kg", "import", "--source", "made-up", "--version", "1", f"{own}/nodes.tsv",
                    f"{own}/edges.tsv"))
    checked(warrant(own, "pubmed", "import", f"{own}/pubmed25n0001.xml"))
    return ask(own, "What is the evidence that alphadrug lowers deltadisease?")


# Would end an element, an attribute, a style or a comment; reorders text; is as wide as text gets.
HOSTILE = "<script>alert(1)</script>\"' onload=x </style> --> ]]> &lt; \u202egnp \u6f22\u5b57 " + "W" * 60


def spoiled(value, keep=()):
    """The same data with every text hostile, names of values too; `keep` names members left alone."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, list):
        return [spoiled(item, keep) for item in value]
    if isinstance(value, dict):
        return {key: item if key in keep else spoiled(item, keep) for key, item in value.items()}
    return value


def named_worse(value):
    """The members of an object under hostile names."""
    return {key + HOSTILE: item for key, item in value.items()}


def make_hostile(home):
    """Not what tools answer: their form, filled with the worst texts that an event can hold."""
    folder = f"{ROOT}/examples/estimate"
    args = {"data": "cohort.csv", "treatment": "drug", "outcome": "pressure", "adjust": ["age", "severity"],
            "graph": "dag { drug -> pressure; age -> drug; age -> pressure; severity -> drug; severity -> pressure }",
            "by": "severity", "conflicts": True, "seed": 1}
    estimate = call(home, "effect_estimate", args, folder)
    estimate["data"] = spoiled(estimate["data"])
    tables_only(home)
    query = {"scm": "tables.scm.json", "outcome": "bleeding", "do": {"dose": "low"}, "seed": 1,
             "evidence": {"dose": "standard"}}
    whatif = call(home, "scm_whatif", query, home)
    data = spoiled(whatif["data"])
    for name in ("factual", "counterfactual", "bounds", "effect", "do", "evidence"):
        data[name] = named_worse(data[name])
    whatif["data"] = {**data, "extrapolation": True, "model_implied": True}
    claim = spoiled({"text": "A claim.", "relation": "unknown", "subject": {"id": "a", "name": "a"},
                     "object": {"id": "b", "name": "b"}, "rung_reason": "r",
                     "warrant": {"kind": "k", "assumptions": ["as"]}, "limits": ["l"], "certainty": "c"})
    evidence = spoiled({"id": "", "kind": "quote", "quote": {"text": "words", "field": "abstract[0]"},
                        "source": {"tool": "t", "publications": ["PMID:1"], "record_id": ["r"]},
                        "locator": {"edge": "e", "pmid": "2"}, "sha256": "s"}, keep=("id",))
    evidence["id"] = "e1"
    return one_claim_run(home, "Is every text hostile?" + HOSTILE, "effect",
                         [("e", "effect_estimate", spoiled(args), estimate), ("w", "scm_whatif", query, whatif)],
                         {**claim, "rung": 2}, evidence)


MAKERS = {"mechanism": make_mechanism, "estimate": make_estimate, "whatif": make_whatif,
          "identify": make_identify, "evidence": make_evidence, "hostile": make_hostile}
# Stores of runs that lie in none of the others'.
STORES = {"evidence": "literature"}
