/* kgx_record.h: one node or edge of the Knowledge Graph Exchange format, from a row or an object.
 *
 * The rooms of a record are filled slot by slot and then written. Slots that the tables know go
 * to a place of their own, Biolink qualifiers to the relation, everything else to the attributes.
 * A record with the slot warrant_edge or warrant_node is one that this program exported
 * (kg/store/export.h): it is taken as it stands, with nothing coerced or completed. */
#ifndef WRT_KG_FORMATS_KGX_RECORD_H
#define WRT_KG_FORMATS_KGX_RECORD_H

#include "kg/formats/writer.h"

typedef enum {
    WRT_KGX_ID,
    WRT_KGX_SUBJECT,
    WRT_KGX_PREDICATE,
    WRT_KGX_OBJECT,
    WRT_KGX_ORIGINAL,
    WRT_KGX_LEVEL,
    WRT_KGX_AGENT,
    WRT_KGX_PRIMARY,
    WRT_KGX_AGGREGATOR,
    WRT_KGX_PUBLICATIONS,
    WRT_KGX_RECORD,
    WRT_KGX_LICENSE,
    WRT_KGX_NEGATED,
    WRT_KGX_KNOWLEDGE_SOURCE, /* legacy: of which kind, is not said */
    WRT_KGX_PROVIDED_BY,      /* legacy on edges */
    WRT_KGX_RELATION,         /* legacy: a predicate of the Relation Ontology */
    WRT_KGX_EDGE,             /* warrant_edge */
    WRT_KGX_EDGE_SLOTS,
    WRT_KGX_QUALIFIER = WRT_KGX_EDGE_SLOTS,
    WRT_KGX_ATTRIBUTE
} wrt_kgx_edge_slot;

typedef enum {
    WRT_KGX_NODE_ID,
    WRT_KGX_NODE_NAME,
    WRT_KGX_NODE_CATEGORY,
    WRT_KGX_NODE_SYNONYM,
    WRT_KGX_NODE_XREF,
    WRT_KGX_NODE_WARRANT, /* warrant_node */
    WRT_KGX_NODE_SLOTS,
    WRT_KGX_NODE_ATTRIBUTE = WRT_KGX_NODE_SLOTS
} wrt_kgx_node_slot;

/* Where a column or member of this name goes. */
wrt_kgx_edge_slot wrt_kgx_edge_slot_of(const char *name);
wrt_kgx_node_slot wrt_kgx_node_slot_of(const char *name);

typedef struct {
    wrt_str cells[WRT_KGX_EDGE_SLOTS]; /* lists are joined by '|' */
    wrt_json *qualifiers, *attributes;
    wrt_buf primary, aggregator, publications;
} wrt_kgx_edge;

typedef struct {
    wrt_str cells[WRT_KGX_NODE_SLOTS];
    const wrt_json *synonyms, *xrefs; /* lists that beat the cells; may be NULL */
    wrt_json *attributes;
    wrt_str *items; /* synonyms, then cross-references */
    size_t n_items, room;
} wrt_kgx_node;

/* Empties the record and makes its objects; the buffers keep their room. */
void wrt_kgx_edge_begin(wrt_kgx_edge *edge);
void wrt_kgx_edge_free(wrt_kgx_edge *edge);
void wrt_kgx_node_begin(wrt_kgx_node *node);
void wrt_kgx_node_free(wrt_kgx_node *node);

/* A cell of a table as an attribute: a list where the slot is multivalued in Biolink or the cell
 * holds '|' and is not a text slot. */
void wrt_kgx_attribute(wrt_json *attributes, const char *name, wrt_str cell);

/* Checks, completes and hands on. A record that cannot be used is rejected with its line. */
wrt_status wrt_kgx_edge_write(wrt_kg_writer *writer, wrt_kgx_edge *edge, uint64_t line,
                              wrt_err *err);
wrt_status wrt_kgx_node_write(wrt_kg_writer *writer, wrt_kgx_node *node, uint64_t line,
                              wrt_err *err);

#endif
