/* test_survival.c: curves, restricted means and Cox models against R's survival and lifelines
 * (tests/peers/effect_survival.py), hand calculations, and what has to be refused. */
#include "base/file.h"
#include "base/rng.h"
#include "effect/data/table.h"
#include "effect/estimators/cox.h"
#include "effect/estimators/km.h"
#include "effect/estimators/rmst.h"
#include "effect/resample/take.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void assert_near(double got, double want, double tolerance) {
    double slack = tolerance * fmax(1, fabs(want));
    if (!(fabs(got - want) <= slack))
        fail_msg("got %.12g, want %.12g", got, want);
}

/* ---- the stored peers */

static wrt_json *peers(void) {
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_json *root = NULL;
    assert_int_equal(
        wrt_file_read(&text, TEST_SOURCE_DIR "/tests/peers/effect_survival.json", WRT_MIB(4), NULL),
        WRT_OK);
    assert_int_equal(wrt_json_parse(&root, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    return root;
}

static double *numbers(const wrt_json *list, size_t *n, wrt_arena *arena) {
    double *out = wrt_arena_calloc(arena, wrt_json_count(list), sizeof *out);
    *n = 0;
    WRT_JSON_EACH(item, list) {
        out[(*n)++] = wrt_json_number(item, NAN);
    }
    return out;
}

/* A column of a made-up table, or of a trial's file; NULL when the file is not there. */
typedef struct {
    const wrt_json *made_up;
    wrt_table *file;
    size_t n;
} source;

static bool open_source(source *out, const wrt_json *root, const wrt_json *one) {
    const char *file = wrt_json_get_text(one, "file", NULL);
    *out = (source){0};
    if (file == NULL) {
        out->made_up =
            wrt_json_get(wrt_json_get(root, "tables"), wrt_json_get_text(one, "name", "?"));
        out->n = wrt_json_count(wrt_json_get(out->made_up, "time"));
        return true;
    }
    const char *shared = getenv("WARRANT_SHARED");
    char *folder =
        wrt_path_join(shared ? shared : TEST_SOURCE_DIR "/../shared", "data/effect/clinical");
    char *path = wrt_path_join(folder, file);
    bool is_there = wrt_file_exists(path);
    if (is_there) {
        assert_int_equal(wrt_table_read(&out->file, path, NULL), WRT_OK);
        out->n = wrt_table_rows(out->file);
    } else
        print_message("SKIPPED: %s is not there\n", file);
    free(folder);
    free(path);
    return is_there;
}

static double *column(const source *from, const char *name, wrt_arena *arena) {
    size_t n = 0, index = 0;
    if (from->made_up != NULL)
        return numbers(wrt_json_get(from->made_up, name), &n, arena);
    double *heap = NULL, *out = wrt_arena_calloc(arena, from->n, sizeof *out);
    assert_int_equal(wrt_table_find(&index, from->file, name, NULL), WRT_OK);
    assert_int_equal(wrt_table_numbers(&heap, from->file, index, NULL), WRT_OK);
    memcpy(out, heap, from->n * sizeof *out);
    free(heap);
    return out;
}

typedef struct {
    wrt_arena *arena;
    wrt_json *root;
    const wrt_json *one, *r; /* the case, R's answers */
    source from;
    wrt_cox_data data;
} peer_case;

static bool make_case(peer_case *c, const wrt_json *one) {
    const wrt_json *names = wrt_json_get(one, "columns");
    c->one = one;
    c->r = wrt_json_get(one, "r");
    if (!open_source(&c->from, c->root, one))
        return false;
    size_t n = c->from.n, p = wrt_json_count(names);
    double *x = wrt_arena_calloc(c->arena, n * p, sizeof *x);
    const char **texts = wrt_arena_calloc(c->arena, p, sizeof *texts);
    for (size_t j = 0; j < p; j++) {
        texts[j] = wrt_json_text(wrt_json_at(names, j));
        memcpy(x + j * n, column(&c->from, texts[j], c->arena), n * sizeof *x);
    }
    c->data = (wrt_cox_data){
        .rows = {n, column(&c->from, wrt_json_get_text(one, "time", "time"), c->arena),
                 column(&c->from, wrt_json_get_text(one, "event", "event"), c->arena), NULL},
        .p = p,
        .x = x,
        .names = texts};
    return true;
}

static const wrt_json *answer(const peer_case *c, const char *a, const char *b, const char *d) {
    return wrt_json_get(c->r, wrt_arena_printf(c->arena, "%s.%s.%s", a, b, d));
}

static void compare(const peer_case *c, const char *ties, const char *kind) {
    size_t n;
    const char *key = wrt_arena_printf(c->arena, "cox.%s", ties);
    wrt_cox_fit fit;
    assert_int_equal(wrt_cox_fit_rows(&fit, &c->data, c->arena, NULL), WRT_OK);
    double *beta = numbers(answer(c, key, kind, "beta"), &n, c->arena);
    double *se = numbers(answer(c, key, kind, "se"), &n, c->arena);
    double *robust = numbers(answer(c, key, kind, "robust"), &n, c->arena);
    double *likelihood = numbers(answer(c, key, kind, "loglik"), &n, c->arena);
    for (size_t j = 0; j < fit.p; j++) {
        assert_near(fit.beta[j] / se[j], beta[j] / se[j], 1e-6);
        assert_near(sqrt(fit.covariance[j * fit.p + j]) / se[j], 1, 1e-6);
        assert_near(sqrt(fit.robust[j * fit.p + j]) / robust[j], 1, 1e-6);
    }
    assert_near(fit.log_likelihood_null, likelihood[0], 1e-9);
    assert_near(fit.log_likelihood, likelihood[1], 1e-9);
    if (strcmp(kind, "plain") != 0)
        return;
    assert_near(fit.score_test, wrt_json_number(wrt_json_first(answer(c, key, kind, "score")), 0),
                1e-6);
    static const char *const scales[] = {"zph_km", "zph_identity", "zph_log"};
    for (int s = 0; s < 3; s++) {
        wrt_cox_check check;
        assert_int_equal(
            wrt_cox_check_hazards(&check, &c->data, &fit, (wrt_cox_time)s, c->arena, NULL), WRT_OK);
        double *chi2 = numbers(answer(c, key, kind, scales[s]), &n, c->arena);
        for (size_t j = 0; j < fit.p; j++)
            assert_near(check.chi2[j], chi2[j], 1e-6);
        assert_near(check.global_chi2, chi2[fit.p], 1e-6);
    }
}

static void with_cases(void (*look)(peer_case *)) {
    peer_case c = {.arena = wrt_arena_new(), .root = peers()};
    size_t looked = 0;
    WRT_JSON_EACH(one, wrt_json_get(c.root, "cases")) {
        if (!make_case(&c, one))
            continue;
        look(&c);
        wrt_table_free(c.from.file);
        looked++;
    }
    assert_true(looked >= 2);
    wrt_json_free(c.root);
    wrt_arena_free(c.arena);
}

static void compare_cox(peer_case *c) {
    size_t n = c->data.rows.n;
    for (int efron = 0; efron < 2; efron++) {
        const char *ties = efron ? "efron" : "breslow";
        c->data.efron = efron;
        compare(c, ties, "plain");
        if (wrt_json_get(c->from.made_up, "weighted") == NULL)
            continue;
        c->data.rows.weight = column(&c->from, "weighted", c->arena);
        compare(c, ties, "weighted");
        c->data.rows.weight = NULL;
        double *ids = column(&c->from, "clustered", c->arena);
        size_t *cluster = wrt_arena_calloc(c->arena, n, sizeof *cluster);
        for (size_t i = 0; i < n; i++)
            cluster[i] = (size_t)ids[i];
        c->data.cluster = cluster;
        c->data.n_clusters = 37;
        compare(c, ties, "clustered");
        c->data.cluster = NULL;
    }
}

static void cox_agrees_with_r_and_lifelines(void **state) {
    (void)state;
    with_cases(compare_cox);
}

static wrt_survival arm_of(const peer_case *c, int arm) {
    size_t n = c->data.rows.n, m = 0;
    double *time = wrt_arena_calloc(c->arena, n, sizeof *time);
    double *event = wrt_arena_calloc(c->arena, n, sizeof *event);
    for (size_t i = 0; i < n; i++) {
        if ((int)c->data.x[i] != arm)
            continue;
        time[m] = c->data.rows.time[i];
        event[m++] = c->data.rows.event[i];
    }
    return (wrt_survival){m, time, event, NULL};
}

static double only(const peer_case *c, const char *arm, const char *what) {
    return wrt_json_number(wrt_json_first(answer(c, "km", arm, what)), NAN);
}

static void compare_curves(peer_case *c) {
    for (int arm = 0; arm < 2; arm++) {
        const char *name = arm ? "1" : "0";
        wrt_survival rows = arm_of(c, arm);
        wrt_km_curve curve;
        size_t n;
        assert_int_equal(wrt_km_fit(&curve, &rows, 0.95, c->arena, NULL), WRT_OK);
        wrt_rmst mean = wrt_rmst_of(&curve, wrt_json_get_number(c->one, "horizon", 0));
        assert_near(mean.mean, only(c, name, "rmean"), 1e-9);
        assert_near(mean.se, only(c, name, "rmean_se"), 1e-9);
        /* Where survival is 0.5 for a while, R takes the middle of that time, we its begin. */
        double median = wrt_km_quantile_of(&curve, 0.5).time;
        double theirs = only(c, name, "median");
        assert_int_equal(isnan(median), isnan(theirs));
        if (!isnan(median) && fabs(wrt_km_survival_at(&curve, median) - 0.5) > 1e-9)
            assert_near(median, theirs, 1e-9);
        if (answer(c, "km", name, "time") == NULL)
            continue;
        double *time = numbers(answer(c, "km", name, "time"), &n, c->arena);
        double *survival = numbers(answer(c, "km", name, "survival"), &n, c->arena);
        double *low = numbers(answer(c, "km", name, "low"), &n, c->arena);
        double *high = numbers(answer(c, "km", name, "high"), &n, c->arena);
        assert_int_equal(curve.n, n);
        for (size_t k = 0; k < n; k++) {
            assert_near(curve.time[k], time[k], 0);
            assert_near(curve.survival[k], survival[k], 1e-12);
            assert_int_equal(isnan(curve.low[k]), isnan(low[k]));
            if (!isnan(low[k])) {
                assert_near(curve.low[k], low[k], 1e-9);
                assert_near(curve.high[k], high[k], 1e-9);
            }
        }
    }
}

static void curves_and_restricted_means_agree_with_r(void **state) {
    (void)state;
    with_cases(compare_curves);
}

/* ---- by hand */

/* Times 1, 2+, 3, 4 of four rows: S = 3/4 after 1, 3/8 after 3, 0 after 4. RMST to 4:
 * 1 + 2 * 3/4 + 1 * 3/8 = 2.875. Greenwood after 3: 1/(4*3) + 1/(2*1) = 7/12. */
static void km_matches_a_hand_calculation(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_survival rows = {4, (double[]){3, 1, 4, 2}, (double[]){1, 1, 1, 0}, NULL};
    wrt_km_curve c;
    assert_int_equal(wrt_km_fit(&c, &rows, 0.95, arena, NULL), WRT_OK);
    assert_int_equal(c.n, 4);
    assert_near(wrt_km_survival_at(&c, 0.5), 1, 0);
    assert_near(wrt_km_survival_at(&c, 2.5), 0.75, 1e-15);
    assert_near(wrt_km_survival_at(&c, 3), 0.375, 1e-15);
    assert_near(wrt_km_survival_at(&c, 9), 0, 0);
    assert_near(c.greenwood[2], 7.0 / 12, 1e-15);
    assert_near(wrt_rmst_of(&c, 4).mean, 2.875, 1e-15);
    assert_int_equal(wrt_km_rows_at_risk(&c, 2), 3);
    assert_int_equal(wrt_km_rows_at_risk(&c, 2.5), 2);
    assert_near(wrt_km_quantile_of(&c, 0.5).time, 3, 0);
    /* A weight of 2 is a row twice, for the curve; its error knows that it is one row. */
    wrt_survival weighted = {3, (double[]){1, 2, 3}, (double[]){1, 1, 0}, (double[]){2, 1, 1}};
    assert_int_equal(wrt_km_fit(&c, &weighted, 0.95, arena, NULL), WRT_OK);
    assert_near(c.survival[0], 0.5, 1e-15);
    assert_near(c.greenwood[0], 0.5 / (16.0 / 6 * 0.5), 1e-15);
    wrt_arena_free(arena);
}

/* ---- estimators */

typedef struct {
    wrt_arena *arena;
    wrt_study study;
    wrt_estimator_options options;
} trial;

/* 400 rows without confounding, exponential times of rates 0.1 and 0.05, censored at 20. */
static trial make_trial(void) {
    trial t = {.arena = wrt_arena_new(), .options = WRT_ESTIMATOR_OPTIONS_DEFAULT};
    size_t n = 400;
    t.study = (wrt_study){.n = n,
                          .treatment = wrt_arena_calloc(t.arena, n, sizeof(double)),
                          .outcome = wrt_arena_calloc(t.arena, n, sizeof(double)),
                          .event = wrt_arena_calloc(t.arena, n, sizeof(double)),
                          .treatment_is_binary = true,
                          .n_treated = n / 2,
                          .arena = t.arena};
    for (size_t i = 0; i < n; i++) {
        double u = ((double)(i / 2) + 0.5) / 200, arm = (double)(i % 2);
        double time = -log(1 - u) / (arm == 1 ? 0.05 : 0.1);
        t.study.treatment[i] = arm;
        t.study.outcome[i] = fmin(time, 20);
        t.study.event[i] = time <= 20;
    }
    return t;
}

/* Exponential: S(t) = exp(-rate t), RMST to 20 = (1 - exp(-20 rate)) / rate. */
static void estimators_recover_an_exponential_trial(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_estimate e;
    double want = (1 - exp(-1)) / 0.05 - (1 - exp(-2)) / 0.1;
    assert_int_equal(wrt_estimator_rmst.run(&e, &t.study, &t.options, t.arena, NULL), WRT_OK);
    assert_near(e.estimate, want, 0.01);
    assert_true(e.low < want && want < e.high && e.se > 0.3 && e.se < 1.2);
    assert_string_equal(e.se_method, "Greenwood");
    double sum = 0, squares = 0;
    for (size_t i = 0; i < t.study.n; i++) {
        sum += e.influence[i];
        squares += e.influence[i] * e.influence[i];
    }
    assert_near(sum, 0, 1e-9);
    assert_near(sqrt(squares) / 400 / e.se, 1, 1e-9); /* both ways to an error agree */
    wrt_json_free(e.details);
    t.options.horizon = 10;
    assert_int_equal(wrt_estimator_km.run(&e, &t.study, &t.options, t.arena, NULL), WRT_OK);
    assert_near(e.estimate, exp(-0.5) - exp(-1), 0.01);
    assert_near(e.se, sqrt(exp(-0.5) * (1 - exp(-0.5)) / 200 + exp(-1) * (1 - exp(-1)) / 200),
                0.01);
    wrt_json_free(e.details);
    assert_int_equal(wrt_estimator_cox.run(&e, &t.study, &t.options, t.arena, NULL), WRT_OK);
    assert_near(e.estimate, log(0.5), 0.02);
    assert_string_equal(wrt_json_get_text(e.details, "ties", ""), "efron");
    wrt_json_free(e.details);
    wrt_arena_free(t.arena);
}

/* Equal propensities weigh all rows alike: the same estimate; errors by influence. */
static void equal_weights_change_no_estimate(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_estimator_run *const runs[] = {wrt_estimator_rmst.run, wrt_estimator_km.run,
                                       wrt_estimator_cox.run};
    t.options.horizon = 10;
    for (int k = 0; k < 3; k++) {
        wrt_estimate plain, weighted;
        t.study.propensity = NULL;
        assert_int_equal(runs[k](&plain, &t.study, &t.options, t.arena, NULL), WRT_OK);
        t.study.propensity = wrt_arena_calloc(t.arena, t.study.n, sizeof(double));
        for (size_t i = 0; i < t.study.n; i++)
            t.study.propensity[i] = 0.5;
        for (int estimand = 0; estimand < 3; estimand++) {
            t.options.estimand = (wrt_estimand)estimand;
            assert_int_equal(runs[k](&weighted, &t.study, &t.options, t.arena, NULL), WRT_OK);
            assert_near(weighted.estimate, plain.estimate, 1e-10);
            assert_near(weighted.se / plain.se, 1, k < 2 ? 1e-9 : 0.02);
            wrt_json_free(weighted.details);
        }
        t.options.estimand = WRT_ESTIMAND_ATE;
        wrt_json_free(plain.details);
    }
    wrt_arena_free(t.arena);
}

/* Half of the rows are ill (x = 1), treated with probability 0.8 and not 0.2, and die at three
 * times the rate; treatment does nothing. Weights by the true propensities undo the confounding:
 * all estimators go from clear harm to about nothing. */
static void weights_undo_confounding(void **state) {
    (void)state;
    trial t = make_trial();
    double *p = wrt_arena_calloc(t.arena, t.study.n, sizeof *p);
    for (size_t i = 0; i < t.study.n; i++) {
        size_t block = i / 10, k = i % 10; /* ten rows of each block: five ill */
        bool ill = k < 5, treated = ill ? k != 0 : k == 5;
        double u = ((double)((block * 7) % 40) + 0.5) / 40;
        p[i] = ill ? 0.8 : 0.2;
        t.study.treatment[i] = treated;
        t.study.outcome[i] = fmin(-log(1 - u) / (ill ? 0.15 : 0.05), 15);
        t.study.event[i] = t.study.outcome[i] < 15;
    }
    static const double harm[] = {-1.5, -0.1, 0.4};
    wrt_estimator_run *const runs[] = {wrt_estimator_rmst.run, wrt_estimator_km.run,
                                       wrt_estimator_cox.run};
    t.options.horizon = 12;
    for (int k = 0; k < 3; k++) {
        wrt_estimate e;
        t.study.propensity = NULL;
        assert_int_equal(runs[k](&e, &t.study, &t.options, t.arena, NULL), WRT_OK);
        assert_true(fabs(e.estimate) > fabs(harm[k]) && e.estimate * harm[k] > 0);
        wrt_json_free(e.details);
        t.study.propensity = p;
        assert_int_equal(runs[k](&e, &t.study, &t.options, t.arena, NULL), WRT_OK);
        assert_near(e.estimate, 0, 1e-9);
        assert_true(k < 2 || e.n_warnings > 0);
        wrt_json_free(e.details);
    }
    wrt_arena_free(t.arena);
}

/* The estimate when a row is there so many times. */
static double with_row(const trial *t, size_t row, double times) {
    wrt_study other;
    wrt_estimate e;
    double *counts = wrt_arena_calloc(t->arena, t->study.n, sizeof *counts);
    for (size_t i = 0; i < t->study.n; i++)
        counts[i] = i == row ? times : 1;
    wrt_study_repeat(&other, &t->study, counts, t->arena);
    assert_int_equal(wrt_estimator_rmst.run(&e, &other, &t->options, t->arena, NULL), WRT_OK);
    wrt_json_free(e.details);
    return e.estimate;
}

/* The same rows with the illness as covariate in place of propensities: a logistic fit of one
 * indicator returns the shares, 0.8 and 0.2, so the estimate is the same; knowing that they were
 * fitted, the error is not larger. The influence of RMST agrees with half the difference of the
 * estimate between a row counted twice and left out. */
static void fitted_weights_know_that_they_are_fitted(void **state) {
    (void)state;
    trial t = make_trial();
    wrt_estimate known, fitted;
    double *p = wrt_arena_calloc(t.arena, t.study.n, sizeof *p);
    double *ill = wrt_arena_calloc(t.arena, t.study.n, sizeof *ill);
    t.study.n_treated = 0;
    for (size_t i = 0; i < t.study.n; i++) {
        size_t k = i % 10;
        double u = ((double)((i * 37) % 401) + 0.5) / 401;
        ill[i] = k < 5;
        p[i] = ill[i] == 1 ? 0.8 : 0.2;
        t.study.treatment[i] = ill[i] == 1 ? k != 0 : k == 5;
        t.study.n_treated += t.study.treatment[i] == 1;
        t.study.outcome[i] = fmin(ceil(-log(1 - u) / (ill[i] == 1 ? 0.15 : 0.05)), 15);
        t.study.event[i] = t.study.outcome[i] < 15;
    }
    t.options.horizon = 12;
    t.study.propensity = p;
    assert_int_equal(wrt_estimator_rmst.run(&known, &t.study, &t.options, t.arena, NULL), WRT_OK);
    wrt_json_free(known.details);
    t.study.propensity = NULL;
    t.study.covariates = (wrt_block){ill, 1, (const char *[]){"ill"}, (size_t[]){0}};
    for (int estimand = 0; estimand < 3; estimand++) {
        t.options.estimand = (wrt_estimand)estimand;
        assert_int_equal(wrt_estimator_rmst.run(&fitted, &t.study, &t.options, t.arena, NULL),
                         WRT_OK);
        wrt_json_free(fitted.details);
        if (estimand == 0) {
            assert_near(fitted.estimate, known.estimate, 1e-8);
            assert_true(fitted.se < known.se);
        }
        for (size_t row = 0; row < 20; row++) {
            double without = with_row(&t, row, 0), twice = with_row(&t, row, 2);
            assert_near((twice - without) * 200 / fitted.influence[row], 1, 0.02);
        }
    }
    wrt_arena_free(t.arena);
}

/* ---- refusals */

static void refuses(const trial *t, wrt_estimator_run *run, wrt_status code, const char *words) {
    wrt_estimate e;
    wrt_err err = {0};
    assert_int_equal(run(&e, &t->study, &t->options, t->arena, &err), code);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
}

static void estimators_refuse_what_they_cannot_answer(void **state) {
    (void)state;
    trial t = make_trial();
    double *event = t.study.event;
    t.study.event = NULL;
    refuses(&t, wrt_estimator_rmst.run, WRT_E_INPUT, "time to event");
    t.study.event = event;
    t.options.horizon = 25;
    refuses(&t, wrt_estimator_rmst.run, WRT_E_INPUT, "largest horizon is 20");
    t.options.horizon = 0;
    t.options.se = WRT_SE_BOOTSTRAP;
    refuses(&t, wrt_estimator_km.run, WRT_E_UNSUPPORTED, "robust");
    refuses(&t, wrt_estimator_cox.run, WRT_E_UNSUPPORTED, "robust");
    t.options.se = WRT_SE_ROBUST;
    t.options.estimand = WRT_ESTIMAND_ATT;
    refuses(&t, wrt_estimator_cox.run, WRT_E_UNSUPPORTED, "propensities");
    t.options.estimand = WRT_ESTIMAND_ATE;
    t.study.outcome[3] = -1;
    refuses(&t, wrt_estimator_rmst.run, WRT_E_INPUT, "0 or more");
    t.study.outcome[3] = 1;
    for (size_t i = 0; i < t.study.n; i++)
        t.study.event[i] = t.study.treatment[i] == 1 ? 0 : t.study.event[i];
    refuses(&t, wrt_estimator_cox.run, WRT_E_INPUT, "one event");
    wrt_arena_free(t.arena);
}

static void fit_refuses(const double *x, size_t p, const char *words) {
    static const char *const names[] = {"dose", "age"};
    wrt_arena *arena = wrt_arena_new();
    wrt_cox_fit fit;
    wrt_err err = {0};
    wrt_cox_data data = {
        .rows = {8, (double[]){1, 2, 3, 4, 5, 6, 7, 8}, (double[]){1, 1, 1, 1, 1, 0, 0, 0}, NULL},
        .p = p,
        .x = x,
        .names = names,
        .efron = true};
    assert_int_equal(wrt_cox_fit_rows(&fit, &data, arena, &err), WRT_E_INPUT);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
    wrt_arena_free(arena);
}

static void cox_names_columns_that_have_no_estimate(void **state) {
    (void)state;
    fit_refuses((double[]){8, 7, 6, 5, 4, 3, 2, 1}, 1, "dose separates events");
    fit_refuses((double[]){0, 0, 0, 0, 0, 1, 1, 0}, 1, "dose separates events");
    fit_refuses((double[]){1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1}, 2, "age separates");
    fit_refuses((double[]){2, 2, 2, 2, 2, 2, 2, 2}, 1, "dose has the same value");
    fit_refuses((double[]){1, 0, 1, 1, 0, 0, 1, 0, 3, 1, 3, 3, 1, 1, 3, 1}, 2,
                "age is a combination");
}

/* CPU seconds of a fit of n rows with ties and three columns; few iterations, however many rows. */
static double seconds_of(size_t n) {
    static const char *const names[] = {"a", "b", "c"};
    wrt_arena *arena = wrt_arena_new();
    wrt_rng rng = wrt_rng_make(5, 1, n);
    double *time = wrt_arena_calloc(arena, n, sizeof *time);
    double *event = wrt_arena_calloc(arena, n, sizeof *event);
    double *x = wrt_arena_calloc(arena, 3 * n, sizeof *x);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < 3; j++)
            x[j * n + i] = wrt_rng_uniform(&rng);
        double drawn = -log(1 - wrt_rng_uniform(&rng)) * exp(x[i] - x[n + i]);
        time[i] = ceil(drawn * 200);
        event[i] = wrt_rng_uniform(&rng) < 0.8;
    }
    wrt_cox_data data = {.rows = {n, time, event, NULL}, .p = 3, .x = x, .names = names};
    wrt_cox_fit fit;
    data.efron = true;
    clock_t start = clock();
    assert_int_equal(wrt_cox_fit_rows(&fit, &data, arena, NULL), WRT_OK);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    assert_true(fit.iterations <= 8);
    wrt_arena_free(arena);
    return seconds;
}

/* Risk sets are running sums: ten times the rows must not take a hundred times the work. */
static void cox_does_not_grow_with_the_square_of_rows(void **state) {
    (void)state;
    double few = seconds_of(4000), many = seconds_of(40000);
    assert_true(many < 40 * few + 0.01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cox_agrees_with_r_and_lifelines),
        cmocka_unit_test(curves_and_restricted_means_agree_with_r),
        cmocka_unit_test(km_matches_a_hand_calculation),
        cmocka_unit_test(estimators_recover_an_exponential_trial),
        cmocka_unit_test(equal_weights_change_no_estimate),
        cmocka_unit_test(weights_undo_confounding),
        cmocka_unit_test(fitted_weights_know_that_they_are_fitted),
        cmocka_unit_test(estimators_refuse_what_they_cannot_answer),
        cmocka_unit_test(cox_names_columns_that_have_no_estimate),
        cmocka_unit_test(cox_does_not_grow_with_the_square_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
