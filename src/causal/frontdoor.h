/* frontdoor.h: front-door sets: mediators that identify an effect although it is confounded.
 *
 * A set Z of observed nodes meets the front-door criterion (Pearl, Biometrika 82, 1995, 669-688)
 * when (1) it meets every directed path from treatment to outcome, (2) no back-door path from the
 * treatment to Z is open, (3) every back-door path from Z to the outcome is blocked by the
 * treatment. Z is judged as a set: edges out of any of its members are removed in (3). The
 * criterion is sufficient: a set that fails it may still give the right number by accident.
 * Treatments and outcomes must be observed. */
#ifndef WRT_CAUSAL_FRONTDOOR_H
#define WRT_CAUSAL_FRONTDOOR_H

#include "causal/adjustment.h"

typedef enum {
    WRT_FRONTDOOR_VALID,
    WRT_FRONTDOOR_UNINTERCEPTED, /* (1): witness is the directed path */
    WRT_FRONTDOOR_TREATMENT,     /* (2): witness is the open path from the treatment into Z */
    WRT_FRONTDOOR_OUTCOME        /* (3): witness is the open path from Z to the outcome */
} wrt_frontdoor_reason;

typedef struct {
    bool valid;
    wrt_frontdoor_reason reason; /* the first that fails */
    char *witness;               /* NULL when valid */
    char *text;                  /* one sentence for people; never NULL after WRT_OK */
} wrt_frontdoor_verdict;

/* Judges one set for query->treatment and query->outcome; query->effect must be WRT_EFFECT_TOTAL
 * (else WRT_E_UNSUPPORTED). WRT_E_INPUT when the set overlaps treatment or outcome or holds a
 * latent node. O(nodes + edges). */
wrt_status wrt_frontdoor_check(wrt_frontdoor_verdict *out, const wrt_effect_query *query,
                               const wrt_node_set *set, wrt_err *err);
void wrt_frontdoor_verdict_free(wrt_frontdoor_verdict *verdict);

typedef enum {
    WRT_FRONTDOOR_MINIMAL, /* one set of which no proper subset that holds `include` will do */
    WRT_FRONTDOOR_MAXIMAL, /* the largest set, which is unique */
    WRT_FRONTDOOR_ALL      /* every set, up to `max`, sorted as adjustment sets are */
} wrt_frontdoor_kind;

/* Work of a listing of ALL sets at most, in nodes and edge ends visited; beyond it the list is not
 * complete. */
#define WRT_FRONTDOOR_WORK UINT64_C(4000000000)

typedef struct {
    wrt_frontdoor_kind kind;
    size_t max;                  /* for ALL, <= WRT_ADJUST_SETS_MAX; 0: 100 */
    const wrt_node_set *include; /* NULL or nodes every set must hold */
    const wrt_node_set *exclude; /* NULL or nodes no set may hold */
} wrt_frontdoor_options;

/* The verdict is WRT_ADJUST_OK, WRT_ADJUST_NO_SET or WRT_ADJUST_NO_CAUSAL_PATH. The empty set
 * meets the criterion exactly where there is no causal path, so WRT_ADJUST_EMPTY_VALID does not
 * occur. Existence and the maximal set: O(nodes + edges), the closure of Jeong, Tian, Bareinboim
 * (NeurIPS 2022) in one walk, as Wienoebst, van der Zander, Liskiewicz (AAAI 2024) show to be
 * possible. Minimal: O(candidates * (nodes + edges)). All: polynomial delay. Errors as
 * wrt_adjustment_list. */
wrt_status wrt_frontdoor_list(wrt_adjustment_sets *out, const wrt_effect_query *query,
                              const wrt_frontdoor_options *options, wrt_err *err);

#endif
