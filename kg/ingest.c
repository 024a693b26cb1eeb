/* ingest.c: what nodes and edges share on their way into the tables.
 *
 * Terms are interned through a hash table over the store's term list, so that a column of repeated
 * texts costs no query. Memory is that of the distinct terms. */
#include "kg/ingest.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024, COLUMN_NAME_MAX = 4096 };

/* ---- terms */

/* FNV-1a, 64 bits. */
static uint64_t hash_text(wrt_str text) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211u;
    return hash ^ hash >> 32;
}

/* Slot that holds the text, or the free slot where it belongs. */
static size_t find_slot(const wrt_kg_ingest *ingest, wrt_str text) {
    size_t mask = ingest->n_slots - 1, slot = (size_t)hash_text(text) & mask;
    while (ingest->slots[slot] != 0 &&
           !wrt_str_equal_c(text, ingest->store->terms[ingest->slots[slot] - 1]))
        slot = (slot + 1) & mask;
    return slot;
}

static void rebuild_slots(wrt_kg_ingest *ingest) {
    size_t n = FIRST_SLOTS;
    while (n < ingest->store->n_terms * 2 + 2)
        n *= 2;
    free(ingest->slots);
    ingest->slots = wrt_calloc(n, sizeof *ingest->slots);
    ingest->n_slots = n;
    for (size_t i = 0; i < ingest->store->n_terms; i++)
        ingest->slots[find_slot(ingest, wrt_str_of(ingest->store->terms[i]))] = (uint32_t)i + 1;
}

wrt_status wrt_kg_intern(uint32_t *out, wrt_kg_ingest *ingest, wrt_str text, wrt_err *err) {
    *out = 0;
    if (text.len == 0)
        return WRT_OK;
    size_t slot = find_slot(ingest, text);
    if (ingest->slots[slot] != 0) {
        *out = ingest->slots[slot];
        return WRT_OK;
    }
    wrt_kg_store *store = ingest->store;
    wrt_stmt_bind_int(ingest->term_add, 1, (int64_t)store->n_terms + 1);
    wrt_stmt_bind_text(ingest->term_add, 2, text);
    wrt_status status = wrt_stmt_run(ingest->term_add, err);
    if (status != WRT_OK)
        return status;
    wrt_kg_term_add(store, text);
    *out = (uint32_t)store->n_terms;
    ingest->slots[slot] = *out;
    if (store->n_terms * 2 > ingest->n_slots)
        rebuild_slots(ingest);
    return WRT_OK;
}

/* ---- life */

static wrt_status prepare_all(wrt_kg_ingest *g, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&g->term_add, "INSERT INTO term(n, text) VALUES(?1, ?2)"},
        {&g->node_find, "SELECT n FROM node WHERE id=?1"},
        {&g->node_get, "SELECT name, kind, declared, attributes FROM node WHERE n=?1"},
        {&g->node_add, "INSERT INTO node(id, name, kind, declared, attributes)"
                       " VALUES(?1, ?2, ?3, ?4, ?5)"},
        {&g->node_update, "UPDATE node SET name=?2, kind=?3, declared=1, attributes=?4 WHERE n=?1"},
        {&g->name_add, "INSERT OR IGNORE INTO name(key, how, node, text) VALUES(?1, ?2, ?3, ?4)"},
        {&g->edge_add,
         "INSERT OR IGNORE INTO edge(id, subject, object, predicate, original, sign, causal,"
         " level, agent, primary_source, license, record, publications, attributes,"
         " source) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"
         " RETURNING n"},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        wrt_status status = wrt_db_prepare(list[i].out, g->store->db, list[i].sql, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_kg_ingest_new(wrt_kg_ingest **out, wrt_kg_store *store, int64_t source,
                             const char *source_id, const char *license, wrt_err *err) {
    *out = NULL;
    wrt_kg_ingest *ingest = wrt_calloc(1, sizeof *ingest);
    ingest->store = store;
    ingest->source = source;
    ingest->source_id = wrt_str_of(source_id);
    ingest->license = wrt_str_of(license);
    ingest->counts.skipped = wrt_json_new_array();
    rebuild_slots(ingest);
    wrt_status status = prepare_all(ingest, err);
    if (status != WRT_OK) {
        wrt_kg_ingest_free(ingest);
        return status;
    }
    *out = ingest;
    return WRT_OK;
}

void wrt_kg_ingest_free(wrt_kg_ingest *ingest) {
    if (ingest == NULL)
        return;
    wrt_stmt_free(ingest->term_add);
    wrt_stmt_free(ingest->node_find);
    wrt_stmt_free(ingest->node_get);
    wrt_stmt_free(ingest->node_add);
    wrt_stmt_free(ingest->node_update);
    wrt_stmt_free(ingest->name_add);
    wrt_stmt_free(ingest->edge_add);
    wrt_json_free(ingest->counts.skipped);
    free(ingest->slots);
    free(ingest);
}

const wrt_kg_ingest_counts *wrt_kg_ingest_result(const wrt_kg_ingest *ingest) {
    return &ingest->counts;
}

void wrt_kg_ingest_skip(wrt_kg_ingest *ingest, const wrt_kgx *file, const char *reason) {
    if (ingest->counts.n_skipped++ >= WRT_KG_SKIPPED_LISTED)
        return;
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "file", wrt_kgx_name(file));
    wrt_json_set_int(entry, "line", (int64_t)wrt_kgx_line(file));
    wrt_json_set_text(entry, "reason", reason);
    wrt_json_push(ingest->counts.skipped, entry);
}

/* ---- attributes */

/* Slots that the Biolink model declares multivalued; free text among the others may hold '|'. */
static const char *const list_columns[] = {
    "category",   "provided_by", "publications",           "aggregator_knowledge_source",
    "qualifiers", "same_as",     "has_evidence",           "in_taxon",
    "xref",       "synonym",     "equivalent_identifiers",
};
static const char *const text_columns[] = {"description", "iri", "name", "full_name", "symbol"};

static bool is_one_of(wrt_str text, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (wrt_str_equal_c(text, list[i]))
            return true;
    return false;
}

void wrt_kg_ingest_attribute(wrt_json *attributes, wrt_str column, wrt_str cell) {
    char name[COLUMN_NAME_MAX + 1];
    size_t len = column.len < COLUMN_NAME_MAX ? column.len : COLUMN_NAME_MAX;
    while (len > 0 && len < column.len && ((unsigned char)column.ptr[len] & 0xc0) == 0x80)
        len--;
    memcpy(name, column.ptr, len);
    name[len] = '\0';
    bool holds_bar = memchr(cell.ptr, '|', cell.len) != NULL;
    bool is_list = is_one_of(column, list_columns, sizeof list_columns / sizeof list_columns[0]) ||
                   (holds_bar &&
                    !is_one_of(column, text_columns, sizeof text_columns / sizeof text_columns[0]));
    if (!is_list) {
        wrt_json_set(attributes, name, wrt_json_new_text(cell));
        return;
    }
    wrt_json *list = wrt_json_new_array();
    wrt_str item, rest = cell;
    while (wrt_str_cut(&item, &rest, '|')) {
        item = wrt_str_trim(item);
        if (item.len > 0)
            wrt_json_push(list, wrt_json_new_text(item));
    }
    wrt_json_set(attributes, name, list);
}
