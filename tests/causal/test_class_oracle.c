/* CPDAG, MAG and PAG against brute force (tests/oracle/class_oracle.c), no difference allowed.
 *
 * Legality: every graph with the marks of a type on up to four nodes. A CPDAG set is valid iff it
 * is valid in every DAG of its class, a PAG set iff it is valid in every MAG of its class and by
 * the criterion over paths; a MAG set by the criterion over paths. Larger graphs are random;
 * WARRANT_CLASS_GRAPHS scales their number (default 1). */
#include "../oracle/adjustment_oracle.h"
#include "../oracle/class_oracle.h"
#include "base/rng.h"
#include "causal/adjustment.h"
#include "causal/classes/class_graph.h"
#include "causal/separation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static class_graph members[CLASS_MEMBERS_MAX];
static size_t n_members;
static oracle_query dag_query; /* large: kept off the stack */

typedef struct {
    unsigned graphs, separations, queries, sets, amenable, widened, optimal;
} counts;

static unsigned scale(unsigned n) {
    const char *text = getenv("WARRANT_CLASS_GRAPHS");
    unsigned long factor = text == NULL ? 1 : strtoul(text, NULL, 10);
    return n * (unsigned)(factor == 0 ? 1 : factor);
}

/* ---- both worlds */

static const char *const type_words[] = {"dag", "pdag", "mag", "pag"};

/* first: the node that is declared first; the others follow in a ring. */
static void write_graph(char *out, size_t room, const class_graph *g, wrt_graph_type type,
                        int first) {
    size_t at = (size_t)snprintf(out, room, "%s {", type_words[type]);
    for (int v = 0; v < g->n; v++)
        at +=
            (size_t)snprintf(out + at, room - at, " v%d;", first == 0 ? v : (first + 3 * v) % g->n);
    for (int a = 0; a < g->n; a++)
        for (int b = a + 1; b < g->n; b++) {
            char near = g->end[b][a], far = g->end[a][b];
            const char *mark = near == '-'   ? "->"
                               : far == '-'  ? "<-"
                               : near == far ? (near == '>' ? "<->" : "@-@")
                               : near == 'o' ? "@->"
                                             : "<-@";
            if (type == WRT_GRAPH_CPDAG && near == 'o' && far == 'o')
                mark = "--";
            if (far != 0)
                at += (size_t)snprintf(out + at, room - at, " v%d %s v%d;", a, mark, b);
        }
    snprintf(out + at, room - at, " }");
}

static char text[4096];

/* NULL when the graph is refused. */
static wrt_graph *read_graph(const class_graph *g, wrt_graph_type type) {
    wrt_graph *graph;
    wrt_err err = {0};
    write_graph(text, sizeof text, g, type, 0);
    wrt_status status = wrt_graph_parse_any_text(&graph, wrt_str_of(text), &err);
    if (status != WRT_OK && (status != WRT_E_INPUT || err.message[0] == '\0'))
        fail_msg("%s: %s", text, err.message);
    return status == WRT_OK ? graph : NULL;
}

static wrt_node_set as_set(unsigned mask, int *items) {
    wrt_node_set set = {items, 0};
    for (int v = 0; v < CLASS_NODES_MAX; v++)
        if ((mask & 1u << v) != 0)
            items[set.n++] = v;
    return set;
}

static unsigned as_mask(const wrt_node_set *set) {
    unsigned mask = 0;
    for (size_t i = 0; i < set->n; i++)
        mask |= 1u << set->items[i];
    return mask;
}

static oracle_graph as_dag(const class_graph *g) {
    oracle_graph dag = {.n = g->n};
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++)
            dag.edge[a][b] = g->end[a][b] == '>';
    return dag;
}

/* ---- separation */

static void compare_separations(const class_graph *g, const wrt_graph *graph, counts *done) {
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++)
            for (unsigned z = 0; z < 1u << g->n && a != b; z++) {
                int items[3][CLASS_NODES_MAX];
                wrt_node_set x = as_set(1u << a, items[0]), y = as_set(1u << b, items[1]);
                wrt_node_set given = as_set(z, items[2]);
                class_query q = {.graph = g, .x = 1u << a, .y = 1u << b};
                bool separated;
                char *path;
                if ((z & (q.x | q.y)) != 0)
                    continue;
                assert_int_equal(
                    wrt_graph_separated(&separated, &path, graph, &x, &y, &given, NULL), WRT_OK);
                if (separated != class_separated(g, a, b, z))
                    fail_msg("%s: v%d and v%d given %x differ", text, a, b, z);
                if (!separated && !class_path_is_open(&q, path, z, false))
                    fail_msg("%s: path %s is not open given %x", text, path, z);
                free(path);
                done->separations++;
            }
}

/* ---- adjustment */

typedef struct {
    const class_graph *g;
    const wrt_graph *graph;
    wrt_graph_type type;
    unsigned x, y;
    bool valid[1 << CLASS_NODES_MAX]; /* by the oracle */
} question;

/* By the members, and for MAG and PAG by the criterion over paths as well. */
static void ask_oracle(question *q) {
    class_query here = {q->g, q->type == WRT_GRAPH_CPDAG, q->x, q->y};
    unsigned all = 1u << q->g->n;
    for (unsigned z = 0; z < all; z++)
        q->valid[z] =
            (z & (q->x | q->y)) == 0 && (q->type != WRT_GRAPH_MAG || class_valid(&here, z));
    if (q->type == WRT_GRAPH_MAG)
        return;
    for (size_t i = 0; i < n_members; i++) {
        class_query there = {&members[i], false, q->x, q->y};
        oracle_graph dag = as_dag(&members[i]);
        if (q->type == WRT_GRAPH_CPDAG)
            oracle_ask(&dag_query, &dag, q->x, q->y, false);
        for (unsigned z = 0; z < all; z++)
            q->valid[z] = q->valid[z] && (q->type == WRT_GRAPH_CPDAG ? oracle_valid(&dag_query, z)
                                                                     : class_valid(&there, z));
    }
    for (unsigned z = 0; z < all; z++)
        if ((z & (q->x | q->y)) == 0 && q->valid[z] != class_valid(&here, z))
            fail_msg("%s: the oracles differ on %x for %x -> %x", text, z, q->x, q->y);
}

static void compare_reason(const question *q, const wrt_adjustment_verdict *verdict, unsigned z) {
    class_query here = {q->g, q->type == WRT_GRAPH_CPDAG, q->x, q->y};
    bool holds = verdict->reason == WRT_REASON_NONE;
    if (verdict->reason == WRT_REASON_NOT_AMENABLE) {
        int from = verdict->witness[1] - '0';
        int to = verdict->witness[strlen(verdict->witness) - 1] - '0';
        holds = !class_amenable(&here) && (q->x & 1u << from) != 0 && q->g->end[from][to] != 0;
    } else if (verdict->reason == WRT_REASON_FORBIDDEN_NODE) {
        holds = (class_forbidden(&here) & z & 1u << (verdict->witness[1] - '0')) != 0;
    } else if (verdict->reason == WRT_REASON_OPEN_PATH) {
        holds = class_path_is_open(&here, verdict->witness, z, true);
    }
    if (!holds || (verdict->witness == NULL) != verdict->valid)
        fail_msg("%s: %x for %x -> %x: wrong reason: %s", text, z, q->x, q->y, verdict->text);
}

static void compare_checks(const question *q, const wrt_effect_query *query, counts *done) {
    for (unsigned z = 0; z < 1u << q->g->n; z++) {
        int items[CLASS_NODES_MAX];
        wrt_node_set set = as_set(z, items);
        wrt_adjustment_verdict verdict;
        if ((z & (q->x | q->y)) != 0)
            continue;
        assert_int_equal(wrt_adjustment_check(&verdict, query, &set, NULL), WRT_OK);
        if (verdict.valid != q->valid[z])
            fail_msg("%s: %x for %x -> %x: %s", text, z, q->x, q->y, verdict.text);
        compare_reason(q, &verdict, z);
        wrt_adjustment_verdict_free(&verdict);
        done->sets++;
    }
}

/* Valid, between include and everything but exclude, and without a smaller such set inside. */
static bool is_minimal(const question *q, unsigned z, unsigned include, unsigned exclude) {
    if (!q->valid[z] || (z & include) != include || (z & exclude) != 0)
        return false;
    for (unsigned part = z; part != 0;) {
        part = (part - 1) & z;
        if (q->valid[part] && (part & include) == include)
            return false;
    }
    return true;
}

static int size_of(unsigned set) {
    int size = 0;
    for (; set != 0; set &= set - 1)
        size++;
    return size;
}

static wrt_adjustment_sets list(const wrt_effect_query *query, wrt_adjust_kind kind,
                                unsigned include, unsigned exclude) {
    int items[2][CLASS_NODES_MAX];
    wrt_node_set in = as_set(include, items[0]), out = as_set(exclude, items[1]);
    wrt_adjust_options options = {.kind = kind, .max = 1000, .include = &in, .exclude = &out};
    wrt_adjustment_sets sets;
    wrt_err err = {0};
    if (wrt_adjustment_list(&sets, query, &options, &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return sets;
}

static int cost_of(unsigned set) {
    int sum = 0;
    for (int v = 0; v < CLASS_NODES_MAX; v++)
        sum += (set >> v & 1U) != 0 ? 1 + (v * 5 + 2) % 4 : 0;
    return sum;
}

/* No valid set costs less than the cheapest one. */
static void compare_cheapest(const question *q, const wrt_effect_query *query) {
    int costs[CLASS_NODES_MAX];
    wrt_adjust_options options = {.kind = WRT_ADJUST_MINIMUM, .costs = costs};
    wrt_adjustment_sets sets;
    for (int v = 0; v < CLASS_NODES_MAX; v++)
        costs[v] = cost_of(1U << v);
    assert_int_equal(wrt_adjustment_list(&sets, query, &options, NULL), WRT_OK);
    unsigned chosen = sets.n_sets > 0 ? as_mask(&sets.sets[0]) : 0;
    assert_true(sets.n_sets == 0 || q->valid[chosen]);
    for (unsigned z = 0; z < 1U << q->g->n; z++)
        assert_true(!q->valid[z] || (sets.n_sets > 0 && cost_of(chosen) <= cost_of(z)));
    wrt_adjustment_sets_free(&sets);
}

static void compare_minimal(const question *q, const wrt_effect_query *query, unsigned include,
                            unsigned exclude) {
    wrt_adjustment_sets sets = list(query, WRT_ADJUST_MINIMAL, include, exclude);
    wrt_adjustment_sets smallest = list(query, WRT_ADJUST_MINIMUM, include, exclude);
    bool listed[1 << CLASS_NODES_MAX] = {false};
    int least = 100;
    for (size_t i = 0; i < sets.n_sets; i++) {
        unsigned z = as_mask(&sets.sets[i]);
        if (listed[z] || !is_minimal(q, z, include, exclude))
            fail_msg("%s: %x -> %x: %x is not minimal or listed twice", text, q->x, q->y, z);
        listed[z] = true;
    }
    size_t n = 0;
    for (unsigned z = 0; z < 1u << q->g->n; z++)
        if (is_minimal(q, z, include, exclude)) {
            least = size_of(z) < least ? size_of(z) : least;
            n++;
        }
    class_query here = {q->g, q->type == WRT_GRAPH_CPDAG, q->x, q->y};
    wrt_adjust_verdict_kind expected = !class_has_possible_path(&here) ? WRT_ADJUST_NO_CAUSAL_PATH
                                       : n == 0                        ? WRT_ADJUST_NO_SET
                                       : q->valid[0] && include == 0   ? WRT_ADJUST_EMPTY_VALID
                                                                       : WRT_ADJUST_OK;
    if (n != sets.n_sets || sets.verdict != expected || !sets.complete)
        fail_msg("%s: %x -> %x: %zu minimal sets, not %zu, or verdict", text, q->x, q->y,
                 sets.n_sets, n);
    assert_int_equal(smallest.n_sets, n == 0 ? 0 : 1);
    if (n > 0) {
        unsigned z = as_mask(&smallest.sets[0]);
        assert_true(q->valid[z] && (z & include) == include && (z & exclude) == 0);
        assert_int_equal(size_of(z), least);
    }
    if (include == 0 && exclude == 0)
        compare_cheapest(q, query);
    wrt_adjustment_sets_free(&sets);
    wrt_adjustment_sets_free(&smallest);
}

/* Perkovic et al. 2018, definition 12: possible ancestors without forbidden nodes and ends. */
static void compare_canonical(const question *q, const wrt_effect_query *query, unsigned include,
                              unsigned exclude, counts *done) {
    class_query here = {q->g, q->type == WRT_GRAPH_CPDAG, q->x, q->y};
    wrt_adjustment_sets sets = list(query, WRT_ADJUST_CANONICAL, include, exclude);
    unsigned expected = (class_possible_ancestors(q->g, q->x | q->y | include) &
                         ~(class_forbidden(&here) | q->x | q->y | exclude)) |
                        include;
    bool exists = false;
    for (unsigned z = 0; z < 1u << q->g->n; z++)
        exists = exists || (q->valid[z] && (z & include) == include && (z & exclude) == 0);
    assert_int_equal(sets.n_sets, exists ? 1 : 0);
    if (exists) {
        unsigned z = as_mask(&sets.sets[0]);
        assert_true(q->valid[z]);
        if (exclude == 0 || q->valid[expected])
            assert_int_equal(z, expected);
        else
            done->widened++;
    }
    wrt_adjustment_sets_free(&sets);
}

/* pa(cn) minus forb in one DAG, by its definition. */
static unsigned optimal_in(const oracle_graph *dag, unsigned x, unsigned y) {
    unsigned causal = 0, optimal = 0;
    oracle_ask(&dag_query, dag, x, y, false);
    for (size_t i = 0; i < dag_query.n_paths; i++) {
        const oracle_path *p = &dag_query.paths[i];
        bool is_causal = true;
        for (int k = 0; k + 1 < p->n; k++)
            is_causal = is_causal && p->step[k] == '>' && (x & 1u << p->node[k + 1]) == 0;
        for (int k = 1; k < p->n && is_causal; k++)
            causal |= 1u << p->node[k];
    }
    for (int a = 0; a < dag->n; a++)
        for (int b = 0; b < dag->n; b++)
            if (dag->edge[a][b] && (causal & 1u << b) != 0)
                optimal |= 1u << a;
    return optimal & ~(dag_query.forbidden | x);
}

static void compare_optimal(const question *q, const wrt_effect_query *query, counts *done) {
    wrt_adjustment_sets sets;
    wrt_adjust_options options = {.kind = WRT_ADJUST_OPTIMAL};
    class_query here = {q->g, q->type == WRT_GRAPH_CPDAG, q->x, q->y};
    bool exists = false;
    for (unsigned z = 0; z < 1u << q->g->n; z++)
        exists = exists || q->valid[z];
    wrt_status status = wrt_adjustment_list(&sets, query, &options, NULL);
    if (q->type != WRT_GRAPH_CPDAG) {
        assert_int_equal(status, WRT_E_UNSUPPORTED);
        return;
    }
    if (status == WRT_OK && class_has_possible_path(&here))
        assert_int_equal(sets.n_sets, exists ? 1 : 0);
    for (size_t i = 0; i < n_members && status == WRT_OK && sets.n_sets == 1; i++) {
        oracle_graph dag = as_dag(&members[i]);
        unsigned expected = optimal_in(&dag, q->x, q->y);
        if (as_mask(&sets.sets[0]) != expected)
            fail_msg("%s: %x -> %x: optimal set is %x in one DAG", text, q->x, q->y, expected);
        done->optimal++;
    }
    wrt_adjustment_sets_free(&sets);
}

static void compare_query(question *q, wrt_rng *rng, counts *done) {
    int items[2][CLASS_NODES_MAX];
    wrt_node_set x = as_set(q->x, items[0]), y = as_set(q->y, items[1]);
    wrt_effect_query query = {q->graph, &x, &y, WRT_EFFECT_TOTAL};
    unsigned pool = ((1u << q->g->n) - 1) & ~(q->x | q->y);
    unsigned include = (unsigned)wrt_rng_below(rng, 1u << q->g->n) &
                       (unsigned)wrt_rng_below(rng, 1u << q->g->n) & pool;
    unsigned exclude = (unsigned)wrt_rng_below(rng, 1u << q->g->n) & pool & ~include;
    class_query here = {q->g, q->type == WRT_GRAPH_CPDAG, q->x, q->y};
    ask_oracle(q);
    compare_checks(q, &query, done);
    compare_minimal(q, &query, 0, 0);
    compare_minimal(q, &query, include, exclude);
    compare_canonical(q, &query, 0, 0, done);
    compare_canonical(q, &query, include, exclude, done);
    compare_optimal(q, &query, done);
    done->queries++;
    done->amenable += class_amenable(&here);
}

/* ---- one graph: separations, every pair of nodes, some pairs of sets */

static void compare_graph(const class_graph *g, wrt_graph_type type, wrt_rng *rng, counts *done) {
    wrt_graph *graph = read_graph(g, type);
    if (graph == NULL)
        fail_msg("%s is refused", text);
    assert_int_equal(wrt_graph_type_of(graph), type);
    compare_separations(g, graph, done);
    question q = {.g = g, .graph = graph, .type = type};
    for (int a = 0; a < g->n; a++)
        for (int b = 0; b < g->n; b++) {
            q.x = 1u << a;
            q.y = 1u << b;
            if (a != b)
                compare_query(&q, rng, done);
        }
    for (int i = 0; i < 3; i++) {
        q.x = (unsigned)wrt_rng_below(rng, 1u << g->n);
        q.y = (unsigned)wrt_rng_below(rng, 1u << g->n) & ~q.x;
        if (q.x != 0 && q.y != 0)
            compare_query(&q, rng, done);
    }
    wrt_graph_free(graph);
    done->graphs++;
}

static void report(const char *what, const counts *done) {
    print_message("%s: %u graphs, %u separations, %u queries (%u amenable), %u sets, %u optimal, "
                  "%u canonical sets by a member\n",
                  what, done->graphs, done->separations, done->queries, done->amenable, done->sets,
                  done->optimal, done->widened);
}

/* ---- every small graph */

/* The code-th graph on n nodes over the given edges, each written "ab" for the marks at both ends.
 */
static class_graph graph_of_code(int n, unsigned code, const char *const *edges, unsigned n_edges) {
    class_graph g = {.n = n};
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++, code /= n_edges)
            if (edges[code % n_edges][0] != 0)
                class_join(&g, a, b, edges[code % n_edges][0], edges[code % n_edges][1]);
    return g;
}

static unsigned code_count(int n, unsigned n_edges) {
    unsigned total = 1;
    for (int i = 0; i < n * (n - 1) / 2; i++)
        total *= n_edges;
    return total;
}

static bool same_graph(const class_graph *a, const class_graph *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

/* g is the CPDAG or PAG of a class: of the DAGs or MAGs that fit its definite marks one must have
 * a class whose summary is g. */
static bool is_summary(const class_graph *g, class_kind kind) {
    static const char *const arrows[] = {"", "->", ">-", ">>"};
    unsigned n_edges = kind == CLASS_OF_DAGS ? 3 : 4;
    for (unsigned code = 0; code < code_count(g->n, n_edges); code++) {
        class_graph one = graph_of_code(g->n, code, arrows, n_edges);
        bool fits = true;
        for (int a = 0; a < g->n && fits; a++)
            for (int b = 0; b < g->n && fits; b++)
                fits = (one.end[a][b] == 0) == (g->end[a][b] == 0) &&
                       (g->end[a][b] == 'o' || g->end[a][b] == one.end[a][b]);
        if (!fits || !class_is_ancestral(&one))
            continue;
        if (kind == CLASS_OF_MAGS && !class_is_maximal(&one))
            continue;
        n_members = class_members(members, &one, kind);
        class_graph summary = class_summary(members, n_members);
        if (same_graph(&summary, g))
            return true;
    }
    return false;
}

static void cpdag_is_accepted_exactly_when_it_is_one(void **state) {
    (void)state;
    static const char *const edges[] = {"", "->", ">-", "oo"};
    wrt_rng rng = wrt_rng_make(11, 0, 0);
    counts done = {0};
    unsigned refused = 0;
    for (int n = 2; n <= 4; n++)
        for (unsigned code = 0; code < code_count(n, 4); code++) {
            class_graph g = graph_of_code(n, code, edges, 4);
            if (is_summary(&g, CLASS_OF_DAGS)) {
                compare_graph(&g, WRT_GRAPH_CPDAG, &rng, &done);
                continue;
            }
            wrt_graph *graph = read_graph(&g, WRT_GRAPH_CPDAG);
            if (graph != NULL)
                fail_msg("%s is accepted", text);
            refused++;
        }
    report("CPDAG, all of up to 4 nodes", &done);
    /* 2, 11 and 185 classes of DAGs on 2, 3 and 4 labelled nodes (Gillispie, Perlman 2002). */
    assert_int_equal(done.graphs, 2 + 11 + 185);
    assert_int_equal(refused, 4 + 64 + 4096 - done.graphs);
}

static void mag_is_accepted_exactly_when_it_is_one(void **state) {
    (void)state;
    static const char *const edges[] = {"", "->", ">-", ">>"};
    wrt_rng rng = wrt_rng_make(12, 0, 0);
    counts done = {0};
    for (int n = 2; n <= 4; n++)
        for (unsigned code = 0; code < code_count(n, 4); code++) {
            class_graph g = graph_of_code(n, code, edges, 4);
            if (class_is_ancestral(&g) && class_is_maximal(&g)) {
                compare_graph(&g, WRT_GRAPH_MAG, &rng, &done);
                continue;
            }
            wrt_graph *graph = read_graph(&g, WRT_GRAPH_MAG);
            if (graph != NULL)
                fail_msg("%s is accepted", text);
        }
    report("MAG, all of up to 4 nodes", &done);
    assert_true(done.graphs > 1000);
}

/* Graphs with the marks of a PAG that are accepted. */
static unsigned count_accepted_pags(int n) {
    static const char *const edges[] = {"", "->", ">-", ">>", "o>", ">o", "oo"};
    unsigned accepted = 0;
    for (unsigned code = 0; code < code_count(n, 7); code++) {
        class_graph g = graph_of_code(n, code, edges, 7);
        wrt_graph *graph = read_graph(&g, WRT_GRAPH_PAG);
        accepted += graph != NULL;
        wrt_graph_free(graph);
    }
    return accepted;
}

/* Every class of MAGs on up to four nodes, met at its member with the lowest code. All are
 * accepted; as many graphs are accepted as there are classes, so no other graph is. */
static void pag_is_accepted_exactly_when_it_is_one(void **state) {
    (void)state;
    static const char *const edges[] = {"", "->", ">-", ">>"};
    wrt_rng rng = wrt_rng_make(13, 0, 0);
    counts done = {0};
    for (int n = 2; n <= 4; n++)
        for (unsigned code = 0; code < code_count(n, 4); code++) {
            class_graph g = graph_of_code(n, code, edges, 4);
            if (!class_is_ancestral(&g) || !class_is_maximal(&g))
                continue;
            n_members = class_members(members, &g, CLASS_OF_MAGS);
            if (!same_graph(&members[0], &g))
                continue;
            class_graph pag = class_summary(members, n_members);
            compare_graph(&pag, WRT_GRAPH_PAG, &rng, &done);
        }
    report("PAG, all of up to 4 nodes", &done);
    assert_int_equal(done.graphs, 2 + 11 + 248);
    assert_int_equal(count_accepted_pags(2), 2);
    assert_int_equal(count_accepted_pags(3), 11);
    assert_int_equal(count_accepted_pags(4), 248);
}

/* ---- larger random graphs */

static class_graph random_graph(wrt_rng *rng, int n, double bows, int max_edges) {
    class_graph g = {.n = n};
    int order[CLASS_NODES_MAX], n_edges = 0;
    double density = 0.25 + 0.5 * wrt_rng_uniform(rng);
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int k = (int)wrt_rng_below(rng, (uint64_t)i + 1), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++) {
            if (wrt_rng_uniform(rng) > density || n_edges == max_edges)
                continue;
            class_join(&g, order[i], order[k], wrt_rng_uniform(rng) < bows ? '>' : '-', '>');
            n_edges++;
        }
    return g;
}

static void random_cpdags_answer_as_all_their_dags_do(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(14, 0, 0);
    counts done = {0};
    for (unsigned i = 0; i < scale(120); i++) {
        class_graph dag = random_graph(&rng, 5 + (int)(i % 2), 0, i % 2 == 0 ? 10 : 9);
        n_members = class_members(members, &dag, CLASS_OF_DAGS);
        class_graph cpdag = class_summary(members, n_members);
        compare_graph(&cpdag, WRT_GRAPH_CPDAG, &rng, &done);
    }
    report("CPDAG, random of 5 and 6 nodes", &done);
}

static void random_mags_answer_as_the_criterion_does(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(15, 0, 0);
    counts done = {0};
    while (done.graphs < scale(200)) {
        class_graph mag = random_graph(&rng, 5 + (int)(done.graphs % 2), 0.35, 12);
        if (class_is_ancestral(&mag) && class_is_maximal(&mag))
            compare_graph(&mag, WRT_GRAPH_MAG, &rng, &done);
    }
    report("MAG, random of 5 and 6 nodes", &done);
}

static void random_pags_answer_as_all_their_mags_do(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(16, 0, 0);
    counts done = {0};
    while (done.graphs < scale(60)) {
        class_graph mag = random_graph(&rng, 5 + (int)(done.graphs % 4 == 0), 0.35, 7);
        if (!class_is_ancestral(&mag) || !class_is_maximal(&mag))
            continue;
        n_members = class_members(members, &mag, CLASS_OF_MAGS);
        class_graph pag = class_summary(members, n_members);
        compare_graph(&pag, WRT_GRAPH_PAG, &rng, &done);
    }
    report("PAG, random of 5 and 6 nodes", &done);
}

/* ---- the order of nodes */

static wrt_json *list_names(const wrt_graph *graph, const char *x, const char *y,
                            wrt_adjust_kind kind) {
    wrt_node_set ends[2];
    const char *names[] = {x, y};
    for (int i = 0; i < 2; i++) {
        wrt_json *name = wrt_json_new_c(names[i]);
        assert_int_equal(wrt_node_set_parse(&ends[i], graph, name, "end", NULL), WRT_OK);
        wrt_json_free(name);
    }
    wrt_effect_query query = {graph, &ends[0], &ends[1], WRT_EFFECT_TOTAL};
    wrt_adjustment_sets sets = list(&query, kind, 0, 0);
    wrt_json *all = wrt_json_new_array();
    for (size_t i = 0; i < sets.n_sets; i++)
        wrt_json_push(all, wrt_node_set_to_json(graph, &sets.sets[i]));
    wrt_adjustment_sets_free(&sets);
    wrt_node_set_free(&ends[0]);
    wrt_node_set_free(&ends[1]);
    return all;
}

/* n is no multiple of 3, so that the ring meets every node. */
static void compare_orders(const class_graph *g, wrt_graph_type type) {
    wrt_graph *one = read_graph(g, type), *other;
    char turned[4096];
    write_graph(turned, sizeof turned, g, type, 2);
    assert_non_null(one);
    assert_int_equal(wrt_graph_parse_any_text(&other, wrt_str_of(turned), NULL), WRT_OK);
    for (int i = 0; i < g->n * g->n; i++) {
        char x[16], y[16];
        static const wrt_adjust_kind kinds[] = {WRT_ADJUST_MINIMAL, WRT_ADJUST_MINIMUM,
                                                WRT_ADJUST_CANONICAL};
        snprintf(x, sizeof x, "v%d", i / g->n);
        snprintf(y, sizeof y, "v%d", i % g->n);
        for (int k = 0; k < 3 && i / g->n != i % g->n; k++) {
            wrt_json *a = list_names(one, x, y, kinds[k]), *b = list_names(other, x, y, kinds[k]);
            if (!wrt_json_equal(a, b))
                fail_msg("%s: %s -> %s: list %d depends on the order of nodes", text, x, y, k);
            wrt_json_free(a);
            wrt_json_free(b);
        }
    }
    wrt_graph_free(one);
    wrt_graph_free(other);
}

static void lists_do_not_depend_on_the_order_of_nodes(void **state) {
    (void)state;
    wrt_rng rng = wrt_rng_make(17, 0, 0);
    for (unsigned i = 0; i < scale(150); i++) {
        class_graph g = random_graph(&rng, 5, i % 2 == 0 ? 0 : 0.35, 8);
        if (!class_is_ancestral(&g) || !class_is_maximal(&g))
            continue;
        n_members = class_members(members, &g, i % 2 == 0 ? CLASS_OF_DAGS : CLASS_OF_MAGS);
        class_graph summary = class_summary(members, n_members);
        compare_orders(&summary, i % 2 == 0 ? WRT_GRAPH_CPDAG : WRT_GRAPH_PAG);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpdag_is_accepted_exactly_when_it_is_one),
        cmocka_unit_test(mag_is_accepted_exactly_when_it_is_one),
        cmocka_unit_test(pag_is_accepted_exactly_when_it_is_one),
        cmocka_unit_test(random_cpdags_answer_as_all_their_dags_do),
        cmocka_unit_test(random_mags_answer_as_the_criterion_does),
        cmocka_unit_test(random_pags_answer_as_all_their_mags_do),
        cmocka_unit_test(lists_do_not_depend_on_the_order_of_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
