/* cmd_doctor.c: warrant doctor: what works here, and how to mend what does not. */
#include "agent/host/sandbox.h"
#include "agent/plan/protocol.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "pubmed/store.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_json *lines;
    int failed;
} checkup;

static void note(checkup *c, const char *what, const char *state, const char *detail) {
    wrt_json *line = wrt_json_new_object();
    wrt_json_set_text(line, "check", what);
    wrt_json_set_text(line, "state", state);
    wrt_json_set_text(line, "detail", detail);
    wrt_json_push(c->lines, line);
    c->failed += strcmp(state, "fail") == 0;
}

static void check_kg(checkup *c, const wrt_cli_call *call) {
    wrt_kg *kg = NULL;
    wrt_json *stats = NULL;
    wrt_err err = {0};
    char detail[256];
    wrt_status status = wrt_cli_open_kg(&kg, call->globals, &err);
    if (status == WRT_OK)
        status = wrt_kg_stats(&stats, kg, &err);
    if (status == WRT_OK) {
        snprintf(detail, sizeof detail, "%lld nodes, %lld edges, snapshot %.16s",
                 (long long)wrt_json_get_int(stats, "nodes", 0),
                 (long long)wrt_json_get_int(stats, "edges", 0), wrt_kg_snapshot(kg));
        note(c, "knowledge graph", "ok", detail);
    } else {
        note(c, "knowledge graph", "fail", err.message);
    }
    wrt_json_free(stats);
    wrt_kg_close(kg);
}

/* The literature is optional: without it the tools say so. */
static void check_pubmed(checkup *c, const wrt_cli_call *call) {
    wrt_pubmed_store *store = NULL;
    wrt_json *info = NULL;
    wrt_err err = {0};
    char detail[256], *path = wrt_cli_pubmed_path(call->globals);
    wrt_status status = wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_READ, &err);
    bool is_none = status == WRT_E_NOT_FOUND;
    if (status == WRT_OK)
        status = wrt_pubmed_store_info(&info, store, &err);
    snprintf(detail, sizeof detail, "%lld articles of %lld files, records revised up to %s",
             (long long)wrt_json_get_int(info, "articles", 0),
             (long long)wrt_json_get_int(info, "files", 0),
             wrt_json_get_text(info, "newest_revised", "an unknown date"));
    note(c, "literature",
         status == WRT_OK ? "ok"
         : is_none        ? "warn"
                          : "fail",
         status == WRT_OK ? detail : err.message);
    wrt_json_free(info);
    wrt_pubmed_store_close(store);
    free(path);
}

static void check_policy(checkup *c, const wrt_cli_call *call) {
    wrt_policy *policy = NULL;
    wrt_json *report = NULL;
    wrt_err err = {0};
    char detail[128];
    wrt_status status = wrt_cli_open_policy(&policy, call->globals, &err);
    if (status == WRT_OK)
        status = wrt_policy_test(&report, policy, &err);
    snprintf(detail, sizeof detail, "%lld rules, %lld of %lld tests pass",
             (long long)wrt_json_get_int(report, "rules", 0),
             (long long)wrt_json_get_int(report, "passed", 0),
             (long long)wrt_json_get_int(report, "tests", 0));
    note(c, "policy", status == WRT_OK ? "ok" : "fail", status == WRT_OK ? detail : err.message);
    wrt_json_free(report);
    wrt_policy_free(policy);
}

static void check_tools(checkup *c, const wrt_cli_call *call) {
    wrt_toolhost *tools = NULL;
    wrt_err err = {0};
    char detail[128];
    if (wrt_cli_open_tools(&tools, call, &err) != WRT_OK) {
        note(c, "tools", "fail", err.message);
        return;
    }
    wrt_json *list = wrt_toolhost_list(tools);
    size_t n = wrt_json_count(list);
    snprintf(detail, sizeof detail, "%zu tools", n);
    note(c, "tools", n > 0 ? "ok" : "fail",
         n > 0 ? detail : "no plugin is installed beside the program: set WARRANT_PLUGINS");
    WRT_JSON_EACH(refusal, wrt_toolhost_refusals(tools))
    note(c, "plugin", "warn", wrt_json_text(refusal));
    wrt_json_free(list);
    wrt_toolhost_free(tools);
}

static void check_model(checkup *c, const wrt_cli_call *call) {
    wrt_llm *llm = NULL;
    wrt_err err = {0};
    if (wrt_cli_open_model(&llm, call, &err) != WRT_OK) {
        note(c, "language model", "fail", err.message);
        return;
    }
    if (llm == NULL) {
        note(c, "language model", "warn",
             "none: answers come from the protocol alone; see `warrant help model list`");
        return;
    }
    wrt_json *model = wrt_llm_describe(llm);
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&text, "%s %s", wrt_json_get_text(model, "kind", "?"),
                   wrt_json_get_text(model, "model", "?"));
    note(c, "language model", "ok", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    wrt_json_free(model);
    wrt_llm_close(llm);
}

static void check_ledger(checkup *c, const wrt_cli_call *call) {
    wrt_ledger *ledger = NULL;
    wrt_run_info *runs = NULL;
    wrt_err err = {0};
    size_t n = 0;
    char detail[64];
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, &err);
    if (status == WRT_E_NOT_FOUND) {
        note(c, "run store", "ok", "empty: the first run makes it");
        return;
    }
    if (status == WRT_OK)
        status = wrt_ledger_list(&runs, &n, ledger, &err);
    snprintf(detail, sizeof detail, "%zu runs", n);
    note(c, "run store", status == WRT_OK ? "ok" : "fail", status == WRT_OK ? detail : err.message);
    wrt_run_info_free(runs, n);
    wrt_ledger_close(ledger);
}

static void check_protocols(checkup *c) {
    char *path = wrt_cli_protocol_dir();
    wrt_json *types = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_protocol_read_all(&types, path, &err);
    char detail[64];
    snprintf(detail, sizeof detail, "%zu question types", wrt_json_count(types));
    note(c, "protocols", status == WRT_OK ? "ok" : "fail",
         status == WRT_OK ? detail : "missing or damaged: reinstall warrant");
    wrt_json_free(types);
    free(path);
}

static void check_sandbox(checkup *c) {
    int abi = wrt_sandbox_abi();
    bool has_filter = wrt_sandbox_has_filter();
    char files[80];
    snprintf(files, sizeof files, "Landlock ABI %d: workers read declared files only", abi);
    note(c, "sandbox files", abi > 0 ? "ok" : "warn",
         abi > 0 ? files : "this kernel has no Landlock: workers read what you may read");
    note(c, "sandbox calls", has_filter ? "ok" : "warn",
         has_filter ? "seccomp: workers open no sockets and start nothing"
                    : "no filter of system calls here: workers may reach the network");
    note(c, "sandbox limits", "ok",
         "workers have limits of memory, time and files, no capabilities, no new privileges");
}

static wrt_status run_doctor(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    checkup c = {wrt_json_new_array(), 0};
    check_kg(&c, call);
    check_pubmed(&c, call);
    check_policy(&c, call);
    check_tools(&c, call);
    check_protocols(&c);
    check_model(&c, call);
    check_ledger(&c, call);
    check_sandbox(&c);
    if (!call->globals->json)
        WRT_JSON_EACH(line, c.lines)
    fprintf(call->out, "%-5s %-16s %s\n", wrt_json_get_text(line, "state", "?"),
            wrt_json_get_text(line, "check", "?"), wrt_json_get_text(line, "detail", ""));
    result->data = c.lines;
    return c.failed == 0 ? WRT_OK
                         : wrt_fail(err, WRT_E_FAILED, "%d of the checks failed", c.failed);
}

const wrt_cli_command wrt_cmd_doctor = {
    .path = "doctor",
    .operands = "",
    .summary = "check graph, policy, tools, model, run store and sandbox",
    .run = run_doctor,
};
