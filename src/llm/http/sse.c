/* sse.c: incremental reader of a text/event-stream.
 *
 * Bytes collect in `line` until CR, LF or CRLF; a whole line is interpreted at once, so that a
 * split inside a character, a byte order mark or a line end cannot matter. Fields other than
 * "data" and "event" (id, retry, unknown ones) and comments are skipped, as the standard says for
 * a reader that does not reconnect. Invariant: line, data and event together never exceed
 * event_max. */
#include "llm/http/sse.h"

#include <assert.h>
#include <string.h>

wrt_sse wrt_sse_make(size_t event_max, wrt_sse_visit visit, void *ctx) {
    assert(event_max > 0 && visit != NULL);
    wrt_sse sse = {.visit = visit, .ctx = ctx, .event_max = event_max};
    sse.line = wrt_buf_make(event_max);
    sse.data = wrt_buf_make(event_max); /* "data" is longer than the '\n' it becomes */
    sse.event = wrt_buf_make(event_max);
    return sse;
}

void wrt_sse_free(wrt_sse *sse) {
    if (sse == NULL)
        return;
    wrt_buf_free(&sse->line);
    wrt_buf_free(&sse->data);
    wrt_buf_free(&sse->event);
}

static wrt_status dispatch(wrt_sse *sse) {
    wrt_status status = WRT_OK;
    if (sse->data.len > 0) {
        wrt_str data = wrt_buf_str(&sse->data);
        data.len--;
        sse->n_events++;
        status = sse->visit(wrt_buf_str(&sse->event), data, sse->ctx);
    }
    wrt_buf_clear(&sse->data);
    wrt_buf_clear(&sse->event);
    return status;
}

static wrt_status take_field(wrt_sse *sse, wrt_str name, wrt_str value, wrt_err *err) {
    bool is_data = wrt_str_equal_c(name, "data");
    if (!is_data && !wrt_str_equal_c(name, "event"))
        return WRT_OK;
    if (!wrt_utf8_valid(value))
        return wrt_fail(err, WRT_E_FAILED, "event %zu of the stream is not valid UTF-8",
                        sse->n_events + 1);
    if (is_data) {
        wrt_buf_add_str(&sse->data, value);
        wrt_buf_add_char(&sse->data, '\n');
    } else {
        wrt_buf_clear(&sse->event);
        wrt_buf_add_str(&sse->event, value);
    }
    return WRT_OK;
}

/* Interprets the line that has just ended. */
static wrt_status take_line(wrt_sse *sse, wrt_err *err) {
    wrt_str line = wrt_buf_str(&sse->line);
    if (!sse->is_started && wrt_str_starts_with(line, WRT_STR("\xEF\xBB\xBF"))) {
        line.ptr += 3;
        line.len -= 3;
    }
    sse->is_started = true;
    wrt_status status = WRT_OK;
    if (line.len == 0) {
        status = dispatch(sse);
    } else if (line.ptr[0] != ':') {
        wrt_str name = {NULL, 0};
        wrt_str value = line;
        wrt_str_cut(&name, &value, ':');
        if (value.len > 0 && value.ptr[0] == ' ') {
            value.ptr++;
            value.len--;
        }
        status = take_field(sse, name, value, err);
    }
    wrt_buf_clear(&sse->line);
    return status;
}

static wrt_status add_to_line(wrt_sse *sse, wrt_str piece, wrt_err *err) {
    size_t held = sse->line.len + sse->data.len + sse->event.len;
    if (piece.len > 0 && (held >= sse->event_max || piece.len > sse->event_max - held))
        return wrt_fail(err, WRT_E_LIMIT, "event %zu of the stream is larger than %zu bytes",
                        sse->n_events + 1, sse->event_max);
    wrt_buf_add_str(&sse->line, piece);
    return WRT_OK;
}

/* Bytes before the first CR or LF; all of them when there is none. */
static size_t line_length(wrt_str bytes) {
    size_t len = 0;
    while (len < bytes.len && bytes.ptr[len] != '\r' && bytes.ptr[len] != '\n')
        len++;
    return len;
}

wrt_status wrt_sse_feed(wrt_sse *sse, wrt_str bytes, wrt_err *err) {
    while (sse->status == WRT_OK && bytes.len > 0) {
        if (sse->is_after_cr && bytes.ptr[0] == '\n') {
            sse->is_after_cr = false;
            bytes = (wrt_str){bytes.ptr + 1, bytes.len - 1};
            continue;
        }
        sse->is_after_cr = false;
        size_t len = line_length(bytes);
        sse->status = add_to_line(sse, (wrt_str){bytes.ptr, len}, err);
        if (sse->status != WRT_OK || len == bytes.len)
            break;
        sse->is_after_cr = bytes.ptr[len] == '\r';
        bytes = (wrt_str){bytes.ptr + len + 1, bytes.len - len - 1};
        sse->status = take_line(sse, err);
    }
    return sse->status;
}

bool wrt_sse_is_truncated(const wrt_sse *sse) {
    return sse->line.len + sse->data.len + sse->event.len > 0;
}
