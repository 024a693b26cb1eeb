/* names.c: names against a question, word by word. */
#include "agent/question/names.h"

#include "agent/question/words.h"

#include <ctype.h>
#include <string.h>

enum { NAMES_MAX = 4096, STEM_MAX = 64, FOUND_MAX = 256, PARTS_MAX = 16 };

typedef enum { MATCH_NONE, MATCH_STEM, MATCH_FOLDED, MATCH_EXACT } match;

static const char *const match_names[] = {"", "stem", "folded", "exact"};

typedef struct {
    const char *name;
    size_t start, end;
    match how;
} found;

/* ---- words of names and questions */

static bool is_letter(unsigned char c) {
    return isalnum(c) || c >= 0x80;
}

/* The next run of letters and digits in text at or after *at. */
static bool next_word(wrt_str *word, wrt_str text, size_t *at) {
    while (*at < text.len && !is_letter((unsigned char)text.ptr[*at]))
        ++*at;
    size_t start = *at;
    while (*at < text.len && is_letter((unsigned char)text.ptr[*at]))
        ++*at;
    *word = (wrt_str){text.ptr + start, *at - start};
    return *at > start;
}

static bool equal_folded(wrt_str a, wrt_str b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (tolower((unsigned char)a.ptr[i]) != tolower((unsigned char)b.ptr[i]))
            return false;
    return true;
}

static bool ends_with(const char *text, size_t len, const char *end) {
    size_t n = strlen(end);
    return len > n + 2 && memcmp(text + len - n, end, n) == 0;
}

/* Lower case without an English ending: "halved", "halves" and "half" become "halv". */
static size_t stem_of(char out[STEM_MAX], wrt_str word) {
    static const char *const endings[] = {"ing", "ed", "es", "s"};
    size_t len = word.len < STEM_MAX ? word.len : 0;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)tolower((unsigned char)word.ptr[i]);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(out, len, endings[i])) {
            len -= strlen(endings[i]);
            break;
        }
    if (len > 3 && out[len - 1] == 'e')
        len--;
    if (len > 3 && out[len - 1] == out[len - 2])
        len--;
    if (len > 3 && out[len - 1] == 'f')
        out[len - 1] = 'v';
    return len;
}

static bool equal_stems(wrt_str a, wrt_str b) {
    char left[STEM_MAX], right[STEM_MAX];
    size_t n = stem_of(left, a), m = stem_of(right, b);
    return n >= 3 && n == m && memcmp(left, right, n) == 0;
}

/* ---- one name */

static bool is_quoted(wrt_str text, size_t start, size_t end) {
    return start > 0 && end < text.len && strchr("\"'`", text.ptr[start - 1]) != NULL &&
           text.ptr[end] == text.ptr[start - 1];
}

/* "a", "on", "the"; a column may well be called "drug" or "treatment". */
static bool is_small_word(wrt_str name) {
    enum { SMALL = 3 };
    wrt_word word[WRT_WORDS_MAX];
    return name.len <= SMALL && wrt_words_split(word, name) == 1 &&
           word[0].kind == WRT_WORD_FUNCTION && word[0].end - word[0].start == name.len;
}

/* How the words from *at on are this name; *end is behind its last one. */
static match match_words(size_t *end, wrt_str question, size_t at, wrt_str name) {
    match how = MATCH_FOLDED;
    size_t in_name = 0, in_question = at, n = 0;
    wrt_str own, asked;
    while (next_word(&own, name, &in_name)) {
        if (n++ == PARTS_MAX || !next_word(&asked, question, &in_question))
            return MATCH_NONE;
        if (equal_folded(own, asked))
            continue;
        if (!equal_stems(own, asked))
            return MATCH_NONE;
        how = MATCH_STEM;
    }
    *end = in_question;
    return n > 0 ? how : MATCH_NONE;
}

static match match_at(size_t *end, wrt_str question, size_t at, wrt_str name) {
    bool fits = name.len <= question.len - at;
    bool is_same = fits && memcmp(question.ptr + at, name.ptr, name.len) == 0;
    bool is_whole = is_same && (at + name.len == question.len ||
                                !is_letter((unsigned char)question.ptr[at + name.len]) ||
                                !is_letter((unsigned char)name.ptr[name.len - 1]));
    if (is_whole) {
        *end = at + name.len;
        return MATCH_EXACT;
    }
    return name.len > 1 ? match_words(end, question, at, name) : MATCH_NONE;
}

/* ---- all names */

static bool overlaps(const found *a, const found *b) {
    return a->start < b->end && b->start < a->end;
}

/* Longer ones win; among equals the better match. */
static bool is_better(const found *a, const found *b) {
    size_t left = a->end - a->start, right = b->end - b->start;
    return left != right ? left > right : a->how > b->how;
}

static size_t add_found(found *list, size_t n, const found *item) {
    for (size_t i = 0; i < n; i++)
        if (overlaps(&list[i], item) && !is_better(item, &list[i]))
            return n;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!overlaps(&list[i], item))
            list[kept++] = list[i];
    if (kept < FOUND_MAX)
        list[kept++] = *item;
    return kept;
}

static size_t find_name(found *list, size_t n, wrt_str question, const char *name) {
    wrt_str own = wrt_str_of(name), word;
    bool is_common = is_small_word(own);
    for (size_t at = 0; own.len > 0 && next_word(&word, question, &at);) {
        size_t start = (size_t)(word.ptr - question.ptr), end = 0;
        match how = match_at(&end, question, start, own);
        bool is_symbol = how == MATCH_EXACT && isupper((unsigned char)name[0]) && start > 0;
        if (how == MATCH_NONE || (is_common && !is_symbol && !is_quoted(question, start, end)))
            continue;
        const found item = {name, start, end, how};
        n = add_found(list, n, &item);
    }
    return n;
}

/* In order of start: there are few. */
static void sort_found(found *list, size_t n) {
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && list[j].start < list[j - 1].start; j--) {
            found other = list[j];
            list[j] = list[j - 1];
            list[j - 1] = other;
        }
}

wrt_json *wrt_names_find(wrt_str question, const wrt_json *names) {
    found list[FOUND_MAX];
    size_t n = 0, seen = 0;
    WRT_JSON_EACH(name, names)
    if (wrt_json_text(name) != NULL && seen++ < NAMES_MAX)
        n = find_name(list, n, question, wrt_json_text(name));
    sort_found(list, n);
    wrt_json *out = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        wrt_json *item = wrt_json_new_object();
        wrt_json_set_text(item, "name", list[i].name);
        wrt_json_set_int(item, "start", (int64_t)list[i].start);
        wrt_json_set_int(item, "end", (int64_t)list[i].end);
        wrt_json_set_text(item, "match", match_names[list[i].how]);
        wrt_json_push(out, item);
    }
    return out;
}
