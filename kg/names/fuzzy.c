/* fuzzy.c: see fuzzy.h.
 *
 * One edit changes at most four of a name's trigrams (a transposition), so of any 4d + 1 trigrams
 * of the text at least one stands in every name within d edits (the q-gram lemma; Ukkonen,
 * Theoretical Computer Science 1992;92:191-211). The 4d + 1 + SPARE rarest ones are read; a name
 * that holds at least 1 + SPARE of them is measured. Trigrams that a misspelling made are rare or
 * in no name at all, which is what makes this cheap. */
#include "kg/names/fuzzy.h"

#include "base/arena.h"
#include "kg/internal.h"
#include "kg/names/distance.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAST = 4, /* code points for each edit */
    POINTS_MAX = 250,
    GRAMS_MAX = POINTS_MAX + 2,
    PER_EDIT = 4, /* trigrams that one edit changes */
    SPARE = 4,
    READ_MAX = 60000,
    MEASURED = 255
};

/* Of two names equally near, the node's own is likelier than a synonym. */
static const double SYNONYM_FACTOR = 0.98;

typedef struct {
    wrt_str text; /* three code points of the padded text */
    int64_t names;
} gram;

typedef struct {
    wrt_kg *kg;
    wrt_str folded;
    size_t cap; /* edits */
    gram grams[GRAMS_MAX];
    size_t n_grams, n_read;   /* the first n_read have been read */
    unsigned char *shared;    /* by row of `name`: trigrams seen there, or MEASURED */
    int64_t *seen;            /* rows with shared > 0 */
    size_t n_seen, n_entries; /* entries of the index that were read */
    size_t nearest;           /* smallest distance found */
} search;

size_t wrt_kg_code_points(wrt_str text) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return n;
}

/* ---- trigrams of the text */

static int by_text(const void *a, const void *b) {
    return wrt_str_compare(((const gram *)a)->text, ((const gram *)b)->text);
}

static int by_rarity(const void *a, const void *b) {
    const gram *x = a, *y = b;
    if (x->names != y->names)
        return x->names < y->names ? -1 : 1;
    return wrt_str_compare(x->text, y->text);
}

static void cut_grams(search *s, wrt_str padded) {
    size_t starts[GRAMS_MAX + 1], n = 0;
    for (size_t i = 0; i < padded.len; i++)
        if (((unsigned char)padded.ptr[i] & 0xc0) != 0x80 && n < GRAMS_MAX)
            starts[n++] = i;
    starts[n] = padded.len;
    for (size_t i = 0; i + 3 <= n; i++)
        s->grams[s->n_grams++].text = (wrt_str){padded.ptr + starts[i], starts[i + 3] - starts[i]};
    qsort(s->grams, s->n_grams, sizeof *s->grams, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < s->n_grams; i++)
        if (i == 0 || !wrt_str_equal(s->grams[i].text, s->grams[kept - 1].text))
            s->grams[kept++] = s->grams[i];
    s->n_grams = kept;
}

static wrt_status count_grams(search *s, wrt_err *err) {
    wrt_stmt *stmt = s->kg->gram_count;
    for (size_t i = 0; i < s->n_grams; i++) {
        bool row = false;
        wrt_stmt_bind_text(stmt, 1, s->grams[i].text);
        wrt_status status = wrt_stmt_step(&row, stmt, err);
        s->grams[i].names = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
        wrt_stmt_reset(stmt);
        if (status != WRT_OK)
            return status;
    }
    qsort(s->grams, s->n_grams, sizeof *s->grams, by_rarity);
    return WRT_OK;
}

/* ---- names that share them */

static wrt_status read_gram(search *s, wrt_str text, wrt_err *err) {
    wrt_buf phrase = wrt_buf_make(64);
    wrt_buf_add_char(&phrase, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            wrt_buf_add_char(&phrase, '"');
        wrt_buf_add_char(&phrase, text.ptr[i]);
    }
    wrt_buf_add_char(&phrase, '"');
    wrt_stmt *stmt = s->kg->by_gram;
    wrt_stmt_bind_text(stmt, 1, wrt_buf_str(&phrase));
    bool row = false;
    wrt_status status = WRT_OK;
    while (s->n_entries < READ_MAX && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        int64_t n = wrt_stmt_int(stmt, 0);
        s->n_entries++;
        if (n < 1 || n > s->kg->last_name)
            continue;
        if (s->shared[n] == 0)
            s->seen[s->n_seen++] = n;
        if (s->shared[n] < MEASURED - 1)
            s->shared[n]++;
    }
    wrt_stmt_reset(stmt);
    wrt_buf_free(&phrase);
    return status;
}

static wrt_status measure(wrt_kg_matches *list, search *s, int64_t name, wrt_err *err) {
    wrt_stmt *stmt = s->kg->name_by_n;
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, name);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    s->shared[name] = MEASURED;
    if (status == WRT_OK && row) {
        wrt_str key = wrt_stmt_text(stmt, 1);
        int64_t node = wrt_stmt_int(stmt, 0);
        size_t distance = wrt_edit_distance(s->folded, key, s->cap);
        if (distance > 0 && distance <= s->cap && node >= 1 && (uint64_t)node <= s->kg->n_nodes) {
            size_t a = wrt_kg_code_points(s->folded), b = wrt_kg_code_points(key);
            double share = (double)distance / (double)(a > b ? a : b);
            double score = WRT_KG_FUZZY_CEILING * (1 - share);
            if (wrt_stmt_int(stmt, 2) == WRT_KG_MATCH_SYNONYM)
                score *= SYNONYM_FACTOR;
            wrt_kg_matches_add(list, (wrt_kg_match){.node = (uint32_t)(node - 1),
                                                    .how = WRT_KG_MATCH_FUZZY,
                                                    .score = score});
            s->nearest = distance < s->nearest ? distance : s->nearest;
        }
    }
    wrt_stmt_reset(stmt);
    return status;
}

/* Everything within `edits` that the index can show. */
static wrt_status search_within(wrt_kg_matches *list, search *s, size_t edits, wrt_err *err) {
    size_t lost = PER_EDIT * edits, wanted = lost + 1 + SPARE;
    size_t n = wanted < s->n_grams ? wanted : s->n_grams;
    wrt_status status = WRT_OK;
    while (s->n_read < n && status == WRT_OK)
        status = read_gram(s, s->grams[s->n_read++].text, err);
    size_t least = n > lost + 1 ? n - lost : 1;
    for (size_t i = 0; i < s->n_seen && status == WRT_OK; i++) {
        unsigned char shared = s->shared[s->seen[i]];
        if (shared != MEASURED && shared >= least)
            status = measure(list, s, s->seen[i], err);
    }
    return status;
}

static wrt_status deepen(wrt_kg_matches *list, search *s, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t edits = 1; edits <= s->cap && status == WRT_OK; edits++) {
        if (s->nearest < edits || s->n_entries >= READ_MAX)
            break;
        status = search_within(list, s, edits, err);
    }
    return status;
}

wrt_status wrt_kg_find_fuzzy(wrt_kg_matches *list, wrt_kg *kg, wrt_str folded, size_t most,
                             wrt_err *err) {
    size_t length = wrt_kg_code_points(folded), cap = length / LEAST;
    cap = cap < most ? cap : most;
    if (cap == 0 || length > POINTS_MAX)
        return WRT_OK;
    search *s = wrt_calloc(1, sizeof *s);
    wrt_buf padded = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&padded, " %.*s ", (int)folded.len, folded.ptr);
    s->kg = kg;
    s->folded = folded;
    s->cap = cap;
    s->nearest = WRT_KG_FUZZY_EDITS + 1;
    s->shared = wrt_calloc((size_t)kg->last_name + 1, 1);
    s->seen = wrt_calloc(READ_MAX, sizeof *s->seen);
    cut_grams(s, wrt_buf_str(&padded));
    wrt_status status = count_grams(s, err);
    if (status == WRT_OK)
        status = deepen(list, s, err);
    free(s->shared);
    free(s->seen);
    free(s);
    wrt_buf_free(&padded);
    return status;
}
