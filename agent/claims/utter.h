/* utter.h: the causal gate at the mouth: every sentence that an answer shows is decided first.
 *
 * The sentence goes before policy in phase `output` as {"part":"sentence","text",...} with the
 * warrant of the claim that it belongs to; what it asserts is read by policy itself (gate.h), never
 * stated here. A downgrade obligation rewords a claim to association, once; a sentence that still
 * must not be said, or that is no claim's, is replaced by a mark that it was left out. Names of the
 * graph are decided apart from the sentence that they stand in: a disease called "drug-induced ..."
 * does not make every sentence about it causal, and a name that is itself a causal sentence has no
 * warrant, whatever the claim's is.
 *
 * Where every text of an answer comes from, and what passes it:
 *   claims      text: wrt_utter_claim, before it is recorded; names, limits, reasons, assumptions,
 *               population, numbers: wrt_utter_beside, at the same time; what would refute a route
 *               is constant but for names of its nodes, which wrt_utter_claim decides
 *   answer      all else that a section prints: wrt_utter_answer, before it is rendered; text,
 *               Markdown and JSON show its members, "sentences" the claims' own texts
 *   report      the released answer, and results of tools with what is named in gate.left_out
 *               taken out; its chapter Record shows raw bytes and says so
 *   constant    caveats (answer/notice.c), titles of sections, the foot; of policy's own files: the
 *               text of an escalation, messages of rules
 *   the user's  the question, and its words where the head says what they were linked to */
#ifndef WRT_AGENT_CLAIMS_UTTER_H
#define WRT_AGENT_CLAIMS_UTTER_H

#include "agent/turn.h"

/* What stands in the place of a text that must not be said. */
#define WRT_LEFT_OUT "[left out: it asserts a cause without a warrant]"

/* Counts over a run; shown in the answer's "gate" as {"sentences","reworded","dropped"} and, where
 * texts other than claims' sentences were left out, their hashes: "left_out":[SHA-256]. */
typedef struct {
    int64_t sentences; /* decided */
    int64_t reworded;
    int64_t dropped;
    wrt_json *left_out; /* {hash: true}, or NULL */
    wrt_json *judged;   /* {text: may it be said}, or NULL */
} wrt_utterances;

void wrt_utterances_free(wrt_utterances *counts);

/* Decides the claim's text and rewords or replaces it. `nodes` is an array of {"name"}: the names
 * that may stand in the text. A claim whose text was left out is marked `withheld`. */
wrt_status wrt_utter_claim(wrt_json *claim, wrt_utterances *counts, wrt_turn *turn,
                           const wrt_json *nodes, wrt_err *err);

/* Those of the nodes ([{"name"}]) whose names may stand in a sentence; the caller's, also on
 * failure. A symbol ("drug_induced") says nothing; any other name that does is decided. */
wrt_status wrt_utter_names(wrt_json **out, wrt_utterances *counts, wrt_turn *turn,
                           const wrt_json *nodes, wrt_err *err);

/* Where texts that are no claim's sentence are decided. */
typedef struct {
    wrt_utterances *counts;
    wrt_turn *turn;
    const wrt_json *names; /* as wrt_utter_names gives them; NULL: none is known */
} wrt_mouth;

/* Decides what stands beside the claim's sentence: limits, reasons, assumptions, names of its ends.
 * No warrant is behind these. */
wrt_status wrt_utter_beside(wrt_json *claim, wrt_mouth *m, wrt_err *err);

/* Decides what else an answer shows: names that the question was linked to, warnings, reasons,
 * observations, evidence; and the texts of `results` ({step: result}; NULL: none) that chapters of
 * a report show of the record: none is altered, what must not be shown is noted in
 * counts->left_out. */
wrt_status wrt_utter_answer(wrt_json *answer, const wrt_json *results, wrt_mouth *m, wrt_err *err);

/* Decides what was found about identification (identify.h), before it stands in any limit.
 * Such sentences are about a graph and the program's own but for the names of its `nodes`
 * ([{"name"}]; NULL: none is known): these are decided apart, so that a variable called
 * "drug_induced" does not silence what is said of the graph. A name that must not be said stays in
 * its sentence and is judged with it; a graph that holds one is not shown. O(text x nodes). */
wrt_status wrt_utter_identification(wrt_json *identification, wrt_utterances *counts,
                                    wrt_turn *turn, const wrt_json *nodes, wrt_err *err);

/* A copy of `whole` in which is left out what `shown`, of the same shape, leaves out. */
wrt_json *wrt_utter_masked(const wrt_json *whole, const wrt_json *shown);

#endif
