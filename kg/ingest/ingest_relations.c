/* ingest_relations.c: the tuple that edges of one kind share, stored once.
 *
 * What a relation adds to the statement of its edges is hashed here, once for all of them. */
#include "kg/ingest/ingest.h"

#include "base/arena.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

enum { QUALIFIERS_MAX = 65536, RELATIONS_MAX = 1 << 24 };

/* ---- what belongs to the statement */

/* SHA-256 of {"original":..,"predicate":..,"qualifiers":{..},"symmetric":bool} in RFC 8785. */
static wrt_sha256 identity_of(const wrt_kg_store *store, const wrt_kg_relation_row *row) {
    wrt_buf bytes = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&bytes, "{\"original\":");
    wrt_json_write_string(&bytes, wrt_str_of(wrt_kg_term(store, row->original)));
    wrt_buf_add_c(&bytes, ",\"predicate\":");
    wrt_json_write_string(&bytes, wrt_str_of(wrt_kg_term(store, row->predicate)));
    wrt_buf_printf(&bytes, ",\"qualifiers\":%s,\"symmetric\":%s}",
                   row->qualifiers != NULL ? row->qualifiers : "{}",
                   row->is_symmetric ? "true" : "false");
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_buf_free(&bytes);
    return digest;
}

static uint64_t hash_row(const wrt_kg_relation_row *row) {
    const uint32_t numbers[] = {
        row->predicate, row->original,     row->level,
        row->agent,     row->primary,      row->aggregator,
        row->license,   row->source,       (uint32_t)(row->sign + 2),
        row->is_causal, row->is_symmetric,
    };
    uint64_t hash = wrt_kg_hash_text((wrt_str){(const char *)numbers, sizeof numbers});
    return hash ^ wrt_kg_hash_text(wrt_str_of(row->qualifiers));
}

static bool is_equal(const wrt_kg_relation_row *a, const wrt_kg_relation_row *b) {
    return a->predicate == b->predicate && a->original == b->original && a->level == b->level &&
           a->agent == b->agent && a->primary == b->primary && a->aggregator == b->aggregator &&
           a->license == b->license && a->source == b->source && a->sign == b->sign &&
           a->is_causal == b->is_causal && a->is_symmetric == b->is_symmetric &&
           wrt_str_equal(wrt_str_of(a->qualifiers), wrt_str_of(b->qualifiers));
}

/* Makes relation `number`, which the store holds, known. */
static void note(wrt_kg_ingest *ingest, uint32_t number) {
    const wrt_kg_relation_row *row = wrt_kg_relation_at(ingest->store, number);
    if (number > ingest->room_classes) {
        ingest->room_classes = ingest->room_classes == 0 ? 64 : ingest->room_classes * 2;
        ingest->classes =
            wrt_realloc(ingest->classes, ingest->room_classes * sizeof *ingest->classes);
    }
    ingest->classes[number - 1].identity = identity_of(ingest->store, row);
    wrt_kg_keymap_add(&ingest->relations, hash_row(row), number);
}

wrt_status wrt_kg_ingest_relations_load(wrt_kg_ingest *ingest, wrt_err *err) {
    (void)err;
    for (size_t i = 0; i < ingest->store->n_relations; i++)
        note(ingest, (uint32_t)i + 1);
    return WRT_OK;
}

/* ---- storing */

static wrt_status insert(wrt_kg_ingest *ingest, const wrt_kg_relation_row *row, wrt_err *err) {
    const uint32_t numbers[] = {row->predicate, row->original,   row->level,   row->agent,
                                row->primary,   row->aggregator, row->license, row->source};
    wrt_stmt *stmt = ingest->relation_add;
    wrt_stmt_bind_int(stmt, 1, (int64_t)ingest->store->n_relations + 1);
    for (int i = 0; i < 8; i++)
        wrt_stmt_bind_int(stmt, i + 2, numbers[i]);
    wrt_stmt_bind_c(stmt, 10, row->qualifiers);
    if (row->sign != WRT_KG_SIGN_UNKNOWN)
        wrt_stmt_bind_int(stmt, 11, row->sign);
    wrt_stmt_bind_int(stmt, 12, row->is_causal);
    wrt_stmt_bind_int(stmt, 13, row->is_symmetric);
    wrt_status status = wrt_stmt_run(stmt, err);
    if (status == WRT_OK) {
        wrt_kg_relation_add(ingest->store, row);
        note(ingest, (uint32_t)ingest->store->n_relations);
    }
    return status;
}

/* Canonical text of the qualifiers, to be freed; NULL when there are none. */
static wrt_status read_qualifiers(char **out, const wrt_kg_ingest *ingest, wrt_str text,
                                  wrt_err *err) {
    wrt_json *value = NULL;
    *out = NULL;
    if (text.len == 0)
        return WRT_OK;
    if (text.len > QUALIFIERS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: qualifiers of more than %d bytes", ingest->file.name,
                        QUALIFIERS_MAX);
    wrt_status status = wrt_json_parse(&value, text, NULL);
    if (status != WRT_OK || !wrt_json_is(value, WRT_JSON_OBJECT))
        status =
            wrt_fail(err, WRT_E_INPUT, "%s: qualifiers must be a JSON object", ingest->file.name);
    if (status == WRT_OK && wrt_json_count(value) > 0) {
        wrt_buf bytes = wrt_buf_make((size_t)8 * QUALIFIERS_MAX);
        wrt_json_write_canonical(&bytes, value);
        *out = wrt_buf_take(&bytes);
    }
    wrt_json_free(value);
    return status;
}

static wrt_status fill(wrt_kg_relation_row *row, wrt_kg_ingest *ingest,
                       const wrt_kg_relation *relation, wrt_err *err) {
    wrt_str license = relation->license;
    if (license.len == 0 && relation->source.len == 0)
        license = wrt_str_of(ingest->file.license);
    const struct {
        uint32_t *out;
        wrt_str text;
    } terms[] = {
        {&row->predicate, relation->predicate},
        {&row->original, relation->original},
        {&row->level, relation->level},
        {&row->agent, relation->agent},
        {&row->primary, relation->primary},
        {&row->aggregator, relation->aggregator},
        {&row->license, license},
    };
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0] && status == WRT_OK; i++)
        status = wrt_kg_intern(terms[i].out, ingest, terms[i].text, err);
    row->source = ingest->source;
    if (status == WRT_OK && relation->source.len > 0)
        status = wrt_kg_ingest_source(&row->source, ingest->store, relation->source,
                                      relation->version, NULL, err);
    row->sign = relation->sign;
    row->is_causal = relation->is_causal;
    row->is_symmetric = relation->is_symmetric;
    return status;
}

wrt_status wrt_kg_ingest_relation(uint32_t *out, void *ctx, const wrt_kg_relation *relation,
                                  wrt_err *err) {
    wrt_kg_ingest *ingest = ctx;
    wrt_kg_relation_row row = {.sign = 0};
    *out = 0;
    if (relation->predicate.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s: a relation without a predicate", ingest->file.name);
    if (ingest->store->n_relations >= RELATIONS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "%s: more than %d kinds of edges", ingest->file.name,
                        RELATIONS_MAX);
    wrt_status status = fill(&row, ingest, relation, err);
    if (status == WRT_OK)
        status = read_qualifiers(&row.qualifiers, ingest, relation->qualifiers, err);
    size_t at = 0;
    uint32_t number = 0;
    uint64_t hash = status == WRT_OK ? hash_row(&row) : 0;
    while (status == WRT_OK && *out == 0 &&
           (number = wrt_kg_keymap_next(&ingest->relations, hash, &at)) != 0)
        if (is_equal(&row, wrt_kg_relation_at(ingest->store, number)))
            *out = number;
    if (status == WRT_OK && *out == 0) {
        status = insert(ingest, &row, err);
        *out = status == WRT_OK ? (uint32_t)ingest->store->n_relations : 0;
    }
    free(row.qualifiers);
    return status;
}
