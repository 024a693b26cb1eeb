/* population_rows.h: units as lines of text (population.h says which columns). */
#ifndef WRT_SCM_ASK_POPULATION_ROWS_H
#define WRT_SCM_ASK_POPULATION_ROWS_H

#include "scm/ask/population.h"
#include "scm/infer/simulate.h"

typedef struct {
    const wrt_scm_source *source;
    wrt_scm_form form;
    size_t treatment, outcome;
    bool is_family; /* with columns phrasing and seed */
    size_t phrasing;
    uint64_t seed;
} wrt_scm_rows_place;

/* The header line of CSV; nothing for JSONL. */
void wrt_scm_rows_head(wrt_buf *out, const wrt_scm_rows_place *place);
/* A line for each unit. */
void wrt_scm_rows_write(wrt_buf *out, const wrt_scm_population *population,
                        const wrt_scm_rows_place *place);

#endif
