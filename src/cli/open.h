/* open.h: opening what commands share, from the global options. */
#ifndef WRT_CLI_OPEN_H
#define WRT_CLI_OPEN_H

#include "agent/host/toolhost.h"
#include "cli/cli.h"
#include "kg/kg.h"
#include "ledger/ledger.h"
#include "llm/llm.h"
#include "policies/policy.h"
#include "pubmed/store.h"

wrt_status wrt_cli_open_kg(wrt_kg **out, const wrt_cli_globals *globals, wrt_err *err);
/* The local copy of PubMed; a missing one, where it is only read, is WRT_E_INPUT that names the
 * command to run. The data directory is made for writing. */
wrt_status wrt_cli_open_pubmed(wrt_pubmed_store **out, const wrt_cli_globals *globals,
                               wrt_pubmed_store_mode mode, wrt_err *err);
/* The same where there is one; *out is NULL where there is none. */
wrt_status wrt_cli_open_pubmed_if_any(wrt_pubmed_store **out, const wrt_cli_globals *globals,
                                      wrt_err *err);
wrt_status wrt_cli_open_policy(wrt_policy **out, const wrt_cli_globals *globals, wrt_err *err);
/* Asks the policy (phase `export`) whether stored runs may leave the store in this form: "bundle",
 * "report" or "prov". WRT_E_DENIED. */
wrt_status wrt_cli_check_export(const wrt_cli_globals *globals, const char *form, wrt_err *err);
/* Asks the policy (phase `tool_call`) about a request (consumed) that lacks phase, principal and
 * mode; `what` names the thing in the message. WRT_E_DENIED. */
wrt_status wrt_cli_check_call(const wrt_cli_globals *globals, wrt_json *request, const char *what,
                              wrt_err *err);
/* Asks the policy whether tools may run where the kernel cannot confine them (sandbox.h); nothing
 * is asked where it can. WRT_E_DENIED with what to do. */
wrt_status wrt_cli_check_sandbox(const wrt_cli_globals *globals, wrt_err *err);
wrt_status wrt_cli_open_ledger(wrt_ledger **out, const wrt_cli_globals *globals, bool create,
                               wrt_err *err);

/* The tool host with the installed plugins and those of $WARRANT_PLUGINS; each refused plugin is a
 * warning of the call. */
wrt_status wrt_cli_open_tools(wrt_toolhost **out, const wrt_cli_call *call, wrt_err *err);

/* --model, else the embedded GGUF in HOME/models, else none with a warning. *out may be NULL. */
wrt_status wrt_cli_open_model(wrt_llm **out, const wrt_cli_call *call, wrt_err *err);

/* The same with options that the caller changed; models_dir is filled in. */
wrt_llm_options wrt_cli_model_options(const wrt_cli_globals *globals);
wrt_status wrt_cli_open_model_with(wrt_llm **out, const wrt_cli_call *call,
                                   wrt_llm_options *options, wrt_err *err);

/* Asks the policy (phase `llm_request`) whether this prompt may go to every place that the model
 * sends to. WRT_E_DENIED. */
wrt_status wrt_cli_check_prompt(const wrt_cli_call *call, const wrt_llm *llm,
                                const wrt_llm_prompt *prompt, wrt_err *err);

#endif
