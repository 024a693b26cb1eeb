/* estimate_pictures.h: --svg, --svg-balance and --svg-overlap of "warrant estimate". */
#ifndef WRT_CLI_ESTIMATE_PICTURES_H
#define WRT_CLI_ESTIMATE_PICTURES_H

#include "cli/cli.h"
#include "effect/answer.h"

/* WRT_E_INPUT when there is nothing of that kind to draw. With an event, --svg draws the curves of
 * both arms. */
wrt_status wrt_cli_estimate_pictures(const wrt_effect_answer *answer, const wrt_cli_call *call,
                                     wrt_err *err);

#endif
