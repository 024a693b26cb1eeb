/* fuzz_framing.c: bytes as a JSON array [question, names..., plan]: names are found in order within
 * the question and without overlap, a digest is one short line of UTF-8, and a plan that is
 * accepted differs from itself in nothing. */
#include "agent/act/digest.h"
#include "agent/plan/plan_given.h"
#include "agent/question/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds) {
    if (!holds)
        abort();
}

static void check_names(wrt_str question, const wrt_json *names) {
    wrt_json *found = wrt_names_find(question, names);
    int64_t behind = 0;
    WRT_JSON_EACH(item, found) {
        int64_t start = wrt_json_get_int(item, "start", -1);
        int64_t end = wrt_json_get_int(item, "end", -1);
        need(start >= behind && end > start && (size_t)end <= question.len);
        behind = end;
    }
    wrt_json_free(found);
}

static void check_digest(const wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_digest_add(&text, value);
    need(!text.overflow && text.len <= WRT_DIGEST_BYTES && wrt_utf8_valid(wrt_buf_str(&text)));
    need(memchr(wrt_buf_str(&text).ptr, '\n', text.len) == NULL);
    wrt_buf_free(&text);
}

static void check_plan(const wrt_json *plan) {
    wrt_err err = {0};
    wrt_status status = wrt_plan_check_given(plan, &err);
    need(status == WRT_OK || (status == WRT_E_INPUT && err.message[0] != '\0'));
    if (status != WRT_OK)
        return;
    wrt_json *diff = wrt_plan_diff(plan, plan);
    need(wrt_json_get_bool(diff, "equal", false));
    wrt_json_free(diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *value = NULL;
    if (size > WRT_KIB(16) ||
        wrt_json_parse(&value, (wrt_str){(const char *)data, size}, NULL) != WRT_OK)
        return 0;
    const char *question = wrt_json_text(wrt_json_first(value));
    if (question != NULL)
        check_names(wrt_str_of(question), value);
    check_digest(value);
    WRT_JSON_EACH(item, value)
    check_plan(item);
    wrt_json_free(value);
    return 0;
}
