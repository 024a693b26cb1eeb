/* resolve.c: from a name as people write it to nodes.
 *
 * Exact matches come from the name index, variants from the table of loose forms, prefixes from the
 * order of the name index, fuzzy ones from the trigrams (kg/names/fuzzy.c). */
#include "kg/names/resolve.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/names/exact.h"
#include "kg/names/fuzzy.h"
#include "kg/names/loose.h"
#include "kg/names/words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    LIMIT_DEFAULT = 10,
    LIMIT_MAX = 1000,
    TEXT_MAX = 1024,
    FOLDED_MAX = 1 << 16,
    CANDIDATES_MAX = 2000,
    VARIANTS_MAX = 200,
    PREFIX_LEAST = 2 /* bytes */
};

/* Variant scores lie at or above PREFIX_CEILING, prefix scores between it and the fuzzy ones. */
static const double PREFIX_CEILING = 0.9;

static bool node_index(uint32_t *out, const wrt_kg *kg, int64_t n) {
    if (n < 1 || (uint64_t)n > kg->n_nodes)
        return false;
    *out = (uint32_t)(n - 1);
    return true;
}

/* ---- exact */

/* An everyday word names a gene or an abbreviation only in its own case; in another it is a weak
 * match. */
static wrt_status find_exact(wrt_kg_matches *list, wrt_kg *kg, wrt_str text, wrt_err *err) {
    bool everyday = wrt_kg_is_everyday(text);
    wrt_status status = wrt_kg_find_exact(list, kg, text, everyday, err);
    if (status != WRT_OK || !everyday)
        return status;
    size_t before = list->n;
    status = wrt_kg_find_exact(list, kg, text, false, err);
    for (size_t i = before; i < list->n; i++) {
        wrt_kg_match *match = &list->items[i];
        match->how = WRT_KG_MATCH_VARIANT;
        match->via = "case";
        match->score = PREFIX_CEILING;
    }
    return status;
}

/* ---- variants */

static bool is_chemical(const wrt_kg *kg, uint32_t node) {
    static const char *const kinds[] = {"compound", "drug", "chemical", "molecul", "substance"};
    const char *kind = wrt_kg_term(kg->store, kg->kind[node]);
    for (size_t i = 0; kind != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcasestr(kind, kinds[i]) != NULL)
            return true;
    return false;
}

static bool loosely_equal(wrt_str a, wrt_str b, wrt_kg_loose_level level) {
    wrt_buf x = wrt_buf_make(FOLDED_MAX), y = wrt_buf_make(FOLDED_MAX);
    wrt_kg_loosen(&x, a, level);
    wrt_kg_loosen(&y, b, level);
    bool equal = wrt_str_equal(wrt_buf_str(&x), wrt_buf_str(&y));
    wrt_buf_free(&x);
    wrt_buf_free(&y);
    return equal;
}

/* What has to be overlooked so that the two are equal, and how good a match that makes. */
static bool judge_variant(wrt_kg_match *match, const wrt_kg *kg, wrt_str folded, wrt_str key) {
    match->how = WRT_KG_MATCH_VARIANT;
    if (loosely_equal(folded, key, WRT_KG_LOOSE_SPELLING)) {
        match->via = "spelling";
        match->score = 0.98;
    } else if (loosely_equal(folded, key, WRT_KG_LOOSE_ORDER)) {
        match->via = "word order";
        match->score = 0.96;
    } else {
        match->via = "salt";
        match->score = 0.93;
        return is_chemical(kg, match->node);
    }
    return true;
}

static wrt_status find_variants(wrt_kg_matches *list, wrt_kg *kg, wrt_str folded, wrt_err *err) {
    wrt_buf loose = wrt_buf_make(FOLDED_MAX);
    wrt_kg_loosen(&loose, folded, WRT_KG_LOOSE_SALT);
    wrt_status status = WRT_OK;
    if (loose.len > 0) {
        bool row = false;
        wrt_stmt_bind_text(kg->by_loose, 1, wrt_buf_str(&loose));
        wrt_stmt_bind_int(kg->by_loose, 2, VARIANTS_MAX);
        while ((status = wrt_stmt_step(&row, kg->by_loose, err)) == WRT_OK && row) {
            wrt_kg_match match = {.node = 0};
            wrt_str key = wrt_stmt_text(kg->by_loose, 1);
            if (node_index(&match.node, kg, wrt_stmt_int(kg->by_loose, 0)) &&
                !wrt_str_equal(key, folded) && judge_variant(&match, kg, folded, key))
                wrt_kg_matches_add(list, match);
        }
        wrt_stmt_reset(kg->by_loose);
    }
    wrt_buf_free(&loose);
    return status;
}

/* ---- prefixes */

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
    const double len = (double)wrt_kg_code_points(folded);
    bool row = false;
    wrt_status status = WRT_OK;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_kg_match match = {.how = WRT_KG_MATCH_PREFIX};
        double whole = (double)wrt_kg_code_points(wrt_stmt_text(stmt, 1));
        match.score = WRT_KG_FUZZY_CEILING + (PREFIX_CEILING - WRT_KG_FUZZY_CEILING) * len / whole;
        if (node_index(&match.node, kg, wrt_stmt_int(stmt, 0)) && whole > len)
            wrt_kg_matches_add(list, match);
    }
    wrt_stmt_reset(stmt);
    wrt_buf_free(&last);
    return status;
}

/* ---- all of it */

static wrt_status check_text(wrt_str text, size_t limit, wrt_err *err) {
    if (text.len > TEXT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "a name of %zu bytes; at most %d are looked up", text.len,
                        TEXT_MAX);
    if (!wrt_utf8_valid(text))
        return wrt_fail(err, WRT_E_INPUT, "the name is not valid UTF-8");
    if (limit > LIMIT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "limit must be at most %d", LIMIT_MAX);
    return WRT_OK;
}

/* What is spelt like a name in the graph is hardly a misspelling of another. */
static bool is_exact(const wrt_kg_matches *list) {
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].how < WRT_KG_MATCH_VARIANT)
            return true;
    return false;
}

static wrt_status find_all(wrt_kg_matches *list, wrt_kg *kg, wrt_str text, wrt_err *err) {
    wrt_buf folded = wrt_buf_make(FOLDED_MAX);
    wrt_kg_fold(&folded, text);
    wrt_status status = find_exact(list, kg, text, err);
    if (status == WRT_OK)
        status = find_variants(list, kg, wrt_buf_str(&folded), err);
    if (status == WRT_OK)
        status = find_prefixes(list, kg, wrt_buf_str(&folded), err);
    if (status == WRT_OK)
        status = wrt_kg_find_fuzzy(list, kg, wrt_buf_str(&folded),
                                   is_exact(list) ? 1 : WRT_KG_FUZZY_EDITS, err);
    wrt_buf_free(&folded);
    return status;
}

wrt_status wrt_kg_resolve(wrt_json **out, wrt_kg *kg, wrt_str text, const wrt_json *kinds,
                          size_t limit, wrt_err *err) {
    *out = NULL;
    text = wrt_str_trim(text);
    wrt_status status = check_text(text, limit, err);
    if (status != WRT_OK)
        return status;
    bool *admitted = wrt_calloc(kg->store->n_terms + 1, sizeof *admitted);
    wrt_kg_matches list = {.n = 0};
    status = wrt_kg_admit(admitted, kg, kinds, "kinds", err);
    if (status == WRT_OK)
        status = find_all(&list, kg, text, err);
    if (status == WRT_OK)
        status =
            wrt_kg_matches_json(out, kg, &list, admitted, limit == 0 ? LIMIT_DEFAULT : limit, err);
    wrt_kg_matches_free(&list);
    free(admitted);
    return status;
}
