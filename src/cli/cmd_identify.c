/* cmd_identify.c: warrant identify. */
#include "causal/identify/counterfactual.h"
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_graph *graph;
    wrt_node_set treatment, outcome, given, mediators;
    wrt_question effect;
    wrt_identify_query query; /* points to the members above */
    wrt_identification found;
    wrt_counterfactual imagined; /* instead of found, for an effect other than the total one */
} question;

static wrt_status read_graph(wrt_graph **out, const wrt_cli_call *call, wrt_err *err) {
    const char *argument = wrt_cli_value(call, "graph");
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json *value = NULL;
    if (argument == NULL)
        return wrt_fail(err, WRT_E_INPUT, "give the graph: --graph 'dag { X -> Y }' or @FILE");
    wrt_status status = wrt_cli_read_text(&text, argument, err);
    wrt_str trimmed = wrt_str_trim(wrt_buf_str(&text));
    bool is_object = status == WRT_OK && trimmed.len > 0 && trimmed.ptr[0] == '{' &&
                     wrt_json_parse(&value, trimmed, NULL) == WRT_OK;
    if (is_object)
        status = wrt_graph_parse(out, value, err);
    else if (status == WRT_OK)
        status = wrt_graph_parse_text(out, trimmed, err);
    if (status != WRT_OK && err != NULL)
        wrt_err_prefix(err, "graph");
    wrt_json_free(value);
    wrt_buf_free(&text);
    return status;
}

/* A name, or several parted by commas; a name with a comma is given as a JSON array. */
static wrt_status read_set(wrt_node_set *out, const wrt_graph *graph, const wrt_cli_call *call,
                           const char *option, wrt_err *err) {
    const char *text = wrt_cli_value(call, option);
    wrt_json *names = NULL;
    wrt_status status = WRT_OK;
    if (text == NULL)
        return WRT_OK;
    if (text[0] == '[') {
        status = wrt_json_parse(&names, wrt_str_of(text), err);
    } else {
        wrt_str rest = wrt_str_of(text), name;
        names = wrt_json_new_array();
        while (wrt_str_cut(&name, &rest, ','))
            wrt_json_push(names, wrt_json_new_text(wrt_str_trim(name)));
    }
    if (status == WRT_OK)
        status = wrt_node_set_parse(out, graph, names, option, err);
    wrt_json_free(names);
    return status;
}

static wrt_status read_question(question *q, const wrt_cli_call *call, wrt_err *err) {
    const char *effect = wrt_cli_value(call, "effect");
    wrt_status status = read_graph(&q->graph, call, err);
    if (status == WRT_OK)
        status = read_set(&q->treatment, q->graph, call, "treatment", err);
    if (status == WRT_OK)
        status = read_set(&q->outcome, q->graph, call, "outcome", err);
    if (status == WRT_OK)
        status = read_set(&q->given, q->graph, call, "given", err);
    if (status == WRT_OK)
        status = read_set(&q->mediators, q->graph, call, "mediators", err);
    if (status == WRT_OK && effect != NULL)
        status = wrt_question_parse(&q->effect, wrt_str_of(effect), err);
    if (status == WRT_OK && q->effect != WRT_QUESTION_TOTAL && q->given.n > 0)
        status = wrt_fail(err, WRT_E_INPUT, "--given goes with --effect total only");
    if (status == WRT_OK && q->effect == WRT_QUESTION_TOTAL && q->mediators.n > 0)
        status = wrt_fail(err, WRT_E_INPUT, "--mediators go with --effect nde or nie only");
    q->query = (wrt_identify_query){
        .graph = q->graph, .treatment = &q->treatment, .outcome = &q->outcome, .given = &q->given};
    return status;
}

static void free_question(question *q) {
    wrt_identification_free(&q->found);
    wrt_counterfactual_free(&q->imagined);
    wrt_node_set_free(&q->mediators);
    wrt_node_set_free(&q->treatment);
    wrt_node_set_free(&q->outcome);
    wrt_node_set_free(&q->given);
    wrt_graph_free(q->graph);
}

static const char *method_words(wrt_identify_method method) {
    if (method == WRT_IDENTIFY_BACKDOOR)
        return "adjustment (back-door)";
    return method == WRT_IDENTIFY_FRONTDOOR ? "front door" : "general identification (ID)";
}

/* "under parametric assumptions only: Z is an instrument given {W} (linear ...)" */
static void print_parametric(const wrt_cli_call *call, const wrt_json *parametric) {
    const wrt_json *list = wrt_json_get(parametric, "instruments"), *first = wrt_json_first(list);
    const wrt_json *given = wrt_json_get(first, "given");
    size_t n = wrt_json_count(list);
    const char *gap = " given {";
    if (parametric == NULL)
        return;
    fprintf(call->out, "under parametric assumptions only: ");
    wrt_cli_print_text(call->out, wrt_json_get_text(first, "instrument", ""));
    fprintf(call->out, " is an instrument");
    WRT_JSON_EACH(name, given) {
        fprintf(call->out, "%s", gap);
        wrt_cli_print_text(call->out, wrt_json_text(name));
        gap = ", ";
    }
    fprintf(call->out, "%s", wrt_json_count(given) > 0 ? "}" : "");
    if (n > 1)
        fprintf(call->out, ", one of %zu%s", n,
                n == WRT_IDENTIFY_INSTRUMENTS_MAX ? " or more" : "");
    fprintf(call->out, " (%s)\n",
            wrt_json_text(wrt_json_first(wrt_json_get(parametric, "assumptions"))));
}

static void print_steps(const wrt_cli_call *call, char *const *steps, size_t n) {
    fprintf(call->out, "steps:\n");
    for (size_t i = 0; i < n; i++) {
        fprintf(call->out, "%3zu. ", i + 1);
        wrt_cli_print_text(call->out, steps[i]);
        fprintf(call->out, "\n");
    }
}

static void print_answer(const question *q, const wrt_cli_call *call, const wrt_json *data) {
    wrt_buf asked = wrt_buf_make(WRT_MIB(1));
    const char *text = wrt_json_text(wrt_json_path(data, "estimand.text"));
    wrt_identify_write_query(&asked, &q->query);
    const char *effect = asked.overflow ? "the effect" : asked.ptr;
    wrt_cli_print_text(call->out, effect);
    if (text != NULL) {
        fprintf(call->out, " = ");
        wrt_cli_print_text(call->out, text);
        fprintf(call->out, "\nmethod: %s\n", method_words(q->found.method));
    } else {
        fprintf(call->out, " is not identifiable\n");
        wrt_cli_print_text(call->out, q->found.hedge_text);
        fprintf(call->out, "\n");
        print_parametric(call, wrt_json_get(data, "parametric"));
    }
    print_steps(call, q->found.steps, q->found.n_steps);
    wrt_buf_free(&asked);
}

static void print_imagined(const question *q, const wrt_cli_call *call, const wrt_json *data) {
    const char *text = wrt_json_text(wrt_json_path(data, "estimand.text"));
    wrt_cli_print_text(call->out, wrt_json_get_text(data, "question", ""));
    fprintf(call->out, "%s", text != NULL ? " = " : " is not identifiable\n");
    wrt_cli_print_text(call->out, text != NULL ? text : q->imagined.text);
    fprintf(call->out, "\n");
    print_steps(call, q->imagined.steps, q->imagined.n_steps);
}

static wrt_status answer_total(wrt_cli_result *result, const wrt_cli_call *call, question *q,
                               wrt_err *err) {
    wrt_status status = wrt_identify(&q->found, &q->query, err);
    if (status == WRT_OK)
        status = wrt_identification_to_json(&result->data, &q->found, &q->query, err);
    if (status == WRT_OK && !call->globals->json)
        print_answer(q, call, result->data);
    if (status == WRT_OK && q->found.method == WRT_IDENTIFY_NONE) {
        result->keep = true;
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "the effect does not follow from the observed distribution: a hedge");
    }
    return status;
}

static wrt_status answer_imagined(wrt_cli_result *result, const wrt_cli_call *call, question *q,
                                  wrt_err *err) {
    wrt_counterfactual_query query = {q->graph, &q->treatment, &q->outcome, &q->mediators,
                                      q->effect};
    wrt_status status = wrt_counterfactual_identify(&q->imagined, &query, err);
    if (status == WRT_OK)
        status = wrt_counterfactual_to_json(&result->data, &q->imagined, &query, err);
    if (status == WRT_OK && !call->globals->json)
        print_imagined(q, call, result->data);
    if (status == WRT_OK && !q->imagined.identifiable) {
        result->keep = true;
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "the answer does not follow from the observed distribution");
    }
    return status;
}

static wrt_status run_identify(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    question q = {0};
    wrt_status status = read_question(&q, call, err);
    if (status == WRT_OK && q.effect == WRT_QUESTION_TOTAL)
        status = answer_total(result, call, &q, err);
    else if (status == WRT_OK)
        status = answer_imagined(result, call, &q, err);
    free_question(&q);
    return status;
}

static const wrt_cli_option options[] = {
    {"graph", 0, "TEXT|@FILE", "dagitty or DOT text, or the object form"},
    {"treatment", 0, "X", "what is set: a name, or names parted by commas"},
    {"outcome", 0, "Y", "what is asked about"},
    {"given", 0, "Z", "what is conditioned on"},
    {"effect", 0, "KIND", "total (default), ett (on the treated), nde or nie (natural effects)"},
    {"mediators", 0, "M", "of nde and nie; all nodes between when left out"},
    {0},
};

const wrt_cli_command wrt_cmd_identify = {
    .path = "identify",
    .operands = "",
    .summary = "whether a causal effect follows from graph and data, and by what formula",
    .details =
        "Complete for graphs with latent nodes and bidirected edges: the answer is a formula in "
        "terms of the\nobserved distribution, or a hedge, which proves that there is none "
        "(exit 3).\nett asks P(Y(X) | X = X*); nde asks P(Y(X, M(X*))) and nie P(Y(X*, M(X))), "
        "where "
        "X* is another value\nof the treatment: questions that no experiment on the treatment "
        "answers by itself.\n",
    .examples = "  warrant identify --graph 'dag { X -> M -> Y; X <-> Y }' --treatment X "
                "--outcome Y\n"
                "  warrant identify --graph 'dag { X -> M -> Y; X -> Y }' --treatment X "
                "--outcome Y --effect nde\n",
    .options = options,
    .run = run_identify,
};
