/* policy_oracle.c: the semantics of CONTRACTS.md as sentences in their order of precedence. */
#include "tests/oracle/policy_oracle.h"

/* "An erring permit counts as not satisfied, any other erring rule as satisfied." */
static bool permit_counts(const oracle_world *world) {
    return world->permit == ORACLE_HOLDS;
}

static bool counts(oracle_state state) {
    return state == ORACLE_HOLDS || state == ORACLE_ERRS;
}

const char *policy_oracle_determining(const oracle_world *world) {
    if (counts(world->forbid))
        return "forbid";
    if (counts(world->require_approval) && !world->approved)
        return "require_approval";
    if (counts(world->limit))
        return "limit";
    if (permit_counts(world))
        return "permit";
    return "";
}

const char *policy_oracle_decision(const oracle_world *world) {
    if (counts(world->forbid))
        return "deny";
    if (counts(world->require_approval) && !world->approved)
        return "hold";
    if (counts(world->limit))
        return "deny";
    return permit_counts(world) ? "allow" : "deny";
}

const char *policy_oracle_obligations(const oracle_world *world) {
    static const char *const lists[2][2][2] = {
        {{"", "label"}, {"downgrade", "downgrade,label"}},
        {{"redact", "redact,label"}, {"redact,downgrade", "redact,downgrade,label"}}};
    return lists[counts(world->redact)][counts(world->downgrade)][counts(world->label)];
}

int policy_oracle_error_count(const oracle_world *world) {
    return (world->permit == ORACLE_ERRS) + (world->forbid == ORACLE_ERRS) +
           (world->require_approval == ORACLE_ERRS) + (world->limit == ORACLE_ERRS) +
           (world->redact == ORACLE_ERRS) + (world->label == ORACLE_ERRS) +
           (world->downgrade == ORACLE_ERRS);
}
