/* scm_args.h: what the commands about structural causal models share: options to arguments
 * (src/scm/ask), the model's file, the language model behind it. */
#ifndef WRT_CLI_SCM_ARGS_H
#define WRT_CLI_SCM_ARGS_H

#include "cli/cli.h"
#include "llm/llm.h"
#include "scm/ask/source.h"

/* Rows of option tables. */
#define WRT_CLI_SCM_FILE                                                                           \
    { "scm", 0, "FILE", "the model: *.scm.json, BIF or the SD-SCM authors' JSON" }
#define WRT_CLI_SCM_WORDING                                                                        \
    {"phrasing", 0, "P", "an index, [indices], {\"variable\": index} or seed"},                    \
        {"rule", 0, "RULE", "sum, sum_value, mean, bytes, pmi or reference, not the model's own"}, \
        {"temperature", 0, "T", "of the scores, not the model's own"}, {                           \
        "no-cache", 0, NULL, "neither read nor write scores.db"                                    \
    }
#define WRT_CLI_SCM_SAMPLING                                                                       \
    {"method", 0, "M", "auto (default), exact or sample"}, {                                       \
        "units", 'n', "N", "units to sample; by default as many as the cost allows"                \
    }
#define WRT_CLI_SCM_DO                                                                             \
    {                                                                                              \
        "do", 0, "SET",                                                                            \
            "NAME=VALUE[,...] or JSON {variable: value | {value: p} | {\"uniform\": true}}"        \
    }
#define WRT_CLI_SCM_GIVEN                                                                          \
    { "given", 0, "SEEN", "NAME=VALUE[,...] or JSON {variable: value}" }

/* NAME=VALUE[,NAME=VALUE...], or JSON, as {name: value}; `option` is named in errors. The caller
 * frees *out. */
wrt_status wrt_cli_read_pairs(wrt_json **out, const char *option, const char *text, wrt_err *err);

/* A model made ready for one command. */
typedef struct {
    wrt_json *args, *notes;
    wrt_scm_request request;
    wrt_scm *scm;
    wrt_llm *llm;
    wrt_scm_source source;
} wrt_cli_scm;

/* Reads --scm or the operand, and the options into arguments. */
wrt_status wrt_cli_scm_load(wrt_cli_scm *out, const wrt_cli_call *call, wrt_err *err);
/* Then opens the language model where a mechanism needs one, asks the policy whether the model's
 * texts may go to it, and opens the source. */
wrt_status wrt_cli_scm_open(wrt_cli_scm *out, const wrt_cli_call *call, wrt_err *err);
void wrt_cli_scm_close(wrt_cli_scm *scm);

/* The data as lines for people, to the result; nothing with --json. */
void wrt_cli_scm_print(FILE *out, const wrt_cli_call *call, const wrt_json *data);

#endif
