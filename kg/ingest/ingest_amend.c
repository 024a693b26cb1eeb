/* ingest_amend.c: records that complete an edge which the same source stated before.
 *
 * An amendment names its edge by ends and original predicate, because its qualifiers may change
 * what the statement is. The edges of an original predicate are indexed when the first amendment
 * of it comes. What it replaces is taken off the edge: the source's supports, and the edge itself
 * when nothing else supports it; the amendment is then stored as any record. A plain record of what
 * was amended is no news, so that the order of the files does not matter. */
#include "kg/ingest/ingest.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <string.h>

/* ---- the index */

static uint64_t key_of(uint32_t original, uint32_t subject, uint32_t object) {
    const uint32_t numbers[] = {original, subject, object};
    return wrt_kg_hash_text((wrt_str){(const char *)numbers, sizeof numbers});
}

static bool is_indexed(const wrt_kg_ingest *ingest, uint32_t original) {
    return original < ingest->n_amendable && ingest->is_amendable[original];
}

static uint32_t original_of(const wrt_kg_ingest *ingest, uint32_t relation) {
    return wrt_kg_relation_at(ingest->store, relation)->original;
}

void wrt_kg_ingest_amendable_add(wrt_kg_ingest *ingest, const wrt_kg_claim *claim, uint32_t n) {
    uint32_t original = original_of(ingest, claim->support.relation);
    if (is_indexed(ingest, original))
        wrt_kg_keymap_add(&ingest->amendable, key_of(original, claim->subject, claim->object), n);
}

wrt_status wrt_kg_ingest_amendable_term(wrt_kg_ingest *ingest, uint32_t original, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    if (original > ingest->store->n_terms)
        return wrt_kg_damaged(ingest->store, "its relations hold impossible values", err);
    if (is_indexed(ingest, original))
        return WRT_OK;
    if (original >= ingest->n_amendable) {
        size_t n = (size_t)original * 2 + 64;
        ingest->is_amendable = wrt_realloc(ingest->is_amendable, n * sizeof(bool));
        memset(ingest->is_amendable + ingest->n_amendable, 0,
               (n - ingest->n_amendable) * sizeof(bool));
        ingest->n_amendable = n;
    }
    ingest->is_amendable[original] = true;
    wrt_status status = wrt_db_prepare(&stmt, ingest->store->db,
                                       "SELECT n, subject, object FROM edge WHERE relation IN"
                                       " (SELECT n FROM relation WHERE original=?1)",
                                       err);
    if (status == WRT_OK)
        wrt_stmt_bind_int(stmt, 1, original);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        wrt_kg_keymap_add(
            &ingest->amendable,
            key_of(original, (uint32_t)wrt_stmt_int(stmt, 1), (uint32_t)wrt_stmt_int(stmt, 2)),
            (uint32_t)wrt_stmt_int(stmt, 0));
    wrt_stmt_free(stmt);
    return status;
}

/* ---- the edge that a claim is about */

static bool is_own(const wrt_kg_ingest *ingest, const wrt_kg_support *support,
                   const wrt_kg_claim *claim) {
    const wrt_kg_relation_row *mine = wrt_kg_relation_at(ingest->store, claim->support.relation);
    const wrt_kg_relation_row *old = wrt_kg_relation_at(ingest->store, support->relation);
    return old->source == mine->source && old->original == mine->original;
}

/* The next row with these ends that the source supports, with its supports; *n is 0 at the end.
 * The row's texts are borrowed from edge_get, the supports' are not. */
static wrt_status find_own(uint32_t *n, wrt_kg_edge_row *row, wrt_kg_supports *all, size_t *at,
                           wrt_kg_ingest *ingest, const wrt_kg_claim *claim, wrt_err *err) {
    uint64_t key =
        key_of(original_of(ingest, claim->support.relation), claim->subject, claim->object);
    while ((*n = wrt_kg_keymap_next(&ingest->amendable, key, at)) != 0) {
        bool found = false;
        wrt_stmt_reset(ingest->edge_get);
        wrt_status status = wrt_kg_ingest_row(&found, row, ingest, *n, err);
        if (status != WRT_OK)
            return status;
        if (!found || row->subject != claim->subject || row->object != claim->object)
            continue;
        status = wrt_kg_supports_load(all, ingest->store, row, err);
        for (size_t i = 0; i < all->n && status == WRT_OK; i++)
            if (is_own(ingest, &all->list[i], claim))
                return WRT_OK;
        wrt_kg_supports_free(all);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

wrt_status wrt_kg_ingest_is_amended(bool *out, wrt_kg_ingest *ingest, const wrt_kg_claim *claim,
                                    wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t at = 0;
    *out = false;
    if (!is_indexed(ingest, original_of(ingest, claim->support.relation)))
        return WRT_OK;
    for (uint32_t n = 1; status == WRT_OK && n != 0 && !*out;) {
        wrt_kg_edge_row row;
        wrt_kg_supports all = {.n = 0};
        status = find_own(&n, &row, &all, &at, ingest, claim, err);
        for (size_t i = 0; status == WRT_OK && n != 0 && i < all.n; i++)
            if (is_own(ingest, &all.list[i], claim) && all.list[i].flags & WRT_KG_EDGE_AMENDED)
                *out = true;
        wrt_kg_supports_free(&all);
    }
    wrt_stmt_reset(ingest->edge_get);
    return status;
}

/* ---- taking supports off */

static wrt_status run_on(wrt_stmt *stmt, int64_t n, wrt_err *err) {
    wrt_stmt_bind_int(stmt, 1, n);
    return wrt_stmt_run(stmt, err);
}

/* Writes the edge anew with the supports that stay. */
static wrt_status rewrite(wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                          const wrt_kg_supports *all, const wrt_kg_claim *claim, wrt_err *err) {
    wrt_kg_edge_row left = *row;
    size_t kept = 0;
    wrt_status status = run_on(ingest->support_clear, row->n, err);
    for (size_t i = 0; i < all->n && status == WRT_OK; i++) {
        if (is_own(ingest, &all->list[i], claim))
            continue;
        left.best = all->list[i];
        left.extra = 0;
        status = kept++ == 0 ? wrt_kg_ingest_set(ingest, &left, err)
                             : wrt_kg_ingest_add_support(ingest, row->n, &all->list[i], err);
    }
    return status == WRT_OK && kept == 0 ? run_on(ingest->edge_delete, row->n, err) : status;
}

wrt_status wrt_kg_ingest_amend(bool *found, wrt_kg_ingest *ingest, const wrt_kg_claim *claim,
                               wrt_err *err) {
    uint32_t n = 1;
    size_t at = 0;
    *found = false;
    wrt_status status =
        wrt_kg_ingest_amendable_term(ingest, original_of(ingest, claim->support.relation), err);
    while (status == WRT_OK && n != 0) {
        wrt_kg_edge_row row;
        wrt_kg_supports all = {.n = 0};
        status = find_own(&n, &row, &all, &at, ingest, claim, err);
        wrt_stmt_reset(ingest->edge_get);
        if (status == WRT_OK && n != 0) {
            *found = true;
            status = rewrite(ingest, &row, &all, claim, err);
        }
        wrt_kg_supports_free(&all);
    }
    return status;
}
