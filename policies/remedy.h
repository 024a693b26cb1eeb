/* remedy.h: the smallest change after which a request would be allowed; private to policies/. */
#ifndef WRT_POLICIES_REMEDY_H
#define WRT_POLICIES_REMEDY_H

#include "policies/deciding.h"

/* What stands in the way of the request decided last, as an array of {"kind","rule","changes":
 * [{"field","op","operand","must_be":bool}],"message"}: one entry for each forbid, unmet approval
 * and limit, and one for the missing permit (the one that needs the fewest changes). Empty when it
 * was allowed or malformed. Changes are the fewest leaves of the rule that have to come out
 * otherwise, each leaf counted by itself. O(rules * condition size * depth). Caller frees. */
wrt_json *wrt_decider_remedies(wrt_decider *decider);

/* What a leaf saw, without saying what it was: "missing", "text of 12 bytes", "list of 3", "false".
 * A number is shown for counters, ports, rungs and integrity levels only. */
void wrt_decider_describe_value(wrt_buf *out, wrt_decider *decider, const wrt_condition *leaf);

#endif
