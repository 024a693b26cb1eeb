/* batch.c: see batch.h. */
#include "agent/act/batch.h"

#include <string.h>

/* A function of its arguments and of what stores hold. */
static bool is_pure(const wrt_json *about) {
    return wrt_json_get_bool(about, "deterministic", false) &&
           !wrt_json_get_bool(about, "model", false) &&
           !wrt_json_get_bool(about, "writes", false) &&
           wrt_json_count(wrt_json_get(about, "network")) == 0 &&
           wrt_json_count(wrt_json_get(about, "files")) == 0;
}

static bool may_join(const wrt_turn *turn, const wrt_json *step) {
    static const char *const conditions[] = {"builtin", "when", "replaces"};
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        if (wrt_json_get(step, conditions[i]) != NULL)
            return false;
    const char *tool = wrt_json_get_text(step, "tool", "");
    return strcmp(wrt_json_get_text(step, "id", ""), "recheck") != 0 &&
           is_pure(wrt_turn_tool(turn, tool));
}

/* Does any text in it refer to this step? Recursion is bounded by WRT_JSON_DEPTH_MAX. */
static bool refers_to(const wrt_json *value, const char *step) {
    const char *text = wrt_json_text(value);
    if (text != NULL && text[0] == '$') {
        size_t len = strcspn(text + 1, ".[?");
        return strlen(step) == len && strncmp(text + 1, step, len) == 0;
    }
    WRT_JSON_EACH(item, value)
    if (refers_to(item, step))
        return true;
    return false;
}

static bool refers_to_any(const wrt_json *step, const wrt_json *first) {
    for (; first != step; first = wrt_json_next(first))
        if (refers_to(wrt_json_get(step, "args"), wrt_json_get_text(first, "id", "")))
            return true;
    return false;
}

size_t wrt_batch_size(const wrt_turn *turn, const wrt_json *step) {
    size_t n = 1;
    if (!may_join(turn, step))
        return n;
    for (const wrt_json *next = wrt_json_next(step); next != NULL && n < WRT_BATCH_MAX;
         next = wrt_json_next(next), n++)
        if (!may_join(turn, next) || refers_to_any(next, step))
            break;
    return n;
}
