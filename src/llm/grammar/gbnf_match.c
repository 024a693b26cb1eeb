/* gbnf_match.c: is this text a sentence, or the beginning of one?
 *
 * Earley's recogniser: Earley 1970, "An efficient context-free parsing algorithm",
 * doi:10.1145/362007.362035, with the treatment of empty rules of Aycock and Horspool 2002,
 * "Practical Earley parsing", doi:10.1093/comjnl/45.6.620: when a rule that may be empty is
 * predicted, the item steps over it at once. After k characters the set S(k) holds every item
 * (dotted rule, origin) that some beginning of a sentence needs, and nothing else, because the
 * grammar holds only rules that a finite text fits: S(k) is empty exactly when no sentence begins
 * so. Cubic in the text, quadratic for unambiguous grammars.
 *
 *   items    | S(0) ...... | S(1) ... | S(2) ....... |      one array, sets behind one another
 *   waiting  (k, rule) -> newest item of S(k) whose dot stands before rule -> older -> ...
 *
 * A character is read when its last byte is; for the bytes of one that is still incomplete, the
 * range of code points it can become is tried against the set. */
#include "base/arena.h"
#include "llm/grammar/gbnf_form.h"

#include <stdlib.h>
#include <string.h>

enum {
    ITEMS_MAX = 1 << 22, /* 12 bytes each, and as many for `waiting` */
    STEPS_MAX = 1 << 26  /* items tried; some 10 ns each */
};

static const uint32_t NONE = UINT32_MAX; /* end of a chain of waiting items */

typedef struct {
    uint32_t dot;    /* place in symbols */
    uint32_t origin; /* the set in which its rule began */
    uint32_t older;  /* waits for the same rule in the same set */
} item;

typedef struct {
    uint32_t set, rule; /* the key */
    uint32_t newest;    /* item + 1; 0 for a free slot */
    uint32_t padding;
} waiting;

typedef struct {
    uint32_t set; /* + 1, so that 0 is no set */
    uint32_t item;
} seen;

struct wrt_gbnf_match {
    const wrt_gbnf *g;
    item *items;
    size_t n_items, items_room;
    size_t set_start; /* of the newest set */
    uint32_t set;
    waiting *waits; /* open addressing, all sets */
    size_t n_waits, waits_mask;
    seen *seen; /* open addressing, the newest set only */
    size_t n_seen, seen_mask;
    size_t steps;
    bool is_complete, is_dead, is_exhausted;
    uint32_t code, code_low; /* of a character not yet complete; the least it may be */
    int n_missing;           /* bytes it lacks */
};

/* ---- hash tables ----------------------------------------------------------------------------- */

static size_t mix(uint32_t a, uint32_t b) {
    uint64_t hash = ((uint64_t)a << 32 | b) * 0x9E3779B97F4A7C15U;
    return (size_t)(hash ^ hash >> 29);
}

static waiting *find_waiting(const wrt_gbnf_match *m, uint32_t set, uint32_t rule) {
    size_t slot = mix(rule, set) & m->waits_mask;
    while (m->waits[slot].newest != 0 && (m->waits[slot].set != set || m->waits[slot].rule != rule))
        slot = (slot + 1) & m->waits_mask;
    return &m->waits[slot];
}

static void grow_waits(wrt_gbnf_match *m) {
    waiting *old = m->waits;
    size_t n = m->waits_mask + 1;
    m->waits_mask = 2 * n - 1;
    m->waits = wrt_calloc(2 * n, sizeof *m->waits);
    for (size_t i = 0; i < n; i++) {
        if (old[i].newest != 0)
            *find_waiting(m, old[i].set, old[i].rule) = old[i];
    }
    free(old);
}

/* The slot of the item (dot, origin) of the newest set, or a free one. */
static seen *find_seen(const wrt_gbnf_match *m, uint32_t dot, uint32_t origin) {
    size_t slot = mix(dot, origin) & m->seen_mask;
    while (m->seen[slot].set == m->set + 1) {
        const item *one = &m->items[m->seen[slot].item];
        if (one->dot == dot && one->origin == origin)
            break;
        slot = (slot + 1) & m->seen_mask;
    }
    return &m->seen[slot];
}

static void grow_seen(wrt_gbnf_match *m) {
    m->seen_mask = 2 * (m->seen_mask + 1) - 1;
    free(m->seen);
    m->seen = wrt_calloc(m->seen_mask + 1, sizeof *m->seen);
    for (size_t i = m->set_start; i < m->n_items; i++)
        *find_seen(m, m->items[i].dot, m->items[i].origin) = (seen){m->set + 1, (uint32_t)i};
}

/* ---- one set --------------------------------------------------------------------------------- */

/* Puts an item into the newest set unless it is there. Past a cap the match is exhausted. */
static void add_item(wrt_gbnf_match *m, uint32_t dot, uint32_t origin) {
    seen *slot = find_seen(m, dot, origin);
    m->steps++;
    if (slot->set == m->set + 1)
        return;
    if (m->n_items >= ITEMS_MAX || m->steps >= STEPS_MAX) {
        m->is_exhausted = true;
        return;
    }
    *slot = (seen){m->set + 1, (uint32_t)m->n_items};
    WRT_GBNF_GROW(m->items, m->n_items, m->items_room);
    m->items[m->n_items++] = (item){dot, origin, NONE};
    if (2 * ++m->n_seen > m->seen_mask)
        grow_seen(m);
}

/* The dot of item i stands before `rule`. */
static void predict(wrt_gbnf_match *m, size_t i, uint32_t rule) {
    const wrt_gbnf_rule *r = &m->g->rules[rule];
    if (2 * (m->n_waits + 1) > m->waits_mask)
        grow_waits(m);
    waiting *w = find_waiting(m, m->set, rule);
    if (w->newest == 0) {
        *w = (waiting){m->set, rule, (uint32_t)i + 1, 0};
        m->n_waits++;
        for (uint32_t a = r->first; a < r->first + r->n; a++)
            add_item(m, m->g->alts[a].start, m->set);
    } else {
        m->items[i].older = w->newest - 1;
        w->newest = (uint32_t)i + 1;
    }
    if (r->is_nullable)
        add_item(m, m->items[i].dot + 1, m->items[i].origin);
}

/* `rule`, begun in set `origin`, ends here: whoever waited for it there goes on. */
static void complete(wrt_gbnf_match *m, uint32_t rule, uint32_t origin) {
    if (rule == m->g->root && origin == 0)
        m->is_complete = true;
    if (origin == m->set)
        return; /* empty: stepped over when it was predicted */
    uint32_t next = find_waiting(m, origin, rule)->newest - 1;
    while (next != NONE && !m->is_exhausted) {
        add_item(m, m->items[next].dot + 1, m->items[next].origin);
        next = m->items[next].older;
    }
}

static void close_set(wrt_gbnf_match *m) {
    for (size_t i = m->set_start; i < m->n_items && !m->is_exhausted; i++) {
        uint32_t symbol = m->g->symbols[m->items[i].dot];
        if (WRT_GBNF_KIND(symbol) == WRT_GBNF_REF)
            predict(m, i, WRT_GBNF_VALUE(symbol));
        else if (WRT_GBNF_KIND(symbol) == WRT_GBNF_END)
            complete(m, WRT_GBNF_VALUE(symbol), m->items[i].origin);
    }
}

/* True when a character in [low, high] can follow. */
static bool can_follow(const wrt_gbnf_match *m, uint32_t low, uint32_t high) {
    for (size_t i = m->set_start; i < m->n_items; i++) {
        uint32_t symbol = m->g->symbols[m->items[i].dot];
        if ((WRT_GBNF_KIND(symbol) == WRT_GBNF_CHAR || WRT_GBNF_KIND(symbol) == WRT_GBNF_CLASS) &&
            wrt_gbnf_takes(m->g, symbol, low, high))
            return true;
    }
    return false;
}

static void read_code(wrt_gbnf_match *m, uint32_t code) {
    size_t start = m->set_start;
    size_t end = m->n_items;
    m->set++;
    m->set_start = end;
    m->n_seen = 0;
    m->is_complete = false;
    for (size_t i = start; i < end && !m->is_exhausted; i++) {
        uint32_t symbol = m->g->symbols[m->items[i].dot];
        if ((WRT_GBNF_KIND(symbol) == WRT_GBNF_CHAR || WRT_GBNF_KIND(symbol) == WRT_GBNF_CLASS) &&
            wrt_gbnf_takes(m->g, symbol, code, code))
            add_item(m, m->items[i].dot + 1, m->items[i].origin);
    }
    close_set(m);
    m->is_dead = m->n_items == m->set_start;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* The first byte of a longer character (RFC 3629); false when it cannot be one. */
static bool begin_code(wrt_gbnf_match *m, unsigned char byte) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (byte < 0xC2 || byte > 0xF4)
        return false;
    m->n_missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    m->code = byte & (0x3FU >> m->n_missing);
    m->code_low = least[m->n_missing];
    return true;
}

/* The code points that the bytes so far can become; false when there are none. */
static bool code_range(const wrt_gbnf_match *m, uint32_t *low, uint32_t *high) {
    *low = m->code << 6 * m->n_missing;
    *high = *low | ((1U << 6 * m->n_missing) - 1);
    if (*low < m->code_low)
        *low = m->code_low;
    if (*high > WRT_CODE_MAX)
        *high = WRT_CODE_MAX;
    if (*low >= WRT_CODE_SURROGATE && *low < WRT_CODE_AFTER_SURROGATES)
        *low = WRT_CODE_AFTER_SURROGATES;
    return *low <= *high;
}

static void read_byte(wrt_gbnf_match *m, unsigned char byte) {
    uint32_t low = 0;
    uint32_t high = 0;
    if (m->n_missing == 0 && byte < 0x80) {
        read_code(m, byte);
        return;
    }
    if (m->n_missing == 0) {
        m->is_dead = !begin_code(m, byte);
    } else {
        m->is_dead = (byte & 0xC0) != 0x80;
        m->code = m->code << 6 | (byte & 0x3FU);
        m->n_missing--;
    }
    m->is_dead = m->is_dead || !code_range(m, &low, &high);
    if (!m->is_dead && m->n_missing == 0)
        read_code(m, m->code);
    else if (!m->is_dead)
        m->is_dead = !can_follow(m, low, high);
}

/* ---- the public calls ------------------------------------------------------------------------ */

wrt_gbnf_match *wrt_gbnf_match_new(const wrt_gbnf *grammar) {
    wrt_gbnf_match *m = wrt_calloc(1, sizeof *m);
    const wrt_gbnf_rule *root = &grammar->rules[grammar->root];
    m->g = grammar;
    m->waits_mask = m->seen_mask = 63;
    m->waits = wrt_calloc(m->waits_mask + 1, sizeof *m->waits);
    m->seen = wrt_calloc(m->seen_mask + 1, sizeof *m->seen);
    for (uint32_t a = root->first; a < root->first + root->n; a++)
        add_item(m, grammar->alts[a].start, 0);
    close_set(m);
    return m;
}

void wrt_gbnf_match_free(wrt_gbnf_match *match) {
    if (match == NULL)
        return;
    free(match->items);
    free(match->waits);
    free(match->seen);
    free(match);
}

wrt_status wrt_gbnf_match_feed(bool *is_possible, wrt_gbnf_match *match, wrt_str bytes,
                               wrt_err *err) {
    for (size_t i = 0; i < bytes.len && !match->is_dead && !match->is_exhausted; i++)
        read_byte(match, (unsigned char)bytes.ptr[i]);
    *is_possible = !match->is_dead && !match->is_exhausted;
    if (match->is_exhausted)
        return wrt_fail(err, WRT_E_LIMIT,
                        "checking the text against the grammar was stopped at its work limit "
                        "(character %u); use a shorter text or a less ambiguous grammar",
                        (unsigned)match->set);
    return WRT_OK;
}

bool wrt_gbnf_match_complete(const wrt_gbnf_match *match) {
    return match->is_complete && match->n_missing == 0 && !match->is_dead && !match->is_exhausted;
}

wrt_status wrt_gbnf_accepts(bool *out, const wrt_gbnf *grammar, wrt_str text, wrt_err *err) {
    wrt_gbnf_match *match = wrt_gbnf_match_new(grammar);
    wrt_status status = wrt_gbnf_match_feed(out, match, text, err);
    *out = status == WRT_OK && wrt_gbnf_match_complete(match);
    wrt_gbnf_match_free(match);
    return status;
}
