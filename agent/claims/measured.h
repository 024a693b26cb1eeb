/* measured.h: from estimates to what may be said of them: the rung, the certainty, the words.
 *
 * Two pure steps. A result of effect_estimate becomes evidence of kind "estimate"; evidence becomes
 * the content of a claim. Both depend on what they are given alone, so an auditor who recomputes
 * the result can make the evidence and the claim again (level 5).
 *
 * The rule. An adjusted estimate is rung 2, warrant identified_estimate, when all of this holds:
 * the tool's own rung is 2 (the stated graph carries it, overlap and balance hold); the program's
 * engine says the same of what was used (verdict.h); the graph has a causal path at all; the table
 * does not contradict an independence that the graph implies; no refuter and no negative control
 * objects. Otherwise it is an association of rung 1, and rung_reason says which of these failed.
 * For the rule of certainty (certainty.h) an estimate of rung 2 is identified, and robust when its
 * interval excludes zero, a second estimator agrees (each estimate lies in the other's interval),
 * the graph's independences were tested, and an E-value of the interval's limit, where there is
 * one, is at least 2 (VanderWeele and Ding 2017, doi:10.7326/M16-2607). A second estimator that
 * disagrees contradicts it; one of the two without an interval says nothing of that. */
#ifndef WRT_AGENT_CLAIMS_MEASURED_H
#define WRT_AGENT_CLAIMS_MEASURED_H

#include "base/json.h"

/* Evidence of a finished result of effect_estimate, without an id; NULL when the result is no
 * estimate. `taint` (may be NULL) is the taint of its step. Caller frees. */
wrt_json *wrt_measured_evidence(const char *step, const wrt_json *result, const wrt_json *taint);

/* What a claim is made of; each with its id, all borrowed. */
typedef struct {
    const wrt_json *estimate;       /* never NULL */
    const wrt_json *second;         /* of another estimator, or NULL */
    const wrt_json *naive;          /* unadjusted, or NULL */
    const wrt_json *identification; /* verdict.h, or NULL: no graph was stated */
} wrt_measured;

/* {"relation","rung","rung_reason","certainty","polarity","population","grounds","warrant",
 * "limits","numbers","text","basis","labels"?,"extrapolation"?} for the adjusted estimate; basis
 * says which rule and which evidence made it. Caller frees. */
wrt_json *wrt_measured_effect(const wrt_measured *m);

/* The same for an unadjusted difference: rung 1, no warrant. `why` (may be NULL) says why there is
 * no adjusted one, `identification` (may be NULL) what the stated graph says. */
wrt_json *wrt_measured_difference(const wrt_json *naive, const wrt_json *identification,
                                  const char *why);

/* {"id","name"} of the ends of such a claim. Caller frees. */
wrt_json *wrt_measured_end(const wrt_json *estimate, const char *role);

#endif
