/* utter_internal.h: shared by the files of the gate at the mouth. */
#ifndef WRT_AGENT_CLAIMS_UTTER_INTERNAL_H
#define WRT_AGENT_CLAIMS_UTTER_INTERNAL_H

#include "agent/claims/utter.h"

/* May the text be shown, where no claim's warrant is behind it? Texts that assert nothing are not
 * put before policy one by one: the whole answer is, in the end. */
wrt_status wrt_mouth_judge(bool *may_say, wrt_mouth *m, const char *text, wrt_err *err);

/* Words of the program's own with names in them: they may be shown unless a name, or anything else
 * that was decided and must not be said, stands in them. Values other than texts are passed by. */
void wrt_mouth_know(wrt_mouth *m, const wrt_json *text);

/* A member of an object, whatever it is, with every text in it decided, names of members too. */
wrt_status wrt_mouth_speak(wrt_json *object, const char *key, wrt_mouth *m, wrt_err *err);

#endif
