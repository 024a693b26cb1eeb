/* needs.h: what a question of its type needs, found or asked for.
 *
 * A protocol states its needs as {name: kind}; "KIND|none" may be absent. Kinds:
 *   file        a path, given by the user       graph      text or an object, given by the user
 *   column      of the table `data`             variable   of the model `scm`
 *   name        of a node of `graph`            node       of the knowledge graph (frame.h)
 *   term        such a node, or words (frame.h)
 *   columns, names   several of them            assignment {variable: value} of the model `scm`
 *   text        given, else the question itself
 * What the user gave (inputs) counts; else it is read from the question, deterministically: names
 * that stand in it (names.h), by their place before or behind the effect verb, then names that the
 * knowledge graph calls the same thing; else what the file itself states; else the model chooses
 * among what there is; else it is asked back. Nothing is guessed. */
#ifndef WRT_AGENT_QUESTION_NEEDS_H
#define WRT_AGENT_QUESTION_NEEDS_H

#include "agent/turn.h"

/* A member of "needs": is it a file or a graph; may it be absent; is it of this kind? */
bool wrt_need_is_document(const wrt_json *need);
bool wrt_need_is_optional(const wrt_json *need);
bool wrt_need_is(const wrt_json *need, const char *kind);
/* NULL, or the first member whose kind is not known. */
const wrt_json *wrt_needs_unknown(const wrt_json *needs);
/* Does some member have this kind? */
bool wrt_needs_kind(const wrt_json *needs, const char *kind);

/* Completes frame: "inputs" (what the user handed over), "treatment" and "outcome"
 * {"name","text","start","end","match","by"}, lists of names, "do" {variable: value}, "patient"
 * {variable: value}, "columns" of the table, texts. What is missing or ambiguous becomes
 * frame.clarify,
 * [{"need","why","options":[...]}], and WRT_E_NOT_FOUND with all of it in one line. WRT_E_INPUT: an
 * input that cannot be read, or a given name that there is none of. */
wrt_status wrt_needs_fill(wrt_json *frame, wrt_turn *turn, const wrt_json *needs, wrt_str question,
                          wrt_err *err);

#endif
