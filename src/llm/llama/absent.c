/* absent.c: stands in for the in-process engine in a build without llama.cpp. */
#include "llm/backend.h"

#include <stddef.h>

static wrt_status absent_open(void **self, const char *rest, const wrt_llm_options *options,
                              wrt_err *err) {
    (void)rest;
    (void)options;
    *self = NULL;
    return wrt_fail(err, WRT_E_UNSUPPORTED,
                    "this build has no llama.cpp; run examples/setup/model.sh and configure again "
                    "with -DWARRANT_LLAMA=on, or use --model none");
}

/* Only open is ever called: nothing can be opened. */
const wrt_llm_backend wrt_llm_backend_llama = {.kind = "llama", .open = absent_open};
