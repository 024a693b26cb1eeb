/* between.h: what may stand between and beside the names of a pair and its word of direction, so
 * that the sentence says of these two what it seems to say. Private to the reader. */
#ifndef WRT_AGENT_BETWEEN_H
#define WRT_AGENT_BETWEEN_H

#include "agent/literature/pair.h"

/* A number, an adverb, a mark that ends nothing, a negation. */
bool wrt_between_is_small(const wrt_pair *p, size_t i);

/* "ranged", "activated": a participle that the tables do not know is taken for a verb. */
bool wrt_between_is_unknown_verb(const wrt_pair *p, size_t i);

/* From a subject to its word of direction: nouns and phrases, then an auxiliary and small words;
 * no second subject. An aside has two commas. */
bool wrt_between_is_subject(const wrt_pair *p, size_t from, size_t to);

/* From a word of direction to the outcome that it is about: "reduction in", "lowered the risk of";
 * not "higher in patients with". */
bool wrt_between_is_object(const wrt_pair *p, size_t cue, wrt_reading_cue said, size_t outcome);

/* From a word of direction to "by A", "in the A group": small words only. */
bool wrt_between_is_linked(const wrt_pair *p, size_t from, size_t treatment);

/* Anything but a second predicate: enough where no effect is stated ("no association between
 * episodes of A and B"). */
bool wrt_between_is_loosely_linked(const wrt_pair *p, size_t from, size_t to);

/* The treatment is taken away, less or only what another is compared with ("withdrawal of A", "than
 * with A", "low A", "not A"), or another thing is named by it ("A antagonists"). */
bool wrt_pair_names_another_treatment(const wrt_pair *p);

/* The outcome is not the head of its phrase ("pain relief", "pain-free"). */
bool wrt_pair_names_another_outcome(const wrt_pair *p);

/* Behind "than" or "between A" at cell `at` stands nothing, placebo or the like: then what is said
 * is said of the treatment. */
bool wrt_clause_names_control(const wrt_clause *clause, size_t at);

/* Something is compared with another treatment. */
bool wrt_clause_names_rival(const wrt_clause *clause);

#endif
