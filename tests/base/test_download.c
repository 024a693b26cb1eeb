/* test_download.c: downloads from a loopback server that cuts, changes, redirects and lies. */
#include "base/download.h"
#include "tests/support/loopback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { SIZE = 300000 };

/* What the server does; the handler runs beside the test. */
typedef struct {
    const char *etag;
    size_t cut_after[8]; /* bytes sent of answer n before the connection closes; 0: whole */
    bool ignores_range, lies_about_range;
    int status;            /* instead of 200 */
    const char *locations; /* "/a": a redirect to that, once for each target that is not /file */
    const char *body;      /* instead of the content */
    wrt_cancel *cancel;    /* raised when the answer was cut */
    bool stalls;           /* after the cut */
} server;

typedef struct {
    char folder[64], path[96], url[64];
    char *content;
    char sha256[WRT_SHA256_HEX + 1];
    server does;
    loopback *loopback;
    wrt_download job;
    wrt_download_result got;
    wrt_err err;
    char hops[512];
} fixture;

static char content[SIZE + 1];

static size_t range_of(const loopback_request *request) {
    char *text = loopback_header(request->headers, "Range");
    unsigned long long from = 0;
    if (text != NULL)
        from = strtoull(text + strlen("bytes="), NULL, 10);
    free(text);
    return (size_t)from;
}

static void send_content(loopback_conn *conn, const loopback_request *request, const server *does) {
    const char *body = does->body != NULL ? does->body : content;
    size_t size = strlen(body), from = does->ignores_range ? 0 : range_of(request);
    char head[512];
    if (from > size || (from == size && from > 0)) {
        snprintf(head, sizeof head, "Content-Range: bytes */%zu\r\n", size);
        loopback_respond(conn, 416, head, "text/plain", "");
        return;
    }
    char *if_range = loopback_header(request->headers, "If-Range");
    if (if_range != NULL && (does->etag == NULL || strcmp(if_range, does->etag) != 0))
        from = 0;
    free(if_range);
    size_t cut = request->number < 8 ? does->cut_after[request->number] : 0;
    snprintf(head, sizeof head,
             "HTTP/1.1 %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n",
             from > 0 ? "206 Partial Content" : "200 OK", size - from);
    loopback_send_text(conn, head);
    if (does->etag != NULL) {
        snprintf(head, sizeof head, "ETag: %s\r\n", does->etag);
        loopback_send_text(conn, head);
    }
    if (from > 0) {
        snprintf(head, sizeof head, "Content-Range: bytes %zu-%zu/%zu\r\n",
                 does->lies_about_range ? from + 1 : from, size - 1, size);
        loopback_send_text(conn, head);
    }
    loopback_send_text(conn, "\r\n");
    loopback_send(conn, body + from, cut > 0 ? cut : size - from);
    if (cut > 0 && does->cancel != NULL) {
        loopback_pause(conn, 300);
        wrt_cancel_request(does->cancel);
    }
    if (cut > 0 && does->stalls)
        loopback_stall(conn);
    if (cut > 0)
        loopback_close(conn);
}

static void serve(loopback_conn *conn, const loopback_request *request, void *ctx) {
    const server *does = ctx;
    char header[256];
    if (does->locations != NULL && strcmp(request->target, "/file") != 0) {
        snprintf(header, sizeof header, "Location: %s\r\n", does->locations);
        loopback_respond(conn, 302, header, "text/plain", "");
    } else if (does->status != 0) {
        loopback_respond(conn, does->status, NULL, "text/html", "<p>no</p>");
    } else {
        send_content(conn, request, does);
    }
}

static void note_hop(void *ctx, const char *place) {
    fixture *f = ctx;
    size_t len = strlen(f->hops);
    snprintf(f->hops + len, sizeof f->hops - len, "%s;", place);
}

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    wrt_crypto_init();
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (char)('a' + (i * 7 + i / 1000) % 26);
    wrt_sha256 digest = wrt_sha256_of((wrt_str){content, SIZE});
    wrt_sha256_hex(f->sha256, &digest);
    snprintf(f->folder, sizeof f->folder, "/tmp/wrt-download-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/data.bin", f->folder);
    f->does.etag = "\"v1\"";
    f->loopback = loopback_start(serve, &f->does);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/file", loopback_port(f->loopback));
    f->job = (wrt_download){.url = f->url, .path = f->path, .size = -1, .hop = note_hop, .ctx = f};
    *state = f;
    return 0;
}

static wrt_status count_entry(const char *name, void *ctx) {
    (void)name;
    ++*(int *)ctx;
    return WRT_OK;
}

static int files_in(const fixture *f) {
    int n = 0;
    wrt_dir_each(f->folder, count_entry, &n, NULL);
    return n;
}

static int teardown(void **state) {
    fixture *f = *state;
    char path[128];
    const char *suffixes[] = {"", ".part", ".part.json"};
    loopback_stop(f->loopback);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
        unlink(path);
    }
    rmdir(f->folder);
    free(f);
    return 0;
}

static void expect(fixture *f, wrt_status status) {
    memset(&f->err, 0, sizeof f->err);
    wrt_status got = wrt_download_run(&f->got, &f->job, &f->err);
    if (got != status)
        fail_msg("%d: %s", got, f->err.message);
    assert_null(strstr(f->err.message, f->folder));
}

static void assert_file(const fixture *f) {
    wrt_sha256 digest;
    char hex[WRT_SHA256_HEX + 1];
    assert_int_equal(wrt_sha256_of_file(&digest, f->path, NULL), WRT_OK);
    wrt_sha256_hex(hex, &digest);
    assert_string_equal(hex, f->sha256);
    assert_string_equal(f->got.sha256, f->sha256);
    assert_int_equal(files_in(f), 1);
}

static void assert_sent(fixture *f, unsigned n, const char *name, const char *value) {
    char *headers = loopback_headers(f->loopback, n);
    char *text = loopback_header(headers, name);
    if (value == NULL)
        assert_null(text);
    else
        assert_string_equal(text, value);
    free(text);
    free(headers);
}

/* ---- going well */

static void download_writes_the_whole_file(void **state) {
    fixture *f = *state;
    f->job.sha256 = f->sha256;
    f->job.size = SIZE;
    expect(f, WRT_OK);
    assert_file(f);
    assert_int_equal(f->got.bytes, SIZE);
    assert_int_equal(f->got.attempts, 1);
    assert_sent(f, 0, "Range", NULL);
    expect(f, WRT_OK); /* it is there */
    assert_true(f->got.was_there);
    assert_int_equal(loopback_requests(f->loopback), 1);
}

static void download_goes_on_when_the_connection_is_cut(void **state) {
    fixture *f = *state;
    f->does.cut_after[0] = 100000;
    f->does.cut_after[1] = 50000;
    expect(f, WRT_OK);
    assert_file(f);
    assert_int_equal(f->got.attempts, 3);
    assert_sent(f, 1, "Range", "bytes=100000-");
    assert_sent(f, 1, "If-Range", "\"v1\"");
    assert_sent(f, 2, "Range", "bytes=150000-");
}

static void download_goes_on_in_a_later_run(void **state) {
    fixture *f = *state;
    wrt_cancel cancel = {0};
    f->does.cut_after[0] = 123456;
    f->does.stalls = true;
    f->does.cancel = &cancel;
    f->job.cancel = &cancel;
    expect(f, WRT_E_INTERRUPTED);
    assert_non_null(strstr(f->err.message, "123456 bytes"));
    assert_int_equal(files_in(f), 2);
    f->job.cancel = NULL;
    expect(f, WRT_OK);
    assert_int_equal(f->got.resumed_at, 123456);
    assert_sent(f, 1, "Range", "bytes=123456-");
    assert_file(f);
}

static void download_begins_again_when_the_file_changed(void **state) {
    fixture *f = *state;
    wrt_cancel cancel = {0};
    f->does.cut_after[0] = 123456;
    f->does.stalls = true;
    f->does.cancel = &cancel;
    f->job.cancel = &cancel;
    expect(f, WRT_E_INTERRUPTED);
    f->job.cancel = NULL;
    f->does.etag = "\"v2\"";
    expect(f, WRT_OK);
    assert_sent(f, 1, "If-Range", "\"v1\"");
    assert_file(f);
}

static void download_begins_again_when_ranges_are_not_served(void **state) {
    fixture *f = *state;
    f->does.cut_after[0] = 100000;
    f->does.ignores_range = true;
    expect(f, WRT_OK);
    assert_file(f);
}

static void download_without_a_validator_asks_for_no_range(void **state) {
    fixture *f = *state;
    f->does.etag = NULL;
    f->does.cut_after[0] = 100000;
    expect(f, WRT_OK);
    assert_sent(f, 1, "Range", NULL);
    assert_file(f);
}

static void download_of_what_is_all_there_ends(void **state) {
    fixture *f = *state;
    char part[128], note[128], text[256];
    snprintf(part, sizeof part, "%s.part", f->path);
    snprintf(note, sizeof note, "%s.part.json", f->path);
    snprintf(text, sizeof text, "{\"url\":\"%s\",\"etag\":\"\\\"v1\\\"\",\"total\":%d}", f->url,
             SIZE);
    assert_int_equal(wrt_file_write(part, (wrt_str){content, SIZE}, 0600, NULL), WRT_OK);
    assert_int_equal(wrt_file_write(note, wrt_str_of(text), 0600, NULL), WRT_OK);
    expect(f, WRT_OK);
    assert_sent(f, 0, "Range", "bytes=300000-");
    assert_file(f);
}

static void download_forgets_what_is_of_another_address(void **state) {
    fixture *f = *state;
    char part[128], note[128];
    snprintf(part, sizeof part, "%s.part", f->path);
    snprintf(note, sizeof note, "%s.part.json", f->path);
    assert_int_equal(wrt_file_write(part, WRT_STR("something else"), 0600, NULL), WRT_OK);
    assert_int_equal(
        wrt_file_write(note, WRT_STR("{\"url\":\"https://a/\",\"etag\":\"\"}"), 0600, NULL),
        WRT_OK);
    expect(f, WRT_OK);
    assert_int_equal(f->got.resumed_at, 0);
    assert_file(f);
}

/* ---- redirects */

static void redirects_are_followed_and_told(void **state) {
    fixture *f = *state;
    f->does.locations = "/file";
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/a", loopback_port(f->loopback));
    expect(f, WRT_OK);
    assert_file(f);
    assert_int_equal(f->got.hops, 1);
    char want[64];
    snprintf(want, sizeof want, "http://127.0.0.1:%u;", loopback_port(f->loopback));
    assert_string_equal(f->hops, want);
}

static void redirects_end_after_five(void **state) {
    fixture *f = *state;
    f->does.locations = "/again";
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/a", loopback_port(f->loopback));
    expect(f, WRT_E_UNAVAILABLE);
    assert_non_null(strstr(f->err.message, "more than 5 redirects"));
    assert_int_equal(loopback_requests(f->loopback), 6);
    assert_int_equal(files_in(f), 0);
}

static void a_redirect_to_plain_http_is_refused(void **state) {
    fixture *f = *state;
    f->does.locations = "http://example.invalid/file";
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/a", loopback_port(f->loopback));
    expect(f, WRT_E_INPUT);
    assert_non_null(strstr(f->err.message, "https"));
    assert_string_equal(f->hops, "");
    assert_int_equal(files_in(f), 0);
}

static void loopback_only_asks_no_other_host(void **state) {
    fixture *f = *state;
    f->job.loopback_only = true;
    expect(f, WRT_OK);
    unlink(f->path);
    f->does.locations = "https://example.invalid/file";
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/a", loopback_port(f->loopback));
    expect(f, WRT_E_DENIED);
    f->job.url = "https://example.invalid/file";
    expect(f, WRT_E_DENIED);
    assert_int_equal(files_in(f), 0);
}

static void only_https_and_loopback_are_asked(void **state) {
    fixture *f = *state;
    const char *urls[] = {"http://example.invalid/x", "ftp://127.0.0.1/x", "file://other/x", "x",
                          ""};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        f->job.url = urls[i];
        expect(f, WRT_E_INPUT);
        assert_int_equal(files_in(f), 0);
    }
}

/* ---- going wrong */

static void a_wrong_checksum_or_size_leaves_nothing(void **state) {
    fixture *f = *state;
    char other[WRT_SHA256_HEX + 1];
    memset(other, '0', WRT_SHA256_HEX);
    other[WRT_SHA256_HEX] = '\0';
    f->job.sha256 = other;
    expect(f, WRT_E_INTEGRITY);
    assert_non_null(strstr(f->err.message, f->sha256));
    assert_int_equal(files_in(f), 0);
    f->job.sha256 = NULL;
    f->job.size = SIZE + 1;
    expect(f, WRT_E_INTEGRITY);
    assert_int_equal(files_in(f), 0);
    f->job.size = SIZE - 100;
    expect(f, WRT_E_LIMIT);
    assert_false(wrt_file_exists(f->path));
}

static void an_answer_that_is_no_file_is_named(void **state) {
    fixture *f = *state;
    const struct {
        int status;
        wrt_status want;
    } rows[] = {{404, WRT_E_NOT_FOUND},   {410, WRT_E_NOT_FOUND},   {401, WRT_E_CREDENTIAL},
                {403, WRT_E_CREDENTIAL},  {500, WRT_E_UNAVAILABLE}, {503, WRT_E_UNAVAILABLE},
                {416, WRT_E_UNAVAILABLE}, {204, WRT_E_UNAVAILABLE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char number[16];
        f->does.status = rows[i].status;
        expect(f, rows[i].want);
        snprintf(number, sizeof number, "%d", rows[i].status);
        assert_non_null(strstr(f->err.message, number));
        assert_int_equal(files_in(f), 0);
    }
}

static void a_server_that_always_cuts_is_given_up(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < 8; i++)
        f->does.cut_after[i] = 1000;
    expect(f, WRT_E_UNAVAILABLE);
    assert_int_equal(f->got.attempts, WRT_DOWNLOAD_ATTEMPTS);
    assert_int_equal(files_in(f), 2);
    assert_false(wrt_file_exists(f->path));
}

static void another_part_than_asked_for_is_refused(void **state) {
    fixture *f = *state;
    f->does.cut_after[0] = 1000;
    f->does.lies_about_range = true;
    expect(f, WRT_E_UNAVAILABLE);
    assert_non_null(strstr(f->err.message, "another part"));
}

static void a_pointer_of_git_lfs_is_no_file(void **state) {
    fixture *f = *state;
    f->does.body =
        "version https://git-lfs.github.com/spec/v1\noid sha256:"
        "611f0411ac666be4e0270e54bbca67407e14720bfc3099311f0f5eec25c5a947\nsize 12401407\n";
    expect(f, WRT_E_INPUT);
    assert_non_null(strstr(f->err.message, "LFS"));
    assert_int_equal(files_in(f), 0);
}

static void a_file_that_is_there_is_not_replaced(void **state) {
    fixture *f = *state;
    assert_int_equal(wrt_file_write(f->path, WRT_STR("mine"), 0600, NULL), WRT_OK);
    expect(f, WRT_E_INPUT);
    f->job.sha256 = f->sha256;
    expect(f, WRT_E_INPUT);
    assert_non_null(strstr(f->err.message, "other content"));
    assert_int_equal(loopback_requests(f->loopback), 0);
}

static void two_downloads_of_one_file_do_not_mix(void **state) {
    fixture *f = *state;
    char part[128];
    snprintf(part, sizeof part, "%s.part", f->path);
    FILE *other = fopen(part, "ab");
    assert_int_equal(flock(fileno(other), LOCK_EX | LOCK_NB), 0);
    expect(f, WRT_E_UNAVAILABLE);
    assert_non_null(strstr(f->err.message, "another download"));
    fclose(other);
    expect(f, WRT_OK);
    assert_file(f);
}

/* ---- file:// */

static void a_local_file_is_copied(void **state) {
    fixture *f = *state;
    char from[128], url[256];
    snprintf(from, sizeof from, "%s/a b%%.bin", f->folder);
    assert_int_equal(wrt_file_write(from, (wrt_str){content, SIZE}, 0600, NULL), WRT_OK);
    snprintf(url, sizeof url, "file://%s/a%%20b%%25.bin", f->folder);
    f->job.url = url;
    f->job.sha256 = f->sha256;
    expect(f, WRT_OK);
    unlink(from);
    assert_file(f);
    unlink(f->path);
    expect(f, WRT_E_NOT_FOUND);
    const char *bad[] = {"file:///a%", "file:///a%4", "file:///a%zz", "file:///a%00b", "file://"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        f->job.url = bad[i];
        expect(f, WRT_E_INPUT);
    }
    assert_int_equal(files_in(f), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(download_writes_the_whole_file),
        TEST(download_goes_on_when_the_connection_is_cut),
        TEST(download_goes_on_in_a_later_run),
        TEST(download_begins_again_when_the_file_changed),
        TEST(download_begins_again_when_ranges_are_not_served),
        TEST(download_without_a_validator_asks_for_no_range),
        TEST(download_of_what_is_all_there_ends),
        TEST(download_forgets_what_is_of_another_address),
        TEST(redirects_are_followed_and_told),
        TEST(redirects_end_after_five),
        TEST(a_redirect_to_plain_http_is_refused),
        TEST(loopback_only_asks_no_other_host),
        TEST(only_https_and_loopback_are_asked),
        TEST(a_wrong_checksum_or_size_leaves_nothing),
        TEST(an_answer_that_is_no_file_is_named),
        TEST(a_server_that_always_cuts_is_given_up),
        TEST(another_part_than_asked_for_is_refused),
        TEST(a_pointer_of_git_lfs_is_no_file),
        TEST(a_file_that_is_there_is_not_replaced),
        TEST(two_downloads_of_one_file_do_not_mix),
        TEST(a_local_file_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
