/* event.c: one event as bytes.
 *
 * What is written is parsed back before it is accepted, and what is read is written again and
 * compared, so that an event has one spelling and every stored event can be read. The content hash
 * leaves out what may differ between two equal runs. RFC 8785 (canonical JSON). */
#include "ledger/event.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_scan.h"
#include "base/merkle.h"
#include "ledger/ledger.h"

static const char *const MEMBERS[] = {"v", "run", "seq", "type", "body", "prev", "meta"};

enum { MEMBER_COUNT = sizeof MEMBERS / sizeof MEMBERS[0], SIZE_DIGITS_MAX = 18 };

/* ---- leaves */

static bool is_type(wrt_str type) {
    for (size_t i = 0; i < type.len; i++) {
        char c = type.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return type.len > 0 && type.len <= WRT_EVENT_TYPE_MAX;
}

/* The type of an event, which canonical order puts at its end: ,"type":"T","v":1} */
static wrt_str find_type(wrt_str bytes) {
    const wrt_str before = WRT_STR("\"type\":\""), after = WRT_STR("\",\"v\":1}");
    if (bytes.len < before.len + after.len + 1)
        return WRT_STR("");
    const char *end = bytes.ptr + bytes.len - after.len;
    const char *at = end;
    while (at > bytes.ptr && end - at <= WRT_EVENT_TYPE_MAX && at[-1] != '"')
        at--;
    wrt_str type = {at, (size_t)(end - at)};
    bool is_there = memcmp(end, after.ptr, after.len) == 0 && is_type(type) &&
                    (size_t)(at - bytes.ptr) >= before.len &&
                    memcmp(at - before.len, before.ptr, before.len) == 0;
    return is_there ? type : WRT_STR("");
}

void wrt_event_entry(char out[WRT_EVENT_ENTRY_MAX], wrt_str bytes, int64_t seq) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256 digest = wrt_sha256_of(bytes);
    wrt_str type = find_type(bytes);
    wrt_sha256_hex(hex, &digest);
    snprintf(out, WRT_EVENT_ENTRY_MAX, "{\"digest\":\"%s\",\"seq\":%lld,\"type\":\"%.*s\"}", hex,
             (long long)seq, (int)type.len, type.ptr);
}

wrt_sha256 wrt_event_leaf(wrt_str bytes, int64_t seq) {
    char entry[WRT_EVENT_ENTRY_MAX];
    wrt_event_entry(entry, bytes, seq);
    return wrt_merkle_leaf(wrt_str_of(entry));
}

bool wrt_event_asks_head(wrt_str type, int64_t size) {
    return wrt_str_equal_c(type, "plan.frozen") ||
           (size % WRT_HEAD_EVERY == 0 && !wrt_str_equal_c(type, "run.end"));
}

/* ---- writing */

static void write_meta(wrt_buf *out, const wrt_json *given, int64_t unix_ms) {
    char ts[25];
    wrt_json *meta = given != NULL ? wrt_json_copy(given) : wrt_json_new_object();
    wrt_clock_format(ts, unix_ms);
    wrt_json_set_text(meta, "ts", ts);
    wrt_json_write_canonical(out, meta);
    wrt_json_free(meta);
}

/* The members in their canonical order. */
static void write_event(wrt_buf *out, const wrt_event_head *head, const wrt_json *body,
                        const wrt_json *meta) {
    char prev[WRT_SHA256_HEX + 1];
    wrt_buf_add_c(out, "{\"body\":");
    wrt_json_write_canonical(out, body);
    wrt_buf_add_c(out, ",\"meta\":");
    write_meta(out, meta, head->unix_ms);
    wrt_buf_add_c(out, ",\"prev\":");
    if (head->prev != NULL) {
        wrt_sha256_hex(prev, head->prev);
        wrt_json_write_string(out, wrt_str_of(prev));
    } else {
        wrt_buf_add_c(out, "null");
    }
    wrt_buf_add_c(out, ",\"run\":");
    wrt_json_write_string(out, wrt_str_of(head->run));
    wrt_buf_printf(out, ",\"seq\":%lld,\"type\":\"%s\",\"v\":1}", (long long)head->seq, head->type);
}

/* What was written must be read back; the reader says why it would not be. */
static wrt_status check_written(wrt_str bytes, const wrt_event_head *head, wrt_err *err) {
    wrt_event_view view;
    wrt_json *again = NULL;
    if (wrt_event_view_of(&view, bytes, head->run, head->seq))
        return WRT_OK;
    wrt_status status = wrt_json_parse(&again, bytes, err);
    wrt_json_free(again);
    return status != WRT_OK ? status
                            : wrt_fail(err, WRT_E_INPUT,
                                       "event %s: it cannot be written as "
                                       "canonical JSON",
                                       head->type);
}

wrt_status wrt_event_write(wrt_buf *out, const wrt_event_head *head, const wrt_json *body,
                           const wrt_json *meta, wrt_err *err) {
    if (!wrt_json_is(body, WRT_JSON_OBJECT) ||
        (meta != NULL && !wrt_json_is(meta, WRT_JSON_OBJECT)))
        return wrt_fail(err, WRT_E_INPUT, "event %s: body and meta must be objects", head->type);
    if (!is_type(wrt_str_of(head->type)))
        return wrt_fail(err, WRT_E_INPUT,
                        "\"%.80s\" is no event type: 1 to %d of a-z, 0-9, \".\", \"_\", \"-\"",
                        head->type, WRT_EVENT_TYPE_MAX);
    wrt_buf bytes = wrt_buf_make(WRT_EVENT_BYTES_MAX);
    write_event(&bytes, head, body, meta);
    wrt_status status = WRT_OK;
    if (bytes.overflow)
        status = wrt_fail(err, WRT_E_LIMIT,
                          "event %s: larger than %d bytes; long text belongs in a blob", head->type,
                          WRT_EVENT_BYTES_MAX);
    else
        status = check_written(wrt_buf_str(&bytes), head, err);
    if (status == WRT_OK)
        wrt_buf_add_str(out, wrt_buf_str(&bytes));
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
    return wrt_json_get_int(event, "v", 0) == 1 &&
           is_type(wrt_str_of(wrt_json_get_text(event, "type", ""))) &&
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

/* ---- viewing */

/* The text of a JSON string without escapes. */
static wrt_str unquoted(wrt_str value) {
    if (value.len < 2 || value.ptr[0] != '"' || memchr(value.ptr, '\\', value.len) != NULL)
        return WRT_STR("");
    return (wrt_str){value.ptr + 1, value.len - 2};
}

bool wrt_event_view_of(wrt_event_view *out, wrt_str bytes, const char *run, int64_t seq) {
    static const char *const sorted[MEMBER_COUNT] = {"body", "meta", "prev", "run",
                                                     "seq",  "type", "v"};
    wrt_json_span span[MEMBER_COUNT];
    size_t n = 0;
    int64_t stated = -1;
    if (bytes.len > WRT_EVENT_BYTES_MAX || !wrt_json_scan(span, MEMBER_COUNT, &n, bytes) ||
        n != MEMBER_COUNT)
        return false;
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        if (!wrt_str_equal_c(span[i].name, sorted[i]))
            return false;
    const char *end = span[3].value.ptr + span[3].value.len;
    *out = (wrt_event_view){
        .body = span[0].value,
        .meta = span[1].value,
        .prev = span[2].value,
        .type = unquoted(span[5].value),
        .before_meta = {bytes.ptr, (size_t)(span[0].value.ptr - bytes.ptr) + span[0].value.len},
        .after = {end, (size_t)(bytes.ptr + bytes.len - end)},
    };
    return out->body.ptr[0] == '{' && out->meta.ptr[0] == '{' && is_type(out->type) &&
           wrt_str_equal_c(unquoted(span[3].value), run) &&
           wrt_str_to_int64(&stated, span[4].value) && stated == seq &&
           wrt_str_equal_c(span[6].value, "1");
}

/* Canonical order puts the parts that count into two runs of bytes that fit together. */
wrt_sha256 wrt_event_view_content(const wrt_event_view *view) {
    const wrt_str parts[] = {view->before_meta, view->after};
    return wrt_sha256_of_parts(parts, 2);
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

/* Canonical bytes spell a reference in one way, and its beginning cannot stand inside a string,
 * where a quotation mark has a reverse solidus before it. */
wrt_status wrt_blob_ref_each(wrt_str bytes,
                             wrt_status (*visit)(const char *sha256_hex, int64_t size, void *ctx),
                             void *ctx) {
    const wrt_str opening = WRT_STR("{\"sha256\":\""), middle = WRT_STR("\",\"size\":");
    const char *at = bytes.ptr;
    const char *end = bytes.ptr + bytes.len;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && at != NULL &&
           (at = memmem(at, (size_t)(end - at), opening.ptr, opening.len)) != NULL) {
        char hex[WRT_SHA256_HEX + 1] = {0};
        wrt_sha256 digest;
        int64_t size = -1;
        at += opening.len;
        if ((size_t)(end - at) < WRT_SHA256_HEX + middle.len)
            break;
        memcpy(hex, at, WRT_SHA256_HEX);
        const char *number = at + WRT_SHA256_HEX + middle.len;
        const char *close = memchr(number, '}', (size_t)(end - number));
        if (close != NULL && close - number <= SIZE_DIGITS_MAX &&
            memcmp(at + WRT_SHA256_HEX, middle.ptr, middle.len) == 0 &&
            wrt_hex_decode(digest.bytes, WRT_SHA256_SIZE, wrt_str_of(hex)) &&
            wrt_str_to_int64(&size, (wrt_str){number, (size_t)(close - number)}) && size >= 0)
            status = visit(hex, size, ctx);
    }
    return status;
}
