/* run_formats.c: a run as a document of another program. */
#include "cli/run_formats.h"

#include "base/file.h"
#include "ledger/audit.h"
#include "report/export.h"

#include <stdlib.h>
#include <string.h>

enum { DOCUMENT_MAX_MIB = 64 };

typedef struct {
    const wrt_cli_call *call;
    wrt_report_run run;
} export_job;

/* ---- formats: each appends its text */

/* Consumes the document, which may be NULL. */
static void put(wrt_buf *out, wrt_json *document) {
    if (document != NULL) {
        wrt_json_write_pretty(out, document);
        wrt_buf_add_char(out, '\n');
    }
    wrt_json_free(document);
}

static wrt_status write_prov(wrt_buf *out, const export_job *job, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_status status = wrt_report_prov(&document, job->run.events, err);
    put(out, document);
    return status;
}

/* Of the plan alone: there is no bundle whose files it could list. */
static wrt_status write_crate(wrt_buf *out, const export_job *job, wrt_err *err) {
    wrt_json *document = NULL, *files = wrt_json_new_array();
    wrt_status status = wrt_report_crate(&document, job->run.events, files, err);
    wrt_json_free(files);
    put(out, document);
    return status;
}

static wrt_status write_trapi(wrt_buf *out, const export_job *job, wrt_err *err) {
    const char *name = wrt_cli_value(job->call, "trapi");
    wrt_json *document = NULL;
    bool is_two = name != NULL && strcmp(name, "2.0") == 0;
    if (name != NULL && !is_two && strcmp(name, "1.5") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--trapi: 1.5 or 2.0, not \"%.20s\"", name);
    wrt_status status =
        wrt_report_trapi(&document, &job->run, is_two ? WRT_TRAPI_2_0 : WRT_TRAPI_1_5, err);
    put(out, document);
    return status;
}

static wrt_status write_ris(wrt_buf *out, const export_job *job, wrt_err *err) {
    return wrt_report_cite(out, NULL, &job->run, WRT_CITE_RIS, err);
}

static wrt_status write_bibtex(wrt_buf *out, const export_job *job, wrt_err *err) {
    return wrt_report_cite(out, NULL, &job->run, WRT_CITE_BIBTEX, err);
}

static wrt_status write_csl(wrt_buf *out, const export_job *job, wrt_err *err) {
    return wrt_report_cite(out, NULL, &job->run, WRT_CITE_CSL, err);
}

static wrt_status write_spans(wrt_buf *out, const export_job *job, wrt_err *err) {
    wrt_json *document = NULL;
    bool with_content = wrt_cli_flag(job->call, "content");
    wrt_status status = wrt_report_spans(&document, &job->run, with_content, err);
    put(out, document);
    return status;
}

static const struct format {
    const char *name;
    bool is_json;
    wrt_status (*write)(wrt_buf *out, const export_job *job, wrt_err *err);
} formats[] = {
    {"prov", true, write_prov},  {"ro-crate", true, write_crate}, {"trapi", true, write_trapi},
    {"ris", false, write_ris},   {"bibtex", false, write_bibtex}, {"csl", true, write_csl},
    {"otel", true, write_spans},
};

static const struct format *find(const char *name) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (name != NULL && strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

wrt_status wrt_cli_run_is_document(bool *out, const wrt_cli_call *call, wrt_err *err) {
    const char *name = wrt_cli_value(call, "format");
    *out = find(name) != NULL;
    if (name != NULL && !*out && strcmp(name, "bundle") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--format: %s, not \"%.20s\"", WRT_CLI_RUN_FORMATS, name);
    return WRT_OK;
}

/* ---- the run */

static wrt_status get_blob(wrt_buf *out, const char *sha256_hex, void *ctx, wrt_err *err) {
    return wrt_ledger_get_blob(out, ctx, sha256_hex, err);
}

static bool is_open(const wrt_json *events) {
    const wrt_json *last = NULL;
    WRT_JSON_EACH(event, events)
    last = event;
    return strcmp(wrt_json_get_text(last, "type", ""), "run.end") != 0;
}

static wrt_status check(const wrt_cli_call *call, const wrt_json *events, wrt_ledger *ledger,
                        const char *run, wrt_err *err) {
    wrt_json *report = NULL;
    if (is_open(events)) {
        wrt_json_push_text(call->warnings, "the run is open: what it holds so far is exported");
        return WRT_OK;
    }
    wrt_status status = wrt_audit_run(&report, ledger, run, NULL, 2, err);
    wrt_json_free(report);
    return status;
}

static wrt_status give(wrt_cli_result *result, const wrt_cli_call *call, const wrt_buf *text,
                       bool is_json, wrt_err *err) {
    const char *path = call->globals->output;
    bool to_file = path != NULL && strcmp(path, "-") != 0;
    if (to_file) {
        result->data = wrt_json_new_object();
        wrt_json_set_text(result->data, "file", path);
        wrt_json_set_int(result->data, "bytes", (int64_t)text->len);
        return wrt_file_write(path, wrt_buf_str(text), 0644, err);
    }
    if (!call->globals->json) {
        fwrite(wrt_buf_str(text).ptr, 1, text->len, call->out);
        return WRT_OK;
    }
    if (is_json)
        return wrt_json_parse(&result->data, wrt_buf_str(text), err);
    result->data = wrt_json_new_object();
    wrt_json_set(result->data, "text", wrt_json_new_text(wrt_buf_str(text)));
    return WRT_OK;
}

wrt_status wrt_cli_run_document(wrt_cli_result *result, const wrt_cli_call *call,
                                wrt_ledger *ledger, const char *run, wrt_err *err) {
    const struct format *format = find(wrt_cli_value(call, "format"));
    wrt_json *events = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(DOCUMENT_MAX_MIB));
    wrt_status status = wrt_ledger_events(&events, ledger, run, err);
    if (status == WRT_OK)
        status = check(call, events, ledger, run, err);
    if (status == WRT_OK) {
        const export_job job = {.call = call,
                                .run = {.events = events, .get_blob = get_blob, .ctx = ledger}};
        status = format->write(&text, &job, err);
    }
    if (status == WRT_OK && text.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the document is larger than %d MiB", DOCUMENT_MAX_MIB);
    if (status == WRT_OK)
        status = give(result, call, &text, format->is_json, err);
    wrt_json_free(events);
    wrt_buf_free(&text);
    return status;
}
