/* timeline.h: who worked when in a run: a lane each for model, tools, network, policy, people and
 * the program itself; a bar from start to end of each piece of work. */
#ifndef WRT_DRAW_TIMELINE_H
#define WRT_DRAW_TIMELINE_H

#include "draw/plot.h"

#include <stddef.h>

enum { WRT_TIMELINE_SPANS_MAX = 2000 };

typedef enum {
    WRT_LANE_MODEL,
    WRT_LANE_TOOL,
    WRT_LANE_NETWORK,
    WRT_LANE_POLICY,
    WRT_LANE_PERSON,
    WRT_LANE_PROGRAM,
    WRT_N_LANES
} wrt_lane;

typedef struct {
    wrt_lane lane;
    double start_s, end_s; /* seconds since the start of the run, finite, start <= end */
    const char *label;     /* "kg_paths (paths)" */
} wrt_span;

typedef struct {
    wrt_plot_caption caption; /* title NULL: "Who worked when" */
    const wrt_span *spans;    /* by start; beyond TIMELINE_SPANS_MAX they are not drawn */
    size_t n;
} wrt_timeline;

const char *wrt_lane_name(wrt_lane lane); /* "model", "tool", ... */
void wrt_timeline_svg(wrt_buf *out, const wrt_timeline *timeline);

#endif
