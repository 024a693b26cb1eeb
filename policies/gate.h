/* gate.h: does an English sentence assert that something causes something?
 *
 * A deterministic reading: every causal cue of a table (gate_cues.h: verbs, connectives, nominal
 * and comparative phrases) is found in the tokens and judged by its form and by the negations and
 * hedges whose scope it is in; the gravest cue speaks for the sentence. Whatever holds a causal
 * word in a form that the grammar does not know, a word that mixes scripts, or more tokens than a
 * sentence may have, is `unparsed`. Without a warrant an asserted or unparsed sentence must not be
 * shown: what cannot be read is dropped, never passed. How often it errs on a labelled set is
 * printed in README.md. It reads English; causal verbs of other languages are not known to it. */
#ifndef WRT_POLICIES_GATE_H
#define WRT_POLICIES_GATE_H

#include "policies/tokens.h"

/* From the least to the gravest. */
typedef enum {
    WRT_GATE_NONE,          /* no causal word */
    WRT_GATE_ASSOCIATIONAL, /* "is associated with" */
    WRT_GATE_QUESTION,
    WRT_GATE_QUOTED,  /* inside a quotation with a source or a speaker */
    WRT_GATE_NEGATED, /* "does not cause" */
    WRT_GATE_HEDGED,  /* may, might, could, perhaps, whether, a hypothesis, a topic of study */
    WRT_GATE_UNPARSED,
    WRT_GATE_ASSERTED
} wrt_gate_class;

const char *wrt_gate_name(wrt_gate_class class); /* "none", "associational", ... */

/* O(tokens * cues). */
wrt_gate_class wrt_gate_read(const wrt_sentence *sentence);

/* Must a sentence of this class have a warrant? Asserted and unparsed ones must. */
bool wrt_gate_needs_warrant(wrt_gate_class class);

/* The gravest class of all sentences of a text. */
wrt_gate_class wrt_gate_read_text(wrt_str text);

#endif
