/* mutate.h: the small mistakes that a rule's tests should notice; private to policies/.
 *
 * Mutation analysis (DeMillo, Lipton, Sayward 1978, doi:10.1109/C-M.1978.218136): each mutant
 * differs from the rule in one place. A leaf is negated, its comparison loses or gains equality,
 * its number moves by one, its text or one element of its list is lost; `all` and `any` change
 * places, `not` falls away; a limit moves; a phase, a tool or the whole list of them falls away; an
 * obligation says something else; the effect changes; the rule is deleted. */
#ifndef WRT_POLICIES_MUTATE_H
#define WRT_POLICIES_MUTATE_H

#include "policies/rules.h"

typedef struct {
    const wrt_json *rule; /* NULL: deleted */
    const char *text;     /* what was changed, one line */
} wrt_mutant;

typedef void wrt_mutant_visit(const wrt_mutant *mutant, void *ctx);

/* Every mutant of the rule, in a fixed order. */
void wrt_rule_mutate(const wrt_rule *rule, wrt_mutant_visit *visit, void *ctx);

#endif
