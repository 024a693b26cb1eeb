/* sentence.h: a random sentence of a grammar, by walking its rules; shares no code with the
 * recogniser. */
#ifndef WRT_TESTS_SENTENCE_H
#define WRT_TESTS_SENTENCE_H

#include "base/buf.h"
#include "base/rng.h"
#include "llm/grammar/gbnf.h"

typedef struct sentence_maker sentence_maker;

sentence_maker *sentence_maker_new(const wrt_gbnf *grammar);
void sentence_maker_free(sentence_maker *maker);

/* Appends a sentence. Beyond about `bytes` of it only the shortest ways to an end are taken. False
 * when the sentence did not fit into the buffer. */
bool sentence_make(wrt_buf *out, const sentence_maker *maker, wrt_rng *rng, size_t bytes);

#endif
