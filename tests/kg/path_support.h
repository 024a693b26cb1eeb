/* path_support.h: what the tests of path search share. */
#ifndef TESTS_KG_PATH_SUPPORT_H
#define TESTS_KG_PATH_SUPPORT_H

#include "tests/kg/support.h"

/* kg_paths that must succeed. */
wrt_json *ask_paths(wrt_kg_path_stats *stats, wrt_kg *kg, const char *from, const char *to,
                    const wrt_kg_path_options *options);

/* Edge ids of each path: "a1 b1;a2 b1;". */
void assert_paths(const wrt_json *list, const char *expected);

/* Sets how the edge of a given place in bytewise order of edge ids stands in the packed adjacency:
 * whether it holds both ways and how much evidence it has. `both` and `evidence` have n places. */
void patch_adjacency(const scratch *s, const bool *both, const unsigned char *evidence, size_t n);

#endif
