/* reading.h: which direction of effect a sentence states between two named things, by rules.
 *
 * Of two names that stand beside each other exactly one word of direction (verb, noun, comparative)
 * is read, their order must fit ("A lowered B", "B was lowered by A", "lower B with A"), what
 * stands between must be of the kinds that the grammar knows, and nothing may turn a name round
 * (withdrawal, antagonist, than). Negation, association that is denied and likeness to a control
 * make it "no effect". What is no finding of the paper (a hedge, a question, an aim, earlier work,
 * p above 0.05: stance.h, policies/gate.h) and all that does not fit is unclear, and an unclear
 * sentence is context, never support. It reads English. What it gets wrong is printed by its tests;
 * figures on real abstracts are in README.md. O(tokens * words of the tables). */
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
