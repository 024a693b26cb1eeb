/* fault.c: the table of faults, and how each is known.
 *
 * Sources: recorded answers of NCBI and reports of its users; see the tests for each form. A text
 * of an error that nobody has seen yet counts as one that passes: asking again costs seconds,
 * taking it for an answer would cost papers. */
#include "pubmed/live/fault.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct {
    const char *name;
    bool is_transient;
    wrt_status status;
    const char *words;
} fault_row;

static const fault_row ROWS[] = {
    [WRT_LIVE_NONE] = {"none", false, WRT_OK, "no fault"},
    [WRT_LIVE_RATE] = {"rate", true, WRT_E_UNAVAILABLE, "asks for fewer requests"},
    [WRT_LIVE_SERVER] = {"server", true, WRT_E_UNAVAILABLE, "failed"},
    [WRT_LIVE_RELAYED] = {"relayed", true, WRT_E_UNAVAILABLE, "relayed a failure of its own proxy"},
    [WRT_LIVE_BACKEND] = {"backend", true, WRT_E_UNAVAILABLE, "answered with an error"},
    [WRT_LIVE_PAGE] = {"page", true, WRT_E_UNAVAILABLE,
                       "answered in another format than asked for"},
    [WRT_LIVE_CUT] = {"cut", true, WRT_E_UNAVAILABLE, "answered incompletely"},
    [WRT_LIVE_CONNECTION] = {"connection", true, WRT_E_UNAVAILABLE, "was not reached"},
    [WRT_LIVE_SLOW] = {"slow", true, WRT_E_TIMEOUT, "did not answer in time"},
    [WRT_LIVE_SESSION] = {"session", false, WRT_E_UNAVAILABLE, "no longer has the stored result"},
    [WRT_LIVE_QUERY] = {"query", false, WRT_E_INPUT, "does not accept the query"},
    [WRT_LIVE_REQUEST] = {"request", false, WRT_E_FAILED, "refused the request"},
    [WRT_LIVE_KEY] = {"key", false, WRT_E_CREDENTIAL, "refused the API key: check NCBI_API_KEY"},
    [WRT_LIVE_SHAPE] = {"shape", false, WRT_E_FAILED, "answered something else than was asked for"},
    [WRT_LIVE_ABSENT] = {"absent", false, WRT_E_UNAVAILABLE, "was not asked"},
    [WRT_LIVE_OTHER] = {"other", false, WRT_E_FAILED, "could not be asked"},
};

const char *wrt_live_fault_name(wrt_live_fault_kind kind) {
    return ROWS[kind].name;
}

wrt_json *wrt_live_fault_json(const wrt_live_fault *fault) {
    wrt_json *json = wrt_json_new_object();
    bool has_wait = fault->retry_after_ms >= 0;
    wrt_json_set_text(json, "kind", wrt_live_fault_name(fault->kind));
    wrt_json_set_bool(json, "transient", fault->is_transient);
    wrt_json_set_int(json, "http_status", fault->http_status);
    wrt_json_set(json, "retry_after_ms",
                 has_wait ? wrt_json_new_int(fault->retry_after_ms) : wrt_json_new_null());
    wrt_json_set_int(json, "tries", fault->tries);
    wrt_json_set_text(json, "said", fault->said);
    return json;
}

void wrt_live_fault_set(wrt_live_fault *fault, wrt_live_fault_kind kind, wrt_str said) {
    size_t len = said.len < WRT_LIVE_SAID_MAX ? said.len : WRT_LIVE_SAID_MAX;
    fault->kind = kind;
    fault->is_transient = ROWS[kind].is_transient;
    len = wrt_utf8_valid_prefix((wrt_str){said.ptr, len});
    if (len > 0)
        memcpy(fault->said, said.ptr, len);
    fault->said[len] = '\0';
    wrt_utf8_make_printable(fault->said, len);
}

/* ---- texts */

static bool has_words(wrt_str text, const char *words) {
    size_t len = strlen(words);
    for (size_t i = 0; i + len <= text.len; i++)
        if (strncasecmp(text.ptr + i, words, len) == 0)
            return true;
    return false;
}

static bool has_any(wrt_str text, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (has_words(text, list[i]))
            return true;
    return false;
}

/* About the request: the same words come back however often it is repeated. "Database is not
 * supported: pubmed" is not among them, because it was seen to pass. */
static const char *const ABOUT_QUERY[] = {
    "retstart",         "retmax",
    "empty term",       "empty id list",
    "id list is empty", "invalid value",
    "invalid db",       "neither query_key nor id",
    "not specified",    "mandatory parameter",
    "cannot be larger", "invalid uid",
    "uid not found",    "unsupported parameter",
    "no term",
};

static const char *const ABOUT_SESSION[] = {"unable to obtain query", "query_key", "webenv",
                                            "history is empty", "no result set"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

void wrt_live_fault_of_error_text(wrt_live_fault *fault, wrt_str text) {
    wrt_live_fault_kind kind = WRT_LIVE_BACKEND;
    if (has_any(text, ABOUT_QUERY, COUNT(ABOUT_QUERY)))
        kind = WRT_LIVE_QUERY;
    else if (has_any(text, ABOUT_SESSION, COUNT(ABOUT_SESSION)))
        kind = WRT_LIVE_SESSION;
    wrt_live_fault_set(fault, kind, text);
}

/* ---- answers */

static wrt_str body_of(const wrt_live_answer *answer) {
    wrt_str body = wrt_buf_str(&answer->body);
    static const wrt_str mark = {"\xEF\xBB\xBF", 3};
    if (wrt_str_starts_with(body, mark))
        body = (wrt_str){body.ptr + 3, body.len - 3};
    return wrt_str_trim(body);
}

static bool begins_with(wrt_str text, const char *words) {
    size_t len = strlen(words);
    return text.len >= len && strncasecmp(text.ptr, words, len) == 0;
}

static bool is_page(wrt_str body) {
    return begins_with(body, "<!doctype html") || begins_with(body, "<html") ||
           begins_with(body, "<head") || begins_with(body, "<body");
}

/* A part of a body fit to be shown: the text of its <ERROR>, of "error" in JSON, or plain text. */
static wrt_str quote_of(wrt_str body) {
    static const char *const begins[] = {"<ERROR>", "\"error\":\"", "\"error\": \""};
    static const char ends[] = {'<', '"', '"'};
    for (size_t k = 0; k < COUNT(begins); k++) {
        const char *at = memmem(body.ptr, body.len, begins[k], strlen(begins[k]));
        if (at == NULL)
            continue;
        at += strlen(begins[k]);
        size_t left = (size_t)(body.ptr + body.len - at);
        const char *end = memchr(at, ends[k], left);
        return wrt_str_trim((wrt_str){at, end != NULL ? (size_t)(end - at) : left});
    }
    bool is_markup = body.len > 0 && (body.ptr[0] == '<' || body.ptr[0] == '{');
    return is_markup ? WRT_STR("") : body;
}

static bool is_passing_status(long status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
}

/* A 400 may wrap anything: the page of a proxy, a remark about the key, about the ids. */
static void judge_400(wrt_live_fault *fault, wrt_str body) {
    static const char *const proxy[] = {"proxy_stream()", "502 bad gateway", "bad gateway",
                                        "503 service",    "504 gateway",     "<html"};
    wrt_str said = quote_of(body);
    if (has_words(body, "api key"))
        wrt_live_fault_set(fault, WRT_LIVE_KEY, WRT_STR(""));
    else if (has_any(body, proxy, COUNT(proxy)))
        wrt_live_fault_set(fault, WRT_LIVE_RELAYED, WRT_STR(""));
    else if (has_words(body, "<ERROR>"))
        wrt_live_fault_of_error_text(fault, said);
    else
        wrt_live_fault_set(fault, WRT_LIVE_REQUEST, said);
}

static void judge_failure(wrt_live_fault *fault, long status, wrt_str body) {
    if (status == 429) {
        wrt_live_fault_set(fault, WRT_LIVE_RATE, WRT_STR("")); /* the body holds key or address */
    } else if (status >= 500) {
        wrt_live_fault_set(fault, WRT_LIVE_SERVER, quote_of(body));
        fault->is_transient = is_passing_status(status);
    } else if (status == 408) {
        wrt_live_fault_set(fault, WRT_LIVE_SLOW, WRT_STR(""));
    } else if (status == 400) {
        judge_400(fault, body);
    } else {
        wrt_live_fault_set(fault, WRT_LIVE_REQUEST, quote_of(body));
    }
}

static bool fits_format(wrt_str body, const char *format) {
    if (strcmp(format, "xml") == 0)
        return body.ptr[0] == '<' && !is_page(body);
    if (strcmp(format, "json") == 0)
        return body.ptr[0] == '{';
    return body.ptr[0] != '<' && body.ptr[0] != '{';
}

void wrt_live_fault_of_answer(wrt_live_fault *fault, const wrt_live_answer *answer,
                              const char *format) {
    wrt_str body = body_of(answer);
    fault->http_status = answer->status;
    fault->retry_after_ms = answer->retry_after_ms;
    if (answer->status / 100 != 2)
        judge_failure(fault, answer->status, body);
    else if (body.len == 0)
        wrt_live_fault_set(fault, WRT_LIVE_CUT, WRT_STR("nothing"));
    else if (!fits_format(body, format))
        wrt_live_fault_set(fault, WRT_LIVE_PAGE, quote_of(body));
    else
        fault->kind = WRT_LIVE_NONE;
}

wrt_status wrt_live_fault_fail(const wrt_live_fault *fault, const char *service, wrt_err *err) {
    const fault_row *row = &ROWS[fault->kind];
    char status[32] = "", tries[32] = "";
    if (fault->http_status != 0)
        (void)snprintf(status, sizeof status, " (HTTP %ld)", fault->http_status);
    if (fault->tries > 1)
        (void)snprintf(tries, sizeof tries, ", %d times", fault->tries);
    return wrt_fail(err, row->status, "%s %s%s%s%s%s", service, row->words, status, tries,
                    fault->said[0] != '\0' ? ": " : "", fault->said);
}
