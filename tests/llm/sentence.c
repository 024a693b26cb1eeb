/* sentence.c: a stack of symbols still to be written; a rule on top is replaced by one of its
 * alternates, a character or class is written.
 *
 * Half of the characters of a class are its edges, where mistakes live. `least` is the fewest
 * characters that a rule can stand for: once the sentence is long enough, the alternate with the
 * fewest is taken, which always ends. */
#include "sentence.h"

#include "base/arena.h"
#include "llm/grammar/gbnf_form.h"

#include <stdlib.h>

enum { FAR = 1 << 28 };

struct sentence_maker {
    const wrt_gbnf *g;
    uint32_t *least; /* by rule: characters, rules passed through counted as a tenth of one each */
};

typedef struct {
    uint32_t *symbols;
    size_t n, room;
} pending;

static void push_pending(pending *p, uint32_t symbol) {
    WRT_GBNF_GROW(p->symbols, p->n, p->room);
    p->symbols[p->n++] = symbol;
}

static uint32_t least_of(const sentence_maker *m, wrt_gbnf_alt alt) {
    uint64_t sum = 1; /* a step through a rule is not free: the way down must end */
    const uint32_t *at = m->g->symbols + alt.start;
    for (; WRT_GBNF_KIND(*at) != WRT_GBNF_END; at++)
        sum += WRT_GBNF_KIND(*at) == WRT_GBNF_REF ? m->least[WRT_GBNF_VALUE(*at)] : 10;
    return sum < FAR ? (uint32_t)sum : FAR;
}

/* The alternate of the rule with the fewest characters. */
static wrt_gbnf_alt shortest(const sentence_maker *m, const wrt_gbnf_rule *rule) {
    wrt_gbnf_alt best = m->g->alts[rule->first];
    for (uint32_t i = 1; i < rule->n; i++) {
        if (least_of(m, m->g->alts[rule->first + i]) < least_of(m, best))
            best = m->g->alts[rule->first + i];
    }
    return best;
}

sentence_maker *sentence_maker_new(const wrt_gbnf *grammar) {
    sentence_maker *m = wrt_calloc(1, sizeof *m);
    m->g = grammar;
    m->least = wrt_calloc(grammar->n_rules, sizeof *m->least);
    for (size_t r = 0; r < grammar->n_rules; r++)
        m->least[r] = FAR;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t r = grammar->n_rules; r-- > 0;) {
            const wrt_gbnf_rule *rule = &grammar->rules[r];
            uint32_t least = rule->n > 0 ? least_of(m, shortest(m, rule)) : FAR;
            changed = changed || least < m->least[r];
            m->least[r] = least < m->least[r] ? least : m->least[r];
        }
    }
    return m;
}

void sentence_maker_free(sentence_maker *maker) {
    if (maker == NULL)
        return;
    free(maker->least);
    free(maker);
}

static void write_code(wrt_buf *out, uint32_t code) {
    unsigned char bytes[4];
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; code >>= 6)
        bytes[i] = (unsigned char)(0x80 | (code & 0x3F));
    bytes[0] = (unsigned char)(lead[n] | code);
    wrt_buf_add(out, bytes, n);
}

static uint32_t pick_code(const wrt_gbnf *g, uint32_t symbol, wrt_rng *rng) {
    if (WRT_GBNF_KIND(symbol) == WRT_GBNF_CHAR)
        return WRT_GBNF_VALUE(symbol);
    wrt_gbnf_class class = g->classes[WRT_GBNF_VALUE(symbol)];
    wrt_code_range range = g->ranges[class.first + wrt_rng_below(rng, class.n)];
    switch (wrt_rng_below(rng, 4)) {
    case 0:
        return range.low;
    case 1:
        return range.high;
    default:
        return range.low + (uint32_t)wrt_rng_below(rng, range.high - range.low + 1);
    }
}

bool sentence_make(wrt_buf *out, const sentence_maker *maker, wrt_rng *rng, size_t bytes) {
    const wrt_gbnf *g = maker->g;
    pending todo = {0};
    size_t start = out->len;
    size_t steps = 0;
    push_pending(&todo, WRT_GBNF_SYMBOL(WRT_GBNF_REF, g->root));
    while (todo.n > 0 && !out->overflow) {
        uint32_t symbol = todo.symbols[--todo.n];
        if (WRT_GBNF_KIND(symbol) != WRT_GBNF_REF) {
            write_code(out, pick_code(g, symbol, rng));
            continue;
        }
        const wrt_gbnf_rule *rule = &g->rules[WRT_GBNF_VALUE(symbol)];
        bool is_long = out->len - start >= bytes || ++steps > 20 * (bytes + 50);
        wrt_gbnf_alt alt =
            is_long ? shortest(maker, rule) : g->alts[rule->first + wrt_rng_below(rng, rule->n)];
        size_t base = todo.n;
        const uint32_t *at = g->symbols + alt.start;
        for (; WRT_GBNF_KIND(*at) != WRT_GBNF_END; at++)
            push_pending(&todo, *at);
        for (size_t i = base, j = todo.n; i + 1 < j; i++) {
            uint32_t swapped = todo.symbols[i];
            todo.symbols[i] = todo.symbols[--j];
            todo.symbols[j] = swapped;
        }
    }
    free(todo.symbols);
    return !out->overflow;
}
