/* json_stream.h: one large JSON text, read part by part from an input.
 *
 *   {"nodes": [ {..}, {..} ], "edges": [ .. ]}
 *   enter; next -> "nodes"; enter; next; value -> {..}; next; value; next -> end; next -> "edges"
 *
 * The caller walks into the containers that matter and takes, or skips, what lies in them value by
 * value; memory is that of one value. What is taken passes wrt_json_parse with all its refusals;
 * what is skipped must only have its strings and brackets closed. */
#ifndef WRT_BASE_JSON_STREAM_H
#define WRT_BASE_JSON_STREAM_H

#include "base/input.h"
#include "base/json.h"

typedef struct wrt_json_stream wrt_json_stream;

/* input is borrowed, at its start or where the text begins. */
wrt_json_stream *wrt_json_stream_new(wrt_input *input);
void wrt_json_stream_free(wrt_json_stream *stream); /* accepts NULL */

/* The type of the value that comes now. WRT_E_INPUT when none can. */
wrt_status wrt_json_stream_peek(wrt_json_type *out, wrt_json_stream *stream, wrt_err *err);

/* Walks into the array or object that comes now. WRT_E_LIMIT beyond WRT_JSON_DEPTH_MAX. */
wrt_status wrt_json_stream_enter(wrt_json_stream *stream, wrt_err *err);
/* In the container that was entered last: goes to its next value, or, at its end, out of it, and
 * *more is false. *key (may be NULL) is the member's name, "" in an array, borrowed until the next
 * call. Duplicate names are for the caller to notice. */
wrt_status wrt_json_stream_next(bool *more, wrt_str *key, wrt_json_stream *stream, wrt_err *err);

/* The value that comes now; *out is the caller's. More than cap bytes: WRT_E_LIMIT. */
wrt_status wrt_json_stream_value(wrt_json **out, wrt_json_stream *stream, size_t cap, wrt_err *err);
wrt_status wrt_json_stream_skip(wrt_json_stream *stream, wrt_err *err);
/* After wrt_json_stream_value failed: true when the fault lay in that value alone, which has been
 * passed over, so that reading may go on. */
bool wrt_json_stream_can_go_on(const wrt_json_stream *stream);

/* WRT_E_INPUT when anything but white space follows. */
wrt_status wrt_json_stream_end(wrt_json_stream *stream, wrt_err *err);

uint64_t wrt_json_stream_offset(const wrt_json_stream *stream); /* bytes of the text read so far */

#endif
