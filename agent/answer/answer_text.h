/* answer_text.h: parts of an answer's text that several sections print. Nothing is said that is not
 * a field of a claim or an evidence object. */
#ifndef WRT_AGENT_ANSWER_ANSWER_TEXT_H
#define WRT_AGENT_ANSWER_ANSWER_TEXT_H

#include "base/buf.h"
#include "base/json.h"

/* The item of an array of objects with this "id"; NULL when there is none. */
const wrt_json *wrt_answer_find(const wrt_json *list, const char *id);

/* A text, or the texts of an array, joined by ", ". */
void wrt_answer_add_values(wrt_buf *out, const wrt_json *value);

/* A claim in full: lead and id, its sentence, rung, certainty, warrant, grounds, limits, labels. */
void wrt_answer_add_claim(wrt_buf *out, const char *lead, const wrt_json *claim);

/* The section "evidence": every evidence object of the answer with where it is from. */
void wrt_answer_add_evidence(wrt_buf *out, const wrt_json *answer);

#endif
