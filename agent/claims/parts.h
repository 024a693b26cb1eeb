/* parts.h: members that claims and evidence of every rule have. */
#ifndef WRT_AGENT_CLAIMS_PARTS_H
#define WRT_AGENT_CLAIMS_PARTS_H

#include "base/json.h"

/* A copy of the value as a member; none for NULL. */
void wrt_part_copy(wrt_json *to, const char *key, const wrt_json *value);

/* {"evidence": its id,"role"} at the end of an array; nothing for NULL. */
void wrt_part_ground(wrt_json *grounds, const wrt_json *evidence, const char *role);

/* {"kind","check"?: "ev:ID","assumptions":[]}; evidence NULL: nothing was checked. Caller frees. */
wrt_json *wrt_part_warrant(const char *kind, const wrt_json *evidence);

/* The id of evidence as a member of a claim's "basis"; none for NULL. */
void wrt_part_basis(wrt_json *basis, const char *role, const wrt_json *evidence);

/* Whose data it is ("patient", "phi") travels with what is said of it: the claim's "labels". */
void wrt_part_labels(wrt_json *claim, const wrt_json *evidence);

#endif
