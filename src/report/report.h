/* report.h: one run, for people; export.h has the formats of other programs.
 *
 * The writer reads what the ledger holds and nothing else, so equal events give equal bytes. Every
 * text of a run is hostile: a node name, a tool's message or a question may hold markup, and it
 * must come out as text. */
#ifndef WRT_REPORT_REPORT_H
#define WRT_REPORT_REPORT_H

#include "base/buf.h"
#include "ledger/ledger.h"

enum {
    WRT_REPORT_EVENTS_MAX = 10000,
    WRT_REPORT_BYTES_MAX = 32 << 20, /* of HTML */
    WRT_REPORT_CELL_MAX = 4096 /* bytes of one text in the page; longer ones are cut, marked */
};

/* Where the blobs of the run are read, whole and checked. */
typedef struct {
    wrt_status (*get)(wrt_buf *out, const char *sha256_hex, void *ctx, wrt_err *err);
    void *ctx;
} wrt_report_blobs;

typedef struct {
    const wrt_json *events; /* the array of wrt_ledger_events */
    const wrt_json
        *audit; /* the report of wrt_audit_run, NULL when none was made: the page says so */
    wrt_report_blobs blobs; /* of the run; without a get they are named only */
} wrt_report_input;

/* Appends a self-contained HTML page: no script, no outside picture, no request (strict CSP). A
 * claim is shown when the released answer holds it: claims that were recorded but not released are
 * counted only. Long lists and raw texts are cut, and the page says by how much. WRT_E_INPUT: not
 * the events of a run; WRT_E_LIMIT: beyond the caps, *out is then of no use. O(size of the events),
 * times the evidence of a claim. */
wrt_status wrt_report_html(wrt_buf *out, const wrt_report_input *input, wrt_err *err);

#endif
