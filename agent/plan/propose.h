/* propose.h: steps that the model may add to a plan, out of a menu that the program makes.
 *
 * A protocol with "propose": N lets the model add up to N calls of registered tools behind the
 * steps of the protocol. What may be called is a table (propose_menu.h): a tool and what it is
 * called about. The model picks from the list or ends; it writes no argument, and no step that it
 * picks is one that the answer depends on: none can end the run, each has a small share of its
 * time, and what it observed is shown as such. Policy decides about the plan with the step; one
 * that it does not allow is left out, with a warning. Without a model nothing is proposed. */
#ifndef WRT_AGENT_PLAN_PROPOSE_H
#define WRT_AGENT_PLAN_PROPOSE_H

#include "agent/turn.h"

enum { WRT_PROPOSE_MAX = 8 }; /* the largest N */

/* Appends to the steps of a plan; *by_model becomes true when the model added one. Fails only when
 * the ledger cannot be written or the user interrupts. */
wrt_status wrt_plan_propose(wrt_json *plan, bool *by_model, wrt_turn *turn,
                            const wrt_json *protocol, const wrt_json *frame, wrt_err *err);

#endif
