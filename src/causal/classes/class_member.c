/* class_member.c: one member of a class: the lines oriented without a new collider.
 *
 * Maximum cardinality search (Tarjan, Yannakakis, SIAM J. Comput. 13 (1984) 566-579) numbers the
 * nodes so that, exactly when the lines are chordal, the earlier neighbours of each node are
 * joined pairwise; arrows from earlier to later then meet at no unshielded node. In a PAG `o->`
 * becomes `->` as well (Zhang, Artificial Intelligence 172 (2008) 1873-1896, theorem 2).
 * O(nodes + edges * log degree). */
#include "causal/classes/class_internal.h"

#include "base/arena.h"

#include <stdlib.h>

static bool is_line(const graph_link *link) {
    return link->near == END_CIRCLE && link->far == END_CIRCLE;
}

/* ---- the order of visit */

/* Unvisited nodes by weight, in doubly linked lists; -1 ends a list. */
typedef struct {
    int *head, *next, *before, *weight;
} buckets;

static void bucket_add(buckets *b, int v) {
    int first = b->head[b->weight[v]];
    b->next[v] = first;
    b->before[v] = -1;
    if (first >= 0)
        b->before[first] = v;
    b->head[b->weight[v]] = v;
}

static void bucket_remove(buckets *b, int v) {
    if (b->next[v] >= 0)
        b->before[b->next[v]] = b->before[v];
    if (b->before[v] >= 0)
        b->next[b->before[v]] = b->next[v];
    else
        b->head[b->weight[v]] = b->next[v];
}

static void buckets_init(buckets *b, int n) {
    size_t room = (size_t)n + 2;
    b->head = wrt_calloc(room, sizeof *b->head);
    b->next = wrt_calloc(room, sizeof *b->next);
    b->before = wrt_calloc(room, sizeof *b->before);
    b->weight = wrt_calloc(room, sizeof *b->weight);
    for (int i = 0; i < n + 2; i++)
        b->head[i] = -1;
    for (int v = n - 1; v >= 0; v--)
        bucket_add(b, v);
}

static void buckets_free(buckets *b) {
    free(b->head);
    free(b->next);
    free(b->before);
    free(b->weight);
}

/* place[v]: when v is visited. */
static void number_nodes(int *place, const wrt_graph *graph) {
    const struct graph_class *klass = graph->klass;
    int n = (int)graph->n, top = 0;
    buckets b;
    buckets_init(&b, n);
    for (int v = 0; v < n; v++)
        place[v] = -1;
    for (int step = 0; step < n; step++) {
        while (b.head[top] < 0)
            top--;
        int v = b.head[top];
        bucket_remove(&b, v);
        place[v] = step;
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            int w = klass->links[i].node;
            if (!is_line(&klass->links[i]) || place[w] >= 0)
                continue;
            bucket_remove(&b, w);
            b.weight[w]++;
            bucket_add(&b, w);
        }
        top++; /* the best weight grows by one at most */
    }
    buckets_free(&b);
}

/* ---- chordal or not */

typedef struct {
    const wrt_graph *graph;
    const int *place;
    int *from; /* of a search; -2: not met, -3: may not be entered */
    int *queue;
} chords;

static bool are_joined(const chords *c, int a, int b) {
    const graph_link *link = wrt_class_link(c->graph->klass, a, b);
    return link != NULL && is_line(link);
}

/* A shortest walk over lines from a to b past the neighbours of v; true when there is one. With v
 * it is a cycle without a chord. */
static bool search_around(chords *c, int v, int a, int b) {
    const struct graph_class *klass = c->graph->klass;
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < c->graph->n; i++)
        c->from[i] = -2;
    for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++)
        if (is_line(&klass->links[i]))
            c->from[klass->links[i].node] = -3;
    c->from[v] = -3;
    c->from[b] = -2;
    c->from[a] = -1;
    c->queue[tail++] = a;
    while (head < tail && c->from[b] == -2) {
        int u = c->queue[head++];
        for (int i = klass->offset[u]; i < klass->offset[u + 1]; i++) {
            int w = klass->links[i].node;
            if (!is_line(&klass->links[i]) || c->from[w] != -2)
                continue;
            c->from[w] = u;
            c->queue[tail++] = w;
        }
    }
    return c->from[b] != -2;
}

enum { CYCLE_SHOWN_MAX = 12 };

static wrt_status report_cycle(const chords *c, int v, int end, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    const char *mark = c->graph->klass->type == WRT_GRAPH_CPDAG ? " -- " : " o-o ";
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_buf_add_c(&text, wrt_graph_label(label, wrt_str_of(c->graph->names[v])));
    int shown = 1;
    for (int u = end; u >= 0 && shown < CYCLE_SHOWN_MAX; u = c->from[u], shown++) {
        wrt_str name = wrt_str_of(c->graph->names[u]);
        wrt_buf_printf(&text, "%s%s", mark, wrt_graph_label(label, name));
    }
    if (shown == CYCLE_SHOWN_MAX)
        wrt_buf_printf(&text, "%s...", mark);
    wrt_graph_label(label, wrt_str_of(c->graph->names[v]));
    wrt_buf_printf(&text, "%s%s", mark, label);
    wrt_str shown_text = wrt_buf_str(&text);
    wrt_status status =
        wrt_fail(err, WRT_E_INPUT,
                 "not a %s: the cycle %.*s has no chord, so every way to orient it makes a new "
                 "collider",
                 wrt_graph_type_name(c->graph->klass->type), (int)shown_text.len, shown_text.ptr);
    wrt_buf_free(&text);
    return status;
}

/* The earlier neighbour of v that was visited last; -1 when there is none. */
static int last_before(const chords *c, int v) {
    const struct graph_class *klass = c->graph->klass;
    int last = -1;
    for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
        int w = klass->links[i].node;
        if (is_line(&klass->links[i]) && c->place[w] < c->place[v] &&
            (last < 0 || c->place[w] > c->place[last]))
            last = w;
    }
    return last;
}

/* Every earlier neighbour of v must be a neighbour of the last of them. */
static wrt_status check_node(chords *c, int v, wrt_err *err) {
    const struct graph_class *klass = c->graph->klass;
    int last = last_before(c, v);
    for (int i = klass->offset[v]; last >= 0 && i < klass->offset[v + 1]; i++) {
        int w = klass->links[i].node;
        if (!is_line(&klass->links[i]) || c->place[w] > c->place[v] || w == last ||
            are_joined(c, w, last))
            continue;
        if (search_around(c, v, w, last))
            return report_cycle(c, v, last, err);
        char a[GRAPH_LABEL_MAX], b[GRAPH_LABEL_MAX];
        return wrt_fail(err, WRT_E_INPUT,
                        "not a %s: its undirected part has a cycle of four or more nodes without "
                        "a chord near '%s' and '%s'",
                        wrt_graph_type_name(klass->type),
                        wrt_graph_label(a, wrt_str_of(c->graph->names[w])),
                        wrt_graph_label(b, wrt_str_of(c->graph->names[last])));
    }
    return WRT_OK;
}

static wrt_status check_chordal(const wrt_graph *graph, const int *place, wrt_err *err) {
    chords c = {.graph = graph, .place = place};
    c.from = wrt_calloc(graph->n + 1, sizeof *c.from);
    c.queue = wrt_calloc(graph->n + 1, sizeof *c.queue);
    wrt_status status = WRT_OK;
    for (int v = 0; v < (int)graph->n && status == WRT_OK; v++)
        status = check_node(&c, v, err);
    free(c.from);
    free(c.queue);
    return status;
}

/* ---- the member */

static wrt_status copy_nodes(wrt_graph *member, const wrt_graph *graph, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t v = 0; v < graph->n && status == WRT_OK; v++) {
        int node;
        status = wrt_graph_add_node(&node, member, wrt_str_of(graph->names[v]), err);
    }
    return status;
}

static wrt_status copy_edge(wrt_graph *member, int v, const graph_link *link, const int *place,
                            wrt_err *err) {
    if (is_line(link))
        return place[v] < place[link->node] ? wrt_graph_add_edge(member, v, link->node, err)
                                            : WRT_OK;
    if (link->far != END_ARROW)
        return WRT_OK;
    if (link->near != END_ARROW)
        return wrt_graph_add_edge(member, v, link->node, err);
    return v < link->node ? wrt_graph_add_bidirected(member, v, link->node, err) : WRT_OK;
}

static wrt_status copy_edges(wrt_graph *member, const wrt_graph *graph, const int *place,
                             wrt_err *err) {
    const struct graph_class *klass = graph->klass;
    wrt_status status = WRT_OK;
    for (int v = 0; v < (int)graph->n; v++)
        for (int i = klass->offset[v]; i < klass->offset[v + 1] && status == WRT_OK; i++)
            status = copy_edge(member, v, &klass->links[i], place, err);
    return status;
}

wrt_status wrt_class_build_member(wrt_graph *graph, wrt_err *err) {
    int *place = wrt_calloc(graph->n + 1, sizeof *place);
    number_nodes(place, graph);
    wrt_graph *member = wrt_graph_new();
    wrt_status status = check_chordal(graph, place, err);
    if (status == WRT_OK)
        status = copy_nodes(member, graph, err);
    if (status == WRT_OK)
        status = copy_edges(member, graph, place, err);
    if (status == WRT_OK) {
        status = wrt_graph_finish(member, err);
        if (status != WRT_OK)
            wrt_err_prefix(err, "not a %s: with every 'o->' read as '->'",
                           wrt_graph_type_name(graph->klass->type));
    }
    graph->klass->member = member; /* freed with the graph, finished or not */
    free(place);
    return status;
}
