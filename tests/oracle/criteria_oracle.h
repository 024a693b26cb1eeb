/* criteria_oracle.h: front-door sets, conditional instruments and separable pairs by their
 * definitions, on graphs with edges removed, by path enumeration. Shares no code with src/. */
#ifndef WRT_TESTS_CRITERIA_ORACLE_H
#define WRT_TESTS_CRITERIA_ORACLE_H

#include "adjustment_oracle.h"

/* 0: z is a front-door set; else the number of the first condition that fails (1, 2, 3). */
int oracle_frontdoor(const oracle_graph *graph, unsigned x, unsigned y, unsigned z);

/* Forbidden nodes of the effect of node x on node y, and the graph without that effect. */
typedef struct {
    oracle_graph graph, cut;
    int x, y;
    unsigned forbidden;
    bool has_causal_path;
} oracle_effect;

void oracle_effect_of(oracle_effect *out, const oracle_graph *graph, int x, int y, bool direct);
bool oracle_instrument(const oracle_effect *effect, int z, unsigned given);

bool oracle_pair_separated(const oracle_graph *graph, int a, int b, unsigned given);

#endif
