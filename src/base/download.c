/* download.c: see download.h. One round is one request, for a redirect or for bytes; an attempt is
 * the rounds from the first address to the end of the bytes or to a cut. */
#include "base/download.h"

#include "base/arena.h"
#include "base/download_part.h"
#include "base/file.h"
#include "base/http.h"
#include "base/url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RANGE_HEADER_MAX = 64, COPY_PIECE = 1 << 16 };

typedef struct {
    const wrt_download *job;
    wrt_download_result *out;
    wrt_http *http;
    wrt_part part;
    wrt_http_response answer;
    bool is_begun; /* the answer's headers were judged */
    wrt_err *err;
} fetch;

static wrt_status interrupted(const fetch *f, wrt_err *err) {
    return wrt_fail(err, WRT_E_INTERRUPTED,
                    "%s: interrupted after %llu bytes: run it again to go on",
                    wrt_path_base(f->job->path), (unsigned long long)f->part.bytes);
}

static void report(const fetch *f, int64_t total) {
    if (f->job->progress != NULL)
        f->job->progress(f->job->ctx, f->part.bytes, total);
}

/* ---- one answer */

/* Where the bytes of this answer go: behind those that are there, or in their place. */
static wrt_status begin_answer(fetch *f) {
    const wrt_http_response *answer = &f->answer;
    f->is_begun = true;
    if (answer->status == 206) {
        if (answer->range_start >= 0 && (uint64_t)answer->range_start == f->part.bytes)
            return WRT_OK;
        return wrt_fail(f->err, WRT_E_UNAVAILABLE,
                        "%s: the server sent another part than the one asked for",
                        wrt_path_base(f->job->path));
    }
    wrt_status status = wrt_part_restart(&f->part, f->err);
    if (status == WRT_OK)
        status = wrt_part_note(&f->part, f->job, answer, f->err);
    return status;
}

static wrt_status on_data(wrt_str piece, void *ctx) {
    fetch *f = ctx;
    wrt_status status = f->is_begun ? WRT_OK : begin_answer(f);
    if (status == WRT_OK)
        status = wrt_part_write(&f->part, piece, f->err);
    if (status == WRT_OK)
        report(f, f->part.total);
    return status;
}

static wrt_status ask(fetch *f, const char *url, wrt_err *err) {
    char range[RANGE_HEADER_MAX], if_range[WRT_HTTP_TAG_MAX + 16];
    const char *headers[2] = {range, if_range}, *validator = wrt_part_validator(&f->part);
    wrt_http_request request = {.url = url,
                                .headers = headers,
                                .timeout_ms = WRT_HTTP_TIME_MAX_MS,
                                .max_bytes = f->job->size >= 0 ? (size_t)f->job->size + 1
                                                               : WRT_HTTP_STREAM_MAX,
                                .keeps_redirects = true,
                                .cancel = f->job->cancel,
                                .on_data = on_data,
                                .ctx = f};
    /* Without a validator only a known checksum tells whether the two parts fit. */
    if (f->part.bytes > 0 && (validator != NULL || f->job->sha256 != NULL)) {
        snprintf(range, sizeof range, "Range: bytes=%llu-", (unsigned long long)f->part.bytes);
        snprintf(if_range, sizeof if_range, "If-Range: %s", validator != NULL ? validator : "");
        request.n_headers = validator != NULL ? 2 : 1;
    }
    f->is_begun = false;
    f->err = err;
    wrt_http_response_free(&f->answer);
    return wrt_http_perform(&f->answer, f->http, &request, err);
}

/* ---- redirects */

static wrt_status check_place(wrt_url *to, const fetch *f, const char *url, bool from_loopback,
                              wrt_err *err) {
    wrt_status status = wrt_url_parse(to, url, err);
    if (status != WRT_OK)
        return status;
    bool is_https = strcmp(to->scheme, "https") == 0;
    if (f->job->loopback_only && !to->is_loopback) {
        status = wrt_fail(err, WRT_E_DENIED, "%s: not asked, because only this machine may be",
                          to->host);
        wrt_url_free(to);
        return status;
    }
    if (is_https ? to->is_loopback && !from_loopback : !(to->is_loopback && from_loopback)) {
        status = wrt_fail(err, WRT_E_INPUT, "%s://%s: %s", to->scheme, to->host,
                          to->is_loopback ? "a redirect to this machine is not followed"
                                          : "files come over https, not http");
        wrt_url_free(to);
    }
    return status;
}

/* Replaces *url by the address that the answer points to. */
static wrt_status follow(char **url, fetch *f, wrt_err *err) {
    wrt_url from, to;
    if (f->out->hops == WRT_DOWNLOAD_HOPS)
        return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: more than %d redirects",
                        wrt_path_base(f->job->path), WRT_DOWNLOAD_HOPS);
    wrt_status status = wrt_url_parse(&from, *url, err);
    if (status != WRT_OK)
        return status;
    status = check_place(&to, f, f->answer.location, from.is_loopback, err);
    wrt_url_free(&from);
    if (status != WRT_OK)
        return status;
    wrt_buf place = wrt_buf_make(WRT_KIB(1));
    wrt_buf_printf(&place, "%s://%s:%u", to.scheme, to.host, to.port);
    if (f->job->hop != NULL)
        f->job->hop(f->job->ctx, wrt_buf_str(&place).ptr);
    wrt_buf_free(&place);
    wrt_url_free(&to);
    f->out->hops++;
    free(*url);
    *url = f->answer.location;
    f->answer.location = NULL;
    return WRT_OK;
}

/* ---- one attempt */

static wrt_status fail_status(const fetch *f, const char *url, wrt_err *err) {
    long code = f->answer.status;
    wrt_url place = {.port = 0};
    wrt_status status = code == 404 || code == 410   ? WRT_E_NOT_FOUND
                        : code == 401 || code == 403 ? WRT_E_CREDENTIAL
                                                     : WRT_E_UNAVAILABLE;
    if (wrt_url_parse(&place, url, err) != WRT_OK)
        return err != NULL ? err->code : WRT_E_INPUT;
    wrt_fail(err, status, "%s: answered %ld: %s", place.host, code,
             status == WRT_E_NOT_FOUND    ? "there is no such file, or it has moved"
             : status == WRT_E_CREDENTIAL ? "the file is not public"
                                          : "try again later");
    wrt_url_free(&place);
    return status;
}

/* After a whole answer: *again asks for another round from the same address. */
static wrt_status judge(bool *again, fetch *f, const char *url, wrt_err *err) {
    const wrt_http_response *answer = &f->answer;
    if (answer->status == 200 || answer->status == 206)
        return f->is_begun ? WRT_OK : begin_answer(f); /* an empty file */
    if (answer->status != 416)
        return fail_status(f, url, err);
    if (answer->range_total >= 0 && (uint64_t)answer->range_total == f->part.bytes)
        return WRT_OK; /* everything was there */
    *again = f->part.bytes > 0;
    return *again ? wrt_part_restart(&f->part, err) : fail_status(f, url, err);
}

static wrt_status attempt(fetch *f, wrt_err *err) {
    char *url = wrt_strdup(f->job->url);
    wrt_status status = WRT_OK;
    f->out->hops = 0;
    for (bool again = true; again && status == WRT_OK;) {
        again = false;
        status = ask(f, url, err);
        if (status == WRT_OK && f->answer.location != NULL) {
            status = follow(&url, f, err);
            again = true;
        } else if (status == WRT_OK) {
            status = judge(&again, f, url, err);
        }
    }
    free(url);
    return status;
}

/* Attempts go on while each brings bytes. */
static wrt_status fetch_http(fetch *f, wrt_err *err) {
    wrt_url place;
    wrt_status status = check_place(&place, f, f->job->url, true, err);
    if (status != WRT_OK)
        return status;
    wrt_url_free(&place);
    status = wrt_http_new(&f->http, err);
    for (uint64_t before = 0; status == WRT_OK;) {
        before = f->part.bytes;
        f->out->attempts++;
        wrt_status got = attempt(f, err);
        if (got == WRT_OK)
            break;
        fflush(f->part.file);
        if (got != WRT_E_UNAVAILABLE || f->part.bytes <= before ||
            f->out->attempts == WRT_DOWNLOAD_ATTEMPTS)
            status = got == WRT_E_INTERRUPTED ? interrupted(f, err) : got;
    }
    wrt_http_response_free(&f->answer);
    wrt_http_free(f->http);
    return status;
}

/* ---- file:// */

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The path of "file:///..." or "file://localhost/...", for free(); NULL when it is neither. */
static char *local_path(const char *url) {
    const char *at = url + strlen("file://");
    if (strncmp(at, "localhost/", 10) == 0)
        at += strlen("localhost");
    if (*at != '/')
        return NULL;
    wrt_buf path = wrt_buf_make(WRT_URL_MAX);
    bool ok = true;
    for (; *at != '\0' && ok; at++) {
        int high = at[0] == '%' ? hex_value(at[1]) : 0, low = -1;
        if (at[0] == '%' && high >= 0)
            low = hex_value(at[2]);
        ok = at[0] != '%' || (low >= 0 && high * 16 + low > 0);
        wrt_buf_add_char(&path, at[0] == '%' ? (char)(high * 16 + low) : at[0]);
        at += ok && at[0] == '%' ? 2 : 0;
    }
    char *text = wrt_buf_take(&path);
    if (ok)
        return text;
    free(text);
    return NULL;
}

static wrt_status copy_file(fetch *f, const char *path, wrt_err *err) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return wrt_fail(err, errno == ENOENT ? WRT_E_NOT_FOUND : WRT_E_FAILED,
                        "%s: cannot be read: %s", wrt_path_base(path), strerror(errno));
    char *piece = wrt_calloc(COPY_PIECE, 1);
    wrt_status status = wrt_part_restart(&f->part, err);
    size_t got = 0;
    while (status == WRT_OK && (got = fread(piece, 1, COPY_PIECE, file)) > 0) {
        status = wrt_cancel_requested(f->job->cancel)
                     ? interrupted(f, err)
                     : wrt_part_write(&f->part, (wrt_str){piece, got}, err);
        report(f, f->job->size);
    }
    if (status == WRT_OK && ferror(file))
        status = wrt_fail(err, WRT_E_FAILED, "%s: cannot be read", wrt_path_base(path));
    free(piece);
    fclose(file);
    return status;
}

static wrt_status fetch_file(fetch *f, wrt_err *err) {
    char *path = local_path(f->job->url);
    if (path == NULL)
        return wrt_fail(err, WRT_E_INPUT, "a file address reads file:///FOLDER/FILE");
    f->out->attempts = 1;
    wrt_status status = copy_file(f, path, err);
    free(path);
    return status;
}

/* ---- all of it */

static wrt_status check_there(wrt_download_result *out, const wrt_download *job, wrt_err *err) {
    wrt_sha256 digest;
    if (!wrt_file_exists(job->path))
        return WRT_OK;
    if (job->sha256 != NULL && wrt_sha256_of_file(&digest, job->path, NULL) == WRT_OK) {
        wrt_sha256_hex(out->sha256, &digest);
        out->was_there = strcmp(out->sha256, job->sha256) == 0;
    }
    if (out->was_there)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "%s is there already%s: remove it, or name another file with -o",
                    wrt_path_base(job->path), job->sha256 != NULL ? " with other content" : "");
}

wrt_status wrt_download_run(wrt_download_result *out, const wrt_download *job, wrt_err *err) {
    *out = (wrt_download_result){.bytes = 0};
    fetch f = {.job = job, .out = out};
    wrt_crypto_init();
    wrt_status status = check_there(out, job, err);
    if (status != WRT_OK || out->was_there)
        return status;
    if ((status = wrt_part_open(&f.part, job, err)) != WRT_OK)
        return status;
    out->resumed_at = f.part.bytes;
    bool is_file = strncmp(job->url, "file://", 7) == 0;
    status = is_file ? fetch_file(&f, err) : fetch_http(&f, err);
    if (status == WRT_OK)
        status = wrt_part_finish(out, &f.part, job, err);
    if (status != WRT_OK && f.part.bytes == 0)
        wrt_part_remove(&f.part);
    wrt_part_close(&f.part);
    return status;
}
