/* json_diff.c: walking two values side by side. */
#include "base/json_diff.h"

static bool differ_at(wrt_buf *path, const char *name, const wrt_json *a, const wrt_json *b) {
    if (wrt_json_equal(a, b))
        return false;
    wrt_buf_printf(path, "%s%s", path->len > 0 ? "." : "", name);
    (void)wrt_json_differ(path, a, b);
    return true;
}

static bool differ_in_object(wrt_buf *path, const wrt_json *a, const wrt_json *b) {
    WRT_JSON_EACH(member, b) {
        const char *name = wrt_json_key(member);
        if (differ_at(path, name, wrt_json_get(a, name), member))
            return true;
    }
    WRT_JSON_EACH(member, a) {
        const char *name = wrt_json_key(member);
        if (wrt_json_get(b, name) == NULL)
            return differ_at(path, name, member, NULL);
    }
    return false;
}

static bool differ_in_array(wrt_buf *path, const wrt_json *a, const wrt_json *b) {
    const wrt_json *left = wrt_json_first(a), *right = wrt_json_first(b);
    size_t index = 0;
    for (; left != NULL || right != NULL; index++) {
        if (!wrt_json_equal(left, right)) {
            wrt_buf_printf(path, "[%zu]", index);
            (void)wrt_json_differ(path, left, right);
            return true;
        }
        left = left != NULL ? wrt_json_next(left) : NULL;
        right = right != NULL ? wrt_json_next(right) : NULL;
    }
    return false;
}

bool wrt_json_differ(wrt_buf *path, const wrt_json *a, const wrt_json *b) {
    if (wrt_json_equal(a, b))
        return false;
    if (wrt_json_is(a, WRT_JSON_OBJECT) && wrt_json_is(b, WRT_JSON_OBJECT))
        return differ_in_object(path, a, b);
    if (wrt_json_is(a, WRT_JSON_ARRAY) && wrt_json_is(b, WRT_JSON_ARRAY))
        return differ_in_array(path, a, b);
    return true;
}
