/* cassette.c: reading, playing and writing the lines of a cassette. */
#include "pubmed/live/cassette.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

typedef struct {
    wrt_json *json;
    bool was_played;
} record;

struct wrt_live_cassette {
    record *records; /* when played */
    size_t n, room;
    FILE *file; /* when recorded */
    wrt_live_transport inner;
};

/* ---- playing */

static bool is_same(const wrt_json *json, const wrt_live_request *request) {
    const char *form = wrt_json_get_text(json, "form", NULL);
    bool has_form = request->form.ptr != NULL;
    return strcmp(wrt_json_get_text(json, "url", ""), request->url) == 0 &&
           has_form == (form != NULL) && (!has_form || wrt_str_equal_c(request->form, form));
}

/* The next record of this request, else the last one of it, else NULL. */
static record *find(wrt_live_cassette *cassette, const wrt_live_request *request) {
    record *last = NULL;
    for (size_t i = 0; i < cassette->n; i++) {
        record *one = &cassette->records[i];
        if (!is_same(one->json, request))
            continue;
        last = one;
        if (!one->was_played)
            break;
    }
    return last;
}

static wrt_status decode_body(wrt_buf *out, const wrt_json *json, wrt_err *err) {
    const char *text = wrt_json_get_text(json, "body", NULL);
    const char *base64 = wrt_json_get_text(json, "body_base64", NULL);
    *out = wrt_buf_make(WRT_LIVE_BODY_MAX);
    if (text != NULL) {
        wrt_buf_add_c(out, text);
        return WRT_OK;
    }
    wrt_str code = wrt_str_of(base64);
    size_t padding = 0;
    while (padding < 2 && padding < code.len && code.ptr[code.len - 1 - padding] == '=')
        padding++;
    size_t len = code.len / 4 * 3;
    len = len >= padding ? len - padding : 0;
    unsigned char *bytes = wrt_calloc(len + 1, 1);
    bool is_fine = base64 != NULL && wrt_base64_decode(bytes, len, code);
    if (is_fine)
        wrt_buf_add(out, bytes, len);
    free(bytes);
    return is_fine ? WRT_OK : wrt_fail(err, WRT_E_INPUT, "no body, or not base64");
}

static wrt_status play_failure(const wrt_json *json, wrt_err *err) {
    wrt_status status = WRT_E_UNAVAILABLE;
    (void)wrt_status_of_name(&status, wrt_json_get_text(json, "failure", ""));
    return wrt_fail(err, status, "recorded: %s", wrt_json_get_text(json, "message", "no answer"));
}

static wrt_status play(wrt_live_answer *out, const wrt_live_request *request, void *ctx,
                       wrt_err *err) {
    *out = (wrt_live_answer){.retry_after_ms = -1};
    record *one = find(ctx, request);
    if (wrt_cancel_requested(request->cancel))
        return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
    if (one == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the cassette does not hold this request: record it");
    one->was_played = true;
    if (wrt_json_get_text(one->json, "failure", NULL) != NULL)
        return play_failure(one->json, err);
    wrt_status status = decode_body(&out->body, one->json, err);
    if (status != WRT_OK) {
        wrt_live_answer_free(out);
        return status;
    }
    out->status = (long)wrt_json_get_int(one->json, "status", 0);
    (void)snprintf(out->content_type, sizeof out->content_type, "%s",
                   wrt_json_get_text(one->json, "type", ""));
    out->retry_after_ms = wrt_json_get_int(one->json, "retry_after_ms", -1);
    out->at_ms = wrt_json_get_int(one->json, "at_ms", 0);
    return WRT_OK;
}

static wrt_status check_record(const wrt_json *json, wrt_err *err) {
    int64_t status = wrt_json_get_int(json, "status", 0);
    bool is_failure = wrt_json_get_text(json, "failure", NULL) != NULL;
    if (wrt_json_get_int(json, "v", 0) != 1 || wrt_json_get_text(json, "url", NULL) == NULL)
        return wrt_fail(err, WRT_E_INPUT, "must be an exchange with \"v\":1 and \"url\"");
    if (is_failure) {
        wrt_status name = WRT_OK;
        if (!wrt_status_of_name(&name, wrt_json_get_text(json, "failure", "")) || name == WRT_OK)
            return wrt_fail(err, WRT_E_INPUT, "\"failure\" is not the name of a failure");
        return WRT_OK;
    }
    if (status < 200 || status > 999)
        return wrt_fail(err, WRT_E_INPUT, "\"status\" must be 200 to 999");
    wrt_buf body = {0};
    wrt_status fine = decode_body(&body, json, err);
    wrt_buf_free(&body);
    return fine;
}

static wrt_status add_record(wrt_live_cassette *cassette, wrt_str line, wrt_err *err) {
    wrt_json *json = NULL;
    wrt_status status = wrt_json_parse(&json, line, err);
    if (status == WRT_OK)
        status = check_record(json, err);
    if (status != WRT_OK) {
        wrt_json_free(json);
        return status;
    }
    if (cassette->n == cassette->room) {
        cassette->room = cassette->room == 0 ? 16 : 2 * cassette->room;
        cassette->records =
            wrt_realloc(cassette->records, cassette->room * sizeof *cassette->records);
    }
    cassette->records[cassette->n++] = (record){.json = json};
    return WRT_OK;
}

wrt_status wrt_live_cassette_play(wrt_live_cassette **out, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_LIVE_CASSETTE_MAX);
    wrt_live_cassette *cassette = wrt_calloc(1, sizeof *cassette);
    *out = NULL;
    wrt_status status = wrt_file_read(&text, path, WRT_LIVE_CASSETTE_MAX, err);
    wrt_str line, rest = wrt_buf_str(&text);
    for (int number = 1; status == WRT_OK && wrt_str_cut(&line, &rest, '\n'); number++) {
        if (wrt_str_trim(line).len == 0)
            continue;
        status = add_record(cassette, line, err);
        if (status != WRT_OK)
            (void)wrt_err_prefix(err, "%s: line %d", wrt_path_base(path), number);
    }
    wrt_buf_free(&text);
    if (status != WRT_OK) {
        wrt_live_cassette_free(cassette);
        return status;
    }
    *out = cassette;
    return WRT_OK;
}

/* ---- recording */

static void set_body(wrt_json *json, wrt_str body) {
    bool is_text = wrt_utf8_valid(body) && (body.len == 0 || !memchr(body.ptr, '\0', body.len));
    if (is_text) {
        wrt_json_set(json, "body", wrt_json_new_text(body));
        return;
    }
    char *code = wrt_calloc(wrt_base64_size(body.len) + 1, 1);
    wrt_base64_encode(code, (const unsigned char *)body.ptr, body.len);
    wrt_json_set_text(json, "body_base64", code);
    free(code);
}

static wrt_json *record_of(const wrt_live_request *request) {
    wrt_json *json = wrt_json_new_object();
    bool has_form = request->form.ptr != NULL;
    wrt_json_set_int(json, "v", 1);
    wrt_json_set_text(json, "url", request->url);
    wrt_json_set(json, "form", has_form ? wrt_json_new_text(request->form) : wrt_json_new_null());
    return json;
}

static void set_answer(wrt_json *json, const wrt_live_answer *answer) {
    char at[25];
    wrt_clock_format(at, answer->at_ms);
    wrt_json_set_text(json, "at", at);
    wrt_json_set_int(json, "at_ms", answer->at_ms);
    wrt_json_set_int(json, "status", answer->status);
    wrt_json_set_text(json, "type", answer->content_type);
    wrt_json_set_int(json, "retry_after_ms", answer->retry_after_ms);
    set_body(json, wrt_buf_str(&answer->body));
}

static wrt_status write_record(wrt_live_cassette *cassette, const wrt_json *json, wrt_err *err) {
    wrt_buf line = wrt_buf_make(6 * WRT_LIVE_BODY_MAX);
    wrt_json_write(&line, json);
    wrt_buf_add_char(&line, '\n');
    bool is_written = !line.overflow && fwrite(line.ptr, 1, line.len, cassette->file) == line.len &&
                      fflush(cassette->file) == 0;
    wrt_buf_free(&line);
    return is_written ? WRT_OK : wrt_fail(err, WRT_E_FAILED, "the cassette cannot be written");
}

static wrt_status pass_and_record(wrt_live_answer *out, const wrt_live_request *request, void *ctx,
                                  wrt_err *err) {
    wrt_live_cassette *cassette = ctx;
    wrt_err own = {0};
    wrt_status status = cassette->inner.send(out, request, cassette->inner.ctx, &own);
    if (status == WRT_E_INTERRUPTED) {
        if (err != NULL)
            *err = own;
        return status;
    }
    wrt_json *json = record_of(request);
    if (status == WRT_OK) {
        set_answer(json, out);
    } else {
        wrt_json_set_text(json, "failure", wrt_status_name(status));
        wrt_json_set_text(json, "message", own.message);
    }
    wrt_status written = write_record(cassette, json, err);
    wrt_json_free(json);
    if (written != WRT_OK)
        wrt_live_answer_free(out);
    else if (status != WRT_OK && err != NULL)
        *err = own;
    return written != WRT_OK ? written : status;
}

wrt_status wrt_live_cassette_record(wrt_live_cassette **out, const char *path,
                                    wrt_live_transport inner, wrt_err *err) {
    *out = NULL;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "ab") : NULL;
    if (file == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot be written", wrt_path_base(path));
    }
    *out = wrt_calloc(1, sizeof **out);
    (*out)->file = file;
    (*out)->inner = inner;
    return WRT_OK;
}

wrt_live_transport wrt_live_cassette_transport(wrt_live_cassette *cassette) {
    return (wrt_live_transport){cassette->file != NULL ? pass_and_record : play, cassette};
}

size_t wrt_live_cassette_unplayed(const wrt_live_cassette *cassette) {
    size_t n = 0;
    for (size_t i = 0; i < cassette->n; i++)
        n += !cassette->records[i].was_played;
    return n;
}

void wrt_live_cassette_free(wrt_live_cassette *cassette) {
    if (cassette == NULL)
        return;
    for (size_t i = 0; i < cassette->n; i++)
        wrt_json_free(cassette->records[i].json);
    free(cassette->records);
    if (cassette->file != NULL)
        (void)fclose(cassette->file);
    free(cassette);
}
