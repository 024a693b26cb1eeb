/* otlp.h: one span of OTLP/JSON while it is being built. Internal to the report.
 *
 * In OTLP/JSON (opentelemetry-proto 1.x) trace and span ids are hexadecimal text, 64-bit integers
 * are decimal text, enums are numbers. */
#ifndef WRT_REPORT_OTLP_H
#define WRT_REPORT_OTLP_H

#include "base/json.h"

typedef enum { WRT_SPAN_INTERNAL = 1, WRT_SPAN_CLIENT = 3 } wrt_span_kind;
typedef enum { WRT_SPAN_UNSET, WRT_SPAN_OK, WRT_SPAN_ERROR } wrt_span_status;

enum { WRT_TRACE_ID_HEX = 32, WRT_SPAN_ID_HEX = 16 };

/* Ids of a run: the beginnings of SHA-256 over a name and the run's id (and the seq of the event
 * that the span begins with). */
void wrt_otlp_trace_id(char out[WRT_TRACE_ID_HEX + 1], const char *run);
void wrt_otlp_span_id(char out[WRT_SPAN_ID_HEX + 1], const char *run, int64_t seq);

/* Nanoseconds since 1970 of "2026-01-31T12:00:00.000Z" as decimal text; "0" for another text. */
void wrt_otlp_nanos(char out[24], const char *time);

/* Adds {"key","value"} to the array `list`; NULL text adds nothing. */
void wrt_otlp_text(wrt_json *list, const char *key, const char *text);
void wrt_otlp_int(wrt_json *list, const char *key, int64_t value);
void wrt_otlp_json(wrt_json *list, const char *key, const wrt_json *value); /* as its text */

/* An event of a span; attributes are consumed. */
void wrt_otlp_event(wrt_json *span, const char *name, const char *time, wrt_json *attributes);

void wrt_otlp_status(wrt_json *span, wrt_span_status status, const char *message);

#endif
