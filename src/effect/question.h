/* question.h: what is asked of a table, as the command and the tool both state it.
 *
 * One object of arguments (CONTRACTS.md, effect_estimate), read strictly: an unknown member, a
 * value out of its range or two members that contradict each other are errors that name them. */
#ifndef WRT_EFFECT_QUESTION_H
#define WRT_EFFECT_QUESTION_H

#include "base/arena.h"
#include "causal/graph.h"
#include "effect/estimators/estimator.h"

typedef struct {
    wrt_roles roles;
    wrt_names missing_texts; /* empty: those of table.h */
    bool adjust_auto;        /* the graph chooses the covariates */
    wrt_graph *graph;        /* NULL when none was given; the question's */
    const char *estimator;   /* when left out: "naive" without covariates, else "aipw" */
    bool has_estimand;       /* false: the estimator's own, ATE where it has that */
    wrt_estimator_options options;
    bool stream;            /* keep no table in memory (answer.h) */
    bool refute, conflicts; /* run refuters; test what the graph implies */
    wrt_json *profile;      /* {covariate: cell} of a unit that the effect is wanted for; NULL. The
                               question's */
    const char *negative_control; /* an outcome that the treatment cannot cause; NULL */
    size_t shard, shards;         /* of bootstrap draws, from 1; shards 0: all */
    const wrt_json *const *parts; /* results of all shards, to be joined; NULL: none. Set by the
                                     caller, whose they stay */
    size_t n_parts;
    const char *identity; /* canonical arguments without data and shard: what shards must share */
    wrt_arena *arena;
} wrt_effect_question;

/* WRT_E_INPUT as said above, or from the graph. *out is the caller's. */
wrt_status wrt_effect_question_parse(wrt_effect_question **out, const wrt_json *args, wrt_err *err);
void wrt_effect_question_free(wrt_effect_question *question); /* accepts NULL */

#endif
