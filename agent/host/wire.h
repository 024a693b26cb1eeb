/* wire.h: frames between host and worker: a u32 length, little endian, then so many bytes of JSON.
 *
 * The channel is a socket of its own, never the worker's standard output: a plugin may print.
 * Requests: {"op":"describe","seq"} and {"op":"call","tool","args","timeout_ms","seq"}. Answers:
 * any number of {"log":[level,"text"]}, then one of {"seq","plugin":{...}},
 * {"seq","refusal":"..."},
 * {"seq","result":...} and {"seq","error":{"code","message"}} with the number of the request, so
 * that an answer to an earlier call is never taken for one to a later.
 *
 * Inside a call a worker may ask its host: {"seq","http":{...}}, {"seq","score":{...}} or
 * {"seq","output":{...}}, and waits for an answer under the same key and, when that says "bytes":N
 * with N > 0, one frame of N raw bytes (exchange.h, score.h and outputs.h have the forms). One
 * question at a time, numbered from 1 within the call and its kind, and silence until its answer. A
 * frame of any other form, a question of another call or out of order, a word before the answer, or
 * more questions than the host will hear end the worker.
 *
 * Descriptors travel with the first byte of a frame from host to worker, never the other way: those
 * of "files" in a call (files.h), and one with the answer to an output. As many as the frame says
 * must be there; the filter of system calls lets a worker receive on this channel only. */
#ifndef WRT_AGENT_HOST_WIRE_H
#define WRT_AGENT_HOST_WIRE_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

enum {
    WRT_WIRE_FRAME_MAX = (16 << 20) + 4096, /* a result of 16 MiB and the member around it */
    WRT_WIRE_HEADER = 4,
    WRT_WIRE_WORKER_FD = 3, /* the channel's descriptor in the worker */
    WRT_WIRE_DESCRIPTORS_MAX = 8
};

void wrt_wire_put_length(unsigned char out[WRT_WIRE_HEADER], size_t len);
size_t wrt_wire_get_length(const unsigned char in[WRT_WIRE_HEADER]);

/* The worker's side: blocking. WRT_E_NOT_FOUND when the other end is closed between frames. */
wrt_status wrt_wire_read(wrt_buf *out, int fd, wrt_err *err);
wrt_status wrt_wire_write(int fd, wrt_str body, wrt_err *err);

/* As wrt_wire_read on a socket, with the descriptors that came along: *n of them, each the caller's
 * to close, also after a failure. WRT_E_INPUT when there were more than fit. */
wrt_status wrt_wire_read_with(wrt_buf *out, int descriptors[WRT_WIRE_DESCRIPTORS_MAX], size_t *n,
                              int fd, wrt_err *err);

/* The host's side: sends some of len bytes with n descriptors, without waiting; as send(2). */
ssize_t wrt_wire_send_with(int fd, const void *bytes, size_t len, const int *descriptors, size_t n);

#endif
