/* gbnf_build.h: putting a grammar's compact form together; between gbnf.c and gbnf_build.c only.
 *
 * Symbols of alternates that are still open lie on one stack; an alternate that ends takes its
 * symbols from there. The functions that return bool fail when a cap of gbnf.h is reached, and say
 * which in `full`. */
#ifndef WRT_LLM_GBNF_BUILD_H
#define WRT_LLM_GBNF_BUILD_H

#include "llm/grammar/gbnf_form.h"

enum { WRT_GBNF_UNBOUNDED = WRT_GBNF_REPEAT_MAX + 1 };

typedef struct {
    wrt_gbnf *g;
    uint32_t *stack;
    size_t n, room;
    uint32_t name, line; /* of the rules that are made next */
    size_t expansion;    /* symbols, were every repetition written out */
    const char *full;    /* the cap that was reached, or NULL */
} wrt_gbnf_builder;

void wrt_gbnf_push(wrt_gbnf_builder *b, uint32_t symbol);

/* A rule without a name of its own. */
bool wrt_gbnf_new_rule(wrt_gbnf_builder *b, uint32_t *rule);

/* The symbols above `base` leave the stack and become an alternate of the rule. */
bool wrt_gbnf_end_alternate(wrt_gbnf_builder *b, uint32_t rule, size_t base);

/* The symbols above `base`, repeated `min` to `max` times, take their own place. */
bool wrt_gbnf_repeat(wrt_gbnf_builder *b, size_t base, uint32_t min, uint32_t max);

#endif
