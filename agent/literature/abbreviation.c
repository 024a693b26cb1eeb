/* abbreviation.c: short forms in brackets behind a name. */
#include "agent/literature/abbreviation.h"

#include "base/arena.h"

#include <ctype.h>
#include <stdlib.h>

enum { FOUND_MAX = 8 };

typedef struct {
    const wrt_terms *names;
    wrt_str found[FOUND_MAX]; /* defined for a name */
    bool is_other[FOUND_MAX]; /* and for something else, too */
    size_t n;
} definitions;

static char lower(char c) {
    return (char)tolower((unsigned char)c);
}

static bool is_alnum(char c) {
    return isalnum((unsigned char)c) != 0;
}

/* Schwartz and Hearst's match, from the ends of both; the first letter begins the long form. */
static bool abbreviates(wrt_str brief, wrt_str full) {
    size_t at = full.len;
    for (size_t i = brief.len; i > 0; i--) {
        char wanted = lower(brief.ptr[i - 1]);
        while (at > 0 && (lower(full.ptr[at - 1]) != wanted ||
                          (i == 1 && at > 1 && is_alnum(full.ptr[at - 2]))))
            at--;
        if (at == 0)
            return false;
        at--;
    }
    return at == 0;
}

static bool is_short_form(const wrt_token *token) {
    bool has_capital = false;
    if (token->kind != WRT_TOKEN_WORD || token->text.len < 2 ||
        token->text.len > WRT_ABBREVIATION_MAX)
        return false;
    for (size_t i = 0; i < token->text.len; i++) {
        if (!is_alnum(token->text.ptr[i]))
            return false;
        has_capital = has_capital || isupper((unsigned char)token->text.ptr[i]);
    }
    return has_capital;
}

static wrt_str text_of(const wrt_sentence *s, wrt_mention where) {
    const wrt_str last = s->tokens[where.end - 1].text;
    const char *start = s->tokens[where.start].text.ptr;
    return (wrt_str){start, (size_t)(last.ptr - start) + last.len};
}

/* "(BS)" at token i */
static bool is_bracketed(const wrt_sentence *s, size_t i) {
    return wrt_sentence_is(s, i, "(") && i + 2 < s->n && is_short_form(&s->tokens[i + 1]) &&
           wrt_sentence_is(s, i + 2, ")");
}

static void define(definitions *d, wrt_str brief, bool is_of_name) {
    size_t k = 0;
    while (k < d->n && !wrt_str_equal(d->found[k], brief))
        k++;
    if (k == FOUND_MAX)
        return;
    if (k == d->n) {
        d->found[d->n] = brief;
        d->is_other[d->n++] = false;
    }
    d->is_other[k] = d->is_other[k] || !is_of_name;
}

static void read_sentence(definitions *d, const wrt_sentence *s) {
    for (size_t i = 0; i < s->n;) {
        wrt_mention name = {i, i};
        bool is_named = wrt_terms_at(&name, d->names, s, i);
        size_t at = is_named ? name.end : i;
        if (is_bracketed(s, at)) {
            wrt_str brief = s->tokens[at + 1].text;
            define(d, brief, is_named && abbreviates(brief, text_of(s, name)));
            at += 2;
        }
        i = at > i ? at : i + 1;
    }
}

static void read_text(definitions *d, const char *text) {
    wrt_sentences *reader = wrt_calloc(1, sizeof *reader);
    wrt_sentence sentence;
    wrt_sentences_start(reader, wrt_str_of(text));
    while (wrt_sentences_next(&sentence, reader))
        read_sentence(d, &sentence);
    free(reader);
}

void wrt_abbreviations_of(wrt_terms *out, const wrt_terms *names, const wrt_json *record) {
    definitions d = {.names = names};
    *out = *names;
    read_text(&d, wrt_json_get_text(record, "title", ""));
    WRT_JSON_EACH(section, wrt_json_get(record, "abstract"))
    read_text(&d, wrt_json_get_text(section, "text", ""));
    for (size_t i = 0; i < d.n && out->n < WRT_TERMS_MAX; i++)
        if (!d.is_other[i])
            out->list[out->n++] = (wrt_term){.words = {d.found[i]}, .n = 1, .is_short = true};
}
