/* gate_scope.h: which negations and hedges a causal cue is in the scope of; private to the gate.
 *
 * After NegEx (Chapman et al. 2001), made stricter, since a negation that does not belong to the
 * cue must not let an assertion through: a verb is negated by its own auxiliaries, by a governing
 * phrase ("no evidence that"), or by its subject's or object's determiner ("no drug causes",
 * "causes no"), and not by whatever stands in its clause. "not only", "no doubt" and the like are
 * no negations; two negations cancel. A hedge governs what follows it up to the next turn of the
 * sentence (but, although, a semicolon, ", and"). */
#ifndef WRT_POLICIES_GATE_SCOPE_H
#define WRT_POLICIES_GATE_SCOPE_H

#include "policies/gate_cues.h"

typedef struct {
    int negations;
    bool is_hedged;
    bool is_unclear; /* a form that the grammar does not know */
} wrt_scope;

/* Of the verb or connective at i, whose object begins at `behind`; form NONE for connectives. */
wrt_scope wrt_scope_of_verb(const wrt_sentence *sentence, size_t i, size_t behind, wrt_form form);

/* Of the noun phrase from i to `behind`. */
wrt_scope wrt_scope_of_nominal(const wrt_sentence *sentence, size_t i, size_t behind);

#endif
