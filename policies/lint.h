/* lint.h: what the checks of lint*.c share; private to policies/.
 *
 * Each check looks at one rule and warns. Warnings are hints: nothing here changes a decision. */
#ifndef WRT_POLICIES_LINT_H
#define WRT_POLICIES_LINT_H

#include "policies/deciding.h"

typedef struct {
    wrt_json *warnings;
    const wrt_policy *policy;
    wrt_decider *decider;  /* for trying values */
    const wrt_rule *rule;  /* the one at hand */
    const wrt_json *tools; /* tools that exist, names or objects with "name" and "args_schema"; NULL
                              when not known */
} wrt_linter;

void wrt_lint_warn(wrt_linter *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Name of an element of wrt_linter.tools; "" for anything else. */
const char *wrt_lint_tool_name(const wrt_json *tool);
/* May the rule speak about a call of this tool? */
bool wrt_lint_rule_names(const wrt_rule *rule, const char *tool);

void wrt_lint_fields(wrt_linter *ctx);   /* names and types of fields, arguments, counters */
void wrt_lint_logic(wrt_linter *ctx);    /* what can never hold, never fail, never matter */
void wrt_lint_patterns(wrt_linter *ctx); /* regular expressions that may backtrack */
void wrt_lint_scripts(wrt_linter *ctx);  /* characters that look like others or like nothing */

#endif
