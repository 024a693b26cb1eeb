/* resolve.c: from a name as people write it to nodes.
 *
 * Exact matches come from the name index. Prefixes come from its order. Fuzzy candidates share
 * trigrams with the text and are kept when their edit distance is small for its length: 1 for 4 to
 * 7 code points, then one more for every 4, at most 4; shorter texts have no fuzzy matches. */
#include "kg/resolve.h"

#include "base/arena.h"
#include "kg/exact.h"
#include "kg/internal.h"
#include "kg/trigram.h"

#include <stdlib.h>

enum {
    LIMIT_DEFAULT = 10,
    LIMIT_MAX = 1000,
    TEXT_MAX = 1024,
    FOLDED_MAX = 1 << 16,
    CANDIDATES_MAX = 2000,
    PREFIX_LEAST = 2, /* bytes */
    FUZZY_LEAST = 4,  /* code points */
    FUZZY_DISTANCE_MAX = 4
};

/* Prefix scores lie in (FUZZY_CEILING, 1), fuzzy scores in (0, FUZZY_CEILING). */
static const double FUZZY_CEILING = 0.6;

static size_t code_points(wrt_str text) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return n;
}

static bool node_index(uint32_t *out, const wrt_kg *kg, int64_t n) {
    if (n < 1 || (uint64_t)n > kg->n_nodes)
        return false;
    *out = (uint32_t)(n - 1);
    return true;
}

static wrt_status find_prefixes(wrt_kg_matches *list, wrt_kg *kg, wrt_str folded, wrt_err *err) {
    if (folded.len < PREFIX_LEAST)
        return WRT_OK;
    wrt_buf last = wrt_buf_make(FOLDED_MAX + 8);
    wrt_buf_add_str(&last, folded);
    wrt_buf_add_c(&last, "\xf4\x8f\xbf\xbf"); /* U+10FFFF sorts after every name */
    wrt_stmt *stmt = kg->by_prefix;
    wrt_stmt_bind_text(stmt, 1, folded);
    wrt_stmt_bind_text(stmt, 2, wrt_buf_str(&last));
    wrt_stmt_bind_int(stmt, 3, CANDIDATES_MAX);
    const double len = (double)code_points(folded);
    bool row = false;
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        uint32_t node = 0;
        double whole = (double)code_points(wrt_stmt_text(stmt, 1));
        if (node_index(&node, kg, wrt_stmt_int(stmt, 0)) && whole > len)
            wrt_kg_matches_add(list,
                               (wrt_kg_match){node, WRT_KG_MATCH_PREFIX,
                                              FUZZY_CEILING + (1 - FUZZY_CEILING) * len / whole});
    }
    wrt_stmt_reset(stmt);
    wrt_buf_free(&last);
    return status;
}

static size_t distance_cap(size_t length) {
    size_t cap = length < FUZZY_LEAST ? 0 : length / FUZZY_LEAST;
    return cap < FUZZY_DISTANCE_MAX ? cap : FUZZY_DISTANCE_MAX;
}

/* Adds candidates that are close enough to the folded text. */
static wrt_status measure(wrt_kg_matches *list, wrt_kg *kg, wrt_str folded, size_t cap,
                          wrt_err *err) {
    bool row = false;
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, kg->by_grams, err)) == WRT_OK && row) {
        uint32_t node = 0;
        wrt_str key = wrt_stmt_text(kg->by_grams, 1);
        size_t distance = wrt_edit_distance(folded, key, cap);
        if (distance == 0 || distance > cap ||
            !node_index(&node, kg, wrt_stmt_int(kg->by_grams, 0)))
            continue;
        size_t a = code_points(folded), b = code_points(key);
        double share = (double)distance / (double)(a > b ? a : b);
        wrt_kg_matches_add(list,
                           (wrt_kg_match){node, WRT_KG_MATCH_FUZZY, FUZZY_CEILING * (1 - share)});
    }
    return status;
}

static wrt_status find_fuzzy(wrt_kg_matches *list, wrt_kg *kg, wrt_str folded, wrt_err *err) {
    size_t cap = distance_cap(code_points(folded));
    if (cap == 0 || folded.len > WRT_TRIGRAM_MAX)
        return WRT_OK;
    uint32_t grams[WRT_TRIGRAM_MAX];
    size_t n = wrt_trigrams(grams, folded);
    wrt_buf array = wrt_buf_make((size_t)WRT_TRIGRAM_MAX * 12);
    for (size_t i = 0; i < n; i++)
        wrt_buf_printf(&array, "%c%u", i == 0 ? '[' : ',', grams[i]);
    wrt_buf_add_char(&array, ']');
    /* An edit changes at most four windows (a transposition). */
    size_t lost = cap * 4;
    wrt_stmt_bind_text(kg->by_grams, 1, wrt_buf_str(&array));
    wrt_stmt_bind_int(kg->by_grams, 2, (int64_t)(n > lost + 1 ? n - lost : 1));
    wrt_stmt_bind_int(kg->by_grams, 3, CANDIDATES_MAX);
    wrt_status status = measure(list, kg, folded, cap, err);
    wrt_stmt_reset(kg->by_grams);
    wrt_buf_free(&array);
    return status;
}

wrt_status wrt_kg_resolve(wrt_json **out, wrt_kg *kg, wrt_str text, const wrt_json *kinds,
                          size_t limit, wrt_err *err) {
    *out = NULL;
    text = wrt_str_trim(text);
    if (text.len > TEXT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a name of %zu bytes; at most %d are looked up", text.len,
                        TEXT_MAX);
    if (!wrt_utf8_valid(text))
        return wrt_fail(err, WRT_E_INPUT, "the name is not valid UTF-8");
    if (limit > LIMIT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "limit must be at most %d", LIMIT_MAX);
    bool *admitted = wrt_calloc(kg->store->n_terms + 1, sizeof *admitted);
    wrt_kg_matches list = {.n = 0};
    wrt_buf folded = wrt_buf_make(FOLDED_MAX);
    wrt_kg_fold(&folded, text);
    wrt_status status = wrt_kg_admit(admitted, kg, kinds, "kinds", err);
    if (status == WRT_OK)
        status = wrt_kg_find_exact(&list, kg, text, false, err);
    if (status == WRT_OK)
        status = find_prefixes(&list, kg, wrt_buf_str(&folded), err);
    if (status == WRT_OK)
        status = find_fuzzy(&list, kg, wrt_buf_str(&folded), err);
    if (status == WRT_OK)
        status =
            wrt_kg_matches_json(out, kg, &list, admitted, limit == 0 ? LIMIT_DEFAULT : limit, err);
    wrt_buf_free(&folded);
    wrt_kg_matches_free(&list);
    free(admitted);
    return status;
}
