/* reach.h: what the tool of one step reaches beyond its worker, the network and the language model:
 * decided and recorded.
 *
 * Each exchange is a decision of phase tool_call that has a destination, then an event
 * "http.request" {"step","tool","decision","n","method","url","headers","body"|null} before it is
 * sent, then "http.response" {"step","tool","n", and "status","content_type","bytes","blob" or
 * "refused","message"}. No key is in either, and the blob holds the very bytes the tool read, so
 * that its call can be made again without a network.
 *
 * Each batch of questions to the model is a decision of phase llm_request for every place its text
 * would go to, then an event "llm.request" {"step","tool","decisions":[ids],"n","count",
 * "questions" or "blob"} before it is asked, then "llm.response" {"step","tool","n", and "bytes"
 * with "scores" or "blob", or "refused","message"}; the scores are the very text the tool read. */
#ifndef WRT_AGENT_ACT_REACH_H
#define WRT_AGENT_ACT_REACH_H

#include "agent/host/egress.h"
#include "agent/host/score.h"
#include "agent/turn.h"

typedef struct {
    wrt_turn *turn;
    const char *step, *tool;
    const wrt_json *args;
    const wrt_json *args_taint; /* of the call; NULL: unknown */
} wrt_reach;

/* The guard of one call; `reach` must outlive it. The run's counters gain "http.calls",
 * "http.sent_bytes" and "http.received_bytes", which limit rules may read. */
wrt_egress_guard wrt_reach_guard(wrt_reach *reach);

/* The same for the model: "llm.calls" (batches), "llm.questions" and "llm.sent_bytes". */
wrt_score_guard wrt_reach_score_guard(wrt_reach *reach);

/* Does once more what the tool of this call did before, one recorded event of it: decisions are
 * made again from the recorded request and compared, exchanges are counted and taken as they are.
 * WRT_E_INTEGRITY for an event that cannot be part of the call. */
wrt_status wrt_reach_repeat(const wrt_reach *reach, const wrt_json *event, wrt_err *err);

/* The head of a recorded answer as the worker was told it (exchange.h, score.h); the caller's. */
wrt_json *wrt_reach_head(const wrt_json *event);

#endif
