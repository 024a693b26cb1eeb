/* workfile.h: the copy of a graph file that is worked on; private to kg/.
 *
 *   kg.db         what readers open; never written to
 *   kg.db.import  the work: a copy, or new; takes the graph's place when it is complete
 *   kg.db.lock    empty; locked by who works
 */
#ifndef WRT_KG_WORKFILE_H
#define WRT_KG_WORKFILE_H

#include "base/err.h"

typedef struct {
    char *graph, *work, *lock, *journal; /* paths; journal is the work's */
    int lock_fd;
} wrt_kg_workfile;

/* Names the files and takes the lock. WRT_E_UNAVAILABLE when another process has it. */
wrt_status wrt_kg_workfile_open(wrt_kg_workfile *out, const char *graph, wrt_err *err);
void wrt_kg_workfile_close(wrt_kg_workfile *file); /* gives the lock back; accepts all zero */

/* Copies the graph to the work file, which must not be there; without a graph there is nothing to
 * copy. */
wrt_status wrt_kg_workfile_copy(const wrt_kg_workfile *file, wrt_err *err);
void wrt_kg_workfile_discard(const wrt_kg_workfile *file);
/* Makes the work durable and puts it into the graph's place. Its database must be closed. */
wrt_status wrt_kg_workfile_publish(const wrt_kg_workfile *file, wrt_err *err);

#endif
