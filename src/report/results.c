/* results.c: one pass over the events. */
#include "report/results.h"

#include "base/arena.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last call of this step before the result. */
static void find_call(wrt_run_result *r, const wrt_run_view *view, const wrt_json *result) {
    WRT_JSON_EACH(event, view->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (event == result)
            return;
        if (strcmp(wrt_json_get_text(event, "type", ""), "tool.call") != 0 ||
            strcmp(wrt_json_get_text(body, "step", ""), r->step) != 0)
            continue;
        r->args = wrt_json_get(body, "args");
        r->call_seq = wrt_json_get_int(event, "seq", -1);
    }
}

static void read_blob(wrt_run_result *r, const wrt_report_blobs *blobs, size_t *total) {
    wrt_buf text = wrt_buf_make(WRT_RESULTS_BLOB_MAX);
    bool fits = r->bytes >= 0 && r->bytes <= WRT_RESULTS_BLOB_MAX &&
                *total + (size_t)r->bytes <= WRT_RESULTS_TOTAL_MAX;
    if (blobs->get != NULL && fits && blobs->get(&text, r->blob, blobs->ctx, NULL) == WRT_OK &&
        wrt_json_parse(&r->owned, wrt_buf_str(&text), NULL) == WRT_OK) {
        r->result = r->owned;
        *total += text.len;
    }
    wrt_buf_free(&text);
}

static wrt_run_result read_result(const wrt_run_view *view, const wrt_json *event,
                                  const wrt_report_blobs *blobs, size_t *total) {
    const wrt_json *body = wrt_json_get(event, "body"), *blob = wrt_json_get(body, "blob");
    wrt_run_result r = {.call_seq = -1,
                        .seq = wrt_json_get_int(event, "seq", -1),
                        .step = wrt_json_get_text(body, "step", "?"),
                        .tool = wrt_json_get_text(body, "tool", "?"),
                        .status = wrt_json_get_text(body, "status", "?"),
                        .result = wrt_json_get(body, "result"),
                        .blob = wrt_json_get_text(blob, "sha256", NULL),
                        .bytes = wrt_json_get_int(blob, "size", -1)};
    find_call(&r, view, event);
    if (r.result == NULL && r.blob != NULL)
        read_blob(&r, blobs, total);
    return r;
}

/* ---- what the released answer leaves out */

static const char left_out[] = "[left out: it asserts a cause without a warrant]";

static bool is_left_out(const wrt_json *hashes, const char *text) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256 digest = wrt_sha256_of(wrt_str_of(text));
    wrt_sha256_hex(hex, &digest);
    WRT_JSON_EACH(hash, hashes)
    if (wrt_json_text(hash) != NULL && strcmp(wrt_json_text(hash), hex) == 0)
        return true;
    return false;
}

/* A copy of a value of the record, at most WRT_JSON_DEPTH_MAX deep, without these texts. */
static wrt_json *spoken(const wrt_json *value, const wrt_json *hashes) {
    bool is_object = wrt_json_is(value, WRT_JSON_OBJECT);
    size_t place = 0;
    if (wrt_json_text(value) != NULL && is_left_out(hashes, wrt_json_text(value)))
        return wrt_json_new_c(left_out);
    if (!is_object && !wrt_json_is(value, WRT_JSON_ARRAY))
        return wrt_json_copy(value);
    wrt_json *out = is_object ? wrt_json_new_object() : wrt_json_new_array();
    WRT_JSON_EACH(item, value) {
        char key[80];
        wrt_json *said = spoken(item, hashes);
        (void)snprintf(key, sizeof key, "%s %zu", left_out, ++place);
        if (!is_object)
            wrt_json_push(out, said);
        else
            wrt_json_set(out, is_left_out(hashes, wrt_json_key(item)) ? key : wrt_json_key(item),
                         said);
    }
    return out;
}

/* The chapters of a report show what may be said, its record shows `result`. */
static void speak(wrt_run_result *r, const wrt_json *hashes) {
    r->said = r->result;
    if (wrt_json_count(hashes) == 0)
        return;
    if (r->result != NULL)
        r->owned_said = spoken(r->result, hashes);
    if (r->args != NULL)
        r->owned_args = spoken(r->args, hashes);
    r->said = r->owned_said;
    r->args = r->owned_args;
}

static bool is_result(const wrt_json *event) {
    return strcmp(wrt_json_get_text(event, "type", ""), "tool.result") == 0;
}

void wrt_run_results_read(wrt_run_results *out, const wrt_run_view *view,
                          const wrt_report_blobs *blobs) {
    const wrt_json *hashes = wrt_json_path(view->answer, "gate.left_out");
    size_t total = 0, n = 0;
    WRT_JSON_EACH(event, view->events)
    n += is_result(event);
    *out = (wrt_run_results){.list = wrt_calloc(n + 1, sizeof *out->list)};
    WRT_JSON_EACH(event, view->events)
    if (is_result(event)) {
        out->list[out->n] = read_result(view, event, blobs, &total);
        speak(&out->list[out->n++], hashes);
    }
}

void wrt_run_results_free(wrt_run_results *results) {
    for (size_t i = 0; i < results->n; i++) {
        wrt_json_free(results->list[i].owned);
        wrt_json_free(results->list[i].owned_said);
        wrt_json_free(results->list[i].owned_args);
    }
    free(results->list);
    *results = (wrt_run_results){0};
}

const wrt_json *wrt_run_results_next(const wrt_run_result **found, size_t *at,
                                     const wrt_run_results *results, const char *tool) {
    while (*at < results->n) {
        const wrt_run_result *r = &results->list[(*at)++];
        const wrt_json *data = wrt_json_get(r->said, "data");
        if (strcmp(r->tool, tool) != 0 || data == NULL || wrt_json_is(data, WRT_JSON_NULL))
            continue;
        *found = r;
        return data;
    }
    return NULL;
}
