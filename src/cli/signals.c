/* signals.c: see signals.h. */
#include "cli/signals.h"

#include <signal.h>

static wrt_cancel cancel;
static volatile sig_atomic_t last_signal = SIGINT;

/* SA_RESETHAND: the second signal finds the default action. */
static void on_signal(int number) {
    last_signal = number;
    wrt_cancel_request(&cancel);
}

const wrt_cancel *wrt_cli_cancel(void) {
    static bool is_installed;
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    if (!is_installed) {
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        is_installed = true;
    }
    return &cancel;
}

int wrt_cli_interrupt_code(void) {
    return 128 + last_signal;
}
