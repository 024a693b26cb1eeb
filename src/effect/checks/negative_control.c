/* negative_control.c: see negative_control.h. */
#include "effect/checks/negative_control.h"
#include "effect/checks/finite.h"
#include "effect/fit/tail.h"

#include <math.h>

static wrt_status check(double *sd, bool *is_binary, const wrt_negative_control_question *q,
                        wrt_err *err) {
    double mean = 0, spread = 0;
    *is_binary = true;
    if (q->study->event != NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "a negative control of times to event is not supported: take an estimator "
                        "of means");
    for (size_t i = 0; i < q->study->n; i++) {
        double y = q->outcome[i], delta = y - mean;
        if (!isfinite(y))
            return wrt_fail(err, WRT_E_INPUT, "row %zu: the control %s is not a number", i + 1,
                            q->name);
        mean += delta / (double)(i + 1);
        spread += delta * (y - mean);
        *is_binary = *is_binary && (y == 0 || y == 1);
    }
    *sd = sqrt(spread / (double)(q->study->n - 1));
    if (!(*sd > 0))
        return wrt_fail(err, WRT_E_INPUT, "the control %s does not vary", q->name);
    return WRT_OK;
}

static const char *words(const wrt_negative_control *c, wrt_arena *arena) {
    if (isnan(c->se))
        return wrt_arena_printf(arena, "The control %s: no error, so no judgement.", c->name);
    if (c->holds)
        return wrt_arena_printf(
            arena,
            "No effect on the control %s beyond chance (p = %.2g): no sign of confounding that it "
            "would share. That is no proof of its absence.",
            c->name, c->p_value);
    return wrt_arena_printf(arena,
                            "After adjustment the control %s still goes with the treatment (p = "
                            "%.2g), which it cannot follow from: confounding is left, or the "
                            "control is no control.",
                            c->name, c->p_value);
}

wrt_status wrt_negative_control_of(wrt_negative_control *out,
                                   const wrt_negative_control_question *q, wrt_arena *arena,
                                   wrt_err *err) {
    double sd = 1;
    wrt_study copy = *q->study;
    wrt_estimate e = {0};
    wrt_status status = check(&sd, &copy.outcome_is_binary, q, err);
    if (status != WRT_OK)
        return status;
    copy.outcome = wrt_arena_calloc(arena, copy.n, sizeof *copy.outcome);
    for (size_t i = 0; i < copy.n; i++)
        copy.outcome[i] = q->outcome[i];
    status = q->run(&e, &copy, q->options, arena, err);
    if (status != WRT_OK)
        return status;
    wrt_json_free(e.details);
    *out = (wrt_negative_control){.name = q->name,
                                  .estimate = e.estimate,
                                  .se = e.se,
                                  .low = e.low,
                                  .high = e.high,
                                  .p_value = wrt_tail_normal_two(e.estimate / e.se),
                                  .scaled = e.estimate / sd,
                                  .holds = e.low <= 0 && e.high >= 0};
    out->text = words(out, arena);
    return WRT_OK;
}

wrt_json *wrt_negative_control_json(const wrt_negative_control *c) {
    wrt_json *all = wrt_json_new_object();
    wrt_json_set_text(all, "outcome", c->name);
    wrt_effect_set_finite(all, "estimate", c->estimate);
    wrt_effect_set_finite(all, "se", c->se);
    wrt_effect_set_finite(all, "low", c->low);
    wrt_effect_set_finite(all, "high", c->high);
    wrt_effect_set_finite(all, "p", c->p_value);
    wrt_effect_set_finite(all, "in_standard_deviations", c->scaled);
    wrt_json_set_bool(all, "holds", c->holds);
    wrt_json_set_text(all, "text", c->text);
    return all;
}
