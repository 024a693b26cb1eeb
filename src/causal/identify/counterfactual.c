/* counterfactual.c: two values of one treatment in one formula.
 *
 * Both questions are products of Q over districts, as P(Y | do(X)) is (id.c); what is new is that
 * Q of a district may be taken at X or at X*. That is possible as long as no district needs both:
 * it needs the value that its members, children of X, are given, and in the effect on the treated
 * X's own district has X itself, at X*. */
#include "causal/identify/counterfactual.h"

#include "causal/classes/class_graph.h"
#include "causal/graph_internal.h"
#include "causal/identify/counterfactual_words.h"

#include <stdlib.h>
#include <string.h>

/* ---- questions */

static const char *const QUESTIONS[] = {"total", "ett", "nde", "nie"};

const char *wrt_question_name(wrt_question question) {
    return QUESTIONS[question];
}

wrt_status wrt_question_parse(wrt_question *out, wrt_str text, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    for (int i = 0; i < 4; i++) {
        if (!wrt_str_equal_c(text, QUESTIONS[i]))
            continue;
        *out = (wrt_question)i;
        return WRT_OK;
    }
    return wrt_fail(err, WRT_E_INPUT, "effect: '%s' is none of total, ett, nde, nie",
                    wrt_graph_label(label, text));
}

int wrt_question_rung(const char **words, wrt_question question) {
    static const char *const texts[] = {
        "rung 2 (doing): how the outcome is distributed when the treatment is set; an experiment "
        "that sets it would answer the question",
        "rung 3 (imagining): what another treatment would have done to those who had this one; "
        "an experiment that sets the treatment does not answer it by itself",
        "rung 3 (imagining): the outcome under one treatment, the mediators as they would have "
        "been under the other; no unit is ever seen in both states",
        "rung 3 (imagining): the outcome under one treatment, the mediators as they would have "
        "been under the other; no unit is ever seen in both states"};
    *words = texts[question];
    return question == WRT_QUESTION_TOTAL ? 2 : 3;
}

int wrt_counterfactual_other(const wrt_graph *graph) {
    return (int)wrt_graph_count(graph);
}

/* ---- is it a question */

static wrt_status check_end(const wrt_graph *graph, const wrt_node_set *set, const char *what,
                            wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    if (set->n != 1)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s names %zu nodes; a counterfactual question takes exactly one", what,
                        set->n);
    if (wrt_graph_is_latent(graph, set->items[0]))
        return wrt_fail(err, WRT_E_INPUT, "%s: '%s' is latent; name an observed node", what,
                        wrt_graph_label(label, wrt_str_of(wrt_graph_name(graph, set->items[0]))));
    return WRT_OK;
}

static wrt_status check_question(const wrt_counterfactual_query *q, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    wrt_status status = wrt_graph_require_dag(q->graph, "a counterfactual question", err);
    if (status == WRT_OK)
        status = check_end(q->graph, q->treatment, "treatment", err);
    if (status == WRT_OK)
        status = check_end(q->graph, q->outcome, "outcome", err);
    if (status == WRT_OK && q->treatment->items[0] == q->outcome->items[0])
        status = wrt_fail(
            err, WRT_E_INPUT, "'%s' is both treatment and outcome",
            wrt_graph_label(label, wrt_str_of(wrt_graph_name(q->graph, q->outcome->items[0]))));
    if (status == WRT_OK && q->question == WRT_QUESTION_ETT && q->mediators != NULL &&
        q->mediators->n > 0)
        status = wrt_fail(err, WRT_E_INPUT,
                          "mediators belong to the effects nde and nie; an ett has none");
    return status;
}

/* ---- mediators */

/* Observed nodes between X and Y: descendants of X in D other than Y. Ascending order of nodes is a
 * topological one. */
static wrt_part nodes_between(const wrt_two_values *t, const wrt_part *d) {
    const wrt_admg *g = &t->g;
    wrt_part between = wrt_part_new(g);
    for (int i = 0; i < d->n; i++) {
        int v = d->items[i];
        bool below = false;
        for (int j = g->parents.offset[v]; j < g->parents.offset[v + 1]; j++)
            below = below || g->parents.items[j] == t->x || between.has[g->parents.items[j]];
        if (below && v != t->y)
            wrt_part_add(&between, v);
    }
    return between;
}

static wrt_status choose_mediators(wrt_part *out, const wrt_two_values *t, const wrt_part *d,
                                   wrt_err *err) {
    const wrt_node_set *asked = t->query->mediators;
    wrt_part between = nodes_between(t, d);
    char label[GRAPH_LABEL_MAX];
    *out = between;
    if (asked == NULL || asked->n == 0)
        return WRT_OK;
    for (size_t i = 0; i < asked->n; i++) {
        int v = t->g.local[asked->items[i]];
        if (v < 0 || !between.has[v])
            return wrt_fail(
                err, WRT_E_INPUT,
                "mediators: '%s' is no observed node on a directed path from treatment to outcome",
                wrt_graph_label(label,
                                wrt_str_of(wrt_graph_name(t->query->graph, asked->items[i]))));
    }
    *out = wrt_part_new(&t->g);
    for (int i = 0; i < between.n; i++)
        if (wrt_node_set_has(asked, t->g.node[between.items[i]]))
            wrt_part_add(out, between.items[i]);
    return WRT_OK;
}

static wrt_node_set set_of_part(const wrt_admg *g, const wrt_part *part) {
    wrt_node_set set = {wrt_calloc((size_t)part->n + 1, sizeof(int)), (size_t)part->n};
    for (int i = 0; i < part->n; i++)
        set.items[i] = g->node[part->items[i]];
    if (set.n > 0)
        qsort(set.items, set.n, sizeof *set.items, wrt_ints_compare);
    return set;
}

static wrt_part part_of_one(const wrt_admg *g, int v) {
    wrt_part part = wrt_part_new(g);
    wrt_part_add(&part, v);
    return part;
}

/* ---- the formula */

/* Factors of districts marked in `starred` (by their first node) are taken at X*. */
static void star_factors(wrt_two_values *t, const unsigned char *starred) {
    for (size_t i = 0; i < t->answer.factors.n && !t->e->full; i++)
        if (starred[t->answer.districts.items[i]] != 0)
            t->answer.factors.items[i] = wrt_term_star(t->e, t->answer.factors.items[i]);
}

/* Variables of D that are neither X nor Y, ascending. */
static wrt_ints bound_nodes(const wrt_two_values *t) {
    const wrt_part *d = &t->answer.district;
    int *items = wrt_arena_calloc(t->e->arena, (size_t)d->n + 1, sizeof *items);
    size_t n = 0;
    for (int i = 0; i < d->n; i++)
        if (d->items[i] != t->x && d->items[i] != t->y)
            items[n++] = t->g.node[d->items[i]];
    if (n > 0)
        qsort(items, n, sizeof *items, wrt_ints_compare);
    return (wrt_ints){items, n};
}

static bool has_bare_divisor(const wrt_estimand *e, const wrt_factors *factors) {
    for (size_t i = 0; i < factors->n; i++)
        if (e->terms[factors->items[i]].kind == WRT_TERM_FRACTION &&
            e->terms[factors->items[i]].children.items[0] == WRT_TERM_ONE)
            return true;
    return false;
}

/* The sum of the product over P(X*). The divisor first goes into the sum, where it may make a
 * conditional probability of a factor; if it does not, it divides the sum. */
static void write_treated(wrt_two_values *t) {
    int other = wrt_counterfactual_other(t->query->graph);
    int divisor = wrt_term_p(t->e, (wrt_ints){&other, 1}, (wrt_ints){0});
    wrt_factors inside = {0}, over = {0}, under = {0}, result = {0};
    for (size_t i = 0; i < t->answer.factors.n; i++)
        wrt_factors_push(&inside, t->answer.factors.items[i]);
    wrt_factors_push(&inside, wrt_term_fraction(t->e, WRT_TERM_ONE, divisor));
    wrt_estimand_sum_product(&result, t->e, bound_nodes(t), &inside);
    if (has_bare_divisor(t->e, &result)) {
        result.n = 0;
        wrt_factors_push(&under, divisor);
        wrt_estimand_sum_product(&over, t->e, bound_nodes(t), &t->answer.factors);
        wrt_estimand_ratio(&result, t->e, &over, &under);
    }
    t->e->root = wrt_term_product(t->e, &result);
    wrt_factors_free(&inside);
    wrt_factors_free(&over);
    wrt_factors_free(&under);
    wrt_factors_free(&result);
}

static void write_natural(wrt_two_values *t) {
    wrt_factors result = {0};
    wrt_estimand_sum_product(&result, t->e, bound_nodes(t), &t->answer.factors);
    t->e->root = wrt_term_product(t->e, &result);
    wrt_factors_free(&result);
}

/* ---- the effect on the treated */

static void solve(wrt_two_values *t, wrt_part treatment, wrt_part outcome) {
    wrt_steps found = {0};
    wrt_id_problem problem = {&t->g, t->e, &found, treatment, outcome};
    wrt_id_solve(&t->answer, &problem);
    for (size_t i = 0; i < found.n; i++) {
        if (i > 0) /* the first says what the question of id.c is */
            wrt_steps_add(&t->steps, "%s", found.items[i]);
        free(found.items[i]);
    }
    t->steps.left_out += found.left_out;
    free(found.items);
}

static bool is_child(const wrt_admg *g, int parent, int v) {
    for (int i = g->parents.offset[v]; i < g->parents.offset[v + 1]; i++)
        if (g->parents.items[i] == parent)
            return true;
    return false;
}

static void keep_witness(wrt_two_values *t, wrt_witness_kind kind, const wrt_part *nodes,
                         char *text) {
    t->out->witness = kind;
    t->out->nodes = set_of_part(&t->g, nodes);
    t->out->text = text;
    if (text != NULL)
        wrt_steps_add(&t->steps, "%s", text);
}

static void answer_treated(wrt_two_values *t) {
    wrt_part all = wrt_part_all(&t->g), both = wrt_part_new(&t->g);
    wrt_part own = wrt_admg_district(&t->g, &all, t->x);
    wrt_words_treated(t, &own);
    for (int i = 0; i < own.n; i++)
        if (is_child(&t->g, t->x, own.items[i])) {
            keep_witness(t, WRT_WITNESS_DISTRICT, &own, wrt_words_own_child(t, own.items[i]));
            return;
        }
    wrt_part_add(&both, t->x < t->y ? t->x : t->y);
    wrt_part_add(&both, t->x < t->y ? t->y : t->x);
    solve(t, wrt_part_new(&t->g), both);
    unsigned char *starred = wrt_arena_calloc(t->g.arena, (size_t)t->g.n + 1, sizeof *starred);
    starred[own.items[0]] = 1;
    star_factors(t, starred);
    write_treated(t);
    t->out->identifiable = true;
}

/* ---- natural effects */

enum { PAST = 1, THROUGH = 2 };

/* What D's nodes lead to: PAST, to Y without a mediator; THROUGH, to a mediator. */
static unsigned char *ways_of(const wrt_two_values *t, const wrt_part *d, const wrt_part *m) {
    unsigned char *ways = wrt_arena_calloc(t->g.arena, (size_t)t->g.n + 1, sizeof *ways);
    wrt_part outside = wrt_part_minus(&t->g, d, m), y = part_of_one(&t->g, t->y);
    wrt_part past = wrt_admg_ancestors(&t->g, &outside, &y);
    wrt_part through = wrt_admg_ancestors(&t->g, d, m);
    for (int i = 0; i < past.n; i++)
        ways[past.items[i]] |= PAST;
    for (int i = 0; i < through.n; i++)
        ways[through.items[i]] |= THROUGH;
    return ways;
}

static bool find_recanting_node(wrt_two_values *t, const wrt_part *d, const wrt_part *m,
                                const unsigned char *ways) {
    for (int i = 0; i < d->n; i++) {
        int v = d->items[i];
        if (ways[v] != (PAST | THROUGH) || !is_child(&t->g, t->x, v))
            continue;
        wrt_part alone = part_of_one(&t->g, v);
        keep_witness(t, WRT_WITNESS_NODE, &alone, wrt_words_recanting_node(t, d, m, v));
        return true;
    }
    return false;
}

/* Marks in `needs` what the children of X in each district, named by its first node, need. A
 * district that needs both is the witness. */
static bool find_recanting_district(unsigned char *needs, wrt_two_values *t, const wrt_part *d,
                                    const unsigned char *ways) {
    int *first = wrt_arena_calloc(t->g.arena, (size_t)t->g.n + 1, sizeof *first);
    int *child = wrt_arena_calloc(t->g.arena, (size_t)t->g.n + 1, sizeof *child);
    for (int i = 0; i < t->g.n; i++)
        first[i] = -1;
    for (int i = 0; i < d->n; i++) {
        int v = d->items[i];
        if (first[v] < 0) {
            wrt_part district = wrt_admg_district(&t->g, d, v);
            for (int j = 0; j < district.n; j++)
                first[district.items[j]] = v;
        }
        if (!is_child(&t->g, t->x, v))
            continue;
        int at = first[v];
        if (needs[at] != 0 && needs[at] != ways[v]) {
            wrt_part district = wrt_admg_district(&t->g, d, v);
            int past = ways[v] == PAST ? v : child[at], through = ways[v] == PAST ? child[at] : v;
            keep_witness(t, WRT_WITNESS_DISTRICT, &district,
                         wrt_words_recanting_district(t, past, through));
            return true;
        }
        needs[at] = ways[v];
        child[at] = v;
    }
    return false;
}

static void keep_hedge(wrt_two_values *t) {
    wrt_hedge *hedge = t->out->hedge = wrt_calloc(1, sizeof *hedge);
    wrt_part none = wrt_part_new(&t->g), x = part_of_one(&t->g, t->x), y = part_of_one(&t->g, t->y);
    wrt_hedge_fill(hedge, &t->g, &t->answer.outer, &t->answer.inner);
    hedge->treatment = set_of_part(&t->g, &x);
    hedge->outcome = set_of_part(&t->g, &y);
    keep_witness(t, WRT_WITNESS_HEDGE, &none, wrt_hedge_words(hedge, t->query->graph));
}

static wrt_status answer_natural(wrt_two_values *t, wrt_err *err) {
    wrt_part all = wrt_part_all(&t->g), x = part_of_one(&t->g, t->x), y = part_of_one(&t->g, t->y);
    wrt_part rest = wrt_part_minus(&t->g, &all, &x), m;
    wrt_part d = wrt_admg_ancestors(&t->g, &rest, &y);
    wrt_status status = choose_mediators(&m, t, &d, err);
    if (status != WRT_OK)
        return status;
    t->out->mediators = set_of_part(&t->g, &m);
    wrt_words_natural(t, &m);
    unsigned char *ways = ways_of(t, &d, &m);
    unsigned char *needs = wrt_arena_calloc(t->g.arena, (size_t)t->g.n + 1, sizeof *needs);
    if (find_recanting_node(t, &d, &m, ways) || find_recanting_district(needs, t, &d, ways))
        return WRT_OK;
    solve(t, x, y);
    if (!t->answer.identified) {
        keep_hedge(t);
        return WRT_OK;
    }
    unsigned char other = t->query->question == WRT_QUESTION_NDE ? THROUGH : PAST;
    for (int v = 0; v < t->g.n; v++)
        needs[v] = needs[v] == other;
    star_factors(t, needs);
    write_natural(t);
    wrt_words_contrast(t, m.n);
    t->out->identifiable = true;
    return WRT_OK;
}

/* ---- all of it */

static wrt_status answer(wrt_two_values *t, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (t->g.n > WRT_IDENTIFY_NODES_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "treatment and outcome have %d observed ancestors; at most %d are taken",
                        t->g.n, WRT_IDENTIFY_NODES_MAX);
    t->x = t->g.local[t->query->treatment->items[0]];
    t->y = t->g.local[t->query->outcome->items[0]];
    t->e = wrt_estimand_new(wrt_graph_count(t->query->graph) + 1);
    t->e->starred = t->query->treatment->items[0];
    if (t->query->question == WRT_QUESTION_ETT)
        answer_treated(t);
    else
        status = answer_natural(t, err);
    if (status == WRT_OK && t->out->identifiable && t->e->full)
        status = wrt_fail(err, WRT_E_LIMIT,
                          "the question has an answer, but its formula has more than %d terms or "
                          "%d mentions of variables",
                          WRT_TERMS_MAX, WRT_TERM_CELLS_MAX);
    if (t->out->identifiable)
        t->out->estimand = t->e;
    else
        wrt_estimand_free(t->e);
    return status;
}

wrt_status wrt_counterfactual_identify(wrt_counterfactual *out,
                                       const wrt_counterfactual_query *query, wrt_err *err) {
    *out = (wrt_counterfactual){0};
    wrt_two_values t = {.out = out, .query = query};
    wrt_status status = check_question(query, err);
    if (status != WRT_OK)
        return status;
    wrt_node_set ends = {wrt_calloc(2, sizeof(int)), 2};
    ends.items[0] = query->treatment->items[0];
    ends.items[1] = query->outcome->items[0];
    qsort(ends.items, 2, sizeof *ends.items, wrt_ints_compare);
    status = wrt_admg_init(&t.g, query->graph, &ends, err);
    if (status == WRT_OK)
        status = answer(&t, err);
    wrt_steps_close(&t.steps);
    out->steps = t.steps.items;
    out->n_steps = t.steps.n;
    wrt_factors_free(&t.answer.factors);
    wrt_factors_free(&t.answer.districts);
    wrt_admg_free(&t.g);
    wrt_node_set_free(&ends);
    return status;
}

void wrt_counterfactual_free(wrt_counterfactual *answer) {
    if (answer == NULL)
        return;
    for (size_t i = 0; i < answer->n_steps; i++)
        free(answer->steps[i]);
    free(answer->steps);
    wrt_node_set_free(&answer->mediators);
    wrt_node_set_free(&answer->nodes);
    wrt_estimand_free(answer->estimand);
    wrt_hedge_free(answer->hedge);
    free(answer->text);
    *answer = (wrt_counterfactual){0};
}
