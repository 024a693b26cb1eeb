/* streamed.c: pass 0 gathers R of [1, covariates, treatment, outcome]; pass 1 the middle of the
 * sandwich. */
#include "effect/estimators/streamed.h"

#include "effect/data/block.h"
#include "effect/data/two_values.h"
#include "effect/fit/linalg.h"
#include "effect/fit/quantile.h"

#include <stdlib.h>
#include <string.h>

#define CONSTANT  1e-12 /* centred length of a column, in its length: below, it is constant */
#define DEPENDENT 1e-7  /* length that the columns before leave of a centred column */

/* A column of the design: the intercept, a number, or an indicator of a level. */
typedef struct {
    const char *name;
    size_t column; /* of the table */
    bool is_level;
    double level;
} term;

typedef struct {
    double value, n, mean, m2; /* Welford, of the outcome */
} group;

typedef struct {
    const wrt_roles *roles;
    const wrt_estimator_options *options;
    wrt_arena *arena;
    wrt_json *account;

    size_t *used;       /* columns with a role */
    size_t *missing_of; /* missing cells of each of these */
    size_t n_used;
    term *terms; /* 1, covariates, treatment */
    size_t k;
    size_t treatment, outcome; /* columns of the table */
    bool is_named;             /* both levels of the treatment are known from the start */
    double zero, one;
    bool is_outcome_text, has_other_outcome; /* other than 0 and 1 */
    double outcome_one;

    double *x;       /* a piece: (WRT_STREAMED_ROWS + k + 1) x (k + 1), the factor so far above */
    double *r;       /* (k + 1) x (k + 1) */
    group groups[3]; /* by value of the treatment, while there are at most two */
    size_t n_groups, n, rows, missing, other_arms;

    size_t *kept; /* terms that are independent */
    size_t n_kept;
    double *factor, *coefficients, *meat; /* of kept terms */
} stream;

/* ---- before the first row */

static wrt_status find_used(stream *s, const wrt_table *table, wrt_err *err) {
    wrt_names names = wrt_roles_columns(s->roles, s->arena);
    wrt_block_input block = {.table = table, .roles = s->roles, .arena = s->arena};
    s->used = wrt_arena_calloc(s->arena, names.n, sizeof *s->used);
    s->missing_of = wrt_arena_calloc(s->arena, names.n, sizeof *s->missing_of);
    if (names.n != 2 + s->roles->adjust.n)
        return wrt_fail(err, WRT_E_INPUT,
                        "a column has two roles: treatment, outcome and each covariate are "
                        "different columns");
    for (size_t i = 0; i < names.n; i++) {
        wrt_status status = wrt_table_find(&s->used[i], table, names.items[i], err);
        if (status == WRT_OK)
            status = wrt_block_check_kind(&block, s->used[i], err);
        if (status != WRT_OK)
            return status;
    }
    s->n_used = names.n;
    return WRT_OK;
}

/* Two values of a text column: named ones, or the rule of words. */
static wrt_status two_texts(double *zero, double *one, const wrt_table *table,
                            const wrt_two_values_input *in, wrt_err *err) {
    const wrt_column *c = wrt_table_column(table, in->column);
    const char *named = in->one != NULL ? in->one : in->nil;
    double *to = in->one != NULL ? one : zero, *other = in->one != NULL ? zero : one;
    if (wrt_levels_count(c->levels) != 2)
        return wrt_fail(err, WRT_E_INPUT, "%s \"%s\" has %zu levels, two are needed: name both",
                        in->role, c->name, wrt_levels_count(c->levels));
    if (named == NULL)
        return wrt_two_values_by_words(zero, one, c, (const double[2]){0, 1}, in, err);
    if (!wrt_two_values_code(to, c, named))
        return wrt_fail(err, WRT_E_INPUT, "%s \"%s\" has no cell \"%s\"", in->role, c->name, named);
    *other = 1 - *to;
    return WRT_OK;
}

static wrt_status plan_treatment(stream *s, const wrt_table *table, wrt_err *err) {
    const wrt_column *c = wrt_table_column(table, s->treatment);
    const char *one = s->roles->treated, *nil = s->roles->untreated;
    if (one != NULL && nil != NULL) {
        s->is_named = true;
        if (wrt_two_values_code(&s->one, c, one) && wrt_two_values_code(&s->zero, c, nil) &&
            s->one != s->zero)
            return WRT_OK;
        return wrt_fail(err, WRT_E_INPUT, "treatment \"%s\" has no cells \"%s\" and \"%s\"",
                        c->name, one, nil);
    }
    if (c->kind != WRT_COLUMN_NOMINAL && (one != NULL || nil != NULL))
        return wrt_fail(err, WRT_E_INPUT,
                        "treatment \"%s\" is a number: name both its levels, or none", c->name);
    if (c->kind != WRT_COLUMN_NOMINAL)
        return WRT_OK;
    s->is_named = true;
    wrt_two_values_input in = {
        .column = s->treatment, .role = "treatment", .one = one, .nil = nil, .fix = "treated"};
    return two_texts(&s->zero, &s->one, table, &in, err);
}

static wrt_status plan_outcome(stream *s, const wrt_table *table, wrt_err *err) {
    const wrt_column *c = wrt_table_column(table, s->outcome);
    double zero;
    s->is_outcome_text = c->kind == WRT_COLUMN_NOMINAL;
    wrt_two_values_input in = {.column = s->outcome,
                               .role = "outcome",
                               .one = s->roles->outcome_level,
                               .fix = "outcome level"};
    if (s->is_outcome_text)
        return two_texts(&zero, &s->outcome_one, table, &in, err);
    return s->roles->outcome_level == NULL
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "outcome \"%s\" is a number: it has no level to name",
                          c->name);
}

static size_t terms_of(const wrt_table *table, size_t column) {
    const wrt_column *c = wrt_table_column(table, column);
    return c->kind == WRT_COLUMN_NOMINAL ? wrt_levels_count(c->levels) - 1 : 1;
}

static void add_terms(stream *s, const wrt_table *table, size_t column) {
    const wrt_column *c = wrt_table_column(table, column);
    const char *name = wrt_arena_strdup(s->arena, c->name, strlen(c->name));
    if (c->kind != WRT_COLUMN_NOMINAL) {
        s->terms[s->k++] = (term){.name = name, .column = column};
        return;
    }
    for (size_t level = 1; level < wrt_levels_count(c->levels); level++)
        s->terms[s->k++] = (term){
            .name = wrt_arena_printf(s->arena, "%s=%s", name, wrt_levels_text(c->levels, level)),
            .column = column,
            .is_level = true,
            .level = (double)level};
}

static wrt_status plan_terms(stream *s, const wrt_table *table, wrt_err *err) {
    size_t cap = s->roles->levels_max > 0 ? s->roles->levels_max : WRT_STUDY_LEVELS_MAX, all = 2;
    for (size_t i = 2; i < s->n_used; i++) {
        size_t more = terms_of(table, s->used[i]);
        all += more;
        if (more >= cap || all > WRT_STREAMED_COLUMNS_MAX)
            return wrt_fail(err, WRT_E_LIMIT,
                            "column \"%s\" brings the design to %zu columns (at most %zu levels of "
                            "one column, %d columns of all): group rare levels",
                            wrt_table_column_name(table, s->used[i]), all, cap,
                            WRT_STREAMED_COLUMNS_MAX);
    }
    s->terms = wrt_arena_calloc(s->arena, all, sizeof *s->terms);
    s->terms[s->k++] = (term){.name = "the intercept"};
    for (size_t i = 2; i < s->n_used; i++)
        add_terms(s, table, s->used[i]);
    s->terms[s->k++] = (term){.name = "the treatment", .column = s->treatment};
    size_t m = s->k + 1;
    s->x = wrt_arena_calloc(s->arena, (WRT_STREAMED_ROWS + m) * m, sizeof *s->x);
    s->r = wrt_arena_calloc(s->arena, m * m, sizeof *s->r);
    s->kept = wrt_arena_calloc(s->arena, m, sizeof *s->kept);
    return WRT_OK;
}

static wrt_status begin(const wrt_table *table, void *ctx, wrt_err *err) {
    stream *s = ctx;
    s->rows = wrt_table_rows(table);
    wrt_status status = find_used(s, table, err);
    if (status != WRT_OK)
        return status;
    s->treatment = s->used[0];
    s->outcome = s->used[1];
    status = plan_treatment(s, table, err);
    if (status == WRT_OK)
        status = plan_outcome(s, table, err);
    return status == WRT_OK ? plan_terms(s, table, err) : status;
}

/* ---- rows */

static double value_at(const wrt_table *piece, size_t row, size_t column) {
    return wrt_table_column(piece, column)->values[row];
}

/* Whether the row counts; tells why not in the first pass. */
static bool is_used(stream *s, const wrt_table *piece, size_t row, size_t pass) {
    bool is_complete = true;
    for (size_t i = 0; i < s->n_used; i++)
        if (isnan(value_at(piece, row, s->used[i]))) {
            s->missing_of[i] += pass == 0;
            is_complete = false;
        }
    if (!is_complete) {
        s->missing += pass == 0;
        return false;
    }
    double t = value_at(piece, row, s->treatment);
    if (!s->is_named || t == s->one || t == s->zero)
        return true;
    s->other_arms += pass == 0;
    return false;
}

static double treatment_at(const stream *s, const wrt_table *piece, size_t row) {
    double t = value_at(piece, row, s->treatment);
    return s->is_named ? (t == s->one ? 1 : 0) : t;
}

static double outcome_at(const stream *s, const wrt_table *piece, size_t row) {
    double y = value_at(piece, row, s->outcome);
    return s->is_outcome_text ? (y == s->outcome_one ? 1 : 0) : y;
}

/* Design and outcome of the used rows below `above` rows of s->x, `stride` rows a column; returns
 * how many. */
static size_t spread(stream *s, const wrt_table *piece, size_t above, size_t stride, size_t pass) {
    size_t n = 0;
    for (size_t row = 0; row < wrt_table_rows(piece); row++) {
        if (!is_used(s, piece, row, pass))
            continue;
        double *to = s->x + above + n++;
        to[0] = 1;
        for (size_t j = 1; j + 1 < s->k; j++) {
            double value = value_at(piece, row, s->terms[j].column);
            to[j * stride] = s->terms[j].is_level ? value == s->terms[j].level : value;
        }
        to[(s->k - 1) * stride] = treatment_at(s, piece, row);
        to[s->k * stride] = outcome_at(s, piece, row);
    }
    return n;
}

static void count_group(stream *s, double t, double y) {
    size_t g = 0;
    s->has_other_outcome = s->has_other_outcome || (y != 0 && y != 1);
    while (g < s->n_groups && s->groups[g].value != t)
        g++;
    if (g == 2)
        s->n_groups = 3;
    if (s->n_groups == 3)
        return;
    if (g == s->n_groups)
        s->groups[s->n_groups++].value = t;
    group *to = &s->groups[g];
    double delta = y - to->mean;
    to->n++;
    to->mean += delta / to->n;
    to->m2 += delta * (y - to->mean);
}

static wrt_status check_size(const stream *s, size_t above, size_t n, size_t stride, wrt_err *err) {
    for (size_t j = 0; j <= s->k; j++)
        for (size_t i = 0; i < n; i++)
            if (fabs(s->x[above + i + j * stride]) > WRT_BLOCK_SIZE_MAX)
                return wrt_fail(err, WRT_E_INPUT,
                                "%s holds %g: numbers beyond %g are refused; is it a code for a "
                                "missing value?",
                                j < s->k ? s->terms[j].name : "the outcome",
                                s->x[above + i + j * stride], WRT_BLOCK_SIZE_MAX);
    return WRT_OK;
}

/* R of [R so far; new rows]. */
static wrt_status gather(stream *s, const wrt_table *piece, wrt_err *err) {
    size_t m = s->k + 1, stride = WRT_STREAMED_ROWS + m;
    size_t n = spread(s, piece, m, stride, 0);
    wrt_status status = check_size(s, m, n, stride, err);
    if (status != WRT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        count_group(s, s->x[m + i + (s->k - 1) * stride], s->x[m + i + s->k * stride]);
    s->n += n;
    for (size_t j = 0; j < m; j++) { /* close up: R above, rows below, no gap */
        memmove(s->x + j * (m + n) + m, s->x + j * stride + m, n * sizeof *s->x);
        memcpy(s->x + j * (m + n), s->r + j * m, m * sizeof *s->x);
    }
    wrt_linalg_qr(s->r, s->x, m + n, m, NULL);
    return WRT_OK;
}

/* meat += X' diag(e^2, corrected) X of kept terms. */
static void fill_middle(stream *s, const wrt_table *piece) {
    size_t k = s->n_kept, stride = WRT_STREAMED_ROWS + s->k + 1;
    size_t n = spread(s, piece, 0, stride, 1);
    double *x = wrt_calloc(n * (k + 2) + 1, sizeof *x), *e = x + n * k, *lever = e + n;
    double *part = wrt_calloc(k * k, sizeof *part);
    for (size_t j = 0; j < k; j++)
        memcpy(x + j * n, s->x + s->kept[j] * stride, n * sizeof *x);
    wrt_linalg_vector(e, x, n, n, k, s->coefficients);
    if (s->options->hc >= WRT_HC2)
        wrt_linalg_leverage(lever, x, n, k, s->factor);
    for (size_t i = 0; i < n; i++) {
        double left = 1 - lever[i];
        e[i] = s->x[i + s->k * stride] - e[i];
        e[i] *= e[i];
        if (s->options->hc >= WRT_HC2)
            e[i] = left <= 1e-12 ? 0 : e[i] / (s->options->hc == WRT_HC2 ? left : left * left);
    }
    if (n > 0)
        wrt_linalg_gram(part, x, n, n, k, e);
    for (size_t i = 0; i < k * k; i++)
        s->meat[i] += part[i];
    free(x);
    free(part);
}

static wrt_status take_piece(const wrt_table *piece, size_t pass, void *ctx, wrt_err *err) {
    stream *s = ctx;
    if (pass == 0)
        return gather(s, piece, err);
    fill_middle(s, piece);
    return WRT_OK;
}

/* ---- between the passes */

static void note_left_out(stream *s, const char *name) {
    wrt_json *entry = wrt_json_new_object(), *list;
    if (wrt_json_get(s->account, "collinear") == NULL)
        wrt_json_set(s->account, "collinear", wrt_json_new_array());
    list = wrt_json_get_mut(s->account, "collinear");
    wrt_json_set_text(entry, "column", name);
    wrt_json_set_text(entry, "why", "constant, or a linear function of the columns before it");
    wrt_json_push(list, entry);
}

/* Terms that the intercept and terms before them determine, as wrt_collinear_find judges them.
 * Below the row of the intercept, R is the factor of the centred columns. */
static bool *find_dependent(stream *s) {
    size_t m = s->k + 1, k = s->k - 1;
    double *r = wrt_arena_calloc(s->arena, k * k, sizeof *r);
    bool *is_dependent = wrt_arena_calloc(s->arena, s->k, sizeof *is_dependent);
    for (size_t j = 0; j < k; j++) {
        const double *centred = s->r + (j + 1) * m + 1;
        double length = sqrt(wrt_linalg_dot(centred, centred, j + 1));
        if (length > CONSTANT * fabs(s->r[(j + 1) * m])) /* else it stays zero */
            memcpy(r + j * k, centred, (j + 1) * sizeof *r);
    }
    (void)wrt_linalg_find_dependent(is_dependent + 1, r, k, DEPENDENT);
    return is_dependent;
}

static wrt_status choose_terms(stream *s, wrt_err *err) {
    const bool *is_dependent = find_dependent(s);
    for (size_t j = 0; j < s->k; j++) {
        if (!is_dependent[j])
            s->kept[s->n_kept++] = j;
        else if (j + 1 == s->k)
            return wrt_fail(err, WRT_E_INPUT,
                            "treatment \"%s\" is constant or a linear function of the covariates",
                            s->roles->treatment);
        else
            note_left_out(s, s->terms[j].name);
    }
    if (s->n <= s->n_kept)
        return wrt_fail(err, WRT_E_INPUT, "%zu columns are fitted to %zu rows: leave columns out",
                        s->n_kept, s->n);
    return WRT_OK;
}

/* Factor of the kept columns and the coefficients, from R alone; *left is the last diagonal, the
 * root of the sum of squared residuals. */
static double solve(stream *s) {
    size_t m = s->k + 1, k = s->n_kept;
    double *columns = wrt_arena_calloc(s->arena, m * (k + 1), sizeof *columns);
    double *both = wrt_arena_calloc(s->arena, (k + 1) * (k + 1), sizeof *both);
    for (size_t j = 0; j < k; j++)
        memcpy(columns + j * m, s->r + s->kept[j] * m, m * sizeof *columns);
    memcpy(columns + k * m, s->r + s->k * m, m * sizeof *columns);
    wrt_linalg_qr(both, columns, m, k + 1, NULL);
    s->factor = wrt_arena_calloc(s->arena, k * k, sizeof *s->factor);
    s->coefficients = wrt_arena_calloc(s->arena, k, sizeof *s->coefficients);
    s->meat = wrt_arena_calloc(s->arena, k * k, sizeof *s->meat);
    for (size_t j = 0; j < k; j++)
        memcpy(s->factor + j * k, both + j * (k + 1), k * sizeof *both);
    memcpy(s->coefficients, both + k * (k + 1), k * sizeof *both);
    wrt_linalg_solve_upper(s->factor, k, s->coefficients, 1);
    return fabs(both[k + k * (k + 1)]);
}

static wrt_status check_groups(const stream *s, wrt_err *err) {
    if (s->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "no row is complete: every one of %zu has a missing cell",
                        s->rows);
    if (s->n_groups < 2)
        return wrt_fail(err, WRT_E_INPUT,
                        "treatment \"%s\" has one value in the rows used: two are needed",
                        s->roles->treatment);
    if (s->n_groups > 2)
        return WRT_OK;
    for (int g = 0; g < 2; g++)
        if (s->groups[g].n < WRT_STUDY_ARM_MIN)
            return wrt_fail(err, WRT_E_INPUT,
                            "treatment \"%s\": an arm has %.0f rows; each needs at least %d",
                            s->roles->treatment, s->groups[g].n, WRT_STUDY_ARM_MIN);
    return WRT_OK;
}

static wrt_status end(size_t pass, void *ctx, wrt_err *err) {
    stream *s = ctx;
    if (pass > 0)
        return WRT_OK;
    wrt_status status = check_groups(s, err);
    if (status == WRT_OK)
        status = choose_terms(s, err);
    if (status == WRT_OK)
        (void)solve(s);
    return status;
}

/* ---- results */

static double variance_of_treatment(const stream *s) {
    size_t k = s->n_kept;
    double *row = wrt_arena_calloc(s->arena, k, sizeof *row), n = (double)s->n;
    row[k - 1] = 1; /* row of (R'R)^-1 */
    wrt_linalg_solve_upper_transposed(s->factor, k, row, 1);
    wrt_linalg_solve_upper(s->factor, k, row, 1);
    double sum = 0;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            sum += row[i] * s->meat[i + j * k] * row[j];
    return s->options->hc == WRT_HC1 ? sum * n / (n - (double)k) : sum;
}

static double classical_variance(stream *s) {
    size_t k = s->n_kept;
    double left = solve(s), last = s->factor[k * k - 1];
    return left * left / ((double)s->n - (double)k) / (last * last);
}

static const char *measure_of(const stream *s) {
    return s->n_groups > 2        ? "slope per unit of the treatment"
           : s->has_other_outcome ? "difference in means"
                                  : "risk difference";
}

static void fill_ols(wrt_estimate *out, stream *s) {
    static const char *const names[] = {"HC0", "HC1", "HC2", "HC3"};
    bool is_classical = s->options->se == WRT_SE_CLASSICAL;
    /* Of two numbers, the step from the lesser to the greater. */
    double step = s->n_groups == 2 ? fabs(s->groups[1].value - s->groups[0].value) : 1;
    double df = (double)s->n - (double)s->n_kept;
    *out = (wrt_estimate){
        .estimate = step * s->coefficients[s->n_kept - 1],
        .se = step * sqrt(is_classical ? classical_variance(s) : variance_of_treatment(s)),
        .measure = measure_of(s),
        .se_method = is_classical ? "classical" : names[s->options->hc],
        .mean_treated = (double)NAN,
        .mean_untreated = (double)NAN,
        .n_used = s->n};
    double reach = wrt_t_quantile(0.5 + 0.5 * s->options->level, df) * out->se;
    out->low = out->estimate - reach;
    out->high = out->estimate + reach;
}

static void fill_naive(wrt_streamed *out, const stream *s) {
    wrt_estimate *e = &out->naive;
    *e = (wrt_estimate){.estimate = (double)NAN,
                        .se = (double)NAN,
                        .low = (double)NAN,
                        .high = (double)NAN,
                        .mean_treated = (double)NAN,
                        .mean_untreated = (double)NAN,
                        .measure = measure_of(s),
                        .se_method = "Welch",
                        .n_used = s->n};
    if (s->n_groups != 2)
        return;
    int one = s->groups[1].value > s->groups[0].value;
    const group *treated = &s->groups[one], *other = &s->groups[1 - one];
    out->n_treated = (size_t)treated->n;
    e->mean_treated = treated->mean;
    e->mean_untreated = other->mean;
    e->estimate = treated->mean - other->mean;
    e->se =
        sqrt(treated->m2 / (treated->n - 1) / treated->n + other->m2 / (other->n - 1) / other->n);
    double reach = wrt_normal_quantile(0.5 + 0.5 * s->options->level) * e->se;
    e->low = e->estimate - reach;
    e->high = e->estimate + reach;
}

/* The line of the outcome on the treatment, from R. */
static void fill_bare(wrt_streamed *out, stream *s) {
    size_t m = s->k + 1;
    const size_t at[] = {0, s->k - 1, s->k};
    double *columns = wrt_arena_calloc(s->arena, 3 * m, sizeof *columns), r[9] = {0};
    for (size_t j = 0; j < 3; j++)
        memcpy(columns + j * m, s->r + at[j] * m, m * sizeof *columns);
    wrt_linalg_qr(r, columns, m, 3, NULL);
    double df = (double)s->n - 2;
    wrt_estimate *e = &out->bare;
    *e = (wrt_estimate){.estimate = r[7] / r[4],
                        .se = df > 0 ? fabs(r[8] / r[4]) / sqrt(df) : (double)NAN,
                        .mean_treated = (double)NAN,
                        .mean_untreated = (double)NAN,
                        .measure = measure_of(s),
                        .se_method = "classical",
                        .n_used = s->n};
    double reach = df > 0 ? wrt_t_quantile(0.5 + 0.5 * s->options->level, df) * e->se : (double)NAN;
    e->low = e->estimate - reach;
    e->high = e->estimate + reach;
}

static double outcome_sd(const stream *s) {
    const group *g = s->groups;
    return s->n_groups == 2 ? sqrt((g[0].m2 + g[1].m2) / (g[0].n + g[1].n - 2)) : (double)NAN;
}

/* Kinds, levels and missing cells of the used columns. */
static void fill_columns(const stream *s, const wrt_table *table) {
    wrt_json *kinds = wrt_json_new_object(), *missing = wrt_json_new_object();
    wrt_json *categorical = wrt_json_new_object();
    for (size_t i = 0; i < s->n_used; i++) {
        const wrt_column *c = wrt_table_column(table, s->used[i]);
        wrt_json_set_text(kinds, c->name, wrt_column_kind_name(c->kind));
        if (s->missing_of[i] > 0)
            wrt_json_set_int(missing, c->name, (int64_t)s->missing_of[i]);
        if (i < 2 || c->kind != WRT_COLUMN_NOMINAL)
            continue;
        wrt_json *levels = wrt_json_new_array();
        for (size_t level = 0; level < wrt_levels_count(c->levels); level++)
            wrt_json_push_text(levels, wrt_levels_text(c->levels, level));
        wrt_json_set(categorical, c->name, levels);
    }
    wrt_json_set(s->account, "kinds", kinds);
    wrt_json_set(s->account, "missing_by_column", missing);
    if (wrt_json_count(categorical) > 0)
        wrt_json_set(s->account, "categorical", categorical);
    else
        wrt_json_free(categorical);
    double one = s->one, zero = s->zero;
    if (!s->is_named && s->n_groups == 2) {
        one = fmax(s->groups[0].value, s->groups[1].value);
        zero = fmin(s->groups[0].value, s->groups[1].value);
    }
    if (s->is_named || (s->n_groups == 2 && (zero != 0 || one != 1))) {
        const wrt_column *c = wrt_table_column(table, s->treatment);
        wrt_json_set_text(s->account, "treated_level", wrt_two_values_text(c, one, s->arena));
        wrt_json_set_text(s->account, "untreated_level", wrt_two_values_text(c, zero, s->arena));
    }
    if (s->is_outcome_text)
        wrt_json_set_text(
            s->account, "outcome_level",
            wrt_two_values_text(wrt_table_column(table, s->outcome), s->outcome_one, s->arena));
}

static void fill_account(const stream *s, const wrt_table *table) {
    wrt_json *file = wrt_json_new_object(), *dropped = wrt_json_new_object();
    wrt_json_set_text(file, "name", wrt_table_name(table));
    wrt_json_set_text(file, "sha256", wrt_table_sha256(table));
    wrt_json_set_int(file, "rows", (int64_t)s->rows);
    wrt_json_set(s->account, "file", file);
    wrt_json_set_int(dropped, "missing", (int64_t)s->missing);
    if (s->roles->treated != NULL && s->roles->untreated != NULL)
        wrt_json_set_int(dropped, "other_arms", (int64_t)s->other_arms);
    wrt_json_set_int(s->account, "rows_used", (int64_t)s->n);
    wrt_json_set(s->account, "dropped", dropped);
    wrt_json_set_text(s->account, "missing_policy", "complete cases");
    wrt_json_set_bool(s->account, "streamed", true);
    fill_columns(s, table);
}

wrt_status wrt_streamed_check(const wrt_roles *roles, const wrt_estimator_options *o,
                              wrt_err *err) {
    if (roles->treatment == NULL || roles->outcome == NULL)
        return wrt_fail(err, WRT_E_INPUT, "a treatment and an outcome column are needed");
    bool has_more = roles->event != NULL || roles->running != NULL || roles->period != NULL ||
                    roles->cluster != NULL || roles->modifier != NULL ||
                    roles->propensity != NULL || roles->instruments.n > 0 ||
                    roles->mediators.n > 0 || roles->missing == WRT_MISSING_REFUSE;
    if (has_more || o->se == WRT_SE_BOOTSTRAP || o->ridge > 0 || o->estimand != WRT_ESTIMAND_ATE)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "a streamed table gives ols with treatment, outcome and covariates, "
                        "complete cases, robust or classical errors: read the table whole for "
                        "anything else");
    if (!(o->level > 0 && o->level < 1))
        return wrt_fail(err, WRT_E_INPUT, "the level of an interval lies between 0 and 1, not %g",
                        o->level);
    return WRT_OK;
}

wrt_status wrt_streamed_estimate(wrt_streamed *out, const wrt_table_source *source,
                                 const wrt_roles *roles, const wrt_table_options *table_options,
                                 const wrt_estimator_options *options, wrt_arena *arena,
                                 wrt_err *err) {
    *out = (wrt_streamed){0};
    wrt_status status = wrt_streamed_check(roles, options, err);
    if (status != WRT_OK)
        return status;
    stream s = {.roles = roles, .options = options, .arena = arena};
    wrt_table_options o = table_options != NULL ? *table_options : (wrt_table_options){0};
    wrt_names columns = wrt_roles_columns(roles, arena);
    wrt_table *table = NULL;
    o.columns = columns.items;
    o.n_columns = columns.n;
    o.nominal = roles->categorical.items;
    o.n_nominal = roles->categorical.n;
    s.account = wrt_json_new_object();
    wrt_table_scan scan = {.rows = WRT_STREAMED_ROWS,
                           .passes = options->se == WRT_SE_CLASSICAL ? 1 : 2,
                           .begin = begin,
                           .piece = take_piece,
                           .end = end,
                           .ctx = &s};
    status = wrt_table_stream(&table, source, &o, &scan, err);
    if (status != WRT_OK) {
        wrt_json_free(s.account);
        return status;
    }
    fill_account(&s, table);
    fill_ols(&out->ols, &s);
    fill_naive(out, &s);
    fill_bare(out, &s);
    out->n = s.n;
    out->rows = s.rows;
    out->covariates = s.n_kept - 2;
    out->treatment_is_binary = s.n_groups == 2;
    out->outcome_is_binary = !s.has_other_outcome;
    out->outcome_sd = outcome_sd(&s);
    out->account = s.account;
    wrt_table_free(table);
    return WRT_OK;
}
