/* pubmed_args.h: what the local and the live half of the pubmed tools share: which papers are
 * meant, and what must be said loudly of those that came. */
#ifndef WRT_TOOLS_PUBMED_ARGS_H
#define WRT_TOOLS_PUBMED_ARGS_H

#include "base/arena.h"
#include "pubmed/article.h"
#include "tools/adapter.h"

enum { PUBMED_LIMIT = 10, PUBMED_IDS_MAX = 200, PUBMED_TYPES_MAX = 16 };

/* The argument "pmids", each once, in order; "PMID:12" is read as 12. The echo gains them as texts.
 * WRT_E_INPUT names what is no PMID. */
wrt_status pubmed_read_ids(int64_t ids[PUBMED_IDS_MAX], size_t *n, wrt_adapter_call *call,
                           wrt_err *err);
wrt_status pubmed_read_id(int64_t *out, const wrt_json *value, wrt_err *err);

int pubmed_first_year(const wrt_adapter_call *call); /* "since", or 0 */
size_t pubmed_types(const char *out[PUBMED_TYPES_MAX], const wrt_adapter_call *call);

/* A paper that is no grounds: "PMID 12 is RETRACTED: ...". Nothing for "ok". */
void pubmed_warn_of(wrt_adapter_call *call, int64_t pmid, wrt_pubmed_status status);

/* Coverage of a fetch: status "partial", or "empty" when nothing came. */
void pubmed_count_fetched(wrt_adapter_call *call, size_t came, size_t asked);

void pubmed_warn(wrt_adapter_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- the live half, in pubmed_live.c: source "live" */
wrt_status pubmed_search_live(wrt_json **data, wrt_adapter_call *call, wrt_err *err);
wrt_status pubmed_fetch_live(wrt_json **data, wrt_adapter_call *call, wrt_err *err);

#endif
