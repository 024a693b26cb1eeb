/* import_files.h: graph files for benchmarks, imported from the files under WARRANT_SHARED. */
#ifndef TESTS_BENCH_IMPORT_FILES_H
#define TESTS_BENCH_IMPORT_FILES_H

#include "base/err.h"

enum { IMPORT_FILES_MAX = 16, IMPORT_PATH_MAX = 1024 };

/* "$WARRANT_SHARED/data/kg/NAME", "../shared" without the variable; out has IMPORT_PATH_MAX. */
void import_shared_path(char *out, const char *name);

/* Imports files (names under data/kg, NULL-terminated) into the graph file at db, one source for
 * all; the format of each is guessed from its content. */
wrt_status import_shared_files(const char *db, const char *source, const char *const *names,
                               wrt_err *err);

#endif
