/* load.c: the first word decides which form a file has. */
#include "scm/load.h"

#include "base/file.h"
#include "base/input.h"
#include "scm/formats/authors.h"
#include "scm/formats/bif.h"

static void note(wrt_json *notes, const char *format, double number) {
    wrt_buf text = wrt_buf_make(200);
    char shown[32];
    wrt_json_format_number(shown, number);
    wrt_buf_printf(&text, "%s%s", shown, format);
    wrt_json_push(notes, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static wrt_status load_json(wrt_scm **out, wrt_json *notes, wrt_str text, wrt_err *err) {
    wrt_json *document = NULL;
    size_t trimmed = 0;
    wrt_status status = wrt_json_parse(&document, text, err);
    if (status != WRT_OK)
        return status;
    if (wrt_scm_is_authors(document))
        status = wrt_scm_read_authors(out, &trimmed, document, err);
    else
        status = wrt_scm_parse(out, document, err);
    if (trimmed > 0)
        note(notes, " texts lost blanks at their ends, since phrases are joined by one space",
             (double)trimmed);
    wrt_json_free(document);
    return status;
}

static wrt_status load_bif(wrt_scm **out, wrt_json *notes, wrt_str text, wrt_err *err) {
    double off = 0.0;
    wrt_status status = wrt_scm_read_bif(out, &off, text, err);
    if (off > 1e-12)
        note(notes, " is how far the sum of a row was from 1 at most; rows were divided by it",
             off);
    return status;
}

wrt_status wrt_scm_load_text(wrt_scm **out, wrt_json **notes, wrt_str text, wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    *out = NULL;
    wrt_status status =
        wrt_scm_is_bif(text) ? load_bif(out, list, text, err) : load_json(out, list, text, err);
    if (notes != NULL && status == WRT_OK)
        *notes = list;
    else
        wrt_json_free(list);
    return status;
}

static wrt_status read_input(wrt_buf *out, wrt_input *input, wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_str piece = {0};
    while (status == WRT_OK) {
        status = wrt_input_read(&piece, input, err);
        if (status != WRT_OK || piece.len == 0)
            break;
        wrt_buf_add_str(out, piece);
        if (out->overflow)
            status = wrt_fail(err, WRT_E_LIMIT, "longer than %d bytes", WRT_SCM_FILE_MAX);
    }
    return status;
}

/* Takes the input, which is NULL when `status` is a failure. */
static wrt_status load_input(wrt_scm **out, wrt_json **notes, wrt_input *input, const char *name,
                             wrt_status status, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_SCM_FILE_MAX);
    *out = NULL;
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INPUT, "there is no such file");
    if (status == WRT_OK)
        status = read_input(&text, input, err);
    if (status == WRT_OK)
        status = wrt_scm_load_text(out, notes, wrt_buf_str(&text), err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", name);
    wrt_input_close(input);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_scm_load(wrt_scm **out, wrt_json **notes, const char *path, wrt_err *err) {
    wrt_input *input = NULL;
    wrt_status status = wrt_input_open(&input, path, err);
    return load_input(out, notes, input, wrt_path_base(path), status, err);
}

wrt_status wrt_scm_load_fd(wrt_scm **out, wrt_json **notes, int fd, const char *name,
                           wrt_err *err) {
    wrt_input *input = NULL;
    wrt_status status = wrt_input_open_fd(&input, fd, name, err);
    return load_input(out, notes, input, name, status, err);
}
