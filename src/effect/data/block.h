/* block.h: columns of a table as a block of numbers: nominal ones spread into indicators, those
 * that add nothing left out. */
#ifndef WRT_EFFECT_DATA_BLOCK_H
#define WRT_EFFECT_DATA_BLOCK_H

#include "effect/study.h"

typedef struct {
    const wrt_table *table;
    const uint32_t *rows; /* the rows used, n of them */
    size_t n;
    const wrt_roles *roles;
    wrt_arena *arena;  /* of everything in the block */
    wrt_json *account; /* levels, collinear columns and warnings are added */
} wrt_block_input;

/* One number a row of each numeric column; of a nominal column (or one listed as categorical) an
 * indicator of each level that the rows have but the first. WRT_E_INPUT, WRT_E_LIMIT: study.h. */
wrt_status wrt_block_spread(wrt_block *out, const wrt_block_input *input, wrt_names names,
                            wrt_err *err);

/* Leaves out of *block what is constant or a linear function of `base` (may be NULL) and of the
 * columns before it; each is noted in the account. */
void wrt_block_prune(wrt_block *block, const wrt_block *base, const wrt_block_input *input);

/* Why `values` is a linear function of the block, or NULL when it is not. */
const char *wrt_block_repeats(const wrt_block *block, const double *values, size_t n,
                              wrt_arena *arena);

/* The different values of a column in the rows, ascending, at most `cap` + 1 of them; in the
 * arena. O(n) for nominal columns, O(n cap) at most. */
size_t wrt_block_levels(double **out, const wrt_block_input *input, size_t column, size_t cap);

/* Numbers of larger size are refused: their squares are summed. */
#define WRT_BLOCK_SIZE_MAX 1e100

/* Refuses a column whose values cannot be used: never read, too many texts, numbers mixed with
 * texts without being listed as categorical, or numbers beyond WRT_BLOCK_SIZE_MAX. */
wrt_status wrt_block_check(const wrt_block_input *input, size_t column, wrt_err *err);

/* The same without looking at the values, which need not be there. */
wrt_status wrt_block_check_kind(const wrt_block_input *input, size_t column, wrt_err *err);

bool wrt_names_hold(wrt_names names, const char *name);

/* Appends a text to account[key], an array. */
void wrt_account_warn(wrt_json *account, const char *text);

#endif
