/* batch.h: which steps of a plan are taken together.
 *
 * A batch is a run of consecutive steps that call tools which are functions of their arguments (no
 * network, no model, no file is read or written, deterministic), refer to none of each other and
 * hang on no condition. It follows from the plan and the descriptions of the tools alone, so that
 * the order of events depends neither on timing nor on the number of threads: decisions and
 * tool.call of the batch in the order of the plan, then the results in that order. */
#ifndef WRT_AGENT_ACT_BATCH_H
#define WRT_AGENT_ACT_BATCH_H

#include "agent/turn.h"

enum { WRT_BATCH_MAX = 8 };

/* The number of steps, 1..WRT_BATCH_MAX, of the batch that begins with `step`. */
size_t wrt_batch_size(const wrt_turn *turn, const wrt_json *step);

#endif
