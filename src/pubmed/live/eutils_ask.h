/* eutils_ask.h: the form of a request to E-utilities; for eutils*.c alone. */
#ifndef WRT_PUBMED_LIVE_EUTILS_ASK_H
#define WRT_PUBMED_LIVE_EUTILS_ASK_H

#include "pubmed/live/eutils.h"

/* Parameters up to this length travel in the URL, longer ones by POST. */
enum { WRT_EUTILS_GET_MAX = 2000 };

/* One service asked with its parameters ("db=pubmed&..." as wrt_live_add writes them). `question`
 * has service, format, kind, read and ctx; the rest is filled in. is_post: POST whatever the
 * length. */
wrt_status wrt_eutils_ask(wrt_live_work *work, wrt_live_question *question, const wrt_buf *params,
                          bool is_post, wrt_err *err);

/* The parameters that every request begins with; the buffer is the caller's. */
wrt_buf wrt_eutils_params(void);

/* The ids of the list once each, in order. */
wrt_id_list wrt_eutils_unique(wrt_arena *arena, wrt_id_list ids);

/* Ids [from, from + n) of the list as "1,2,3". */
void wrt_eutils_add_ids(wrt_buf *out, wrt_id_list ids, size_t from, size_t n);

/* True when brackets match outside quotation marks, which are even: only then does "(term) AND ..."
 * mean what it says. */
bool wrt_eutils_is_balanced(wrt_str term);

#endif
