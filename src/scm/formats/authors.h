/* authors.h: the configuration that the code of Bynum and Cho (EMNLP 2025) reads.
 *
 * {"setup_sequence_sample_space":[{"variable_name","candidate_set":[...],
 *   "possible_prefix_suffix_pairs":[[prefix, suffix],...],"parent_indices":null|[...],
 *   "exogenous":bool,"intervention_choice":null|"uniform"|index},...],
 *  "index_of_intervention","intervention_choices","index_of_outcome","possible_outcome_choices"}
 *
 * A variable becomes one with phrases; an intervention_choice becomes a table (uniform, or one
 * value for sure) beside them. Blanks at the ends of phrases and values are left out, because
 * phrases are joined by one space (prompt.h), and counted. The two lists of choices must lie within
 * the values; they say what was tabulated and have no counterpart in a model. */
#ifndef WRT_SCM_FORMATS_AUTHORS_H
#define WRT_SCM_FORMATS_AUTHORS_H

#include "scm/model.h"

bool wrt_scm_is_authors(const wrt_json *document);

/* *trimmed (may be NULL) becomes the number of texts that lost a blank. WRT_E_INPUT names the
 * variable: a member is missing or of another type, parents that do not come before, and what
 * wrt_scm_parse refuses. */
wrt_status wrt_scm_read_authors(wrt_scm **out, size_t *trimmed, const wrt_json *document,
                                wrt_err *err);

#endif
