/* pair.h: a treatment and an outcome of one clause, and the words of direction about them. Private
 * to the reader. */
#ifndef WRT_AGENT_PAIR_H
#define WRT_AGENT_PAIR_H

#include "agent/literature/clause.h"
#include "agent/literature/reading.h"

typedef struct {
    const wrt_clause *clause;
    size_t treatment, outcome; /* cells */
    bool outcome_is_disease;
} wrt_pair;

bool wrt_pair_in(const wrt_pair *p, size_t i, wrt_reading_set set);
bool wrt_pair_is(const wrt_pair *p, size_t i, const char *list);

/* What the cell says here: "risk factor" is a word of direction, "drug-induced" is none. */
wrt_reading_cue wrt_pair_cue(const wrt_pair *p, size_t i);
bool wrt_pair_says_association(const wrt_pair *p, size_t i);
bool wrt_pair_is_change_noun(const wrt_pair *p, size_t i);
bool wrt_pair_is_protection(const wrt_pair *p, size_t i);

/* The words of direction of some cells. Start with {0}. */
typedef struct {
    size_t signed_cues, neutral_cues, equal_cues;
    size_t signed_at;     /* cell of the signed one */
    size_t first, last;   /* cells of the first and the last of all */
    wrt_reading_cue said; /* the signed one */
    bool is_mixed;
    bool is_vague; /* an effect on something signed: "affected the rise in" */
} wrt_stretch;

/* Adds the cells of [from, to). */
void wrt_stretch_scan(wrt_stretch *out, const wrt_pair *p, size_t from, size_t to);
bool wrt_stretch_is_empty(const wrt_stretch *s);

/* Negations of [from, to); *is_odd_form is set for two of them and for "not only", which are not
 * read. "neither ... nor" is one. */
size_t wrt_pair_negations(bool *is_odd_form, const wrt_pair *p, size_t from, size_t to);

/* The direction of one signed word, or of a negated or equal one. */
wrt_direction wrt_pair_conclude(const wrt_pair *p, const wrt_stretch *found, size_t negated);

#endif
