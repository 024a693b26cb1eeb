/* ingest_names.c: the spellings by which a node is found, each with its comparison key (names
 * folded, ids in lower case); kg/names/names.c indexes the keys when all files are in. */
#include "kg/ingest/ingest.h"

#include "kg/names/curie.h"
#include "kg/names/resolve.h"

enum { NAME_MAX_BYTES = 4096 };

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
        wrt_stmt_bind_text(ingest->name_add, 1, wrt_buf_str(&key));
        wrt_stmt_bind_int(ingest->name_add, 2, how);
        wrt_stmt_bind_int(ingest->name_add, 3, node);
        wrt_stmt_bind_text(ingest->name_add, 4, text);
        status = wrt_stmt_run(ingest->name_add, err);
    }
    wrt_buf_free(&key);
    return status;
}
