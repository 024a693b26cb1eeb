/* lookup.c: reading and writing down what was read. */
#include "agent/act/lookup.h"

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
    wrt_buf bytes = wrt_buf_make((size_t)FOUND_MAX);
    wrt_json_write_canonical(&bytes, found);
    if (bytes.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "a look-up gave more than %d bytes", FOUND_MAX);
    else if (bytes.len <= WRT_LEDGER_INLINE_MAX)
        wrt_json_set(body, "result", wrt_json_copy(found));
    else
        status = wrt_turn_put_blob(turn, body, "blob", wrt_buf_str(&bytes), err);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status record(wrt_turn *turn, wrt_json *body, const wrt_json *found,
                         const wrt_err *failure, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (failure != NULL)
        wrt_json_set(body, "error", describe_failure(failure));
    else
        status = set_found(body, turn, found, err);
    if (status == WRT_OK)
        return wrt_turn_record(turn, "lookup", body, err);
    wrt_json_free(body);
    return status;
}

/* What the journal holds of this look-up, a failure or a value; false when it holds nothing. */
static bool recall(wrt_status *status, wrt_json **out, const wrt_turn *turn, wrt_err *failure) {
    wrt_json *like = wrt_json_new_object();
    wrt_json_set_int(like, "n", turn->lookups);
    const wrt_json *recorded = wrt_turn_recall(turn, "lookup", like);
    const wrt_json *error = wrt_json_get(recorded, "error");
    if (recorded == NULL)
        return false;
    if (error == NULL) {
        *status = wrt_turn_read_value(out, turn, recorded, "result", failure);
        return true;
    }
    *status = WRT_E_FAILED;
    wrt_status_of_name(status, wrt_json_get_text(error, "code", ""));
    wrt_fail(failure, *status, "%s", wrt_json_get_text(error, "message", ""));
    return true;
}

wrt_status wrt_lookup(wrt_json **out, wrt_turn *turn, const char *what, wrt_json *query,
                      wrt_look *look, void *ctx, wrt_err *err) {
    wrt_err failure = {0};
    wrt_status status = WRT_OK;
    *out = NULL;
    turn->lookups++;
    if (!recall(&status, out, turn, &failure)) {
        if (wrt_turn_is_rehearsal(turn)) {
            wrt_json_free(query);
            return wrt_turn_fail_unrecorded(turn, "a look-up", err);
        }
        status = look(out, query, ctx, &failure);
        wrt_json_settle(out);
    }
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_int(body, "n", turn->lookups);
    wrt_json_set_text(body, "what", what);
    wrt_json_set(body, "query", query);
    wrt_status recorded = record(turn, body, *out, status != WRT_OK ? &failure : NULL, err);
    if (recorded != WRT_OK || status != WRT_OK) {
        wrt_json_free(*out);
        *out = NULL;
    }
    if (recorded == WRT_OK && status != WRT_OK && err != NULL)
        *err = failure;
    return recorded != WRT_OK ? recorded : status;
}
