/* script_rule.h: standing answers of a script, by what is asked rather than by when. Private to
 * src/llm.
 *
 * {"kind":"rule","asks":["text",...],"option":"text"}    a choice: that candidate
 * {"kind":"rule","asks":["text",...],"holding":"text"}   a choice: the candidate at the head of the
 *                                                        line "CANDIDATE: ..." of the user's text
 *                                                        that holds the text
 * {"kind":"rule","asks":["text",...],"text":"..."}       a text: this one
 * {"kind":"rule","asks":["text",...],"repeat":true}      a text: the user's own
 * A rule fits a prompt whose system or user text holds every text of "asks", and a choice only when
 * it offers what the rule wants. The first rule that fits answers, before the lines in order and as
 * often as it is asked. */
#ifndef WRT_LLM_SCRIPT_RULE_H
#define WRT_LLM_SCRIPT_RULE_H

#include "llm/llm.h"

/* What is wrong with a rule, or NULL. */
const char *wrt_script_rule_fault(const wrt_json *rule);

/* *index of the candidate that the rule chooses; false when it does not fit. O(bytes). */
bool wrt_script_rule_choose(size_t *index, const wrt_json *rule, const wrt_llm_question *question);

/* The text that the rule writes, borrowed from it or from the prompt; false when it does not fit.
 */
bool wrt_script_rule_write(wrt_str *out, const wrt_json *rule, const wrt_llm_prompt *prompt);

#endif
