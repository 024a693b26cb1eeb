/* type.h: which question type is asked.
 *
 * `inputs.type` decides alone. Else what was handed over decides: of the protocols that need the
 * most of the given files, those that miss the fewest others. Else the cues of the protocols; a
 * type whose files are not there comes after one that has all it needs. Where several are left the
 * model chooses among them; without one it is the type with the longest cue, then the protocol
 * marked "default", then the first by name. */
#ifndef WRT_AGENT_QUESTION_TYPE_H
#define WRT_AGENT_QUESTION_TYPE_H

#include "agent/turn.h"

/* Sets frame.type and frame.type_by ("option", "input", "cue", "model" or "default") and gives what
 * the type needs (protocol.h, "needs"), the caller's, NULL: nothing stated. WRT_E_INPUT names a
 * type that there is no protocol of, and those that there are. */
wrt_status wrt_question_type(wrt_json **needs, wrt_json *frame, wrt_turn *turn, wrt_str question,
                             wrt_err *err);

#endif
