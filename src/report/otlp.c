/* otlp.c: the small things that spans are made of. */
#include "report/otlp.h"

#include "base/hash.h"
#include "report/work.h"

#include <stdio.h>
#include <string.h>

static void id_of(char *out, size_t bytes, const char *what, const char *run, int64_t seq) {
    char text[160];
    int len = snprintf(text, sizeof text, "warrant %s %.80s %lld", what, run, (long long)seq);
    wrt_sha256 digest = wrt_sha256_of((wrt_str){text, (size_t)len});
    wrt_hex_encode(out, digest.bytes, bytes);
}

void wrt_otlp_trace_id(char out[WRT_TRACE_ID_HEX + 1], const char *run) {
    id_of(out, WRT_TRACE_ID_HEX / 2, "trace", run, 0);
}

void wrt_otlp_span_id(char out[WRT_SPAN_ID_HEX + 1], const char *run, int64_t seq) {
    id_of(out, WRT_SPAN_ID_HEX / 2, "span", run, seq);
}

void wrt_otlp_nanos(char out[24], const char *time) {
    int64_t ms = wrt_report_unix_ms(time);
    bool fits = ms > 0 && ms < INT64_MAX / 1000000;
    snprintf(out, 24, "%lld", (long long)(fits ? ms * 1000000 : 0));
}

/* ---- attributes */

static void add(wrt_json *list, const char *key, const char *kind, wrt_json *value) {
    wrt_json *entry = wrt_json_new_object(), *held = wrt_json_new_object();
    wrt_json_set(held, kind, value);
    wrt_json_set_text(entry, "key", key);
    wrt_json_set(entry, "value", held);
    wrt_json_push(list, entry);
}

void wrt_otlp_text(wrt_json *list, const char *key, const char *text) {
    if (text != NULL)
        add(list, key, "stringValue", wrt_json_new_c(text));
}

void wrt_otlp_int(wrt_json *list, const char *key, int64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    add(list, key, "intValue", wrt_json_new_c(text));
}

void wrt_otlp_json(wrt_json *list, const char *key, const wrt_json *value) {
    if (value == NULL)
        return;
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_json_write(&text, value);
    if (!text.overflow)
        wrt_otlp_text(list, key, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

/* ---- parts of a span */

void wrt_otlp_event(wrt_json *span, const char *name, const char *time, wrt_json *attributes) {
    char nanos[24];
    wrt_json *event = wrt_json_new_object();
    wrt_otlp_nanos(nanos, time);
    wrt_json_set_text(event, "timeUnixNano", nanos);
    wrt_json_set_text(event, "name", name);
    wrt_json_set(event, "attributes", attributes);
    if (wrt_json_get(span, "events") == NULL)
        wrt_json_set(span, "events", wrt_json_new_array());
    wrt_json_push(wrt_json_get_mut(span, "events"), event);
}

void wrt_otlp_status(wrt_json *span, wrt_span_status status, const char *message) {
    wrt_json *object = wrt_json_new_object();
    wrt_json_set_int(object, "code", status);
    if (message != NULL && status == WRT_SPAN_ERROR)
        wrt_json_set_text(object, "message", message);
    wrt_json_set(span, "status", object);
}
