/* score.c: BM25 with weighted fields, boosts, snippets. */
#include "pubmed/score.h"

#include "pubmed/index.h"

#include <string.h>

enum { SNIPPET_MAX = 400, RECENT_YEARS = 20 };

static const double K1 = 1.2, B = 0.75;
static const double FIELD_WEIGHT[WRT_PUBMED_FIELDS] = {4.0, 1.0, 2.0};

/* ---- BM25 */

/* Adds the weighted occurrences of the question's words in a text; returns the text's length. */
static size_t count_words(double *frequency, const wrt_question *question, wrt_str text,
                          double weight) {
    wrt_words words;
    size_t n = 0;
    wrt_words_start(&words, text);
    words.initials = question->initials;
    for (; wrt_words_next(&words); n++) {
        int at = wrt_question_find(question, words.word, words.len);
        if (at >= 0)
            frequency[at] += weight;
    }
    return n;
}

/* Does the question hold every word of the heading? */
static bool holds_all(const wrt_question *question, wrt_str heading) {
    wrt_words words;
    size_t n = 0;
    wrt_words_start(&words, heading);
    words.initials = question->initials;
    for (; wrt_words_next(&words); n++)
        if (wrt_question_find(question, words.word, words.len) < 0)
            return false;
    return n > 0;
}

static double mesh_boost(const wrt_question *question, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < article->n_mesh; i++) {
        const wrt_pubmed_heading *heading = &article->mesh[i];
        bool major = heading->descriptor.is_major;
        for (size_t k = 0; k < heading->n_qualifiers; k++)
            major = major || heading->qualifiers[k].is_major;
        if (major && holds_all(question, heading->descriptor.name))
            return 1.05;
    }
    return 1.0;
}

double wrt_pubmed_score(const wrt_question *question, const wrt_pubmed_article *article) {
    double frequency[WRT_QUESTION_WORDS_MAX] = {0}, score = 0.0;
    size_t length = 0;
    wrt_str piece;
    for (int field = 0; field < WRT_PUBMED_FIELDS; field++)
        for (size_t k = 0; wrt_pubmed_field_piece(&piece, article, field, k); k++)
            length += count_words(frequency, question, piece, FIELD_WEIGHT[field]);
    double norm = K1 * (1.0 - B + B * (double)length / question->length);
    for (size_t i = 0; i < question->n; i++)
        score += question->words[i].weight * frequency[i] * (K1 + 1.0) / (frequency[i] + norm);
    return score * mesh_boost(question, article);
}

double wrt_pubmed_boost(unsigned flags, int year, int newest_year) {
    const unsigned strong =
        WRT_PUBMED_RCT | WRT_PUBMED_META_ANALYSIS | WRT_PUBMED_SYSTEMATIC_REVIEW;
    int age = newest_year - year;
    double boost = flags & strong ? 1.03 : 1.0;
    if (year > 0 && age >= 0 && age < RECENT_YEARS)
        boost *= 1.0 + 0.02 * (RECENT_YEARS - age) / RECENT_YEARS;
    return boost;
}

/* ---- snippets */

typedef struct {
    size_t start, end;
    double weight;
} span;

/* End of the sentence that starts at `at`: after ".", "?" or "!" and before white space that a
 * capital, a digit or a bracket follows. */
static size_t sentence_end(wrt_str text, size_t at) {
    for (size_t i = at; i + 2 < text.len; i++)
        if (strchr(".?!", text.ptr[i]) != NULL && text.ptr[i] != '\0' && text.ptr[i + 1] == ' ') {
            char next = text.ptr[i + 2];
            if ((next >= 'A' && next <= 'Z') || (next >= '0' && next <= '9') || next == '(' ||
                next == '[' || (unsigned char)next >= 0x80)
                return i + 1;
        }
    return text.len;
}

/* Weight of the distinct words of the question in a piece; *from and *to span their places. */
static double weigh(const wrt_question *question, wrt_str text, size_t *from, size_t *to) {
    bool seen[WRT_QUESTION_WORDS_MAX] = {false};
    double weight = 0.0;
    wrt_words words;
    *from = *to = 0;
    wrt_words_start(&words, text);
    words.initials = question->initials;
    while (wrt_words_next(&words)) {
        int at = wrt_question_find(question, words.word, words.len);
        if (at < 0)
            continue;
        if (*to == 0)
            *from = words.start;
        *to = words.end;
        weight += seen[at] ? 0.0 : question->words[at].weight;
        seen[at] = true;
    }
    return weight;
}

/* Cuts a long sentence to a window of whole words that begins at its first word of the question. */
static void shorten(span *s, wrt_str text, size_t from) {
    if (s->end - s->start <= SNIPPET_MAX)
        return;
    size_t start = s->start + from;
    if (s->end - start < SNIPPET_MAX)
        start = s->end - SNIPPET_MAX;
    while (start > s->start && text.ptr[start - 1] != ' ')
        start--;
    size_t end = start + SNIPPET_MAX < s->end ? start + SNIPPET_MAX : s->end;
    while (end < s->end && end > start && text.ptr[end] != ' ')
        end--;
    if (end == start) /* one word without end: cut between characters */
        for (end = start + SNIPPET_MAX; ((unsigned char)text.ptr[end] & 0xC0) == 0x80; end--)
            ;
    s->start = start;
    s->end = end;
}

static bool best_sentence(span *best, const wrt_question *question, wrt_str text) {
    bool better = false;
    for (size_t at = 0; at < text.len;) {
        size_t end = sentence_end(text, at), from = 0, to = 0;
        double weight = weigh(question, (wrt_str){text.ptr + at, end - at}, &from, &to);
        if (weight > best->weight) {
            *best = (span){at, end, weight};
            shorten(best, text, from);
            better = true;
        }
        at = end;
        while (at < text.len && text.ptr[at] == ' ')
            at++;
    }
    return better;
}

wrt_pubmed_snippet wrt_pubmed_snippet_of(const wrt_question *question,
                                         const wrt_pubmed_article *article, wrt_arena *arena) {
    span best = {0};
    wrt_str text = article->title;
    size_t section = 0;
    bool in_abstract = false;
    for (size_t i = 0; i < article->n_abstract; i++)
        if (best_sentence(&best, question, article->abstract[i].text)) {
            text = article->abstract[i].text;
            section = i;
            in_abstract = true;
        }
    if (!in_abstract) {
        best = (span){0, article->title.len, 0.0};
        shorten(&best, text, 0);
    }
    return (wrt_pubmed_snippet){
        .field = in_abstract ? wrt_arena_printf(arena, "abstract[%zu]", section) : "title",
        .start = best.start,
        .end = best.end,
        .text = {text.ptr + best.start, best.end - best.start},
    };
}
