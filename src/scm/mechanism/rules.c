/* rules.c: see mechanism.h for what each rule is. */
#include "scm/mechanism/rules.h"

#include <math.h>

static size_t bytes_of(wrt_str candidate) {
    size_t blanks = 0;
    while (blanks < candidate.len && candidate.ptr[blanks] == ' ')
        blanks++;
    return candidate.len - blanks;
}

/* The score of candidate k, NAN when the rule cannot be applied. */
static double score_of(const wrt_scm_scored *s, size_t k) {
    const wrt_llm_score *score = &s->scores[k];
    switch (s->scoring->rule) {
    case WRT_SCM_MEAN:
        return score->tokens > 0 ? score->log_p / score->tokens : (double)NAN;
    case WRT_SCM_BYTES:
        return score->log_p / (double)bytes_of(s->prompt->candidates[k]);
    case WRT_SCM_PMI:
        return isinf(s->base[k].log_p) ? (double)INFINITY : score->log_p - s->base[k].log_p;
    default:
        return score->log_p;
    }
}

static double mass_of(const wrt_scm_scored *s) {
    double mass = 0.0;
    for (size_t k = 0; k < s->prompt->n; k++)
        mass += exp(s->scores[k].log_p);
    return s->scoring->rule == WRT_SCM_REFERENCE ? (double)NAN : mass;
}

wrt_status wrt_scm_rule_apply(double *row, double *mass, const wrt_scm_scored *scored,
                              wrt_err *err) {
    double top = -INFINITY, sum = 0.0;
    size_t n = scored->prompt->n;
    for (size_t k = 0; k < n; k++) {
        row[k] = score_of(scored, k);
        if (isnan(row[k]))
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "rule %s needs %s, which this language model does not give",
                            wrt_scm_rule_name(scored->scoring->rule),
                            isnan(scored->scores[k].log_p) ? "exact scores"
                                                           : "the number of tokens of a value");
        top = row[k] > top ? row[k] : top;
    }
    if (top > 0.0 && isinf(top))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "without the parents' phrases the language model gives a value "
                        "probability 0, which rule pmi cannot divide by");
    if (!isfinite(top))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the language model gives every value probability 0");
    for (size_t k = 0; k < n; k++)
        sum += row[k] = exp((row[k] - top) / scored->scoring->temperature);
    for (size_t k = 0; k < n; k++)
        row[k] /= sum;
    *mass = mass_of(scored);
    return WRT_OK;
}
