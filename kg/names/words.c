/* words.c: the list of everyday words.
 *
 * Function words, and English words that are also symbols of human genes (HGNC: WAS, SET, CAT,
 * REST, MAX ...) or usual abbreviations. Sorted, so that it is searched by halves. */
#include "kg/names/words.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 15 };

static const char *const words[] = {
    "a",      "ace",  "aim",   "all",  "am",    "an",    "and",   "any",   "apex",  "are",   "as",
    "at",     "bad",  "be",    "best", "bid",   "but",   "by",    "can",   "cat",   "clock", "coil",
    "could",  "did",  "do",    "does", "end",   "face",  "fat",   "find",  "fish",  "for",   "from",
    "gap",    "had",  "has",   "have", "he",    "her",   "his",   "hook",  "hope",  "how",   "if",
    "impact", "in",   "is",    "it",   "its",   "kit",   "lamp",  "large", "light", "mark",  "mask",
    "max",    "may",  "me",    "met",  "might", "minor", "more",  "no",    "not",   "of",    "off",
    "on",     "or",   "out",   "palm", "pigs",  "play",  "pool",  "rage",  "rank",  "rate",  "rest",
    "set",    "she",  "slit",  "so",   "speed", "spin",  "star",  "step",  "tank",  "task",  "than",
    "that",   "the",  "then",  "they", "this",  "to",    "trail", "up",    "was",   "we",    "were",
    "what",   "when", "which", "who",  "why",   "will",  "with",  "you",
};

static int compare_word(const void *key, const void *element) {
    return strcmp(key, *(const char *const *)element);
}

bool wrt_kg_is_everyday(wrt_str word) {
    char lower[WORD_MAX + 1];
    if (word.len == 0 || word.len > WORD_MAX)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    lower[word.len] = '\0';
    return bsearch(lower, words, sizeof words / sizeof words[0], sizeof words[0], compare_word) !=
           NULL;
}
