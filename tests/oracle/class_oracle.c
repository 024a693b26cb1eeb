/* class_oracle.c: see class_oracle.h. Recursion is at most as deep as a graph has nodes. */
#include "class_oracle.h"

#include <stdlib.h>
#include <string.h>

void class_join(class_graph *g, int a, int b, char at_a, char at_b) {
    g->end[b][a] = at_a;
    g->end[a][b] = at_b;
}

static bool is_directed(const class_graph *g, int a, int b) {
    return g->end[b][a] == '-' && g->end[a][b] == '>';
}

/* Nodes that `from` reaches by directed edges, or with `possible` by edges without an arrowhead
 * back; itself included. */
static unsigned reached(const class_graph *g, unsigned from, bool possible) {
    unsigned set = from;
    for (int round = 0; round < g->n; round++)
        for (int a = 0; a < g->n; a++)
            for (int b = 0; b < g->n; b++)
                if ((set & 1u << a) != 0 && g->end[a][b] != 0 &&
                    (possible ? g->end[b][a] != '>' : is_directed(g, a, b)))
                    set |= 1u << b;
    return set;
}

unsigned class_possible_ancestors(const class_graph *g, unsigned of) {
    unsigned set = 0;
    for (int a = 0; a < g->n; a++)
        if ((reached(g, 1u << a, true) & of) != 0)
            set |= 1u << a;
    return set;
}

bool class_is_acyclic(const class_graph *g) {
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++)
            if (is_directed(g, a, b) && (reached(g, 1u << b, false) & 1u << a) != 0)
                return false;
    return true;
}

bool class_is_ancestral(const class_graph *g) {
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++) {
            if (g->end[a][b] == 0)
                continue;
            if (g->end[a][b] == 'o' || (g->end[a][b] == '-' && g->end[b][a] == '-'))
                return false;
            if (g->end[a][b] == '>' && g->end[b][a] == '>' &&
                (reached(g, 1u << a, false) & 1u << b) != 0)
                return false;
        }
    return class_is_acyclic(g);
}

/* ---- paths */

typedef struct {
    const class_graph *g;
    int node[CLASS_NODES_MAX], n;
} path;

typedef bool path_visit(const path *p, void *ctx); /* false: stop */

/* Every simple path that begins with p and ends in `to`. */
static bool extend(path *p, int to, path_visit *visit, void *ctx) {
    int last = p->node[p->n - 1];
    if (last == to)
        return visit(p, ctx);
    for (int v = 0; v < p->g->n; v++) {
        bool met = p->g->end[last][v] == 0;
        for (int i = 0; i < p->n; i++)
            met = met || p->node[i] == v;
        if (met)
            continue;
        p->node[p->n++] = v;
        bool go_on = extend(p, to, visit, ctx);
        p->n--;
        if (!go_on)
            return false;
    }
    return true;
}

static bool each_path(const class_graph *g, int from, int to, path_visit *visit, void *ctx) {
    path p = {.g = g, .n = 1, .node = {from}};
    return extend(&p, to, visit, ctx);
}

/* Of definite status, no definite non-collider in z, every collider an ancestor of z. */
static bool is_open(const path *p, unsigned z) {
    const class_graph *g = p->g;
    for (int i = 1; i + 1 < p->n; i++) {
        int a = p->node[i - 1], v = p->node[i], b = p->node[i + 1];
        char left = g->end[a][v], right = g->end[b][v];
        if (left == '>' && right == '>') {
            if ((reached(g, 1u << v, false) & z) == 0)
                return false;
            continue;
        }
        bool is_definite =
            left == '-' || right == '-' || (left == 'o' && right == 'o' && g->end[a][b] == 0);
        if (!is_definite || (z & 1u << v) != 0)
            return false;
    }
    return true;
}

static bool is_possibly_directed(const path *p) {
    for (int i = 0; i + 1 < p->n; i++)
        if (p->g->end[p->node[i + 1]][p->node[i]] == '>')
            return false;
    return true;
}

static bool is_proper(const path *p, unsigned x) {
    for (int i = 1; i < p->n; i++)
        if ((x & 1u << p->node[i]) != 0)
            return false;
    return true;
}

/* ---- separation and classes */

static bool stop_when_open(const path *p, void *ctx) {
    return !is_open(p, *(const unsigned *)ctx);
}

bool class_separated(const class_graph *g, int a, int b, unsigned z) {
    return each_path(g, a, b, stop_when_open, &z);
}

bool class_is_maximal(const class_graph *g) {
    for (int a = 0; a < g->n; a++)
        for (int b = a + 1; b < g->n; b++) {
            bool found = g->end[a][b] != 0;
            for (unsigned z = 0; z < 1u << g->n && !found; z++)
                if ((z & (1u << a | 1u << b)) == 0)
                    found = class_separated(g, a, b, z);
            if (!found)
                return false;
        }
    return true;
}

class_signature class_signature_of(const class_graph *g) {
    class_signature s = {{0}};
    unsigned at = 0;
    for (int a = 0; a < g->n; a++)
        for (int b = a + 1; b < g->n; b++)
            for (unsigned z = 0; z < 1u << g->n; z++) {
                if ((z & (1u << a | 1u << b)) != 0)
                    continue;
                if (at >= CLASS_WORDS * 64)
                    abort();
                if (class_separated(g, a, b, z))
                    s.bits[at / 64] |= 1ull << at % 64;
                at++;
            }
    return s;
}

bool class_same(const class_signature *a, const class_signature *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

size_t class_members(class_graph *out, const class_graph *g, class_kind kind) {
    int ends[CLASS_NODES_MAX * CLASS_NODES_MAX][2], n_edges = 0;
    class_signature wanted = class_signature_of(g);
    for (int a = 0; a < g->n; a++)
        for (int b = a + 1; b < g->n; b++)
            if (g->end[a][b] != 0) {
                ends[n_edges][0] = a;
                ends[n_edges++][1] = b;
            }
    unsigned choices = kind == CLASS_OF_DAGS ? 2 : 3;
    unsigned long long total = 1;
    for (int i = 0; i < n_edges; i++)
        total *= choices;
    size_t n = 0;
    for (unsigned long long code = 0; code < total; code++) {
        class_graph member = {.n = g->n};
        unsigned long long rest = code;
        for (int i = 0; i < n_edges; i++, rest /= choices)
            class_join(&member, ends[i][0], ends[i][1], rest % choices == 0 ? '-' : '>',
                       rest % choices == 1 ? '-' : '>');
        if (!class_is_ancestral(&member))
            continue;
        class_signature has = class_signature_of(&member);
        if (!class_same(&has, &wanted))
            continue;
        if (n == CLASS_MEMBERS_MAX)
            abort();
        out[n++] = member;
    }
    return n;
}

class_graph class_summary(const class_graph *members, size_t n) {
    class_graph summary = members[0];
    for (size_t i = 1; i < n; i++)
        for (int a = 0; a < summary.n; a++)
            for (int b = 0; b < summary.n; b++)
                if (members[i].end[a][b] != summary.end[a][b])
                    summary.end[a][b] = 'o';
    return summary;
}

/* ---- the generalised criterion */

typedef struct {
    int from, to; /* the edge from -> to */
} edge;

/* A path that ends with the edge's tail: is it one that makes the edge visible? */
static bool stop_when_visible(const path *p, void *ctx) {
    const edge *e = ctx;
    const class_graph *g = p->g;
    int last = p->n - 1;
    if (p->node[0] == e->to || g->end[p->node[0]][e->to] != 0 ||
        g->end[p->node[last - 1]][e->from] != '>')
        return true;
    for (int i = 1; i < last; i++) {
        int v = p->node[i];
        if (v == e->to || g->end[p->node[i - 1]][v] != '>' || g->end[p->node[i + 1]][v] != '>' ||
            !is_directed(g, v, e->to))
            return true;
    }
    return false;
}

bool class_visible(const class_graph *g, int a, int b) {
    edge e = {a, b};
    for (int c = 0; c < g->n; c++)
        if (c != a && c != b && !each_path(g, c, a, stop_when_visible, &e))
            return true;
    return false;
}

typedef struct {
    const class_query *q;
    unsigned z, on_path;
    bool amenable, has_path, blocked;
} survey;

static bool survey_path(const path *p, void *ctx) {
    survey *s = ctx;
    const class_query *q = s->q;
    if (!is_proper(p, q->x))
        return true;
    if (!is_possibly_directed(p)) {
        s->blocked = s->blocked && !is_open(p, s->z);
        return true;
    }
    s->has_path = true;
    for (int i = 1; i < p->n; i++)
        s->on_path |= 1u << p->node[i];
    bool certain = is_directed(p->g, p->node[0], p->node[1]) &&
                   (q->is_causally_sufficient || class_visible(p->g, p->node[0], p->node[1]));
    s->amenable = s->amenable && certain;
    return true;
}

static survey take_survey(const class_query *q, unsigned z) {
    survey s = {.q = q, .z = z, .amenable = true, .blocked = true};
    for (int a = 0; a < q->graph->n; a++)
        for (int b = 0; b < q->graph->n; b++)
            if ((q->x & 1u << a) != 0 && (q->y & 1u << b) != 0)
                each_path(q->graph, a, b, survey_path, &s);
    return s;
}

bool class_amenable(const class_query *q) {
    return take_survey(q, 0).amenable;
}

bool class_has_possible_path(const class_query *q) {
    return take_survey(q, 0).has_path;
}

unsigned class_forbidden(const class_query *q) {
    return reached(q->graph, take_survey(q, 0).on_path, true);
}

bool class_valid(const class_query *q, unsigned z) {
    survey s = take_survey(q, z);
    return s.amenable && s.blocked && (z & reached(q->graph, s.on_path, true)) == 0;
}

/* ---- witnesses */

static bool read_mark(char ends[2], const char *word) {
    static const char *const words[][2] = {{"->", "->"},  {"<-", ">-"},  {"<->", ">>"},
                                           {"o->", "o>"}, {"<-o", ">o"}, {"o-o", "oo"},
                                           {"--", "oo"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i][0]) == 0) {
            memcpy(ends, words[i][1], 2);
            return true;
        }
    return false;
}

bool class_path_is_open(const class_query *q, const char *text, unsigned z, bool back_door) {
    path p = {.g = q->graph};
    char word[16], ends[2] = {0, 0};
    for (bool is_name = true; *text != '\0'; is_name = !is_name) {
        size_t len = strcspn(text, " ");
        if (len >= sizeof word)
            return false;
        memcpy(word, text, len);
        word[len] = '\0';
        text += len + (text[len] == ' ' ? 1 : 0);
        if (!is_name) {
            if (!read_mark(ends, word))
                return false;
            continue;
        }
        int v = word[0] == 'v' ? word[1] - '0' : -1;
        if (v < 0 || v >= p.g->n || p.n == p.g->n)
            return false;
        for (int i = 0; i < p.n; i++)
            if (p.node[i] == v)
                return false;
        if (p.n > 0 &&
            (p.g->end[v][p.node[p.n - 1]] != ends[0] || p.g->end[p.node[p.n - 1]][v] != ends[1]))
            return false;
        p.node[p.n++] = v;
    }
    if (p.n < 2 || (q->x & 1u << p.node[0]) == 0 || (q->y & 1u << p.node[p.n - 1]) == 0)
        return false;
    return is_open(&p, z) && (!back_door || (is_proper(&p, q->x) && !is_possibly_directed(&p)));
}
