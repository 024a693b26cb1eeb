/* test_draw.c: pictures of estimates: positions and texts worked out by hand, hostile names, and
 * files for check_plots.py, which parses them and measures their texts. */
#include "base/file.h"
#include "base/rng.h"
#include "draw/forest.h"
#include "effect/draw/balance_plot.h"
#include "effect/draw/survival_plot.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char HOSTILE[] = "<script>alert(\"x\")</script> & \x01 \xff\xfe \xef\xbf\xbe "
                              "\xe5\xb9\xb4\xe9\xbd\xa2 and a name that goes on and on";

/* Keeps a picture and its table, as one HTML page body, for check_plots.py. */
static void keep(const char *name, wrt_buf *svg, wrt_buf *table) {
    wrt_buf page = wrt_buf_make(WRT_MIB(4));
    char *folder = wrt_path_join(TEST_BINARY_DIR, "plots"), *path = wrt_path_join(folder, name);
    assert_false(svg->overflow || table->overflow);
    wrt_buf_add_c(&page, "<body>\n");
    wrt_buf_add_str(&page, wrt_buf_str(svg));
    wrt_buf_add_str(&page, wrt_buf_str(table));
    wrt_buf_add_c(&page, "</body>\n");
    assert_int_equal(wrt_dir_make(folder, 0755, NULL), WRT_OK);
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&page), 0644, NULL), WRT_OK);
    wrt_buf_free(&page);
    free(folder);
    free(path);
}

static void holds(const wrt_buf *text, const char *part) {
    if (strstr(text->ptr, part) == NULL)
        fail_msg("not in the picture: %s", part);
}

static void holds_not(const wrt_buf *text, const char *part) {
    if (strstr(text->ptr, part) != NULL)
        fail_msg("in the picture: %s", part);
}

static size_t count(const wrt_buf *text, const char *part) {
    size_t n = 0;
    for (const char *at = text->ptr; (at = strstr(at, part)) != NULL; at++)
        n++;
    return n;
}

/* ---- parts */

static void numbers_are_short_and_plain(void **state) {
    (void)state;
    char text[112];
    wrt_plot_number(text, 0.12345, 2);
    assert_string_equal(text, "0.12");
    wrt_plot_number(text, -0.001, 2);
    assert_string_equal(text, "0.00");
    wrt_plot_number(text, 1794.34, 0);
    assert_string_equal(text, "1794");
    wrt_plot_number(text, 12345678, 0);
    assert_string_equal(text, "1.2e+07");
    wrt_plot_number(text, NAN, 2);
    assert_string_equal(text, "unknown");
    wrt_plot_interval(text, (double[]){0.5, -0.25, 1.25}, 2);
    assert_string_equal(text, "0.50 (-0.25 to 1.25)");
    assert_int_equal(wrt_plot_decimals(1.5), 2);
    assert_int_equal(wrt_plot_decimals(1500), 0);
    assert_int_equal(wrt_plot_decimals(0.015), 4);
}

static void axes_have_round_ticks(void **state) {
    (void)state;
    wrt_plot_axis a = wrt_plot_axis_make(0, 2, false, 0, 100);
    assert_int_equal(a.n_ticks, 5); /* 0, 0.5, ... 2 */
    assert_true(fabs(a.ticks[1] - 0.5) < 1e-12 && a.decimals == 1);
    assert_true(fabs(wrt_plot_at(&a, 0.5) - 25) < 1e-9);
    assert_true(wrt_plot_at(&a, 99) == 100);
    a = wrt_plot_axis_make(-1234, 987, false, 0, 100);
    assert_true(a.low == -1500 && a.high == 1000);
    a = wrt_plot_axis_make(3, 3, false, 0, 100);
    assert_true(a.low < 3 && a.high > 3 && a.n_ticks >= 3);
    a = wrt_plot_axis_make(0.5, 4, true, 0, 100);
    assert_int_equal(a.n_ticks, 3); /* 0.5, 1, 2 */
    assert_true(fabs(wrt_plot_at(&a, 1) - 100.0 / 3) < 1e-9);
    a = wrt_plot_axis_make(1e-9, 1e9, true, 0, 100);
    assert_true(a.n_ticks >= 3 && a.n_ticks <= WRT_PLOT_TICKS_MAX);
    a = wrt_plot_axis_make(-INFINITY, INFINITY, false, 0, 100);
    assert_true(a.n_ticks >= 3);
}

/* ---- pictures */

/* Axis 0 to 2 between 216 and 546: the estimate 1 stands at 381. Rows of 28 from 44: the second at
 * 86. */
static void forest_stands_where_it_should(void **state) {
    (void)state;
    wrt_buf svg = wrt_buf_make(WRT_MIB(1)), table = wrt_buf_make(WRT_MIB(1));
    wrt_forest_row rows[] = {{"unadjusted", 2, 1.5, 2, true},
                             {"aipw", 1, 0.5, 1.5, false},
                             {HOSTILE, NAN, NAN, NAN, false},
                             {"match", 0.5, NAN, NAN, false}};
    wrt_forest f = {
        {"first", "Effect of <smoking> & co", false}, "difference in means", false, rows, 4};
    assert_int_equal(wrt_forest_svg(&svg, &f, NULL), WRT_OK);
    assert_int_equal(wrt_forest_table(&table, &f, NULL), WRT_OK);
    holds(&svg, "<rect class=\"wp-one\" x=\"376.0\" y=\"81.0\"");
    holds(&svg, "d=\"M298.5 86.0H463.5\"");
    holds(&svg, "<path class=\"wp-two wp-hollow\" d=\"M546.0");
    holds(&svg, ">1.00 (0.50 to 1.50)<");
    holds(&svg, ">0.50<");
    holds(&svg, ">not estimated<");
    holds(&svg, "Effect of &lt;smoking&gt; &amp; co");
    holds(&svg, "aria-labelledby=\"first-title first-desc\"");
    holds_not(&svg, "<script");
    holds_not(&svg, "\x01");
    holds(&table, "<tr><th scope=\"row\">aipw</th><td>1.00</td><td>0.50</td><td>1.50</td></tr>");
    holds(&table, "<td>unknown</td>");
    keep("forest.html", &svg, &table);
    wrt_buf_free(&svg);
    wrt_buf_free(&table);
    f.n = 0;
    assert_int_equal(wrt_forest_svg(&svg, &f, NULL), WRT_E_INPUT);
    f.n = WRT_FOREST_ROWS_MAX + 1;
    assert_int_equal(wrt_forest_svg(&svg, &f, NULL), WRT_E_LIMIT);
}

/* Ratios 0.25 to 4 on a log axis: 1 lies in the middle, 381. */
static void forest_of_ratios_is_logarithmic(void **state) {
    (void)state;
    wrt_buf svg = wrt_buf_make(WRT_MIB(1)), table = wrt_buf_make(WRT_MIB(1));
    wrt_forest_row rows[] = {{"cox", 1, 0.25, 4, false}, {"wide", 2, 0, INFINITY, false}};
    wrt_forest f = {{0}, "hazard ratio", true, rows, 2};
    assert_int_equal(wrt_forest_svg(&svg, &f, NULL), WRT_OK);
    assert_int_equal(wrt_forest_table(&table, &f, NULL), WRT_OK);
    holds(&svg, "<path class=\"wp-null\" d=\"M381.0");
    holds(&svg, "<rect class=\"wp-one\" x=\"376.0\"");
    holds(&svg, "infinite");
    keep("forest_ratio.html", &svg, &table);
    wrt_buf_free(&svg);
    wrt_buf_free(&table);
    rows[0].estimate = -1;
    assert_int_equal(wrt_forest_svg(&svg, &f, NULL), WRT_E_INPUT);
}

static void love_plot_is_sorted_and_bounded(void **state) {
    (void)state;
    wrt_buf svg = wrt_buf_make(WRT_MIB(1)), table = wrt_buf_make(WRT_MIB(1));
    wrt_balance_row rows[70];
    char names[70][16];
    for (size_t j = 0; j < 70; j++) {
        (void)snprintf(names[j], sizeof names[j], "x%zu", j);
        rows[j] = (wrt_balance_row){.name = names[j],
                                    .smd_before = (double)j / 140 * (j % 2 == 0 ? 1 : -1),
                                    .smd_after = 0.02,
                                    .ratio_before = NAN,
                                    .ratio_after = NAN};
    }
    rows[3].name = HOSTILE;
    rows[3].smd_before = INFINITY;
    wrt_balance b = {.n = 70, .rows = rows, .is_weighted = true};
    wrt_arena *arena = wrt_arena_new();
    wrt_love love = wrt_balance_love(&b, (wrt_plot_caption){.id = "love"}, arena);
    assert_int_equal(wrt_love_svg(&svg, &love, NULL), WRT_OK);
    assert_int_equal(wrt_love_table(&table, &love, NULL), WRT_OK);
    assert_int_equal(count(&svg, "<circle"), WRT_LOVE_ROWS_MAX + 1); /* and the legend's */
    holds(&svg, ">10 more covariates");
    assert_true(strstr(svg.ptr, ">x69<") < strstr(svg.ptr, ">x68<"));
    holds_not(&svg, ">x0<");
    assert_int_equal(count(&table, "<tr>"), 71);
    holds(&table, "infinite");
    keep("love.html", &svg, &table);
    love.n = 0;
    assert_int_equal(wrt_love_svg(&svg, &love, NULL), WRT_E_INPUT);
    wrt_arena_free(arena);
    wrt_buf_free(&svg);
    wrt_buf_free(&table);
}

/* Treated: 10 of 20 rows in one bin, the tallest bar, 96 pixels; untreated: 5 of 20 in each of four
 * bins, half as tall. */
static void overlap_plot_is_mirrored(void **state) {
    (void)state;
    wrt_buf svg = wrt_buf_make(WRT_MIB(1)), table = wrt_buf_make(WRT_MIB(1));
    wrt_overlap o = {.n = 40, .outside_support = 3, .verdict = WRT_OVERLAP_LIMITED};
    for (int arm = 0; arm < 2; arm++) {
        o.arm[arm].rows = 20;
        o.arm[arm].ess = 18.4;
    }
    o.arm[1].bins[10] = 10;
    o.arm[1].bins[19] = 10;
    for (int b = 0; b < 4; b++)
        o.arm[0].bins[b] = 5;
    wrt_propensities p = wrt_overlap_propensities(&o, (wrt_plot_caption){.id = "overlap"});
    wrt_propensities_svg(&svg, &p);
    wrt_propensities_table(&table, &p);
    holds(&svg, "<rect class=\"wp-one\" x=\"421.0\" y=\"64.0\" width=\"28.0\" height=\"96.0\">");
    holds(&svg, "<rect class=\"wp-two wp-hollow\" x=\"121.0\" y=\"160.0\" width=\"28.0\" "
                "height=\"48.0\">");
    holds(&svg, "limited; 3 of 40 rows");
    holds(&table, "<th scope=\"row\">0.50 to 0.55</th><td>10</td><td>0</td>");
    keep("overlap.html", &svg, &table);
    wrt_buf_free(&svg);
    wrt_buf_free(&table);
}

/* Treated: half die at 5 of 10: the curve falls from 72 to 202 at the middle of the axis, 428. */
static void survival_plot_steps_down(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_buf svg = wrt_buf_make(WRT_MIB(1)), table = wrt_buf_make(WRT_MIB(1));
    wrt_km_curve treated, untreated;
    wrt_survival rows = {4, (double[]){5, 5, 10, 10}, (double[]){1, 1, 0, 0}, NULL};
    assert_int_equal(wrt_km_fit(&treated, &rows, 0.95, arena, NULL), WRT_OK);
    rows = (wrt_survival){4, (double[]){1, 2, 3, 4}, (double[]){1, 0, 1, 1}, NULL};
    assert_int_equal(wrt_km_fit(&untreated, &rows, 0.95, arena, NULL), WRT_OK);
    wrt_survival_plot p = {.id = "km",
                           .time_label = "days",
                           .label = {"placebo", HOSTILE},
                           .curve = {&untreated, &treated},
                           .horizon = 8};
    wrt_survival_svg(&svg, &p);
    wrt_survival_table(&table, &p);
    holds(&svg, "<path class=\"wp-one wp-curve\" d=\"M120.0 72.0H428.0V202.0H736.0V202.0\"/>");
    holds(&svg, "<path class=\"wp-null\" d=\"M612.8 72V332\">");
    holds(&svg, "M736.0 198.0v8"); /* the censored ones */
    holds(&table, "<th scope=\"row\">6</th><td>0.500 (");
    holds(&table, "<td>0.000</td><td>0</td>");
    keep("survival.html", &svg, &table);
    wrt_buf_free(&svg);
    wrt_buf_free(&table);
    wrt_arena_free(arena);
}

/* 20,000 rows of distinct times make a picture no larger than pixels allow. */
static void survival_plot_does_not_grow_with_rows(void **state) {
    (void)state;
    enum { N = 20000 };
    wrt_arena *arena = wrt_arena_new();
    double *time = wrt_arena_calloc(arena, N, sizeof *time);
    double *event = wrt_arena_calloc(arena, N, sizeof *event);
    wrt_rng rng = wrt_rng_make(1, 2, 3);
    for (size_t i = 0; i < N; i++) {
        time[i] = 100 * wrt_rng_uniform(&rng);
        event[i] = wrt_rng_uniform(&rng) < 0.7;
    }
    wrt_buf svg = wrt_buf_make(WRT_MIB(8)), table = wrt_buf_make(WRT_MIB(1));
    wrt_km_curve curve;
    wrt_survival rows = {N, time, event, NULL};
    assert_int_equal(wrt_km_fit(&curve, &rows, 0.95, arena, NULL), WRT_OK);
    wrt_survival_plot p = {.curve = {&curve, &curve}};
    wrt_survival_svg(&svg, &p);
    wrt_survival_table(&table, &p);
    assert_true(svg.len < WRT_KIB(400));
    keep("survival_long.html", &svg, &table);
    wrt_buf_free(&svg);
    wrt_buf_free(&table);
    wrt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_short_and_plain),
        cmocka_unit_test(axes_have_round_ticks),
        cmocka_unit_test(forest_stands_where_it_should),
        cmocka_unit_test(forest_of_ratios_is_logarithmic),
        cmocka_unit_test(love_plot_is_sorted_and_bounded),
        cmocka_unit_test(overlap_plot_is_mirrored),
        cmocka_unit_test(survival_plot_steps_down),
        cmocka_unit_test(survival_plot_does_not_grow_with_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
