/* log.c: lines for people on stderr.
 *
 * Each line is built whole, made printable and written with one call, so that lines of several
 * threads do not mix. A progress line on the terminal is erased before a log line is written. */
#include "base/log.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048, PROGRESS_BYTES = 79 };

static _Atomic int threshold = WRT_LOG_INFO;
static atomic_bool is_progress_enabled = true;
static atomic_bool is_progress_drawn = false;

static const char *const PREFIXES[] = {
    [WRT_LOG_ERROR] = "warrant: error: ",
    [WRT_LOG_WARN] = "warrant: warning: ",
    [WRT_LOG_INFO] = "warrant: ",
    [WRT_LOG_DEBUG] = "warrant: debug: ",
};

void wrt_log_set_level(wrt_log_level level) {
    atomic_store(&threshold, (int)level);
}

/* Cuts text at cap bytes, never inside a character, and makes it printable. */
static void tidy_line(char *text, size_t cap) {
    size_t len = strlen(text);
    if (len > cap) {
        size_t whole = wrt_utf8_valid_prefix((wrt_str){text, cap});
        len = cap - whole < 4 ? whole : cap;
    }
    text[len] = '\0';
    wrt_utf8_make_printable(text, len);
}

void wrt_log(wrt_log_level level, const char *format, ...) {
    if ((int)level > atomic_load(&threshold)) {
        return;
    }
    char text[LINE_MAX_BYTES + 4] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tidy_line(text, LINE_MAX_BYTES);
    wrt_progress_end();
    (void)fprintf(stderr, "%s%s\n", PREFIXES[level], text);
}

void wrt_progress_enable(bool enabled) {
    atomic_store(&is_progress_enabled, enabled);
}

static bool can_draw(void) {
    const char *term = getenv("TERM");
    return atomic_load(&is_progress_enabled) && isatty(STDERR_FILENO) && term != NULL &&
           strcmp(term, "dumb") != 0;
}

void wrt_progress(const char *format, ...) {
    if (!can_draw()) {
        return;
    }
    char text[LINE_MAX_BYTES] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tidy_line(text, PROGRESS_BYTES);
    (void)fprintf(stderr, "\r\033[K%s", text);
    (void)fflush(stderr);
    atomic_store(&is_progress_drawn, true);
}

void wrt_progress_end(void) {
    if (atomic_exchange(&is_progress_drawn, false)) {
        (void)fputs("\r\033[K", stderr);
        (void)fflush(stderr);
    }
}
