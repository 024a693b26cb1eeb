/* prov.c: a run as PROV-JSON.
 *
 * The run is one activity; planning, each decision, each call of a tool or a model and each
 * exchange with the network are others, started by it. What the events hold are entities, named by
 * the seq of the event. A relation is written only when the events state it, and only between
 * things that are declared: a claim whose evidence was never recorded gets no derivation. */
#include "report/export.h"

#include "report/prov_run.h"

#include <stdio.h>
#include <string.h>

/* ---- names and times */

void wrt_prov_name(char out[WRT_PROV_NAME_MAX], const char *kind, const wrt_json *event) {
    snprintf(out, WRT_PROV_NAME_MAX, "run:%.60s-%lld", kind,
             (long long)wrt_json_get_int(event, "seq", -1));
}

const char *wrt_prov_time(const wrt_json *event) {
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
    const char *text = wrt_json_get_text(wrt_json_get(event, "meta"), "ts", "");
    if (strlen(text) != sizeof form - 1)
        return NULL;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return NULL;
    return text;
}

const char *wrt_prov_known(const wrt_json *map, const wrt_json *object, const char *member) {
    const char *id = wrt_json_get_text(object, member, NULL);
    return id != NULL ? wrt_json_get_text(map, id, NULL) : NULL;
}

void wrt_prov_remember(wrt_json *map, const char *id, const char *name) {
    if (id != NULL)
        wrt_json_set_text(map, id, name);
}

/* ---- declaring */

void wrt_prov_activity(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const char *kind,
                       const wrt_json *event, const char *label) {
    char type[WRT_PROV_NAME_MAX];
    wrt_json *extra = wrt_json_new_object();
    wrt_prov_name(out, kind, event);
    snprintf(type, sizeof type, "wrt:%.60s", kind);
    if (wrt_prov_time(event) != NULL)
        wrt_json_set_text(extra, "prov:startTime", wrt_prov_time(event));
    wrt_prov_declare(&p->doc, WRT_PROV_ACTIVITY, out, type, label, extra);
    wrt_prov_relate(&p->doc, WRT_PROV_STARTED, out, WRT_PROV_RUN, NULL);
}

void wrt_prov_product(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const char *kind,
                      const wrt_json *event, const char *activity, wrt_json *extra) {
    char type[WRT_PROV_NAME_MAX];
    wrt_prov_name(out, kind, event);
    snprintf(type, sizeof type, "wrt:%.60s", kind);
    wrt_prov_declare(&p->doc, WRT_PROV_ENTITY, out, type,
                     wrt_json_get_text(wrt_json_get(event, "body"), "id", NULL), extra);
    wrt_prov_relate(&p->doc, WRT_PROV_GENERATED, out, activity, NULL);
}

void wrt_prov_blob(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const wrt_json *reference,
                   const char *activity) {
    const char *hex = wrt_json_get_text(reference, "sha256", "");
    out[0] = '\0';
    if (strlen(hex) != 64 || strspn(hex, "0123456789abcdef") != 64)
        return;
    snprintf(out, WRT_PROV_NAME_MAX, "run:blob-%s", hex);
    if (wrt_json_get(p->blobs, hex) != NULL)
        return;
    wrt_prov_remember(p->blobs, hex, out);
    wrt_json *extra = wrt_json_new_object();
    wrt_json_set_text(extra, "wrt:sha256", hex);
    wrt_json_set_int(extra, "wrt:size", wrt_json_get_int(reference, "size", 0));
    wrt_prov_declare(&p->doc, WRT_PROV_ENTITY, out, "wrt:blob", NULL, extra);
    wrt_prov_relate(&p->doc, WRT_PROV_GENERATED, out, activity, NULL);
}

static wrt_json *one(const char *key, const char *value) {
    wrt_json *extra = wrt_json_new_object();
    if (value != NULL)
        wrt_json_set_text(extra, key, value);
    return extra;
}

/* ---- the start: who acts, and with what */

static void add_plugins(wrt_prov_run *p) {
    char name[WRT_PROV_NAME_MAX];
    int n = 0;
    WRT_JSON_EACH(plugin, wrt_json_get(p->view->start, "tools")) {
        snprintf(name, sizeof name, "run:plugin-%d", ++n);
        wrt_json *extra = one("wrt:sha256", wrt_json_get_text(plugin, "sha256", NULL));
        wrt_json_set_text(extra, "wrt:version", wrt_json_get_text(plugin, "version", "?"));
        wrt_prov_declare(&p->doc, WRT_PROV_AGENT, name, "prov:SoftwareAgent",
                         wrt_json_get_text(plugin, "plugin", NULL), extra);
        wrt_prov_relate(&p->doc, WRT_PROV_ACTED_FOR, name, WRT_PROV_PROGRAM, NULL);
        WRT_JSON_EACH(tool, wrt_json_get(plugin, "tools"))
        wrt_prov_remember(p->agents, wrt_json_text(tool), name);
    }
}

/* What the run stood on: declared as used by it. */
static void add_base(wrt_prov_run *p, char out[WRT_PROV_NAME_MAX], const char *kind,
                     wrt_json *extra) {
    char type[WRT_PROV_NAME_MAX];
    snprintf(out, WRT_PROV_NAME_MAX, "run:%s", kind);
    snprintf(type, sizeof type, "wrt:%s", kind);
    wrt_prov_declare(&p->doc, WRT_PROV_ENTITY, out, type, NULL, extra);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, WRT_PROV_RUN, out, kind);
}

static void add_bases(wrt_prov_run *p) {
    const wrt_json *start = p->view->start, *rules = wrt_json_get(start, "policy");
    const char *snapshot = wrt_json_get_text(start, "kg_snapshot", NULL);
    char blob[WRT_PROV_NAME_MAX];
    if (wrt_json_get_text(rules, "sha256", NULL) != NULL) {
        add_base(p, p->policy, "policy",
                 one("wrt:sha256", wrt_json_get_text(rules, "sha256", NULL)));
        wrt_prov_blob(p, blob, wrt_json_get(rules, "document"), NULL);
        wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, p->policy, blob, NULL);
    }
    if (snapshot != NULL)
        add_base(p, p->kg, "kg", one("wrt:snapshot", snapshot));
    if (wrt_json_get(start, "pubmed") != NULL)
        add_base(p, p->pubmed, "pubmed",
                 one("wrt:store", wrt_json_get_text(wrt_json_get(start, "pubmed"), "id", NULL)));
}

/* Documents that run.start names beside the policy: protocols, descriptions of the tools. */
static void add_documents(wrt_prov_run *p) {
    char blob[WRT_PROV_NAME_MAX];
    WRT_JSON_EACH(member, p->view->start) {
        if (wrt_json_get(member, "size") == NULL)
            continue; /* a hash of something that is no blob: the policy, the model */
        wrt_prov_blob(p, blob, member, NULL);
        wrt_prov_relate(&p->doc, WRT_PROV_USED, WRT_PROV_RUN, blob, wrt_json_key(member));
    }
}

static const wrt_json *last_event(const wrt_json *events) {
    const wrt_json *last = NULL;
    WRT_JSON_EACH(event, events)
    last = event;
    return last;
}

static void add_start(wrt_prov_run *p) {
    const wrt_run_view *view = p->view;
    const wrt_json *last = view->finish != NULL ? last_event(view->events) : NULL;
    const char *kind = wrt_json_get_text(wrt_json_get(view->start, "model"), "kind", "none");
    wrt_json *run = one("wrt:outcome", wrt_json_get_text(view->finish, "outcome", NULL));
    if (wrt_prov_time(view->first) != NULL)
        wrt_json_set_text(run, "prov:startTime", wrt_prov_time(view->first));
    if (wrt_prov_time(last) != NULL)
        wrt_json_set_text(run, "prov:endTime", wrt_prov_time(last));
    wrt_prov_declare(&p->doc, WRT_PROV_ACTIVITY, WRT_PROV_RUN, "wrt:run", view->run, run);
    wrt_prov_declare(&p->doc, WRT_PROV_AGENT, WRT_PROV_PROGRAM, "prov:SoftwareAgent",
                     wrt_json_get_text(view->start, "program", NULL),
                     one("wrt:sha256", wrt_json_get_text(view->start, "program_sha256", NULL)));
    wrt_prov_declare(&p->doc, WRT_PROV_AGENT, WRT_PROV_USER, "prov:Person", "who asked", NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, WRT_PROV_RUN, WRT_PROV_PROGRAM, "runtime");
    wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, WRT_PROV_RUN, WRT_PROV_USER, "asker");
    wrt_prov_relate(&p->doc, WRT_PROV_ACTED_FOR, WRT_PROV_PROGRAM, WRT_PROV_USER, NULL);
    p->has_model = strcmp(kind, "none") != 0;
    if (p->has_model) {
        wrt_prov_declare(&p->doc, WRT_PROV_AGENT, WRT_PROV_MODEL, "prov:SoftwareAgent",
                         wrt_json_get_text(wrt_json_get(view->start, "model"), "model", kind),
                         one("wrt:sha256", wrt_json_get_text(wrt_json_get(view->start, "model"),
                                                             "sha256", NULL)));
        wrt_prov_relate(&p->doc, WRT_PROV_ACTED_FOR, WRT_PROV_MODEL, WRT_PROV_PROGRAM, NULL);
    }
    add_plugins(p);
    add_bases(p);
    add_documents(p);
}

/* ---- from the question to the plan */

static void add_input(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    wrt_prov_name(p->question, "question", event);
    wrt_prov_declare(&p->doc, WRT_PROV_ENTITY, p->question, "wrt:question",
                     wrt_json_get_text(body, "question", NULL), NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, WRT_PROV_RUN, p->question, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_ATTRIBUTED, p->question, WRT_PROV_USER, NULL);
}

static void add_frame(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    wrt_prov_product(p, p->frame, "frame", event, WRT_PROV_RUN,
                     one("wrt:question_type", wrt_json_get_text(body, "type", NULL)));
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, p->frame, p->question, NULL);
}

static void add_plan(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char planning[WRT_PROV_NAME_MAX];
    p->plan_body = body;
    wrt_prov_activity(p, planning, "planning", event, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, planning, WRT_PROV_PROGRAM, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, planning, p->question, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, planning, p->frame, NULL);
    wrt_prov_product(p, p->plan, "plan", event, planning,
                     one("wrt:made_by", wrt_json_get_text(body, "made_by", NULL)));
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, p->plan, p->question, NULL);
}

static void add_frozen(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    wrt_prov_product(p, name, "frozen_plan", event, WRT_PROV_RUN,
                     one("wrt:sha256", wrt_json_get_text(body, "sha256", NULL)));
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, p->plan, NULL);
}

/* ---- decisions */

static void add_decision(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char deciding[WRT_PROV_NAME_MAX], name[WRT_PROV_NAME_MAX];
    wrt_prov_activity(p, deciding, "deciding", event, wrt_json_get_text(body, "phase", NULL));
    wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, deciding, WRT_PROV_PROGRAM, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, deciding, p->policy, NULL);
    if (wrt_json_count(wrt_json_path(body, "request.approvals")) > 0)
        wrt_prov_relate(&p->doc, WRT_PROV_USED, deciding, p->approval, NULL);
    wrt_json *extra = one("wrt:verdict", wrt_json_get_text(body, "decision", "?"));
    wrt_json_set_text(extra, "wrt:phase", wrt_json_get_text(body, "phase", "?"));
    wrt_prov_product(p, name, "decision", event, deciding, extra);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, p->policy, NULL);
    wrt_prov_remember(p->decisions, wrt_json_get_text(body, "id", NULL), name);
}

/* A person, or the holder of a key, who granted or refused. */
static void add_approval(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char who[WRT_PROV_NAME_MAX];
    wrt_prov_name(who, "approver", event);
    wrt_prov_declare(&p->doc, WRT_PROV_AGENT, who, "prov:Person",
                     wrt_json_get_text(body, "by", NULL),
                     one("wrt:key", wrt_json_get_text(wrt_json_get(event, "meta"), "key", NULL)));
    wrt_prov_product(p, p->approval, "approval", event, NULL,
                     one("wrt:event", wrt_json_get_text(event, "type", NULL)));
    wrt_prov_relate(&p->doc, WRT_PROV_ATTRIBUTED, p->approval, who, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, p->approval,
                    wrt_prov_known(p->decisions, body, "decision"), NULL);
}

static void add_declassified(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    wrt_prov_product(p, name, "declassification", event, WRT_PROV_RUN, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, wrt_prov_known(p->results, body, "step"),
                    NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, wrt_prov_known(p->decisions, body, "decision"),
                    NULL);
}

/* ---- what the answer is made of */

static void add_graph(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    const char *step = wrt_json_get_text(body, "step", NULL);
    wrt_prov_product(p, name, "graph", event, WRT_PROV_RUN, NULL);
    wrt_prov_follow_args(p, WRT_PROV_DERIVED, name, step);
    wrt_prov_remember(p->results, step, name);
}

/* What the program itself read. */
static void add_lookup(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX], blob[WRT_PROV_NAME_MAX];
    wrt_prov_product(p, name, "lookup", event, WRT_PROV_RUN,
                     one("wrt:what", wrt_json_get_text(body, "what", NULL)));
    wrt_prov_blob(p, blob, wrt_json_get(body, "blob"), WRT_PROV_RUN);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, blob, "bytes");
    wrt_prov_relate(
        &p->doc, WRT_PROV_DERIVED, name,
        strcmp(wrt_json_get_text(body, "what", ""), "standing") == 0 ? p->pubmed : p->kg, NULL);
}

static void add_publications(wrt_prov_run *p, const char *evidence, const wrt_json *source) {
    char name[WRT_PROV_NAME_MAX];
    WRT_JSON_EACH(item, wrt_json_get(source, "publications")) {
        const char *id = wrt_json_text(item);
        if (id == NULL)
            continue;
        const char *known = wrt_json_get_text(p->publications, id, NULL);
        if (known == NULL) {
            snprintf(name, sizeof name, "run:publication-%zu", wrt_json_count(p->publications) + 1);
            wrt_prov_declare(&p->doc, WRT_PROV_ENTITY, name, "wrt:publication", id, NULL);
            wrt_prov_remember(p->publications, id, name);
            known = name;
        }
        wrt_prov_relate(&p->doc, WRT_PROV_INFLUENCED, evidence, known, "cited");
    }
}

static void add_evidence(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    const wrt_json *source = wrt_json_get(body, "source");
    bool is_edge = strcmp(wrt_json_get_text(body, "kind", ""), "kg_edge") == 0;
    const char *tool = wrt_json_get_text(source, "tool", is_edge ? "kg_paths" : "");
    wrt_json *extra = one("wrt:sha256", wrt_json_get_text(body, "sha256", NULL));
    wrt_json_set_text(extra, "wrt:kind", wrt_json_get_text(body, "kind", "?"));
    wrt_prov_product(p, name, "evidence", event, WRT_PROV_RUN, extra);
    wrt_prov_remember(p->evidence, wrt_json_get_text(body, "id", NULL), name);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, wrt_json_get_text(p->by_tool, tool, NULL),
                    NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, wrt_prov_known(p->results, source, "step"),
                    NULL);
    if (wrt_json_path(body, "locator.kg_snapshot") != NULL)
        wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, p->kg, NULL);
    add_publications(p, name, source);
}

static void add_claim(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    wrt_json *extra = wrt_json_new_object();
    wrt_json_set_int(extra, "wrt:rung", wrt_json_get_int(body, "rung", 0));
    wrt_json_set_text(extra, "wrt:certainty", wrt_json_get_text(body, "certainty", "?"));
    wrt_prov_product(p, name, "claim", event, WRT_PROV_RUN, extra);
    wrt_prov_relate(&p->doc, WRT_PROV_ATTRIBUTED, name, WRT_PROV_PROGRAM, NULL);
    wrt_prov_remember(p->claims, wrt_json_get_text(body, "id", NULL), name);
    WRT_JSON_EACH(ground, wrt_json_get(body, "grounds"))
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name,
                    wrt_prov_known(p->evidence, ground, "evidence"),
                    wrt_json_get_text(ground, "role", NULL));
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, wrt_prov_known(p->decisions, body, "decision"),
                    "allowed by");
}

static void add_answer(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    wrt_prov_product(p, name, "answer", event, WRT_PROV_RUN,
                     one("wrt:status", wrt_json_get_text(body, "status", "?")));
    wrt_prov_relate(&p->doc, WRT_PROV_ATTRIBUTED, name, WRT_PROV_PROGRAM, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, p->question, NULL);
    WRT_JSON_EACH(claim, wrt_json_get(body, "claims"))
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, wrt_prov_known(p->claims, claim, "id"), NULL);
}

static const struct {
    const char *type;
    void (*add)(wrt_prov_run *p, const wrt_json *event, const wrt_json *body);
} kinds[] = {
    {"input", add_input},
    {"frame", add_frame},
    {"plan", add_plan},
    {"plan.frozen", add_frozen},
    {"policy.decision", add_decision},
    {"approval.grant", add_approval},
    {"approval.refuse", add_approval},
    {"declassify", add_declassified},
    {"graph", add_graph},
    {"lookup", add_lookup},
    {"evidence", add_evidence},
    {"claim", add_claim},
    {"answer", add_answer},
};

static void add_event(wrt_prov_run *p, const wrt_json *event) {
    const char *type = wrt_json_get_text(event, "type", "");
    if (wrt_prov_add_call(p, type, event))
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0)
            kinds[i].add(p, event, wrt_json_get(event, "body"));
}

/* ---- the document */

wrt_status wrt_report_prov(wrt_json **out, const wrt_json *events, wrt_err *err) {
    wrt_run_view view;
    *out = NULL;
    wrt_status status = wrt_run_view_make(&view, events, err);
    if (status != WRT_OK)
        return status;
    wrt_prov_run p = {.doc = wrt_prov_doc_make(), .view = &view};
    wrt_json **const maps[] = {&p.decisions, &p.evidence, &p.claims,  &p.publications, &p.blobs,
                               &p.agents,    &p.calls,    &p.results, &p.by_tool};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        *maps[i] = wrt_json_new_object();
    add_start(&p);
    WRT_JSON_EACH(event, events)
    add_event(&p, event);
    status = wrt_prov_doc_finish(out, &p.doc, view.run, err);
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        wrt_json_free(*maps[i]);
    wrt_prov_doc_free(&p.doc);
    return status;
}
