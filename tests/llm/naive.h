/* naive.h: log P(text | prompt) the slow way, one token at a time, straight through llama.h. */
#ifndef WRT_TESTS_NAIVE_H
#define WRT_TESTS_NAIVE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct naive naive;

/* A fresh model and context; NULL when it does not load. */
naive *naive_open(const char *path, bool kv_f32);
void naive_close(naive *n);

/* A piece of a prompt; `special`: control tokens in it are tokens. */
typedef struct {
    const char *text;
    bool special;
} naive_piece;

/* NAN on failure. */
double naive_log_p(naive *n, const naive_piece *pieces, size_t n_pieces, const char *text);

#endif
