/* crate_steps.c: the steps of a run in an RO-Crate (Provenance Run Crate 0.5).
 *
 * A tool is an application, a step of the plan that was taken a HowToStep, a call a CreateAction;
 * a ControlAction ties the step to its call and an OrganizeAction, the work of the program, holds
 * them together. Calls outside the plan are actions without a step. */
#include "report/crate_parts.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    wrt_crate *crate;
    wrt_json *plan;     /* the workflow, or NULL */
    wrt_json *organize; /* the OrganizeAction, or NULL while no step was taken */
    wrt_json *tools;    /* tools that were declared: name -> true */
} steps;

static void name_part(char out[WRT_CRATE_ID_MAX], const char *kind, const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t at = (size_t)snprintf(out, WRT_CRATE_ID_MAX, "#%s-", kind);
    for (; *text != '\0' && at < WRT_CRATE_ID_MAX - 1; text++)
        out[at++] = strchr(plain, *text) != NULL ? *text : '_';
    out[at] = '\0';
}

static void name_event(char out[WRT_CRATE_ID_MAX], const char *kind, const wrt_json *event) {
    snprintf(out, WRT_CRATE_ID_MAX, "#%s-%lld", kind,
             (long long)wrt_json_get_int(event, "seq", -1));
}

/* Version of the plugin that a tool came from. */
static const char *version_of(const wrt_run_view *view, const char *name) {
    WRT_JSON_EACH(plugin, wrt_json_get(view->start, "tools"))
    WRT_JSON_EACH(tool, wrt_json_get(plugin, "tools"))
    if (wrt_json_text(tool) != NULL && strcmp(wrt_json_text(tool), name) == 0)
        return wrt_json_get_text(plugin, "version", NULL);
    return NULL;
}

static void add_tool(steps *s, char id[WRT_CRATE_ID_MAX], const char *name) {
    name_part(id, "tool", name);
    if (wrt_json_get(s->tools, id) != NULL)
        return;
    wrt_json_set_bool(s->tools, id, true);
    wrt_json *tool = wrt_crate_add(s->crate, id, "SoftwareApplication", name);
    if (version_of(s->crate->view, name) != NULL)
        wrt_json_set_text(tool, "softwareVersion", version_of(s->crate->view, name));
    if (s->plan != NULL)
        wrt_crate_push_ref(s->plan, "hasPart", id);
}

/* The result event of a call: the next one of its step. */
static const wrt_json *result_of(const wrt_json *call) {
    const wrt_json *step = wrt_json_get(wrt_json_get(call, "body"), "step");
    for (const wrt_json *at = wrt_json_next(call); at != NULL; at = wrt_json_next(at))
        if (strcmp(wrt_json_get_text(at, "type", ""), "tool.result") == 0 &&
            wrt_json_equal(wrt_json_get(wrt_json_get(at, "body"), "step"), step))
            return at;
    return NULL;
}

static void push_blob(steps *s, wrt_json *action, const wrt_json *reference) {
    char path[WRT_CRATE_ID_MAX];
    const char *hex = wrt_json_get_text(reference, "sha256", "");
    if (strlen(hex) != 64)
        return;
    snprintf(path, sizeof path, "blobs/%.2s/%s", hex, hex);
    if (wrt_crate_has_file(s->crate, path))
        wrt_crate_push_ref(action, "result", path);
}

/* The arguments as a value, as they stand in the event. */
static void add_arguments(steps *s, wrt_json *action, const wrt_json *event) {
    char id[WRT_CRATE_ID_MAX];
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    name_event(id, "arguments", event);
    wrt_json_write_canonical(&text, wrt_json_path(event, "body.args"));
    wrt_json *value = wrt_crate_add(s->crate, id, "PropertyValue", "arguments");
    wrt_json_set(value, "value", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_crate_push_ref(action, "object", id);
    wrt_buf_free(&text);
}

static void add_action(steps *s, char id[WRT_CRATE_ID_MAX], const char *tool,
                       const wrt_json *event) {
    char name[WRT_CRATE_ID_MAX];
    const wrt_json *result = result_of(event), *body = wrt_json_get(result, "body");
    const char *status = wrt_json_get_text(body, "status", "no result");
    name_event(id, "call", event);
    snprintf(name, sizeof name, "%.60s, step %.40s",
             wrt_json_get_text(wrt_json_get(event, "body"), "tool", "?"),
             wrt_json_get_text(wrt_json_get(event, "body"), "step", "?"));
    wrt_json *action = wrt_crate_add(s->crate, id, "CreateAction", name);
    wrt_json_set_text(action, "description", status);
    wrt_json_set(action, "instrument", wrt_crate_ref(tool));
    wrt_json_set(action, "agent", wrt_crate_ref(WRT_CRATE_ASKER));
    add_arguments(s, action, event);
    push_blob(s, action, wrt_json_get(body, "blob"));
    if (wrt_json_get(action, "result") == NULL) /* it stands in the event itself */
        wrt_crate_push_ref(action, "result", "events.jsonl");
    wrt_crate_set_times(action, event, result);
    bool failed = result == NULL || strcmp(status, "error") == 0;
    wrt_crate_set_status(action, !failed, status);
    wrt_json_push_text(s->crate->mentions, id);
}

static wrt_json *organize(steps *s) {
    if (s->organize != NULL)
        return s->organize;
    s->organize = wrt_crate_add(s->crate, "#organize", "OrganizeAction", "taking the steps");
    wrt_json_set(s->organize, "instrument", wrt_crate_ref(WRT_CRATE_PROGRAM));
    wrt_json_set(s->organize, "agent", wrt_crate_ref(WRT_CRATE_ASKER));
    wrt_json_set(s->organize, "result", wrt_crate_ref(WRT_CRATE_RUN));
    s->crate->has_steps = true;
    return s->organize;
}

/* The first call of a step of the plan; `position` counts the plan's steps from 1. */
static void add_step(steps *s, const wrt_json *step, size_t position, const char *tool,
                     const char *action) {
    char id[WRT_CRATE_ID_MAX], control[WRT_CRATE_ID_MAX], number[24];
    name_part(id, "step", wrt_json_get_text(step, "id", "?"));
    name_part(control, "control", wrt_json_get_text(step, "id", "?"));
    snprintf(number, sizeof number, "%zu", position);
    wrt_json *taken = wrt_crate_add(s->crate, id, "HowToStep", wrt_json_get_text(step, "id", "?"));
    if (wrt_json_get_text(step, "why", NULL) != NULL)
        wrt_json_set_text(taken, "description", wrt_json_get_text(step, "why", NULL));
    wrt_json_set_text(taken, "position", number);
    wrt_json_set(taken, "workExample", wrt_crate_ref(tool));
    wrt_crate_push_ref(s->plan, "step", id);
    wrt_json *controlled = wrt_crate_add(s->crate, control, "ControlAction", "step and its call");
    wrt_json_set(controlled, "instrument", wrt_crate_ref(id));
    wrt_json_set(controlled, "object", wrt_crate_ref(action));
    wrt_crate_push_ref(organize(s), "object", control);
}

void wrt_crate_add_steps(wrt_crate *crate, wrt_json *plan) {
    steps s = {.crate = crate, .plan = plan, .tools = wrt_json_new_object()};
    wrt_json *taken = wrt_json_new_object();
    char tool[WRT_CRATE_ID_MAX], action[WRT_CRATE_ID_MAX];
    WRT_JSON_EACH(event, crate->view->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        const char *id = wrt_json_get_text(body, "step", "");
        size_t index = 0;
        if (strcmp(wrt_json_get_text(event, "type", ""), "tool.call") != 0)
            continue;
        add_tool(&s, tool, wrt_json_get_text(body, "tool", "?"));
        add_action(&s, action, tool, event);
        const wrt_json *step = wrt_run_view_by_id(&index, wrt_json_get(crate->plan, "steps"), id);
        if (plan == NULL || step == NULL || wrt_json_get(taken, id) != NULL)
            continue;
        wrt_json_set_bool(taken, id, true);
        add_step(&s, step, index + 1, tool, action);
    }
    wrt_json_free(taken);
    wrt_json_free(s.tools);
}
