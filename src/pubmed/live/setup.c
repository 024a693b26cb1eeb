/* setup.c: from the environment to one wrt_live. */
#include "pubmed/live/setup.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/log.h"
#include "pubmed/live/cassette.h"
#include "pubmed/live/environment.h"
#include "pubmed/live/sender.h"

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

/* A folder that cannot be written leaves the limit to this program alone, and says so. */
static wrt_status make_rate(wrt_rate **out, const char *home, const char *name,
                            wrt_rate_options options, wrt_err *err) {
    char *path = home != NULL ? wrt_path_join(home, name) : NULL;
    options.path = path;
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
    const char *ncbi_file, *epmc_file;
    wrt_live_environment environment = wrt_live_environment_read();
    wrt_rate_options ncbi = wrt_live_ncbi_limit(&ncbi_file, &environment);
    wrt_rate_options epmc = wrt_live_epmc_limit(&epmc_file);
    wrt_status status = make_rate(&setup->ncbi, home, ncbi_file, ncbi, err);
    if (status == WRT_OK)
        status = make_rate(&setup->epmc, home, epmc_file, epmc, err);
    if (status != WRT_OK)
        return status;
    wrt_live_sender_options options = {.email = environment.email,
                                       .api_key = environment.api_key,
                                       .ncbi_rate = setup->ncbi,
                                       .other_rate = setup->epmc};
    return wrt_live_sender_new(&setup->sender, &options, err);
}

/* Where requests go: a cassette that is played, the network, or the network through a recorder. */
static wrt_status make_transport(wrt_live_transport *out, wrt_live_setup *setup,
                                 const wrt_live_setup_options *options, wrt_err *err) {
    wrt_live_tape tape;
    const char *path;
    *out = (wrt_live_transport){0};
    wrt_status status = wrt_live_environment_tape(&tape, &path, err);
    if (status == WRT_OK && tape == WRT_LIVE_TAPE_PLAY) {
        status = wrt_live_cassette_play(&setup->cassette, path, err);
        if (status == WRT_OK)
            *out = wrt_live_cassette_transport(setup->cassette);
        return status;
    }
    if (status != WRT_OK || options->is_offline)
        return status;
    status = make_sender(setup, options->home, err);
    if (status != WRT_OK)
        return status;
    *out = wrt_live_sender_transport(setup->sender);
    if (tape == WRT_LIVE_TAPE_RECORD) {
        status = wrt_live_cassette_record(&setup->cassette, path, *out, err);
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
    wrt_live_environment environment = wrt_live_environment_read();
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
            .ncbi_url = environment.ncbi_url,
            .epmc_url = environment.epmc_url,
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
