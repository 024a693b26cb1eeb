/* sections.h: the sections of the page, one file each, in the order in which they stand. */
#ifndef WRT_REPORT_SECTIONS_H
#define WRT_REPORT_SECTIONS_H

#include "base/buf.h"
#include "report/results.h"
#include "report/run_view.h"

/* What every section reads. */
typedef struct {
    const wrt_run_view *view;
    const wrt_run_results *results;
    const wrt_json *audit; /* NULL: none was made */
} wrt_report_source;

/* Each appends one whole element; a section without anything to say appends nothing, but for
 * evidence, policy, timeline, record and limits, which then say so. */
void wrt_report_add_header(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_evidence(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_routes(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_graphs(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_estimates(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_whatifs(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_timeline(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_policy(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_record(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_limits(wrt_buf *out, const wrt_report_source *source);
void wrt_report_add_citations(wrt_buf *out, const wrt_report_source *source);

#endif
