/* fuzz_zip.c: archives from anybody.
 *
 * Whatever the bytes are: nothing crashes; a refused archive has a one-line reason; the names of an
 * accepted one are relative, plain and in strict order, and what comes out is no more than allowed.
 */
#include "base/zip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { TOTAL_MAX = 1 << 20 };
    wrt_zip *zip = NULL;
    wrt_err err = {0};
    size_t total = 0;
    if (wrt_zip_parse(&zip, (wrt_str){(const char *)data, size}, TOTAL_MAX, &err) != WRT_OK) {
        check(zip == NULL && err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
        return 0;
    }
    for (size_t i = 0; i < wrt_zip_count(zip); i++) {
        const char *name = wrt_zip_name(zip, i);
        wrt_buf out = wrt_buf_make(TOTAL_MAX);
        check(name[0] != '/' && strstr(name, "..") != name && strchr(name, '\\') == NULL);
        check(i == 0 || strcmp(wrt_zip_name(zip, i - 1), name) < 0);
        (void)wrt_zip_read(&out, zip, i, NULL);
        total += out.len;
        wrt_buf_free(&out);
    }
    check(total <= TOTAL_MAX);
    wrt_zip_free(zip);
    return 0;
}
