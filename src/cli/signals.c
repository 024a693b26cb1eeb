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

/* A signal that the parent told us to ignore (nohup, a background job) stays ignored. */
static void install(int number) {
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    struct sigaction before;
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

const wrt_cancel *wrt_cli_cancel(void) {
    static bool is_installed;
    if (!is_installed) {
        install(SIGINT);
        install(SIGTERM);
        is_installed = true;
    }
    return &cancel;
}

int wrt_cli_interrupt_code(void) {
    return 128 + last_signal;
}
