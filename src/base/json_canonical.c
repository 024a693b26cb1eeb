/* json_canonical.c: JSON text out: compact, pretty, and canonical (RFC 8785).
 *
 * The three forms share one walk over the value and differ in white space and in the order of
 * members. Strings escape the minimum in all of them: quotation mark, reverse solidus and control
 * characters, with the two-letter forms where they exist and \u00xx otherwise (RFC 8785, section
 * 3.2.2.2). Members sort by UTF-16 code units (section 3.2.3) without a conversion: UTF-8 bytes
 * already order by code point, which differs only where code points above U+FFFF, whose surrogates
 * begin at D800, meet U+E000 to U+FFFF. */
#include "base/json_internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* Rank of a UTF-8 byte among the bytes that can stand at the first difference of two texts: the
 * leads F0..F4 (beyond U+FFFF) go before EE and EF (U+E000 to U+FFFF). */
static int utf16_rank(unsigned char byte) {
    if (byte >= 0xF0) {
        return byte - 2;
    }
    return byte >= 0xEE ? byte + 5 : byte;
}

int wrt_json_compare_utf16(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return utf16_rank((unsigned char)*a) - utf16_rank((unsigned char)*b);
}

static int compare_members(const void *a, const void *b) {
    const cJSON *const *first = a;
    const cJSON *const *second = b;
    return wrt_json_compare_utf16((*first)->string, (*second)->string);
}

const cJSON **wrt_json_sorted_members(const cJSON *object, size_t *count) {
    *count = wrt_json_count((const wrt_json *)object);
    const cJSON **members = wrt_calloc(*count, sizeof(const cJSON *));
    size_t at = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        members[at++] = member;
    }
    qsort(members, *count, sizeof(const cJSON *), compare_members);
    return members;
}

typedef enum { COMPACT, PRETTY, CANONICAL } style;

typedef struct {
    wrt_buf *out;
    style form;
    size_t depth;
} writer;

static void write_escape(wrt_buf *out, unsigned char byte) {
    static const char letters[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    static const char hex[] = "0123456789abcdef";
    if (byte >= 32) {
        wrt_buf_add(out, (char[]){'\\', (char)byte}, 2);
    } else if (letters[byte] != 0) {
        wrt_buf_add(out, (char[]){'\\', letters[byte]}, 2);
    } else {
        wrt_buf_add(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
    }
}

void wrt_json_write_string(wrt_buf *out, wrt_str text) {
    wrt_buf_add_char(out, '"');
    size_t start = 0;
    for (size_t at = 0; at < text.len; at++) {
        unsigned char byte = (unsigned char)text.ptr[at];
        if (byte < 32 || byte == '"' || byte == '\\') {
            wrt_buf_add(out, text.ptr + start, at - start);
            write_escape(out, byte);
            start = at + 1;
        }
    }
    wrt_buf_add(out, text.ptr + start, text.len - start);
    wrt_buf_add_char(out, '"');
}

static void write_text(wrt_buf *out, const char *text) {
    wrt_json_write_string(out, wrt_str_of(text));
}

static void write_line_break(const writer *to) {
    if (to->form != PRETTY) {
        return;
    }
    wrt_buf_add_char(to->out, '\n');
    for (size_t i = 0; i < to->depth; i++) {
        wrt_buf_add(to->out, "  ", 2);
    }
}

static void write_value(writer *to, const cJSON *value);

/* One element or member, with what stands before it. */
static void write_child(writer *to, const cJSON *child, bool is_first) {
    if (!is_first) {
        wrt_buf_add_char(to->out, ',');
    }
    write_line_break(to);
    if (child->string != NULL) {
        write_text(to->out, child->string);
        wrt_buf_add_char(to->out, ':');
        if (to->form == PRETTY) {
            wrt_buf_add_char(to->out, ' ');
        }
    }
    write_value(to, child);
}

static void write_children(writer *to, const cJSON *container) {
    for (const cJSON *child = container->child; child != NULL; child = child->next) {
        write_child(to, child, child == container->child);
    }
}

static void write_sorted(writer *to, const cJSON *object) {
    size_t count;
    const cJSON **members = wrt_json_sorted_members(object, &count);
    for (size_t i = 0; i < count; i++) {
        write_child(to, members[i], i == 0);
    }
    free(members);
}

static void write_container(writer *to, const cJSON *value, bool is_object) {
    wrt_buf_add_char(to->out, is_object ? '{' : '[');
    if (value->child != NULL) {
        to->depth++;
        if (is_object && to->form == CANONICAL) {
            write_sorted(to, value);
        } else {
            write_children(to, value);
        }
        to->depth--;
        write_line_break(to);
    }
    wrt_buf_add_char(to->out, is_object ? '}' : ']');
}

static void write_value(writer *to, const cJSON *value) {
    if (to->out->overflow) {
        return; /* nothing more is taken; do not walk the rest */
    }
    char number[32];
    switch (wrt_json_typeof((const wrt_json *)value)) {
    case WRT_JSON_NULL:
        wrt_buf_add(to->out, "null", 4);
        break;
    case WRT_JSON_BOOL:
        wrt_buf_add_c(to->out, wrt_json_bool((const wrt_json *)value, false) ? "true" : "false");
        break;
    case WRT_JSON_NUMBER:
        wrt_json_format_number(number, value->valuedouble);
        wrt_buf_add_c(to->out, number);
        break;
    case WRT_JSON_STRING:
        write_text(to->out, value->valuestring);
        break;
    case WRT_JSON_ARRAY:
        write_container(to, value, false);
        break;
    case WRT_JSON_OBJECT:
        write_container(to, value, true);
        break;
    }
}

static void write_root(wrt_buf *out, const wrt_json *value, style form) {
    writer to = {.out = out, .form = form};
    write_value(&to, wrt_json_node_const(value));
}

void wrt_json_write(wrt_buf *out, const wrt_json *value) {
    write_root(out, value, COMPACT);
}

void wrt_json_write_pretty(wrt_buf *out, const wrt_json *value) {
    write_root(out, value, PRETTY);
}

void wrt_json_write_canonical(wrt_buf *out, const wrt_json *value) {
    write_root(out, value, CANONICAL);
}

void wrt_json_settle(wrt_json **value) {
    wrt_buf bytes = wrt_buf_make(WRT_MIB(512));
    wrt_json *settled = NULL;
    if (*value == NULL)
        return;
    wrt_json_write_canonical(&bytes, *value);
    if (!bytes.overflow && wrt_json_parse(&settled, wrt_buf_str(&bytes), NULL) == WRT_OK) {
        wrt_json_free(*value);
        *value = settled;
    }
    wrt_buf_free(&bytes);
}
