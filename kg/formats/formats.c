/* formats.c: the list of formats, and which of them a file is in. */
#include "kg/formats/formats.h"

#include "base/buf.h"

#include <string.h>

static const wrt_kg_format *const formats[] = {
    &wrt_kg_format_hetionet,   &wrt_kg_format_kgx,         &wrt_kg_format_primekg,
    &wrt_kg_format_drugmechdb, &wrt_kg_format_signor,      &wrt_kg_format_omnipath,
    &wrt_kg_format_ctd,        &wrt_kg_format_drugcentral, &wrt_kg_format_drkg,
    &wrt_kg_format_tsv,
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

const wrt_kg_format *wrt_kg_format_at(size_t index) {
    return index < FORMATS ? formats[index] : NULL;
}

const wrt_kg_format *wrt_kg_format_find(wrt_str name) {
    for (size_t i = 0; i < FORMATS; i++)
        if (wrt_str_equal_c(name, formats[i]->name))
            return formats[i];
    return NULL;
}

/* ---- guessing */

static void list_names(wrt_buf *out) {
    for (size_t i = 0; i < FORMATS; i++)
        wrt_buf_printf(out, "%s%s", i == 0 ? "" : ", ", formats[i]->name);
}

wrt_status wrt_kg_format_guess(const wrt_kg_format **out, const char **role, wrt_str start,
                               const char *name, wrt_err *err) {
    const wrt_kg_format *found = NULL, *second = NULL;
    for (size_t i = 0; i < FORMATS; i++) {
        if (formats[i] == &wrt_kg_format_tsv)
            continue; /* its map says what the columns are */
        const char *part = formats[i]->role(start);
        if (part == NULL)
            continue;
        second = found != NULL && second == NULL ? formats[i] : second;
        if (found == NULL) {
            found = formats[i];
            *role = part;
        }
    }
    if (second != NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s may be %s or %s: say which with --format", name,
                        found->name, second->name);
    if (found == NULL) {
        wrt_buf names = wrt_buf_make(WRT_KIB(1));
        list_names(&names);
        wrt_status status = wrt_fail(err, WRT_E_INPUT,
                                     "the first line of %s is that of no known format: say it with "
                                     "--format (%s)",
                                     name, names.ptr);
        wrt_buf_free(&names);
        return status;
    }
    *out = found;
    return WRT_OK;
}

wrt_status wrt_kg_format_of_file(const wrt_kg_format **out, const char **role,
                                 const wrt_kg_format *format, const char *path, wrt_err *err) {
    wrt_input *input = NULL;
    wrt_str start = WRT_STR("");
    if (strcmp(path, "-") == 0)
        return wrt_fail(err, WRT_E_INPUT, "standard input can be read once only: give a file");
    wrt_status status = wrt_input_open(&input, path, err);
    if (status == WRT_OK)
        status = wrt_input_read(&start, input, err);
    if (status == WRT_OK && format == NULL) {
        status = wrt_kg_format_guess(out, role, start, wrt_input_name(input), err);
    } else if (status == WRT_OK) {
        *out = format;
        *role = format->role(start);
        if (*role == NULL)
            status = wrt_fail(err, WRT_E_INPUT, "%s does not begin like a file of format %s (%s)",
                              wrt_input_name(input), format->name, format->about);
    }
    wrt_input_close(input);
    return status;
}

wrt_status wrt_kg_variant_is(bool *is_it, const wrt_kg_variant *variant, wrt_input *input,
                             wrt_err *err) {
    wrt_str start;
    wrt_status status = wrt_input_peek(&start, input, err);
    *is_it = status == WRT_OK && variant->role(start) != NULL;
    return status;
}

/* ---- headers */

wrt_str wrt_kg_first_line(wrt_str start, bool is_commented) {
    if (wrt_str_starts_with(start, WRT_STR("\xef\xbb\xbf")))
        start = (wrt_str){start.ptr + 3, start.len - 3};
    wrt_str line, rest = start;
    while (wrt_str_cut(&line, &rest, '\n')) {
        line = wrt_str_trim(line);
        if (line.len > 0 && !(is_commented && line.ptr[0] == '#'))
            return line;
    }
    return WRT_STR("");
}

static wrt_str without_quotes(wrt_str cell) {
    cell = wrt_str_trim(cell);
    if (cell.len >= 2 && cell.ptr[0] == '"' && cell.ptr[cell.len - 1] == '"')
        cell = (wrt_str){cell.ptr + 1, cell.len - 2};
    return wrt_str_trim(cell);
}

static bool holds(wrt_str header, char separator, const char *name) {
    wrt_str cell, rest = header;
    while (header.len > 0 && wrt_str_cut(&cell, &rest, separator))
        if (wrt_str_equal_c(without_quotes(cell), name))
            return true;
    return false;
}

bool wrt_kg_header_holds(wrt_str header, char separator, const char *const *names) {
    for (; *names != NULL; names++)
        if (!holds(header, separator, *names))
            return false;
    return true;
}
