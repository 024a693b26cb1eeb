/* backend.c: OpenAI-style servers behind the interface of the language model layer.
 *
 * Opening reads the spec, asks every endpoint what it can do (probe.c) and holds them against each
 * other: one pool serves one model. */
#include "llm/http/internal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

enum { PROBES_AT_ONCE = 16, OPEN_MS = 120000 };

/* ---- opening --------------------------------------------------------------------------------- */

static void http_close(void *object) {
    wrt_servers *self = object;
    if (self == NULL)
        return;
    wrt_pool_free(self->pool);
    wrt_ids_free(&self->start);
    wrt_frame_free(&self->both);
    wrt_frame_free(&self->user_only);
    free(self);
}

typedef struct {
    wrt_servers *self;
    const char *model;
    int64_t deadline_ms;
} opening;

static wrt_pool_call call_of(const opening *o, wrt_http *http, const wrt_cancel *cancel) {
    return (wrt_pool_call){.http = http, .deadline_ms = o->deadline_ms, .cancel = cancel};
}

static wrt_status probe_one(const wrt_pool_worker *worker, size_t index, void *ctx, wrt_err *err) {
    const opening *o = ctx;
    const wrt_pool_call call = call_of(o, worker->http, worker->cancel);
    wrt_attempt attempt = wrt_pool_attempt(o->self->pool, index, &call);
    return wrt_probe(wrt_pool_endpoint_mut(o->self->pool, index), &attempt, o->model, err);
}

static bool is_same_text(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* One model, as far as names and, between two llama-servers, the model's own numbers tell. */
static wrt_status check_same(const wrt_pool *pool, wrt_err *err) {
    const wrt_endpoint *first = wrt_pool_endpoint(pool, 0);
    for (size_t i = 1; i < wrt_pool_size(pool); i++) {
        const wrt_endpoint *other = wrt_pool_endpoint(pool, i);
        if (!is_same_text(first->model_shown, other->model_shown))
            return wrt_fail(err, WRT_E_INPUT,
                            "%s serves \"%.80s\" and %s serves \"%.80s\": the servers of one pool "
                            "must serve one model",
                            first->name, first->model_shown != NULL ? first->model_shown : "",
                            other->name, other->model_shown != NULL ? other->model_shown : "");
        if (first->build != NULL && other->build != NULL &&
            (!is_same_text(first->weights, other->weights) ||
             !is_same_text(first->template, other->template)))
            return wrt_fail(err, WRT_E_INPUT,
                            "%s and %s serve models of one name that differ in their weights or "
                            "their chat template",
                            first->name, other->name);
    }
    return WRT_OK;
}

/* The template of the first endpoint that takes tokens, which is that of all such. */
static wrt_status learn_frames(const opening *o, wrt_err *err) {
    wrt_servers *self = o->self;
    wrt_http *http = NULL;
    wrt_status status = wrt_pool_take_http(&http, self->pool, err);
    const wrt_pool_call call = call_of(o, http, self->options.cancel);
    for (size_t i = 0; i < wrt_pool_size(self->pool) && status == WRT_OK; i++) {
        if ((wrt_pool_endpoint(self->pool, i)->can & WRT_CAN_FORCE) == 0)
            continue;
        wrt_attempt attempt = wrt_pool_attempt(self->pool, i, &call);
        status = wrt_frames_learn(self, &attempt, err);
        break;
    }
    wrt_pool_give_http(self->pool, http);
    return status;
}

static wrt_status probe_all(const opening *o, wrt_err *err) {
    wrt_servers *self = o->self;
    opening copy = *o;
    const wrt_pool_work work = {.job = probe_one,
                                .ctx = &copy,
                                .n_jobs = wrt_pool_size(self->pool),
                                .n_threads = PROBES_AT_ONCE,
                                .cancel = self->options.cancel,
                                .progress = self->options.progress,
                                .progress_ctx = self->options.ctx};
    wrt_status status = wrt_pool_run(self->pool, &work, err);
    if (status == WRT_OK)
        status = check_same(self->pool, err);
    return status == WRT_OK ? learn_frames(o, err) : status;
}

static wrt_status make_pool(wrt_servers *self, char **model, const char *spec, wrt_err *err) {
    wrt_endpoint *endpoints = NULL;
    char *key = NULL;
    size_t n = 0;
    wrt_status status = wrt_endpoints_read(&endpoints, &n, model, spec, err);
    if (status == WRT_OK && self->options.offline)
        status = wrt_endpoints_check_offline(endpoints, n, err);
    if (status == WRT_OK)
        status = wrt_api_key_read(&key, err);
    if (status == WRT_OK)
        self->pool = wrt_pool_new(endpoints, n, key);
    else
        wrt_endpoints_free(endpoints, n);
    if (key != NULL)
        explicit_bzero(key, strlen(key));
    free(key);
    return status;
}

/* `rest` is what stands behind "http:", or the whole spec when that is a URL itself. */
static wrt_status http_open(void **out, const char *rest, const wrt_llm_options *options,
                            wrt_err *err) {
    char *model = NULL;
    wrt_servers *self = wrt_calloc(1, sizeof *self);
    self->options = *options;
    self->options.models_dir = NULL;
    self->options.cache_path = NULL;
    int64_t timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : OPEN_MS;
    wrt_crypto_init();
    wrt_status status = make_pool(self, &model, rest, err);
    const opening o = {self, model, wrt_clock_monotonic_ms() + timeout_ms};
    if (status == WRT_OK)
        status = probe_all(&o, err);
    free(model);
    if (status != WRT_OK) {
        http_close(self);
        return status;
    }
    *out = self;
    return WRT_OK;
}

/* ---- what is known --------------------------------------------------------------------------- */

static const struct {
    unsigned can;
    const char *name;
} abilities[] = {
    {WRT_CAN_CHAT, "chat"},
    {WRT_CAN_TEXT, "text"},
    {WRT_CAN_FORCE, "forced_tokens"},
    {WRT_CAN_PROMPT_LOGPROBS, "prompt_logprobs"},
    {WRT_CAN_ECHO, "echo"},
    {WRT_CAN_CHAT_TOP, "chat_top_logprobs"},
    {WRT_CAN_TEXT_TOP, "text_top_logprobs"},
    {WRT_CAN_CALLS, "tool_calls"},
    {WRT_CAN_USAGE, "usage"},
    {WRT_CAN_NEW_LIMIT, "max_completion_tokens"},
    {WRT_CAN_NO_TEMPERATURE, "no_temperature"},
};

/* `chat_top` and `text_top`: how many alternatives of a token are listed. */
static wrt_json *capabilities_of(unsigned can, int chat_top, int text_top) {
    wrt_json *list = wrt_json_new_object();
    for (size_t i = 0; i < sizeof abilities / sizeof abilities[0]; i++)
        wrt_json_set_bool(list, abilities[i].name, (can & abilities[i].can) != 0);
    wrt_json_set_text(list, "chat_constraint",
                      wrt_form_name(wrt_form_best(can, WRT_CAN_CHAT_FORM, WRT_FORMS_ALL)));
    wrt_json_set_text(list, "text_constraint",
                      wrt_form_name(wrt_form_best(can, WRT_CAN_TEXT_FORM, WRT_FORMS_ALL)));
    wrt_json_set_int(list, "chat_top", chat_top);
    wrt_json_set_int(list, "text_top", text_top);
    return list;
}

static wrt_json *place_of(const wrt_endpoint *endpoint) {
    wrt_json *place = wrt_json_new_object();
    wrt_json_set_text(place, "host", endpoint->host);
    wrt_json_set_int(place, "port", endpoint->port);
    wrt_json_set_bool(place, "loopback", endpoint->is_loopback);
    return place;
}

static wrt_json *describe_endpoint(const wrt_pool *pool, size_t index) {
    const wrt_endpoint *endpoint = wrt_pool_endpoint(pool, index);
    wrt_json *facts = place_of(endpoint);
    if (endpoint->build != NULL) {
        wrt_json_set_text(facts, "build", endpoint->build);
        wrt_json_set_text(facts, "file", endpoint->file);
        wrt_json_set_text(facts, "weights", endpoint->weights);
    }
    if (endpoint->n_context > 0)
        wrt_json_set_int(facts, "context", endpoint->n_context);
    wrt_json_set(facts, "capabilities",
                 capabilities_of(endpoint->can, endpoint->chat_top, endpoint->text_top));
    return facts;
}

/* {"kind","model","build","capabilities": what one of them can do at least, "endpoints":[...]} */
static wrt_json *http_describe(const void *object) {
    const wrt_servers *self = object;
    const wrt_endpoint *first = wrt_pool_endpoint(self->pool, 0);
    wrt_json *facts = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array();
    unsigned can = 0;
    int chat_top = 0;
    int text_top = 0;
    for (size_t i = 0; i < wrt_pool_size(self->pool); i++) {
        const wrt_endpoint *endpoint = wrt_pool_endpoint(self->pool, i);
        can |= endpoint->can;
        chat_top = endpoint->chat_top > chat_top ? endpoint->chat_top : chat_top;
        text_top = endpoint->text_top > text_top ? endpoint->text_top : text_top;
        wrt_json_push(list, describe_endpoint(self->pool, i));
    }
    wrt_json_set_text(facts, "kind", "http");
    wrt_json_set_text(facts, "model", first->model_shown);
    wrt_json_set_text(facts, "build", first->build);
    wrt_json_set(facts, "capabilities", capabilities_of(can, chat_top, text_top));
    wrt_json_set(facts, "endpoints", list);
    return facts;
}

static wrt_json *http_destinations(const void *object) {
    const wrt_servers *self = object;
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < wrt_pool_size(self->pool); i++)
        wrt_json_push(list, place_of(wrt_pool_endpoint(self->pool, i)));
    return list;
}

/* A llama-server names its build and the numbers of its model's file; nothing that another server
 * says pins its weights. How it was started (flash attention, types of keys and values) it does not
 * say: log P of the fixed text of the proof, which such flags move, stands for it as far as it can.
 */
static void http_identify(const void *object, wrt_buf *out) {
    const wrt_servers *self = object;
    const wrt_endpoint *first = wrt_pool_endpoint(self->pool, 0);
    char template[WRT_SHA256_HEX + 1];
    for (size_t i = 0; i < wrt_pool_size(self->pool); i++) {
        const wrt_endpoint *endpoint = wrt_pool_endpoint(self->pool, i);
        if ((endpoint->can & WRT_CAN_FORCE) == 0 || endpoint->weights == NULL ||
            !is_same_text(endpoint->build, first->build) ||
            !is_same_text(endpoint->file, first->file))
            return;
    }
    wrt_sha256 digest = wrt_sha256_of(wrt_str_of(first->template));
    wrt_sha256_hex(template, &digest);
    wrt_buf_printf(out, "http\n%s\n%s\n%s\n%s\n%s\n%.3f\n",
                   first->model_shown != NULL ? first->model_shown : "", first->build, first->file,
                   first->weights, template, first->probe_log_p);
}

/* Unless they are wished for, only where no endpoint can be held to a grammar or schema, which our
 * own checks prefer. */
static bool http_native_tools(const void *object, bool own_calls) {
    const wrt_servers *self = object;
    return wrt_pool_count_able(self->pool, WRT_CAN_CHAT | WRT_CAN_CALLS, 0) > 0 &&
           (own_calls ||
            wrt_pool_count_able(self->pool, WRT_CAN_CHAT, WRT_CAN_CHAT_FORM * WRT_FORMS_ALL) == 0);
}

wrt_pool_counts wrt_http_counts(const void *object, size_t index) {
    const wrt_servers *self = object;
    return wrt_pool_counts_of(self->pool, index);
}

const wrt_llm_backend wrt_llm_backend_http = {
    .kind = "http",
    .open = http_open,
    .close = http_close,
    .describe = http_describe,
    .destinations = http_destinations,
    .identify = http_identify,
    .score_all = wrt_http_score_all,
    .generate = wrt_http_generate,
    .native_tools = http_native_tools,
};
