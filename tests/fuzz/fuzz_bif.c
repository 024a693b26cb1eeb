/* fuzz_bif.c: the bytes after an empty network block as BIF. A network that is read is written and
 * read back to the same variables and tables, bit for bit. */
#include "scm/formats/bif.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds) {
    if (!holds)
        abort();
}

static void check_round_trip(const wrt_scm *scm) {
    wrt_buf text = wrt_buf_make(WRT_MIB(256));
    wrt_scm *again = NULL;
    need(wrt_scm_write_bif(&text, scm, NULL) == WRT_OK);
    need(wrt_scm_read_bif(&again, NULL, wrt_buf_str(&text), NULL) == WRT_OK);
    wrt_json *first = wrt_scm_to_json(scm), *second = wrt_scm_to_json(again);
    need(wrt_json_equal(wrt_json_get(first, "variables"), wrt_json_get(second, "variables")));
    need(wrt_scm_is_model_implied(scm) == wrt_scm_is_model_implied(again));
    wrt_json_free(first);
    wrt_json_free(second);
    wrt_scm_free(again);
    wrt_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_buf text = wrt_buf_make(WRT_MIB(128));
    wrt_scm *scm = NULL;
    wrt_err err = {0};
    wrt_buf_add_c(&text, "network x { }\n");
    wrt_buf_add(&text, data, size);
    wrt_status status = wrt_scm_read_bif(&scm, NULL, wrt_buf_str(&text), &err);
    if (status == WRT_OK)
        check_round_trip(scm);
    else
        need(scm == NULL && err.code == status && err.message[0] != '\0');
    wrt_scm_free(scm);
    wrt_buf_free(&text);
    return 0;
}
