/* bounds.c: sharp bounds context by context, outer bounds from margins. */
#include "scm/infer/bounds.h"

#include "base/arena.h"
#include "scm/infer/exact.h"
#include "scm/infer/lookup.h"
#include "scm/infer/twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *wrt_scm_bounds_name(wrt_scm_bounds_kind kind) {
    static const char *const names[] = {"identified", "sharp", "outer"};
    return names[kind];
}

bool wrt_scm_bounds_are_open(const wrt_scm_world *factual, const bool *moved) {
    bool above[WRT_SCM_VARIABLES_MAX];
    memcpy(above, factual->seen, sizeof above);
    wrt_scm_world_mark_ancestors(above, factual);
    for (size_t i = 0; i < factual->n; i++)
        if (moved[i] && above[i])
            return true;
    return false;
}

void wrt_scm_bounds_outer(wrt_scm_whatif *out, const double *q, double r) {
    out->bounds = WRT_SCM_BOUNDS_OUTER;
    for (size_t j = 0; j < out->n; j++) {
        out->low[j] = r > 0.0 ? fmax(0.0, q[j] + r - 1.0) / r : 0.0;
        out->high[j] = r > 0.0 ? fmin(1.0, q[j] / r) : 1.0;
    }
}

/* ---- one mechanism */

/* The outcome's contexts that the evidence leaves possible: P(parents, outcome | evidence) and the
 * numbers of both rows. */
typedef struct {
    wrt_scm_exact_answer joint;
    size_t n;   /* contexts */
    size_t *at; /* of each: where its weights begin in the joint */
    uint64_t *was, *is;
} mechanism;

static bool is_possible(const double *weight, size_t k) {
    for (size_t i = 0; i < k; i++)
        if (weight[i] > 0.0)
            return true;
    return false;
}

static void number_context(mechanism *m, size_t context, const wrt_scm_world *factual,
                           const wrt_scm_world *after, const wrt_scm_variable *v) {
    uint64_t stride = 1;
    for (size_t j = v->n_parents; j-- > 0;) {
        size_t u = v->parents[j], k = wrt_scm_variable_at(factual->scm, u)->n_values;
        m->was[m->n] += stride * (context % k);
        m->is[m->n] += stride * (after->act[u] == WRT_SCM_SET ? after->value[u] : context % k);
        stride *= k;
        context /= k;
    }
}

static void number_contexts(mechanism *m, const wrt_scm_world *factual, const wrt_scm_world *after,
                            size_t outcome) {
    const wrt_scm_variable *v = wrt_scm_variable_at(factual->scm, outcome);
    size_t all = m->joint.cells / v->n_values;
    m->at = wrt_calloc(all, sizeof *m->at);
    m->was = wrt_calloc(all, sizeof *m->was);
    m->is = wrt_calloc(all, sizeof *m->is);
    for (size_t c = 0; c < all; c++) {
        if (!is_possible(m->joint.p + c * v->n_values, v->n_values))
            continue;
        number_context(m, c, factual, after, v);
        m->at[m->n++] = c * v->n_values;
    }
}

static void add_context(wrt_scm_whatif *out, const double *weight, const double *p, const double *q,
                        bool is_same) {
    double low[WRT_SCM_VALUES_MAX], high[WRT_SCM_VALUES_MAX];
    if (is_same) {
        memcpy(low, weight, out->n * sizeof *low);
        memcpy(high, weight, out->n * sizeof *high);
    } else {
        wrt_scm_coupling_bounds(low, high, p, q, weight, out->n);
    }
    for (size_t j = 0; j < out->n; j++) {
        out->low[j] += low[j];
        out->high[j] += high[j];
    }
}

static wrt_status add_contexts(wrt_scm_whatif *out, const mechanism *m, const wrt_scm_world *world,
                               wrt_err *err) {
    size_t k = out->n;
    wrt_scm_lookup was, is = {0};
    wrt_status status = wrt_scm_lookup_ask(&was, world, out->outcome, m->was, m->n, err);
    if (status == WRT_OK)
        status = wrt_scm_lookup_ask(&is, world, out->outcome, m->is, m->n, err);
    for (size_t c = 0; c < m->n && status == WRT_OK; c++)
        add_context(out, m->joint.p + m->at[c], was.p + was.slot[c] * k, is.p + is.slot[c] * k,
                    m->was[c] == m->is[c]);
    wrt_scm_lookup_free(&was);
    wrt_scm_lookup_free(&is);
    return status;
}

static wrt_status bound_mechanism(wrt_scm_whatif *out, const wrt_scm_world *factual,
                                  const wrt_scm_world *after, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(factual->scm, out->outcome);
    size_t asked[WRT_SCM_VARIABLES_MAX + 1];
    mechanism m = {0};
    if (v->n_parents > 0)
        memcpy(asked, v->parents, v->n_parents * sizeof *asked);
    asked[v->n_parents] = out->outcome;
    wrt_status status = wrt_scm_exact(&m.joint, factual, asked, v->n_parents + 1, err);
    if (status == WRT_OK) {
        number_contexts(&m, factual, after, out->outcome);
        status = add_contexts(out, &m, factual, err);
    }
    out->bounds = WRT_SCM_BOUNDS_SHARP;
    for (size_t j = 0; j < out->n; j++)
        out->high[j] = fmin(out->high[j], 1.0);
    free(m.joint.p);
    free(m.at);
    free(m.was);
    free(m.is);
    return status;
}

/* ---- several */

static wrt_status bound_margins(wrt_scm_whatif *out, const wrt_scm_world *factual,
                                const wrt_scm_world *after, double log_p_given, wrt_err *err) {
    wrt_scm_world profile;
    wrt_scm_exact_answer q;
    double log_early = 0.0;
    bool target[WRT_SCM_VARIABLES_MAX];
    wrt_scm_support_profile(&profile, factual, after);
    wrt_scm_twin_targets(target, factual, after);
    /* What is seen of the targets themselves comes before their effects. */
    for (size_t i = 0; i < profile.n; i++)
        profile.seen[i] = profile.seen[i] || (target[i] && factual->seen[i]);
    wrt_status status = wrt_scm_twin(&q, &profile, after, out->outcome, WRT_SCM_INDEPENDENT, err);
    if (status == WRT_OK)
        status = wrt_scm_exact_evidence(&log_early, &profile, err);
    if (status == WRT_OK)
        wrt_scm_bounds_outer(out, q.p, fmin(1.0, exp(log_p_given - log_early)));
    free(q.p);
    wrt_scm_world_free(&profile);
    return status;
}

wrt_status wrt_scm_bounds_find(wrt_scm_whatif *out, const wrt_scm_world *factual,
                               const wrt_scm_world *after, double log_p_given, wrt_err *err) {
    bool moved[WRT_SCM_VARIABLES_MAX];
    size_t n = wrt_scm_twin_moved(moved, factual, after, out->outcome);
    memset(out->low, 0, sizeof out->low);
    memset(out->high, 0, sizeof out->high);
    if (!wrt_scm_bounds_are_open(factual, moved)) {
        out->bounds = WRT_SCM_BOUNDS_IDENTIFIED;
        memcpy(out->low, out->counterfactual, sizeof out->low);
        memcpy(out->high, out->counterfactual, sizeof out->high);
        return WRT_OK;
    }
    if (n > 1)
        return bound_margins(out, factual, after, log_p_given, err);
    wrt_status status = bound_mechanism(out, factual, after, err);
    if (status != WRT_E_LIMIT)
        return status;
    return bound_margins(out, factual, after, log_p_given, err);
}
