/* extrapolation.c: ranges, leverage and neighbours of a profile. */
#include "effect/checks/extrapolation.h"
#include "effect/checks/finite.h"
#include "effect/fit/linalg.h"

#include <math.h>
#include <string.h>

/* Rows and the profile, whitened: the squared length of a difference is a Mahalanobis distance. */
typedef struct {
    const wrt_study *study;
    size_t k;
    double *rows;    /* k numbers a row */
    double *profile; /* k */
} cloud;

static wrt_status check(const wrt_study *study, const double *profile, wrt_err *err) {
    size_t k = study->covariates.columns, treated = 0;
    if (k == 0)
        return wrt_fail(err, WRT_E_INPUT, "a profile needs covariates, there are none");
    for (size_t i = 0; i < study->n; i++)
        treated += study->treatment[i] == 1;
    if (!study->treatment_is_binary || treated < 2 || study->n - treated < 2)
        return wrt_fail(err, WRT_E_INPUT,
                        "a profile is compared with two arms of two rows or more");
    for (size_t j = 0; j < k; j++) {
        if (!isfinite(profile[j]))
            return wrt_fail(err, WRT_E_INPUT, "%s of the profile is not a number",
                            study->covariates.names[j]);
    }
    return WRT_OK;
}

static wrt_status whiten(cloud *c, const double *profile, wrt_arena *arena, wrt_err *err) {
    const wrt_study *study = c->study;
    size_t n = study->n, k = c->k;
    double *centred = wrt_arena_calloc(arena, n * k, sizeof *centred);
    double *r = wrt_arena_calloc(arena, k * k, sizeof *r);
    bool *depends = wrt_arena_calloc(arena, k, sizeof *depends);
    for (size_t j = 0; j < k; j++) {
        const double *x = study->covariates.values + j * n;
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += (x[i] - mean) / (double)(i + 1);
        c->profile[j] = profile[j] - mean;
        for (size_t i = 0; i < n; i++)
            c->rows[i * k + j] = centred[j * n + i] = x[i] - mean;
    }
    wrt_linalg_qr(r, centred, n, k, NULL);
    if (wrt_linalg_find_dependent(depends, r, k, 1e-10) < k) {
        for (size_t j = 0; j < k; j++) {
            if (depends[j])
                return wrt_fail(err, WRT_E_INPUT,
                                "%s is constant or a combination of other covariates: leave it out",
                                study->covariates.names[j]);
        }
    }
    wrt_linalg_solve_upper_transposed(r, k, c->rows, n);
    wrt_linalg_solve_upper_transposed(r, k, c->profile, 1);
    return WRT_OK;
}

static void set_leverage(wrt_extrapolation *out, const cloud *c) {
    double share = 1 / (double)c->study->n;
    out->leverage = share + wrt_linalg_dot(c->profile, c->profile, c->k);
    out->leverage_mean = (double)(c->k + 1) * share;
    for (size_t i = 0; i < c->study->n; i++) {
        const double *row = c->rows + i * c->k;
        out->leverage_most = fmax(out->leverage_most, share + wrt_linalg_dot(row, row, c->k));
    }
}

/* The nearest row of the arm to a point; `self` is passed over. */
static wrt_profile_nearest nearest(const cloud *c, const double *point, int arm, size_t self) {
    wrt_profile_nearest best = {.distance = INFINITY};
    for (size_t i = 0; i < c->study->n; i++) {
        double sum = 0;
        if ((c->study->treatment[i] == 1) != (arm == 1) || i == self)
            continue;
        for (size_t j = 0; j < c->k && sum < best.distance; j++) {
            double d = c->rows[i * c->k + j] - point[j];
            sum += d * d;
        }
        if (sum < best.distance)
            best = (wrt_profile_nearest){.distance = sum, .row = i};
    }
    best.distance = sqrt(best.distance * (double)(c->study->n - 1));
    return best;
}

static void set_nearest(wrt_extrapolation *out, const cloud *c, int arm) {
    size_t of_arm = 0, seen = 0, sampled = 0, farther = 0;
    out->nearest[arm] = nearest(c, c->profile, arm, c->study->n);
    for (size_t i = 0; i < c->study->n; i++)
        of_arm += (c->study->treatment[i] == 1) == (arm == 1);
    size_t step = of_arm / WRT_EXTRAPOLATION_SAMPLE + 1;
    for (size_t i = 0; i < c->study->n; i++) {
        if ((c->study->treatment[i] == 1) != (arm == 1) || seen++ % step != 0)
            continue;
        sampled++;
        farther += nearest(c, c->rows + i * c->k, arm, i).distance >= out->nearest[arm].distance;
    }
    out->nearest[arm].share = (double)farther / (double)sampled;
}

static void set_ranges(wrt_extrapolation *out, const wrt_study *study, const double *profile,
                       wrt_arena *arena) {
    size_t n = study->n, k = study->covariates.columns;
    for (int arm = 0; arm < 2; arm++)
        out->outside[arm] = wrt_arena_calloc(arena, k, sizeof(bool));
    for (size_t j = 0; j < k; j++) {
        double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
        for (size_t i = 0; i < n; i++) {
            int arm = study->treatment[i] == 1;
            low[arm] = fmin(low[arm], study->covariates.values[j * n + i]);
            high[arm] = fmax(high[arm], study->covariates.values[j * n + i]);
        }
        for (int arm = 0; arm < 2; arm++)
            out->outside[arm][j] = profile[j] < low[arm] || profile[j] > high[arm];
        out->n_outside += out->outside[0][j] && out->outside[1][j];
    }
}

static void judge(wrt_extrapolation *out, size_t k) {
    bool one_arm = false;
    for (size_t j = 0; j < k; j++)
        one_arm = one_arm || out->outside[0][j] || out->outside[1][j];
    bool far = out->nearest[0].share < 0.05 || out->nearest[1].share < 0.05;
    bool is_outside = out->n_outside > 0 || out->leverage > out->leverage_most * (1 + 1e-9);
    out->place = is_outside       ? WRT_PROFILE_OUTSIDE
                 : one_arm || far ? WRT_PROFILE_EDGE
                                  : WRT_PROFILE_INSIDE;
    static const char *const texts[] = {
        "Units like this one occur in both arms.",
        "Few units like this one occur in one of the arms: an answer for it leans on the model.",
        "No unit like this one was seen: an answer for it is an extrapolation."};
    out->text = texts[out->place];
}

wrt_status wrt_extrapolation_of(wrt_extrapolation *out, const wrt_study *study,
                                const double *profile, wrt_arena *arena, wrt_err *err) {
    wrt_status status = check(study, profile, err);
    if (status != WRT_OK)
        return status;
    wrt_arena *scratch = wrt_arena_new();
    size_t k = study->covariates.columns;
    cloud c = {.study = study,
               .k = k,
               .rows = wrt_arena_calloc(scratch, study->n * k, sizeof(double)),
               .profile = wrt_arena_calloc(scratch, k, sizeof(double))};
    *out = (wrt_extrapolation){0};
    status = whiten(&c, profile, scratch, err);
    if (status == WRT_OK) {
        set_leverage(out, &c);
        set_ranges(out, study, profile, arena);
        for (int arm = 0; arm < 2; arm++)
            set_nearest(out, &c, arm);
        judge(out, k);
    }
    wrt_arena_free(scratch);
    return status;
}

static wrt_json *nearest_json(const wrt_profile_nearest *nearest) {
    wrt_json *one = wrt_json_new_object();
    wrt_effect_set_finite(one, "distance", nearest->distance);
    wrt_json_set_int(one, "row", (int64_t)nearest->row + 1);
    wrt_effect_set_finite(one, "share_of_rows_as_far_apart", nearest->share);
    return one;
}

wrt_json *wrt_extrapolation_json(const wrt_extrapolation *e, const wrt_study *study) {
    static const char *const places[] = {"inside", "edge", "outside"};
    static const char *const keys[] = {"beyond_untreated", "beyond_treated"};
    wrt_json *all = wrt_json_new_object();
    wrt_json_set_text(all, "place", places[e->place]);
    wrt_json_set_text(all, "text", e->text);
    wrt_effect_set_finite(all, "leverage", e->leverage);
    wrt_effect_set_finite(all, "largest_leverage", e->leverage_most);
    wrt_json_set(all, "nearest_treated", nearest_json(&e->nearest[1]));
    wrt_json_set(all, "nearest_untreated", nearest_json(&e->nearest[0]));
    for (int arm = 0; arm < 2; arm++) {
        wrt_json *names = wrt_json_new_array();
        for (size_t j = 0; j < study->covariates.columns; j++) {
            if (e->outside[arm][j])
                wrt_json_push_text(names, study->covariates.names[j]);
        }
        wrt_json_set(all, keys[arm], names);
    }
    return all;
}
