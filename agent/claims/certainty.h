/* certainty.h: how sure a claim may sound; one rule for every kind of claim.
 *
 * Start with the design behind the best ground, go up a step for what makes it firmer, down a step
 * for each doubt; never below very_low. The two tables, in certainty.c, are the whole rule; the
 * names are those that a claim's "certainty_by" records:
 *
 *   start                 level     the claim stands on
 *   pooled_trials         moderate  a meta-analysis of randomised trials about this very effect
 *   randomised_trial      moderate  such a trial
 *   curated_effect        low       a curator's statement of an effect
 *   curated_association   low       a curator's statement of an association or a structure
 *   observation           low       a cohort, a case-control study, a trial without randomisation
 *   estimate              very_low  a table of this run, adjusted or not
 *   stated_model          very_low  a structural model whose mechanisms are tables
 *   stated_graph          high      what the program's own engine proved of a graph
 *   weakest_link          its own   a route: the least certain of its links
 *   other                 very_low  anything else
 *
 *   step                  by        applies to
 *   second_source         +1        trials and curated effects: two sources or more, independent
 *   identified            +1        estimates: of rung 2 (measured.h)
 *   robust                +1        identified estimates: every check for it held (measured.h)
 *   same_in_any_coupling  +1        stated models: no coupling moves the answer (imagined.h)
 *   contradicted          -1        a ground of its own kind says the opposite
 *   chain                 -1        it takes several statements together
 *   support_withdrawn     -1        some of its support was
 *   all_support_withdrawn to very_low, whatever else holds
 *
 * The words are those of GRADE (Guyatt et al., BMJ 336:924, 2008), whose judgements on bias,
 * indirectness, imprecision and publication bias nobody made here: that is why one randomised trial
 * starts a step below GRADE's "high". */
#ifndef WRT_AGENT_CLAIMS_CERTAINTY_H
#define WRT_AGENT_CLAIMS_CERTAINTY_H

#include "base/json.h"

typedef enum {
    WRT_CERTAINTY_VERY_LOW,
    WRT_CERTAINTY_LOW,
    WRT_CERTAINTY_MODERATE,
    WRT_CERTAINTY_HIGH
} wrt_certainty;

/* Of papers and rows, a higher one is the better ground. */
typedef enum {
    WRT_DESIGN_UNKNOWN,     /* predictions, text mining, reviews, case reports, simulations */
    WRT_DESIGN_ESTIMATE,    /* a table of this run, adjusted or not */
    WRT_DESIGN_OBSERVATION, /* a cohort, a case-control study, a trial without randomisation */
    WRT_DESIGN_ASSOCIATION, /* a curator states an association or a structure */
    WRT_DESIGN_CURATED,     /* a curator states an effect */
    WRT_DESIGN_RANDOMISED,  /* a randomised trial about this very effect */
    WRT_DESIGN_POOLED,      /* a meta-analysis of such trials */
    WRT_DESIGN_MODEL,       /* a structural model whose mechanisms are tables */
    WRT_DESIGN_GRAPH,       /* proved of a stated graph */
    WRT_DESIGN_LINKS        /* a route: as its least certain link */
} wrt_design;

typedef struct {
    wrt_design design;    /* of the best ground */
    wrt_certainty link;   /* of a route: that of its least certain link */
    size_t sources;       /* independent of each other */
    bool is_identified;   /* of an estimate: rung 2 */
    bool is_robust;       /* of such an estimate: every check held */
    bool is_unmoved;      /* of a model: by any coupling */
    bool is_contradicted; /* something of the same kind says the opposite */
    bool is_chain;        /* it takes several statements together */
    bool has_withdrawn;   /* some of its support was withdrawn */
    bool has_lost_support;
} wrt_certainty_grounds;

/* The rule above. */
wrt_certainty wrt_certainty_of(const wrt_certainty_grounds *grounds);

/* How the rule came to it: {"start","level","steps":[{"step","by"}]}; the level is the start's, and
 * with all steps, never below very_low, it is wrt_certainty_of. Caller frees. */
wrt_json *wrt_certainty_reasons(const wrt_certainty_grounds *grounds);

/* Sets "certainty" and its reasons, "certainty_by", in a claim. */
void wrt_certainty_set(wrt_json *claim, const wrt_certainty_grounds *grounds);

/* All support of a claim that has its certainty turned out to be withdrawn. */
void wrt_certainty_lose(wrt_json *claim);

const char *wrt_certainty_name(wrt_certainty certainty); /* "very_low", ... */
/* False for a text that is none of the four names. */
bool wrt_certainty_of_name(wrt_certainty *out, const char *name);

/* The rule for a row of the graph: its sources are the records that state it (publications are not
 * counted: they support a record as a whole). */
wrt_certainty wrt_certainty_of_edge(const wrt_json *edge);

/* What is known of a row, for wrt_certainty_of. */
wrt_certainty_grounds wrt_certainty_grounds_of_edge(const wrt_json *edge);

#endif
