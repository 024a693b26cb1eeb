/* ask_batch.c: see ask_batch.h. */
#include "cli/ask_batch.h"

#include "agent/open.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

/* One line under way. */
typedef struct {
    wrt_agent_config config;
    const char *question;
    wrt_json *inputs, *context;
    char key[WRT_SHA256_HEX + 1];
} item;

static const char *const input_names[] = {"type", "data",      "graph",   "scm",    "patient",
                                          "do",   "treatment", "outcome", "adjust", "estimator"};

/* ---- reading a line */

static bool is_input(const char *name) {
    for (size_t i = 0; i < sizeof input_names / sizeof *input_names; i++)
        if (strcmp(input_names[i], name) == 0)
            return true;
    return false;
}

static wrt_status read_int(int64_t *out, const wrt_json *member, int64_t low, int64_t high,
                           wrt_err *err) {
    double value = wrt_json_number(member, -1);
    if (!wrt_json_is_integer(member) || value < (double)low || value > (double)high)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" must be a whole number from %lld to %lld",
                        wrt_json_key(member), (long long)low, (long long)high);
    *out = (int64_t)value;
    return WRT_OK;
}

static wrt_status read_member(item *it, const wrt_json *member, wrt_err *err) {
    const char *name = wrt_json_key(member);
    int64_t number = 0;
    wrt_status status = WRT_OK;
    if (strcmp(name, "id") == 0) {
        bool fits = wrt_json_text(member) != NULL || wrt_json_is(member, WRT_JSON_NUMBER);
        return fits ? WRT_OK : wrt_fail(err, WRT_E_INPUT, "\"id\" must be a text or a number");
    }
    if (is_input(name)) {
        wrt_json_set(it->inputs, name, wrt_json_copy(member));
    } else if (strcmp(name, "question") == 0) {
        it->question = wrt_json_text(member);
    } else if (strcmp(name, "seed") == 0) {
        status = read_int(&number, member, 0, INT64_C(9007199254740991), err);
        it->config.seed = (uint64_t)number;
    } else if (strcmp(name, "hypotheses") == 0) {
        status = read_int(&number, member, 1, 10, err);
        it->config.hypotheses = (int)number;
    } else if (strcmp(name, "timeout_s") == 0) {
        status = read_int(&number, member, 1, 86400, err);
        it->config.timeout_ms = number * 1000;
    } else if (strcmp(name, "no_latent") == 0 && wrt_json_is(member, WRT_JSON_BOOL)) {
        it->config.no_latent = wrt_json_bool(member, false);
    } else {
        status = wrt_fail(err, WRT_E_INPUT, "there is no member \"%s\" of that kind", name);
    }
    return status;
}

static wrt_status read_item(item *it, const wrt_json *line, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (!wrt_json_is(line, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "a line must be an object with \"question\"");
    WRT_JSON_EACH(member, line)
    if (status == WRT_OK)
        status = read_member(it, member, err);
    if (status != WRT_OK)
        return status;
    if (it->question == NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"question\" must be a text");
    if (*it->question == '\0' || strlen(it->question) > WRT_QUESTION_MAX)
        status =
            wrt_fail(err, WRT_E_INPUT, "\"question\" must have 1 to %d bytes", WRT_QUESTION_MAX);
    if (status == WRT_OK && strpbrk(it->question, "\r\n\t") != NULL)
        status = wrt_fail(err, WRT_E_INPUT, "\"question\" must be one line");
    it->config.inputs = wrt_json_count(it->inputs) > 0 ? it->inputs : NULL;
    return status;
}

/* ---- the key of an item */

static void add_file(wrt_json *files, const item *it, const char *name) {
    const char *path = wrt_json_get_text(it->inputs, name, NULL);
    wrt_sha256 digest;
    char hex[WRT_SHA256_HEX + 1];
    if (path == NULL || wrt_sha256_of_file(&digest, path, NULL) != WRT_OK)
        return;
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(files, name, hex);
}

/* All that the answer depends on; how long it may take is no part of it. */
static void make_key(item *it) {
    static const char *const files_of[] = {"data", "scm", "patient"};
    char policy[WRT_SHA256_HEX + 1];
    wrt_json *all = wrt_open_settings(&it->config), *files = wrt_json_new_object();
    wrt_buf bytes = wrt_buf_make(WRT_MIB(64));
    wrt_json_set(all, "timeout_ms", NULL);
    wrt_json_set_text(all, "question", it->question);
    wrt_policy_hash(policy, it->config.policy);
    wrt_json_set_text(all, "policy", policy);
    wrt_json_set(all, "tools", wrt_toolhost_manifest(it->config.tools));
    for (size_t i = 0; i < sizeof files_of / sizeof *files_of; i++)
        add_file(files, it, files_of[i]);
    wrt_json_set(all, "files", files);
    wrt_json_write_canonical(&bytes, all);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(it->key, &digest);
    wrt_buf_free(&bytes);
    wrt_json_free(all);
}

/* ---- runs of before */

static const wrt_json *body_of(const wrt_json *events, const char *type) {
    WRT_JSON_EACH(event, events)
    if (strcmp(wrt_json_get_text(event, "type", ""), type) == 0)
        return wrt_json_get(event, "body");
    return NULL;
}

/* The answer of a sealed run, NULL when it is not of this item. */
static wrt_json *answer_of(wrt_json **end, const item *it, const char *run) {
    wrt_json *events = NULL, *answer = NULL;
    if (wrt_ledger_events(&events, it->config.ledger, run, NULL) != WRT_OK)
        return NULL;
    const wrt_json *context = wrt_json_get(body_of(events, "run.start"), "context");
    const wrt_json *own = body_of(events, "answer"), *last = body_of(events, "run.end");
    if (strcmp(wrt_json_get_text(context, "item", ""), it->key) == 0 && own != NULL &&
        last != NULL) {
        answer = wrt_json_copy(own);
        *end = wrt_json_copy(last);
    }
    wrt_json_free(events);
    return answer;
}

static wrt_json *find_answer(char run[WRT_RUN_ID_MAX], wrt_json **end, const item *it) {
    wrt_run_info *list = NULL;
    wrt_json *answer = NULL;
    size_t n = 0;
    if (wrt_ledger_list(&list, &n, it->config.ledger, NULL) != WRT_OK)
        return NULL;
    for (size_t i = 0; i < n && answer == NULL; i++) {
        bool failed = strcmp(list[i].outcome, "failed") == 0;
        if (failed || strcmp(list[i].question, it->question) != 0)
            continue;
        answer = answer_of(end, it, list[i].id);
        snprintf(run, WRT_RUN_ID_MAX, "%s", list[i].id);
    }
    wrt_run_info_free(list, n);
    return answer;
}

/* ---- one line */

static void set_error(wrt_json *out, const wrt_err *err) {
    wrt_json *error = wrt_json_new_object();
    wrt_json_set_text(error, "code", wrt_status_name(err->code));
    wrt_json_set_text(error, "message", err->message);
    wrt_json_set(out, "error", error);
}

/* Consumes the answer. */
static void set_answer(wrt_json *out, wrt_json *answer, const char *run, int64_t exit_code,
                       bool repeated) {
    wrt_json_set_bool(out, "ok", exit_code == 0);
    wrt_json_set_text(out, "status", wrt_json_get_text(answer, "status", "failed"));
    wrt_json_set_int(out, "exit", exit_code);
    wrt_json_set_text(out, "run", run);
    wrt_json_set_bool(out, "repeated", repeated);
    wrt_json_set(answer, "run", NULL);
    wrt_json_set(out, "answer", answer);
}

static wrt_status ask_item(wrt_json *out, item *it, wrt_err *err) {
    char run[WRT_RUN_ID_MAX] = "";
    wrt_json *end = NULL, *answer = NULL;
    make_key(it);
    answer = find_answer(run, &end, it);
    if (answer != NULL) {
        set_answer(out, answer, run, wrt_json_get_int(end, "exit", 1), true);
        wrt_json_free(end);
        return WRT_OK;
    }
    it->context = wrt_json_new_object();
    wrt_json_set_text(it->context, "item", it->key);
    it->config.context = it->context;
    wrt_status status = wrt_agent_ask(&answer, &it->config, it->question, err);
    if (answer == NULL)
        return status;
    snprintf(run, sizeof run, "%s", wrt_json_get_text(answer, "run", ""));
    set_answer(out, answer, run, wrt_status_exit_code(status), false);
    if (status != WRT_OK)
        set_error(out, err);
    return status == WRT_E_INTERRUPTED ? status : WRT_OK;
}

static wrt_status ask_line(wrt_json *out, const wrt_agent_config *defaults, wrt_str text,
                           wrt_err *err) {
    item it = {.config = *defaults, .inputs = wrt_json_new_object()};
    wrt_json *line = NULL;
    wrt_err why = {0};
    wrt_status status = wrt_json_parse(&line, text, &why);
    if (wrt_json_get(line, "id") != NULL)
        wrt_json_set(out, "id", wrt_json_copy(wrt_json_get(line, "id")));
    if (status == WRT_OK)
        status = read_item(&it, line, &why);
    if (status == WRT_OK)
        status = ask_item(out, &it, &why);
    if (status != WRT_OK) {
        wrt_json_set_bool(out, "ok", false);
        set_error(out, &why);
    }
    if (status == WRT_E_INTERRUPTED && err != NULL)
        *err = why;
    wrt_json_free(line);
    wrt_json_free(it.inputs);
    wrt_json_free(it.context);
    return status == WRT_E_INTERRUPTED ? status : WRT_OK;
}

static void print_line(FILE *out, const wrt_json *line) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write(&text, line);
    fprintf(out, "%s\n", wrt_buf_str(&text).ptr);
    fflush(out);
    wrt_buf_free(&text);
}

wrt_status wrt_cli_ask_batch(const wrt_cli_call *call, const wrt_agent_config *defaults,
                             const char *path, wrt_err *err) {
    wrt_buf lines = wrt_buf_make(WRT_MIB(256));
    wrt_status status = wrt_cli_read_lines(&lines, path, err);
    wrt_str text, rest = wrt_buf_str(&lines);
    int64_t number = 0;
    while (status == WRT_OK && wrt_str_cut(&text, &rest, '\n')) {
        number++;
        if (wrt_str_trim(text).len == 0)
            continue;
        wrt_json *out = wrt_json_new_object();
        wrt_json_set_int(out, "line", number);
        if (!call->globals->quiet)
            wrt_progress("line %lld", (long long)number);
        status = ask_line(out, defaults, wrt_str_trim(text), err);
        print_line(call->out, out);
        wrt_json_free(out);
    }
    wrt_buf_free(&lines);
    return status;
}
