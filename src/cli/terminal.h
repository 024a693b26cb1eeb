/* terminal.h: what the place that a result is written to can show. */
#ifndef WRT_CLI_TERMINAL_H
#define WRT_CLI_TERMINAL_H

#include "base/buf.h"
#include "base/err.h"

#include <stdio.h>

/* Columns of the terminal that out writes to ($COLUMNS, else what the terminal says), 40 to 1000; 0
 * when out is no terminal: lines are then as long as they are. */
size_t wrt_terminal_width(FILE *out);

/* True when colours may be used: a terminal, not TERM=dumb, and NO_COLOR (no-color.org) is unset or
 * empty. */
bool wrt_terminal_has_colour(FILE *out);

/* Columns that UTF-8 text takes; scripts beyond U+1000 take two each. */
size_t wrt_terminal_columns(wrt_str text);

/* The longest beginning of text that takes at most `columns`, in bytes. */
size_t wrt_terminal_fit(wrt_str text, size_t columns);

/* The next line of standard input, without its end and cut to cap - 1 bytes; "" at the end of the
 * input. WRT_E_INTERRUPTED when a signal asks the program to end meanwhile (signals.h): a read
 * alone would begin again behind the signal, as if the person had not pressed Ctrl-C. */
wrt_status wrt_terminal_read_line(char *line, size_t cap, wrt_err *err);

#endif
