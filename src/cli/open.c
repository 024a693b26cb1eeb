/* open.c: opening stores, policy, tools and model for a command. */
#include "cli/open.h"

#include "agent/host/sandbox.h"
#include "agent/tape.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/signals.h"
#include "cli/sites.h"
#include "pubmed/store.h"

#include <stdlib.h>
#include <string.h>

wrt_status wrt_cli_open_kg(wrt_kg **out, const wrt_cli_globals *globals, wrt_err *err) {
    char *path = wrt_cli_kg_path(globals);
    wrt_status status = wrt_kg_open(out, path, err);
    if (status == WRT_E_NOT_FOUND) { /* the missing graph is an input to give, not an answer */
        if (err != NULL)
            err->code = WRT_E_INPUT;
        status = WRT_E_INPUT;
    }
    free(path);
    return status;
}

wrt_status wrt_cli_open_pubmed(wrt_pubmed_store **out, const wrt_cli_globals *globals,
                               wrt_pubmed_store_mode mode, wrt_err *err) {
    char *home = wrt_cli_home(globals), *path = wrt_cli_pubmed_path(globals);
    wrt_status status = WRT_OK;
    *out = NULL;
    if (mode == WRT_PUBMED_STORE_WRITE)
        status = wrt_dir_make(home, 0700, err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_open(out, path, mode, err);
    if (status == WRT_E_NOT_FOUND) { /* as with the graph: an input to give */
        if (err != NULL)
            err->code = WRT_E_INPUT;
        status = WRT_E_INPUT;
    }
    free(home);
    free(path);
    return status;
}

wrt_status wrt_cli_open_pubmed_if_any(wrt_pubmed_store **out, const wrt_cli_globals *globals,
                                      wrt_err *err) {
    char *path = wrt_cli_pubmed_path(globals);
    bool there = wrt_file_exists(path);
    free(path);
    *out = NULL;
    return there ? wrt_cli_open_pubmed(out, globals, WRT_PUBMED_STORE_READ, err) : WRT_OK;
}

/* A bare name ("clinical") is that of a shipped policy, anything else a file. */
static wrt_status add_policy(wrt_policy *policy, wrt_str name, wrt_err *err) {
    wrt_buf path = wrt_buf_make(WRT_KIB(64));
    bool is_bare =
        memchr(name.ptr, '/', name.len) == NULL && memchr(name.ptr, '.', name.len) == NULL;
    wrt_buf_add_c(&path, is_bare ? "policies/" : "");
    wrt_buf_add_str(&path, name);
    wrt_buf_add_c(&path, is_bare ? ".policy.json" : "");
    char *file = is_bare ? wrt_cli_share_path(wrt_buf_str(&path).ptr) : wrt_buf_take(&path);
    wrt_status status = wrt_policy_add_file(policy, file, err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INPUT, "no policy file %s: give one with --policy",
                          wrt_path_base(file));
    free(file);
    wrt_buf_free(&path);
    return status;
}

wrt_status wrt_cli_open_policy(wrt_policy **out, const wrt_cli_globals *globals, wrt_err *err) {
    const char *named = globals->policy != NULL ? globals->policy : "default";
    wrt_str rest = wrt_str_of(named), name;
    wrt_status status = WRT_OK;
    *out = wrt_policy_new();
    if (wrt_file_exists(named)) /* whose name may hold a comma */
        status = wrt_policy_add_file(*out, named, err);
    else
        while (status == WRT_OK && wrt_str_cut(&name, &rest, ','))
            status = add_policy(*out, name, err);
    if (status != WRT_OK) {
        wrt_policy_free(*out);
        *out = NULL;
    }
    return status;
}

/* Puts a request of this phase before the policy in force; consumes it. `what` names the thing in
 * the message of a denial. */
static wrt_status ask_policy(const wrt_cli_globals *globals, const char *phase, wrt_json *request,
                             const char *what, wrt_err *err) {
    wrt_policy *policy = NULL;
    wrt_json *mode = wrt_json_new_object();
    wrt_json_set_text(request, "phase", phase);
    wrt_json_set_text(request, "principal", "local");
    wrt_json_set_bool(mode, "offline", globals->offline);
    wrt_json_set(request, "mode", mode);
    wrt_status status = wrt_cli_open_policy(&policy, globals, err);
    if (status == WRT_OK) {
        wrt_decision decision = wrt_policy_decide(policy, request);
        const char *rule =
            wrt_json_text(wrt_json_first(wrt_json_get(decision.record, "determining")));
        if (decision.kind != WRT_DECISION_ALLOW)
            status = wrt_fail(err, WRT_E_DENIED, "%s is denied by policy: %s", what,
                              rule != NULL ? rule : "no rule permits it");
        wrt_json_free(decision.record);
    }
    wrt_json_free(request);
    wrt_policy_free(policy);
    return status;
}

wrt_status wrt_cli_check_export(const wrt_cli_globals *globals, const char *form, wrt_err *err) {
    wrt_json *request = wrt_json_new_object();
    wrt_json_set_text(request, "form", form);
    return ask_policy(globals, "export", request, "export", err);
}

wrt_status wrt_cli_check_call(const wrt_cli_globals *globals, wrt_json *request, const char *what,
                              wrt_err *err) {
    return ask_policy(globals, "tool_call", request, what, err);
}

wrt_status wrt_cli_check_sandbox(const wrt_cli_globals *globals, wrt_err *err) {
    if (wrt_sandbox_is_whole())
        return WRT_OK;
    wrt_json *request = wrt_json_new_object(), *plan = wrt_json_new_object();
    wrt_json_set(plan, "steps", wrt_json_new_array());
    wrt_json_set(request, "plan", plan);
    wrt_json_set_text(request, "sandbox", "none");
    wrt_status status = ask_policy(globals, "plan", request, "running tools", err);
    return status == WRT_E_DENIED ? wrt_fail(err, status, "%s", wrt_sandbox_hint) : status;
}

wrt_status wrt_cli_check_prompt(const wrt_cli_call *call, const wrt_llm *llm,
                                const wrt_llm_prompt *prompt, wrt_err *err) {
    wrt_json *destinations = wrt_llm_destinations(llm);
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(dest, destinations) {
        if (status != WRT_OK)
            break;
        wrt_buf text = wrt_buf_make(prompt->system.len + prompt->user.len + prompt->text.len + 2);
        wrt_json *request = wrt_json_new_object(), *taint = wrt_json_new_object();
        wrt_buf_add_str(&text, prompt->system);
        wrt_buf_add_str(&text, prompt->user);
        wrt_buf_add_str(&text, prompt->text);
        wrt_json_set(taint, "labels", wrt_json_new_array());
        wrt_json_set_text(taint, "integrity", "user");
        wrt_json_set(request, "taint", taint);
        wrt_json_set(request, "dest", wrt_json_copy(dest));
        wrt_json_set(request, "text", wrt_json_new_text(wrt_buf_str(&text)));
        status = ask_policy(call->globals, "llm_request", request, "sending the prompt", err);
        wrt_buf_free(&text);
    }
    wrt_json_free(destinations);
    return status;
}

wrt_status wrt_cli_open_ledger(wrt_ledger **out, const wrt_cli_globals *globals, bool create,
                               wrt_err *err) {
    char *home = wrt_cli_home(globals);
    wrt_status status = WRT_OK;
    if (create)
        status = wrt_dir_make(home, 0700, err);
    if (status == WRT_OK)
        status = wrt_ledger_open(out, home, create, err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "no runs are stored here yet: `warrant ask QUESTION` makes the first");
    free(home);
    return status;
}

/* One call may not outlive the run's budget. */
static int64_t call_timeout_ms(const wrt_cli_globals *globals) {
    enum { CALL_TIMEOUT_MS = 30000 };
    int64_t budget = globals->timeout_ms;
    return budget > 0 && budget < CALL_TIMEOUT_MS ? budget : CALL_TIMEOUT_MS;
}

/* A worker can roll nothing back; a store that an interrupted import left half changed is put right
 * here, where there are rights to. */
static void recover_store(const char *path) {
    wrt_buf journal = wrt_buf_make(WRT_KIB(8));
    wrt_pubmed_store *store = NULL;
    wrt_buf_printf(&journal, "%s-journal", path);
    if (!journal.overflow && wrt_file_exists(journal.ptr) &&
        wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_READ, NULL) == WRT_OK)
        wrt_pubmed_store_close(store);
    wrt_buf_free(&journal);
}

wrt_status wrt_cli_open_tools(wrt_toolhost **out, const wrt_cli_call *call, wrt_err *err) {
    enum { DIRS_MAX = 16 };
    char *plugins = wrt_cli_plugin_dir(), *own = wrt_cli_own_plugin_dir(),
         *kg = wrt_cli_kg_path(call->globals);
    char *pubmed = wrt_cli_pubmed_path(call->globals);
    char *home = wrt_cli_home(call->globals), *outputs = wrt_path_join(home, "outputs");
    wrt_cli_sites sites;
    const char *dirs[DIRS_MAX + 1] = {NULL};
    size_t n = 0;
    for (char *at = plugins; at != NULL && n < DIRS_MAX;) { /* DIR:DIR... */
        char *colon = strchr(at, ':');
        if (colon != NULL)
            *colon = '\0';
        dirs[n++] = at;
        if (!wrt_file_exists(at))
            wrt_json_push_text(call->warnings, "a plugin folder does not exist");
        at = colon != NULL ? colon + 1 : NULL;
    }
    wrt_cli_sites_open(&sites, call->globals);
    recover_store(pubmed);
    wrt_egress_carrier carrier = {0};
    *out = NULL;
    wrt_status status = wrt_cli_carrier_open(&carrier, err);
    wrt_toolhost_options options = {
        .plugin_dirs = dirs,
        .trusted_dir = own,
        .kg_path = wrt_file_exists(kg) ? kg : NULL,
        .pubmed_path = wrt_file_exists(pubmed) ? pubmed : NULL,
        .timeout_ms = call_timeout_ms(call->globals),
        .egress = {.sites = sites.site,
                   .n_sites = WRT_CLI_SITES,
                   .carrier = carrier,
                   .offline = call->globals->offline,
                   .cancel = wrt_cli_cancel()},
        .files = {.work = ".", .home = home},
        .output_dir = outputs,
    };
    if (status == WRT_OK)
        status = wrt_toolhost_new(out, &options, err);
    if (status == WRT_OK)
        WRT_JSON_EACH(refusal, wrt_toolhost_refusals(*out))
    wrt_json_push(call->warnings, wrt_json_copy(refusal));
    wrt_cli_sites_close(&sites);
    free(plugins);
    free(own);
    free(outputs);
    free(home);
    free(pubmed);
    free(kg);
    return status;
}

/* ---- the language model ---------------------------------------------------------------------- */

/* What replay:RUN reads. */
static wrt_status read_tape(wrt_json **out, const char *run, void *ctx, wrt_err *err) {
    wrt_ledger *ledger = NULL;
    wrt_status status = wrt_cli_open_ledger(&ledger, ctx, false, err);
    if (status == WRT_OK)
        status = wrt_agent_tape(out, ledger, run, err);
    wrt_ledger_close(ledger);
    return status;
}

static bool show_progress(size_t done, size_t total, void *ctx) {
    const wrt_cli_globals *globals = ctx;
    enum { WORTH_SHOWING = 1000 };
    if (!globals->quiet && total >= WORTH_SHOWING)
        wrt_progress("language model: %zu of %zu", done, total);
    return true;
}

wrt_llm_options wrt_cli_model_options(const wrt_cli_globals *globals) {
    return (wrt_llm_options){.threads = globals->threads,
                             .offline = globals->offline,
                             .timeout_ms = globals->timeout_ms,
                             .cancel = wrt_cli_cancel(),
                             .progress = show_progress,
                             .tape = read_tape,
                             .ctx = (void *)globals};
}

wrt_status wrt_cli_open_model(wrt_llm **out, const wrt_cli_call *call, wrt_err *err) {
    wrt_llm_options options = wrt_cli_model_options(call->globals);
    return wrt_cli_open_model_with(out, call, &options, err);
}

wrt_status wrt_cli_open_model_with(wrt_llm **out, const wrt_cli_call *call,
                                   wrt_llm_options *options, wrt_err *err) {
    const wrt_cli_globals *globals = call->globals;
    char *models = wrt_cli_models_dir(globals);
    const char *spec = globals->model == NULL ? "default" : globals->model;
    options->models_dir = models;
    wrt_err why = {0};
    wrt_status status = wrt_llm_open(out, spec, options, &why);
    if (globals->model == NULL && (status == WRT_E_NOT_FOUND || status == WRT_E_UNSUPPORTED)) {
        wrt_buf text = wrt_buf_make((size_t)WRT_ERR_MESSAGE_MAX * 2);
        wrt_buf_printf(&text, "no embedded language model here: going on with --model none (%s)",
                       why.message);
        wrt_json_push_text(call->warnings, wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
        *out = NULL;
        status = WRT_OK;
    } else if (status != WRT_OK && err != NULL) {
        *err = why;
    }
    free(models);
    return status;
}
