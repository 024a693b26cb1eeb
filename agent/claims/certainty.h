/* certainty.h: how sure a claim may sound; one rule for every kind of claim.
 *
 * Start with the design behind the best ground, go up one step for independent sources, down one
 * step for each doubt; never below very_low (the table in ARCHITECTURE.md, "Certainty"):
 *
 *   start      pooled randomised trials     moderate
 *              randomised trial             moderate
 *              curated statement            low
 *              observation                  low
 *              anything else                very_low
 *   up         a second independent source  randomised and curated causal statements only
 *   up         identified, checks passed    estimates only
 *   down       it is contradicted           by a ground of its own kind
 *   down       some support was withdrawn
 *   down       it is a chain of statements
 *   very_low   all support was withdrawn
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

typedef enum {
    WRT_DESIGN_UNKNOWN,     /* predictions, text mining, reviews, case reports, simulations */
    WRT_DESIGN_ESTIMATE,    /* a table of this run, adjusted or not */
    WRT_DESIGN_OBSERVATION, /* a cohort, a case-control study, a trial without randomisation */
    WRT_DESIGN_ASSOCIATION, /* a curator states an association or a structure */
    WRT_DESIGN_CURATED,     /* a curator states an effect */
    WRT_DESIGN_RANDOMISED,  /* a randomised trial about this very effect */
    WRT_DESIGN_POOLED       /* a meta-analysis of such trials */
} wrt_design;

typedef struct {
    wrt_design design;    /* of the best ground */
    size_t sources;       /* independent of each other */
    bool is_identified;   /* of an estimate: the graph carries it, overlap and balance hold */
    bool is_contradicted; /* something of the same kind says the opposite */
    bool is_chain;        /* it takes several statements together */
    bool has_withdrawn;   /* some of its support was withdrawn */
    bool has_lost_support;
} wrt_certainty_grounds;

/* The rule above. */
wrt_certainty wrt_certainty_of(const wrt_certainty_grounds *grounds);

const char *wrt_certainty_name(wrt_certainty certainty); /* "very_low", ... */
/* False for a text that is none of the four names. */
bool wrt_certainty_of_name(wrt_certainty *out, const char *name);

/* The rule for a row of the graph: its sources are the records that state it (publications are not
 * counted: they support a record as a whole). */
wrt_certainty wrt_certainty_of_edge(const wrt_json *edge);

/* The rule for a path: one step below its weakest edge, since composing edges adds the doubt that
 * they compose. */
wrt_certainty wrt_certainty_of_path(const wrt_json *path);

/* What is known of a row, for wrt_certainty_of. */
wrt_certainty_grounds wrt_certainty_grounds_of_edge(const wrt_json *edge);

#endif
