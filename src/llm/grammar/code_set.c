/* code_set.c: sorted ranges. Everything is built from "join" and "what is left out". */
#include "llm/grammar/code_set.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

void wrt_code_set_free(wrt_code_set *set) {
    if (set == NULL)
        return;
    free(set->ranges);
    *set = (wrt_code_set){0};
}

void wrt_code_set_add(wrt_code_set *set, uint32_t low, uint32_t high) {
    if (set->n == set->room) {
        set->room = set->room == 0 ? 8 : 2 * set->room;
        set->ranges = wrt_realloc(set->ranges, set->room * sizeof *set->ranges);
    }
    set->ranges[set->n++] = (wrt_code_range){low, high};
}

static int compare_ranges(const void *a, const void *b) {
    const wrt_code_range *first = a;
    const wrt_code_range *second = b;
    return (first->low > second->low) - (first->low < second->low);
}

static void join(wrt_code_set *set) {
    if (set->n == 0)
        return;
    qsort(set->ranges, set->n, sizeof *set->ranges, compare_ranges);
    size_t last = 0;
    for (size_t i = 1; i < set->n; i++) {
        wrt_code_range next = set->ranges[i];
        if (next.low > set->ranges[last].high + 1)
            set->ranges[++last] = next;
        else if (next.high > set->ranges[last].high)
            set->ranges[last].high = next.high;
    }
    set->n = last + 1;
}

/* Of a joined set. */
static void complement(wrt_code_set *set) {
    size_t end = set->n;
    uint32_t low = 0;
    for (size_t i = 0; i < end; i++) {
        wrt_code_range taken = set->ranges[i];
        if (taken.low > low)
            wrt_code_set_add(set, low, taken.low - 1);
        low = taken.high + 1;
    }
    if (low <= WRT_CODE_MAX)
        wrt_code_set_add(set, low, WRT_CODE_MAX);
    if (end > 0)
        memmove(set->ranges, set->ranges + end, (set->n - end) * sizeof *set->ranges);
    set->n -= end;
}

void wrt_code_set_negate(wrt_code_set *set) {
    wrt_code_set_add(set, WRT_CODE_SURROGATE, WRT_CODE_AFTER_SURROGATES - 1);
    join(set);
    complement(set);
}

void wrt_code_set_join(wrt_code_set *set) {
    join(set);
    complement(set);
    wrt_code_set_negate(set);
}

bool wrt_code_set_holds(const wrt_code_set *set, uint32_t code) {
    for (size_t i = 0; i < set->n; i++) {
        if (set->ranges[i].low <= code && code <= set->ranges[i].high)
            return true;
    }
    return false;
}

bool wrt_code_is_scalar(uint32_t code) {
    return code <= WRT_CODE_MAX && (code < WRT_CODE_SURROGATE || code >= WRT_CODE_AFTER_SURROGATES);
}

static void write_code(wrt_buf *out, uint32_t code) {
    bool is_plain = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
                    (code >= '0' && code <= '9');
    if (is_plain)
        wrt_buf_add_char(out, (char)code);
    else
        wrt_buf_printf(out,
                       code < 0x100     ? "\\x%02X"
                       : code < 0x10000 ? "\\u%04X"
                                        : "\\U%08X",
                       (unsigned)code);
}

void wrt_code_set_write(wrt_buf *out, const wrt_code_set *set) {
    wrt_buf_add_char(out, '[');
    for (size_t i = 0; i < set->n; i++) {
        write_code(out, set->ranges[i].low);
        if (set->ranges[i].high > set->ranges[i].low + 1)
            wrt_buf_add_char(out, '-');
        if (set->ranges[i].high > set->ranges[i].low)
            write_code(out, set->ranges[i].high);
    }
    wrt_buf_add_char(out, ']');
}
