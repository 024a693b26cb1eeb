/* ask_thread.c: see ask_thread.h. */
#include "cli/ask_thread.h"

#include "base/hash.h"

#include <string.h>

static const wrt_json *body_of(const wrt_json *events, const char *type) {
    WRT_JSON_EACH(event, events)
    if (strcmp(wrt_json_get_text(event, "type", ""), type) == 0)
        return wrt_json_get(event, "body");
    return NULL;
}

static void set_digest(wrt_json *object, const char *key, const wrt_json *value) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_buf bytes = wrt_buf_make(WRT_MIB(64));
    wrt_json_write_canonical(&bytes, value);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(object, key, hex);
    wrt_buf_free(&bytes);
}

static wrt_json *previous_of(const wrt_json *events, const char *content) {
    static const char *const roles[] = {"treatment", "outcome"};
    const wrt_json *answer = body_of(events, "answer"), *frame = body_of(events, "frame");
    wrt_json *previous = wrt_json_new_object();
    wrt_json_set_text(previous, "content", content);
    wrt_json_set_text(previous, "question",
                      wrt_json_get_text(body_of(events, "run.start"), "question", ""));
    wrt_json_set_text(previous, "status", wrt_json_get_text(answer, "status", "?"));
    set_digest(previous, "answer_sha256", answer);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (wrt_json_get(frame, roles[i]) != NULL)
            wrt_json_set(previous, roles[i], wrt_json_copy(wrt_json_get(frame, roles[i])));
    return previous;
}

static void add_inputs(wrt_json **inputs, const wrt_json *events) {
    static const char *const kept[] = {"data", "graph", "scm", "patient", "adjust"};
    const wrt_json *before = wrt_json_get(body_of(events, "run.start"), "inputs");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const wrt_json *value = wrt_json_get(before, kept[i]);
        if (value == NULL || wrt_json_get(*inputs, kept[i]) != NULL)
            continue;
        if (*inputs == NULL)
            *inputs = wrt_json_new_object();
        wrt_json_set(*inputs, kept[i], wrt_json_copy(value));
    }
}

wrt_status wrt_cli_thread_read(wrt_json **context, wrt_json **inputs, wrt_ledger *ledger,
                               const char *run, wrt_err *err) {
    char id[WRT_RUN_ID_MAX], content[WRT_SHA256_HEX + 1];
    wrt_json *events = NULL;
    wrt_status status = wrt_ledger_find(id, ledger, run, err);
    if (status == WRT_OK)
        status = wrt_ledger_events(&events, ledger, id, err);
    if (status == WRT_OK)
        status = wrt_ledger_content_hash(content, ledger, id, err);
    if (status == WRT_OK && body_of(events, "run.end") == NULL)
        status =
            wrt_fail(err, WRT_E_INPUT,
                     "run %s is not finished: `warrant run resume %s` goes on with it", id, id);
    if (status == WRT_OK) {
        *context = wrt_json_new_object();
        wrt_json_set(*context, "previous", previous_of(events, content));
        add_inputs(inputs, events);
    }
    wrt_json_free(events);
    return status;
}
