/* schema_walk.c: paths and short value texts for messages about schemas.
 *
 * Keys and texts come from outside: what is shown is cut at a whole code point and holds no control
 * character, so a message stays one line of valid UTF-8. */
#include "base/schema_walk.h"

#include <stdio.h>
#include <string.h>

/* Copies at most room - 1 bytes of text to out, cut at a code point; returns the bytes written. */
static size_t copy_visible(char *out, size_t room, const char *text) {
    size_t n = strlen(text);
    if (n >= room) {
        n = room - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(out, text, n);
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7F)
            out[i] = '?';
    }
    out[n] = '\0';
    return n;
}

wrt_schema_walk wrt_schema_walk_make(const wrt_json *root, const char *name, wrt_err *err) {
    wrt_schema_walk walk = {.root = root, .err = err};
    walk.len = copy_visible(walk.path, sizeof walk.path, name);
    return walk;
}

size_t wrt_schema_enter(wrt_schema_walk *walk, const char *key) {
    size_t before = walk->len;
    size_t room = sizeof walk->path - walk->len;
    if (room > 2) {
        walk->path[walk->len++] = '.';
        walk->len += copy_visible(walk->path + walk->len, room - 1, key);
    }
    return before;
}

size_t wrt_schema_enter_index(wrt_schema_walk *walk, size_t index) {
    size_t before = walk->len;
    char part[32];
    int n = snprintf(part, sizeof part, "[%zu]", index);
    if (n > 0 && (size_t)n < sizeof walk->path - walk->len) {
        memcpy(walk->path + walk->len, part, (size_t)n + 1);
        walk->len += (size_t)n;
    }
    return before;
}

void wrt_schema_leave(wrt_schema_walk *walk, size_t len) {
    walk->len = len;
    walk->path[len] = '\0';
}

static void show_text(char out[WRT_SCHEMA_SHOW_MAX], const char *text) {
    enum { SHOWN = 48 };
    out[0] = '"';
    size_t n = copy_visible(out + 1, SHOWN, text);
    memcpy(out + 1 + n, text[n] == '\0' ? "\"" : "...\"", text[n] == '\0' ? 2 : 5);
}

void wrt_schema_show(char out[WRT_SCHEMA_SHOW_MAX], const wrt_json *value) {
    switch (wrt_json_typeof(value)) {
    case WRT_JSON_NULL:
        snprintf(out, WRT_SCHEMA_SHOW_MAX, "null");
        break;
    case WRT_JSON_BOOL:
        snprintf(out, WRT_SCHEMA_SHOW_MAX, "%s", wrt_json_bool(value, false) ? "true" : "false");
        break;
    case WRT_JSON_NUMBER:
        wrt_json_format_number(out, wrt_json_number(value, 0));
        break;
    case WRT_JSON_STRING:
        show_text(out, wrt_json_text(value));
        break;
    case WRT_JSON_ARRAY:
        snprintf(out, WRT_SCHEMA_SHOW_MAX, "an array of %zu", wrt_json_count(value));
        break;
    case WRT_JSON_OBJECT:
        snprintf(out, WRT_SCHEMA_SHOW_MAX, "an object of %zu", wrt_json_count(value));
        break;
    }
}

const wrt_json *wrt_schema_resolve(const wrt_json *root, const char *ref) {
    static const char prefix[] = "#/$defs/";
    if (ref == NULL || strncmp(ref, prefix, sizeof prefix - 1) != 0)
        return NULL;
    return wrt_json_get(wrt_json_get(root, "$defs"), ref + sizeof prefix - 1);
}
