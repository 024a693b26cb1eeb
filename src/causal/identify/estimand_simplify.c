/* estimand_simplify.c: sums of products and ratios of them, made short by equalities that hold for
 * every joint distribution in which the denominators are positive.
 *
 * Why this is sound where some are not: a result is right for positive distributions, both sides
 * are rational functions of the joint, and every conditional probability and every ratio left to
 * stand is a true probability, so bounded; a result that is defined at the border is the limit. So
 * a factor may be dropped or cancelled where it is the same, but ratios are never broken up. */
#include "causal/identify/estimand_internal.h"

#include <stdlib.h>
#include <string.h>

/* The factors under work; e->count holds, per variable, how many of them mention it, e->mark is 1
 * where it is summed over. */
typedef struct {
    wrt_estimand *e;
    wrt_factors factors;
} work;

static void count_mentions(wrt_estimand *e, const wrt_factors *factors) {
    for (size_t i = 0; i < factors->n; i++) {
        wrt_ints mentioned = e->terms[factors->items[i]].free;
        for (size_t j = 0; j < mentioned.n; j++)
            e->count[mentioned.items[j]]++;
    }
}

static void forget_mentions(wrt_estimand *e, const wrt_factors *factors) {
    for (size_t i = 0; i < factors->n; i++) {
        wrt_ints mentioned = e->terms[factors->items[i]].free;
        for (size_t j = 0; j < mentioned.n; j++)
            e->count[mentioned.items[j]] = 0;
    }
}

static void drop_ones(work *w) {
    size_t n = 0;
    for (size_t i = 0; i < w->factors.n; i++)
        if (w->factors.items[i] != WRT_TERM_ONE)
            w->factors.items[n++] = w->factors.items[i];
    w->factors.n = n;
}

/* Sums P(head | given) over its bound variables that stand nowhere else; returns the new term. */
static int sum_out(work *w, int term) {
    wrt_estimand *e = w->e;
    wrt_ints head = e->terms[term].head, given = e->terms[term].given;
    int *left = wrt_calloc(head.n + 1, sizeof *left);
    size_t n = 0;
    for (size_t i = 0; i < head.n; i++) {
        int v = head.items[i];
        if (e->mark[v] != 0 && e->count[v] == 1)
            e->mark[v] = e->count[v] = 0;
        else
            left[n++] = v;
    }
    int result = n == head.n ? term : wrt_term_p(e, (wrt_ints){left, n}, given);
    for (size_t i = 0; n == 0 && i < given.n; i++)
        e->count[given.items[i]]--;
    free(left);
    return result;
}

/* The last factors mention the rest, so one pass from the back drops a whole chain. */
static bool drop_sums(work *w) {
    bool changed = false;
    wrt_factors before = {0};
    for (size_t i = 0; i < w->factors.n; i++)
        wrt_factors_push(&before, w->factors.items[i]);
    count_mentions(w->e, &before);
    for (size_t i = w->factors.n; i-- > 0;) {
        int term = w->factors.items[i];
        if (w->e->terms[term].kind == WRT_TERM_P)
            w->factors.items[i] = sum_out(w, term);
        changed = changed || w->factors.items[i] != term;
    }
    drop_ones(w);
    forget_mentions(w->e, &before);
    wrt_factors_free(&before);
    return changed;
}

/* P(A | B) P(C | A, B) = P(A, C | B); -1 when the two are not of that form. */
static int merged(wrt_estimand *e, int first, int second) {
    const wrt_term *a = &e->terms[first], *b = &e->terms[second];
    if (a->kind != WRT_TERM_P || b->kind != WRT_TERM_P || !wrt_ints_equal(a->free, b->given))
        return -1;
    return wrt_term_p(e, wrt_ints_union(e, a->head, b->head), a->given);
}

static bool merge_factors(work *w) {
    bool changed = false;
    for (size_t i = 0; i < w->factors.n; i++) {
        for (size_t j = 0; j < w->factors.n && !w->e->full; j++) {
            int both = i != j ? merged(w->e, w->factors.items[i], w->factors.items[j]) : -1;
            if (both < 0)
                continue;
            w->factors.items[i] = both;
            w->factors.items[j] = WRT_TERM_ONE; /* mentions nothing: equal to no given below */
            changed = true;
            j = (size_t)-1; /* the new factor may meet another one */
        }
    }
    drop_ones(w);
    return changed;
}

/* ---- cancelling */

/* Products among the factors are opened: their factors have the same bound variables. */
static void open_products(wrt_factors *out, const wrt_estimand *e, const wrt_factors *factors) {
    for (size_t i = 0; i < factors->n; i++) {
        const wrt_term *term = &e->terms[factors->items[i]];
        if (term->kind == WRT_TERM_PRODUCT)
            for (size_t j = 0; j < term->children.n; j++)
                wrt_factors_push(out, term->children.items[j]);
        else if (term->kind != WRT_TERM_UNIT)
            wrt_factors_push(out, factors->items[i]);
    }
}

/* P(A, C | B) / P(A | B) = P(C | A, B); -1 when the two are not of that form. */
static int divided(wrt_estimand *e, int over, int under) {
    const wrt_term *a = &e->terms[over], *b = &e->terms[under];
    if (over == under)
        return WRT_TERM_ONE;
    if (a->kind != WRT_TERM_P || b->kind != WRT_TERM_P || !wrt_ints_equal(a->given, b->given))
        return -1;
    for (size_t i = 0; i < b->head.n; i++)
        if (!wrt_ints_have(a->head, b->head.items[i]))
            return -1;
    return wrt_term_p(e, wrt_ints_minus(e, a->head, b->head), b->free);
}

static void cancel(wrt_estimand *e, wrt_factors *over, wrt_factors *under, bool only_equal) {
    for (size_t j = 0; j < under->n; j++) {
        for (size_t i = 0; i < over->n && under->items[j] != WRT_TERM_ONE; i++) {
            if (only_equal && over->items[i] != under->items[j])
                continue;
            int quotient = divided(e, over->items[i], under->items[j]);
            if (quotient < 0)
                continue;
            over->items[i] = quotient;
            under->items[j] = WRT_TERM_ONE;
        }
    }
}

/* f (N / (f R)) = N / R, which is a product of bounded terms and so bounded. Returns whether the
 * fraction at `at` met a factor to cancel. */
static bool cancel_at(work *w, size_t at) {
    wrt_estimand *e = w->e;
    int fraction = w->factors.items[at];
    int top = e->terms[fraction].children.items[0], bottom = e->terms[fraction].children.items[1];
    wrt_factors single = {&bottom, 1, 1}, under = {0};
    open_products(&under, e, &single);
    w->factors.items[at] = WRT_TERM_ONE; /* no factor of its own */
    cancel(e, &w->factors, &under, true);
    cancel(e, &w->factors, &under, false);
    int left = wrt_term_product(e, &under);
    wrt_factors_free(&under);
    w->factors.items[at] = wrt_term_fraction(e, top, left);
    return left != bottom;
}

static bool cancel_fractions(work *w) {
    bool changed = false;
    for (size_t i = 0; i < w->factors.n && !w->e->full; i++)
        if (w->e->terms[w->factors.items[i]].kind == WRT_TERM_FRACTION)
            changed = cancel_at(w, i) || changed;
    if (!changed)
        return false;
    wrt_factors opened = {0};
    open_products(&opened, w->e, &w->factors);
    wrt_factors_free(&w->factors);
    w->factors = opened;
    return true;
}

/* ---- parts that share no bound variable */

static size_t find_part(size_t *part, size_t i) {
    while (part[i] != i)
        i = part[i] = part[part[i]];
    return i;
}

/* part[i] becomes the first factor that factor i is tied to by bound variables. */
static void find_parts(const work *w, size_t *part) {
    wrt_estimand *e = w->e;
    for (size_t i = 0; i < w->factors.n; i++) {
        wrt_ints mentioned = e->terms[w->factors.items[i]].free;
        part[i] = i;
        for (size_t j = 0; j < mentioned.n; j++) {
            int v = mentioned.items[j];
            if (e->mark[v] == 0)
                continue;
            if (e->count[v] == 0)
                e->count[v] = (int)i + 1;
            size_t a = find_part(part, (size_t)e->count[v] - 1), b = find_part(part, i);
            part[a > b ? a : b] = a < b ? a : b;
        }
    }
}

/* Bound variables of one part: each is listed once by clearing its mark. */
static int sum_of_part(work *w, const wrt_factors *part) {
    wrt_estimand *e = w->e;
    wrt_factors bound = {0};
    for (size_t i = 0; i < part->n; i++) {
        wrt_ints mentioned = e->terms[part->items[i]].free;
        for (size_t j = 0; j < mentioned.n; j++) {
            if (e->mark[mentioned.items[j]] == 0)
                continue;
            e->mark[mentioned.items[j]] = 0;
            wrt_factors_push(&bound, mentioned.items[j]);
        }
    }
    if (bound.n > 0)
        qsort(bound.items, bound.n, sizeof *bound.items, wrt_ints_compare);
    int body = wrt_term_product(e, part);
    int result = wrt_term_sum(e, (wrt_ints){bound.items, bound.n}, body);
    wrt_factors_free(&bound);
    return result;
}

typedef struct {
    size_t part, factor;
} placed;

static int compare_placed(const void *a, const void *b) {
    const placed *left = a, *right = b;
    if (left->part != right->part)
        return left->part < right->part ? -1 : 1;
    return (left->factor > right->factor) - (left->factor < right->factor);
}

static void sum_parts(wrt_factors *out, work *w) {
    size_t n = w->factors.n;
    size_t *part = wrt_calloc(n + 1, sizeof *part);
    placed *order = wrt_calloc(n + 1, sizeof *order);
    find_parts(w, part);
    for (size_t i = 0; i < n; i++)
        order[i] = (placed){find_part(part, i), i};
    qsort(order, n, sizeof *order, compare_placed);
    for (size_t i = 0, j; i < n; i = j) {
        wrt_factors members = {0};
        for (j = i; j < n && order[j].part == order[i].part; j++)
            wrt_factors_push(&members, w->factors.items[order[j].factor]);
        wrt_factors_push(out, sum_of_part(w, &members));
        wrt_factors_free(&members);
    }
    free(part);
    free(order);
}

void wrt_estimand_sum_product(wrt_factors *out, wrt_estimand *e, wrt_ints bound,
                              const wrt_factors *factors) {
    work w = {.e = e};
    open_products(&w.factors, e, factors);
    for (size_t i = 0; i < bound.n; i++)
        e->mark[bound.items[i]] = 1;
    bool again = true;
    while (again && !e->full) {
        again = drop_sums(&w);
        again = merge_factors(&w) || again;
        again = cancel_fractions(&w) || again;
    }
    if (w.factors.n > 0)
        sum_parts(out, &w);
    forget_mentions(e, &w.factors);
    for (size_t i = 0; i < bound.n; i++)
        e->mark[bound.items[i]] = 0;
    wrt_factors_free(&w.factors);
}

/* ---- ratios */

void wrt_estimand_ratio(wrt_factors *out, wrt_estimand *e, const wrt_factors *numerator,
                        const wrt_factors *denominator) {
    wrt_factors over = {0}, under = {0}, open = {0};
    open_products(&over, e, numerator);
    open_products(&under, e, denominator);
    cancel(e, &over, &under, true);
    cancel(e, &over, &under, false);
    int bottom = wrt_term_product(e, &under);
    if (bottom == WRT_TERM_ONE) {
        open_products(out, e, &over);
    } else {
        wrt_factors_push(&open, wrt_term_fraction(e, wrt_term_product(e, &over), bottom));
        open_products(out, e, &open);
    }
    wrt_factors_free(&over);
    wrt_factors_free(&under);
    wrt_factors_free(&open);
}
