/* builtin.h: steps that the program takes itself, without a tool: pure functions of earlier
 * results.
 *
 * What a builtin makes is as trustworthy as what it is made from. It reads args and the settings of
 * the run and nothing else. To add one: its own pair of files, a line in builtin.c. */
#ifndef WRT_AGENT_PLAN_BUILTIN_H
#define WRT_AGENT_PLAN_BUILTIN_H

#include "agent/turn.h"

typedef struct {
    const char *name;
    const char *event; /* the type that its result is recorded as */
    /* A complete result (CONTRACTS.md, "Tools"); never NULL. The caller's. */
    wrt_json *(*make)(const wrt_turn *turn, const wrt_json *args);
} wrt_builtin;

/* NULL when there is none of this name. */
const wrt_builtin *wrt_builtin_find(const char *name);

#endif
