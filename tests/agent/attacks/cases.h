/* cases.h: the attack suite as a table. Each row is one attack on the host or on what it guards,
 * what must come of it, and the benign twin: a tool that does what may be done in the same corner,
 * so that a sandbox which forbids everything fails as well. Adding a case is a function in
 * attacks_files.c or attacks_system.c, its name in EACH there, and a row in cases.c. */
#ifndef WRT_TESTS_AGENT_ATTACKS_CASES_H
#define WRT_TESTS_AGENT_ATTACKS_CASES_H

#include <stddef.h>

typedef enum {
    ATTACK_REFUSED,  /* the tool is told one of these errors, "EBADF|EINVAL"; NULL: EPERM|EACCES */
    ATTACK_ENDED,    /* the call ends with one of these error codes, "tool_crashed|bad_result" */
    ATTACK_HARMLESS, /* whatever comes back, nothing has happened */
    ATTACK_ARGUMENT  /* the path in the arguments is refused: bad_args, with this part of a message
                      */
} attack_outcome;

typedef struct {
    const char *id;     /* tool of a plugin; for ATTACK_ARGUMENT the path, "%s" is the folder */
    const char *attack; /* in words */
    attack_outcome outcome;
    const char *expected; /* as the outcome says; may be NULL */
    const char *twin;     /* tool */
    int needs;            /* of attack_needs */
} attack_case;

typedef enum {
    ATTACK_NEEDS_LANDLOCK = 1,
    ATTACK_NEEDS_NO_SANITIZER = 2, /* a limit that a sanitizer's memory does not fit into */
    ATTACK_NEEDS_HASTE = 4         /* ends by its deadline only */
} attack_needs;

extern const attack_case attack_cases[];
extern const size_t n_attack_cases;

#endif
