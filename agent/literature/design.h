/* design.h: what kind of study a PubMed record is, by its publication types, and whether it may be
 * a ground at all. */
#ifndef WRT_AGENT_DESIGN_H
#define WRT_AGENT_DESIGN_H

#include "agent/claims/certainty.h"

/* RANDOMISED: a Randomized Controlled Trial (D016449). POOLED: a Meta-Analysis (D017418) whose
 * title says that it is of randomised trials. OBSERVATION: an Observational Study or a trial of
 * another kind. Reviews, case reports and all else: UNKNOWN. */
wrt_design wrt_design_of_record(const wrt_json *record);

/* "randomised trial", "meta-analysis of randomised trials", "observational study", "study design
 * not stated" */
const char *wrt_design_name(wrt_design design);

/* The design of such a name; WRT_DESIGN_UNKNOWN for any other text. */
wrt_design wrt_design_of_name(const char *name);

/* Why a record is no ground: "retracted", "concern", "notice", "deleted", "preprint"; NULL when it
 * may be one. */
const char *wrt_design_objection(const wrt_json *record);

#endif
