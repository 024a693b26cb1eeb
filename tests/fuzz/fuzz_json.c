/* fuzz_json.c: the JSON reader and its three writers.
 *
 * Whatever the bytes are: nothing crashes; a refused text has a one-line reason; an accepted value
 * is read back, equal, from each of its written forms, and its canonical bytes are a fixed point;
 * the scanner takes exactly those texts that are their own canonical bytes. */
#include "base/json.h"
#include "base/json_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds) {
        abort();
    }
}

typedef void (*write_function)(wrt_buf *out, const wrt_json *value);

/* The value written by `write`, read back and compared; its canonical bytes must be `canonical`. */
static void check_form(const wrt_json *value, write_function write, wrt_str canonical) {
    wrt_buf text = wrt_buf_make(WRT_MIB(256));
    wrt_buf again = wrt_buf_make(WRT_MIB(256));
    wrt_json *read = NULL;
    write(&text, value);
    check(!text.overflow);
    check(wrt_json_parse(&read, wrt_buf_str(&text), NULL) == WRT_OK);
    check(wrt_json_equal(value, read));
    wrt_json_write_canonical(&again, read);
    check(wrt_str_equal(canonical, wrt_buf_str(&again)));
    wrt_json_free(read);
    wrt_buf_free(&again);
    wrt_buf_free(&text);
}

static void check_refusal(const wrt_err *err, wrt_status status) {
    wrt_str message = wrt_str_of(err->message);
    check(status == WRT_E_INPUT || status == WRT_E_LIMIT);
    check(err->code == status && message.len > 0 && wrt_utf8_valid(message));
    check(strchr(err->message, '\n') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *value = NULL;
    wrt_err err = {WRT_OK, ""};
    wrt_status status = wrt_json_parse(&value, (wrt_str){(const char *)data, size}, &err);
    wrt_json_span members[4];
    size_t n = 0;
    bool is_scanned = wrt_json_scan(members, 4, &n, (wrt_str){(const char *)data, size});
    if (status != WRT_OK) {
        check(!is_scanned);
        check(value == NULL);
        check_refusal(&err, status);
        return 0;
    }
    wrt_buf canonical = wrt_buf_make(WRT_MIB(256));
    wrt_json_write_canonical(&canonical, value);
    check(is_scanned ==
          wrt_str_equal(wrt_buf_str(&canonical), (wrt_str){(const char *)data, size}));
    check(!is_scanned || !wrt_json_is(value, WRT_JSON_OBJECT) || n == wrt_json_count(value));
    check_form(value, wrt_json_write_canonical, wrt_buf_str(&canonical));
    check_form(value, wrt_json_write, wrt_buf_str(&canonical));
    check_form(value, wrt_json_write_pretty, wrt_buf_str(&canonical));
    wrt_json *copy = wrt_json_copy(value);
    check(wrt_json_equal(copy, value));
    wrt_json_free(copy);
    wrt_json_free(value);
    wrt_buf_free(&canonical);
    return 0;
}
