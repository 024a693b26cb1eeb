/* patient.c: objects and tables. Bundles: patient_fhir.c. */
#include "scm/ask/patient.h"

#include "base/arena.h"
#include "scm/ask/patient_fhir.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 4096 };

/* ---- values */

/* The value of a variable that a JSON scalar says. */
static wrt_status keep_value(wrt_json *out, const wrt_scm *scm, const char *name,
                             const wrt_json *value, wrt_err *err) {
    char number[32];
    const char *text = wrt_json_text(value);
    size_t variable = 0, index = 0;
    wrt_status status = wrt_scm_find(&variable, scm, name, err);
    if (status == WRT_OK && wrt_json_is(value, WRT_JSON_NUMBER)) {
        wrt_json_format_number(number, wrt_json_number(value, 0));
        text = number;
    } else if (wrt_json_is(value, WRT_JSON_BOOL)) {
        text = wrt_json_bool(value, false) ? "true" : "false";
    }
    if (status == WRT_OK && text == NULL)
        status = wrt_fail(err, WRT_E_INPUT, "\"%s\" takes a text, a number or a truth value", name);
    if (status == WRT_OK)
        status = wrt_scm_find_value(&index, scm, variable, text, err);
    if (status == WRT_OK)
        wrt_json_set_text(out, name, text);
    return status;
}

static wrt_status read_object(wrt_json *out, const wrt_scm *scm, const wrt_json *object,
                              wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(member, object) {
        if (status == WRT_OK && !wrt_json_is(member, WRT_JSON_NULL))
            status = keep_value(out, scm, wrt_json_key(member), member, err);
    }
    return status;
}

/* ---- tables (RFC 4180; a tab in the header line parts the cells of a TSV) */

typedef struct {
    wrt_str rest;
    char separator;
    wrt_buf cells; /* NUL behind each */
    size_t start[CELLS_MAX];
    size_t n;
} table;

/* Adds the cell at the front of the rest; false: the line ends behind it. */
static bool add_cell(table *t, bool *is_closed) {
    bool quoted = t->rest.len > 0 && t->rest.ptr[0] == '"';
    size_t i = quoted ? 1 : 0;
    *is_closed = true;
    for (; i < t->rest.len; i++) {
        char c = t->rest.ptr[i];
        bool is_pair = quoted && c == '"' && i + 1 < t->rest.len && t->rest.ptr[i + 1] == '"';
        if (quoted ? c == '"' && !is_pair : c == t->separator || c == '\n')
            break;
        if (c != '\r' || quoted)
            wrt_buf_add_char(&t->cells, c);
        i += is_pair;
    }
    if (quoted) {
        *is_closed = i < t->rest.len;
        i += i < t->rest.len;
        while (i < t->rest.len && t->rest.ptr[i] == '\r')
            i++;
    }
    bool more = i < t->rest.len && t->rest.ptr[i] == t->separator;
    *is_closed = *is_closed && (i == t->rest.len || more || t->rest.ptr[i] == '\n');
    i += i < t->rest.len;
    t->rest = (wrt_str){t->rest.ptr + i, t->rest.len - i};
    wrt_buf_add_char(&t->cells, '\0');
    return more;
}

static wrt_status read_line(table *t, size_t number, wrt_err *err) {
    bool more = true, is_closed = true;
    t->n = 0;
    wrt_buf_clear(&t->cells);
    while (more && is_closed) {
        if (t->n == CELLS_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "line %zu has more than %d cells", number,
                            (int)CELLS_MAX);
        t->start[t->n++] = t->cells.len;
        more = add_cell(t, &is_closed);
    }
    return is_closed ? WRT_OK
                     : wrt_fail(err, WRT_E_INPUT, "line %zu: a quoted cell does not end", number);
}

static const char *cell(const table *t, size_t i) {
    return t->cells.ptr + t->start[i];
}

static wrt_status read_names(wrt_json **out, table *t, wrt_err *err) {
    wrt_status status = read_line(t, 1, err);
    *out = wrt_json_new_array();
    for (size_t i = 0; i < t->n && status == WRT_OK; i++)
        wrt_json_push_text(*out, cell(t, i));
    return status;
}

static wrt_status keep_row(wrt_json *out, wrt_json *unused, const wrt_scm *scm, const table *t,
                           const wrt_json *names, wrt_err *err) {
    size_t i = 0, variable = 0;
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(name, names) {
        const char *text = cell(t, i++);
        wrt_json *value = wrt_json_new_c(text);
        if (wrt_scm_find(&variable, scm, wrt_json_text(name), NULL) != WRT_OK)
            wrt_json_push_text(unused, wrt_json_text(name));
        else if (status == WRT_OK && *text != '\0')
            status = keep_value(out, scm, wrt_json_text(name), value, err);
        wrt_json_free(value);
    }
    return status;
}

/* Steps to the row that was chosen. */
static wrt_status find_row(table *t, size_t n_names, const wrt_scm_patient_choice *choice,
                           wrt_err *err) {
    size_t row = 0;
    bool is_free = choice->row == 0 && choice->id == NULL;
    while (t->rest.len > 0) {
        wrt_status status = read_line(t, row + 2, err);
        if (status == WRT_OK && t->n != n_names)
            status = wrt_fail(err, WRT_E_INPUT, "line %zu has %zu cells, the header %zu", row + 2,
                              t->n, n_names);
        if (status != WRT_OK)
            return status;
        row++;
        bool is_it = is_free || row == choice->row ||
                     (choice->row == 0 && strcmp(cell(t, 0), choice->id) == 0);
        if (is_it && is_free && t->rest.len > 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "the table has several rows: say which is the patient's, --row N or "
                            "--id VALUE of the first column");
        if (is_it)
            return WRT_OK;
    }
    return wrt_fail(err, WRT_E_INPUT, "the table has %zu rows, and none is the one asked for", row);
}

static wrt_status read_table(wrt_json *out, wrt_json *unused, const wrt_scm *scm, wrt_str text,
                             const wrt_scm_patient_choice *choice, wrt_err *err) {
    const char *end = memchr(text.ptr, '\n', text.len);
    size_t head = end != NULL ? (size_t)(end - text.ptr) : text.len;
    table *t = wrt_calloc(1, sizeof *t);
    wrt_json *names = NULL;
    t->rest = text;
    t->separator = memchr(text.ptr, '\t', head) != NULL ? '\t' : ',';
    t->cells = wrt_buf_make(2 * (size_t)WRT_SCM_PATIENT_MAX);
    wrt_status status = read_names(&names, t, err);
    if (status == WRT_OK)
        status = find_row(t, wrt_json_count(names), choice, err);
    if (status == WRT_OK)
        status = keep_row(out, unused, scm, t, names, err);
    wrt_json_free(names);
    wrt_buf_free(&t->cells);
    free(t);
    return status;
}

/* ---- */

static wrt_status read_json(wrt_json *out, const wrt_scm *scm, const wrt_json *document,
                            const wrt_scm_patient_choice *choice, wrt_err *err) {
    wrt_json *found = NULL;
    const char *type = wrt_json_get_text(document, "resourceType", "");
    if (!wrt_json_is(document, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "a patient is an object {variable: value}");
    if (*type == '\0')
        return read_object(out, scm, document, err);
    if (choice->mapping == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "a FHIR %s needs a mapping from its elements to variables: --map FILE",
                        strcmp(type, "Bundle") == 0 ? "Bundle" : "resource");
    wrt_status status = wrt_scm_fhir_map(&found, document, choice->mapping, err);
    if (status == WRT_OK)
        status = read_object(out, scm, found, err);
    wrt_json_free(found);
    return status;
}

wrt_status wrt_scm_patient_read(wrt_json **out, wrt_json **unused, const wrt_scm *scm, wrt_str text,
                                const wrt_scm_patient_choice *choice, wrt_err *err) {
    wrt_json *values = wrt_json_new_object(), *passed = wrt_json_new_array(), *document = NULL;
    wrt_str trimmed = wrt_str_trim(text);
    wrt_status status = WRT_OK;
    *out = NULL;
    if (text.len > WRT_SCM_PATIENT_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "a patient file has at most %d bytes",
                          (int)WRT_SCM_PATIENT_MAX);
    else if (trimmed.len == 0)
        status = wrt_fail(err, WRT_E_INPUT, "the file is empty");
    else if (!wrt_utf8_valid(text) || memchr(text.ptr, '\0', text.len) != NULL)
        status = wrt_fail(err, WRT_E_INPUT, "the file is not UTF-8 text");
    else if (trimmed.ptr[0] == '{' || trimmed.ptr[0] == '[')
        status = wrt_json_parse(&document, trimmed, err);
    if (status == WRT_OK)
        status = document != NULL ? read_json(values, scm, document, choice, err)
                                  : read_table(values, passed, scm, text, choice, err);
    wrt_json_free(document);
    if (status == WRT_OK)
        *out = values;
    else
        wrt_json_free(values);
    if (unused != NULL)
        *unused = passed;
    else
        wrt_json_free(passed);
    return status;
}
