/* import_kgx.c: the common job of one nodes file and one edges file in KGX TSV. */
#include "kg/formats/formats.h"
#include "kg/ingest/import.h"

static wrt_status read_kgx(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                           wrt_err *err) {
    const wrt_kg_format *format = ctx;
    const wrt_kg_format_options options = {.map = NULL};
    return format->read(sink, input, &options, err);
}

wrt_status wrt_kg_import_kgx(wrt_json **report, const char *db_path,
                             const wrt_kg_import_options *options, wrt_err *err) {
    *report = NULL;
    const wrt_kg_format *kgx = wrt_kg_format_find(WRT_STR("kgx"));
    wrt_kg_import_file files[2];
    wrt_kg_import_job job = {
        .files = files,
        .source = options->source,
        .version = options->version,
        .license = options->license,
        .is_strict = options->is_strict,
    };
    if (options->nodes_path == NULL && options->edges_path == NULL)
        return wrt_fail(err, WRT_E_INPUT, "an import needs a nodes file, an edges file or both");
    if (options->nodes_path != NULL)
        files[job.n_files++] =
            (wrt_kg_import_file){options->nodes_path, "kgx nodes", read_kgx, kgx};
    if (options->edges_path != NULL)
        files[job.n_files++] =
            (wrt_kg_import_file){options->edges_path, "kgx edges", read_kgx, kgx};
    return wrt_kg_import(report, db_path, &job, err);
}
