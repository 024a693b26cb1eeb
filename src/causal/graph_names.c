/* graph_names.c: from a name to a node, and from a wrong name to the nearest right ones.
 *
 * Names live in an open-addressing hash table keyed per graph. An unknown name is answered with
 * the names at the smallest edit distance (Levenshtein 1966, dynamic programme over two rows), so
 * that a model or a person sees what to write instead. */
#include "causal/graph_internal.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_name(const wrt_graph *graph, wrt_str name) {
    uint64_t hash = graph->key ^ name.len;
    for (size_t i = 0; i < name.len; i++) {
        hash = (hash ^ (unsigned char)name.ptr[i]) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    }
    return hash;
}

/* The slot that holds the name, or the free slot where it belongs. The table is never full. */
static size_t slot_of(const wrt_graph *graph, wrt_str name) {
    size_t mask = graph->n_slots - 1;
    size_t slot = (size_t)hash_name(graph, name) & mask;
    while (graph->slots[slot] >= 0 && !wrt_str_equal_c(name, graph->names[graph->slots[slot]]))
        slot = (slot + 1) & mask;
    return slot;
}

int wrt_graph_lookup(const wrt_graph *graph, wrt_str name) {
    return graph->n_slots == 0 ? -1 : graph->slots[slot_of(graph, name)];
}

static void resize_table(wrt_graph *graph, size_t n_slots) {
    free(graph->slots);
    graph->slots = wrt_calloc(n_slots, sizeof *graph->slots);
    graph->n_slots = n_slots;
    for (size_t i = 0; i < n_slots; i++)
        graph->slots[i] = -1;
    for (size_t v = 0; v + 1 < graph->n; v++)
        graph->slots[slot_of(graph, wrt_str_of(graph->names[v]))] = (int)v;
}

void wrt_graph_enter(wrt_graph *graph, int node) {
    if (graph->n * 2 > graph->n_slots)
        resize_table(graph, graph->n_slots == 0 ? 64 : graph->n_slots * 2);
    graph->slots[slot_of(graph, wrt_str_of(graph->names[node]))] = node;
}

const char *wrt_graph_label(char out[GRAPH_LABEL_MAX], wrt_str name) {
    size_t keep = GRAPH_LABEL_MAX - 4;
    if (name.len <= keep) {
        memcpy(out, name.ptr, name.len);
        out[name.len] = '\0';
        return out;
    }
    while (keep > 0 && ((unsigned char)name.ptr[keep] & 0xC0) == 0x80)
        keep--; /* back to the first byte of a character */
    memcpy(out, name.ptr, keep);
    memcpy(out + keep, "...", 4);
    return out;
}

/* ---- nearest names */

enum { NEAREST_MAX = 3, COMPARED_BYTES_MAX = 64, COMPARED_NODES_MAX = 5000 };

static unsigned char fold(char byte) {
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edit distance of two texts of at most COMPARED_BYTES_MAX bytes, ASCII case ignored. */
static size_t distance(wrt_str a, wrt_str b) {
    size_t row[COMPARED_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = diagonal + (fold(a.ptr[i - 1]) != fold(b.ptr[j - 1]));
            diagonal = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b.len];
}

typedef struct {
    int node[NEAREST_MAX];
    size_t cost[NEAREST_MAX];
    size_t n;
} nearest;

static void keep_nearest(nearest *best, int node, size_t cost) {
    size_t at = best->n < NEAREST_MAX ? best->n++ : NEAREST_MAX;
    while (at > 0 && best->cost[at - 1] > cost) {
        at--;
        if (at + 1 < best->n) {
            best->node[at + 1] = best->node[at];
            best->cost[at + 1] = best->cost[at];
        }
    }
    if (at < NEAREST_MAX) {
        best->node[at] = node;
        best->cost[at] = cost;
    }
}

static nearest find_nearest(const wrt_graph *graph, wrt_str name) {
    nearest best = {.n = 0};
    size_t limit = name.len / 3 < 2 ? 2 : name.len / 3;
    size_t compared = graph->n < COMPARED_NODES_MAX ? graph->n : COMPARED_NODES_MAX;
    if (name.len > COMPARED_BYTES_MAX)
        return best;
    for (size_t v = 0; v < compared; v++) {
        wrt_str other = wrt_str_of(graph->names[v]);
        if (other.len > COMPARED_BYTES_MAX || other.len > name.len + limit ||
            name.len > other.len + limit)
            continue;
        size_t cost = distance(name, other);
        if (cost <= limit)
            keep_nearest(&best, (int)v, cost);
    }
    return best;
}

wrt_status wrt_graph_find(int *out, const wrt_graph *graph, wrt_str name, wrt_err *err) {
    *out = wrt_graph_lookup(graph, name);
    if (*out >= 0)
        return WRT_OK;
    nearest best = find_nearest(graph, name);
    bool guessed = best.n > 0;
    wrt_buf names = wrt_buf_make(WRT_KIB(2));
    for (size_t i = 0; !guessed && i < graph->n && i < NEAREST_MAX; i++)
        best.node[best.n++] = (int)i;
    for (size_t i = 0; i < best.n; i++) {
        char label[GRAPH_LABEL_MAX];
        wrt_str near = wrt_str_of(graph->names[best.node[i]]);
        wrt_buf_printf(&names, "%s'%s'", i == 0 ? "" : ", ", wrt_graph_label(label, near));
    }
    if (best.n == 0)
        wrt_buf_add_c(&names, "nothing");
    wrt_str list = wrt_buf_str(&names);
    char label[GRAPH_LABEL_MAX];
    wrt_status status =
        wrt_fail(err, WRT_E_INPUT, "the graph has no node '%s'; %s %.*s%s",
                 wrt_graph_label(label, name), guessed ? "nearest:" : "it has", (int)list.len,
                 list.ptr, !guessed && graph->n > best.n ? ", ..." : "");
    wrt_buf_free(&names);
    return status;
}
