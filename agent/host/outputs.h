/* outputs.h: files that a tool writes, and the host keeps.
 *
 * A worker opens no file for writing. A tool with WRT_TOOL_WRITES asks its host for a file of a
 * name; the host makes one beside the others in DIR/outputs, hands over a descriptor that writes
 * and nothing else, and after the call, when nobody is left who could write, hashes it and moves it
 * to DIR/outputs/<sha256>/<name>. Of a call that failed nothing is kept.
 *
 * As it crosses the channel. Asked: {"n","name"}, n counting from 1 within the call. Answered:
 * {"n","given":true} with one descriptor, or {"n","refused":CODE,"message"}. */
#ifndef WRT_AGENT_HOST_OUTPUTS_H
#define WRT_AGENT_HOST_OUTPUTS_H

#include "base/err.h"
#include "base/json.h"

enum {
    WRT_OUTPUTS_MAX = 8,              /* of one call */
    WRT_OUTPUTS_ASKED_MAX = 100,      /* a worker that goes on asking is killed */
    WRT_OUTPUTS_NAME_MAX = 100,       /* bytes */
    WRT_OUTPUTS_BYTES_MAX = 256 << 20 /* of one file */
};

typedef struct wrt_outputs wrt_outputs; /* of one call */

/* dir: the folder DIR/outputs, made when it is first needed; NULL: nobody keeps files. */
wrt_outputs *wrt_outputs_new(const char *dir, const wrt_json *tool);
/* Accepts NULL. What was not kept is gone. */
void wrt_outputs_free(wrt_outputs *outputs);

bool wrt_outputs_is_name(const char *name);
size_t wrt_outputs_count(const wrt_outputs *outputs); /* given so far; accepts NULL */

/* Answers, or refuses, one question: *head is what the worker is told, and *fd the descriptor to
 * hand over (the object's own) or -1. WRT_E_INPUT: the worker broke the protocol. Caller frees
 * *head in every case. */
wrt_status wrt_outputs_serve(wrt_json **head, int *fd, wrt_outputs *outputs, const wrt_json *asked,
                             wrt_err *err);

/* Keeps all of them; whoever could write must have ended. *list is [{"name","bytes","sha256",
 * "path"}], path beginning with "outputs/". WRT_E_LIMIT names a file that is too large,
 * WRT_E_FAILED what the disk did. Caller frees. O(bytes). */
wrt_status wrt_outputs_keep(wrt_json **list, wrt_outputs *outputs, wrt_err *err);

#endif
