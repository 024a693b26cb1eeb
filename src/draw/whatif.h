/* whatif.h: a what-if as a picture: for each value of the outcome two bars, as it was and as it
 * would have been, the latter with its bounds over every coupling. The label of model-implied
 * answers is in the title, the description and the picture. */
#ifndef WRT_DRAW_WHATIF_H
#define WRT_DRAW_WHATIF_H

#include "base/json.h"
#include "draw/plot.h"

enum { WRT_WHATIF_VALUES_MAX = 60 }; /* that are drawn; the table holds all */

/* data: the data of `scm_whatif` (CONTRACTS.md). caption: id NULL gives "whatif"; the title is made
 * from the data. Appends one <svg> element. */
void wrt_whatif_svg(wrt_buf *out, const wrt_json *data, wrt_plot_caption caption);
/* The same numbers as an HTML table. */
void wrt_whatif_table(wrt_buf *out, const wrt_json *data);

#endif
