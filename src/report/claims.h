/* claims.h: claims of the released answer and what they rest on; shared by several sections.
 *
 * Anchors are made from positions, never from the ids in the run, so no id can break out of one or
 * stand for another. */
#ifndef WRT_REPORT_CLAIMS_H
#define WRT_REPORT_CLAIMS_H

#include "base/buf.h"
#include "report/run_view.h"

/* "#claim-3" as a link around the id, or the id as text when the answer holds no such claim. */
void wrt_report_link_claim(wrt_buf *out, const wrt_run_view *view, const char *id);
void wrt_report_link_evidence(wrt_buf *out, const wrt_run_view *view, const char *id);

/* True when the answer leads with this claim: it is a hypothesis, or no link of one. */
bool wrt_report_leads(const wrt_run_view *view, const wrt_json *claim);

/* "2: curated causal statement", and what policy lowered it from. */
void wrt_report_add_rung(wrt_buf *out, const wrt_json *claim);
const char *wrt_report_rung_word(int rung); /* "association", ... */

/* The certainty, and by which start and steps the rule came to it. */
void wrt_report_add_certainty(wrt_buf *out, const wrt_json *claim);
/* Kind of the warrant and its assumptions. */
void wrt_report_add_warrant(wrt_buf *out, const wrt_json *claim);

/* True when the claim rests on this evidence in this role. */
bool wrt_report_has_role(const wrt_json *claim, const char *evidence, const char *role);

/* The gravest part that evidence plays for any claim: contradicts, supports, context, not used. */
const char *wrt_report_role_of(const wrt_run_view *view, const wrt_json *evidence);

#endif
