/* stem.h: English suffix stripping. Method: Porter, "An algorithm for suffix stripping", Program
 * 14(3):130-137, 1980, with the two departures of the author's own program (-bli, -logi). */
#ifndef WRT_PUBMED_STEM_H
#define WRT_PUBMED_STEM_H

#include <stddef.h>

/* Stems a word of lower-case ASCII letters in place and returns its new length, never more than
 * len. Words of fewer than 3 letters stay as they are. O(len). */
size_t wrt_stem_word(char *word, size_t len);

#endif
