/* gbnf_check.c: what a grammar as a whole must be, found in linear time.
 *
 * May a rule be empty, does a finite text fit it at all: both are least fixpoints over "some
 * alternate has only symbols that hold it already", found with a work list that counts, per
 * alternate, the symbols still missing (Dowling and Gallier 1984,
 * doi:10.1016/0743-1066(84)90014-1). Alternates that no finite text fits are dropped, so that "a
 * sentence may still follow" can be answered exactly.
 *
 * Left recursion is a cycle of "begins with". It costs the recogniser nothing, but a reader by
 * descent (llama.cpp) never ends on it, and takes time exponential in chains of beginnings that
 * fork: cycles are refused, chains and forks are capped. */
#include "base/arena.h"
#include "llm/grammar/gbnf_form.h"

#include <stdlib.h>
#include <string.h>

/* The alternates of each rule side by side, in their order in the text. */
static void sort_alternates(wrt_gbnf *g) {
    wrt_gbnf_alt *sorted = wrt_calloc(g->n_alts, sizeof *sorted);
    uint32_t sum = 0;
    for (size_t i = 0; i < g->n_alts; i++)
        g->rules[g->alts[i].rule].n++;
    for (size_t r = 0; r < g->n_rules; r++) {
        g->rules[r].first = sum;
        sum += g->rules[r].n;
        g->rules[r].n = 0;
    }
    for (size_t i = 0; i < g->n_alts; i++) {
        wrt_gbnf_rule *rule = &g->rules[g->alts[i].rule];
        sorted[rule->first + rule->n++] = g->alts[i];
    }
    free(g->alts);
    g->alts = sorted;
    g->alts_room = g->n_alts;
}

/* ---- least fixpoints ------------------------------------------------------------------------- */

typedef struct {
    wrt_gbnf *g;
    uint32_t *missing; /* by alternate: symbols that do not hold the property yet */
    uint32_t *first;   /* by rule, n_rules + 1 of them: where its uses begin */
    uint32_t *uses;    /* alternates in which the rule stands, once per occurrence */
    uint32_t *queue;   /* rules that hold the property */
    size_t n_queue;
    bool *holds; /* by rule */
} fixpoint;

static uint32_t alternate_end(const wrt_gbnf *g, size_t alt) {
    uint32_t at = g->alts[alt].start;
    while (WRT_GBNF_KIND(g->symbols[at]) != WRT_GBNF_END)
        at++;
    return at;
}

static void index_uses(fixpoint *f) {
    const wrt_gbnf *g = f->g;
    for (size_t i = 0; i < g->n_symbols; i++) {
        if (WRT_GBNF_KIND(g->symbols[i]) == WRT_GBNF_REF)
            f->first[WRT_GBNF_VALUE(g->symbols[i]) + 1]++;
    }
    for (size_t r = 0; r < g->n_rules; r++)
        f->first[r + 1] += f->first[r];
    f->uses = wrt_calloc(f->first[g->n_rules] + 1, sizeof *f->uses);
    uint32_t *next = wrt_calloc(g->n_rules + 1, sizeof *next);
    memcpy(next, f->first, g->n_rules * sizeof *next);
    for (size_t a = 0; a < g->n_alts; a++) {
        for (uint32_t at = g->alts[a].start; WRT_GBNF_KIND(g->symbols[at]) != WRT_GBNF_END; at++) {
            if (WRT_GBNF_KIND(g->symbols[at]) == WRT_GBNF_REF)
                f->uses[next[WRT_GBNF_VALUE(g->symbols[at])]++] = (uint32_t)a;
        }
    }
    free(next);
}

static void settle(fixpoint *f, uint32_t rule) {
    if (!f->holds[rule]) {
        f->holds[rule] = true;
        f->queue[f->n_queue++] = rule;
    }
}

/* holds[r] for each rule r: some alternate consists of rules that hold it (and of characters, when
 * `characters_hold`). */
static void find_rules(bool *holds, wrt_gbnf *g, bool characters_hold) {
    fixpoint f = {.g = g, .holds = holds};
    f.missing = wrt_calloc(g->n_alts, sizeof *f.missing);
    f.first = wrt_calloc(g->n_rules + 2, sizeof *f.first);
    f.queue = wrt_calloc(g->n_rules, sizeof *f.queue);
    index_uses(&f);
    for (size_t a = 0; a < g->n_alts; a++) {
        uint32_t end = alternate_end(g, a);
        for (uint32_t at = g->alts[a].start; at < end; at++)
            f.missing[a] += WRT_GBNF_KIND(g->symbols[at]) == WRT_GBNF_REF || !characters_hold;
        if (f.missing[a] == 0)
            settle(&f, g->alts[a].rule);
    }
    for (size_t i = 0; i < f.n_queue; i++) {
        uint32_t rule = f.queue[i];
        for (uint32_t u = f.first[rule]; u < f.first[rule + 1]; u++) {
            if (--f.missing[f.uses[u]] == 0)
                settle(&f, g->alts[f.uses[u]].rule);
        }
    }
    free(f.missing);
    free(f.first);
    free(f.uses);
    free(f.queue);
}

static void mark_rules(wrt_gbnf *g) {
    bool *holds = wrt_calloc(g->n_rules, sizeof *holds);
    find_rules(holds, g, false);
    for (size_t r = 0; r < g->n_rules; r++)
        g->rules[r].is_nullable = holds[r];
    memset(holds, 0, g->n_rules * sizeof *holds);
    find_rules(holds, g, true);
    for (size_t r = 0; r < g->n_rules; r++)
        g->rules[r].is_productive = holds[r];
    free(holds);
}

/* ---- beginnings ------------------------------------------------------------------------------ */

typedef struct {
    uint32_t rule;
    uint32_t alt, at; /* the symbol to look at next */
    uint32_t ways;    /* chains of beginnings found below so far */
} frame;

enum { UNSEEN, OPEN, DONE };

typedef struct {
    const wrt_gbnf *g;
    uint8_t *state; /* by rule */
    uint32_t *ways; /* by rule that is done */
    frame stack[WRT_GBNF_CHAIN_MAX];
    size_t n;
} walk;

static frame begin_rule(const wrt_gbnf *g, uint32_t rule) {
    const wrt_gbnf_rule *r = &g->rules[rule];
    return (frame){rule, r->first, r->n > 0 ? g->alts[r->first].start : 0, 1};
}

static void next_alternate(const wrt_gbnf *g, frame *f) {
    const wrt_gbnf_rule *rule = &g->rules[f->rule];
    f->alt++;
    if (f->alt < rule->first + rule->n)
        f->at = g->alts[f->alt].start;
}

/* The next rule with which f's rule may begin; false when there are no more. */
static bool next_beginning(const wrt_gbnf *g, frame *f, uint32_t *rule) {
    const wrt_gbnf_rule *owner = &g->rules[f->rule];
    while (f->alt < owner->first + owner->n) {
        uint32_t symbol = g->symbols[f->at];
        uint32_t value = WRT_GBNF_VALUE(symbol);
        if (WRT_GBNF_KIND(symbol) != WRT_GBNF_REF) {
            next_alternate(g, f);
            continue;
        }
        if (g->rules[value].is_nullable || (owner->is_star && value == f->rule))
            f->at++;
        else
            next_alternate(g, f);
        if (owner->is_star && value == f->rule)
            continue; /* the recogniser's way of writing a loop, not the author's */
        *rule = value;
        return true;
    }
    return false;
}

static wrt_status refuse_recursion(const wrt_gbnf *g, uint32_t rule, wrt_err *err) {
    wrt_str name = g->names[g->rules[rule].name];
    return wrt_fail(err, WRT_E_INPUT,
                    "grammar, line %u: rule \"%.*s\" may begin with itself (left recursion)",
                    (unsigned)g->rules[rule].line, (int)(name.len < 40 ? name.len : 40), name.ptr);
}

/* Depth first from one rule, with a stack of its own. */
static wrt_status walk_rule(walk *w, uint32_t start, wrt_err *err) {
    uint32_t next = 0;
    w->n = 0;
    w->stack[w->n++] = begin_rule(w->g, start);
    w->state[start] = OPEN;
    while (w->n > 0) {
        frame *top = &w->stack[w->n - 1];
        if (top->ways > WRT_GBNF_BEGINNINGS_MAX)
            return wrt_fail(err, WRT_E_LIMIT,
                            "grammar, line %u: the rules begin with one another in more than %d "
                            "ways",
                            (unsigned)w->g->rules[top->rule].line, WRT_GBNF_BEGINNINGS_MAX);
        if (!next_beginning(w->g, top, &next)) {
            w->state[top->rule] = DONE;
            w->ways[top->rule] = top->ways;
            w->n--;
            if (w->n > 0)
                w->stack[w->n - 1].ways += top->ways;
        } else if (w->state[next] == DONE) {
            top->ways += w->ways[next];
        } else if (w->state[next] == OPEN) {
            return refuse_recursion(w->g, next, err);
        } else if (w->n == WRT_GBNF_CHAIN_MAX) {
            return wrt_fail(err, WRT_E_LIMIT,
                            "grammar, line %u: more than %d rules begin with one another",
                            (unsigned)w->g->rules[next].line, WRT_GBNF_CHAIN_MAX);
        } else {
            w->state[next] = OPEN;
            w->stack[w->n++] = begin_rule(w->g, next);
        }
    }
    return WRT_OK;
}

static wrt_status check_beginnings(const wrt_gbnf *g, wrt_err *err) {
    walk *w = wrt_calloc(1, sizeof *w);
    wrt_status status = WRT_OK;
    w->g = g;
    w->state = wrt_calloc(g->n_rules, sizeof *w->state);
    w->ways = wrt_calloc(g->n_rules, sizeof *w->ways);
    for (uint32_t r = 0; status == WRT_OK && r < g->n_rules; r++) {
        if (w->state[r] == UNSEEN)
            status = walk_rule(w, r, err);
    }
    free(w->state);
    free(w->ways);
    free(w);
    return status;
}

/* ---- what no finite text fits ---------------------------------------------------------------- */

static bool is_productive(const wrt_gbnf *g, wrt_gbnf_alt alt) {
    for (uint32_t at = alt.start; WRT_GBNF_KIND(g->symbols[at]) != WRT_GBNF_END; at++) {
        uint32_t symbol = g->symbols[at];
        if (WRT_GBNF_KIND(symbol) == WRT_GBNF_REF &&
            !g->rules[WRT_GBNF_VALUE(symbol)].is_productive)
            return false;
    }
    return true;
}

static void drop_alternates(wrt_gbnf *g) {
    for (size_t r = 0; r < g->n_rules; r++) {
        wrt_gbnf_rule *rule = &g->rules[r];
        uint32_t kept = 0;
        for (uint32_t i = 0; i < rule->n; i++) {
            if (is_productive(g, g->alts[rule->first + i]))
                g->alts[rule->first + kept++] = g->alts[rule->first + i];
        }
        rule->n = kept;
    }
}

wrt_status wrt_gbnf_check(wrt_gbnf *grammar, wrt_err *err) {
    sort_alternates(grammar);
    mark_rules(grammar);
    wrt_status status = check_beginnings(grammar, err);
    if (status != WRT_OK)
        return status;
    drop_alternates(grammar);
    if (!grammar->rules[grammar->root].is_productive)
        return wrt_fail(err, WRT_E_INPUT, "grammar, line %u: no finite text fits \"root\"",
                        (unsigned)grammar->rules[grammar->root].line);
    return WRT_OK;
}

bool wrt_gbnf_takes(const wrt_gbnf *grammar, uint32_t symbol, uint32_t low, uint32_t high) {
    uint32_t value = WRT_GBNF_VALUE(symbol);
    if (WRT_GBNF_KIND(symbol) == WRT_GBNF_CHAR)
        return low <= value && value <= high;
    wrt_gbnf_class class = grammar->classes[value];
    const wrt_code_range *ranges = grammar->ranges + class.first;
    size_t from = 0; /* first range that does not end before low */
    for (size_t n = class.n; n > 0; n /= 2) {
        if (ranges[from + n / 2].high < low) {
            from += n / 2 + 1;
            n--;
        }
    }
    return from < class.n && ranges[from].low <= high;
}
