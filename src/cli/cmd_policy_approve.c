/* cmd_policy_approve.c: warrant policy approve. */
#include "agent/act/approval.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/approve.h"
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

enum { VALID_S = 3600, VALID_MAX_S = 86400 };

/* The public half, where grants by this key are looked up. */
static wrt_status admit_key(const char *keys, const wrt_signing_key *key, wrt_err *err) {
    char hex[2 * WRT_ED25519_PUBLIC + 2];
    char *folder = wrt_path_join(keys, "approvers"), *path = wrt_path_join(folder, "local.pub");
    wrt_hex_encode(hex, wrt_signing_key_public(key), WRT_ED25519_PUBLIC);
    hex[sizeof hex - 2] = '\n';
    wrt_status status = wrt_dir_make(folder, 0700, err);
    if (status == WRT_OK)
        status = wrt_file_write(path, (wrt_str){hex, sizeof hex - 1}, 0644, err);
    free(folder);
    free(path);
    return status;
}

/* --key FILE, or keys/approver.key, which is made when it is first wanted. */
static wrt_status open_key(wrt_signing_key **out, const char *home, const char *file,
                           wrt_err *err) {
    if (file != NULL) {
        wrt_status status = wrt_signing_key_load(out, file, err);
        return status == WRT_E_NOT_FOUND
                   ? wrt_fail(err, WRT_E_INPUT, "%s: no such key", wrt_path_base(file))
                   : status;
    }
    char *keys = wrt_path_join(home, "keys"), *path = wrt_path_join(keys, "approver.key");
    wrt_status status = wrt_signing_key_load(out, path, err);
    if (status == WRT_E_NOT_FOUND) {
        status = wrt_dir_make(keys, 0700, err);
        if (status == WRT_OK)
            status = wrt_signing_key_create(out, path, err);
        if (status == WRT_OK)
            status = admit_key(keys, *out, err);
    }
    free(keys);
    free(path);
    return status;
}

static wrt_status write_grant(const char *home, const char *digest, wrt_str text, wrt_err *err) {
    char name[WRT_SHA256_HEX + 6];
    char *folder = wrt_path_join(home, "approvals");
    snprintf(name, sizeof name, "%s.json", digest);
    char *path = wrt_path_join(folder, name);
    wrt_status status = wrt_dir_make(folder, 0700, err);
    if (status == WRT_OK)
        status = wrt_file_write(path, text, 0600, err);
    free(folder);
    free(path);
    return status;
}

static wrt_json *report(const char *digest, const wrt_signing_key *key, int64_t expires_ms) {
    char hex[2 * WRT_ED25519_PUBLIC + 1], when[25];
    wrt_json *data = wrt_json_new_object();
    wrt_hex_encode(hex, wrt_signing_key_public(key), WRT_ED25519_PUBLIC);
    wrt_clock_format(when, expires_ms);
    wrt_json_set_text(data, "digest", digest);
    wrt_json_set_text(data, "key", hex);
    wrt_json_set_text(data, "expires", when);
    return data;
}

/* Shows what waits, from bytes that have the digest; altered ones are not signed for. */
static wrt_status show_waiting(wrt_json **request, const wrt_cli_call *call, const char *home,
                               wrt_err *err) {
    wrt_json *subject = NULL;
    wrt_err why = {0};
    wrt_status status = wrt_approval_get_waiting(&subject, home, call->operands[0], &why);
    if (status == WRT_E_NOT_FOUND)
        wrt_json_push_text(call->warnings, why.message);
    else if (status != WRT_OK)
        return wrt_fail(err, status, "%s", why.message);
    *request = wrt_json_take(subject, "request");
    if (*request != NULL && !call->globals->json)
        wrt_cli_print_request(call->out, *request);
    wrt_json_free(subject);
    return WRT_OK;
}

static wrt_status run_approve(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *digest = call->operands[0];
    char *home = wrt_cli_home(call->globals);
    wrt_signing_key *key = NULL;
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    int64_t now_ms = wrt_clock_unix_ms(), valid_s = VALID_S;
    wrt_status status = wrt_cli_int(&valid_s, call, "valid", 1, VALID_MAX_S, VALID_S, err);
    int64_t expires_ms = now_ms + valid_s * 1000;
    wrt_json *request = NULL;
    if (status == WRT_OK)
        status = show_waiting(&request, call, home, err);
    if (status == WRT_OK)
        status = open_key(&key, home, wrt_cli_value(call, "key"), err);
    if (status == WRT_OK)
        status = wrt_approval_write(&text, digest, key, now_ms, expires_ms, err);
    if (status == WRT_OK)
        status = write_grant(home, digest, wrt_buf_str(&text), err);
    if (status == WRT_OK)
        result->data = report(digest, key, expires_ms);
    if (status == WRT_OK && request != NULL)
        wrt_json_set(result->data, "request", wrt_json_copy(request));
    if (status == WRT_OK && !call->globals->json)
        fprintf(call->out, "%s may happen once, until %s\n", digest,
                wrt_json_get_text(result->data, "expires", "?"));
    wrt_signing_key_free(key);
    wrt_json_free(request);
    wrt_buf_free(&text);
    free(home);
    return status;
}

static const wrt_cli_option approve_options[] = {
    {"key", 0, "FILE", "signing key (default: keys/approver.key, made at the first use)"},
    {"valid", 0, "S", "seconds that the approval lasts, 1 to 86400 (default 3600)"},
    {0},
};

const wrt_cli_command wrt_cmd_policy_approve = {
    .path = "policy approve",
    .operands = "DIGEST",
    .summary = "sign an approval for the one thing that a held decision named by its digest",
    .details =
        "An approval counts once, until it expires, and for nothing but what its digest "
        "binds:\n"
        "tool, arguments, policy, run and place in it. The public half of the key must stand\n"
        "in keys/approvers/NAME.pub of the data directory.\n",
    .examples = "  warrant policy approve "
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad --valid 600\n",
    .options = approve_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_approve,
};
