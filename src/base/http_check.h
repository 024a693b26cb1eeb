/* http_check.h: what a request may hold; for http.c alone. */
#ifndef WRT_BASE_HTTP_CHECK_H
#define WRT_BASE_HTTP_CHECK_H

#include "base/http.h"
#include "base/url.h"

/* Checks everything but the URL, which is already parsed into *url, and fills in the defaults of
 * *request in place. Nothing of the key or of a header's value reaches a message. */
wrt_status wrt_http_check(wrt_http_request *request, const wrt_url *url, wrt_err *err);

/* True when one of the request's headers has this name, without regard to case. */
bool wrt_http_has_header(const wrt_http_request *request, const char *name);

/* Retry-After in milliseconds, 0 to one day, or -1 when the text is neither a number of seconds nor
 * a date. now_unix_ms: the instant that a date is held against; date_unix_s: the date that the
 * text means, -1 when it is none. */
int64_t wrt_http_retry_after(const char *text, int64_t date_unix_s, int64_t now_unix_ms);

/* The first byte and the whole size that a Content-Range in bytes tells (RFC 9110, section 14.4):
 * -1 for a star, -1 for both when the text is anything else. */
void wrt_http_content_range(int64_t *start, int64_t *total, const char *text);

#endif
