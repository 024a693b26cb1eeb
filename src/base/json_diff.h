/* json_diff.h: where two JSON values differ. */
#ifndef WRT_BASE_JSON_DIFF_H
#define WRT_BASE_JSON_DIFF_H

#include "base/json.h"

/* Appends the path of the first member that differs, in the order of b and then of a:
 * "request.taint.labels[1]", nothing when the two values differ as a whole. Returns false, and
 * appends nothing, when they are equal: the same canonical bytes. Either may be NULL, which equals
 * NULL only. Depth is bounded by that of JSON values. */
bool wrt_json_differ(wrt_buf *path, const wrt_json *a, const wrt_json *b);

#endif
