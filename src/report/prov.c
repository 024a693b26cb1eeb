/* prov.c: a run as PROV-JSON.
 *
 * The run is one activity; each tool call and model call is another. What the events hold are
 * entities, named by the seq of the event. A relation is written only when the events state it, and
 * only between things that are declared: a claim whose evidence was never recorded gets no
 * derivation. */
#include "report/report.h"

#include "report/run_view.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64 };

typedef struct {
    wrt_json *entities, *activities, *agents;
    wrt_json *used, *generated, *derived, *associated;
    wrt_json *evidence, *claims, *decisions; /* id in the run -> identifier */
    wrt_json *calls;                         /* step -> identifier of its open tool call */
    int relations;
    bool has_model;
    char question[NAME_MAX_BYTES], plan[NAME_MAX_BYTES], model_call[NAME_MAX_BYTES];
} provenance;

static const char this_run[] = "run:run", program[] = "run:program", user[] = "run:user",
                  model[] = "run:model", policy[] = "run:policy";

/* ---- declaring */

static wrt_json *declare(wrt_json *list, const char *name, const char *type, const char *label) {
    wrt_json *thing = wrt_json_new_object();
    wrt_json_set_text(thing, "prov:type", type);
    if (label != NULL)
        wrt_json_set_text(thing, "prov:label", label);
    wrt_json_set(list, name, thing);
    return wrt_json_get_mut(list, name);
}

static void name_event(char out[NAME_MAX_BYTES], const char *kind, const wrt_json *event) {
    snprintf(out, NAME_MAX_BYTES, "run:%s-%lld", kind,
             (long long)wrt_json_get_int(event, "seq", -1));
}

/* ---- relating: from and to are declared identifiers; an empty one is no relation. */

static void relate(provenance *p, wrt_json *list, const char *const roles[2],
                   const char *const names[2]) {
    char id[32];
    if (names[0] == NULL || names[1] == NULL || names[0][0] == '\0' || names[1][0] == '\0')
        return;
    wrt_json *relation = wrt_json_new_object();
    wrt_json_set_text(relation, roles[0], names[0]);
    wrt_json_set_text(relation, roles[1], names[1]);
    snprintf(id, sizeof id, "_:r%d", ++p->relations);
    wrt_json_set(list, id, relation);
}

static void add_used(provenance *p, const char *activity, const char *entity) {
    relate(p, p->used, (const char *const[]){"prov:activity", "prov:entity"},
           (const char *const[]){activity, entity});
}

static void add_generated(provenance *p, const char *entity, const char *activity) {
    relate(p, p->generated, (const char *const[]){"prov:entity", "prov:activity"},
           (const char *const[]){entity, activity});
}

static void add_derived(provenance *p, const char *entity, const char *from) {
    relate(p, p->derived, (const char *const[]){"prov:generatedEntity", "prov:usedEntity"},
           (const char *const[]){entity, from});
}

static void add_associated(provenance *p, const char *activity, const char *agent) {
    relate(p, p->associated, (const char *const[]){"prov:activity", "prov:agent"},
           (const char *const[]){activity, agent});
}

/* ---- events */

static const char *time_of(const wrt_json *event) {
    return wrt_json_get_text(wrt_json_get(event, "meta"), "ts", NULL);
}

static void add_start(provenance *p, const wrt_run_view *view) {
    const wrt_json *start = view->start;
    const char *hash = wrt_json_get_text(wrt_json_get(start, "policy"), "sha256", NULL);
    const char *kind = wrt_json_get_text(wrt_json_get(start, "model"), "kind", "none");
    wrt_json *run = declare(p->activities, this_run, "wrt:run", view->run);
    if (time_of(view->first) != NULL)
        wrt_json_set_text(run, "prov:startTime", time_of(view->first));
    declare(p->agents, program, "prov:SoftwareAgent", wrt_json_get_text(start, "program", NULL));
    declare(p->agents, user, "prov:Person", NULL);
    add_associated(p, this_run, program);
    add_associated(p, this_run, user);
    p->has_model = strcmp(kind, "none") != 0;
    if (p->has_model)
        declare(p->agents, model, "prov:SoftwareAgent", kind);
    if (hash != NULL) {
        wrt_json *entity = declare(p->entities, policy, "wrt:policy", NULL);
        wrt_json_set_text(entity, "wrt:sha256", hash);
        add_used(p, this_run, policy);
    }
}

static void add_input(provenance *p, const wrt_json *event, const wrt_json *body) {
    name_event(p->question, "question", event);
    declare(p->entities, p->question, "wrt:question", wrt_json_get_text(body, "question", NULL));
    add_used(p, this_run, p->question);
}

/* An entity the run made; its name is left in out. */
static wrt_json *add_product(provenance *p, char out[NAME_MAX_BYTES], const char *kind,
                             const wrt_json *event) {
    char type[NAME_MAX_BYTES];
    const wrt_json *body = wrt_json_get(event, "body");
    snprintf(type, sizeof type, "wrt:%s", kind);
    name_event(out, kind, event);
    wrt_json *entity = declare(p->entities, out, type, wrt_json_get_text(body, "id", NULL));
    add_generated(p, out, this_run);
    return entity;
}

static void remember(wrt_json *map, const wrt_json *body, const char *key, const char *name) {
    const char *id = wrt_json_get_text(body, key, NULL);
    if (id != NULL)
        wrt_json_set_text(map, id, name);
}

static void add_decision(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    wrt_json *entity = add_product(p, name, "decision", event);
    wrt_json_set_text(entity, "wrt:verdict", wrt_json_get_text(body, "decision", "?"));
    remember(p->decisions, body, "id", name);
    if (wrt_json_get(p->entities, policy) != NULL)
        add_derived(p, name, policy);
}

static void add_call(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES], agent[NAME_MAX_BYTES];
    const char *tool = wrt_json_get_text(body, "tool", "?");
    name_event(name, "call", event);
    name_event(agent, "tool", event);
    wrt_json *call = declare(p->activities, name, "wrt:tool_call", tool);
    if (time_of(event) != NULL)
        wrt_json_set_text(call, "prov:startTime", time_of(event));
    declare(p->agents, agent, "prov:SoftwareAgent", tool);
    add_associated(p, name, agent);
    add_used(p, name, p->plan);
    add_used(p, name,
             wrt_json_get_text(p->decisions, wrt_json_get_text(body, "decision", ""), NULL));
    remember(p->calls, body, "step", name);
}

static void add_result(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    const char *step = wrt_json_get_text(body, "step", "");
    const char *call = wrt_json_get_text(p->calls, step, NULL);
    const char *hash = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
    name_event(name, "result", event);
    wrt_json *entity = declare(p->entities, name, "wrt:result", step);
    wrt_json_set_text(entity, "wrt:status", wrt_json_get_text(body, "status", "?"));
    if (hash != NULL)
        wrt_json_set_text(entity, "wrt:sha256", hash);
    add_generated(p, name, call);
    wrt_json_set(p->calls, step, NULL);
}

static void add_request(provenance *p, const wrt_json *event, const wrt_json *body) {
    name_event(p->model_call, "model-call", event);
    wrt_json *call = declare(p->activities, p->model_call, "wrt:model_call",
                             wrt_json_get_text(body, "purpose", NULL));
    if (time_of(event) != NULL)
        wrt_json_set_text(call, "prov:startTime", time_of(event));
    if (p->has_model)
        add_associated(p, p->model_call, model);
}

static void add_response(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    name_event(name, "choice", event);
    wrt_json *entity = declare(p->entities, name, "wrt:choice", NULL);
    wrt_json_set_text(entity, "wrt:by", wrt_json_get_text(body, "by", "?"));
    add_generated(p, name, p->model_call);
    p->model_call[0] = '\0';
}

static void add_evidence(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    wrt_json *entity = add_product(p, name, "evidence", event);
    const char *hash = wrt_json_get_text(body, "sha256", NULL);
    if (hash != NULL)
        wrt_json_set_text(entity, "wrt:sha256", hash);
    remember(p->evidence, body, "id", name);
}

static void add_claim(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    wrt_json *entity = add_product(p, name, "claim", event);
    wrt_json_set_int(entity, "wrt:rung", wrt_json_get_int(body, "rung", 0));
    remember(p->claims, body, "id", name);
    WRT_JSON_EACH(ground, wrt_json_get(body, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "");
        add_derived(p, name, wrt_json_get_text(p->evidence, id, NULL));
    }
    add_derived(p, name,
                wrt_json_get_text(p->decisions, wrt_json_get_text(body, "decision", ""), NULL));
}

static void add_answer(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    wrt_json *entity = add_product(p, name, "answer", event);
    wrt_json_set_text(entity, "wrt:status", wrt_json_get_text(body, "status", "?"));
    add_derived(p, name, p->question);
    WRT_JSON_EACH(claim, wrt_json_get(body, "claims"))
    add_derived(p, name, wrt_json_get_text(p->claims, wrt_json_get_text(claim, "id", ""), NULL));
}

static void add_plan(provenance *p, const wrt_json *event, const wrt_json *body) {
    (void)body;
    add_product(p, p->plan, "plan", event);
    add_derived(p, p->plan, p->question);
}

static void add_graph(provenance *p, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES];
    (void)body;
    add_product(p, name, "graph", event);
}

static void add_end(provenance *p, const wrt_json *event, const wrt_json *body) {
    wrt_json *run = wrt_json_get_mut(p->activities, this_run);
    wrt_json_set_text(run, "wrt:outcome", wrt_json_get_text(body, "outcome", "?"));
    if (time_of(event) != NULL)
        wrt_json_set_text(run, "prov:endTime", time_of(event));
}

static const struct {
    const char *type;
    void (*add)(provenance *p, const wrt_json *event, const wrt_json *body);
} kinds[] = {
    {"input", add_input},
    {"plan", add_plan},
    {"policy.decision", add_decision},
    {"tool.call", add_call},
    {"tool.result", add_result},
    {"graph", add_graph},
    {"model.request", add_request},
    {"model.response", add_response},
    {"evidence", add_evidence},
    {"claim", add_claim},
    {"answer", add_answer},
    {"run.end", add_end},
};

static void add_event(provenance *p, const wrt_json *event) {
    const char *type = wrt_json_get_text(event, "type", "");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0)
            kinds[i].add(p, event, wrt_json_get(event, "body"));
}

/* ---- the document */

/* A namespace for the identifiers of this run; what is not of an id's alphabet is left out. */
static wrt_json *prefixes(const char *run) {
    wrt_buf uri = wrt_buf_make(256);
    wrt_buf_add_c(&uri, "urn:warrant:run:");
    for (const char *at = run; *at != '\0' && uri.len < 128; at++)
        if (strchr("0123456789abcdefghijklmnopqrstuvwxyz-", *at) != NULL)
            wrt_buf_add_char(&uri, *at);
    wrt_buf_add_char(&uri, ':');
    wrt_json *prefix = wrt_json_new_object();
    wrt_json_set(prefix, "run", wrt_json_new_text(wrt_buf_str(&uri)));
    wrt_json_set_text(prefix, "wrt", "urn:warrant:vocabulary:");
    wrt_buf_free(&uri);
    return prefix;
}

static provenance make(void) {
    return (provenance){
        .entities = wrt_json_new_object(),
        .activities = wrt_json_new_object(),
        .agents = wrt_json_new_object(),
        .used = wrt_json_new_object(),
        .generated = wrt_json_new_object(),
        .derived = wrt_json_new_object(),
        .associated = wrt_json_new_object(),
        .evidence = wrt_json_new_object(),
        .claims = wrt_json_new_object(),
        .decisions = wrt_json_new_object(),
        .calls = wrt_json_new_object(),
    };
}

wrt_status wrt_report_prov(wrt_json **out, const wrt_json *events, wrt_err *err) {
    wrt_run_view view;
    *out = NULL;
    wrt_status status = wrt_run_view_make(&view, events, err);
    if (status != WRT_OK)
        return status;
    provenance p = make();
    add_start(&p, &view);
    WRT_JSON_EACH(event, events)
    add_event(&p, event);
    *out = wrt_json_new_object();
    wrt_json_set(*out, "prefix", prefixes(view.run));
    wrt_json_set(*out, "entity", p.entities);
    wrt_json_set(*out, "activity", p.activities);
    wrt_json_set(*out, "agent", p.agents);
    wrt_json_set(*out, "used", p.used);
    wrt_json_set(*out, "wasGeneratedBy", p.generated);
    wrt_json_set(*out, "wasDerivedFrom", p.derived);
    wrt_json_set(*out, "wasAssociatedWith", p.associated);
    wrt_json_free(p.evidence);
    wrt_json_free(p.claims);
    wrt_json_free(p.decisions);
    wrt_json_free(p.calls);
    return WRT_OK;
}
