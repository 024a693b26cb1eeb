/* cmd_adjust.c: warrant adjust: which covariates identify an effect; what is wrong with a set. */
#include "causal/adjustment.h"
#include "causal/draw/draw.h"
#include "causal/explain.h"
#include "cli/commands.h"
#include "cli/graph_args.h"

#include <stdlib.h>
#include <string.h>

enum { SETS_DEFAULT = 100, SETS_MOST = 10000, PICTURE_MAX = 16 << 20 };

typedef struct {
    wrt_graph *graph;
    wrt_node_set treatment, outcome, set, include, exclude;
    wrt_effect_query query;
    wrt_adjust_options options;
    wrt_adjustment_sets sets;
    wrt_adjustment_verdict verdict; /* of --set */
    wrt_explanation explanation;
    bool has_set;
    int *costs;
} adjust;

static void adjust_free(adjust *a) {
    wrt_node_set_free(&a->treatment);
    wrt_node_set_free(&a->outcome);
    wrt_node_set_free(&a->set);
    wrt_node_set_free(&a->include);
    wrt_node_set_free(&a->exclude);
    wrt_adjustment_sets_free(&a->sets);
    wrt_adjustment_verdict_free(&a->verdict);
    wrt_explanation_free(&a->explanation);
    wrt_graph_free(a->graph);
    free(a->costs);
}

/* ---- options */

static wrt_status choose(int *out, const wrt_cli_call *call, const char *option,
                         const char *const *words, wrt_err *err) {
    const char *value = wrt_cli_value(call, option);
    wrt_buf accepted = wrt_buf_make(WRT_KIB(1));
    *out = 0;
    for (int i = 0; words[i] != NULL; i++) {
        if (value == NULL || strcmp(value, words[i]) == 0) {
            *out = i;
            wrt_buf_free(&accepted);
            return WRT_OK;
        }
        wrt_buf_printf(&accepted, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    wrt_status status = wrt_fail(err, WRT_E_INPUT, "--%s %s: accepted are %s", option, value,
                                 wrt_buf_str(&accepted).ptr);
    wrt_buf_free(&accepted);
    return status;
}

static wrt_status read_kinds(adjust *a, const wrt_cli_call *call, wrt_err *err) {
    static const char *const kinds[] = {"minimal",   "minimum",         "optimal",
                                        "canonical", "optimal_minimal", NULL};
    static const char *const effects[] = {"total", "direct", NULL};
    int kind = 0, effect = 0;
    int64_t max = SETS_DEFAULT;
    wrt_status status = choose(&kind, call, "kind", kinds, err);
    if (status == WRT_OK)
        status = choose(&effect, call, "effect", effects, err);
    if (status == WRT_OK)
        status = wrt_cli_int(&max, call, "max", 1, SETS_MOST, SETS_DEFAULT, err);
    a->options = (wrt_adjust_options){.kind = (wrt_adjust_kind)kind, .max = (size_t)max};
    a->query.effect = (wrt_effect_kind)effect;
    return status;
}

static wrt_status read_ends(adjust *a, const wrt_cli_call *call, wrt_err *err) {
    struct {
        wrt_node_set *set;
        const char *option;
    } const sets[] = {{&a->treatment, "treatment"},
                      {&a->outcome, "outcome"},
                      {&a->set, "set"},
                      {&a->include, "include"},
                      {&a->exclude, "exclude"}};
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0] && status == WRT_OK; i++)
        status = wrt_cli_read_nodes(sets[i].set, a->graph, wrt_cli_value(call, sets[i].option),
                                    sets[i].option, err);
    a->has_set = wrt_cli_value(call, "set") != NULL;
    a->options.include = a->include.n > 0 ? &a->include : NULL;
    a->options.exclude = a->exclude.n > 0 ? &a->exclude : NULL;
    a->query.graph = a->graph;
    a->query.treatment = &a->treatment;
    a->query.outcome = &a->outcome;
    return status;
}

static wrt_status read_costs(adjust *a, const wrt_cli_call *call, wrt_err *err) {
    const char *text = wrt_cli_value(call, "costs");
    wrt_json *costs = NULL;
    if (text == NULL)
        return WRT_OK;
    wrt_status status = wrt_json_parse(&costs, wrt_str_of(text), err);
    if (status == WRT_OK)
        status = wrt_node_costs_parse(&a->costs, a->graph, costs, err);
    a->options.costs = a->costs;
    wrt_json_free(costs);
    return status;
}

/* ---- results */

static wrt_json *check_json(const adjust *a) {
    wrt_json *check = wrt_json_new_object(), *reason = wrt_json_new_null();
    bool is_node = a->verdict.reason == WRT_REASON_FORBIDDEN_NODE;
    if (!a->verdict.valid) {
        wrt_json_free(reason);
        reason = wrt_json_new_object();
        wrt_json_set_text(reason, "kind",
                          is_node                                     ? "forbidden_node"
                          : a->verdict.reason == WRT_REASON_SELECTION ? "selection"
                                                                      : "open_path");
        wrt_json_set_text(reason, is_node ? "node" : "path", a->verdict.witness);
    }
    wrt_json_set(check, "set", wrt_node_set_to_json(a->graph, &a->set));
    wrt_json_set_bool(check, "valid", a->verdict.valid);
    wrt_json_set(check, "reason", reason);
    wrt_json_set_text(check, "text", a->verdict.text);
    wrt_json_set_text(check, "bias", wrt_bias_name(a->explanation.kind));
    wrt_json_set_text(check, "explanation", a->explanation.text);
    wrt_json_set_text(check, "repair", a->explanation.repair);
    return check;
}

static wrt_json *data_json(const adjust *a) {
    wrt_json *data = wrt_json_new_object(), *sets = wrt_json_new_array();
    for (size_t i = 0; i < a->sets.n_sets; i++)
        wrt_json_push(sets, wrt_node_set_to_json(a->graph, &a->sets.sets[i]));
    wrt_json_set_text(data, "verdict", wrt_adjust_verdict_name(a->sets.verdict));
    wrt_json_set(data, "sets", sets);
    wrt_json_set_bool(data, "complete", a->sets.complete);
    if (a->has_set || a->sets.verdict == WRT_ADJUST_NO_SET)
        wrt_json_set(data, "check", check_json(a));
    return data;
}

static void print_sets(FILE *out, const wrt_json *data, const adjust *a) {
    static const char *const headings[] = {
        [WRT_ADJUST_OK] = "adjust for one of these sets:",
        [WRT_ADJUST_EMPTY_VALID] = "no covariates are needed; the sets of this kind:",
        [WRT_ADJUST_NO_SET] = "no set of observed variables is valid",
        [WRT_ADJUST_NO_CAUSAL_PATH] = "no causal path: the effect is zero in this graph; sets:",
    };
    fprintf(out, "%s\n", headings[a->sets.verdict]);
    WRT_JSON_EACH(set, wrt_json_get(data, "sets")) {
        const char *gap = "";
        fprintf(out, "  {");
        WRT_JSON_EACH(name, set) {
            fprintf(out, "%s", gap);
            wrt_cli_print_text(out, wrt_json_text(name));
            gap = ", ";
        }
        fprintf(out, "}\n");
    }
    if (!a->sets.complete)
        fprintf(out, "  ... and more (--max)\n");
}

static void print_check(FILE *out, const adjust *a) {
    const char *const lines[] = {a->verdict.text, a->explanation.text, a->explanation.repair};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (lines[i][0] == '\0')
            continue;
        wrt_cli_print_text(out, lines[i]);
        fprintf(out, "\n");
    }
}

static wrt_status write_pictures(const adjust *a, const wrt_cli_call *call, wrt_err *err) {
    const char *dot = wrt_cli_value(call, "dot"), *svg = wrt_cli_value(call, "svg");
    bool is_path = !a->verdict.valid && a->verdict.reason == WRT_REASON_OPEN_PATH;
    wrt_drawing drawing = {&a->treatment, &a->outcome, &a->set,
                           is_path ? a->verdict.witness : NULL};
    wrt_buf text = wrt_buf_make(PICTURE_MAX);
    wrt_status status = WRT_OK;
    if (dot != NULL) {
        wrt_graph_to_dot(&text, a->graph, &drawing);
        status = wrt_cli_write_text(call, dot, &text, err);
        wrt_buf_clear(&text);
    }
    if (status == WRT_OK && svg != NULL) {
        status = wrt_graph_to_svg(&text, a->graph, &drawing, err);
        if (status == WRT_OK)
            status = wrt_cli_write_text(call, svg, &text, err);
    }
    wrt_buf_free(&text);
    return status;
}

static wrt_status conclude(const adjust *a, wrt_err *err) {
    if (a->has_set && !a->verdict.valid)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the set is not valid");
    if (a->sets.verdict == WRT_ADJUST_NO_SET)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no set of observed variables is valid");
    return WRT_OK;
}

static wrt_status ask(adjust *a, wrt_err *err) {
    wrt_status status = wrt_adjustment_list(&a->sets, &a->query, &a->options, err);
    if (status == WRT_OK)
        status = wrt_adjustment_check(&a->verdict, &a->query, &a->set, err);
    if (status == WRT_OK)
        status = wrt_explain_adjustment(&a->explanation, &a->query, &a->set, err);
    return status;
}

static bool is_stdout(const wrt_cli_call *call, const char *option) {
    const char *value = wrt_cli_value(call, option);
    return value != NULL && strcmp(value, "-") == 0;
}

static wrt_status run_adjust(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    adjust a = {0};
    if (is_stdout(call, "dot") || is_stdout(call, "svg"))
        return wrt_fail(err, WRT_E_INPUT,
                        "--dot and --svg take a file; \"graph render\" writes to standard output");
    wrt_status status = wrt_cli_read_graph(&a.graph, call, wrt_cli_value(call, "graph"), err);
    if (status == WRT_OK)
        status = read_kinds(&a, call, err);
    if (status == WRT_OK)
        status = read_ends(&a, call, err);
    if (status == WRT_OK)
        status = read_costs(&a, call, err);
    if (status == WRT_OK)
        status = ask(&a, err);
    if (status == WRT_OK)
        status = write_pictures(&a, call, err);
    if (status == WRT_OK) {
        result->data = data_json(&a);
        if (!call->globals->json) {
            print_sets(call->out, result->data, &a);
            if (a.has_set || a.sets.verdict == WRT_ADJUST_NO_SET)
                print_check(call->out, &a);
        }
        status = conclude(&a, err);
        result->keep = true;
    }
    adjust_free(&a);
    return status;
}

static const wrt_cli_option adjust_options[] = {
    {"graph", 0, "TEXT", "dagitty, DOT or JSON text, @FILE or -"},
    {"treatment", 0, "X", "one or more nodes: A,B or a JSON array"},
    {"outcome", 0, "Y", "one or more nodes"},
    {"set", 0, "Z", "judge this set too; \"\" is the empty set"},
    {"kind", 0, "KIND", "minimal (default), minimum, optimal, optimal_minimal or canonical"},
    {"costs", 0, "JSON", "with --kind minimum: {\"A\":3}, 1 for the others; the cheapest set"},
    {"effect", 0, "EFFECT", "total (default) or direct"},
    {"include", 0, "Z", "nodes that every listed set must hold"},
    {"exclude", 0, "Z", "nodes that no listed set may hold"},
    {"max", 0, "N", "sets to list, 1 to 10000 (default 100)"},
    {"dot", 0, "FILE", "write the graph as Graphviz text"},
    {"svg", 0, "FILE", "write the graph as a picture, an open path marked"},
    {0},
};

const wrt_cli_command wrt_cmd_adjust = {
    .path = "adjust",
    .operands = "",
    .summary = "which covariates identify an effect, and what is wrong with a given set",
    .details =
        "Exit code 3: the set given with --set is not valid, or no set is. A graph without a "
        "causal path from treatment to outcome is an answer (exit 0): the effect is zero.\n",
    .examples = "  warrant adjust --graph 'dag { Z -> X -> Y; Z -> Y }' --treatment X --outcome Y\n"
                "  warrant adjust --graph @study.dag --treatment X --outcome Y --set age,sex\n",
    .options = adjust_options,
    .run = run_adjust,
};
