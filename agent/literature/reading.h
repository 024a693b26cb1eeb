/* reading.h: which direction of effect a sentence states between two named things, by rules.
 *
 * The words of direction between and around the two names (verbs, nouns, comparatives) are
 * collected; all must agree, their order must fit ("A lowered B", "B was lowered by A", "lower B
 * with A"), and no word may turn them round (withdrawal, inhibitor, than). Negation makes it "no
 * effect". What asserts nothing (a hedge, a question, an aim, a quotation: policies/gate.h) and all
 * that does not fit is unclear, and an unclear sentence is context, never support. It reads
 * English. What it gets wrong on a labelled list of sentences is printed by its test. */
#ifndef WRT_AGENT_READING_H
#define WRT_AGENT_READING_H

#include "agent/literature/terms.h"
#include "policies/gate.h"

typedef enum {
    WRT_READS_UNCLEAR,
    WRT_READS_NO_EFFECT, /* "did not lower", "no difference in" */
    WRT_READS_LOWERS,
    WRT_READS_RAISES
} wrt_direction;

typedef struct {
    bool names_treatment, names_outcome;
    wrt_direction direction; /* UNCLEAR unless both are named and something is asserted */
    wrt_gate_class class;    /* of the sentence */
    bool is_association;     /* it says no more than that the two go together */
    bool is_animal;          /* it names animals */
} wrt_reading;

typedef struct {
    const wrt_terms *treatment, *outcome;
    bool outcome_is_disease; /* "improved" then means lowered */
} wrt_reading_names;

void wrt_reading_of(wrt_reading *out, const wrt_sentence *sentence, const wrt_reading_names *names);

/* "unclear", "no_effect", "lowers", "raises" */
const char *wrt_direction_name(wrt_direction direction);

#endif
