/* egress_check.c: which requests have the right form, and where a URL lies. */
#include "agent/host/egress.h"

#include "base/url.h"

#include <string.h>
#include <strings.h>

/* ---- places */

/* Dots that a server could take as a step up, plain or escaped, and slashes that hide from us. */
static bool climbs(const char *path) {
    static const char *const marks[] = {"/..", "/./", "//", "\\", "%2e", "%2f", "%5c"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strcasestr(path, marks[i]) != NULL)
            return true;
    }
    size_t len = strlen(path);
    return len >= 2 && strcmp(path + len - 2, "/.") == 0;
}

/* The path as it is written: the parser may take dots away, and the text itself must have none. */
static bool has_climbing_path(const char *url) {
    char path[WRT_URL_MAX + 1];
    const char *authority = strstr(url, "://");
    const char *start = authority != NULL ? authority + 3 : url;
    start += strcspn(start, "/?");
    size_t len = strcspn(start, "?");
    if (len >= sizeof path)
        return true;
    memcpy(path, start, len);
    path[len] = '\0';
    return climbs(path);
}

static bool is_same_place(const wrt_url *url, const wrt_url *base) {
    return strcmp(url->scheme, base->scheme) == 0 && strcmp(url->host, base->host) == 0 &&
           url->port == base->port && strncmp(url->path, base->path, strlen(base->path)) == 0;
}

bool wrt_egress_is_beneath(const char *url, const char *prefix) {
    wrt_url there = {0}, base = {0};
    bool is_beneath = wrt_url_parse(&there, url, NULL) == WRT_OK &&
                      wrt_url_parse(&base, prefix, NULL) == WRT_OK &&
                      is_same_place(&there, &base) && !has_climbing_path(url);
    wrt_url_free(&there);
    wrt_url_free(&base);
    return is_beneath;
}

wrt_status wrt_egress_check_destination(const char *destination, wrt_err *err) {
    wrt_url url = {0};
    wrt_err why = {0};
    wrt_status status = WRT_OK;
    if (wrt_url_parse(&url, destination, &why) != WRT_OK)
        return wrt_fail(err, WRT_E_INPUT, "wanted a destination that is a URL: %s", why.message);
    size_t len = strlen(url.path);
    if (strcmp(url.scheme, "https") != 0 && !url.is_loopback)
        status =
            wrt_fail(err, WRT_E_INPUT, "wanted a destination of https, found http to %s", url.host);
    else if (url.query != NULL || url.path[len - 1] != '/' || has_climbing_path(destination))
        status = wrt_fail(err, WRT_E_INPUT,
                          "wanted a destination that ends in '/' and has no query, found another "
                          "at %s",
                          url.host);
    wrt_url_free(&url);
    return status;
}

/* ---- the form of a request */

static bool is_allowed_header(const char *header) {
    static const char *const names[] = {"Accept:", "Accept-Language:", "Content-Type:"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncasecmp(header, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static bool is_line(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return false;
    }
    return true;
}

wrt_status wrt_egress_check_form(const wrt_exchange *exchange, wrt_err *err) {
    bool is_post = strcmp(exchange->method, "POST") == 0;
    if (!is_post && strcmp(exchange->method, "GET") != 0)
        return wrt_fail(err, WRT_E_INPUT, "wanted the method GET or POST");
    if (is_post != (exchange->body != NULL))
        return wrt_fail(err, WRT_E_INPUT, "wanted a body with POST and none with GET");
    WRT_JSON_EACH(header, exchange->headers) {
        if (!is_allowed_header(wrt_json_text(header)) || !is_line(wrt_json_text(header)))
            return wrt_fail(err, WRT_E_INPUT,
                            "wanted no header but Accept, Accept-Language and Content-Type");
    }
    wrt_url url = {0};
    wrt_err why = {0};
    wrt_status status = wrt_url_parse(&url, exchange->url, &why);
    wrt_url_free(&url);
    return status == WRT_OK ? WRT_OK : wrt_fail(err, WRT_E_INPUT, "%s", why.message);
}

/* ---- what it says */

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Escapes of a query or a form; a body of another kind loses nothing that a rule would miss. */
static void add_unescaped(wrt_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        int high = *text == '%' ? hex_value(text[1]) : -1;
        int low = high >= 0 ? hex_value(text[2]) : -1;
        if (low >= 0) {
            wrt_buf_add_char(out, (char)(high * 16 + low));
            text += 2;
        } else {
            wrt_buf_add_char(out, *text == '+' ? ' ' : *text);
        }
    }
}

char *wrt_egress_text(const wrt_exchange *exchange) {
    wrt_buf text = wrt_buf_make(WRT_EXCHANGE_BODY_MAX + WRT_URL_MAX + 2);
    const char *authority = strstr(exchange->url, "://");
    const char *start = authority != NULL ? authority + 3 : exchange->url;
    add_unescaped(&text, start + strcspn(start, "/?"));
    if (exchange->body != NULL) {
        wrt_buf_add_char(&text, '&');
        add_unescaped(&text, exchange->body);
    }
    if (text.len > 0)
        wrt_utf8_make_printable(text.ptr, text.len);
    return wrt_buf_take(&text);
}
