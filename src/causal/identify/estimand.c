/* estimand.c: terms, each kept once, and the small sets they are made of.
 *
 * Keeping equal terms once bounds the memory: the formula of an effect repeats its parts, and as a
 * tree it may be exponential in the size of the graph. Invariant: children < term. */
#include "causal/identify/estimand_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256 };

/* ---- sets */

bool wrt_ints_have(wrt_ints set, int item) {
    size_t low = 0, high = set.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set.items[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set.n && set.items[low] == item;
}

bool wrt_ints_equal(wrt_ints a, wrt_ints b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.items, b.items, a.n * sizeof *a.items) == 0);
}

/* Room for n ints, or NULL when the builder is full. */
static int *take_cells(wrt_estimand *e, size_t n) {
    if (e->full || n > WRT_TERM_CELLS_MAX - e->cells) {
        e->full = true;
        return NULL;
    }
    e->cells += n;
    return wrt_arena_calloc(e->arena, n + 1, sizeof(int));
}

static wrt_ints keep(wrt_estimand *e, wrt_ints set) {
    int *items = take_cells(e, set.n);
    if (items == NULL)
        return (wrt_ints){0};
    if (set.n > 0)
        memcpy(items, set.items, set.n * sizeof *items);
    return (wrt_ints){items, set.n};
}

wrt_ints wrt_ints_minus(wrt_estimand *e, wrt_ints a, wrt_ints b) {
    int *items = take_cells(e, a.n);
    size_t n = 0;
    for (size_t i = 0; items != NULL && i < a.n; i++)
        if (!wrt_ints_have(b, a.items[i]))
            items[n++] = a.items[i];
    return (wrt_ints){items, n};
}

wrt_ints wrt_ints_union(wrt_estimand *e, wrt_ints a, wrt_ints b) {
    int *items = take_cells(e, a.n + b.n);
    size_t n = 0, i = 0, j = 0;
    while (items != NULL && (i < a.n || j < b.n)) {
        if (j == b.n || (i < a.n && a.items[i] < b.items[j])) {
            items[n++] = a.items[i++];
        } else {
            if (i < a.n && a.items[i] == b.items[j])
                i++;
            items[n++] = b.items[j++];
        }
    }
    return (wrt_ints){items, n};
}

int wrt_ints_compare(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

/* The union of the free variables of several terms. */
static wrt_ints free_of(wrt_estimand *e, wrt_ints terms) {
    size_t total = 0, n = 0;
    for (size_t i = 0; i < terms.n; i++)
        total += e->terms[terms.items[i]].free.n;
    int *items = take_cells(e, total);
    for (size_t i = 0; items != NULL && i < terms.n; i++) {
        wrt_ints free_set = e->terms[terms.items[i]].free;
        for (size_t j = 0; j < free_set.n; j++)
            if (e->seen[free_set.items[j]]++ == 0)
                items[n++] = free_set.items[j];
    }
    for (size_t i = 0; i < n; i++)
        e->seen[items[i]] = 0;
    if (n > 0)
        qsort(items, n, sizeof *items, wrt_ints_compare);
    return (wrt_ints){items, n};
}

void wrt_factors_push(wrt_factors *factors, int term) {
    if (factors->n == factors->room) {
        factors->room = factors->room == 0 ? 8 : 2 * factors->room;
        factors->items = wrt_realloc(factors->items, factors->room * sizeof *factors->items);
    }
    factors->items[factors->n++] = term;
}

void wrt_factors_free(wrt_factors *factors) {
    free(factors->items);
    *factors = (wrt_factors){0};
}

/* ---- terms */

static uint64_t mix(uint64_t hash, wrt_ints set) {
    hash = (hash ^ set.n) * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < set.n; i++) {
        hash = (hash ^ (uint64_t)(uint32_t)set.items[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash;
}

wrt_estimand *wrt_estimand_new(size_t n_variables) {
    wrt_estimand *e = wrt_calloc(1, sizeof *e);
    e->arena = wrt_arena_new();
    e->room = 64;
    e->terms = wrt_calloc(e->room, sizeof *e->terms);
    e->n_slots = FIRST_SLOTS;
    e->slots = wrt_calloc(e->n_slots, sizeof *e->slots);
    e->n_variables = n_variables;
    e->starred = -1;
    e->count = wrt_calloc(n_variables + 1, sizeof *e->count);
    e->mark = wrt_calloc(n_variables + 1, sizeof *e->mark);
    e->seen = wrt_calloc(n_variables + 1, sizeof *e->seen);
    e->n = 1; /* the term 1 */
    return e;
}

void wrt_estimand_free(wrt_estimand *estimand) {
    if (estimand == NULL)
        return;
    wrt_arena_free(estimand->arena);
    free(estimand->terms);
    free(estimand->slots);
    free(estimand->count);
    free(estimand->mark);
    free(estimand->seen);
    free(estimand);
}

static bool same(const wrt_term *a, const wrt_term *b) {
    return a->hash == b->hash && a->kind == b->kind && wrt_ints_equal(a->head, b->head) &&
           wrt_ints_equal(a->given, b->given) && wrt_ints_equal(a->children, b->children);
}

/* The slot that holds an equal term, or the free one where it belongs. */
static size_t slot_of(const wrt_estimand *e, const wrt_term *term) {
    size_t at = (size_t)term->hash & (e->n_slots - 1);
    while (e->slots[at] != 0 && !same(&e->terms[e->slots[at]], term))
        at = (at + 1) & (e->n_slots - 1);
    return at;
}

static void grow(wrt_estimand *e) {
    if (e->n == e->room) {
        e->room *= 2;
        e->terms = wrt_realloc(e->terms, e->room * sizeof *e->terms);
    }
    if (2 * e->n < e->n_slots)
        return;
    free(e->slots);
    e->n_slots *= 2;
    e->slots = wrt_calloc(e->n_slots, sizeof *e->slots);
    for (size_t i = 1; i < e->n; i++)
        e->slots[slot_of(e, &e->terms[i])] = (int)i;
}

/* The index of the term, added when new; `wanted` may point to memory of the caller. */
static int intern(wrt_estimand *e, wrt_term wanted) {
    wanted.hash = mix(mix(mix((uint64_t)wanted.kind, wanted.head), wanted.given), wanted.children);
    size_t slot = slot_of(e, &wanted);
    if (e->slots[slot] != 0)
        return e->slots[slot];
    e->full = e->full || e->n >= WRT_TERMS_MAX;
    wanted.head = keep(e, wanted.head);
    wanted.given = keep(e, wanted.given);
    wanted.children = keep(e, wanted.children);
    if (wanted.kind == WRT_TERM_P)
        wanted.free = wrt_ints_union(e, wanted.head, wanted.given);
    else
        wanted.free = free_of(e, wanted.children);
    if (wanted.kind == WRT_TERM_SUM)
        wanted.free = wrt_ints_minus(e, wanted.free, wanted.head);
    if (e->full)
        return WRT_TERM_ONE;
    e->slots[slot] = (int)e->n;
    e->terms[e->n++] = wanted;
    grow(e);
    return (int)e->n - 1;
}

int wrt_term_p(wrt_estimand *e, wrt_ints head, wrt_ints given) {
    if (head.n == 0)
        return WRT_TERM_ONE;
    return intern(e, (wrt_term){.kind = WRT_TERM_P, .head = head, .given = given});
}

int wrt_term_product(wrt_estimand *e, const wrt_factors *factors) {
    wrt_factors flat = {0};
    for (size_t i = 0; i < factors->n; i++) {
        const wrt_term *term = &e->terms[factors->items[i]];
        for (size_t j = 0; term->kind == WRT_TERM_PRODUCT && j < term->children.n; j++)
            wrt_factors_push(&flat, term->children.items[j]);
        if (term->kind != WRT_TERM_PRODUCT && term->kind != WRT_TERM_UNIT)
            wrt_factors_push(&flat, factors->items[i]);
    }
    int result = flat.n == 0 ? WRT_TERM_ONE : flat.items[0];
    if (flat.n > 1)
        result = intern(e, (wrt_term){.kind = WRT_TERM_PRODUCT, .children = {flat.items, flat.n}});
    wrt_factors_free(&flat);
    return result;
}

int wrt_term_sum(wrt_estimand *e, wrt_ints bound, int body) {
    if (bound.n == 0 || body == WRT_TERM_ONE)
        return body;
    if (e->terms[body].kind == WRT_TERM_SUM) { /* bound is free in it, so the two are disjoint */
        bound = wrt_ints_union(e, bound, e->terms[body].head);
        body = e->terms[body].children.items[0];
    }
    return intern(e, (wrt_term){.kind = WRT_TERM_SUM, .head = bound, .children = {&body, 1}});
}

int wrt_term_fraction(wrt_estimand *e, int numerator, int denominator) {
    int children[] = {numerator, denominator};
    if (denominator == WRT_TERM_ONE)
        return numerator;
    if (numerator == denominator)
        return WRT_TERM_ONE;
    return intern(e, (wrt_term){.kind = WRT_TERM_FRACTION, .children = {children, 2}});
}

/* ---- a second value of one node */

int wrt_estimand_node(const wrt_estimand *e, int variable) {
    bool is_second = e->starred >= 0 && variable == (int)e->n_variables - 1;
    return is_second ? e->starred : variable;
}

/* The set with the starred node replaced, which stands last from then on; in the arena. */
static wrt_ints star_set(wrt_estimand *e, wrt_ints set) {
    int *items = take_cells(e, set.n);
    size_t n = 0;
    if (items == NULL || !wrt_ints_have(set, e->starred))
        return set;
    for (size_t i = 0; i < set.n; i++)
        if (set.items[i] != e->starred)
            items[n++] = set.items[i];
    items[n++] = (int)e->n_variables - 1;
    return (wrt_ints){items, n};
}

/* The children are done; changed[c] is what became of child c. */
static int star_one(wrt_estimand *e, int term, const int *changed) {
    wrt_term old = e->terms[term];
    wrt_factors factors = {0};
    int result = term;
    if (old.kind == WRT_TERM_P)
        return wrt_term_p(e, star_set(e, old.head), star_set(e, old.given));
    if (old.kind == WRT_TERM_SUM)
        return wrt_term_sum(e, old.head, changed[old.children.items[0]]);
    if (old.kind == WRT_TERM_FRACTION)
        return wrt_term_fraction(e, changed[old.children.items[0]], changed[old.children.items[1]]);
    for (size_t i = 0; i < old.children.n; i++)
        wrt_factors_push(&factors, changed[old.children.items[i]]);
    if (factors.n > 0)
        result = wrt_term_product(e, &factors);
    wrt_factors_free(&factors);
    return result;
}

int wrt_term_star(wrt_estimand *e, int term) {
    size_t n = (size_t)term + 1;
    int *changed = wrt_calloc(n, sizeof *changed);
    bool *needed = wrt_calloc(n, sizeof *needed);
    needed[term] = true;
    for (size_t t = n; t-- > 0;)
        for (size_t c = 0; needed[t] && c < e->terms[t].children.n; c++)
            needed[e->terms[t].children.items[c]] = true;
    for (size_t t = 0; t < n; t++) {
        changed[t] = (int)t;
        if (needed[t] && !e->full && wrt_ints_have(e->terms[t].free, e->starred))
            changed[t] = star_one(e, (int)t, changed);
    }
    int result = changed[term];
    free(changed);
    free(needed);
    return result;
}

wrt_node_set wrt_estimand_free_variables(const wrt_estimand *estimand) {
    wrt_ints free_set = estimand->terms[estimand->root].free;
    wrt_node_set set = {wrt_calloc(free_set.n + 1, sizeof(int)), free_set.n};
    if (free_set.n > 0)
        memcpy(set.items, free_set.items, free_set.n * sizeof *set.items);
    return set;
}
