/* canonical.c: edges as canonical bytes from pieces that were rendered once. */
#include "kg/store/canonical.h"

#include "base/buf.h"
#include "kg/predicates.h"

#include <stdlib.h>
#include <string.h>

/* What stands between the varying parts of an edge, in order of member names. */
typedef enum {
    HEAD,       /* {"agent_type":..,["aggregator_knowledge_source":[..],] */
    DIRECTION,  /* "causal":..,"direction":..,"id": */
    LEVEL,      /* ,"knowledge_level":..,"license":..,"object": */
    PREDICATE,  /* ,"original_predicate":..,"predicate":..,"primary_knowledge_source":..,
                   "publications":[ */
    QUALIFIERS, /* ],["qualifiers":{..},]"record_id": */
    SIGN,       /* ,"sign":1,"source":{..},"subject": */
    CONFLICT,   /* the same for supports that disagree: ,"sign":null,"sign_conflict":true,... */
    /* ... and of a support: HEAD, then */
    S_CAUSAL, /* "causal":..,"knowledge_level":..,"license":..,"primary_knowledge_source":..,
                 "publications":[ */
    S_SIGN,   /* ,"sign":1,"source":{..}} */
    N_PIECES
} piece;

typedef struct {
    wrt_buf text;
    size_t end[N_PIECES];
} pieces;

struct wrt_kg_canonical {
    wrt_kg_store *store;
    pieces *relations; /* by number - 1; rendered when first used */
    wrt_buf nodes;     /* all nodes, one after the other */
    size_t *node_end;  /* by number; node n ends there and begins at the end of n - 1 */
    size_t n_nodes;    /* 0: nodes are read one by one */
};

enum { PIECES_MAX = 1 << 24 };
#define NODES_MAX ((size_t)1 << 36)

/* ---- pieces of a relation */

static void add_text(wrt_buf *out, const char *name, const char *text, const char *otherwise) {
    wrt_buf_printf(out, "\"%s\":", name);
    if (text != NULL && text[0] != '\0')
        wrt_json_write_string(out, wrt_str_of(text));
    else
        wrt_buf_add_c(out, otherwise);
}

static void add_items(wrt_buf *out, wrt_str joined) {
    wrt_str item, rest = joined;
    bool first = true;
    while (joined.len > 0 && wrt_str_cut(&item, &rest, '|')) {
        if (!first)
            wrt_buf_add_char(out, ',');
        wrt_json_write_string(out, item);
        first = false;
    }
}

static void add_sign(wrt_buf *out, int sign) {
    if (sign == WRT_KG_SIGN_UNKNOWN)
        wrt_buf_add_c(out, ",\"sign\":null");
    else
        wrt_buf_printf(out, ",\"sign\":%d", sign);
}

static void add_source(wrt_buf *out, const wrt_kg_source_row *source) {
    wrt_buf_add_c(out, ",\"source\":{");
    add_text(out, "id", source->id, "\"\"");
    wrt_buf_add_char(out, ',');
    add_text(out, "version", source->version, "\"\"");
    wrt_buf_add_char(out, '}');
}

static void render_head(wrt_buf *out, const wrt_kg_store *s, const wrt_kg_relation_row *r) {
    wrt_buf_add_char(out, '{');
    add_text(out, "agent_type", wrt_kg_term(s, r->agent), "\"not_provided\"");
    wrt_buf_add_char(out, ',');
    if (r->aggregator != 0) {
        wrt_buf_add_c(out, "\"aggregator_knowledge_source\":[");
        add_items(out, wrt_str_of(wrt_kg_term(s, r->aggregator)));
        wrt_buf_add_c(out, "],");
    }
}

static void render_level(wrt_buf *out, const wrt_kg_store *s, const wrt_kg_relation_row *r) {
    add_text(out, "knowledge_level", wrt_kg_term(s, r->level), "\"not_provided\"");
    wrt_buf_add_char(out, ',');
    add_text(out, "license", wrt_kg_term(s, r->license), "null");
}

static void render_primary(wrt_buf *out, const wrt_kg_store *s, const wrt_kg_relation_row *r) {
    wrt_buf_add_char(out, ',');
    add_text(out, "primary_knowledge_source", wrt_kg_term(s, r->primary), "null");
    wrt_buf_add_c(out, ",\"publications\":[");
}

static void render_piece(wrt_buf *out, piece which, const wrt_kg_store *s,
                         const wrt_kg_relation_row *r) {
    const wrt_kg_source_row *source = &s->sources[r->source - 1];
    switch (which) {
    case HEAD:
        render_head(out, s, r);
        break;
    case DIRECTION:
        wrt_buf_printf(out, "\"causal\":%s,\"direction\":\"%s\",\"id\":",
                       r->is_causal ? "true" : "false", r->is_symmetric ? "both" : "forward");
        break;
    case LEVEL:
        wrt_buf_add_char(out, ',');
        render_level(out, s, r);
        wrt_buf_add_c(out, ",\"object\":");
        break;
    case PREDICATE:
        wrt_buf_add_char(out, ',');
        add_text(out, "original_predicate", wrt_kg_term(s, r->original), "null");
        wrt_buf_add_char(out, ',');
        add_text(out, "predicate", wrt_kg_term(s, r->predicate), "null");
        render_primary(out, s, r);
        break;
    case QUALIFIERS:
        wrt_buf_add_c(out, "],");
        if (r->qualifiers != NULL)
            wrt_buf_printf(out, "\"qualifiers\":%s,", r->qualifiers);
        wrt_buf_add_c(out, "\"record_id\":");
        break;
    case SIGN:
    case CONFLICT:
        if (which == SIGN)
            add_sign(out, r->sign);
        else
            wrt_buf_add_c(out, ",\"sign\":null,\"sign_conflict\":true");
        add_source(out, source);
        wrt_buf_add_c(out, ",\"subject\":");
        break;
    case S_CAUSAL:
        wrt_buf_printf(out, "\"causal\":%s,", r->is_causal ? "true" : "false");
        render_level(out, s, r);
        render_primary(out, s, r);
        break;
    case S_SIGN:
        add_sign(out, r->sign);
        add_source(out, source);
        wrt_buf_add_char(out, '}');
        break;
    case N_PIECES:
        break;
    }
}

static const pieces *pieces_of(wrt_kg_canonical *c, uint32_t relation) {
    pieces *p = &c->relations[relation - 1];
    if (p->text.len > 0)
        return p;
    p->text = wrt_buf_make(PIECES_MAX);
    for (int i = 0; i < N_PIECES; i++) {
        render_piece(&p->text, (piece)i, c->store, wrt_kg_relation_at(c->store, relation));
        p->end[i] = p->text.len;
    }
    return p;
}

static void add_piece(wrt_buf *out, const pieces *p, piece which) {
    size_t start = which == 0 ? 0 : p->end[which - 1];
    wrt_buf_add(out, p->text.ptr + start, p->end[which] - start);
}

/* ---- nodes */

static void render_node(wrt_buf *out, wrt_str id, wrt_str name, const char *kind) {
    wrt_buf_add_c(out, "{\"id\":");
    wrt_json_write_string(out, id);
    wrt_buf_add_c(out, ",\"kind\":");
    wrt_json_write_string(out, wrt_str_of(kind));
    wrt_buf_add_c(out, ",\"name\":");
    wrt_json_write_string(out, name.len > 0 ? name : id);
    wrt_buf_add_char(out, '}');
}

static wrt_status render_row(wrt_kg_canonical *c, wrt_stmt *stmt, wrt_err *err) {
    wrt_str id = wrt_stmt_text(stmt, 1), name = wrt_stmt_text(stmt, 2);
    int64_t kind = wrt_stmt_int(stmt, 3);
    size_t n = c->n_nodes + 1;
    if (wrt_stmt_int(stmt, 0) != (int64_t)n || kind < 1 || (uint64_t)kind > c->store->n_terms ||
        !wrt_kg_is_clean(id) || !wrt_kg_is_clean(name))
        return wrt_kg_damaged(c->store, "its nodes are not numbered in order", err);
    if ((n & (n - 1)) == 0) /* doubled at each power of two; places 0 and n are in use */
        c->node_end = wrt_realloc(c->node_end, 2 * n * sizeof *c->node_end);
    c->node_end[0] = 0;
    render_node(&c->nodes, id, name, wrt_kg_term(c->store, (uint32_t)kind));
    c->node_end[n] = c->nodes.len;
    c->n_nodes = n;
    return WRT_OK;
}

static wrt_status render_nodes(wrt_kg_canonical *c, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, c->store->db, "SELECT n, id, name, kind FROM node ORDER BY n", err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        status = render_row(c, stmt, err);
    wrt_stmt_free(stmt);
    if (status == WRT_OK && c->nodes.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "%s: nodes of more than 64 GiB", c->store->name);
    return status;
}

/* One node from its row. */
static wrt_status read_node(wrt_buf *out, wrt_kg_store *store, int64_t n, wrt_err *err) {
    wrt_stmt *stmt = store->node_by_n;
    bool row = false;
    wrt_stmt_bind_int(stmt, 1, n);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && !row)
        status = wrt_kg_damaged(store, "an edge ends at a node that is not there", err);
    if (status == WRT_OK) {
        wrt_str id = wrt_stmt_text(stmt, 0), name = wrt_stmt_text(stmt, 1);
        int64_t kind = wrt_stmt_int(stmt, 2);
        if (wrt_kg_is_clean(id) && wrt_kg_is_clean(name) && kind >= 1 &&
            (uint64_t)kind <= store->n_terms)
            render_node(out, id, name, wrt_kg_term(store, (uint32_t)kind));
        else
            status = wrt_kg_damaged(store, "a node holds impossible values", err);
    }
    wrt_stmt_reset(stmt);
    return status;
}

static wrt_status add_node(wrt_buf *out, wrt_kg_canonical *c, int64_t n, wrt_err *err) {
    if (c->n_nodes > 0) {
        if ((uint64_t)n > c->n_nodes)
            return wrt_kg_damaged(c->store, "an edge ends at a node that is not there", err);
        wrt_buf_add(out, c->nodes.ptr + c->node_end[n - 1], c->node_end[n] - c->node_end[n - 1]);
        return WRT_OK;
    }
    return read_node(out, c->store, n, err);
}

/* ---- edges */

static void add_attributes(wrt_buf *out, wrt_str attributes) {
    if (attributes.len == 0)
        return;
    wrt_buf_add_c(out, "\"attributes\":");
    wrt_buf_add_str(out, attributes);
    wrt_buf_add_char(out, ',');
}

static void add_record(wrt_buf *out, wrt_str record) {
    if (record.len > 0)
        wrt_json_write_string(out, record);
    else
        wrt_buf_add(out, "null", 4);
}

static void add_support(wrt_buf *out, wrt_kg_canonical *c, const wrt_kg_support *support) {
    const pieces *p = pieces_of(c, support->relation);
    add_piece(out, p, HEAD);
    add_attributes(out, support->attributes);
    add_piece(out, p, S_CAUSAL);
    add_items(out, support->publications);
    wrt_buf_add_c(out, "],\"record_id\":");
    add_record(out, support->record);
    add_piece(out, p, S_SIGN);
}

static wrt_status add_supports(wrt_buf *out, wrt_kg_canonical *c, const wrt_kg_edge_row *row,
                               wrt_err *err) {
    wrt_kg_supports all;
    wrt_status status = wrt_kg_supports_load(&all, c->store, row, err);
    wrt_buf_add_c(out, ",\"supports\":[");
    for (size_t i = 0; i < all.n && status == WRT_OK; i++) {
        if (i > 0)
            wrt_buf_add_char(out, ',');
        add_support(out, c, &all.list[i]);
    }
    wrt_buf_add_char(out, ']');
    wrt_kg_supports_free(&all);
    return status;
}

wrt_status wrt_kg_canonical_edge(wrt_buf *out, wrt_kg_canonical *c, const wrt_kg_edge_row *row,
                                 wrt_err *err) {
    const pieces *p = pieces_of(c, row->best.relation);
    char made[WRT_KG_MADE_ID + 1];
    add_piece(out, p, HEAD);
    add_attributes(out, row->best.attributes);
    add_piece(out, p, DIRECTION);
    wrt_json_write_string(out, wrt_kg_edge_id(made, row));
    add_piece(out, p, LEVEL);
    wrt_status status = add_node(out, c, row->object, err);
    add_piece(out, p, PREDICATE);
    add_items(out, row->best.publications);
    add_piece(out, p, QUALIFIERS);
    add_record(out, row->best.record);
    add_piece(out, p, row->best.flags & WRT_KG_EDGE_CONFLICT ? CONFLICT : SIGN);
    if (status == WRT_OK)
        status = add_node(out, c, row->subject, err);
    if (status == WRT_OK && row->extra > 0)
        status = add_supports(out, c, row, err);
    wrt_buf_add_char(out, '}');
    if (status == WRT_OK && out->overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "%s: an edge of more than %d bytes", c->store->name,
                          WRT_KG_EDGE_BYTES_MAX);
    return status;
}

/* ---- life */

wrt_status wrt_kg_canonical_new(wrt_kg_canonical **out, wrt_kg_store *store, bool with_nodes,
                                wrt_err *err) {
    wrt_kg_canonical *c = wrt_calloc(1, sizeof *c);
    c->store = store;
    c->relations = wrt_calloc(store->n_relations + 1, sizeof *c->relations);
    c->nodes = wrt_buf_make(NODES_MAX);
    wrt_status status = with_nodes ? render_nodes(c, err) : WRT_OK;
    if (status != WRT_OK) {
        wrt_kg_canonical_free(c);
        c = NULL;
    }
    *out = c;
    return status;
}

void wrt_kg_canonical_free(wrt_kg_canonical *c) {
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->store->n_relations; i++)
        wrt_buf_free(&c->relations[i].text);
    free(c->relations);
    wrt_buf_free(&c->nodes);
    free(c->node_end);
    free(c);
}

size_t wrt_kg_canonical_nodes(const wrt_kg_canonical *c) {
    return c->n_nodes;
}
