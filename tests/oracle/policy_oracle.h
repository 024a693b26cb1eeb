/* policy_oracle.h: what a decision must be, written down a second time.
 *
 * A reading of the semantics in CONTRACTS.md ("Policy file") for one rule of each effect, without
 * any code of the engine. */
#ifndef WRT_TESTS_ORACLE_POLICY_ORACLE_H
#define WRT_TESTS_ORACLE_POLICY_ORACLE_H

#include <stdbool.h>

typedef enum { ORACLE_SILENT, ORACLE_HOLDS, ORACLE_ERRS } oracle_state;

typedef struct {
    oracle_state permit;
    oracle_state forbid;
    oracle_state require_approval;
    oracle_state limit;
    oracle_state redact;
    oracle_state label;
    oracle_state downgrade;
    bool approved; /* was the approval of the require_approval rule granted? */
} oracle_world;

const char *policy_oracle_decision(const oracle_world *world);    /* allow, deny or hold */
const char *policy_oracle_determining(const oracle_world *world); /* name of an effect, or "" */
const char *policy_oracle_obligations(const oracle_world *world); /* "redact,downgrade,label" */
int policy_oracle_error_count(const oracle_world *world);

#endif
