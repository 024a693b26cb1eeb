/* ingest_merge.c: one more support for an edge that is there. */
#include "kg/ingest/ingest.h"

#include "kg/predicates.h"

/* ---- supports as rows */

/* First 64 bits of SHA-256 over what a support holds beside its relation. */
static int64_t digest_of(const wrt_kg_support *support) {
    char lengths[16];
    for (size_t i = 0; i < 8; i++) {
        lengths[i] = (char)(support->record.len >> (8 * i) & 0xff);
        lengths[8 + i] = (char)(support->publications.len >> (8 * i) & 0xff);
    }
    const wrt_str parts[] = {
        {lengths, sizeof lengths}, support->record, support->publications, support->attributes};
    wrt_sha256 digest = wrt_sha256_of_parts(parts, 4);
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | digest.bytes[i];
    return (int64_t)key;
}

static void bind_texts(wrt_stmt *stmt, int first, const wrt_kg_support *support) {
    const wrt_str texts[] = {support->record, support->publications, support->attributes};
    for (int i = 0; i < 3; i++)
        if (texts[i].len > 0)
            wrt_stmt_bind_text(stmt, first + i, texts[i]);
}

static wrt_status insert_support(wrt_kg_ingest *ingest, int64_t edge, const wrt_kg_support *support,
                                 wrt_err *err) {
    wrt_stmt *stmt = ingest->support_add;
    wrt_stmt_bind_int(stmt, 1, edge);
    wrt_stmt_bind_int(stmt, 2, support->relation);
    wrt_stmt_bind_int(stmt, 3, digest_of(support));
    wrt_stmt_bind_int(stmt, 4, support->flags & WRT_KG_EDGE_AMENDED);
    bind_texts(stmt, 5, support);
    return wrt_stmt_run(stmt, err);
}

static bool texts_equal(const wrt_kg_support *a, const wrt_kg_support *b) {
    return wrt_str_equal(a->record, b->record) && wrt_str_equal(a->publications, b->publications) &&
           wrt_str_equal(a->attributes, b->attributes);
}

static wrt_status has_support(bool *found, wrt_kg_ingest *ingest, int64_t edge,
                              const wrt_kg_support *support, wrt_err *err) {
    wrt_stmt *stmt = ingest->support_find;
    bool row = false;
    *found = false;
    wrt_stmt_bind_int(stmt, 1, edge);
    wrt_stmt_bind_int(stmt, 2, digest_of(support));
    wrt_stmt_bind_int(stmt, 3, support->relation);
    wrt_status status = WRT_OK;
    while (!*found && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        const wrt_kg_support old = {.record = wrt_stmt_text(stmt, 0),
                                    .publications = wrt_stmt_text(stmt, 1),
                                    .attributes = wrt_stmt_text(stmt, 2)};
        *found = texts_equal(&old, support);
    }
    wrt_stmt_reset(stmt);
    return status;
}

static wrt_status set_row(wrt_kg_ingest *ingest, int64_t n, const wrt_kg_support *best,
                          int64_t extra, wrt_err *err) {
    wrt_stmt *stmt = ingest->edge_set;
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_stmt_bind_int(stmt, 2, best->relation);
    wrt_stmt_bind_int(stmt, 3, extra);
    wrt_stmt_bind_int(stmt, 4, best->flags);
    bind_texts(stmt, 5, best);
    return wrt_stmt_run(stmt, err);
}

/* ---- signs */

static bool signs_differ(const wrt_kg_store *store, uint32_t a, uint32_t b) {
    int x = wrt_kg_relation_at(store, a)->sign, y = wrt_kg_relation_at(store, b)->sign;
    return x != WRT_KG_SIGN_UNKNOWN && y != WRT_KG_SIGN_UNKNOWN && x != y;
}

/* Whether the relation's sign differs from that of any support. */
static wrt_status disputes(bool *out, wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                           uint32_t relation, wrt_err *err) {
    wrt_stmt *stmt = ingest->support_relations;
    bool got = false;
    wrt_status status = WRT_OK;
    *out = (row->best.flags & WRT_KG_EDGE_CONFLICT) != 0 ||
           signs_differ(ingest->store, row->best.relation, relation);
    if (*out || row->extra == 0)
        return WRT_OK;
    wrt_stmt_bind_int(stmt, 1, row->n);
    while (!*out && (status = wrt_stmt_step(&got, stmt, err)) == WRT_OK && got) {
        int64_t other = wrt_stmt_int(stmt, 0);
        if (other < 1 || (uint64_t)other > ingest->store->n_relations) {
            status = wrt_kg_damaged(ingest->store, "a support holds impossible values", err);
            break;
        }
        *out = signs_differ(ingest->store, (uint32_t)other, relation);
    }
    wrt_stmt_reset(stmt);
    return status;
}

/* ---- merging */

/* Once any support states the ends of a symmetric edge in bytewise order, so does the edge. */
static wrt_status turn(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row, const wrt_kg_claim *claim,
                       wrt_err *err) {
    if (row->subject == claim->subject || row->subject == row->object ||
        wrt_str_compare(wrt_kg_textmap_text(&ingest->nodes, claim->object),
                        wrt_kg_textmap_text(&ingest->nodes, claim->subject)) < 0)
        return WRT_OK;
    wrt_stmt_bind_int(ingest->edge_turn, 1, row->n);
    return wrt_stmt_run(ingest->edge_turn, err);
}

static wrt_status add_support(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                              const wrt_kg_support *support, wrt_err *err) {
    bool conflict = false;
    wrt_status status = disputes(&conflict, ingest, row, support->relation, err);
    wrt_kg_support best = row->best, other = *support;
    best.flags &= WRT_KG_EDGE_AMENDED;
    if (wrt_kg_support_compare(ingest->store, support, &row->best) < 0) {
        other = best;
        best = *support;
    }
    if (conflict)
        best.flags |= WRT_KG_EDGE_CONFLICT;
    if (status == WRT_OK)
        status = insert_support(ingest, row->n, &other, err);
    if (status == WRT_OK)
        status = set_row(ingest, row->n, &best, row->extra + 1, err);
    ingest->counts.merged++;
    return status;
}

wrt_status wrt_kg_ingest_set(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row, wrt_err *err) {
    return set_row(ingest, row->n, &row->best, 0, err);
}

wrt_status wrt_kg_ingest_add_support(wrt_kg_ingest *ingest, int64_t n,
                                     const wrt_kg_support *support, wrt_err *err) {
    wrt_kg_edge_row row;
    bool found = false;
    wrt_status status = wrt_kg_ingest_row(&found, &row, ingest, (uint32_t)n, err);
    if (status == WRT_OK && !found)
        status = wrt_kg_damaged(ingest->store, "an edge is not there", err);
    int64_t merged = ingest->counts.merged;
    if (status == WRT_OK)
        status = add_support(ingest, &row, support, err);
    ingest->counts.merged = merged;
    wrt_stmt_reset(ingest->edge_get);
    return status;
}

wrt_status wrt_kg_ingest_merge(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                               const wrt_kg_claim *claim, wrt_err *err) {
    bool known =
        row->best.relation == claim->support.relation && texts_equal(&row->best, &claim->support);
    wrt_status status = turn(ingest, row, claim, err);
    if (status == WRT_OK && !known && row->extra > 0)
        status = has_support(&known, ingest, row->n, &claim->support, err);
    if (status != WRT_OK)
        return status;
    if (known) {
        ingest->counts.equal++;
        return WRT_OK;
    }
    return add_support(ingest, row, &claim->support, err);
}
