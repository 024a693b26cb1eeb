/* levels.c: rows gathered level by level. */
#include "effect/estimators/levels.h"

#include "effect/resample/take.h"

static bool is_constant(const double *x, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (x[i] != x[0])
            return false;
    return true;
}

/* The modifier itself is often a covariate: within its level it says nothing. */
static void leave_out_constants(wrt_study *s, wrt_arena *arena) {
    wrt_block *b = &s->covariates;
    const char **names = wrt_arena_calloc(arena, b->columns, sizeof *names);
    size_t kept = 0;
    for (size_t j = 0; j < b->columns; j++) {
        const double *from = b->values + j * s->n;
        if (is_constant(from, s->n))
            continue;
        for (size_t i = 0; i < s->n && kept < j; i++)
            b->values[i + kept * s->n] = from[i];
        names[kept++] = b->names != NULL ? b->names[j] : "?";
    }
    b->columns = kept;
    b->names = names;
    b->source = NULL;
}

static void run_level(wrt_level_effect *out, size_t level, const wrt_estimator *estimator,
                      const wrt_study *study, const wrt_estimator_options *options,
                      wrt_arena *arena) {
    size_t *rows = wrt_arena_calloc(arena, study->n, sizeof *rows), n = 0;
    for (size_t i = 0; i < study->n; i++)
        if (study->modifier[i] == level)
            rows[n++] = i;
    *out = (wrt_level_effect){.level = study->modifier_levels[level], .rows = n};
    wrt_study *part = wrt_arena_alloc(arena, sizeof *part);
    wrt_study_take(part, study, rows, n, arena);
    leave_out_constants(part, arena);
    out->status = estimator->run(&out->estimate, part, options, arena, &out->err);
}

wrt_status wrt_levels_run(wrt_level_effect **out, size_t *n, const wrt_estimator *estimator,
                          const wrt_study *study, const wrt_estimator_options *options,
                          wrt_arena *arena, wrt_err *err) {
    if (study->modifier == NULL)
        return wrt_fail(err, WRT_E_INPUT, "no variable is named that effects are asked by");
    *n = study->n_modifier_levels;
    *out = wrt_arena_calloc(arena, *n, sizeof **out);
    for (size_t level = 0; level < *n; level++)
        run_level(&(*out)[level], level, estimator, study, options, arena);
    return WRT_OK;
}
