/* id.c: the algorithm of Tian and Pearl (2002), complete by Huang and Valtorta (2006) and by
 * Shpitser and Pearl (2006).
 *
 * Q[C] is the distribution of C when everything else is set. With D the ancestors of the outcome
 * once the treatment is set, the effect is the sum over D without the outcome of the product of
 * Q[C] over the districts C of D. Q of a district of the whole graph is a product of conditional
 * probabilities; Q[C] is reached from Q of the district T around it by shrinking T: to the
 * ancestors of C inside T (a sum), then to C's district among them (a ratio). The recursion has one
 * branch, so it is a loop. It fails when T is all ancestors and one district: then T and C are a
 * hedge.
 *
 * Q is kept as a chain: one term per member, each a distribution of the member that mentions only
 * members before it. */
#include "causal/identify/id.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_BYTES = 4000 };

/* Term i is a distribution of node owner[i]; owners ascend. */
typedef struct {
    int n;
    int *owner, *term;
} chain;

typedef struct {
    const wrt_id_problem *problem;
    const wrt_admg *admg;
    wrt_estimand *e;
    int *scratch, *stamp; /* per node */
    int stamped;
    unsigned char *bound; /* per node: summed over; all zero between uses */
    wrt_part all;
} solver;

/* ---- steps */

void wrt_steps_add(wrt_steps *steps, const char *format, ...) {
    char text[STEP_BYTES];
    va_list args;
    if (steps->n == WRT_STEPS_MAX) {
        steps->left_out++;
        return;
    }
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text[wrt_utf8_valid_prefix(wrt_str_of(text))] = '\0';
    if (steps->items == NULL)
        steps->items = wrt_calloc(WRT_STEPS_MAX + 1, sizeof *steps->items);
    steps->items[steps->n++] = wrt_strdup(text);
}

void wrt_steps_close(wrt_steps *steps) {
    size_t left_out = steps->left_out + 1;
    if (steps->left_out == 0)
        return;
    free(steps->items[--steps->n]);
    wrt_steps_add(steps, "%zu more steps of the same kind are left out.", left_out);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void wrt_id_write_names(wrt_buf *out, const wrt_admg *admg, const int *items, int n) {
    const char **names = wrt_calloc((size_t)n + 1, sizeof *names);
    for (int i = 0; i < n; i++)
        names[i] = wrt_graph_name(admg->graph, admg->node[items[i]]);
    if (n > 0)
        qsort(names, (size_t)n, sizeof *names, compare_names);
    wrt_buf_add_c(out, "{");
    for (int i = 0; i < n && i < WRT_STEP_NAMES_MAX; i++)
        wrt_buf_printf(out, "%s%s", i > 0 ? ", " : "", names[i]);
    if (n > WRT_STEP_NAMES_MAX)
        wrt_buf_printf(out, " and %d more", n - WRT_STEP_NAMES_MAX);
    wrt_buf_add_c(out, "}");
    free(names);
}

/* "{A, B}" in the admg's arena. */
static const char *names_of(const wrt_admg *admg, const int *items, int n) {
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_id_write_names(&text, admg, items, n);
    const char *kept = text.overflow ? "{...}" : wrt_arena_strdup(admg->arena, text.ptr, text.len);
    wrt_buf_free(&text);
    return kept;
}

/* ---- Q of a district of the whole graph */

/* Variables as nodes of the graph, ascending, in the estimand's arena. */
static wrt_ints variables_of(const solver *s, const int *items, int n) {
    int *nodes = wrt_arena_calloc(s->e->arena, (size_t)n + 1, sizeof *nodes);
    for (int i = 0; i < n; i++)
        nodes[i] = s->admg->node[items[i]];
    if (n > 0)
        qsort(nodes, (size_t)n, sizeof *nodes, wrt_ints_compare);
    return (wrt_ints){nodes, (size_t)n};
}

static void meet(solver *s, int *n, int v) {
    if (s->stamp[v] == s->stamped)
        return;
    s->stamp[v] = s->stamped;
    s->scratch[(*n)++] = v;
}

/* P(v | what comes before it) = P(v | its district among the nodes up to v, and their parents)
 * (Tian, Pearl 2002, with the local Markov property of Richardson 2003). */
static int local_term(solver *s, int v) {
    const wrt_admg *g = s->admg;
    int n = 0;
    s->stamped++;
    meet(s, &n, v);
    for (int at = 0; at < n; at++) {
        int end = g->spouses.offset[s->scratch[at] + 1];
        for (int i = g->spouses.offset[s->scratch[at]]; i < end && g->spouses.items[i] < v; i++)
            meet(s, &n, g->spouses.items[i]);
    }
    int members = n;
    for (int at = 0; at < members; at++)
        for (int i = g->parents.offset[s->scratch[at]]; i < g->parents.offset[s->scratch[at] + 1];
             i++)
            meet(s, &n, g->parents.items[i]);
    int head = g->node[v];
    return wrt_term_p(s->e, (wrt_ints){&head, 1}, variables_of(s, s->scratch + 1, n - 1));
}

static chain chain_new(const solver *s, int room) {
    return (chain){0, wrt_arena_calloc(s->admg->arena, (size_t)room + 1, sizeof(int)),
                   wrt_arena_calloc(s->admg->arena, (size_t)room + 1, sizeof(int))};
}

static void chain_add(chain *c, int owner, int term) {
    c->owner[c->n] = owner;
    c->term[c->n++] = term;
}

static chain first_chain(solver *s, const int *items, int n) {
    chain c = chain_new(s, n);
    for (int i = 0; i < n && !s->e->full; i++)
        chain_add(&c, items[i], local_term(s, items[i]));
    return c;
}

/* ---- sums over a chain */

/* The terms that are left when the nodes marked in s->bound are summed over: from the back, a term
 * whose own node is summed over and mentioned by no term kept adds up to 1. `bound` gets the nodes
 * still to be summed over. */
static void keep_terms(wrt_factors *kept, wrt_factors *bound, solver *s, const chain *c) {
    int *count = s->e->count;
    for (int i = c->n; i-- > 0;) {
        int v = s->admg->node[c->owner[i]];
        wrt_ints mentioned = s->e->terms[c->term[i]].free;
        if (s->bound[c->owner[i]] && count[v] == 0)
            continue;
        if (s->bound[c->owner[i]])
            wrt_factors_push(bound, v);
        wrt_factors_push(kept, c->term[i]);
        for (size_t j = 0; j < mentioned.n; j++)
            count[mentioned.items[j]] = 1;
    }
    for (size_t i = 0; i < kept->n; i++) {
        wrt_ints mentioned = s->e->terms[kept->items[i]].free;
        for (size_t j = 0; j < mentioned.n; j++)
            count[mentioned.items[j]] = 0;
    }
    for (size_t i = 0; i < kept->n / 2; i++) {
        int other = kept->items[kept->n - 1 - i];
        kept->items[kept->n - 1 - i] = kept->items[i];
        kept->items[i] = other;
    }
    if (bound->n > 0)
        qsort(bound->items, bound->n, sizeof *bound->items, wrt_ints_compare);
}

/* Appends the sum of the chain over the nodes marked in s->bound. */
static void sum_chain(wrt_factors *out, solver *s, const chain *c) {
    wrt_factors kept = {0}, bound = {0};
    keep_terms(&kept, &bound, s, c);
    wrt_estimand_sum_product(out, s->e, (wrt_ints){bound.items, bound.n}, &kept);
    wrt_factors_free(&kept);
    wrt_factors_free(&bound);
}

static void mark_bound(const solver *s, const wrt_part *part, unsigned char value) {
    for (int i = 0; i < part->n; i++)
        s->bound[part->items[i]] = value;
}

/* Q[{v}] given what is before it in A: the sum over the nodes after v, over the sum over v too. */
static int ratio_term(solver *s, const chain *c, int v) {
    wrt_factors over = {0}, under = {0}, result = {0};
    sum_chain(&under, s, c);
    s->bound[v] = 0;
    sum_chain(&over, s, c);
    wrt_estimand_ratio(&result, s->e, &over, &under);
    int term = wrt_term_product(s->e, &result);
    wrt_factors_free(&over);
    wrt_factors_free(&under);
    wrt_factors_free(&result);
    return term;
}

/* True when summing over s->bound leaves the terms of the other nodes as they are. */
static bool sums_away(solver *s, const chain *c) {
    wrt_factors kept = {0}, bound = {0};
    keep_terms(&kept, &bound, s, c);
    bool result = bound.n == 0;
    wrt_factors_free(&kept);
    wrt_factors_free(&bound);
    return result;
}

/* The chain of the district `part` of A, where A is what the chain covers without `dropped`
 * (Tian, Pearl 2002). */
static chain shrink_chain(solver *s, const chain *c, const wrt_part *dropped, const wrt_part *a,
                          const wrt_part *part) {
    chain result = chain_new(s, part->n);
    mark_bound(s, dropped, 1);
    bool simple = sums_away(s, c);
    if (!simple)
        mark_bound(s, a, 1);
    for (int i = 0, at = 0; i < a->n && !s->e->full; i++) {
        int v = a->items[i];
        while (c->owner[at] != v)
            at++;
        if (part->has[v])
            chain_add(&result, v, simple ? c->term[at] : ratio_term(s, c, v));
        s->bound[v] = 0;
    }
    mark_bound(s, a, 0);
    mark_bound(s, dropped, 0);
    return result;
}

/* ---- one district of D */

static void say_found(const solver *s, const int *items, int n, const wrt_factors *found) {
    wrt_buf text = wrt_buf_make(STEP_BYTES / 2);
    if (s->problem->steps->n == WRT_STEPS_MAX) {
        s->problem->steps->left_out++;
        return;
    }
    s->e->root = wrt_term_product(s->e, found);
    if (wrt_estimand_write_text(&text, s->e, s->admg->graph, NULL, NULL) != WRT_OK) {
        wrt_buf_clear(&text);
        wrt_buf_add_c(&text, "a long formula");
    }
    wrt_steps_add(s->problem->steps, "Q%s = %s.", names_of(s->admg, items, n),
                  text.ptr == NULL ? "1" : text.ptr);
    wrt_buf_free(&text);
}

static void say_shrink(const solver *s, const wrt_part *c, const wrt_part *t, const wrt_part *a,
                       const wrt_part *next) {
    if (s->problem->steps->n == WRT_STEPS_MAX)
        s->problem->steps->left_out++;
    else
        wrt_steps_add(
            s->problem->steps,
            "Q%s lies in Q%s; the ancestors of %s inside it are %s, so the rest is summed "
            "out, and what stays tied to it by bidirected edges is %s.",
            names_of(s->admg, c->items, c->n), names_of(s->admg, t->items, t->n),
            names_of(s->admg, c->items, c->n), names_of(s->admg, a->items, a->n),
            names_of(s->admg, next->items, next->n));
}

/* Shrinks the district T around C until it is C. False: *outer is the district that cannot shrink.
 */
static bool shrink(wrt_factors *out, wrt_part *outer, solver *s, const wrt_part *c, wrt_part t) {
    chain q = first_chain(s, t.items, t.n);
    while (!s->e->full) {
        wrt_part a = wrt_admg_ancestors(s->admg, &t, c);
        wrt_part dropped = wrt_part_minus(s->admg, &t, &a);
        if (a.n == c->n) {
            mark_bound(s, &dropped, 1);
            sum_chain(out, s, &q);
            mark_bound(s, &dropped, 0);
            return true;
        }
        if (dropped.n == 0) {
            *outer = t;
            return false;
        }
        wrt_part next = wrt_admg_district(s->admg, &a, c->items[0]);
        say_shrink(s, c, &t, &a, &next);
        q = shrink_chain(s, &q, &dropped, &a, &next);
        t = next;
    }
    return true;
}

static wrt_part part_of(const wrt_admg *admg, const int *items, int n) {
    wrt_part part = wrt_part_new(admg);
    for (int i = 0; i < n; i++)
        wrt_part_add(&part, items[i]);
    return part;
}

static void say_stuck(const solver *s, const wrt_part *c, const wrt_part *t) {
    wrt_steps_add(
        s->problem->steps,
        "Q%s lies in Q%s, all of which are ancestors of %s inside it and tied together by "
        "bidirected edges: it cannot be made smaller, so Q%s is not determined by the "
        "observed distribution.",
        names_of(s->admg, c->items, c->n), names_of(s->admg, t->items, t->n),
        names_of(s->admg, c->items, c->n), names_of(s->admg, c->items, c->n));
}

/* C is smaller than its district of the whole graph. What the work needs goes with its arena. */
static bool solve_inside(wrt_factors *found, wrt_id_answer *answer, solver *s, const int *items,
                         int n) {
    const wrt_admg *whole = s->admg;
    wrt_admg local = *whole;
    wrt_part stuck = {0};
    local.arena = wrt_arena_new();
    s->admg = &local;
    wrt_part c = part_of(&local, items, n);
    bool ok = shrink(found, &stuck, s, &c, wrt_admg_district(&local, &s->all, items[0]));
    if (!ok) {
        say_stuck(s, &c, &stuck);
        answer->outer = part_of(whole, stuck.items, stuck.n);
        answer->inner = part_of(whole, items, n);
    }
    s->admg = whole;
    wrt_arena_free(local.arena);
    return ok;
}

/* Appends the factors of Q[C]; `size` is the number of nodes of C's district of the whole graph. */
static bool solve_district(wrt_id_answer *answer, solver *s, const int *items, int n, int size) {
    wrt_factors found = {0};
    bool ok = true;
    if (n == size) {
        for (int i = 0; i < n && !s->e->full; i++)
            wrt_factors_push(&found, local_term(s, items[i]));
    } else {
        ok = solve_inside(&found, answer, s, items, n);
    }
    if (ok && !s->e->full)
        say_found(s, items, n, &found);
    for (size_t i = 0; ok && i < found.n; i++) {
        wrt_factors_push(&answer->factors, found.items[i]);
        wrt_factors_push(&answer->districts, items[0]);
    }
    wrt_factors_free(&found);
    return ok;
}

/* ---- all districts */

typedef struct {
    int label, node;
} labelled;

static int compare_labelled(const void *a, const void *b) {
    const labelled *left = a, *right = b;
    if (left->label != right->label)
        return left->label < right->label ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

/* label[v] = smallest node of v's district among the nodes with in[v]; -1 outside. */
static void label_districts(int *label, const wrt_admg *g, const unsigned char *in, int *stack) {
    for (int v = 0; v < g->n; v++)
        label[v] = -1;
    for (int v = 0; v < g->n; v++) {
        int depth = 0;
        if (!in[v] || label[v] >= 0)
            continue;
        label[v] = v;
        stack[depth++] = v;
        while (depth > 0) {
            int at = stack[--depth];
            for (int i = g->spouses.offset[at]; i < g->spouses.offset[at + 1]; i++) {
                int next = g->spouses.items[i];
                if (!in[next] || label[next] >= 0)
                    continue;
                label[next] = v;
                stack[depth++] = next;
            }
        }
    }
}

static bool solve_districts(wrt_id_answer *answer, solver *s) {
    const wrt_admg *g = s->admg;
    const wrt_part *d = &answer->district;
    size_t room = (size_t)g->n + 1;
    int *whole = wrt_arena_calloc(g->arena, room, sizeof(int));
    int *size = wrt_arena_calloc(g->arena, room, sizeof(int));
    int *label = wrt_arena_calloc(g->arena, room, sizeof(int));
    int *items = wrt_arena_calloc(g->arena, room, sizeof(int));
    labelled *order = wrt_arena_calloc(g->arena, room, sizeof *order);
    label_districts(whole, g, s->all.has, s->scratch);
    label_districts(label, g, d->has, s->scratch);
    for (int v = 0; v < g->n; v++)
        size[whole[v]]++;
    for (int i = 0; i < d->n; i++)
        order[i] = (labelled){label[d->items[i]], d->items[i]};
    if (d->n > 0)
        qsort(order, (size_t)d->n, sizeof *order, compare_labelled);
    for (int i = 0, j; i < d->n; i = j) {
        for (j = i; j < d->n && order[j].label == order[i].label; j++)
            items[j] = order[j].node;
        if (!solve_district(answer, s, items + i, j - i, size[whole[items[i]]]))
            return false;
    }
    return true;
}

static void say_question(const wrt_id_problem *p, const wrt_part *d) {
    wrt_part rest = wrt_part_minus(p->admg, d, &p->outcome);
    const char *over = names_of(p->admg, rest.items, rest.n);
    wrt_steps_add(
        p->steps,
        "With %s set, the ancestors of %s are %s: the effect is %s%s%sthe product of Q over "
        "their districts (nodes tied by bidirected edges), where Q of a district is its "
        "distribution when all else is set.",
        names_of(p->admg, p->treatment.items, p->treatment.n),
        names_of(p->admg, p->outcome.items, p->outcome.n), names_of(p->admg, d->items, d->n),
        rest.n > 0 ? "the sum over " : "", rest.n > 0 ? over : "", rest.n > 0 ? " of " : "");
}

void wrt_id_solve(wrt_id_answer *answer, const wrt_id_problem *problem) {
    const wrt_admg *g = problem->admg;
    size_t room = (size_t)g->n + 1;
    solver s = {.problem = problem, .admg = g, .e = problem->estimand};
    s.scratch = wrt_calloc(room, sizeof *s.scratch);
    s.stamp = wrt_calloc(room, sizeof *s.stamp);
    s.bound = wrt_calloc(room, sizeof *s.bound);
    *answer = (wrt_id_answer){0};
    s.all = wrt_part_all(g);
    wrt_part rest = wrt_part_minus(g, &s.all, &problem->treatment);
    answer->district = wrt_admg_ancestors(g, &rest, &problem->outcome);
    say_question(problem, &answer->district);
    answer->identified = solve_districts(answer, &s);
    free(s.scratch);
    free(s.stamp);
    free(s.bound);
}
