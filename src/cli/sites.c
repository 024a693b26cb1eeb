/* sites.c: what the environment says about the services of the literature. */
#include "cli/sites.h"

#include "base/file.h"
#include "pubmed/live/cassette.h"
#include "pubmed/live/environment.h"
#include "pubmed/live/sender.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)WRT_LIVE_TYPE_MAX == (int)WRT_HTTP_TYPE_MAX, "both hold a content type");
enum { EMAIL, KEY }; /* places among the parameters of NCBI */

/* The file is shared only where there is a data directory to put it. */
static char *shared_path(const wrt_cli_globals *globals, const char *name) {
    char *home = wrt_cli_home(globals);
    char *path = wrt_file_exists(home) ? wrt_path_join(home, name) : NULL;
    free(home);
    return path;
}

/* The key from everything, the address from all but articles, which may name it as an author's. */
static void clean_ncbi(wrt_buf *body, const wrt_egress_site *site) {
    static const char root[] = "<PubmedArticleSet";
    size_t head = body->len < 2048 ? body->len : 2048;
    bool is_articles = head > 0 && memmem(body->ptr, head, root, sizeof root - 1) != NULL;
    wrt_live_mask(body, site->parameters[EMAIL].value, site->parameters[KEY].value, is_articles);
}

void wrt_cli_sites_open(wrt_cli_sites *out, const wrt_cli_globals *globals) {
    const char *ncbi_file, *epmc_file;
    wrt_live_environment environment = wrt_live_environment_read();
    wrt_rate_options ncbi = wrt_live_ncbi_limit(&ncbi_file, &environment);
    wrt_rate_options epmc = wrt_live_epmc_limit(&epmc_file);
    *out = (wrt_cli_sites){
        .rate_path = {shared_path(globals, ncbi_file), shared_path(globals, epmc_file)}};
    ncbi.path = out->rate_path[0];
    epmc.path = out->rate_path[1];
    out->site[0] = (wrt_egress_site){.prefix = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
                                     .mirror = environment.ncbi_url,
                                     .parameters = {[EMAIL] = {"email", environment.email, false},
                                                    [KEY] = {"api_key", environment.api_key, true}},
                                     .rate = ncbi,
                                     .clean = clean_ncbi};
    out->site[1] = (wrt_egress_site){.prefix = "https://www.ebi.ac.uk/europepmc/webservices/rest/",
                                     .mirror = environment.epmc_url,
                                     .rate = epmc};
}

void wrt_cli_sites_close(wrt_cli_sites *sites) {
    for (size_t i = 0; i < WRT_CLI_SITES; i++)
        free(sites->rate_path[i]);
    *sites = (wrt_cli_sites){0};
}

/* ---- recorded exchanges */

static wrt_status play(wrt_http_response *out, const wrt_exchange *exchange, void *ctx,
                       wrt_err *err) {
    wrt_live_transport transport = wrt_live_cassette_transport(ctx);
    wrt_live_request request = {
        .url = exchange->url,
        .form = {exchange->body, exchange->body != NULL ? strlen(exchange->body) : 0}};
    wrt_live_answer answer = {0};
    wrt_status status = transport.send(&answer, &request, transport.ctx, err);
    if (status != WRT_OK)
        return status;
    *out = (wrt_http_response){.status = answer.status,
                               .retry_after_ms = answer.retry_after_ms,
                               .received = answer.body.len,
                               .body = answer.body}; /* taken */
    memcpy(out->content_type, answer.content_type, sizeof out->content_type);
    return WRT_OK;
}

static void close_cassette(void *ctx) {
    wrt_live_cassette_free(ctx);
}

wrt_status wrt_cli_carrier_open(wrt_egress_carrier *out, wrt_err *err) {
    wrt_live_tape tape;
    const char *path;
    wrt_live_cassette *cassette = NULL;
    *out = (wrt_egress_carrier){0};
    wrt_status status = wrt_live_environment_tape(&tape, &path, err);
    if (status != WRT_OK || tape != WRT_LIVE_TAPE_PLAY)
        return status;
    status = wrt_live_cassette_play(&cassette, path, err);
    if (status == WRT_OK)
        *out = (wrt_egress_carrier){play, close_cassette, cassette};
    return status;
}
