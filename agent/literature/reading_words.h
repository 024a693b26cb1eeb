/* reading_words.h: the words by which abstracts state a direction of effect, as tables; private to
 * the reader (reading.h). A word is taught by adding it to a list of reading_words.c. */
#ifndef WRT_AGENT_READING_WORDS_H
#define WRT_AGENT_READING_WORDS_H

#include <stdbool.h>

typedef enum {
    WRT_SAYS_NOTHING,
    WRT_SAYS_CHANGE,      /* verb or noun: "lowered", "reduction", "caused" */
    WRT_SAYS_MORE,        /* comparative: "lower", "fewer" */
    WRT_SAYS_EFFECT,      /* no direction: "affects", "effect", "difference" */
    WRT_SAYS_ASSOCIATION, /* no direction: "associated", "predictor" */
    WRT_SAYS_EQUAL        /* "similar", "unchanged" */
} wrt_says;

typedef enum {
    WRT_TURN_NONE,
    WRT_TURN_DOWN,
    WRT_TURN_UP,
    WRT_TURN_CAUSE,   /* up, unless another word tells what is caused: "caused a fall in" */
    WRT_TURN_BENEFIT, /* lowers what is bad, raises what is good: "improved" */
    WRT_TURN_HARM     /* the reverse: "worsened" */
} wrt_turn_kind;

typedef struct {
    wrt_says says;
    wrt_turn_kind turn;
    bool is_noun; /* "reduction": its object follows "in" or "of" */
} wrt_reading_cue;

/* What a folded word says by itself. O(words of the tables). */
wrt_reading_cue wrt_reading_cue_of(const char *word);

/* Closed classes of words that the grammar asks for. */
typedef enum {
    WRT_SET_NEGATION,
    WRT_SET_BREAK,        /* another clause begins: "whereas", "but" */
    WRT_SET_RELATIVE,     /* the subject changes: "which", "that" */
    WRT_SET_AUXILIARY,    /* begins a predicate: "was", "had", "led" */
    WRT_SET_PREDICATE,    /* may stand between an auxiliary and the word of direction */
    WRT_SET_PREPOSITION,  /* begins a phrase of the subject */
    WRT_SET_LINK,         /* leads to the treatment: "by", "with" */
    WRT_SET_FILLER,       /* may stand beside a link: "the", "group" */
    WRT_SET_BESIDE,       /* stand after an outcome and leave it what it is: "levels", "in" */
    WRT_SET_OTHER_THING,  /* between direction and outcome: it is about something else */
    WRT_SET_MEASURE,      /* before "of" the outcome: "risk", "severity" */
    WRT_SET_GROUP,        /* behind "in the A": "group", "users" */
    WRT_SET_INVERSE,      /* before a treatment: "withdrawal of", "than" */
    WRT_SET_LESS,         /* right before it or before "of": "low", "inhibition of" */
    WRT_SET_OPPONENT,     /* after a treatment: "antagonist", "deficiency" */
    WRT_SET_COMBINED,     /* not the treatment alone: "plus" */
    WRT_SET_COMPARED,     /* "than", "versus", "compared" */
    WRT_SET_CONTROL,      /* with what a treatment is compared when it stands alone: "placebo" */
    WRT_SET_POSITIVE,     /* before a word of association */
    WRT_SET_INVERSE_SIGN, /* the same: "inversely" */
    WRT_SET_GOOD,         /* outcomes of which more is better */
    WRT_SET_BAD,          /* outcomes of which less is better */
    WRT_SET_AIM,          /* "to assess", "objective": no finding */
    WRT_SET_STUDIED,      /* "investigated", "tested": no finding */
    WRT_SET_EARLIER,      /* "previous" before ... */
    WRT_SET_STUDIES,      /* ... "studies": not this paper's finding */
    WRT_SET_BELIEVED,     /* "is believed", "has been shown": the same */
    WRT_SET_TENTATIVE,    /* "tended", "seems" */
    WRT_SET_INSTRUCTION,  /* a text that speaks to its reader */
    WRT_SET_ANIMAL,
    WRT_SETS
} wrt_reading_set;

bool wrt_reading_set_has(wrt_reading_set set, const char *word);

#endif
