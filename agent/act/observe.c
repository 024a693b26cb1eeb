/* observe.c: see observe.h. */
#include "agent/act/observe.h"

#include "agent/act/digest.h"
#include "agent/claims/verdict.h"
#include "agent/plan/plan.h"

#include <string.h>

static bool list_has_step(const wrt_json *steps, const char *id) {
    WRT_JSON_EACH(step, steps) {
        if (strcmp(wrt_json_get_text(step, "id", ""), id) == 0)
            return true;
        WRT_JSON_EACH(fallback, wrt_json_get(step, "otherwise"))
        if (strcmp(wrt_json_get_text(fallback, "id", ""), id) == 0)
            return true;
    }
    return false;
}

static bool is_of_protocol(const wrt_json *protocol, const char *id) {
    return list_has_step(wrt_json_get(protocol, "steps"), id) ||
           list_has_step(wrt_json_get(protocol, "optional"), id) || strcmp(id, "recheck") == 0;
}

static bool lists_section(const wrt_json *sections) {
    WRT_JSON_EACH(name, sections)
    if (wrt_json_text(name) != NULL && strcmp(wrt_json_text(name), "observations") == 0)
        return true;
    return false;
}

/* What a call about a graph says names the nodes of that graph; NULL: it was about none. */
static wrt_json *nodes_of(const wrt_json *step, const wrt_json *scope) {
    wrt_json *args = NULL, *nodes = NULL;
    if (wrt_plan_bind(&args, wrt_json_get(step, "args"), scope, NULL) == WRT_OK &&
        wrt_json_get(args, "graph") != NULL)
        nodes = wrt_verdict_nodes(wrt_json_get(args, "graph"));
    wrt_json_free(args);
    return nodes;
}

static wrt_json *observe_step(const wrt_json *step, const wrt_json *result, bool is_shown) {
    wrt_json *item = wrt_json_new_object();
    wrt_json_set_text(item, "step", wrt_json_get_text(step, "id", "?"));
    wrt_json_set_text(item, "tool", wrt_json_get_text(step, "tool", "?"));
    wrt_json_set_text(item, "status",
                      result != NULL ? wrt_json_get_text(result, "status", "error") : "skipped");
    if (wrt_json_get(result, "coverage") != NULL)
        wrt_json_set(item, "coverage", wrt_json_copy(wrt_json_get(result, "coverage")));
    wrt_buf digest = wrt_buf_make(WRT_KIB(4));
    const wrt_json *error = wrt_json_get(result, "error");
    if (result != NULL)
        wrt_digest_add(&digest, error != NULL ? wrt_json_get(error, "message")
                                              : wrt_json_get(result, "data"));
    if (result != NULL && !digest.overflow)
        wrt_json_set(item, "digest", wrt_json_new_text(wrt_buf_str(&digest)));
    wrt_json_set_bool(item, "shown", is_shown);
    wrt_buf_free(&digest);
    return item;
}

/* Before the evidence, which is read last. */
static void add_section(wrt_json *answer) {
    wrt_json *sections = wrt_json_new_array();
    bool added = false;
    WRT_JSON_EACH(name, wrt_json_get(answer, "sections")) {
        if (!added && wrt_json_text(name) != NULL && strcmp(wrt_json_text(name), "evidence") == 0) {
            wrt_json_push_text(sections, "observations");
            added = true;
        }
        wrt_json_push(sections, wrt_json_copy(name));
    }
    if (!added)
        wrt_json_push_text(sections, "observations");
    wrt_json_set(answer, "sections", sections);
}

void wrt_observe(wrt_json *answer, const wrt_json *plan, const wrt_json *protocol,
                 const wrt_json *results, const wrt_json *scope) {
    bool shows_all = lists_section(wrt_json_get(protocol, "sections")), shows = false;
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps")) {
        const char *id = wrt_json_get_text(step, "id", "?");
        if (wrt_json_get_text(step, "tool", NULL) == NULL)
            continue;
        bool is_shown = shows_all || !is_of_protocol(protocol, id);
        wrt_json *item = observe_step(step, wrt_json_get(results, id), is_shown);
        wrt_json *nodes = is_shown ? nodes_of(step, scope) : NULL;
        if (nodes != NULL)
            wrt_json_set(item, "nodes", nodes);
        shows = shows || is_shown;
        wrt_json_push(list, item);
    }
    wrt_json_set(answer, "observations", list);
    if (shows && !shows_all)
        add_section(answer);
}
