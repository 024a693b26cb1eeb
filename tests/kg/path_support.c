/* path_support.c: see path_support.h. */
#include "tests/kg/path_support.h"

#include "base/db.h"

#include <string.h>

enum { RECORD = 24, BOTH_AT = 22, EVIDENCE_AT = 23 };

wrt_json *ask_paths(wrt_kg_path_stats *stats, wrt_kg *kg, const char *from, const char *to,
                    const wrt_kg_path_options *options) {
    wrt_json *out = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_kg_paths(&out, stats, kg, from, to, options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return out;
}

void assert_paths(const wrt_json *list, const char *expected) {
    wrt_buf got = wrt_buf_make(1 << 16);
    WRT_JSON_EACH(path, list) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
            if (edge != wrt_json_first(wrt_json_get(path, "edges")))
                wrt_buf_add_char(&got, ' ');
            wrt_buf_add_c(&got, wrt_json_get_text(edge, "id", "?"));
        }
        wrt_buf_add_char(&got, ';');
    }
    assert_string_equal(got.len > 0 ? got.ptr : "", expected);
    wrt_buf_free(&got);
}

/* Rewrites one chunk; returns how many records it holds. */
static size_t patch_chunk(wrt_buf *out, wrt_str arcs, const bool *both,
                          const unsigned char *evidence, size_t left) {
    size_t n = arcs.len / RECORD;
    assert_true(n <= left);
    wrt_buf_clear(out);
    for (size_t i = 0; i < n; i++) {
        unsigned char record[RECORD];
        memcpy(record, arcs.ptr + i * RECORD, RECORD);
        record[BOTH_AT] = both[i];
        record[EVIDENCE_AT] = evidence[i];
        wrt_buf_add(out, record, RECORD);
    }
    return n;
}

void patch_adjacency(const scratch *s, const bool *both, const unsigned char *evidence, size_t n) {
    wrt_db *db = NULL;
    wrt_stmt *select = NULL, *update = NULL;
    bool row = false;
    size_t done = 0;
    wrt_buf arcs = wrt_buf_make(WRT_MIB(64));
    assert_int_equal(wrt_db_open(&db, s->db, WRT_DB_WRITE, NULL), WRT_OK);
    assert_int_equal(
        wrt_db_prepare(&select, db, "SELECT n, arcs FROM adjacency WHERE n>=?1 ORDER BY n", NULL),
        WRT_OK);
    assert_int_equal(wrt_db_prepare(&update, db, "UPDATE adjacency SET arcs=?2 WHERE n=?1", NULL),
                     WRT_OK);
    for (int64_t chunk = 0; done < n; chunk++) {
        wrt_stmt_bind_int(select, 1, chunk);
        assert_int_equal(wrt_stmt_step(&row, select, NULL), WRT_OK);
        assert_true(row);
        done +=
            patch_chunk(&arcs, wrt_stmt_blob(select, 1), both + done, evidence + done, n - done);
        wrt_stmt_reset(select);
        wrt_stmt_bind_int(update, 1, chunk);
        wrt_stmt_bind_blob(update, 2, wrt_buf_str(&arcs));
        assert_int_equal(wrt_stmt_run(update, NULL), WRT_OK);
    }
    wrt_stmt_free(select);
    wrt_stmt_free(update);
    wrt_db_close(db);
    wrt_buf_free(&arcs);
}
