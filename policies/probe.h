/* probe.h: values on both sides of what a leaf asks, and requests that hold them; private.
 *
 * Used to look for requests that two rule sets decide differently, and for values that satisfy
 * several leaves at once. */
#ifndef WRT_POLICIES_PROBE_H
#define WRT_POLICIES_PROBE_H

#include "policies/rules.h"

enum { WRT_PROBE_VALUES_MAX = 256 };

/* Pushes values at which the leaf changes its mind: its operands, their neighbours, values of other
 * types. Not for `seq` and `pcre2`, whose operands are no values. At most WRT_PROBE_VALUES_MAX. */
void wrt_probe_values(wrt_json *out, const wrt_condition *leaf);

/* Sets the leaf's field in a request; objects on the way are made, other values replaced. The value
 * is consumed; NULL removes the field. */
void wrt_probe_set(wrt_json *request, const wrt_condition *leaf, wrt_json *value);

#endif
