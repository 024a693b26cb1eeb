/* prefix_tree.h: many token sequences as one tree of their shared prefixes, cut into waves that an
 * engine evaluates one after another. Pure: knows tokens as numbers and no model. Private to
 * src/llm.
 *
 * log P of a sequence needs the logits after each of its prefixes, so the least that must be
 * evaluated is every distinct proper prefix once: the nodes of this tree. A wave is a run of nodes
 * in preorder; what it needs from before is only the path from the root to its first node's parent,
 * the spine, which the previous wave or its own spine holds:
 *
 *   a - b - c - d       preorder a b c d | e f | g h       wave 1: a b c d   spine 0
 *        \    \ e - f   wave 2: e f, spine a b c           wave 3: g h, spine a b
 *         \ g - h
 *
 * So nothing is evaluated twice, and an engine's cache holds one path and one wave. */
#ifndef WRT_LLM_PREFIX_TREE_H
#define WRT_LLM_PREFIX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One sequence. Wanted are log P(ids[i] | ids[0..i-1]) for from <= i < n; 1 <= from < n. */
typedef struct {
    const int32_t *ids; /* borrowed */
    size_t n;
    size_t from;
} wrt_token_path;

typedef struct {
    int32_t token;
    uint32_t depth;    /* tokens before it on its path */
    size_t begin, end; /* the paths through it: tree->order[begin..end) */
    bool wanted;       /* a log P is read from the logits after it */
} wrt_prefix_node;

typedef struct {
    const wrt_token_path *paths; /* borrowed */
    size_t n_paths;
    size_t *order; /* indices of paths, sorted by their tokens */
    wrt_prefix_node *nodes;
    size_t n_nodes; /* in preorder; the descendants of a node follow it and are deeper */
} wrt_prefix_tree;

/* Builds the tree of all paths without their last tokens (those are predicted, never evaluated).
 * O(t log p) for t tokens in p paths. The tree depends on the set of paths, not on their order. */
void wrt_prefix_tree_build(wrt_prefix_tree *out, const wrt_token_path *paths, size_t n_paths);
void wrt_prefix_tree_free(wrt_prefix_tree *tree); /* accepts an empty one */

/* What one wave may hold; each at least 1. cells counts spine and wave together and must be at
 * least the longest path. */
typedef struct {
    size_t tokens, tips, rows, cells;
} wrt_prefix_limits;

/* Nodes [begin, end) on a spine of `spine` tokens. A tip is a node of the wave without a child in
 * the wave; tips are numbered in preorder. Start with a zeroed wave. */
typedef struct {
    size_t begin, end;
    size_t spine;
    size_t tips;
} wrt_prefix_wave;

/* Moves on to the next wave; false when there is none. O(nodes of the wave). */
bool wrt_prefix_wave_next(wrt_prefix_wave *wave, const wrt_prefix_tree *tree,
                          const wrt_prefix_limits *limits);

/* Whether node i of the wave is one of its tips, and the node after the last one below i. */
bool wrt_prefix_is_tip(const wrt_prefix_tree *tree, const wrt_prefix_wave *wave, size_t i);
size_t wrt_prefix_subtree_end(const wrt_prefix_tree *tree, const wrt_prefix_wave *wave, size_t i);

#endif
