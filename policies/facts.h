/* facts.h: what the engine reads out of a request's text by itself, for rules to ask about.
 *
 * A request carries `text`; whoever made it may be wrong or hostile about what the text says. So
 * the fields below `facts.` are never taken from the request: the engine computes them from `text`
 * when the first rule asks for one, once a decision. They are pure functions of the bytes.
 *
 *   facts.phi.classes      names of the identifier classes found, sorted (phi.h)
 *   facts.causal.asserts   true when some sentence asserts cause and effect (gate.h)
 *   facts.causal.unparsed  true when some sentence has a causal word that could not be read
 *   facts.clinical.kinds   directives and contexts found (clinical.h): "diagnosis", "dosing",
 *                          "emergency", "paediatric", "pregnancy", "renal", "start_stop"
 *   facts.dual_use.kinds   "agent_enhancement", "germline_editing", "toxin_production"
 *   facts.scripts.mixed    true when a word mixes scripts that look alike */
#ifndef WRT_POLICIES_FACTS_H
#define WRT_POLICIES_FACTS_H

#include "base/json.h"
#include "base/str.h"

/* {"phi":{"classes":[..]},"causal":{"asserts","unparsed"},"clinical":{"kinds":[..]},
 * "dual_use":{"kinds":[..]},"scripts":{"mixed"}} of a text. Text beyond WRT_FACTS_TEXT_MAX is not
 * read, and every fact then says the worst: a rule that forbids on it bites. Caller frees. O(text).
 */
enum { WRT_FACTS_TEXT_MAX = 1 << 20 };
wrt_json *wrt_facts_of(wrt_str text);

#endif
