/* cmd_audit.c: warrant audit verify | keygen. */
#include "base/file.h"
#include "base/sign.h"
#include "cli/audit_levels.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "ledger/audit.h"
#include "report/derived.h"

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

/* ---- what to hold the run against */

/* The options of verify, read; the text and the policies that they name are owned here. */
typedef struct {
    wrt_audit_options options;
    unsigned char key[WRT_ED25519_PUBLIC];
    wrt_tlog_policy *witnesses;
    char *against;
    wrt_cli_levels levels;
} verify_state;

static void clear_state(verify_state *state) {
    wrt_tlog_policy_free(state->witnesses);
    free(state->against);
    wrt_cli_levels_close(&state->levels);
}

/* A small text file without NUL bytes; missing ones are bad input, not an unknown run. */
static wrt_status read_small(char **out, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_status status = wrt_file_read(&text, path, WRT_KIB(64), err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INPUT, "%s: no such file", wrt_path_base(path));
    if (status == WRT_OK && memchr(wrt_buf_str(&text).ptr, '\0', text.len) != NULL)
        status = wrt_fail(err, WRT_E_INPUT, "%s: it holds a NUL byte", wrt_path_base(path));
    if (status == WRT_OK)
        *out = wrt_buf_take(&text);
    wrt_buf_free(&text);
    return status;
}

static wrt_status read_witnesses(verify_state *state, const wrt_cli_call *call, wrt_err *err) {
    const char *witness = wrt_cli_value(call, "witness");
    const char *policy = wrt_cli_value(call, "tlog-policy");
    char *text = NULL;
    wrt_status status = WRT_OK;
    if (witness != NULL && policy != NULL)
        return wrt_fail(err, WRT_E_INPUT, "name witnesses by --witness or by --tlog-policy");
    if (witness != NULL && wrt_file_exists(witness))
        status = read_small(&text, witness, err);
    else if (policy != NULL)
        status = read_small(&text, policy, err);
    wrt_str given = wrt_str_of(text != NULL ? text : witness);
    if (status == WRT_OK && witness != NULL)
        status = wrt_tlog_policy_of_witness(&state->witnesses, wrt_str_trim(given), err);
    else if (status == WRT_OK && policy != NULL)
        status = wrt_tlog_policy_parse(&state->witnesses, given, err);
    free(text);
    state->options.witnesses = state->witnesses;
    return status;
}

static wrt_status read_key(verify_state *state, const wrt_cli_call *call, wrt_err *err) {
    const char *given = wrt_cli_value(call, "key");
    const unsigned char *named =
        state->witnesses != NULL ? wrt_tlog_policy_key(state->witnesses) : NULL;
    wrt_status status = given != NULL ? wrt_audit_parse_key(state->key, given, err) : WRT_OK;
    if (given == NULL && named != NULL)
        memcpy(state->key, named, sizeof state->key);
    if (given != NULL || named != NULL)
        state->options.public_key = state->key;
    return status;
}

static wrt_status read_options(verify_state *state, const wrt_cli_call *call, wrt_err *err) {
    const char *against = wrt_cli_value(call, "against");
    int64_t level = 0;
    wrt_status status = wrt_cli_int(&level, call, "level", 1, 6, WRT_CLI_LEVEL_MAX, err);
    if (status == WRT_OK)
        status = read_witnesses(state, call, err);
    if (status == WRT_OK)
        status = read_key(state, call, err);
    if (status == WRT_OK && against != NULL)
        status = read_small(&state->against, against, err);
    state->options.max_level = (int)level;
    state->options.against = state->against;
    state->options.derived = &wrt_report_derived;
    state->options.hooks = state->levels.hooks;
    state->options.n_hooks = WRT_CLI_LEVELS;
    return status;
}

/* ---- verify */

/* True for a regular file that begins so: a proof or an archive, whatever its name. */
static bool begins_with(const char *path, const char *start) {
    char bytes[32] = "";
    size_t len = strlen(start);
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    FILE *file = fopen(path, "rb");
    size_t n = file != NULL ? fread(bytes, 1, len, file) : 0;
    if (file != NULL)
        fclose(file);
    return n == len && memcmp(bytes, start, len) == 0;
}

static bool has_ending(const char *path, const char *ending) {
    size_t len = strlen(path), tail = strlen(ending);
    return len > tail && strcmp(path + len - tail, ending) == 0 && wrt_file_exists(path);
}

static void print_claim(FILE *out, const wrt_json *report) {
    const wrt_json *claim = wrt_json_get(report, "claim");
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    if (wrt_json_is(claim, WRT_JSON_OBJECT)) {
        wrt_json_write_pretty(&text, claim);
        fprintf(out, "\n%s\n", wrt_buf_str(&text).ptr);
    }
    wrt_buf_free(&text);
}

static wrt_status verify_proof(wrt_cli_result *result, const wrt_cli_call *call,
                               const wrt_audit_options *options, wrt_err *err) {
    enum { PROOF_MAX = 8 << 20 };
    const char *claim = wrt_cli_value(call, "claim");
    wrt_buf text = wrt_buf_make(PROOF_MAX), given = wrt_buf_make(PROOF_MAX);
    wrt_status status = wrt_file_read(&text, call->operands[0], PROOF_MAX, err);
    if (status == WRT_OK && claim != NULL)
        status = wrt_file_read(&given, claim, PROOF_MAX, err);
    wrt_str wanted = wrt_buf_str(&given);
    if (status == WRT_OK)
        status = wrt_audit_proof(&result->data, wrt_buf_str(&text), claim != NULL ? &wanted : NULL,
                                 options, err);
    wrt_buf_free(&text);
    wrt_buf_free(&given);
    return status == WRT_E_NOT_FOUND ? wrt_fail(err, WRT_E_INPUT, "the claim: no such file")
                                     : status;
}

/* A claim that was handed over alone. */
static bool is_proof(const char *name) {
    return begins_with(name, "c2sp.org/tlog-proof@") || has_ending(name, ".tlog-proof");
}

static wrt_status verify_what_is_named(wrt_cli_result *result, const wrt_cli_call *call,
                                       const wrt_audit_options *options, wrt_err *err) {
    const char *name = call->operands[0];
    if (wrt_cli_value(call, "claim") != NULL && !is_proof(name))
        return wrt_fail(err, WRT_E_INPUT, "--claim goes with a .tlog-proof file");
    if (is_proof(name))
        return verify_proof(result, call, options, err);
    if (is_folder(name) || begins_with(name, "PK") || has_ending(name, ".zip"))
        return wrt_audit_bundle_with(&result->data, name, options, err);
    return verify_stored(result, call, options, err);
}

static wrt_status run_verify(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    verify_state state = {0};
    wrt_status status = read_options(&state, call, err);
    if (status == WRT_OK && !is_proof(call->operands[0]))
        status = wrt_cli_levels_open(&state.levels, call, state.options.max_level, err);
    if (status == WRT_OK)
        status = verify_what_is_named(result, call, &state.options, err);
    if (result->data != NULL && !call->globals->json) {
        print_report(call->out, result->data);
        print_claim(call->out, result->data);
    }
    if (wrt_json_get_int(result->data, "redacted", 0) > 0 && state.options.max_level > 2)
        wrt_json_push_text(call->warnings,
                           "values were taken away: levels above 2 are not checked");
    if (wrt_json_get_bool(result->data, "derived_by_hash", false))
        wrt_json_push_text(call->warnings,
                           "another version wrote report.html and what else the manifest calls "
                           "derived; nothing signed vouches for those files: read what `warrant "
                           "report` makes of the run instead");
    clear_state(&state);
    return status;
}

static const wrt_cli_option verify_options[] = {
    {"level", 0, "N",
     "highest level to check: 1 integrity, 2 completeness, 3 policy, 4 evidence, 5 computed again, "
     "6 replayed (default)"},
    {"kg", 0, "FILE", "hold rows of the graph against this graph file, too"},
    {"pubmed", 0, "FILE", "hold cited papers against this local PubMed, too"},
    {"files", 0, "DIR", "files that the run knows by their hash alone, for level 5"},
    {"key", 0, "PUB", "public key to trust: a vkey or a file that holds one"},
    {"against", 0, "FILE", "another signed checkpoint of the run: exit 6 unless it is a prefix"},
    {"witness", 0, "VKEY", "ask for a cosignature of this witness (a vkey or a file with one)"},
    {"tlog-policy", 0, "FILE", "ask for the quorum of witnesses of a c2sp.org/tlog-policy file"},
    {"claim", 0, "FILE", "with a .tlog-proof: the claim that it must hold, as JSON"},
    {0},
};

const wrt_cli_command wrt_cmd_audit_verify = {
    .path = "audit verify",
    .operands = "RUN|DIR|ZIP|PROOF",
    .summary = "re-check a run, a bundle or one claim offline; exit 6 names the first bad event",
    .examples = "  warrant audit verify last\n  warrant audit verify bundle --key ledger.pub\n"
                "  warrant audit verify bundle --against seen.checkpoint\n"
                "  warrant audit verify c1.tlog-proof --key ledger.pub\n",
    .options = verify_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_verify,
};

/* The line that others need to verify what this key signs. */
static wrt_status read_vkey(wrt_buf *out, const char *keys, wrt_err *err) {
    char *path = wrt_path_join(keys, "ledger.pub");
    wrt_status status = wrt_file_read(out, path, out->cap, err);
    free(path);
    return status;
}

static wrt_status run_keygen(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_ledger *ledger = NULL;
    char *home = wrt_cli_home(call->globals), *keys = wrt_path_join(home, "keys");
    char *path = wrt_path_join(keys, "ledger.key");
    wrt_buf vkey = wrt_buf_make(WRT_KIB(1));
    wrt_status status = WRT_OK;
    if (wrt_file_exists(path))
        status =
            wrt_fail(err, WRT_E_INPUT, "a signing key exists already; it is never overwritten");
    if (status == WRT_OK)
        status = wrt_cli_open_ledger(&ledger, call->globals, true, err);
    if (status == WRT_OK)
        status = wrt_ledger_make_key(ledger, err);
    result->data = wrt_json_new_object();
    wrt_json_set_text(result->data, "secret_key", "keys/ledger.key");
    wrt_json_set_text(result->data, "public_key", "keys/ledger.pub");
    if (status == WRT_OK)
        status = read_vkey(&vkey, keys, err);
    if (status == WRT_OK) {
        wrt_str line = wrt_str_trim(wrt_buf_str(&vkey));
        wrt_json_set(result->data, "vkey", wrt_json_new_text(line));
        if (!call->globals->json)
            fprintf(call->out, "keys/ledger.key (secret, mode 0600), keys/ledger.pub\n%.*s\n",
                    (int)line.len, line.ptr);
    }
    wrt_buf_free(&vkey);
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
