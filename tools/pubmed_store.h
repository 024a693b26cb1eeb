/* pubmed_store.h: the local store as the pubmed tools hold it: opened at the first call, kept until
 * the plugin is closed, and opened anew when the file is another one.
 *
 * A worker reads the file without a lock (its sandbox has none), so an import may change it under a
 * call. Before a call that shows by the journal or by the file's size and time; after it
 * pubmed_store_check looks again, and what was read meanwhile is thrown away. */
#ifndef WRT_TOOLS_PUBMED_STORE_H
#define WRT_TOOLS_PUBMED_STORE_H

#include "pubmed/store.h"
#include "tools/adapter.h"

/* The store, borrowed. WRT_E_FAILED: none is there, or an import is running. */
wrt_status pubmed_store_open(wrt_pubmed_store **out, const wrt_adapter_call *call, wrt_err *err);

/* status, unless the file changed since it was opened: then WRT_E_FAILED, to be asked again. */
wrt_status pubmed_store_check(wrt_status status, wrt_err *err);

/* What the local copy (its records, notices and lists) says of a paper that a service gave: the
 * status of a paper that it knows to be no ground, else WRT_PUBMED_UNKNOWN, also without a copy. */
wrt_pubmed_status pubmed_store_objection(const wrt_adapter_call *call, int64_t pmid);

#endif
