/* cmd_audit.c: warrant audit verify | keygen. */
#include "base/file.h"
#include "base/sign.h"
#include "cli/audit_levels.h"
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

static wrt_status run_verify(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    unsigned char key[WRT_ED25519_PUBLIC];
    const char *given = wrt_cli_value(call, "key");
    int64_t level = 0;
    wrt_status status = wrt_cli_int(&level, call, "level", 1, 6, WRT_CLI_LEVEL_MAX, err);
    if (status == WRT_OK && given != NULL)
        status = wrt_audit_parse_key(key, given, err);
    wrt_cli_levels levels = {.with = {0}};
    if (status == WRT_OK)
        status = wrt_cli_levels_open(&levels, call, err);
    wrt_audit_options options = {
        .public_key = given != NULL ? key : NULL,
        .max_level = (int)level,
        .hooks = levels.hooks,
        .n_hooks = WRT_CLI_LEVELS,
    };
    if (status != WRT_OK) {
        wrt_cli_levels_close(&levels);
        return status;
    }
    if (is_folder(call->operands[0]))
        status = wrt_audit_bundle_with(&result->data, call->operands[0], &options, err);
    else
        status = verify_stored(result, call, &options, err);
    if (result->data != NULL && !call->globals->json)
        print_report(call->out, result->data);
    wrt_cli_levels_close(&levels);
    if (level > WRT_CLI_LEVEL_MAX)
        wrt_json_push_text(call->warnings, "levels 5 and 6 are not checked by this version");
    return status;
}

static const wrt_cli_option verify_options[] = {
    {"level", 0, "N",
     "highest level to check: 1 integrity, 2 completeness, 3 policy, 4 evidence (default)"},
    {"kg", 0, "FILE", "hold rows of the graph against this graph file, too"},
    {"pubmed", 0, "FILE", "hold cited papers against this local PubMed, too"},
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
