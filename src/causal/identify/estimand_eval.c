/* estimand_eval.c: the value of an estimand on a joint distribution of binary variables.
 *
 * Every term becomes a table over its free variables, in the order of the array, so a child's table
 * is there before its parent's and each term is computed once. An undefined cell (a division by a
 * probability of zero) is NaN inside this file only. Zero times undefined is zero: what is
 * undefined stands for some probability, which is bounded. */
#include "causal/graph_internal.h"
#include "causal/identify/estimand_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 1 << 24 };
static const double SUM_TOLERANCE = 1e-6;

/* ---- the joint */

static wrt_status check_variables(const wrt_joint *joint, const wrt_graph *graph, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    for (int i = 0; i < joint->n; i++) {
        const char *name = wrt_graph_name(graph, joint->variable[i]);
        const char *shown = wrt_graph_label(label, wrt_str_of(name));
        if (wrt_graph_is_latent(graph, joint->variable[i]))
            return wrt_fail(err, WRT_E_INPUT,
                            "variables: '%s' is latent; a joint is of observed variables", shown);
        for (int j = 0; j < i; j++)
            if (joint->variable[j] == joint->variable[i])
                return wrt_fail(err, WRT_E_INPUT, "variables names '%s' twice", shown);
    }
    return WRT_OK;
}

wrt_status wrt_joint_check(const wrt_joint *joint, const wrt_graph *graph, wrt_err *err) {
    if (joint->n < 1 || joint->n > WRT_JOINT_VARIABLES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "variables: %d of them; 1 to %d are taken", joint->n,
                        WRT_JOINT_VARIABLES_MAX);
    wrt_status status = check_variables(joint, graph, err);
    double sum = 0;
    for (size_t i = 0; status == WRT_OK && i < (size_t)1 << joint->n; i++) {
        if (!(joint->p[i] >= 0 && joint->p[i] <= 1 + SUM_TOLERANCE))
            status = wrt_fail(err, WRT_E_INPUT, "joint[%zu] is %g; a probability is 0 to 1", i,
                              joint->p[i]);
        sum += joint->p[i];
    }
    if (status == WRT_OK && !(fabs(sum - 1) <= SUM_TOLERANCE))
        status =
            wrt_fail(err, WRT_E_INPUT,
                     "joint: the probabilities add up to %.9g; to 1 within 1e-6 is needed", sum);
    return status;
}

static wrt_status read_variables(wrt_joint *out, const wrt_graph *graph, const wrt_json *names,
                                 wrt_err *err) {
    if (!wrt_json_is(names, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "variables: expected an array of node names");
    if (wrt_json_count(names) < 1 || wrt_json_count(names) > WRT_JOINT_VARIABLES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "variables: %zu of them; 1 to %d are taken",
                        wrt_json_count(names), WRT_JOINT_VARIABLES_MAX);
    WRT_JSON_EACH(name, names) {
        if (!wrt_json_is(name, WRT_JSON_STRING))
            return wrt_fail(err, WRT_E_INPUT, "variables: expected node names, found %s",
                            wrt_json_type_name(wrt_json_typeof(name)));
        wrt_str text = wrt_str_of(wrt_json_text(name));
        wrt_status status = wrt_graph_find(&out->variable[out->n++], graph, text, err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "variables");
            return status;
        }
    }
    return WRT_OK;
}

static wrt_status read_numbers(wrt_joint *out, const wrt_json *numbers, wrt_err *err) {
    size_t wanted = (size_t)1 << out->n, at = 0;
    if (!wrt_json_is(numbers, WRT_JSON_ARRAY) || wrt_json_count(numbers) != wanted)
        return wrt_fail(err, WRT_E_INPUT,
                        "joint: %zu probabilities; %d variables need an array of %zu",
                        wrt_json_count(numbers), out->n, wanted);
    out->p = wrt_calloc(wanted, sizeof *out->p);
    WRT_JSON_EACH(number, numbers) {
        if (!wrt_json_is(number, WRT_JSON_NUMBER))
            return wrt_fail(err, WRT_E_INPUT, "joint[%zu] is no number but %s", at,
                            wrt_json_type_name(wrt_json_typeof(number)));
        out->p[at++] = wrt_json_number(number, 0);
    }
    return WRT_OK;
}

wrt_status wrt_joint_parse(wrt_joint *out, const wrt_graph *graph, const wrt_json *value,
                           wrt_err *err) {
    *out = (wrt_joint){0};
    wrt_status status = read_variables(out, graph, wrt_json_get(value, "variables"), err);
    if (status == WRT_OK)
        status = read_numbers(out, wrt_json_get(value, "joint"), err);
    if (status == WRT_OK)
        status = wrt_joint_check(out, graph, err);
    if (status != WRT_OK)
        wrt_joint_free(out);
    return status;
}

void wrt_joint_free(wrt_joint *joint) {
    if (joint == NULL)
        return;
    free(joint->p);
    *joint = (wrt_joint){0};
}

/* ---- tables */

/* cells[index], index = sum of value(variable[i]) * 2^i over the bits of `bits` in ascending
 * order; bits are positions in the joint. */
typedef struct {
    unsigned bits;
    double *cells; /* NULL: not needed */
} table;

/* What the bits of a table stand for. */
typedef struct {
    int n;
    int variable[WRT_JOINT_VARIABLES_MAX + 1];
} variables;

struct wrt_estimand_table {
    variables order;
    table top;
};

typedef struct {
    const wrt_estimand *e;
    const wrt_joint *joint;
    variables order;        /* of the joint, and last the second value of a node */
    unsigned star, starred; /* its bit and the bit of that node; 0: none */
    table *tables;          /* per term */
    size_t cells;
} evaluator;

static int count_bits(unsigned bits) {
    int n = 0;
    for (; bits != 0; bits &= bits - 1)
        n++;
    return n;
}

/* The values of the variables `to` as an index, read from an assignment of the variables `from`
 * given as an index; variables of `to` outside `from` are taken from `other`, which has one bit per
 * position of the joint. */
static size_t project(size_t index, unsigned from, unsigned to, unsigned other) {
    size_t result = 0, place = 1;
    for (unsigned bit = 1; bit <= from || bit <= to; bit <<= 1) {
        bool one = (other & bit) != 0;
        if ((from & bit) != 0) {
            one = (index & 1) != 0;
            index >>= 1;
        }
        if ((to & bit) != 0) {
            result += one ? place : 0;
            place <<= 1;
        }
    }
    return result;
}

/* Positions of the set in the order; false when one is missing, which *missing gets. */
static bool bits_of(unsigned *out, int *missing, wrt_ints set, const variables *order) {
    *out = 0;
    for (size_t i = 0; i < set.n; i++) {
        int at = 0;
        while (at < order->n && order->variable[at] != set.items[i])
            at++;
        if (at == order->n) {
            *missing = set.items[i];
            return false;
        }
        *out |= 1U << at;
    }
    return true;
}

static unsigned bits_known(wrt_ints set, const variables *order) {
    unsigned bits = 0;
    int missing = 0;
    (void)bits_of(&bits, &missing, set, order);
    return bits;
}

static double *marginal(const wrt_joint *joint, unsigned bits) {
    unsigned all = (1U << joint->n) - 1;
    double *cells = wrt_calloc((size_t)1 << count_bits(bits), sizeof *cells);
    for (size_t i = 0; i <= all; i++)
        cells[project(i, all, bits, 0)] += joint->p[i];
    return cells;
}

static double divide(double over, double under) {
    return under == 0 ? (double)NAN : over / under;
}

static double multiply(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
}

/* Bits of the joint: the second value of a node is a value of that node. */
static unsigned without_star(const evaluator *v, unsigned bits) {
    return (bits & v->star) != 0 ? (bits & ~v->star) | v->starred : bits;
}

static void fill_p(const evaluator *v, const wrt_term *term, table *out, size_t n) {
    unsigned all = (1U << v->order.n) - 1, seen = without_star(v, out->bits);
    unsigned given = without_star(v, bits_known(term->given, &v->order));
    double *both = marginal(v->joint, seen), *under = marginal(v->joint, given);
    for (size_t i = 0; i < n; i++) {
        unsigned ones = without_star(v, (unsigned)project(i, out->bits, all, 0));
        out->cells[i] =
            divide(both[project(ones, all, seen, 0)], under[project(ones, all, given, 0)]);
    }
    free(both);
    free(under);
}

static double child_at(const evaluator *v, const wrt_term *term, size_t child, size_t index,
                       unsigned bits) {
    const table *t = &v->tables[term->children.items[child]];
    return t->cells[project(index, bits, t->bits, 0)];
}

static void fill_product(const evaluator *v, const wrt_term *term, table *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        out->cells[i] = 1;
        for (size_t c = 0; c < term->children.n; c++)
            out->cells[i] = multiply(out->cells[i], child_at(v, term, c, i, out->bits));
    }
}

static void fill_sum(const evaluator *v, const wrt_term *term, table *out) {
    const table *body = &v->tables[term->children.items[0]];
    for (size_t i = 0; i < (size_t)1 << count_bits(body->bits); i++)
        out->cells[project(i, body->bits, out->bits, 0)] += body->cells[i];
}

static void fill(const evaluator *v, const wrt_term *term, table *out, size_t n) {
    switch (term->kind) {
    case WRT_TERM_UNIT:
        out->cells[0] = 1;
        break;
    case WRT_TERM_P:
        fill_p(v, term, out, n);
        break;
    case WRT_TERM_PRODUCT:
        fill_product(v, term, out, n);
        break;
    case WRT_TERM_SUM:
        fill_sum(v, term, out);
        break;
    case WRT_TERM_FRACTION:
        for (size_t i = 0; i < n; i++)
            out->cells[i] =
                divide(child_at(v, term, 0, i, out->bits), child_at(v, term, 1, i, out->bits));
        break;
    }
}

/* Terms that the root is made of, from the back: a parent stands after its children. */
static bool *needed_terms(const wrt_estimand *e) {
    bool *needed = wrt_calloc(e->n, sizeof *needed);
    needed[e->root] = true;
    for (size_t t = e->n; t-- > 0;)
        for (size_t c = 0; needed[t] && c < e->terms[t].children.n; c++)
            needed[e->terms[t].children.items[c]] = true;
    return needed;
}

static wrt_status fill_tables(evaluator *v, const bool *needed, const wrt_graph *graph,
                              wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    for (size_t t = 0; t < v->e->n; t++) {
        table *out = &v->tables[t];
        int missing = 0;
        if (!needed[t])
            continue;
        if (!bits_of(&out->bits, &missing, v->e->terms[t].free, &v->order))
            return wrt_fail(err, WRT_E_INPUT, "variables lacks '%s', which the estimand mentions",
                            wrt_graph_label(label, wrt_str_of(wrt_graph_name(
                                                       graph, wrt_estimand_node(v->e, missing)))));
        size_t n = (size_t)1 << count_bits(out->bits);
        v->cells += n;
        if (v->cells > CELLS_MAX)
            return wrt_fail(err, WRT_E_LIMIT,
                            "the estimand has too many terms to be evaluated on %d variables",
                            v->joint->n);
        out->cells = wrt_calloc(n, sizeof *out->cells);
        fill(v, &v->e->terms[t], out, n);
    }
    return WRT_OK;
}

static void put_in_order(evaluator *v) {
    v->order.n = v->joint->n;
    memcpy(v->order.variable, v->joint->variable, sizeof v->joint->variable);
    v->starred = bits_known((wrt_ints){&v->e->starred, 1}, &v->order);
    if (v->starred == 0)
        return;
    v->star = 1U << v->order.n;
    v->order.variable[v->order.n++] = (int)v->e->n_variables - 1;
}

wrt_status wrt_estimand_evaluate(wrt_estimand_table **out, const wrt_estimand *estimand,
                                 const wrt_joint *joint, const wrt_graph *graph, wrt_err *err) {
    *out = NULL;
    wrt_status status = wrt_joint_check(joint, graph, err);
    if (status != WRT_OK)
        return status;
    evaluator v = {.e = estimand, .joint = joint};
    put_in_order(&v);
    v.tables = wrt_calloc(estimand->n, sizeof *v.tables);
    bool *needed = needed_terms(estimand);
    status = fill_tables(&v, needed, graph, err);
    if (status == WRT_OK) {
        *out = wrt_calloc(1, sizeof **out);
        (*out)->order = v.order;
        (*out)->top = v.tables[estimand->root];
        v.tables[estimand->root].cells = NULL;
    }
    for (size_t t = 0; t < estimand->n; t++)
        free(v.tables[t].cells);
    free(v.tables);
    free(needed);
    return status;
}

void wrt_estimand_table_free(wrt_estimand_table *values) {
    if (values == NULL)
        return;
    free(values->top.cells);
    free(values);
}

bool wrt_estimand_value(double *out, double *spread, const wrt_estimand_table *values, size_t n,
                        const int *node, const int *digit) {
    unsigned asked = 0, ones = 0;
    bool found = false;
    double low = 0, high = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned bit = bits_known((wrt_ints){&node[i], 1}, &values->order);
        asked |= bit;
        ones |= digit[i] != 0 ? bit : 0;
    }
    unsigned open = values->top.bits & ~asked;
    for (size_t i = 0; i < (size_t)1 << count_bits(open); i++) {
        double value = values->top.cells[project(i, open, values->top.bits, ones)];
        if (isnan(value))
            continue;
        if (!found)
            *out = low = high = value;
        low = value < low ? value : low;
        high = value > high ? value : high;
        found = true;
    }
    if (spread != NULL)
        *spread = high - low;
    return found;
}
