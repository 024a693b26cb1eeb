/* err.c: filling of wrt_err.
 *
 * A message is formatted into a buffer of its own before it is copied, so that the arguments may
 * point into the wrt_err that is being written. What is stored is always one line of well-formed
 * UTF-8: hostile bytes inside an argument cannot start a new line, move a cursor or make the
 * message unfit for JSON. */
#include "base/err.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stores text in err->message, cut at the cap without splitting a character. */
static void store_message(wrt_err *err, char *text) {
    size_t len = strlen(text);
    if (len >= sizeof err->message) {
        len = sizeof err->message - 1;
        size_t whole = wrt_utf8_valid_prefix((wrt_str){text, len});
        if (len - whole < 4) {
            len = whole;
        }
    }
    wrt_utf8_make_printable(text, len);
    memcpy(err->message, text, len);
    err->message[len] = '\0';
}

wrt_status wrt_fail(wrt_err *err, wrt_status code, const char *format, ...) {
    if (err == NULL) {
        return code;
    }
    char text[WRT_ERR_MESSAGE_MAX + 4] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err->code = code;
    store_message(err, text);
    return code;
}

wrt_status wrt_err_prefix(wrt_err *err, const char *format, ...) {
    if (err == NULL || err->code == WRT_OK) {
        return WRT_OK;
    }
    char prefix[WRT_ERR_MESSAGE_MAX] = "";
    va_list args;
    va_start(args, format);
    (void)vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    char text[2 * WRT_ERR_MESSAGE_MAX + 4];
    (void)snprintf(text, sizeof text, "%s: %s", prefix, err->message);
    store_message(err, text);
    return err->code;
}

typedef struct {
    const char *name;
    wrt_status status;
    int exit_code;
    int is_retryable;
} status_row;

static const status_row STATUSES[] = {
    {"ok", WRT_OK, 0, 0},
    {"failed", WRT_E_FAILED, 1, 0},
    {"input", WRT_E_INPUT, 2, 0},
    {"limit", WRT_E_LIMIT, 2, 0},
    {"unsupported", WRT_E_UNSUPPORTED, 2, 0},
    {"not_found", WRT_E_NOT_FOUND, 3, 0},
    {"credential", WRT_E_CREDENTIAL, 4, 0},
    {"denied", WRT_E_DENIED, 5, 0},
    {"integrity", WRT_E_INTEGRITY, 6, 0},
    {"unavailable", WRT_E_UNAVAILABLE, 7, 1},
    {"timeout", WRT_E_TIMEOUT, 8, 1},
    {"interrupted", WRT_E_INTERRUPTED, 130, 0},
};

/* An unknown status reads as a plain failure. */
static const status_row *find_status(wrt_status status) {
    for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++) {
        if (STATUSES[i].status == status) {
            return &STATUSES[i];
        }
    }
    return &STATUSES[1];
}

const char *wrt_status_name(wrt_status status) {
    return find_status(status)->name;
}

bool wrt_status_of_name(wrt_status *out, const char *name) {
    for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++) {
        if (strcmp(STATUSES[i].name, name) == 0) {
            *out = STATUSES[i].status;
            return true;
        }
    }
    return false;
}

int wrt_status_exit_code(wrt_status status) {
    return find_status(status)->exit_code;
}

int wrt_status_is_retryable(wrt_status status) {
    return find_status(status)->is_retryable;
}

_Noreturn void wrt_out_of_memory(void) {
    (void)fputs("warrant: error: out of memory\n", stderr);
    abort();
}
