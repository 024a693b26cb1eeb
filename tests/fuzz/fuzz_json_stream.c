/* fuzz_json_stream.c: a JSON text walked in parts against the same text read whole.
 *
 * What the strict reader takes, the walk takes, with the same values in the same order; an error is
 * one line. (The walk may take more: it does not compare the names of what it walks into.) */
#include "base/json_stream.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

/* Children of the outermost container, compared with those of whole (NULL: not compared). */
static wrt_status walk(wrt_json_stream *stream, const wrt_json *whole, wrt_err *err) {
    const wrt_json *child = wrt_json_first(whole);
    bool more = true;
    wrt_str key;
    wrt_status status = wrt_json_stream_enter(stream, err);
    while (status == WRT_OK &&
           (status = wrt_json_stream_next(&more, &key, stream, err)) == WRT_OK && more) {
        wrt_json *value = NULL;
        status = wrt_json_stream_value(&value, stream, 1 << 20, err);
        if (whole != NULL) {
            check(status == WRT_OK && child != NULL && wrt_json_equal(value, child));
            check(wrt_json_key(child) == NULL || wrt_str_equal_c(key, wrt_json_key(child)));
            child = wrt_json_next(child);
        }
        wrt_json_free(value);
        if (status != WRT_OK && wrt_json_stream_can_go_on(stream))
            status = WRT_OK;
    }
    check(whole == NULL || child == NULL);
    return status == WRT_OK ? wrt_json_stream_end(stream, err) : status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *whole = NULL;
    wrt_input *input = NULL;
    wrt_err err = {.code = WRT_OK};
    wrt_str text = {(const char *)data, size};
    (void)wrt_json_parse(&whole, text, NULL);
    if (wrt_input_open_bytes(&input, text, "f", NULL) != WRT_OK) {
        wrt_json_free(whole);
        return 0;
    }
    wrt_json_stream *stream = wrt_json_stream_new(input);
    bool is_container = wrt_json_is(whole, WRT_JSON_ARRAY) || wrt_json_is(whole, WRT_JSON_OBJECT);
    wrt_status status = walk(stream, is_container ? whole : NULL, &err);
    check(!is_container || status == WRT_OK);
    check(status == WRT_OK || (err.message[0] != '\0' && strchr(err.message, '\n') == NULL));
    wrt_json_stream_free(stream);
    wrt_input_close(input);
    wrt_json_free(whole);
    return 0;
}
