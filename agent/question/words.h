/* words.h: the question as words and phrases; no graph, no model. */
#ifndef WRT_AGENT_QUESTION_WORDS_H
#define WRT_AGENT_QUESTION_WORDS_H

#include "base/str.h"

typedef enum {
    WRT_WORD_CONTENT,
    WRT_WORD_FUNCTION,
    WRT_WORD_VERB,
    WRT_WORD_INVERTER /* "without", "lack": turns the question round */
} wrt_word_kind;

typedef struct {
    size_t start, end; /* bytes in the question */
    wrt_word_kind kind;
    int verb_sign;    /* -1 lowers, +1 raises, 0 neutral: for WRT_WORD_VERB */
    bool is_benefit;  /* "improve", "treat": lowers a disease, says nothing of other outcomes */
    bool ends_phrase; /* followed by a comma, semicolon, colon, bracket or the end */
} wrt_word;

enum { WRT_WORDS_MAX = 256 };

/* Splits text into at most WRT_WORDS_MAX words and classifies each; returns their number. */
size_t wrt_words_split(wrt_word out[WRT_WORDS_MAX], wrt_str text);

/* The sign of the effect verb that the word is a form of ("reduced": -1); false when it is none. */
bool wrt_words_verb(int *sign, bool *is_benefit, wrt_str word);

#endif
