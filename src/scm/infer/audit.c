/* audit.c: means over phrasings, Student's quantile, and shuffled labels. */
#include "scm/infer/audit.h"

#include "base/arena.h"
#include "base/rng.h"
#include "scm/infer/units.h"

#include <math.h>
#include <stdlib.h>

/* ---- Student's t */

/* The regularised incomplete beta function I_x(a, 1/2) by its continued fraction (modified Lentz:
 * Press et al., Numerical Recipes, 3rd ed. 2007, section 6.4); converges for x < (a + 1)/(a + 2.5).
 */
static double beta_fraction(double a, double b, double x) {
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a;
    double c = 1.0, d = 1.0 / (1.0 - (a + b) * x / (a + 1.0)), h = d;
    for (int m = 1; m < 1000; m++) {
        double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        h *= d * c;
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        h *= d * c;
        if (fabs(d * c - 1.0) < 1e-15)
            break;
    }
    return front * h;
}

/* P(|T| > t) for T with n degrees of freedom. */
static double two_tails(double t, double n) {
    double x = n / (n + t * t), a = n / 2.0, b = 0.5;
    if (x < (a + 1.0) / (a + b + 2.0))
        return beta_fraction(a, b, x);
    return 1.0 - beta_fraction(b, a, 1.0 - x);
}

/* t with P(|T| > t) = 0.05. */
static double student_quantile(double n) {
    double low = 1.0, high = 13.0;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2.0;
        if (two_tails(middle, n) > 0.05)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2.0;
}

/* ---- shuffles */

enum { LISTED_MAX = 14 }; /* phrasings whose 2^n exchanges of two labels are all listed */

static double effect_of(const wrt_scm_labelled *d, size_t phrasing) {
    const double *p = d->p + phrasing * d->n_labels;
    return p[d->value] - p[d->reference];
}

/* The mean when phrasing f has its two labels exchanged where bit f is set; f < LISTED_MAX. */
static double exchange(const wrt_scm_labelled *d, size_t bits) {
    double sum = 0.0;
    for (size_t f = 0; f < d->n_phrasings; f++)
        sum += f < LISTED_MAX && (bits >> f & 1) != 0 ? -effect_of(d, f) : effect_of(d, f);
    return sum / (double)d->n_phrasings;
}

/* The mean when the two labels of each phrasing are two different ones at random. */
static double shuffle(const wrt_scm_labelled *d, size_t number) {
    double sum = 0.0;
    wrt_rng rng =
        wrt_rng_make(d->seed, wrt_scm_stream(WRT_SCM_NOISE_LABELS, 0, 0), (uint64_t)number);
    for (size_t f = 0; f < d->n_phrasings; f++) {
        const double *p = d->p + f * d->n_labels;
        size_t a = (size_t)wrt_rng_below(&rng, d->n_labels);
        size_t b = (size_t)wrt_rng_below(&rng, d->n_labels - 1);
        sum += p[b + (b >= a)] - p[a];
    }
    return sum / (double)d->n_phrasings;
}

/* Sums of the same numbers in another order differ in their last bits. */
static const double SAME = 1.0 - 1e-12;

static double p_of(size_t beyond, size_t n, bool is_exact) {
    return is_exact ? (double)beyond / (double)n : (double)(beyond + 1) / (double)(n + 1);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The smallest size whose p-value would be at most 0.05. Equal sizes stand or fall together: when
 * all exchanges are listed, each size comes at least twice. */
static double find_detectable(double *sizes, size_t n, bool is_exact) {
    double found = (double)INFINITY;
    qsort(sizes, n, sizeof *sizes, by_value);
    for (size_t end = n; end > 0;) {
        size_t first = end - 1;
        while (first > 0 && sizes[first - 1] >= sizes[end - 1] * SAME)
            first--;
        if (p_of(n - first, n, is_exact) > 0.05)
            break;
        found = sizes[end - 1];
        end = first;
    }
    return found;
}

static void judge(wrt_scm_presence *out, double *means, size_t n) {
    size_t beyond = 0;
    double size = fabs(out->effect) * SAME;
    qsort(means, n, sizeof *means, by_value);
    out->null_low = means[(size_t)(0.025 * (double)(n - 1))];
    out->null_high = means[(size_t)ceil(0.975 * (double)(n - 1))];
    for (size_t i = 0; i < n; i++) {
        beyond += fabs(means[i]) >= size;
        means[i] = fabs(means[i]);
    }
    out->p_value = p_of(beyond, n, out->is_exact);
    out->detectable = find_detectable(means, n, out->is_exact);
}

/* ---- */

static wrt_status check(const wrt_scm_labelled *d, wrt_err *err) {
    if (d->n_phrasings < 2 || d->n_labels < 2)
        return wrt_fail(err, WRT_E_INPUT,
                        "an audit needs at least 2 phrasings and 2 labels, not %zu and %zu",
                        d->n_phrasings, d->n_labels);
    if (d->n_phrasings > WRT_SCM_PHRASINGS_AUDITED_MAX || d->n_labels > WRT_SCM_LABELS_MAX ||
        d->shuffles > WRT_SCM_SHUFFLES_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "an audit takes up to %d phrasings, %d labels, %d shuffles",
                        WRT_SCM_PHRASINGS_AUDITED_MAX, WRT_SCM_LABELS_MAX, WRT_SCM_SHUFFLES_MAX);
    if (d->reference == d->value || d->reference >= d->n_labels || d->value >= d->n_labels)
        return wrt_fail(err, WRT_E_INPUT, "the contrast needs two different labels of the %zu",
                        d->n_labels);
    for (size_t i = 0; i < d->n_phrasings * d->n_labels; i++)
        if (!isfinite(d->p[i]))
            return wrt_fail(err, WRT_E_INPUT, "phrasing %zu has a value that is not a number",
                            i / d->n_labels + 1);
    return WRT_OK;
}

static void summarise(wrt_scm_presence *out, const wrt_scm_labelled *d) {
    double n = (double)d->n_phrasings, squares = 0.0;
    out->effect = exchange(d, 0);
    for (size_t f = 0; f < d->n_phrasings; f++) {
        double difference = effect_of(d, f) - out->effect;
        squares += difference * difference;
    }
    out->deviation = sqrt(squares / (n - 1.0));
    double half = student_quantile(n - 1.0) * out->deviation / sqrt(n);
    out->low = out->effect - half;
    out->high = out->effect + half;
}

wrt_status wrt_scm_audit_labels(wrt_scm_presence *out, const wrt_scm_labelled *data, wrt_err *err) {
    *out = (wrt_scm_presence){0};
    wrt_status status = check(data, err);
    if (status != WRT_OK)
        return status;
    out->is_exact = data->n_labels == 2 && data->n_phrasings <= LISTED_MAX;
    out->shuffles = data->shuffles > 0 ? data->shuffles : WRT_SCM_SHUFFLES;
    if (out->is_exact)
        out->shuffles = (size_t)1 << data->n_phrasings;
    summarise(out, data);
    double *means = wrt_calloc(out->shuffles, sizeof *means);
    for (size_t i = 0; i < out->shuffles; i++)
        means[i] = out->is_exact ? exchange(data, i) : shuffle(data, i);
    judge(out, means, out->shuffles);
    free(means);
    return WRT_OK;
}
