/* anderson_rubin.c: a quadratic inequality. */
#include "effect/estimators/anderson_rubin.h"

#include "effect/fit/linalg.h"
#include "effect/fit/quantile.h"

#include <math.h>

/* sum (y - b t)^2 = yy - 2 yt b + tt b^2. */
typedef struct {
    double yy, yt, tt;
} quadratic;

static quadratic squares_of(const double *y, const double *t, size_t n) {
    return (quadratic){wrt_linalg_dot(y, y, n), wrt_linalg_dot(y, t, n), wrt_linalg_dot(t, t, n)};
}

static void set_ends(wrt_json *out, const char *form, double low, double high) {
    wrt_json_set_text(out, "form", form);
    wrt_json_set_number(out, "low", low);
    wrt_json_set_number(out, "high", high);
}

wrt_json *wrt_anderson_rubin_interval(const wrt_anderson_rubin *in, double level) {
    quadratic all = squares_of(in->outcome_without, in->treatment_without, in->n);
    quadratic left = squares_of(in->outcome_with, in->treatment_with, in->n);
    double critical = wrt_chi2_quantile(level, (double)in->q);
    double share = 1 + critical / ((double)in->n - (double)in->k);
    /* all(b) <= share * left(b)  <=>  a b^2 - 2 h b + c <= 0 */
    double a = all.tt - share * left.tt, h = all.yt - share * left.yt, c = all.yy - share * left.yy;
    double root = h * h - a * c;
    wrt_json *out = wrt_json_new_object();
    if (root < 0 || fabs(a) <= 1e-14 * all.tt) {
        wrt_json_set_text(out, "form", root < 0 && a > 0 ? "empty" : "everything");
        return out;
    }
    double one = (h - sqrt(root)) / a, other = (h + sqrt(root)) / a;
    set_ends(out, a > 0 ? "interval" : "rays", fmin(one, other), fmax(one, other));
    return out;
}
