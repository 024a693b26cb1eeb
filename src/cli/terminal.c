/* terminal.c: see terminal.h. */
#include "cli/terminal.h"

#include "cli/signals.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LEAST = 40, USUAL = 80, MOST = 1000, FIRST_WIDE_LEAD = 0xe1, LOOK_MS = 200 };

static bool is_terminal(FILE *out) {
    int file = fileno(out); /* -1 for a result that is gathered in memory */
    return file >= 0 && isatty(file) == 1;
}

size_t wrt_terminal_width(FILE *out) {
    struct winsize size;
    int64_t columns = 0;
    if (!is_terminal(out))
        return 0;
    if (!wrt_str_to_int64(&columns, wrt_str_of(getenv("COLUMNS"))) || columns <= 0)
        columns =
            ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL;
    return (size_t)(columns < LEAST ? LEAST : columns > MOST ? MOST : columns);
}

bool wrt_terminal_has_colour(FILE *out) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return is_terminal(out) && (no == NULL || *no == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

size_t wrt_terminal_fit(wrt_str text, size_t columns) {
    size_t at = 0, used = 0;
    while (at < text.len) {
        size_t next = at + 1, wide = (unsigned char)text.ptr[at] >= FIRST_WIDE_LEAD ? 2 : 1;
        while (next < text.len && ((unsigned char)text.ptr[next] & 0xc0) == 0x80)
            next++;
        if (used + wide > columns)
            break;
        used += wide;
        at = next;
    }
    return at;
}

size_t wrt_terminal_columns(wrt_str text) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        n += (byte & 0xc0) == 0x80 ? 0 : byte >= FIRST_WIDE_LEAD ? 2 : 1;
    }
    return n;
}

static wrt_status await_input(wrt_err *err) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = 0;
    while (ready <= 0) { /* a signal ends a poll, too */
        if (wrt_cancel_requested(wrt_cli_cancel()))
            return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
        ready = poll(&input, 1, LOOK_MS);
    }
    return WRT_OK;
}

wrt_status wrt_terminal_read_line(char *line, size_t cap, wrt_err *err) {
    line[0] = '\0';
    wrt_status status = await_input(err);
    if (status != WRT_OK)
        return status;
    if (fgets(line, (int)cap, stdin) == NULL)
        line[0] = '\0';
    for (int c = 0; line[0] != '\0' && strchr(line, '\n') == NULL && c != '\n' && c != EOF;)
        c = getc(stdin); /* the rest of a line that is too long answers no other question */
    line[strcspn(line, "\r\n")] = '\0';
    return WRT_OK;
}
