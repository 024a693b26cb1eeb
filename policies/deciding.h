/* deciding.h: the inside of a decider; private to policies/.
 *
 * Every memory cell has a stamp and is valid when the stamp is the decision's number, so nothing is
 * cleared between decisions. */
#ifndef WRT_POLICIES_DECIDING_H
#define WRT_POLICIES_DECIDING_H

#include "policies/decider.h"
#include "policies/program.h"

/* What one rule contributed; errors and near misses are kept for the explanation. */
typedef enum {
    WRT_MARK_NONE,
    WRT_MARK_NEAR_PERMIT,
    WRT_MARK_FORBID,
    WRT_MARK_UNAPPROVED,
    WRT_MARK_LIMIT,
    WRT_MARK_PERMIT,
    WRT_MARK_COUNT
} wrt_mark;

enum { WRT_SLOT_WORDS_MAX = 16 };

/* `words` are the numbers of those texts of the value (itself or its elements) that some leaf
 * compares with, found when the first leaf asks; another text equals no operand. */
typedef struct {
    const wrt_json *value; /* NULL: the request has no such field */
    uint32_t stamp;
    uint32_t words_stamp;
    size_t n_elements;
    bool too_many; /* more words than there is room for: compare the texts */
    uint32_t n_words;
    uint32_t words[WRT_SLOT_WORDS_MAX];
} wrt_slot_cell;

typedef struct {
    wrt_verdict verdict;
    uint32_t stamp;
} wrt_memo_cell;

typedef struct {
    uint32_t stamp;
    bool matches;
} wrt_toolset_cell;

/* Kept for rules that count for something or err; silent rules leave no trace. */
typedef struct {
    wrt_result result;
    wrt_mark mark;
    uint32_t stamp;
} wrt_rule_cell;

struct wrt_decider {
    const wrt_policy *policy;
    const wrt_program *program;
    const wrt_unit *unit; /* only rules of this file speak; NULL: all */
    wrt_request request;
    const char *problem; /* why the request is malformed, or NULL */
    uint32_t number;     /* of the decision, from 1 */
    wrt_slot_cell *slots;
    wrt_memo_cell *memos;
    wrt_toolset_cell *toolsets;
    wrt_rule_cell *rules;
    uint32_t *obliged; /* stamps, per distinct obligation */
    size_t counts[WRT_MARK_COUNT];
    wrt_mark decisive;
    wrt_json *facts; /* of the request's text; NULL until a rule asks */
    wrt_regex_scratch *scratch;
    uint32_t *noted; /* numbers of the rules that left a trace, rising */
    size_t n_noted;
    const char **determining;
    const wrt_json **obligations;
    wrt_ruling ruling;
};

/* ---- evaluate.c: one rule in the decision at hand. Only after wrt_decider_begin. */

/* Kleene's three-valued logic: `all` is false when one part is false and `any` true when one is
 * true, whatever the others do, so the order of parts never matters and `exists` guards work in
 * any place. */
wrt_verdict wrt_condition_evaluate(wrt_decider *decider, const wrt_condition *condition);
/* Value of a slot in the request at hand; NULL when absent. */
const wrt_json *wrt_slot_value(wrt_decider *decider, uint32_t slot);
wrt_result wrt_rule_evaluate(wrt_decider *decider, const wrt_rule *rule);
/* The same in steps, for rules that are known to be of the phase: tools, `when` (true when there is
 * none), and the rest. */
bool wrt_rule_meets_tool(wrt_decider *decider, const wrt_rule *rule);
wrt_result wrt_rule_conclude(wrt_decider *decider, const wrt_rule *rule, wrt_verdict when);

/* Most rules are not touched for this: their list of tools was met before. */
static inline bool wrt_rule_fits_tool(wrt_decider *decider, size_t number) {
    uint32_t toolset = decider->program->rules[number].toolset;
    const wrt_toolset_cell *cell = &decider->toolsets[toolset];
    if (toolset == 0 || cell->stamp == decider->number)
        return toolset == 0 || cell->matches;
    return wrt_rule_meets_tool(decider, decider->policy->rules[number]);
}

static inline wrt_verdict wrt_rule_when(wrt_decider *decider, const wrt_condition *when) {
    return when != NULL ? wrt_condition_evaluate(decider, when)
                        : (wrt_verdict){.value = WRT_TRI_TRUE};
}

/* Do phase and tools of the rule fit the request? *clause is the part that does not. */
bool wrt_rule_applies(wrt_clause *clause, wrt_decider *decider, const wrt_rule *rule);

/* ---- decide.c */

/* Reads the request and forgets the decision before; false when it is malformed. */
bool wrt_decider_begin(wrt_decider *decider, const wrt_json *request);
/* The result of rule `number` in the decision made; not applicable when the rule was passed over.
 */
wrt_result wrt_decider_result(wrt_decider *decider, size_t number);
wrt_mark wrt_decider_mark(const wrt_decider *decider, size_t number);

#endif
