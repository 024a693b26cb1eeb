/* split.h: every id of a search, past the 9,999 that one search can list.
 *
 * A query that finds more is cut in halves by the day on which its records came into PubMed (edat:
 * each record has one, so the parts cover the whole and do not meet), a day that still holds too
 * many by halves of its PMIDs, until each part can be listed. The parts' ids are put together,
 * sorted, once each. */
#ifndef WRT_PUBMED_LIVE_SPLIT_H
#define WRT_PUBMED_LIVE_SPLIT_H

#include "pubmed/live/eutils.h"

typedef struct {
    int64_t max_ids;  /* WRT_E_LIMIT when the query finds more; 0: 1,000,000 */
    int max_searches; /* WRT_E_LIMIT when it takes more; 0: 1,000 */
} wrt_eutils_all_options;

typedef struct {
    wrt_id_list ids; /* largest first */
    int64_t count;   /* as the service counted the whole query */
    int searches;
    bool is_complete; /* as many ids as counted: else the index changed under the search */
} wrt_eutils_all;

/* O(parts) searches. */
wrt_status wrt_eutils_search_all(wrt_eutils_all *out, wrt_live_work *work, const char *term,
                                 const wrt_eutils_all_options *options, wrt_err *err);

#endif
