/* ingest_names.c: the spellings by which a node is found, each with its comparison key (names
 * folded, ids in lower case) and the trigrams of that key. */
#include "kg/ingest.h"

#include "kg/resolve.h"
#include "kg/trigram.h"

enum { NAME_MAX_BYTES = 4096 };

static wrt_status add_grams(wrt_kg_ingest *ingest, wrt_str key, int64_t name, wrt_err *err) {
    uint32_t grams[WRT_TRIGRAM_MAX];
    size_t n = wrt_trigrams(grams, key);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_stmt_bind_int(ingest->gram_add, 1, grams[i]);
        wrt_stmt_bind_int(ingest->gram_add, 2, name);
        status = wrt_stmt_run(ingest->gram_add, err);
    }
    return status;
}

wrt_status wrt_kg_ingest_name(wrt_kg_ingest *ingest, int64_t node, int how, wrt_str text,
                              wrt_err *err) {
    if (text.len == 0 || text.len > NAME_MAX_BYTES)
        return WRT_OK;
    wrt_buf key = wrt_buf_make(WRT_KIB(128));
    if (how == WRT_KG_MATCH_ID || how == WRT_KG_MATCH_XREF)
        wrt_kg_fold_id(&key, text);
    else
        wrt_kg_fold(&key, text);
    wrt_status status = WRT_OK;
    if (key.len > 0) {
        bool added = false;
        wrt_stmt_bind_text(ingest->name_add, 1, wrt_buf_str(&key));
        wrt_stmt_bind_int(ingest->name_add, 2, how);
        wrt_stmt_bind_int(ingest->name_add, 3, node);
        wrt_stmt_bind_text(ingest->name_add, 4, text);
        status = wrt_stmt_step(&added, ingest->name_add, err);
        int64_t n = status == WRT_OK && added ? wrt_stmt_int(ingest->name_add, 0) : 0;
        wrt_stmt_reset(ingest->name_add);
        if (n > 0 && (how == WRT_KG_MATCH_NAME || how == WRT_KG_MATCH_SYNONYM))
            status = add_grams(ingest, wrt_buf_str(&key), n, err);
    }
    wrt_buf_free(&key);
    return status;
}
