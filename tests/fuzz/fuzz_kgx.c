/* fuzz_kgx.c: bytes as a KGX file, imported into a graph file, exported and imported again.
 *
 * Whatever the bytes are: nothing crashes; an error is one line; what was stored recomputes to the
 * snapshot that was written, and so does what was exported. */
#include "base/file.h"
#include "base/hash.h"
#include "kg/formats/formats.h"
#include "kg/ingest/import.h"
#include "kg/kg.h"
#include "kg/store/export.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    char folder[32], input[64], db[64], nodes[64], edges[64], again[64];
} room;

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_error(const wrt_err *err, wrt_status status) {
    check(err->code == status && err->message[0] != '\0' && strchr(err->message, '\n') == NULL);
}

static wrt_status read_kgx(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                           wrt_err *err) {
    const wrt_kg_format_options options = {.map = NULL};
    (void)ctx;
    return wrt_kg_format_find(WRT_STR("kgx"))->read(sink, input, &options, err);
}

/* The snapshot id of the graph that the files give; false when the import is refused. */
static bool import(char snapshot[WRT_SHA256_HEX + 1], const char *db, const char *const *paths,
                   size_t n) {
    wrt_kg_import_file files[2];
    wrt_json *report = NULL;
    wrt_err err = {.code = WRT_OK};
    for (size_t i = 0; i < n; i++)
        files[i] =
            (wrt_kg_import_file){paths[i], i == 0 ? "kgx nodes" : "kgx edges", read_kgx, NULL};
    const wrt_kg_import_job job = {.files = files, .n_files = n, .source = "fuzz", .version = "1"};
    wrt_status status = wrt_kg_import(&report, db, &job, &err);
    if (status == WRT_OK)
        snprintf(snapshot, WRT_SHA256_HEX + 1, "%s", wrt_json_get_text(report, "snapshot", ""));
    else
        check_error(&err, status);
    wrt_json_free(report);
    return status == WRT_OK;
}

static void check_graph(const room *r, const char *snapshot) {
    wrt_kg *kg = NULL;
    char second[WRT_SHA256_HEX + 1] = "";
    check(wrt_kg_open(&kg, r->db, NULL) == WRT_OK);
    check(wrt_kg_export(NULL, kg, WRT_KG_EXPORT_TSV, r->nodes, r->edges, NULL) == WRT_OK);
    wrt_kg_close(kg);
    check(import(second, r->again, (const char *const[]){r->nodes, r->edges}, 2));
    check(strcmp(snapshot, second) == 0);
}

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    room r;
    char snapshot[WRT_SHA256_HEX + 1] = "";
    wrt_crypto_init();
    snprintf(r.folder, sizeof r.folder, "/tmp/wrt-fuzz-XXXXXX");
    check(mkdtemp(r.folder) != NULL);
    snprintf(r.input, sizeof r.input, "%s/in", r.folder);
    snprintf(r.db, sizeof r.db, "%s/kg.db", r.folder);
    snprintf(r.nodes, sizeof r.nodes, "%s/nodes", r.folder);
    snprintf(r.edges, sizeof r.edges, "%s/edges", r.folder);
    snprintf(r.again, sizeof r.again, "%s/again.db", r.folder);
    check(wrt_file_write(r.input, (wrt_str){(const char *)data, size}, 0600, NULL) == WRT_OK);
    if (import(snapshot, r.db, (const char *const[]){r.input}, 1))
        check_graph(&r, snapshot);
    wrt_dir_each(r.folder, remove_entry, r.folder, NULL);
    rmdir(r.folder);
    return 0;
}
