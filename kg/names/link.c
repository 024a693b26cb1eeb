/* link.c: the spans of a sentence that name nodes.
 *
 * The sentence is cut into units: runs of letters, digits and marks, and single other characters.
 * Every run of units of at most 12 words is looked up exactly; of the spans that name something the
 * longest is taken first and those it overlaps are dropped. Everyday words ("was", "set") and
 * spellings of one or two bytes count only when their case is that of the stored spelling, because
 * gene symbols look like them. */
#include "kg/internal.h"
#include "kg/names/exact.h"
#include "kg/names/words.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    SENTENCE_MAX = 2048,
    WORDS_MAX = 12,
    UNITS_MAX = 36, /* per span */
    SPAN_MATCHES_MAX = 100,
    PLURAL_LEAST = 4 /* bytes of a word whose final s may be dropped */
};

typedef struct {
    size_t start, end;
    bool is_word, is_separator; /* a separator folds to a space and ends no span */
} unit;

typedef struct {
    size_t start, end;
    wrt_json *matches;
} span;

typedef struct {
    wrt_kg *kg;
    wrt_str text;
    unit *units;
    size_t n_units;
    span *spans;
    size_t n_spans, room;
} linker;

/* ---- units */

static bool is_word_character(utf8proc_category_t category) {
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

static bool is_space(utf8proc_category_t category) {
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

static void cut_units(linker *l) {
    l->units = wrt_calloc(l->text.len + 1, sizeof *l->units);
    bool joined = false;
    for (size_t at = 0; at < l->text.len;) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)l->text.ptr + at,
                                                 (utf8proc_ssize_t)(l->text.len - at), &c);
        if (step <= 0)
            return;
        utf8proc_category_t category = utf8proc_category(c);
        bool is_word = is_word_character(category);
        if (is_word && joined) {
            l->units[l->n_units - 1].end = at + (size_t)step;
        } else if (!is_space(category)) {
            bool dash = category == UTF8PROC_CATEGORY_PD || c == '_' || c == 0x2212;
            l->units[l->n_units++] = (unit){at, at + (size_t)step, is_word, dash};
        }
        joined = is_word;
        at += (size_t)step;
    }
}

/* ---- look-up */

static bool needs_same_case(wrt_str text) {
    return text.len <= 2 || wrt_kg_is_everyday(text);
}

static bool is_number(wrt_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

static bool may_be_plural(wrt_str text, const unit *last) {
    return last->is_word && last->end - last->start >= PLURAL_LEAST &&
           text.ptr[text.len - 1] == 's' && text.ptr[text.len - 2] != 's';
}

static wrt_status try_span(linker *l, size_t first, size_t last, wrt_err *err) {
    size_t start = l->units[first].start, end = l->units[last].end;
    wrt_str text = {l->text.ptr + start, end - start};
    wrt_kg_matches found = {.n = 0};
    if (is_number(text))
        return WRT_OK;
    wrt_status status = wrt_kg_find_exact(&found, l->kg, text, needs_same_case(text), err);
    if (status == WRT_OK && found.n == 0 && may_be_plural(text, &l->units[last])) {
        wrt_str singular = {text.ptr, text.len - 1};
        status = wrt_kg_find_exact(&found, l->kg, singular, needs_same_case(singular), err);
    }
    wrt_json *matches = NULL;
    if (status == WRT_OK && found.n > 0)
        status = wrt_kg_matches_json(&matches, l->kg, &found, NULL, SPAN_MATCHES_MAX, err);
    wrt_kg_matches_free(&found);
    if (matches == NULL)
        return status;
    if (l->n_spans == l->room) {
        l->room = l->room == 0 ? 16 : l->room * 2;
        l->spans = wrt_realloc(l->spans, l->room * sizeof *l->spans);
    }
    l->spans[l->n_spans++] = (span){start, end, matches};
    return status;
}

static wrt_status try_all(linker *l, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t first = 0; first < l->n_units && status == WRT_OK; first++) {
        size_t words = 0;
        if (l->units[first].is_separator)
            continue;
        for (size_t last = first; last < l->n_units && last - first < UNITS_MAX; last++) {
            words += l->units[last].is_word;
            if (words > WORDS_MAX || status != WRT_OK)
                break;
            if (words > 0 && !l->units[last].is_separator)
                status = try_span(l, first, last, err);
        }
    }
    return status;
}

/* ---- choice */

static int longest_first(const void *a, const void *b) {
    const span *x = a, *y = b;
    size_t m = x->end - x->start, n = y->end - y->start;
    if (m != n)
        return m > n ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

static int by_start(const void *a, const void *b) {
    const span *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* Keeps spans that overlap no longer one; taken marks the bytes in use. */
static void choose(linker *l) {
    bool taken[SENTENCE_MAX + 1] = {false};
    size_t kept = 0;
    if (l->n_spans == 0)
        return;
    qsort(l->spans, l->n_spans, sizeof *l->spans, longest_first);
    for (size_t i = 0; i < l->n_spans; i++) {
        span s = l->spans[i];
        /* A kept span is at least as long, so it cannot lie strictly inside this one. */
        if (taken[s.start] || taken[s.end - 1]) {
            wrt_json_free(s.matches);
            continue;
        }
        memset(taken + s.start, true, s.end - s.start);
        l->spans[kept++] = s;
    }
    l->n_spans = kept;
    qsort(l->spans, l->n_spans, sizeof *l->spans, by_start);
}

static wrt_json *spans_json(linker *l) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < l->n_spans; i++) {
        span *s = &l->spans[i];
        wrt_json *entry = wrt_json_new_object();
        wrt_json_set_int(entry, "start", (int64_t)s->start);
        wrt_json_set_int(entry, "end", (int64_t)s->end);
        wrt_json_set(entry, "text",
                     wrt_json_new_text((wrt_str){l->text.ptr + s->start, s->end - s->start}));
        wrt_json_set(entry, "matches", s->matches);
        s->matches = NULL;
        wrt_json_push(list, entry);
    }
    return list;
}

wrt_status wrt_kg_link(wrt_json **out, wrt_kg *kg, wrt_str sentence, wrt_err *err) {
    *out = NULL;
    if (sentence.len > SENTENCE_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "a sentence of %zu bytes; names are looked up in at most "
                        "%d",
                        sentence.len, SENTENCE_MAX);
    if (!wrt_utf8_valid(sentence) ||
        (sentence.len > 0 && memchr(sentence.ptr, '\0', sentence.len) != NULL))
        return wrt_fail(err, WRT_E_INPUT, "the sentence is not valid UTF-8 text");
    linker l = {.kg = kg, .text = sentence};
    cut_units(&l);
    wrt_status status = try_all(&l, err);
    if (status == WRT_OK) {
        choose(&l);
        *out = spans_json(&l);
    }
    for (size_t i = 0; i < l.n_spans; i++)
        wrt_json_free(l.spans[i].matches);
    free(l.spans);
    free(l.units);
    return status;
}
