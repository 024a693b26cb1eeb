/* gbnf_build.c: rules, alternates, repetitions.
 *
 * Repetition is built by doubling, so that x{0,1000000} costs about forty rules: with p(1) = x and
 * p(2k) = p(k) p(k), x{n} is the product of the p that n's binary digits name, and "at most n" is
 *
 *   u(2h)     ::= x u(2h-1) |              u(1) ::= x |
 *   u(2h - 1) ::= x{h} u(h-1) | u(h-1)
 *
 * in which every count is made in one way only. */
#include "llm/grammar/gbnf_build.h"

#include "base/arena.h"

enum { POWERS_MAX = 21 };

static bool refuse(wrt_gbnf_builder *b, const char *full) {
    b->full = full;
    return false;
}

void wrt_gbnf_push(wrt_gbnf_builder *b, uint32_t symbol) {
    WRT_GBNF_GROW(b->stack, b->n, b->room);
    b->stack[b->n++] = symbol;
}

static void push_rule(wrt_gbnf_builder *b, uint32_t rule) {
    wrt_gbnf_push(b, WRT_GBNF_SYMBOL(WRT_GBNF_REF, rule));
}

bool wrt_gbnf_new_rule(wrt_gbnf_builder *b, uint32_t *rule) {
    wrt_gbnf *g = b->g;
    if (g->n_rules == WRT_GBNF_RULES_MAX)
        return refuse(b, "more than 65536 rules, groups and repetitions");
    WRT_GBNF_GROW(g->rules, g->n_rules, g->rules_room);
    *rule = (uint32_t)g->n_rules++;
    g->rules[*rule] = (wrt_gbnf_rule){.line = b->line, .name = b->name, .is_defined = true};
    return true;
}

bool wrt_gbnf_end_alternate(wrt_gbnf_builder *b, uint32_t rule, size_t base) {
    wrt_gbnf *g = b->g;
    if (g->n_alts == WRT_GBNF_ALTS_MAX)
        return refuse(b, "more than 262144 alternates");
    WRT_GBNF_GROW(g->alts, g->n_alts, g->alts_room);
    g->alts[g->n_alts++] = (wrt_gbnf_alt){rule, (uint32_t)g->n_symbols};
    for (size_t i = base; i <= b->n; i++) {
        WRT_GBNF_GROW(g->symbols, g->n_symbols, g->symbols_room);
        g->symbols[g->n_symbols++] = i < b->n ? b->stack[i] : WRT_GBNF_SYMBOL(WRT_GBNF_END, rule);
    }
    b->n = base;
    return true;
}

/* A new rule with the symbols above `base` as its first alternate. */
static bool make_rule(wrt_gbnf_builder *b, size_t base, uint32_t *rule) {
    return wrt_gbnf_new_rule(b, rule) && wrt_gbnf_end_alternate(b, *rule, base);
}

/* ---- repetition ------------------------------------------------------------------------------ */

typedef struct {
    uint32_t symbol[POWERS_MAX]; /* x repeated 2^i times */
    int n;                       /* made so far */
} powers;

/* Pushes x repeated `count` times. */
static bool push_exactly(wrt_gbnf_builder *b, powers *p, uint32_t count) {
    while (count >> p->n != 0) {
        uint32_t rule = 0;
        size_t base = b->n;
        wrt_gbnf_push(b, p->symbol[p->n - 1]);
        wrt_gbnf_push(b, p->symbol[p->n - 1]);
        if (!make_rule(b, base, &rule))
            return false;
        p->symbol[p->n++] = WRT_GBNF_SYMBOL(WRT_GBNF_REF, rule);
    }
    for (int i = p->n - 1; i >= 0; i--) {
        if ((count >> i & 1) != 0)
            wrt_gbnf_push(b, p->symbol[i]);
    }
    return true;
}

/* Makes the rule for x repeated at most `count` times, count > 0. Recursion halves the count. */
static bool make_at_most(wrt_gbnf_builder *b, powers *p, uint32_t count, uint32_t *rule) {
    uint32_t rest = 0;
    uint32_t half = count % 2 == 0 ? 1 : (count + 1) / 2;
    size_t base = b->n;
    if (count > 1 && !make_at_most(b, p, count % 2 == 0 ? count - 1 : half - 1, &rest))
        return false;
    if (!push_exactly(b, p, half))
        return false;
    if (count > 1)
        push_rule(b, rest);
    if (!make_rule(b, base, rule))
        return false;
    if (count % 2 == 1 && count > 1)
        push_rule(b, rest);
    return wrt_gbnf_end_alternate(b, *rule, base);
}

static bool push_star(wrt_gbnf_builder *b, uint32_t x) {
    uint32_t rule = 0;
    size_t base = b->n;
    if (!make_rule(b, base, &rule))
        return false;
    push_rule(b, rule);
    wrt_gbnf_push(b, x);
    b->g->rules[rule].is_star = true;
    if (!wrt_gbnf_end_alternate(b, rule, base))
        return false;
    push_rule(b, rule);
    return true;
}

/* The symbols above `base` as one; more than one become a rule. */
static bool pop_item(wrt_gbnf_builder *b, size_t base, uint32_t *x) {
    uint32_t rule = 0;
    if (b->n == base + 1) {
        *x = b->stack[--b->n];
        return true;
    }
    if (!make_rule(b, base, &rule))
        return false;
    *x = WRT_GBNF_SYMBOL(WRT_GBNF_REF, rule);
    return true;
}

bool wrt_gbnf_repeat(wrt_gbnf_builder *b, size_t base, uint32_t min, uint32_t max) {
    powers p = {.n = 1};
    uint32_t optional = 0;
    uint32_t times = max != WRT_GBNF_UNBOUNDED ? max : min;
    b->expansion += (b->n - base) * (times > 0 ? times : 1);
    if (b->expansion > WRT_GBNF_EXPANSION_MAX)
        return refuse(b, "the repetitions stand for more than 1048576 symbols");
    if (b->n == base)
        return true; /* nothing, repeated */
    if (!pop_item(b, base, &p.symbol[0]) || !push_exactly(b, &p, min))
        return false;
    if (max == WRT_GBNF_UNBOUNDED)
        return push_star(b, p.symbol[0]);
    if (max > min) {
        if (!make_at_most(b, &p, max - min, &optional))
            return false;
        push_rule(b, optional);
    }
    return true;
}
