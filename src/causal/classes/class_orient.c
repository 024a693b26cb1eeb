/* class_orient.c: is a PAG exactly what the class of its member agrees on?
 *
 * From the skeleton with circles everywhere and the unshielded colliders of the member the
 * orientation rules R1 to R4 and R8 to R10 of Zhang (Artificial Intelligence 172 (2008) 1873-1896)
 * derive every arrowhead and tail that all members share, and no other (ibid., theorems 1 to 3;
 * R5 to R7 concern selection). The result is compared with the graph. R4 asks for a separating
 * set; here the member tells whether the node is a collider. The rules run until none applies;
 * the work is counted and capped. */
#include "causal/classes/class_internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const size_t WORK_MAX = 600000000; /* edges looked at */

enum { NONE = 3 }; /* no edge; else a graph_end */

typedef struct {
    const wrt_graph *graph;
    const struct graph_class *klass; /* its links are the skeleton */
    int n;
    unsigned char *end;  /* end[a * n + b]: the mark at b of the edge a - b */
    unsigned char *fact; /* the same in the member */
    int *queue, *root;
    bool *seen; /* per link */
    size_t work;
    bool changed;
} orienter;

static unsigned char at(const orienter *o, int a, int b) {
    return o->end[(size_t)a * (size_t)o->n + (size_t)b];
}

static bool is(const orienter *o, int a, int b, graph_end near, graph_end far) {
    return at(o, b, a) == near && at(o, a, b) == far;
}

static bool is_arrow(const orienter *o, int a, int b) {
    return is(o, a, b, END_TAIL, END_ARROW);
}

static bool is_adjacent(const orienter *o, int a, int b) {
    return at(o, a, b) != NONE;
}

/* Only a circle ever changes. */
static void orient(orienter *o, int a, int b, graph_end mark) {
    unsigned char *end = &o->end[(size_t)a * (size_t)o->n + (size_t)b];
    if (*end != END_CIRCLE)
        return;
    *end = (unsigned char)mark;
    o->changed = true;
}

static bool is_collider_in_member(const orienter *o, int a, int b, int c) {
    size_t n = (size_t)o->n;
    return o->fact[(size_t)a * n + (size_t)b] == END_ARROW &&
           o->fact[(size_t)c * n + (size_t)b] == END_ARROW;
}

/* ---- rules about two edges at b: R0, R1, R2, R8 */

typedef void turn_rule(orienter *o, int a, int b, int c);

static void rule_0(orienter *o, int a, int b, int c) {
    if (is_adjacent(o, a, c) || !is_collider_in_member(o, a, b, c))
        return;
    orient(o, a, b, END_ARROW);
    orient(o, c, b, END_ARROW);
}

static void rules_1_2_8(orienter *o, int a, int b, int c) {
    if (!is_adjacent(o, a, c)) {
        if (at(o, a, b) == END_ARROW && at(o, c, b) == END_CIRCLE) {
            orient(o, c, b, END_TAIL);
            orient(o, b, c, END_ARROW);
        }
        return;
    }
    bool first = is_arrow(o, a, b), second = is_arrow(o, b, c);
    if ((first && at(o, b, c) == END_ARROW) || (second && at(o, a, b) == END_ARROW))
        orient(o, a, c, END_ARROW);
    if (first && second && at(o, a, c) == END_ARROW)
        orient(o, c, a, END_TAIL);
}

static void each_turn(orienter *o, turn_rule *rule) {
    const struct graph_class *klass = o->klass;
    for (int b = 0; b < o->n && o->work <= WORK_MAX; b++)
        for (int i = klass->offset[b]; i < klass->offset[b + 1]; i++)
            for (int k = klass->offset[b]; k < klass->offset[b + 1]; k++) {
                o->work++;
                if (i != k)
                    rule(o, klass->links[i].node, b, klass->links[k].node);
            }
}

/* ---- R3: a *-> b <-* c, a *-o d o-* c, a and c not adjacent, d *-o b: then d *-> b */

static bool has_shield(orienter *o, int d, int b) {
    const struct graph_class *klass = o->klass;
    for (int i = klass->offset[d]; i < klass->offset[d + 1]; i++) {
        int a = klass->links[i].node;
        if (at(o, a, d) != END_CIRCLE || at(o, a, b) != END_ARROW)
            continue;
        for (int k = klass->offset[d]; k < i; k++) {
            int c = klass->links[k].node;
            o->work++;
            if (at(o, c, d) == END_CIRCLE && at(o, c, b) == END_ARROW && !is_adjacent(o, a, c))
                return true;
        }
    }
    return false;
}

/* ---- R4: a discriminating path for b, the last node before c */

/* The node before b on such a path, or -1. Backwards from the neighbours of b, over colliders
 * that are parents of c. */
static int discriminating(orienter *o, int b, int c) {
    const struct graph_class *klass = o->klass;
    size_t head = 0, tail = 0;
    o->work += (size_t)o->n / 8;
    for (int v = 0; v < o->n; v++)
        o->root[v] = -1;
    for (int i = klass->offset[b]; i < klass->offset[b + 1]; i++) {
        int a = klass->links[i].node;
        if (a == c || at(o, b, a) != END_ARROW || !is_arrow(o, a, c))
            continue;
        o->root[a] = a;
        o->queue[tail++] = a;
    }
    while (head < tail) {
        int v = o->queue[head++];
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            int w = klass->links[i].node;
            o->work++;
            if (w == b || w == c || at(o, w, v) != END_ARROW)
                continue;
            if (!is_adjacent(o, w, c))
                return o->root[v];
            if (o->root[w] >= 0 || at(o, v, w) != END_ARROW || !is_arrow(o, w, c))
                continue;
            o->root[w] = o->root[v];
            o->queue[tail++] = w;
        }
    }
    return -1;
}

static void rule_4(orienter *o, int b, int c) {
    int a = discriminating(o, b, c);
    if (a < 0)
        return;
    bool is_collider = is_collider_in_member(o, a, b, c);
    orient(o, c, b, is_collider ? END_ARROW : END_TAIL);
    orient(o, b, c, END_ARROW);
    if (is_collider)
        orient(o, a, b, END_ARROW);
}

/* ---- R9 and R10: uncovered possibly directed paths from a, first to b */

static bool may_lead(const orienter *o, int a, int b) {
    return at(o, b, a) != END_ARROW && at(o, a, b) != END_TAIL;
}

/* True when such a path ends in c, or with `to_parent` in a parent of c, not by way of c. */
static bool leads(orienter *o, int a, const graph_link *first, int c, bool to_parent) {
    const struct graph_class *klass = o->klass;
    size_t head = 0, tail = 0;
    bool found = false;
    o->root[0] = a; /* root[i]: the node before the link queue[i] */
    o->queue[tail++] = (int)(first - klass->links);
    o->seen[o->queue[0]] = true;
    while (head < tail && !found) {
        int u = o->root[head], v = klass->links[o->queue[head]].node;
        head++;
        found = to_parent ? is_arrow(o, v, c) : v == c;
        for (int i = klass->offset[v]; i < klass->offset[v + 1] && !found; i++) {
            int w = klass->links[i].node;
            o->work++;
            if (w == a || o->seen[i] || (to_parent && w == c) || !may_lead(o, v, w) ||
                is_adjacent(o, u, w) || u == w)
                continue;
            o->seen[i] = true;
            o->root[tail] = v;
            o->queue[tail++] = i;
        }
    }
    for (size_t i = 0; i < tail; i++)
        o->seen[o->queue[i]] = false;
    return found;
}

/* a o-> c becomes a -> c. */
static void rules_9_10(orienter *o, int a, int c) {
    const struct graph_class *klass = o->klass;
    int n_firsts = 0, *firsts = wrt_calloc((size_t)o->n + 1, sizeof *firsts);
    bool holds = false;
    for (int i = klass->offset[a]; i < klass->offset[a + 1] && !holds; i++) {
        int b = klass->links[i].node;
        if (b == c || !may_lead(o, a, b))
            continue;
        holds = !is_adjacent(o, b, c) && leads(o, a, &klass->links[i], c, false);
        if (holds || !leads(o, a, &klass->links[i], c, true))
            continue;
        for (int k = 0; k < n_firsts && !holds; k++)
            holds = !is_adjacent(o, b, firsts[k]);
        o->work += (size_t)n_firsts;
        firsts[n_firsts++] = b;
    }
    free(firsts);
    if (holds)
        orient(o, c, a, END_TAIL);
}

/* ---- all rules, and the comparison */

static void apply_at(orienter *o, int b, int c) {
    if (at(o, b, c) == END_CIRCLE && has_shield(o, b, c))
        orient(o, b, c, END_ARROW);
    if (at(o, c, b) == END_CIRCLE)
        rule_4(o, b, c);
    if (is(o, b, c, END_CIRCLE, END_ARROW))
        rules_9_10(o, b, c);
}

static void apply_all(orienter *o) {
    const struct graph_class *klass = o->klass;
    each_turn(o, rule_0);
    do {
        o->changed = false;
        each_turn(o, rules_1_2_8);
        for (int b = 0; b < o->n; b++)
            for (int i = klass->offset[b]; i < klass->offset[b + 1] && o->work <= WORK_MAX; i++)
                apply_at(o, b, klass->links[i].node);
    } while (o->changed && o->work <= WORK_MAX);
}

static void fill_marks(orienter *o) {
    const struct graph_class *klass = o->klass;
    const wrt_graph *member = klass->member;
    size_t n = (size_t)o->n;
    memset(o->end, NONE, n * n);
    for (int v = 0; v < o->n; v++) {
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++)
            o->end[(size_t)v * n + (size_t)klass->links[i].node] = END_CIRCLE;
        for (int i = member->children.offset[v]; i < member->children.offset[v + 1]; i++)
            o->fact[(size_t)v * n + (size_t)member->children.items[i]] = END_ARROW;
        for (int i = member->spouses.offset[v]; i < member->spouses.offset[v + 1]; i++)
            o->fact[(size_t)v * n + (size_t)member->spouses.items[i]] = END_ARROW;
    }
}

static wrt_status refuse(const orienter *o, int v, const graph_link *link, wrt_err *err) {
    char a[GRAPH_LABEL_MAX], b[GRAPH_LABEL_MAX];
    graph_link right = {link->node, at(o, link->node, v), at(o, v, link->node)};
    wrt_graph_label(a, wrt_str_of(o->graph->names[v]));
    wrt_graph_label(b, wrt_str_of(o->graph->names[link->node]));
    return wrt_fail(err, WRT_E_INPUT,
                    "not a pag: its members do not agree on %s%s%s as drawn; they have %s%s%s", a,
                    wrt_class_edge_text(o->klass, link), b, a,
                    wrt_class_edge_text(o->klass, &right), b);
}

static wrt_status compare(const orienter *o, wrt_err *err) {
    const struct graph_class *klass = o->klass;
    for (int v = 0; v < o->n; v++)
        for (int i = klass->offset[v]; i < klass->offset[v + 1]; i++) {
            const graph_link *link = &klass->links[i];
            if (link->near != at(o, link->node, v) || link->far != at(o, v, link->node))
                return refuse(o, v, link, err);
        }
    return WRT_OK;
}

wrt_status wrt_class_check_orientation(const wrt_graph *graph, wrt_err *err) {
    size_t n = graph->n, n_links = (size_t)graph->klass->offset[n];
    size_t room = (n > n_links ? n : n_links) + 1;
    orienter o = {.graph = graph, .klass = graph->klass, .n = (int)n};
    o.end = wrt_calloc(n * n + 1, sizeof *o.end);
    o.fact = wrt_calloc(n * n + 1, sizeof *o.fact);
    o.queue = wrt_calloc(room, sizeof *o.queue);
    o.root = wrt_calloc(room, sizeof *o.root);
    o.seen = wrt_calloc(room, sizeof *o.seen);
    fill_marks(&o);
    apply_all(&o);
    wrt_status status = o.work > WORK_MAX
                            ? wrt_fail(err, WRT_E_LIMIT,
                                       "the pag has too many edges to tell whether its marks are "
                                       "those of a class")
                            : compare(&o, err);
    free(o.end);
    free(o.fact);
    free(o.queue);
    free(o.root);
    free(o.seen);
    return status;
}
