/* model.h: structural causal models over finite domains, read from *.scm.json (CONTRACTS.md).
 *
 * A variable has values, parents and a mechanism: a table (`cpt`) of P(value | parents), or,
 * without one, its phrases, whose probabilities a language model gives (mechanism/mechanism.h). A
 * variable with both is drawn from its table, and its phrases only tell the language model of it.
 * Order in the file does not matter: variables are kept in a topological order, ties by order in
 * the file.
 *
 * Everything that a getter returns is borrowed from the model. A model does not change once it is
 * made and may be shared by threads. */
#ifndef WRT_SCM_MODEL_H
#define WRT_SCM_MODEL_H

#include "base/err.h"
#include "base/json.h"

typedef struct wrt_scm wrt_scm;

/* What every result says that a language model gave any part of. */
#define WRT_SCM_LABEL "model-implied, not evidence"

/* WRT_SCM_ROWS_MAX: of a table. A variable with phrases has rows without a table; see rows.h.
 * WRT_SCM_TABLES_MAX: numbers in all tables of a model (256 MiB). */
enum {
    WRT_SCM_VARIABLES_MAX = 1024,
    WRT_SCM_VALUES_MAX = 64,
    WRT_SCM_ROWS_MAX = 100000,
    WRT_SCM_TABLES_MAX = 1 << 25,
    WRT_SCM_PHRASINGS_MAX = 1024,
    WRT_SCM_TEXT_MAX = 1 << 16 /* bytes of a name, a value or a part of a phrase */
};

/* One way to say a value: before, the value, after. Neither begins nor ends the phrase with a
 * blank; mechanism/prompt.h puts phrases together. */
typedef struct {
    const char *before;
    const char *after;
} wrt_scm_phrasing;

typedef struct {
    const char *name;
    const char *role; /* "exogenous", "endogenous", "hidden" */
    const char *const *values;
    size_t n_values;
    const size_t *parents; /* indices of earlier variables, in the file's order of names */
    size_t n_parents;
    const double *table; /* row-major: one row of n_values for each combination of parents, the last
                            parent varying fastest, each summing to 1 within 1e-12; NULL for a
                            variable whose mechanism is the language model */
    bool is_ordinal;     /* the values are in order */
    const wrt_scm_phrasing *phrasings; /* n_phrasings of them; none only beside a table */
    size_t n_phrasings;
} wrt_scm_variable;

/* How a language model's scores of the values become P(value | parents): see
 * mechanism/mechanism.h. */
typedef enum {
    WRT_SCM_SUM,
    WRT_SCM_SUM_VALUE,
    WRT_SCM_MEAN,
    WRT_SCM_BYTES,
    WRT_SCM_PMI,
    WRT_SCM_REFERENCE
} wrt_scm_rule;

enum { WRT_SCM_RULES = WRT_SCM_REFERENCE + 1 };

const char *wrt_scm_rule_name(wrt_scm_rule rule); /* "sum", "sum_value", ... */
/* WRT_E_INPUT lists the rules there are. */
wrt_status wrt_scm_rule_of(wrt_scm_rule *out, const char *name, wrt_err *err);

/* temperature: in (0, 100]; scores are divided by it. */
typedef struct {
    wrt_scm_rule rule;
    double temperature;
} wrt_scm_scoring;

/* Also WRT_E_INPUT, naming the scale: a temperature out of range. */
wrt_status wrt_scm_scoring_check(const wrt_scm_scoring *scoring, wrt_err *err);

/* WRT_E_INPUT names file part and variable: unknown or duplicate names, unknown members, a cycle
 * (printed), repeated values, missing or repeated rows, rows that do not sum to 1 (within 1e-9;
 * they are divided by their sum), values out of the domain, phrases without text or with blanks at
 * their ends, values of which one begins another as they are scored. WRT_E_LIMIT beyond the caps
 * above. */
wrt_status wrt_scm_parse(wrt_scm **out, const wrt_json *document, wrt_err *err);
void wrt_scm_free(wrt_scm *scm); /* accepts NULL */

const char *wrt_scm_name(const wrt_scm *scm);
const char *wrt_scm_about(const wrt_scm *scm); /* "" when absent */
const char *wrt_scm_intro(const wrt_scm *scm); /* text before every context; "" when absent */
wrt_scm_scoring wrt_scm_scoring_of(const wrt_scm *scm);
size_t wrt_scm_count(const wrt_scm *scm);
const wrt_scm_variable *wrt_scm_variable_at(const wrt_scm *scm, size_t index);
/* The variable that the file calls "treatment" or "outcome"; false when it names none. */
bool wrt_scm_treatment(size_t *out, const wrt_scm *scm);
bool wrt_scm_outcome(size_t *out, const wrt_scm *scm);
/* Whether any mechanism is the language model's. */
bool wrt_scm_needs_model(const wrt_scm *scm);
/* Where the tables came from when a language model gave them (compile.h): what
 * wrt_scm_mechanism_describe says of it; NULL for tables of another source. */
const wrt_json *wrt_scm_origin(const wrt_scm *scm);
/* Either of the two: results bear WRT_SCM_LABEL. */
bool wrt_scm_is_model_implied(const wrt_scm *scm);
/* WRT_E_INPUT lists the variables (or the values) there are. */
wrt_status wrt_scm_find(size_t *out, const wrt_scm *scm, const char *name, wrt_err *err);
wrt_status wrt_scm_find_value(size_t *out, const wrt_scm *scm, size_t variable, const char *value,
                              wrt_err *err);

/* {"name","about","rule","temperature","treatment"|null,"outcome"|null,"model_implied","contexts","scores",
 * "phrasings","variables":[{"name","role","values","ordinal","parents","mechanism":"cpt|phrases",
 * "phrasings","contexts"}]} in topological order. contexts: combinations of the parents' values,
 * which is what a table needs; of the model: the sum over the variables whose mechanism is the
 * language model, `scores` those times their values; phrasings of the model: the number of ways to
 * take one phrasing of each variable. Numbers beyond 2^53 - 1 are null. Caller frees. */
wrt_json *wrt_scm_describe(const wrt_scm *scm);

/* The model as a *.scm.json document, which wrt_scm_parse reads back to an equal model. Caller
 * frees. */
wrt_json *wrt_scm_to_json(const wrt_scm *scm);

#endif
