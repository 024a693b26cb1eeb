/* sites.h: the places of the network that the program knows: where they are, how often they may be
 * asked, and what the user's environment adds to a request. */
#ifndef WRT_CLI_SITES_H
#define WRT_CLI_SITES_H

#include "agent/host/egress.h"
#include "cli/cli.h"

enum { WRT_CLI_SITES = 2 };

typedef struct {
    wrt_egress_site site[WRT_CLI_SITES];
    char *rate_path[WRT_CLI_SITES]; /* shared by all programs of this data directory */
} wrt_cli_sites;

/* NCBI's E-utilities (NCBI_API_KEY, WARRANT_EMAIL; 3 requests a second, 10 with a key) and Europe
 * PMC. WARRANT_EUTILS_URL and WARRANT_EPMC_URL name other bases, as pubmed/live/environment.h says,
 * and the files that hold the rates are the same. Texts are borrowed from the environment and from
 * *out. */
void wrt_cli_sites_open(wrt_cli_sites *out, const wrt_cli_globals *globals);
void wrt_cli_sites_close(wrt_cli_sites *sites);

/* WARRANT_CASSETTE=play:FILE: the exchanges of a cassette (pubmed/live/cassette.h) in place of the
 * network; with record:FILE tools use the network, since a run records theirs itself. WRT_E_INPUT:
 * a malformed variable or file. */
wrt_status wrt_cli_carrier_open(wrt_egress_carrier *out, wrt_err *err);

#endif
