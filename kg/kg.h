/* kg.h: the knowledge graph. SQLite is its home, CSR arrays are its legs.
 *
 * A graph file holds nodes, edges and where each came from. Import writes rows in one transaction
 * per file pair; opening for queries builds compact adjacency in memory. Queries never write. */
#ifndef WRT_KG_KG_H
#define WRT_KG_KG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

typedef struct wrt_kg wrt_kg;

/* Opens a graph file read-only. No file: WRT_E_NOT_FOUND, with the command that loads one; not a
 * graph file or damaged: WRT_E_INPUT naming it. O(edges). */
wrt_status wrt_kg_open(wrt_kg **out, const char *path, wrt_err *err);
void wrt_kg_close(wrt_kg *kg); /* accepts NULL */

/* Snapshot id: hex SHA-256 Merkle root (RFC 6962) over the canonical bytes of all edges sorted by
 * edge id. Two files with the same edges have the same id. */
const char *wrt_kg_snapshot(const wrt_kg *kg);

/* {"snapshot","nodes":n,"edges":n,"kinds":{..},"predicates":{..},"sources":[{"id","version",
 * "license","edges"}],"knowledge_levels":{..},"licenses":{..}}; the last two are those of the best
 * supports; caller frees. */
wrt_status wrt_kg_stats(wrt_json **out, wrt_kg *kg, wrt_err *err);

/* [{"id","version","license"}] of every import, for the "source" field of tool results. */
wrt_json *wrt_kg_sources(const wrt_kg *kg);

/* One node as {"id","name","kind","synonyms","xrefs","degrees":{"in","out"}}. WRT_E_NOT_FOUND. */
wrt_status wrt_kg_node(wrt_json **out, wrt_kg *kg, const char *id, wrt_err *err);

/* One edge with all provenance: {"id","subject":{"id","name","kind"},"predicate",
 * "original_predicate","object":{...},"direction":"forward"|"both","sign":1|-1|0|null,
 * "sign_conflict":true when its sources state different signs,"causal":bool,"qualifiers":{..},
 * "knowledge_level","agent_type","primary_knowledge_source","aggregator_knowledge_source":[..],
 * "record_id","publications":[..],"license","source":{"id","version"},"attributes":{..},
 * "supports":[..],"sha256"}.
 *
 * "both" is an edge that holds from object to subject as well. sign 0 means "no direction of
 * effect", null unknown. With more than one support, "supports" lists all, the best first: each
 * {"sign","causal"} and the members from "knowledge_level" on; those of the edge are the best
 * one's, never a mixture. Before others stand knowledge_assertion by manual_agent, then a known
 * sign, then causal, then more publications; ties go by what the supports say, bytewise.
 * "qualifiers", "aggregator_knowledge_source", "attributes" are absent when empty. sha256 is over
 * the canonical bytes of the edge without this field and without the marks of retraction: once a
 * list was loaded, "retracted_publications":[..] and, when all its publications are retracted,
 * "support_retracted":true stand in the edge and in each support. */
wrt_status wrt_kg_edge(wrt_json **out, wrt_kg *kg, const char *id, wrt_err *err);

typedef struct {
    const wrt_json *predicates; /* NULL or an array of CURIEs or original labels to keep */
    const wrt_json *kinds;      /* NULL or an array of node kinds to keep (inner nodes of paths) */
    const char *direction;      /* "out", "in", "both" (NULL: both) */
    size_t limit;               /* 0: 50 */
} wrt_kg_filter;

/* Texts of the list that are no predicate, original label or kind of the graph, so that a filter by
 * them admits nothing: an array, perhaps empty; the caller's. NULL is an empty list. */
wrt_json *wrt_kg_unknown_words(const wrt_kg *kg, const wrt_json *list);

/* [{"edge":{...},"node":{"id","name","kind"}}] in edge id order. */
wrt_status wrt_kg_neighbors(wrt_json **out, size_t *total, wrt_kg *kg, const char *id,
                            const wrt_kg_filter *filter, wrt_err *err);

/* Recomputes the snapshot from the rows and compares: *report is {"ok":bool,"snapshot":stored,
 * "recomputed":hex,"nodes":n,"edges":n,"problems":[text]}. An altered file is WRT_E_INPUT
 * and *report is filled all the same; when its rows cannot be read *report is NULL. The caller
 * frees *report either way. O(nodes + edges). */
wrt_status wrt_kg_check(wrt_json **report, wrt_kg *kg, wrt_err *err);

#endif
