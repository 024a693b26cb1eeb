/* study.c: roles -> rows -> single columns -> blocks -> checks. */
#include "effect/study.h"

#include "effect/data/block.h"
#include "effect/data/two_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One column with one role. */
typedef struct {
    const char *name, *role;
    bool may_share; /* cluster and modifier may be covariates too */
    size_t column;
} use;

typedef struct {
    wrt_study *study;
    const wrt_table *table;
    const wrt_roles *roles;
    use *uses;
    size_t n_uses;
    size_t treatment, outcome; /* columns */
    uint32_t *rows;            /* the rows used */
    size_t n;
    wrt_block_input block;
} builder;

/* ---- roles */

static void add_use(use *uses, size_t *n, const char *name, const char *role) {
    bool may_share = strcmp(role, "cluster") == 0 || strcmp(role, "modifier") == 0;
    if (name != NULL)
        uses[(*n)++] = (use){.name = name, .role = role, .may_share = may_share};
}

static void add_uses(use *uses, size_t *n, wrt_names names, const char *role) {
    for (size_t i = 0; i < names.n; i++)
        add_use(uses, n, names.items[i], role);
}

/* Every column with a role, in the order in which messages name them; in the arena. */
static size_t list_uses(use **out, const wrt_roles *roles, wrt_arena *arena) {
    size_t n = 0;
    use *uses = wrt_arena_calloc(
        arena, 8 + roles->adjust.n + roles->instruments.n + roles->mediators.n, sizeof *uses);
    add_use(uses, &n, roles->treatment, "treatment");
    add_use(uses, &n, roles->outcome, "outcome");
    add_use(uses, &n, roles->event, "event");
    add_use(uses, &n, roles->running, "running variable");
    add_use(uses, &n, roles->period, "period");
    add_use(uses, &n, roles->propensity, "propensity");
    add_uses(uses, &n, roles->adjust, "covariate");
    add_uses(uses, &n, roles->instruments, "instrument");
    add_uses(uses, &n, roles->mediators, "mediator");
    add_use(uses, &n, roles->cluster, "cluster");
    add_use(uses, &n, roles->modifier, "modifier");
    *out = uses;
    return n;
}

wrt_names wrt_roles_columns(const wrt_roles *roles, wrt_arena *arena) {
    use *uses;
    size_t n = list_uses(&uses, roles, arena), kept = 0;
    const char **names = wrt_arena_calloc(arena, n, sizeof *names);
    for (size_t i = 0; i < n; i++)
        if (!wrt_names_hold((wrt_names){names, kept}, uses[i].name))
            names[kept++] = uses[i].name;
    return (wrt_names){names, kept};
}

static wrt_status check_pair(const use *a, const use *b, wrt_err *err) {
    if (strcmp(a->name, b->name) != 0 || a->may_share || b->may_share)
        return WRT_OK;
    if (strcmp(a->role, b->role) == 0)
        return wrt_fail(err, WRT_E_INPUT, "column \"%s\" is listed twice as a %s", a->name,
                        a->role);
    return wrt_fail(err, WRT_E_INPUT, "column \"%s\" has two roles, %s and %s: give it one",
                    a->name, a->role, b->role);
}

static wrt_status resolve(builder *b, wrt_err *err) {
    if (b->roles->treatment == NULL || b->roles->outcome == NULL)
        return wrt_fail(err, WRT_E_INPUT, "a treatment and an outcome column are needed");
    b->n_uses = list_uses(&b->uses, b->roles, b->study->arena);
    wrt_status found = wrt_table_find(&b->treatment, b->table, b->roles->treatment, err);
    if (found == WRT_OK)
        found = wrt_table_find(&b->outcome, b->table, b->roles->outcome, err);
    if (found != WRT_OK)
        return found;
    for (size_t i = 0; i < b->n_uses; i++) {
        use *u = &b->uses[i];
        wrt_status status = wrt_table_find(&u->column, b->table, u->name, err);
        if (status == WRT_OK)
            status = wrt_block_check(&b->block, u->column, err);
        for (size_t j = 0; status == WRT_OK && j < i; j++)
            status = check_pair(&b->uses[j], u, err);
        if (status != WRT_OK)
            return status;
    }
    for (size_t i = 0; i < b->roles->categorical.n; i++) {
        size_t column;
        wrt_status status = wrt_table_find(&column, b->table, b->roles->categorical.items[i], err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* ---- rows */

static const double *values_of(const builder *b, size_t column) {
    return wrt_table_column(b->table, column)->values;
}

/* Marks rows with a missing cell and counts them by column. */
static wrt_status mark_missing(bool *gone, const builder *b, wrt_err *err) {
    wrt_json *by_column = wrt_json_new_object();
    wrt_json_set(b->study->account, "missing_by_column", by_column);
    for (size_t u = 0; u < b->n_uses; u++) {
        const double *values = values_of(b, b->uses[u].column);
        size_t missing = 0, first = 0;
        for (size_t row = 0; row < wrt_table_rows(b->table); row++) {
            if (!isnan(values[row]))
                continue;
            first = missing++ == 0 ? row : first;
            gone[row] = true;
        }
        if (missing > 0 && b->roles->missing == WRT_MISSING_REFUSE)
            return wrt_fail(err, WRT_E_INPUT,
                            "column \"%s\" has %zu missing cells, the first in row %zu: fill them, "
                            "or let rows with missing cells be dropped",
                            b->uses[u].name, missing, first + 1);
        if (missing > 0)
            wrt_json_set_int(by_column, b->uses[u].name, (int64_t)missing);
    }
    return WRT_OK;
}

/* With both levels of the treatment named, rows of other levels go; returns how many. */
static wrt_status mark_other_arms(size_t *count, bool *gone, const builder *b, wrt_err *err) {
    *count = 0;
    if (b->roles->treated == NULL || b->roles->untreated == NULL)
        return WRT_OK;
    const wrt_column *c = wrt_table_column(b->table, b->treatment);
    double one, zero;
    const char *unknown = NULL;
    if (!wrt_two_values_code(&one, c, b->roles->treated))
        unknown = b->roles->treated;
    else if (!wrt_two_values_code(&zero, c, b->roles->untreated))
        unknown = b->roles->untreated;
    if (unknown != NULL)
        return wrt_fail(err, WRT_E_INPUT, "treatment \"%s\" has no cell \"%s\"", c->name, unknown);
    if (one == zero)
        return wrt_fail(err, WRT_E_INPUT, "treatment \"%s\": both levels are \"%s\"", c->name,
                        b->roles->treated);
    for (size_t row = 0; row < wrt_table_rows(b->table); row++)
        if (!gone[row] && c->values[row] != one && c->values[row] != zero) {
            gone[row] = true;
            ++*count;
        }
    return WRT_OK;
}

static wrt_status choose_rows(builder *b, wrt_err *err) {
    size_t all = wrt_table_rows(b->table), other = 0, missing = 0;
    bool *gone = wrt_calloc(all + 1, sizeof *gone);
    wrt_status status = mark_missing(gone, b, err);
    for (size_t row = 0; row < all; row++)
        missing += gone[row];
    if (status == WRT_OK)
        status = mark_other_arms(&other, gone, b, err);
    b->rows = wrt_calloc(all + 1, sizeof *b->rows);
    for (size_t row = 0; row < all; row++)
        if (!gone[row])
            b->rows[b->n++] = (uint32_t)row;
    free(gone);
    b->study->n = b->block.n = b->n;
    b->block.rows = b->rows;
    wrt_json *dropped = wrt_json_new_object();
    wrt_json_set_int(dropped, "missing", (int64_t)missing);
    if (b->roles->treated != NULL && b->roles->untreated != NULL)
        wrt_json_set_int(dropped, "other_arms", (int64_t)other);
    wrt_json_set_int(b->study->account, "rows_used", (int64_t)b->n);
    wrt_json_set(b->study->account, "dropped", dropped);
    if (status == WRT_OK && b->n == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s has no complete row: every one of %zu has a missing cell in a column "
                        "with a role",
                        wrt_table_name(b->table), all);
    return status;
}

/* ---- single columns */

static const use *find_use(const builder *b, const char *role) {
    for (size_t i = 0; i < b->n_uses; i++)
        if (strcmp(b->uses[i].role, role) == 0)
            return &b->uses[i];
    return NULL;
}

static double *take_numbers(const builder *b, size_t column) {
    const double *values = values_of(b, column);
    double *out = wrt_arena_calloc(b->study->arena, b->n, sizeof *out);
    for (size_t i = 0; i < b->n; i++)
        out[i] = values[b->rows[i]];
    return out;
}

static bool only_zero_one(const double *values, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (values[i] != 0 && values[i] != 1)
            return false;
    return true;
}

static void map_two(double *values, size_t n, const wrt_two_values *two) {
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] == two->one ? 1 : 0;
}

/* A role's column as 0 and 1. is_many: more than two numbers, left as they are. */
static wrt_status take_two(double **out, wrt_two_values *two, const builder *b,
                           const wrt_two_values_input *asked, wrt_err *err) {
    wrt_two_values_input in = *asked;
    in.table = b->table;
    in.rows = b->rows;
    in.n = b->n;
    wrt_status status = wrt_two_values_find(two, &in, b->study->arena, err);
    if (status != WRT_OK)
        return status;
    *out = take_numbers(b, in.column);
    if (two->distinct == 2 || two->is_named)
        map_two(*out, b->n, two);
    return WRT_OK;
}

static wrt_status check_arms(const builder *b, wrt_err *err) {
    size_t treated = b->study->n_treated, untreated = b->n - treated;
    size_t fewer = treated < untreated ? treated : untreated;
    if (fewer < WRT_STUDY_ARM_MIN)
        return wrt_fail(err, WRT_E_INPUT,
                        "treatment \"%s\": %zu rows are treated and %zu are not; each arm needs at "
                        "least %d",
                        b->roles->treatment, treated, untreated, WRT_STUDY_ARM_MIN);
    return WRT_OK;
}

static wrt_status take_treatment(builder *b, wrt_err *err) {
    wrt_study *s = b->study;
    wrt_two_values two;
    wrt_status status = take_two(&s->treatment, &two, b,
                                 &(wrt_two_values_input){.column = b->treatment,
                                                         .role = "treatment",
                                                         .one = b->roles->treated,
                                                         .nil = b->roles->untreated,
                                                         .fix = "treated"},
                                 err);
    if (status != WRT_OK)
        return status;
    s->treatment_is_binary = two.distinct == 2 || two.one_text != NULL;
    if (!s->treatment_is_binary)
        return WRT_OK;
    s->treated_level = two.one_text;
    s->untreated_level = two.zero_text;
    for (size_t i = 0; i < b->n; i++)
        s->n_treated += s->treatment[i] > 0;
    if (two.is_named) {
        wrt_json_set_text(s->account, "treated_level", two.one_text);
        wrt_json_set_text(s->account, "untreated_level", two.zero_text);
    }
    return check_arms(b, err);
}

static wrt_status take_outcome(builder *b, wrt_err *err) {
    wrt_study *s = b->study;
    const wrt_column *c = wrt_table_column(b->table, b->outcome);
    if (c->kind != WRT_COLUMN_NOMINAL && b->roles->outcome_level == NULL) {
        s->outcome = take_numbers(b, b->outcome);
        s->outcome_is_binary = only_zero_one(s->outcome, b->n);
        return WRT_OK;
    }
    wrt_two_values two;
    wrt_status status = take_two(&s->outcome, &two, b,
                                 &(wrt_two_values_input){.column = b->outcome,
                                                         .role = "outcome",
                                                         .one = b->roles->outcome_level,
                                                         .fix = "outcome level"},
                                 err);
    if (status == WRT_OK) {
        s->outcome_is_binary = true;
        wrt_json_set_text(s->account, "outcome_level", wrt_two_values_text(c, two.one, s->arena));
    }
    return status;
}

static wrt_status take_event(builder *b, wrt_err *err) {
    wrt_study *s = b->study;
    const use *u = find_use(b, "event");
    if (u == NULL)
        return WRT_OK;
    wrt_status status = WRT_OK;
    if (wrt_table_column(b->table, u->column)->kind != WRT_COLUMN_NOMINAL)
        s->event = take_numbers(b, u->column);
    if (s->event == NULL || !only_zero_one(s->event, b->n)) {
        wrt_two_values two;
        status = take_two(&s->event, &two, b,
                          &(wrt_two_values_input){
                              .column = u->column, .role = "event", .fix = "code it as 0 and 1"},
                          err);
        if (status == WRT_OK && two.distinct > 2)
            status = wrt_fail(err, WRT_E_INPUT,
                              "event \"%s\" has more than two values: 1 event and 0 censored are "
                              "needed",
                              u->name);
    }
    for (size_t i = 0; status == WRT_OK && i < b->n; i++)
        if (s->outcome[i] < 0)
            status =
                wrt_fail(err, WRT_E_INPUT,
                         "outcome \"%s\" is a time and row %u holds %g: times are not negative",
                         b->roles->outcome, b->rows[i] + 1, s->outcome[i]);
    return status;
}

static wrt_status take_period(builder *b, wrt_err *err) {
    const use *u = find_use(b, "period");
    if (u == NULL)
        return WRT_OK;
    wrt_two_values two;
    wrt_status status =
        take_two(&b->study->period, &two, b,
                 &(wrt_two_values_input){
                     .column = u->column, .role = "period", .fix = "code it as 0 before, 1 after"},
                 err);
    if (status == WRT_OK && two.distinct > 2)
        status =
            wrt_fail(err, WRT_E_INPUT,
                     "period \"%s\" has more than two values: two periods are compared, before "
                     "and after",
                     u->name);
    if (status == WRT_OK && two.is_named) {
        wrt_json_set_text(b->study->account, "period_before", two.zero_text);
        wrt_json_set_text(b->study->account, "period_after", two.one_text);
    }
    return status;
}

static wrt_status take_propensity(builder *b, wrt_err *err) {
    const use *u = find_use(b, "propensity");
    wrt_status status = u != NULL ? wrt_table_check_numeric(b->table, u->column, err) : WRT_OK;
    if (status != WRT_OK || u == NULL)
        return status;
    b->study->propensity = take_numbers(b, u->column);
    for (size_t i = 0; i < b->n; i++)
        if (!(b->study->propensity[i] > 0 && b->study->propensity[i] < 1))
            return wrt_fail(err, WRT_E_INPUT,
                            "propensity \"%s\" is %g in row %u: strictly between 0 and 1 is needed",
                            u->name, b->study->propensity[i], b->rows[i] + 1);
    return WRT_OK;
}

static wrt_status take_running(builder *b, wrt_err *err) {
    const use *u = find_use(b, "running variable");
    wrt_status status = u != NULL ? wrt_table_check_numeric(b->table, u->column, err) : WRT_OK;
    if (status == WRT_OK && u != NULL)
        b->study->running = take_numbers(b, u->column);
    return status;
}

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static size_t rank_of(const double *sorted, size_t n, double value) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Dense ids in order of value (of level, for texts). */
static wrt_status take_cluster(builder *b, wrt_err *err) {
    const use *u = find_use(b, "cluster");
    if (u == NULL)
        return WRT_OK;
    const double *values = values_of(b, u->column);
    double *sorted = wrt_calloc(b->n, sizeof *sorted);
    size_t distinct = 0;
    for (size_t i = 0; i < b->n; i++)
        sorted[i] = values[b->rows[i]];
    qsort(sorted, b->n, sizeof *sorted, by_value);
    for (size_t i = 0; i < b->n; i++)
        if (distinct == 0 || sorted[distinct - 1] < sorted[i])
            sorted[distinct++] = sorted[i];
    b->study->cluster = wrt_arena_calloc(b->study->arena, b->n, sizeof *b->study->cluster);
    b->study->n_clusters = distinct;
    for (size_t i = 0; i < b->n; i++)
        b->study->cluster[i] = rank_of(sorted, distinct, values[b->rows[i]]);
    free(sorted);
    if (distinct < 2)
        return wrt_fail(err, WRT_E_INPUT, "cluster \"%s\" has one value: two clusters are needed",
                        u->name);
    return WRT_OK;
}

static wrt_status take_modifier(builder *b, wrt_err *err) {
    wrt_study *s = b->study;
    const use *u = find_use(b, "modifier");
    if (u == NULL)
        return WRT_OK;
    size_t cap = b->roles->levels_max > 0 ? b->roles->levels_max : WRT_STUDY_LEVELS_MAX;
    double *levels;
    size_t n = wrt_block_levels(&levels, &b->block, u->column, cap);
    if (n > cap)
        return wrt_fail(err, WRT_E_LIMIT,
                        "modifier \"%s\" has more than %zu different values: cut it into a few "
                        "classes first",
                        u->name, cap);
    const wrt_column *c = wrt_table_column(b->table, u->column);
    s->modifier = wrt_arena_calloc(s->arena, b->n, sizeof *s->modifier);
    s->modifier_levels = wrt_arena_calloc(s->arena, n, sizeof *s->modifier_levels);
    s->n_modifier_levels = n;
    for (size_t k = 0; k < n; k++)
        s->modifier_levels[k] = wrt_two_values_text(c, levels[k], s->arena);
    for (size_t i = 0; i < b->n; i++)
        s->modifier[i] = rank_of(levels, n, c->values[b->rows[i]]);
    return WRT_OK;
}

/* ---- blocks */

static wrt_status check_repeats(const builder *b, wrt_err *err) {
    const wrt_study *s = b->study;
    if (s->covariates.columns == 0)
        return WRT_OK;
    const char *why = wrt_block_repeats(&s->covariates, s->treatment, b->n, s->arena);
    if (why != NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "treatment \"%s\" %s%s: nothing of it is left once covariates are held "
                        "fixed; leave that column out",
                        b->roles->treatment, strncmp(why, "equals", 6) == 0 ? "" : "is ", why);
    why = wrt_block_repeats(&s->covariates, s->outcome, b->n, s->arena);
    if (why != NULL && strcmp(why, "constant") != 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "outcome \"%s\" %s%s: a covariate that repeats the outcome cannot be "
                        "adjusted for; leave it out",
                        b->roles->outcome, strncmp(why, "equals", 6) == 0 ? "" : "is ", why);
    return WRT_OK;
}

static wrt_status take_blocks(builder *b, wrt_err *err) {
    wrt_study *s = b->study;
    wrt_status status = wrt_block_spread(&s->covariates, &b->block, b->roles->adjust, err);
    if (status == WRT_OK)
        status = wrt_block_spread(&s->instruments, &b->block, b->roles->instruments, err);
    if (status == WRT_OK)
        status = wrt_block_spread(&s->mediators, &b->block, b->roles->mediators, err);
    if (status != WRT_OK)
        return status;
    wrt_block_prune(&s->covariates, NULL, &b->block);
    wrt_block_prune(&s->instruments, &s->covariates, &b->block);
    wrt_block_prune(&s->mediators, NULL, &b->block);
    return check_repeats(b, err);
}

/* ---- all of it */

static void begin_account(builder *b) {
    wrt_json *file = wrt_json_new_object(), *kinds = wrt_json_new_object();
    wrt_json_set_text(file, "name", wrt_table_name(b->table));
    wrt_json_set_text(file, "sha256", wrt_table_sha256(b->table));
    wrt_json_set_int(file, "rows", (int64_t)wrt_table_rows(b->table));
    wrt_json_set(b->study->account, "file", file);
    for (size_t i = 0; i < b->n_uses; i++)
        wrt_json_set_text(
            kinds, b->uses[i].name,
            wrt_column_kind_name(wrt_table_column(b->table, b->uses[i].column)->kind));
    wrt_json_set(b->study->account, "kinds", kinds);
    wrt_json_set_text(b->study->account, "missing_policy",
                      b->roles->missing == WRT_MISSING_DROP ? "complete cases" : "refuse");
}

static wrt_status take_columns(builder *b, wrt_err *err) {
    wrt_status (*const steps[])(builder *, wrt_err *) = {
        choose_rows,  take_treatment,  take_outcome, take_event,    take_period,
        take_running, take_propensity, take_cluster, take_modifier, take_blocks};
    wrt_status status = WRT_OK;
    for (size_t i = 0; status == WRT_OK && i < sizeof steps / sizeof *steps; i++)
        status = steps[i](b, err);
    return status;
}

wrt_status wrt_study_build(wrt_study *out, const wrt_table *table, const wrt_roles *roles,
                           wrt_err *err) {
    *out = (wrt_study){.arena = wrt_arena_new(), .account = wrt_json_new_object()};
    builder b = {.study = out, .table = table, .roles = roles};
    b.block = (wrt_block_input){
        .table = table, .roles = roles, .arena = out->arena, .account = out->account};
    wrt_status status = resolve(&b, err);
    if (status == WRT_OK) {
        begin_account(&b);
        status = take_columns(&b, err);
    }
    free(b.rows);
    if (status != WRT_OK)
        wrt_study_free(out);
    return status;
}

void wrt_study_free(wrt_study *study) {
    if (study == NULL)
        return;
    wrt_json_free(study->account);
    wrt_arena_free(study->arena);
    *study = (wrt_study){0};
}

wrt_status wrt_study_need_binary(const wrt_study *study, const char *who, wrt_err *err) {
    if (study->treatment_is_binary)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "%s needs a treatment of two values and this one has more: name the treated "
                    "and the untreated level, or use ols",
                    who);
}
