/* export.h: a run in the formats of other programs.
 *
 * Every writer is a function of the events of a run, and of the blobs that they name where it says
 * so: equal runs give equal bytes, and no clock is read. Nothing is looked up: what the run does
 * not hold is left out, never invented. A claim is exported when the released answer holds it.
 *
 * Statuses of all: WRT_E_INPUT when these are not the events of a run, WRT_E_LIMIT beyond
 * WRT_REPORT_EVENTS_MAX events or the cap of a buffer. What is given out is the caller's. */
#ifndef WRT_REPORT_EXPORT_H
#define WRT_REPORT_EXPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

typedef struct {
    const wrt_json *events; /* array, in order */
    /* Appends a blob; NULL: blobs are not at hand, and what they hold is left out. */
    wrt_status (*get_blob)(wrt_buf *out, const char *sha256_hex, void *ctx, wrt_err *err);
    void *ctx;
} wrt_report_run;

/* PROV-JSON (W3C member submission, 24 April 2013) in terms of PROV-DM (W3C recommendation,
 * 30 April 2013). Identifiers are "run:<kind>-<seq>", of blobs "run:blob-<sha256>"; every one that
 * a relation names is declared. A relation is written only when the events state it. O(events times
 * the evidence of a claim). */
wrt_status wrt_report_prov(wrt_json **out, const wrt_json *events, wrt_err *err);

/* ro-crate-metadata.json: RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) with the profiles Process
 * Run Crate 0.5, Workflow Run Crate 0.5 and Workflow RO-Crate 1.0. `files` is
 * [{"path","sha256","size"}], the files of the bundle beside it; the workflow is the plan of the
 * run, plan.json, which must be one of them for a run that has a plan. */
wrt_status wrt_report_crate(wrt_json **out, const wrt_json *events, const wrt_json *files,
                            wrt_err *err);

/* The workflow that the run followed, or WRT_E_NOT_FOUND when it never came to a plan: the last
 * "plan" event's body. */
wrt_status wrt_report_plan(wrt_json **out, const wrt_json *events, wrt_err *err);

typedef enum { WRT_TRAPI_1_5, WRT_TRAPI_2_0 } wrt_trapi_version;

/* A TRAPI response {"message":{...},"schema_version",...} (github.com/NCATSTranslator/ReasonerAPI,
 * tags v1.5.0 and v2.0.0-beta): what was asked as a query graph, the cited edges and the claims as
 * a knowledge graph, each hypothesis as an answer whose support graph is its links. No null, no
 * empty array. Categories of nodes come from the blobs. */
wrt_status wrt_report_trapi(wrt_json **out, const wrt_report_run *run, wrt_trapi_version version,
                            wrt_err *err);

typedef enum { WRT_CITE_RIS, WRT_CITE_BIBTEX, WRT_CITE_CSL } wrt_cite_style;

/* Appends the publications that the evidence of the answer cites, sorted. A paper whose
 * record the run read (pubmed_fetch) is given whole; of another one there is only its id and its
 * address, and its note says so. Withdrawn papers are marked. CSL is one JSON array. *n, which may
 * be NULL, is how many there are. */
wrt_status wrt_report_cite(wrt_buf *out, size_t *n, const wrt_report_run *run, wrt_cite_style style,
                           wrt_err *err);

/* Spans of the run in OTLP/JSON (opentelemetry-proto 1.x, ExportTraceServiceRequest), named by the
 * semantic conventions for generative AI: invoke_agent, plan, execute_tool, chat. Trace and span
 * ids are derived from the run's id. Arguments, results and texts of models only with content. */
wrt_status wrt_report_spans(wrt_json **out, const wrt_report_run *run, bool with_content,
                            wrt_err *err);

#endif
