/* agreement.h: what papers say of a question, sentence by sentence: the table of agreement and
 * contradiction.
 *
 * A paper speaks with one sentence for each direction that it states (findings of its own first),
 * or with one that only names both. Where several sentences of a paper would do equally well the
 * model may choose which one is quoted, never its words. Withdrawn papers, notices and preprints
 * are counted and do not speak. */
#ifndef WRT_AGENT_AGREEMENT_H
#define WRT_AGENT_AGREEMENT_H

#include "agent/literature/quote.h"

typedef struct {
    wrt_claims *claims;
    wrt_turn *turn;
    wrt_named treatment, outcome;
    bool outcome_is_disease;
    const wrt_json
        *fetched;     /* records of a tool, for those that no local copy holds; may be NULL */
    const char *step; /* the step that fetched them */

    /* [{"evidence","pmid","direction","animals","interventional","design","sources":[text]}],
     * papers in their order; sources are what makes a paper one of its own: its first author, its
     * trials. */
    wrt_json *quotes;
    wrt_json *not_grounds;        /* [{"pmid","why"}] */
    size_t read, missing, silent; /* papers read, not to be had, without a sentence on both */
} wrt_agreement;

/* Reads one paper into the table. */
wrt_status wrt_agreement_read(wrt_agreement *table, const char *pmid, wrt_err *err);

/* How many of the papers of a direction are independent: no first author and no registered trial in
 * common. interventional: only those whose sentence carries rung 2 count. */
size_t wrt_agreement_independent(const wrt_agreement *table, const char *direction,
                                 bool interventional);

#endif
