/* wire.c: reading and writing whole frames on a blocking descriptor. */
#include "agent/host/wire.h"

#include <errno.h>
#include <string.h>
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

/* What follows a header of which `got` bytes were there. */
static wrt_status read_body(wrt_buf *out, int fd, const unsigned char head[WRT_WIRE_HEADER],
                            size_t got, wrt_err *err) {
    unsigned char chunk[16384];
    if (got == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the channel is closed");
    size_t left = wrt_wire_get_length(head);
    if (got < WRT_WIRE_HEADER || left > WRT_WIRE_FRAME_MAX)
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

wrt_status wrt_wire_read(wrt_buf *out, int fd, wrt_err *err) {
    unsigned char head[WRT_WIRE_HEADER] = {0};
    size_t got = read_full(fd, head, sizeof head);
    return read_body(out, fd, head, got, err);
}

/* ---- descriptors beside the bytes */

/* Room for exactly as many descriptors as may come, aligned as the kernel wants it. */
typedef union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int) * WRT_WIRE_DESCRIPTORS_MAX)];
} ancillary;

static void take_descriptors(int *out, size_t *n, struct msghdr *message) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && *n < WRT_WIRE_DESCRIPTORS_MAX; i++, (*n)++)
            memcpy(&out[*n], CMSG_DATA(part) + i * sizeof(int), sizeof(int));
    }
}

wrt_status wrt_wire_read_with(wrt_buf *out, int descriptors[WRT_WIRE_DESCRIPTORS_MAX], size_t *n,
                              int fd, wrt_err *err) {
    unsigned char head[WRT_WIRE_HEADER] = {0};
    ancillary room = {.bytes = {0}};
    struct iovec part = {.iov_base = head, .iov_len = sizeof head};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = room.bytes,
                             .msg_controllen = sizeof room.bytes};
    ssize_t got;
    *n = 0;
    do
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the channel is closed");
    take_descriptors(descriptors, n, &message);
    if ((message.msg_flags & MSG_CTRUNC) != 0) /* the kernel closed those without room */
        return wrt_fail(err, WRT_E_INPUT, "more than %d descriptors", WRT_WIRE_DESCRIPTORS_MAX);
    size_t more = read_full(fd, head + got, sizeof head - (size_t)got);
    return read_body(out, fd, head, (size_t)got + more, err);
}

ssize_t wrt_wire_send_with(int fd, const void *bytes, size_t len, const int *descriptors,
                           size_t n) {
    ancillary room = {.bytes = {0}};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = len};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (n > 0 && n <= WRT_WIRE_DESCRIPTORS_MAX) {
        message.msg_control = room.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * n);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * n);
        memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * n);
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* ---- writing */

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
