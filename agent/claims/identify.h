/* identify.h: reading the two identification steps: what the drawn graph says about measuring the
 * effect from observational data, in one object and a few clauses. */
#ifndef WRT_AGENT_CLAIMS_IDENTIFY_H
#define WRT_AGENT_CLAIMS_IDENTIFY_H

#include "base/json.h"

/* observations: results by step id ("graph", "check", "sets"). Returns
 * {"checked":bool,"valid":bool,
 * "verdict","text","notes":[...],"graph":{...}?,"check":{...}?,"sets":{...}?}; when a step failed,
 * checked is false and text says which and why. Caller frees. */
wrt_json *wrt_identification_read(const wrt_json *observations);

#endif
