/* policy_files.c: see policy_files.h. */
#include "cli/policy_files.h"

#include "base/file.h"
#include "cli/open.h"

static wrt_status add_file(wrt_policy *policy, const char *path, wrt_err *err) {
    wrt_status status = wrt_policy_add_file(policy, path, err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INPUT, "no policy file %s", wrt_path_base(path));
    return status;
}

wrt_status wrt_cli_load_policies(wrt_policy **out, const wrt_cli_call *call, wrt_err *err) {
    if (call->n_operands == 0)
        return wrt_cli_open_policy(out, call->globals, err);
    wrt_status status = WRT_OK;
    *out = wrt_policy_new();
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++)
        status = add_file(*out, call->operands[i], err);
    return status;
}

wrt_status wrt_cli_load_policy_list(wrt_policy **out, const char *files, wrt_err *err) {
    wrt_str part, rest = wrt_str_of(files);
    wrt_status status = WRT_OK;
    *out = wrt_policy_new();
    while (status == WRT_OK && wrt_str_cut(&part, &rest, ',')) {
        wrt_buf path = wrt_buf_make(WRT_KIB(8));
        wrt_buf_add_str(&path, part);
        status = add_file(*out, wrt_buf_str(&path).ptr, err);
        wrt_buf_free(&path);
    }
    return status;
}
