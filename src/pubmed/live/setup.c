/* setup.c: from the environment to one wrt_live. */
#include "pubmed/live/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/log.h"
#include "pubmed/live/cassette.h"
#include "pubmed/live/sender.h"

/* Requests per second: NCBI without and with a key; Europe PMC states none, others say 10. */
enum { NCBI_RATE = 3, NCBI_KEY_RATE = 10, EPMC_RATE = 5, WINDOW_MS = 1000 };

struct wrt_live_setup {
    wrt_rate *ncbi, *epmc;
    wrt_live_sender *sender;
    wrt_live_cassette *cassette;
    wrt_live_cache *cache;
    wrt_live *live;
    wrt_live_gate_fn gate;
    void *gate_ctx;
    wrt_live_transport behind; /* the gate */
};

static const char *value_of(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

/* A folder that cannot be written leaves the limit to this program alone, and says so. */
static wrt_status make_rate(wrt_rate **out, const char *home, const char *name, int n,
                            wrt_err *err) {
    char *path = home != NULL ? wrt_path_join(home, name) : NULL;
    wrt_rate_options options = {.n = n, .window_ms = WINDOW_MS, .path = path};
    wrt_err own = {0};
    wrt_status status = wrt_rate_new(out, &options, &own);
    if (status == WRT_E_FAILED && path != NULL) {
        wrt_log(WRT_LOG_WARN, "the rate limit is not shared with other programs: %s", own.message);
        options.path = NULL;
        status = wrt_rate_new(out, &options, &own);
    }
    if (status != WRT_OK && err != NULL)
        *err = own;
    free(path);
    return status;
}

static wrt_status make_sender(wrt_live_setup *setup, const char *home, wrt_err *err) {
    const char *key = value_of("NCBI_API_KEY");
    wrt_status status =
        make_rate(&setup->ncbi, home, key != NULL ? "pubmed-rate-key" : "pubmed-rate",
                  key != NULL ? NCBI_KEY_RATE : NCBI_RATE, err);
    if (status == WRT_OK)
        status = make_rate(&setup->epmc, home, "europepmc-rate", EPMC_RATE, err);
    if (status != WRT_OK)
        return status;
    wrt_live_sender_options options = {.email = value_of("WARRANT_EMAIL"),
                                       .api_key = key,
                                       .ncbi_rate = setup->ncbi,
                                       .other_rate = setup->epmc};
    return wrt_live_sender_new(&setup->sender, &options, err);
}

/* Where requests go: a cassette that is played, the network, or the network through a recorder. */
static wrt_status make_transport(wrt_live_transport *out, wrt_live_setup *setup,
                                 const wrt_live_setup_options *options, wrt_err *err) {
    static const char play[] = "play:", record[] = "record:";
    const char *tape = value_of("WARRANT_CASSETTE");
    *out = (wrt_live_transport){0};
    if (tape != NULL && strncmp(tape, play, sizeof play - 1) == 0) {
        wrt_status status = wrt_live_cassette_play(&setup->cassette, tape + sizeof play - 1, err);
        if (status == WRT_OK)
            *out = wrt_live_cassette_transport(setup->cassette);
        return status;
    }
    bool is_record = tape != NULL && strncmp(tape, record, sizeof record - 1) == 0;
    if (tape != NULL && !is_record)
        return wrt_fail(err, WRT_E_INPUT, "WARRANT_CASSETTE must be play:FILE or record:FILE");
    if (options->is_offline)
        return WRT_OK;
    wrt_status status = make_sender(setup, options->home, err);
    if (status != WRT_OK)
        return status;
    *out = wrt_live_sender_transport(setup->sender);
    if (is_record) {
        status = wrt_live_cassette_record(&setup->cassette, tape + sizeof record - 1, *out, err);
        if (status == WRT_OK)
            *out = wrt_live_cassette_transport(setup->cassette);
    }
    return status;
}

static wrt_status send_gated(wrt_live_answer *out, const wrt_live_request *request, void *ctx,
                             wrt_err *err) {
    wrt_live_setup *setup = ctx;
    *out = (wrt_live_answer){.retry_after_ms = -1};
    wrt_status status = setup->gate(request, setup->gate_ctx, err);
    if (status != WRT_OK)
        return status;
    return setup->behind.send(out, request, setup->behind.ctx, err);
}

/* Puts the gate before what sends. */
static wrt_live_transport gated(wrt_live_setup *setup, const wrt_live_setup_options *options,
                                wrt_live_transport transport) {
    if (options->gate == NULL || transport.send == NULL)
        return transport;
    setup->gate = options->gate;
    setup->gate_ctx = options->gate_ctx;
    setup->behind = transport;
    return (wrt_live_transport){send_gated, setup};
}

/* While a cassette runs, every question must reach it. */
static void open_cache(wrt_live_setup *setup, const char *home) {
    wrt_err err = {0};
    if (home == NULL || setup->cassette != NULL)
        return;
    char *path = wrt_path_join(home, "pubmed-cache.db");
    if (wrt_live_cache_open(&setup->cache, path, NULL, &err) != WRT_OK)
        wrt_log(WRT_LOG_WARN, "answers are not cached: %s", err.message);
    free(path);
}

wrt_status wrt_live_setup_new(wrt_live_setup **out, const wrt_live_setup_options *options,
                              wrt_err *err) {
    wrt_live_setup *setup = wrt_calloc(1, sizeof *setup);
    wrt_live_transport transport;
    wrt_status status = WRT_OK;
    *out = NULL;
    if (options->home != NULL)
        status = wrt_dir_make(options->home, 0700, err);
    if (status == WRT_OK)
        status = make_transport(&transport, setup, options, err);
    if (status == WRT_OK) {
        open_cache(setup, options->home);
        wrt_live_options live = {
            .transport = gated(setup, options, transport),
            .cache = setup->cache,
            .cancel = options->cancel,
            .timeout_ms = options->timeout_ms,
            .ncbi_url = value_of("WARRANT_EUTILS_URL"),
            .epmc_url = value_of("WARRANT_EPMC_URL"),
        };
        status = wrt_live_new(&setup->live, &live, err);
    }
    if (status != WRT_OK) {
        wrt_live_setup_free(setup);
        return status;
    }
    *out = setup;
    return WRT_OK;
}

void wrt_live_setup_free(wrt_live_setup *setup) {
    if (setup == NULL)
        return;
    wrt_live_free(setup->live);
    wrt_live_cache_close(setup->cache);
    wrt_live_cassette_free(setup->cassette);
    wrt_live_sender_free(setup->sender);
    wrt_rate_free(setup->ncbi);
    wrt_rate_free(setup->epmc);
    free(setup);
}

wrt_live *wrt_live_setup_live(wrt_live_setup *setup) {
    return setup->live;
}
