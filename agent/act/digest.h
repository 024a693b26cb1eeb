/* digest.h: a long result in one line, by counting and cutting, never by a model. */
#ifndef WRT_AGENT_ACT_DIGEST_H
#define WRT_AGENT_ACT_DIGEST_H

#include "base/buf.h"
#include "base/json.h"

enum { WRT_DIGEST_BYTES = 400 };

/* Appends what a value holds, in at most WRT_DIGEST_BYTES bytes of one line: a list as its length
 * and its first items, an object as its first members; texts are cut, and what is left out is
 * said ("12 items: a, b, c, ..."). Control characters become '?'. */
void wrt_digest_add(wrt_buf *out, const wrt_json *value);

#endif
