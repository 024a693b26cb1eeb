/* names.c: collecting names. */
#include "agent/answer/names.h"

#include "agent/claims/verdict.h"

static void add(wrt_json *names, const char *name) {
    if (name != NULL && *name != '\0')
        wrt_json_set_bool(names, name, true);
}

static void add_named(wrt_json *names, const wrt_json *list) {
    WRT_JSON_EACH(item, list)
    add(names,
        wrt_json_text(item) != NULL ? wrt_json_text(item) : wrt_json_get_text(item, "name", NULL));
}

static void add_graph(wrt_json *names, const wrt_json *graph) {
    wrt_json *nodes = wrt_verdict_nodes(graph);
    add_named(names, nodes);
    wrt_json_free(nodes);
}

wrt_json *wrt_answer_names(const wrt_json *scope) {
    wrt_json *names = wrt_json_new_object(), *list = wrt_json_new_array();
    const wrt_json *frame = wrt_json_get(scope, "frame");
    add(names, wrt_json_get_text(wrt_json_get(frame, "treatment"), "name", NULL));
    add(names, wrt_json_get_text(wrt_json_get(frame, "outcome"), "name", NULL));
    add_named(names, wrt_json_get(frame, "columns"));
    add_graph(names, wrt_json_path(frame, "inputs.graph"));
    WRT_JSON_EACH(result, scope) {
        add_graph(names, wrt_json_path(result, "data.graph"));
        add_named(names, wrt_json_path(result, "data.variables"));
    }
    WRT_JSON_EACH(name, names) {
        wrt_json *entry = wrt_json_new_object();
        wrt_json_set_text(entry, "name", wrt_json_key(name));
        wrt_json_push(list, entry);
    }
    wrt_json_free(names);
    return list;
}
