/* log.c: keeps the library quiet and remembers its last error line for our own message. */
#include "llm/llama/internal.h"

#include <string.h>

static _Thread_local char last_line[200];

/* Lines that hold a path are not kept: messages name files without folders. */
static void keep_line(enum ggml_log_level level, const char *text, void *ctx) {
    (void)ctx;
    size_t len = strcspn(text, "\r\n");
    if (level != GGML_LOG_LEVEL_ERROR || len == 0 || memchr(text, '/', len) != NULL)
        return;
    if (strncmp(text, "llama_model_load", 16) == 0 && last_line[0] != '\0')
        return; /* "failed to load model" after the line that says why */
    len = len < sizeof last_line ? len : sizeof last_line - 1;
    memcpy(last_line, text, len);
    last_line[len] = '\0';
}

void wrt_llama_log_install(void) {
    llama_log_set(keep_line, NULL);
}

void wrt_llama_log_clear(void) {
    last_line[0] = '\0';
}

const char *wrt_llama_log_last(void) {
    return last_line;
}
