/* query.h: the distribution of one variable under observation and intervention, exactly or by
 * sampling.
 *
 * The front of this room for questions in names: P(outcome | do, given), conditioned after
 * intervening. */
#ifndef WRT_SCM_INFER_QUERY_H
#define WRT_SCM_INFER_QUERY_H

#include "scm/infer/world.h"

typedef enum {
    WRT_SCM_METHOD_AUTO,   /* exact; by sampling when that is too large */
    WRT_SCM_METHOD_EXACT,  /* exact.h */
    WRT_SCM_METHOD_SAMPLE, /* weigh.h: adaptive importance sampling */
} wrt_scm_method;

typedef struct {
    const char *outcome;
    const wrt_json *do_values; /* as wrt_scm_world_read_do reads; NULL: none */
    const wrt_json *given;     /* {variable: value}; NULL: none */
    wrt_scm_method method;
    size_t n; /* units to sample; 0: WRT_SCM_SAMPLES */
    uint64_t seed;
    size_t rows_max; /* as in wrt_scm_world, for wrt_scm_query; 0: WRT_SCM_ROWS_ASKED_MAX */
} wrt_scm_question;

enum { WRT_SCM_SAMPLES = 100000 };

typedef struct {
    double p[WRT_SCM_VALUES_MAX];  /* by index of the outcome's values; sums to 1 */
    double se[WRT_SCM_VALUES_MAX]; /* standard errors; 0 when exact */
    size_t n;                      /* values */
    double log_p_given;    /* of the evidence after the intervention; NAN when not computed */
    int rung;              /* 1 without, 2 with an intervention */
    wrt_scm_method method; /* EXACT or SAMPLE */
    size_t n_units;        /* sampled; 0 when exact */
    double effective;      /* sample size left by the weights; n_units without evidence */
    bool is_weak;          /* too few effective units for the standard errors to be trusted */
} wrt_scm_answer;

/* WRT_E_INPUT names an unknown variable or value, or one that stands in both; WRT_E_NOT_FOUND when
 * the evidence has probability 0 (exact) or was never met (sampling); WRT_E_LIMIT when exact
 * inference is too large, or would ask a source without tables for too many rows; else the errors
 * of the rows. */
wrt_status wrt_scm_query(wrt_scm_answer *out, const wrt_scm *scm, wrt_scm_rows rows,
                         const wrt_scm_question *question, wrt_err *err);

/* The same for a world and a variable by index; n and seed as in a question. */
wrt_status wrt_scm_query_world(wrt_scm_answer *out, const wrt_scm_world *world, size_t outcome,
                               const wrt_scm_question *question, wrt_err *err);

#endif
