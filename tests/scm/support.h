/* support.h: models of the oracle as models of src/scm, and rows that come from a function. */
#ifndef TEST_SCM_SUPPORT_H
#define TEST_SCM_SUPPORT_H

#include "../oracle/scm_oracle.h"
#include "scm/infer/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Reads text that must be a model. The caller frees. */
wrt_scm *scm_of_text(const char *text);
/* Variables "v0", "v1", ... with values "a", "b", ...; tables, or phrases without numbers. */
wrt_scm *scm_of_oracle(const scm_oracle *oracle, bool with_tables);

/* Rows that are computed when they are asked for, as a language model's would be. */
typedef struct {
    const scm_oracle *oracle;
    size_t asks, rows; /* calls, and rows that they asked for */
} asked_rows;
wrt_scm_rows rows_of_oracle(asked_rows *ctx);

/* The scene in a world of the model. */
void world_of_scene(wrt_scm_world *out, const wrt_scm *scm, wrt_scm_rows rows,
                    const scm_oracle *oracle, const scm_scene *scene);

/* Whether `seen` of n draws is too far from a probability p: an upper bound (Chernoff) on the
 * chance of that or worse is below alpha. */
bool is_implausible(double seen, double n, double p, double alpha);

wrt_json *json_of(const char *text);

#endif
