/* replay.h: level 6 of an audit: the whole run, made again from its journal.
 *
 * Every stage of the loop runs once more; what the world answered (tools, the model, the network,
 * people, the graph) is taken from the record, all else is computed, decided and worded again, and
 * every event must come out with the bytes that are recorded. What is taken (run.start, exchanges
 * of tools) must have the form that a run gives it, and a record that ends where a stage would have
 * read on is none. Nothing but the events and the blobs
 * is read, so a bundle is replayed on a machine that has neither graph nor model nor plugins. */
#ifndef WRT_AGENT_AUDIT_REPLAY_H
#define WRT_AGENT_AUDIT_REPLAY_H

#include "ledger/audit.h"

/* The hook for wrt_audit_options; needs no ctx. */
extern const wrt_audit_hook wrt_replay_hook;

#endif
