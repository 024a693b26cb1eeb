/* cmd_ask.c: warrant ask, warrant plan, warrant run resume. */
#include "agent/agent.h"
#include "agent/answer/answer.h"
#include "agent/open.h"
#include "agent/plan/plan_given.h"
#include "agent/usage.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/approve.h"
#include "cli/ask_args.h"
#include "cli/ask_batch.h"
#include "cli/ask_thread.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/signals.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_agent_config config;
    wrt_cli_approver approver;
    wrt_kg *kg;
    char *protocols;
    char *question;
    wrt_json *inputs, *plan, *context;
    bool goes_on; /* a run of before is resumed */
    wrt_json *sealed;
} ask_state;

/* A graph of moderate size is compared with its snapshot id before it is asked: an altered row
 * would be cited as if it had been imported. Larger ones are checked by `warrant kg check`. */
static wrt_status check_graph(wrt_kg *kg, const wrt_cli_call *call, wrt_err *err) {
    enum { CHECKED_EDGES_MAX = 100000 };
    wrt_json *stats = NULL, *report = NULL;
    wrt_status status = wrt_kg_stats(&stats, kg, err);
    bool is_small = wrt_json_get_int(stats, "edges", 0) <= CHECKED_EDGES_MAX;
    if (status == WRT_OK && is_small)
        status = wrt_kg_check(&report, kg, err);
    else if (status == WRT_OK)
        wrt_json_push_text(call->warnings,
                           "the graph is large: `warrant kg check` compares it with its snapshot");
    wrt_json_free(stats);
    wrt_json_free(report);
    return status;
}

/* A question about the user's own table, graph or model, or to the local PubMed, needs no knowledge
 * graph; one that does says so itself (agent/question/frame.h). */
static bool is_graph_needed(const ask_state *s, const wrt_cli_globals *globals) {
    static const char *const own[] = {"data", "graph", "scm"};
    char *path = wrt_cli_kg_path(globals), *papers = wrt_cli_pubmed_path(globals);
    bool needed = wrt_file_exists(path), is_library = wrt_file_exists(papers);
    free(path);
    free(papers);
    if ((s->goes_on || is_library) && !needed) /* the run says what it began with */
        return false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!needed && wrt_json_get(s->inputs, own[i]) != NULL)
            return false;
    return true;
}

static wrt_status open_graph(ask_state *s, const wrt_cli_call *call, wrt_err *err) {
    if (!is_graph_needed(s, call->globals))
        return WRT_OK;
    wrt_status status = wrt_cli_open_kg(&s->kg, call->globals, err);
    s->config.kg = s->kg;
    return status == WRT_OK ? check_graph(s->kg, call, err) : status;
}

static wrt_status check_format(const wrt_cli_call *call, wrt_err *err) {
    const char *format = wrt_cli_value(call, "format");
    static const char *const formats[] = {"text", "markdown", "json"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (format == NULL || strcmp(format, formats[i]) == 0)
            return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "--format takes text, markdown or json, not \"%s\"", format);
}

/* A plan file: what `warrant plan --json` printed, in its envelope or without. */
static wrt_status read_plan(wrt_json **out, const char *path, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_status status = wrt_file_read(&text, path, WRT_MIB(1), err);
    if (status == WRT_OK)
        status = wrt_json_parse(&document, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    if (status != WRT_OK) {
        (void)wrt_err_prefix(err, "the plan");
        return status == WRT_E_NOT_FOUND ? (err->code = WRT_E_INPUT) : status;
    }
    wrt_json *data = wrt_json_take(document, "data");
    *out = data != NULL ? data : document;
    if (data != NULL)
        wrt_json_free(document);
    wrt_json_set(*out, "frame", NULL);
    return wrt_plan_check_given(*out, err);
}

/* What is handed over beside the question. */
static wrt_status read_inputs(ask_state *s, const wrt_cli_call *call, wrt_err *err) {
    const char *given = wrt_cli_value(call, "protocols");
    if (given != NULL)
        s->protocols = strdup(given);
    const char *plan = wrt_cli_value(call, "plan");
    wrt_status status = wrt_cli_ask_inputs(&s->inputs, call, err);
    if (status == WRT_OK && plan != NULL)
        status = read_plan(&s->plan, plan, err);
    s->config.plan = s->plan;
    return status;
}

static void read_globals(ask_state *s, const wrt_cli_call *call) {
    s->config.seed = call->globals->seed;
    s->config.offline = call->globals->offline;
    s->config.timeout_ms = call->globals->timeout_ms;
    s->config.threads = call->globals->threads;
    s->config.recheck = wrt_cli_flag(call, "recheck");
}

static wrt_status open_all(ask_state *s, const wrt_cli_call *call, bool with_ledger, wrt_err *err) {
    const wrt_cli_globals *globals = call->globals;
    if (s->protocols == NULL)
        s->protocols = wrt_cli_protocol_dir();
    s->config.protocol_dir = s->protocols;
    s->config.cancel = wrt_cli_cancel();
    wrt_status status = open_graph(s, call, err);
    if (status == WRT_OK)
        status = wrt_cli_open_pubmed_if_any(&s->config.pubmed, globals, err);
    if (status == WRT_OK)
        status = wrt_cli_open_policy(&s->config.policy, globals, err);
    if (status == WRT_OK)
        status = wrt_cli_open_tools(&s->config.tools, call, err);
    if (status == WRT_OK)
        status = wrt_cli_open_model(&s->config.llm, call, err);
    if (status == WRT_OK && with_ledger)
        status = wrt_cli_open_ledger(&s->config.ledger, globals, true, err);
    return status;
}

static void close_all(ask_state *s) {
    wrt_llm_close(s->config.llm);
    wrt_toolhost_free(s->config.tools);
    wrt_policy_free(s->config.policy);
    wrt_ledger_close(s->config.ledger);
    wrt_pubmed_store_close(s->config.pubmed);
    wrt_kg_close(s->kg);
    free(s->protocols);
    wrt_json_free(s->sealed);
    free(s->question);
    wrt_json_free(s->inputs);
    wrt_json_free(s->plan);
    wrt_json_free(s->context);
}

/* The question as given, or from standard input for "-". */
static wrt_status read_question(char **out, const char *operand, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_status status = WRT_OK;
    if (strcmp(operand, "-") == 0)
        status = wrt_file_read(&text, "-", WRT_KIB(64), err);
    else
        wrt_buf_add(&text, operand, strnlen(operand, WRT_KIB(64)));
    if (status == WRT_OK && memchr(wrt_buf_str(&text).ptr, '\0', text.len) != NULL)
        status = wrt_fail(err, WRT_E_INPUT, "the question holds a NUL byte");
    for (size_t i = 0; i < text.len; i++) /* a question is one line */
        if (strchr("\n\r\t", text.ptr[i]) != NULL)
            text.ptr[i] = ' ';
    wrt_str trimmed = wrt_str_trim(wrt_buf_str(&text));
    if (status == WRT_OK && trimmed.len == 0)
        status = wrt_fail(err, WRT_E_INPUT, "the question is empty");
    if (status == WRT_OK && trimmed.len > WRT_QUESTION_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "the question has %zu bytes; at most %d are read",
                          trimmed.len, WRT_QUESTION_MAX);
    if (status == WRT_OK)
        *out = strndup(trimmed.ptr, trimmed.len);
    wrt_buf_free(&text);
    return status;
}

static void print_plan(FILE *out, const wrt_json *plan) {
    fprintf(out, "plan (%s, made by %s)\n", wrt_json_get_text(plan, "type", "?"),
            wrt_json_get_text(plan, "made_by", "?"));
    int number = 0;
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps")) {
        wrt_buf args = wrt_buf_make(WRT_KIB(64));
        wrt_json_write(&args, wrt_json_get(step, "args"));
        fprintf(out, "%3d. %-10s %s %s\n     %s\n", ++number, wrt_json_get_text(step, "id", "?"),
                wrt_json_get_text(step, "tool", wrt_json_get_text(step, "builtin", "?")),
                wrt_buf_str(&args).ptr, wrt_json_get_text(step, "why", ""));
        wrt_buf_free(&args);
    }
}

static void show_step(const char *step, void *ctx) {
    (void)ctx;
    wrt_progress("step %s", step);
}

static void show_plan(const wrt_json *plan, void *ctx) {
    const wrt_cli_globals *globals = ctx;
    if (!globals->quiet)
        print_plan(stderr, plan);
}

/* --format, for people and for programs that read no envelope. */
static void print_answer(const wrt_cli_call *call, const wrt_json *answer) {
    const char *format = wrt_cli_value(call, "format");
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    if (format == NULL || strcmp(format, "text") == 0) {
        wrt_buf_add_c(&text, wrt_json_get_text(answer, "text", ""));
    } else if (strcmp(format, "markdown") == 0) {
        wrt_answer_markdown(&text, answer);
    } else {
        wrt_json_write_pretty(&text, answer);
        wrt_buf_add_char(&text, '\n');
    }
    fputs(wrt_buf_str(&text).ptr, call->out);
    wrt_buf_free(&text);
}

static void show_usage(const wrt_json *answer) {
    const wrt_json *usage = wrt_json_get(answer, "usage");
    wrt_buf words = wrt_buf_make(WRT_KIB(1));
    if (usage == NULL)
        return;
    wrt_usage_words(&words, usage);
    fprintf(stderr, "%s\n", wrt_buf_str(&words).ptr);
    wrt_buf_free(&words);
}

static void show_answer(const wrt_cli_call *call, const wrt_json *answer) {
    if (!call->globals->json)
        print_answer(call, answer);
    if (!call->globals->quiet && !call->globals->json)
        show_usage(answer);
    if (!call->globals->quiet && !call->globals->json)
        fprintf(stderr, "run %s: `warrant run show %s`, `warrant audit verify %s`\n",
                wrt_json_get_text(answer, "run", "?"), wrt_json_get_text(answer, "run", "last"),
                wrt_json_get_text(answer, "run", "last"));
}

static wrt_status run_plan(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    ask_state s = {0};
    wrt_status status = read_question(&s.question, call->operands[0], err);
    read_globals(&s, call);
    if (status == WRT_OK)
        status = read_inputs(&s, call, err);
    if (status == WRT_OK)
        status = open_all(&s, call, false, err);
    s.config.inputs = s.inputs;
    if (status == WRT_OK)
        status = wrt_agent_plan(&result->data, &s.config, s.question, err);
    if (status == WRT_OK && !call->globals->json)
        print_plan(call->out, result->data);
    close_all(&s);
    return status;
}

static void print_diff(FILE *out, const wrt_json *diff) {
    static const char *const lists[] = {"added", "removed", "moved"};
    if (wrt_json_get_bool(diff, "equal", false))
        fprintf(out, "the plans are equal\n");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        WRT_JSON_EACH(step, wrt_json_get(diff, lists[i])) {
            fprintf(out, "%-8s ", lists[i]);
            wrt_cli_print_text(out, wrt_json_text(step));
            fputc('\n', out);
        }
    WRT_JSON_EACH(item, wrt_json_get(diff, "changed")) {
        fprintf(out, "changed  ");
        wrt_cli_print_text(out, wrt_json_get_text(item, "step", "?"));
        WRT_JSON_EACH(member, wrt_json_get(item, "members"))
        fprintf(out, " %s", wrt_json_text(member));
        fputc('\n', out);
    }
}

/* warrant plan: the plan, or what parts another one from it. */
static wrt_status show_or_compare(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *path = wrt_cli_value(call, "diff");
    wrt_json *other = NULL;
    if (path == NULL)
        return run_plan(result, call, err);
    wrt_cli_globals quiet = *call->globals;
    wrt_cli_call inner = *call;
    quiet.json = true; /* the plan itself is not printed */
    inner.globals = &quiet;
    wrt_status status = read_plan(&other, path, err);
    if (status == WRT_OK)
        status = run_plan(result, &inner, err);
    if (status == WRT_OK) {
        wrt_json *diff = wrt_plan_diff(result->data, other);
        wrt_json_free(result->data);
        result->data = diff;
        if (!call->globals->json)
            print_diff(call->out, diff);
    }
    wrt_json_free(other);
    return status;
}

/* Asks; what the question leaves open is put to the person, if there is one, and asked again: a run
 * of its own. */
static wrt_status ask(wrt_json **answer, ask_state *s, const wrt_cli_call *call, wrt_err *err) {
    enum { ROUNDS_MAX = 5 };
    wrt_status status = WRT_OK;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        wrt_json_free(*answer);
        *answer = NULL;
        s->config.inputs = s->inputs;
        status = wrt_agent_ask(answer, &s->config, s->question, err);
        const wrt_json *clarify = wrt_json_get(*answer, "clarify");
        if (status != WRT_E_NOT_FOUND || clarify == NULL ||
            !wrt_cli_ask_person(&s->inputs, call, clarify))
            break;
    }
    return status;
}

static wrt_status read_approval_wait(ask_state *s, const wrt_cli_call *call, wrt_err *err) {
    int64_t wait_s = 0;
    wrt_status status = wrt_cli_int(&wait_s, call, "approval-wait", 0, 86400, 0, err);
    s->approver = (wrt_cli_approver){.globals = call->globals, .wait_ms = wait_s * 1000};
    s->config.approve = wrt_cli_approve;
    s->config.approve_ctx = &s->approver;
    return status;
}

/* Takes the answer over into the result; accepts NULL. */
static void give_answer(wrt_cli_result *result, const wrt_cli_call *call, wrt_json *answer) {
    if (answer == NULL)
        return;
    snprintf(result->run, sizeof result->run, "%s", wrt_json_get_text(answer, "run", ""));
    show_answer(call, answer);
    WRT_JSON_EACH(warning, wrt_json_get(answer, "warnings"))
    if (call->globals->json)
        wrt_json_push(call->warnings, wrt_json_copy(warning));
    wrt_json_set(answer, "run", NULL); /* stands in the envelope */
    result->data = answer;
}

/* The lines of a batch share what is given on the command line as their defaults. */
static wrt_status ask_lines(ask_state *s, const wrt_cli_call *call, const char *path,
                            wrt_err *err) {
    if (s->inputs != NULL || s->plan != NULL)
        return wrt_fail(err, WRT_E_INPUT, "with --batch each line states its own inputs");
    s->config.on_plan = NULL;
    return wrt_cli_ask_batch(call, &s->config, path, err);
}

/* The question goes on from a finished run. */
static wrt_status read_thread(ask_state *s, const char *run, const wrt_cli_globals *globals,
                              wrt_err *err) {
    wrt_status status = wrt_cli_open_ledger(&s->config.ledger, globals, false, err);
    if (status == WRT_OK)
        status = wrt_cli_thread_read(&s->context, &s->inputs, s->config.ledger, run, err);
    wrt_ledger_close(s->config.ledger);
    s->config.ledger = NULL;
    s->config.context = s->context;
    return status;
}

static wrt_status run_ask(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    ask_state s = {.config = {.on_plan = show_plan,
                              .on_step = show_step,
                              .callback_ctx = (void *)call->globals}};
    const char *batch = wrt_cli_value(call, "batch"), *thread = wrt_cli_value(call, "continue");
    int64_t hypotheses = 0;
    wrt_json *answer = NULL;
    if ((batch != NULL) == (call->n_operands > 0))
        return wrt_fail(err, WRT_E_INPUT, "give either a QUESTION or --batch FILE");
    if (batch != NULL && (thread != NULL || call->globals->dry_run))
        return wrt_fail(err, WRT_E_INPUT, "--batch goes without --continue and --dry-run");
    if (call->globals->dry_run)
        return run_plan(result, call, err);
    wrt_status status = wrt_cli_int(&hypotheses, call, "hypotheses", 1, 10, 3, err);
    if (status == WRT_OK)
        status = check_format(call, err);
    s.config.hypotheses = (int)hypotheses;
    s.config.no_latent = wrt_cli_flag(call, "no-latent");
    if (wrt_cli_value(call, "seal") != NULL)
        s.config.sealed = s.sealed = wrt_cli_names(wrt_cli_value(call, "seal"));
    read_globals(&s, call);
    if (status == WRT_OK)
        status = read_approval_wait(&s, call, err);
    if (status == WRT_OK && batch == NULL)
        status = read_question(&s.question, call->operands[0], err);
    if (status == WRT_OK)
        status = read_inputs(&s, call, err);
    if (status == WRT_OK && thread != NULL)
        status = read_thread(&s, thread, call->globals, err);
    if (status == WRT_OK)
        status = open_all(&s, call, true, err);
    if (status == WRT_OK && batch != NULL)
        status = ask_lines(&s, call, batch, err);
    else if (status == WRT_OK)
        status = ask(&answer, &s, call, err);
    result->streamed = batch != NULL && status == WRT_OK;
    give_answer(result, call, answer);
    close_all(&s);
    return status;
}

/* ---- going on */

/* Sets what the run was started with; the time it may take is given anew. `events` must outlive the
 * state. */
static wrt_status read_start(ask_state *s, const wrt_cli_call *call, const wrt_json *events,
                             wrt_err *err) {
    const wrt_json *start = wrt_json_get(wrt_json_first(events), "body");
    wrt_open_read_settings(&s->config, start);
    if (call->globals->timeout_ms > 0)
        s->config.timeout_ms = call->globals->timeout_ms;
    if (call->globals->offline && !s->config.offline)
        return wrt_fail(err, WRT_E_INPUT,
                        "the run was started without --offline: go on without it, or ask anew");
    return WRT_OK;
}

static wrt_status resume(wrt_json **answer, ask_state *s, const wrt_cli_call *call, const char *run,
                         wrt_err *err) {
    wrt_cli_globals globals = *call->globals;
    wrt_cli_call as_started = *call;
    globals.offline = s->config.offline;
    globals.timeout_ms = s->config.timeout_ms;
    as_started.globals = &globals;
    wrt_status status = open_all(s, &as_started, false, err);
    return status == WRT_OK ? wrt_agent_resume(answer, &s->config, run, err) : status;
}

static wrt_status run_resume(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    ask_state s = {.config = {.on_plan = show_plan,
                              .on_step = show_step,
                              .callback_ctx = (void *)call->globals},
                   .goes_on = true};
    char run[WRT_RUN_ID_MAX];
    wrt_json *answer = NULL, *events = NULL;
    wrt_status status = read_approval_wait(&s, call, err);
    if (status == WRT_OK)
        status = wrt_cli_open_ledger(&s.config.ledger, call->globals, false, err);
    if (status == WRT_OK)
        status = wrt_ledger_find(run, s.config.ledger, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_ledger_events(&events, s.config.ledger, run, err);
    if (status == WRT_OK)
        status = read_start(&s, call, events, err);
    if (status == WRT_OK)
        status = resume(&answer, &s, call, run, err);
    give_answer(result, call, answer);
    close_all(&s);
    wrt_json_free(events);
    return status;
}

#define RECHECK_OPTION                                                                             \
    { "recheck", 0, NULL, "ask PubMed, over the network, whether cited publications still stand" }

#define PLAN_OPTION                                                                                \
    { "plan", 0, "FILE", "a plan to take instead of the protocol's: `warrant plan --json`, edited" }
#define FORMAT_OPTION                                                                              \
    { "format", 0, "F", "text (default), markdown or json" }

static const wrt_cli_option plan_options[] = {
    WRT_CLI_ASK_INPUTS,
    PLAN_OPTION,
    {"diff", 0, "FILE", "what parts the plan in this file from the one for the question"},
    RECHECK_OPTION,
    {0},
};

static const wrt_cli_option ask_options[] = {
    WRT_CLI_ASK_INPUTS,
    PLAN_OPTION,
    FORMAT_OPTION,
    {"batch", 0, "FILE", "one JSON object a line: {\"id\", \"question\", inputs, \"seed\", ...}"},
    {"continue", 0, "RUN", "go on from a finished run: what this question leaves out is as there"},
    {"approval-wait", 0, "S", "seconds to wait for `policy approve` when a rule holds (default 0)"},
    {"hypotheses", 0, "N", "routes turned into hypotheses, 1 to 10 (default 3)"},
    {"seal", 0, "NAMES",
     "store these values apart so that they can be taken away later: question,args,..."},
    {"no-latent", 0, NULL, "assert that no common cause of treatment and outcome is unmeasured"},
    RECHECK_OPTION,
    {0},
};

const wrt_cli_command wrt_cmd_ask = {
    .path = "ask",
    .operands = "QUESTION|-",
    .summary = "answer a question with warranted claims, recorded in the ledger",
    .details =
        "The question names a treatment, an effect and an outcome, each by a name, a synonym\n"
        "or an id of the graph; or columns of --data, nodes of --graph, variables of --scm. What\n"
        "it leaves open is asked back. Exit 3 means: no supported answer, and why. Nothing is\n"
        "asked of the network by default; with --recheck PubMed is asked about at most 200 cited "
        "publications,\n"
        "as far as policy allows, and the answer says what it said or why it was not asked.\n",
    .examples = "  warrant ask \"How might metformin lower blood glucose in type 2 diabetes?\"\n"
                "  warrant ask --model none --json \"How does warfarin prevent DOID:9477?\"\n",
    .options = ask_options,
    .min_operands = 0,
    .max_operands = 1,
    .has_dry_run = true,
    .run = run_ask,
};

const wrt_cli_command wrt_cmd_plan = {
    .path = "plan",
    .operands = "QUESTION|-",
    .summary = "show the plan for a question; no tool is called and nothing is recorded",
    .examples = "  warrant plan \"How might aspirin relieve osteoarthritis?\"\n",
    .options = plan_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = show_or_compare,
};

static const wrt_cli_option resume_options[] = {
    FORMAT_OPTION,
    FORMAT_OPTION,
    {"approval-wait", 0, "S", "seconds to wait for `policy approve` when a rule holds (default 0)"},
    {0},
};

const wrt_cli_command wrt_cmd_run_resume = {
    .path = "run resume",
    .operands = "RUN",
    .summary = "go on with a run that was cut off, interrupted or out of time",
    .details =
        "The run is made again from its journal: what tools, the model, the network and people\n"
        "answered is taken from there and nobody is asked twice; then it goes on to its answer\n"
        "and is sealed, with the same content as a run that was never stopped. Settings are those\n"
        "it was started with; give the same --model and --policy.\n",
    .examples = "  warrant run resume last\n",
    .options = resume_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_resume,
};
