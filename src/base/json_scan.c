/* json_scan.c: RFC 8785 in one pass.
 *
 * Canonical text leaves no choices, so each token is checked where it stands: no white space, the
 * shortest escapes, numbers as the writer prints them, names in ascending order of UTF-16 units
 * (which excludes doubles). Names are compared as they stand; only names with escapes are unescaped
 * first. Open containers lie on a stack of WRT_JSON_DEPTH_MAX places, and there is no recursion. */
#include "base/json_scan.h"

#include "base/arena.h"
#include "base/json_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    bool is_object;
    wrt_str last; /* the name before, in an object; ptr NULL at first */
} open_place;

typedef struct {
    const char *at;
    const char *end;
    open_place open[WRT_JSON_DEPTH_MAX];
    size_t depth;
} scanner;

static bool take(scanner *in, char byte) {
    if (in->at == in->end || *in->at != byte)
        return false;
    in->at++;
    return true;
}

/* ---- strings */

/* At a reverse solidus: the one spelling that RFC 8785 section 3.2.2.2 leaves. */
static bool take_escape(scanner *in) {
    size_t left = (size_t)(in->end - in->at);
    if (left >= 2 && strchr("\"\\bfnrt", in->at[1]) != NULL && in->at[1] != '\0') {
        in->at += 2;
        return true;
    }
    if (left < 6 || memcmp(in->at, "\\u00", 4) != 0 || (in->at[4] != '0' && in->at[4] != '1'))
        return false;
    static const char digits[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                    '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    const char *digit = memchr(digits, in->at[5], sizeof digits);
    if (digit == NULL)
        return false;
    int code = (in->at[4] - '0') * 16 + (*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
    in->at += 6;
    return code != 0 && strchr("\b\t\n\f\r", code) == NULL;
}

/* The text between the quotation marks. */
static bool take_string(scanner *in, wrt_str *out) {
    if (!take(in, '"'))
        return false;
    const char *start = in->at;
    while (in->at < in->end) {
        unsigned char byte = (unsigned char)*in->at;
        if (byte == '"') {
            *out = (wrt_str){start, (size_t)(in->at - start)};
            in->at++;
            return true;
        }
        if (byte < 0x20 || (byte == '\\' && !take_escape(in)))
            return false;
        if (byte != '\\')
            in->at++;
    }
    return false;
}

static char *unescaped(wrt_str name) {
    char *out = wrt_calloc(name.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != '\\') {
            out[len++] = name.ptr[i];
        } else if (name.ptr[++i] == 'u') {
            const char digits[3] = {name.ptr[i + 3], name.ptr[i + 4], '\0'};
            out[len++] = (char)strtol(digits, NULL, 16);
            i += 4;
        } else {
            static const char from[] = "\"\\bfnrt";
            static const char to[] = "\"\\\b\f\n\r\t";
            out[len++] = to[strchr(from, name.ptr[i]) - from];
        }
    }
    return out;
}

static bool precedes_escaped(wrt_str before, wrt_str name) {
    char *first = unescaped(before);
    char *second = unescaped(name);
    bool is_less = wrt_json_compare_utf16(first, second) < 0;
    free(first);
    free(second);
    return is_less;
}

static bool precedes(wrt_str before, wrt_str name) {
    size_t shared = before.len < name.len ? before.len : name.len;
    size_t i = 0;
    if (memchr(before.ptr, '\\', before.len) != NULL || memchr(name.ptr, '\\', name.len) != NULL)
        return precedes_escaped(before, name);
    while (i < shared && before.ptr[i] == name.ptr[i])
        i++;
    if (i == shared)
        return before.len < name.len;
    const char first[2] = {before.ptr[i], '\0'};
    const char second[2] = {name.ptr[i], '\0'};
    return wrt_json_compare_utf16(first, second) < 0;
}

/* ---- numbers and words */

/* Up to 15 digits without sign of zero are printed as they stand; the rest is printed and compared.
 */
static bool take_number(scanner *in) {
    const char *start = in->at;
    bool is_whole = true;
    while (in->at < in->end && strchr("+-.0123456789eE", *in->at) != NULL && *in->at != '\0') {
        is_whole = is_whole && ((*in->at >= '0' && *in->at <= '9') || in->at == start);
        in->at++;
    }
    wrt_str text = {start, (size_t)(in->at - start)};
    size_t sign = text.len > 0 && text.ptr[0] == '-';
    size_t digits = text.len - sign;
    char first = digits > 0 ? text.ptr[sign] : '\0';
    if (is_whole && digits <= 15 && first >= '1' && first <= '9')
        return true;
    double value = 0;
    char written[32];
    if (digits == 0 || first < '0' || first > '9' || !wrt_str_to_double(&value, text))
        return false;
    wrt_json_format_number(written, value);
    return wrt_str_equal_c(text, written);
}

static bool take_word(scanner *in, const char *word) {
    size_t len = strlen(word);
    if ((size_t)(in->end - in->at) < len || memcmp(in->at, word, len) != 0)
        return false;
    in->at += len;
    return true;
}

static bool take_scalar(scanner *in) {
    wrt_str text;
    switch (in->at < in->end ? *in->at : '\0') {
    case '"':
        return take_string(in, &text);
    case 'n':
        return take_word(in, "null");
    case 't':
        return take_word(in, "true");
    case 'f':
        return take_word(in, "false");
    default:
        return take_number(in);
    }
}

/* ---- containers */

/* A name and its colon, in the innermost object. */
static bool take_name(scanner *in) {
    open_place *place = &in->open[in->depth - 1];
    wrt_str name;
    if (!take_string(in, &name) || !take(in, ':'))
        return false;
    if (place->last.ptr != NULL && !precedes(place->last, name))
        return false;
    place->last = name;
    return true;
}

/* Opens what stands here and what it begins with, down to the first scalar or empty container. */
static bool descend(scanner *in) {
    while (in->at < in->end && (*in->at == '{' || *in->at == '[')) {
        bool is_object = *in->at == '{';
        if (in->depth == WRT_JSON_DEPTH_MAX)
            return false;
        in->at++;
        if (take(in, is_object ? '}' : ']'))
            return true;
        in->open[in->depth++] = (open_place){.is_object = is_object};
        if (is_object && !take_name(in))
            return false;
    }
    return take_scalar(in);
}

/* Where the members of the outermost object go. */
typedef struct {
    wrt_json_span *item;
    size_t room;
    size_t n;
    const char *start; /* of the value that is being read */
} span_list;

static void end_member(span_list *spans, wrt_str name, const char *end) {
    if (spans->n < spans->room)
        spans->item[spans->n] = (wrt_json_span){name, {spans->start, (size_t)(end - spans->start)}};
    spans->n++;
}

/* Goes on after a value: closes containers, or comes to the next value. *is_done at the end. */
static bool advance(scanner *in, span_list *spans, bool *is_done) {
    while (in->depth > 0) {
        open_place *place = &in->open[in->depth - 1];
        if (in->depth == 1 && place->is_object)
            end_member(spans, place->last, in->at);
        if (take(in, ',')) {
            if (place->is_object && !take_name(in))
                return false;
            if (in->depth == 1)
                spans->start = in->at;
            return true;
        }
        if (!take(in, place->is_object ? '}' : ']'))
            return false;
        in->depth--;
    }
    *is_done = true;
    return in->at == in->end;
}

bool wrt_json_scan(wrt_json_span *members, size_t room, size_t *n, wrt_str text) {
    scanner in = {.at = text.ptr, .end = text.ptr + text.len};
    span_list spans = {.item = members, .room = room};
    bool is_done = false;
    *n = 0;
    if (text.len == 0 || text.len > WRT_JSON_TEXT_MAX || !wrt_utf8_valid(text))
        return false;
    while (!is_done) {
        bool is_outermost = in.depth == 0;
        if (!descend(&in))
            return false;
        if (is_outermost && in.depth > 0 && in.open[0].last.ptr != NULL)
            spans.start = in.open[0].last.ptr + in.open[0].last.len + 2;
        if (!advance(&in, &spans, &is_done))
            return false;
    }
    *n = spans.n;
    return true;
}
