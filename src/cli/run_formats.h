/* run_formats.h: what `run export --format` can write beside a bundle. */
#ifndef WRT_CLI_RUN_FORMATS_H
#define WRT_CLI_RUN_FORMATS_H

#include "cli/cli.h"
#include "ledger/ledger.h"

#define WRT_CLI_RUN_FORMATS "bundle, prov, ro-crate, trapi, ris, bibtex, csl or otel"

/* True when the call names a format that is one document; WRT_E_INPUT for an unknown name. */
wrt_status wrt_cli_run_is_document(bool *out, const wrt_cli_call *call, wrt_err *err);

/* Writes the run as that document to -o FILE or to standard output. A sealed run that does not pass
 * levels 1 and 2 of an audit is WRT_E_INTEGRITY; of an open one a warning says that it is open. */
wrt_status wrt_cli_run_document(wrt_cli_result *result, const wrt_cli_call *call,
                                wrt_ledger *ledger, const char *run, wrt_err *err);

#endif
