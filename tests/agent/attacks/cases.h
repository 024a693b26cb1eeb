/* cases.h: the rows of tests/attacks/attacks.tsv whose runner is `host`. Each is one attack on the
 * host or on what it guards, what must come of it, and the benign twin: a tool that does what may
 * be done in the same corner, so that a sandbox which forbids everything fails as well. Adding a
 * case is a function in attacks_files.c or attacks_system.c, its name in EACH there, and a row in
 * the table; `expected` is the outcome's word and, after a colon, what is in the column below. Rows
 * of the other runner, `run`, are attacks on a question's run (tests/attacks/test_runs.py). */
#ifndef WRT_TESTS_AGENT_ATTACKS_CASES_H
#define WRT_TESTS_AGENT_ATTACKS_CASES_H

#include <stdbool.h>
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

extern attack_case attack_cases[];
extern size_t n_attack_cases;

/* False when the table cannot be read or has a word that it may not. */
bool attack_cases_load(const char *path);
void attack_cases_free(void);

#endif
