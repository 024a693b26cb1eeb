/* fuzz_yaml.c: bytes as YAML. Nothing crashes; an error is one line and names a line; what is taken
 * is a JSON value that reads back from its own text. */
#include "kg/formats/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *value = NULL, *again = NULL;
    wrt_err err = {.code = WRT_OK};
    wrt_status status = wrt_yaml_parse(&value, (wrt_str){(const char *)data, size}, &err);
    if (status != WRT_OK) {
        check(value == NULL && status == WRT_E_INPUT && strncmp(err.message, "YAML", 4) == 0 &&
              strchr(err.message, '\n') == NULL);
        return 0;
    }
    wrt_buf text = wrt_buf_make(WRT_MIB(256));
    wrt_json_write(&text, value);
    check(wrt_json_parse(&again, wrt_buf_str(&text), NULL) == WRT_OK);
    check(wrt_json_equal(value, again));
    wrt_buf_free(&text);
    wrt_json_free(value);
    wrt_json_free(again);
    return 0;
}
