/* adjustment_oracle.c: see adjustment_oracle.h. */
#include "adjustment_oracle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static unsigned bit(int node) {
    return 1u << node;
}

static int size_of(unsigned set) {
    int size = 0;
    for (; set != 0; set &= set - 1)
        size++;
    return size;
}

/* ---- paths */

static bool is_blocked_edge(const oracle_query *q, int from, int to) {
    return q->direct && (q->x & bit(from)) != 0 && (q->y & bit(to)) != 0;
}

static void extend(oracle_query *q, oracle_path *path, unsigned on_path);

static void step(oracle_query *q, oracle_path *path, unsigned on_path, int to, char mark) {
    path->step[path->n - 1] = mark;
    path->node[path->n++] = to;
    extend(q, path, on_path | bit(to));
    path->n--;
}

/* Depth is at most ORACLE_NODES_MAX. */
static void extend(oracle_query *q, oracle_path *path, unsigned on_path) {
    int last = path->node[path->n - 1];
    if ((q->y & bit(last)) != 0) {
        assert(q->n_paths < ORACLE_PATHS_MAX);
        q->paths[q->n_paths++] = *path;
    }
    for (int to = 0; to < q->graph.n; to++) {
        if ((on_path & bit(to)) != 0)
            continue;
        if (q->graph.edge[last][to] && !is_blocked_edge(q, last, to))
            step(q, path, on_path, to, '>');
        if (q->graph.edge[to][last] && !is_blocked_edge(q, to, last))
            step(q, path, on_path, to, '<');
        if (q->graph.bow[last][to])
            step(q, path, on_path, to, '-');
    }
}

static bool points_right(char mark) {
    return mark == '>' || mark == '-';
}

static bool points_left(char mark) {
    return mark == '<' || mark == '-';
}

static bool is_open(const oracle_query *q, const oracle_path *path, unsigned z) {
    for (int i = 1; i + 1 < path->n; i++) {
        int node = path->node[i];
        bool is_collider = points_right(path->step[i - 1]) && points_left(path->step[i]);
        if (is_collider ? (q->descendants[node] & z) == 0 : (bit(node) & z) != 0)
            return false;
    }
    return true;
}

static bool is_proper(const oracle_query *q, const oracle_path *path) {
    for (int i = 1; i < path->n; i++)
        if ((q->x & bit(path->node[i])) != 0)
            return false;
    return true;
}

static bool is_causal(const oracle_path *path) {
    for (int i = 0; i + 1 < path->n; i++)
        if (path->step[i] != '>')
            return false;
    return true;
}

/* ---- the question */

static void fill_descendants(oracle_query *q) {
    for (int v = 0; v < q->graph.n; v++)
        q->descendants[v] = bit(v);
    for (int round = 0; round < q->graph.n; round++)
        for (int a = 0; a < q->graph.n; a++)
            for (int b = 0; b < q->graph.n; b++)
                if (q->graph.edge[a][b])
                    q->descendants[a] |= q->descendants[b];
}

static void fill_forbidden_total(oracle_query *q) {
    for (size_t i = 0; i < q->n_paths; i++) {
        const oracle_path *path = &q->paths[i];
        if (!is_proper(q, path) || !is_causal(path))
            continue;
        q->has_causal_path = true;
        for (int k = 1; k < path->n; k++)
            q->forbidden |= q->descendants[path->node[k]];
    }
}

static void fill_forbidden_direct(oracle_query *q) {
    for (int x = 0; x < q->graph.n; x++)
        for (int y = 0; y < q->graph.n; y++)
            if ((q->x & bit(x)) != 0 && (q->y & bit(y)) != 0 && (q->descendants[x] & bit(y)) != 0) {
                q->has_causal_path = true;
                q->forbidden |= q->descendants[y];
            }
}

void oracle_ask(oracle_query *out, const oracle_graph *graph, unsigned x, unsigned y, bool direct) {
    out->graph = *graph;
    out->x = x;
    out->y = y;
    out->direct = direct;
    out->forbidden = 0;
    out->has_causal_path = false;
    out->n_paths = 0;
    fill_descendants(out);
    for (int v = 0; v < graph->n; v++)
        if ((x & bit(v)) != 0) {
            oracle_path path = {.n = 1, .node = {v}};
            extend(out, &path, bit(v));
        }
    if (direct)
        fill_forbidden_direct(out);
    else
        fill_forbidden_total(out);
}

bool oracle_separated(const oracle_query *query, unsigned z) {
    for (size_t i = 0; i < query->n_paths; i++)
        if (is_open(query, &query->paths[i], z))
            return false;
    return true;
}

bool oracle_valid(const oracle_query *query, unsigned z) {
    if ((z & query->forbidden) != 0)
        return false;
    for (size_t i = 0; i < query->n_paths; i++) {
        const oracle_path *path = &query->paths[i];
        if (!is_proper(query, path) || (!query->direct && is_causal(path)))
            continue;
        if (is_open(query, path, z))
            return false;
    }
    return true;
}

/* ---- subsets */

static bool is_candidate(const oracle_query *q, unsigned z, unsigned include, unsigned exclude) {
    unsigned unusable = q->x | q->y | q->graph.latent | exclude;
    return (z & unusable) == 0 && (z & include) == include;
}

bool oracle_any_valid(const oracle_query *query, unsigned include, unsigned exclude) {
    for (unsigned z = 0; z < bit(query->graph.n); z++)
        if (is_candidate(query, z, include, exclude) && oracle_valid(query, z))
            return true;
    return false;
}

/* By size, then as ascending lists: the set that holds the lowest node of the difference first. */
static int compare_sets(const void *a, const void *b) {
    unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;
    if (size_of(left) != size_of(right))
        return size_of(left) - size_of(right);
    unsigned differ = left ^ right;
    unsigned lowest = differ & (~differ + 1);
    return differ == 0 ? 0 : (left & lowest) != 0 ? -1 : 1;
}

size_t oracle_minimal(unsigned out[ORACLE_SUBSETS_MAX], const oracle_query *query, unsigned include,
                      unsigned exclude) {
    bool valid[ORACLE_SUBSETS_MAX] = {false};
    size_t n = 0;
    for (unsigned z = 0; z < bit(query->graph.n); z++)
        valid[z] = is_candidate(query, z, include, exclude) && oracle_valid(query, z);
    for (unsigned z = 0; z < bit(query->graph.n); z++) {
        bool is_minimal = valid[z];
        for (unsigned part = z; part != 0 && is_minimal;) {
            part = (part - 1) & z;
            is_minimal = !valid[part];
        }
        if (is_minimal)
            out[n++] = z;
    }
    qsort(out, n, sizeof *out, compare_sets);
    return n;
}

unsigned oracle_ancestors(const oracle_query *query, unsigned of) {
    unsigned ancestors = 0;
    for (int v = 0; v < query->graph.n; v++)
        if ((query->descendants[v] & of) != 0)
            ancestors |= bit(v);
    return ancestors;
}

/* ---- checking a path written by somebody else */

static bool read_node(const char **text, int *node) {
    if ((*text)[0] != 'v' || (*text)[1] < '0' || (*text)[1] >= '0' + ORACLE_NODES_MAX)
        return false;
    *node = (*text)[1] - '0';
    *text += 2;
    return true;
}

static char read_step(const char **text) {
    static const struct {
        const char *text;
        char mark;
    } steps[] = {{" -> ", '>'}, {" <- ", '<'}, {" <-> ", '-'}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        size_t n = strlen(steps[i].text);
        if (strncmp(*text, steps[i].text, n) == 0) {
            *text += n;
            return steps[i].mark;
        }
    }
    return '\0';
}

bool oracle_path_read(oracle_path *out, const char *text) {
    *out = (oracle_path){0};
    if (!read_node(&text, &out->node[out->n++]))
        return false;
    while (*text != '\0') {
        char mark = read_step(&text);
        if (mark == '\0' || out->n == ORACLE_NODES_MAX)
            return false;
        out->step[out->n - 1] = mark;
        if (!read_node(&text, &out->node[out->n++]))
            return false;
    }
    return true;
}

static bool has_step(const oracle_graph *graph, int a, int b, char mark) {
    return mark == '>' ? graph->edge[a][b] : mark == '<' ? graph->edge[b][a] : graph->bow[a][b];
}

bool oracle_path_is_open(const oracle_query *query, const oracle_path *path, unsigned z) {
    unsigned on_path = 0;
    for (int i = 0; i < path->n; i++) {
        if (path->node[i] >= query->graph.n || (on_path & bit(path->node[i])) != 0)
            return false;
        on_path |= bit(path->node[i]);
        if (i > 0 && !has_step(&query->graph, path->node[i - 1], path->node[i], path->step[i - 1]))
            return false;
    }
    return path->n >= 2 && (query->x & bit(path->node[0])) != 0 &&
           (query->y & bit(path->node[path->n - 1])) != 0 && is_open(query, path, z);
}

bool oracle_path_is_proper_back_door(const oracle_query *query, const oracle_path *path) {
    if (!is_proper(query, path))
        return false;
    return query->direct ? path->n > 2 || path->step[0] != '>' : !is_causal(path);
}
