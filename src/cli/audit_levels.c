/* audit_levels.c: the hooks of `audit verify`. */
#include "cli/audit_levels.h"

#include "agent/audit/recheck.h"
#include "agent/audit/replay.h"
#include "cli/open.h"

/* A file that was named and is not there is bad input, not an unknown run. */
static wrt_status missing(wrt_status status, wrt_err *err) {
    if (status == WRT_E_NOT_FOUND)
        return err != NULL ? (err->code = WRT_E_INPUT) : WRT_E_INPUT;
    return status;
}

static wrt_status open_tools(wrt_cli_levels *out, const wrt_cli_call *call, wrt_err *err) {
    out->recompute.files = wrt_cli_value(call, "files");
    const char *kg = wrt_cli_value(call, "kg");
    wrt_status status = wrt_cli_check_sandbox(call->globals, err);
    if (status == WRT_OK)
        status = wrt_cli_open_tools(&out->recompute.tools, call, err);
    if (status == WRT_OK) /* what lies here otherwise has nothing to do with the run */
        wrt_toolhost_set_stores(out->recompute.tools, kg, NULL);
    out->recompute.has_graph = kg != NULL;
    return status;
}

wrt_status wrt_cli_levels_open(wrt_cli_levels *out, const wrt_cli_call *call, int max_level,
                               wrt_err *err) {
    const char *kg = wrt_cli_value(call, "kg"), *pubmed = wrt_cli_value(call, "pubmed");
    wrt_status status = WRT_OK;
    *out = (wrt_cli_levels){.with = {0}};
    if (kg != NULL)
        status = missing(wrt_kg_open(&out->with.kg, kg, err), err);
    if (status == WRT_OK && pubmed != NULL)
        status = missing(
            wrt_pubmed_store_open(&out->with.pubmed, pubmed, WRT_PUBMED_STORE_READ, err), err);
    if (status == WRT_OK && max_level >= 5)
        status = open_tools(out, call, err);
    out->hooks[0] = wrt_recheck_policy;
    out->hooks[1] = wrt_attest_against(&out->with);
    out->hooks[2] = wrt_recompute_hook(&out->recompute);
    out->hooks[3] = wrt_replay_hook;
    return status;
}

void wrt_cli_levels_close(wrt_cli_levels *levels) {
    wrt_toolhost_free(levels->recompute.tools);
    wrt_kg_close(levels->with.kg);
    wrt_pubmed_store_close(levels->with.pubmed);
    *levels = (wrt_cli_levels){.with = {0}};
}
