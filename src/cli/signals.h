/* signals.h: a first SIGINT or SIGTERM asks the running work to end, a second one ends the process.
 */
#ifndef WRT_CLI_SIGNALS_H
#define WRT_CLI_SIGNALS_H

#include "base/cancel.h"

/* The flag that the signals raise. The first call installs the handlers; a command that never asks
 * for it is ended by a signal at once. */
const wrt_cancel *wrt_cli_cancel(void);

/* Exit code of a command that was interrupted: 130 (SIGINT) or 143 (SIGTERM). */
int wrt_cli_interrupt_code(void);

#endif
