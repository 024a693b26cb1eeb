/* two_values.h: which of two values of a column is 1 and which is 0 (the rule is in study.h). */
#ifndef WRT_EFFECT_DATA_TWO_VALUES_H
#define WRT_EFFECT_DATA_TWO_VALUES_H

#include "base/arena.h"
#include "effect/data/table.h"

typedef struct {
    const wrt_table *table;
    size_t column;
    const uint32_t *rows; /* the rows that count, n of them */
    size_t n;
    const char *role;      /* for messages: "treatment" */
    const char *one, *nil; /* levels that become 1 and 0, as given; NULL: by rule */
    const char *fix;       /* what to set to name a level: "treated" */
} wrt_two_values_input;

typedef struct {
    size_t distinct;      /* 1, 2, or 3 for more */
    double zero, one;     /* values of the column; set when distinct is 2 or levels were named */
    bool is_named;        /* they are not plainly the numbers 0 and 1 */
    const char *one_text; /* in the arena; NULL unless is_named */
    const char *zero_text;
} wrt_two_values;

/* WRT_E_INPUT: a named level that the column has not, two texts that the rule cannot order, one
 * value only, more than two of texts. More than two numbers are no error: distinct is 3. */
wrt_status wrt_two_values_find(wrt_two_values *out, const wrt_two_values_input *input,
                               wrt_arena *arena, wrt_err *err);

/* The rule of texts alone, for a nominal column and two of its levels by number: *zero and *one. */
wrt_status wrt_two_values_by_words(double *zero, double *one, const wrt_column *column,
                                   const double found[2], const wrt_two_values_input *input,
                                   wrt_err *err);

/* The value in the column of a level given as text; false when the column has no such cell. */
bool wrt_two_values_code(double *out, const wrt_column *column, const char *level);

/* A value of the column as text, in the arena. */
const char *wrt_two_values_text(const wrt_column *column, double value, wrt_arena *arena);

#endif
