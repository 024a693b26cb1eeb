/* fuzz_sse.c: the event reader must not notice where its input is split.
 *
 * The first two bytes are a place (little-endian, modulo what fits), the rest is the stream. It is
 * read whole, in two pieces cut at the place, and byte by byte: events, status and the verdict
 * about truncation must be the same, no event may pass the cap, and names and data are UTF-8. */
#include "llm/http/sse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENT_MAX = 512 };

typedef struct {
    wrt_buf events; /* each as "name length, data length: name data\n" */
    wrt_status status;
    bool is_truncated;
} outcome;

static void check(bool holds) {
    if (!holds) {
        abort();
    }
}

static wrt_status record(wrt_str event, wrt_str data, void *ctx) {
    outcome *self = ctx;
    check(wrt_utf8_valid(event) && wrt_utf8_valid(data));
    check(event.len + data.len <= EVENT_MAX);
    wrt_buf_printf(&self->events, "%zu, %zu: ", event.len, data.len);
    wrt_buf_add_str(&self->events, event);
    wrt_buf_add_str(&self->events, data);
    wrt_buf_add_char(&self->events, '\n');
    return WRT_OK;
}

/* A piece, never empty, in a block of exactly its size, so that AddressSanitizer sees a read past
 * its end. */
static wrt_status feed(wrt_sse *sse, wrt_str piece) {
    char *bytes = malloc(piece.len);
    wrt_err err = {WRT_OK, ""};
    check(bytes != NULL);
    memcpy(bytes, piece.ptr, piece.len);
    wrt_status status = wrt_sse_feed(sse, (wrt_str){bytes, piece.len}, &err);
    check(status == WRT_OK || status == WRT_E_LIMIT || status == WRT_E_FAILED);
    free(bytes);
    return status;
}

/* One piece of `first` bytes, then pieces of `step` bytes. */
static outcome read_stream(wrt_str stream, size_t first, size_t step) {
    outcome self = {.events = wrt_buf_make(WRT_MIB(64))};
    wrt_sse sse = wrt_sse_make(EVENT_MAX, record, &self);
    size_t len = first;
    for (size_t at = 0; at < stream.len; at += len, len = step) {
        len = len < stream.len - at ? len : stream.len - at;
        self.status = feed(&sse, (wrt_str){stream.ptr + at, len});
    }
    self.is_truncated = wrt_sse_is_truncated(&sse);
    check(!self.events.overflow);
    wrt_sse_free(&sse);
    return self;
}

static void check_same(const outcome *whole, outcome other) {
    check(whole->status == other.status);
    check(whole->status != WRT_OK || whole->is_truncated == other.is_truncated);
    check(wrt_str_equal(wrt_buf_str(&whole->events), wrt_buf_str(&other.events)));
    wrt_buf_free(&other.events);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) {
        return 0;
    }
    wrt_str stream = {(const char *)data + 2, size - 2};
    size_t place = (size_t)(data[0] | data[1] << 8) % (stream.len + 1);
    outcome whole = read_stream(stream, stream.len, 1);
    check_same(&whole, read_stream(stream, place == 0 ? 1 : place, stream.len));
    check_same(&whole, read_stream(stream, 1, 1));
    wrt_buf_free(&whole.events);
    return 0;
}
