/* Optimal, optimal minimal, minimum and cheapest adjustment sets against asymptotic variances in
 * random linear Gaussian models; valid sets by the path oracle. All graphs of four nodes with
 * directed and bidirected edges, and random ones of six. */
#include "oracle_graphs.h"

#include "../oracle/intervention_oracle.h"
#include "../oracle/variance_oracle.h"

#include <math.h>
#include <stdio.h>

enum { MODELS = 4, HARD_MODELS = 40, COSTS = 64 };

typedef struct {
    size_t questions, optimal, refused, undecided, cheapest, with_choice;
} tally;

static tally counted;

/* x and y, what is valid, and what the sets are judged by. */
typedef struct {
    const oracle_graph *graph;
    wrt_effect_query query;
    int x, y;
    unsigned valid[ORACLE_SUBSETS_MAX];
    size_t n_valid;
    int cost[COSTS]; /* hidden nodes have one too */
} scene;

static int cost_of(const scene *s, unsigned set) {
    int sum = 0;
    for (int v = 0; v < s->graph->n; v++)
        sum += (set >> v & 1U) != 0 ? s->cost[v] : 0;
    return sum;
}

static bool is_minimal(const scene *s, unsigned set) {
    for (size_t i = 0; i < s->n_valid; i++)
        if (s->valid[i] != set && (s->valid[i] & ~set) == 0)
            return false;
    return true;
}

typedef bool is_rival_fn(const scene *s, unsigned set, unsigned chosen);

static bool is_any(const scene *s, unsigned set, unsigned chosen) {
    (void)s, (void)set, (void)chosen;
    return true;
}

static bool is_minimal_rival(const scene *s, unsigned set, unsigned chosen) {
    (void)chosen;
    return is_minimal(s, set);
}

static bool is_as_small(const scene *s, unsigned set, unsigned chosen) {
    (void)s;
    return mask_size(set) <= mask_size(chosen);
}

static bool is_as_cheap(const scene *s, unsigned set, unsigned chosen) {
    return cost_of(s, set) <= cost_of(s, chosen);
}

/* The chosen set has the lowest variance of its rivals in each of the models. */
static bool is_best(const scene *s, unsigned chosen, is_rival_fn *is_rival, int models,
                    uint64_t *seed) {
    for (int m = 0; m < models; m++) {
        linear_model model;
        linear_model_draw(&model, s->graph, seed);
        double own = linear_model_variance(&model, s->x, s->y, chosen);
        for (size_t i = 0; i < s->n_valid; i++)
            if (is_rival(s, s->valid[i], chosen) &&
                linear_model_variance(&model, s->x, s->y, s->valid[i]) < own * (1 - 1e-7))
                return false;
    }
    return true;
}

static unsigned ask(bool *found, const scene *s, wrt_adjust_kind kind, const int *costs) {
    wrt_adjust_options options = {.kind = kind, .costs = costs};
    wrt_adjustment_sets sets;
    wrt_status status = wrt_adjustment_list(&sets, &s->query, &options, NULL);
    assert_true(status == WRT_OK || (kind == WRT_ADJUST_OPTIMAL && status == WRT_E_UNSUPPORTED));
    *found = status == WRT_OK && sets.n_sets > 0;
    unsigned mask = *found ? mask_of_set(&sets.sets[0]) : 0;
    bool is_listed = false;
    for (size_t i = 0; i < s->n_valid; i++)
        is_listed = is_listed || s->valid[i] == mask;
    assert_true(!*found || is_listed);
    if (status == WRT_OK)
        wrt_adjustment_sets_free(&sets);
    return mask;
}

/* Where it is refused: does some set win in all of many models all the same? */
static void check_refusal(const scene *s, uint64_t *seed) {
    counted.refused++;
    for (size_t i = 0; i < s->n_valid; i++)
        if (is_best(s, s->valid[i], is_any, HARD_MODELS, seed)) {
            counted.undecided++;
            return;
        }
}

static void check_scene(const scene *s, bool has_causal_path, uint64_t *seed) {
    bool found;
    unsigned set = ask(&found, s, WRT_ADJUST_OPTIMAL_MINIMAL, NULL);
    assert_true(found && is_minimal(s, set));
    assert_true(is_best(s, set, is_minimal_rival, MODELS, seed));
    set = ask(&found, s, WRT_ADJUST_MINIMUM, NULL);
    assert_true(found && is_best(s, set, is_as_small, MODELS, seed));
    set = ask(&found, s, WRT_ADJUST_MINIMUM, s->cost);
    for (size_t i = 0; i < s->n_valid; i++)
        assert_true(cost_of(s, s->valid[i]) >= cost_of(s, set));
    assert_true(found && is_best(s, set, is_as_cheap, MODELS, seed));
    counted.questions++;
    counted.with_choice += s->n_valid > 1 ? 1 : 0;
    if (!has_causal_path)
        return;
    set = ask(&found, s, WRT_ADJUST_OPTIMAL, NULL);
    if (found)
        assert_true(is_best(s, set, is_any, MODELS, seed));
    else
        check_refusal(s, seed);
    counted.optimal += found ? 1 : 0;
}

static void check_graph(const oracle_graph *g, bool split, uint64_t *seed) {
    static oracle_query query;
    wrt_graph *graph = graph_of_oracle(g, split);
    for (int x = 0; x < g->n; x++)
        for (int y = x + 1; y < g->n; y++) {
            wrt_node_set xs = {&x, 1}, ys = {&y, 1};
            scene s = {.graph = g, .query = {graph, &xs, &ys, WRT_EFFECT_TOTAL}, .x = x, .y = y};
            oracle_ask(&query, g, 1U << x, 1U << y, false);
            for (unsigned z = 0; z < 1U << g->n; z++)
                if ((z & (1U << x | 1U << y)) == 0 && oracle_valid(&query, z))
                    s.valid[s.n_valid++] = z;
            for (int v = 0; v < COSTS; v++)
                s.cost[v] = 1 + (int)(oracle_random(seed) % 4);
            if (s.n_valid > 0)
                check_scene(&s, query.has_causal_path, seed);
        }
    wrt_graph_free(graph);
}

static void sets_have_lowest_variance_on_all_graphs_of_four_nodes(void **state) {
    (void)state;
    uint64_t seed = 5;
    counted = (tally){0};
    for (unsigned code = 0; code < 4096; code++) {
        oracle_graph g = {.n = 4};
        int k = 0;
        for (int a = 0; a < 4; a++)
            for (int b = a + 1; b < 4; b++, k++) {
                g.edge[a][b] = (code >> k & 1U) != 0;
                g.bow[a][b] = g.bow[b][a] = (code >> (k + 6) & 1U) != 0;
            }
        check_graph(&g, code % 3 == 0, &seed);
    }
    printf("four nodes: %zu questions (%zu with a choice), optimal %zu, refused %zu, of which some "
           "set won in every model %zu\n",
           counted.questions, counted.with_choice, counted.optimal, counted.refused,
           counted.undecided);
    assert_true(counted.with_choice > 1000 && counted.optimal > 4000);
    /* the condition is sufficient only; how much it leaves open must not grow */
    assert_true(counted.undecided < 200);
}

static void sets_have_lowest_variance_on_random_graphs_of_six_nodes(void **state) {
    (void)state;
    uint64_t seed = 6;
    counted = (tally){0};
    for (int i = 0; i < 300; i++) {
        oracle_graph g = {.n = 6};
        for (int a = 0; a < 6; a++)
            for (int b = a + 1; b < 6; b++) {
                g.edge[a][b] = oracle_random(&seed) % 5 < 2;
                g.bow[a][b] = g.bow[b][a] = oracle_random(&seed) % 8 == 0;
            }
        check_graph(&g, i % 2 == 0, &seed);
    }
    printf("six nodes: %zu questions (%zu with a choice), optimal %zu, refused %zu, of which some "
           "set won in every model %zu\n",
           counted.questions, counted.with_choice, counted.optimal, counted.refused,
           counted.undecided);
    assert_true(counted.with_choice > 500 && counted.optimal > 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_have_lowest_variance_on_all_graphs_of_four_nodes),
        cmocka_unit_test(sets_have_lowest_variance_on_random_graphs_of_six_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
