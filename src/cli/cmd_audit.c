/* cmd_audit.c: warrant audit verify | keygen. */
#include "agent/recheck.h"
#include "agent/recompute.h"
#include "agent/replay.h"
#include "base/file.h"
#include "base/sign.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "ledger/audit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void print_report(FILE *out, const wrt_json *report) {
    fprintf(out, "run      %s\nevents   %lld\nroot     %s\ncontent  %s\nkey      %s\n\n",
            wrt_json_get_text(report, "run", "?"), (long long)wrt_json_get_int(report, "events", 0),
            wrt_json_get_text(report, "root", "-"), wrt_json_get_text(report, "content", "-"),
            wrt_json_get_text(report, "key", "-"));
    WRT_JSON_EACH(level, wrt_json_get(report, "levels"))
    fprintf(out, "level %lld  %-14s %s  %s\n", (long long)wrt_json_get_int(level, "level", 0),
            wrt_json_get_text(level, "name", "?"),
            wrt_json_get_bool(level, "ok", false) ? "pass" : "FAIL",
            wrt_json_get_text(level, "detail", ""));
}

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static wrt_status verify_stored(wrt_cli_result *result, const wrt_cli_call *call,
                                const wrt_audit_options *options, wrt_err *err) {
    char run[WRT_RUN_ID_MAX];
    wrt_ledger *ledger = NULL;
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, err);
    if (status == WRT_OK)
        status = wrt_ledger_find(run, ledger, call->operands[0], err);
    if (status == WRT_OK) {
        snprintf(result->run, sizeof result->run, "%s", run);
        status = wrt_audit_run_with(&result->data, ledger, run, options, err);
    }
    wrt_ledger_close(ledger);
    return status;
}

/* The auditor's own tools, for level 5. */
static wrt_status open_tools(wrt_toolhost **tools, const wrt_cli_call *call, int64_t level,
                             wrt_err *err) {
    if (level < 5)
        return WRT_OK;
    wrt_status status = wrt_cli_check_sandbox(call->globals, err);
    return status == WRT_OK ? wrt_cli_open_tools(tools, call, err) : status;
}

static wrt_status verify(wrt_cli_result *result, const wrt_cli_call *call,
                         const wrt_audit_options *options, wrt_err *err) {
    wrt_status status = is_folder(call->operands[0])
                            ? wrt_audit_bundle_with(&result->data, call->operands[0], options, err)
                            : verify_stored(result, call, options, err);
    if (result->data != NULL && !call->globals->json)
        print_report(call->out, result->data);
    return status;
}

static wrt_status run_verify(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    unsigned char key[WRT_ED25519_PUBLIC];
    const char *given = wrt_cli_value(call, "key");
    wrt_recompute recompute = {.files = wrt_cli_value(call, "files")};
    int64_t level = 0;
    wrt_status status = wrt_cli_int(&level, call, "level", 1, 6, 6, err);
    if (status == WRT_OK && given != NULL)
        status = wrt_audit_parse_key(key, given, err);
    if (status == WRT_OK)
        status = open_tools(&recompute.tools, call, level, err);
    if (status != WRT_OK)
        return status;
    const wrt_audit_hook hooks[] = {
        wrt_recheck_policy,
        wrt_recompute_hook(&recompute),
        wrt_replay_hook,
    };
    wrt_audit_options options = {
        .public_key = given != NULL ? key : NULL,
        .max_level = (int)level,
        .hooks = hooks,
        .n_hooks = sizeof hooks / sizeof *hooks,
    };
    status = verify(result, call, &options, err);
    wrt_toolhost_free(recompute.tools);
    if (level > 3)
        wrt_json_push_text(call->warnings, "level 4 is not checked by this version");
    return status;
}

static const wrt_cli_option verify_options[] = {
    {"level", 0, "N",
     "highest level to check: 1 integrity, 2 completeness, 3 policy, 5 computed again, 6 replayed "
     "(default)"},
    {"files", 0, "DIR", "files that the run knows by their hash alone, for level 5"},
    {"key", 0, "PUB", "public key to trust: a vkey or a file that holds one"},
    {0},
};

const wrt_cli_command wrt_cmd_audit_verify = {
    .path = "audit verify",
    .operands = "RUN|DIR",
    .summary = "re-check a run or an exported bundle offline; exit 6 names the first bad event",
    .examples = "  warrant audit verify last\n  warrant audit verify bundle --key ledger.pub\n",
    .options = verify_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_verify,
};

static wrt_status run_keygen(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_ledger *ledger = NULL;
    char *home = wrt_cli_home(call->globals), *keys = wrt_path_join(home, "keys");
    char *path = wrt_path_join(keys, "ledger.key");
    wrt_status status = WRT_OK;
    if (wrt_file_exists(path))
        status =
            wrt_fail(err, WRT_E_INPUT, "a signing key exists already; it is never overwritten");
    if (status == WRT_OK)
        status = wrt_cli_open_ledger(&ledger, call->globals, true, err);
    if (status == WRT_OK)
        status = wrt_ledger_make_key(ledger, err);
    result->data = wrt_json_new_object();
    wrt_json_set_text(result->data, "public_key", "keys/ledger.pub");
    if (status == WRT_OK && !call->globals->json)
        fprintf(call->out, "keys/ledger.key (secret, mode 0600), keys/ledger.pub\n");
    wrt_ledger_close(ledger);
    free(home);
    free(keys);
    free(path);
    return status;
}

const wrt_cli_command wrt_cmd_audit_keygen = {
    .path = "audit keygen",
    .operands = "",
    .summary = "make the key that signs runs (the first run makes it by itself)",
    .run = run_keygen,
};
