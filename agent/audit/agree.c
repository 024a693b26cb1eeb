/* agree.c: a walk over two values at once. */
#include "agent/audit/agree.h"

#include <math.h>

/* The way down, so that a difference can be named. */
typedef struct {
    const char *key[WRT_JSON_DEPTH_MAX]; /* NULL: an element of an array */
    size_t index[WRT_JSON_DEPTH_MAX];
    size_t depth;
    double tolerance;
} walk;

static bool numbers_agree(const wrt_json *a, const wrt_json *b, double tolerance) {
    double x = wrt_json_number(a, 0), y = wrt_json_number(b, 0);
    if (wrt_json_is_integer(a) && wrt_json_is_integer(b))
        return x == y;
    double scale = fmax(fmax(fabs(x), fabs(y)), 1e-3);
    return x == y || fabs(x - y) <= tolerance * scale;
}

static bool agrees(walk *w, const wrt_json *a, const wrt_json *b);

/* Every member of a in b; the counts are the caller's business. */
static bool members_agree(walk *w, const wrt_json *a, const wrt_json *b) {
    const wrt_json *other = wrt_json_first(b);
    bool is_object = wrt_json_is(a, WRT_JSON_OBJECT);
    size_t at = w->depth++, i = 0;
    if (at == WRT_JSON_DEPTH_MAX)
        return false;
    WRT_JSON_EACH(item, a) {
        w->key[at] = is_object ? wrt_json_key(item) : NULL;
        w->index[at] = i++;
        if (!agrees(w, item, is_object ? wrt_json_get(b, wrt_json_key(item)) : other))
            return false;
        other = wrt_json_next(other);
    }
    w->depth--;
    return wrt_json_count(a) == wrt_json_count(b);
}

/* Depth is bounded by WRT_JSON_DEPTH_MAX. */
static bool agrees(walk *w, const wrt_json *a, const wrt_json *b) {
    if ((a == NULL) != (b == NULL) || wrt_json_typeof(a) != wrt_json_typeof(b))
        return false;
    if (wrt_json_is(a, WRT_JSON_NUMBER))
        return numbers_agree(a, b, w->tolerance);
    if (!wrt_json_is(a, WRT_JSON_OBJECT) && !wrt_json_is(a, WRT_JSON_ARRAY))
        return a == NULL || wrt_json_equal(a, b);
    return members_agree(w, a, b);
}

bool wrt_agree(wrt_buf *where, const wrt_json *a, const wrt_json *b, double tolerance) {
    walk w = {.tolerance = tolerance};
    if (agrees(&w, a, b))
        return true;
    for (size_t i = 0; where != NULL && i < w.depth && i < WRT_JSON_DEPTH_MAX; i++) {
        if (w.key[i] != NULL)
            wrt_buf_printf(where, "%s%s", i > 0 ? "." : "", w.key[i]);
        else
            wrt_buf_printf(where, "[%zu]", w.index[i]);
    }
    return false;
}
