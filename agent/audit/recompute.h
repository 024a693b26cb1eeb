/* recompute.h: level 5 of an audit: what a run computed, computed again.
 *
 * Every result of a tool that is a function of its arguments and files (deterministic, reads
 * neither graph nor literature, reaches no network, writes nothing) is asked of the auditor's own
 * tool again (recompute_call.h); so is that of a tool of the program's own that asked the network,
 * from the answers that were recorded, and, where the auditor gives the run's graph, that of one
 * that read it. The choices of a model are those of its recorded scores. Every verdict about a
 * graph is made again by the program's own engine; evidence of estimates and simulations is made
 * again from the recomputed results, and every claim of an estimate, a what-if or identifiability
 * from its evidence: numbers, rung, warrant and words must be what the rules give (measured.h,
 * imagined.h, verdict.h). Policy may have lowered a claim, nothing raises it.
 *
 * Numbers agree within 1e-9 of the larger one, those of structural models exactly: from stored
 * scores they are sums and products. What could not be computed again is told, and is a failure
 * where evidence rests on it. */
#ifndef WRT_AGENT_AUDIT_RECOMPUTE_H
#define WRT_AGENT_AUDIT_RECOMPUTE_H

#include "agent/host/toolhost.h"
#include "ledger/audit.h"

typedef struct {
    wrt_toolhost *tools; /* the auditor's */
    bool has_graph;      /* they read the run's own graph, which level 4 has looked at */
    const char *files;   /* folder with files that a run knows by their hash alone; NULL: none */
} wrt_recompute;

/* The hook for wrt_audit_options; context is borrowed. */
wrt_audit_hook wrt_recompute_hook(wrt_recompute *context);

#endif
