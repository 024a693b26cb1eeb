/* eval_setting.c: see eval_setting.h. */
#include "cli/eval_setting.h"

#include "agent/plan/protocol.h"
#include "base/file.h"
#include "base/hash.h"
#include "cli/open.h"

#include <stdlib.h>

enum { PROTOCOLS_MAX = 16 << 20 };

static wrt_status add_policy(wrt_json *out, const wrt_cli_globals *globals, wrt_err *err) {
    char hash[WRT_SHA256_HEX + 1];
    wrt_policy *policy = NULL;
    wrt_json *json = wrt_json_new_object();
    wrt_status status = wrt_cli_open_policy(&policy, globals, err);
    if (status == WRT_OK) {
        wrt_policy_hash(hash, policy);
        wrt_json_set_text(json, "name",
                          globals->policy != NULL ? wrt_path_base(globals->policy) : "default");
        wrt_json_set_text(json, "sha256", hash);
    }
    wrt_json_set(out, "policy", json);
    wrt_policy_free(policy);
    return status;
}

static wrt_status add_protocols(wrt_json *out, wrt_err *err) {
    char *dir = wrt_cli_protocol_dir(), hex[WRT_SHA256_HEX + 1];
    wrt_json *all = NULL;
    wrt_buf text = wrt_buf_make((size_t)PROTOCOLS_MAX);
    wrt_status status = wrt_protocol_read_all(&all, dir, err);
    if (status == WRT_OK) {
        wrt_json_write_canonical(&text, all);
        wrt_sha256 sum = wrt_sha256_of(wrt_buf_str(&text));
        wrt_sha256_hex(hex, &sum);
        wrt_json_set_text(out, "protocols", hex);
    }
    wrt_buf_free(&text);
    wrt_json_free(all);
    free(dir);
    return status;
}

static wrt_status add_plugins(wrt_json *out, const wrt_cli_call *call, wrt_err *err) {
    wrt_toolhost *tools = NULL;
    wrt_status status = wrt_cli_open_tools(&tools, call, err);
    if (status == WRT_OK)
        wrt_json_set(out, "plugins", wrt_toolhost_manifest(tools));
    wrt_toolhost_free(tools);
    return status;
}

wrt_status wrt_cli_eval_setting(wrt_json **out, const wrt_cli_call *call, const wrt_kg *kg,
                                bool of_program, wrt_err *err) {
    *out = wrt_json_new_object();
    wrt_status status = add_policy(*out, call->globals, err);
    wrt_json_set_int(*out, "timeout_ms", call->globals->timeout_ms);
    if (kg != NULL)
        wrt_json_set_text(*out, "kg_snapshot", wrt_kg_snapshot(kg));
    if (status == WRT_OK && of_program)
        status = add_protocols(*out, err);
    if (status == WRT_OK && of_program)
        status = add_plugins(*out, call, err);
    return status;
}
