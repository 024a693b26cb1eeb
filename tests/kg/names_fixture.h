/* names_fixture.h: Hetionet's node names and gene aliases as a graph, and misspelt names. */
#ifndef TESTS_KG_NAMES_FIXTURE_H
#define TESTS_KG_NAMES_FIXTURE_H

#include "base/rng.h"
#include "tests/kg/support.h"

typedef struct {
    char **ids, **names, **kinds;
    size_t n;
    wrt_buf text; /* the strings */
} name_list;

/* The 47,031 nodes of the shared data; false, with a message, when they are not there. */
bool names_load(name_list *out);
void names_free(name_list *list);

/* Makes a graph file of them, with the aliases of the genes as synonyms. */
void names_import(const scratch *s, const name_list *list);

/* One random edit of the name, inside it and in ASCII: a character deleted, doubled with another,
 * replaced or swapped with its neighbour. The result differs from the name. */
void names_misspell(char *out, size_t room, const char *name, wrt_rng *rng);

/* Rank (from 1) of the first match with this name, compared folded; 0 when it is not in the list.
 * Hetionet has nodes of equal name, so that the id is not compared. */
size_t names_rank(const wrt_json *matches, const char *name);

#endif
