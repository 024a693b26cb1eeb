/* arrow.h: lines of graphs through the places that a layout gave them, and what stands at their
 * ends. No <marker>: a picture needs no ids, so that several stand in one page. */
#ifndef WRT_DRAW_ARROW_H
#define WRT_DRAW_ARROW_H

#include "base/buf.h"

typedef enum {
    WRT_ARROW_NONE,
    WRT_ARROW_FILLED, /* a triangle */
    WRT_ARROW_VEE,    /* an open angle */
    WRT_ARROW_BAR     /* across the line: holds back */
} wrt_arrow_head;

typedef struct {
    double x, y;
} wrt_point;

/* A line from the first point to the last. Between points 2k and 2k+1 it bends, vertical at both
 * ends; between 2k+1 and 2k+2 it is straight (past a bend of the layout). */
typedef struct {
    const wrt_point *points;
    size_t n; /* even, at least 2 */
    wrt_arrow_head head, tail;
    const char *line_class, *head_class; /* of <path> */
} wrt_arrow;

void wrt_arrow_draw(wrt_buf *out, const wrt_arrow *arrow);

/* One head whose tip is at `tip`, pointing along (dx, dy), of any length above 0. */
void wrt_arrow_head_draw(wrt_buf *out, wrt_arrow_head head, wrt_point tip, wrt_point direction,
                         const char *class);

#endif
