/* fuzz_gguf.c: the walk over a model file.
 *
 * Whatever the bytes are: nothing is read beyond them; a refused file has a one-line reason; an
 * accepted one stays accepted with bytes behind it and is refused once its data are cut. */
#include "llm/gguf_check.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

/* A copy of exactly `used` of `size` bytes, so that AddressSanitizer sees a read beyond it. */
static wrt_status check_copy(const uint8_t *data, size_t size, size_t used, wrt_gguf_facts *facts) {
    wrt_err err = {0};
    char *copy = calloc(used > 0 ? used : 1, 1);
    if (size > 0)
        memcpy(copy, data, size < used ? size : used);
    wrt_status status = wrt_gguf_check(facts, (wrt_str){copy, used}, &err);
    if (status != WRT_OK) {
        check(status == WRT_E_INPUT || status == WRT_E_UNSUPPORTED);
        check(err.code == status && err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
    }
    free(copy);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_gguf_facts facts = {0};
    wrt_gguf_facts again = {0};
    if (check_copy(data, size, size, &facts) != WRT_OK)
        return 0;
    check(facts.n_tensors > 0 && facts.architecture[0] != '\0');
    check(facts.data_offset <= facts.data_end && facts.data_end <= size);
    check(check_copy(data, size, size + 1, &again) == WRT_OK);
    check(again.data_end == facts.data_end && again.n_tokens == facts.n_tokens);
    check(check_copy(data, size, facts.data_end - 1, NULL) == WRT_E_INPUT);
    return 0;
}
