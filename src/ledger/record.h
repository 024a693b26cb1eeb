/* record.h: the events of a run that are there already, and how far they have been made again.
 * Internal to the ledger.
 *
 * A run that goes on, and a run that is rehearsed, make every event anew from the beginning. As
 * long as the record holds an event at this place, the new one is compared with it instead of
 * written: the journal is the only input and the only output. */
#ifndef WRT_LEDGER_RECORD_H
#define WRT_LEDGER_RECORD_H

#include "ledger/ledger.h"

typedef struct {
    wrt_json *own;         /* array of events, or NULL when the caller owns them */
    const wrt_json *start; /* body of run.start; NULL: nothing is recorded */
    const wrt_json *next;  /* the first that has not been made again; NULL: none is left */
    bool is_whole;         /* a rehearsal: what is not recorded must not happen */
    wrt_blob_source source;
    wrt_err difference; /* the first one found; code WRT_OK: none yet */
} wrt_record;

/* True when a new event is to be compared, not written. */
bool wrt_record_holds(const wrt_record *record);

/* Compares type and body with the next recorded event and moves on. WRT_E_INTEGRITY names the
 * event and the first member that differs; from then on nothing is compared or written any more.
 * *seq may be NULL. */
wrt_status wrt_record_compare(int64_t *seq, wrt_record *record, const char *type,
                              const wrt_json *body, wrt_err *err);

/* The next event of this type whose body has every member of `like`, or NULL. */
const wrt_json *wrt_record_find(const wrt_record *record, const char *type, const wrt_json *like);

#endif
