/* identify.h: is an interventional distribution determined by the observed one, and by what
 * formula?
 *
 * Complete nonparametric identification of P(outcome | do(treatment), given) in acyclic graphs with
 * latent nodes and bidirected edges: Tian, Pearl 2002 (Q-factors); Huang, Valtorta 2006 and
 * Shpitser, Pearl 2006 (completeness, hedges, conditional effects). Adjustment is tried first,
 * because its formula is the shortest. "Not identifiable" comes with a hedge as proof. */
#ifndef WRT_CAUSAL_IDENTIFY_H
#define WRT_CAUSAL_IDENTIFY_H

#include "causal/graph.h"
#include "causal/identify/estimand.h"

typedef struct {
    const wrt_graph *graph;
    const wrt_node_set *treatment; /* non-empty, observed */
    const wrt_node_set *outcome;   /* non-empty, observed */
    const wrt_node_set *given;     /* NULL or observed nodes; the three are disjoint */
    bool general_only;             /* do not try adjustment and the front door first */
} wrt_identify_query;

typedef enum {
    WRT_IDENTIFY_NONE,      /* not identifiable: there is a hedge */
    WRT_IDENTIFY_BACKDOOR,  /* by adjustment */
    WRT_IDENTIFY_FRONTDOOR, /* by mediators; tried when no set is valid for adjustment */
    WRT_IDENTIFY_ID         /* by the general algorithm */
} wrt_identify_method;

typedef struct {
    int from, to;
} wrt_node_pair;

/* A C-forest: its nodes are tied together by a tree of bidirected edges, and each has at most one
 * child among them; those without are the roots. */
typedef struct {
    wrt_node_set nodes;
    wrt_node_pair *edges;      /* from -> to */
    wrt_node_pair *bidirected; /* nodes.n - 1 of them */
    size_t n_edges, n_bidirected;
} wrt_c_forest;

/* Two C-forests with the same roots, the inner one part of the outer one; the outer one holds a
 * treatment, the inner one none, and the roots are ancestors of the outcome that no treatment cuts
 * off. They prove that P(outcome | do(treatment)) is not identifiable (Shpitser, Pearl
 * 2006). Edges are those of the latent projection (project.h). With conditions the proof is
 * about the reduced question: some of `given` became treatments, the rest outcomes. */
typedef struct {
    wrt_c_forest outer, inner;
    wrt_node_set roots;
    wrt_node_set treatment, outcome; /* of the question that the hedge answers */
} wrt_hedge;

typedef struct {
    wrt_identify_method method; /* NONE: not identifiable */
    wrt_node_set set;           /* BACKDOOR: what is adjusted for; FRONTDOOR: the mediators */
    wrt_estimand *estimand;     /* NULL when not identifiable */
    char **steps;               /* what was done and why, one sentence or two each */
    size_t n_steps;
    wrt_hedge *hedge; /* NULL when identifiable */
    char *hedge_text; /* the hedge in words, or NULL */
} wrt_identification;

/* WRT_E_INPUT names an empty or overlapping set or a latent node. WRT_E_LIMIT: more than
 * WRT_IDENTIFY_GIVEN_MAX conditions, more than WRT_IDENTIFY_NODES_MAX observed ancestors of the
 * outcome (by adjustment and the front door larger graphs are answered too), or a formula of more
 * terms than fit in about 100 MB; the formula may be exponential in the graph, the verdict is not.
 * Time: districts * (nodes + edges), and the length of the formula. Freed by the caller in either
 * case. */
enum { WRT_IDENTIFY_GIVEN_MAX = 64, WRT_IDENTIFY_NODES_MAX = 20000 };
wrt_status wrt_identify(wrt_identification *out, const wrt_identify_query *query, wrt_err *err);
void wrt_identification_free(wrt_identification *identification); /* accepts NULL */

const char *
wrt_identify_method_name(wrt_identify_method method); /* "none", "backdoor", "frontdoor", "id" */

/* Appends the formula as text, and as LaTeX when `latex` is not NULL; found->estimand must not be
 * NULL. WRT_E_LIMIT when it outgrows the cap of a buffer. */
wrt_status wrt_identification_write(wrt_buf *text, wrt_buf *latex, const wrt_identification *found,
                                    const wrt_identify_query *query, wrt_err *err);

/* {"identifiable","method","estimand":{"text","latex"} or null,"steps":[text],"hedge" or null}, the
 * data of causal_identify (CONTRACTS.md). Where there is no formula for one treatment, one outcome
 * and no conditions, but an instrument (instruments.h, whose time it takes), also "parametric":
 * {"method":"instrument","instruments","assumptions"}, at most WRT_IDENTIFY_INSTRUMENTS_MAX of
 * them. WRT_E_LIMIT: a formula of more than a million bytes. The caller frees *out. */
enum { WRT_IDENTIFY_INSTRUMENTS_MAX = 100 };
wrt_status wrt_identification_to_json(wrt_json **out, const wrt_identification *found,
                                      const wrt_identify_query *query, wrt_err *err);

/* Appends "P(Y | do(X), Z)". */
void wrt_identify_write_query(wrt_buf *out, const wrt_identify_query *query);

#endif
