/* tape.c: pairs of model.request and model.response (steer.c writes them) become exchanges. */
#include "agent/tape.h"

#include <string.h>

static void copy_member(wrt_json *to, const wrt_json *from, const char *key) {
    const wrt_json *value = wrt_json_get(from, key);
    if (value != NULL)
        wrt_json_set(to, key, wrt_json_copy(value));
}

static wrt_json *exchange_of(const wrt_json *request, const wrt_json *response) {
    static const char *const asked[] = {"form", "system", "user", "options"};
    static const char *const answered[] = {"choice", "error", "status"};
    static const char *const details[] = {"log_p", "low",     "high", "quality",
                                          "text",  "by_text", "calls"};
    wrt_json *exchange = wrt_json_new_object();
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        copy_member(exchange, request, asked[i]);
    for (size_t i = 0; i < sizeof answered / sizeof answered[0]; i++)
        copy_member(exchange, response, answered[i]);
    for (size_t i = 0; i < sizeof details / sizeof details[0]; i++)
        copy_member(exchange, wrt_json_get(response, "detail"), details[i]);
    return exchange;
}

static wrt_status add_exchange(wrt_json *list, const wrt_json *request, const wrt_json *response,
                               wrt_err *err) {
    int64_t call = wrt_json_get_int(response, "call", -1);
    if (request == NULL || wrt_json_get_int(request, "call", -2) != call)
        return wrt_fail(err, WRT_E_INTEGRITY, "model.response %lld has no request before it",
                        (long long)call);
    wrt_json_push(list, exchange_of(request, response));
    return WRT_OK;
}

wrt_status wrt_agent_tape(wrt_json **out, wrt_ledger *ledger, const char *run, wrt_err *err) {
    char id[WRT_RUN_ID_MAX];
    wrt_json *events = NULL;
    wrt_json *list = wrt_json_new_array();
    const wrt_json *request = NULL;
    wrt_status status = wrt_ledger_find(id, ledger, run, err);
    if (status == WRT_OK)
        status = wrt_ledger_events(&events, ledger, id, err);
    WRT_JSON_EACH(event, events) {
        const char *type = wrt_json_get_text(event, "type", "");
        const wrt_json *body = wrt_json_get(event, "body");
        if (strcmp(type, "model.request") == 0)
            request = body;
        if (status == WRT_OK && strcmp(type, "model.response") == 0)
            status = add_exchange(list, request, body, err);
    }
    wrt_json_free(events);
    if (status == WRT_OK)
        *out = list;
    else
        wrt_json_free(list);
    return status;
}
