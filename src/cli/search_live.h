/* search_live.h: warrant pubmed search --source live. */
#ifndef WRT_CLI_SEARCH_LIVE_H
#define WRT_CLI_SEARCH_LIVE_H

#include "cli/cli.h"

/* The question of the first operand to PubMed itself; the same options and the same shape of hits
 * as the local search, without score and snippet. */
wrt_status wrt_cli_search_live(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err);

#endif
