/* support.h: a temporary folder with graph files, for the tests of kg/. */
#ifndef TESTS_KG_SUPPORT_H
#define TESTS_KG_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kg/ingest/import.h"
#include "kg/kg.h"
#include "kg/names/resolve.h"
#include "kg/paths/paths.h"

typedef struct {
    char folder[256];
    char db[320]; /* folder/kg.db */
} scratch;

scratch scratch_make(void);
void scratch_remove(const scratch *s); /* with everything in it */

/* Path of a file of the folder; valid until the fourth next call. */
const char *scratch_path(const scratch *s, const char *name);
/* Writes it and returns its path; NULL text writes nothing and gives NULL. */
const char *scratch_write(const scratch *s, const char *name, const char *text);

/* Imports the texts as nodes.tsv and edges.tsv under a source name, strictly; *report may be
 * NULL. */
wrt_status import_text(wrt_json **report, const scratch *s, const char *nodes, const char *edges,
                       const char *source, wrt_err *err);
/* The same, and it must succeed. */
void import_ok(const scratch *s, const char *nodes, const char *edges);
wrt_kg *open_ok(const scratch *s);

/* "$WARRANT_SHARED/data/kg/NAME", or NULL after saying so when the folder is not there. */
const char *shared_path(const char *name);

#endif
