/* sample.c: forward sampling. Tables are read in place, in blocks that stay in the cache; other
 * rows are looked up. */
#include "scm/infer/sample.h"

#include "base/arena.h"
#include "scm/infer/lookup.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024 };

typedef struct {
    const wrt_scm_world *world;
    wrt_scm_units *units;
    uint64_t seed;
    size_t round;
} sampler;

static uint32_t stream_of(const sampler *s, size_t variable) {
    return wrt_scm_stream(WRT_SCM_NOISE_FORWARD, s->round, variable);
}

/* ---- level by level */

/* values[i] = the value of u[i] in row slot[i]. */
static void pick_all(uint8_t *values, const double *cumulated, size_t k, const uint32_t *slot,
                     const double *u, size_t n) {
    if (k == 2) {
        for (size_t i = 0; i < n; i++)
            values[i] = u[i] >= cumulated[2 * (size_t)slot[i]];
        return;
    }
    for (size_t i = 0; i < n; i++)
        values[i] = (uint8_t)wrt_scm_pick(cumulated + slot[i] * k, k, u[i]);
}

static double *cumulate_rows(const double *p, size_t rows, size_t k) {
    double *out = wrt_calloc(rows * k, sizeof *out);
    for (size_t i = 0; i < rows; i++)
        wrt_scm_cumulate(out + i * k, p + i * k, k);
    return out;
}

static void table_slots(uint32_t *slot, const sampler *s, const wrt_scm_variable *v, size_t from,
                        size_t n) {
    memset(slot, 0, n * sizeof *slot);
    for (size_t j = 0; j < v->n_parents; j++) {
        const uint8_t *parent = wrt_scm_units_column(s->units, v->parents[j]) + from;
        uint32_t k = (uint32_t)wrt_scm_variable_at(s->world->scm, v->parents[j])->n_values;
        for (size_t i = 0; i < n; i++)
            slot[i] = slot[i] * k + parent[i];
    }
}

static wrt_status draw_table(sampler *s, size_t variable, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(s->world->scm, variable);
    uint8_t *column = wrt_scm_units_column(s->units, variable);
    uint64_t rows = 0;
    wrt_status status = wrt_scm_row_count(&rows, s->world->scm, variable, err);
    if (status != WRT_OK)
        return status;
    double *cumulated = cumulate_rows(v->table, rows, v->n_values);
    for (size_t from = 0; from < s->units->n; from += BLOCK) {
        uint32_t slot[BLOCK];
        double u[BLOCK];
        size_t n = s->units->n - from < BLOCK ? s->units->n - from : BLOCK;
        table_slots(slot, s, v, from, n);
        wrt_scm_units_uniforms(u, s->units, from, n, s->seed, stream_of(s, variable));
        pick_all(column + from, cumulated, v->n_values, slot, u, n);
    }
    free(cumulated);
    return WRT_OK;
}

static wrt_status draw_rows(sampler *s, size_t variable, wrt_err *err) {
    size_t n = s->units->n, k = wrt_scm_variable_at(s->world->scm, variable)->n_values;
    uint64_t *numbers = wrt_calloc(n, sizeof *numbers);
    double *u = wrt_calloc(n, sizeof *u), *cumulated = NULL;
    wrt_scm_lookup rows;
    wrt_scm_units_rows(numbers, s->units, s->world->scm, variable, 0, n);
    wrt_status status = wrt_scm_lookup_ask(&rows, s->world, variable, numbers, n, err);
    if (status == WRT_OK) {
        cumulated = cumulate_rows(rows.p, rows.n_rows, k);
        wrt_scm_units_uniforms(u, s->units, 0, n, s->seed, stream_of(s, variable));
        pick_all(wrt_scm_units_column(s->units, variable), cumulated, k, rows.slot, u, n);
    }
    wrt_scm_lookup_free(&rows);
    free(cumulated);
    free(u);
    free(numbers);
    return status;
}

static void draw_soft(sampler *s, size_t variable) {
    size_t k = wrt_scm_variable_at(s->world->scm, variable)->n_values;
    uint8_t *column = wrt_scm_units_column(s->units, variable);
    double cumulated[WRT_SCM_VALUES_MAX];
    wrt_scm_cumulate(cumulated, s->world->drawn[variable], k);
    for (size_t i = 0; i < s->units->n; i++) {
        double u = wrt_scm_units_uniform(s->units, i, s->seed, stream_of(s, variable));
        column[i] = (uint8_t)wrt_scm_pick(cumulated, k, u);
    }
}

static wrt_status draw_variable(sampler *s, size_t variable, wrt_err *err) {
    switch (s->world->act[variable]) {
    case WRT_SCM_SET:
        memset(wrt_scm_units_column(s->units, variable), s->world->value[variable], s->units->n);
        return WRT_OK;
    case WRT_SCM_DRAWN:
        draw_soft(s, variable);
        return WRT_OK;
    default:
        if (wrt_scm_variable_at(s->world->scm, variable)->table != NULL)
            return draw_table(s, variable, err);
        return draw_rows(s, variable, err);
    }
}

/* ---- depth first */

/* Units that agree on all variables before `variable`: order[from..from+n). */
typedef struct {
    size_t from, n, variable;
} group;

typedef struct {
    sampler *s;
    uint32_t *order, *spare;
    group *stack;
    size_t depth, capacity;
} descent;

static void push_group(descent *d, group g) {
    if (d->depth == d->capacity) {
        d->capacity = d->capacity * 2 + 64;
        d->stack = wrt_realloc(d->stack, d->capacity * sizeof *d->stack);
    }
    d->stack[d->depth++] = g;
}

static wrt_status draw_group(descent *d, const group *g, wrt_err *err) {
    sampler *s = d->s;
    const wrt_scm_world *world = s->world;
    size_t k = wrt_scm_variable_at(world->scm, g->variable)->n_values;
    uint8_t *column = wrt_scm_units_column(s->units, g->variable);
    double p[WRT_SCM_VALUES_MAX];
    uint64_t number = 0;
    wrt_status status = WRT_OK;
    if (world->act[g->variable] == WRT_SCM_SET) {
        for (size_t i = 0; i < g->n; i++)
            column[d->order[g->from + i]] = world->value[g->variable];
        return WRT_OK;
    }
    wrt_scm_units_rows(&number, s->units, world->scm, g->variable, d->order[g->from], 1);
    if (world->act[g->variable] == WRT_SCM_DRAWN)
        memcpy(p, world->drawn[g->variable], k * sizeof *p);
    else
        status = world->rows.ask(p, world->rows.ctx, g->variable, &number, 1, err);
    if (status != WRT_OK)
        return status;
    wrt_scm_cumulate(p, p, k);
    for (size_t i = 0; i < g->n; i++) {
        uint32_t unit = d->order[g->from + i];
        double u = wrt_scm_units_uniform(s->units, unit, s->seed, stream_of(s, g->variable));
        column[unit] = (uint8_t)wrt_scm_pick(p, k, u);
    }
    return WRT_OK;
}

/* Sorts the group by the value just drawn and pushes the parts, the first on top. */
static void split_group(descent *d, const group *g) {
    size_t count[WRT_SCM_VALUES_MAX + 1] = {0}, start[WRT_SCM_VALUES_MAX + 1];
    const uint8_t *column = wrt_scm_units_column(d->s->units, g->variable);
    size_t k = wrt_scm_variable_at(d->s->world->scm, g->variable)->n_values;
    for (size_t i = 0; i < g->n; i++)
        count[column[d->order[g->from + i]] + 1]++;
    for (size_t i = 0; i < k; i++)
        count[i + 1] += count[i];
    memcpy(start, count, sizeof start);
    for (size_t i = 0; i < g->n; i++)
        d->spare[start[column[d->order[g->from + i]]]++] = d->order[g->from + i];
    memcpy(d->order + g->from, d->spare, g->n * sizeof *d->order);
    for (size_t i = k; i-- > 0;)
        if (count[i + 1] > count[i])
            push_group(d, (group){g->from + count[i], count[i + 1] - count[i], g->variable + 1});
}

static wrt_status draw_depth_first(sampler *s, wrt_err *err) {
    descent d = {.s = s};
    wrt_status status = WRT_OK;
    d.order = wrt_calloc(s->units->n, sizeof *d.order);
    d.spare = wrt_calloc(s->units->n, sizeof *d.spare);
    for (size_t i = 0; i < s->units->n; i++)
        d.order[i] = (uint32_t)i;
    if (s->units->n > 0)
        push_group(&d, (group){0, s->units->n, 0});
    while (d.depth > 0 && status == WRT_OK) {
        group g = d.stack[--d.depth];
        if (g.variable == s->world->n)
            continue;
        status = draw_group(&d, &g, err);
        if (status == WRT_OK)
            split_group(&d, &g);
    }
    free(d.order);
    free(d.spare);
    free(d.stack);
    return status;
}

static wrt_status draw(sampler *s, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (s->world->rows.depth_first)
        return draw_depth_first(s, err);
    for (size_t i = 0; i < s->world->n && status == WRT_OK; i++)
        status = draw_variable(s, i, err);
    return status;
}

wrt_status wrt_scm_sample(wrt_scm_units *out, const wrt_scm_world *world, uint64_t first, size_t n,
                          uint64_t seed, wrt_err *err) {
    sampler s = {world, out, seed, 0};
    wrt_status status = wrt_scm_units_make(out, world->scm, first, n, err);
    return status == WRT_OK ? draw(&s, err) : status;
}

/* ---- conditioned */

static bool agrees(const wrt_scm_units *units, const wrt_scm_world *world, size_t unit) {
    for (size_t i = 0; i < world->n; i++)
        if (world->seen[i] && wrt_scm_units_column(units, i)[unit] != world->value[i])
            return false;
    return true;
}

/* Moves units that agree to `out` and keeps the rest in missing; returns how many are left. */
static size_t accept(wrt_scm_units *out, uint32_t *missing, const wrt_scm_units *drawn,
                     const wrt_scm_world *world) {
    size_t left = 0;
    for (size_t i = 0; i < drawn->n; i++) {
        if (!agrees(drawn, world, i)) {
            missing[left++] = missing[i];
            continue;
        }
        for (size_t v = 0; v < world->n; v++)
            wrt_scm_units_column(out, v)[missing[i]] = wrt_scm_units_column(drawn, v)[i];
    }
    return left;
}

static wrt_status redraw(wrt_scm_units *out, const wrt_scm_world *world, uint32_t *missing,
                         size_t *left, sampler *s, wrt_err *err) {
    wrt_scm_units drawn;
    wrt_status status = wrt_scm_units_make(&drawn, world->scm, 0, *left, err);
    if (status == WRT_OK) {
        drawn.number = wrt_calloc(*left, sizeof *drawn.number);
        for (size_t i = 0; i < *left; i++)
            drawn.number[i] = out->first + missing[i];
        s->units = &drawn;
        status = draw(s, err);
    }
    s->units = NULL;
    if (status == WRT_OK)
        *left = accept(out, missing, &drawn, world);
    wrt_scm_units_free(&drawn);
    return status;
}

static wrt_status too_rare(wrt_err *err, size_t left, size_t n, size_t draws) {
    return wrt_fail(err, WRT_E_LIMIT,
                    "what is given is too rare to draw: %zu of %zu units did not agree with it "
                    "after %zu draws; give less, or ask for distributions instead of units",
                    left, n, draws);
}

wrt_status wrt_scm_sample_given(wrt_scm_units *out, const wrt_scm_world *world, uint64_t first,
                                size_t n, uint64_t seed, wrt_err *err) {
    sampler s = {.world = world, .seed = seed};
    wrt_status status = wrt_scm_units_make(out, world->scm, first, n, err);
    if (status != WRT_OK)
        return status;
    uint32_t *missing = wrt_calloc(n, sizeof *missing);
    size_t left = n, draws = 0;
    for (size_t i = 0; i < n; i++)
        missing[i] = (uint32_t)i;
    while (left > 0 && status == WRT_OK) {
        bool is_hopeless = left == n && draws > WRT_SCM_DRAWS_MAX;
        if (s.round == WRT_SCM_REDRAWS_MAX || is_hopeless) {
            status = too_rare(err, left, n, draws);
            break;
        }
        draws += left;
        status = redraw(out, world, missing, &left, &s, err);
        s.round++;
    }
    free(missing);
    return status;
}
