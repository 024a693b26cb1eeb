/* reading.h: a table's file read from its start as often as needed; inside data/ only. */
#ifndef WRT_EFFECT_DATA_READING_H
#define WRT_EFFECT_DATA_READING_H

#include "base/hash.h"
#include "effect/data/table.h"

struct wrt_table {
    char *name;
    wrt_column *columns;
    size_t n_columns, rows;
    char sha256[WRT_SHA256_HEX + 1];
};

/* Where the bytes are: a path, a descriptor that can be repositioned (path NULL, fd >= 0) or
 * memory.
 */
typedef struct {
    const char *path, *name;
    int fd;
    wrt_str bytes;
} wrt_reading_source;

/* scan NULL: *out holds all values; else values go to the scan in pieces and *out holds none. */
wrt_status wrt_reading_run(wrt_table **out, const wrt_reading_source *from,
                           const wrt_table_options *options, const wrt_table_scan *scan,
                           wrt_err *err);

/* The names of the columns alone. */
wrt_status wrt_reading_header(wrt_table **out, const wrt_reading_source *from, wrt_err *err);

#endif
