/* love.h: balance before and after adjustment, a row a covariate (Love 2004), worst first; and the
 * propensities of both arms as mirrored histograms. */
#ifndef WRT_EFFECT_DRAW_LOVE_H
#define WRT_EFFECT_DRAW_LOVE_H

#include "base/buf.h"
#include "effect/checks/balance.h"
#include "effect/checks/overlap.h"

enum { WRT_LOVE_ROWS_MAX = 60 }; /* the worst before adjustment; a line counts the others */

/* id and title: NULL gives "plot" and a general one. WRT_E_INPUT: no covariates. */
wrt_status wrt_love_svg(wrt_buf *out, const wrt_balance *balance, const char *id, const char *title,
                        wrt_err *err);
/* All covariates, in the same order, as an HTML table. */
wrt_status wrt_love_table(wrt_buf *out, const wrt_balance *balance, const char *title,
                          wrt_err *err);

void wrt_overlap_svg(wrt_buf *out, const wrt_overlap *overlap, const char *id, const char *title);
void wrt_overlap_table(wrt_buf *out, const wrt_overlap *overlap, const char *title);

#endif
