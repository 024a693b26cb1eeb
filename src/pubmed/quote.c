/* quote.c: folded comparison with the way back to the bytes.
 *
 * A text folds to code points, each with the byte where its character began; white space becomes
 * one blank, none at either end. The quotation is looked for with Knuth, Morris and Pratt's method
 * ("Fast pattern matching in strings", 1977), so a hostile text costs no more than a plain one. */
#include "pubmed/quote.h"

#include "pubmed/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int32_t code;
    uint32_t at, end; /* bytes of the character it came from */
} point;

typedef struct {
    point *list;
    size_t n, room;
} folded;

static void add_point(folded *out, point p) {
    if (out->n == out->room) {
        out->room = out->room * 2 + 256;
        out->list = wrt_realloc(out->list, out->room * sizeof *out->list);
    }
    out->list[out->n++] = p;
}

static void fold(folded *out, wrt_str text) {
    wrt_folded one;
    for (size_t at = 0; at < text.len; at += one.bytes) {
        wrt_fold_char(&one, text, at);
        for (int i = 0; i < one.n; i++) {
            point p = {one.code[i], (uint32_t)at, (uint32_t)(at + one.bytes)};
            char plain = wrt_fold_punctuation(p.code);
            if (plain != 0)
                p.code = (unsigned char)plain;
            if (!wrt_fold_is_space(p.code)) {
                add_point(out, p);
            } else if (out->n > 0 && out->list[out->n - 1].code != ' ') {
                p.code = ' ';
                add_point(out, p);
            }
        }
    }
    if (out->n > 0 && out->list[out->n - 1].code == ' ')
        out->n--;
}

/* Part of a word that goes on over the next character; an ideograph is a word by itself. */
static bool joins(int32_t code) {
    bool ideograph = code >= 0x2E80 && code <= 0x9FFF;
    return wrt_fold_is_word(code) && !ideograph;
}

/* Is the place between point i - 1 and point i of a text the border of a character and of a word?
 */
static bool is_border(const folded *text, size_t i) {
    if (i == 0 || i == text->n)
        return true;
    const point *before = &text->list[i - 1], *after = &text->list[i];
    if (before->at == after->at || wrt_fold_is_mark(after->code))
        return false;
    while (i > 1 && wrt_fold_is_mark(before->code))
        before = &text->list[--i - 1];
    return !(joins(before->code) && joins(after->code));
}

static size_t *failure_table(const folded *quotation) {
    size_t *table = wrt_calloc(quotation->n + 1, sizeof *table), k = 0;
    for (size_t i = 1; i < quotation->n; i++) {
        while (k > 0 && quotation->list[i].code != quotation->list[k].code)
            k = table[k];
        k += quotation->list[i].code == quotation->list[k].code;
        table[i + 1] = k;
    }
    return table;
}

/* First place of the quotation with borders at both ends; false when there is none. */
static bool find(size_t *first, const folded *text, const folded *quotation, const size_t *table) {
    size_t k = 0;
    for (size_t i = 0; i < text->n; i++) {
        while (k > 0 && (k == quotation->n || text->list[i].code != quotation->list[k].code))
            k = table[k];
        k += text->list[i].code == quotation->list[k].code;
        if (k < quotation->n)
            continue;
        *first = i + 1 - quotation->n;
        if (is_border(text, *first) && is_border(text, i + 1))
            return true;
    }
    return false;
}

/* ---- fields */

/* The k-th field of a record in the order of search; its name goes to the arena. */
static bool field_at(const char **name, wrt_str *text, const wrt_pubmed_article *a,
                     wrt_arena *arena, size_t k) {
    if (k < 2) {
        *name = k == 0 ? "title" : "vernacular_title";
        *text = k == 0 ? a->title : a->vernacular_title;
        return true;
    }
    k -= 2;
    if (k < a->n_abstract) {
        *name = wrt_arena_printf(arena, "abstract[%zu]", k);
        *text = a->abstract[k].text;
        return true;
    }
    k -= a->n_abstract;
    for (size_t i = 0; i < a->n_other_abstracts; i++) {
        const wrt_pubmed_other_abstract *other = &a->other_abstracts[i];
        if (k < other->n_sections) {
            *name = wrt_arena_printf(arena, "other_abstracts[%zu][%zu]", i, k);
            *text = other->sections[k].text;
            return true;
        }
        k -= other->n_sections;
    }
    return false;
}

bool wrt_pubmed_field_text(wrt_str *out, const wrt_pubmed_article *article, const char *field) {
    wrt_arena *arena = wrt_arena_new();
    const char *name = NULL;
    bool found = false;
    for (size_t k = 0; !found && field_at(&name, out, article, arena, k); k++)
        found = strcmp(name, field) == 0;
    wrt_arena_free(arena);
    if (!found)
        *out = (wrt_str){"", 0};
    return found;
}

/* ---- the public calls */

static wrt_status fold_quotation(folded *out, wrt_str quotation, wrt_err *err) {
    if (quotation.len > WRT_QUOTE_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the quotation has %zu bytes; at most %d are compared",
                        quotation.len, WRT_QUOTE_MAX);
    if (!wrt_utf8_valid(quotation))
        return wrt_fail(err, WRT_E_INPUT, "the quotation is not valid UTF-8");
    fold(out, quotation);
    for (size_t i = 0; i < out->n; i++)
        if (wrt_fold_is_word(out->list[i].code))
            return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "the quotation holds no word");
}

static bool find_in(wrt_pubmed_quote *out, wrt_str text, const folded *quotation,
                    const size_t *table) {
    folded stored = {0};
    size_t first = 0;
    fold(&stored, text);
    bool found = find(&first, &stored, quotation, table);
    if (found) {
        out->start = stored.list[first].at;
        out->end = stored.list[first + quotation->n - 1].end;
        out->text = (wrt_str){text.ptr + out->start, out->end - out->start};
    }
    free(stored.list);
    return found;
}

wrt_status wrt_pubmed_quote_find(wrt_pubmed_quote *out, const wrt_pubmed_article *article,
                                 wrt_arena *arena, wrt_str quotation, wrt_err *err) {
    folded wanted = {0};
    wrt_str text;
    const char *name = NULL;
    *out = (wrt_pubmed_quote){0};
    wrt_status status = fold_quotation(&wanted, quotation, err);
    if (status == WRT_OK) {
        size_t *table = failure_table(&wanted);
        for (size_t k = 0; !out->found && field_at(&name, &text, article, arena, k); k++)
            out->found = find_in(out, text, &wanted, table);
        free(table);
    }
    if (out->found) {
        out->field = name;
        out->is_exact = wrt_str_equal(out->text, quotation);
    }
    free(wanted.list);
    return status;
}

static bool is_start_of_character(wrt_str text, size_t at) {
    return at >= text.len || ((unsigned char)text.ptr[at] & 0xC0) != 0x80;
}

bool wrt_pubmed_quote_holds(const wrt_pubmed_article *article, const char *field, size_t start,
                            size_t end, wrt_str quotation) {
    wrt_str text;
    folded wanted = {0}, stored = {0};
    if (!wrt_pubmed_field_text(&text, article, field) || start >= end || end > text.len ||
        !is_start_of_character(text, start) || !is_start_of_character(text, end))
        return false;
    bool same = fold_quotation(&wanted, quotation, NULL) == WRT_OK;
    fold(&stored, (wrt_str){text.ptr + start, end - start});
    same = same && wanted.n == stored.n;
    for (size_t i = 0; i < wanted.n && same; i++)
        same = wanted.list[i].code == stored.list[i].code;
    free(wanted.list);
    free(stored.list);
    return same;
}

static wrt_json *normalised(wrt_str text) {
    folded points = {0};
    wrt_buf out = wrt_buf_make(8 * (size_t)WRT_QUOTE_MAX);
    fold(&points, text);
    for (size_t i = 0; i < points.n; i++) {
        char utf8[4];
        wrt_buf_add(&out, utf8, wrt_fold_encode(utf8, points.list[i].code));
    }
    wrt_json *json = wrt_json_new_text(wrt_buf_str(&out));
    wrt_buf_free(&out);
    free(points.list);
    return json;
}

wrt_json *wrt_pubmed_quote_json(const wrt_pubmed_quote *quote) {
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_bool(json, "found", quote->found);
    wrt_json_set_text(json, "field", quote->field);
    wrt_json_set(json, "start",
                 quote->found ? wrt_json_new_int((int64_t)quote->start) : wrt_json_new_null());
    wrt_json_set(json, "end",
                 quote->found ? wrt_json_new_int((int64_t)quote->end) : wrt_json_new_null());
    wrt_json_set(json, "text", quote->found ? wrt_json_new_text(quote->text) : wrt_json_new_null());
    wrt_json_set_bool(json, "exact", quote->is_exact);
    wrt_json_set(json, "normalised", quote->found ? normalised(quote->text) : wrt_json_new_null());
    return json;
}
