/* graph_args.c: see graph_args.h. */
#include "cli/graph_args.h"

#include "base/file.h"
#include "causal/classes/class_graph.h"

#include <string.h>

/* A text that begins like an object and is one in JSON; dagitty text may begin with a brace too. */
static wrt_json *as_object(wrt_str text) {
    wrt_json *value = NULL;
    if (text.len == 0 || text.ptr[0] != '{' || wrt_json_parse(&value, text, NULL) != WRT_OK)
        return NULL;
    return value;
}

wrt_status wrt_cli_read_graph(wrt_graph **out, const wrt_cli_call *call, const char *argument,
                              wrt_err *err) {
    *out = NULL;
    if (argument == NULL)
        return wrt_fail(err, WRT_E_INPUT, "name the graph: --graph TEXT|@FILE");
    wrt_buf text = wrt_buf_make(WRT_CLI_GRAPH_MAX);
    wrt_status status = wrt_cli_read_text(&text, argument, err);
    if (status == WRT_OK) {
        wrt_json *object = as_object(wrt_str_trim(wrt_buf_str(&text)));
        status = object != NULL ? wrt_graph_parse_any(out, object, err)
                                : wrt_graph_parse_any_text(out, wrt_buf_str(&text), err);
        if (status == WRT_OK && wrt_graph_type_of(*out) != WRT_GRAPH_DAG) {
            status = wrt_graph_require_dag(*out, "this command", err);
            wrt_graph_free(*out);
            *out = NULL;
        }
        wrt_json_free(object);
    }
    if (status != WRT_OK)
        wrt_err_prefix(err, "graph");
    else if (wrt_graph_merged(*out) > 0)
        wrt_json_push_text(call->warnings, "the graph repeats an edge; it counts once");
    wrt_buf_free(&text);
    return status;
}

static wrt_json *split_names(const char *argument) {
    wrt_json *names = wrt_json_new_array();
    wrt_str rest = wrt_str_of(argument), name;
    while (rest.len > 0 && wrt_str_cut(&name, &rest, ','))
        wrt_json_push(names, wrt_json_new_text(wrt_str_trim(name)));
    return names;
}

wrt_status wrt_cli_read_nodes(wrt_node_set *out, const wrt_graph *graph, const char *argument,
                              const char *what, wrt_err *err) {
    wrt_json *names = NULL;
    *out = (wrt_node_set){0};
    if (argument == NULL || argument[0] == '\0')
        return WRT_OK;
    if (!wrt_utf8_valid(wrt_str_of(argument)))
        return wrt_fail(err, WRT_E_INPUT, "%s is not UTF-8", what);
    wrt_status status = WRT_OK;
    if (argument[0] == '[')
        status = wrt_json_parse(&names, wrt_str_of(argument), err);
    else
        names = split_names(argument);
    if (status == WRT_OK)
        status = wrt_node_set_parse(out, graph, names, what, err);
    else
        wrt_err_prefix(err, "%s", what);
    wrt_json_free(names);
    return status;
}

wrt_status wrt_cli_write_text(const wrt_cli_call *call, const char *path, const wrt_buf *text,
                              wrt_err *err) {
    if (text->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "the output is longer than %zu bytes", text->cap);
    if (strcmp(path, "-") != 0)
        return wrt_file_write(path, wrt_buf_str(text), 0644, err);
    fwrite(wrt_buf_str(text).ptr, 1, text->len, call->out);
    return WRT_OK;
}
