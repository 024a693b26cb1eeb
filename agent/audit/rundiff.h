/* rundiff.h: what two runs have in common and where they part. */
#ifndef WRT_AGENT_AUDIT_RUNDIFF_H
#define WRT_AGENT_AUDIT_RUNDIFF_H

#include "base/json.h"

/* Compares the events of two runs. The result is the caller's:
 *   {"same":bool,                 every event but for ids and clocks
 *    "first":{"seq","type","member"}|null,
 *    "settings":[members of run.start that differ],
 *    "plan":LIST,"observations":LIST,"decisions":LIST,"claims":LIST,
 *    "answer":{"status":[A,B],"added":[lines],"removed":[lines]}}
 * where LIST is {"added":[KEY],"removed":[KEY],"changed":[{"key","member","from","to"}]}, member
 * the first that differs, from and to its two values or null. Keys: of a step its id, of an
 * observation its step, of a decision phase, step and tool, of a claim kind, subject and object;
 * the second and later of a key have " #2" and so on behind it. O(n log n) in the events. */
wrt_json *wrt_run_diff(const wrt_json *a, const wrt_json *b);

#endif
