/* contrast.c: two values to compare. */
#include "agent/plan/contrast.h"

#include <string.h>

/* The first value of the variable that is not this one; NULL: none. */
static const char *other_value(const wrt_json *variables, const char *name, const char *value) {
    WRT_JSON_EACH(variable, variables) {
        if (strcmp(wrt_json_get_text(variable, "name", ""), name) != 0)
            continue;
        WRT_JSON_EACH(item, wrt_json_get(variable, "values"))
        if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), value) != 0)
            return wrt_json_text(item);
    }
    return NULL;
}

static wrt_json *pair(const char *from, const char *to) {
    wrt_json *list = wrt_json_new_array();
    wrt_json_push_text(list, from);
    wrt_json_push_text(list, to);
    return list;
}

wrt_json *wrt_contrast_pick(const wrt_json *args, uint64_t seed) {
    const wrt_json *done = wrt_json_get(args, "do"), *first = wrt_json_first(done);
    const char *name = wrt_json_key(first), *value = wrt_json_text(first), *from = NULL;
    wrt_json *result = wrt_json_new_object(), *data = wrt_json_new_object();
    if (wrt_json_count(done) == 1 && value != NULL) {
        from = wrt_json_get_text(wrt_json_get(args, "patient"), name, NULL);
        if (from == NULL)
            from = other_value(wrt_json_get(args, "variables"), name, value);
    }
    wrt_json_set_int(data, "seed", (int64_t)(seed & ((UINT64_C(1) << 53) - 1)));
    if (from != NULL && strcmp(from, value) != 0) {
        wrt_json_set_text(data, "treatment", name);
        wrt_json_set(data, "contrast", pair(from, value));
    }
    wrt_json_set_text(result, "status", "ok");
    wrt_json_set(result, "data", data);
    return result;
}
