/* stored_run.c: opening what a command names. */
#include "cli/stored_run.h"

#include "base/file.h"
#include "cli/open.h"

#include <stdio.h>
#include <sys/stat.h>

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

wrt_status wrt_cli_audit_named(wrt_json **report, char run[WRT_RUN_ID_MAX],
                               const wrt_cli_call *call, const char *name,
                               const wrt_audit_options *options, wrt_err *err) {
    wrt_ledger *ledger = NULL;
    run[0] = '\0';
    *report = NULL;
    if (is_folder(name))
        return wrt_audit_bundle_with(report, name, options, err);
    wrt_status status = wrt_cli_open_ledger(&ledger, call->globals, false, err);
    if (status == WRT_OK)
        status = wrt_ledger_find(run, ledger, name, err);
    if (status == WRT_OK)
        status = wrt_audit_run_with(report, ledger, run, options, err);
    wrt_ledger_close(ledger);
    return status;
}

/* A level that keeps what it was shown. */
static void keep_events(wrt_audit_finding *out, const wrt_json *events,
                        const wrt_audit_source *source, void *ctx) {
    wrt_json **kept = ctx;
    (void)source;
    *kept = wrt_json_copy(events);
    out->ok = true;
    (void)snprintf(out->detail, sizeof out->detail, "read");
}

wrt_status wrt_cli_read_events(wrt_json **events, const wrt_cli_call *call, const char *name,
                               wrt_err *err) {
    char run[WRT_RUN_ID_MAX];
    wrt_json *report = NULL;
    *events = NULL;
    const wrt_audit_hook hook = {3, "read", keep_events, (void *)events};
    const wrt_audit_options options = {.max_level = 3, .hooks = &hook, .n_hooks = 1};
    wrt_status status = wrt_cli_audit_named(&report, run, call, name, &options, err);
    wrt_json_free(report);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", name);
    return status;
}
