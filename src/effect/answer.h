/* answer.h: a question about a table, answered: the estimate, what it was before adjustment, the
 * gap between the two, and every reason to doubt it.
 *
 * Order: the graph is asked (identified.h), the table read, a study made, the estimator run, the
 * unadjusted difference set beside it, checks made. The rung is computed, never asked for: 2 only
 * when a graph carries the estimate and overlap and balance hold, under that graph's assumptions;
 * else 1. What adjusts has its overlap judged by a propensity of its own, or by one fitted for that
 * alone. Large files are streamed where that can be. */
#ifndef WRT_EFFECT_ANSWER_H
#define WRT_EFFECT_ANSWER_H

#include "effect/checks/balance.h"
#include "effect/checks/overlap.h"
#include "effect/question.h"

typedef wrt_table_source wrt_effect_source;

typedef struct {
    wrt_table *table; /* NULL when the table was streamed */
    size_t rows;      /* of the table */
    bool is_streamed; /* the study then has counts and an account, no rows (answer_streamed.h) */
    wrt_study study;
    wrt_estimate estimate;
    wrt_estimate unadjusted; /* the same measure without covariates */
    bool has_balance, has_overlap;
    wrt_balance balance;
    wrt_overlap overlap;
    double outcome_sd;  /* within arms; NAN for a continuous treatment */
    wrt_json *basis;    /* of identified.h; NULL without a graph */
    wrt_json *data;     /* data of effect_estimate (CONTRACTS.md) */
    wrt_json *warnings; /* array of text */
    wrt_arena *arena;
} wrt_effect_answer;

/* WRT_E_INPUT, WRT_E_LIMIT: the table, the roles or the data do not do, with the reason;
 * WRT_E_UNSUPPORTED: the estimator has no such estimand or interval; WRT_E_NOT_FOUND: the graph
 * says that the effect is not identified so. *out is the caller's, also after a failure. */
wrt_status wrt_effect_answer_question(wrt_effect_answer *out, wrt_effect_question *question,
                                      const wrt_effect_source *source, wrt_err *err);
void wrt_effect_answer_free(wrt_effect_answer *answer);

#endif
