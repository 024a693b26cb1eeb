/* imagined.h: from a structural model's what-if to what may be said of it.
 *
 * As measured.h, in two pure steps: a result of scm_whatif or scm_effect becomes evidence of kind
 * "simulation", what was seen of the patient evidence of kind "patient_datum", and evidence becomes
 * the content of a claim, which an auditor can make again.
 *
 * The rule. Where every mechanism that was asked is a table, a what-if is rung 3 and an effect rung
 * 2, warrant identified_estimate, under the assumptions that the model is right and, for a what-if,
 * its coupling: the bounds hold for every coupling, and a direction is stated only when all of the
 * bounds have it. Where a language model gave a mechanism or the tables, nothing is claimed about
 * the world: rung 0, warrant model_simulation, labelled model-implied. For the rule of
 * certainty (certainty.h) tables are a stated model: that it is right is asserted, never tested
 * here. Its answer is the same in any coupling where the bounds are "identified", and where the
 * change is one in all units. */
#ifndef WRT_AGENT_CLAIMS_IMAGINED_H
#define WRT_AGENT_CLAIMS_IMAGINED_H

#include "base/json.h"

/* Evidence of a finished result of scm_whatif or scm_effect, without an id; NULL when it is none.
 * `taint` (may be NULL) is that of its step. Caller frees. */
wrt_json *wrt_imagined_evidence(const char *step, const char *tool, const wrt_json *result,
                                const wrt_json *taint);

/* What was seen of the patient; NULL when nothing was. Caller frees. */
wrt_json *wrt_imagined_patient(const char *step, const wrt_json *result, const wrt_json *taint);

/* All borrowed, with their ids. */
typedef struct {
    const wrt_json *simulation; /* never NULL */
    const wrt_json *patient;    /* or NULL */
    const char *value;          /* of the outcome that the claim is about */
} wrt_imagined;

/* The content of a claim, as wrt_measured_effect gives it. Caller frees. */
wrt_json *wrt_imagined_claim(const wrt_imagined *m);

/* {"id","name"} of what is done ("subject") and of outcome and value ("object"). Caller frees. */
wrt_json *wrt_imagined_end(const wrt_imagined *m, bool is_subject);

#endif
