/* names.h: which of given names stand in a question. Pure.
 *
 * A name matches where the question has it as whole words: exactly; or folded, when case, blanks,
 * underscores and hyphens do not count; or by its stem, when English endings do not count either
 * ("half" for "halved"). Longer names win over shorter ones within them; spans do not overlap. A
 * name of one letter only matches exactly, and a name that is a small word of English ("a", "on")
 * only in capitals within the sentence or in quotation marks. */
#ifndef WRT_AGENT_QUESTION_NAMES_H
#define WRT_AGENT_QUESTION_NAMES_H

#include "base/json.h"

/* [{"name","start","end","match":"exact|folded|stem"}] in order of start; byte offsets. names:
 * array of text, at most 4,096 are looked at. Caller frees. O(names x bytes of the question). */
wrt_json *wrt_names_find(wrt_str question, const wrt_json *names);

#endif
