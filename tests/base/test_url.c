/* test_url.c: URLs taken apart; expected parts by RFC 3986, hosts by inet_aton(3) notation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/url.h"

#include <stdio.h>
#include <string.h>

static void url_parse_returns_parts_when_text_is_valid(void **state) {
    (void)state;
    static const struct {
        const char *text, *scheme, *host, *path, *query;
        unsigned port;
        bool is_loopback;
    } rows[] = {
        {"http://127.0.0.1:8080/v1?x=1", "http", "127.0.0.1", "/v1", "x=1", 8080, true},
        {"https://api.example.org/v1/chat", "https", "api.example.org", "/v1/chat", NULL, 443,
         false},
        {"http://example.org", "http", "example.org", "/", NULL, 80, false},
        {"HTTP://EXAMPLE.org:81/A%2fb", "http", "example.org", "/A%2fb", NULL, 81, false},
        {"https://h/?q=a@b:c/d", "https", "h", "/", "q=a@b:c/d", 443, false},
        {"http://localhost:65535/", "http", "localhost", "/", NULL, 65535, true},
        {"http://LocalHost/", "http", "localhost", "/", NULL, 80, true},
        {"http://[::1]:1/", "http", "[::1]", "/", NULL, 1, true},
        {"http://127.255.255.254/", "http", "127.255.255.254", "/", NULL, 80, true},
        /* Other notations of 127.0.0.1 are connected to as such, so they count as such. */
        {"http://127.1/", "http", "127.0.0.1", "/", NULL, 80, true},
        {"http://0x7f000001/", "http", "127.0.0.1", "/", NULL, 80, true},
        {"http://2130706433/", "http", "127.0.0.1", "/", NULL, 80, true},
        {"http://017700000001/", "http", "127.0.0.1", "/", NULL, 80, true},
        /* Names and addresses that only look like it. */
        {"http://127.0.0.1.example.org/", "http", "127.0.0.1.example.org", "/", NULL, 80, false},
        {"http://localhost.example.org/", "http", "localhost.example.org", "/", NULL, 80, false},
        {"http://localhost./", "http", "localhost.", "/", NULL, 80, false},
        {"http://128.0.0.1/", "http", "128.0.0.1", "/", NULL, 80, false},
        {"http://0.0.0.0/", "http", "0.0.0.0", "/", NULL, 80, false},
        {"http://[::ffff:127.0.0.1]/", "http", "[::ffff:127.0.0.1]", "/", NULL, 80, false},
        {"http://[fe80::1]/", "http", "[fe80::1]", "/", NULL, 80, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_url url;
        wrt_err err = {0};
        if (wrt_url_parse(&url, rows[i].text, &err) != WRT_OK)
            fail_msg("%s: %s", rows[i].text, err.message);
        assert_string_equal(url.scheme, rows[i].scheme);
        assert_string_equal(url.host, rows[i].host);
        assert_string_equal(url.path, rows[i].path);
        if (rows[i].query == NULL)
            assert_null(url.query);
        else
            assert_string_equal(url.query, rows[i].query);
        assert_int_equal(url.port, rows[i].port);
        if (url.is_loopback != rows[i].is_loopback)
            fail_msg("%s: is_loopback is %d", rows[i].text, url.is_loopback);
        wrt_url_free(&url);
    }
}

static void url_parse_refuses_what_it_does_not_know(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "must begin with http:// or https://"},
        {"example.org/", "must begin with"},
        {"http:/example.org/", "must begin with"},
        {"http:///example.org/", "must begin with"},
        {"http://", "must begin with"},
        {"http://?q", "must begin with"},
        {"httpx://example.org/", "must begin with"},
        {"ftp://example.org/", "must begin with"},
        {"file:///etc/passwd", "must begin with"},
        {"gopher://127.0.0.1:70/", "must begin with"},
        {"javascript:alert(1)", "must begin with"},
        {"http://user:secret@example.org/", "user or password"},
        {"http://user@example.org/", "user or password"},
        {"http://127.0.0.1@example.org/", "user or password"},
        {"http://@example.org/", "user or password"},
        {"http://example.org/#top", "fragment"},
        {"http://127.0.0.1#@example.org/", "fragment"},
        {"http://example.org/a b", "byte 20"},
        {" http://example.org/", "byte 0"},
        {"http://example.org/\r\nX: y", "byte 19"},
        {"http://example.org\t/", "byte 18"},
        {"http://example.org/\x7f", "byte 19"},
        {"http://ex\xc3\xa4mple.org/", "byte 9"},
        {"http://%31%32%37.0.0.1/", "percent"},
        {"http://[fe80::1%25eth0]/", "percent"},
        {"http://example.org:0/", "port must be 1 to 65535"},
        {"http://example.org:65536/", "port must be 1 to 65535"},
        {"http://example.org:-1/", "port must be 1 to 65535"},
        {"http://example.org:8o/", "port must be 1 to 65535"},
        {"http://example.org\\@evil.example/", "user or password"},
        {"http://exa\\mple.org/", "URL: "},
        {"http://exa<mple.org/", "URL: "},
        {"http://[::1/", "URL: "},
        {"http://[::g]/", "URL: "},
        {"http://:80/", "URL: "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_url url;
        wrt_err err = {0};
        if (wrt_url_parse(&url, rows[i].text, &err) != WRT_E_INPUT)
            fail_msg("%s was not refused: host %s", rows[i].text, url.host);
        if (strstr(err.message, rows[i].says) == NULL)
            fail_msg("%s: %s", rows[i].text, err.message);
        assert_null(strstr(err.message, "secret"));
        assert_null(url.path);
        assert_int_equal(url.port, 0);
    }
    wrt_url url;
    assert_int_equal(wrt_url_parse(&url, NULL, NULL), WRT_E_INPUT);
}

static void url_parse_refuses_long_texts_and_hosts(void **state) {
    (void)state;
    static char text[WRT_URL_MAX + 2];
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "http://h/", 9);
    wrt_url url;
    assert_int_equal(wrt_url_parse(&url, text, NULL), WRT_E_LIMIT);
    text[WRT_URL_MAX] = '\0';
    assert_int_equal(wrt_url_parse(&url, text, NULL), WRT_OK);
    assert_int_equal(strlen(url.path), WRT_URL_MAX - 8);
    wrt_url_free(&url);
    memcpy(text, "http://ha", 9);
    text[7 + 256] = '\0';
    assert_int_equal(wrt_url_parse(&url, text, NULL), WRT_E_INPUT);
    text[7 + 255] = '\0';
    assert_int_equal(wrt_url_parse(&url, text, NULL), WRT_OK);
    assert_int_equal(strlen(url.host), 255);
    wrt_url_free(&url);
}

/* References of RFC 3986, section 5.4, and those a redirect may hold. */
static void url_resolve_follows_rfc_3986(void **state) {
    (void)state;
    static const struct {
        const char *reference, *host, *path;
        unsigned port;
    } rows[] = {
        {"g", "a", "/b/c/g", 80}, {"../g", "a", "/b/g", 80},
        {"/g", "a", "/g", 80},    {"/g#s", "a", "/g", 80},
        {"//g/", "g", "/", 80},   {"https://other.example:444/x#s", "other.example", "/x", 444},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_url url;
        wrt_err err = {0};
        if (wrt_url_resolve(&url, "http://a/b/c/d?q", rows[i].reference, &err) != WRT_OK)
            fail_msg("%s: %s", rows[i].reference, err.message);
        assert_string_equal(url.host, rows[i].host);
        assert_string_equal(url.path, rows[i].path);
        assert_int_equal(url.port, rows[i].port);
        wrt_url_free(&url);
    }
    static const char *const bad[] = {"file:///etc/passwd", "ftp://a/", "http://u:p@a/",
                                      "javascript:1", "http://a:0/"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        wrt_url url;
        if (wrt_url_resolve(&url, "http://a/b/c/d?q", bad[i], NULL) != WRT_E_INPUT)
            fail_msg("%s was taken as %s", bad[i], url.host);
    }
}

static void url_free_accepts_null_and_empty(void **state) {
    (void)state;
    wrt_url url = {0};
    wrt_url_free(&url);
    wrt_url_free(NULL);
    assert_null(url.path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_parse_returns_parts_when_text_is_valid),
        cmocka_unit_test(url_parse_refuses_what_it_does_not_know),
        cmocka_unit_test(url_parse_refuses_long_texts_and_hosts),
        cmocka_unit_test(url_resolve_follows_rfc_3986),
        cmocka_unit_test(url_free_accepts_null_and_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
