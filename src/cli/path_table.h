/* path_table.h: paths of a knowledge graph as lines for people. */
#ifndef WRT_CLI_PATH_TABLE_H
#define WRT_CLI_PATH_TABLE_H

#include "base/json.h"

#include <stdio.h>

/* A header and, for each path of wrt_kg_paths: rank, score, net sign, hops, publications, sources
 * and the path itself. width: columns at which a path goes on in the next line; 0: never. An edge
 * reads
 *   -[label]->  without a sign   -[label]+>  increases   -[label]-|  decreases
 *   -[label]-   holds both ways, and the other way round for an edge that is walked backwards;
 * "!" in the label: another edge contradicts it. */
void wrt_path_table_print(FILE *out, const wrt_json *paths, size_t width, bool colour);

#endif
