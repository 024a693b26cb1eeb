/* worker_ask.h: a worker's questions to its host: one at a time, numbered within the call and its
 * kind, each answered before anything else is said. */
#ifndef WRT_AGENT_HOST_WORKER_ASK_H
#define WRT_AGENT_HOST_WORKER_ASK_H

#include "agent/host/plugin_call.h"

typedef enum { WRT_ASK_HTTP, WRT_ASK_SCORE, WRT_ASK_OUTPUT, WRT_ASK_KINDS } wrt_ask_kind;

typedef struct {
    int64_t seq;              /* number of the request that is being answered */
    int64_t n[WRT_ASK_KINDS]; /* questions of each kind asked in it */
    int64_t waited_ms;        /* for the model, which the call's clock does not count */
    bool is_lost;             /* the channel said what no host says: the worker must end */
} wrt_worker_asking;

/* Sends {"seq",KIND:asked}, asked (consumed) with the next number of its kind as "n", and reads the
 * answer: *frame is the whole of it, for the caller to free, and *head its member of that kind. *fd
 * is the descriptor that came with it or -1; fd NULL: none may. A failure sets is_lost. */
wrt_status wrt_worker_ask(wrt_json **frame, const wrt_json **head, int *fd,
                          wrt_worker_asking *asking, wrt_ask_kind kind, wrt_json *asked);

/* Reads the frame of so many bytes that follows the head, even when there is no room for it: the
 * channel must stay in step. out->ptr is memory of the host table, NULL when that is used up. A
 * failure sets is_lost. */
wrt_status wrt_worker_read_body(wrt_str *out, const wrt_host *host, wrt_worker_asking *asking,
                                int64_t bytes);

/* A copy that lives as long as the call; NULL when the call's memory is used up. */
const char *wrt_worker_keep(const wrt_host *host, wrt_str text);

/* ---- the services, as wrt_call_options has them. Texts come from host->alloc. */
int wrt_worker_http(wrt_host_response *out, const wrt_host_request *request, const wrt_host *host,
                    wrt_worker_asking *asking);
int wrt_worker_score(wrt_host_text *out, const wrt_json *questions, const wrt_host *host,
                     wrt_worker_asking *asking);
int wrt_worker_output(int *fd, const char **message, const char *name, const wrt_host *host,
                      wrt_worker_asking *asking);

#endif
