/* quote.h: a sentence of a paper as evidence (kind publication_quote), and as a ground of a claim.
 *
 * {"id","kind","source":{"id":"pubmed","pmid","title","journal","year","publications":["PMID:n"],
 * "design","known_by":[text]},"locator":{"pmid","field","start","end","record":n |
 * "step":id},"text","sha256" (of the quoted bytes),"record_sha256" (of the record's canonical
 * bytes),"reads":{"direction","class",
 * "association","own","treatment":n,"outcome":n,"disease":bool},"interventional":bool,
 * "knowledge_level","agent_type","retracted":false,"retraction_checked":true,"taint"}. `record`,
 * `treatment` and `outcome` are numbers of look-ups: of the record, and of the names by which the
 * sentence was read; with `step` the record is in that step's result. */
#ifndef WRT_AGENT_QUOTE_H
#define WRT_AGENT_QUOTE_H

#include "agent/claims/claim.h"
#include "agent/literature/paper.h"

/* A paper that may be a ground, and the two things that it is read for. */
typedef struct {
    const wrt_json *record;
    int64_t lookup;   /* that read it; 0: the result of `step` holds it */
    const char *step; /* NULL with a look-up */
    const wrt_named *treatment, *outcome;
    bool outcome_is_disease;
} wrt_quote_paper;

/* The sentences of the paper that name both (paper.h). Caller frees. */
wrt_json *wrt_quote_sentences(const wrt_quote_paper *paper);

/* Adds the sentence as evidence, once per paper, place and pair of names, and records it. *id is
 * borrowed. */
wrt_status wrt_quote_cite(const char **id, wrt_claims *claims, wrt_turn *turn,
                          const wrt_quote_paper *paper, const wrt_json *sentence, wrt_err *err);

/* Does it state, as the paper's own finding, what was done to people at random about this very
 * treatment: an effect with a direction, more than an association, in a randomised trial or a
 * meta-analysis of such trials whose title names the treatment? Only that carries rung 2. */
bool wrt_quote_is_interventional(const wrt_quote_paper *paper, const wrt_json *sentence);

/* What makes the paper a source of its own: "pmid 1", "author A B" (the first), "trial NCT1", ...;
 * papers are independent when they have none in common. Caller frees. */
wrt_json *wrt_quote_known_by(const wrt_json *record);

/* What a sentence of this direction ("lowers", ...) says of a claim of that one: "supports" (the
 * same), "contradicts" (another), "context" (one of them is unclear). */
const char *wrt_quote_role(const char *direction, wrt_direction claim);

/* lowers, raises, or unclear for a sign of 0. */
wrt_direction wrt_direction_of_sign(int sign);

#endif
