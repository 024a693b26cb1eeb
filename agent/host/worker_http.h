/* worker_http.h: host->http as a worker offers it: a question over the channel, and the answer. */
#ifndef WRT_AGENT_HOST_WORKER_HTTP_H
#define WRT_AGENT_HOST_WORKER_HTTP_H

#include "agent/host/plugin_call.h"

typedef struct {
    int64_t seq;  /* number of the request that is being answered */
    int64_t n;    /* exchanges asked for in it */
    bool is_lost; /* the channel said what no host says: the worker must end */
} wrt_worker_asking;

/* As wrt_call_options.http. Texts of *out come from host->alloc. */
int wrt_worker_http(wrt_host_response *out, const wrt_host_request *request, const wrt_host *host,
                    wrt_worker_asking *asking);

#endif
