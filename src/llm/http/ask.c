/* ask.c: one request on one endpoint, and its answer read.
 *
 * Whatever goes wrong ends as a status with a message that begins with host:port. Which status
 * means "try elsewhere" is the pool's business; here a server's wish to be left alone for a while
 * is only noted. */
#include "llm/http/internal.h"

#include "base/clock.h"
#include "base/url.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 64, HEALTH_MS = 5000, ROOM_TO_THINK = 2048 };

static const char *const json_headers[] = {"Content-Type: application/json",
                                           "Accept: application/json, text/event-stream"};

void wrt_ask_hide(wrt_err *err, const char *key) {
    if (err == NULL)
        return;
    char *mark = strchr(err->message, '"');
    char *colon = strstr(err->message, ": ");
    char *quoted = mark == NULL || (colon != NULL && colon < mark) ? colon : mark;
    if (quoted != NULL)
        wrt_api_key_hide(quoted, key);
}

wrt_status wrt_ask_blame(const wrt_attempt *attempt, wrt_status status, wrt_err *err) {
    wrt_ask_hide(err, attempt->key);
    wrt_err_prefix(err, "%s", attempt->endpoint->name);
    return status;
}

void wrt_usage_add(wrt_llm_usage *usage, const wrt_openai_usage *told) {
    usage->prompt_tokens += told->prompt > 0 ? told->prompt : 0;
    usage->cached_tokens += told->cached > 0 ? told->cached : 0;
    usage->reply_tokens += told->completion > 0 ? told->completion : 0;
}

/* ---- sending --------------------------------------------------------------------------------- */

/* Sends; an answer of any status is WRT_OK. */
static wrt_status perform(wrt_http_response *out, const wrt_attempt *attempt,
                          const wrt_question *question, wrt_err *err) {
    char url[WRT_URL_MAX + PATH_MAX_BYTES];
    *out = (wrt_http_response){.retry_after_ms = -1};
    int64_t left = attempt->deadline_ms - wrt_clock_monotonic_ms();
    if (left <= 0)
        return wrt_fail(err, WRT_E_TIMEOUT, "%s: no time is left for a request",
                        attempt->endpoint->name);
    if (question->timeout_ms > 0 && question->timeout_ms < left)
        left = question->timeout_ms;
    int len = snprintf(url, sizeof url, "%s%s", attempt->endpoint->base, question->path);
    if (len < 0 || (size_t)len >= sizeof url)
        return wrt_fail(err, WRT_E_LIMIT, "%s: the address is too long", attempt->endpoint->name);
    bool is_post = question->body.ptr != NULL;
    const wrt_http_request request = {.url = url,
                                      .headers = is_post ? json_headers : NULL,
                                      .n_headers = is_post ? 2 : 0,
                                      .body = question->body,
                                      .key = attempt->key,
                                      .timeout_ms = left,
                                      .stall_timeout_ms =
                                          attempt->stall_ms > 0 ? attempt->stall_ms : left,
                                      .max_bytes = WRT_OPENAI_BODY_MAX,
                                      .cancel = attempt->cancel,
                                      .on_data = question->on_data,
                                      .ctx = question->ctx};
    wrt_status status = wrt_http_perform(out, attempt->http, &request, err);
    if (status != WRT_OK)
        wrt_ask_hide(err, attempt->key); /* a redirect is told with its host */
    if (status == WRT_E_LIMIT) {         /* of the answer: what is sent stays below the caps */
        status = WRT_E_FAILED;
        if (err != NULL)
            err->code = status;
    }
    return status;
}

static wrt_status report_status(wrt_attempt *attempt, const wrt_http_response *response,
                                wrt_err *err) {
    attempt->retry_after_ms = response->retry_after_ms;
    wrt_status status =
        wrt_openai_read_error(err, (int)response->status, wrt_str_of(response->content_type),
                              wrt_buf_str(&response->body));
    return wrt_ask_blame(attempt, status, err);
}

wrt_status wrt_ask(wrt_http_response *out, wrt_attempt *attempt, const wrt_question *question,
                   wrt_err *err) {
    wrt_status status = perform(out, attempt, question, err);
    if (status != WRT_OK || out->status / 100 == 2)
        return status;
    status = report_status(attempt, out, err);
    wrt_http_response_free(out);
    return status;
}

/* Whether an answer means that the path is not there; a server may refuse a path it does not know,
 * or keep it for its administrator. */
static bool lacks_health(long status) {
    return status == 401 || status == 403 || status == 404 || status == 405 || status == 501;
}

wrt_status wrt_ask_health(bool *is_loading, wrt_attempt *attempt, wrt_err *err) {
    wrt_http_response response;
    bool is_ready = false;
    *is_loading = false;
    const wrt_question question = {.path = "/health", .timeout_ms = HEALTH_MS};
    wrt_status status = perform(&response, attempt, &question, err);
    if (status == WRT_E_TIMEOUT && attempt->deadline_ms > wrt_clock_monotonic_ms())
        return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: no word on its health within %d ms",
                        attempt->endpoint->name, HEALTH_MS);
    if (status != WRT_OK)
        return status;
    bool is_told = response.status / 100 != 2 && !lacks_health(response.status);
    if (is_told) {
        status = wrt_native_read_health(&is_ready, (int)response.status,
                                        wrt_str_of(response.content_type),
                                        wrt_buf_str(&response.body), err);
        attempt->retry_after_ms = response.retry_after_ms;
        *is_loading = status == WRT_OK;
        status = status != WRT_OK
                     ? wrt_ask_blame(attempt, status, err)
                     : wrt_fail(err, WRT_E_UNAVAILABLE, "%s: the server is loading its model",
                                attempt->endpoint->name);
    }
    wrt_http_response_free(&response);
    return status;
}

/* ---- asking and reading ---------------------------------------------------------------------- */

static wrt_status post(wrt_http_response *out, wrt_attempt *attempt, const char *path,
                       const wrt_buf *body, wrt_err *err) {
    const wrt_question question = {.path = path, .body = wrt_buf_str(body)};
    return wrt_ask(out, attempt, &question, err);
}

/* Ends a reading: frees the answer, names the server in a failure. */
static wrt_status close_answer(wrt_attempt *attempt, wrt_http_response *response, wrt_status status,
                               wrt_err *err) {
    wrt_http_response_free(response);
    return status == WRT_OK ? WRT_OK : wrt_ask_blame(attempt, status, err);
}

wrt_status wrt_ask_write_chat(wrt_buf *out, const wrt_endpoint *endpoint,
                              const wrt_openai_chat *chat, wrt_err *err) {
    wrt_openai_chat fitting = *chat;
    fitting.has_completion_limit = (endpoint->can & WRT_CAN_NEW_LIMIT) != 0;
    if ((endpoint->can & WRT_CAN_NO_TEMPERATURE) != 0)
        fitting.sampling.temperature = fitting.sampling.top_p = -1;
    return wrt_openai_write_chat(out, &fitting, err);
}

int wrt_ask_room(const wrt_endpoint *endpoint, int n) {
    return (endpoint->can & (WRT_CAN_NEW_LIMIT | WRT_CAN_NO_TEMPERATURE)) != 0 ? ROOM_TO_THINK : n;
}

wrt_status wrt_ask_chat(wrt_openai_reply *out, wrt_attempt *attempt, const wrt_openai_chat *chat,
                        const wrt_openai_expect *expect, wrt_err *err) {
    wrt_http_response response;
    *out = (wrt_openai_reply){0};
    wrt_buf body = wrt_buf_make(WRT_OPENAI_BODY_MAX);
    wrt_status status = wrt_ask_write_chat(&body, attempt->endpoint, chat, err);
    if (status == WRT_OK)
        status = post(&response, attempt, "/v1/chat/completions", &body, err);
    wrt_buf_free(&body);
    if (status != WRT_OK)
        return status;
    status = wrt_openai_read_chat(out, wrt_buf_str(&response.body), expect, err);
    return close_answer(attempt, &response, status, err);
}

wrt_status wrt_ask_text(wrt_openai_reply *out, wrt_attempt *attempt,
                        const wrt_openai_completion *completion, const wrt_openai_expect *expect,
                        wrt_err *err) {
    wrt_http_response response;
    *out = (wrt_openai_reply){0};
    wrt_buf body = wrt_buf_make(WRT_OPENAI_BODY_MAX);
    wrt_status status = wrt_openai_write_completion(&body, completion, err);
    if (status == WRT_OK)
        status = post(&response, attempt, "/v1/completions", &body, err);
    wrt_buf_free(&body);
    if (status != WRT_OK)
        return status;
    status = wrt_openai_read_completion(out, wrt_buf_str(&response.body), expect, err);
    return close_answer(attempt, &response, status, err);
}

wrt_status wrt_ask_completion(wrt_openai_reply *out, wrt_attempt *attempt,
                              const wrt_native_completion *completion, wrt_err *err) {
    wrt_http_response response;
    *out = (wrt_openai_reply){0};
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_buf body = wrt_buf_make(WRT_OPENAI_BODY_MAX);
    wrt_status status = wrt_native_write_completion(&body, completion, err);
    if (status == WRT_OK)
        status = post(&response, attempt, "/completion", &body, err);
    wrt_buf_free(&body);
    if (status != WRT_OK)
        return status;
    expect.top_logprobs = completion->n_probs;
    status = wrt_native_read_completion(out, wrt_buf_str(&response.body), &expect, err);
    return close_answer(attempt, &response, status, err);
}

wrt_status wrt_ask_tokens(wrt_openai_reply *out, wrt_attempt *attempt, wrt_str text, unsigned how,
                          wrt_err *err) {
    wrt_http_response response;
    *out = (wrt_openai_reply){0};
    wrt_buf body = wrt_buf_make(WRT_OPENAI_BODY_MAX);
    wrt_status status = wrt_native_write_tokenize(&body, text, (how & WRT_TOKENS_START) != 0,
                                                  (how & WRT_TOKENS_CONTROL) != 0, true, err);
    if (status == WRT_OK)
        status = post(&response, attempt, "/tokenize", &body, err);
    wrt_buf_free(&body);
    if (status != WRT_OK)
        return status;
    status = wrt_native_read_tokenize(out, wrt_buf_str(&response.body), err);
    if (status == WRT_OK && (out->n_ids == 0 || out->n_tokens != out->n_ids)) {
        status = wrt_fail(err, WRT_E_FAILED, "the reply lists %zu tokens and %zu pieces of a text",
                          out->n_ids, out->n_tokens);
        wrt_openai_reply_free(out);
    }
    return close_answer(attempt, &response, status, err);
}
