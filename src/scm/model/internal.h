/* internal.h: a model while it is being read, whatever it is read from. Private to src/scm.
 *
 * A reader makes an empty model, adds variables in the order of its file with parents as indices
 * into that order, and hands it to wrt_scm_finish, which checks what does not depend on the form of
 * the file and brings the variables into topological order. Texts and arrays lie in the arena. */
#ifndef WRT_SCM_MODEL_INTERNAL_H
#define WRT_SCM_MODEL_INTERNAL_H

#include "base/arena.h"
#include "scm/model.h"

#define WRT_SCM_NONE ((size_t)-1)

struct wrt_scm {
    wrt_arena *arena;
    const char *name, *about, *intro;
    wrt_scm_scoring scoring;
    wrt_scm_variable *variables;
    size_t n, room;
    size_t cells;              /* in all tables; see wrt_scm_make_table */
    wrt_json *origin;          /* owned; see wrt_scm_origin */
    size_t treatment, outcome; /* WRT_SCM_NONE: the file names none */
};

/* An empty model with rule `sum` at temperature 1. */
wrt_scm *wrt_scm_new(void);
/* A copy of the text in the model's arena. */
const char *wrt_scm_keep(wrt_scm *scm, wrt_str text);
/* Says that a language model gave the tables; a copy of `origin` is kept, NULL: only that much is
 * known. */
void wrt_scm_set_origin(wrt_scm *scm, const wrt_json *origin);
/* Appends an endogenous variable without values. The pointer lasts until the next one is added.
 * WRT_E_INPUT: the name is empty or taken; WRT_E_LIMIT: too many. */
wrt_status wrt_scm_add(wrt_scm_variable **out, wrt_scm *scm, wrt_str name, wrt_err *err);
bool wrt_scm_lookup(size_t *out, const wrt_scm *scm, wrt_str name);

/* Rows that the table of this variable needs, while parents may still be in file order. */
wrt_status wrt_scm_table_rows(size_t *rows, const wrt_scm *scm, const wrt_scm_variable *v,
                              wrt_err *err);
/* A table of zeros for a variable whose parents and values are known, in the arena. WRT_E_LIMIT
 * also when all tables of the model would hold more than WRT_SCM_TABLES_MAX numbers: short texts (a
 * default row, "uniform") can ask for long tables. */
wrt_status wrt_scm_make_table(double **out, size_t *rows, wrt_scm *scm, const wrt_scm_variable *v,
                              wrt_err *err);
/* Checks one row of a table against n_values and sets its sum to 1. `slack`: how far from 1 the sum
 * may be; *off, when not NULL, becomes the largest distance seen. */
wrt_status wrt_scm_check_row(double *row, const wrt_scm_variable *v, double slack, double *off,
                             wrt_err *err);

/* WRT_E_INPUT prints a cycle. For readers whose tables may be left incomplete by one. */
wrt_status wrt_scm_check_acyclic(const wrt_scm *scm, wrt_err *err);

/* Checks and orders; see wrt_scm_parse for what is refused. */
wrt_status wrt_scm_finish(wrt_scm *scm, wrt_err *err);

/* ---- check.c: what wrt_scm_finish calls; values may be checked before there are tables */
wrt_status wrt_scm_check_values(const wrt_scm_variable *v, wrt_err *err);
wrt_status wrt_scm_check_variable(const wrt_scm *scm, const wrt_scm_variable *v, wrt_err *err);

/* ---- phrases.c */

/* Reads "phrases" of a variable's object. */
wrt_status wrt_scm_read_phrases(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *list,
                                wrt_err *err);
/* Whether a value is a prefix of another once `after` stands behind each under `rule`; fails naming
 * both. */
wrt_status wrt_scm_check_values_apart(const wrt_scm_variable *v, size_t phrasing, wrt_scm_rule rule,
                                      wrt_err *err);

/* ---- table.c */
wrt_status wrt_scm_read_table(wrt_scm_variable *v, wrt_scm *scm, const wrt_json *cpt, wrt_err *err);

#endif
