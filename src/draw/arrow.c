/* arrow.c: Bezier lines with heads. */
#include "draw/arrow.h"

#include <math.h>

static const double LENGTH = 11, HALF = 5;

void wrt_arrow_head_draw(wrt_buf *out, wrt_arrow_head head, wrt_point tip, wrt_point direction,
                         const char *class) {
    double size = hypot(direction.x, direction.y);
    if (head == WRT_ARROW_NONE || size <= 0)
        return;
    double ux = direction.x / size, uy = direction.y / size;
    double back = head == WRT_ARROW_BAR ? 5 : head == WRT_ARROW_VEE ? LENGTH * 0.8 : LENGTH;
    double half = head == WRT_ARROW_BAR ? HALF + 2 : HALF;
    wrt_point base = {tip.x - ux * back, tip.y - uy * back};
    wrt_buf_printf(out, "<path class=\"%s\" d=\"M%.1f %.1fL", class, base.x - uy * half,
                   base.y + ux * half);
    if (head != WRT_ARROW_BAR)
        wrt_buf_printf(out, "%.1f %.1fL", tip.x, tip.y);
    wrt_buf_printf(out, "%.1f %.1f%s\"/>\n", base.x + uy * half, base.y - ux * half,
                   head == WRT_ARROW_FILLED ? "Z" : "");
}

/* A line ends inside its filled head, not at the tip, which would look blunt. */
static wrt_point short_of(wrt_point tip, wrt_point from, wrt_arrow_head head) {
    double way = head == WRT_ARROW_FILLED ? LENGTH - 3 : head == WRT_ARROW_BAR ? 5 : 0;
    return (wrt_point){tip.x, tip.y + (from.y < tip.y ? -way : way)};
}

void wrt_arrow_draw(wrt_buf *out, const wrt_arrow *arrow) {
    const wrt_point *p = arrow->points, first = p[0], last = p[arrow->n - 1];
    wrt_point begin = short_of(first, p[1], arrow->tail);
    wrt_point end = short_of(last, p[arrow->n - 2], arrow->head);
    wrt_buf_printf(out, "<path class=\"%s\" d=\"M%.1f %.1f", arrow->line_class, begin.x, begin.y);
    for (size_t i = 0; i + 1 < arrow->n; i += 2) {
        wrt_point from = i == 0 ? begin : p[i], to = i + 2 == arrow->n ? end : p[i + 1];
        double middle = (from.y + to.y) / 2;
        if (i > 0)
            wrt_buf_printf(out, "L%.1f %.1f", from.x, from.y);
        wrt_buf_printf(out, "C%.1f %.1f %.1f %.1f %.1f %.1f", from.x, middle, to.x, middle, to.x,
                       to.y);
    }
    wrt_buf_add_c(out, "\"/>\n");
    wrt_arrow_head_draw(out, arrow->head, last, (wrt_point){0, p[arrow->n - 2].y < last.y ? 1 : -1},
                        arrow->head_class);
    wrt_arrow_head_draw(out, arrow->tail, first, (wrt_point){0, p[1].y < first.y ? 1 : -1},
                        arrow->head_class);
}
