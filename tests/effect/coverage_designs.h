/* coverage_designs.h: simulated studies with an instrument, a mediator, two periods or a cutoff,
 * and the true effect of each. */
#ifndef WRT_TESTS_EFFECT_COVERAGE_DESIGNS_H
#define WRT_TESTS_EFFECT_COVERAGE_DESIGNS_H

#include "tests/effect/coverage.h"

coverage_generate designs_instrument;     /* two-valued treatment and instrument, one covariate */
coverage_generate designs_instruments;    /* a dose, two instruments, rows in clusters */
coverage_generate designs_mediator;       /* a two-valued mediator */
coverage_generate designs_mediator_lines; /* a continuous mediator, one covariate */
coverage_generate designs_periods;        /* units with a row before and one after */
coverage_generate designs_cutoff;         /* a curved outcome that jumps */

/* ctx: the true effect, a double. */
double designs_truth(const void *ctx, wrt_estimand estimand);

#endif
