/* stem.c: Porter's five steps.
 *
 * The measure m of a stem counts its vowel-consonant sequences: [C](VC)^m[V]. A rule replaces a
 * suffix when what stands before it is long enough; of the rules of a step the longest suffix that
 * matches decides, whether or not its condition holds. */
#include "pubmed/stem.h"

#include <stdbool.h>
#include <string.h>

typedef struct {
    char *text;
    size_t len;
} word;

typedef struct {
    const char *suffix, *instead;
} rule;

static bool is_vowel_letter(char c) {
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* y is a consonant at the start and after a vowel; in a run of y they alternate. */
static bool is_consonant(const word *w, size_t i) {
    if (w->text[i] != 'y')
        return !is_vowel_letter(w->text[i]);
    size_t start = i;
    while (start > 0 && w->text[start - 1] == 'y')
        start--;
    bool first = start == 0 || is_vowel_letter(w->text[start - 1]);
    return first == ((i - start) % 2 == 0);
}

/* m of the first `len` letters. */
static int measure(const word *w, size_t len) {
    int m = 0;
    size_t i = 0;
    while (i < len && is_consonant(w, i))
        i++;
    while (i < len) {
        while (i < len && !is_consonant(w, i))
            i++;
        if (i == len)
            break;
        m++;
        while (i < len && is_consonant(w, i))
            i++;
    }
    return m;
}

static bool has_vowel(const word *w, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (!is_consonant(w, i))
            return true;
    return false;
}

static bool ends_double(const word *w) {
    size_t n = w->len;
    return n >= 2 && w->text[n - 1] == w->text[n - 2] && is_consonant(w, n - 1);
}

/* The first `len` letters end consonant, vowel, consonant, and the last is not w, x or y. */
static bool ends_cvc(const word *w, size_t len) {
    if (len < 3 || !is_consonant(w, len - 1) || is_consonant(w, len - 2) ||
        !is_consonant(w, len - 3))
        return false;
    char last = w->text[len - 1];
    return last != 'w' && last != 'x' && last != 'y';
}

/* *stem is the length of what stands before the suffix. */
static bool ends(const word *w, const char *suffix, size_t *stem) {
    size_t n = strlen(suffix);
    if (n > w->len || w->text[w->len - 1] != suffix[n - 1] ||
        memcmp(w->text + w->len - n, suffix, n) != 0)
        return false;
    *stem = w->len - n;
    return true;
}

static void put(word *w, size_t stem, const char *instead) {
    size_t n = strlen(instead);
    memcpy(w->text + stem, instead, n);
    w->len = stem + n;
}

/* The first rule whose suffix matches, applied when the measure of the stem is above `above`. */
static void apply(word *w, const rule *rules, size_t n, int above) {
    size_t stem = 0;
    for (size_t i = 0; i < n; i++)
        if (ends(w, rules[i].suffix, &stem)) {
            if (measure(w, stem) > above)
                put(w, stem, rules[i].instead);
            return;
        }
}

static void plurals(word *w) {
    size_t stem = 0;
    if (ends(w, "sses", &stem) || ends(w, "ies", &stem))
        w->len -= 2;
    else if (!ends(w, "ss", &stem) && ends(w, "s", &stem))
        w->len -= 1;
}

static void mend(word *w) { /* after -ed or -ing was cut off */
    size_t stem = 0;
    if (ends(w, "at", &stem) || ends(w, "bl", &stem) || ends(w, "iz", &stem))
        put(w, w->len, "e");
    else if (ends_double(w) && strchr("lsz", w->text[w->len - 1]) == NULL)
        w->len--;
    else if (measure(w, w->len) == 1 && ends_cvc(w, w->len))
        put(w, w->len, "e");
}

static void participles(word *w) {
    size_t stem = 0;
    if (ends(w, "eed", &stem)) {
        if (measure(w, stem) > 0)
            w->len--;
    } else if ((ends(w, "ed", &stem) || ends(w, "ing", &stem)) && has_vowel(w, stem)) {
        w->len = stem;
        mend(w);
    }
}

static void step_2(word *w) {
    static const rule rules[] = {
        {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"},   {"anci", "ance"},
        {"izer", "ize"},    {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"},
        {"eli", "e"},       {"ousli", "ous"},   {"ization", "ize"}, {"ation", "ate"},
        {"ator", "ate"},    {"alism", "al"},    {"iveness", "ive"}, {"fulness", "ful"},
        {"ousness", "ous"}, {"aliti", "al"},    {"iviti", "ive"},   {"biliti", "ble"},
        {"logi", "log"},
    };
    apply(w, rules, sizeof rules / sizeof *rules, 0);
}

static void step_3(word *w) {
    static const rule rules[] = {
        {"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
        {"ical", "ic"},  {"ful", ""},   {"ness", ""},
    };
    apply(w, rules, sizeof rules / sizeof *rules, 0);
}

static void step_4(word *w) {
    static const rule rules[] = {
        {"al", ""},   {"ance", ""}, {"ence", ""},  {"er", ""},   {"ic", ""},  {"able", ""},
        {"ible", ""}, {"ant", ""},  {"ement", ""}, {"ment", ""}, {"ent", ""}, {"ou", ""},
        {"ism", ""},  {"ate", ""},  {"iti", ""},   {"ous", ""},  {"ive", ""}, {"ize", ""},
    };
    size_t stem = 0;
    if (ends(w, "ion", &stem)) {
        bool fits = stem > 0 && (w->text[stem - 1] == 's' || w->text[stem - 1] == 't');
        if (fits && measure(w, stem) > 1)
            w->len = stem;
        return;
    }
    apply(w, rules, sizeof rules / sizeof *rules, 1);
}

static void step_5(word *w) {
    size_t stem = 0;
    if (ends(w, "e", &stem)) {
        int m = measure(w, stem);
        if (m > 1 || (m == 1 && !ends_cvc(w, stem)))
            w->len--;
    }
    if (w->text[w->len - 1] == 'l' && ends_double(w) && measure(w, w->len) > 1)
        w->len--;
}

size_t wrt_stem_word(char *text, size_t len) {
    if (len < 3)
        return len;
    word w = {text, len};
    size_t stem = 0;
    plurals(&w);
    participles(&w);
    if (ends(&w, "y", &stem) && has_vowel(&w, stem))
        w.text[w.len - 1] = 'i';
    step_2(&w);
    step_3(&w);
    step_4(&w);
    step_5(&w);
    return w.len;
}
