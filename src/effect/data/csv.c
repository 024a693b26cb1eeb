/* csv.c: records out of pieces.
 *
 * Most records lie within one piece and hold no doubled quote and no line break: they are cut where
 * they lie, and fields are views into the piece. Any other record is copied byte by byte through a
 * small machine, which takes quotes away:
 *
 *   START --"--> QUOTED --"--> CLOSED --"--> QUOTED        START, PLAIN, CLOSED --sep--> START
 *     |other                     |                         START, PLAIN, CLOSED --LF--> (end)
 *     v                          +--else: error            (CR before LF is part of LF)
 *   PLAIN --"--> error */
#include "effect/data/csv.h"

#include "base/arena.h"
#include "base/buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef enum { START, PLAIN, QUOTED, CLOSED } place;

struct wrt_csv {
    wrt_input *input;
    char separator;
    bool is_begun;     /* the byte order mark has been looked for */
    wrt_str piece;     /* not yet read */
    wrt_buf record;    /* a record that had to be copied */
    size_t *starts;    /* of its fields in `record` */
    wrt_str *fields;   /* what the caller sees */
    size_t n, room;    /* fields */
    size_t line, next; /* first line of this record, of the next one */
};

wrt_csv *wrt_csv_new(wrt_input *input, char separator) {
    wrt_csv *csv = wrt_calloc(1, sizeof *csv);
    *csv = (wrt_csv){.input = input, .separator = separator, .line = 1, .next = 1};
    csv->record = wrt_buf_make(WRT_CSV_RECORD_MAX);
    return csv;
}

void wrt_csv_free(wrt_csv *csv) {
    if (csv == NULL)
        return;
    wrt_buf_free(&csv->record);
    free(csv->starts);
    free(csv->fields);
    free(csv);
}

static wrt_status bad(const wrt_csv *csv, size_t line, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s line %zu: %s", wrt_input_name(csv->input), line, what);
}

/* Makes the piece non-empty; leaves it empty at the end of the file. */
static wrt_status fill(wrt_csv *csv, wrt_err *err) {
    if (csv->piece.len > 0)
        return WRT_OK;
    return wrt_input_read(&csv->piece, csv->input, err);
}

/* ---- fields */

static wrt_status add_field(wrt_csv *csv, wrt_str field, size_t start, wrt_err *err) {
    if (csv->n == WRT_CSV_FIELDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s line %zu: more than %d fields",
                        wrt_input_name(csv->input), csv->line, WRT_CSV_FIELDS_MAX);
    if (csv->n == csv->room) {
        csv->room = csv->room > 0 ? 2 * csv->room : 32;
        csv->fields = wrt_realloc(csv->fields, csv->room * sizeof *csv->fields);
        csv->starts = wrt_realloc(csv->starts, csv->room * sizeof *csv->starts);
    }
    csv->starts[csv->n] = start;
    csv->fields[csv->n++] = field;
    return WRT_OK;
}

static wrt_status check_text(const wrt_csv *csv, wrt_str text, wrt_err *err) {
    if (!wrt_utf8_valid(text) || (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL))
        return bad(csv, csv->line, "not UTF-8 text", err);
    return WRT_OK;
}

/* ---- a record within the piece */

/* The line at the head of the piece with its line feed. */
static bool whole_line(wrt_str *out, const wrt_csv *csv) {
    const char *end = csv->piece.len > 0 ? memchr(csv->piece.ptr, '\n', csv->piece.len) : NULL;
    if (end == NULL)
        return false;
    *out = (wrt_str){csv->piece.ptr, (size_t)(end - csv->piece.ptr) + 1};
    return true;
}

/* One field at *at, up to its separator or the end; *at is moved behind it, NULL when it was the
 * last. False when the machine has to look: a quote that is doubled, misplaced or not closed here.
 */
static bool cut_field(wrt_str *out, const char **at, const char *end, const wrt_csv *csv) {
    const char *start = *at, *stop;
    if (start < end && *start == '"') {
        const char *close = memchr(start + 1, '"', (size_t)(end - start - 1));
        if (close == NULL || (close + 1 < end && close[1] != csv->separator))
            return false;
        *out = (wrt_str){start + 1, (size_t)(close - start - 1)};
        *at = close + 1 < end ? close + 2 : NULL;
        return true;
    }
    stop = memchr(start, csv->separator, (size_t)(end - start));
    *out = (wrt_str){start, (size_t)((stop != NULL ? stop : end) - start)};
    *at = stop != NULL ? stop + 1 : NULL;
    return out->len == 0 || memchr(start, '"', out->len) == NULL;
}

/* *is_cut is false when the line is not one record that can be cut in place; nothing was taken
 * then. */
static wrt_status cut_line(bool *is_cut, wrt_csv *csv, wrt_str line, wrt_err *err) {
    size_t len = line.len - 1;
    if (len > 0 && line.ptr[len - 1] == '\r')
        len--;
    *is_cut = len == 0 || memchr(line.ptr, '\r', len) == NULL;
    wrt_status status = WRT_OK;
    const char *at = line.ptr, *end = line.ptr + len;
    while (status == WRT_OK && *is_cut && at != NULL) {
        wrt_str field;
        *is_cut = cut_field(&field, &at, end, csv);
        if (*is_cut)
            status = add_field(csv, field, 0, err);
    }
    if (status != WRT_OK || !*is_cut)
        return status;
    csv->piece.ptr += line.len;
    csv->piece.len -= line.len;
    csv->next = csv->line + 1;
    return check_text(csv, (wrt_str){line.ptr, len}, err);
}

/* ---- any other record */

typedef struct {
    place place;
    size_t quote_line; /* where the open quote stands */
    size_t line;       /* being read */
    bool is_cr_seen;   /* a CR that a LF has to follow */
    bool is_done;
} machine;

static wrt_status end_field(wrt_csv *csv, machine *m, wrt_err *err) {
    m->place = START;
    size_t start = csv->record.len;
    wrt_buf_add_char(&csv->record, '\0'); /* keeps an empty last field's start within the text */
    return add_field(csv, (wrt_str){NULL, 0}, start, err);
}

static void take(wrt_csv *csv, machine *m, char byte, place next) {
    wrt_buf_add_char(&csv->record, byte);
    m->place = next;
}

static wrt_status step_quoted(wrt_csv *csv, machine *m, char byte, wrt_err *err) {
    if (byte == '\0')
        return bad(csv, m->line, "not UTF-8 text", err);
    m->line += byte == '\n';
    if (byte == '"')
        m->place = CLOSED;
    else
        wrt_buf_add_char(&csv->record, byte);
    return WRT_OK;
}

/* One byte outside quotes. */
static wrt_status step_plain(wrt_csv *csv, machine *m, char byte, wrt_err *err) {
    if (byte == '\0')
        return bad(csv, m->line, "not UTF-8 text", err);
    if (m->is_cr_seen && byte != '\n')
        return bad(csv, m->line, "a lone carriage return: lines end with LF or CR LF", err);
    if (byte == csv->separator)
        return end_field(csv, m, err);
    if (byte == '\n') {
        m->is_done = true;
        m->line++;
        return end_field(csv, m, err);
    }
    if (byte == '\r') {
        m->is_cr_seen = true;
        return WRT_OK;
    }
    if (byte == '"' && m->place == START) {
        m->place = QUOTED;
        m->quote_line = m->line;
    } else if (byte == '"' && m->place == CLOSED) {
        take(csv, m, byte, QUOTED);
    } else if (m->place == CLOSED) {
        return bad(csv, m->line, "text behind a closing quote", err);
    } else if (byte == '"') {
        return bad(csv, m->line, "a quote inside an unquoted field: quote the whole field", err);
    } else {
        take(csv, m, byte, PLAIN);
    }
    return WRT_OK;
}

static wrt_status end_of_file(wrt_csv *csv, machine *m, wrt_err *err) {
    if (m->place == QUOTED)
        return bad(csv, m->quote_line, "a quoted field is never closed", err);
    m->is_done = true;
    return end_field(csv, m, err);
}

/* Turns the starts noted by end_field, which are the fields' ends, into views. */
static wrt_status view_fields(wrt_csv *csv, wrt_err *err) {
    size_t start = 0;
    for (size_t i = 0; i < csv->n; i++) {
        size_t end = csv->starts[i];
        csv->fields[i] = (wrt_str){csv->record.ptr + start, end - start};
        wrt_status status = check_text(csv, csv->fields[i], err);
        if (status != WRT_OK)
            return status;
        start = end + 1;
    }
    return WRT_OK;
}

static wrt_status copy_record(wrt_csv *csv, wrt_err *err) {
    machine m = {.place = START, .line = csv->line};
    wrt_buf_clear(&csv->record);
    while (!m.is_done) {
        wrt_status status = fill(csv, err);
        if (status == WRT_OK && csv->piece.len == 0)
            status = end_of_file(csv, &m, err);
        while (status == WRT_OK && csv->piece.len > 0 && !m.is_done && !csv->record.overflow) {
            char byte = *csv->piece.ptr++;
            csv->piece.len--;
            status = m.place == QUOTED ? step_quoted(csv, &m, byte, err)
                                       : step_plain(csv, &m, byte, err);
        }
        if (status == WRT_OK && csv->record.overflow)
            status = wrt_fail(err, WRT_E_LIMIT, "%s line %zu: a record of more than %d bytes%s",
                              wrt_input_name(csv->input), csv->line, WRT_CSV_RECORD_MAX,
                              m.place == QUOTED ? ": is a quote never closed?" : "");
        if (status != WRT_OK)
            return status;
    }
    csv->next = m.line;
    return view_fields(csv, err);
}

static wrt_status skip_mark(wrt_csv *csv, wrt_err *err) {
    csv->is_begun = true;
    wrt_status status = fill(csv, err);
    if (status == WRT_OK && csv->piece.len >= 3 && memcmp(csv->piece.ptr, "\xef\xbb\xbf", 3) == 0) {
        csv->piece.ptr += 3;
        csv->piece.len -= 3;
    }
    return status;
}

wrt_status wrt_csv_next(bool *got, wrt_csv *csv, wrt_err *err) {
    *got = false;
    csv->n = 0;
    csv->line = csv->next;
    wrt_status status = csv->is_begun ? WRT_OK : skip_mark(csv, err);
    if (status == WRT_OK)
        status = fill(csv, err);
    if (status != WRT_OK || csv->piece.len == 0)
        return status;
    wrt_str line;
    bool is_cut = false;
    if (whole_line(&line, csv))
        status = cut_line(&is_cut, csv, line, err);
    if (status == WRT_OK && !is_cut) {
        csv->n = 0;
        status = copy_record(csv, err);
    }
    *got = status == WRT_OK;
    return status;
}

size_t wrt_csv_count(const wrt_csv *csv) {
    return csv->n;
}

wrt_str wrt_csv_field(const wrt_csv *csv, size_t index) {
    assert(index < csv->n);
    return csv->fields[index];
}

size_t wrt_csv_line(const wrt_csv *csv) {
    return csv->line;
}
