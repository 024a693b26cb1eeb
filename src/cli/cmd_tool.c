/* cmd_tool.c: warrant tool list | describe | call. */
#include "agent/host/result.h"
#include "base/file.h"
#include "cli/approve.h"
#include "cli/commands.h"
#include "cli/open.h"

#include <stdlib.h>
#include <string.h>

static void print_pretty(FILE *out, const wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write_pretty(&text, value);
    fprintf(out, "%s\n", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

static void print_line(FILE *out, const wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write(&text, value);
    fprintf(out, "%s\n", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

static wrt_status run_list(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_toolhost *tools = NULL;
    wrt_status status = wrt_cli_open_tools(&tools, call, err);
    if (status == WRT_OK) {
        result->data = wrt_toolhost_list(tools);
        WRT_JSON_EACH(tool, result->data)
        if (!call->globals->json)
            fprintf(call->out, "%-26s %s\n", wrt_json_get_text(tool, "name", "?"),
                    wrt_json_get_text(tool, "summary", ""));
    }
    wrt_toolhost_free(tools);
    return status;
}

static wrt_status run_describe(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_toolhost *tools = NULL;
    wrt_status status = wrt_cli_open_tools(&tools, call, err);
    if (status == WRT_OK)
        status = wrt_toolhost_describe(&result->data, tools, call->operands[0], err);
    if (status == WRT_E_NOT_FOUND && err != NULL)
        status = err->code = WRT_E_INPUT;
    if (status == WRT_OK && !call->globals->json)
        print_pretty(call->out, result->data);
    wrt_toolhost_free(tools);
    return status;
}

/* ---- call */

typedef struct {
    wrt_toolhost *tools;
    wrt_policy *policy;
    wrt_llm *llm; /* NULL: none, or the tool asks none */
    const wrt_cli_call *call;
    bool id_is_argument; /* the tool's own arguments hold "id" */
} caller;

static wrt_json *policy_request(const caller *c, const char *phase, const wrt_json *args) {
    const char *tool = c->call->operands[0];
    wrt_json *request = wrt_json_new_object(), *mode = wrt_json_new_object();
    wrt_json *taint = wrt_json_new_object(), *counters = wrt_json_new_object();
    char own[160];
    wrt_json_set_text(request, "phase", phase);
    wrt_json_set_text(request, "principal", "local");
    wrt_json_set_text(request, "tool", tool);
    wrt_json_set(request, "args", wrt_json_copy(args));
    wrt_json_set_bool(mode, "offline", c->call->globals->offline);
    wrt_json_set(request, "mode", mode);
    wrt_json_set(taint, "labels", wrt_json_new_array());
    wrt_json_set_text(taint, "integrity", "user");
    wrt_json_set(request, "taint", taint);
    snprintf(own, sizeof own, "tool.%s.calls", tool);
    /* Limits are per run; a call outside a run, or a line of a batch, is the first of its own. */
    wrt_json_set_int(counters, "tool.calls", 0);
    wrt_json_set_int(counters, own, 0);
    wrt_json_set(request, "counters", counters);
    wrt_json_set(request, "history", wrt_json_new_array());
    return request;
}

static wrt_status fail_decision(const wrt_decision *decision, const char *what, const char *why,
                                wrt_err *err) {
    const char *rule = wrt_json_text(wrt_json_first(wrt_json_get(decision->record, "determining")));
    return wrt_fail(err, WRT_E_DENIED, "%s is %s by policy: %s%s%s", what,
                    decision->kind == WRT_DECISION_HOLD ? "held" : "denied",
                    rule != NULL ? rule
                                 : "no rule permits it; write one into a policy file and add the "
                                   "file: --policy default,FILE",
                    why[0] != '\0' ? "; " : "", why);
}

/* Outside a run a digest binds the request and the policy alone: an approval may come first. */
static wrt_status ask_approval(const caller *c, const wrt_json *request, const wrt_json *record,
                               wrt_err *err) {
    wrt_cli_approver approver = {.globals = c->call->globals};
    wrt_approval_grant grant;
    wrt_json *shown = wrt_approval_request(request);
    wrt_approval_question question = {
        .subject = {.request = shown,
                    .policy = wrt_json_get_text(record, "policy_sha256", ""),
                    .run = ""},
        .rules = wrt_json_get(record, "determining"),
        .messages = wrt_json_get(record, "messages")};
    wrt_approval_digest(question.digest, &question.subject);
    wrt_status status = wrt_cli_approve(&grant, &question, &approver, err);
    wrt_json_free(shown);
    return status;
}

/* Consumes the request. */
static wrt_status decide(const caller *c, wrt_json *request, const char *what, wrt_err *err) {
    wrt_decision decision = wrt_policy_decide(c->policy, request);
    wrt_err why = {0};
    wrt_status status = WRT_OK;
    if (decision.kind == WRT_DECISION_HOLD)
        status = ask_approval(c, request, decision.record, &why);
    if (decision.kind == WRT_DECISION_HOLD && status == WRT_OK) {
        wrt_json_set(request, "approvals",
                     wrt_json_copy(wrt_json_get(decision.record, "determining")));
        wrt_json_free(decision.record);
        decision = wrt_policy_decide(c->policy, request);
    }
    if (status != WRT_OK && status != WRT_E_DENIED)
        status = wrt_fail(err, status, "%s", why.message);
    else if (decision.kind != WRT_DECISION_ALLOW)
        status = fail_decision(&decision, what, why.message, err);
    wrt_json_free(decision.record);
    wrt_json_free(request);
    return status;
}

/* What a tool asks of the network is a request of its own about the same call. */
static wrt_status decide_exchange(wrt_json *asked, const wrt_exchange *exchange, void *ctx,
                                  wrt_err *err) {
    static const char *const members[] = {"dest", "http", "taint", "text"};
    const caller *c = ctx;
    wrt_json *request = policy_request(c, "tool_call", wrt_json_get(asked, "args"));
    (void)exchange;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        wrt_json_set(request, members[i], wrt_json_take(asked, members[i]));
    wrt_json_free(asked);
    return decide(c, request, "this exchange", err);
}

/* What a tool asks of the model, for each place that the text would go to. */
static wrt_status decide_score(wrt_json *asked, const wrt_json *destinations,
                               const wrt_json *questions, void *ctx, wrt_err *err) {
    static const char *const members[] = {"score", "taint", "text"};
    const caller *c = ctx;
    wrt_status status = WRT_OK;
    (void)questions;
    WRT_JSON_EACH(dest, destinations) {
        if (status != WRT_OK)
            break;
        wrt_json *request = policy_request(c, "llm_request", wrt_json_get(asked, "args"));
        wrt_json_set(request, "dest", wrt_json_copy(dest));
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
            wrt_json_set(request, members[i], wrt_json_copy(wrt_json_get(asked, members[i])));
        status = decide(c, request, "asking the language model", err);
    }
    wrt_json_free(asked);
    return status;
}

static wrt_status decide_call(const caller *c, const wrt_json *args, const wrt_files *files,
                              wrt_err *err) {
    wrt_json *request = policy_request(c, "tool_call", args), *places = wrt_files_places(files);
    if (places != NULL)
        wrt_json_set(request, "files", places);
    return decide(c, request, c->call->operands[0], err);
}

/* One call, through the policy in force. A denial is a "gated" result and WRT_E_DENIED. */
static wrt_status call_once(wrt_json **result, caller *c, const wrt_json *args, wrt_err *err) {
    const char *tool = c->call->operands[0];
    wrt_egress_guard guard = {.decide = decide_exchange, .ctx = c};
    wrt_score_guard score_guard = {.decide = decide_score, .ctx = c};
    wrt_files *files = wrt_toolhost_files(c->tools, tool, args);
    wrt_status status = decide_call(c, args, files, err);
    if (status == WRT_OK) {
        wrt_toolhost_guard(c->tools, &guard);
        wrt_toolhost_score_guard(c->tools, &score_guard);
        status = wrt_toolhost_call_with(result, c->tools, tool, args, files, err);
    } else {
        *result = wrt_result_error("denied", err->message, args);
        wrt_json_set_text(*result, "status", "gated");
    }
    wrt_files_free(files);
    return status;
}

/* What was withheld, or not asked, is in the result's first warning. */
static wrt_status fail_gated(const wrt_json *result, wrt_err *err) {
    const char *why = wrt_json_text(wrt_json_first(wrt_json_get(result, "warnings")));
    return wrt_fail(err, WRT_E_DENIED, "%s", why != NULL ? why : "the tool gave nothing");
}

/* A tool that found nothing or failed decides the exit code of a single call. */
static wrt_status status_of(const wrt_json *result, wrt_err *err) {
    const wrt_json *error = wrt_json_get(result, "error");
    const char *status = wrt_json_get_text(result, "status", "error");
    if (strcmp(status, "empty") == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the tool ran well and found nothing");
    if (strcmp(status, "gated") == 0)
        return fail_gated(result, err);
    if (strcmp(status, "error") != 0)
        return WRT_OK;
    const char *code = wrt_json_get_text(error, "code", "");
    bool mine = strncmp(code, "tool_", 5) == 0 || strcmp(code, "bad_result") == 0 ||
                strcmp(code, "service_failed") == 0;
    wrt_status kind = mine                                       ? WRT_E_FAILED
                      : strcmp(code, "service_unavailable") == 0 ? WRT_E_UNAVAILABLE
                      : strcmp(code, "key_refused") == 0         ? WRT_E_CREDENTIAL
                      : strcmp(code, "denied") == 0              ? WRT_E_DENIED
                      : strcmp(code, "file_changed") == 0        ? WRT_E_FAILED
                      : strcmp(code, "output_failed") == 0       ? WRT_E_FAILED
                                                                 : WRT_E_INPUT;
    return wrt_fail(err, kind, "%s",
                    wrt_json_get_text(error, "message", "the tool reported an error"));
}

/* {"id":..., "args":{...}} gives the inner arguments; else the object is the arguments, without its
 * "id" unless the tool itself takes one. *id is what the result line repeats. */
static wrt_json *split_line(wrt_json **id, wrt_json *line, const caller *c) {
    wrt_json *nested = wrt_json_take(line, "args");
    if (nested != NULL || !c->id_is_argument)
        *id = wrt_json_take(line, "id");
    else if (wrt_json_get(line, "id") != NULL)
        *id = wrt_json_copy(wrt_json_get(line, "id"));
    if (nested == NULL)
        return line;
    wrt_json_free(line);
    return nested;
}

static void call_line(FILE *out, caller *c, wrt_str line) {
    wrt_json *args = NULL, *result = NULL, *id = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&args, line, &err) != WRT_OK) {
        result = wrt_result_error("bad_args", err.message, NULL);
    } else if (!wrt_json_is(args, WRT_JSON_OBJECT)) {
        result = wrt_result_error("bad_args", "a line must be a JSON object of arguments", args);
    } else {
        args = split_line(&id, args, c);
        if (call_once(&result, c, args, &err) != WRT_OK && result == NULL)
            result = wrt_result_error("host", err.message, args);
    }
    if (id != NULL)
        wrt_json_set(result, "id", id);
    print_line(out, result);
    wrt_json_free(result);
    wrt_json_free(args);
}

static wrt_status call_batch(caller *c, const char *path, wrt_err *err) {
    wrt_json *known = NULL;
    wrt_status status = wrt_toolhost_describe(&known, c->tools, c->call->operands[0], err);
    c->id_is_argument = wrt_json_path(known, "args_schema.properties.id") != NULL;
    wrt_json_free(known);
    if (status == WRT_E_NOT_FOUND && err != NULL)
        status = err->code = WRT_E_INPUT;
    wrt_buf lines = wrt_buf_make(WRT_MIB(256));
    if (status == WRT_OK)
        status = wrt_cli_read_lines(&lines, path, err);
    wrt_str line, rest = wrt_buf_str(&lines);
    while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n'))
        if (wrt_str_trim(line).len > 0) {
            call_line(c->call->out, c, wrt_str_trim(line));
            fflush(c->call->out);
        }
    wrt_buf_free(&lines);
    return status;
}

static wrt_status call_single(wrt_cli_result *out, caller *c, const char *text, wrt_err *err) {
    wrt_json *args = NULL, *result = NULL, *known = NULL;
    wrt_status status = wrt_toolhost_describe(&known, c->tools, c->call->operands[0], err);
    if (status == WRT_E_NOT_FOUND && err != NULL)
        status = err->code = WRT_E_INPUT;
    if (status == WRT_OK)
        status = wrt_cli_read_json(&args, text, err);
    if (status == WRT_OK) {
        status = call_once(&result, c, args, err);
    }
    if (status == WRT_OK)
        status = status_of(result, err);
    if (result != NULL && !c->call->globals->json)
        print_pretty(c->call->out, result);
    out->data = result;
    wrt_json_free(known);
    wrt_json_free(args);
    return status;
}

/* With the scores that earlier calls were given. A score's bits depend on its question alone, since
 * tools say that equal arguments give equal bytes. */
static wrt_status open_cached_model(caller *c, wrt_err *err) {
    wrt_llm_options options = wrt_cli_model_options(c->call->globals);
    char *home = wrt_cli_home(c->call->globals), *cache = wrt_cli_scores_path(c->call->globals);
    wrt_status status = wrt_dir_make(home, 0700, err);
    options.cache_path = cache;
    options.canonical = true;
    options.kv_f32 = true;
    if (status == WRT_OK)
        status = wrt_cli_open_model_with(&c->llm, c->call, &options, err);
    free(home);
    free(cache);
    return status;
}

/* The model is opened for tools that ask it, and for no other. */
static wrt_status open_model(caller *c, wrt_err *err) {
    wrt_json *about = NULL;
    wrt_status status = WRT_OK;
    if (wrt_toolhost_describe(&about, c->tools, c->call->operands[0], NULL) == WRT_OK &&
        wrt_json_get_bool(about, "model", false))
        status = open_cached_model(c, err);
    wrt_json_free(about);
    wrt_toolhost_set_model(c->tools, c->llm);
    return status;
}

static wrt_status run_call(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *args = wrt_cli_value(call, "args"), *batch = wrt_cli_value(call, "batch");
    if ((args == NULL) == (batch == NULL))
        return wrt_fail(err, WRT_E_INPUT, "give either --args JSON|@FILE|- or --batch FILE|-");
    caller c = {.call = call};
    wrt_status status = wrt_cli_open_policy(&c.policy, call->globals, err);
    if (status == WRT_OK)
        status = wrt_cli_check_sandbox(call->globals, err);
    if (status == WRT_OK)
        status = wrt_cli_open_tools(&c.tools, call, err);
    if (status == WRT_OK) {
        wrt_toolhost_allow_any_path(c.tools);
        status = open_model(&c, err);
    }
    if (status == WRT_OK)
        status = batch != NULL ? call_batch(&c, batch, err) : call_single(result, &c, args, err);
    result->streamed = batch != NULL && status == WRT_OK;
    wrt_toolhost_free(c.tools);
    wrt_llm_close(c.llm);
    wrt_policy_free(c.policy);
    return status;
}

const wrt_cli_command wrt_cmd_tool_list = {
    .path = "tool list",
    .operands = "",
    .summary = "list the tools of the installed plugins",
    .run = run_list,
};

const wrt_cli_command wrt_cmd_tool_describe = {
    .path = "tool describe",
    .operands = "NAME",
    .summary = "show a tool with the JSON Schemas of its arguments and its data",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_describe,
};

static const wrt_cli_option call_options[] = {
    {"args", 0, "JSON", "arguments: JSON, @FILE or - for standard input"},
    {"batch", 0, "FILE", "one line of arguments in, one line of result out; - for standard input"},
    {0},
};

const wrt_cli_command wrt_cmd_tool_call = {
    .path = "tool call",
    .operands = "NAME",
    .summary = "call one tool, through the policy, in a worker process",
    .details = "A batch line is an object of arguments, or {\"id\":..., \"args\":{...}}; the id is "
               "copied\n"
               "to the result line. A bad line yields an error line and the rest goes on.\n",
    .examples = "  warrant tool call kg_resolve --args '{\"text\":\"metformin\"}'\n"
                "  warrant tool call pubmed_search --args '{\"query\":\"metformin and lactic "
                "acidosis\",\"source\":\"live\"}'\n"
                "  warrant tool call causal_check_adjustment --args '{\"graph\":\"dag{X->Y Z->X "
                "Z->Y}\",\"treatment\":\"X\",\"outcome\":\"Y\",\"set\":[\"Z\"]}'\n",
    .options = call_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_call,
};
