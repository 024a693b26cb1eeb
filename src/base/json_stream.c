/* json_stream.c: finds where values begin and end; json_strict reads what is in them.
 *
 * The end of a value is found by its brackets and strings alone, with one bit a level for the kind
 * of bracket. The bytes in between are collected up to the cap and handed to wrt_json_parse, so
 * that there is one reader of JSON values in the program and this file has no rules of its own. */
#include "base/json_stream.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { SCAN_DEPTH_MAX = 1024, NAME_MAX_BYTES = 1 << 16, NO_BYTE = -1 };

typedef struct {
    bool is_object, is_started;
} level;

struct wrt_json_stream {
    wrt_input *input;
    wrt_str piece;
    uint64_t offset;
    level levels[WRT_JSON_DEPTH_MAX];
    size_t depth;
    wrt_buf raw;
    size_t raw_cap;
    wrt_json *name;
    bool is_checked; /* for a byte order mark */
    bool can_go_on;
};

wrt_json_stream *wrt_json_stream_new(wrt_input *input) {
    wrt_json_stream *stream = wrt_calloc(1, sizeof *stream);
    stream->input = input;
    return stream;
}

void wrt_json_stream_free(wrt_json_stream *stream) {
    if (stream == NULL)
        return;
    wrt_buf_free(&stream->raw);
    wrt_json_free(stream->name);
    free(stream);
}

bool wrt_json_stream_can_go_on(const wrt_json_stream *stream) {
    return stream->can_go_on;
}

uint64_t wrt_json_stream_offset(const wrt_json_stream *stream) {
    return stream->offset;
}

/* ---- bytes */

static wrt_status fault(const wrt_json_stream *stream, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s: JSON, byte %llu: %s", wrt_input_name(stream->input),
                    (unsigned long long)stream->offset, what);
}

static wrt_status fill(wrt_json_stream *stream, wrt_err *err) {
    if (stream->piece.len > 0)
        return WRT_OK;
    wrt_status status = wrt_input_read(&stream->piece, stream->input, err);
    if (status == WRT_OK && !stream->is_checked) {
        stream->is_checked = true;
        if (wrt_str_starts_with(stream->piece, WRT_STR("\xef\xbb\xbf"))) {
            stream->piece = (wrt_str){stream->piece.ptr + 3, stream->piece.len - 3};
            stream->offset = 3;
        }
    }
    return status;
}

static void take(wrt_json_stream *stream, size_t len) {
    stream->piece = (wrt_str){stream->piece.ptr + len, stream->piece.len - len};
    stream->offset += len;
}

static bool is_space(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* The next byte that is not white space, not yet taken; NO_BYTE at the end. */
static wrt_status peek_byte(int *out, wrt_json_stream *stream, wrt_err *err) {
    for (;;) {
        wrt_status status = fill(stream, err);
        if (status != WRT_OK)
            return status;
        if (stream->piece.len == 0) {
            *out = NO_BYTE;
            return WRT_OK;
        }
        size_t blanks = 0;
        while (blanks < stream->piece.len && is_space(stream->piece.ptr[blanks]))
            blanks++;
        take(stream, blanks);
        if (stream->piece.len > 0) {
            *out = (unsigned char)stream->piece.ptr[0];
            return WRT_OK;
        }
    }
}

/* ---- the extent of a value */

typedef struct {
    uint64_t is_object[SCAN_DEPTH_MAX / 64]; /* one bit a level */
    size_t depth;
    bool in_string, in_escape, is_done;
} scan;

static bool top_is_object(const scan *s) {
    size_t at = s->depth - 1;
    return (s->is_object[at / 64] >> at % 64 & 1) != 0;
}

/* Null, or what is wrong with the byte. */
static const char *scan_bracket(scan *s, char byte) {
    if (byte == '{' || byte == '[') {
        if (s->depth == SCAN_DEPTH_MAX)
            return "nested deeper than 1024 levels";
        uint64_t bit = UINT64_C(1) << s->depth % 64;
        if (byte == '{')
            s->is_object[s->depth / 64] |= bit;
        else
            s->is_object[s->depth / 64] &= ~bit;
        s->depth++;
    } else {
        if (s->depth == 0 || top_is_object(s) != (byte == '}'))
            return "a bracket closes what it did not open";
        s->depth--;
        s->is_done = s->depth == 0;
    }
    return NULL;
}

static void scan_string(scan *s, char byte) {
    if (s->in_escape)
        s->in_escape = false;
    else if (byte == '\\')
        s->in_escape = true;
    else if (byte == '"') {
        s->in_string = false;
        s->is_done = s->depth == 0;
    }
}

/* Number of bytes of the piece that belong to the value; s->is_done when it ends there. */
static size_t scan_piece(const char **wrong, scan *s, wrt_str piece) {
    size_t at = 0;
    while (at < piece.len && !s->is_done && *wrong == NULL) {
        char byte = piece.ptr[at++];
        if (s->in_string)
            scan_string(s, byte);
        else if (byte == '"')
            s->in_string = true;
        else if (byte == '{' || byte == '[' || byte == '}' || byte == ']')
            *wrong = scan_bracket(s, byte);
    }
    return at;
}

static bool is_separator(int byte) {
    return byte == ',' || byte == ':' || byte == ']' || byte == '}';
}

/* A number or a word ends before what cannot be part of it. */
static size_t scan_word(scan *s, wrt_str piece) {
    size_t at = 0;
    while (at < piece.len && !is_space(piece.ptr[at]) && !is_separator(piece.ptr[at]) &&
           piece.ptr[at] != '[' && piece.ptr[at] != '{' && piece.ptr[at] != '"')
        at++;
    s->is_done = at < piece.len;
    return at;
}

/* Collects the value that comes now in stream->raw, which overflows beyond the cap. */
static wrt_status collect(wrt_json_stream *stream, size_t cap, wrt_err *err) {
    int first = NO_BYTE;
    const char *wrong = NULL;
    scan s = {.depth = 0};
    if (cap != stream->raw_cap) {
        wrt_buf_free(&stream->raw);
        stream->raw = wrt_buf_make(cap);
        stream->raw_cap = cap;
    }
    wrt_buf_clear(&stream->raw);
    wrt_status status = peek_byte(&first, stream, err);
    if (status != WRT_OK)
        return status;
    bool is_word = first != '"' && first != '{' && first != '[';
    if (first == NO_BYTE || is_separator(first))
        return fault(stream, "expected a value", err);
    while (!s.is_done) {
        if ((status = fill(stream, err)) != WRT_OK)
            return status;
        if (stream->piece.len == 0 && is_word)
            return WRT_OK;
        if (stream->piece.len == 0)
            return fault(stream, "the text ends inside a value", err);
        size_t len = is_word ? scan_word(&s, stream->piece) : scan_piece(&wrong, &s, stream->piece);
        if (cap > 0)
            wrt_buf_add(&stream->raw, stream->piece.ptr, len);
        take(stream, len);
        if (wrong != NULL)
            return fault(stream, wrong, err);
    }
    return WRT_OK;
}

/* ---- walking */

wrt_status wrt_json_stream_peek(wrt_json_type *out, wrt_json_stream *stream, wrt_err *err) {
    int byte = NO_BYTE;
    wrt_status status = peek_byte(&byte, stream, err);
    if (status != WRT_OK)
        return status;
    if (byte == '{')
        *out = WRT_JSON_OBJECT;
    else if (byte == '[')
        *out = WRT_JSON_ARRAY;
    else if (byte == '"')
        *out = WRT_JSON_STRING;
    else if (byte == 't' || byte == 'f')
        *out = WRT_JSON_BOOL;
    else if (byte == 'n')
        *out = WRT_JSON_NULL;
    else if (byte == '-' || (byte >= '0' && byte <= '9'))
        *out = WRT_JSON_NUMBER;
    else
        return fault(stream, "expected a value", err);
    return WRT_OK;
}

wrt_status wrt_json_stream_enter(wrt_json_stream *stream, wrt_err *err) {
    int byte = NO_BYTE;
    wrt_status status = peek_byte(&byte, stream, err);
    if (status != WRT_OK)
        return status;
    if (byte != '{' && byte != '[')
        return fault(stream, "expected an object or an array", err);
    if (stream->depth == WRT_JSON_DEPTH_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: JSON, byte %llu: nested deeper than %d levels",
                        wrt_input_name(stream->input), (unsigned long long)stream->offset,
                        (int)WRT_JSON_DEPTH_MAX);
    stream->levels[stream->depth++] = (level){.is_object = byte == '{'};
    take(stream, 1);
    return WRT_OK;
}

/* After a name: the colon. */
static wrt_status read_name(wrt_str *key, wrt_json_stream *stream, wrt_err *err) {
    int byte = NO_BYTE;
    wrt_json_free(stream->name);
    stream->name = NULL;
    wrt_status status = peek_byte(&byte, stream, err);
    if (status == WRT_OK && byte != '"')
        status = fault(stream, "expected a key in quotation marks", err);
    if (status == WRT_OK)
        status = wrt_json_stream_value(&stream->name, stream, NAME_MAX_BYTES, err);
    if (status == WRT_OK)
        status = peek_byte(&byte, stream, err);
    if (status == WRT_OK && byte != ':')
        status = fault(stream, "expected ':' after the key", err);
    stream->can_go_on = false;
    if (status != WRT_OK)
        return status;
    take(stream, 1);
    if (key != NULL)
        *key = wrt_str_of(wrt_json_text(stream->name));
    return WRT_OK;
}

wrt_status wrt_json_stream_next(bool *more, wrt_str *key, wrt_json_stream *stream, wrt_err *err) {
    int byte = NO_BYTE;
    *more = false;
    if (key != NULL)
        *key = WRT_STR("");
    if (stream->depth == 0)
        return fault(stream, "no container is open", err);
    level *top = &stream->levels[stream->depth - 1];
    wrt_status status = peek_byte(&byte, stream, err);
    if (status != WRT_OK)
        return status;
    if (byte == (top->is_object ? '}' : ']')) {
        take(stream, 1);
        stream->depth--;
        return WRT_OK;
    }
    if (top->is_started && byte != ',')
        return fault(stream, top->is_object ? "expected ',' or '}'" : "expected ',' or ']'", err);
    if (top->is_started)
        take(stream, 1);
    top->is_started = true;
    *more = true;
    return top->is_object ? read_name(key, stream, err) : WRT_OK;
}

wrt_status wrt_json_stream_value(wrt_json **out, wrt_json_stream *stream, size_t cap,
                                 wrt_err *err) {
    *out = NULL;
    stream->can_go_on = false;
    uint64_t start = stream->offset;
    wrt_status status = collect(stream, cap, err);
    if (status != WRT_OK)
        return status;
    stream->can_go_on = true;
    if (stream->raw.overflow)
        return wrt_fail(err, WRT_E_LIMIT, "%s: JSON, byte %llu: a value of more than %zu bytes",
                        wrt_input_name(stream->input), (unsigned long long)start, cap);
    status = wrt_json_parse(out, wrt_buf_str(&stream->raw), err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s: value at byte %llu", wrt_input_name(stream->input),
                       (unsigned long long)start);
    return status;
}

wrt_status wrt_json_stream_skip(wrt_json_stream *stream, wrt_err *err) {
    return collect(stream, 0, err);
}

wrt_status wrt_json_stream_end(wrt_json_stream *stream, wrt_err *err) {
    int byte = NO_BYTE;
    wrt_status status = peek_byte(&byte, stream, err);
    if (status == WRT_OK && (byte != NO_BYTE || stream->depth > 0))
        status = fault(stream,
                       byte == NO_BYTE ? "the text ends inside a container"
                                       : "nothing may follow the value",
                       err);
    return status;
}
