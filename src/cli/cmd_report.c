/* cmd_report.c: warrant report. */
#include "cli/commands.h"
#include "cli/open.h"
#include "ledger/audit.h"
#include "report/export.h"
#include "report/report.h"

#include <string.h>

enum { REPORT_AUDIT_LEVEL = 2 };

static wrt_status write_html(wrt_cli_result *result, const wrt_cli_call *call,
                             const wrt_report_input *input, wrt_err *err) {
    wrt_buf page = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    wrt_status status = wrt_report_html(&page, input, err);
    if (status == WRT_OK && call->globals->json) {
        result->data = wrt_json_new_object();
        wrt_json_set(result->data, "html", wrt_json_new_text(wrt_buf_str(&page)));
    } else if (status == WRT_OK) {
        fwrite(page.ptr, 1, page.len, call->out);
    }
    wrt_buf_free(&page);
    return status;
}

static wrt_status write_prov(wrt_cli_result *result, const wrt_cli_call *call,
                             const wrt_json *events, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_status status = wrt_report_prov(&document, events, err);
    if (status != WRT_OK)
        return status;
    result->data = document;
    if (!call->globals->json) {
        wrt_buf text = wrt_buf_make(WRT_MIB(64));
        wrt_json_write_pretty(&text, document);
        if (text.overflow)
            status = wrt_fail(err, WRT_E_LIMIT, "the PROV document is larger than 64 MiB");
        else
            fprintf(call->out, "%s\n", wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
    }
    return status;
}

static wrt_status get_blob(wrt_buf *out, const char *sha256_hex, void *ctx, wrt_err *err) {
    return wrt_ledger_get_blob(out, ctx, sha256_hex, err);
}

/* A record that does not pass is still reported, with the failure on the page; the failure of the
 * audit is then the outcome of the command. */
static wrt_status report_run(wrt_cli_result *result, const wrt_cli_call *call, wrt_ledger *ledger,
                             wrt_err *err) {
    char run[WRT_RUN_ID_MAX];
    wrt_json *events = NULL, *audit = NULL;
    wrt_err finding = {0};
    wrt_status audited = WRT_OK;
    wrt_status status =
        wrt_cli_check_export(call->globals, wrt_cli_flag(call, "prov") ? "prov" : "report", err);
    if (status == WRT_OK)
        status = wrt_ledger_find(run, ledger, call->operands[0], err);
    if (status != WRT_OK)
        return status;
    snprintf(result->run, sizeof result->run, "%s", run);
    status = wrt_ledger_events(&events, ledger, run, err);
    if (status == WRT_OK)
        audited = wrt_audit_run(&audit, ledger, run, NULL, REPORT_AUDIT_LEVEL, &finding);
    if (status == WRT_OK && wrt_cli_flag(call, "prov"))
        status = write_prov(result, call, events, err);
    else if (status == WRT_OK)
        status =
            write_html(result, call, &(wrt_report_input){events, audit, {get_blob, ledger}}, err);
    result->keep = status == WRT_OK;
    if (status == WRT_OK && audited != WRT_OK) {
        status = audited;
        if (err != NULL)
            *err = finding;
    }
    wrt_json_free(events);
    wrt_json_free(audit);
    return status;
}

static wrt_status run_report(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_ledger *ledger = NULL;
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, err);
    if (status == WRT_OK)
        status = report_run(result, call, ledger, err);
    wrt_ledger_close(ledger);
    return status;
}

static const wrt_cli_option report_options[] = {
    {"prov", 0, NULL, "write PROV-JSON (W3C) instead of HTML"},
    {0},
};

const wrt_cli_command wrt_cmd_report = {
    .path = "report",
    .operands = "RUN",
    .summary = "write a run as one self-contained HTML page, or as PROV-JSON",
    .details =
        "RUN is an id, a unique beginning of one, or \"last\". The page needs no network and\n"
        "holds no script. The record is checked first (levels 1 and 2 of `audit verify`);\n"
        "one that does not pass is written with that mark, and the exit code is 6.\n",
    .examples =
        "  warrant report last -o run.html\n  warrant report last --prov -o run.prov.json\n",
    .options = report_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_report,
};
