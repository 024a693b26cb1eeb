/* model.h: structural causal models over finite domains, read from *.scm.json (CONTRACTS.md).
 *
 * A variable has values, parents and a mechanism: a table (`cpt`) of P(value | parents), or
 * phrases, whose probabilities a language model would give. Order in the file does not matter:
 * variables are kept in a topological order, ties by order in the file. */
#ifndef WRT_SCM_MODEL_H
#define WRT_SCM_MODEL_H

#include "base/err.h"
#include "base/json.h"

typedef struct wrt_scm wrt_scm;

enum { WRT_SCM_VARIABLES_MAX = 256, WRT_SCM_VALUES_MAX = 64, WRT_SCM_ROWS_MAX = 100000 };

typedef struct {
    const char *name;
    const char *role; /* "exogenous", "endogenous", "hidden" */
    const char *const *values;
    size_t n_values;
    const size_t *parents; /* indices of earlier variables, in the file's order of names */
    size_t n_parents;
    const double *table; /* row-major: one row of n_values for each combination of parents, the last
                            parent varying fastest; NULL for a variable with phrases */
} wrt_scm_variable;

/* WRT_E_INPUT names file part and variable: unknown or duplicate names, a cycle (printed), missing
 * or repeated rows, rows that do not sum to 1 (within 1e-9), values out of the domain. */
wrt_status wrt_scm_parse(wrt_scm **out, const wrt_json *document, wrt_err *err);
void wrt_scm_free(wrt_scm *scm); /* accepts NULL */

const char *wrt_scm_name(const wrt_scm *scm);
size_t wrt_scm_count(const wrt_scm *scm);
const wrt_scm_variable *wrt_scm_variable_at(const wrt_scm *scm, size_t index);
/* WRT_E_INPUT lists the variables (or the values) there are. */
wrt_status wrt_scm_find(size_t *out, const wrt_scm *scm, const char *name, wrt_err *err);
wrt_status wrt_scm_find_value(size_t *out, const wrt_scm *scm, size_t variable, const char *value,
                              wrt_err *err);

/* {"name","variables":[{"name","role","values","parents","mechanism":"cpt|phrases"}]} in
 * topological order. Caller frees. */
wrt_json *wrt_scm_describe(const wrt_scm *scm);

#endif
