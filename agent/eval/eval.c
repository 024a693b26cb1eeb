/* eval.c: see eval.h. */
#include "agent/eval/eval.h"

#include "agent/eval/sample.h"
#include "agent/eval/shares.h"
#include "agent/eval/suite.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- data */

static wrt_status read_lines(wrt_json **out, wrt_str text, wrt_err *err) {
    wrt_str line, rest = text;
    size_t number = 0;
    *out = wrt_json_new_array();
    while (wrt_str_cut(&line, &rest, '\n')) {
        wrt_json *item = NULL;
        number++;
        if (wrt_str_trim(line).len == 0)
            continue;
        if (wrt_json_parse(&item, line, err) != WRT_OK) {
            wrt_err_prefix(err, "line %zu", number);
            wrt_json_free(*out);
            *out = NULL;
            return WRT_E_INPUT;
        }
        wrt_json_push(*out, item);
    }
    return WRT_OK;
}

wrt_status wrt_eval_read_data(wrt_json **out, char sha256[WRT_SHA256_HEX + 1], const char *path,
                              wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_EVAL_DATA_MAX);
    *out = NULL;
    wrt_status status = wrt_file_read(&text, path, WRT_EVAL_DATA_MAX, err);
    if (status == WRT_OK) {
        wrt_sha256 sum = wrt_sha256_of(wrt_buf_str(&text));
        wrt_sha256_hex(sha256, &sum);
        wrt_err whole = {.code = WRT_OK};
        status = wrt_json_parse(out, wrt_buf_str(&text), &whole);
        const char *end = text.len > 0 ? memchr(text.ptr, '\n', text.len) : NULL;
        wrt_err line = {.code = WRT_OK};
        if (status != WRT_OK && end != NULL && text.ptr[0] == '{')
            status = read_lines(out, wrt_buf_str(&text), &line);
        if (status != WRT_OK)
            wrt_fail(err, status, "%s: %s", wrt_path_base(path),
                     line.code != WRT_OK ? line.message : whole.message);
    }
    wrt_buf_free(&text);
    return status;
}

/* ---- rows */

wrt_json *wrt_eval_row(const char *id, const char *answer, const char *expected) {
    wrt_json *row = wrt_json_new_object();
    wrt_json_set_text(row, "id", id);
    wrt_json_set_text(row, "answer", answer);
    wrt_json_set_text(row, "expected", expected);
    wrt_json_set_bool(row, "correct", answer != NULL && strcmp(answer, expected) == 0);
    wrt_json_set(row, "groups", wrt_json_new_object());
    return row;
}

void wrt_eval_row_group(wrt_json *row, const char *group, const char *value) {
    wrt_json_set_text(wrt_json_get_mut(row, "groups"), group, value);
}

void wrt_eval_row_measure(wrt_json *row, const char *name, double value) {
    if (wrt_json_get(row, "measures") == NULL)
        wrt_json_set(row, "measures", wrt_json_new_object());
    wrt_json_set_number(wrt_json_get_mut(row, "measures"), name, value);
}

/* ---- the run */

typedef struct {
    const wrt_eval_request *request;
    const wrt_eval_suite *suite;
    const wrt_eval_mode *mode;
    wrt_json *data;
    char data_sha256[WRT_SHA256_HEX + 1];
    char *data_path; /* owned */
    void *self;
    size_t n, n_picked;
    size_t *picked;
    wrt_json *rows;
    int64_t started_ms, began_ms;
} state;

static wrt_status check_needs(const state *s, wrt_err *err) {
    if (s->mode->needs_model && s->request->llm == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "mode %s of %s asks a model: name one with --model",
                        s->mode->name, s->suite->name);
    if ((s->suite->needs & WRT_EVAL_NEEDS_GRAPH) != 0 && s->request->kg == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "suite %s asks a knowledge graph: load one with `warrant kg import`",
                        s->suite->name);
    if ((s->suite->needs & WRT_EVAL_NEEDS_AGENT) != 0 && s->request->ask == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "suite %s asks the whole program", s->suite->name);
    return WRT_OK;
}

static wrt_status read_items(state *s, wrt_err *err) {
    const wrt_eval_request *request = s->request;
    if (request->data != NULL)
        s->data_path = wrt_strdup(request->data);
    else if (s->suite->own_data != NULL && request->suites_dir != NULL)
        s->data_path = wrt_path_join(request->suites_dir, s->suite->own_data);
    else if ((s->suite->needs & WRT_EVAL_NEEDS_DATA) != 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "suite %s reads its items from --data FILE (`warrant "
                        "eval show %s` says which)",
                        s->suite->name, s->suite->name);
    wrt_status status = WRT_OK;
    if (s->data_path != NULL)
        status = wrt_eval_read_data(&s->data, s->data_sha256, s->data_path, err);
    if (status == WRT_OK)
        status = s->suite->open(&s->self, &s->n, s->data, request, err);
    if (status == WRT_OK && s->n > WRT_EVAL_ITEMS_MAX)
        status =
            wrt_fail(err, WRT_E_LIMIT, "%zu items; at most %d are run", s->n, WRT_EVAL_ITEMS_MAX);
    if (status == WRT_OK && s->n == 0)
        status = wrt_fail(err, WRT_E_INPUT, "the data hold no item of suite %s", s->suite->name);
    return status;
}

static void pick(state *s) {
    const char **strata = wrt_calloc(s->n, sizeof *strata);
    for (size_t i = 0; i < s->n; i++)
        strata[i] = s->suite->stratum != NULL ? s->suite->stratum(s->self, i) : "";
    s->picked = wrt_calloc(s->n, sizeof *s->picked);
    s->n_picked = wrt_sample_pick(s->picked, strata, s->n, s->request->limit, s->request->seed);
    free(strata);
}

/* What ends a run; anything else is what happened to one item. */
static bool ends_run(wrt_status status) {
    return status == WRT_E_INTERRUPTED || status == WRT_E_DENIED || status == WRT_E_CREDENTIAL;
}

/* Takes over the row that the suite left, or NULL. */
static wrt_json *failed_row(wrt_json *row, size_t item, const wrt_err *err) {
    char id[64];
    snprintf(id, sizeof id, "item-%zu", item);
    if (row == NULL)
        row = wrt_eval_row(id, NULL, "");
    wrt_json_set_text(row, "why", err->message);
    wrt_json_set_text(row, "failed", wrt_status_name(err->code));
    return row;
}

static void add_cost(wrt_json *row, const state *s, const wrt_llm_usage *before, int64_t began) {
    wrt_json *meta = wrt_json_new_object();
    wrt_json_set_int(meta, "ms", wrt_clock_monotonic_ms() - began);
    if (s->request->llm != NULL) {
        wrt_llm_usage now = wrt_llm_usage_of(s->request->llm);
        wrt_json_set_int(meta, "prompt_tokens", now.prompt_tokens - before->prompt_tokens);
        wrt_json_set_int(meta, "reply_tokens", now.reply_tokens - before->reply_tokens);
    }
    wrt_json_set(row, "meta", meta);
}

static wrt_status run_item(state *s, size_t item, wrt_err *err) {
    wrt_llm_usage before = {0};
    wrt_err own = {.code = WRT_OK};
    wrt_json *row = NULL;
    int64_t began = wrt_clock_monotonic_ms();
    if (s->request->llm != NULL)
        before = wrt_llm_usage_of(s->request->llm);
    wrt_status status = s->suite->run(&row, s->self, item, s->request, &own);
    if (status != WRT_OK)
        row = failed_row(row, item, &own);
    if (ends_run(status)) {
        wrt_json_free(row);
        return wrt_fail(err, status, "%s", own.message);
    }
    add_cost(row, s, &before, began);
    wrt_json_push(s->rows, row);
    return WRT_OK;
}

static wrt_status run_all(state *s, wrt_err *err) {
    s->rows = wrt_json_new_array();
    for (size_t i = 0; i < s->n_picked; i++) {
        if (wrt_cancel_requested(s->request->cancel))
            return wrt_fail(err, WRT_E_INTERRUPTED, "stopped after %zu of %zu items", i,
                            s->n_picked);
        if (s->request->on_item != NULL)
            s->request->on_item(i, s->n_picked, s->request->ctx);
        wrt_status status = run_item(s, s->picked[i], err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* ---- the result */

static wrt_json *data_json(const state *s) {
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_text(json, "name", s->data_path != NULL ? wrt_path_base(s->data_path) : NULL);
    wrt_json_set_text(json, "sha256", s->data != NULL ? s->data_sha256 : NULL);
    wrt_json_set_int(json, "items", (int64_t)s->n);
    return json;
}

static wrt_json *program_json(void) {
    wrt_json *json = wrt_json_new_object();
    wrt_sha256 sum;
    char hex[WRT_SHA256_HEX + 1];
    bool is_known = wrt_sha256_of_file(&sum, "/proc/self/exe", NULL) == WRT_OK;
    if (is_known)
        wrt_sha256_hex(hex, &sum);
    wrt_json_set_text(json, "version", WRT_VERSION);
    wrt_json_set_text(json, "sha256", is_known ? hex : NULL);
    return json;
}

/* Where the data answer in a model's place they are what answered: their sum stands in `data`. */
static wrt_json *model_json(const state *s) {
    if (!wrt_eval_mode_is_oracle(s->suite, s->mode))
        return wrt_llm_describe(s->request->llm);
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_text(json, "kind", "data");
    wrt_json_set_text(json, "model", s->mode->name);
    return json;
}

/* As a number where a double holds it, else as text. */
static wrt_json *seed_json(uint64_t seed) {
    char text[24];
    if (seed < (uint64_t)1 << 53)
        return wrt_json_new_int((int64_t)seed);
    snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
    return wrt_json_new_c(text);
}

static wrt_json *usage_json(const state *s) {
    char started[25];
    wrt_json *json = wrt_json_new_object();
    wrt_clock_format(started, s->started_ms);
    wrt_json_set_text(json, "started", started);
    wrt_json_set_number(json, "seconds", (double)(wrt_clock_monotonic_ms() - s->began_ms) / 1000.0);
    if (s->request->llm != NULL) {
        wrt_llm_usage usage = wrt_llm_usage_of(s->request->llm);
        wrt_json_set_int(json, "calls", usage.calls);
        wrt_json_set_int(json, "prompt_tokens", usage.prompt_tokens);
        wrt_json_set_int(json, "reply_tokens", usage.reply_tokens);
        wrt_json_set_number(json, "cost", usage.cost);
    }
    return json;
}

/* The sum over the result as it stands, without the meta members of rows. */
static void add_content_sum(wrt_json *result) {
    wrt_json *bare = wrt_json_copy(result), *rows = wrt_json_new_array();
    wrt_buf text = wrt_buf_make((size_t)1 << 30);
    char hex[WRT_SHA256_HEX + 1];
    WRT_JSON_EACH(row, wrt_json_get(result, "items")) {
        wrt_json *copy = wrt_json_copy(row);
        wrt_json_set(copy, "meta", NULL);
        wrt_json_push(rows, copy);
    }
    wrt_json_set(bare, "items", rows);
    wrt_json_write_canonical(&text, bare);
    wrt_sha256 sum = wrt_sha256_of(wrt_buf_str(&text));
    wrt_sha256_hex(hex, &sum);
    wrt_json_set_text(result, "content_sha256", hex);
    wrt_buf_free(&text);
    wrt_json_free(bare);
}

static void add_unanswered(wrt_json *out, const wrt_json *rows) {
    int64_t asked = 0, unanswered = 0, failed = 0;
    WRT_JSON_EACH(row, rows) {
        bool is_asked = wrt_json_get(row, "expected") != NULL; /* else it is measured alone */
        asked += is_asked;
        unanswered += is_asked && wrt_json_text(wrt_json_get(row, "answer")) == NULL;
        failed += wrt_json_get(row, "failed") != NULL;
    }
    if (asked > 0)
        wrt_json_set_int(out, "unanswered", unanswered);
    wrt_json_set_int(out, "failed", failed);
}

static wrt_json *result_json(state *s) {
    const wrt_eval_request *request = s->request;
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "schema", "warrant/eval-results/1");
    wrt_json_set_text(out, "suite", s->suite->name);
    wrt_json_set_int(out, "suite_version", s->suite->version);
    wrt_json_set_text(out, "mode", s->mode->name);
    wrt_json_set(out, "data", data_json(s));
    wrt_json_set(out, "model", model_json(s));
    wrt_json_set(out, "program", program_json());
    if (request->setting != NULL)
        wrt_json_set(out, "setting", wrt_json_copy(request->setting));
    wrt_json_set(out, "seed", seed_json(request->seed));
    wrt_json_set_int(out, "limit", (int64_t)request->limit);
    wrt_json_set_text(out, "sampling",
                      s->n_picked < s->n ? WRT_SAMPLE_RULE
                                         : "every item, in the order of the data");
    wrt_shares_add(out, s->rows, request->seed);
    add_unanswered(out, s->rows);
    wrt_json_set(out, "items", s->rows);
    s->rows = NULL;
    add_content_sum(out);
    wrt_json_set(out, "meta", usage_json(s));
    return out;
}

wrt_status wrt_eval_run(wrt_json **out, const wrt_eval_request *request, wrt_err *err) {
    state s = {.request = request,
               .started_ms = wrt_clock_unix_ms(),
               .began_ms = wrt_clock_monotonic_ms()};
    *out = NULL;
    wrt_status status = wrt_eval_suite_of(&s.suite, request->suite, err);
    if (status == WRT_OK)
        status = wrt_eval_mode_of(&s.mode, s.suite, request->mode, err);
    if (status == WRT_OK)
        status = check_needs(&s, err);
    if (status == WRT_OK)
        status = read_items(&s, err);
    if (status == WRT_OK) {
        pick(&s);
        status = run_all(&s, err);
    }
    if (status == WRT_OK)
        *out = result_json(&s);
    if (s.suite != NULL)
        s.suite->close(s.self);
    wrt_json_free(s.data);
    wrt_json_free(s.rows);
    free(s.data_path);
    free(s.picked);
    return status;
}
