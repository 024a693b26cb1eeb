/* utter.h: the causal gate at the mouth: every sentence that an answer shows is decided first.
 *
 * The sentence goes before policy in phase `output` as {"part":"sentence","text",...} with the
 * warrant of the claim that it belongs to; what it asserts is read by policy itself (gate.h), never
 * stated here. A downgrade obligation rewords a claim to association, once; a sentence that still
 * must not be said, or that is no claim's, is replaced by a mark that it was left out. Names of the
 * graph are decided apart from the sentence that they stand in: a disease called "drug-induced ..."
 * does not make every sentence about it causal, and a name that is itself a causal sentence has no
 * warrant, whatever the claim's is. */
#ifndef WRT_AGENT_CLAIMS_UTTER_H
#define WRT_AGENT_CLAIMS_UTTER_H

#include "agent/turn.h"

/* Counts over a run; shown in the answer as {"sentences","reworded","dropped"}. */
typedef struct {
    int64_t sentences; /* decided */
    int64_t reworded;
    int64_t dropped;
} wrt_utterances;

/* Decides the claim's text and rewords or replaces it. `nodes` is an array of {"name"}: the names
 * that may stand in the text. A claim whose text was left out is marked `withheld`. */
wrt_status wrt_utter_claim(wrt_json *claim, wrt_utterances *counts, wrt_turn *turn,
                           const wrt_json *nodes, wrt_err *err);

/* Decides what else an answer shows of texts that came from tools and graphs: warnings, the reason,
 * names of neighbours, sources and licences of evidence. Program-made sentences are left alone. */
wrt_status wrt_utter_answer(wrt_json *answer, wrt_utterances *counts, wrt_turn *turn, wrt_err *err);

/* The same for what was found about identification (identify.h), before it stands in any limit.
 * Such sentences are about a graph and the program's own but for the names of its `nodes` (as
 * above; NULL: none is known): these are decided apart, so that a variable called "drug_induced"
 * does not silence what is said of the graph; one in one piece is a symbol and says nothing. A name
 * that must not be said stays in its sentence and is judged with it. Text and notes; O(text x
 * nodes). */
wrt_status wrt_utter_identification(wrt_json *identification, wrt_utterances *counts,
                                    wrt_turn *turn, const wrt_json *nodes, wrt_err *err);

#endif
