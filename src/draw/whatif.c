/* whatif.c: horizontal bars, one pair a value. */
#include "draw/whatif.h"

#include <math.h>
#include <stdio.h>

static const double WIDTH = 640, LEFT = 176, RIGHT = 560, TOP = 72, ROW = 46, BAR = 14;

/* Whatever does not say that it is no model's opinion is taken for one. */
static void add_label(wrt_buf *out, const wrt_json *data, const char *end) {
    if (!wrt_json_get_bool(data, "model_implied", true))
        return;
    wrt_buf_add_c(out, wrt_json_get_text(data, "label", "model-implied, not evidence"));
    wrt_buf_add_c(out, end);
}

/* An object whose members have names, NULL for anything else. */
static const wrt_json *members(const wrt_json *data, const char *key) {
    const wrt_json *value = wrt_json_get(data, key);
    return wrt_json_is(value, WRT_JSON_OBJECT) ? value : NULL;
}

/* "relapse, had dose been halved" and the label. */
static void write_title(wrt_buf *out, const wrt_json *data) {
    const char *gap = ", had ";
    add_label(out, data, ": ");
    wrt_buf_add_c(out, wrt_json_get_text(data, "outcome", "outcome"));
    WRT_JSON_EACH(value, members(data, "do")) {
        wrt_buf_printf(out, "%s%s been %s", gap, wrt_json_key(value),
                       wrt_json_text(value) != NULL ? wrt_json_text(value) : "drawn anew");
        gap = " and ";
    }
}

static void write_description(wrt_buf *out, const wrt_json *data) {
    add_label(out, data, ". ");
    WRT_JSON_EACH(value, members(data, "counterfactual")) {
        const char *name = wrt_json_key(value);
        const wrt_json *bounds = wrt_json_get(wrt_json_get(data, "bounds"), name);
        wrt_buf_printf(out, "%s: %.3g as it was, %.3g as it would have been (%.3g to %.3g). ", name,
                       wrt_json_get_number(wrt_json_get(data, "factual"), name, 0),
                       wrt_json_number(value, 0), wrt_json_number(wrt_json_at(bounds, 0), 0),
                       wrt_json_number(wrt_json_at(bounds, 1), 0));
    }
}

static void add_bar(wrt_buf *out, const wrt_plot_axis *axis, double y, double p,
                    const char *class) {
    wrt_buf_printf(out,
                   "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
                   class, LEFT, y, wrt_plot_at(axis, p) - LEFT, BAR);
}

static void add_whisker(wrt_buf *out, const wrt_plot_axis *axis, double y, const wrt_json *bounds) {
    double low = wrt_plot_at(axis, wrt_json_number(wrt_json_at(bounds, 0), 0));
    double high = wrt_plot_at(axis, wrt_json_number(wrt_json_at(bounds, 1), 0));
    wrt_buf_printf(
        out, "<path class=\"wp-line\" d=\"M%.1f %.1fH%.1fM%.1f %.1fV%.1fM%.1f %.1fV%.1f\"/>\n", low,
        y, high, low, y - 4, y + 4, high, y - 4, y + 4);
}

static void add_number(wrt_buf *out, double y, double p) {
    char text[32];
    wrt_plot_number(text, p, 3);
    wrt_plot_text(out, &(wrt_plot_place){RIGHT + 12, y, 60, 11, WRT_PLOT_LEFT, "wp-dim"}, text);
}

static void add_row(wrt_buf *out, const wrt_plot_axis *axis, const wrt_json *data,
                    const wrt_json *after, double y) {
    const char *name = wrt_json_key(after);
    double before = wrt_json_get_number(wrt_json_get(data, "factual"), name, 0);
    wrt_plot_text(out, &(wrt_plot_place){LEFT - 10, y + BAR + 4, LEFT - 26, 13, WRT_PLOT_RIGHT, ""},
                  name);
    add_bar(out, axis, y, before, "wp-one");
    add_number(out, y + BAR - 3, before);
    add_bar(out, axis, y + BAR + 2, wrt_json_number(after, 0), "wp-two wp-hollow");
    add_whisker(out, axis, y + BAR + 2 + BAR / 2, wrt_json_get(wrt_json_get(data, "bounds"), name));
    add_number(out, y + 2 * BAR, wrt_json_number(after, 0));
}

static void add_legend(wrt_buf *out) {
    wrt_buf_printf(out, "<rect class=\"wp-one\" x=\"%.1f\" y=\"42\" width=\"18\" height=\"12\"/>\n",
                   LEFT);
    wrt_plot_text(out, &(wrt_plot_place){LEFT + 24, 52, 110, 11, WRT_PLOT_LEFT, ""}, "as it was");
    wrt_buf_printf(
        out, "<rect class=\"wp-two wp-hollow\" x=\"%.1f\" y=\"42\" width=\"18\" height=\"12\"/>\n",
        LEFT + 130);
    wrt_plot_text(out, &(wrt_plot_place){LEFT + 154, 52, 240, 11, WRT_PLOT_LEFT, ""},
                  "as it would be; line: by any coupling");
}

/* What the picture rests on, and what to beware of. */
static void add_foot(wrt_buf *out, const wrt_json *data, double y) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    add_label(&text, data, "; ");
    wrt_buf_printf(
        &text, "rung 3, %s, coupling %s, bounds %s, rule %s",
        wrt_json_get_text(data, "method", "?"), wrt_json_get_text(data, "coupling", "none"),
        wrt_json_get_text(data, "bounds_kind", "?"), wrt_json_get_text(data, "rule", "?"));
    if (wrt_json_get_bool(data, "extrapolation", false))
        wrt_buf_add_c(&text, "; extrapolation");
    wrt_plot_text(out, &(wrt_plot_place){16, y, WIDTH - 32, 11, WRT_PLOT_LEFT, "wp-dim"},
                  wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

void wrt_whatif_svg(wrt_buf *out, const wrt_json *data, wrt_plot_caption caption) {
    const wrt_json *after = members(data, "counterfactual");
    size_t n = wrt_json_count(after), drawn = 0;
    n = n < WRT_WHATIF_VALUES_MAX ? n : WRT_WHATIF_VALUES_MAX;
    double bottom = TOP + ROW * (double)n, y = TOP;
    wrt_buf title = wrt_buf_make(WRT_MIB(1)), description = wrt_buf_make(WRT_MIB(1));
    wrt_plot_axis axis = wrt_plot_axis_make(0, 1, false, LEFT, RIGHT);
    write_title(&title, data);
    write_description(&description, data);
    caption.id = caption.id != NULL ? caption.id : "whatif";
    caption.title = wrt_buf_str(&title).ptr;
    wrt_plot_open(out, &caption, wrt_buf_str(&description).ptr, WIDTH, bottom + 78);
    add_legend(out);
    WRT_JSON_EACH(value, after) {
        if (drawn++ == n)
            break;
        add_row(out, &axis, data, value, y);
        y += ROW;
    }
    wrt_plot_axis_draw(out, &axis, bottom, "probability");
    add_foot(out, data, bottom + 66);
    wrt_plot_close(out);
    wrt_buf_free(&title);
    wrt_buf_free(&description);
}

/* ---- its table */

static void add_cell(wrt_buf *out, const wrt_json *number) {
    char text[32];
    wrt_plot_number(text, wrt_json_number(number, (double)NAN), 4);
    wrt_plot_cell(out, text);
}

static void add_bounds(wrt_buf *out, const wrt_json *low, const wrt_json *high) {
    char first[32], last[32], text[80];
    wrt_plot_number(first, wrt_json_number(low, (double)NAN), 4);
    wrt_plot_number(last, wrt_json_number(high, (double)NAN), 4);
    (void)snprintf(text, sizeof text, "%s to %s", first, last);
    wrt_plot_cell(out, text);
}

void wrt_whatif_table(wrt_buf *out, const wrt_json *data) {
    static const char *const heads[] = {"value",           "as it was", "as it would be",
                                        "by any coupling", "change",    "change, by any coupling"};
    wrt_buf title = wrt_buf_make(WRT_MIB(1));
    write_title(&title, data);
    wrt_plot_table_open(out, wrt_buf_str(&title).ptr, heads, 6);
    WRT_JSON_EACH(value, members(data, "counterfactual")) {
        const char *name = wrt_json_key(value);
        const wrt_json *bounds = wrt_json_get(wrt_json_get(data, "bounds"), name);
        const wrt_json *effect = wrt_json_get(wrt_json_get(data, "effect"), name);
        wrt_plot_row_open(out, name);
        add_cell(out, wrt_json_get(wrt_json_get(data, "factual"), name));
        add_cell(out, value);
        add_bounds(out, wrt_json_at(bounds, 0), wrt_json_at(bounds, 1));
        add_cell(out, wrt_json_get(effect, "effect"));
        add_bounds(out, wrt_json_get(effect, "low"), wrt_json_get(effect, "high"));
        wrt_plot_row_close(out);
    }
    wrt_plot_table_close(out);
    wrt_buf_free(&title);
}
