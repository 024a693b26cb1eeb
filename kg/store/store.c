/* store.c: rows of a graph file as checked values; what is small is held in memory. */
#include "kg/store/store.h"

#include "base/str.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

enum { TERM_MAX = 1 << 24, RELATION_MAX = 1 << 24, SOURCE_MAX = 1 << 20 };

wrt_status wrt_kg_damaged(const wrt_kg_store *store, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s is damaged: %s", store->name, what);
}

/* ---- opening */

static char *copy_text(wrt_str text) {
    char *copy = wrt_calloc(text.len + 1, 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

/* The list with room for one more. */
static void *grow(void *list, size_t *room, size_t n, size_t size) {
    if (n < *room)
        return list;
    *room = *room == 0 ? 64 : *room * 2;
    return wrt_realloc(list, *room * size);
}

void wrt_kg_term_add(wrt_kg_store *store, wrt_str text) {
    store->terms = grow(store->terms, &store->room_terms, store->n_terms, sizeof *store->terms);
    store->terms[store->n_terms++] = copy_text(text);
}

void wrt_kg_relation_add(wrt_kg_store *store, const wrt_kg_relation_row *row) {
    store->relations = grow(store->relations, &store->room_relations, store->n_relations,
                            sizeof *store->relations);
    wrt_kg_relation_row *copy = &store->relations[store->n_relations++];
    *copy = *row;
    copy->qualifiers = row->qualifiers != NULL ? wrt_strdup(row->qualifiers) : NULL;
}

void wrt_kg_source_add(wrt_kg_store *store, wrt_str id, wrt_str version) {
    store->sources =
        grow(store->sources, &store->room_sources, store->n_sources, sizeof *store->sources);
    store->sources[store->n_sources++] =
        (wrt_kg_source_row){.id = copy_text(id), .version = copy_text(version)};
}

const wrt_kg_relation_row *wrt_kg_relation_at(const wrt_kg_store *store, uint32_t number) {
    return &store->relations[number - 1];
}

bool wrt_kg_is_clean(wrt_str text) {
    return (text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL) && wrt_utf8_valid(text);
}

static wrt_status load_terms(wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT n, text FROM term ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str text = wrt_stmt_text(stmt, 1);
        if (wrt_stmt_int(stmt, 0) != (int64_t)store->n_terms + 1 || store->n_terms >= TERM_MAX ||
            !wrt_kg_is_clean(text))
            status = wrt_kg_damaged(store, "its terms are not numbered in order", err);
        else
            wrt_kg_term_add(store, text);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_sources(wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db, "SELECT n, id, version FROM source ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_str id = wrt_stmt_text(stmt, 1), version = wrt_stmt_text(stmt, 2);
        if (wrt_stmt_int(stmt, 0) != (int64_t)store->n_sources + 1 ||
            store->n_sources >= SOURCE_MAX || !wrt_kg_is_clean(id) || !wrt_kg_is_clean(version))
            status = wrt_kg_damaged(store, "its sources are not numbered in order", err);
        else
            wrt_kg_source_add(store, id, version);
    }
    wrt_stmt_free(stmt);
    return status;
}

static bool is_term(const wrt_kg_store *store, int64_t term, int64_t least) {
    return term >= least && (uint64_t)term <= store->n_terms;
}

/* Columns: n, seven terms, source, qualifiers, sign, causal, symmetric. */
static bool read_relation(wrt_kg_relation_row *row, const wrt_kg_store *store, wrt_stmt *stmt) {
    int64_t sign = wrt_stmt_int(stmt, 10), source = wrt_stmt_int(stmt, 8);
    wrt_str qualifiers = wrt_stmt_text(stmt, 9);
    for (int i = 1; i <= 7; i++)
        if (!is_term(store, wrt_stmt_int(stmt, i), i == 1 ? 1 : 0))
            return false;
    if (source < 1 || (uint64_t)source > store->n_sources || !wrt_kg_is_clean(qualifiers) ||
        (!wrt_stmt_is_null(stmt, 10) && (sign < -1 || sign > 1)))
        return false;
    *row = (wrt_kg_relation_row){
        .predicate = (uint32_t)wrt_stmt_int(stmt, 1),
        .original = (uint32_t)wrt_stmt_int(stmt, 2),
        .level = (uint32_t)wrt_stmt_int(stmt, 3),
        .agent = (uint32_t)wrt_stmt_int(stmt, 4),
        .primary = (uint32_t)wrt_stmt_int(stmt, 5),
        .aggregator = (uint32_t)wrt_stmt_int(stmt, 6),
        .license = (uint32_t)wrt_stmt_int(stmt, 7),
        .source = (uint32_t)source,
        .sign = wrt_stmt_is_null(stmt, 10) ? WRT_KG_SIGN_UNKNOWN : (int)sign,
        .is_causal = wrt_stmt_int(stmt, 11) != 0,
        .is_symmetric = wrt_stmt_int(stmt, 12) != 0,
    };
    return true;
}

static wrt_status load_relations(wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(
        &stmt, store->db,
        "SELECT n, predicate, original, level, agent, primary_source, aggregator, license, source,"
        " qualifiers, sign, causal, symmetric FROM relation ORDER BY n",
        err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        wrt_kg_relation_row relation;
        if (wrt_stmt_int(stmt, 0) != (int64_t)store->n_relations + 1 ||
            store->n_relations >= RELATION_MAX || !read_relation(&relation, store, stmt)) {
            status = wrt_kg_damaged(store, "its relations hold impossible values", err);
            continue;
        }
        char *qualifiers = copy_text(wrt_stmt_text(stmt, 9));
        relation.qualifiers = qualifiers[0] != '\0' ? qualifiers : NULL;
        wrt_kg_relation_add(store, &relation);
        free(qualifiers);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status load_retractions(wrt_kg_store *store, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    size_t room = 0;
    char *list = NULL;
    wrt_status status = wrt_kg_meta_get(&list, store->db, "retractions", err);
    store->has_retractions = status == WRT_OK && list[0] != '\0';
    free(list);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, store->db, "SELECT pmid FROM retraction ORDER BY pmid", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        store->retracted =
            grow(store->retracted, &room, store->n_retracted, sizeof *store->retracted);
        store->retracted[store->n_retracted++] = wrt_stmt_int(stmt, 0);
    }
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status prepare_all(wrt_kg_store *s, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&s->node_by_n, "SELECT id, name, kind FROM node WHERE n=?1"},
        {&s->node_by_id, "SELECT n FROM node WHERE id=?1"},
        {&s->node_by_any_case, "SELECT n FROM node WHERE id=?1 COLLATE NOCASE LIMIT 2"},
        {&s->edge_by_n, "SELECT " WRT_KG_EDGE_COLUMNS " FROM edge WHERE n=?1"},
        {&s->supports_of, "SELECT relation, flags, record, publications, attributes FROM support"
                          " WHERE edge=?1"},
        {&s->names_by_node, "SELECT how, text FROM name WHERE node=?1 ORDER BY how, n"},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        wrt_status status = wrt_db_prepare(list[i].out, s->db, list[i].sql, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_kg_store_open(wrt_kg_store **out, wrt_db *db, const char *name, wrt_err *err) {
    *out = NULL;
    wrt_kg_store *store = wrt_calloc(1, sizeof *store);
    store->db = db;
    store->name = wrt_strdup(name);
    wrt_status status = load_terms(store, err);
    if (status == WRT_OK)
        status = load_sources(store, err);
    if (status == WRT_OK)
        status = load_relations(store, err);
    if (status == WRT_OK)
        status = load_retractions(store, err);
    if (status == WRT_OK)
        status = prepare_all(store, err);
    if (status != WRT_OK) {
        wrt_kg_store_close(store);
        return status;
    }
    *out = store;
    return WRT_OK;
}

void wrt_kg_store_close(wrt_kg_store *store) {
    if (store == NULL)
        return;
    wrt_stmt_free(store->node_by_n);
    wrt_stmt_free(store->node_by_id);
    wrt_stmt_free(store->node_by_any_case);
    wrt_stmt_free(store->edge_by_n);
    wrt_stmt_free(store->supports_of);
    wrt_stmt_free(store->names_by_node);
    for (size_t i = 0; i < store->n_terms; i++)
        free(store->terms[i]);
    for (size_t i = 0; i < store->n_relations; i++)
        free(store->relations[i].qualifiers);
    for (size_t i = 0; i < store->n_sources; i++) {
        free(store->sources[i].id);
        free(store->sources[i].version);
    }
    free(store->terms);
    free(store->relations);
    free(store->sources);
    free(store->retracted);
    free(store->name);
    free(store);
}

const char *wrt_kg_term(const wrt_kg_store *store, uint32_t term) {
    if (term == 0)
        return "";
    return term <= store->n_terms ? store->terms[term - 1] : NULL;
}

/* ---- nodes */

wrt_status wrt_kg_node_brief(wrt_json **out, wrt_kg_store *store, int64_t n, wrt_err *err) {
    *out = NULL;
    wrt_stmt *stmt = store->node_by_n;
    wrt_stmt_bind_int(stmt, 1, n);
    bool row = false;
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && !row)
        status = wrt_kg_damaged(store, "an edge ends at a node that is not there", err);
    if (status == WRT_OK) {
        wrt_str id = wrt_stmt_text(stmt, 0), name = wrt_stmt_text(stmt, 1);
        int64_t kind = wrt_stmt_int(stmt, 2);
        if (!wrt_kg_is_clean(id) || !wrt_kg_is_clean(name) || kind < 1 ||
            (uint64_t)kind > store->n_terms) {
            status = wrt_kg_damaged(store, "a node holds impossible values", err);
        } else {
            *out = wrt_json_new_object();
            wrt_json_set(*out, "id", wrt_json_new_text(id));
            wrt_json_set(*out, "name", wrt_json_new_text(name.len > 0 ? name : id));
            wrt_json_set_text(*out, "kind", wrt_kg_term(store, (uint32_t)kind));
        }
    }
    wrt_stmt_reset(stmt);
    return status;
}

/* How many rows (0, 1, 2) a node lookup gives, and the number of the first. */
static wrt_status look_up(int *rows, int64_t *n, wrt_stmt *stmt, const char *id, wrt_err *err) {
    *rows = 0;
    wrt_stmt_bind_c(stmt, 1, id);
    bool row = false;
    wrt_status status = WRT_OK;
    while (*rows < 2 && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        if ((*rows)++ == 0)
            *n = wrt_stmt_int(stmt, 0);
    wrt_stmt_reset(stmt);
    return status;
}

wrt_status wrt_kg_node_find(int64_t *n, wrt_kg_store *store, const char *id, wrt_err *err) {
    int rows = 0;
    *n = 0;
    wrt_status status = look_up(&rows, n, store->node_by_id, id, err);
    if (status == WRT_OK && rows == 0)
        status = look_up(&rows, n, store->node_by_any_case, id, err);
    if (status == WRT_OK && rows != 1)
        status = wrt_fail(err, WRT_E_NOT_FOUND,
                          "no node \"%.200s\" in the graph: give an id such as \"MESH:D008687\", "
                          "or resolve a name first",
                          id);
    return status;
}

/* ---- edges */

static bool row_is_sane(const wrt_kg_store *store, wrt_stmt *stmt, const wrt_kg_edge_row *row) {
    int64_t relation = wrt_stmt_int(stmt, 5);
    return row->n > 0 && row->subject > 0 && row->object > 0 && relation >= 1 &&
           (uint64_t)relation <= store->n_relations && row->extra >= 0 && row->extra <= INT32_MAX &&
           wrt_kg_is_clean(row->stated_id) && wrt_kg_is_clean(row->best.record) &&
           wrt_kg_is_clean(row->best.publications) && wrt_kg_is_clean(row->best.attributes);
}

wrt_status wrt_kg_edge_read(wrt_kg_edge_row *row, wrt_kg_store *store, wrt_stmt *stmt,
                            wrt_err *err) {
    *row = (wrt_kg_edge_row){
        .n = wrt_stmt_int(stmt, 0),
        .key = (uint64_t)wrt_stmt_int(stmt, 1),
        .stated_id = wrt_stmt_text(stmt, 2),
        .subject = wrt_stmt_int(stmt, 3),
        .object = wrt_stmt_int(stmt, 4),
        .extra = wrt_stmt_int(stmt, 6),
        .best = {.relation = (uint32_t)wrt_stmt_int(stmt, 5),
                 .flags = (unsigned)wrt_stmt_int(stmt, 7) & 3u,
                 .record = wrt_stmt_text(stmt, 8),
                 .publications = wrt_stmt_text(stmt, 9),
                 .attributes = wrt_stmt_text(stmt, 10)},
    };
    if (!row_is_sane(store, stmt, row))
        return wrt_kg_damaged(store, "an edge holds impossible values", err);
    return WRT_OK;
}

wrt_status wrt_kg_edge_row_at(wrt_kg_edge_row *row, wrt_kg_store *store, int64_t n, wrt_err *err) {
    bool got = false;
    wrt_stmt_bind_int(store->edge_by_n, 1, n);
    wrt_status status = wrt_stmt_step(&got, store->edge_by_n, err);
    if (status == WRT_OK && !got)
        status = wrt_kg_damaged(store, "an edge of the adjacency is not there", err);
    return status == WRT_OK ? wrt_kg_edge_read(row, store, store->edge_by_n, err) : status;
}

wrt_str wrt_kg_edge_id(char made[WRT_KG_MADE_ID + 1], const wrt_kg_edge_row *row) {
    if (row->stated_id.len > 0)
        return row->stated_id;
    static const char prefix[] = WRT_KG_MADE_PREFIX, digits[] = "0123456789abcdef";
    memcpy(made, prefix, sizeof prefix);
    for (size_t i = 0; i < 16; i++)
        made[sizeof prefix - 1 + i] = digits[row->key >> (60 - 4 * i) & 15];
    made[WRT_KG_MADE_ID] = '\0';
    return (wrt_str){made, WRT_KG_MADE_ID};
}

bool wrt_kg_made_key(uint64_t *key, wrt_str id) {
    unsigned char bytes[8];
    const wrt_str prefix = WRT_STR(WRT_KG_MADE_PREFIX);
    if (id.len != WRT_KG_MADE_ID || !wrt_str_starts_with(id, prefix) ||
        !wrt_hex_decode(bytes, sizeof bytes, (wrt_str){id.ptr + prefix.len, 16}))
        return false;
    *key = 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        *key = *key << 8 | bytes[i];
    return true;
}

/* ---- publications */

bool wrt_kg_pmid_of(int64_t *out, wrt_str publication) {
    const wrt_str prefix = WRT_STR("PMID:");
    return wrt_str_starts_with(publication, prefix) &&
           wrt_str_to_int64(
               out, (wrt_str){publication.ptr + prefix.len, publication.len - prefix.len}) &&
           *out > 0;
}

bool wrt_kg_is_retracted(const wrt_kg_store *store, wrt_str publication) {
    int64_t pmid = 0;
    if (!wrt_kg_pmid_of(&pmid, publication))
        return false;
    size_t low = 0, high = store->n_retracted;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (store->retracted[middle] < pmid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < store->n_retracted && store->retracted[low] == pmid;
}
