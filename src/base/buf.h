/* buf.h: a growing byte buffer that knows its cap.
 *
 * Every buffer is created with the largest size it may reach. An append that would pass the cap
 * leaves the content as it was and sets `overflow`; appends after that do nothing, so a builder
 * checks once, at the end. The content is always NUL-terminated. */
#ifndef WRT_BASE_BUF_H
#define WRT_BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>

typedef struct {
    char *ptr;     /* NUL-terminated once anything was appended; NULL before */
    size_t len;    /* bytes without the terminator */
    size_t room;   /* bytes allocated */
    size_t cap;    /* len never exceeds this */
    bool overflow; /* an append was refused */
} wrt_buf;

#define WRT_KIB(n) ((size_t)(n) << 10)
#define WRT_MIB(n) ((size_t)(n) << 20)

wrt_buf wrt_buf_make(size_t cap);
void wrt_buf_free(wrt_buf *buf); /* accepts NULL; the buffer may be used again, with its cap */
void wrt_buf_clear(wrt_buf *buf);
void wrt_buf_add(wrt_buf *buf, const void *bytes, size_t len);
void wrt_buf_add_str(wrt_buf *buf, wrt_str text);
void wrt_buf_add_c(wrt_buf *buf, const char *terminated);
void wrt_buf_add_char(wrt_buf *buf, char byte);
void wrt_buf_printf(wrt_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
wrt_str wrt_buf_str(const wrt_buf *buf); /* borrowed view; "" when empty */

/* The content as a NUL-terminated string that the caller frees with free(); the buffer is empty
 * afterwards. Never NULL. */
char *wrt_buf_take(wrt_buf *buf);

#endif
