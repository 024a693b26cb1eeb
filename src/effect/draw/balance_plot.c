/* balance_plot.c: field by field. */
#include "effect/draw/balance_plot.h"

wrt_love wrt_balance_love(const wrt_balance *balance, wrt_plot_caption caption, wrt_arena *arena) {
    wrt_love_row *rows = wrt_arena_calloc(arena, balance->n + 1, sizeof *rows);
    for (size_t j = 0; j < balance->n; j++) {
        const wrt_balance_row *row = &balance->rows[j];
        rows[j] =
            (wrt_love_row){row->name,      row->mean_treated, row->mean_untreated, row->smd_before,
                           row->smd_after, row->ratio_before, row->ratio_after};
    }
    return (wrt_love){caption, rows, balance->n, WRT_BALANCE_SMD, balance->is_weighted};
}

wrt_propensities wrt_overlap_propensities(const wrt_overlap *overlap, wrt_plot_caption caption) {
    wrt_propensities out = {.caption = caption,
                            .verdict = wrt_overlap_verdict_name(overlap->verdict),
                            .n = overlap->n,
                            .outside_support = overlap->outside_support};
    _Static_assert((int)WRT_PROPENSITY_BINS == (int)WRT_OVERLAP_BINS, "both have the same bins");
    for (int arm = 0; arm < 2; arm++) {
        out.arm[arm].rows = overlap->arm[arm].rows;
        out.arm[arm].ess = overlap->arm[arm].ess;
        for (int b = 0; b < WRT_OVERLAP_BINS; b++)
            out.arm[arm].bins[b] = overlap->arm[arm].bins[b];
    }
    return out;
}
