/* replay.c: a rehearsal of the audited run. */
#include "agent/audit/replay.h"

#include "agent/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_status get_blob(wrt_buf *out, const char *sha256_hex, const void *ctx, wrt_err *err) {
    return wrt_audit_get_blob(out, ctx, sha256_hex, err);
}

/* "event N ..." names the place in the text; the finding has it as a number, too. */
static int64_t seq_of(const char *message) {
    static const char word[] = "event ";
    return strncmp(message, word, sizeof word - 1) == 0
               ? strtoll(message + sizeof word - 1, NULL, 10)
               : -1;
}

static void check_replay(wrt_audit_finding *out, const wrt_json *events,
                         const wrt_audit_source *source, void *ctx) {
    wrt_json *answer = NULL;
    wrt_err err = {0};
    const wrt_blob_source blobs = {get_blob, source};
    (void)ctx;
    wrt_status status = wrt_agent_rehearse(&answer, events, blobs, &err);
    wrt_json_free(answer);
    out->ok = status == WRT_OK;
    out->seq = out->ok ? -1 : seq_of(err.message);
    if (out->ok)
        snprintf(out->detail, sizeof out->detail, "%zu events made again, all the same",
                 wrt_json_count(events));
    else
        snprintf(out->detail, sizeof out->detail, "%s", err.message);
}

const wrt_audit_hook wrt_replay_hook = {6, "replay", check_replay, NULL};
