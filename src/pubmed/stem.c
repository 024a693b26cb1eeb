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

/* Lengths stand beside the texts: this is the innermost loop of indexing. */
typedef struct {
    char last, before_last; /* of the suffix */
    unsigned char n, n_instead;
    const char *suffix, *instead;
} rule;

#define RULE(suffix, instead)                                                                      \
    {                                                                                              \
        (suffix)[sizeof(suffix) - 2], (suffix)[sizeof(suffix) - 3], sizeof(suffix) - 1,            \
            sizeof(instead) - 1, (suffix), (instead)                                               \
    }
#define ENDS(w, suffix, stem) ends((w), (suffix), sizeof(suffix) - 1, (stem))

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

/* *stem is the length of what stands before the suffix of n letters. */
static inline bool ends(const word *w, const char *suffix, size_t n, size_t *stem) {
    if (n > w->len || w->text[w->len - 1] != suffix[n - 1])
        return false;
    const char *tail = w->text + w->len - n;
    for (size_t i = 0; i + 1 < n; i++)
        if (tail[i] != suffix[i])
            return false;
    *stem = w->len - n;
    return true;
}

static void add_e(word *w) {
    w->text[w->len++] = 'e';
}

/* The first rule whose suffix matches, applied when the measure of the stem is above `above`. */
static void apply(word *w, const rule *rules, size_t n, int above) {
    size_t stem = 0;
    if (w->len < 2)
        return;
    char last = w->text[w->len - 1], before_last = w->text[w->len - 2];
    for (const rule *r = rules; r < rules + n; r++) {
        if (r->last != last || r->before_last != before_last || !ends(w, r->suffix, r->n, &stem))
            continue;
        if (measure(w, stem) > above) {
            memcpy(w->text + stem, r->instead, r->n_instead);
            w->len = stem + r->n_instead;
        }
        return;
    }
}

static void plurals(word *w) {
    size_t stem = 0;
    if (ENDS(w, "sses", &stem) || ENDS(w, "ies", &stem))
        w->len -= 2;
    else if (!ENDS(w, "ss", &stem) && ENDS(w, "s", &stem))
        w->len -= 1;
}

static void mend(word *w) { /* after -ed or -ing was cut off */
    size_t stem = 0;
    bool wants_e = ENDS(w, "at", &stem) || ENDS(w, "bl", &stem) || ENDS(w, "iz", &stem);
    if (!wants_e && ends_double(w) && strchr("lsz", w->text[w->len - 1]) == NULL)
        w->len--;
    else if (wants_e || (measure(w, w->len) == 1 && ends_cvc(w, w->len)))
        add_e(w);
}

static void participles(word *w) {
    size_t stem = 0;
    if (ENDS(w, "eed", &stem)) {
        if (measure(w, stem) > 0)
            w->len--;
    } else if ((ENDS(w, "ed", &stem) || ENDS(w, "ing", &stem)) && has_vowel(w, stem)) {
        w->len = stem;
        mend(w);
    }
}

static void step_2(word *w) {
    static const rule rules[] = {
        RULE("ational", "ate"), RULE("tional", "tion"), RULE("enci", "ence"),
        RULE("anci", "ance"),   RULE("izer", "ize"),    RULE("bli", "ble"),
        RULE("alli", "al"),     RULE("entli", "ent"),   RULE("eli", "e"),
        RULE("ousli", "ous"),   RULE("ization", "ize"), RULE("ation", "ate"),
        RULE("ator", "ate"),    RULE("alism", "al"),    RULE("iveness", "ive"),
        RULE("fulness", "ful"), RULE("ousness", "ous"), RULE("aliti", "al"),
        RULE("iviti", "ive"),   RULE("biliti", "ble"),  RULE("logi", "log"),
    };
    apply(w, rules, sizeof rules / sizeof *rules, 0);
}

static void step_3(word *w) {
    static const rule rules[] = {
        RULE("icate", "ic"), RULE("ative", ""), RULE("alize", "al"), RULE("iciti", "ic"),
        RULE("ical", "ic"),  RULE("ful", ""),   RULE("ness", ""),
    };
    apply(w, rules, sizeof rules / sizeof *rules, 0);
}

static void step_4(word *w) {
    static const rule rules[] = {
        RULE("al", ""),   RULE("ance", ""), RULE("ence", ""), RULE("er", ""),    RULE("ic", ""),
        RULE("able", ""), RULE("ible", ""), RULE("ant", ""),  RULE("ement", ""), RULE("ment", ""),
        RULE("ent", ""),  RULE("ou", ""),   RULE("ism", ""),  RULE("ate", ""),   RULE("iti", ""),
        RULE("ous", ""),  RULE("ive", ""),  RULE("ize", ""),
    };
    size_t stem = 0;
    if (ENDS(w, "ion", &stem)) {
        bool fits = stem > 0 && (w->text[stem - 1] == 's' || w->text[stem - 1] == 't');
        if (fits && measure(w, stem) > 1)
            w->len = stem;
        return;
    }
    apply(w, rules, sizeof rules / sizeof *rules, 1);
}

static void step_5(word *w) {
    size_t stem = 0;
    if (ENDS(w, "e", &stem)) {
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
    if (ENDS(&w, "y", &stem) && has_vowel(&w, stem))
        w.text[w.len - 1] = 'i';
    step_2(&w);
    step_3(&w);
    step_4(&w);
    step_5(&w);
    return w.len;
}
