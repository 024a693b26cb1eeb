/* export.h: a graph as KGX files that read back to the same snapshot id.
 *
 * An edge with n supports becomes n rows with the same id. The columns of KGX carry what other
 * programs know; one more column holds what KGX has no place for, so that nothing is lost:
 *
 *   edges   id subject predicate object original_predicate knowledge_level agent_type
 *           primary_knowledge_source aggregator_knowledge_source publications record_id license
 *           warrant_edge
 *   nodes   id category name synonym xref warrant_node
 *
 * `warrant_edge` is a JSON object with "sign" (1, 0, -1 or null), "causal", "symmetric", "source",
 * "version" (of the import that brought the support: wrt_kg_relation.source and .version),
 * "qualifiers" and "attributes" (objects; absent when empty). A reader takes all of these from here
 * and nothing from a column that is not listed above, does not normalise predicates or
 * publications, and does not add a licence.
 * Both columns may also hold members named like a text column ("subject", "name", ...; lists such
 * as "publications" joined by '|', "synonym" and "xref" as arrays): such a member is the true value
 * of a cell whose text TSV cannot hold (tab, line feed, blanks at an end, '|' in an item).
 * `warrant_node` has "kind" where the category does not give it, and "attributes".
 * In JSONL both are objects under the same names, beside the same members. */
#ifndef WRT_KG_EXPORT_H
#define WRT_KG_EXPORT_H

#include "kg/kg.h"

#define WRT_KG_EXPORT_EDGE "warrant_edge"
#define WRT_KG_EXPORT_NODE "warrant_node"

typedef enum { WRT_KG_EXPORT_TSV, WRT_KG_EXPORT_JSONL } wrt_kg_export_format;

typedef struct {
    uint64_t nodes, edges, rows; /* rows of the edges file: one a support */
} wrt_kg_export_counts;

/* Writes both files through temporary ones: all or nothing. Nodes and edges stand in order of
 * number, which is that of import. *counts may be NULL. */
wrt_status wrt_kg_export(wrt_kg_export_counts *counts, wrt_kg *kg, wrt_kg_export_format format,
                         const char *nodes_path, const char *edges_path, wrt_err *err);

#endif
