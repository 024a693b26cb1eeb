/* live_args.h: what the commands that ask PubMed over the network share. */
#ifndef WRT_CLI_LIVE_ARGS_H
#define WRT_CLI_LIVE_ARGS_H

#include "cli/live_gate.h"
#include "pubmed/live/provider.h"
#include "pubmed/live/setup.h"

typedef struct {
    wrt_live_setup *setup;
    wrt_live_work work; /* its arena is freed with the desk */
    wrt_cli_live_gate gate;
} wrt_cli_desk;

/* From the data directory, --offline, --timeout and the environment (setup.h). `tool` is the tool
 * whose rights the command needs: WRT_E_DENIED when policy does not give them, now or before a
 * request. With --offline nothing is sent, and nobody asked. *out must stay where it is. */
wrt_status wrt_cli_desk_open(wrt_cli_desk *out, const wrt_cli_call *call, const char *tool,
                             wrt_err *err);
void wrt_cli_desk_close(wrt_cli_desk *desk);

/* The operands as PMIDs: numbers, or "@FILE" or "-" with one per line; at most `most`. */
wrt_status wrt_cli_pmids(wrt_id_list *out, wrt_arena *arena, const wrt_cli_call *call, size_t most,
                         wrt_err *err);

/* --provider, else ncbi. */
wrt_status wrt_cli_provider(const wrt_pubmed_provider **out, const wrt_cli_call *call,
                            wrt_err *err);

/* --years into the query. */
wrt_status wrt_cli_live_years(wrt_live_query *query, const wrt_cli_call *call, wrt_err *err);

/* WRT_E_INPUT for --store with another provider, whose records hold less, or offline, where an old
 * answer could replace a newer record. */
wrt_status wrt_cli_live_may_store(const wrt_cli_call *call, wrt_err *err);

/* Puts what PubMed answered into the local copy; sets "store" of data. */
wrt_status wrt_cli_live_store(wrt_json *data, const wrt_cli_call *call,
                              const wrt_live_articles *fetched, wrt_err *err);

/* Sets "as_of" and "cached" of what was found, warns of a cached answer's age, and after a failure
 * sets "fault". */
void wrt_cli_set_origin(wrt_json *data, const wrt_cli_desk *desk, const wrt_cli_call *call);
void wrt_cli_set_fault(wrt_json *data, const wrt_cli_desk *desk);

/* PMIDs are texts in JSON. */
wrt_json *wrt_cli_id_json(int64_t id);
wrt_json *wrt_cli_ids_json(wrt_id_list ids);

#endif
