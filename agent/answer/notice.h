/* notice.h: what a code of a notify obligation says to the reader of an answer. */
#ifndef WRT_AGENT_ANSWER_NOTICE_H
#define WRT_AGENT_ANSWER_NOTICE_H

#include "agent/turn.h"

/* Texts for the codes met so far that have one, as an array; in a fixed order. Caller frees. */
wrt_json *wrt_notice_texts(const wrt_turn *turn);

#endif
