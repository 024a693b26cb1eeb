/* cmd_run.c: warrant run list | show | export. */
#include "agent/usage.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/run_formats.h"
#include "ledger/audit.h"
#include "report/derived.h"

#include <stdlib.h>
#include <string.h>

typedef wrt_status (*ledger_fn)(wrt_cli_result *result, const wrt_cli_call *call,
                                wrt_ledger *ledger, wrt_err *err);

static wrt_status with_ledger(ledger_fn fn, wrt_cli_result *result, const wrt_cli_call *call,
                              wrt_err *err) {
    wrt_ledger *ledger = NULL;
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, err);
    if (status == WRT_OK)
        status = fn(result, call, ledger, err);
    wrt_ledger_close(ledger);
    return status;
}

/* ---- list */

static wrt_json *info_json(const wrt_run_info *info) {
    wrt_json *run = wrt_json_new_object();
    wrt_json_set_text(run, "run", info->id);
    wrt_json_set_text(run, "started", info->started);
    wrt_json_set_int(run, "events", info->events);
    wrt_json_set_bool(run, "sealed", info->sealed);
    wrt_json_set_text(run, "outcome", info->outcome);
    wrt_json_set_text(run, "question", info->question);
    return run;
}

static void print_info(FILE *out, const wrt_run_info *run) {
    fprintf(out, "%s\t%s\t", run->id, run->started);
    wrt_cli_print_text(out, run->outcome);
    fprintf(out, "\t%lld\t", (long long)run->events);
    wrt_cli_print_text(out, run->question);
    fputc('\n', out);
}

static wrt_status list(wrt_cli_result *result, const wrt_cli_call *call, wrt_ledger *ledger,
                       wrt_err *err) {
    wrt_run_info *runs = NULL;
    size_t n = 0;
    wrt_status status = wrt_ledger_list(&runs, &n, ledger, err);
    result->data = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        wrt_json_push(result->data, info_json(&runs[i]));
        if (!call->globals->json)
            print_info(call->out, &runs[i]);
    }
    wrt_run_info_free(runs, n);
    return status;
}

/* ---- show */

static void print_event(FILE *out, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    const char *type = wrt_json_get_text(event, "type", "?");
    fprintf(out, "%4lld  %-16s", (long long)wrt_json_get_int(event, "seq", -1), type);
    static const char *const shown[] = {"id",     "phase",   "step", "tool",    "decision",
                                        "status", "purpose", "text", "outcome", "question"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const char *value = wrt_json_get_text(body, shown[i], NULL);
        if (value == NULL || (strcmp(type, "answer") == 0 && strcmp(shown[i], "text") == 0))
            continue;
        fprintf(out, " %s=", shown[i]);
        wrt_cli_print_text(out, value);
    }
    size_t n = 0;
    WRT_JSON_EACH(rule, wrt_json_get(body, "determining"))
    fprintf(out, "%s%s", n++ == 0 ? " rules=" : ",", wrt_json_text(rule));
    fputc('\n', out);
}

static const wrt_json *answer_of(const wrt_json *events) {
    WRT_JSON_EACH(event, events)
    if (strcmp(wrt_json_get_text(event, "type", ""), "answer") == 0)
        return wrt_json_get(event, "body");
    return NULL;
}

static void print_usage(FILE *out, const wrt_json *usage) {
    wrt_buf words = wrt_buf_make(WRT_KIB(1));
    wrt_usage_words(&words, usage);
    fprintf(out, "\nusage    %s\n", wrt_buf_str(&words).ptr);
    wrt_buf_free(&words);
}

static void print_run(const wrt_cli_call *call, const char *run, const wrt_json *events,
                      const char *content) {
    fprintf(call->out, "run      %s\ncontent  %s\n\n", run, content);
    WRT_JSON_EACH(event, events)
    print_event(call->out, event);
    const wrt_json *answer = answer_of(events);
    if (answer != NULL)
        fprintf(call->out, "\n%s", wrt_json_get_text(answer, "text", ""));
    wrt_json *usage = wrt_usage_of_events(events);
    if (usage != NULL)
        print_usage(call->out, usage);
    wrt_json_free(usage);
}

static wrt_status show(wrt_cli_result *result, const wrt_cli_call *call, wrt_ledger *ledger,
                       wrt_err *err) {
    char run[WRT_RUN_ID_MAX], content[WRT_SHA256_HEX + 1];
    wrt_json *events = NULL;
    wrt_status status = wrt_ledger_find(run, ledger, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_ledger_events(&events, ledger, run, err);
    if (status == WRT_OK)
        status = wrt_ledger_content_hash(content, ledger, run, err);
    if (status != WRT_OK) {
        wrt_json_free(events);
        return status;
    }
    snprintf(result->run, sizeof result->run, "%s", run);
    if (!call->globals->json)
        print_run(call, run, events, content);
    result->data = wrt_json_new_object();
    wrt_json_set_text(result->data, "content", content);
    wrt_json *usage = wrt_usage_of_events(events);
    if (usage != NULL)
        wrt_json_set(result->data, "usage", usage);
    wrt_json_set(result->data, "events", events);
    return WRT_OK;
}

/* ---- export */

/* Files that the run was too large for; one without a plan simply has none. */
static void warn_left_out(const wrt_cli_call *call, const wrt_json *names) {
    char text[128];
    WRT_JSON_EACH(name, names) {
        snprintf(text, sizeof text, "%s is left out: the run is too large for it",
                 wrt_json_text(name));
        if (strcmp(wrt_json_text(name), "plan.json") != 0)
            wrt_json_push_text(call->warnings, text);
    }
}

static wrt_status export_bundle(wrt_cli_result *result, const wrt_cli_call *call,
                                wrt_ledger *ledger, const char *run, wrt_err *err) {
    const char *folder = call->globals->output;
    const char *names = wrt_cli_value(call, "redact");
    wrt_json *redact = names != NULL ? wrt_cli_names(names) : NULL;
    wrt_derived_files derived = wrt_report_derived;
    derived.left_out = wrt_json_new_array();
    const wrt_export_options options = {.redact = redact, .derived = &derived};
    wrt_status status = wrt_audit_export_as(ledger, run, folder, &options, err);
    warn_left_out(call, derived.left_out);
    wrt_json_free(derived.left_out);
    wrt_json_free(redact);
    if (status != WRT_OK)
        return status;
    result->data = wrt_json_new_object();
    wrt_json_set_text(result->data, "folder", folder);
    if (!call->globals->json)
        fprintf(call->out, "%s: check it with `warrant audit verify %s`\n", folder, folder);
    return WRT_OK;
}

static wrt_status export_run(wrt_cli_result *result, const wrt_cli_call *call, wrt_ledger *ledger,
                             wrt_err *err) {
    char run[WRT_RUN_ID_MAX];
    bool is_document = false;
    wrt_status status = wrt_cli_run_is_document(&is_document, call, err);
    if (status == WRT_OK && !is_document && call->globals->output == NULL)
        status = wrt_fail(err, WRT_E_INPUT,
                          "name the folder or archive to write: -o DIR or -o FILE.zip");
    if (status == WRT_OK)
        status = wrt_cli_check_export(call->globals,
                                      is_document ? wrt_cli_value(call, "format") : "bundle", err);
    if (status == WRT_OK)
        status = wrt_ledger_find(run, ledger, call->operands[0], err);
    if (status != WRT_OK)
        return status;
    snprintf(result->run, sizeof result->run, "%s", run);
    return is_document ? wrt_cli_run_document(result, call, ledger, run, err)
                       : export_bundle(result, call, ledger, run, err);
}

static wrt_status run_list(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_ledger(list, r, call, err);
}

static wrt_status run_show(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_ledger(show, r, call, err);
}

static wrt_status run_export(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_ledger(export_run, r, call, err);
}

const wrt_cli_command wrt_cmd_run_list = {
    .path = "run list",
    .operands = "",
    .summary = "list the stored runs, newest first",
    .run = run_list,
};

const wrt_cli_command wrt_cmd_run_show = {
    .path = "run show",
    .operands = "RUN",
    .summary = "show every event of a run, then its answer",
    .details = "RUN is an id, a unique beginning of one, or \"last\".\n",
    .examples = "  warrant run show last\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_show,
};

static const wrt_cli_option export_options[] = {
    {"redact", 0, "NAMES", "leave these values behind, which `ask --seal` stored apart"},
    {"format", 0, "NAME", WRT_CLI_RUN_FORMATS " (default: bundle)"},
    {"trapi", 0, "VERSION", "of the TRAPI message: 1.5 (default) or 2.0"},
    {"content", 0, NULL, "otel: with arguments, results and the texts of the model"},
    {0},
};

const wrt_cli_command wrt_cmd_run_export = {
    .path = "run export",
    .operands = "RUN",
    .summary = "write a run as a bundle that a stranger can verify offline, or as a document",
    .details =
        "A bundle is a folder, or an archive named *.zip, with every event, the signed head, a "
        "report, PROV and an RO-Crate.\n"
        "Documents go to -o FILE or to standard output: prov (W3C PROV-JSON), ro-crate,\n"
        "trapi (a knowledge graph with the hypotheses as answers), ris, bibtex and csl (the\n"
        "publications that the claims rest on), otel (spans as OTLP/JSON).\n",
    .examples = "  warrant run export last -o bundle\n"
                "  warrant run export last -o bundle.zip\n"
                "  warrant run export last --format trapi --trapi 2.0 -o answer.json\n"
                "  warrant run export last --format bibtex\n",
    .options = export_options,
    .min_operands = 1,
    .max_operands = 1,
    .writes_output = true,
    .run = run_export,
};
