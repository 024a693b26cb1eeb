/* summary.h: what a column holds, in a few numbers. */
#ifndef WRT_EFFECT_DATA_SUMMARY_H
#define WRT_EFFECT_DATA_SUMMARY_H

#include "base/json.h"
#include "effect/data/table.h"

/* Levels that are listed, most frequent first. */
enum { WRT_SUMMARY_LEVELS = 20 };

/* One object a wanted column, in the order of the file: {"column","kind","n","missing"} and, of
 * numbers and dates (days since 1970-01-01), "mean", "sd" (n - 1), "min", "q25", "median", "q75",
 * "max" (quantiles interpolate between order statistics, R's type 7; exact, whatever the size); of
 * nominal columns, "levels" (how many) and "counts": [{"level","n"}], WRT_SUMMARY_LEVELS at most;
 * of booleans, "mean" is the share of true. The caller frees. O(rows log rows) a column, 8 bytes a
 * row beside the table. */
wrt_json *wrt_table_summarise(const wrt_table *table);

#endif
