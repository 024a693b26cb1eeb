/* gold.h: what a person says a question should come to, and whether a run did.
 *
 * {"exit"?:int,"says"?:text,"type"?:text,"treatment"?:id or name,"outcome"?:the same,
 *  "takes"?:{step:text},"first"?:text,"quote"?:text}
 * says: stands in the reason of an abstention. takes: optional steps of the type, each with a part
 * of the question that the model is asked about it. first: stands in the nodes between the ends of
 * the first hypothesis's route. quote: stands in a sentence that is cited. What is left out may be
 * anything. */
#ifndef WRT_EVAL_GOLD_H
#define WRT_EVAL_GOLD_H

#include "agent/eval/suite.h"

/* Appends, a line each, what of a report (wrt_eval_ask) differs from gold: nothing when it came out
 * as gold says. */
void wrt_gold_differ(wrt_buf *out, const wrt_json *gold, const wrt_json *report);

/* How many steps the model added that gold does not take. */
size_t wrt_gold_needless(const wrt_json *gold, const wrt_json *report);

/* Appends what was read and decided, as gold puts it: type, treatment, outcome, first route,
 * quotes.
 */
void wrt_gold_describe(wrt_buf *out, const wrt_json *report);

#endif
