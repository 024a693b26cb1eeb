/* balance_plot.h: what checks of balance and overlap found, as draw/love.h draws it. */
#ifndef WRT_EFFECT_DRAW_BALANCE_PLOT_H
#define WRT_EFFECT_DRAW_BALANCE_PLOT_H

#include "base/arena.h"
#include "draw/love.h"
#include "effect/checks/balance.h"
#include "effect/checks/overlap.h"

/* Names are borrowed from the balance, rows lie in the arena. */
wrt_love wrt_balance_love(const wrt_balance *balance, wrt_plot_caption caption, wrt_arena *arena);
wrt_propensities wrt_overlap_propensities(const wrt_overlap *overlap, wrt_plot_caption caption);

#endif
