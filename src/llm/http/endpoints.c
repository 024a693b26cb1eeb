/* endpoints.c: from a model spec and the environment to addresses and a key; sends nothing.
 *
 * The spec is cut at its first '#' (a model's name) and then at commas. Of an address the scheme,
 * host, port and folder are kept, so that "http://h:1", "http://h:1/" and "http://h:1/v1" are one
 * and the same. */
#include "llm/http/internal.h"

#include "base/arena.h"
#include "base/url.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODEL_MAX = 512, SPEC_MAX = 1 << 16, KEY_MIN = 8 };

/* ---- addresses ------------------------------------------------------------------------------- */

void wrt_endpoints_free(wrt_endpoint *endpoints, size_t n) {
    for (size_t i = 0; endpoints != NULL && i < n; i++) {
        free(endpoints[i].base);
        free(endpoints[i].host);
        free(endpoints[i].model);
        free(endpoints[i].model_shown);
        free(endpoints[i].model_replied);
        free(endpoints[i].build);
        free(endpoints[i].weights);
        free(endpoints[i].file);
        free(endpoints[i].template);
    }
    free(endpoints);
}

/* Length of the path without slashes at its end and without a last folder "v1". */
static size_t folder_length(const char *path) {
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/')
        len--;
    if (len >= 3 && memcmp(path + len - 3, "/v1", 3) == 0)
        len -= 3;
    while (len > 0 && path[len - 1] == '/')
        len--;
    return len;
}

static wrt_status read_address(wrt_endpoint *out, const char *text, wrt_err *err) {
    wrt_url url;
    wrt_status status = wrt_url_parse(&url, text, err);
    if (status != WRT_OK)
        return status;
    if (url.query != NULL) {
        wrt_url_free(&url);
        return wrt_fail(err, WRT_E_INPUT, "the address must not have a query (\"?...\")");
    }
    wrt_buf base = wrt_buf_make(WRT_URL_MAX + WRT_URL_HOST_MAX + 64);
    wrt_buf_printf(&base, "%s://%s:%u%.*s", url.scheme, url.host, url.port,
                   (int)folder_length(url.path), url.path);
    *out = (wrt_endpoint){.base = wrt_buf_take(&base),
                          .host = wrt_strdup(url.host),
                          .port = url.port,
                          .is_loopback = url.is_loopback,
                          .n_context = -1,
                          .n_vocab = -1,
                          .plain_token = -1};
    (void)snprintf(out->name, sizeof out->name, "%.100s:%u", url.host, url.port);
    wrt_url_free(&url);
    return WRT_OK;
}

static wrt_status add_address(wrt_endpoint *endpoints, size_t *n, wrt_str text, wrt_err *err) {
    wrt_endpoint *last = &endpoints[*n];
    char address[WRT_URL_MAX + 2];
    if (text.len > WRT_URL_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "an address has %zu bytes; accepted: 1 to %d", text.len,
                        (int)WRT_URL_MAX);
    (void)snprintf(address, sizeof address, "%.*s", (int)text.len, text.ptr);
    bool is_spelt = wrt_str_starts_with(text, WRT_STR("http://")) ||
                    wrt_str_starts_with(text, WRT_STR("https://"));
    wrt_status status = is_spelt ? read_address(last, address, err)
                                 : wrt_fail(err, WRT_E_INPUT,
                                            "the address must begin with http:// or https://, in "
                                            "small letters");
    if (status != WRT_OK) {
        wrt_err_prefix(err, "server %zu", *n + 1);
        return status;
    }
    *n += 1;
    for (size_t i = 0; i + 1 < *n; i++) {
        if (strcmp(endpoints[i].base, last->base) == 0)
            return wrt_fail(err, WRT_E_INPUT, "server %zu (%s) is the same as server %zu", *n,
                            last->name, i + 1);
    }
    return WRT_OK;
}

static wrt_status read_model(char **out, const char *text, wrt_err *err) {
    wrt_str name = wrt_str_of(text);
    if (name.len == 0 || name.len > MODEL_MAX || !wrt_utf8_valid(name))
        return wrt_fail(err, WRT_E_INPUT,
                        "the model's name behind '#' must be 1 to %d bytes of UTF-8", MODEL_MAX);
    *out = wrt_strdup(text);
    return WRT_OK;
}

static wrt_status read_addresses(wrt_endpoint *endpoints, size_t *n, wrt_str rest, wrt_err *err) {
    wrt_str text;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && wrt_str_cut(&text, &rest, ',')) {
        if (*n == WRT_POOL_ENDPOINTS_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "more than %d servers; accepted: 1 to %d",
                            WRT_POOL_ENDPOINTS_MAX, WRT_POOL_ENDPOINTS_MAX);
        status = add_address(endpoints, n, wrt_str_trim(text), err);
    }
    return status;
}

wrt_status wrt_endpoints_read(wrt_endpoint **out, size_t *n, char **model, const char *spec,
                              wrt_err *err) {
    const char *hash = strchr(spec, '#');
    wrt_str rest = {spec, hash == NULL ? strlen(spec) : (size_t)(hash - spec)};
    wrt_endpoint *endpoints = wrt_calloc(WRT_POOL_ENDPOINTS_MAX, sizeof *endpoints);
    *out = NULL;
    *n = 0;
    *model = NULL;
    wrt_status status =
        rest.len > SPEC_MAX
            ? wrt_fail(err, WRT_E_LIMIT, "the addresses have more than %d bytes", SPEC_MAX)
            : read_addresses(endpoints, n, rest, err);
    if (status == WRT_OK && hash != NULL)
        status = read_model(model, hash + 1, err);
    if (status != WRT_OK) {
        wrt_endpoints_free(endpoints, *n);
        wrt_err_prefix(err, "http:URL[,URL...][#MODEL]");
        return status;
    }
    *out = endpoints;
    return WRT_OK;
}

wrt_status wrt_endpoints_check_offline(const wrt_endpoint *endpoints, size_t n, wrt_err *err) {
    for (size_t i = 0; i < n; i++) {
        if (!endpoints[i].is_loopback)
            return wrt_fail(err, WRT_E_DENIED,
                            "%s is not on this host, and the program is to stay offline; use a "
                            "server on 127.0.0.1 or allow the network",
                            endpoints[i].name);
    }
    return WRT_OK;
}

/* ---- the key --------------------------------------------------------------------------------- */

static const char file_variable[] = "WARRANT_API_KEY_FILE";

/* The first line of an open file, without white space around it. */
static wrt_status read_line(char **out, int file, wrt_err *err) {
    char text[WRT_HTTP_HEADER_BYTES + 1];
    ssize_t len = read(file, text, sizeof text - 1);
    wrt_status status = WRT_OK;
    if (len < 0)
        return wrt_fail(err, WRT_E_CREDENTIAL, "the file that %s names cannot be read: %s",
                        file_variable, strerror(errno));
    wrt_str line;
    wrt_str rest = {text, (size_t)len};
    if (!wrt_str_cut(&line, &rest, '\n') || wrt_str_trim(line).len == 0) {
        status = wrt_fail(err, WRT_E_CREDENTIAL,
                          "the file that %s names holds no key in its first line", file_variable);
    } else {
        line = wrt_str_trim(line);
        *out = wrt_calloc(line.len + 1, 1);
        memcpy(*out, line.ptr, line.len);
    }
    explicit_bzero(text, sizeof text);
    return status;
}

static wrt_status read_key_file(char **out, const char *path, wrt_err *err) {
    struct stat facts;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return wrt_fail(err, WRT_E_CREDENTIAL, "the file that %s names cannot be opened: %s",
                        file_variable, strerror(errno));
    wrt_status status = WRT_OK;
    if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode))
        status = wrt_fail(err, WRT_E_CREDENTIAL, "%s must name a regular file", file_variable);
    else if ((facts.st_mode & 077) != 0)
        status = wrt_fail(err, WRT_E_CREDENTIAL,
                          "the file that %s names may be read by others (mode %03o); set its mode "
                          "to 600",
                          file_variable, (unsigned)facts.st_mode & 0777U);
    else
        status = read_line(out, file, err);
    close(file);
    return status;
}

/* A short text is no key; it would also stand in ordinary words, and could not be kept out of them.
 */
static wrt_status check_length(char **key, const char *variable, wrt_err *err) {
    size_t len = *key == NULL ? 0 : strlen(*key);
    if (len >= KEY_MIN)
        return WRT_OK;
    if (len > 0)
        explicit_bzero(*key, len);
    free(*key);
    *key = NULL;
    return wrt_fail(err, WRT_E_CREDENTIAL, "the key in %s has %zu bytes; accepted: %d or more",
                    variable, len, (int)KEY_MIN);
}

wrt_status wrt_api_key_read(char **out, wrt_err *err) {
    static const char *const variables[] = {"WARRANT_API_KEY", "OPENAI_API_KEY"};
    const char *path = getenv(file_variable);
    *out = NULL;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0') {
            *out = wrt_strdup(value);
            return check_length(out, variables[i], err);
        }
    }
    if (path == NULL || path[0] == '\0')
        return WRT_OK;
    wrt_status status = read_key_file(out, path, err);
    return status == WRT_OK ? check_length(out, file_variable, err) : status;
}

void wrt_api_key_hide(char *text, const char *key) {
    if (key == NULL)
        return;
    size_t len = strlen(key);
    char *at = text;
    for (size_t left = strlen(at); left >= KEY_MIN; at++, left--) {
        size_t same = 0;
        if (memcmp(at, key, KEY_MIN) != 0)
            continue;
        while (same < left && same < len && at[same] == key[same])
            same++;
        memset(at, '*', same);
    }
}

size_t wrt_api_key_find(wrt_str text, const char *key) {
    size_t len = key == NULL ? 0 : strlen(key);
    for (size_t at = 0; len > 0 && at < text.len; at++) {
        size_t left = text.len - at;
        if (memcmp(text.ptr + at, key, left < len ? left : len) == 0)
            return at;
    }
    return text.len;
}
