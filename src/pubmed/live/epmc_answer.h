/* epmc_answer.h: a page of Europe PMC's search (resultType=core, JSON) as articles. Pure.
 *
 * The members are those of a PubMed article as far as Europe PMC has them; texts lose their HTML
 * tags (a closed list of names, so that "p<0.05" stays), abstracts are cut at their headings. Types
 * of publication and of corrections are brought to PubMed's names, so that the status of a record
 * follows by the same rules. Fields that do not have the expected JSON type are absent. */
#ifndef WRT_PUBMED_LIVE_EPMC_ANSWER_H
#define WRT_PUBMED_LIVE_EPMC_ANSWER_H

#include "pubmed/live/articles.h"

enum { WRT_EPMC_BODY_MAX = 16 << 20, WRT_EPMC_PAGE_MAX = 1000 };

typedef struct {
    const wrt_pubmed_article *article; /* pmid 0 where PubMed does not have it */
    wrt_str id, source;                /* "PPR123456" of "PPR"; "12345" of "MED" */
    bool is_preprint;
} wrt_epmc_record;

typedef struct {
    int64_t count; /* records that the query finds */
    const wrt_epmc_record *records;
    size_t n;
    wrt_str next; /* cursorMark of the next page; "" at the end */
} wrt_epmc_page;

/* *fault is set on failure: an error of the service inside the answer, text that is no JSON, an
 * object without hitCount or results. */
wrt_status wrt_epmc_read_page(wrt_epmc_page *out, wrt_arena *arena, wrt_str body,
                              wrt_live_fault *fault, wrt_err *err);

/* Text without tags and with the five predefined entities replaced; O(length). */
wrt_str wrt_epmc_plain_text(wrt_arena *arena, wrt_str html);

#endif
