/* estimate_pictures.c: which picture an answer has, and where it goes. */
#include "cli/estimate_pictures.h"

#include "cli/graph_args.h"
#include "draw/forest.h"
#include "effect/draw/balance_plot.h"
#include "effect/draw/survival_plot.h"

#include <math.h>
#include <string.h>

enum { PICTURE_MAX = 4 << 20 };

static wrt_status draw_forest(wrt_buf *out, const wrt_effect_answer *a, wrt_err *err) {
    const wrt_estimate *e = &a->estimate, *bare = &a->unadjusted;
    wrt_forest_row rows[WRT_FOREST_ROWS_MAX] = {
        {wrt_json_get_text(a->data, "estimator", "?"), e->estimate, e->low, e->high, false},
        {"unadjusted", bare->estimate, bare->low, bare->high, true},
    };
    size_t n = 2;
    WRT_JSON_EACH(level, wrt_json_get(a->data, "by")) {
        if (n == WRT_FOREST_ROWS_MAX)
            break;
        rows[n++] = (wrt_forest_row){wrt_json_get_text(level, "level", "?"),
                                     wrt_json_get_number(level, "estimate", (double)NAN),
                                     wrt_json_get_number(level, "low", (double)NAN),
                                     wrt_json_get_number(level, "high", (double)NAN), false};
    }
    wrt_forest forest = {.caption = {.title = "Effect, adjusted and unadjusted"},
                         .measure = e->measure,
                         .rows = rows,
                         .n = n};
    return wrt_forest_svg(out, &forest, err);
}

static wrt_status draw_survival(wrt_buf *out, const wrt_effect_answer *a, wrt_err *err) {
    const wrt_study *s = &a->study;
    wrt_km_curve curves[2];
    for (int arm = 0; arm < 2; arm++) {
        double *time = wrt_arena_calloc(a->arena, s->n, sizeof *time);
        double *event = wrt_arena_calloc(a->arena, s->n, sizeof *event);
        size_t n = 0;
        for (size_t i = 0; i < s->n; i++)
            if ((s->treatment[i] == 1.0) == (arm == 1)) {
                time[n] = s->outcome[i];
                event[n++] = s->event[i];
            }
        wrt_survival rows = {.n = n, .time = time, .event = event};
        wrt_status status = wrt_km_fit(&curves[arm], &rows, 0.95, a->arena, err);
        if (status != WRT_OK)
            return status;
    }
    wrt_survival_svg(out, &(wrt_survival_plot){
                              .title = "Survival by arm, unadjusted",
                              .time_label = "time",
                              .label = {s->untreated_level, s->treated_level},
                              .curve = {&curves[0], &curves[1]},
                          });
    return WRT_OK;
}

static wrt_status draw_effect(wrt_buf *out, const wrt_effect_answer *a, wrt_err *err) {
    if (a->study.event != NULL && a->study.treatment_is_binary)
        return draw_survival(out, a, err);
    return draw_forest(out, a, err);
}

static wrt_status draw_balance(wrt_buf *out, const wrt_effect_answer *a, wrt_err *err) {
    if (!a->has_balance)
        return wrt_fail(err, WRT_E_INPUT,
                        "--svg-balance: there are no covariates to balance between two arms%s",
                        a->is_streamed ? " in a streamed table" : "");
    wrt_love love = wrt_balance_love(&a->balance, (wrt_plot_caption){0}, a->arena);
    return wrt_love_svg(out, &love, err);
}

static wrt_status draw_overlap(wrt_buf *out, const wrt_effect_answer *a, wrt_err *err) {
    if (!a->has_overlap)
        return wrt_fail(err, WRT_E_INPUT,
                        "--svg-overlap: overlap was not judged: it takes two arms, covariates and "
                        "a table that is not streamed");
    wrt_propensities propensities = wrt_overlap_propensities(
        &a->overlap, (wrt_plot_caption){.title = "Propensity of treatment in both arms"});
    wrt_propensities_svg(out, &propensities);
    return WRT_OK;
}

wrt_status wrt_cli_estimate_pictures(const wrt_effect_answer *answer, const wrt_cli_call *call,
                                     wrt_err *err) {
    static const struct {
        const char *option;
        wrt_status (*draw)(wrt_buf *, const wrt_effect_answer *, wrt_err *);
    } pictures[] = {
        {"svg", draw_effect}, {"svg-balance", draw_balance}, {"svg-overlap", draw_overlap}};
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0] && status == WRT_OK; i++) {
        const char *path = wrt_cli_value(call, pictures[i].option);
        if (path == NULL)
            continue;
        if (strcmp(path, "-") == 0)
            return wrt_fail(err, WRT_E_INPUT, "--%s takes a file", pictures[i].option);
        wrt_buf text = wrt_buf_make(PICTURE_MAX);
        status = pictures[i].draw(&text, answer, err);
        if (status == WRT_OK)
            status = wrt_cli_write_text(call, path, &text, err);
        wrt_buf_free(&text);
    }
    return status;
}
