/* report.h: one run, for people; export.h has the formats of other programs.
 *
 * The writer reads what the ledger holds and nothing else, so equal events give equal bytes. Every
 * text of a run is hostile: a node name, a tool's message or a question may hold markup, and it
 * must come out as text. */
#ifndef WRT_REPORT_REPORT_H
#define WRT_REPORT_REPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum {
    WRT_REPORT_EVENTS_MAX = 10000,
    WRT_REPORT_BYTES_MAX = 32 << 20, /* of HTML */
    WRT_REPORT_CELL_MAX = 4096 /* bytes of one text in the page; longer ones are cut, marked */
};

/* Appends a self-contained HTML page: no script, no image, no request (strict CSP). `events` is the
 * array of wrt_ledger_events; `audit` the report of wrt_audit_run, or NULL when none was made, and
 * the page says which. A claim is shown when the released answer holds it: claims that were
 * recorded but not released are counted only. WRT_E_INPUT: not the events of a run; WRT_E_LIMIT:
 * beyond the caps, *out is then of no use. O(size of the events), times the evidence of a claim. */
wrt_status wrt_report_html(wrt_buf *out, const wrt_json *events, const wrt_json *audit,
                           wrt_err *err);

#endif
