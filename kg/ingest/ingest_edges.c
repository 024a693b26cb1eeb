/* ingest_edges.c: which edge a record is, and new edges.
 *
 * The key of an edge (64 bits of SHA-256 of its stated id, or of its statement) leads to the rows
 * that may be it; a row is read only when there is one, so that a new edge costs one insertion. An
 * id that two statements claim stays with the smaller statement hash, whichever came first. */
#include "kg/ingest/ingest.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

enum { EDGE_BYTES_MAX = 16 << 20 };

/* ---- keys */

uint64_t wrt_kg_key_of(const wrt_kg_ingest *ingest, const wrt_sha256 *digest) {
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | digest->bytes[i];
    return key & ingest->key_mask;
}

/* SHA-256(what the relation adds || length of the first id, 4 bytes little-endian || first id ||
 * second id); the ids of a statement that holds both ways stand in bytewise order. */
wrt_sha256 wrt_kg_statement_hash(const wrt_kg_ingest *ingest, uint32_t relation, uint32_t subject,
                                 uint32_t object) {
    wrt_str first = wrt_kg_textmap_text(&ingest->nodes, subject);
    wrt_str second = wrt_kg_textmap_text(&ingest->nodes, object);
    const wrt_sha256 *identity = &ingest->classes[relation - 1].identity;
    if (wrt_kg_relation_at(ingest->store, relation)->is_symmetric &&
        wrt_str_compare(second, first) < 0) {
        wrt_str swapped = first;
        first = second;
        second = swapped;
    }
    char len[4];
    for (int i = 0; i < 4; i++)
        len[i] = (char)(first.len >> (8 * i) & 0xff);
    const wrt_str parts[] = {
        {(const char *)identity->bytes, WRT_SHA256_SIZE}, {len, sizeof len}, first, second};
    return wrt_sha256_of_parts(parts, 4);
}

bool wrt_kg_ingest_same_statement(const wrt_kg_ingest *ingest, const wrt_kg_edge_row *row,
                                  const wrt_kg_claim *claim) {
    uint32_t mine = claim->record->relation, old = row->best.relation;
    bool straight = row->subject == claim->subject && row->object == claim->object;
    bool turned = row->subject == claim->object && row->object == claim->subject &&
                  wrt_kg_relation_at(ingest->store, mine)->is_symmetric;
    return (straight || turned) &&
           (mine == old || wrt_sha256_equal(&ingest->classes[mine - 1].identity,
                                            &ingest->classes[old - 1].identity));
}

wrt_status wrt_kg_ingest_row(bool *found, wrt_kg_edge_row *row, wrt_kg_ingest *ingest, uint32_t n,
                             wrt_err *err) {
    wrt_stmt_bind_int(ingest->edge_get, 1, n);
    wrt_status status = wrt_stmt_step(found, ingest->edge_get, err);
    if (status == WRT_OK && *found)
        status = wrt_kg_edge_read(row, ingest->store, ingest->edge_get, err);
    if (status == WRT_OK && *found &&
        ((uint64_t)row->subject > ingest->nodes.n || (uint64_t)row->object > ingest->nodes.n))
        status = wrt_kg_damaged(ingest->store, "an edge ends at a node that is not there", err);
    return status;
}

/* ---- storing */

static void bind_text_or_null(wrt_stmt *stmt, int parameter, wrt_str text) {
    if (text.len > 0)
        wrt_stmt_bind_text(stmt, parameter, text);
}

wrt_status wrt_kg_ingest_insert(wrt_kg_ingest *ingest, const wrt_kg_claim *claim, wrt_err *err) {
    const wrt_kg_support *support = &claim->support;
    bool plain = claim->id.len == 0 && support->flags == 0 && support->record.len == 0 &&
                 support->publications.len == 0 && support->attributes.len == 0;
    wrt_stmt *stmt = plain ? ingest->edge_add_plain : ingest->edge_add;
    if (ingest->next_edge >= UINT32_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: more than 2^32 edges", ingest->file.name);
    wrt_stmt_bind_int(stmt, 1, ingest->next_edge);
    wrt_stmt_bind_int(stmt, 2, (int64_t)claim->key);
    wrt_stmt_bind_int(stmt, 3, claim->subject);
    wrt_stmt_bind_int(stmt, 4, claim->object);
    wrt_stmt_bind_int(stmt, 5, support->relation);
    if (!plain) {
        wrt_stmt_bind_int(stmt, 6, support->flags);
        bind_text_or_null(stmt, 7, claim->id);
        bind_text_or_null(stmt, 8, support->record);
        bind_text_or_null(stmt, 9, support->publications);
        bind_text_or_null(stmt, 10, support->attributes);
    }
    wrt_status status = wrt_stmt_run(stmt, err);
    if (status != WRT_OK)
        return status;
    uint32_t n = (uint32_t)ingest->next_edge++;
    wrt_kg_keymap_add(&ingest->edges, claim->key, n);
    wrt_kg_ingest_amendable_add(ingest, claim, n);
    return WRT_OK;
}

/* ---- ids */

static void set_id(wrt_kg_claim *claim, const wrt_kg_ingest *ingest, wrt_str id) {
    wrt_sha256 digest = wrt_sha256_of(id);
    claim->id = id;
    claim->key = wrt_kg_key_of(ingest, &digest);
}

/* Room of the ingest for one more made-up name; `taken` may stand in the other. */
static char *name_room(wrt_kg_ingest *ingest, wrt_str taken) {
    return ingest->names[taken.ptr == ingest->names[0]];
}

/* ID~HASH, the name of an edge whose id another statement keeps. */
static wrt_str name_beside(wrt_kg_ingest *ingest, wrt_str id, const wrt_sha256 *statement) {
    char hex[WRT_SHA256_HEX + 1], *out = name_room(ingest, id);
    wrt_sha256_hex(hex, statement);
    int len = snprintf(out, sizeof ingest->names[0], "%.*s~%.*s", (int)id.len, id.ptr,
                       WRT_KG_CLASH_HEX, hex);
    return (wrt_str){out, (size_t)len};
}

/* Row n gives its id up. */
static wrt_status rename_row(wrt_kg_ingest *ingest, uint32_t n, wrt_str id,
                             const wrt_sha256 *statement, wrt_err *err) {
    wrt_kg_claim named = {.key = 0};
    set_id(&named, ingest, name_beside(ingest, id, statement));
    wrt_stmt_bind_int(ingest->edge_rename, 1, n);
    wrt_stmt_bind_text(ingest->edge_rename, 2, named.id);
    wrt_stmt_bind_int(ingest->edge_rename, 3, (int64_t)named.key);
    wrt_kg_keymap_add(&ingest->edges, named.key, n);
    ingest->counts.renamed++;
    return wrt_stmt_run(ingest->edge_rename, err);
}

/* The edge that has the claim's id: *n is 0 when there is none, and it is merged with when it says
 * the same. */
static wrt_status find_by_id(uint32_t *n, bool *merged, wrt_sha256 *statement,
                             wrt_kg_ingest *ingest, const wrt_kg_claim *claim, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t at = 0;
    uint32_t candidate = 0;
    *n = 0;
    *merged = false;
    while (status == WRT_OK && *n == 0 &&
           (candidate = wrt_kg_keymap_next(&ingest->edges, claim->key, &at)) != 0) {
        wrt_kg_edge_row row;
        bool found = false;
        status = wrt_kg_ingest_row(&found, &row, ingest, candidate, err);
        if (status == WRT_OK && found && row.key == claim->key &&
            wrt_str_equal(row.stated_id, claim->id)) {
            *n = candidate;
            *merged = wrt_kg_ingest_same_statement(ingest, &row, claim);
            *statement = wrt_kg_statement_hash(ingest, row.best.relation, (uint32_t)row.subject,
                                               (uint32_t)row.object);
            if (*merged)
                status = wrt_kg_ingest_merge(ingest, &row, claim, err);
        }
        wrt_stmt_reset(ingest->edge_get);
    }
    return status;
}

static bool is_smaller(const wrt_sha256 *a, const wrt_sha256 *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) < 0;
}

/* A record whose id is its own. */
static wrt_status store_stated(wrt_kg_ingest *ingest, wrt_kg_claim *claim, wrt_err *err) {
    wrt_sha256 theirs;
    uint32_t n = 0;
    bool merged = false;
    wrt_status status = find_by_id(&n, &merged, &theirs, ingest, claim, err);
    if (status != WRT_OK || merged)
        return status;
    if (n != 0 && is_smaller(&claim->statement, &theirs)) {
        status = rename_row(ingest, n, claim->id, &theirs, err);
    } else if (n != 0) {
        set_id(claim, ingest, name_beside(ingest, claim->id, &claim->statement));
        status = find_by_id(&n, &merged, &theirs, ingest, claim, err);
        if (status != WRT_OK || merged)
            return status;
        if (n != 0)
            return wrt_kg_ingest_skip(ingest, 0, "an id that other edges hold twice", err);
        ingest->counts.renamed++;
    }
    ingest->counts.edges++;
    return status == WRT_OK ? wrt_kg_ingest_insert(ingest, claim, err) : status;
}

/* ---- statements */

/* A record that is known by what it says. */
static wrt_status store_made(wrt_kg_ingest *ingest, wrt_kg_claim *claim, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t at = 0;
    uint32_t candidate = 0;
    bool merged = false, collides = false;
    while (status == WRT_OK && !merged &&
           (candidate = wrt_kg_keymap_next(&ingest->edges, claim->key, &at)) != 0) {
        wrt_kg_edge_row row;
        bool found = false;
        status = wrt_kg_ingest_row(&found, &row, ingest, candidate, err);
        if (status == WRT_OK && found && row.key == claim->key && row.stated_id.len == 0) {
            merged = wrt_kg_ingest_same_statement(ingest, &row, claim);
            collides = !merged;
            if (merged)
                status = wrt_kg_ingest_merge(ingest, &row, claim, err);
        }
        wrt_stmt_reset(ingest->edge_get);
    }
    if (status != WRT_OK || merged)
        return status;
    if (collides) { /* two statements share 64 bits: this one is called by all 256 */
        char hex[WRT_SHA256_HEX + 1];
        wrt_sha256_hex(hex, &claim->statement);
        int len =
            snprintf(ingest->names[0], sizeof ingest->names[0], "%s%s", WRT_KG_MADE_PREFIX, hex);
        set_id(claim, ingest, (wrt_str){ingest->names[0], (size_t)len});
        int64_t before = ingest->counts.edges;
        status = store_stated(ingest, claim, err);
        ingest->counts.renamed += ingest->counts.edges - before;
        return status;
    }
    ingest->counts.edges++;
    return wrt_kg_ingest_insert(ingest, claim, err);
}

/* An export states made ids, which are recognised; another id of that form is not ours to give. */
static wrt_status store_claim(wrt_kg_ingest *ingest, wrt_kg_claim *claim, wrt_err *err) {
    uint64_t key = wrt_kg_key_of(ingest, &claim->statement), stated = 0;
    bool has_made_form = wrt_kg_made_key(&stated, claim->record->id);
    if (claim->record->id.len == 0 || (has_made_form && stated == key)) {
        claim->key = key;
        return store_made(ingest, claim, err);
    }
    int64_t before = ingest->counts.edges;
    set_id(claim, ingest,
           has_made_form ? name_beside(ingest, claim->record->id, &claim->statement)
                         : claim->record->id);
    wrt_status status = store_stated(ingest, claim, err);
    if (has_made_form)
        ingest->counts.renamed += ingest->counts.edges - before;
    return status;
}

/* ---- the sink */

static const char *find_fault(const wrt_kg_ingest *ingest, const wrt_kg_edge_record *edge) {
    if (edge->subject.len == 0 || edge->object.len == 0)
        return "an edge without a subject or an object";
    /* An id that was made longer here comes back from an export. */
    if (edge->id.len > WRT_KG_ID_MAX + 2 * (WRT_KG_CLASH_HEX + 1) ||
        edge->subject.len > WRT_KG_ID_MAX || edge->object.len > WRT_KG_ID_MAX)
        return "an id of more than 4096 bytes";
    if (edge->record.len > EDGE_BYTES_MAX || edge->publications.len > EDGE_BYTES_MAX ||
        edge->attributes.len > EDGE_BYTES_MAX)
        return "an edge of more than 16 MiB";
    if (edge->relation < 1 || edge->relation > ingest->store->n_relations)
        return "an edge of a relation that was not registered";
    return NULL;
}

static wrt_status find_end(uint32_t *n, wrt_kg_ingest *ingest, wrt_str id, wrt_err *err) {
    *n = wrt_kg_textmap_find(&ingest->nodes, id);
    return *n != 0 ? WRT_OK : wrt_kg_ingest_node_make(n, ingest, id, err);
}

/* Amendments, and plain records of what was amended. *done when there is no more to do. */
static wrt_status apply_amendment(bool *done, wrt_kg_ingest *ingest, wrt_kg_claim *claim,
                                  wrt_err *err) {
    *done = false;
    if (!claim->record->is_amendment) {
        wrt_status status = wrt_kg_ingest_is_amended(done, ingest, claim, err);
        ingest->counts.equal += *done;
        return status;
    }
    bool found = false;
    claim->support.flags = WRT_KG_EDGE_AMENDED;
    wrt_status status = wrt_kg_ingest_amend(&found, ingest, claim, err);
    if (status != WRT_OK || !found)
        return status;
    wrt_kg_ingest_counts before = ingest->counts;
    status = store_claim(ingest, claim, err);
    ingest->counts.edges = before.edges;
    ingest->counts.merged = before.merged;
    ingest->counts.amended++;
    *done = true;
    return status;
}

wrt_status wrt_kg_ingest_edge(void *ctx, const wrt_kg_edge_record *edge, wrt_err *err) {
    wrt_kg_ingest *ingest = ctx;
    wrt_kg_claim claim = {
        .record = edge,
        .support = {edge->relation, 0, edge->record, edge->publications, edge->attributes},
    };
    wrt_status status = wrt_kg_ingest_look(ingest, err);
    const char *fault = find_fault(ingest, edge);
    if (status == WRT_OK && fault != NULL)
        return wrt_kg_ingest_skip(ingest, 0, fault, err);
    if (status == WRT_OK)
        status = find_end(&claim.subject, ingest, edge->subject, err);
    if (status == WRT_OK)
        status = find_end(&claim.object, ingest, edge->object, err);
    if (status != WRT_OK)
        return status;
    claim.statement = wrt_kg_statement_hash(ingest, edge->relation, claim.subject, claim.object);
    bool done = false;
    if (ingest->n_amendable > 0 || edge->is_amendment)
        status = apply_amendment(&done, ingest, &claim, err);
    return status != WRT_OK || done ? status : store_claim(ingest, &claim, err);
}
