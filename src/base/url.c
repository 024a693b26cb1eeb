/* url.c: URLs over libcurl's URL interface.
 *
 * The text is first held against a stricter alphabet than libcurl's, then libcurl takes it apart.
 * Invariant: a host that is_loopback calls loopback is reached without a name server, because
 * libcurl answers "localhost" itself and the other forms are addresses. */
#include "base/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

static const char *const SCHEMES[] = {"http", "https"};

/* The part between "://" and the path, or an empty string when text does not begin with one of
 * SCHEMES and "://". */
static wrt_str authority_of(const char *text) {
    for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++) {
        size_t len = strlen(SCHEMES[i]);
        if (strncasecmp(text, SCHEMES[i], len) == 0 && strncmp(text + len, "://", 3) == 0)
            return (wrt_str){text + len + 3, strcspn(text + len + 3, "/?#")};
    }
    return WRT_STR("");
}

static wrt_status check_text(const char *text, wrt_err *err) {
    if (text == NULL)
        return wrt_fail(err, WRT_E_INPUT, "URL: none was given");
    size_t len = strnlen(text, WRT_URL_MAX + 1);
    if (len > WRT_URL_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "URL: longer than %d bytes", WRT_URL_MAX);
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return wrt_fail(err, WRT_E_INPUT,
                            "URL: byte %zu is a space, a control character or not ASCII; "
                            "percent-encode it",
                            i);
    if (strchr(text, '#') != NULL)
        return wrt_fail(err, WRT_E_INPUT, "URL: a fragment (#...) is not accepted");
    wrt_str authority = authority_of(text);
    if (authority.len == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "URL: must begin with http:// or https:// and the name of a host");
    if (memchr(authority.ptr, '@', authority.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "URL: a user or password before the host is not accepted");
    if (memchr(authority.ptr, '%', authority.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT, "URL: percent signs are not accepted in the host");
    return WRT_OK;
}

static bool host_is_loopback(const char *host) {
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) == 1)
        return (ntohl(address.s_addr) >> 24) == 127;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/* A copy of one part of the URL for free(), or NULL when it has none. */
static char *part_of(CURLU *parts, CURLUPart which, unsigned flags) {
    char *text = NULL;
    CURLUcode code = curl_url_get(parts, which, &text, flags);
    if (code == CURLUE_OUT_OF_MEMORY)
        wrt_out_of_memory();
    char *copy = code == CURLUE_OK ? wrt_strdup(text) : NULL;
    curl_free(text);
    return copy;
}

static wrt_status copy_host(wrt_url *out, CURLU *parts, wrt_err *err) {
    char *host = part_of(parts, CURLUPART_HOST, 0);
    size_t len = host != NULL ? strlen(host) : 0;
    wrt_status status = WRT_OK;
    if (len == 0 || len > WRT_URL_HOST_MAX)
        status =
            wrt_fail(err, WRT_E_INPUT, "URL: the host must be 1 to %d bytes", WRT_URL_HOST_MAX);
    for (size_t i = 0; status == WRT_OK && i < len; i++)
        out->host[i] = (char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] - 'A' + 'a' : host[i]);
    out->is_loopback = host_is_loopback(out->host);
    free(host);
    return status;
}

static wrt_status copy_parts(wrt_url *out, CURLU *parts, wrt_err *err) {
    wrt_status status = copy_host(out, parts, err);
    if (status != WRT_OK)
        return status;
    char *scheme = part_of(parts, CURLUPART_SCHEME, 0);
    char *port = part_of(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    int64_t number = 0;
    if (port == NULL || !wrt_str_to_int64(&number, wrt_str_of(port)) || number < 1 ||
        number > 65535)
        status = wrt_fail(err, WRT_E_INPUT, "URL: the port must be 1 to 65535");
    out->port = (unsigned)number;
    (void)snprintf(out->scheme, sizeof out->scheme, "%s", scheme != NULL ? scheme : "");
    out->path = part_of(parts, CURLUPART_PATH, 0);
    out->query = part_of(parts, CURLUPART_QUERY, 0);
    free(scheme);
    free(port);
    return status;
}

static CURLU *new_parts(void) {
    CURLU *parts = curl_url();
    if (parts == NULL)
        wrt_out_of_memory();
    return parts;
}

wrt_status wrt_url_parse(wrt_url *out, const char *text, wrt_err *err) {
    *out = (wrt_url){0};
    wrt_status status = check_text(text, err);
    if (status != WRT_OK)
        return status;
    CURLU *parts = new_parts();
    CURLUcode code = curl_url_set(parts, CURLUPART_URL, text, CURLU_DISALLOW_USER);
    if (code == CURLUE_OUT_OF_MEMORY)
        wrt_out_of_memory();
    else if (code == CURLUE_BAD_PORT_NUMBER)
        status = wrt_fail(err, WRT_E_INPUT, "URL: the port must be 1 to 65535");
    else if (code != CURLUE_OK)
        status = wrt_fail(err, WRT_E_INPUT, "URL: %s", curl_url_strerror(code));
    else
        status = copy_parts(out, parts, err);
    curl_url_cleanup(parts);
    if (status != WRT_OK)
        wrt_url_free(out);
    return status;
}

wrt_status wrt_url_resolve(wrt_url *out, const char *base, const char *reference, wrt_err *err) {
    *out = (wrt_url){0};
    if (strnlen(reference, WRT_URL_MAX + 1) > WRT_URL_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "URL: longer than %d bytes", WRT_URL_MAX);
    wrt_status status = WRT_OK;
    char *text = NULL;
    CURLU *parts = new_parts();
    if (curl_url_set(parts, CURLUPART_URL, base, 0) != CURLUE_OK ||
        curl_url_set(parts, CURLUPART_URL, reference, 0) != CURLUE_OK ||
        curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK ||
        (text = part_of(parts, CURLUPART_URL, 0)) == NULL)
        status = wrt_fail(err, WRT_E_INPUT, "URL: not a valid http or https address");
    else
        status = wrt_url_parse(out, text, err);
    free(text);
    curl_url_cleanup(parts);
    return status;
}

void wrt_url_free(wrt_url *url) {
    if (url == NULL)
        return;
    free(url->path);
    free(url->query);
    *url = (wrt_url){0};
}
