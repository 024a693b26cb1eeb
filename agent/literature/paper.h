/* paper.h: papers and names as the program reads them for claims: each a look-up on record, once.
 *
 * "names" {"id"?,"also"?}: what a node of the graph is called, [text]; words alone without an id.
 * "record" {"pmid"}: a record of the local PubMed as pubmed_fetch gives it, with its effective
 * status. "search" {"query", "limit"}: {"hits":[{"pmid","status"}],"seen","total","held_back"}. */
#ifndef WRT_AGENT_PAPER_H
#define WRT_AGENT_PAPER_H

#include "agent/literature/reading.h"
#include "agent/turn.h"

/* What was looked up so far. */
typedef struct {
    wrt_json *names;   /* id, or words -> {"n","names"} */
    wrt_json *records; /* pmid -> {"n","record"|null} */
} wrt_library;

wrt_library wrt_library_make(void);
void wrt_library_free(wrt_library *library);

/* A node and how it is called in texts. */
typedef struct {
    int64_t n; /* the look-up's number in the ledger */
    wrt_terms terms;
} wrt_named;

/* node: {"id","name","text"?}, or without an id what the question calls it; a node that cannot be
 * looked up has its own name only. */
wrt_status wrt_library_names(wrt_named *out, wrt_library *library, wrt_turn *turn,
                             const wrt_json *node, wrt_err *err);

/* *record is borrowed, NULL when the local copy does not hold it; *n the look-up's number. */
wrt_status wrt_library_record(const wrt_json **record, int64_t *n, wrt_library *library,
                              wrt_turn *turn, const char *pmid, wrt_err *err);

/* Papers for a text, withdrawn ones among them. Caller frees. */
wrt_status wrt_library_search(wrt_json **out, wrt_turn *turn, const char *query, int limit,
                              wrt_err *err);

/* Sentences of title and abstract that name both, in order: [{"field","start","end","text",
 * "direction","class","association":bool,"animals":bool,"own":bool}]. Short forms that the record
 * defines for a name count as the name (abbreviation.h). start and end are bytes of the stored
 * field; "own" tells that it is where a paper states its own finding: the title, a section of
 * results or conclusions, or the last sentence of an abstract without sections. At most
 * WRT_PAPER_SENTENCES_MAX. Caller frees. */
wrt_json *wrt_paper_sentences(const wrt_json *record, const wrt_reading_names *names);

/* The stored text of "title" or "abstract[0]"; NULL when there is none. Borrowed. */
const char *wrt_paper_field(const wrt_json *record, const char *field);

/* Does the title name one of these? */
bool wrt_paper_title_names(const wrt_json *record, const wrt_terms *terms);

enum { WRT_PAPER_SENTENCES_MAX = 20 };

#endif
