/* json_scan.h: is this text RFC 8785 canonical JSON, and where do its parts lie?
 *
 * The answer of wrt_json_parse followed by wrt_json_write_canonical and a comparison, in one pass
 * and without building a value: a long log is checked at the speed of its bytes. */
#ifndef WRT_BASE_JSON_SCAN_H
#define WRT_BASE_JSON_SCAN_H

#include "base/str.h"

/* A member of the outermost object as it stands in the text. */
typedef struct {
    wrt_str name;  /* between the quotation marks, escapes and all */
    wrt_str value; /* from its first to its last byte */
} wrt_json_span;

/* True when text is exactly what wrt_json_write_canonical makes of some value that wrt_json_parse
 * accepts. Then *n is the number of members of the outermost object (0 for another value), of which
 * the first `room` are in members, borrowed from text. O(bytes). */
bool wrt_json_scan(wrt_json_span *members, size_t room, size_t *n, wrt_str text);

#endif
