/* writer.h: what readers share on the way to a sink.
 *
 * Keeps relations once, checks ids, renders attributes. An edge or node that cannot be used goes to
 * the sink's reject with its line. */
#ifndef WRT_KG_FORMATS_WRITER_H
#define WRT_KG_FORMATS_WRITER_H

#include "base/buf.h"
#include "base/json.h"
#include "kg/sink.h"

enum { WRT_KG_ID_MAX = 4096, WRT_KG_ATTRIBUTES_MAX = 8 << 20 };

typedef struct wrt_kg_writer wrt_kg_writer;

wrt_kg_writer *wrt_kg_writer_new(const wrt_kg_sink *sink); /* sink is borrowed */
void wrt_kg_writer_free(wrt_kg_writer *writer);            /* accepts NULL */

/* The number of a relation; the sink hears of each distinct one once. */
wrt_status wrt_kg_write_relation(uint32_t *out, wrt_kg_writer *writer,
                                 const wrt_kg_relation *relation, wrt_err *err);
wrt_status wrt_kg_write_node(wrt_kg_writer *writer, const wrt_kg_node_record *node, uint64_t line,
                             wrt_err *err);
/* Hands a node on unless one of the same id was handed on by this function before. */
wrt_status wrt_kg_write_node_once(wrt_kg_writer *writer, const wrt_kg_node_record *node,
                                  uint64_t line, wrt_err *err);
wrt_status wrt_kg_write_edge(wrt_kg_writer *writer, const wrt_kg_edge_record *edge, uint64_t line,
                             wrt_err *err);

wrt_status wrt_kg_write_reject(const wrt_kg_writer *writer, uint64_t line, wrt_err *err,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));
wrt_status wrt_kg_write_skip(const wrt_kg_writer *writer, uint64_t line, const char *reason,
                             wrt_err *err);

/* ---- text */

/* RFC 8785 text of an object, "" when it has no members; takes the object. Borrowed until the next
 * call; an object of more than WRT_KG_ATTRIBUTES_MAX bytes makes the next edge or node a reject. */
wrt_str wrt_kg_render(wrt_kg_writer *writer, wrt_json *object);
/* The same for the qualifiers of a relation, in a text of their own. */
wrt_str wrt_kg_render_qualifiers(wrt_kg_writer *writer, wrt_json *object);

/* A copy when the value is an object, else NULL. */
wrt_json *wrt_kg_copy_object(const wrt_json *value);
/* Sets a member unless the text is empty. */
void wrt_kg_attribute(wrt_json *object, const char *key, wrt_str text);
/* The same as a list, cut at the separator; empty items are left out. */
void wrt_kg_attribute_list(wrt_json *object, const char *key, wrt_str text, char separator);
/* As a number when the text is one that a double holds, else as text. */
void wrt_kg_attribute_number(wrt_json *object, const char *key, wrt_str text);

/* *out becomes prefix followed by text; "" for an empty text. */
wrt_str wrt_kg_join(wrt_buf *out, const char *prefix, wrt_str text);

/* Adds one publication as a CURIE to a list joined by '|', once (while the list is short): "12345"
 * and "PMID:12345" and PubMed addresses become PMID:12345, "PMC12" becomes PMC:PMC12, "10.x/y"
 * DOI:10.x/y. False, and nothing is added, when the text is none of these. */
bool wrt_kg_add_publication(wrt_buf *list, wrt_str text);

/* A source as an information resource: "infores:..." stays; "Gene Ontology (v 2)" becomes
 * infores:gene-ontology-v-2, as the KGX library writes it. */
void wrt_kg_add_infores(wrt_buf *out, wrt_str source);

/* When all databases that an edge rests on ("DrugBank (target)|DrugBank (enzyme)", cut at the
 * separator, brackets aside) are one: it becomes the primary source, and what was the primary
 * source the aggregator. With several, or none, the relation stays as it is. The text lives in
 * *room. */
void wrt_kg_single_source(wrt_kg_relation *relation, wrt_buf *room, wrt_str sources,
                          char separator);

/* Sign and causality by the predicate table, from predicate, original and qualifiers; symmetric
 * when Biolink declares the predicate so and it carries no sign (interaction, similarity,
 * equivalence). Signed correlations stay as they are stated: mechanisms are written along their
 * direction. */
void wrt_kg_read_assertion(wrt_kg_relation *relation, const wrt_json *qualifiers);

#endif
