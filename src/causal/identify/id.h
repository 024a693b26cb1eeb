/* id.h: the general algorithm, and what it shares with identify.c. Internal to src/causal. */
#ifndef WRT_CAUSAL_ID_H
#define WRT_CAUSAL_ID_H

#include "causal/identify/admg.h"
#include "causal/identify/estimand_internal.h"
#include "causal/identify/identify.h"

enum { WRT_STEPS_MAX = 60, WRT_STEP_NAMES_MAX = 12 };

/* Steps for people; those after WRT_STEPS_MAX are counted only. */
typedef struct {
    char **items;
    size_t n, left_out;
} wrt_steps;

void wrt_steps_add(wrt_steps *steps, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Replaces the last step by a count of those left out, when there are any. */
void wrt_steps_close(wrt_steps *steps);

/* "{A, B}" in the order of names; of many the rest is counted. */
void wrt_id_write_names(wrt_buf *out, const wrt_admg *admg, const int *items, int n);

typedef struct {
    const wrt_admg *admg;
    wrt_estimand *estimand;
    wrt_steps *steps;
    wrt_part treatment, outcome; /* outcome with the conditions that are left */
} wrt_id_problem;

typedef struct {
    bool identified;
    wrt_part district;     /* D: ancestors of the outcome without treatment */
    wrt_factors factors;   /* identified: their product is P(D | do(rest)) */
    wrt_factors districts; /* per factor the first node of its district of D */
    wrt_part outer, inner; /* not identified: the two districts of the hedge */
} wrt_id_answer;

/* The caller frees answer->factors and answer->districts. */
void wrt_id_solve(wrt_id_answer *answer, const wrt_id_problem *problem);

/* The C-forests over `outer` and `inner` as the witness of *out. */
void wrt_hedge_fill(wrt_hedge *out, const wrt_admg *admg, const wrt_part *outer,
                    const wrt_part *inner);
char *wrt_hedge_words(const wrt_hedge *hedge, const wrt_graph *graph); /* the caller frees */
/* As data, with the words; NULL gives null. The caller frees. */
wrt_json *wrt_hedge_to_json(const wrt_hedge *hedge, const char *words, const wrt_graph *graph);
void wrt_hedge_free(wrt_hedge *hedge); /* accepts NULL */

#endif
