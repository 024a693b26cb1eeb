/* frame.h: what is asked, about what. Types the question and links its entities to graph nodes.
 *
 * The words of the question are split into phrases at function words, verbs and punctuation. A
 * phrase counts as linked only when exact graph names cover all of it: "portal hypertension" is not
 * "hypertension". What stands before the effect verb is the treatment and must be linked; so must
 * the verb's object, which is the outcome unless a disease or phenotype follows it. A passive ("is
 * treated by") swaps the two. Other phrases that could not be linked are listed and later shown. A
 * word that turns the question round ("without", "lack of") or a second verb of the opposite
 * direction makes the program abstain: it would answer the inverse.
 *
 * Where the protocol needs a "term" in place of a node, a phrase that no name of the graph covers
 * stands for itself ("match" is "words", there is no "id"), no graph is needed, and the outcome is
 * the verb's object whatever it is. */
#ifndef WRT_AGENT_QUESTION_FRAME_H
#define WRT_AGENT_QUESTION_FRAME_H

#include "agent/turn.h"

/* *frame is the caller's:
 * {"type","type_by":"option|input|cue|model|default"} and, for types about nodes of the graph,
 * {"verb":text|null,"want_sign":-1|0|1,
 *  "treatment":{"text","id","name","kind","alternatives":[...]},"outcome":{...},
 *  "also":[names of other linked phrases],"unlinked":[phrases]}; for others what question/needs.h
 * says, "clarify" included.
 * WRT_E_NOT_FOUND when an entity is unknown or ambiguous: the message names the phrase and the
 * nearest names or the candidates; *frame is then set as far as it goes. */
wrt_status wrt_frame_question(wrt_json **frame, wrt_turn *turn, const char *question, wrt_err *err);

#endif
