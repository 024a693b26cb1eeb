/* agree.h: do two JSON values say the same, up to the last digits of numbers? Pure. */
#ifndef WRT_AGENT_AUDIT_AGREE_H
#define WRT_AGENT_AUDIT_AGREE_H

#include "base/json.h"

/* Numbers may differ by tolerance times the larger of both, or by a thousandth of tolerance near
 * zero; two whole numbers, and everything else, must be equal, members in any order. `where` (may
 * be NULL) gets the dotted path of the first difference. */
bool wrt_agree(wrt_buf *where, const wrt_json *a, const wrt_json *b, double tolerance);

#endif
