/* event.c: one event as bytes.
 *
 * What is written is parsed back before it is accepted, and what is read is written again and
 * compared, so that an event has one spelling and every stored event can be read. The content hash
 * leaves out what may differ between two equal runs. RFC 8785 (canonical JSON). */
#include "ledger/event.h"

#include <string.h>

#include "base/clock.h"
#include "ledger/ledger.h"

static const char *const MEMBERS[] = {"v", "run", "seq", "type", "body", "prev", "meta"};

enum { MEMBER_COUNT = sizeof MEMBERS / sizeof MEMBERS[0] };

/* ---- writing */

static wrt_json *make_meta(const wrt_json *given, int64_t unix_ms) {
    char ts[25];
    wrt_json *meta = given != NULL ? wrt_json_copy(given) : wrt_json_new_object();
    wrt_clock_format(ts, unix_ms);
    wrt_json_set_text(meta, "ts", ts);
    return meta;
}

static wrt_json *make_event(const wrt_event_head *head, const wrt_json *body,
                            const wrt_json *meta) {
    char prev[WRT_SHA256_HEX + 1];
    wrt_json *event = wrt_json_new_object();
    wrt_json_set_int(event, "v", 1);
    wrt_json_set_text(event, "run", head->run);
    wrt_json_set_int(event, "seq", head->seq);
    wrt_json_set_text(event, "type", head->type);
    wrt_json_set(event, "body", wrt_json_copy(body));
    if (head->prev != NULL) {
        wrt_sha256_hex(prev, head->prev);
        wrt_json_set_text(event, "prev", prev);
    } else {
        wrt_json_set(event, "prev", wrt_json_new_null());
    }
    wrt_json_set(event, "meta", make_meta(meta, head->unix_ms));
    return event;
}

wrt_status wrt_event_write(wrt_buf *out, const wrt_event_head *head, const wrt_json *body,
                           const wrt_json *meta, wrt_err *err) {
    size_t type_len = strlen(head->type);
    if (!wrt_json_is(body, WRT_JSON_OBJECT) ||
        (meta != NULL && !wrt_json_is(meta, WRT_JSON_OBJECT)))
        return wrt_fail(err, WRT_E_INPUT, "event %s: body and meta must be objects", head->type);
    if (type_len == 0 || type_len > WRT_EVENT_TYPE_MAX)
        return wrt_fail(err, WRT_E_INPUT, "an event type of %zu bytes; 1 to %d are accepted",
                        type_len, WRT_EVENT_TYPE_MAX);
    wrt_buf bytes = wrt_buf_make(WRT_EVENT_BYTES_MAX);
    wrt_json *event = make_event(head, body, meta);
    wrt_json *again = NULL;
    wrt_json_write_canonical(&bytes, event);
    wrt_status status = WRT_OK;
    if (bytes.overflow)
        status = wrt_fail(err, WRT_E_LIMIT,
                          "event %s: larger than %d bytes; long text belongs in a blob", head->type,
                          WRT_EVENT_BYTES_MAX);
    else
        status = wrt_json_parse(&again, wrt_buf_str(&bytes), err);
    if (status == WRT_OK)
        wrt_buf_add_str(out, wrt_buf_str(&bytes));
    wrt_json_free(again);
    wrt_json_free(event);
    wrt_buf_free(&bytes);
    return status;
}

/* ---- reading */

static bool is_canonical(const wrt_json *event, wrt_str bytes) {
    wrt_buf again = wrt_buf_make(WRT_EVENT_BYTES_MAX);
    wrt_json_write_canonical(&again, event);
    bool same = !again.overflow && wrt_str_equal(wrt_buf_str(&again), bytes);
    wrt_buf_free(&again);
    return same;
}

static bool has_members(const wrt_json *event) {
    if (!wrt_json_is(event, WRT_JSON_OBJECT) || wrt_json_count(event) != MEMBER_COUNT)
        return false;
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        if (wrt_json_get(event, MEMBERS[i]) == NULL)
            return false;
    return wrt_json_get_int(event, "v", 0) == 1 && wrt_json_get_text(event, "type", NULL) != NULL &&
           wrt_json_is(wrt_json_get(event, "body"), WRT_JSON_OBJECT) &&
           wrt_json_is(wrt_json_get(event, "meta"), WRT_JSON_OBJECT);
}

static wrt_status check_event(const wrt_json *event, wrt_str bytes, const char *run, int64_t seq,
                              wrt_err *err) {
    if (!has_members(event))
        return wrt_fail(err, WRT_E_INTEGRITY, "not an event of version 1");
    if (!is_canonical(event, bytes))
        return wrt_fail(err, WRT_E_INTEGRITY, "its bytes are not canonical JSON");
    if (strcmp(wrt_json_get_text(event, "run", ""), run) != 0)
        return wrt_fail(err, WRT_E_INTEGRITY, "it belongs to another run");
    if (wrt_json_get_int(event, "seq", -1) != seq)
        return wrt_fail(err, WRT_E_INTEGRITY, "it was written as event %lld",
                        (long long)wrt_json_get_int(event, "seq", -1));
    return WRT_OK;
}

wrt_status wrt_event_parse(wrt_json **out, wrt_str bytes, const char *run, int64_t seq,
                           wrt_err *err) {
    *out = NULL;
    wrt_json *event = NULL;
    wrt_err inner = {0};
    if (wrt_json_parse(&event, bytes, &inner) != WRT_OK)
        return wrt_fail(err, WRT_E_INTEGRITY, "its bytes are not JSON: %s", inner.message);
    wrt_status status = check_event(event, bytes, run, seq, err);
    if (status == WRT_OK)
        *out = event;
    else
        wrt_json_free(event);
    return status;
}

wrt_sha256 wrt_event_content_hash(const wrt_json *event) {
    wrt_json *content = wrt_json_new_object();
    WRT_JSON_EACH(member, event) {
        const char *key = wrt_json_key(member);
        if (strcmp(key, "run") != 0 && strcmp(key, "prev") != 0 && strcmp(key, "meta") != 0)
            wrt_json_set(content, key, wrt_json_copy(member));
    }
    wrt_buf bytes = wrt_buf_make(WRT_EVENT_BYTES_MAX);
    wrt_json_write_canonical(&bytes, content);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_buf_free(&bytes);
    wrt_json_free(content);
    return digest;
}

/* ---- blob references */

bool wrt_blob_ref_read(const char **sha256_hex, int64_t *size, const wrt_json *value) {
    wrt_sha256 digest;
    if (!wrt_json_is(value, WRT_JSON_OBJECT) || wrt_json_count(value) != 2)
        return false;
    const wrt_json *bytes = wrt_json_get(value, "size");
    const char *hex = wrt_json_get_text(value, "sha256", NULL);
    if (hex == NULL || !wrt_json_is_integer(bytes) ||
        !wrt_hex_decode(digest.bytes, WRT_SHA256_SIZE, wrt_str_of(hex)))
        return false;
    *sha256_hex = hex;
    *size = wrt_json_get_int(value, "size", -1);
    return *size >= 0;
}

/* Recursion is as deep as the value, which the parser holds to WRT_JSON_DEPTH_MAX. */
wrt_status wrt_blob_ref_each(const wrt_json *value,
                             wrt_status (*visit)(const char *sha256_hex, int64_t size, void *ctx),
                             void *ctx) {
    const char *hex = NULL;
    int64_t size = 0;
    if (wrt_blob_ref_read(&hex, &size, value))
        return visit(hex, size, ctx);
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, value) {
        status = wrt_blob_ref_each(item, visit, ctx);
        if (status != WRT_OK)
            break;
    }
    return status;
}
