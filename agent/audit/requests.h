/* requests.h: part of level 3 of an audit: was policy asked about what happened?
 *
 * A decision made again from a request that was no true one proves nothing. So whatever a request
 * says of something that the run itself holds is held against it: the text of an exchange with the
 * network against the URL and body that were sent, and the URL against the places that the tool
 * declared; the text put to a model against the questions, and one decision for each place that the
 * model may send to; what a result was, when it was asked whether it may be read; what a call was
 * said to reach, when it did. An approval must be of the held request, and by the key that it
 * names, whose signature stands beside it; whose key that is the bundle cannot say. */
#ifndef WRT_AGENT_AUDIT_REQUESTS_H
#define WRT_AGENT_AUDIT_REQUESTS_H

#include "ledger/audit.h"

/* False: out names the first event about which policy was told something else. True: *by_key and
 * *by_person are how many approvals of each kind there are, and `key` is that of the first one by
 * key. O(events * log events) but for runs whose decisions are not numbered in order. */
typedef struct {
    size_t by_key, by_person;
    char key[65];
} wrt_requests_seen;

bool wrt_requests_check(wrt_audit_finding *out, wrt_requests_seen *seen, const wrt_json *events,
                        const wrt_audit_source *source);

#endif
