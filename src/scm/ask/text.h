/* text.h: answers as lines for people, read from the data so that both say the same.
 *
 * Each line of an answer to which a language model gave any part begins with "[model-implied, not
 * evidence] "; nothing else writes answers of this room for people. */
#ifndef WRT_SCM_ASK_TEXT_H
#define WRT_SCM_ASK_TEXT_H

#include "base/buf.h"
#include "base/json.h"

/* Appends whatever the data of a reply (reply.h, audit.h, population.h) holds. Names and values are
 * made printable. */
void wrt_scm_text_write(wrt_buf *out, const wrt_json *data);

#endif
