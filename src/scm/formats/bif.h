/* bif.h: Bayesian networks with their probabilities in the Bayesian Interchange Format 0.15, as
 * bnlearn's repository writes it.
 *
 *   network NAME { property ...; }
 *   variable NAME { type discrete [ 2 ] { yes, no }; property ...; }
 *   probability ( CHILD | PARENT, ... ) {
 *     table p, ...;              all of them, counting with the last parent fastest and the child
 * slowest (value, ...) p, ...;       or a row for each combination of the parents' values default
 * p, ...;            a row for the combinations that have none property ...;
 *   }
 *
 * Names may stand in double quotes, numbers are separated by commas or white space, and there are
 * C comments. Rows are divided by their sums, which files round; how far off they were is told. */
#ifndef WRT_SCM_FORMATS_BIF_H
#define WRT_SCM_FORMATS_BIF_H

#include "scm/model.h"

/* How far from 1 the sum of a row may be. */
#define WRT_SCM_BIF_SLACK 1e-3

/* Whether the text begins as a BIF file does. */
bool wrt_scm_is_bif(wrt_str text);

/* Reads a network; every variable becomes endogenous. *off (may be NULL) becomes the largest
 * distance from 1 of a row's sum. WRT_E_INPUT names line and variable: syntax, unknown or repeated
 * names, rows that are missing, repeated, of another length, or whose sum is off by more than the
 * slack, and what wrt_scm_parse refuses. O(bytes * variables). */
wrt_status wrt_scm_read_bif(wrt_scm **out, double *off, wrt_str text, wrt_err *err);

/* Appends a model all of whose mechanisms are tables; its numbers read back to the same doubles.
 * Phrases, roles and order of values are not told by this format; that a language model gave the
 * tables is, as a property. WRT_E_UNSUPPORTED: a variable has no table, or a name holds a quote. */
wrt_status wrt_scm_write_bif(wrt_buf *out, const wrt_scm *scm, wrt_err *err);

#endif
