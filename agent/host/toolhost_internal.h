/* toolhost_internal.h: what toolhost.c (what is loaded) and toolhost_call.c (calling it) share. */
#ifndef WRT_AGENT_HOST_TOOLHOST_INTERNAL_H
#define WRT_AGENT_HOST_TOOLHOST_INTERNAL_H

#include "agent/host/egress.h"
#include "agent/host/process.h"
#include "agent/host/toolhost.h"
#include "base/hash.h"

typedef struct {
    char *path;
    char sha256[WRT_SHA256_HEX + 1]; /* of the file when it was loaded */
    wrt_json *about;                 /* tool_desc.h */
    bool reads_kg, reads_pubmed;     /* any tool does: the worker gets the file */
    wrt_process process;             /* started at the first call */
} wrt_host_plugin;

typedef struct {
    const wrt_json *about; /* element of about.tools */
    size_t plugin;         /* index */
} wrt_host_tool;

struct wrt_toolhost {
    char *exe, *kg_path, *pubmed_path; /* the latter two may be NULL */
    wrt_egress *egress;
    int64_t timeout_ms;
    wrt_host_plugin *plugins;
    size_t n_plugins;
    wrt_host_tool *tools; /* sorted by name */
    size_t n_tools;
    wrt_json *refusals;
};

/* The tool, or NULL with WRT_E_NOT_FOUND in *err that names the nearest ones. */
const wrt_host_tool *wrt_toolhost_find(const wrt_toolhost *host, const char *name, wrt_err *err);

/* One request to a worker. */
typedef struct {
    wrt_process *process;
    int64_t deadline_ms;     /* monotonic */
    wrt_egress_call *egress; /* what it may ask for meanwhile; NULL: nothing */
} wrt_asking;

/* Asks a plugin's worker: sends the request, forwards log lines, serves its exchanges, gives the
 * answer that follows them. Fails as wrt_process_receive and wrt_egress_serve do; WRT_E_INPUT for
 * an answer that is not strict JSON. After a failure the process is stopped. */
wrt_status wrt_toolhost_ask(wrt_json **answer, const wrt_asking *asking, wrt_json *request,
                            wrt_err *err);

#endif
