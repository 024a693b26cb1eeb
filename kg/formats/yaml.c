/* yaml.c: a recursive reader over the lines of a text, bounded in depth.
 *
 * Every construct is recognised by the indentation of its line and its first character. A line of
 * the form "- key: value" opens a sequence item and a mapping within it, whose indentation is that
 * of the key (YAML 1.2, "compact nested mapping"). */
#include "kg/formats/yaml.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 1024, KEYS_MAX = 1000 };

typedef struct {
    wrt_str text; /* without indentation, trailing blanks and, where it is one, a comment */
    size_t indent;
    size_t number; /* from 1 */
    wrt_str raw;   /* the whole line, for blocks */
} line;

typedef struct {
    line *lines;
    size_t n, at;
    int depth;
    wrt_err *err;
    wrt_status status;
} reader;

static wrt_json *read_node(reader *in, size_t indent);

static wrt_json *fail_at(reader *in, size_t number, const char *what) {
    in->status = wrt_fail(in->err, WRT_E_INPUT, "YAML, line %zu: %s", number, what);
    return NULL;
}

static bool is_sequence(wrt_str text) {
    return text.len > 0 && text.ptr[0] == '-' && (text.len == 1 || text.ptr[1] == ' ');
}

static wrt_str drop(wrt_str text, size_t n) {
    return (wrt_str){text.ptr + n, text.len - n};
}

static wrt_str trim_end(wrt_str text) {
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t' ||
                            text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* ---- keys and scalars */

/* Length of a quoted text with its quotes; 0 when it is not closed. */
static size_t quoted_length(wrt_str text) {
    char quote = text.ptr[0];
    for (size_t i = 1; i < text.len; i++) {
        bool is_escape = quote == '"' && text.ptr[i] == '\\';
        bool is_doubled =
            quote == '\'' && text.ptr[i] == quote && i + 1 < text.len && text.ptr[i + 1] == quote;
        if (is_escape || is_doubled)
            i++;
        else if (text.ptr[i] == quote)
            return i + 1;
    }
    return 0;
}

/* Splits "key: value" or "key:"; false when the text is no mapping entry. */
static bool split_entry(wrt_str *key, wrt_str *value, wrt_str text) {
    size_t at = 0;
    if (text.len > 0 && (text.ptr[0] == '"' || text.ptr[0] == '\''))
        at = quoted_length(text);
    else
        while (at < text.len &&
               !(text.ptr[at] == ':' && (at + 1 == text.len || text.ptr[at + 1] == ' ')))
            at++;
    if (at == 0 || at >= text.len || text.ptr[at] != ':' ||
        (at + 1 < text.len && text.ptr[at + 1] != ' '))
        return false;
    *key = (wrt_str){text.ptr, at};
    *value = wrt_str_trim(drop(text, at + 1));
    return true;
}

static int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static void add_code_point(wrt_buf *out, uint32_t code) {
    if (code < 0x80) {
        wrt_buf_add_char(out, (char)code);
        return;
    }
    int n = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3; /* bytes after the first */
    static const unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
    wrt_buf_add_char(out, (char)(lead[n] | code >> 6 * n));
    while (n-- > 0)
        wrt_buf_add_char(out, (char)(0x80 | (code >> 6 * n & 0x3F)));
}

/* \xHH, \uHHHH, \UHHHHHHHH; *at is at the letter and moves past the digits. */
static bool add_numbered(wrt_buf *out, wrt_str text, size_t *at) {
    size_t digits = text.ptr[*at] == 'x' ? 2 : text.ptr[*at] == 'u' ? 4 : 8;
    uint32_t code = 0;
    if (text.len - *at <= digits)
        return false;
    for (size_t i = 1; i <= digits; i++) {
        int value = hex_value(text.ptr[*at + i]);
        if (value < 0)
            return false;
        code = code << 4 | (uint32_t)value;
    }
    *at += digits;
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return false;
    add_code_point(out, code);
    return true;
}

/* After a reverse solidus, *at is at the letter. */
static bool add_escape(wrt_buf *out, wrt_str text, size_t *at) {
    static const char from[] = "abtnvfre \"/\\N_LP", *const to[] = {
                                                         "\a",          "\b",       "\t",
                                                         "\n",          "\v",       "\f",
                                                         "\r",          "\x1b",     " ",
                                                         "\"",          "/",        "\\",
                                                         "\xc2\x85",    "\xc2\xa0", "\xe2\x80\xa8",
                                                         "\xe2\x80\xa9"};
    char letter = text.ptr[*at];
    if (letter == 'x' || letter == 'u' || letter == 'U')
        return add_numbered(out, text, at);
    const char *found = letter == '\0' ? NULL : strchr(from, letter);
    if (found == NULL)
        return false;
    wrt_buf_add_c(out, to[found - from]);
    return true;
}

/* Line breaks inside quotes were folded by the caller, but an escaped one, "\" at an end, is
 * nothing: it stands as "\" before the blank. */
static bool unquote(wrt_buf *out, wrt_str text) {
    char quote = text.ptr[0];
    for (size_t i = 1; i + 1 < text.len; i++) {
        if (quote == '\'' && text.ptr[i] == '\'') {
            i++;
            wrt_buf_add_char(out, '\'');
        } else if (quote == '"' && text.ptr[i] == '\\') {
            i++;
            if (i + 1 >= text.len || !add_escape(out, text, &i))
                return false;
        } else {
            wrt_buf_add_char(out, text.ptr[i]);
        }
    }
    return true;
}

static wrt_json *plain_value(wrt_str text) {
    int64_t number = 0;
    if (text.len == 0 || wrt_str_equal_c(text, "~") || wrt_str_equal_c(text, "null"))
        return wrt_json_new_null();
    if (wrt_str_equal_c(text, "true") || wrt_str_equal_c(text, "false"))
        return wrt_json_new_bool(text.ptr[0] == 't');
    bool is_plain = text.ptr[0] != '+' && (text.ptr[0] != '0' || text.len == 1) && text.len < 16;
    if (is_plain && wrt_str_to_int64(&number, text))
        return wrt_json_new_int(number);
    return wrt_json_new_text(text);
}

static wrt_json *quoted_value(reader *in, wrt_str text, size_t number) {
    if (quoted_length(text) != text.len)
        return fail_at(in, number, "text after a closing quote, or none");
    wrt_buf out = wrt_buf_make(WRT_YAML_TEXT_MAX);
    wrt_json *value = NULL;
    if (!unquote(&out, text))
        (void)fail_at(in, number, "an escape that YAML has not");
    else
        value = wrt_json_new_text(wrt_buf_str(&out));
    wrt_buf_free(&out);
    return value;
}

static const char *refused(wrt_str text) {
    if (wrt_str_equal_c(text, "[]") || wrt_str_equal_c(text, "{}"))
        return NULL;
    switch (text.ptr[0]) {
    case '&':
    case '*':
        return "anchors and aliases are not read";
    case '!':
        return "tags are not read";
    case '[':
    case '{':
        return "flow collections are not read, only [] and {}";
    case '?':
        return text.len == 1 || text.ptr[1] == ' ' ? "complex keys are not read" : NULL;
    case '%':
    case '@':
    case '`':
    case '|':
    case '>':
        return "a plain scalar cannot begin with this character";
    default:
        return NULL;
    }
}

static wrt_json *scalar_value(reader *in, wrt_str text, size_t number) {
    const char *why = text.len > 0 ? refused(text) : NULL;
    if (why != NULL)
        return fail_at(in, number, why);
    if (wrt_str_equal_c(text, "[]"))
        return wrt_json_new_array();
    if (wrt_str_equal_c(text, "{}"))
        return wrt_json_new_object();
    if (text.len > 0 && (text.ptr[0] == '"' || text.ptr[0] == '\''))
        return quoted_value(in, text, number);
    return plain_value(text);
}

/* ---- scalars over several lines */

/* True when a line that begins inside quotes holds the closing one. */
static bool closes(wrt_str more, char quote) {
    for (size_t i = 0; i < more.len; i++) {
        bool is_escape = quote == '"' && more.ptr[i] == '\\';
        bool is_doubled =
            quote == '\'' && more.ptr[i] == quote && i + 1 < more.len && more.ptr[i + 1] == quote;
        if (is_escape || is_doubled)
            i++;
        else if (more.ptr[i] == quote)
            return true;
    }
    return false;
}

/* True while a scalar goes on in the next line: more indented, or inside quotes. */
static bool goes_on(const reader *in, bool is_open, size_t indent) {
    if (in->at >= in->n)
        return false;
    const line *next = &in->lines[in->at];
    return is_open || next->text.len == 0 || next->indent > indent;
}

/* The scalar that begins with text on the line before in->at; indent is that of its parent. */
static wrt_json *read_scalar(reader *in, wrt_str text, size_t indent, size_t number) {
    wrt_buf joined = wrt_buf_make(WRT_YAML_TEXT_MAX);
    size_t empty = 0;
    wrt_buf_add_str(&joined, text);
    bool is_quoted = text.len > 0 && (text.ptr[0] == '"' || text.ptr[0] == '\'');
    bool is_open = is_quoted && quoted_length(text) == 0;
    while (text.len > 0 && goes_on(in, is_open, indent)) {
        const line *next = &in->lines[in->at++];
        wrt_str more = is_quoted ? wrt_str_trim(next->raw) : next->text;
        if (more.len == 0) {
            empty++;
            continue;
        }
        if (empty == 0 && is_quoted && joined.ptr[joined.len - 1] == '\\' && text.ptr[0] == '"')
            joined.ptr[--joined.len] = '\0'; /* an escaped line break */
        else if (empty == 0)
            wrt_buf_add_char(&joined, ' ');
        for (; empty > 0; empty--)
            wrt_buf_add_char(&joined, '\n');
        if (is_quoted && more.len > 1 && more.ptr[0] == '\\' && more.ptr[1] == ' ')
            more = drop(more, 1); /* an escaped blank that the folding would lose */
        wrt_buf_add_str(&joined, more);
        is_open = is_open && !closes(more, text.ptr[0]);
    }
    in->at -= empty; /* they stand after the scalar */
    wrt_json *value = scalar_value(in, wrt_buf_str(&joined), number);
    wrt_buf_free(&joined);
    return value;
}

/* A literal (|) or folded (>) block; "-" in the header strips the last line break. */
static wrt_json *read_block(reader *in, wrt_str header, size_t indent, size_t number) {
    bool is_folded = header.ptr[0] == '>', keeps = header.len == 1;
    if (!keeps && !(header.len == 2 && header.ptr[1] == '-'))
        return fail_at(in, number, "a block header is |, |-, > or >-");
    wrt_buf out = wrt_buf_make(WRT_YAML_TEXT_MAX);
    size_t block = 0;
    for (; in->at < in->n; in->at++) {
        const line *next = &in->lines[in->at];
        bool is_blank = wrt_str_trim(next->raw).len == 0;
        if (!is_blank && next->indent <= indent)
            break;
        if (block == 0 && !is_blank)
            block = next->indent;
        if (!is_blank && next->indent < block) {
            wrt_buf_free(&out);
            return fail_at(in, next->number, "a line of a block is indented less than its first");
        }
        bool is_first = out.len == 0;
        if (!is_first)
            wrt_buf_add_char(&out,
                             is_folded && !is_blank && out.ptr[out.len - 1] != '\n' ? ' ' : '\n');
        if (!is_blank)
            wrt_buf_add_str(&out, trim_end(drop(next->raw, block < next->raw.len ? block : 0)));
    }
    while (out.len > 0 && out.ptr[out.len - 1] == '\n')
        out.len--;
    if (keeps && out.len > 0)
        wrt_buf_add_char(&out, '\n');
    wrt_json *value = wrt_json_new_text(wrt_buf_str(&out));
    wrt_buf_free(&out);
    return value;
}

/* What stands behind "key:" or "- "; indent is that of the line that holds it. */
static wrt_json *read_value(reader *in, wrt_str value, size_t indent, size_t number) {
    if (value.len == 0) {
        while (in->at < in->n && in->lines[in->at].text.len == 0)
            in->at++;
        bool has_child =
            in->at < in->n &&
            (in->lines[in->at].indent > indent ||
             (in->lines[in->at].indent == indent && is_sequence(in->lines[in->at].text)));
        return has_child ? read_node(in, in->lines[in->at].indent) : wrt_json_new_null();
    }
    if (value.ptr[0] == '|' || value.ptr[0] == '>')
        return read_block(in, value, indent, number);
    return read_scalar(in, value, indent, number);
}

/* ---- collections */

static bool read_key(char *out, reader *in, wrt_str key, size_t number) {
    wrt_json *value = scalar_value(in, key, number);
    wrt_buf text = wrt_buf_make(KEY_MAX);
    if (wrt_json_text(value) != NULL)
        wrt_buf_add_c(&text, wrt_json_text(value));
    else if (value != NULL)
        wrt_buf_add_str(&text, key);
    bool holds = value != NULL && !text.overflow && text.len > 0;
    if (value != NULL && !holds)
        (void)fail_at(in, number, "an empty key, or one of more than 1024 bytes");
    if (holds)
        memcpy(out, text.ptr, text.len + 1);
    wrt_buf_free(&text);
    wrt_json_free(value);
    return holds;
}

static wrt_json *read_mapping(reader *in, size_t indent) {
    wrt_json *object = wrt_json_new_object();
    size_t n_keys = 0;
    while (in->status == WRT_OK && in->at < in->n) {
        const line *entry = &in->lines[in->at];
        wrt_str key, value;
        char name[KEY_MAX + 1];
        if (entry->text.len == 0) {
            in->at++;
            continue;
        }
        if (entry->indent < indent || (entry->indent == indent && is_sequence(entry->text)))
            break;
        if (entry->indent > indent || !split_entry(&key, &value, entry->text)) {
            const char *why = wrt_str_starts_with(entry->text, WRT_STR("? "))
                                  ? "complex keys are not read"
                                  : "expected \"key: value\" at the indentation of the mapping";
            (void)fail_at(in, entry->number, why);
            break;
        }
        in->at++;
        if (!read_key(name, in, key, entry->number))
            break;
        if (wrt_json_get(object, name) != NULL || n_keys++ == KEYS_MAX) {
            (void)fail_at(in, entry->number,
                          n_keys > KEYS_MAX ? "more than 1000 keys" : "a key stands twice");
            break;
        }
        wrt_json *member = read_value(in, value, indent, entry->number);
        if (member != NULL)
            wrt_json_set(object, name, member);
    }
    if (in->status == WRT_OK)
        return object;
    wrt_json_free(object);
    return NULL;
}

/* The item behind a dash. A mapping or a sequence that begins on the same line is read as if its
 * first line were indented to where it begins. */
static wrt_json *read_item(reader *in, line *entry) {
    wrt_str rest = wrt_str_trim(drop(entry->text, 1)), key, value;
    size_t inner = entry->indent + (size_t)(rest.ptr - entry->text.ptr);
    if (rest.len > 0 && (is_sequence(rest) || split_entry(&key, &value, rest))) {
        entry->text = rest;
        entry->indent = inner;
        return read_node(in, inner);
    }
    in->at++;
    return read_value(in, rest, entry->indent, entry->number);
}

static wrt_json *read_sequence(reader *in, size_t indent) {
    wrt_json *array = wrt_json_new_array();
    while (in->status == WRT_OK && in->at < in->n) {
        line *entry = &in->lines[in->at];
        if (entry->text.len == 0) {
            in->at++;
            continue;
        }
        if (entry->indent < indent || (entry->indent == indent && !is_sequence(entry->text)))
            break;
        if (entry->indent > indent) {
            (void)fail_at(in, entry->number,
                          "expected \"- item\" at the indentation of the "
                          "sequence");
            break;
        }
        wrt_json *item = read_item(in, entry);
        if (item != NULL)
            wrt_json_push(array, item);
    }
    if (in->status == WRT_OK)
        return array;
    wrt_json_free(array);
    return NULL;
}

/* The value that begins on line in->at, which is not empty and indented by indent. */
static wrt_json *read_node(reader *in, size_t indent) {
    wrt_str key, value, text = in->lines[in->at].text;
    size_t number = in->lines[in->at].number;
    if (in->depth == WRT_YAML_DEPTH_MAX)
        return fail_at(in, number, "nested deeper than 32 levels");
    in->depth++;
    wrt_json *out;
    if (is_sequence(text)) {
        out = read_sequence(in, indent);
    } else if (split_entry(&key, &value, text)) {
        out = read_mapping(in, indent);
    } else {
        in->at++;
        out = read_scalar(in, text, indent > 0 ? indent - 1 : 0, number);
    }
    in->depth--;
    return out;
}

/* ---- lines */

/* True where a scalar can begin: at the start of the line, behind "- " or behind ": ". */
static bool may_begin(wrt_str text, size_t at) {
    return at == 0 || (at >= 2 && text.ptr[at - 1] == ' ' &&
                       (text.ptr[at - 2] == ':' || text.ptr[at - 2] == '-'));
}

/* Without a comment that begins the text or follows a blank outside quotes. A quote that is open at
 * the end of the line goes on in the next. */
static wrt_str without_comment(wrt_str text) {
    for (size_t at = 0; at < text.len; at++) {
        bool is_quote = text.ptr[at] == '"' || text.ptr[at] == '\'';
        if (is_quote && may_begin(text, at)) {
            size_t len = quoted_length(drop(text, at));
            if (len == 0)
                return text;
            at += len - 1;
        } else if (text.ptr[at] == '#' && (at == 0 || text.ptr[at - 1] == ' ')) {
            return trim_end((wrt_str){text.ptr, at});
        }
    }
    return text;
}

static void cut_lines(reader *in, wrt_str text) {
    wrt_str raw, rest = text;
    size_t room = 0;
    while (wrt_str_cut(&raw, &rest, '\n')) {
        if (in->n == room) {
            room = room == 0 ? 64 : room * 2;
            in->lines = wrt_realloc(in->lines, room * sizeof *in->lines);
        }
        raw = trim_end(raw);
        size_t indent = 0;
        while (indent < raw.len && raw.ptr[indent] == ' ')
            indent++;
        in->lines[in->n] = (line){.text = without_comment(drop(raw, indent)),
                                  .indent = indent,
                                  .number = in->n + 1,
                                  .raw = raw};
        in->n++;
    }
}

static const char *fault_of(wrt_str text) {
    if (text.len > WRT_YAML_TEXT_MAX)
        return "more than 16 MiB";
    if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
        return "a zero byte";
    return wrt_utf8_valid(text) ? NULL : "not valid UTF-8";
}

wrt_status wrt_yaml_parse(wrt_json **out, wrt_str text, wrt_err *err) {
    reader in = {.err = err, .status = WRT_OK};
    const char *fault = fault_of(text);
    *out = NULL;
    if (fault != NULL)
        return wrt_fail(err, WRT_E_INPUT, "YAML: %s", fault);
    cut_lines(&in, text);
    while (in.at < in.n && in.lines[in.at].text.len == 0)
        in.at++;
    *out = in.at < in.n ? read_node(&in, in.lines[in.at].indent) : wrt_json_new_null();
    while (in.status == WRT_OK && in.at < in.n && in.lines[in.at].text.len == 0)
        in.at++;
    if (in.status == WRT_OK && in.at < in.n)
        (void)fail_at(&in, in.lines[in.at].number, "text that does not belong to the value");
    if (in.status != WRT_OK) {
        wrt_json_free(*out);
        *out = NULL;
    }
    free(in.lines);
    return in.status;
}
