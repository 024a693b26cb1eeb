/* openai_error.c: what a server says when it does not answer.
 *
 * First the facts are taken from whatever the body is (message, type, code, token numbers), then
 * they and the HTTP status are turned into one of ours. Only a prompt beyond the context is
 * recognised by words, since servers agree on nothing else about it. */
#include "llm/http/openai_internal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MESSAGE_MAX = 1024, WORD_MAX = 64, SHOWN_MAX = 300 };
static const size_t parsed_max = WRT_MIB(1);

typedef struct {
    int status;                /* HTTP status, or the one in the body when that came with 200 */
    char message[MESSAGE_MAX]; /* "" when there is none */
    char type[WORD_MAX];
    char code[WORD_MAX];
    int64_t n_needed; /* tokens, -1 when not told */
    int64_t n_context;
} facts;

/* ---- reading the body ------------------------------------------------------------------------ */

static void copy_text(char *out, size_t room, wrt_str text) {
    size_t len = text.len < room ? text.len : room - 1;
    if (len > 0)
        memcpy(out, text.ptr, len);
    out[len] = '\0';
}

static void copy_member(char *out, size_t room, const wrt_json *object, const char *key) {
    const char *text = wrt_json_get_text(object, key, NULL);
    if (text != NULL)
        copy_text(out, room, wrt_str_of(text));
}

static int64_t read_number(const wrt_json *object, const char *key) {
    int64_t number = wrt_json_get_int(object, key, -1);
    return number >= 0 && number <= 1000000000 ? number : -1;
}

/* {"message","type","code",...} */
static void read_object(facts *out, const wrt_json *object) {
    copy_member(out->message, sizeof out->message, object, "message");
    copy_member(out->type, sizeof out->type, object, "type");
    copy_member(out->code, sizeof out->code, object, "code");
    out->n_needed = read_number(object, "n_prompt_tokens");
    out->n_context = read_number(object, "n_ctx");
    int64_t code = read_number(object, "code");
    if ((out->status < 400 || out->status > 599) && code >= 400 && code <= 599)
        out->status = (int)code;
}

/* The first fault that FastAPI lists: {"loc": ["body", "max_tokens"], "msg": "..."}. */
static void read_validation(facts *out, const wrt_json *fault) {
    wrt_buf text = wrt_buf_make(MESSAGE_MAX - 1);
    WRT_JSON_EACH(part, wrt_json_get(fault, "loc")) {
        const char *name = wrt_json_text(part);
        if (name != NULL && strcmp(name, "body") != 0)
            wrt_buf_printf(&text, "%s: ", name);
    }
    wrt_buf_add_c(&text, wrt_json_get_text(fault, "msg", "the request is malformed"));
    copy_text(out->message, sizeof out->message, wrt_buf_str(&text));
    wrt_buf_free(&text);
}

static void read_json(facts *out, const wrt_json *root) {
    const wrt_json *node = wrt_json_get(root, "error");
    if (wrt_json_typeof(node) == WRT_JSON_NULL)
        node = wrt_json_get(root, "detail");
    if (wrt_json_typeof(node) == WRT_JSON_NULL)
        node = root;
    if (wrt_json_is(node, WRT_JSON_STRING))
        copy_text(out->message, sizeof out->message, wrt_str_of(wrt_json_text(node)));
    else if (wrt_json_is(node, WRT_JSON_ARRAY))
        read_validation(out, wrt_json_first(node));
    else
        read_object(out, node);
}

static bool is_html(wrt_str content_type, wrt_str body) {
    static const char html[] = "text/html";
    return (body.len > 0 && body.ptr[0] == '<') ||
           (content_type.len >= sizeof html - 1 &&
            strncasecmp(content_type.ptr, html, sizeof html - 1) == 0);
}

static void read_facts(facts *out, wrt_str content_type, wrt_str body) {
    wrt_json *root = NULL;
    wrt_str text = wrt_str_trim(body);
    if (text.len == 0)
        copy_text(out->message, sizeof out->message, WRT_STR("it said nothing else"));
    else if (is_html(content_type, text))
        copy_text(out->message, sizeof out->message,
                  WRT_STR("it sent an HTML page, as a proxy or another kind of server does"));
    else if (text.len <= parsed_max && wrt_json_parse(&root, text, NULL) == WRT_OK)
        read_json(out, root);
    if (out->message[0] == '\0')
        copy_text(out->message, sizeof out->message, text);
    wrt_json_free(root);
}

/* ---- a prompt beyond the context ------------------------------------------------------------- */

static bool is_overflow(const facts *given) {
    static const char *const phrases[] = {
        "maximum context length", "maximum model length", "exceeds the available context size",
        "larger than the max context size", "context size has been exceeded"};
    if (strcmp(given->type, "exceed_context_size_error") == 0 ||
        strcmp(given->code, "context_length_exceeded") == 0)
        return true;
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (strcasestr(given->message, phrases[i]) != NULL)
            return true;
    }
    return false;
}

/* The number behind the first of the phrases that a number follows; -1 when there is none. */
static int64_t find_number(const char *message, const char *const *phrases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const char *found = strcasestr(message, phrases[i]);
        if (found == NULL)
            continue;
        found += strlen(phrases[i]);
        int64_t number = -1;
        size_t digits = strspn(found, "0123456789");
        if (digits <= 9 && wrt_str_to_int64(&number, (wrt_str){found, digits}))
            return number;
    }
    return -1;
}

static wrt_status report_overflow(wrt_err *err, facts *given) {
    static const char *const needed[] = {"you requested ",  "resulted in ", "request has ",
                                         "prompt (length ", "request (",    "input ("};
    static const char *const allowed[] = {"maximum context length is ", "maximum model length of ",
                                          "available context size (", "max context size ("};
    if (given->n_needed < 0)
        given->n_needed = find_number(given->message, needed, sizeof needed / sizeof *needed);
    if (given->n_context < 0)
        given->n_context = find_number(given->message, allowed, sizeof allowed / sizeof *allowed);
    if (given->n_needed >= 0 && given->n_context >= 0)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the request needs %lld tokens, the server's context holds %lld",
                        (long long)given->n_needed, (long long)given->n_context);
    if (given->n_context >= 0)
        return wrt_fail(err, WRT_E_LIMIT,
                        "the request does not fit the server's context of %lld tokens: %.*s",
                        (long long)given->n_context, SHOWN_MAX, given->message);
    return wrt_fail(err, WRT_E_LIMIT, "the request does not fit the server's context: %.*s",
                    SHOWN_MAX, given->message);
}

/* ---- everything else ------------------------------------------------------------------------- */

static wrt_status status_of_http(int status) {
    switch (status) {
    case 401:
    case 403:
        return WRT_E_CREDENTIAL;
    case 408:
    case 429:
        return WRT_E_UNAVAILABLE;
    case 501:
        return WRT_E_UNSUPPORTED;
    default:
        return status >= 500 && status <= 599   ? WRT_E_UNAVAILABLE
               : status >= 400 && status <= 499 ? WRT_E_INPUT
                                                : WRT_E_FAILED;
    }
}

/* An error inside a stream comes after a 200 and may have a type but no number. */
static wrt_status status_of_type(const char *type) {
    static const struct {
        const char *type;
        wrt_status status;
    } rows[] = {
        {"invalid_request_error", WRT_E_INPUT},     {"BadRequestError", WRT_E_INPUT},
        {"not_found_error", WRT_E_INPUT},           {"NotFoundError", WRT_E_INPUT},
        {"authentication_error", WRT_E_CREDENTIAL}, {"permission_error", WRT_E_CREDENTIAL},
        {"not_supported_error", WRT_E_UNSUPPORTED}, {"server_error", WRT_E_UNAVAILABLE},
        {"unavailable_error", WRT_E_UNAVAILABLE},   {"rate_limit_error", WRT_E_UNAVAILABLE},
        {"rate_limit_exceeded", WRT_E_UNAVAILABLE}, {"overloaded_error", WRT_E_UNAVAILABLE},
        {"InternalServerError", WRT_E_UNAVAILABLE}, {"api_error", WRT_E_UNAVAILABLE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(type, rows[i].type) == 0)
            return rows[i].status;
    }
    return WRT_E_FAILED;
}

wrt_status wrt_openai_read_error(wrt_err *err, int http_status, wrt_str content_type,
                                 wrt_str body) {
    facts given = {.status = http_status, .n_needed = -1, .n_context = -1};
    read_facts(&given, content_type, body);
    wrt_status status = given.status >= 400 && given.status <= 599 ? status_of_http(given.status)
                                                                   : status_of_type(given.type);
    if (status == WRT_E_CREDENTIAL)
        return wrt_fail(err, status, "the server refused the key, or access with it (HTTP %d)",
                        given.status);
    if (is_overflow(&given))
        return report_overflow(err, &given);
    if (given.status >= 400 && given.status <= 599)
        return wrt_fail(err, status, "the server answered HTTP %d: %.*s", given.status, SHOWN_MAX,
                        given.message);
    return wrt_fail(err, status, "the server answered with an error: %.*s", SHOWN_MAX,
                    given.message);
}
