/* environment.c: the variables of the environment, read in one place. */
#include "pubmed/live/environment.h"

#include <stdlib.h>
#include <string.h>

enum { NCBI_RATE = 3, NCBI_KEY_RATE = 10, EPMC_RATE = 5, WINDOW_MS = 1000 };

static const char *value_of(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

wrt_live_environment wrt_live_environment_read(void) {
    return (wrt_live_environment){.email = value_of("WARRANT_EMAIL"),
                                  .api_key = value_of("NCBI_API_KEY"),
                                  .ncbi_url = value_of("WARRANT_EUTILS_URL"),
                                  .epmc_url = value_of("WARRANT_EPMC_URL")};
}

wrt_rate_options wrt_live_ncbi_limit(const char **file, const wrt_live_environment *environment) {
    bool has_key = environment->api_key != NULL;
    *file = has_key ? "pubmed-rate-key" : "pubmed-rate";
    return (wrt_rate_options){.n = has_key ? NCBI_KEY_RATE : NCBI_RATE, .window_ms = WINDOW_MS};
}

wrt_rate_options wrt_live_epmc_limit(const char **file) {
    *file = "europepmc-rate";
    return (wrt_rate_options){.n = EPMC_RATE, .window_ms = WINDOW_MS};
}

wrt_status wrt_live_environment_tape(wrt_live_tape *out, const char **path, wrt_err *err) {
    static const char play[] = "play:", record[] = "record:";
    const char *tape = value_of("WARRANT_CASSETTE");
    *out = WRT_LIVE_TAPE_NONE;
    *path = NULL;
    if (tape == NULL)
        return WRT_OK;
    if (strncmp(tape, play, sizeof play - 1) == 0) {
        *out = WRT_LIVE_TAPE_PLAY;
        *path = tape + sizeof play - 1;
    } else if (strncmp(tape, record, sizeof record - 1) == 0) {
        *out = WRT_LIVE_TAPE_RECORD;
        *path = tape + sizeof record - 1;
    } else {
        return wrt_fail(err, WRT_E_INPUT, "WARRANT_CASSETTE must be play:FILE or record:FILE");
    }
    return WRT_OK;
}
