/* path_words.h: what paths and edges of a knowledge graph say, from their JSON (`kg_paths`). */
#ifndef WRT_DRAW_PATH_WORDS_H
#define WRT_DRAW_PATH_WORDS_H

#include "base/json.h"

/* The name of a node, else its id. */
const char *wrt_path_node_name(const wrt_json *node);

/* What an edge is called: its source's word, else the predicate without "biolink:". */
const char *wrt_path_edge_label(const wrt_json *edge);
/* -1, 0, 1, or 2 when the sign is not known. */
int wrt_path_sign(const wrt_json *edge_or_path);
const char *wrt_path_sign_word(const wrt_json *edge_or_path); /* "decreases", ... */
bool wrt_path_edge_is_symmetric(const wrt_json *edge);
/* A person or a program predicted it, or nobody says: no assertion of its source. */
bool wrt_path_edge_is_weak(const wrt_json *edge);

/* The distinct publications, or sources without "infores:", of the edges, as an array. */
wrt_json *wrt_path_publications(const wrt_json *edges);
wrt_json *wrt_path_sources(const wrt_json *edges);

#endif
