/* weigh.h: what the rule of certainty (claims/certainty.h) needs to know of the sentences that
 * state one direction. Made from the table when the claim is, and from recorded evidence by whoever
 * audits it (level 4). */
#ifndef WRT_AGENT_WEIGH_H
#define WRT_AGENT_WEIGH_H

#include "agent/claims/certainty.h"
#include "agent/literature/agreement.h"

/* The best design behind a sentence of the direction (a trial counts as one for its own findings
 * only), how many papers are independent, and whether another direction is stated. That nothing was
 * found is weaker than what was: "no_effect" counts as an observation at most, "unclear" as
 * nothing. Reads table->quotes alone. */
wrt_certainty_grounds wrt_weigh_quotes(const wrt_agreement *table, const char *direction);

/* A row of such a table (agreement.h) from evidence of kind publication_quote. Caller frees. */
wrt_json *wrt_weigh_row(const wrt_json *evidence);

#endif
