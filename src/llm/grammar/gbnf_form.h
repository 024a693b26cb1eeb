/* gbnf_form.h: a grammar in compact form, shared by gbnf*.c and the tests' sentence generator.
 *
 * Repetitions and groups have become rules, so what is left is plain context-free: each rule has
 * alternates, each alternate is a run of 32-bit symbols that ends with WRT_GBNF_END.
 *
 *   symbols  | ref v | char 'a' | class 2 | end v | char '"' | end root | ...
 *              ^ alts[k].start                      ^ alts[k + 1].start
 *
 * The two high bits of a symbol are its kind, the others its value: a rule, a code point, a class
 * or (for the end) the rule to which the alternate belongs. A place in `symbols` therefore names
 * rule, alternate and position at once: it is the "dotted rule" of the recogniser. */
#ifndef WRT_LLM_GBNF_FORM_H
#define WRT_LLM_GBNF_FORM_H

#include "llm/grammar/code_set.h"
#include "llm/grammar/gbnf.h"

enum { WRT_GBNF_REF, WRT_GBNF_CHAR, WRT_GBNF_CLASS, WRT_GBNF_END };

#define WRT_GBNF_SYMBOL(kind, value) ((uint32_t)(kind) << 30 | (uint32_t)(value))
#define WRT_GBNF_KIND(symbol)        ((symbol) >> 30)
#define WRT_GBNF_VALUE(symbol)       ((symbol)&0x3FFFFFFFU)

typedef struct {
    uint32_t first, n; /* ranges, ascending and apart from one another; n > 0 */
} wrt_gbnf_class;

typedef struct {
    uint32_t rule, start;
} wrt_gbnf_alt;

typedef struct {
    uint32_t first, n; /* alternates; none when no finite text fits the rule */
    uint32_t line;     /* where it is defined or, before that, first used */
    uint32_t name;     /* of the rule in the text around it: an index into names */
    bool is_defined;
    bool is_star;       /* made from * or {n,}: ends | itself item */
    bool is_nullable;   /* the empty text fits */
    bool is_productive; /* some finite text fits */
} wrt_gbnf_rule;

struct wrt_gbnf {
    uint32_t *symbols;
    size_t n_symbols, symbols_room;
    wrt_gbnf_alt *alts; /* by rule once the grammar is complete */
    size_t n_alts, alts_room;
    wrt_gbnf_rule *rules;
    size_t n_rules, rules_room;
    wrt_gbnf_class *classes;
    size_t n_classes, classes_room;
    wrt_code_range *ranges;
    size_t n_ranges, ranges_room;
    wrt_str *names; /* borrowed from the text: valid while the grammar is read */
    size_t n_names, names_room;
    uint32_t root;
};

/* Room for one more element behind `used`; grows by doubling. */
#define WRT_GBNF_GROW(array, used, room)                                                           \
    ((used) < (room) ? (void)0                                                                     \
                     : (void)((room) = (room) == 0 ? 64 : 2 * (room),                              \
                              (array) = wrt_realloc((array), (room) * sizeof *(array))))

/* gbnf_check.c: sorts alternates by rule, finds what may be empty, drops alternates that no finite
 * text fits, refuses left recursion. The last step of wrt_gbnf_parse. */
wrt_status wrt_gbnf_check(wrt_gbnf *grammar, wrt_err *err);

/* True when [low, high] holds a code point that the symbol (a char or a class) takes. */
bool wrt_gbnf_takes(const wrt_gbnf *grammar, uint32_t symbol, uint32_t low, uint32_t high);

#endif
