/* words.c: splitting a question and knowing its function words and effect verbs. The lists are
 * closed classes of English and the verbs with which effects are asked for. */
#include "agent/question/words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const function_words[] = {
    "a",        "about",    "act",       "action",     "adults",  "against",   "all",
    "also",     "an",       "and",       "any",        "are",     "as",        "at",
    "be",       "been",     "being",     "between",    "but",     "by",        "can",
    "causally", "could",    "did",       "do",         "does",    "done",      "drug",
    "during",   "effect",   "effects",   "evidence",   "exactly", "explain",   "find",
    "for",      "found",    "from",      "had",        "has",     "have",      "how",
    "humans",   "if",       "in",        "into",       "is",      "it",        "its",
    "known",    "level",    "levels",    "literature", "may",     "mechanism", "mechanisms",
    "men",      "might",    "mode",      "of",         "on",      "onto",      "or",
    "our",      "paper",    "papers",    "pathway",    "patient", "patients",  "people",
    "please",   "possibly", "published", "pubmed",     "report",  "reported",  "reports",
    "role",     "say",      "says",      "shall",      "should",  "show",      "shows",
    "so",       "some",     "someone",   "studies",    "study",   "such",      "suggest",
    "suggests", "support",  "supports",  "symptoms",   "than",    "that",      "the",
    "their",    "them",     "then",      "there",      "these",   "they",      "this",
    "those",    "through",  "to",        "treatment",  "trial",   "trials",    "under",
    "use",      "used",     "via",       "was",        "way",     "we",        "were",
    "what",     "when",     "where",     "which",      "while",   "who",       "why",
    "will",     "with",     "within",    "women",      "would",   "you",       "your",
};

static const char *const inverters[] = {
    "absence",     "cannot",   "deficiency", "fail",        "failing", "fails",
    "failure",     "lack",     "lacking",    "loss",        "neither", "never",
    "no",          "nor",      "not",        "protection",  "stop",    "stopped",
    "stopping",    "stops",    "unable",     "versus",      "vs",      "withdrawal",
    "withdrawing", "withheld", "withhold",   "withholding", "without",
};

static const struct {
    const char *stem; /* matches the stem with "", s, es, d, ed, ing (a final e is dropped) */
    int sign;
    bool is_benefit;
} verbs[] = {
    {"lower", -1, false},      {"reduce", -1, false},     {"decrease", -1, false},
    {"suppress", -1, false},   {"inhibit", -1, false},    {"block", -1, false},
    {"slow", -1, false},       {"attenuate", -1, false},  {"mitigate", -1, false},
    {"counteract", -1, false}, {"antagonize", -1, false}, {"prevent", -1, false},
    {"relieve", -1, false},    {"alleviate", -1, false},  {"ameliorate", -1, false},
    {"treat", -1, true},       {"improve", -1, true},     {"help", -1, true},
    {"control", -1, true},     {"manage", -1, true},      {"cure", -1, true},
    {"heal", -1, true},        {"raise", 1, false},       {"increase", 1, false},
    {"cause", 1, false},       {"induce", 1, false},      {"worsen", 1, false},
    {"promote", 1, false},     {"trigger", 1, false},     {"provoke", 1, false},
    {"exacerbate", 1, false},  {"aggravate", 1, false},   {"precipitate", 1, false},
    {"produce", 1, false},     {"affect", 0, false},      {"influence", 0, false},
    {"change", 0, false},      {"alter", 0, false},       {"modulate", 0, false},
    {"regulate", 0, false},    {"work", 0, false},        {"lead", 0, false},
    {"impact", 0, false},      {"relate", 0, false},
};

static bool equal_nocase(wrt_str word, const char *other) {
    return word.len == strlen(other) && strncasecmp(word.ptr, other, word.len) == 0;
}

/* True when word is stem with an English verb ending. */
static bool is_form_of(wrt_str word, const char *stem) {
    static const char *const endings[] = {"", "s", "es", "d", "ed", "ing"};
    size_t base = strlen(stem);
    if (word.len < base - 1)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t end = strlen(endings[i]);
        bool drops_e = stem[base - 1] == 'e' && end == 3;
        size_t keep = drops_e ? base - 1 : base;
        if (word.len == keep + end && strncasecmp(word.ptr, stem, keep) == 0 &&
            strncasecmp(word.ptr + keep, endings[i], end) == 0)
            return true;
    }
    return false;
}

bool wrt_words_verb(int *sign, bool *is_benefit, wrt_str word) {
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (is_form_of(word, verbs[i].stem)) {
            *sign = verbs[i].sign;
            *is_benefit = verbs[i].is_benefit;
            return true;
        }
    return false;
}

static void classify(wrt_word *word, wrt_str text) {
    wrt_str self = {text.ptr + word->start, word->end - word->start};
    for (size_t i = 0; i < sizeof inverters / sizeof *inverters; i++)
        if (equal_nocase(self, inverters[i])) {
            word->kind = WRT_WORD_INVERTER;
            return;
        }
    if (wrt_words_verb(&word->verb_sign, &word->is_benefit, self)) {
        word->kind = WRT_WORD_VERB;
        return;
    }
    for (size_t i = 0; i < sizeof function_words / sizeof *function_words; i++)
        if (equal_nocase(self, function_words[i])) {
            word->kind = WRT_WORD_FUNCTION;
            return;
        }
    word->kind = WRT_WORD_CONTENT;
}

/* Letters, digits, non-ASCII bytes and the punctuation that names hold ("IL-6", "5'", "MESH:D1").
 */
static bool is_word_byte(unsigned char c) {
    return isalnum(c) || c >= 0x80 || strchr("-_/+'.:", c) != NULL;
}

static bool is_edge_punctuation(unsigned char c) {
    return c != '\0' && strchr("-_/+'.:", c) != NULL;
}

size_t wrt_words_split(wrt_word out[WRT_WORDS_MAX], wrt_str text) {
    size_t n = 0, i = 0;
    while (i < text.len && n < WRT_WORDS_MAX) {
        while (i < text.len && (text.ptr[i] == '\0' || !is_word_byte((unsigned char)text.ptr[i])))
            i++;
        size_t start = i;
        while (i < text.len && text.ptr[i] != '\0' && is_word_byte((unsigned char)text.ptr[i]))
            i++;
        size_t end = i;
        while (end > start && is_edge_punctuation((unsigned char)text.ptr[end - 1]))
            end--;
        if (end == start)
            continue;
        wrt_word *word = &out[n++];
        *word = (wrt_word){.start = start, .end = end};
        word->ends_phrase = end < i || i >= text.len || strchr(",;:()[]?!", text.ptr[i]) != NULL;
        classify(word, text);
    }
    return n;
}
