/* fuzz_input.c: bytes as a file that may be compressed, read as pieces and as lines.
 *
 * Whatever the bytes are: nothing crashes, an error is one line with a code of bad input, lines
 * hold no line feed and stay within their cap, and lines hold together what the pieces held. */
#include "base/input.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_CAP = 100, TOTAL_MAX = 1 << 26 };

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_error(const wrt_err *err, wrt_status status) {
    check(err->code == status && err->message[0] != '\0' && strchr(err->message, '\n') == NULL);
    check(status == WRT_E_INPUT);
}

/* Bytes in all pieces; stops beyond TOTAL_MAX. *lines: line feeds, and one for a last line. */
static wrt_status read_pieces(size_t *total, size_t *lines, wrt_str text, wrt_err *err) {
    wrt_input *input = NULL;
    wrt_str piece = {"\n", 1};
    char last = '\n';
    wrt_status status = wrt_input_open_bytes(&input, text, "f", err);
    while (status == WRT_OK && piece.len > 0 && *total <= TOTAL_MAX) {
        status = wrt_input_read(&piece, input, err);
        if (status != WRT_OK || piece.len == 0)
            break;
        check(piece.len <= WRT_INPUT_PIECE);
        for (size_t i = 0; i < piece.len; i++)
            *lines += piece.ptr[i] == '\n';
        last = piece.ptr[piece.len - 1];
        *total += piece.len;
    }
    *lines += last != '\n';
    wrt_input_close(input);
    return status;
}

static void check_lines(size_t lines, wrt_str text) {
    wrt_input *input = NULL;
    wrt_err err = {.code = WRT_OK};
    bool got = true;
    wrt_str line;
    check(wrt_input_open_bytes(&input, text, "f", &err) == WRT_OK);
    while (got) {
        wrt_status status = wrt_input_line(&got, &line, input, LINE_CAP, &err);
        check(status == WRT_OK || status == WRT_E_LIMIT);
        check(status == WRT_E_LIMIT || line.len <= LINE_CAP);
        check(line.len == 0 || memchr(line.ptr, '\n', line.len) == NULL);
    }
    check(wrt_input_line_number(input) == lines);
    wrt_input_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_err err = {.code = WRT_OK};
    size_t total = 0, lines = 0;
    wrt_status status = read_pieces(&total, &lines, text, &err);
    if (status != WRT_OK)
        check_error(&err, status);
    else if (total <= TOTAL_MAX)
        check_lines(lines, text);
    return 0;
}
