/* recheck.h: level 3 of an audit: every policy decision of a run, made again.
 *
 * The rules are those the run stored (the blob that run.start names), the requests those that the
 * decisions record. A decision passes when the same verdict, determining rules and obligations come
 * out. */
#ifndef WRT_AGENT_RECHECK_H
#define WRT_AGENT_RECHECK_H

#include "ledger/audit.h"

/* The hook for wrt_audit_options; needs no ctx. */
extern const wrt_audit_hook wrt_recheck_policy;

#endif
