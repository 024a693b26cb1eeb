/* log.h: lines for people on stderr. Results never go through here. */
#ifndef WRT_BASE_LOG_H
#define WRT_BASE_LOG_H

#include <stdbool.h>

typedef enum { WRT_LOG_ERROR, WRT_LOG_WARN, WRT_LOG_INFO, WRT_LOG_DEBUG } wrt_log_level;

/* Process-wide threshold; the default shows INFO and more severe. Set once at start-up. */
void wrt_log_set_level(wrt_log_level level);

/* One line to stderr, "warrant: warning: ..." with control characters replaced by '?'. */
void wrt_log(wrt_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A transient status line, drawn only when stderr is a terminal, TERM is not "dumb" and progress
 * was not switched off; wrt_progress_end erases it. */
void wrt_progress_enable(bool enabled);
void wrt_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void wrt_progress_end(void);

#endif
