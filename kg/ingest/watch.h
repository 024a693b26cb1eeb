/* watch.h: long work that reports and can be cancelled; private to kg/. */
#ifndef WRT_KG_WATCH_H
#define WRT_KG_WATCH_H

#include "kg/ingest/import.h"

typedef struct {
    const wrt_cancel *cancel;                                  /* may be NULL */
    void (*progress)(void *ctx, const wrt_kg_progress *state); /* may be NULL */
    void *ctx;
    wrt_kg_progress state;
    int64_t next_ms; /* the monotonic time of the next report */
} wrt_kg_watch;

/* How many rows may go by between two looks. */
enum { WRT_KG_WATCH_ROWS = 1024 };

/* Reports at most ten times a second. WRT_E_INTERRUPTED once cancelled. watch may be NULL. */
wrt_status wrt_kg_watch_look(wrt_kg_watch *watch, uint64_t done, uint64_t total, wrt_err *err);
/* Begins a phase; text is borrowed until the next. */
void wrt_kg_watch_phase(wrt_kg_watch *watch, const char *phase);

#endif
