/* coupling.c: closed forms, noise and bounds for one mechanism in two contexts. */
#include "scm/infer/coupling.h"

#include "scm/infer/units.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {"gumbel", "invcdf", "independent"};

const char *wrt_scm_coupling_name(wrt_scm_coupling coupling) {
    return names[coupling];
}

wrt_status wrt_scm_coupling_of(wrt_scm_coupling *out, const char *name, wrt_err *err) {
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (wrt_scm_coupling)i;
            return WRT_OK;
        }
    return wrt_fail(err, WRT_E_INPUT, "coupling \"%s\": choose gumbel, invcdf or independent",
                    name);
}

/* ---- gumbel */

/* A competitor of the factual winner: it overtakes once the ratio u passes r. */
typedef struct {
    double r, q;
    size_t value;
} rival;

/* Values other than i whose ratio is below the winner's, by ratio. Returns how many. */
static size_t list_rivals(rival *out, const double *p, const double *q, size_t k, size_t i,
                          double top) {
    size_t n = 0;
    for (size_t j = 0; j < k; j++) {
        double r = q[j] > 0.0 ? p[j] / q[j] : (double)INFINITY;
        if (j == i || !(r < top))
            continue;
        size_t at = n++;
        for (; at > 0 && out[at - 1].r > r; at--)
            out[at] = out[at - 1];
        out[at] = (rival){r, q[j], j};
    }
    return n;
}

static void gumbel_row(double *out, const double *p, const double *q, size_t k, size_t i) {
    double top = q[i] > 0.0 ? p[i] / q[i] : (double)INFINITY;
    rival rivals[WRT_SCM_VALUES_MAX];
    double piece[WRT_SCM_VALUES_MAX]; /* integral from rivals[s].r to the next ratio */
    size_t n = list_rivals(rivals, p, q, k, i, top);
    double a = 1.0, slope = 0.0;
    memset(out, 0, k * sizeof *out);
    for (size_t s = 0; s < n; s++) {
        double end = s + 1 < n ? rivals[s + 1].r : top, width = end - rivals[s].r;
        slope += rivals[s].q;
        double next = a + slope * width;
        piece[s] = isinf(next) ? 1.0 / (a * slope) : width / next / a;
        a = next;
    }
    out[i] = 1.0 / a;
    double integral = 0.0;
    for (size_t s = n; s-- > 0;) {
        integral += piece[s];
        out[rivals[s].value] = rivals[s].q * integral;
    }
}

/* ---- inverse distribution function */

static void interval(double *low, double *high, const double *p, size_t k, size_t value) {
    double cumulated[WRT_SCM_VALUES_MAX];
    wrt_scm_cumulate(cumulated, p, k);
    *low = value > 0 ? fmin(cumulated[value - 1], 1.0) : 0.0;
    *high = fmin(cumulated[value], 1.0);
}

static void invcdf_row(double *out, const double *p, const double *q, size_t k, size_t i) {
    double low, high, from, to;
    interval(&low, &high, p, k, i);
    for (size_t j = 0; j < k; j++) {
        interval(&from, &to, q, k, j);
        double shared = fmin(high, to) - fmax(low, from);
        out[j] = high > low ? fmax(shared, 0.0) / (high - low) : q[j];
    }
}

void wrt_scm_coupling_row(double *out, wrt_scm_coupling coupling, const double *p, const double *q,
                          size_t k, size_t i) {
    if (coupling == WRT_SCM_GUMBEL)
        gumbel_row(out, p, q, k, i);
    else if (coupling == WRT_SCM_INVCDF)
        invcdf_row(out, p, q, k, i);
    else
        memcpy(out, q, k * sizeof *out);
}

/* ---- noise */

/* -log(1 - u): exponential with mean 1, positive also for u = 0. */
static double exponential(double u) {
    return -log1p(-(u + 0x1p-54));
}

void wrt_scm_coupling_abduce(double *noise, wrt_scm_coupling coupling, const double *p, size_t k,
                             size_t i, const double *u) {
    double low, high, m = exponential(u[k]);
    if (coupling == WRT_SCM_INVCDF) {
        interval(&low, &high, p, k, i);
        noise[0] = low + u[0] * (high - low);
        if (noise[0] >= high)
            noise[0] = nextafter(high, 0.0);
        return;
    }
    for (size_t j = 0; j < k; j++)
        noise[j] = p[j] * m + (j == i ? 0.0 : exponential(u[j]));
}

size_t wrt_scm_coupling_apply(wrt_scm_coupling coupling, const double *noise, const double *q,
                              size_t k) {
    double cumulated[WRT_SCM_VALUES_MAX], best = (double)INFINITY;
    size_t value = 0;
    if (coupling == WRT_SCM_INVCDF) {
        wrt_scm_cumulate(cumulated, q, k);
        return wrt_scm_pick(cumulated, k, noise[0]);
    }
    for (size_t j = 0; j < k; j++) {
        double time = q[j] > 0.0 ? noise[j] / q[j] : (double)INFINITY;
        if (time < best) {
            best = time;
            value = j;
        }
    }
    return value;
}

/* ---- bounds */

/* The greedy filling of q_j that takes the cheapest (or dearest) values first. */
static double fill(const double *p, const double *price, const size_t *order, size_t n, double q,
                   bool from_top) {
    double total = 0.0;
    for (size_t s = 0; s < n && q > 0.0; s++) {
        size_t i = order[from_top ? n - 1 - s : s];
        double take = fmin(q, p[i]);
        total += take * price[i];
        q -= take;
    }
    return total;
}

void wrt_scm_coupling_bounds(double *low, double *high, const double *p, const double *q,
                             const double *weight, size_t k) {
    double price[WRT_SCM_VALUES_MAX];
    size_t order[WRT_SCM_VALUES_MAX], n = 0;
    for (size_t i = 0; i < k; i++) {
        if (p[i] <= 0.0)
            continue;
        price[i] = weight[i] / p[i];
        size_t at = n++;
        for (; at > 0 && price[order[at - 1]] > price[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (size_t j = 0; j < k; j++) {
        low[j] = fill(p, price, order, n, q[j], false);
        high[j] = fill(p, price, order, n, q[j], true);
    }
}
