/* toolhost_internal.h: what toolhost.c (what is loaded) and toolhost_call.c (calling it) share. */
#ifndef WRT_AGENT_HOST_TOOLHOST_INTERNAL_H
#define WRT_AGENT_HOST_TOOLHOST_INTERNAL_H

#include "agent/host/egress.h"
#include "agent/host/outputs.h"
#include "agent/host/process.h"
#include "agent/host/score.h"
#include "agent/host/toolhost.h"
#include "base/hash.h"

enum { WRT_HOST_WORKERS_MAX = 4 }; /* of one plugin at a time */

typedef struct {
    char *path;
    char sha256[WRT_SHA256_HEX + 1];            /* of the file when it was loaded */
    wrt_json *about;                            /* tool_desc.h */
    bool reads_kg, reads_pubmed;                /* any tool does: the worker gets the file */
    bool is_trusted;                            /* lies in the folder of the program's own */
    wrt_process process;                        /* started at the first call */
    wrt_process more[WRT_HOST_WORKERS_MAX - 1]; /* for calls made together (together.c) */
} wrt_host_plugin;

typedef struct {
    const wrt_json *about; /* element of about.tools */
    size_t plugin;         /* index */
} wrt_host_tool;

struct wrt_toolhost {
    char *exe, *kg_path, *pubmed_path;      /* the latter two may be NULL */
    char *work_dir, *home_dir, *output_dir; /* any may be NULL */
    bool any_path;                          /* files may lie outside both */
    wrt_egress *egress;
    wrt_llm *llm;                /* borrowed; may be NULL */
    const wrt_json *model_about; /* borrowed; NULL: what the model says of itself */
    wrt_score_guard score_guard;
    int64_t timeout_ms, limit_ms; /* of a call; the latter, of the next ones, 0 for none */
    wrt_host_plugin *plugins;
    size_t n_plugins;
    wrt_host_tool *tools; /* sorted by name */
    size_t n_tools;
    wrt_json *refusals;
};

/* The tool, or NULL with WRT_E_NOT_FOUND in *err that names the nearest ones. */
const wrt_host_tool *wrt_toolhost_find(const wrt_toolhost *host, const char *name, wrt_err *err);

/* One request to a worker, and what it may ask for meanwhile. NULL: nothing of the kind. */
typedef struct {
    wrt_process *process;
    int64_t deadline_ms;   /* monotonic; moves on while the model computes */
    wrt_descriptors files; /* go with the request */
    wrt_egress_call *egress;
    wrt_score_call *score;
    wrt_outputs *outputs;
} wrt_asking;

/* Sends a message with descriptors. WRT_E_LIMIT when it is larger than a frame, else as
 * wrt_process_send_with. */
wrt_status wrt_asking_send(const wrt_asking *asking, const wrt_json *message,
                           wrt_descriptors descriptors, wrt_err *err);

/* Answers a question of the worker, {"seq":current, KIND:{...}}, which waits for it. WRT_E_INPUT:
 * the worker broke the protocol. In service.c. */
wrt_status wrt_service_answer(wrt_asking *asking, const wrt_json *frame, wrt_err *err);

/* Asks a plugin's worker: sends the request, forwards log lines, answers its questions, gives the
 * answer that follows them. Fails as wrt_process_receive and wrt_service_answer do; WRT_E_INPUT for
 * an answer that is not strict JSON. After a failure the process is stopped. */
wrt_status wrt_toolhost_ask(wrt_json **answer, wrt_asking *asking, wrt_json *request, wrt_err *err);

/* One call under way: what its worker may ask for, and what it answered. Not to be moved while it
 * lasts: it points into itself. In toolhost_call.c. */
typedef struct {
    wrt_toolhost *host;
    const wrt_host_tool *tool;
    const wrt_json *args;
    const wrt_files *files; /* NULL: none */
    wrt_process *process;   /* of the tool's plugin */
    int64_t timeout_ms;
    bool is_limited; /* the time is a share of the run's */
    wrt_json *taint;
    wrt_egress_call egress;
    wrt_score_call score;
    wrt_outputs *outputs;
    int descriptors[WRT_FILES_MAX];
    wrt_asking asking;
    wrt_json *request, *answer;
    wrt_status status; /* of starting the worker, then of asking it */
    wrt_err said;
} wrt_host_call;

/* Fills in the time of a call: the host's, or less. */
void wrt_host_call_limit(wrt_host_call *call, int64_t limit_ms);

/* Starts the worker where it does not wait already, and makes the request. `may_ask`: the worker
 * may ask for the network, the model and files to write; else each such question breaks the
 * protocol. Failures are kept in call->status. */
void wrt_host_call_begin(wrt_host_call *call, bool may_ask);

/* Asks the worker and waits for its answer. Touches nothing but the call and its process. */
void wrt_host_call_ask(wrt_host_call *call);

/* The complete result, and the end of the call. Fails only when the host cannot go on. */
wrt_status wrt_host_call_end(wrt_json **result, wrt_host_call *call, wrt_err *err);

#endif
