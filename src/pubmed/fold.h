/* fold.h: one character, folded for comparison. The only file of this room that knows utf8proc. */
#ifndef WRT_PUBMED_FOLD_H
#define WRT_PUBMED_FOLD_H

#include "base/str.h"

enum { WRT_FOLD_MAX = 18 }; /* the longest decomposition in Unicode (U+FDFA) */

typedef struct {
    int32_t code[WRT_FOLD_MAX]; /* NFKD with case folding; marks are still there */
    int n;                      /* 0 for a character that folds to nothing (a soft hyphen, say) */
    size_t bytes;               /* of the character in the text, 1 to 4 */
} wrt_folded;

/* Folds the character at byte `at` (< text.len). A byte that is not UTF-8 folds to U+FFFD alone. */
void wrt_fold_char(wrt_folded *out, wrt_str text, size_t at);

size_t wrt_fold_encode(char out[4], int32_t code); /* UTF-8; how many bytes */

bool wrt_fold_is_mark(int32_t code);      /* a combining mark */
bool wrt_fold_is_word(int32_t code);      /* a letter or a digit, of any script */
bool wrt_fold_is_space(int32_t code);     /* white space of any kind */
char wrt_fold_punctuation(int32_t code);  /* '-', '\'' or '"' for their variants, else 0 */
const char *wrt_fold_greek(int32_t code); /* "alpha" for U+03B1 (folded), else NULL */

#endif
