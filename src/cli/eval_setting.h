/* eval_setting.h: what the rows of an evaluation depend on besides its suite, data and model. */
#ifndef WRT_CLI_EVAL_SETTING_H
#define WRT_CLI_EVAL_SETTING_H

#include "agent/eval/eval.h"
#include "cli/cli.h"

/* {"policy":{"name","sha256"},"timeout_ms","kg_snapshot"?,"protocols"?,"plugins"?}: the sum of the
 * rules in force; the snapshot of kg, when it is given; for suites over the whole program the sum
 * of the protocols (canonical JSON of all of them) and the plugins as in run.start. The caller
 * frees. */
wrt_status wrt_cli_eval_setting(wrt_json **out, const wrt_cli_call *call, const wrt_kg *kg,
                                bool of_program, wrt_err *err);

#endif
