/* fuzz_eval.c: bytes as what an evaluation reads: a data item of CLadder, a model's reply, a typed
 * query that is then answered, two results to compare. */
#include "agent/eval/cladder_item.h"
#include "agent/eval/cladder_typed.h"
#include "agent/eval/compare.h"
#include "agent/eval/verdict.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds) {
    if (!holds)
        abort();
}

static void answer(const wrt_json *value) {
    wrt_typed_query query;
    wrt_verdict verdict = {.is_known = false};
    wrt_err err = {.code = WRT_OK};
    wrt_status status = wrt_typed_read(&query, value, &err);
    if (status == WRT_OK)
        status = wrt_verdict_of(&verdict, &query, &err);
    if (status == WRT_OK)
        need(!verdict.is_known || verdict.method != NULL);
    else
        need(err.code == status && err.message[0] != '\0');
    wrt_verdict_free(&verdict);
    wrt_typed_free(&query);
}

static void read_item(const wrt_json *record) {
    wrt_json *query = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_cladder_query(&query, record, &err) == WRT_OK)
        answer(query);
    else
        need(err.message[0] != '\0' && query == NULL);
    wrt_json_free(query);
}

static void compare(const wrt_json *value) {
    static const char *const names[] = {"a", "b"};
    const wrt_json *both[] = {value, value};
    wrt_json *comparison = NULL;
    wrt_buf page = wrt_buf_make(WRT_COMPARE_PAGE_MAX), text = wrt_buf_make(WRT_MIB(1));
    if (wrt_compare(&comparison, both, names, 2, NULL) == WRT_OK) {
        wrt_compare_write_text(&text, comparison);
        (void)wrt_compare_write_page(&page, comparison, NULL);
    }
    wrt_json_free(comparison);
    wrt_buf_free(&page);
    wrt_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_json *value = NULL, *query = NULL;
    if (wrt_json_parse(&value, text, NULL) == WRT_OK) {
        answer(value);
        read_item(value);
        compare(value);
    }
    if (wrt_cladder_read_reply(&query, text, NULL) == WRT_OK)
        answer(query);
    wrt_json_free(query);
    wrt_json_free(value);
    return 0;
}
