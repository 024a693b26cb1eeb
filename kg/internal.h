/* internal.h: what an open graph is made of; private to kg/. */
#ifndef WRT_KG_INTERNAL_H
#define WRT_KG_INTERNAL_H

#include "kg/kg.h"
#include "kg/paths/csr.h"

struct wrt_kg {
    wrt_db *db;
    wrt_kg_store *store;
    char snapshot[WRT_SHA256_HEX + 1];
    wrt_json *sources; /* [{"id","version","license"}] */
    uint32_t *kind;    /* by node from 0: a term */
    size_t n_nodes;
    wrt_kg_csr csr;
    wrt_stmt *by_key, *by_prefix, *by_loose, *by_gram, *gram_count, *name_by_n, *ids_by_node;
    int64_t last_name; /* largest row number of `name` */
};

/* Rank of the edge with this id; WRT_E_NOT_FOUND. O(log E) rows are read. */
wrt_status wrt_kg_edge_find(size_t *rank, wrt_kg *kg, wrt_str id, wrt_err *err);

/* Which terms a list of texts admits: out[term], n_terms + 1 places. A text matches a term that is
 * equal to it, with or without the prefix "biolink:" on either side. NULL or an empty list admits
 * everything. WRT_E_INPUT when an item is not a string; `what` names the list. */
wrt_status wrt_kg_admit(bool *out, const wrt_kg *kg, const wrt_json *list, const char *what,
                        wrt_err *err);

#endif
