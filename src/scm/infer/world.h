/* world.h: a model, what is done to it and what is seen in it.
 *
 * The mechanism of a variable is kept, or replaced by a value (do), or by a distribution that looks
 * at no parent (a soft intervention; the uniform one among them). What is seen is seen after that:
 * conditioning follows intervening. Variables are known by their index in the model. */
#ifndef WRT_SCM_INFER_WORLD_H
#define WRT_SCM_INFER_WORLD_H

#include "scm/rows.h"

typedef enum { WRT_SCM_KEPT, WRT_SCM_SET, WRT_SCM_DRAWN } wrt_scm_act;

typedef struct {
    const wrt_scm *scm; /* borrowed, as what rows.ctx points to */
    wrt_scm_rows rows;
    size_t n; /* variables */
    wrt_scm_act act[WRT_SCM_VARIABLES_MAX];
    uint8_t value[WRT_SCM_VARIABLES_MAX]; /* of a variable that is set or seen */
    bool seen[WRT_SCM_VARIABLES_MAX];
    double *drawn[WRT_SCM_VARIABLES_MAX]; /* of WRT_SCM_DRAWN: its distribution; owned */
    size_t rows_max; /* most rows that one exact answer may ask for where there are no tables */
} wrt_scm_world;

enum { WRT_SCM_ROWS_ASKED_MAX = 100000 };

/* All mechanisms kept, nothing seen; rows_max is WRT_SCM_ROWS_ASKED_MAX. */
void wrt_scm_world_init(wrt_scm_world *out, const wrt_scm *scm, wrt_scm_rows rows);
void wrt_scm_world_free(wrt_scm_world *world);
/* A copy with distributions of its own. */
void wrt_scm_world_copy(wrt_scm_world *out, const wrt_scm_world *world);

void wrt_scm_world_set(wrt_scm_world *world, size_t variable, size_t value);
void wrt_scm_world_see(wrt_scm_world *world, size_t variable, size_t value);

/* {variable: value}, {variable: {value: p, ...}} (values left out have probability 0; the rest sums
 * to 1 within 1e-9) or {variable: {"uniform": true}}. NULL: nothing. WRT_E_INPUT names an unknown
 * variable or value, or a variable that is both set and seen. */
wrt_status wrt_scm_world_read_do(wrt_scm_world *world, const wrt_json *values, wrt_err *err);
/* {variable: value}; NULL: nothing. Errors as above. */
wrt_status wrt_scm_world_read_given(wrt_scm_world *world, const wrt_json *values, wrt_err *err);

bool wrt_scm_world_is_pinned(const wrt_scm_world *world, size_t variable); /* set or seen */
bool wrt_scm_world_is_intervened(const wrt_scm_world *world);
bool wrt_scm_world_has_evidence(const wrt_scm_world *world);

/* Extends marks (one for each variable) to all ancestors along kept mechanisms. O(edges). */
void wrt_scm_world_mark_ancestors(bool *marks, const wrt_scm_world *world);
/* Extends marks to all descendants in the unchanged model. O(edges). */
void wrt_scm_mark_descendants(bool *marks, const wrt_scm *scm);

#endif
