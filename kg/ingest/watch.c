/* watch.c: see watch.h. */
#include "kg/ingest/watch.h"

#include "base/clock.h"

enum { INTERVAL_MS = 100 };

void wrt_kg_watch_phase(wrt_kg_watch *watch, const char *phase) {
    if (watch == NULL)
        return;
    watch->state.phase = phase;
    watch->next_ms = 0;
}

wrt_status wrt_kg_watch_look(wrt_kg_watch *watch, uint64_t done, uint64_t total, wrt_err *err) {
    if (watch == NULL)
        return WRT_OK;
    if (wrt_cancel_requested(watch->cancel))
        return wrt_fail(err, WRT_E_INTERRUPTED,
                        "the import was interrupted; the graph is as it was, and the same command "
                        "goes on from the last whole file");
    watch->state.done = done;
    watch->state.total = total;
    int64_t now = wrt_clock_monotonic_ms();
    if (watch->progress != NULL && now >= watch->next_ms) {
        watch->next_ms = now + INTERVAL_MS;
        watch->progress(watch->ctx, &watch->state);
    }
    return WRT_OK;
}
