/* stem_memo.h: the stems of the words met last, so that a frequent word is stemmed once.
 *
 * A table of fixed size in which every word has one place: a new word takes the place of the old
 * one. It changes no answer, only the time. */
#ifndef WRT_PUBMED_STEM_MEMO_H
#define WRT_PUBMED_STEM_MEMO_H

#include <stddef.h>

enum {
    WRT_STEM_MEMO_WORD = 15, /* bytes; longer words are stemmed anew each time */
    WRT_STEM_MEMO_ROOM = 16  /* bytes that a word's buffer must have, whatever its length */
};

typedef struct wrt_stem_memo wrt_stem_memo;

wrt_stem_memo *wrt_stem_memo_new(void);       /* 64 KiB */
void wrt_stem_memo_free(wrt_stem_memo *memo); /* accepts NULL */

/* Exactly wrt_stem_word (stem.h): rewrites the word of `len` letters a to z, returns the new
 * length. `word` points to WRT_STEM_MEMO_ROOM bytes or more, all of them initialised. O(1) for a
 * word that is there. */
size_t wrt_stem_memo_word(wrt_stem_memo *memo, char *word, size_t len);

#endif
