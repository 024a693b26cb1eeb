/* kgx.h: reading one KGX TSV file line by line.
 *
 * The first line names the columns. A row may have fewer cells than the header (the missing ones
 * are absent) but not more. Cells hold no quotes and no escapes: what stands between two tabs is
 * the value. Every error names the file's last component and the line. */
#ifndef WRT_KG_KGX_H
#define WRT_KG_KGX_H

#include "base/err.h"
#include "base/str.h"

enum { WRT_KGX_LINE_MAX = 4 << 20, WRT_KGX_COLUMNS_MAX = 1024 };

typedef struct wrt_kgx wrt_kgx;

/* Opens a file and reads its header. Git-LFS pointers, gzip data and JSON are recognised and the
 * message says what to do. */
wrt_status wrt_kgx_open(wrt_kgx **out, const char *path, wrt_err *err);
/* The same over bytes that outlive the reader; name stands for the file in messages. */
wrt_status wrt_kgx_open_text(wrt_kgx **out, wrt_str text, const char *name, wrt_err *err);
void wrt_kgx_close(wrt_kgx *file); /* accepts NULL */

size_t wrt_kgx_columns(const wrt_kgx *file);
wrt_str wrt_kgx_column(const wrt_kgx *file, size_t index); /* header text, borrowed */

/* Next row that is not blank; *row is false at the end. Cells are valid UTF-8 without U+0000. */
wrt_status wrt_kgx_next(bool *row, wrt_kgx *file, wrt_err *err);
wrt_str wrt_kgx_cell(const wrt_kgx *file, size_t index); /* trimmed; "" when absent; borrowed */
size_t wrt_kgx_line(const wrt_kgx *file);                /* of the current row, from 1 */
const char *wrt_kgx_name(const wrt_kgx *file);           /* last path component */

#endif
