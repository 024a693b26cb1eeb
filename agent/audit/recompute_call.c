/* recompute_call.c: files and scores from the record, the rest from the auditor's tool. */
#include "agent/audit/recompute_call.h"

#include "agent/act/call.h"
#include "agent/audit/recompute_exchange.h"

#include "base/arena.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { BLOB_MAX = 256 << 20 };

const wrt_json *wrt_recompute_read(wrt_json **own, const wrt_recompute_call *c,
                                   const wrt_json *body, const char *key) {
    const wrt_json *inline_value = wrt_json_get(body, key);
    const char *hex = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
    *own = NULL;
    if (inline_value != NULL || hex == NULL)
        return inline_value;
    wrt_buf text = wrt_buf_make((size_t)BLOB_MAX);
    if (wrt_audit_get_blob(&text, c->source, hex, NULL) != WRT_OK ||
        wrt_json_parse(own, wrt_buf_str(&text), NULL) != WRT_OK)
        *own = NULL;
    wrt_buf_free(&text);
    return *own;
}

/* ---- which calls */

/* What it reads beside its arguments is at hand, or was not there when the run was made. */
static bool reads_known(const wrt_recompute_call *c, const wrt_json *about) {
    WRT_JSON_EACH(store, wrt_json_get(about, "reads")) {
        bool is_graph = strcmp(wrt_json_text(store), "kg") == 0;
        if (is_graph ? wrt_json_get(c->start, "kg_snapshot") != NULL && !c->has_graph
                     : wrt_json_get(c->start, "pubmed") != NULL)
            return false;
    }
    return true;
}

/* Tools of the program's own make their results of what the network answered, and of no clock. */
static bool is_of_record(const wrt_recompute_call *c, const wrt_json *about, const wrt_json *call) {
    return wrt_json_get_bool(about, "trusted", false) && wrt_recompute_has_exchanges(c, call);
}

bool wrt_recompute_is_pure(const char **why, const wrt_recompute_call *c, const wrt_json *call) {
    wrt_json *about = NULL;
    *why = NULL;
    if (c->tools == NULL ||
        wrt_toolhost_describe(&about, c->tools, wrt_json_get_text(call, "tool", ""), NULL) !=
            WRT_OK)
        *why = "its tool is not installed here";
    else if (!reads_known(c, about))
        *why = "its tool reads the graph or the literature";
    else if (wrt_json_count(wrt_json_get(about, "network")) > 0 && !is_of_record(c, about, call))
        *why = "its tool reaches the network";
    else if (wrt_json_count(wrt_json_get(about, "network")) == 0 &&
             !wrt_json_get_bool(about, "deterministic", false))
        *why = "its tool is not deterministic";
    else if (wrt_json_get_bool(about, "writes", false))
        *why = "its tool writes files";
    wrt_json_free(about);
    return *why == NULL;
}

/* ---- files */

/* The bytes of a file of the record. */
static wrt_status find_bytes(wrt_buf *out, const wrt_recompute_call *c, const wrt_json *file,
                             wrt_err *err) {
    const char *name = wrt_json_get_text(file, "name", "?");
    const char *wanted = wrt_json_get_text(file, "sha256", "");
    const char *blob = wrt_json_get_text(wrt_json_get(file, "blob"), "sha256", NULL);
    char hex[WRT_SHA256_HEX + 1] = "";
    int64_t size = wrt_json_get_int(file, "bytes", -1);
    if (blob != NULL && (strcmp(blob, wanted) != 0 ||
                         wrt_json_get_int(wrt_json_get(file, "blob"), "size", -2) != size))
        return wrt_fail(err, WRT_E_INTEGRITY, "the blob of %s is another file's", name);
    if (blob != NULL)
        return wrt_audit_get_blob(out, c->source, blob, err);
    if (size <= WRT_CALL_KEPT_FILE_MAX)
        return wrt_fail(err, WRT_E_INTEGRITY,
                        "%s: a file of %lld bytes is kept with the run, and "
                        "this one is not",
                        name, (long long)size);
    if (c->files != NULL && strchr(name, '/') == NULL) {
        char *path = wrt_path_join(c->files, name);
        if (wrt_file_read(out, path, out->cap, NULL) == WRT_OK) {
            wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(out));
            wrt_sha256_hex(hex, &digest);
        }
        free(path);
    }
    if (strcmp(hex, wanted) == 0)
        return WRT_OK;
    return wrt_fail(err, WRT_E_NOT_FOUND, "%s not in the bundle%s: give --files DIR with %s", name,
                    c->files != NULL ? ", nor in the folder given" : "", name);
}

static wrt_status gather_files(wrt_files **out, const wrt_recompute_call *c, const wrt_json *call,
                               wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = wrt_files_begin();
    WRT_JSON_EACH(file, wrt_json_get(call, "files")) {
        wrt_buf bytes = wrt_buf_make((size_t)WRT_FILES_COPY_MAX);
        if (status == WRT_OK)
            status = find_bytes(&bytes, c, file, err);
        if (status == WRT_OK)
            status = wrt_files_add(*out, wrt_json_get_text(file, "arg", ""),
                                   wrt_json_get_text(file, "name", ""), wrt_buf_str(&bytes), err);
        wrt_buf_free(&bytes);
    }
    return status;
}

/* ---- scores */

typedef struct {
    const wrt_recompute_call *call;
    const char *step;
} recording;

static const wrt_json *find_event(const recording *r, const char *type, int64_t n) {
    return wrt_json_get(wrt_recompute_find(r->call->events, type, r->step, n), "body");
}

/* The questions must be those that were asked: their answers are no others'. */
static wrt_status compare_questions(wrt_json *request, const wrt_json *destinations,
                                    const wrt_json *questions, void *ctx, wrt_err *err) {
    const recording *r = ctx;
    (void)destinations;
    int64_t n = (int64_t)wrt_json_number(wrt_json_path(request, "score.n"), 0);
    wrt_json *own = NULL;
    const wrt_json *asked =
        wrt_recompute_read(&own, r->call, find_event(r, "llm.request", n), "questions");
    bool same = asked != NULL && wrt_json_equal(asked, questions);
    wrt_json_free(own);
    wrt_json_free(request);
    return same ? WRT_OK
                : wrt_fail(err, WRT_E_INTEGRITY, "other questions to the model than recorded");
}

static wrt_status recall_scores(wrt_egress_answer *out, int64_t n, void *ctx, wrt_err *err) {
    const recording *r = ctx;
    wrt_json *own = NULL;
    const wrt_json *body = find_event(r, "llm.response", n);
    const wrt_json *scores = wrt_recompute_read(&own, r->call, body, "scores");
    out->head = wrt_json_new_object();
    out->body = wrt_buf_make((size_t)WRT_EXCHANGE_ANSWER_MAX);
    wrt_json_set_int(out->head, "n", n);
    if (scores != NULL) {
        wrt_json_write(&out->body, scores);
        wrt_json_set_int(out->head, "bytes", (int64_t)out->body.len);
    } else {
        wrt_json_set_text(out->head, "refused", wrt_json_get_text(body, "refused", "unavailable"));
        wrt_json_set_text(out->head, "message", wrt_json_get_text(body, "message", ""));
    }
    wrt_json_free(own);
    return body != NULL ? WRT_OK
                        : wrt_fail(err, WRT_E_INTEGRITY, "no scores are recorded for a question");
}

static wrt_status record_nothing(wrt_json *answer, wrt_str scores, wrt_json *meta, void *ctx,
                                 wrt_err *err) {
    (void)scores;
    (void)ctx;
    (void)err;
    wrt_json_free(answer);
    wrt_json_free(meta);
    return WRT_OK;
}

/* ---- the call */

wrt_status wrt_recompute_again(wrt_json **result, bool *is_short, const wrt_recompute_call *c,
                               const wrt_json *call, wrt_err *err) {
    recording recorded = {c, wrt_json_get_text(call, "step", "")};
    wrt_recompute_exchanges exchanges = {.call = c, .step = recorded.step};
    const wrt_egress_guard network = wrt_recompute_guard(&exchanges);
    const wrt_score_guard guard = {.decide = compare_questions,
                                   .record = record_nothing,
                                   .recall = recall_scores,
                                   .ctx = &recorded};
    wrt_files *files = NULL;
    *result = NULL;
    wrt_status status = gather_files(&files, c, call, err);
    wrt_toolhost_guard(c->tools, &network);
    wrt_toolhost_set_model(c->tools, NULL);
    wrt_toolhost_describe_model_as(c->tools, c->model);
    wrt_toolhost_score_guard(c->tools, &guard);
    if (status == WRT_OK)
        status = wrt_toolhost_call_with(result, c->tools, wrt_json_get_text(call, "tool", ""),
                                        wrt_json_get(call, "args"), files, err);
    wrt_toolhost_guard(c->tools, NULL);
    wrt_toolhost_score_guard(c->tools, NULL);
    *is_short = exchanges.is_short;
    wrt_toolhost_describe_model_as(c->tools, NULL);
    wrt_files_free(files);
    return status;
}
