/* url.h: an http or https URL, taken apart and checked.
 *
 * The grammar is libcurl's own, so what is checked here is what is connected to; what libcurl
 * tolerates beyond RFC 3986 and this program has no use for (other schemes, user:password@,
 * fragments, bytes that must be percent-encoded, escapes in the host) is refused first. */
#ifndef WRT_BASE_URL_H
#define WRT_BASE_URL_H

#include "base/err.h"
#include "base/str.h"

enum { WRT_URL_MAX = 8192, WRT_URL_HOST_MAX = 255 };

typedef struct {
    char scheme[6];                  /* "http" or "https" */
    char host[WRT_URL_HOST_MAX + 1]; /* lower case; an IPv6 address keeps its brackets */
    unsigned port;                   /* 1 to 65535; 80 or 443 when the text names none */
    bool is_loopback;                /* 127.0.0.0/8 in any notation, [::1] or "localhost" */
    char *path;                      /* begins with '/', escapes kept */
    char *query;                     /* without '?', escapes kept; NULL when there is none */
} wrt_url;

/* Takes text of at most WRT_URL_MAX bytes apart. NULL and everything malformed are WRT_E_INPUT,
 * longer texts WRT_E_LIMIT; no message repeats the text, which may hold a secret. On success the
 * caller frees *out with wrt_url_free; on failure it is empty. No host name is looked up. */
wrt_status wrt_url_parse(wrt_url *out, const char *text, wrt_err *err);

/* The URL that reference means on a page at base (RFC 3986, section 5), without its fragment;
 * checked as wrt_url_parse does. */
wrt_status wrt_url_resolve(wrt_url *out, const char *base, const char *reference, wrt_err *err);

void wrt_url_free(wrt_url *url); /* frees path and query; accepts NULL and an empty *url */

#endif
