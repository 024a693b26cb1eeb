/* loose.c: see loose.h.
 *
 * Words are runs of letters or of digits, so that "il6", "il 6" and "il-6" give the same two words;
 * a Greek letter spelt out at the end of a word is a word of its own ("tnfalpha"). Each word is
 * then made plainer (ae and oe become e, a plural s goes); the changes need not give English, they
 * only need to give both spellings the same form. */
#include "kg/names/loose.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { WORDS_MAX = 64 };

typedef struct {
    char *text;
    size_t len;
} word;

typedef struct {
    char text[WRT_KG_LOOSE_MAX + 1];
    word words[WORDS_MAX];
    size_t n;
    bool too_many;
} sentence;

static bool is_one_of(word w, const char *const *list) {
    for (; *list != NULL; list++)
        if (strlen(*list) == w.len && memcmp(*list, w.text, w.len) == 0)
            return true;
    return false;
}

/* ---- words */

typedef enum { OTHER, LETTER, DIGIT } class;

static class class_of(char c) {
    if (c >= '0' && c <= '9')
        return DIGIT;
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 ? LETTER : OTHER;
}

static void add_word(sentence *s, char *text, size_t len) {
    if (s->n == WORDS_MAX)
        s->too_many = true;
    else
        s->words[s->n++] = (word){text, len};
}

/* "tnfalpha": the letter's name becomes a word when at least two letters stand before it. */
static size_t greek_tail(const char *text, size_t len) {
    static const char *const letters[] = {"alpha", "beta",  "gamma",  "delta", "epsilon", "zeta",
                                          "theta", "kappa", "lambda", "sigma", "omega"};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        size_t tail = strlen(letters[i]);
        if (len >= tail + 2 && memcmp(text + len - tail, letters[i], tail) == 0)
            return tail;
    }
    return 0;
}

static void cut(sentence *s, size_t len) {
    bool after_quote = false;
    for (size_t at = 0; at < len;) {
        class kind = class_of(s->text[at]);
        size_t start = at;
        while (at < len && class_of(s->text[at]) == kind)
            at++;
        bool possessive = after_quote && at - start == 1 && s->text[start] == 's';
        after_quote = kind == OTHER && s->text[at - 1] == '\'';
        if (kind == OTHER || possessive)
            continue;
        size_t tail = kind == LETTER ? greek_tail(s->text + start, at - start) : 0;
        add_word(s, s->text + start, at - start - tail);
        if (tail > 0)
            add_word(s, s->text + at - tail, tail);
    }
}

/* ---- spelling */

static bool is_pair_with_e(const char *text) {
    return (text[0] == 'a' || text[0] == 'o') && text[1] == 'e';
}

/* A single letter a or o before e goes; so do ae and oe written as one letter. */
static void drop_digraphs(word *w) {
    size_t kept = 0;
    for (size_t i = 0; i < w->len; i++) {
        bool two = i + 1 < w->len;
        if (two && is_pair_with_e(w->text + i))
            continue;
        bool ligature = two && (memcmp(w->text + i, "\xc3\xa6", 2) == 0 ||
                                memcmp(w->text + i, "\xc5\x93", 2) == 0);
        w->text[kept++] = ligature ? 'e' : w->text[i];
        i += ligature;
    }
    w->len = kept;
}

/* Replaces the first `from` by the shorter or equally long `to`. */
static void replace(word *w, wrt_str from, wrt_str to) {
    char *found = memmem(w->text, w->len, from.ptr, from.len);
    if (found == NULL)
        return;
    char *rest = found + from.len;
    memcpy(found, to.ptr, to.len);
    memmove(found + to.len, rest, (size_t)(w->text + w->len - rest));
    w->len -= from.len - to.len;
}

static void make_plain(word *w) {
    if (class_of(w->text[0]) != LETTER)
        return;
    drop_digraphs(w);
    if (w->len >= 5)
        replace(w, WRT_STR("our"), WRT_STR("or"));
    replace(w, WRT_STR("sulph"), WRT_STR("sulf"));
    replace(w, WRT_STR("isation"), WRT_STR("ization"));
    char before = w->len >= 4 ? w->text[w->len - 2] : 's';
    if (w->text[w->len - 1] == 's' && before != 's' && before != 'u' && before != 'i')
        w->len--;
}

/* ---- order and salts */

static const char *const SMALL[] = {"of", "the", NULL};

static const char *const SALTS[] = {
    "acetate",     "anhydrous",    "benzoate",      "besylate",  "besilate",  "bitartrate",
    "bromide",     "carbonate",    "chloride",      "citrate",   "dihydrate", "dihydrochloride",
    "diphosphate", "esylate",      "fumarate",      "gluconate", "hcl",       "hemihydrate",
    "hydrate",     "hydrobromide", "hydrochloride", "lactate",   "malate",    "maleate",
    "mesylate",    "mesilate",     "monohydrate",   "nitrate",   "oxalate",   "pamoate",
    "phosphate",   "salt",         "sesquihydrate", "succinate", "sulfate",   "tartrate",
    "tosylate",    "trihydrate",   "tromethamine",  NULL};

static const char *const METALS[] = {"calcium",   "disodium", "lithium", "magnesium",
                                     "potassium", "sodium",   "zinc",    NULL};

static bool is_salt(word w) {
    return is_one_of(w, SALTS) || is_one_of(w, METALS);
}

static bool ends_with(word w, const char *tail) {
    size_t len = strlen(tail);
    return w.len > len && memcmp(w.text + w.len - len, tail, len) == 0;
}

/* Salts stand last ("metformin hydrochloride", "levothyroxine sodium"), or a metal stands first
 * ("sodium valproate"). What is left must be more than salts: "sodium chloride" stays itself. */
static void drop_salts(sentence *s) {
    size_t n = s->n;
    while (n > 0 && is_salt(s->words[n - 1]))
        n--;
    if (n == 0)
        return;
    s->n = n;
    if (n == 2 && is_one_of(s->words[0], METALS) && ends_with(s->words[1], "ate"))
        s->words[0] = s->words[--s->n];
}

static void drop_small(sentence *s) {
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!is_one_of(s->words[i], SMALL))
            s->words[kept++] = s->words[i];
    if (kept > 0)
        s->n = kept;
}

static int compare_words(const void *a, const void *b) {
    const word *x = a, *y = b;
    return wrt_str_compare((wrt_str){x->text, x->len}, (wrt_str){y->text, y->len});
}

/* ---- all of it */

/* Copies the text without accents; false when it does not fit. */
static bool copy_bare(sentence *s, size_t *len, wrt_str text) {
    bool ascii = true;
    for (size_t i = 0; i < text.len; i++)
        ascii = ascii && (unsigned char)text.ptr[i] < 0x80;
    if (text.len > WRT_KG_LOOSE_MAX)
        return false;
    utf8proc_uint8_t *mapped = NULL;
    const int options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK;
    utf8proc_ssize_t got =
        ascii ? 0
              : utf8proc_map((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.len,
                             &mapped, (utf8proc_option_t)options);
    bool fits = got >= 0 && got <= WRT_KG_LOOSE_MAX;
    *len = ascii ? text.len : fits ? (size_t)got : 0;
    if (fits)
        memcpy(s->text, ascii ? (const void *)text.ptr : mapped, *len);
    free(mapped);
    return fits;
}

void wrt_kg_loosen(wrt_buf *out, wrt_str folded, wrt_kg_loose_level level) {
    sentence s = {.n = 0};
    size_t len = 0;
    if (folded.len == 0 || !copy_bare(&s, &len, folded))
        return;
    cut(&s, len);
    if (s.too_many)
        return;
    for (size_t i = 0; i < s.n; i++)
        make_plain(&s.words[i]);
    if (level == WRT_KG_LOOSE_SALT)
        drop_salts(&s);
    if (level != WRT_KG_LOOSE_SPELLING) {
        drop_small(&s);
        qsort(s.words, s.n, sizeof *s.words, compare_words);
    }
    for (size_t i = 0; i < s.n; i++) {
        if (i > 0)
            wrt_buf_add_char(out, ' ');
        wrt_buf_add(out, s.words[i].text, s.words[i].len);
    }
}
