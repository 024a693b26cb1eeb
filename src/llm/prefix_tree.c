/* prefix_tree.c: sorted sequences share their prefixes with a neighbour, so one pass over the
 * sorted list, keeping the current path as a stack, gives the tree in preorder. */
#include "llm/prefix_tree.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Tokens of a path that are evaluated. */
static size_t inner(const wrt_token_path *path) {
    return path->n - 1;
}

static size_t common_prefix(const wrt_token_path *a, const wrt_token_path *b) {
    size_t n = inner(a) < inner(b) ? inner(a) : inner(b);
    size_t i = 0;
    while (i < n && a->ids[i] == b->ids[i])
        i++;
    return i;
}

/* By tokens, a prefix before what it begins; equal paths by index, so that the order is total. */
static int compare(const void *left, const void *right, void *ctx) {
    const wrt_token_path *paths = ctx;
    size_t i = *(const size_t *)left;
    size_t j = *(const size_t *)right;
    const wrt_token_path *a = &paths[i];
    const wrt_token_path *b = &paths[j];
    size_t at = common_prefix(a, b);
    if (at < inner(a) && at < inner(b))
        return a->ids[at] < b->ids[at] ? -1 : 1;
    if (inner(a) != inner(b))
        return inner(a) < inner(b) ? -1 : 1;
    return i < j ? -1 : i > j;
}

static size_t count_nodes(const wrt_prefix_tree *tree) {
    size_t n = 0;
    for (size_t k = 0; k < tree->n_paths; k++) {
        const wrt_token_path *path = &tree->paths[tree->order[k]];
        n += inner(path);
        if (k > 0)
            n -= common_prefix(&tree->paths[tree->order[k - 1]], path);
    }
    return n;
}

static size_t longest(const wrt_prefix_tree *tree) {
    size_t most = 0;
    for (size_t k = 0; k < tree->n_paths; k++)
        most = inner(&tree->paths[k]) > most ? inner(&tree->paths[k]) : most;
    return most;
}

/* Appends the nodes of the k-th path that its predecessor lacks; stack[d] is the open node of depth
 * d. Returns the depth of the stack. */
static size_t add_path(wrt_prefix_tree *tree, size_t *stack, size_t open, size_t k) {
    const wrt_token_path *path = &tree->paths[tree->order[k]];
    size_t shared = k == 0 ? 0 : common_prefix(&tree->paths[tree->order[k - 1]], path);
    for (size_t d = shared; d < open; d++)
        tree->nodes[stack[d]].end = k;
    for (size_t d = shared; d < inner(path); d++) {
        stack[d] = tree->n_nodes++;
        tree->nodes[stack[d]] =
            (wrt_prefix_node){.token = path->ids[d], .depth = (uint32_t)d, .begin = k};
    }
    for (size_t d = path->from - 1; d < inner(path); d++)
        tree->nodes[stack[d]].wanted = true;
    return inner(path);
}

void wrt_prefix_tree_build(wrt_prefix_tree *out, const wrt_token_path *paths, size_t n_paths) {
    *out = (wrt_prefix_tree){.paths = paths, .n_paths = n_paths};
    out->order = wrt_calloc(n_paths + 1, sizeof *out->order);
    for (size_t i = 0; i < n_paths; i++) {
        assert(paths[i].from >= 1 && paths[i].from < paths[i].n);
        out->order[i] = i;
    }
    /* The const is cast away for qsort_r's context only; compare does not write. */
    qsort_r(out->order, n_paths, sizeof *out->order, compare, (void *)paths);
    out->nodes = wrt_calloc(count_nodes(out) + 1, sizeof *out->nodes);
    size_t *stack = wrt_calloc(longest(out) + 1, sizeof *stack);
    size_t open = 0;
    for (size_t k = 0; k < n_paths; k++)
        open = add_path(out, stack, open, k);
    for (size_t d = 0; d < open; d++)
        out->nodes[stack[d]].end = n_paths;
    free(stack);
}

void wrt_prefix_tree_free(wrt_prefix_tree *tree) {
    free(tree->order);
    free(tree->nodes);
    *tree = (wrt_prefix_tree){0};
}

/* ---- waves ----------------------------------------------------------------------------------- */

bool wrt_prefix_wave_next(wrt_prefix_wave *wave, const wrt_prefix_tree *tree,
                          const wrt_prefix_limits *limits) {
    size_t rows = 0;
    wave->begin = wave->end;
    wave->tips = 0;
    if (wave->begin == tree->n_nodes)
        return false;
    wave->spine = tree->nodes[wave->begin].depth;
    for (; wave->end < tree->n_nodes; wave->end++) {
        size_t i = wave->end;
        size_t n = i - wave->begin;
        bool below_last = n > 0 && tree->nodes[i].depth > tree->nodes[i - 1].depth;
        size_t tips = wave->tips + (below_last ? 0 : 1);
        size_t more_rows = rows + (tree->nodes[i].wanted ? 1 : 0);
        if (n > 0 && (n == limits->tokens || tips > limits->tips || more_rows > limits->rows ||
                      wave->spine + n == limits->cells))
            break;
        wave->tips = tips;
        rows = more_rows;
    }
    return true;
}

bool wrt_prefix_is_tip(const wrt_prefix_tree *tree, const wrt_prefix_wave *wave, size_t i) {
    return i + 1 == wave->end || tree->nodes[i + 1].depth <= tree->nodes[i].depth;
}

size_t wrt_prefix_subtree_end(const wrt_prefix_tree *tree, const wrt_prefix_wave *wave, size_t i) {
    size_t end = i + 1;
    while (end < wave->end && tree->nodes[end].depth > tree->nodes[i].depth)
        end++;
    return end;
}
