/* json_strict.c: the only way in for JSON text.
 *
 * A recursive-descent reader of RFC 8259, made strict as RFC 7493 (I-JSON) advises: it builds the
 * value while it checks, so there is no second parser that could see the bytes differently. The
 * whole text is validated as UTF-8 first; after that only ASCII bytes steer the reader.
 *
 * Names of the open objects lie on one stack with their offsets; when an object closes, its slice
 * is sorted and equal neighbours are duplicates, O(n log n) and after unescaping ("a" and "\u0061"
 * are one name). Recursion is bounded by WRT_JSON_DEPTH_MAX. Every function that reads returns
 * false or NULL after an error was recorded, and what was built so far is freed on the way up. */
#include "base/json_internal.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name; /* borrowed from the member's node */
    size_t offset;
} name_slot;

typedef struct {
    const char *text;
    size_t len;
    size_t at;
    unsigned depth;
    wrt_buf scratch; /* the string being unescaped */
    name_slot *names;
    size_t name_count;
    size_t name_room;
    wrt_err *err;
    wrt_status status;
} reader;

/* what: the reason, and where it helps what would be accepted. */
static bool fail_at(reader *in, size_t offset, const char *what) {
    in->status = wrt_fail(in->err, WRT_E_INPUT, "JSON, byte %zu: %s", offset, what);
    return false;
}

static void skip_space(reader *in) {
    while (in->at < in->len) {
        char byte = in->text[in->at];
        if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') {
            return;
        }
        in->at++;
    }
}

/* The byte at the reader, or 0 at the end; U+0000 itself is no JSON token, so both are refused. */
static char peek(const reader *in) {
    if (in->at == in->len) {
        return 0;
    }
    return in->text[in->at];
}

/* ---- strings */

static int hex_value(char byte) {
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    if (byte >= 'a' && byte <= 'f') {
        return byte - 'a' + 10;
    }
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* Four hexadecimal digits at the reader. */
static bool read_hex(reader *in, uint32_t *out) {
    uint32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = in->at + i < in->len ? hex_value(in->text[in->at + i]) : -1;
        if (digit < 0) {
            return fail_at(in, in->at + i, "\\u needs four hexadecimal digits");
        }
        unit = unit << 4 | (uint32_t)digit;
    }
    in->at += 4;
    *out = unit;
    return true;
}

static void add_code_point(wrt_buf *out, uint32_t code) {
    if (code < 0x80) {
        wrt_buf_add_char(out, (char)code);
    } else if (code < 0x800) {
        wrt_buf_add(out, (char[]){(char)(0xC0 | code >> 6), (char)(0x80 | (code & 0x3F))}, 2);
    } else if (code < 0x10000) {
        wrt_buf_add(out,
                    (char[]){(char)(0xE0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3F)),
                             (char)(0x80 | (code & 0x3F))},
                    3);
    } else {
        wrt_buf_add(out,
                    (char[]){(char)(0xF0 | code >> 18), (char)(0x80 | (code >> 12 & 0x3F)),
                             (char)(0x80 | (code >> 6 & 0x3F)), (char)(0x80 | (code & 0x3F))},
                    4);
    }
}

/* After "\u": one UTF-16 unit, or two that make a pair. */
static bool read_unicode_escape(reader *in) {
    size_t start = in->at - 2;
    uint32_t code;
    if (!read_hex(in, &code)) {
        return false;
    }
    if (code == 0) {
        return fail_at(in, start, "U+0000 is not allowed in a string");
    }
    if (code >= 0xD800 && code <= 0xDBFF && in->len - in->at >= 2 && in->text[in->at] == '\\' &&
        in->text[in->at + 1] == 'u') {
        uint32_t low;
        in->at += 2;
        if (!read_hex(in, &low)) {
            return false;
        }
        if (low < 0xDC00 || low > 0xDFFF) {
            return fail_at(in, start, "a high surrogate without its low surrogate");
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code >= 0xD800 && code <= 0xDFFF) {
        return fail_at(in, start, "a surrogate escape that is not part of a pair");
    }
    add_code_point(&in->scratch, code);
    return true;
}

/* At a reverse solidus. */
static bool read_escape(reader *in) {
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    if (in->len - in->at < 2) {
        return fail_at(in, in->at, "the string is not closed");
    }
    char letter = in->text[in->at + 1];
    if (letter == 'u') {
        in->at += 2;
        return read_unicode_escape(in);
    }
    const char *found = letter == '\0' ? NULL : strchr(from, letter);
    if (found == NULL) {
        return fail_at(in, in->at,
                       "unknown escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
    }
    wrt_buf_add_char(&in->scratch, to[found - from]);
    in->at += 2;
    return true;
}

/* At a quotation mark; the unescaped text is left in in->scratch. */
static bool read_string(reader *in) {
    size_t start = in->at++;
    wrt_buf_clear(&in->scratch);
    while (in->at < in->len) {
        size_t run = in->at;
        unsigned char byte = (unsigned char)in->text[run];
        while (byte >= 0x20 && byte != '"' && byte != '\\' && ++run < in->len) {
            byte = (unsigned char)in->text[run];
        }
        wrt_buf_add(&in->scratch, in->text + in->at, run - in->at);
        in->at = run;
        if (run == in->len) {
            break;
        }
        if (byte == '"') {
            in->at++;
            return true;
        }
        if (byte == '\0') {
            return fail_at(in, run, "U+0000 is not allowed in a string");
        }
        if (byte < 0x20) {
            return fail_at(in, run, "a control character in a string must be escaped");
        }
        if (!read_escape(in)) {
            return false;
        }
    }
    return fail_at(in, start, "the string is not closed");
}

/* ---- numbers */

static size_t count_digits(const reader *in) {
    size_t count = 0;
    while (in->at + count < in->len && in->text[in->at + count] >= '0' &&
           in->text[in->at + count] <= '9') {
        count++;
    }
    return count;
}

/* One or more digits at the reader. */
static bool read_digits(reader *in, const char *what) {
    size_t count = count_digits(in);
    in->at += count;
    return count > 0 || fail_at(in, in->at, what);
}

/* The grammar of a number; *is_integer tells whether fraction and exponent are absent. */
static bool scan_number(reader *in, bool *is_integer) {
    size_t start = in->at;
    in->at += peek(in) == '-';
    bool has_zero = peek(in) == '0';
    size_t digits = count_digits(in);
    if (digits == 0) {
        return fail_at(in, start, "a number needs a digit after its sign");
    }
    if (has_zero && digits > 1) {
        return fail_at(in, start, "a number must not start with a superfluous zero");
    }
    in->at += digits;
    *is_integer = true;
    if (peek(in) == '.') {
        in->at++;
        *is_integer = false;
        if (!read_digits(in, "a number needs a digit after its decimal point")) {
            return false;
        }
    }
    if (peek(in) == 'e' || peek(in) == 'E') {
        in->at++;
        *is_integer = false;
        in->at += peek(in) == '+' || peek(in) == '-';
        return read_digits(in, "a number needs a digit in its exponent");
    }
    return true;
}

/* Integers beyond 2^53 - 1 are taken only when the writer would print the same text. */
static bool is_exact(double value, wrt_str text) {
    if (fabs(value) <= 9007199254740991.0) {
        return true;
    }
    char written[32];
    wrt_json_format_number(written, value);
    return wrt_str_equal_c(text, written);
}

static cJSON *read_number(reader *in) {
    size_t start = in->at;
    bool is_integer = false;
    if (!scan_number(in, &is_integer)) {
        return NULL;
    }
    wrt_str text = {in->text + start, in->at - start};
    double value = 0;
    if (!wrt_str_to_double(&value, text)) {
        (void)fail_at(in, start, "the number is beyond the range of a double (1.8e308)");
        return NULL;
    }
    if (is_integer && !is_exact(value, text)) {
        (void)fail_at(in, start, "the integer is beyond 2^53 - 1 and would be altered; quote it");
        return NULL;
    }
    return wrt_json_node(wrt_json_new_number(value));
}

/* ---- containers */

static void push_name(reader *in, const char *name, size_t offset) {
    if (in->name_count == in->name_room) {
        in->name_room = in->name_room == 0 ? 64 : in->name_room * 2;
        in->names = wrt_realloc(in->names, in->name_room * sizeof *in->names);
    }
    in->names[in->name_count++] = (name_slot){name, offset};
}

static int compare_names(const void *a, const void *b) {
    const name_slot *first = a;
    const name_slot *second = b;
    int order = strcmp(first->name, second->name);
    return order != 0 ? order : (first->offset > second->offset) - (first->offset < second->offset);
}

/* Takes the names from `base` on off the stack; an error at the first name that stands again. */
static bool check_names(reader *in, size_t base) {
    size_t count = in->name_count - base;
    in->name_count = base;
    if (count < 2) {
        return true;
    }
    name_slot *names = in->names + base;
    qsort(names, count, sizeof *names, compare_names);
    const name_slot *repeated = NULL;
    for (size_t i = 1; i < count; i++) {
        if (strcmp(names[i].name, names[i - 1].name) == 0 &&
            (repeated == NULL || names[i].offset < repeated->offset)) {
            repeated = &names[i];
        }
    }
    if (repeated == NULL) {
        return true;
    }
    in->status = wrt_fail(in->err, WRT_E_INPUT, "JSON, byte %zu: duplicate key \"%.100s\"",
                          repeated->offset, repeated->name);
    return false;
}

static cJSON *read_value(reader *in);

static bool open_container(reader *in) {
    if (in->depth == WRT_JSON_DEPTH_MAX) {
        in->status = wrt_fail(in->err, WRT_E_LIMIT, "JSON, byte %zu: nested deeper than %d levels",
                              in->at, (int)WRT_JSON_DEPTH_MAX);
        return false;
    }
    in->depth++;
    in->at++;
    skip_space(in);
    return true;
}

/* After an element: *is_done at the closing byte, which is consumed; a comma is consumed too. */
static bool read_separator(reader *in, char closing, bool *is_done) {
    skip_space(in);
    char byte = peek(in);
    if (byte != ',' && byte != closing) {
        return fail_at(in, in->at, closing == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
    }
    in->at++;
    skip_space(in);
    *is_done = byte == closing;
    return true;
}

static cJSON *read_array(reader *in) {
    if (!open_container(in)) {
        return NULL;
    }
    wrt_json *array = wrt_json_new_array();
    bool is_done = peek(in) == ']';
    in->at += is_done;
    while (!is_done) {
        cJSON *element = read_value(in);
        if (element == NULL) {
            goto out;
        }
        wrt_json_append(wrt_json_node(array), element);
        if (!read_separator(in, ']', &is_done)) {
            goto out;
        }
    }
    in->depth--;
    return wrt_json_node(array);
out:
    wrt_json_free(array);
    return NULL;
}

/* name ':' value, added to the object without a look-up. */
static bool read_member(reader *in, cJSON *object) {
    size_t offset = in->at;
    if (peek(in) != '"') {
        return fail_at(in, in->at, "expected a key in quotation marks");
    }
    if (!read_string(in)) {
        return false;
    }
    char *name = wrt_json_copy_bytes(wrt_buf_str(&in->scratch));
    skip_space(in);
    cJSON *value = NULL;
    if (peek(in) != ':') {
        (void)fail_at(in, in->at, "expected ':' after the key");
    } else {
        in->at++;
        skip_space(in);
        value = read_value(in);
    }
    if (value == NULL) {
        cJSON_free(name);
        return false;
    }
    value->string = name;
    wrt_json_append(object, value);
    push_name(in, name, offset);
    return true;
}

static cJSON *read_object(reader *in) {
    if (!open_container(in)) {
        return NULL;
    }
    wrt_json *object = wrt_json_new_object();
    size_t base = in->name_count;
    bool is_done = peek(in) == '}';
    in->at += is_done;
    while (!is_done) {
        if (!read_member(in, wrt_json_node(object)) || !read_separator(in, '}', &is_done)) {
            goto out;
        }
    }
    if (!check_names(in, base)) {
        goto out;
    }
    in->depth--;
    return wrt_json_node(object);
out:
    wrt_json_free(object);
    return NULL;
}

/* ---- values */

static cJSON *read_literal(reader *in) {
    static const wrt_str words[] = {{"null", 4}, {"true", 4}, {"false", 5}};
    wrt_str rest = {in->text + in->at, in->len - in->at};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (wrt_str_starts_with(rest, words[i])) {
            in->at += words[i].len;
            return wrt_json_node(i == 0 ? wrt_json_new_null() : wrt_json_new_bool(i == 1));
        }
    }
    (void)fail_at(in, in->at,
                  rest.len == 0 ? "the text ends where a value is expected" : "expected a value");
    return NULL;
}

static cJSON *read_value(reader *in) {
    char byte = peek(in);
    if (byte == '{') {
        return read_object(in);
    }
    if (byte == '[') {
        return read_array(in);
    }
    if (byte == '"') {
        return read_string(in) ? wrt_json_node(wrt_json_new_text(wrt_buf_str(&in->scratch))) : NULL;
    }
    if (byte == '-' || (byte >= '0' && byte <= '9')) {
        return read_number(in);
    }
    return read_literal(in);
}

static cJSON *read_root(reader *in) {
    size_t valid = wrt_utf8_valid_prefix((wrt_str){in->text, in->len});
    if (valid != in->len) {
        (void)fail_at(in, valid, "not well-formed UTF-8");
        return NULL;
    }
    skip_space(in);
    cJSON *root = read_value(in);
    if (root == NULL) {
        return NULL;
    }
    skip_space(in);
    if (in->at != in->len) {
        (void)fail_at(in, in->at, "nothing may follow the value");
        cJSON_Delete(root);
        return NULL;
    }
    return root;
}

wrt_status wrt_json_parse(wrt_json **out, wrt_str text, wrt_err *err) {
    *out = NULL;
    if (text.len > WRT_JSON_TEXT_MAX) {
        return wrt_fail(err, WRT_E_LIMIT, "JSON text of %zu bytes; at most %d are read", text.len,
                        (int)WRT_JSON_TEXT_MAX);
    }
    reader in = {.text = text.len == 0 ? "" : text.ptr,
                 .len = text.len,
                 .scratch = wrt_buf_make(text.len),
                 .err = err};
    *out = (wrt_json *)read_root(&in);
    wrt_buf_free(&in.scratch);
    free(in.names);
    return in.status;
}
