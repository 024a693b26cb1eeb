/* eval_ask.c: see eval_ask.h. */
#include "cli/eval_ask.h"

#include "agent/agent.h"
#include "agent/audit/attest.h"
#include "agent/audit/recheck.h"
#include "agent/audit/recompute.h"
#include "agent/audit/replay.h"
#include "base/file.h"
#include "cli/open.h"
#include "cli/signals.h"
#include "ledger/audit.h"

#include <stdlib.h>

typedef struct {
    wrt_cli_globals globals;
    wrt_cli_call call;
    wrt_agent_config config;
    char *protocols;
} place;

static wrt_status open_place(place *p, const wrt_cli_evaluator *evaluator,
                             const wrt_eval_question *question, wrt_err *err) {
    p->globals = *evaluator->call->globals;
    p->globals.home = question->home;
    p->globals.quiet = true;
    p->globals.offline = true;
    p->call = *evaluator->call;
    p->call.globals = &p->globals;
    p->protocols = wrt_cli_protocol_dir();
    p->config = (wrt_agent_config){.protocol_dir = p->protocols,
                                   .llm = question->llm != NULL ? question->llm : evaluator->llm,
                                   .seed = p->globals.seed,
                                   .inputs = question->inputs,
                                   .offline = true,
                                   .timeout_ms = p->globals.timeout_ms,
                                   .cancel = wrt_cli_cancel()};
    char *graph = wrt_cli_kg_path(&p->globals);
    wrt_status status = WRT_OK;
    if (wrt_file_exists(graph)) /* a question about a table needs none */
        status = wrt_cli_open_kg(&p->config.kg, &p->globals, err);
    free(graph);
    if (status == WRT_OK)
        status = wrt_cli_open_pubmed_if_any(&p->config.pubmed, &p->globals, err);
    if (status == WRT_OK)
        status = wrt_cli_open_policy(&p->config.policy, &p->globals, err);
    if (status == WRT_OK)
        status = wrt_cli_open_tools(&p->config.tools, &p->call, err);
    if (status == WRT_OK)
        status = wrt_cli_open_ledger(&p->config.ledger, &p->globals, true, err);
    return status;
}

static void close_place(place *p) {
    wrt_toolhost_free(p->config.tools);
    wrt_policy_free(p->config.policy);
    wrt_ledger_close(p->config.ledger);
    wrt_pubmed_store_close(p->config.pubmed);
    wrt_kg_close(p->config.kg);
    free(p->protocols);
}

static void audit(wrt_json *report, place *p, const char *run) {
    enum { LEVEL_MAX = 6 };
    wrt_attest_with with = {0};
    wrt_recompute recompute = {.tools = p->config.tools};
    const wrt_audit_hook hooks[] = {wrt_recheck_policy, wrt_attest_against(&with),
                                    wrt_recompute_hook(&recompute), wrt_replay_hook};
    const wrt_audit_options options = {
        .max_level = LEVEL_MAX, .hooks = hooks, .n_hooks = sizeof hooks / sizeof *hooks};
    wrt_json *found = NULL;
    wrt_err finding = {.code = WRT_OK};
    wrt_status audited = wrt_audit_run_with(&found, p->config.ledger, run, &options, &finding);
    wrt_json_set_bool(report, "audit_passes", audited == WRT_OK);
    wrt_json_set(report, "audit", found != NULL ? found : wrt_json_new_null());
}

/* Events and audit of the run that was made. */
static wrt_status examine(wrt_json *report, place *p, bool with_audit, wrt_err *err) {
    const char *run = wrt_json_get_text(wrt_json_get(report, "answer"), "run", NULL);
    wrt_json *events = NULL;
    if (run == NULL)
        return WRT_OK;
    wrt_status status = wrt_ledger_events(&events, p->config.ledger, run, err);
    wrt_json_set(report, "events", events != NULL ? events : wrt_json_new_array());
    if (with_audit)
        audit(report, p, run);
    return status;
}

wrt_status wrt_cli_eval_ask(wrt_json **report, const wrt_cli_evaluator *evaluator,
                            const wrt_eval_question *question, wrt_err *err) {
    place p = {.protocols = NULL};
    wrt_json *answer = NULL;
    wrt_err own = {.code = WRT_OK};
    *report = NULL;
    wrt_status status = open_place(&p, evaluator, question, err);
    if (status == WRT_OK) {
        wrt_status asked = wrt_agent_ask(&answer, &p.config, question->text, &own);
        *report = wrt_json_new_object();
        wrt_json_set_text(*report, "status", wrt_status_name(asked));
        wrt_json_set_int(*report, "exit", wrt_status_exit_code(asked));
        wrt_json_set_text(*report, "message", asked != WRT_OK ? own.message : NULL);
        wrt_json_set(*report, "answer", answer != NULL ? answer : wrt_json_new_null());
        status = asked == WRT_E_INTERRUPTED ? wrt_fail(err, asked, "%s", own.message)
                                            : examine(*report, &p, !question->no_audit, err);
    }
    close_place(&p);
    return status;
}
