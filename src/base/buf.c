/* buf.c: a growing byte buffer that knows its cap.
 *
 * Room doubles, bounded by the cap plus one byte for the terminator. Once an append was refused
 * the buffer stays as it is until it is cleared, freed or taken, so a truncated text can never
 * look complete. */
#include "base/buf.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

wrt_buf wrt_buf_make(size_t cap) {
    return (wrt_buf){.cap = cap < SIZE_MAX / 2 ? cap : SIZE_MAX / 2};
}

void wrt_buf_free(wrt_buf *buf) {
    if (buf != NULL) {
        free(buf->ptr);
        *buf = wrt_buf_make(buf->cap);
    }
}

void wrt_buf_clear(wrt_buf *buf) {
    buf->len = 0;
    buf->overflow = false;
    if (buf->ptr != NULL) {
        buf->ptr[0] = '\0';
    }
}

/* Makes room for len more bytes and the terminator; false when the cap refuses them. */
static bool reserve(wrt_buf *buf, size_t len) {
    if (buf->overflow || len > buf->cap - buf->len) {
        buf->overflow = true;
        return false;
    }
    size_t need = buf->len + len + 1;
    if (need > buf->room) {
        size_t room = buf->room < FIRST_ROOM ? FIRST_ROOM : buf->room;
        while (room < need) {
            room *= 2; /* cap <= SIZE_MAX / 2, so the last doubling cannot wrap */
        }
        room = room > buf->cap + 1 ? buf->cap + 1 : room;
        buf->ptr = wrt_realloc(buf->ptr, room);
        buf->room = room;
    }
    return true;
}

void wrt_buf_add(wrt_buf *buf, const void *bytes, size_t len) {
    if (len == 0 || !reserve(buf, len)) {
        return;
    }
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}

void wrt_buf_add_str(wrt_buf *buf, wrt_str text) {
    wrt_buf_add(buf, text.ptr, text.len);
}

void wrt_buf_add_c(wrt_buf *buf, const char *terminated) {
    wrt_buf_add_str(buf, wrt_str_of(terminated));
}

void wrt_buf_add_char(wrt_buf *buf, char byte) {
    wrt_buf_add(buf, &byte, 1);
}

void wrt_buf_printf(wrt_buf *buf, const char *format, ...) {
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        buf->overflow = true;
    } else if (len > 0 && reserve(buf, (size_t)len)) {
        (void)vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

wrt_str wrt_buf_str(const wrt_buf *buf) {
    return buf->len == 0 ? WRT_STR("") : (wrt_str){buf->ptr, buf->len};
}

char *wrt_buf_take(wrt_buf *buf) {
    char *text = buf->ptr != NULL ? buf->ptr : wrt_calloc(1, 1);
    *buf = wrt_buf_make(buf->cap);
    return text;
}
