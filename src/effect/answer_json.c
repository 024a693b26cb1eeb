/* answer_json.c: numbers to data; what is known of an estimate decides its rung. */
#include "effect/answer_json.h"

#include "effect/checks/evalue.h"
#include "effect/checks/finite.h"
#include "effect/checks/robustness.h"
#include "effect/checks/tipping.h"

#include <math.h>
#include <string.h>

/* ---- estimates */

static wrt_json *interval_json(double low, double high) {
    if (!isfinite(low) || !isfinite(high))
        return wrt_json_new_null();
    wrt_json *pair = wrt_json_new_array();
    wrt_json_push(pair, wrt_json_new_number(low));
    wrt_json_push(pair, wrt_json_new_number(high));
    return pair;
}

static void set_estimate(wrt_json *out, const wrt_estimate *e) {
    wrt_json_set_text(out, "measure", e->measure);
    wrt_effect_set_finite(out, "estimate", e->estimate);
    wrt_effect_set_finite(out, "se", e->se);
    wrt_json_set(out, "ci", interval_json(e->low, e->high));
    wrt_json_set_text(out, "se_method", e->se_method);
}

static wrt_json *names_json(wrt_names names) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < names.n; i++)
        wrt_json_push_text(list, names.items[i]);
    return list;
}

/* Whether the estimate rests on an instrument, a mediator, periods or a cutoff, and not on
 * covariates that are enough. */
static bool has_other_basis(const wrt_estimator *e) {
    return e->wants_instruments || e->wants_mediators || e->wants_period || e->wants_running;
}

static bool is_adjusted(const wrt_effect_question *q, const wrt_estimator *e) {
    return (e->adjusts && q->roles.adjust.n > 0) || has_other_basis(e);
}

/* Observational beside interventional; without an adjustment there is nothing to set beside it. */
static void set_gap(wrt_json *out, const wrt_effect_answer *a, bool adjusted) {
    wrt_json *bare = wrt_json_new_object();
    set_estimate(bare, &a->unadjusted);
    wrt_json_set(out, "unadjusted", bare);
    double gap = a->unadjusted.estimate - a->estimate.estimate;
    wrt_effect_set_finite(out, "gap", adjusted ? gap : (double)NAN);
}

/* ---- rung */

static int rung_of(const char **reason, const wrt_effect_answer *a, const wrt_estimator *e,
                   bool adjusted) {
    bool by_covariates = adjusted && !has_other_basis(e);

    if (a->basis == NULL) {
        *reason = e->wants_period || e->wants_running
                      ? "the design rests on what is assumed of it; no graph carries it"
                  : adjusted
                      ? "no graph was given that would make the adjustment enough"
                      : "an unadjusted association, an effect only if treatment was randomised";
        return 1;
    }
    if (by_covariates && !a->has_overlap) {
        *reason = a->is_streamed ? "identified by the stated graph, but overlap is not judged in a "
                                   "streamed table"
                  : a->study.treatment_is_binary
                      ? "identified by the stated graph, but overlap could not be judged"
                      : "identified by the stated graph, but overlap of a treatment of more than "
                        "two values is not judged";
        return 1;
    }
    if (a->has_overlap && a->overlap.verdict == WRT_OVERLAP_POOR) {
        *reason = "the arms hardly overlap: the estimate rests on the model, not on the data";
        return 1;
    }
    if (a->has_balance && a->balance.is_weighted && a->balance.worst_after > WRT_BALANCE_SMD) {
        *reason = "covariates are not balanced after adjustment";
        return 1;
    }
    *reason =
        !by_covariates ? "identified by the stated graph"
        : a->has_balance && a->balance.is_weighted
            ? "identified by the stated graph; overlap and balance hold"
            : "identified by the stated graph; overlap holds, and what balance leaves is left "
              "to the model of the outcome";
    return 2;
}

/* What a design takes for granted, whatever a graph says. */
static const char *design_assumption(const wrt_estimator *e) {
    if (e->wants_instruments)
        return "the instruments act on the outcome through the treatment alone and share no cause "
               "with it; the effect is the same for all, or that of those whom they move";
    if (e->wants_mediators)
        return "the mediators carry the whole effect and share no cause with treatment or outcome "
               "that is not adjusted for";
    if (e->wants_period)
        return "without treatment both groups would have changed alike";
    if (e->wants_running)
        return "nobody could choose the side of the cutoff, and nothing else changes there; the "
               "effect is that at the cutoff";
    return NULL;
}

static void set_rung(wrt_json *out, const wrt_effect_answer *a, const wrt_estimator *e,
                     bool adjusted) {
    const char *reason = "";
    wrt_json *assumptions = wrt_json_new_array();
    int rung = rung_of(&reason, a, e, adjusted);
    wrt_json_set_int(out, "rung", rung);
    wrt_json_set_text(out, "rung_reason", reason);
    if (rung == 2)
        wrt_json_push_text(assumptions, "the stated graph is right, and what it leaves out is "
                                        "no common cause of treatment and outcome");
    if (design_assumption(e) != NULL)
        wrt_json_push_text(assumptions, design_assumption(e));
    wrt_json_push_text(assumptions, "a unit's outcome does not depend on other units' treatment, "
                                    "and the treatment is one thing");
    wrt_json_push_text(assumptions, "rows left out for missing cells differ from the others in "
                                    "nothing that matters");
    wrt_json_set(out, "assumptions", assumptions);
}

/* ---- doubt */

static bool is_log_hazard(const wrt_estimate *e) {
    return strstr(e->measure, "log hazard") != NULL;
}

static wrt_status find_evalue(wrt_evalue *out, const wrt_effect_answer *a) {
    const wrt_estimate *e = &a->estimate;
    const wrt_study *s = &a->study;
    if (is_log_hazard(e)) {
        double events = 0;
        for (size_t i = 0; i < s->n; i++)
            events += s->event[i];
        wrt_ratio_kind kind =
            events < 0.15 * (double)s->n ? WRT_RATIO_HAZARD_RARE : WRT_RATIO_HAZARD_COMMON;
        return wrt_evalue_of_ratio(out, kind, exp(e->estimate), exp(e->low), exp(e->high), NULL);
    }
    if (!s->treatment_is_binary || s->event != NULL)
        return WRT_E_UNSUPPORTED;
    if (s->outcome_is_binary)
        return wrt_evalue_of_risk_difference(out, e->estimate, e->low, e->high, e->mean_untreated,
                                             NULL);
    return wrt_evalue_of_difference(out, e->estimate, e->se, a->outcome_sd, NULL);
}

static wrt_json *sensitivity_json(const wrt_effect_answer *a, const wrt_estimator *estimator) {
    wrt_json *out = wrt_json_new_object(), *table = NULL;
    const wrt_estimate *e = &a->estimate;
    wrt_evalue evalue;
    if (!has_other_basis(estimator) && find_evalue(&evalue, a) == WRT_OK)
        wrt_json_set(out, "e_value", wrt_evalue_json(&evalue));
    wrt_tipping_question tip = {is_log_hazard(e), e->estimate, e->low, e->high};
    if (tip.is_ratio)
        tip = (wrt_tipping_question){true, exp(e->estimate), exp(e->low), exp(e->high)};
    if (wrt_tipping_table(&table, &tip, NULL) == WRT_OK)
        wrt_json_set(out, "tipping", table);
    double df = (double)a->study.n - (double)a->study.covariates.columns - 2;
    wrt_robustness_question ask = {e->estimate, e->se, df, 1, 0.05};
    wrt_robustness robustness;
    if (strcmp(estimator->name, "ols") == 0 && wrt_robustness_of(&robustness, &ask, NULL) == WRT_OK)
        wrt_json_set(out, "robustness", wrt_robustness_json(&robustness));
    return out;
}

static wrt_json *diagnostics_json(const wrt_effect_answer *a) {
    wrt_json *out = wrt_json_new_object();
    if (a->has_balance)
        wrt_json_set(out, "balance", wrt_balance_json(&a->balance));
    if (a->has_overlap)
        wrt_json_set(out, "overlap", wrt_overlap_json(&a->overlap));
    return out;
}

/* ---- the whole */

static void set_rows(wrt_json *out, const wrt_effect_answer *a) {
    wrt_json_set_int(out, "n", (int64_t)a->study.n);
    wrt_json_set_int(out, "n_used", (int64_t)a->estimate.n_used);
    if (a->study.treatment_is_binary)
        wrt_json_set_int(out, "n_treated", (int64_t)a->study.n_treated);
    wrt_json_set(out, "table", wrt_json_copy(a->study.account));
}

wrt_json *wrt_effect_answer_json(const wrt_effect_answer *answer,
                                 const wrt_effect_question *question,
                                 const wrt_estimator *estimator) {
    static const char *const estimands[] = {"ate", "att", "atc"};
    wrt_json *out = wrt_json_new_object();
    bool adjusted = is_adjusted(question, estimator);
    wrt_json_set_text(out, "estimator", estimator->name);
    wrt_json_set_text(out, "source", estimator->source);
    wrt_json_set_text(out, "estimand", estimands[question->options.estimand]);
    set_estimate(out, &answer->estimate);
    wrt_json_set_number(out, "level", question->options.level);
    wrt_effect_set_finite(out, "mean_treated", answer->estimate.mean_treated);
    wrt_effect_set_finite(out, "mean_untreated", answer->estimate.mean_untreated);
    set_gap(out, answer, adjusted);
    wrt_json_set(out, "adjusted_for",
                 names_json(estimator->adjusts ? question->roles.adjust : (wrt_names){0}));
    wrt_json_set(out, "basis",
                 answer->basis != NULL ? wrt_json_copy(answer->basis) : wrt_json_new_null());
    set_rung(out, answer, estimator, adjusted);
    set_rows(out, answer);
    wrt_json_set(out, "diagnostics", diagnostics_json(answer));
    wrt_json_set(out, "sensitivity", sensitivity_json(answer, estimator));
    if (answer->estimate.details != NULL)
        wrt_json_set(out, "details", wrt_json_copy(answer->estimate.details));
    wrt_json_set_int(out, "seed", (int64_t)question->options.seed);
    return out;
}
