/* answer.h: text for people, rendered from claims. Nothing is said that is not a field of a claim,
 * an evidence object or the identification; the run id and clock do not appear, so equal runs print
 * equal bytes. */
#ifndef WRT_AGENT_ANSWER_ANSWER_H
#define WRT_AGENT_ANSWER_ANSWER_H

#include "base/buf.h"
#include "base/json.h"

/* Appends the text of an answer object (agent.h): the question, each hypothesis with its links,
 * grounds, rung and limits, identification, what would change the conclusion, and sources; or the
 * reason for abstaining. Of an escalated question only the escalation text is shown. */
void wrt_answer_render(wrt_buf *out, const wrt_json *answer);

/* [{"text","claims":[ids],"rung"}]: every sentence of the answer that asserts something, with the
 * claims that it says and the rung that it stands on. What was withheld says nothing. Caller frees.
 */
wrt_json *wrt_answer_sentences(const wrt_json *answer);

/* The same answer as Markdown (CommonMark). Texts from outside are escaped. */
void wrt_answer_markdown(wrt_buf *out, const wrt_json *answer);

#endif
