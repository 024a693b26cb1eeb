/* exchange.c: parameters of a form and the end of an answer. */
#include "pubmed/live/exchange.h"

#include <stdio.h>
#include <string.h>

void wrt_live_answer_free(wrt_live_answer *answer) {
    if (answer == NULL)
        return;
    wrt_buf_free(&answer->body);
    *answer = (wrt_live_answer){.retry_after_ms = -1};
}

/* RFC 3986, section 2.3: what needs no escape. */
static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

void wrt_live_add(wrt_buf *out, const char *name, wrt_str value) {
    static const char digits[] = "0123456789ABCDEF";
    if (out->len > 0 && out->ptr[out->len - 1] != '?')
        wrt_buf_add_char(out, '&');
    wrt_buf_add_c(out, name);
    wrt_buf_add_char(out, '=');
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (is_unreserved(value.ptr[i])) {
            wrt_buf_add_char(out, value.ptr[i]);
        } else {
            const char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};
            wrt_buf_add(out, escape, sizeof escape);
        }
    }
}

void wrt_live_add_c(wrt_buf *out, const char *name, const char *value) {
    wrt_live_add(out, name, wrt_str_of(value));
}

void wrt_live_add_int(wrt_buf *out, const char *name, int64_t value) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    wrt_live_add_c(out, name, text);
}
