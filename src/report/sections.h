/* sections.h: the sections about claims and what they rest on. */
#ifndef WRT_REPORT_SECTIONS_H
#define WRT_REPORT_SECTIONS_H

#include "base/buf.h"
#include "report/run_view.h"

void wrt_report_add_claims(wrt_buf *out, const wrt_run_view *view);
void wrt_report_add_evidence(wrt_buf *out, const wrt_run_view *view);
void wrt_report_add_sources(wrt_buf *out, const wrt_run_view *view);

#endif
