/* exact.h: exact distributions under observation and intervention, by variable elimination.
 *
 * P(outcomes | do, given) of the mutilated model (truncated factorisation: Pearl, Causality, 2nd
 * ed. 2009, equation 3.10), conditioned on all that is seen there, which updates ancestors too.
 * Variables that are neither asked about, nor seen, nor ancestors of such are left out (barren);
 * tables are sliced at what is pinned, after which what is d-separated from the outcomes falls
 * apart from them and only counts towards the probability of the evidence. Works for any source of
 * rows, and asks only for rows that agree with what is pinned. */
#ifndef WRT_SCM_INFER_EXACT_H
#define WRT_SCM_INFER_EXACT_H

#include "scm/infer/world.h"

/* Some ten seconds of work. */
#define WRT_SCM_MARGINALS_WORK_MAX 0x1p31

typedef struct {
    double *p;          /* joint distribution, the last outcome varying fastest; sums to 1; owned */
    size_t cells;       /* of p */
    double log_p_given; /* log P(given | do); 0 without evidence; NAN when the part of the model
                           that only bears on it is too large */
    double widest;      /* cells of the largest table on the way */
    double work;        /* cells of all of them */
    double n_rows;      /* asked for where there are no tables */
} wrt_scm_exact_answer;

/* outcomes: n >= 1 distinct variables; one that is pinned has its value for certain. WRT_E_LIMIT
 * when a table would be too large (network.h) or more rows be asked for than world->rows_max,
 * before any is asked for, WRT_E_NOT_FOUND when the evidence has probability 0, else the source's
 * errors. The caller frees out->p. */
wrt_status wrt_scm_exact(wrt_scm_exact_answer *out, const wrt_scm_world *world,
                         const size_t *outcomes, size_t n, wrt_err *err);

/* P(variable | do, given) of each variable i at out[i * WRT_SCM_VALUES_MAX]. WRT_E_LIMIT also when
 * all of them together take more than WRT_SCM_MARGINALS_WORK_MAX cells. The caller frees. */
wrt_status wrt_scm_exact_marginals(double **out, const wrt_scm_world *world, wrt_err *err);

/* Log of P(given | do). */
wrt_status wrt_scm_exact_evidence(double *out, const wrt_scm_world *world, wrt_err *err);

#endif
