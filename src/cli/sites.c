/* sites.c: what the environment says about the services of the literature. */
#include "cli/sites.h"

#include "base/file.h"
#include "pubmed/live/cassette.h"
#include "pubmed/live/sender.h"

#include <stdlib.h>
#include <string.h>

/* NCBI's rule for programs: 3 requests a second, 10 with a key (NBK25497). Europe PMC states no
 * figure. */
enum { NCBI_RATE = 3, NCBI_KEY_RATE = 10, EPMC_RATE = 5, WINDOW_MS = 1000 };
_Static_assert((int)WRT_LIVE_TYPE_MAX == (int)WRT_HTTP_TYPE_MAX, "both hold a content type");
enum { EMAIL, KEY }; /* places among the parameters of NCBI */

static const char *environment(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

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
    const char *key = environment("NCBI_API_KEY");
    *out = (wrt_cli_sites){
        .rate_path = {shared_path(globals, key != NULL ? "pubmed-rate-key" : "pubmed-rate"),
                      shared_path(globals, "europepmc-rate")}};
    out->site[0] =
        (wrt_egress_site){.prefix = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
                          .mirror = environment("WARRANT_EUTILS_URL"),
                          .parameters = {[EMAIL] = {"email", environment("WARRANT_EMAIL"), false},
                                         [KEY] = {"api_key", key, true}},
                          .rate = {.n = key != NULL ? NCBI_KEY_RATE : NCBI_RATE,
                                   .window_ms = WINDOW_MS,
                                   .path = out->rate_path[0]},
                          .clean = clean_ncbi};
    out->site[1] = (wrt_egress_site){
        .prefix = "https://www.ebi.ac.uk/europepmc/webservices/rest/",
        .mirror = environment("WARRANT_EPMC_URL"),
        .rate = {.n = EPMC_RATE, .window_ms = WINDOW_MS, .path = out->rate_path[1]}};
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
    static const char prefix[] = "play:", record[] = "record:";
    const char *tape = environment("WARRANT_CASSETTE");
    wrt_live_cassette *cassette = NULL;
    *out = (wrt_egress_carrier){0};
    if (tape == NULL || strncmp(tape, record, sizeof record - 1) == 0)
        return WRT_OK;
    if (strncmp(tape, prefix, sizeof prefix - 1) != 0)
        return wrt_fail(err, WRT_E_INPUT, "WARRANT_CASSETTE must be play:FILE or record:FILE");
    wrt_status status = wrt_live_cassette_play(&cassette, tape + sizeof prefix - 1, err);
    if (status == WRT_OK)
        *out = (wrt_egress_carrier){play, close_cassette, cassette};
    return status;
}
