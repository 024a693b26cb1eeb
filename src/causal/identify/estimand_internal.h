/* estimand_internal.h: terms of an estimand and how they are put together. Internal to src/causal.
 *
 * Terms live in one array; a term's children stand before it, so loops over the array replace
 * recursion. Equal terms are one term (hash-consing), so equality is equality of indices. A
 * builder that reaches its cap sets `full` and returns WRT_TERM_ONE from then on, so it is asked
 * once, at the end. Variables are nodes of the graph. */
#ifndef WRT_CAUSAL_ESTIMAND_INTERNAL_H
#define WRT_CAUSAL_ESTIMAND_INTERNAL_H

#include "base/arena.h"
#include "causal/identify/estimand.h"

enum { WRT_TERM_ONE = 0, WRT_TERMS_MAX = 200000, WRT_TERM_CELLS_MAX = 8000000 };

typedef enum {
    WRT_TERM_UNIT,     /* 1 */
    WRT_TERM_P,        /* P(head | given) of the observed joint */
    WRT_TERM_PRODUCT,  /* of at least two terms, none of them a product or 1 */
    WRT_TERM_SUM,      /* over `head` of the one child */
    WRT_TERM_FRACTION, /* first child over second child */
} wrt_term_kind;

typedef struct {
    const int *items;
    size_t n;
} wrt_ints;

typedef struct {
    wrt_term_kind kind;
    wrt_ints head, given; /* ascending; SUM: head is what it binds */
    wrt_ints children;
    wrt_ints free; /* ascending: variables that the value depends on */
    uint64_t hash;
} wrt_term;

struct wrt_estimand {
    wrt_arena *arena;
    wrt_term *terms;
    size_t n, room;
    int *slots; /* open addressing, 0 free (term 0 is never looked up) */
    size_t n_slots;
    size_t cells; /* ints kept in the arena */
    bool full;
    int root;
    size_t n_variables;
    /* Node whose second value is the variable n_variables - 1, written with a star; -1: none. No
     * sum binds that variable, and no probability mentions both values. */
    int starred;
    int *count; /* per variable, all zero between calls */
    int *mark;  /* per variable, all zero between calls */
    int *seen;  /* per variable, all zero between calls; for unions */
};

/* A growing list of terms: the factors of a product. */
typedef struct {
    int *items;
    size_t n, room;
} wrt_factors;

void wrt_factors_push(wrt_factors *factors, int term);
void wrt_factors_free(wrt_factors *factors);

wrt_estimand *wrt_estimand_new(size_t n_variables);
int wrt_term_p(wrt_estimand *e, wrt_ints head, wrt_ints given); /* sets ascending, disjoint */
int wrt_term_product(wrt_estimand *e, const wrt_factors *factors);
int wrt_term_sum(wrt_estimand *e, wrt_ints bound, int body);
int wrt_term_fraction(wrt_estimand *e, int numerator, int denominator);
/* The term with its free mentions of e->starred made mentions of the second value. O(terms). */
int wrt_term_star(wrt_estimand *e, int term);
/* The node that a variable is a value of. */
int wrt_estimand_node(const wrt_estimand *e, int variable);

int wrt_ints_compare(const void *a, const void *b); /* of two ints, for qsort */
bool wrt_ints_have(wrt_ints set, int item);
bool wrt_ints_equal(wrt_ints a, wrt_ints b);
/* In the arena; a minus b, and a union b. */
wrt_ints wrt_ints_minus(wrt_estimand *e, wrt_ints a, wrt_ints b);
wrt_ints wrt_ints_union(wrt_estimand *e, wrt_ints a, wrt_ints b);

/* Appends to *out the factors of the sum over `bound` of the product of `factors`, simplified by
 * these equalities of distributions: a variable that is summed over and stands in one place only,
 * before the bar, is dropped; P(A | B) P(C | A, B) = P(A, C | B); a factor cancels against the
 * denominator of another one; a factor without a bound variable
 * stands before the sum; what shares no bound variable is summed apart. */
void wrt_estimand_sum_product(wrt_factors *out, wrt_estimand *e, wrt_ints bound,
                              const wrt_factors *factors);
/* Appends the factors of numerator / denominator: equal factors cancel, and P(A, C | B) / P(A | B)
 * = P(C | A, B). What is left of the denominator makes one fraction. */
void wrt_estimand_ratio(wrt_factors *out, wrt_estimand *e, const wrt_factors *numerator,
                        const wrt_factors *denominator);

#endif
