/* cancel.h: a flag by which one thread, or a signal handler, asks another to stop.
 *
 * Whoever does long work looks at the flag at least ten times a second and then returns
 * WRT_E_INTERRUPTED. A request is never taken back. All zero is "not requested". */
#ifndef WRT_BASE_CANCEL_H
#define WRT_BASE_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler may only touch a lock-free flag");

typedef struct {
    atomic_int requested; /* zero: not requested */
} wrt_cancel;

/* Asks for the end. Safe from any thread and inside a signal handler; may be called again. */
static inline void wrt_cancel_request(wrt_cancel *cancel) {
    atomic_store(&cancel->requested, 1);
}

/* True once the end was asked for; false for NULL. */
static inline bool wrt_cancel_requested(const wrt_cancel *cancel) {
    return cancel != NULL && atomic_load(&cancel->requested) != 0;
}

#endif
