/* steps.h: the builtin steps of questions to the literature. */
#ifndef WRT_AGENT_LITERATURE_STEPS_H
#define WRT_AGENT_LITERATURE_STEPS_H

#include "base/json.h"

/* "literature_query": {"treatment","outcome"} (entities of the frame) -> {"query"}: the names of
 * both, and what the question called them. Never NULL; the caller's. */
wrt_json *wrt_literature_query(const wrt_json *args);

/* "found_papers": {"hits"} (data of pubmed_search) -> {"pmids","any":bool}: each PMID once, in the
 * order of the hits. */
wrt_json *wrt_literature_found(const wrt_json *args);

#endif
