/* fuzz_kgx.c: KGX TSV, read as a nodes file and as an edges file into a graph in memory.
 *
 * Whatever the bytes are: nothing crashes; an error is one line; folded cells are valid UTF-8
 * without stray blanks; and what was stored reads back to the snapshot that was written. */
#include "kg/ingest.h"
#include "kg/kgx.h"
#include "kg/resolve.h"
#include "kg/snapshot.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_error(const wrt_err *err, wrt_status status) {
    check(err->code == status && err->message[0] != '\0' && strchr(err->message, '\n') == NULL);
}

static void check_fold(wrt_str cell) {
    wrt_buf folded = wrt_buf_make(WRT_MIB(64));
    wrt_kg_fold(&folded, cell);
    check(wrt_utf8_valid(wrt_buf_str(&folded)));
    if (folded.len > 0)
        check(folded.ptr[0] != ' ' && folded.ptr[folded.len - 1] != ' ' &&
              strstr(folded.ptr, "  ") == NULL);
    wrt_buf_free(&folded);
}

static void check_cells(wrt_str text) {
    wrt_kgx *file = NULL;
    wrt_err err = {.code = WRT_OK};
    bool row = false;
    wrt_status status = wrt_kgx_open_text(&file, text, "f.tsv", &err);
    while (status == WRT_OK && (status = wrt_kgx_next(&row, file, &err)) == WRT_OK && row)
        for (size_t i = 0; i < wrt_kgx_columns(file); i++)
            check_fold(wrt_kgx_cell(file, i));
    if (status != WRT_OK)
        check_error(&err, status);
    wrt_kgx_close(file);
}

static wrt_status ingest(wrt_kg_store *store, wrt_str text, bool as_nodes, wrt_err *err) {
    wrt_kg_ingest *into = NULL;
    wrt_kgx *file = NULL;
    wrt_status status = wrt_kgx_open_text(&file, text, "f.tsv", err);
    if (status == WRT_OK)
        status = wrt_kg_ingest_new(&into, store, 1, "fuzz", NULL, err);
    if (status == WRT_OK)
        status =
            as_nodes ? wrt_kg_ingest_nodes(into, file, err) : wrt_kg_ingest_edges(into, file, err);
    wrt_kg_ingest_free(into);
    wrt_kgx_close(file);
    return status;
}

static void check_graph(wrt_str text, bool as_nodes) {
    wrt_db *db = NULL;
    wrt_kg_store *store = NULL;
    wrt_err err = {.code = WRT_OK};
    char hex[WRT_SHA256_HEX + 1];
    check(wrt_db_open(&db, ":memory:", WRT_DB_CREATE, NULL) == WRT_OK);
    check(wrt_db_begin(db, NULL) == WRT_OK);
    check(wrt_kg_schema_ensure(db, "f.db", NULL) == WRT_OK);
    check(wrt_db_exec(db, "INSERT INTO source(n, id, version) VALUES(1, 'fuzz', '1');", NULL) ==
          WRT_OK);
    check(wrt_kg_store_open(&store, db, "f.db", NULL) == WRT_OK);
    wrt_status status = ingest(store, text, as_nodes, &err);
    if (status == WRT_OK) {
        wrt_kg_snapshot_check again = {.n_edges = 0};
        check(wrt_kg_snapshot_write(hex, store, NULL) == WRT_OK);
        check(wrt_kg_snapshot_recompute(&again, store, NULL) == WRT_OK);
        check(strcmp(again.snapshot, hex) == 0 && again.adjacency_matches);
    } else {
        check_error(&err, status);
    }
    wrt_kg_store_close(store);
    wrt_db_rollback(db);
    wrt_db_close(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_crypto_init();
    check_cells(text);
    check_graph(text, true);
    check_graph(text, false);
    return 0;
}
