/* sites.c: what the environment says about the services of the literature. */
#include "cli/sites.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

/* NCBI's rule for programs: 3 requests a second, 10 with a key (NBK25497). Europe PMC states no
 * figure: the same as without a key. */
enum { ASKED_A_SECOND = 3, ASKED_WITH_KEY = 10, WINDOW_MS = 1000 };

static const char *environment(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* The file is shared only where there is a data directory to put it. */
static char *shared_path(const wrt_cli_globals *globals) {
    char *home = wrt_cli_home(globals), *path = NULL;
    if (wrt_file_exists(home))
        path = wrt_path_join(home, "ncbi.rate");
    free(home);
    return path;
}

void wrt_cli_sites_open(wrt_cli_sites *out, const wrt_cli_globals *globals) {
    const char *key = environment("NCBI_API_KEY");
    *out = (wrt_cli_sites){.rate_path = shared_path(globals)};
    out->site[0] = (wrt_egress_site){
        .prefix = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
        .mirror = environment("WARRANT_NCBI_URL"),
        .parameters = {{"email", environment("WARRANT_EMAIL"), true}, {"api_key", key, true}},
        .rate = {.n = key != NULL ? ASKED_WITH_KEY : ASKED_A_SECOND,
                 .window_ms = WINDOW_MS,
                 .path = out->rate_path}};
    out->site[1] = (wrt_egress_site){.prefix = "https://www.ebi.ac.uk/europepmc/webservices/rest/",
                                     .mirror = environment("WARRANT_EPMC_URL"),
                                     .rate = {.n = ASKED_A_SECOND, .window_ms = WINDOW_MS}};
}

void wrt_cli_sites_close(wrt_cli_sites *sites) {
    free(sites->rate_path);
    *sites = (wrt_cli_sites){0};
}
