/* csv.h: the records of a delimited text, one at a time: strict RFC 4180, comma or tab.
 *
 * A field is quoted with '"' when it holds the separator, a quote (doubled) or a line break;
 * anything behind a closing quote but a separator or the end of the line is an error. Text must be
 * UTF-8 without NUL; a byte order mark is skipped; CR LF and LF end a record, a lone CR is an
 * error. Memory is one record, capped, whatever the file's size. */
#ifndef WRT_EFFECT_DATA_CSV_H
#define WRT_EFFECT_DATA_CSV_H

#include "base/input.h"

typedef struct wrt_csv wrt_csv;

/* Bytes and fields of one record. */
enum { WRT_CSV_RECORD_MAX = 1 << 24, WRT_CSV_FIELDS_MAX = 4096 };

/* Reads from `input`, which stays the caller's and must outlive the reader. separator: ',', ';' or
 * '\t'. */
wrt_csv *wrt_csv_new(wrt_input *input, char separator);
void wrt_csv_free(wrt_csv *csv); /* accepts NULL */

/* The next record; *got is false at the end. WRT_E_INPUT names file and line; WRT_E_LIMIT a record
 * beyond the caps. Fields are borrowed until the next call, unescaped, not terminated. */
wrt_status wrt_csv_next(bool *got, wrt_csv *csv, wrt_err *err);
size_t wrt_csv_count(const wrt_csv *csv); /* fields of the record, at least 1 */
wrt_str wrt_csv_field(const wrt_csv *csv, size_t index);
size_t wrt_csv_line(const wrt_csv *csv); /* the line that the record begins on, from 1 */

#endif
