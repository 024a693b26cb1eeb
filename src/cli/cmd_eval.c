/* cmd_eval.c: warrant eval run | list | show. */
#include "agent/eval/eval.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/eval_ask.h"
#include "cli/eval_setting.h"
#include "cli/open.h"
#include "cli/signals.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- run */

typedef struct {
    const wrt_cli_call *call;
    wrt_llm *llm;
    wrt_kg *kg;
    char *scratch; /* made for this run, removed at its end */
    char *suites;
    wrt_json *setting;
} eval_state;

static wrt_status make_scratch(char **out, wrt_err *err) {
    const char *root = getenv("TMPDIR");
    char *path = wrt_path_join(root != NULL ? root : "/tmp", "warrant-eval-XXXXXX");
    *out = NULL;
    if (mkdtemp(path) == NULL) {
        free(path);
        return wrt_fail(err, WRT_E_FAILED, "no folder for temporary files can be made in TMPDIR");
    }
    *out = path;
    return WRT_OK;
}

/* Whatever cannot be removed is left to the system's own cleaning of TMPDIR. */
static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

static wrt_status may_ask(const wrt_llm_prompt *prompt, void *ctx, wrt_err *err) {
    const eval_state *s = ctx;
    return wrt_cli_check_prompt(s->call, s->llm, prompt, err);
}

static wrt_status ask(wrt_json **report, void *ctx, const wrt_eval_question *question,
                      wrt_err *err) {
    const eval_state *s = ctx;
    wrt_cli_evaluator evaluator = {.call = s->call, .llm = s->llm};
    return wrt_cli_eval_ask(report, &evaluator, question, err);
}

static void show_item(size_t done, size_t total, void *ctx) {
    const eval_state *s = ctx;
    if (!s->call->globals->quiet)
        wrt_progress("item %zu of %zu", done + 1, total);
}

static wrt_status open_all(eval_state *s, const wrt_eval_need *need, wrt_err *err) {
    s->suites = wrt_cli_share_path("suites");
    wrt_status status = make_scratch(&s->scratch, err);
    if (status == WRT_OK && need->graph)
        status = wrt_cli_open_kg(&s->kg, s->call->globals, err);
    if (status == WRT_OK && (need->model || need->agent) && !need->no_model)
        status = wrt_cli_open_model(&s->llm, s->call, err);
    if (status == WRT_OK)
        status = wrt_cli_eval_setting(&s->setting, s->call, s->kg, need->agent, err);
    return status;
}

static void close_all(eval_state *s) {
    wrt_llm_close(s->llm);
    wrt_kg_close(s->kg);
    if (s->scratch != NULL) {
        enum { OPEN_FOLDERS = 16 };
        (void)nftw(s->scratch, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    }
    wrt_json_free(s->setting);
    free(s->scratch);
    free(s->suites);
}

static void print_share(FILE *out, const char *head, const wrt_json *share, const char *mean) {
    const wrt_json *value = wrt_json_get(share, mean);
    if (!wrt_json_is(value, WRT_JSON_NUMBER))
        return;
    fprintf(out, "  %-32.60s %.3f [%.3f, %.3f] n %lld\n", head, wrt_json_number(value, 0),
            wrt_json_get_number(share, "low", 0), wrt_json_get_number(share, "high", 0),
            (long long)wrt_json_get_int(share, "n", 0));
}

static void print_shares(FILE *out, const wrt_json *results) {
    WRT_JSON_EACH(member, results) {
        const char *name = wrt_json_key(member);
        if (strncmp(name, "by_", 3) != 0 && strcmp(name, "apart") != 0)
            continue;
        fprintf(out, "%s\n", name);
        WRT_JSON_EACH(share, member)
        print_share(out, wrt_json_key(share), share, "accuracy");
    }
}

/* A run of failures must not look like a bad score. */
static void print_unanswered(const wrt_cli_call *call, const wrt_json *results) {
    if (wrt_json_get(results, "unanswered") != NULL)
        fprintf(call->out, "  %-32s %lld\n", "unanswered",
                (long long)wrt_json_get_int(results, "unanswered", 0));
    WRT_JSON_EACH(row, wrt_json_get(results, "items")) {
        if (wrt_json_get(row, "failed") == NULL)
            continue;
        fprintf(call->out, "  %-32s %lld, the first: ", "could not be run",
                (long long)wrt_json_get_int(results, "failed", 0));
        wrt_cli_print_text(call->out, wrt_json_get_text(row, "why", "?"));
        fputc('\n', call->out);
        return;
    }
}

static void print_results(const wrt_cli_call *call, const wrt_json *results) {
    if (call->globals->json)
        return;
    fprintf(call->out, "%s, mode %s: %lld items\n", wrt_json_get_text(results, "suite", "?"),
            wrt_json_get_text(results, "mode", "?"), (long long)wrt_json_get_int(results, "n", 0));
    print_share(call->out, "accuracy", results, "accuracy");
    print_unanswered(call, results);
    if (wrt_json_get(results, "apart") != NULL)
        print_share(call->out, "accuracy without what is apart", wrt_json_get(results, "main"),
                    "accuracy");
    print_shares(call->out, results);
    WRT_JSON_EACH(measure, wrt_json_get(results, "measures"))
    print_share(call->out, wrt_json_key(measure), measure, "mean");
    fprintf(call->out, "content %s\n", wrt_json_get_text(results, "content_sha256", "?"));
}

static wrt_status write_results(const wrt_cli_call *call, const wrt_json *results, wrt_err *err) {
    const char *path = call->globals->output;
    if (path == NULL || strcmp(path, "-") == 0)
        return WRT_OK;
    wrt_buf text = wrt_buf_make((size_t)1 << 30);
    wrt_json_write_pretty(&text, results);
    wrt_buf_add_c(&text, "\n");
    wrt_status status = text.overflow ? wrt_fail(err, WRT_E_LIMIT, "the results are over 1 GiB")
                                      : wrt_file_write(path, wrt_buf_str(&text), 0644, err);
    wrt_buf_free(&text);
    return status;
}

static wrt_status run_run(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    eval_state s = {.call = call};
    wrt_eval_need need = {.graph = false};
    int64_t limit = 0;
    wrt_status status = wrt_eval_needs(&need, call->operands[0], wrt_cli_value(call, "mode"), err);
    if (status == WRT_OK)
        status = wrt_cli_int(&limit, call, "limit", 1, WRT_EVAL_ITEMS_MAX, 0, err);
    if (status == WRT_OK)
        status = open_all(&s, &need, err);
    wrt_eval_request request = {.suite = call->operands[0],
                                .mode = wrt_cli_value(call, "mode"),
                                .data = wrt_cli_value(call, "data"),
                                .suites_dir = s.suites,
                                .scratch = s.scratch,
                                .limit = (size_t)limit,
                                .seed = call->globals->seed,
                                .setting = s.setting,
                                .llm = s.llm,
                                .kg = s.kg,
                                .cancel = wrt_cli_cancel(),
                                .on_item = show_item,
                                .may_ask = may_ask,
                                .ask = ask,
                                .ctx = &s};
    if (status == WRT_OK)
        status = wrt_eval_run(&result->data, &request, err);
    if (status == WRT_OK)
        status = write_results(call, result->data, err);
    if (status == WRT_OK)
        print_results(call, result->data);
    close_all(&s);
    return status;
}

static const wrt_cli_option run_options[] = {
    {"data", 0, "FILE", "the items, in the shape that `warrant eval show SUITE` tells"},
    {"mode", 0, "MODE", "how the suite is run (default: its first mode)"},
    {"limit", 0, "N", "at most N items, a stratified sample drawn by --seed"},
    {0},
};

const wrt_cli_command wrt_cmd_eval_run = {
    .path = "eval run",
    .operands = "SUITE",
    .summary = "run a benchmark suite and score it",
    .details =
        "With -o FILE the results are written with all that it takes to repeat them; compare "
        "such\nfiles by `warrant eval compare`. `warrant eval list` names the suites.\n",
    .examples =
        "  warrant eval run cladder --data test-generate-easy.json\n"
        "  warrant eval run cladder --mode plain --limit 100 --seed 1 --data FILE -o A.json\n",
    .options = run_options,
    .min_operands = 1,
    .max_operands = 1,
    .writes_output = true,
    .run = run_run,
};

/* ---- list, show */

static wrt_status run_list(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    (void)err;
    result->data = wrt_eval_list();
    WRT_JSON_EACH(suite, result->data) {
        if (call->globals->json)
            break;
        fprintf(call->out, "%-12s %s\n", wrt_json_get_text(suite, "name", "?"),
                wrt_json_get_text(suite, "title", ""));
        WRT_JSON_EACH(mode, wrt_json_get(suite, "modes"))
        fprintf(call->out, "    %-16s %s%s\n", wrt_json_get_text(mode, "name", "?"),
                wrt_json_get_text(mode, "about", ""),
                wrt_json_get_bool(mode, "needs_model", false) ? " (needs a model)" : "");
    }
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_eval_list = {
    .path = "eval list",
    .operands = "",
    .summary = "the benchmark suites and their modes",
    .examples = "  warrant eval list\n",
    .run = run_list,
};

static wrt_status run_show(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_status status = wrt_eval_describe(&result->data, call->operands[0], err);
    if (status == WRT_OK && !call->globals->json)
        fprintf(call->out, "%s (version %lld): %s\n\n%s",
                wrt_json_get_text(result->data, "name", "?"),
                (long long)wrt_json_get_int(result->data, "version", 0),
                wrt_json_get_text(result->data, "title", ""),
                wrt_json_get_text(result->data, "card", ""));
    return status;
}

const wrt_cli_command wrt_cmd_eval_show = {
    .path = "eval show",
    .operands = "SUITE",
    .summary = "what a suite measures, how, and with which caveats",
    .examples = "  warrant eval show cladder\n",
    .min_operands = 1,
    .max_operands = 1,
    .run = run_show,
};
