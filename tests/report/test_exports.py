#!/usr/bin/env python3
"""Exports of real runs, judged by the programs that read such files: prov, rocrate, roc-validator,
reasoner-pydantic, jsonschema, rispy, bibtexparser and opentelemetry-proto (requirements.txt).

The graph and the papers of the second run are made up; a server of this test stands where E-utilities
would. Nothing here needs a network once the packages are there: the one address that a validator
fetches, the JSON-LD context of RO-Crate 1.1, is answered from the rocrate package."""
import base64
import http.server
import io
import json
import os
import sys
import threading
import urllib.parse

import peers

peers.inside()

sys.path.insert(0, os.path.join(os.environ["WARRANT_ROOT"], "tests", "cli"))
# pylint: disable=wrong-import-position
import bibtexparser
import jsonschema
import prov.model
import reasoner_pydantic
import requests
import rispy
import rocrate
from google.protobuf import json_format
from harness import QUESTION, Checks, Home
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from rocrate.rocrate import ROCrate
from rocrate_validator import models, services
from urllib3 import HTTPResponse

import trapi_schema

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
DERIVED = ["plan.json", "prov.json", "report.html", "ro-crate-metadata.json"]

NODES = """id\tcategory\tname
X:1\tbiolink:SmallMolecule\talphadrug
UniProt:Q2\tbiolink:Protein\tgammaprotein
X:3\tbiolink:Disease\tdeltadisease
X:4\tbiolink:Protein\tzetaprotein
"""
EDGES = """id\tsubject\tpredicate\tobject\toriginal_predicate\tknowledge_level\tagent_type\tpublications\tprimary_knowledge_source
e:1\tX:1\tbiolink:affects\tUniProt:Q2\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:21\tinfores:x
e:2\tUniProt:Q2\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:22|PMID:23|DOI:10.9999/made_up{1}\tinfores:x
e:3\tX:1\tbiolink:affects\tX:4\tdecreases activity of\tknowledge_assertion\tmanual_agent\tPMID:24\tinfores:x
e:4\tX:4\tbiolink:causes\tX:3\tcauses\tknowledge_assertion\tmanual_agent\tPMID:25\tinfores:x
"""
RECORD = """<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><Journal><ISSN>0000-0019</ISSN>
<JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate><Year>2011</Year><Month>Mar</Month></PubDate></JournalIssue>
<Title>Journal of made-up things</Title><ISOAbbreviation>J Made Up</ISOAbbreviation></Journal>
<ArticleTitle>50% of {{alpha}} &amp; $gamma_{n}</ArticleTitle><Pagination><MedlinePgn>1173-9</MedlinePgn></Pagination>
<AuthorList><Author><LastName>van der Example</LastName><ForeName>Anna B</ForeName><Initials>AB</Initials></Author>
<Author><CollectiveName>The Made-Up and Co Group</CollectiveName></Author></AuthorList>
<PublicationTypeList>{kinds}</PublicationTypeList></Article></MedlineCitation></PubmedArticle>"""
RETRACTED = '<PublicationType UI="D016441">Retracted Publication</PublicationType>'
NOT_KNOWN = {23}


class Service(http.server.BaseHTTPRequestHandler):
    """efetch alone."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        wanted = [int(n) for n in query["id"][0].split(",") if int(n) not in NOT_KNOWN]
        body = "".join(RECORD.format(n=n, kinds=RETRACTED if n == 24 else "") for n in wanted)
        body = f"<PubmedArticleSet>{body}</PubmedArticleSet>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve_context():
    """Every request of this process: the context from the package, all else refused."""
    with open(os.path.join(os.path.dirname(rocrate.__file__), "data", "ro-crate.jsonld"), "rb") as file:
        text = file.read()

    def send(_, request, **__):
        if request.url != CONTEXT:
            raise requests.ConnectionError(f"no network in this test: {request.url}")
        headers = {"Content-Type": "application/ld+json"}
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url
        answer.headers.update(headers)
        answer.raw = HTTPResponse(body=io.BytesIO(text), headers=headers, status=200, preload_content=False,
                                  request_method="GET", request_url=request.url)
        return answer
    requests.adapters.HTTPAdapter.send = send


class Run:
    """One run of the program and what it exports."""

    def __init__(self, c, home, label):
        self.c, self.home, self.label = c, home, label
        shown = home.run("run", "show", "last", "--json").json()["data"]
        self.events = shown["events"]
        self.bundle = home.path(f"bundle-{label.replace(' ', '-')}")
        done = home.run("run", "export", "last", "-o", self.bundle)
        c.equal(f"{label}: bundle", done.code, 0)
        self.answer = self.bodies("answer")[0]

    def bodies(self, kind):
        return [e["body"] for e in self.events if e["type"] == kind]

    def export(self, name, *options):
        done = self.home.run("run", "export", "last", "--format", name, *options)
        self.c.check(f"{self.label}: {name} {options}", done.code == 0 and not done.err, done.err)
        return done.out

    def check(self, what, ok, detail=""):
        return self.c.check(f"{self.label}: {what}", ok, detail)


# ---- PROV

ENDS = {"used": ("prov:activity", "prov:entity"), "wasGeneratedBy": ("prov:entity", "prov:activity"),
        "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
        "wasAssociatedWith": ("prov:activity", "prov:agent"), "wasAttributedTo": ("prov:entity", "prov:agent"),
        "actedOnBehalfOf": ("prov:delegate", "prov:responsible"),
        "wasInformedBy": ("prov:informed", "prov:informant"), "wasStartedBy": ("prov:activity", "prov:starter"),
        "wasInfluencedBy": ("prov:influencee", "prov:influencer"), "wasEndedBy": ("prov:activity",)}
SORTS = {"prov:activity": "activity", "prov:entity": "entity", "prov:agent": "agent", "prov:generatedEntity": "entity",
         "prov:usedEntity": "entity", "prov:delegate": "agent", "prov:responsible": "agent",
         "prov:informed": "activity", "prov:informant": "activity", "prov:starter": "activity",
         "prov:influencee": "entity", "prov:influencer": "entity"}


def has_cycle(edges):
    """Depth first without recursion."""
    after = {}
    for a, b in edges:
        after.setdefault(a, []).append(b)
    state = {}
    for start in after:
        stack = [(start, iter(after[start]))] if start not in state else []
        state.setdefault(start, "open")
        while stack:
            node, rest = stack[-1]
            follower = next(rest, None)
            if follower is None:
                state[node] = "done"
                stack.pop()
            elif state.get(follower) == "open":
                return True
            elif follower not in state:
                state[follower] = "open"
                stack.append((follower, iter(after.get(follower, []))))
    return False


def check_prov(run):
    text = run.export("prov")
    with open(os.path.join(run.bundle, "prov.json"), encoding="utf-8") as file:
        run.check("prov: the bundle's is the same", file.read() == text)
    document = prov.model.ProvDocument.deserialize(content=text, format="json")
    unified = document.unified()
    run.check("prov: nothing to unify", len(unified.records) == len(document.records))
    again = prov.model.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    run.check("prov: the same after a round trip", again == document)
    run.check("prov: PROV-N", document.get_provn().startswith("document\n"))
    data = json.loads(text)
    declared = {kind: set(data.get(kind, {})) for kind in ("entity", "activity", "agent")}
    run.check("prov: disjoint", not (declared["entity"] & declared["activity"] | declared["entity"] &
                                     declared["agent"] | declared["activity"] & declared["agent"]))
    wrong = [(kind, r) for kind, ends in ENDS.items() for r in data.get(kind, {}).values() for end in ends
             if r[end] not in declared[SORTS[end]]]
    run.check("prov: every end is declared, as what it is", not wrong, wrong[:3])
    run.check("prov: only known kinds", set(data) <= {"prefix", *declared, *ENDS}, set(data))
    derived = [(r["prov:generatedEntity"], r["prov:usedEntity"]) for r in data["wasDerivedFrom"].values()]
    run.check("prov: nothing is derived from itself", not has_cycle(derived))
    for a in data["activity"].values():
        run.check("prov: starts before it ends", a.get("prov:startTime", "") <= a.get("prov:endTime", "9"), a)
    for kind in ("claim", "evidence", "policy.decision", "answer", "plan"):
        short = {"policy.decision": "decision"}.get(kind, kind)
        seqs = [e["seq"] for e in run.events if e["type"] == kind]
        missing = [s for s in seqs if f"run:{short}-{s}" not in declared["entity"]]
        run.check(f"prov: every {kind}", not missing, missing)
    calls = [f"run:call-{e['seq']}" for e in run.events if e["type"] == "tool.call"]
    run.check("prov: every call is an activity", set(calls) <= declared["activity"])
    by = {r["prov:activity"]: r["prov:agent"] for r in data["wasAssociatedWith"].values()}
    run.check("prov: somebody answers for every call", all(c in by for c in calls))
    acting = {r["prov:delegate"] for r in data["actedOnBehalfOf"].values()}
    run.check("prov: who acted for the program", {by[c] for c in calls} <= acting, acting)
    blobs = [name for _, _, names in os.walk(os.path.join(run.bundle, "blobs")) for name in names]
    run.check("prov: every blob", all(f"run:blob-{b}" in declared["entity"] for b in blobs), blobs)
    check_grounds(run, data)


def check_grounds(run, data):
    """Each released claim leads to its evidence and to the question."""
    evidence = {e["body"]["id"]: f"run:evidence-{e['seq']}" for e in run.events if e["type"] == "evidence"}
    derived = {(r["prov:generatedEntity"], r["prov:usedEntity"]): r.get("wrt:role")
               for r in data["wasDerivedFrom"].values()}
    answer = [f"run:answer-{e['seq']}" for e in run.events if e["type"] == "answer"][0]
    released = {k["id"] for k in run.answer.get("claims", [])}
    for event in run.events:
        if event["type"] != "claim":
            continue
        name, body = f"run:claim-{event['seq']}", event["body"]
        run.check("prov: grounds and their roles", all(
            derived.get((name, evidence[g["evidence"]])) == g["role"] for g in body["grounds"]), body)
        run.check("prov: the answer is derived from what was released",
                  ((answer, name) in derived) == (body["id"] in released), body["id"])


# ---- RO-Crate

def validate(path, profile, severity):
    settings = services.ValidationSettings(rocrate_uri=path, profile_identifier=profile, no_cache=True,
                                           requirement_severity=severity)
    return [f"{i.check.identifier}: {i.message}" for i in services.validate(settings).get_issues()]


# What we cannot say (an organisation, an address of the program, a README), and 5.1, which looks at
# the class of an application where it means its id.
NOT_FOLLOWED = ("process-run-crate-0.5_3.2", "process-run-crate-0.5_5.1", "workflow-ro-crate-1.0_6.",
                "workflow-ro-crate-1.0_8.1", "ro-crate-1.1_22.3", "ro-crate-1.1_30.")


def check_crate(run, profile):
    with open(os.path.join(run.bundle, "ro-crate-metadata.json"), encoding="utf-8") as file:
        entities = {e["@id"]: e for e in json.load(file)["@graph"]}
    crate = ROCrate(run.bundle)
    run.check("crate: rocrate reads it", crate.root_dataset["conformsTo"] and crate.root_dataset["hasPart"])
    for issue in validate(run.bundle, profile, models.Severity.REQUIRED):
        run.check(f"crate: {profile} requires", False, issue)
    left = [i for i in validate(run.bundle, profile, models.Severity.RECOMMENDED) if not i.startswith(NOT_FOLLOWED)]
    run.check(f"crate: {profile} recommends", not left, left)
    found = {os.path.relpath(os.path.join(top, name), run.bundle)
             for top, _, names in os.walk(run.bundle) for name in names} - {"ro-crate-metadata.json"}
    listed = {p["@id"] for p in entities["./"]["hasPart"]}
    run.check("crate: lists every file and no other", found == listed, found ^ listed)
    with open(os.path.join(run.bundle, "manifest.json"), encoding="utf-8") as file:
        hashes = {f["path"]: f["sha256"] for f in json.load(file)["files"]}
    for path in listed - {"manifest.json"}:
        size = os.path.getsize(os.path.join(run.bundle, path))
        run.check("crate: size and hash", (entities[path]["contentSize"], entities[path]["sha256"]) ==
                  (str(size), hashes[path]), path)
    action = entities["#run"]
    run.check("crate: the run", action["actionStatus"].endswith("CompletedActionStatus") and
              action["startTime"] <= action["endTime"], action)
    calls = [e for e in run.events if e["type"] == "tool.call"]
    run.check("crate: every call", all(f"#call-{e['seq']}" in entities for e in calls))
    return entities


# ---- TRAPI

def walk(value):
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(part)


def names_in(binding, version):
    return binding["ids"] if version == "2.0" else [b["id"] for b in binding]


def attributes(edge, kind):
    return [a["value"] for a in edge["attributes"] if a["attribute_type_id"] == kind]


def check_trapi(run, version):
    text = run.export("trapi", "--trapi", version)
    if version == "1.5":
        run.check("trapi: 1.5 is the default", run.export("trapi") == text)
    response = json.loads(text)
    jsonschema.Draft202012Validator(trapi_schema.response(version)).validate(response)
    run.check("trapi: no null, no empty array", all(v is not None and v != [] and v != {} for v in walk(response)))
    message = response["message"]
    if version == "1.5":
        reasoner_pydantic.Response.model_validate(response)
    graph = message["knowledge_graph"]
    nodes, edges, graphs = graph["nodes"], graph["edges"], message.get("auxiliary_graphs", {})
    for name, edge in edges.items():
        roles = [s["resource_role"] for s in edge["sources"]]
        run.check("trapi: one primary source", roles.count("primary_knowledge_source") == 1, name)
        run.check("trapi: ends are nodes", edge["subject"] in nodes and edge["object"] in nodes, name)
        level, agent = (edge["knowledge_level"], edge["agent_type"]) if version == "2.0" else (
            attributes(edge, "biolink:knowledge_level")[0], attributes(edge, "biolink:agent_type")[0])
        run.check("trapi: level and agent", level in trapi_schema.LEVELS and agent in trapi_schema.AGENTS, name)
        for graphs_named in attributes(edge, "biolink:support_graphs"):
            run.check("trapi: support graphs are there", set(graphs_named) <= set(graphs), graphs_named)
    for name, part in graphs.items():
        run.check("trapi: a support graph is of edges", set(part["edges"]) <= set(edges), name)
    check_trapi_answer(run, version, message)


def biolink(curie):
    """Biolink's form of the prefixes of DrugMechDB."""
    ours = {"UniProt": "UniProtKB", "InterPro": "interpro", "taxonomy": "NCBITaxon", "DB": "DRUGBANK",
            "reactome": "REACT", "Pfam": "PFAM", "TIGR": "TIGRFAM"}
    prefix, rest = curie.split(":", 1)
    return f"{ours.get(prefix, prefix)}:{rest}"


def check_trapi_answer(run, version, message):
    claims = {k["id"]: k for k in run.answer["claims"]}
    evidence = {e["id"]: e for e in run.answer["evidence"]}
    edges, graphs = message["knowledge_graph"]["edges"], message.get("auxiliary_graphs", {})
    bound = [n for r in message["results"] for a in r["analyses"] for b in a["edge_bindings"].values()
             for n in names_in(b, version)]
    hypotheses = [h["claim"] for h in run.answer.get("hypotheses", [])]
    run.check("trapi: there are answers", bound)
    run.check("trapi: the hypotheses are the answers", {f"claim:{h}" for h in hypotheses} <= set(bound), bound)
    run.check("trapi: answers are about what was asked", all(
        (edges[b]["subject"], edges[b]["object"]) == (edges[bound[0]]["subject"], edges[bound[0]]["object"])
        for b in bound))
    for name in hypotheses:
        links = [evidence[g["evidence"]]["locator"]["edge"] for g in claims[name]["grounds"]
                 if evidence[g["evidence"]]["kind"] == "kg_edge"]
        run.check("trapi: its links are its support", graphs[f"support:{name}"]["edges"] == links, name)
    cited = {e["locator"]["edge"]: e for e in evidence.values() if e["kind"] == "kg_edge"}
    rows = {name: row for b in run.bodies("lookup") if b["what"] == "edges" for name, row in b["result"].items()}
    run.check("trapi: the graph's own rows were looked up", set(cited) <= set(rows), set(cited) - set(rows))
    for name, edge in edges.items():
        if name in cited:
            run.check("trapi: publications of the record", attributes(edge, "biolink:publications") ==
                      [cited[name]["source"]["publications"]], name)
            run.check("trapi: source of the record", {s["resource_role"]: s["resource_id"] for s in edge["sources"]} ==
                      {"primary_knowledge_source": cited[name]["source"]["primary_knowledge_source"],
                       "aggregator_knowledge_source": "infores:warrant"}, edge["sources"])
            run.check("trapi: its predicate", edge["predicate"] == cited[name]["predicate"], name)
            run.check("trapi: from its subject to its object", [edge["subject"], edge["object"]] ==
                      [biolink(rows[name][end]["id"]) for end in ("subject", "object")], edge)
        else:
            run.check("trapi: a claim is our own", edge["sources"][0]["resource_id"] == "infores:warrant", name)


# ---- citations

def check_citations(run, read):
    """`read`: PMIDs whose record the run read."""
    cited = {p for e in run.answer["evidence"] for p in e["source"].get("publications", [])}
    cited |= {f"PMID:{e['locator']['pmid']}" for e in run.answer["evidence"] if "pmid" in e["locator"]}
    ris = rispy.loads(run.export("ris"))
    library = bibtexparser.parse_string(run.export("bibtex"))
    csl = json.loads(run.export("csl"))
    run.check("bibtex: no block fails", not library.failed_blocks, library.failed_blocks)
    run.check("citations: one each", len(ris) == len(library.entries) == len(csl) == len(cited),
              (len(ris), len(library.entries), len(csl), len(cited)))
    pmids = {p[5:] for p in cited if p.startswith("PMID:")}
    run.check("ris: the PMIDs", {r.get("accession_number") for r in ris} - {None} == pmids, ris)
    run.check("bibtex: the PMIDs", {e.fields_dict["pmid"].value for e in library.entries
                                    if "pmid" in e.fields_dict} == pmids)
    for item in csl:
        known = item.get("PMID") in read
        run.check("citations: a title only of what was read", ("title" in item) == known, item)
        run.check("citations: says what it does not know", known or "did not read the record" in item["note"], item)
        run.check("citations: invents nothing", known or
                  set(item) <= {"id", "type", "PMID", "PMCID", "DOI", "URL", "note"}, item)
    return ris, library, csl


def check_made_up_citations(run):
    ris, library, csl = check_citations(run, {"21", "22", "24", "25"})
    one = [r for r in ris if r.get("accession_number") == "21"][0]
    run.check("ris: fields", (one["type_of_reference"], one["title"], one["authors"], one["volume"], one["number"],
                              one["start_page"], one["end_page"], one["year"], one["date"]) ==
              ("JOUR", "50% of {alpha} & $gamma_21", ["van der Example, Anna B", "The Made-Up and Co Group"], "7",
               "2", "1173", "1179", "2011", "2011/03//"), one)
    entry = [e for e in library.entries if e.key == "pmid21"][0]
    fields = {f.key: f.value for f in entry.fields}
    run.check("bibtex: fields", (entry.entry_type, fields["title"], fields["author"], fields["pages"], fields["year"]) ==
              ("article", "50\\% of \\textbraceleft{}alpha\\textbraceright{} \\& \\$gamma\\_21",
               "van der Example, Anna B and {The Made-Up and Co Group}", "1173--9", "2011"), fields)
    withdrawn = [i for i in csl if i.get("PMID") == "24"][0]
    run.check("csl: a retracted paper says so", withdrawn["title"].startswith("RETRACTED: ") and
              "retracted" in withdrawn["note"], withdrawn)
    doi = [e for e in library.entries if "doi" in e.fields_dict][0]
    run.check("bibtex: a DOI alone", doi.fields_dict["doi"].value == "10.9999/made_up%7B1%7D" and
              "title" not in doi.fields_dict, doi)


# ---- spans

def to_request(document):
    """OTLP/JSON has ids as hexadecimal digits where the JSON of protobuf has base64."""
    for group in document["resourceSpans"]:
        for scope in group["scopeSpans"]:
            for span in scope["spans"]:
                for key in ("traceId", "spanId", "parentSpanId"):
                    if key in span:
                        span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
    return json_format.ParseDict(document, ExportTraceServiceRequest())


def value_of(attribute):
    return getattr(attribute.value, attribute.value.WhichOneof("value"))


def check_spans(run):
    text = run.export("otel")
    request = to_request(json.loads(text))
    spans = [s for g in request.resource_spans for c in g.scope_spans for s in c.spans]
    run.check("spans: one trace", len({s.trace_id for s in spans}) == 1 and len(spans[0].trace_id) == 16)
    run.check("spans: ids differ", len({s.span_id for s in spans}) == len(spans) and len(spans[0].span_id) == 8)
    roots = [s for s in spans if not s.parent_span_id]
    run.check("spans: one root", len(roots) == 1 and roots[0].name == "invoke_agent warrant")
    by_id = {s.span_id: s for s in spans}
    for span in spans:
        parent = by_id.get(span.parent_span_id, span)
        run.check("spans: inside its parent", parent.start_time_unix_nano <= span.start_time_unix_nano <=
                  span.end_time_unix_nano <= parent.end_time_unix_nano, span.name)
        run.check("spans: has a name and a time", span.name and span.start_time_unix_nano > 1.7e18)
    operations = [{a.key: value_of(a) for a in s.attributes} for s in spans]
    tools = [o["gen_ai.tool.name"] for o in operations if o.get("gen_ai.operation.name") == "execute_tool"]
    run.check("spans: every call", tools == [b["tool"] for b in run.bodies("tool.call")], tools)
    chats = [o for o in operations if o.get("gen_ai.operation.name") == "chat"]
    run.check("spans: every question to the model", len(chats) == len(run.bodies("model.request")), chats)
    exchanges = [o["http.response.status_code"] for o in operations if "http.request.method" in o]
    run.check("spans: every exchange", exchanges == [b["status"] for b in run.bodies("http.response")], exchanges)
    decisions = [e for s in spans for e in s.events if e.name == "warrant.policy.decision"]
    run.check("spans: every decision", len(decisions) == len(run.bodies("policy.decision")))
    run.check("spans: the first time is that of the run", json.loads(text) and abs(
        roots[0].start_time_unix_nano / 1e9 - seconds_of(run.events[0]["meta"]["ts"])) < 1e-3)
    content = run.export("otel", "--content")
    to_request(json.loads(content))
    question = run.answer["question"]
    run.check("spans: content only when it is asked for", question not in text and question in content and
              "gen_ai.tool.call.arguments" not in text and "gen_ai.tool.call.arguments" in content)


def seconds_of(time):
    from datetime import datetime
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


# ---- the bundle holds its derived files to their bytes

def check_alterations(run):
    for name in DERIVED:
        path = os.path.join(run.bundle, name)
        with open(path, "rb") as file:
            kept = file.read()
        with open(path, "wb") as file:
            file.write(kept[:-2] + b" " + kept[-2:])
        done = run.home.run("audit", "verify", run.bundle)
        run.check(f"altered {name} is found", done.code == 6 and f"{name} is not what" in done.out, done.out)
        os.remove(path)
        run.check(f"missing {name} is found", run.home.run("audit", "verify", run.bundle).code == 6)
        with open(path, "wb") as file:
            file.write(kept)
    run.check("unaltered again", run.home.run("audit", "verify", run.bundle).code == 0)
    check_forged_page(run)


def check_forged_page(run):
    """A page that was changed together with its hash is not what the events give."""
    import hashlib
    page, manifest = (os.path.join(run.bundle, n) for n in ("report.html", "manifest.json"))
    with open(page, "rb") as file:
        forged = file.read().replace(b"<h1>", b"<h1>Verified: ", 1)
    with open(manifest, encoding="utf-8") as file:
        listed = json.load(file)
    for entry in listed["files"]:
        if entry["path"] == "report.html":
            entry["sha256"] = hashlib.sha256(forged).hexdigest()
    with open(page, "wb") as file:
        file.write(forged)
    with open(manifest, "w", encoding="utf-8") as file:
        file.write(json.dumps(listed, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    done = run.home.run("audit", "verify", run.bundle)
    run.check("a forged page is found", done.code == 6 and "report.html is not what the events say" in done.out,
              done.out)


# ---- runs

def check_all(run, profile="provenance-run-crate"):
    check_prov(run)
    check_crate(run, profile)
    for version in ("1.5", "2.0"):
        check_trapi(run, version)
    check_spans(run)


def mechanism(c):
    with Home() as home:
        home.ask(QUESTION)
        run = Run(c, home, "mechanism")
        check_all(run)
        check_citations(run, set())
        check_alterations(run)
        replies = home.path("replies.jsonl")
        with open(replies, "w", encoding="utf-8") as file:
            for line in ({"kind": "choose", "option": "yes"}, {"kind": "choose", "option": "2"},
                         {"kind": "generate", "text": "not a sentence of the grammar"}):
                file.write(json.dumps(line) + "\n")
        home.run("ask", "--model", f"script:{replies}", QUESTION)
        check_all(Run(c, home, "with a model"))
        home.ask("My son took an overdose of metformin just now, how might it lower type 2 diabetes?")
        run = Run(c, home, "escalated")
        check_prov(run)
        entities = check_crate(run, "process-run-crate")
        run.check("no plan, no workflow", "plan.json" not in entities and "mainEntity" not in entities["./"])
        check_refusals(c, home)


def check_refusals(c, home):
    c.equal("an unknown format", home.run("run", "export", "last", "--format", "xml").code, 2)
    c.equal("an unknown TRAPI", home.run("run", "export", "last", "--format", "trapi", "--trapi", "3").code, 2)
    c.equal("a bundle needs a place", home.run("run", "export", "last").code, 2)
    wrapped = home.run("run", "export", "last", "--format", "trapi", "--json").json()
    c.check("in an envelope", wrapped["ok"] and wrapped["data"]["message"]["knowledge_graph"] is not None, wrapped)


def make_graph(home):
    for name, text in (("nodes.tsv", NODES), ("edges.tsv", EDGES)):
        with open(home.path(name), "w", encoding="utf-8") as file:
            file.write(text)
    home.run("kg", "import", "--source", "made-up", "--version", "1", home.path("nodes.tsv"), home.path("edges.tsv"))


def rechecked(c):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {"WARRANT_EUTILS_URL": f"http://127.0.0.1:{server.server_address[1]}/"}
    with Home(with_graph=False) as home:
        make_graph(home)
        done = home.run("ask", "--model", "none", "--recheck", "How might alphadrug lower deltadisease?", env=env)
        c.equal("rechecked: asked", done.code, 0)
        run = Run(c, home, "rechecked")
        check_all(run)
        check_made_up_citations(run)
        nodes = json.loads(run.export("trapi"))["message"]["knowledge_graph"]["nodes"]
        run.check("trapi: prefixes and categories are Biolink's", nodes["UniProtKB:Q2"]["categories"] ==
                  ["biolink:Protein"] and nodes["X:1"]["categories"] == ["biolink:SmallMolecule"], nodes)
    server.shutdown()


ESTIMATE = os.path.join(os.environ["WARRANT_ROOT"], "examples", "estimate")
PAPER = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">20</PMID><Article><Journal>
<JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue><Title>J Made Up</Title></Journal>
<ArticleTitle>Alphadrug in deltadisease: a trial</ArticleTitle><Abstract><AbstractText>Alphadrug lowered deltadisease
compared with placebo.</AbstractText></Abstract><PublicationTypeList><PublicationType UI="D016449">Randomized Controlled
Trial</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


def other_types(c):
    """An estimate, a what-if and the literature: claims that are no edges of a graph."""
    with Home(with_graph=False) as home:
        done = home.ask("What is the effect of drug on pressure?", "--data", os.path.join(ESTIMATE, "cohort.csv"),
                        "--graph", os.path.join(ESTIMATE, "cohort.dag"))
        c.equal("estimate: asked", done.code, 0)
        run = Run(c, home, "estimate")
        check_all(run)
        edge = json.loads(run.export("trapi", "--trapi", "2.0"))["message"]["knowledge_graph"]["edges"]["claim:c1"]
        numbers = [a["value"] for a in edge["attributes"] if a.get("original_attribute_name") == "numbers"]
        run.check("trapi: the estimate", edge["knowledge_level"] == "statistical_association" and
                  numbers[0]["estimate"] == run.answer["claims"][0]["numbers"]["estimate"], edge)
        run.check("citations: none", run.export("ris") == "" and json.loads(run.export("csl")) == [])
    with Home(with_graph=False) as home:
        make_graph(home)
        with open(home.path("pubmed25n0001.xml"), "w", encoding="utf-8") as file:
            file.write(PAPER)
        home.run("pubmed", "import", home.path("pubmed25n0001.xml"))
        done = home.ask("What is the evidence that alphadrug lowers deltadisease?")
        c.equal("literature: asked", done.code, 0)
        run = Run(c, home, "literature")
        check_all(run)
        edges = json.loads(run.export("trapi"))["message"]["knowledge_graph"]["edges"]
        run.check("trapi: the quoted paper", [attributes(e, "biolink:publications") for e in edges.values()] ==
                  [[["PMID:20"]]] and "Alphadrug lowered deltadisease" in str(
                      attributes(edges["claim:c1"], "biolink:supporting_text")), edges)
        check_citations(run, {"20"})


def whatif(c):
    """Tables only: no language model is asked."""
    with Home(with_graph=False) as home:
        with open(os.path.join(ESTIMATE, "..", "scm", "warfarin.scm.json"), encoding="utf-8") as file:
            model = json.load(file)
        model["variables"] = [one for one in model["variables"] if "cpt" in one]
        with open(home.path("tables.scm.json"), "w", encoding="utf-8") as file:
            json.dump(model, file)
        done = home.ask("What would have happened to bleeding had the dose been low?", "--scm",
                        home.path("tables.scm.json"), "--patient",
                        os.path.join(ESTIMATE, "..", "scm", "patient.json"), "--do", "dose=low")
        c.equal("what-if: asked", done.code, 0)
        check_all(Run(c, home, "what-if"))


def main():
    c = Checks()
    serve_context()
    mechanism(c)
    rechecked(c)
    other_types(c)
    whatif(c)
    c.finish()


main()
