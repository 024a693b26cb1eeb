/* recheck.h: level 3 of an audit: every policy decision of a run, made again.
 *
 * The rules are those the run stored (the blob that run.start names), the requests those that the
 * decisions record. A decision passes when the same verdict, determining rules and obligations come
 * out, when every tool call is of a step that the frozen plan holds or a decision let deviate, and
 * when the requests say what happened (requests.h). */
#ifndef WRT_AGENT_AUDIT_RECHECK_H
#define WRT_AGENT_AUDIT_RECHECK_H

#include "ledger/audit.h"
#include "policies/policy.h"

/* The hook for wrt_audit_options; needs no ctx. */
extern const wrt_audit_hook wrt_recheck_policy;

/* The same requests, decided by other rules: what would have been otherwise. */
typedef struct {
    const wrt_policy *policy; /* NULL: the rules that the run stored */
    wrt_json *report;         /* {"decisions":n,"same":n,"narrows":n,"widens":n,"obligations":n,
                                 "changes":[{"seq","phase","tool"|null,"kind","from","to","from_rules",
                                 "to_rules"}]}; NULL when the audit failed before; the caller's */
} wrt_recheck_other;

/* A hook that passes whatever other->policy decides, and fills other->report; with the run's own
 * rules it fails at the first change, as wrt_recheck_policy does. */
wrt_audit_hook wrt_recheck_by(wrt_recheck_other *other);

#endif
