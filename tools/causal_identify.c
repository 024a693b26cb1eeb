/* causal_identify.c: identification as a tool: causal_identify.
 *
 * Values are listed for every combination of treatment, outcome and condition, as digits in the
 * order in which the arguments name them: "0|1", with conditions "0|1|1". A counterfactual question
 * has two values of the treatment, the one that is set first: "10|1". */
#include "tools/causal_identify.h"

#include "base/arena.h"
#include "causal/identify/counterfactual.h"
#include "tools/causal_args.h"
#include "tools/causal_schemas.h"

#include <stdlib.h>

enum { ASKED_MAX = 12 };
static const double SPREAD_TOLERANCE = 1e-6;

typedef struct {
    wrt_graph *graph;
    wrt_node_set treatment, outcome, given, mediators;
    wrt_question effect;
    wrt_identify_query query; /* points to the members above */
    wrt_identification found;
    wrt_counterfactual imagined; /* instead of found, for an effect other than the total one */
} question;

static wrt_status parse_question(question *q, wrt_adapter_call *call, wrt_err *err) {
    struct {
        wrt_node_set *set;
        const char *name;
    } sets[] = {{&q->treatment, "treatment"},
                {&q->outcome, "outcome"},
                {&q->given, "given"},
                {&q->mediators, "mediators"}};
    const char *effect = wrt_json_get_text(call->args, "effect", "total");
    wrt_status status = causal_parse_graph(&q->graph, call, err);
    for (size_t i = 0; status == WRT_OK && i < 4; i++)
        status = causal_parse_set(sets[i].set, q->graph, call, sets[i].name, err);
    if (status == WRT_OK)
        status = wrt_question_parse(&q->effect, wrt_str_of(effect), err);
    if (status == WRT_OK && q->effect != WRT_QUESTION_TOTAL && q->given.n > 0)
        status = wrt_fail(err, WRT_E_INPUT, "given goes with the effect total only");
    if (status == WRT_OK && q->effect == WRT_QUESTION_TOTAL && q->mediators.n > 0)
        status = wrt_fail(err, WRT_E_INPUT, "mediators go with the effects nde and nie only");
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

/* ---- values */

/* The nodes asked about in the order of the arguments; after `bar[i]` of them stands a bar. */
typedef struct {
    size_t n;
    int node[ASKED_MAX];
    size_t bar[2];
} key_order;

/* The names are known to be nodes. */
static void add_in_order(key_order *order, const wrt_graph *graph, const wrt_json *names) {
    bool is_list = wrt_json_is(names, WRT_JSON_ARRAY);
    for (const wrt_json *name = is_list ? wrt_json_first(names) : names;
         name != NULL && order->n < ASKED_MAX; name = is_list ? wrt_json_next(name) : NULL)
        if (wrt_graph_find(&order->node[order->n], graph, wrt_str_of(wrt_json_text(name)), NULL) ==
            WRT_OK)
            order->n++;
}

static void write_key(wrt_buf *out, const key_order *order, const int *digit) {
    for (size_t i = 0; i < order->n; i++) {
        if (i == order->bar[0] || i == order->bar[1])
            wrt_buf_add_char(out, '|');
        wrt_buf_add_char(out, digit[i] != 0 ? '1' : '0');
    }
}

/* Every combination, counted up with the last variable fastest. */
static wrt_json *list_values(wrt_adapter_call *call, const wrt_estimand_table *table,
                             const key_order *order) {
    wrt_json *values = wrt_json_new_object();
    double widest = 0;
    for (unsigned i = 0; i < 1U << order->n; i++) {
        int digit[ASKED_MAX];
        double value = 0, spread = 0;
        wrt_buf key = wrt_buf_make(64);
        for (size_t j = 0; j < order->n; j++)
            digit[j] = (int)(i >> (order->n - 1 - j) & 1U);
        write_key(&key, order, digit);
        bool defined = wrt_estimand_value(&value, &spread, table, order->n, order->node, digit);
        widest = spread > widest ? spread : widest;
        wrt_json_set(values, key.ptr, defined ? wrt_json_new_number(value) : wrt_json_new_null());
        wrt_buf_free(&key);
        if (!defined)
            call->status = "partial";
    }
    if (widest > SPREAD_TOLERANCE)
        wrt_json_push_text(call->warnings,
                           "the joint cannot come from this graph: the formula gives different "
                           "values where the graph says that they are equal");
    return values;
}

static wrt_status evaluate(wrt_json *data, wrt_adapter_call *call, const question *q,
                           const wrt_estimand *estimand, wrt_err *err) {
    wrt_joint joint = {0};
    wrt_estimand_table *table = NULL;
    key_order order = {0};
    size_t asked = q->treatment.n + q->outcome.n + q->given.n;
    if (asked > ASKED_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "evaluate: %zu treatments, outcomes and conditions; at most %d together",
                        asked, ASKED_MAX);
    add_in_order(&order, q->graph, wrt_json_get(call->args, "treatment"));
    if (q->effect != WRT_QUESTION_TOTAL)
        order.node[order.n++] = wrt_counterfactual_other(q->graph);
    order.bar[0] = order.n;
    add_in_order(&order, q->graph, wrt_json_get(call->args, "outcome"));
    order.bar[1] = order.n;
    add_in_order(&order, q->graph, wrt_json_get(call->args, "given"));
    wrt_status status =
        wrt_joint_parse(&joint, q->graph, wrt_json_get(call->args, "evaluate"), err);
    if (status == WRT_OK)
        status = wrt_estimand_evaluate(&table, estimand, &joint, q->graph, err);
    if (status == WRT_OK)
        wrt_json_set(data, "value", list_values(call, table, &order));
    else
        wrt_err_prefix(err, "evaluate");
    if (status == WRT_OK && call->status[0] == 'p')
        wrt_json_push_text(call->warnings, "a value is null where the formula divides by the "
                                           "probability of something that never happens");
    wrt_estimand_table_free(table);
    wrt_joint_free(&joint);
    return status;
}

/* ---- the tool */

/* The formula, NULL when there is none. */
static wrt_status ask(wrt_json **data, const wrt_estimand **estimand, question *q, wrt_err *err) {
    wrt_counterfactual_query imagined = {q->graph, &q->treatment, &q->outcome, &q->mediators,
                                         q->effect};
    wrt_status status;
    if (q->effect == WRT_QUESTION_TOTAL) {
        status = wrt_identify(&q->found, &q->query, err);
        if (status == WRT_OK)
            status = wrt_identification_to_json(data, &q->found, &q->query, err);
        *estimand = q->found.estimand;
        return status;
    }
    status = wrt_counterfactual_identify(&q->imagined, &imagined, err);
    if (status == WRT_OK)
        status = wrt_counterfactual_to_json(data, &q->imagined, &imagined, err);
    *estimand = q->imagined.estimand;
    return status;
}

static wrt_status answer(wrt_json **data, wrt_adapter_call *call, question *q, wrt_err *err) {
    const wrt_json *joint = wrt_json_get(call->args, "evaluate");
    const wrt_estimand *estimand = NULL;
    wrt_status status = ask(data, &estimand, q, err);
    if (status == WRT_OK && joint != NULL && estimand != NULL)
        status = evaluate(*data, call, q, estimand, err);
    else if (status == WRT_OK && joint != NULL)
        wrt_json_push_text(call->warnings, "not identifiable: there is nothing to evaluate");
    if (status != WRT_OK) {
        wrt_json_free(*data);
        *data = NULL;
    }
    return status;
}

static wrt_status identify_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    question q = {0};
    if (wrt_json_get(call->args, "given") == NULL)
        wrt_json_set(call->echo, "given", wrt_json_new_array());
    wrt_status status = parse_question(&q, call, err);
    if (status == WRT_OK)
        status = answer(data, call, &q, err);
    free_question(&q);
    return status;
}
WRT_ADAPTER_RUN(run_identify, identify_body)

const wrt_tool wrt_causal_identify_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "causal_identify",
    .summary =
        "Tells whether a causal effect follows from the observed distribution and the graph, "
        "and by what formula, or proves that it does not.",
    .args_schema = CAUSAL_IDENTIFY_ARGS,
    .data_schema = CAUSAL_IDENTIFY_DATA,
    .run = run_identify};
