/* cell.h: what the text of one cell says.
 *
 * A number is a strict decimal (see wrt_str_to_double). Whole numbers beyond 2^53 - 1 are texts: a
 * double would alter them, and they are names of things, not quantities. A date is YYYY-MM-DD (ISO
 * 8601, the calendar checked). A truth value is true or false in lower, upper or capitalised form.
 */
#ifndef WRT_EFFECT_DATA_CELL_H
#define WRT_EFFECT_DATA_CELL_H

#include "base/str.h"

typedef enum {
    WRT_CELL_TEXT,
    WRT_CELL_INTEGER,
    WRT_CELL_REAL,
    WRT_CELL_DATE,   /* value: days since 1970-01-01 */
    WRT_CELL_BOOLEAN /* value: 0 or 1 */
} wrt_cell_kind;

/* The kind of a trimmed, not missing cell; *value is set unless it is a text. */
wrt_cell_kind wrt_cell_read(double *value, wrt_str cell);

#endif
