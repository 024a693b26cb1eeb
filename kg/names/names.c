/* names.c: see names.h. */
#include "kg/names/names.h"

#include "kg/names/loose.h"
#include "kg/store/store.h"

#include <stdio.h>
#include <stdlib.h>

static const char TABLES[] =
    "CREATE VIRTUAL TABLE IF NOT EXISTS name_gram USING fts5(key, content='', columnsize=0,"
    " detail=none, tokenize='trigram case_sensitive 1');"
    "CREATE VIRTUAL TABLE IF NOT EXISTS name_gram_terms USING fts5vocab('name_gram', 'row');"
    "CREATE TABLE IF NOT EXISTS gram_count(gram TEXT PRIMARY KEY, names INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS loose(key TEXT NOT NULL, name INTEGER NOT NULL,"
    " PRIMARY KEY(key, name)) WITHOUT ROWID;";

enum { KEY_MAX = 1 << 17, PADDED_MAX = KEY_MAX + 2 };

typedef struct {
    wrt_stmt *names, *gram_add, *loose_add;
    wrt_buf padded, loose;
} indexer;

static wrt_status index_name(indexer *x, int64_t n, wrt_str key, wrt_err *err) {
    wrt_buf_clear(&x->padded);
    wrt_buf_add_char(&x->padded, ' ');
    wrt_buf_add_str(&x->padded, key);
    wrt_buf_add_char(&x->padded, ' ');
    wrt_stmt_bind_int(x->gram_add, 1, n);
    wrt_stmt_bind_text(x->gram_add, 2, wrt_buf_str(&x->padded));
    wrt_status status = wrt_stmt_run(x->gram_add, err);
    wrt_buf_clear(&x->loose);
    wrt_kg_loosen(&x->loose, key, WRT_KG_LOOSE_SALT);
    wrt_str loose = wrt_buf_str(&x->loose);
    if (status != WRT_OK || loose.len == 0 || wrt_str_equal(loose, key))
        return status;
    wrt_stmt_bind_text(x->loose_add, 1, loose);
    wrt_stmt_bind_int(x->loose_add, 2, n);
    return wrt_stmt_run(x->loose_add, err);
}

static wrt_status index_rows(indexer *x, wrt_db *db, int64_t *last, wrt_err *err) {
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &x->names, db, "SELECT n, key FROM name WHERE n>?1 AND how IN (1, 2) ORDER BY n", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&x->gram_add, db,
                                "INSERT INTO name_gram(rowid, key) VALUES(?1, ?2)", err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&x->loose_add, db,
                                "INSERT OR IGNORE INTO loose(key, name) VALUES(?1, ?2)", err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_int(x->names, 1, *last);
    while ((status = wrt_stmt_step(&row, x->names, err)) == WRT_OK && row) {
        *last = wrt_stmt_int(x->names, 0);
        if ((status = index_name(x, *last, wrt_stmt_text(x->names, 1), err)) != WRT_OK)
            return status;
    }
    return status;
}

static wrt_status last_indexed(int64_t *out, wrt_db *db, wrt_err *err) {
    char *text = NULL;
    wrt_status status = wrt_kg_meta_get(&text, db, "names_indexed", err);
    *out = 0;
    if (status == WRT_OK)
        (void)wrt_str_to_int64(out, wrt_str_of(text));
    free(text);
    return status;
}

wrt_status wrt_kg_names_index(wrt_db *db, wrt_err *err) {
    indexer x = {.padded = wrt_buf_make(PADDED_MAX), .loose = wrt_buf_make(KEY_MAX)};
    int64_t before = 0, last = 0;
    wrt_status status = wrt_db_exec(db, TABLES, err);
    if (status == WRT_OK)
        status = last_indexed(&before, db, err);
    last = before;
    if (status == WRT_OK)
        status = index_rows(&x, db, &last, err);
    wrt_stmt_free(x.names);
    wrt_stmt_free(x.gram_add);
    wrt_stmt_free(x.loose_add);
    wrt_buf_free(&x.padded);
    wrt_buf_free(&x.loose);
    if (status != WRT_OK || last == before)
        return status;
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)last);
    status = wrt_db_exec(db,
                         "DELETE FROM gram_count;"
                         "INSERT INTO gram_count SELECT term, doc FROM name_gram_terms;",
                         err);
    return status == WRT_OK ? wrt_kg_meta_set(db, "names_indexed", text, err) : status;
}
