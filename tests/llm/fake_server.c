/* fake_server.c: see fake_server.h. Handlers run on the server's threads and assert nothing. */
#include "fake_server.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_WORD "xq7zk"

static double log_p_of(int byte) {
    return -6.0 - byte % 10 / 10.0;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void respond_json(loopback_conn *conn, wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_json_write(&text, value);
    (void)loopback_respond(conn, 200, NULL, "application/json", text.ptr);
    wrt_buf_free(&text);
    wrt_json_free(value);
}

static void respond_error(loopback_conn *conn, int status, const char *type, const char *message) {
    char body[1024];
    (void)snprintf(body, sizeof body,
                   "{\"error\":{\"code\":%d,\"message\":\"%s\",\"type\":\"%s\"}}", status, message,
                   type);
    (void)loopback_respond(conn, status, NULL, "application/json", body);
}

static void set_usage(wrt_json *root, const fake *f, size_t prompt, size_t completion) {
    wrt_json *usage = wrt_json_new_object();
    if ((f->flags & FAKE_USAGE) == 0) {
        wrt_json_free(usage);
        return;
    }
    wrt_json_set_int(usage, "prompt_tokens", (int64_t)prompt);
    wrt_json_set_int(usage, "completion_tokens", (int64_t)completion);
    wrt_json_set_int(usage, "total_tokens", (int64_t)(prompt + completion));
    wrt_json_set(root, "usage", usage);
}

static wrt_json *listed_top(const fake *f) {
    wrt_json *top = NULL;
    if (wrt_json_parse(&top, wrt_str_of(f->top), NULL) != WRT_OK)
        abort();
    return top;
}

/* ---- what is written ------------------------------------------------------------------------- */

/* The text for a request: the probe's word or the fake's own when a constraint is kept. */
static wrt_buf text_for(const fake *f, const wrt_json *asked, fake_mode mode) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    bool has_grammar = wrt_json_get(asked, "grammar") != NULL && (f->flags & FAKE_GRAMMAR) != 0;
    bool has_json =
        (wrt_json_path(asked, "structured_outputs.json") != NULL &&
         (f->flags & FAKE_STRUCTURED) != 0) ||
        (wrt_json_get(asked, "response_format") != NULL && (f->flags & FAKE_FORMAT) != 0);
    wrt_buf whole = wrt_buf_make(WRT_MIB(4));
    wrt_json_write(&whole, asked);
    bool is_probe = strstr(whole.ptr, PROBE_WORD) != NULL;
    wrt_buf_free(&whole);
    if ((!has_grammar && !has_json) || mode == FAKE_IGNORES_GRAMMAR)
        wrt_buf_add_c(&text, f->text);
    else if (is_probe)
        wrt_buf_add_c(&text, has_grammar ? PROBE_WORD : "{\"w\": \"" PROBE_WORD "\"}");
    else if (strcmp(f->held_text, "by seed") == 0)
        wrt_buf_printf(&text, "{\"choice\":\"%s\"}",
                       wrt_json_get_int(asked, "seed", 0) % 4 == 0 ? "no" : "yes");
    else
        wrt_buf_add_c(&text, f->held_text);
    return text;
}

static const char *finish_of(fake_mode mode) {
    return mode == FAKE_LENGTH ? "length" : mode == FAKE_FILTERED ? "content_filter" : "stop";
}

/* ---- /v1/chat/completions -------------------------------------------------------------------- */

static wrt_json *chat_logprobs(const fake *f) {
    wrt_json *logprobs = wrt_json_new_object();
    wrt_json *content = wrt_json_new_array();
    wrt_json *token = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array();
    wrt_json *top = listed_top(f);
    WRT_JSON_EACH(entry, top) {
        wrt_json *listed = wrt_json_new_object();
        wrt_json_set_text(listed, "token", wrt_json_key(entry));
        wrt_json_set(listed, "logprob", wrt_json_copy(entry));
        wrt_json_push(list, listed);
    }
    wrt_json_set_text(token, "token", f->drawn);
    wrt_json_set_number(token, "logprob", -1);
    wrt_json_set(token, "top_logprobs", list);
    wrt_json_push(content, token);
    wrt_json_set(logprobs, "content", content);
    wrt_json_free(top);
    return logprobs;
}

static wrt_json *tool_calls(fake_mode mode) {
    const char *name = mode == FAKE_UNKNOWN_TOOL ? "rm_rf" : "record";
    const char *arguments = mode == FAKE_BAD_ARGUMENTS     ? "{\"w\": \"xq"
                            : mode == FAKE_WRONG_ARGUMENTS ? "{\"w\": 7}"
                                                           : "{\"w\": \"" PROBE_WORD "\"}";
    wrt_json *list = wrt_json_new_array();
    wrt_json *call = wrt_json_new_object();
    wrt_json *function = wrt_json_new_object();
    wrt_json_set_int(call, "index", 0);
    wrt_json_set_text(call, "id", "c1");
    wrt_json_set_text(call, "type", "function");
    wrt_json_set_text(function, "name", name);
    wrt_json_set_text(function, "arguments", arguments);
    wrt_json_set(call, "function", function);
    wrt_json_push(list, call);
    return list;
}

/* "message" or "delta" of the reply. */
static wrt_json *message_of(const fake *f, const wrt_json *asked, fake_mode mode, bool *has_calls) {
    wrt_json *message = wrt_json_new_object();
    wrt_buf text = text_for(f, asked, mode);
    *has_calls = wrt_json_get(asked, "tools") != NULL && (f->flags & FAKE_CALLS) != 0;
    wrt_json_set_text(message, "role", "assistant");
    if (mode == FAKE_EMPTY)
        wrt_json_set_text(message, "content", "");
    else if (*has_calls)
        wrt_json_set(message, "tool_calls", tool_calls(mode));
    else if (mode == FAKE_REASONING)
        wrt_json_set_text(message, "reasoning_content", "Let me think.");
    else if (mode == FAKE_REFUSED)
        wrt_json_set_text(message, "refusal", "I would rather not.");
    else
        wrt_json_set_text(message, "content", text.ptr);
    wrt_buf_free(&text);
    return message;
}

static wrt_json *chat_frame(const fake *f, const char *part, wrt_json *message, const char *finish,
                            wrt_json *logprobs) {
    wrt_json *root = wrt_json_new_object();
    wrt_json *choices = wrt_json_new_array();
    wrt_json *choice = wrt_json_new_object();
    wrt_json_set_text(root, "model", f->model);
    wrt_json_set_int(choice, "index", 0);
    wrt_json_set(choice, part, message);
    wrt_json_set_text(choice, "finish_reason", finish);
    wrt_json_set(choice, "logprobs", logprobs);
    wrt_json_push(choices, choice);
    wrt_json_set(root, "choices", choices);
    return root;
}

static bool send_event(loopback_conn *conn, wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&text, "data: ");
    wrt_json_write(&text, value);
    wrt_buf_add_c(&text, "\n\n");
    bool is_sent = loopback_chunk(conn, text.ptr, text.len);
    wrt_buf_free(&text);
    wrt_json_free(value);
    return is_sent;
}

static void send_comment(loopback_conn *conn) {
    (void)loopback_chunk(conn, ": still here\n\n", 14);
}

/* Until the peer closes. */
static void send_comments(loopback_conn *conn) {
    static const char line[] = ": still here\n\n";
    wrt_buf block = wrt_buf_make(WRT_KIB(64));
    while (!block.overflow)
        wrt_buf_add_c(&block, line);
    while (loopback_chunk(conn, block.ptr, block.len))
        continue;
    wrt_buf_free(&block);
}

/* The modes that begin as a stream and go wrong in it; true when this was one. */
static bool break_stream(loopback_conn *conn, fake_mode mode) {
    static const char error[] = "data: {\"error\":{\"code\":500,\"message\":\"slot lost\"}}\n\n";
    static const char cut[] = "data: {\"choices\":[{\"index\":0,\"del";
    switch (mode) {
    case FAKE_STALL_STREAM:
        loopback_stall(conn);
        return true;
    case FAKE_NO_DONE:
        (void)loopback_chunks_end(conn);
        return true;
    case FAKE_CUT_EVENT:
        (void)loopback_chunk(conn, cut, sizeof cut - 1);
        (void)loopback_chunks_end(conn);
        return true;
    case FAKE_ERROR_EVENT:
        (void)loopback_chunk(conn, error, sizeof error - 1);
        (void)loopback_chunks_end(conn);
        return true;
    case FAKE_DRIP:
        while (loopback_pause(conn, 50) && loopback_chunk(conn, ":", 1))
            continue;
        return true;
    case FAKE_ENDLESS_EVENTS:
        send_comments(conn);
        return true;
    default:
        return false;
    }
}

/* All but the last piece of a delta's text; the last one stays in it. */
static void send_pieces(loopback_conn *conn, const fake *f, wrt_json *delta) {
    wrt_str left = wrt_str_of(f->text);
    while (left.len > 5) {
        wrt_json *piece = wrt_json_new_object();
        wrt_json_set(piece, "content", wrt_json_new_text((wrt_str){left.ptr, 5}));
        (void)send_event(conn, chat_frame(f, "delta", piece, NULL, NULL));
        left = (wrt_str){left.ptr + 5, left.len - 5};
    }
    wrt_json_set(delta, "content", wrt_json_new_text(left));
}

static void stream_chat(loopback_conn *conn, const fake *f, const wrt_json *asked, fake_mode mode) {
    bool has_calls = false;
    wrt_json *delta = message_of(f, asked, mode, &has_calls);
    const char *finish = mode == FAKE_EMPTY ? NULL : has_calls ? "tool_calls" : finish_of(mode);
    (void)loopback_chunks_begin(conn, 200, "text/event-stream");
    send_comment(conn);
    if (mode == FAKE_PIECES)
        send_pieces(conn, f, delta);
    (void)send_event(conn, chat_frame(f, "delta", delta, NULL, NULL));
    if (break_stream(conn, mode))
        return;
    (void)send_event(conn, chat_frame(f, "delta", wrt_json_new_object(), finish, NULL));
    if ((f->flags & FAKE_USAGE) != 0) {
        wrt_json *last = wrt_json_new_object();
        wrt_json_set(last, "choices", wrt_json_new_array());
        set_usage(last, f, 11, 3);
        (void)send_event(conn, last);
    }
    (void)loopback_chunk(conn, "data: [DONE]\n\n", 14);
    (void)loopback_chunks_end(conn);
}

/* As models that think before they write refuse requests; true when this was one. */
static bool refuse_as_thinker(loopback_conn *conn, const wrt_json *asked) {
    const char *message = NULL;
    if (wrt_json_get(asked, "max_tokens") != NULL)
        message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                  "'max_completion_tokens' instead.";
    else if (wrt_json_get(asked, "temperature") != NULL || wrt_json_get(asked, "top_p") != NULL)
        message = "Unsupported value: 'temperature' does not support 0 with this model. Only the "
                  "default (1) value is supported.";
    else if (wrt_json_get_int(asked, "max_completion_tokens", 64) < 64)
        message = "Could not finish the message because max_tokens was reached.";
    if (message != NULL)
        respond_error(conn, 400, "invalid_request_error", message);
    return message != NULL;
}

static void answer_chat(loopback_conn *conn, const fake *f, const wrt_json *asked, fake_mode mode) {
    bool has_calls = false;
    if ((f->flags & FAKE_THINKER) != 0 && refuse_as_thinker(conn, asked))
        return;
    if (wrt_json_get_bool(asked, "stream", false)) {
        stream_chat(conn, f, asked, mode);
        return;
    }
    bool has_top = (f->flags & FAKE_TOP) != 0 && wrt_json_get_bool(asked, "logprobs", false);
    wrt_json *message = message_of(f, asked, mode, &has_calls);
    wrt_json *root = chat_frame(f, "message", message, has_calls ? "tool_calls" : finish_of(mode),
                                has_top ? chat_logprobs(f) : NULL);
    set_usage(root, f, 11, has_top ? 1 : 3);
    respond_json(conn, root);
}

/* ---- /v1/completions ------------------------------------------------------------------------- */

static wrt_json *log_p_json(int byte, fake_mode mode) {
    if (mode == FAKE_NULL)
        return wrt_json_new_null();
    return wrt_json_new_number(mode == FAKE_POSITIVE ? 0.5
                               : mode == FAKE_ZERO   ? 0
                                                     : log_p_of(byte));
}

/* log P of place i of the prompt with "!" behind it. */
static wrt_json *place_log_p(const char *prompt, size_t i, fake_mode mode) {
    size_t n = strlen(prompt);
    size_t at = mode == FAKE_SHIFT_BACK && i > 0 ? i - 1 : mode == FAKE_SHIFT_ON ? i + 1 : i;
    if (i == 0 && mode != FAKE_FIRST_LOG_P)
        return wrt_json_new_null();
    return log_p_json(at < n ? prompt[at] : '!', mode);
}

/* Column for "!" alone. */
static wrt_json *written_columns(fake_mode mode) {
    wrt_json *columns = wrt_json_new_object();
    wrt_json *tokens = wrt_json_new_array();
    wrt_json *values = wrt_json_new_array();
    wrt_json_push_text(tokens, "!");
    wrt_json_push(values, log_p_json('!', mode));
    wrt_json_set(columns, "tokens", tokens);
    wrt_json_set(columns, "token_logprobs", values);
    return columns;
}

/* Columns for the prompt's bytes and for "!", which is written. */
static wrt_json *echo_columns(const char *prompt, fake_mode mode) {
    wrt_json *columns = wrt_json_new_object();
    wrt_json *tokens = wrt_json_new_array();
    wrt_json *values = wrt_json_new_array();
    wrt_json *offsets = wrt_json_new_array();
    size_t n = strlen(prompt) + 1 - (mode == FAKE_FEW_LOGPROBS);
    for (size_t i = 0; i < n; i++) {
        const char one[2] = {i < strlen(prompt) ? prompt[i] : '!', '\0'};
        wrt_json_push_text(tokens, mode == FAKE_WRONG_ECHO && i == 5 ? "?" : one);
        wrt_json_push(values, place_log_p(prompt, i, mode));
        wrt_json_push(offsets, wrt_json_new_int((int64_t)i));
    }
    wrt_json_set(columns, "tokens", tokens);
    wrt_json_set(columns, "token_logprobs", values);
    wrt_json_set(columns, "text_offset", offsets);
    return columns;
}

static wrt_json *prompt_places(const char *prompt, fake_mode mode) {
    wrt_json *places = wrt_json_new_array();
    size_t n = strlen(prompt) - (mode == FAKE_FEW_LOGPROBS);
    for (size_t i = 0; i < n; i++) {
        const char text[2] = {prompt[i], '\0'};
        char id[16];
        wrt_json *place = wrt_json_new_object();
        wrt_json *entry = wrt_json_new_object();
        (void)snprintf(id, sizeof id, "%d", prompt[i]);
        wrt_json_set(entry, "logprob", place_log_p(prompt, i, mode));
        wrt_json_set_int(entry, "rank", 1);
        wrt_json_set_text(entry, "decoded_token", text);
        wrt_json_set(place, id, entry);
        if (i == 0 && mode != FAKE_FIRST_LOG_P) {
            wrt_json_free(place);
            place = wrt_json_new_null();
        }
        wrt_json_push(places, place);
    }
    return places;
}

static wrt_json *top_columns(const fake *f) {
    wrt_json *columns = wrt_json_new_object();
    wrt_json *tokens = wrt_json_new_array();
    wrt_json *values = wrt_json_new_array();
    wrt_json *tops = wrt_json_new_array();
    wrt_json_push_text(tokens, f->drawn);
    wrt_json_push(values, wrt_json_new_number(-1));
    wrt_json_push(tops, listed_top(f));
    wrt_json_set(columns, "tokens", tokens);
    wrt_json_set(columns, "token_logprobs", values);
    wrt_json_set(columns, "top_logprobs", tops);
    return columns;
}

static void answer_text(loopback_conn *conn, const fake *f, const wrt_json *asked, fake_mode mode) {
    const char *prompt = wrt_json_get_text(asked, "prompt", "");
    if (strncmp(prompt, "fail", 4) == 0) {
        respond_error(conn, 400, "invalid_request_error", "told to");
        return;
    }
    bool has_logprobs = wrt_json_get(asked, "logprobs") != NULL;
    bool is_echoed = wrt_json_get_bool(asked, "echo", false) && (f->flags & FAKE_ECHO) != 0;
    wrt_json *root = wrt_json_new_object();
    wrt_json *choices = wrt_json_new_array();
    wrt_json *choice = wrt_json_new_object();
    wrt_buf text = text_for(f, asked, mode);
    if (wrt_json_get_int(asked, "max_tokens", 0) == 1) {
        wrt_buf_clear(&text);
        wrt_buf_printf(&text, "%s!", is_echoed ? prompt : "");
    }
    wrt_json_set_int(choice, "index", 0);
    wrt_json_set_text(choice, "text", text.ptr);
    wrt_json_set_text(choice, "finish_reason", finish_of(mode));
    if (is_echoed && has_logprobs)
        wrt_json_set(choice, "logprobs", echo_columns(prompt, mode));
    else if ((f->flags & FAKE_TOP) != 0 && has_logprobs)
        wrt_json_set(choice, "logprobs", top_columns(f));
    else if ((f->flags & (FAKE_ECHO | FAKE_PROMPT_LOGPROBS)) != 0 && has_logprobs)
        wrt_json_set(choice, "logprobs", written_columns(mode));
    if (wrt_json_get(asked, "prompt_logprobs") != NULL && (f->flags & FAKE_PROMPT_LOGPROBS) != 0)
        wrt_json_set(choice, "prompt_logprobs", prompt_places(prompt, mode));
    wrt_json_push(choices, choice);
    wrt_json_set_text(root, "model", f->model);
    wrt_json_set(root, "choices", choices);
    set_usage(root, f, strlen(prompt), 1);
    respond_json(conn, root);
    wrt_buf_free(&text);
}

/* ---- llama-server's own ---------------------------------------------------------------------- */

static void answer_tokenize(loopback_conn *conn, const wrt_json *asked) {
    const char *text = wrt_json_get_text(asked, "content", "");
    wrt_json *root = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array();
    for (const char *at = text; *at != '\0'; at++) {
        const char one[2] = {*at, '\0'};
        int byte = (unsigned char)*at;
        wrt_json *token = wrt_json_new_object();
        wrt_json *bytes = wrt_json_new_array();
        wrt_json_set_int(token, "id", byte);
        wrt_json_push(bytes, wrt_json_new_int(byte));
        wrt_json_set(token, "piece", byte < 0x80 ? wrt_json_new_c(one) : NULL);
        if (byte >= 0x80)
            wrt_json_set(token, "piece", bytes);
        else
            wrt_json_free(bytes);
        wrt_json_push(list, token);
    }
    wrt_json_set(root, "tokens", list);
    respond_json(conn, root);
}

static void answer_template(loopback_conn *conn, const wrt_json *asked) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    WRT_JSON_EACH(message, wrt_json_get(asked, "messages"))
    wrt_buf_printf(&text, "%s: %s\n", wrt_json_get_text(message, "role", ""),
                   wrt_json_get_text(message, "content", ""));
    wrt_buf_add_c(&text, "assistant: ");
    wrt_json *root = wrt_json_new_object();
    wrt_json_set_text(root, "prompt", text.ptr);
    wrt_buf_free(&text);
    respond_json(conn, root);
}

static wrt_json *probability_of(int byte, int64_t n_probs, fake_mode mode) {
    wrt_json *token = wrt_json_new_object();
    wrt_json *top = wrt_json_new_array();
    wrt_json *bytes = wrt_json_new_array();
    wrt_json_push(bytes, wrt_json_new_int(byte));
    wrt_json_set_int(token, "id", byte);
    wrt_json_set_text(token, "token", "");
    wrt_json_set(token, "bytes", bytes);
    wrt_json_set(token, "logprob", log_p_json(byte, mode));
    for (int b = 1; n_probs > 1 && b < 256; b++) {
        wrt_json *listed = wrt_json_new_object();
        wrt_json_set_int(listed, "id", b);
        wrt_json_set_text(listed, "token", "");
        wrt_json_set(listed, "logprob", log_p_json(b, mode));
        wrt_json_push(top, listed);
    }
    wrt_json_set(token, "top_logprobs", top);
    return token;
}

/* Reads "<[id]> <[id]> ..." and adds each token to the reply; returns how many. */
static size_t add_forced(wrt_json *root, const wrt_json *asked, fake_mode mode) {
    const char *at = wrt_json_get_text(asked, "grammar", "");
    wrt_json *ids = wrt_json_new_array();
    wrt_json *list = wrt_json_new_array();
    int64_t n_probs = wrt_json_get_int(asked, "n_probs", 0);
    const wrt_json *bias = wrt_json_at(wrt_json_at(wrt_json_get(asked, "logit_bias"), 0), 0);
    size_t n = 0;
    while ((at = strstr(at, "<[")) != NULL || bias != NULL) {
        int id = bias != NULL ? (int)wrt_json_number(bias, 0) : (int)strtol(at + 2, NULL, 10);
        id = mode == FAKE_IGNORES_GRAMMAR ? 'q' : id;
        wrt_json_push(ids, wrt_json_new_int(id));
        if (n > 0 || mode != FAKE_FEW_LOGPROBS)
            wrt_json_push(list, probability_of(id, n_probs, mode));
        n++;
        if (bias != NULL)
            break;
        at += 2;
    }
    wrt_json_set(root, "tokens", ids);
    wrt_json_set(root, "completion_probabilities", list);
    return n;
}

static void answer_completion(loopback_conn *conn, const fake *f, const wrt_json *asked,
                              fake_mode mode) {
    wrt_json *root = wrt_json_new_object();
    size_t n = add_forced(root, asked, mode);
    wrt_json_set_text(root, "content", "?");
    wrt_json_set_bool(root, "stop", true);
    wrt_json_set_text(root, "stop_type", "limit");
    wrt_json_set_text(root, "model", f->model);
    wrt_json_set_int(root, "tokens_predicted", (int64_t)n);
    wrt_json_set_int(root, "tokens_evaluated",
                     (int64_t)wrt_json_count(wrt_json_get(asked, "prompt")));
    respond_json(conn, root);
}

/* ---- faults ---------------------------------------------------------------------------------- */

#define ERROR_BODY(code, type, message)                                                            \
    "{\"error\":{\"code\":" #code ",\"message\":\"" message "\",\"type\":\"" type "\"}}"

/* The modes that are one fixed answer. */
static const struct {
    fake_mode mode;
    int status;
    const char *extra; /* headers */
    const char *type, *body;
} answers[] = {
    {FAKE_HTML, 200, NULL, "text/html", "<html><body>Welcome to the proxy</body></html>"},
    {FAKE_BAD_UTF8, 200, NULL, "application/json",
     "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"\xff\xfe\"},\"text\":\"\xff\","
     "\"finish_reason\":\"stop\"}]}"},
    {FAKE_ERROR_200, 200, NULL, "application/json",
     "{\"error\":{\"message\":\"no such engine\",\"type\":\"invalid_request_error\"}}"},
    {FAKE_WRONG_JSON, 200, NULL, "application/json", "[1, 2]"},
    {FAKE_NOT_JSON, 200, NULL, "application/json", "{\"choices\": ["},
    {FAKE_NO_CHOICES, 200, NULL, "application/json", "{\"choices\": [], \"model\": \"fake\"}"},
    {FAKE_NAN, 200, NULL, "application/json",
     "{\"content\":\"\",\"stop\":true,\"completion_probabilities\":[{\"id\":1,\"token\":\"\","
     "\"logprob\":NaN}]}"},
    {FAKE_401, 401, NULL, "application/json", ERROR_BODY(401, "authentication_error", "bad key")},
    {FAKE_401_ALL, 401, NULL, "application/json",
     ERROR_BODY(401, "authentication_error", "bad key")},
    {FAKE_404, 404, NULL, "application/json",
     ERROR_BODY(404, "not_found_error", "the model gpt-9 does not exist")},
    {FAKE_400, 400, NULL, "application/json",
     ERROR_BODY(400, "invalid_request_error", "seed must be prime")},
    {FAKE_OVERFLOW, 400, NULL, "application/json",
     "{\"error\":{\"code\":400,\"message\":\"request (6019 tokens) exceeds the available context "
     "size (2048 tokens)\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":6019,"
     "\"n_ctx\":2048}}"},
    {FAKE_429_ONCE, 429, "Retry-After: 1\r\n", "text/plain", "slow down"},
    {FAKE_429_ZERO, 429, "Retry-After: 0\r\n", "text/plain", "slow down"},
    {FAKE_429_LONG, 429, "Retry-After: 3600\r\n", "text/plain", "slow down"},
    {FAKE_500_ONCE, 500, NULL, "application/json", ERROR_BODY(500, "server_error", "out of luck")},
    {FAKE_500, 500, NULL, "application/json", ERROR_BODY(500, "server_error", "out of luck")},
    {FAKE_500_ALL, 500, NULL, "application/json", ERROR_BODY(500, "server_error", "out of luck")},
    {FAKE_REDIRECT, 307, "Location: http://198.51.100.7:81/v1\r\n", "text/plain", ""},
};

/* Headers that promise 400 bytes, and the beginning of them. */
static void send_half(loopback_conn *conn) {
    (void)loopback_send_text(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                   "Content-Length: 400\r\n\r\n{\"choices\": [");
}

static void send_endless(loopback_conn *conn) {
    static char block[65536];
    (void)loopback_send_text(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                   "Content-Length: 10000000000\r\n\r\n");
    (void)loopback_send_endless(conn, block, sizeof block);
}

static void quote_key(loopback_conn *conn, const loopback_request *request) {
    char message[512];
    char *key = loopback_header(request->headers, "Authorization");
    (void)snprintf(message, sizeof message, "what is this: %s and %s", key != NULL ? key : "",
                   key != NULL ? key : "");
    respond_error(conn, 400, "invalid_request_error", message);
    free(key);
}

/* The modes that leave the connection in disorder; true when this was one. */
static bool disturb(loopback_conn *conn, const loopback_request *request, fake_mode mode) {
    switch (mode) {
    case FAKE_STALL_HEAD:
        loopback_stall(conn);
        return true;
    case FAKE_STALL_BODY:
        send_half(conn);
        loopback_stall(conn);
        return true;
    case FAKE_SHORT:
        send_half(conn);
        loopback_close(conn);
        return true;
    case FAKE_ENDLESS:
        send_endless(conn);
        return true;
    case FAKE_RESET:
        loopback_reset(conn);
        return true;
    case FAKE_QUOTES_KEY:
        quote_key(conn, request);
        return true;
    default:
        return false;
    }
}

/* Answers of the modes that have nothing to do with what was asked; true when this was one. */
static bool answer_wrongly(loopback_conn *conn, fake *f, const loopback_request *request,
                           fake_mode mode) {
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (answers[i].mode != mode)
            continue;
        if (mode == FAKE_429_ONCE || mode == FAKE_500_ONCE)
            atomic_store(&f->mode, FAKE_GOOD);
        (void)loopback_respond(conn, answers[i].status, answers[i].extra, answers[i].type,
                               answers[i].body);
        return true;
    }
    return disturb(conn, request, mode);
}

/* ---- the handler ----------------------------------------------------------------------------- */

static bool is_path(const loopback_request *request, const char *path) {
    return strcmp(request->target, path) == 0;
}

/* Counts down; true while the server is still busy. */
static bool is_busy(loopback_conn *conn, atomic_uint *left) {
    unsigned before = atomic_load(left);
    while (before > 0 && !atomic_compare_exchange_weak(left, &before, before - 1))
        continue;
    if (before > 0)
        respond_error(conn, 503, "overloaded_error", "too busy");
    return before > 0;
}

static void answer_work(loopback_conn *conn, fake *f, const loopback_request *request,
                        const wrt_json *asked) {
    fake_mode mode = (fake_mode)atomic_load(&f->mode);
    atomic_fetch_add(&f->answered, 1);
    if (f->pause_ms > 0)
        (void)loopback_pause(conn, f->pause_ms);
    bool is_scored =
        wrt_json_get(asked, "prompt_logprobs") != NULL || wrt_json_get(asked, "echo") != NULL;
    if (answer_wrongly(conn, f, request, mode) || (is_scored && is_busy(conn, &f->busy_scores)))
        return;
    if (is_path(request, "/completion"))
        answer_completion(conn, f, asked, mode);
    else if (is_path(request, "/v1/completions"))
        answer_text(conn, f, asked, mode);
    else
        answer_chat(conn, f, asked, mode);
}

static void answer_health(loopback_conn *conn, fake *f) {
    unsigned before = atomic_fetch_add(&f->healths, 1);
    fake_mode mode = (fake_mode)atomic_load(&f->mode);
    if (mode == FAKE_LOADING && before < 3)
        respond_error(conn, 503, "unavailable_error", "Loading model");
    else if (mode == FAKE_401_HEALTH)
        respond_error(conn, 401, "authentication_error", "bad key");
    else if (mode == FAKE_500_ALL)
        respond_error(conn, 500, "server_error", "out of luck");
    else
        (void)loopback_respond(conn, 200, NULL, "application/json", "{\"status\":\"ok\"}");
}

static void answer_models(loopback_conn *conn, const fake *f) {
    char body[512];
    if (atomic_load(&f->mode) == FAKE_401_ALL) {
        respond_error(conn, 401, "authentication_error", "bad key");
        return;
    }
    (void)snprintf(body, sizeof body,
                   "{\"object\":\"list\",\"data\":[{\"id\":\"%s\",\"meta\":{\"n_params\":1,"
                   "\"size\":2,\"n_vocab\":256}},{\"id\":\"other\"}]}",
                   f->model);
    (void)loopback_respond(conn, 200, NULL, "application/json", body);
}

static void answer_props(loopback_conn *conn, fake *f) {
    if (is_busy(conn, &f->busy_props))
        return;
    (void)loopback_respond(conn, 200, NULL, "application/json",
                           "{\"default_generation_settings\":{\"n_ctx\":4096},\"total_slots\":1,"
                           "\"model_path\":\"/home/alice/toy.gguf\",\"chat_template\":\"toy\","
                           "\"build_info\":\"b1-fake\"}");
}

/* What the flags take away. */
static bool is_there(const fake *f, const loopback_request *request) {
    static const char *const llama[] = {"/props", "/tokenize", "/apply-template", "/completion"};
    for (size_t i = 0; i < sizeof llama / sizeof llama[0]; i++) {
        if (is_path(request, llama[i]))
            return (f->flags & FAKE_LLAMA) != 0;
    }
    if (is_path(request, "/v1/models") || is_path(request, "/health"))
        return (f->flags & FAKE_NO_LIST) == 0;
    if (is_path(request, "/v1/chat/completions"))
        return (f->flags & FAKE_NO_CHAT) == 0;
    return is_path(request, "/v1/completions") && (f->flags & FAKE_NO_TEXT) == 0;
}

static void handle(loopback_conn *conn, const loopback_request *request, void *ctx) {
    fake *f = ctx;
    wrt_json *asked = NULL;
    if (request->body_len > 0)
        (void)wrt_json_parse(&asked, (wrt_str){request->body, request->body_len}, NULL);
    if (!is_there(f, request))
        respond_error(conn, 404, "not_found_error", "File Not Found");
    else if (is_path(request, "/health"))
        answer_health(conn, f);
    else if (is_path(request, "/v1/models"))
        answer_models(conn, f);
    else if (is_path(request, "/props"))
        answer_props(conn, f);
    else if (is_path(request, "/tokenize"))
        answer_tokenize(conn, asked);
    else if (is_path(request, "/apply-template"))
        answer_template(conn, asked);
    else
        answer_work(conn, f, request, asked);
    wrt_json_free(asked);
}

void fake_start(fake *f) {
    f->model = f->model != NULL ? f->model : "fake";
    f->text = f->text != NULL ? f->text : "Yes, it does.";
    f->held_text = f->held_text != NULL ? f->held_text : "by seed";
    f->drawn = f->drawn != NULL ? f->drawn : "Y";
    f->top = f->top != NULL ? f->top : "{\"yes\":-0.5,\"n\":-1.5,\"maybe\":-2.5}";
    f->server = loopback_start(handle, f);
    (void)snprintf(f->base, sizeof f->base, "http://127.0.0.1:%u", loopback_port(f->server));
}

void fake_stop(fake *f) {
    loopback_stop(f->server);
    f->server = NULL;
}

int fake_saw_header(fake *f, const char *name, const char *value) {
    int found = 0;
    for (unsigned i = 0; !found && i < loopback_requests(f->server); i++) {
        char *headers = loopback_headers(f->server, i);
        char *given = headers != NULL ? loopback_header(headers, name) : NULL;
        found = given != NULL && strcmp(given, value) == 0;
        free(given);
        free(headers);
    }
    return found;
}
