/* lookup.c: reading and writing down what was read. */
#include "agent/lookup.h"

enum { FOUND_MAX = 32 << 20 };

static wrt_json *describe_failure(const wrt_err *failure) {
    wrt_json *error = wrt_json_new_object();
    wrt_json_set_text(error, "code", wrt_status_name(failure->code));
    wrt_json_set_text(error, "message", failure->message);
    return error;
}

/* Small results stand in the event, large ones in a blob. */
static wrt_status set_found(wrt_json *body, wrt_turn *turn, const wrt_json *found, wrt_err *err) {
    wrt_status status = WRT_OK;
    wrt_json *blob = NULL;
    wrt_buf bytes = wrt_buf_make((size_t)FOUND_MAX);
    wrt_json_write_canonical(&bytes, found);
    if (bytes.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "a look-up gave more than %d bytes", FOUND_MAX);
    else if (bytes.len <= WRT_LEDGER_INLINE_MAX)
        wrt_json_set(body, "result", wrt_json_copy(found));
    else
        status = wrt_ledger_put_blob(&blob, turn->config->ledger, wrt_buf_str(&bytes), err);
    if (blob != NULL)
        wrt_json_set(body, "blob", blob);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status record(wrt_turn *turn, const char *what, wrt_json *query, const wrt_json *found,
                         const wrt_err *failure, wrt_err *err) {
    wrt_json *body = wrt_json_new_object();
    wrt_status status = WRT_OK;
    wrt_json_set_int(body, "n", ++turn->lookups);
    wrt_json_set_text(body, "what", what);
    wrt_json_set(body, "query", query);
    if (failure != NULL)
        wrt_json_set(body, "error", describe_failure(failure));
    else
        status = set_found(body, turn, found, err);
    if (status == WRT_OK)
        return wrt_turn_record(turn, "lookup", body, err);
    wrt_json_free(body);
    return status;
}

wrt_status wrt_lookup(wrt_json **out, wrt_turn *turn, const char *what, wrt_json *query,
                      wrt_look *look, void *ctx, wrt_err *err) {
    wrt_err failure = {0};
    *out = NULL;
    wrt_status status = look(out, query, ctx, &failure);
    if (turn->run == NULL) {
        wrt_json_free(query);
    } else {
        wrt_status recorded =
            record(turn, what, query, *out, status != WRT_OK ? &failure : NULL, err);
        if (recorded != WRT_OK) {
            wrt_json_free(*out);
            *out = NULL;
            return recorded;
        }
    }
    if (status != WRT_OK && err != NULL)
        *err = failure;
    return status;
}
