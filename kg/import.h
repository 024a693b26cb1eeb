/* import.h: reading KGX TSV (a nodes file and an edges file) into a graph file.
 *
 * Columns may stand in any order and are found by header name; multivalued cells are split at '|';
 * unknown columns are kept in the row's attributes. Node: id, category, name, synonym, xref.
 * Edge: subject, predicate, object (required), id, knowledge_level, agent_type,
 * primary_knowledge_source, publications, original_predicate, record_id, license, and Biolink
 * direction qualifiers. An edge without id gets one made from its canonical content. An edge to a
 * node that no file declares is kept, the node is added with kind "unknown", and the report counts
 * it. The sign of an edge comes from its qualifiers (object_direction_qualifier) or else from the
 * predicate table in kg/predicates.c. */
#ifndef WRT_KG_IMPORT_H
#define WRT_KG_IMPORT_H

#include "base/err.h"
#include "base/json.h"

typedef struct {
    const char *nodes_path; /* may be NULL */
    const char *edges_path; /* may be NULL, but not both */
    const char *source;     /* name of the source, e.g. "warrant-example"; required */
    const char *version;    /* required */
    const char *license;    /* SPDX or text for edges without a license column; may be NULL */
} wrt_kg_import_options;

/* Adds the files to the graph file at db_path (made when missing) in one transaction: on any error
 * the file is as it was. Importing files whose hashes are already recorded changes nothing and says
 * so. *report: {"nodes":n,"edges":n,"already":bool,"unknown_nodes":n,"skipped":[{"line","reason"}],
 * "snapshot":hex}. A line that is malformed is an error naming file and line. */
wrt_status wrt_kg_import_kgx(wrt_json **report, const char *db_path,
                             const wrt_kg_import_options *options, wrt_err *err);

#endif
