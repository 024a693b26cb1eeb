/* identified.h: does the user's graph carry the estimate that is asked for?
 *
 * The bridge from src/causal to a table: nodes of the graph that have no column are unmeasured, so
 * they are read as latent. A set of covariates is chosen (the one of lowest asymptotic variance,
 * where one is known to be, else the best minimal one) or the given one is judged; front-door sets
 * and instruments likewise. What the graph does not carry is refused, with what it does carry. */
#ifndef WRT_EFFECT_IDENTIFIED_H
#define WRT_EFFECT_IDENTIFIED_H

#include "base/arena.h"
#include "causal/graph.h"

typedef enum {
    WRT_DESIGN_ADJUSTMENT,
    WRT_DESIGN_FRONTDOOR,
    WRT_DESIGN_INSTRUMENT,
    WRT_DESIGN_OTHER /* discontinuity, differences: a graph is not what justifies them */
} wrt_identified_design;

typedef struct {
    const char *treatment, *outcome;
    wrt_identified_design design;
    bool choose;              /* ADJUSTMENT: choose the set; `names` is not read */
    const char *const *names; /* covariates, mediators or instruments */
    size_t n;
    const char *const *given; /* INSTRUMENT: the covariates conditioned on */
    size_t n_given;
    const char *const *columns; /* of the table: what was measured */
    size_t n_columns;
} wrt_identified_question;

typedef struct {
    const char **names; /* the set to use, sorted; in the arena */
    size_t n;
    wrt_json *basis; /* {"graph":{nodes,..},"kind":"optimal|optimal_minimal|given",
                        "verdict","unmeasured":[nodes without a column],"text"}; the caller's */
} wrt_identified;

/* WRT_E_INPUT: treatment or outcome is no
 * node or has no column; a given set that is not valid, with the reason, the node (an outcome's
 * descendant, a mediator) and the repair. WRT_E_NOT_FOUND: no set of measured variables is valid;
 * the message names a front-door set or instruments where there are any. A graph without a causal
 * path is an answer: basis.verdict is "no_causal_path". Cost: a few of wrt_adjustment_list. */
wrt_status wrt_effect_identified(wrt_identified *out, const wrt_graph *graph,
                                 const wrt_identified_question *question, wrt_arena *arena,
                                 wrt_err *err);

#endif
