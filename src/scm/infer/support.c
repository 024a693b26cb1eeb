/* support.c: the probability of an intervention's values, and the nearest profile that has it. */
#include "scm/infer/support.h"

#include "scm/infer/exact.h"
#include "scm/infer/twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS_MAX = 4000, TABLE_MAX = 100000 };

typedef struct {
    const wrt_scm_world *after;
    wrt_scm_world profile; /* the worlds of trials share its distributions */
    bool targets[WRT_SCM_VARIABLES_MAX];
    size_t seen[WRT_SCM_VARIABLES_MAX], n_seen;
    size_t trials;
    double n_rows; /* that all trials asked for where there are no tables */
    double best;   /* probability of the best profile of this distance */
} search;

void wrt_scm_support_profile(wrt_scm_world *out, const wrt_scm_world *factual,
                             const wrt_scm_world *after) {
    bool below[WRT_SCM_VARIABLES_MAX];
    wrt_scm_world_copy(out, factual);
    wrt_scm_twin_targets(below, factual, after);
    wrt_scm_mark_descendants(below, factual->scm);
    for (size_t i = 0; i < out->n; i++)
        out->seen[i] = out->seen[i] && !below[i];
}

/* The world in which the targets are seen at the values that they are set to. */
static void see_targets(wrt_scm_world *world, const search *s) {
    for (size_t i = 0; i < world->n; i++)
        if (s->targets[i])
            wrt_scm_world_see(world, i, s->after->value[i]);
}

/* log P(what is seen); -INFINITY when it cannot be. */
static wrt_status log_evidence(double *out, const wrt_scm_world *world, wrt_err *err) {
    wrt_status status = wrt_scm_exact_evidence(out, world, err);
    if (status != WRT_E_NOT_FOUND)
        return status;
    *out = (double)-INFINITY;
    return WRT_OK;
}

/* ---- nearest */

/* Among the values of the chosen variables: the most probable at which the targets occur. */
static void judge(wrt_scm_support *out, search *s, const size_t *chosen, size_t n,
                  const wrt_scm_exact_answer *free_values, const wrt_scm_exact_answer *treated,
                  double p_targets) {
    for (size_t cell = 0; cell < free_values->cells; cell++) {
        double p = free_values->p[cell];
        /* p_targets is NAN when it is not known: no candidate */
        if (p <= s->best || !(treated->p[cell] * p_targets >= WRT_SCM_SUPPORT_MIN * p))
            continue;
        s->best = p;
        out->distance = (int)n;
        size_t rest = cell;
        for (size_t i = n; i-- > 0;) {
            size_t k = wrt_scm_variable_at(s->profile.scm, chosen[i])->n_values;
            out->variable[i] = chosen[i];
            out->value[i] = rest % k;
            rest /= k;
        }
    }
}

static wrt_status try_subset(wrt_scm_support *out, search *s, const size_t *chosen, size_t n,
                             wrt_err *err) {
    wrt_scm_world rest = s->profile, treated;
    wrt_scm_exact_answer free_values = {0}, given_targets = {0};
    size_t cells = 1;
    for (size_t i = 0; i < n; i++) {
        rest.seen[chosen[i]] = false;
        cells *= wrt_scm_variable_at(rest.scm, chosen[i])->n_values;
    }
    if (cells > TABLE_MAX || s->n_rows >= (double)rest.rows_max)
        return WRT_OK;
    rest.rows_max -= (size_t)s->n_rows;
    treated = rest;
    see_targets(&treated, s);
    wrt_status status = wrt_scm_exact(&free_values, &rest, chosen, n, err);
    s->n_rows += status != WRT_E_LIMIT ? free_values.n_rows : 0.0;
    if (status == WRT_OK) {
        status = wrt_scm_exact(&given_targets, &treated, chosen, n, err);
        s->n_rows += status != WRT_E_LIMIT ? given_targets.n_rows : 0.0;
    }
    if (status == WRT_OK)
        judge(out, s, chosen, n, &free_values, &given_targets,
              exp(given_targets.log_p_given - free_values.log_p_given));
    free(free_values.p);
    free(given_targets.p);
    /* A profile that cannot be, treated so or at all, is no candidate, nor one too dear to try. */
    return status == WRT_E_NOT_FOUND || status == WRT_E_LIMIT ? WRT_OK : status;
}

/* The next combination of n out of m ascending positions; false after the last. */
static bool next_combination(size_t *at, size_t n, size_t m) {
    for (size_t i = n; i-- > 0;) {
        if (at[i] >= m - n + i)
            continue;
        at[i]++;
        for (size_t j = i + 1; j < n; j++)
            at[j] = at[j - 1] + 1;
        return true;
    }
    return false;
}

static wrt_status try_distance(wrt_scm_support *out, search *s, size_t n, wrt_err *err) {
    size_t at[WRT_SCM_NEAREST_MAX] = {0, 1, 2}, chosen[WRT_SCM_NEAREST_MAX];
    wrt_status status = WRT_OK;
    s->best = 0.0;
    do {
        if (s->trials++ == TRIALS_MAX)
            return WRT_OK;
        for (size_t i = 0; i < n; i++)
            chosen[i] = s->seen[at[i]];
        status = try_subset(out, s, chosen, n, err);
    } while (status == WRT_OK && next_combination(at, n, s->n_seen));
    return status;
}

static wrt_status find_nearest(wrt_scm_support *out, search *s, wrt_err *err) {
    wrt_status status = WRT_OK;
    out->distance = out->is_extrapolation ? -1 : 0;
    for (size_t i = 0; i < s->profile.n; i++)
        if (s->profile.seen[i])
            s->seen[s->n_seen++] = i;
    for (size_t n = 1; n <= WRT_SCM_NEAREST_MAX && n <= s->n_seen; n++)
        if (out->distance < 0 && status == WRT_OK)
            status = try_distance(out, s, n, err);
    return status;
}

wrt_status wrt_scm_support_find(wrt_scm_support *out, const wrt_scm_world *factual,
                                const wrt_scm_world *after, wrt_err *err) {
    search s = {.after = after};
    double log_both = 0.0;
    *out = (wrt_scm_support){.distance = -1};
    wrt_scm_support_profile(&s.profile, factual, after);
    wrt_scm_twin_targets(s.targets, factual, after);
    wrt_status status = log_evidence(&out->log_p_profile, &s.profile, err);
    if (status == WRT_OK) {
        wrt_scm_world treated = s.profile;
        see_targets(&treated, &s);
        status = log_evidence(&log_both, &treated, err);
    }
    if (status == WRT_OK && isinf(out->log_p_profile))
        status = wrt_fail(err, WRT_E_NOT_FOUND, "what is given has probability 0 in this model");
    if (status == WRT_OK) {
        out->p = exp(log_both - out->log_p_profile);
        out->is_extrapolation = out->p < WRT_SCM_SUPPORT_MIN;
        status = find_nearest(out, &s, err);
    }
    wrt_scm_world_free(&s.profile);
    return status;
}
