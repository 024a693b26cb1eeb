/* cmd_kg_paths.c: warrant kg paths. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/graph_args.h"
#include "cli/kg_args.h"
#include "cli/path_table.h"
#include "cli/terminal.h"
#include "draw/path_drawing.h"
#include "kg/paths/paths.h"

#include <stdlib.h>
#include <string.h>

enum { PICTURE_MAX = 64 << 20 };

/* ---- options */

typedef struct {
    wrt_json *kinds, *predicates, *exclude;
    char *from, *to;
    wrt_kg_path_options options;
} question;

static void question_free(question *q) {
    wrt_json_free(q->kinds);
    wrt_json_free(q->predicates);
    wrt_json_free(q->exclude);
    free(q->from);
    free(q->to);
}

static wrt_status read_sign(int *out, const wrt_cli_call *call, wrt_err *err) {
    const char *text = wrt_cli_value(call, "sign");
    *out = 0;
    if (text == NULL || strcmp(text, "any") == 0)
        return WRT_OK;
    if (strcmp(text, "+") != 0 && strcmp(text, "-") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--sign takes +, - or any, not \"%.40s\"", text);
    *out = text[0] == '+' ? 1 : -1;
    return WRT_OK;
}

static wrt_status read_rank(wrt_kg_path_options *out, const wrt_cli_call *call, wrt_err *err) {
    out->rank = wrt_cli_value(call, "rank");
    out->direction = wrt_cli_value(call, "direction");
    out->include_treats = wrt_cli_flag(call, "include-treats");
    if (out->rank != NULL && wrt_kg_path_rank_definition(out->rank) == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "--rank %.40s: accepted are mechanism, degree_product, dwpc, information, "
                        "evidence, signed",
                        out->rank);
    if (out->direction != NULL && strcmp(out->direction, "stored") != 0 &&
        strcmp(out->direction, "any") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--direction %.40s: accepted are stored, any",
                        out->direction);
    return WRT_OK;
}

/* Names of nodes to leave out become ids. */
static wrt_status read_exclude(wrt_json **out, const wrt_cli_call *call, wrt_kg *kg, wrt_err *err) {
    wrt_json *names = NULL;
    wrt_status status = wrt_cli_list(&names, call, "exclude", err);
    if (status == WRT_OK && names != NULL)
        *out = wrt_json_new_array();
    WRT_JSON_EACH(name, names) {
        char *id = NULL;
        if (status == WRT_OK)
            status = wrt_cli_kg_node(&id, kg, wrt_json_text(name), err);
        if (status == WRT_OK)
            wrt_json_push_text(*out, id);
        free(id);
    }
    wrt_json_free(names);
    return status;
}

static wrt_status read_question(question *q, const wrt_cli_call *call, wrt_kg *kg, wrt_err *err) {
    int64_t hops = 0, top = 0;
    wrt_status status = wrt_cli_int(&hops, call, "max-hops", 1, 6, 4, err);
    if (status == WRT_OK)
        status = wrt_cli_int(&top, call, "top", 1, 1000, 10, err);
    if (status == WRT_OK)
        status = read_sign(&q->options.sign, call, err);
    if (status == WRT_OK)
        status = read_rank(&q->options, call, err);
    if (status == WRT_OK)
        status = wrt_cli_kg_words(&q->kinds, call, kg, "kinds", err);
    if (status == WRT_OK)
        status = wrt_cli_kg_words(&q->predicates, call, kg, "predicates", err);
    if (status == WRT_OK)
        status = wrt_cli_kg_node(&q->from, kg, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_cli_kg_node(&q->to, kg, call->operands[1], err);
    if (status == WRT_OK)
        status = read_exclude(&q->exclude, call, kg, err);
    q->options.max_hops = (int)hops;
    q->options.k = (size_t)top;
    q->options.kinds = q->kinds;
    q->options.predicates = q->predicates;
    q->options.exclude = q->exclude;
    return status;
}

/* ---- pictures */

static wrt_status draw(const wrt_cli_call *call, const wrt_path_drawing *drawing,
                       const char *option, const char *title, wrt_err *err) {
    const char *path = wrt_cli_value(call, option);
    wrt_status status = WRT_OK;
    if (path == NULL)
        return WRT_OK;
    wrt_buf text = wrt_buf_make(PICTURE_MAX);
    if (strcmp(option, "dot") == 0)
        wrt_path_drawing_dot(&text, drawing);
    else
        status =
            wrt_path_drawing_svg(&text, drawing, &(wrt_plot_caption){"paths", title, false}, err);
    if (status == WRT_OK)
        status = wrt_cli_write_text(call, path, &text, err);
    wrt_buf_free(&text);
    return status;
}

static bool is_dash(const char *path) {
    return path != NULL && strcmp(path, "-") == 0;
}

/* A picture on standard output takes the table's place, so there can be one only. */
static wrt_status check_pictures(const wrt_cli_call *call, wrt_err *err) {
    bool dot = is_dash(wrt_cli_value(call, "dot")), svg = is_dash(wrt_cli_value(call, "svg"));
    if (dot && svg)
        return wrt_fail(err, WRT_E_INPUT, "--dot and --svg cannot both go to standard output");
    if ((dot || svg) && call->globals->json)
        return wrt_fail(err, WRT_E_INPUT, "with --json a picture goes to a file, not to \"-\"");
    return WRT_OK;
}

static wrt_status draw_all(const wrt_cli_call *call, const wrt_kg *kg, const wrt_json *paths,
                           wrt_err *err) {
    wrt_path_drawing drawing;
    if (wrt_cli_value(call, "dot") == NULL && wrt_cli_value(call, "svg") == NULL)
        return WRT_OK;
    wrt_status status = wrt_path_drawing_make(&drawing, paths, err);
    if (status != WRT_OK)
        return status;
    wrt_buf caption = wrt_buf_make(WRT_KIB(16));
    wrt_buf_printf(&caption, "%zu paths from %s to %s; graph snapshot %s", wrt_json_count(paths),
                   call->operands[0], call->operands[1], wrt_kg_snapshot(kg));
    status = draw(call, &drawing, "dot", wrt_buf_str(&caption).ptr, err);
    if (status == WRT_OK)
        status = draw(call, &drawing, "svg", wrt_buf_str(&caption).ptr, err);
    wrt_buf_free(&caption);
    wrt_path_drawing_free(&drawing);
    return status;
}

/* ---- the command */

static void print_table(const wrt_cli_call *call, const wrt_json *paths) {
    if (call->globals->json || is_dash(wrt_cli_value(call, "dot")) ||
        is_dash(wrt_cli_value(call, "svg")))
        return;
    wrt_path_table_print(call->out, paths, wrt_terminal_width(call->out),
                         !call->globals->no_colour && wrt_terminal_has_colour(call->out));
}

/* What the score means, below the table or around the paths. */
static void explain(wrt_cli_result *result, const wrt_cli_call *call, const char *rank) {
    const char *name = rank != NULL ? rank : "mechanism";
    const char *definition = wrt_kg_path_rank_definition(name);
    if (!wrt_cli_flag(call, "explain") || result->data == NULL)
        return;
    wrt_json *data = wrt_json_new_object();
    wrt_json_set_text(data, "rank", name);
    wrt_json_set_text(data, "definition", definition);
    wrt_json_set(data, "paths", result->data);
    result->data = data;
    if (!call->globals->json && !is_dash(wrt_cli_value(call, "dot")) &&
        !is_dash(wrt_cli_value(call, "svg")))
        fprintf(call->out, "\nscore (%s): %s\n", name, definition);
}

static wrt_status paths(wrt_cli_result *result, const wrt_cli_call *call, wrt_kg *kg,
                        wrt_err *err) {
    question q = {.from = NULL};
    wrt_kg_path_stats found = {0};
    wrt_status status = check_pictures(call, err);
    if (status == WRT_OK)
        status = read_question(&q, call, kg, err);
    if (status == WRT_OK)
        status = wrt_kg_paths(&result->data, &found, kg, q.from, q.to, &q.options, err);
    if (status == WRT_OK && wrt_json_count(result->data) == 0)
        status =
            wrt_fail(err, WRT_E_NOT_FOUND, "no path of at most %d links fits", q.options.max_hops);
    if (found.truncated)
        wrt_json_push_text(call->warnings, "the work limit was reached: there may be better paths");
    if (status == WRT_OK)
        print_table(call, result->data);
    if (status == WRT_OK)
        status = draw_all(call, kg, result->data, err);
    if (status == WRT_OK)
        explain(result, call, q.options.rank);
    question_free(&q);
    return status;
}

static wrt_status run_paths(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return wrt_cli_with_kg(paths, r, call, err);
}

static const wrt_cli_option paths_options[] = {
    {"max-hops", 0, "N", "longest path, 1 to 6 (default 4)"},
    {"top", 0, "K", "most paths (default 10)"},
    {"rank", 0, "NAME", "mechanism (default), degree_product, dwpc, information, evidence, signed"},
    {"sign", 0, "SIGN", "only paths with this net sign: +, - or any (default)"},
    {"kinds", 0, "KIND,...", "only these kinds of nodes between the ends"},
    {"predicates", 0, "PREDICATE,...", "only edges with these predicates"},
    {"exclude", 0, "NODE,...", "not through these nodes"},
    {"direction", 0, "DIR", "stored (default), or any: edges also backwards, then without sign"},
    {"include-treats", 0, NULL, "also through direct treatment edges between drug and disease"},
    {"explain", 0, NULL, "also say what the score means"},
    {"dot", 0, "FILE", "also draw the paths as Graphviz text (\"-\": instead of the table)"},
    {"svg", 0, "FILE", "also draw the paths as SVG (\"-\": instead of the table)"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_paths = {
    .path = "kg paths",
    .operands = "FROM TO",
    .summary = "the best paths between two nodes, by id or exact name",
    .details =
        "Columns: rank, score, net sign (+ - 0, ? not known), hops, distinct publications,\n"
        "sources. An edge reads -[label]-> , -[label]+> when it increases, -[label]-| when it\n"
        "decreases; the arrow points back where the edge is walked backwards, and has no head\n"
        "where it holds both ways. \"!\": another edge or one of its own supports contradicts it;\n"
        "\"retracted\": all its publications are (see `kg retractions`). `warrant kg show EDGE`\n"
        "shows the provenance.\n",
    .examples = "  warrant kg paths metformin \"type 2 diabetes mellitus\" --max-hops 6\n"
                "  warrant kg paths metformin \"type 2 diabetes mellitus\" --svg paths.svg\n",
    .options = paths_options,
    .min_operands = 2,
    .max_operands = 2,
    .run = run_paths,
};
