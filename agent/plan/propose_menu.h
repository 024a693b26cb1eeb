/* propose_menu.h: which calls a model may propose: registered tools, each about one subject.
 *
 * A subject (the treatment, the outcome, the question, the first route found) gives arguments by
 * name: as a reference to the frame or to an earlier step of the plan that makes such values. A
 * tool is on the menu for a subject when
 *   - it asks no network and no model, writes nothing, and the store that it reads is there
 *     (a tool of the program's own that can also be asked offline is told to stay so);
 *   - every argument it requires has a source there, whose value (of the frame), or an example of
 *     it (of a step), is valid under the tool's own schema;
 *   - no step of the plan, and no optional step of its protocol, makes that call. */
#ifndef WRT_AGENT_PLAN_PROPOSE_MENU_H
#define WRT_AGENT_PLAN_PROPOSE_MENU_H

#include "agent/turn.h"

enum { WRT_MENU_MAX = 40 };

/* [{"option":"TOOL SUBJECT","steps":[step...]}]: the last step is the call, before it stands what
 * it needs and the plan lacks. At most WRT_MENU_MAX, in the order of the tools. Caller frees. */
wrt_json *wrt_propose_menu(const wrt_turn *turn, const wrt_json *plan, const wrt_json *protocol,
                           const wrt_json *frame);

#endif
