/* probe.c: see probe.h. */
#include "policies/probe.h"

#include <string.h>

static void push(wrt_json *out, wrt_json *value) {
    if (wrt_json_count(out) < WRT_PROBE_VALUES_MAX)
        wrt_json_push(out, value);
    else
        wrt_json_free(value);
}

static void push_around(wrt_json *out, double number) {
    push(out, wrt_json_new_number(number));
    push(out, wrt_json_new_number(number + 1));
    push(out, wrt_json_new_number(number - 1));
}

static void push_longer(wrt_json *out, const char *text) {
    wrt_buf longer = wrt_buf_make(WRT_POLICY_FILE_MAX);
    wrt_buf_printf(&longer, "%s~", text);
    push(out, wrt_json_new_text(wrt_buf_str(&longer)));
    wrt_buf_free(&longer);
}

static void push_value(wrt_json *out, const wrt_json *value) {
    if (wrt_json_is(value, WRT_JSON_NUMBER)) {
        push_around(out, wrt_json_number(value, 0));
        return;
    }
    push(out, wrt_json_copy(value));
    if (wrt_json_is(value, WRT_JSON_STRING))
        push_longer(out, wrt_json_text(value));
    if (wrt_json_is(value, WRT_JSON_BOOL))
        push(out, wrt_json_new_bool(!wrt_json_bool(value, false)));
}

/* The whole operand, nothing, and each element alone. */
static void push_lists(wrt_json *out, const wrt_json *operand) {
    push(out, wrt_json_copy(operand));
    push(out, wrt_json_new_array());
    WRT_JSON_EACH(item, operand) {
        wrt_json *one = wrt_json_new_array();
        wrt_json_push(one, wrt_json_copy(item));
        push(out, one);
    }
}

static void push_lengths(wrt_json *out, const wrt_condition *leaf) {
    for (size_t i = 0; i < leaf->n_bounds; i++) {
        for (int step = -1; step <= 1; step++) {
            double length = leaf->bounds[i].number + step;
            wrt_json *list = wrt_json_new_array();
            for (int n = 0; length <= WRT_POLICY_LIST_MAX && n < length; n++)
                wrt_json_push(list, wrt_json_new_int(n));
            push(out, list);
        }
    }
}

/* A text that the glob matches: its stars stand for nothing, its question marks for one letter. */
static void push_glob(wrt_json *out, const char *glob) {
    wrt_buf text = wrt_buf_make(WRT_POLICY_NAME_MAX + 1);
    for (; *glob != '\0'; glob++) {
        if (*glob != '*')
            wrt_buf_add_char(&text, *glob == '?' ? 'a' : *glob);
    }
    push(out, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

void wrt_probe_values(wrt_json *out, const wrt_condition *leaf) {
    switch (leaf->op) {
    case WRT_OP_EQ:
    case WRT_OP_NE:
        push_value(out, leaf->operand);
        break;
    case WRT_OP_LT:
    case WRT_OP_LE:
    case WRT_OP_GT:
    case WRT_OP_GE:
        push_around(out, leaf->bounds[0].number);
        break;
    case WRT_OP_IN:
        WRT_JSON_EACH(item, leaf->operand) {
            push_value(out, item);
        }
        break;
    case WRT_OP_HAS_ANY:
    case WRT_OP_HAS_ALL:
    case WRT_OP_HAS_NONE:
        push_lists(out, leaf->operand);
        break;
    case WRT_OP_PREFIX:
        push_value(out, leaf->operand);
        break;
    case WRT_OP_GLOB:
        push_glob(out, leaf->text);
        push_longer(out, leaf->text);
        break;
    case WRT_OP_COUNT:
        push_lengths(out, leaf);
        break;
    default:
        break;
    }
    push(out, wrt_json_new_c("~"));
    push(out, wrt_json_new_bool(true));
}

void wrt_probe_set(wrt_json *request, const wrt_condition *leaf, wrt_json *value) {
    wrt_json *at = request;
    for (size_t i = 0; i + 1 < leaf->n_keys; i++) {
        if (!wrt_json_is(wrt_json_get(at, leaf->keys[i]), WRT_JSON_OBJECT))
            wrt_json_set(at, leaf->keys[i], wrt_json_new_object());
        at = wrt_json_get_mut(at, leaf->keys[i]);
    }
    wrt_json_set(at, leaf->keys[leaf->n_keys - 1], value);
}
