/* answers.h: what esearch, epost, espell, elink and ecitmatch answer. Pure: bytes in, structs out.
 *
 * Everything lives in the arena given. A reader says apart: an answer, an error that stands inside
 * a whole answer (*fault is set and the fault's failure returned), and bytes that are no answer. */
#ifndef WRT_PUBMED_LIVE_ANSWERS_H
#define WRT_PUBMED_LIVE_ANSWERS_H

#include "base/arena.h"
#include "pubmed/live/fault.h"

enum { WRT_EUTILS_IDS_MAX = 100000 }; /* ids of one answer */

typedef struct {
    const wrt_str *items;
    size_t n;
} wrt_str_list;

typedef struct {
    const int64_t *items;
    size_t n;
} wrt_id_list;

/* esearch, epost and espell; what an answer does not hold is 0, "" or an empty list. */
typedef struct {
    int64_t count, retmax, retstart;
    wrt_id_list ids;
    wrt_str webenv;
    int64_t query_key;
    wrt_str translation; /* the query as the service understood it */
    wrt_str corrected;   /* espell: the whole query with its spelling corrected */
    wrt_str_list phrases_not_found, fields_not_found, phrases_ignored, messages;
} wrt_eutils_answer;

/* One source and what it is linked to under one name ("pubmed_pubmed_refs"). */
typedef struct {
    int64_t source;
    wrt_str name;
    wrt_id_list ids;
} wrt_eutils_links;

typedef struct {
    const wrt_eutils_links *links; /* sources without links have no row */
    size_t n_links;
    wrt_id_list sources; /* every source that was answered, in order */
} wrt_eutils_linked;

/* WRT_E_UNAVAILABLE: an <ERROR> that may pass, or cut off. WRT_E_INPUT: an <ERROR> about the query.
 * WRT_E_FAILED: another document, or a Count that is missing or no number. esearch without Count
 * is no answer, and neither is an empty list of ids where Count, retstart and retmax promise some.
 */
wrt_status wrt_eutils_read_search(wrt_eutils_answer *out, wrt_arena *arena, wrt_str body,
                                  wrt_live_fault *fault, wrt_err *err);
wrt_status wrt_eutils_read_post(wrt_eutils_answer *out, wrt_arena *arena, wrt_str body,
                                wrt_live_fault *fault, wrt_err *err);
wrt_status wrt_eutils_read_spell(wrt_eutils_answer *out, wrt_arena *arena, wrt_str body,
                                 wrt_live_fault *fault, wrt_err *err);
wrt_status wrt_eutils_read_links(wrt_eutils_linked *out, wrt_arena *arena, wrt_str body,
                                 wrt_live_fault *fault, wrt_err *err);

/* One line of ecitmatch: "journal|year|volume|page|author|key|PMID". */
typedef struct {
    wrt_str key;
    int64_t pmid; /* 0: none, and `reason` says why: "NOT_FOUND", "AMBIGUOUS ..." */
    wrt_str reason;
} wrt_eutils_match;

typedef struct {
    const wrt_eutils_match *matches;
    size_t n;
} wrt_eutils_matches;

wrt_status wrt_eutils_read_matches(wrt_eutils_matches *out, wrt_arena *arena, wrt_str body,
                                   wrt_live_fault *fault, wrt_err *err);

/* The <ERROR> of a document of any root: efetch answers one instead of articles. NONE when there is
 * none; CUT when the document is not whole. */
void wrt_eutils_find_error(wrt_live_fault *fault, wrt_str body);

#endif
