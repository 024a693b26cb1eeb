/* gate_cues.h: the words by which English asserts cause and effect, as tables; private to the gate.
 *
 * The verbs and the split into asserting, conditional and merely associational language follow Yu,
 * Li and Wang, "Detecting causal language use in science findings", EMNLP 2019, D19-1473; scopes of
 * negation follow NegEx (Chapman et al., J Biomed Inform 34:301, 2001). */
#ifndef WRT_POLICIES_GATE_CUES_H
#define WRT_POLICIES_GATE_CUES_H

#include "policies/tokens.h"

typedef enum {
    WRT_FORM_NONE,
    WRT_FORM_BASE,  /* "cause"; also the infinitive and the plural present */
    WRT_FORM_THIRD, /* "causes" */
    WRT_FORM_PAST,  /* "caused", "driven": past tense or participle */
    WRT_FORM_GERUND /* "causing" */
} wrt_form;

/* How a verb behaves. */
enum {
    WRT_VERB_NOUN = 1,   /* base and third form are nouns, too: "the cause", "results" */
    WRT_VERB_CHANGE = 2, /* also without an object: "pain decreased" asserts no cause */
    WRT_VERB_PLAIN = 4   /* the base form is an adjective or adverb, too: "lower" */
};

typedef struct {
    const char *base;
    const char *particle; /* words of which one must follow ("to" for "lead"), or NULL */
    unsigned flags;
} wrt_cue_verb;

/* The causal verb that the token is a form of; NULL when it is none. */
const wrt_cue_verb *wrt_cue_find_verb(wrt_form *form, const char *word);

/* Tokens of the connective that begins at i ("because", "due to", "as a result of"); 0: none. */
size_t wrt_cue_connective(const wrt_sentence *sentence, size_t i);
/* Tokens of the nominal cue that begins at i ("effect of", "responsible for"); 0: none. */
size_t wrt_cue_nominal(const wrt_sentence *sentence, size_t i);
/* A word of association at i: "associated", "correlates", "risk factor". */
bool wrt_cue_is_association(const wrt_sentence *sentence, size_t i);

/* Classes of words that the grammar asks for. */
bool wrt_cue_is_adverb(const char *word);
bool wrt_cue_is_determiner(const char *word);
bool wrt_cue_is_preposition(const char *word);
bool wrt_cue_is_be(const char *word);
bool wrt_cue_is_negation(const char *word); /* not, never, cannot, n't, ... */
bool wrt_cue_is_hedging_modal(const char *word);
bool wrt_cue_is_modal(const char *word); /* the others, and do */

#endif
