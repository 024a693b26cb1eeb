/* import_files.c: see import_files.h. */
#include "tests/bench/import_files.h"

#include "kg/formats/formats.h"
#include "kg/ingest/import.h"

#include <stdio.h>
#include <stdlib.h>

void import_shared_path(char *out, const char *name) {
    const char *shared = getenv("WARRANT_SHARED");
    snprintf(out, IMPORT_PATH_MAX, "%s/data/kg/%s", shared != NULL ? shared : "../shared", name);
}

static wrt_status read_any(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                           wrt_err *err) {
    const wrt_kg_format *format = ctx;
    const wrt_kg_format_options options = {.map = NULL};
    return format->read(sink, input, &options, err);
}

wrt_status import_shared_files(const char *db, const char *source, const char *const *names,
                               wrt_err *err) {
    static char paths[IMPORT_FILES_MAX][IMPORT_PATH_MAX], roles[IMPORT_FILES_MAX][64];
    wrt_kg_import_file files[IMPORT_FILES_MAX];
    size_t n = 0;
    wrt_json *report = NULL;
    for (; names[n] != NULL && n < IMPORT_FILES_MAX; n++) {
        const wrt_kg_format *format = NULL;
        const char *role = NULL;
        import_shared_path(paths[n], names[n]);
        wrt_status status = wrt_kg_format_of_file(&format, &role, NULL, paths[n], err);
        if (status != WRT_OK)
            return status;
        snprintf(roles[n], sizeof roles[n], "%s %s", format->name, role);
        files[n] = (wrt_kg_import_file){paths[n], roles[n], read_any, format};
    }
    const wrt_kg_import_job job = {.files = files, .n_files = n, .source = source, .version = "1"};
    wrt_status status = wrt_kg_import(&report, db, &job, err);
    wrt_json_free(report);
    return status;
}
