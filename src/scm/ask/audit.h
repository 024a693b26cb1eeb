/* audit.h: does a language model's answer hold an effect of X on Y, however it is worded?
 *
 * The effect P(y | do(X = b)) - P(y | do(X = a)) under many draws of the phrasings (mechanism/
 * phrasing.h, members 0, 1, ...; equal draws count once), judged as infer/audit.h says: interval
 * over phrasings, null of shuffled labels, smallest detectable effect; and the same for a placebo
 * variable that should not matter. */
#ifndef WRT_SCM_ASK_AUDIT_H
#define WRT_SCM_ASK_AUDIT_H

#include "scm/ask/source.h"

enum { WRT_SCM_ASK_AUDIT_FAMILY = 8 }; /* phrasings when the request does not say */

/* {"treatment","outcome","contrast","phrasings","effects":{value:{"effect","deviation","low","high",
 * "null":[lo,hi],"p_value","detectable"|null,"shuffles","exact"}},"by_phrasing":[{value: effect}],
 * "placebo":null|{the same},...} with rung 2. `first` is a source of the first phrasings, for names
 * and scorer. Errors as wrt_scm_query; WRT_E_INPUT: fewer than two different phrasings. */
wrt_status wrt_scm_reply_audit(wrt_json **data, const wrt_scm_source *first, wrt_err *err);

#endif
