/* fuzz_pubmed_pack.c: any bytes as a stored article. What unpacks must pack to bytes that unpack to
 * the same, and nothing may be read outside the bytes. */
#include "pubmed/pack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536)
        return 0;
    char *bytes = malloc(size + 1); /* not NULL for nothing; reads past size are seen below it */
    check(bytes != NULL);
    memcpy(bytes + 1, data, size);
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_article article, again;
    if (wrt_pubmed_unpack(&article, arena, (wrt_str){bytes + 1, size}, NULL) == WRT_OK) {
        wrt_buf first = wrt_buf_make(WRT_MIB(16)), second = wrt_buf_make(WRT_MIB(16));
        wrt_pubmed_pack(&first, &article);
        check(wrt_pubmed_unpack(&again, arena, wrt_buf_str(&first), NULL) == WRT_OK);
        wrt_pubmed_pack(&second, &again);
        check(wrt_str_equal(wrt_buf_str(&first), wrt_buf_str(&second)));
        wrt_buf_free(&first);
        wrt_buf_free(&second);
    }
    wrt_arena_free(arena);
    free(bytes);
    return 0;
}
