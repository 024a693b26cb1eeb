/* propose.h: steps that the model may add to a plan, out of a menu that the program makes.
 *
 * A protocol with "propose": N lets the model add up to N calls of registered tools that no step
 * makes yet and whose required arguments the frame can fill by name and type: a tool that takes
 * {"id"} can be asked about the treatment. The model picks from the list or ends; it writes no
 * argument. Without a model nothing is proposed. */
#ifndef WRT_AGENT_PLAN_PROPOSE_H
#define WRT_AGENT_PLAN_PROPOSE_H

#include "agent/turn.h"

/* Appends to steps; *by_model becomes true when the model added one. */
wrt_status wrt_plan_propose(wrt_json *steps, bool *by_model, wrt_turn *turn,
                            const wrt_json *protocol, const wrt_json *frame, wrt_err *err);

#endif
