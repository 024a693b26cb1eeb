/* qa_store.h: PubMedQA's abstracts as a local copy of PubMed. */
#ifndef WRT_EVAL_QA_STORE_H
#define WRT_EVAL_QA_STORE_H

#include "base/json.h"
#include "pubmed/store.h"

/* A twin is the same text under a number that PubMed has not given, marked as retracted: what is as
 * relevant as can be and must not be cited. */
#define WRT_QA_TWIN_OFFSET INT64_C(9000000000)

/* Stores the CONTEXTS (abstracts without conclusion) of {"PMID":{"CONTEXTS":[text]}}, and a twin of
 * each when asked for. WRT_E_INPUT names an item whose key is no PMID or that has no context.
 * O(bytes). */
wrt_status wrt_qa_store_fill(wrt_pubmed_store *store, const wrt_json *items, bool with_twins,
                             wrt_err *err);

/* The same in a new store FOLDER/NAME. The caller closes. */
wrt_status wrt_qa_store_make(wrt_pubmed_store **out, const char *folder, const wrt_json *items,
                             bool with_twins, wrt_err *err);

#endif
