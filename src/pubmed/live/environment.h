/* environment.h: what the user's environment says of the services, and their limits.
 *
 *   WARRANT_EMAIL        address that NCBI may write to about this program's requests
 *   NCBI_API_KEY         key of an NCBI account: 10 requests a second instead of 3
 *   WARRANT_EUTILS_URL   base addresses, https or loopback, ending in "/"
 *   WARRANT_EPMC_URL
 *   WARRANT_CASSETTE     play:FILE or record:FILE (cassette.h)
 *
 * An empty variable is one that is not set. This is the only place that reads them, for the
 * program's own requests (setup.h) and for those that it makes on behalf of tools. */
#ifndef WRT_PUBMED_LIVE_ENVIRONMENT_H
#define WRT_PUBMED_LIVE_ENVIRONMENT_H

#include "base/err.h"
#include "base/rate.h"

/* Borrowed from the environment; NULL: not set. Nothing is checked here. */
typedef struct {
    const char *email, *api_key;
    const char *ncbi_url, *epmc_url;
} wrt_live_environment;

wrt_live_environment wrt_live_environment_read(void);

/* How often a service may be asked, without the path: NCBI's rule for programs is 3 requests a
 * second, 10 with a key (NBK25497); Europe PMC states no figure, and gets 5. *file is the name,
 * static, of the file in the data directory through which programs share the limit of their network
 * address; that of the key is another. */
wrt_rate_options wrt_live_ncbi_limit(const char **file, const wrt_live_environment *environment);
wrt_rate_options wrt_live_epmc_limit(const char **file);

typedef enum { WRT_LIVE_TAPE_NONE, WRT_LIVE_TAPE_PLAY, WRT_LIVE_TAPE_RECORD } wrt_live_tape;

/* The cassette that is to run, and its path, borrowed. WRT_E_INPUT: the variable is malformed. */
wrt_status wrt_live_environment_tape(wrt_live_tape *out, const char **path, wrt_err *err);

#endif
