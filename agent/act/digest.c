/* digest.c: see digest.h. */
#include "agent/act/digest.h"

#include <string.h>

enum { ITEMS = 3, NAMES = 8, MEMBERS = 8, TEXT_BYTES = 60, DEPTH = 3 };

static void add_text(wrt_buf *out, const char *text) {
    size_t len = strlen(text), cut = len < TEXT_BYTES ? len : TEXT_BYTES;
    while (cut < len && cut > 0 && ((unsigned char)text[cut] & 0xC0) == 0x80)
        cut--;
    wrt_buf_add(out, text, cut);
    if (cut < len)
        wrt_buf_add_c(out, "...");
}

/* What stands for an object in a list: its name, or that of the node at the end of an edge. */
static const char *name_of(const wrt_json *object) {
    static const char *const names[] = {"name", "title", "text", "id"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wrt_json_get_text(object, names[i], NULL) != NULL)
            return wrt_json_get_text(object, names[i], NULL);
    return wrt_json_get_text(wrt_json_get(object, "node"), "name", NULL);
}

static void add_value(wrt_buf *out, const wrt_json *value, int depth);

static void add_list(wrt_buf *out, const wrt_json *list, int depth) {
    size_t n = wrt_json_count(list), shown = 0;
    wrt_buf_printf(out, "%zu item%s", n, n == 1 ? "" : "s");
    WRT_JSON_EACH(item, depth > 0 ? list : NULL) {
        const char *name = name_of(item);
        if (shown == (name != NULL ? NAMES : ITEMS))
            break;
        wrt_buf_add_c(out, shown++ == 0 ? ": " : ", ");
        if (name != NULL)
            add_text(out, name);
        else
            add_value(out, item, depth - 1);
    }
    if (shown > 0 && shown < n)
        wrt_buf_add_c(out, ", ...");
}

static void add_object(wrt_buf *out, const wrt_json *object, int depth) {
    size_t n = wrt_json_count(object), shown = 0;
    if (depth == 0) {
        wrt_buf_printf(out, "%zu member%s", n, n == 1 ? "" : "s");
        return;
    }
    WRT_JSON_EACH(member, object) {
        if (shown == MEMBERS)
            break;
        wrt_buf_add_c(out, shown++ == 0 ? "" : "; ");
        add_text(out, wrt_json_key(member));
        wrt_buf_add_char(out, ' ');
        add_value(out, member, depth - 1);
    }
    if (shown < n)
        wrt_buf_printf(out, "; and %zu more", n - shown);
}

/* Depth is at most DEPTH. */
static void add_value(wrt_buf *out, const wrt_json *value, int depth) {
    const char *text = wrt_json_text(value);
    if (text != NULL)
        add_text(out, text);
    else if (wrt_json_is(value, WRT_JSON_ARRAY))
        add_list(out, value, depth);
    else if (wrt_json_is(value, WRT_JSON_OBJECT))
        add_object(out, value, depth);
    else if (value != NULL)
        wrt_json_write(out, value);
    else
        wrt_buf_add_c(out, "nothing");
}

void wrt_digest_add(wrt_buf *out, const wrt_json *value) {
    wrt_buf line = wrt_buf_make(WRT_KIB(64));
    add_value(&line, value, DEPTH);
    size_t len = line.len < WRT_DIGEST_BYTES - 3 ? line.len : WRT_DIGEST_BYTES - 3;
    while (len < line.len && len > 0 && ((unsigned char)line.ptr[len] & 0xC0) == 0x80)
        len--;
    size_t from = out->len;
    wrt_buf_add(out, wrt_buf_str(&line).ptr, len);
    if (len < line.len)
        wrt_buf_add_c(out, "...");
    if (!out->overflow)
        wrt_utf8_make_printable(out->ptr + from, out->len - from);
    for (size_t i = from; !out->overflow && i < out->len; i++)
        if (out->ptr[i] == '"') /* no mark inside ends the quotation that it stands in */
            out->ptr[i] = '\'';
    wrt_buf_free(&line);
}
