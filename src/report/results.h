/* results.h: what the tools of a run answered, read from its events and blobs. */
#ifndef WRT_REPORT_RESULTS_H
#define WRT_REPORT_RESULTS_H

#include "ledger/ledger.h"
#include "report/report.h"
#include "report/run_view.h"

enum {
    WRT_RESULTS_BLOB_MAX = 4 << 20,  /* bytes of one result */
    WRT_RESULTS_TOTAL_MAX = 32 << 20 /* of all that are read */
};

/* Everything borrowed from the events, but for result where the event names a blob. */
typedef struct {
    int64_t call_seq, seq; /* events tool.call (-1: none) and tool.result */
    const char *step, *tool, *status;
    const wrt_json *args;   /* of the call, without such texts; NULL: not found */
    const wrt_json *result; /* the envelope (CONTRACTS.md); NULL: not read */
    const char *blob;       /* SHA-256 of its bytes, NULL: they stand in the event */
    int64_t bytes;          /* of the blob */
    const wrt_json *said;   /* the result without texts that the released answer leaves out */
    wrt_json *owned, *owned_said, *owned_args;
} wrt_run_result;

typedef struct {
    wrt_run_result *list;
    size_t n;
} wrt_run_results;

/* ledger NULL: blobs are not read. A blob that is missing, altered, too large or no JSON leaves
 * `result` NULL: the page says so, the audit is what judges it. */
void wrt_run_results_read(wrt_run_results *out, const wrt_run_view *view,
                          const wrt_report_blobs *blobs);
void wrt_run_results_free(wrt_run_results *results);

/* Data of the next finished result of a tool after *at (start at 0), NULL when there is no more;
 * *at is then one past it. */
const wrt_json *wrt_run_results_next(const wrt_run_result **found, size_t *at,
                                     const wrt_run_results *results, const char *tool);

#endif
