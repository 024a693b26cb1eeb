/* identify.c: the question, adjustment first, conditions turned into treatments, then id.c.
 *
 * P(y | do(x), z): while some z is separated from y by x and the rest of z in the graph without
 * edges into x and out of that z, conditioning on it is the same as setting it (rule 2 of Pearl's
 * calculus), so it becomes a treatment; then P(y, z | do(x)) over its sum over y (IDC: Shpitser,
 * Pearl 2006). */
#include "causal/identify/identify.h"

#include "causal/adjustment.h"
#include "causal/classes/class_graph.h"
#include "causal/frontdoor.h"
#include "causal/graph_internal.h"
#include "causal/identify/id.h"
#include "causal/reach.h"
#include "causal/separation.h"

#include <stdlib.h>
#include <string.h>

static const wrt_node_set EMPTY = {0};

typedef struct {
    wrt_identification *out;
    const wrt_identify_query *query;
    const wrt_node_set *given; /* never NULL */
    wrt_steps steps;
    /* The question as it stands: conditions move to x. */
    wrt_node_set x, y, z;
} identifier;

/* ---- small sets of nodes */

static wrt_node_set copy_set(const wrt_node_set *set) {
    wrt_node_set copy = {wrt_calloc(set->n + 1, sizeof(int)), set->n};
    if (set->n > 0)
        memcpy(copy.items, set->items, set->n * sizeof *copy.items);
    return copy;
}

static wrt_node_set join_sets(const wrt_node_set *a, const wrt_node_set *b) {
    wrt_node_set both = {wrt_calloc(a->n + b->n + 1, sizeof(int)), a->n + b->n};
    if (a->n > 0)
        memcpy(both.items, a->items, a->n * sizeof *both.items);
    if (b->n > 0)
        memcpy(both.items + a->n, b->items, b->n * sizeof *both.items);
    if (both.n > 0)
        qsort(both.items, both.n, sizeof *both.items, wrt_ints_compare);
    return both;
}

static wrt_node_set set_without(const wrt_node_set *set, int node) {
    wrt_node_set rest = {wrt_calloc(set->n + 1, sizeof(int)), 0};
    for (size_t i = 0; i < set->n; i++)
        if (set->items[i] != node)
            rest.items[rest.n++] = set->items[i];
    return rest;
}

static wrt_ints ints_of(const wrt_node_set *set) {
    return (wrt_ints){set->items, set->n};
}

static void replace_set(wrt_node_set *set, wrt_node_set with) {
    wrt_node_set_free(set);
    *set = with;
}

static void add_names(wrt_buf *out, const wrt_graph *graph, const wrt_node_set *set) {
    wrt_json *names = wrt_node_set_to_json(graph, set);
    const char *gap = "";
    WRT_JSON_EACH(name, names) {
        wrt_buf_printf(out, "%s%s", gap, wrt_json_text(name));
        gap = ", ";
    }
    wrt_json_free(names);
}

void wrt_identify_write_query(wrt_buf *out, const wrt_identify_query *query) {
    wrt_buf_add_c(out, "P(");
    add_names(out, query->graph, query->outcome);
    wrt_buf_add_c(out, " | do(");
    add_names(out, query->graph, query->treatment);
    wrt_buf_add_c(out, ")");
    if (query->given != NULL && query->given->n > 0)
        wrt_buf_add_c(out, ", ");
    if (query->given != NULL)
        add_names(out, query->graph, query->given);
    wrt_buf_add_c(out, ")");
}

/* ---- is it a question */

static wrt_status check_set(const identifier *id, const wrt_node_set *set, const char *what,
                            const wrt_node_set *other, const char *other_what, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    for (size_t i = 0; i < set->n; i++) {
        int v = set->items[i];
        const char *name = wrt_graph_label(label, wrt_str_of(wrt_graph_name(id->query->graph, v)));
        if (wrt_graph_is_latent(id->query->graph, v))
            return wrt_fail(err, WRT_E_INPUT, "%s: '%s' is latent; name observed nodes", what,
                            name);
        if (wrt_node_set_has(other, v))
            return wrt_fail(err, WRT_E_INPUT, "'%s' is in both %s and %s", name, what, other_what);
    }
    return WRT_OK;
}

static wrt_status check_question(const identifier *id, wrt_err *err) {
    const wrt_identify_query *q = id->query;
    if (q->treatment->n == 0 || q->outcome->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s is empty; name at least one node",
                        q->treatment->n == 0 ? "treatment" : "outcome");
    if (id->given->n > WRT_IDENTIFY_GIVEN_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "given holds %zu nodes; at most %d are taken",
                        id->given->n, WRT_IDENTIFY_GIVEN_MAX);
    wrt_status status = wrt_graph_require_dag(q->graph, "identification beyond adjustment", err);
    if (status == WRT_OK)
        status = check_set(id, q->treatment, "treatment", q->outcome, "outcome", err);
    if (status == WRT_OK)
        status = check_set(id, q->outcome, "outcome", id->given, "given", err);
    if (status == WRT_OK)
        status = check_set(id, id->given, "given", q->treatment, "treatment", err);
    return status;
}

/* ---- adjustment */

/* The descendants of the treatment but itself. */
static wrt_node_set descendants_of(const wrt_identify_query *query) {
    wrt_reach reach;
    size_t n = wrt_graph_count(query->graph);
    wrt_node_set set = {wrt_calloc(n + 1, sizeof(int)), 0};
    wrt_reach_init(&reach, query->graph);
    wrt_reach_mark_set(&reach, query->treatment, WRT_MARK_TREATMENT);
    wrt_reach_run(&reach, &WRT_REACH_DESCENDANTS, WRT_MARK_TREATMENT, 0);
    wrt_reach_mark_visited(&reach, WRT_MARK_REACHED);
    for (size_t v = 0; v < n; v++)
        if ((reach.marks[v] & WRT_MARK_REACHED) != 0 && (reach.marks[v] & WRT_MARK_TREATMENT) == 0)
            set.items[set.n++] = (int)v;
    wrt_reach_free(&reach);
    return set;
}

/* Sum over W of P(y | x, z, W) P(W | z). */
static void write_adjustment(identifier *id, const wrt_node_set *w) {
    const wrt_identify_query *q = id->query;
    wrt_estimand *e = id->out->estimand = wrt_estimand_new(wrt_graph_count(q->graph));
    wrt_ints given = ints_of(id->given), bound = ints_of(w);
    wrt_factors factors = {0}, result = {0};
    wrt_ints all = wrt_ints_union(e, wrt_ints_union(e, ints_of(q->treatment), given), bound);
    wrt_factors_push(&factors, wrt_term_p(e, ints_of(q->outcome), all));
    wrt_factors_push(&factors, wrt_term_p(e, bound, given));
    wrt_estimand_sum_product(&result, e, bound, &factors);
    e->root = wrt_term_product(e, &result);
    wrt_factors_free(&factors);
    wrt_factors_free(&result);
}

static void say_adjustment(identifier *id, const wrt_adjustment_sets *sets, const wrt_node_set *w) {
    wrt_buf text = wrt_buf_make(2000);
    add_names(&text, id->query->graph, w);
    const char *names = text.ptr == NULL ? "" : text.ptr;
    if (sets->verdict == WRT_ADJUST_NO_CAUSAL_PATH)
        wrt_steps_add(&id->steps, "No directed path leads from treatment to outcome: the treatment "
                                  "has no effect, and the formula below gives the same whatever "
                                  "its value.");
    if (w->n == 0)
        wrt_steps_add(&id->steps, "Nothing needs to be adjusted for: the empty set closes every "
                                  "path that is not causal.");
    else
        wrt_steps_add(&id->steps,
                      "{%s} is a valid adjustment set with the fewest members: it closes every "
                      "path that is not causal and holds nothing that the treatment affects on "
                      "the way. Average the conditional distribution over it.",
                      names);
    wrt_buf_free(&text);
}

/* With conditions the set adjusted for must hold them, and neither may be a descendant of the
 * treatment: then rules 2 and 3 of the calculus give the formula. */
static wrt_status try_adjustment(bool *found, identifier *id, wrt_err *err) {
    const wrt_identify_query *q = id->query;
    wrt_effect_query effect = {q->graph, q->treatment, q->outcome, WRT_EFFECT_TOTAL};
    wrt_node_set below = id->given->n > 0 ? descendants_of(q) : (wrt_node_set){0};
    wrt_node_set exclude = {wrt_calloc(below.n + 1, sizeof(int)), 0};
    wrt_adjustment_sets sets = {0};
    bool possible = true;
    for (size_t i = 0; i < below.n; i++) {
        possible = possible && !wrt_node_set_has(id->given, below.items[i]);
        if (!wrt_node_set_has(q->outcome, below.items[i]))
            exclude.items[exclude.n++] = below.items[i];
    }
    wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMUM,
                                  .include = id->given->n > 0 ? id->given : NULL,
                                  .exclude = exclude.n > 0 ? &exclude : NULL};
    wrt_status status = possible ? wrt_adjustment_list(&sets, &effect, &options, err) : WRT_OK;
    *found = status == WRT_OK && sets.n_sets > 0;
    if (*found) {
        wrt_node_set w = {wrt_calloc(sets.sets[0].n + 1, sizeof(int)), 0};
        for (size_t i = 0; i < sets.sets[0].n; i++)
            if (!wrt_node_set_has(id->given, sets.sets[0].items[i]))
                w.items[w.n++] = sets.sets[0].items[i];
        id->out->method = WRT_IDENTIFY_BACKDOOR;
        write_adjustment(id, &w);
        say_adjustment(id, &sets, &w);
        id->out->set = w;
    }
    wrt_adjustment_sets_free(&sets);
    wrt_node_set_free(&below);
    wrt_node_set_free(&exclude);
    return status;
}

/* ---- the front door */

/* Sum over M of P(M | x) times the sum over x' of P(x') P(y | M, x'). */
static void write_front_door(identifier *id, const wrt_node_set *m) {
    const wrt_identify_query *q = id->query;
    wrt_estimand *e = id->out->estimand = wrt_estimand_new(wrt_graph_count(q->graph));
    wrt_ints x = ints_of(q->treatment), bound = ints_of(m);
    wrt_factors inner = {0}, outer = {0}, result = {0};
    wrt_factors_push(&inner, wrt_term_p(e, x, (wrt_ints){0}));
    wrt_factors_push(&inner, wrt_term_p(e, ints_of(q->outcome), wrt_ints_union(e, x, bound)));
    wrt_factors_push(&outer, wrt_term_p(e, bound, x));
    wrt_estimand_sum_product(&outer, e, x, &inner);
    wrt_estimand_sum_product(&result, e, bound, &outer);
    e->root = wrt_term_product(e, &result);
    wrt_factors_free(&inner);
    wrt_factors_free(&outer);
    wrt_factors_free(&result);
}

static void say_front_door(identifier *id, const wrt_node_set *m) {
    wrt_buf text = wrt_buf_make(2000);
    add_names(&text, id->query->graph, m);
    wrt_steps_add(&id->steps,
                  "{%s} is a front door: it lies on every directed path from treatment to outcome, "
                  "nothing confounds it with the treatment, and the treatment closes every back "
                  "door from it to the outcome. So the effect on it and its effect can be chained.",
                  text.ptr == NULL ? "" : text.ptr);
    wrt_buf_free(&text);
}

/* Without a causal path the empty set meets the criterion, but the general algorithm then has the
 * shorter answer. */
static wrt_status try_front_door(bool *found, identifier *id, wrt_err *err) {
    const wrt_identify_query *q = id->query;
    wrt_effect_query effect = {q->graph, q->treatment, q->outcome, WRT_EFFECT_TOTAL};
    wrt_frontdoor_options options = {.kind = WRT_FRONTDOOR_MINIMAL};
    wrt_adjustment_sets sets = {0};
    *found = false;
    if (id->given->n > 0)
        return WRT_OK;
    wrt_status status = wrt_frontdoor_list(&sets, &effect, &options, err);
    *found = status == WRT_OK && sets.verdict == WRT_ADJUST_OK;
    if (*found) {
        id->out->method = WRT_IDENTIFY_FRONTDOOR;
        id->out->set = copy_set(&sets.sets[0]);
        write_front_door(id, &id->out->set);
        say_front_door(id, &id->out->set);
    }
    wrt_adjustment_sets_free(&sets);
    return status;
}

/* ---- conditions */

/* The graph of the admg without the nodes of x (which are set and conditioned on, so no path goes
 * through them) and without edges out of `node`. Node i is admg node i; x has no edges. */
static wrt_status graph_without(wrt_graph **out, const wrt_admg *g, const wrt_node_set *x, int node,
                                wrt_err *err) {
    wrt_graph *graph = *out = wrt_graph_new();
    wrt_status status = WRT_OK;
    for (int v = 0, index; v < g->n && status == WRT_OK; v++)
        status = wrt_graph_add_node(&index, graph, wrt_str_of(wrt_graph_name(g->graph, g->node[v])),
                                    err);
    for (int v = 0; v < g->n; v++) {
        for (int i = g->children.offset[v]; i < g->children.offset[v + 1]; i++) {
            int child = g->children.items[i];
            if (status == WRT_OK && g->node[v] != node && !wrt_node_set_has(x, g->node[v]) &&
                !wrt_node_set_has(x, g->node[child]))
                status = wrt_graph_add_edge(graph, v, child, err);
        }
        for (int i = g->spouses.offset[v]; i < g->spouses.offset[v + 1]; i++) {
            int other = g->spouses.items[i];
            if (status == WRT_OK && other > v && !wrt_node_set_has(x, g->node[v]) &&
                !wrt_node_set_has(x, g->node[other]))
                status = wrt_graph_add_bidirected(graph, v, other, err);
        }
    }
    return status == WRT_OK ? wrt_graph_finish(graph, err) : status;
}

/* The members of the set that are in the admg, as its nodes. */
static wrt_node_set local_set(const wrt_admg *g, const wrt_node_set *set) {
    wrt_node_set local = {wrt_calloc(set->n + 1, sizeof(int)), 0};
    for (size_t i = 0; i < set->n; i++)
        if (g->local[set->items[i]] >= 0)
            local.items[local.n++] = g->local[set->items[i]];
    if (local.n > 0)
        qsort(local.items, local.n, sizeof *local.items, wrt_ints_compare);
    return local;
}

/* May `node` of z be set instead of conditioned on? */
static wrt_status is_settable(bool *out, const identifier *id, const wrt_admg *g, int node,
                              wrt_err *err) {
    wrt_graph *graph = NULL;
    wrt_node_set rest = set_without(&id->z, node);
    wrt_node_set alone = {wrt_calloc(1, sizeof(int)), 1}, y = local_set(g, &id->y);
    wrt_node_set given = local_set(g, &rest);
    alone.items[0] = g->local[node];
    wrt_status status = graph_without(&graph, g, &id->x, node, err);
    if (status == WRT_OK)
        status = wrt_graph_separated(out, NULL, graph, &alone, &y, &given, err);
    wrt_graph_free(graph);
    wrt_node_set_free(&rest);
    wrt_node_set_free(&alone);
    wrt_node_set_free(&y);
    wrt_node_set_free(&given);
    return status;
}

static void set_condition(identifier *id, int node) {
    wrt_node_set alone = {&node, 1};
    replace_set(&id->x, join_sets(&id->x, &alone));
    replace_set(&id->z, set_without(&id->z, node));
    wrt_steps_add(&id->steps,
                  "%s is separated from the outcome by the treatment and the other conditions once "
                  "the edges out of it are cut, so conditioning on it is the same as setting it: "
                  "it counts as a treatment.",
                  wrt_graph_name(id->query->graph, node));
}

/* The set that can be moved is the same in whatever order (Shpitser, Pearl 2006). */
static wrt_status move_conditions(identifier *id, wrt_err *err) {
    wrt_admg g = {0};
    wrt_node_set ends = join_sets(&id->y, &id->z);
    wrt_status status = id->z.n > 0 ? wrt_admg_init(&g, id->query->graph, &ends, err) : WRT_OK;
    for (size_t i = 0; status == WRT_OK && i < id->z.n;) {
        bool settable = false;
        int node = id->z.items[i];
        status = is_settable(&settable, id, &g, node, err);
        i = settable ? 0 : i + 1;
        if (settable)
            set_condition(id, node);
    }
    wrt_node_set_free(&ends);
    wrt_admg_free(&g);
    return status;
}

/* ---- the general algorithm */

static wrt_part part_of_set(const wrt_admg *g, const wrt_node_set *set) {
    wrt_part part = wrt_part_new(g);
    wrt_node_set local = local_set(g, set);
    for (size_t i = 0; i < local.n; i++)
        wrt_part_add(&part, local.items[i]);
    wrt_node_set_free(&local);
    return part;
}

static void say_graph(identifier *id, const wrt_admg *g, const wrt_node_set *ends) {
    wrt_buf text = wrt_buf_make(2000);
    size_t all = wrt_graph_count(id->query->graph), latent = 0;
    for (size_t v = 0; v < all; v++)
        latent += wrt_graph_is_latent(id->query->graph, (int)v) ? 1 : 0;
    if (latent > 0)
        wrt_steps_add(&id->steps,
                      "Latent nodes (%zu) are projected out: common causes among them "
                      "become bidirected edges.",
                      latent);
    add_names(&text, id->query->graph, ends);
    wrt_steps_add(&id->steps,
                  "Keep the ancestors of %s, %d of %zu observed nodes; nothing else matters.",
                  text.overflow || text.ptr == NULL ? "the outcome" : text.ptr, g->n, all - latent);
    wrt_buf_free(&text);
}

/* The sum over D without y and z of the product; over its sum over y too when there is a z. */
static void write_estimand(identifier *id, const wrt_admg *g, const wrt_id_answer *answer,
                           wrt_estimand *e) {
    wrt_node_set d = {wrt_calloc((size_t)answer->district.n + 1, sizeof(int)), 0};
    wrt_factors over = {0}, under = {0}, result = {0};
    for (int i = 0; i < answer->district.n; i++)
        d.items[d.n++] = g->node[answer->district.items[i]];
    if (d.n > 0)
        qsort(d.items, d.n, sizeof *d.items, wrt_ints_compare);
    wrt_ints not_z = wrt_ints_minus(e, ints_of(&d), ints_of(&id->z));
    wrt_ints rest = wrt_ints_minus(e, not_z, ints_of(&id->y));
    wrt_estimand_sum_product(&over, e, rest, &answer->factors);
    if (id->z.n > 0)
        wrt_estimand_sum_product(&under, e, not_z, &answer->factors);
    wrt_estimand_ratio(&result, e, &over, &under);
    e->root = wrt_term_product(e, &result);
    if (id->z.n > 0)
        wrt_steps_add(&id->steps, "The conditions that are left are joined to the outcome; their "
                                  "own distribution is divided out at the end.");
    wrt_factors_free(&over);
    wrt_factors_free(&under);
    wrt_factors_free(&result);
    wrt_node_set_free(&d);
}

static void say_free(identifier *id) {
    wrt_node_set open = wrt_estimand_free_variables(id->out->estimand), odd = {0};
    wrt_node_set xy = join_sets(id->query->treatment, id->query->outcome);
    wrt_node_set asked = join_sets(&xy, id->given);
    odd.items = wrt_calloc(open.n + 1, sizeof(int));
    for (size_t i = 0; i < open.n; i++)
        if (!wrt_node_set_has(&asked, open.items[i]))
            odd.items[odd.n++] = open.items[i];
    if (odd.n > 0) {
        wrt_buf text = wrt_buf_make(2000);
        add_names(&text, id->query->graph, &odd);
        wrt_steps_add(&id->steps,
                      "The formula mentions %s without summing over it: any value at which nothing "
                      "is divided by zero gives the same answer.",
                      text.ptr == NULL ? "" : text.ptr);
        wrt_buf_free(&text);
    }
    wrt_node_set_free(&open);
    wrt_node_set_free(&odd);
    wrt_node_set_free(&xy);
    wrt_node_set_free(&asked);
}

static void keep_hedge(identifier *id, const wrt_admg *g, const wrt_id_answer *answer,
                       const wrt_node_set *ends) {
    wrt_hedge *hedge = id->out->hedge = wrt_calloc(1, sizeof *hedge);
    wrt_hedge_fill(hedge, g, &answer->outer, &answer->inner);
    hedge->treatment = copy_set(&id->x);
    hedge->outcome = copy_set(ends);
    id->out->hedge_text = wrt_hedge_words(hedge, id->query->graph);
}

static wrt_status run_id(identifier *id, const wrt_node_set *ends, const wrt_admg *g,
                         wrt_err *err) {
    wrt_id_answer answer;
    wrt_estimand *e = wrt_estimand_new(wrt_graph_count(id->query->graph));
    wrt_id_problem problem = {.admg = g, .estimand = e, .steps = &id->steps};
    problem.treatment = part_of_set(g, &id->x);
    problem.outcome = part_of_set(g, ends);
    wrt_id_solve(&answer, &problem);
    if (answer.identified) {
        write_estimand(id, g, &answer, e);
        id->out->method = WRT_IDENTIFY_ID;
        id->out->estimand = e;
    } else {
        keep_hedge(id, g, &answer, ends);
    }
    bool full = answer.identified && e->full;
    if (answer.identified && !full)
        say_free(id);
    else if (!answer.identified)
        wrt_estimand_free(e);
    wrt_factors_free(&answer.factors);
    wrt_factors_free(&answer.districts);
    if (full)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the effect is identifiable, but its formula has more than "
                        "%d terms or %d mentions of variables",
                        WRT_TERMS_MAX, WRT_TERM_CELLS_MAX);
    return WRT_OK;
}

static wrt_status identify_in_general(identifier *id, wrt_err *err) {
    wrt_admg g = {0};
    id->x = copy_set(id->query->treatment);
    id->y = copy_set(id->query->outcome);
    id->z = copy_set(id->given);
    wrt_status status = move_conditions(id, err);
    wrt_node_set ends = join_sets(&id->y, &id->z);
    if (status == WRT_OK)
        status = wrt_admg_init(&g, id->query->graph, &ends, err);
    if (status == WRT_OK && g.n > WRT_IDENTIFY_NODES_MAX)
        status = wrt_fail(err, WRT_E_LIMIT,
                          "the outcome has %d observed ancestors; the general algorithm takes %d",
                          g.n, WRT_IDENTIFY_NODES_MAX);
    if (status == WRT_OK) {
        say_graph(id, &g, &ends);
        status = run_id(id, &ends, &g, err);
    }
    wrt_admg_free(&g);
    wrt_node_set_free(&ends);
    wrt_node_set_free(&id->x);
    wrt_node_set_free(&id->y);
    wrt_node_set_free(&id->z);
    return status;
}

wrt_status wrt_identify(wrt_identification *out, const wrt_identify_query *query, wrt_err *err) {
    *out = (wrt_identification){0};
    identifier id = {.out = out, .query = query};
    id.given = query->given != NULL ? query->given : &EMPTY;
    bool found = false;
    wrt_status status = check_question(&id, err);
    if (status == WRT_OK && !query->general_only)
        status = try_adjustment(&found, &id, err);
    if (status == WRT_OK && !query->general_only && !found) {
        wrt_steps_add(&id.steps, "No set of observed variables is valid for adjustment.");
        status = try_front_door(&found, &id, err);
    }
    if (status == WRT_OK && !found)
        status = identify_in_general(&id, err);
    wrt_steps_close(&id.steps);
    out->steps = id.steps.items;
    out->n_steps = id.steps.n;
    return status;
}

void wrt_identification_free(wrt_identification *identification) {
    if (identification == NULL)
        return;
    for (size_t i = 0; i < identification->n_steps; i++)
        free(identification->steps[i]);
    free(identification->steps);
    wrt_node_set_free(&identification->set);
    wrt_estimand_free(identification->estimand);
    wrt_hedge_free(identification->hedge);
    free(identification->hedge_text);
    *identification = (wrt_identification){0};
}

const char *wrt_identify_method_name(wrt_identify_method method) {
    static const char *const names[] = {"none", "backdoor", "frontdoor", "id"};
    return names[method];
}
