/* prov_calls.c: calls of tools and models and exchanges with the network, as PROV activities. */
#include "report/prov_run.h"

#include <stdio.h>
#include <string.h>

enum { STEP_MAX_BYTES = 64, ARGS_DEPTH_MAX = 8 };

/* ---- what a step refers to */

/* The step that "$paths.data[0].id" names; false for a text that is no reference. */
static bool referred_step(char out[STEP_MAX_BYTES], const char *text) {
    if (text == NULL || text[0] != '$')
        return false;
    size_t len = strcspn(text + 1, ".[");
    if (len == 0 || len >= STEP_MAX_BYTES)
        return false;
    memcpy(out, text + 1, len);
    out[len] = '\0';
    return true;
}

static void follow(wrt_prov_run *p, wrt_prov_kind kind, const char *name, const wrt_json *value,
                   int depth) {
    char step[STEP_MAX_BYTES];
    if (depth > ARGS_DEPTH_MAX)
        return;
    if (referred_step(step, wrt_json_text(value)))
        wrt_prov_relate(&p->doc, kind, name,
                        strcmp(step, "frame") == 0 ? p->frame
                                                   : wrt_json_get_text(p->results, step, NULL),
                        NULL);
    WRT_JSON_EACH(part, value)
    follow(p, kind, name, part, depth + 1);
}

void wrt_prov_follow_args(wrt_prov_run *p, wrt_prov_kind kind, const char *name, const char *step) {
    const wrt_json *found =
        wrt_run_view_by_id(NULL, wrt_json_get(p->plan_body, "steps"), step != NULL ? step : "");
    WRT_JSON_EACH(arg, wrt_json_get(found, "args"))
    follow(p, kind, name, arg, 0);
}

/* ---- tools */

/* A file, by the hash of its bytes; declared each time it is met under another call. */
static void add_file(wrt_prov_run *p, const char *call, const wrt_json *file, bool is_output) {
    char name[WRT_PROV_NAME_MAX];
    wrt_prov_blob(p, name, file, is_output ? call : NULL);
    if (!is_output)
        wrt_prov_relate(&p->doc, WRT_PROV_USED, call, name, wrt_json_get_text(file, "arg", NULL));
}

static const char *agent_of(wrt_prov_run *p, const char *tool, const wrt_json *event) {
    char name[WRT_PROV_NAME_MAX];
    const char *known = wrt_json_get_text(p->agents, tool, NULL);
    if (known != NULL)
        return known;
    wrt_prov_name(name, "tool", event);
    wrt_prov_declare(&p->doc, WRT_PROV_AGENT, name, "prov:SoftwareAgent", tool, NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_ACTED_FOR, name, WRT_PROV_PROGRAM, NULL);
    wrt_prov_remember(p->agents, tool, name);
    return wrt_json_get_text(p->agents, tool, NULL);
}

static void add_call(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    const char *tool = wrt_json_get_text(body, "tool", "?");
    const char *step = wrt_json_get_text(body, "step", NULL);
    wrt_prov_activity(p, name, "call", event, tool);
    wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, name, agent_of(p, tool, event), tool);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, name, p->plan, "plan");
    wrt_prov_relate(&p->doc, WRT_PROV_USED, name, wrt_prov_known(p->decisions, body, "decision"),
                    "allowed by");
    wrt_prov_follow_args(p, WRT_PROV_USED, name, step);
    WRT_JSON_EACH(file, wrt_json_get(body, "files"))
    add_file(p, name, file, false);
    wrt_prov_remember(p->calls, step, name);
}

static void add_result(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX], blob[WRT_PROV_NAME_MAX];
    const char *step = wrt_json_get_text(body, "step", "");
    const char *call = wrt_json_get_text(p->calls, step, NULL);
    wrt_json *extra = wrt_json_new_object();
    wrt_json_set_text(extra, "wrt:status", wrt_json_get_text(body, "status", "?"));
    wrt_json_set_text(extra, "wrt:step", step);
    wrt_prov_product(p, name, "result", event, call, extra);
    wrt_prov_blob(p, blob, wrt_json_get(body, "blob"), call);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, blob, "bytes");
    WRT_JSON_EACH(file, wrt_json_get(body, "outputs"))
    add_file(p, call, file, true);
    wrt_prov_end(&p->doc, call, wrt_prov_time(event));
    wrt_prov_remember(p->results, step, name);
    wrt_prov_remember(p->by_tool, wrt_json_get_text(body, "tool", NULL), name);
    wrt_json_set(p->calls, step, NULL);
}

/* ---- inside a call: the network, and a model that scores */

static void add_inner(wrt_prov_run *p, const wrt_json *event, const char *kind, const char *label) {
    char name[WRT_PROV_NAME_MAX], key[STEP_MAX_BYTES + 32];
    const wrt_json *body = wrt_json_get(event, "body");
    const char *step = wrt_json_get_text(body, "step", "");
    wrt_prov_activity(p, name, kind, event, label);
    wrt_prov_relate(&p->doc, WRT_PROV_INFORMED, wrt_json_get_text(p->calls, step, NULL), name,
                    NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, name, wrt_prov_known(p->decisions, body, "decision"),
                    "allowed by");
    WRT_JSON_EACH(id, wrt_json_get(body, "decisions"))
    wrt_prov_relate(
        &p->doc, WRT_PROV_USED, name,
        wrt_json_text(id) != NULL ? wrt_json_get_text(p->decisions, wrt_json_text(id), NULL) : NULL,
        "allowed by");
    snprintf(key, sizeof key, "%s %.60s", kind, step);
    wrt_prov_remember(p->calls, key, name);
}

static void add_inner_answer(wrt_prov_run *p, const wrt_json *event, const char *kind,
                             const char *product) {
    char name[WRT_PROV_NAME_MAX], blob[WRT_PROV_NAME_MAX], key[STEP_MAX_BYTES + 32];
    const wrt_json *body = wrt_json_get(event, "body");
    snprintf(key, sizeof key, "%s %.60s", kind, wrt_json_get_text(body, "step", ""));
    const char *activity = wrt_json_get_text(p->calls, key, NULL);
    wrt_json *extra = wrt_json_new_object();
    if (wrt_json_get_text(body, "refused", NULL) != NULL)
        wrt_json_set_text(extra, "wrt:refused", wrt_json_get_text(body, "refused", NULL));
    wrt_prov_product(p, name, product, event, activity, extra);
    wrt_prov_blob(p, blob, wrt_json_get(body, "blob"), activity);
    wrt_prov_relate(&p->doc, WRT_PROV_DERIVED, name, blob, "bytes");
    wrt_prov_end(&p->doc, activity, wrt_prov_time(event));
    wrt_json_set(p->calls, key, NULL);
}

static void add_request(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    add_inner(p, event, "exchange", wrt_json_get_text(body, "url", NULL));
    wrt_prov_name(name, "exchange", event);
    wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, name, WRT_PROV_PROGRAM, NULL);
}

static void add_response(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    (void)body;
    add_inner_answer(p, event, "exchange", "response");
}

static void add_scoring(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX], blob[WRT_PROV_NAME_MAX];
    add_inner(p, event, "scoring", NULL);
    wrt_prov_name(name, "scoring", event);
    if (p->has_model)
        wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, name, WRT_PROV_MODEL, NULL);
    wrt_prov_blob(p, blob, wrt_json_get(body, "blob"), NULL);
    wrt_prov_relate(&p->doc, WRT_PROV_USED, name, blob, "questions");
}

static void add_scores(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    (void)body;
    add_inner_answer(p, event, "scoring", "scores");
}

/* ---- the model that chooses */

static void add_model_request(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    wrt_prov_activity(p, p->model_call, "model_call", event,
                      wrt_json_get_text(body, "purpose", NULL));
    wrt_prov_relate(&p->doc, WRT_PROV_USED, p->model_call, p->question, NULL);
    if (p->has_model)
        wrt_prov_relate(&p->doc, WRT_PROV_ASSOCIATED, p->model_call, WRT_PROV_MODEL, NULL);
}

static void add_model_response(wrt_prov_run *p, const wrt_json *event, const wrt_json *body) {
    char name[WRT_PROV_NAME_MAX];
    wrt_json *extra = wrt_json_new_object();
    wrt_json_set_text(extra, "wrt:by", wrt_json_get_text(body, "by", "?"));
    wrt_prov_product(p, name, "choice", event, p->model_call, extra);
    wrt_prov_relate(&p->doc, WRT_PROV_INFORMED, WRT_PROV_RUN, p->model_call, NULL);
    wrt_prov_end(&p->doc, p->model_call, wrt_prov_time(event));
    p->model_call[0] = '\0';
}

static const struct {
    const char *type;
    void (*add)(wrt_prov_run *p, const wrt_json *event, const wrt_json *body);
} kinds[] = {
    {"tool.call", add_call},
    {"tool.result", add_result},
    {"http.request", add_request},
    {"http.response", add_response},
    {"llm.request", add_scoring},
    {"llm.response", add_scores},
    {"model.request", add_model_request},
    {"model.response", add_model_response},
};

bool wrt_prov_add_call(wrt_prov_run *p, const char *type, const wrt_json *event) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0) {
            kinds[i].add(p, event, wrt_json_get(event, "body"));
            return true;
        }
    return false;
}
