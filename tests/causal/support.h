/* support.h: short ways to write graphs and sets in the tests of src/causal. */
#ifndef WRT_TESTS_CAUSAL_SUPPORT_H
#define WRT_TESTS_CAUSAL_SUPPORT_H

#include "causal/adjustment.h"
#include "causal/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A graph from dagitty or DOT text; fails the test when it does not parse. */
wrt_graph *graph_of(const char *text);
/* The error of a text that must not parse with this status. Static buffer. */
const char *graph_error(const char *text, wrt_status expected);
/* A set from names parted by spaces, "A B"; freed with wrt_node_set_free. */
wrt_node_set set_of(const wrt_graph *graph, const char *names);

/* One call each. The returned text is in a static buffer and replaced by the next call. */
/* "" when separated, else the open path. */
const char *open_path(const char *graph, const char *x, const char *y, const char *given);
/* The verdict's text. */
const char *check_text(const char *graph, const char *x, const char *y, const char *set,
                       wrt_effect_kind effect);
/* "verdict: {A B} {C}" with " ..." appended when the list is not complete. */
const char *list_text(const char *graph, const char *x, const char *y, wrt_adjust_kind kind);
/* The same with all options: include and exclude may be NULL. */
typedef struct {
    wrt_adjust_kind kind;
    wrt_effect_kind effect;
    size_t max;
    const char *include, *exclude;
} list_options;
const char *list_text_with(const char *graph, const char *x, const char *y, list_options options);
/* The error of a listing that must fail with this status. */
const char *list_error(const char *graph, const char *x, const char *y, list_options options,
                       wrt_status expected);

#endif
