/* adjustment.h: is this set a valid adjustment set, and which sets are?
 *
 * The complete adjustment criterion for total effects of sets of treatments on sets of outcomes in
 * graphs with latent variables: Shpitser, VanderWeele, Robins, UAI 2010; constructive form by the
 * proper back-door graph, van der Zander, Liskiewicz, Textor, AIJ 270 (2019) 1-40,
 * doi:10.1016/j.artint.2018.12.006. A set is valid iff it holds no forbidden node (a descendant of
 * a node, other than a treatment, on a proper causal path) and separates treatment and outcome in
 * the proper back-door graph. For the direct effect the edges treatment -> outcome are removed
 * instead, and forbidden are the descendants of every outcome that a treatment reaches. Test and
 * listing use one definition. Treatments and outcomes must be observed.
 *
 * A CPDAG, MAG or PAG is read as its class (class_graph.h) by the generalised criterion: Perkovic,
 * Textor, Kalisch, Maathuis, JMLR 18 (2018) 1-62. A set is valid iff it is so in every member; no
 * set is when the graph is not amenable: when a possibly directed path from treatment to outcome
 * begins with an edge that some member turns round, or that is not visible (a hidden common cause
 * may stand behind it). Forbidden are possible descendants; the verdict NO_CAUSAL_PATH says that
 * there is no possibly directed path. Total effects only.
 *
 * With selection nodes (wrt_graph_set_selected) the data hold selected units only. A set is valid
 * iff it holds no forbidden node, it and the selected nodes separate treatment and outcome in the
 * proper back-door graph, and the outcome is separated from the selected nodes there without
 * adjustment (Correa, Tian, Bareinboim, AAAI 2018, generalised adjustment of type 1; dagitty asks
 * for the last condition too). Sets are listed without the selected nodes. Total effects only. */
#ifndef WRT_CAUSAL_ADJUSTMENT_H
#define WRT_CAUSAL_ADJUSTMENT_H

#include "causal/graph.h"

typedef enum { WRT_EFFECT_TOTAL, WRT_EFFECT_DIRECT } wrt_effect_kind;

typedef struct {
    const wrt_graph *graph;
    const wrt_node_set *treatment; /* non-empty */
    const wrt_node_set *outcome;   /* non-empty, disjoint from treatment */
    wrt_effect_kind effect;
} wrt_effect_query;

typedef enum {
    WRT_REASON_NONE,
    WRT_REASON_FORBIDDEN_NODE,
    WRT_REASON_OPEN_PATH,
    WRT_REASON_NOT_AMENABLE,
    WRT_REASON_SELECTION /* the outcome decides who is in the data; no set is valid */
} wrt_reason_kind;

typedef struct {
    bool valid;
    wrt_reason_kind reason;
    char *witness; /* the forbidden node's name, the open path, or the edge by which the class is
                    * not amenable; NULL when valid */
    char *text;    /* one sentence for people; never NULL after WRT_OK */
} wrt_adjustment_verdict;

/* WRT_E_INPUT when `set` overlaps treatment or outcome or holds a latent node. O(nodes + edges). */
wrt_status wrt_adjustment_check(wrt_adjustment_verdict *out, const wrt_effect_query *query,
                                const wrt_node_set *set, wrt_err *err);
void wrt_adjustment_verdict_free(wrt_adjustment_verdict *verdict);

typedef enum {
    WRT_ADJUST_MINIMAL,        /* every minimal set, up to `max` */
    WRT_ADJUST_MINIMUM,        /* one of the fewest members */
    WRT_ADJUST_OPTIMAL,        /* lowest asymptotic variance of all sets, where one set has it */
    WRT_ADJUST_CANONICAL,      /* the largest natural set: ancestors minus forbidden */
    WRT_ADJUST_OPTIMAL_MINIMAL /* lowest asymptotic variance of all minimal sets */
} wrt_adjust_kind;

/* The verdict answers the question (graph, ends, include, exclude), not the kind of set, and is
 * the first of these that holds from the bottom up. So WRT_ADJUST_EMPTY_VALID may come with a
 * canonical or optimal set that has members, and WRT_ADJUST_NO_CAUSAL_PATH with no set at all. */
typedef enum {
    WRT_ADJUST_OK,
    WRT_ADJUST_EMPTY_VALID,   /* no covariates are needed; minimal and minimum give one empty set */
    WRT_ADJUST_NO_SET,        /* no set of observed variables is valid */
    WRT_ADJUST_NO_CAUSAL_PATH /* no directed path from treatment to outcome: the effect is zero in
                               * this graph; sets are still given */
} wrt_adjust_verdict_kind;

enum { WRT_ADJUST_SETS_MAX = 1000000, WRT_ADJUST_COST_MAX = 1000 };

typedef struct {
    wrt_adjust_kind kind;
    size_t max;                  /* sets to list for MINIMAL, <= WRT_ADJUST_SETS_MAX; 0: 100 */
    const wrt_node_set *include; /* NULL or nodes every set must hold */
    const wrt_node_set *exclude; /* NULL or nodes no set may hold */
    const int *costs; /* MINIMUM: NULL, or the cost of each node, 1 to WRT_ADJUST_COST_MAX: then a
                       * set of the lowest sum, and of several the one nearest the outcome */
} wrt_adjust_options;

typedef struct {
    wrt_adjust_verdict_kind verdict;
    bool complete; /* false when there are more minimal sets than those listed */
    wrt_node_set *sets;
    size_t n_sets;
} wrt_adjustment_sets;

/* Minimal sets are listed with polynomial delay by the closest-separator recursion of Takata 2010
 * on the moralised proper back-door graph, O(largest set * (nodes + edges)) between two sets;
 * minimum by vertex-capacity max-flow, of several the cut nearest the outcome, which has the lowest
 * variance among sets of that size or cost (Smucler, Rotnitzky, JCI 10, 2022); the optimal minimal
 * set is the minimal separator nearest the outcome (Smucler, Sapienza, Rotnitzky, Biometrika 109,
 * 2022), and there is one whenever any set is valid; optimal is the O-set, pa(cn) minus forb
 * (Henckel, Perkovic, Maathuis, JRSS-B 2022), with latent variables the set of optimal.h and its
 * condition; the rest is O(nodes + edges). With `include`, minimal means that no member outside it
 * can be dropped. Sets are sorted by member names (as words in a dictionary), whatever the order of
 * nodes and edges; when the listing stopped, which sets it holds depends on that order.
 * WRT_E_INPUT: include names a treatment, an outcome, a latent or an excluded node; max too large.
 * WRT_E_UNSUPPORTED: OPTIMAL for a direct effect, in a MAG or PAG, with an outcome that no
 * treatment reaches, where include and exclude rule the O-set out, or with latent variables where
 * several sets may each be the best, depending on the numbers (then ask for OPTIMAL_MINIMAL). */
wrt_status wrt_adjustment_list(wrt_adjustment_sets *out, const wrt_effect_query *query,
                               const wrt_adjust_options *options, wrt_err *err);
void wrt_adjustment_sets_free(wrt_adjustment_sets *sets);
const char *wrt_adjust_verdict_name(wrt_adjust_verdict_kind verdict);

#endif
