/* cmd_graph.c: warrant graph check | convert | dsep | render. */
#include "causal/draw/draw.h"
#include "causal/separation.h"
#include "cli/commands.h"
#include "cli/graph_args.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 128 << 20 };

/* ---- check */

typedef struct {
    size_t nodes, latent, edges, bidirected;
} counts;

static counts count(const wrt_graph *graph) {
    counts c = {.nodes = wrt_graph_count(graph)};
    for (int v = 0; v < (int)c.nodes; v++) {
        size_t n;
        wrt_graph_children(graph, v, &n);
        c.edges += n;
        wrt_graph_spouses(graph, v, &n);
        c.bidirected += n;
        c.latent += wrt_graph_is_latent(graph, v);
    }
    c.bidirected /= 2;
    return c;
}

static wrt_status run_check(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_graph *graph = NULL;
    wrt_status status = wrt_cli_read_graph(&graph, call, call->operands[0], err);
    if (status == WRT_OK) {
        counts c = count(graph);
        const char *type = c.bidirected > 0 ? "admg" : "dag";
        result->data = wrt_json_new_object();
        wrt_json_set_text(result->data, "type", type);
        wrt_json_set_int(result->data, "nodes", (int64_t)c.nodes);
        wrt_json_set_int(result->data, "latent", (int64_t)c.latent);
        wrt_json_set_int(result->data, "edges", (int64_t)c.edges);
        wrt_json_set_int(result->data, "bidirected", (int64_t)c.bidirected);
        if (!call->globals->json)
            fprintf(call->out, "legal %s: %zu nodes (%zu latent), %zu edges, %zu bidirected\n",
                    type, c.nodes, c.latent, c.edges, c.bidirected);
    }
    wrt_graph_free(graph);
    return status;
}

/* ---- convert */

static wrt_status convert(wrt_buf *out, const wrt_graph *graph, const char *to, wrt_err *err) {
    if (strcmp(to, "dagitty") == 0) {
        wrt_graph_to_dagitty(out, graph);
    } else if (strcmp(to, "dot") == 0) {
        wrt_graph_to_dot(out, graph, NULL);
    } else if (strcmp(to, "json") == 0) {
        wrt_json *object = wrt_graph_to_json(graph);
        wrt_json_write(out, object);
        wrt_buf_add_char(out, '\n');
        wrt_json_free(object);
    } else if (strcmp(to, "bif") == 0) {
        return wrt_graph_to_bif(out, graph, err);
    } else {
        return wrt_fail(err, WRT_E_INPUT, "--to %s: accepted are dagitty, dot, json, bif", to);
    }
    return WRT_OK;
}

static void hand_over(wrt_cli_result *result, const char *key, const wrt_buf *text) {
    result->data = wrt_json_new_object();
    wrt_json_set(result->data, key, wrt_json_new_text(wrt_buf_str(text)));
}

static wrt_status run_convert(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *to = wrt_cli_value(call, "to");
    wrt_graph *graph = NULL;
    wrt_buf text = wrt_buf_make(TEXT_MAX);
    wrt_status status = wrt_cli_read_graph(&graph, call, call->operands[0], err);
    if (status == WRT_OK)
        status = convert(&text, graph, to == NULL ? "dagitty" : to, err);
    if (status == WRT_OK && !call->globals->json)
        status = wrt_cli_write_text(call, "-", &text, err);
    else if (status == WRT_OK)
        hand_over(result, "text", &text);
    wrt_buf_free(&text);
    wrt_graph_free(graph);
    return status;
}

/* ---- dsep */

typedef struct {
    wrt_node_set x, y, given;
} ends;

static wrt_status read_ends(ends *out, const wrt_graph *graph, const wrt_cli_call *call,
                            wrt_err *err) {
    wrt_status status = wrt_cli_read_nodes(&out->x, graph, wrt_cli_value(call, "x"), "x", err);
    if (status == WRT_OK)
        status = wrt_cli_read_nodes(&out->y, graph, wrt_cli_value(call, "y"), "y", err);
    if (status == WRT_OK)
        status = wrt_cli_read_nodes(&out->given, graph, wrt_cli_value(call, "given"), "given", err);
    if (status == WRT_OK && (out->x.n == 0 || out->y.n == 0))
        status = wrt_fail(err, WRT_E_INPUT, "name the nodes: --x A --y B");
    return status;
}

static void print_separation(FILE *out, bool is_separated, const char *path) {
    if (is_separated) {
        fprintf(out, "separated\n");
        return;
    }
    fprintf(out, "connected by ");
    wrt_cli_print_text(out, path);
    fprintf(out, "\n");
}

static wrt_status run_dsep(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_graph *graph = NULL;
    ends e = {0};
    bool is_separated = false;
    char *path = NULL;
    wrt_status status = wrt_cli_read_graph(&graph, call, call->operands[0], err);
    if (status == WRT_OK)
        status = read_ends(&e, graph, call, err);
    if (status == WRT_OK)
        status = wrt_graph_separated(&is_separated, &path, graph, &e.x, &e.y, &e.given, err);
    if (status == WRT_OK) {
        result->data = wrt_json_new_object();
        wrt_json_set_bool(result->data, "separated", is_separated);
        wrt_json_set(result->data, "open_path", wrt_json_new_c(path));
        if (!call->globals->json)
            print_separation(call->out, is_separated, path);
    }
    free(path);
    wrt_node_set_free(&e.x);
    wrt_node_set_free(&e.y);
    wrt_node_set_free(&e.given);
    wrt_graph_free(graph);
    return status;
}

/* ---- render */

static wrt_status read_roles(ends *out, const wrt_graph *graph, const wrt_cli_call *call,
                             wrt_err *err) {
    wrt_status status =
        wrt_cli_read_nodes(&out->x, graph, wrt_cli_value(call, "treatment"), "treatment", err);
    if (status == WRT_OK)
        status = wrt_cli_read_nodes(&out->y, graph, wrt_cli_value(call, "outcome"), "outcome", err);
    if (status == WRT_OK)
        status = wrt_cli_read_nodes(&out->given, graph, wrt_cli_value(call, "adjusted"), "adjusted",
                                    err);
    return status;
}

static wrt_status render(wrt_buf *out, const wrt_graph *graph, const wrt_cli_call *call,
                         wrt_err *err) {
    const char *to = wrt_cli_value(call, "to");
    ends roles = {0};
    wrt_status status = read_roles(&roles, graph, call, err);
    wrt_drawing drawing = {&roles.x, &roles.y, &roles.given, NULL};
    if (status == WRT_OK && (to == NULL || strcmp(to, "svg") == 0))
        status = wrt_graph_to_svg(out, graph, &drawing, err);
    else if (status == WRT_OK && strcmp(to, "dot") == 0)
        wrt_graph_to_dot(out, graph, &drawing);
    else if (status == WRT_OK)
        status = wrt_fail(err, WRT_E_INPUT, "--to %s: accepted are svg, dot", to);
    wrt_node_set_free(&roles.x);
    wrt_node_set_free(&roles.y);
    wrt_node_set_free(&roles.given);
    return status;
}

static wrt_status run_render(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_graph *graph = NULL;
    wrt_buf text = wrt_buf_make(TEXT_MAX);
    wrt_status status = wrt_cli_read_graph(&graph, call, call->operands[0], err);
    if (status == WRT_OK)
        status = render(&text, graph, call, err);
    if (status == WRT_OK && !call->globals->json)
        status = wrt_cli_write_text(call, "-", &text, err);
    else if (status == WRT_OK)
        hand_over(result, "text", &text);
    wrt_buf_free(&text);
    wrt_graph_free(graph);
    return status;
}

/* ---- the table */

const wrt_cli_command wrt_cmd_graph_check = {
    .path = "graph check",
    .operands = "TEXT|@FILE|-",
    .summary = "is a causal graph legal; a cycle is shown",
    .details = "The graph is dagitty, DOT or JSON text. Exit code 2: not a legal graph.\n",
    .examples = "  warrant graph check 'dag { A -> B; B -> C }'\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_check,
};

static const wrt_cli_option convert_options[] = {
    {"to", 0, "FORM", "dagitty (default), dot, json or bif"},
    {0},
};

const wrt_cli_command wrt_cmd_graph_convert = {
    .path = "graph convert",
    .operands = "TEXT|@FILE|-",
    .summary = "write a causal graph in another form, which reads back to an equal graph",
    .examples = "  warrant graph convert @study.dag --to json\n",
    .options = convert_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_convert,
};

static const wrt_cli_option dsep_options[] = {
    {"x", 0, "A", "one or more nodes: A,B or a JSON array"},
    {"y", 0, "B", "one or more nodes"},
    {"given", 0, "C", "nodes that are conditioned on"},
    {0},
};

const wrt_cli_command wrt_cmd_graph_dsep = {
    .path = "graph dsep",
    .operands = "TEXT|@FILE|-",
    .summary = "are nodes d-separated, or which path connects them",
    .details = "Both answers exit with 0.\n",
    .examples = "  warrant graph dsep 'dag { A -> B -> C }' --x A --y C --given B\n",
    .options = dsep_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_dsep,
};

static const wrt_cli_option render_options[] = {
    {"to", 0, "FORM", "svg (default) or dot"},
    {"treatment", 0, "X", "nodes drawn as treatment"},
    {"outcome", 0, "Y", "nodes drawn as outcome"},
    {"adjusted", 0, "Z", "nodes drawn as adjusted for"},
    {0},
};

const wrt_cli_command wrt_cmd_graph_render = {
    .path = "graph render",
    .operands = "TEXT|@FILE|-",
    .summary = "draw a causal graph as SVG or Graphviz text",
    .examples = "  warrant graph render @study.dag --treatment X --outcome Y -o study.svg\n",
    .options = render_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_render,
};
