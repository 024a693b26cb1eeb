/* wire.h: frames between host and worker: a u32 length, little endian, then so many bytes of JSON.
 *
 * The channel is a socket of its own, never the worker's standard output: a plugin may print.
 * Requests: {"op":"describe","seq"} and {"op":"call","tool","args","timeout_ms","seq"}. Answers:
 * any number of {"log":[level,"text"]}, then one of {"seq","plugin":{...}},
 * {"seq","refusal":"..."},
 * {"seq","result":...} and {"seq","error":{"code","message"}} with the number of the request, so
 * that an answer to an earlier call is never taken for one to a later.
 *
 * Inside a call a worker may ask its host: {"seq","http":{...}}, and waits for {"seq","http":{...}}
 * and, when that says "bytes":N with N > 0, one frame of N raw bytes (exchange.h has both forms).
 * One question at a time, numbered from 1 within the call, and silence until its answer. A frame of
 * any other form, an exchange of another call or out of order, a word before the answer, or more
 * questions than the host will hear end the worker. */
#ifndef WRT_AGENT_HOST_WIRE_H
#define WRT_AGENT_HOST_WIRE_H

#include "base/buf.h"
#include "base/err.h"

enum {
    WRT_WIRE_FRAME_MAX = (16 << 20) + 4096, /* a result of 16 MiB and the member around it */
    WRT_WIRE_HEADER = 4,
    WRT_WIRE_WORKER_FD = 3 /* the channel's descriptor in the worker */
};

void wrt_wire_put_length(unsigned char out[WRT_WIRE_HEADER], size_t len);
size_t wrt_wire_get_length(const unsigned char in[WRT_WIRE_HEADER]);

/* The worker's side: blocking. WRT_E_NOT_FOUND when the other end is closed between frames. */
wrt_status wrt_wire_read(wrt_buf *out, int fd, wrt_err *err);
wrt_status wrt_wire_write(int fd, wrt_str body, wrt_err *err);

#endif
