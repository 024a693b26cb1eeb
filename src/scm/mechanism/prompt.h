/* prompt.h: the very texts that a language model is asked about, for one row of one variable.
 *
 * Parts are put one behind the other: the model's intro, the phrase of each parent (before, value,
 * after) in topological order, and `before` of the variable itself. Between two parts stands one
 * space, unless the left one ends in white space. Nothing else is added: no title, no instruction.
 * A parent that has a table and no phrases is told of as "NAME: VALUE.".
 *
 * A blank belongs to what follows it. Spaces at the end of the text are moved to the front of every
 * candidate, because tokenizers join a blank with the word behind it; what the model is asked is
 * then P(" halved." | "... The dose was") and not P("halved." | "... The dose was "). Text and
 * candidate are tokenised together (llm/llm.h).
 *
 *   text        The patient is 60 years old. The dose was
 *   candidates  " standard." " halved."
 *
 * A candidate is the blank, the value and `after`; for the rule sum_value it ends with the value.
 * For the rule reference all is as in the code of Bynum and Cho (EMNLP 2025): the text begins with
 * a space, keeps the blank at its end, and a candidate is the bare value. */
#ifndef WRT_SCM_MECHANISM_PROMPT_H
#define WRT_SCM_MECHANISM_PROMPT_H

#include "base/arena.h"
#include "scm/rows.h"

enum { WRT_SCM_PROMPT_MAX = 1 << 20 }; /* bytes of a text */

typedef struct {
    wrt_str text;
    const wrt_str *candidates; /* one a value, in the variable's order */
    size_t n;
} wrt_scm_prompt;

typedef struct {
    const size_t *phrasings; /* the index of one phrasing for each variable of the model */
    size_t variable;         /* must have phrases (asserted); a table of its own does not matter */
    const uint8_t *values;   /* the index of each parent's value, as wrt_scm_row_values gives them;
                                NULL: without any parent, the empty context of the rule pmi */
    wrt_scm_rule rule;
} wrt_scm_ask;

/* Memory from the arena. WRT_E_LIMIT: the text is too long; WRT_E_INPUT: it is empty, or one
 * candidate begins another. O(bytes). */
wrt_status wrt_scm_prompt_make(wrt_scm_prompt *out, wrt_arena *arena, const wrt_scm *scm,
                               const wrt_scm_ask *ask, wrt_err *err);

/* {"text","candidates":[...]}: byte for byte what the language model is asked. Caller frees. */
wrt_json *wrt_scm_prompt_json(const wrt_scm_prompt *prompt);

#endif
