/* taint.h: where a value comes from and how far it may be trusted.
 *
 * A taint is JSON, {"labels":[sorted, each once],"integrity":NAME}, as it stands in requests to the
 * policy. Labels say what has flowed into a value: user, kg, pubmed, network, file, patient, phi,
 * plugin, model, and those that policy gave. Integrity says who could have chosen it, in falling
 * order: user, policy (the program and its protocols), tool_trusted (a plugin installed beside the
 * program), tool_untrusted (any other), llm. Values flow together by union of labels and minimum of
 * integrity, a lattice after Denning (1976, doi:10.1145/360051.360056), with the capabilities of
 * CaMeL (arXiv:2503.18813) as the model; only declassify.h lifts a value again. */
#ifndef WRT_AGENT_ACT_TAINT_H
#define WRT_AGENT_ACT_TAINT_H

#include "base/json.h"

/* The caller's. `label` may be NULL: none. */
wrt_json *wrt_taint_new(const char *integrity, const char *label);

/* O(labels); a label that is there stays once. */
void wrt_taint_add(wrt_json *taint, const char *label);
bool wrt_taint_has(const wrt_json *taint, const char *label);

/* into becomes the join of both; other may be NULL, which changes nothing. A taint without a known
 * integrity counts as llm. */
void wrt_taint_join(wrt_json *into, const wrt_json *other);

/* Is the integrity at least this? */
bool wrt_taint_reaches(const wrt_json *taint, const char *integrity);

/* What a tool (wrt_toolhost_describe) adds to what it was given: `plugin`, `kg` and `pubmed` as it
 * reads them, `network` when it asks there, `file` and `patient` when its arguments
 * named files, `model` when it may ask one; integrity tool_trusted or tool_untrusted. A description
 * of NULL is that of a tool nobody knows. The caller's. */
wrt_json *wrt_taint_of_tool(const wrt_json *tool, const wrt_json *args);

/* {name: taint} for every argument of a step: references into `taints`, an object that holds the
 * taint of "frame", of "frame.inputs" (as the user gave them) and of each finished step, bring
 * theirs; what stands in the plan itself is `policy`. A reference to what has no taint is untrusted
 * (llm). The caller's. O(arguments). */
wrt_json *wrt_taint_of_args(const wrt_json *template_args, const wrt_json *taints);

/* The join of all members of the above; `policy` for none. The caller's. */
wrt_json *wrt_taint_of_all(const wrt_json *args_taint);

#endif
