/* wire.c: reading and writing whole frames on a blocking descriptor. */
#include "agent/host/wire.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

void wrt_wire_put_length(unsigned char out[WRT_WIRE_HEADER], size_t len) {
    for (size_t i = 0; i < WRT_WIRE_HEADER; i++)
        out[i] = (unsigned char)(len >> (8 * i) & 0xFF);
}

size_t wrt_wire_get_length(const unsigned char in[WRT_WIRE_HEADER]) {
    size_t len = 0;
    for (size_t i = 0; i < WRT_WIRE_HEADER; i++)
        len |= (size_t)in[i] << (8 * i);
    return len;
}

/* Bytes read: fewer than len at the end of the stream or on an error. */
static size_t read_full(int fd, unsigned char *out, size_t len) {
    size_t got = 0;
    while (got < len) {
        ssize_t n = read(fd, out + got, len - got);
        if (n > 0)
            got += (size_t)n;
        else if (n == 0 || errno != EINTR)
            break;
    }
    return got;
}

wrt_status wrt_wire_read(wrt_buf *out, int fd, wrt_err *err) {
    unsigned char head[WRT_WIRE_HEADER], chunk[16384];
    size_t got = read_full(fd, head, sizeof head);
    if (got == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the channel is closed");
    size_t left = wrt_wire_get_length(head);
    if (got < sizeof head || left > WRT_WIRE_FRAME_MAX)
        return wrt_fail(err, WRT_E_INPUT, "malformed frame header");
    while (left > 0) {
        size_t want = left < sizeof chunk ? left : sizeof chunk;
        if (read_full(fd, chunk, want) < want)
            return wrt_fail(err, WRT_E_INPUT, "the channel was closed inside a frame");
        wrt_buf_add(out, chunk, want);
        left -= want;
    }
    if (out->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "frame is larger than the buffer");
    return WRT_OK;
}

static bool write_full(int fd, const void *bytes, size_t len) {
    const char *at = bytes;
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}

wrt_status wrt_wire_write(int fd, wrt_str body, wrt_err *err) {
    unsigned char head[WRT_WIRE_HEADER];
    if (body.len > WRT_WIRE_FRAME_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "frame of %zu bytes, at most %d", body.len,
                        WRT_WIRE_FRAME_MAX);
    wrt_wire_put_length(head, body.len);
    if (!write_full(fd, head, sizeof head) || !write_full(fd, body.ptr, body.len))
        return wrt_fail(err, WRT_E_FAILED, "the channel is closed");
    return WRT_OK;
}
