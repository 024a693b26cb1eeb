/* json_internal.h: what the files json*.c share and nobody else includes.
 *
 * A wrt_json is a cJSON node behind an opaque name. cJSON supplies the node, its ownership rules
 * and its list operations; reading and writing of text are ours (json_strict.c, json_canonical.c),
 * because cJSON's own parser accepts more than RFC 8259 (control characters, a byte order mark,
 * duplicate keys) and cuts numbers at 63 characters. */
#ifndef WRT_BASE_JSON_INTERNAL_H
#define WRT_BASE_JSON_INTERNAL_H

#include "base/json.h"

#include <cjson/cJSON.h>

enum { WRT_JSON_TEXT_MAX = 1 << 30 }; /* bytes of one text */

static inline cJSON *wrt_json_node(wrt_json *value) {
    return (cJSON *)value;
}

static inline const cJSON *wrt_json_node_const(const wrt_json *value) {
    return (const cJSON *)value;
}

/* value as the public type; a NULL that cJSON returned for want of memory ends the process. */
wrt_json *wrt_json_own(cJSON *value);

/* Adds child, with its name already in place, as the last of an array or object; O(1). */
void wrt_json_append(cJSON *container, cJSON *child);

/* NUL-terminated copy that a node may own. */
char *wrt_json_copy_bytes(wrt_str text);

/* Members of an object, sorted by the UTF-16 code units of their names (RFC 8785, section 3.2.3),
 * in an array of *count pointers that the caller frees. O(n log n). */
const cJSON **wrt_json_sorted_members(const cJSON *object, size_t *count);

/* Compares two NUL-terminated UTF-8 texts by UTF-16 code units. */
int wrt_json_compare_utf16(const char *a, const char *b);

#endif
