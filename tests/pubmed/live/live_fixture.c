/* live_fixture.c: see live_fixture.h. The handler runs beside the test and asserts nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void play_step(loopback_conn *conn, const loopback_request *request, void *ctx) {
    const live_fixture *f = ctx;
    size_t at = request->number < f->setup.n ? request->number : f->setup.n - 1;
    const step *one = &f->setup.steps[at];
    const char *body = one->body != NULL ? one->body : "";
    const char *type = one->type != NULL ? one->type : "text/xml; charset=UTF-8";
    int status = one->status != 0 ? one->status : 200;
    char head[256];
    switch (one->kind) {
    case STEP_ANSWER:
        (void)loopback_respond(conn, status, one->extra, type, body);
        break;
    case STEP_CLOSE:
        loopback_close(conn);
        break;
    case STEP_RESET:
        loopback_reset(conn);
        break;
    case STEP_STALL:
        loopback_stall(conn);
        break;
    case STEP_CUT:
        (void)snprintf(head, sizeof head,
                       "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", type,
                       strlen(body) + 1000);
        (void)loopback_send_text(conn, head);
        (void)loopback_send_text(conn, body);
        loopback_close(conn);
        break;
    }
}

void live_begin(live_fixture *f, const live_setup *setup) {
    *f = (live_fixture){.setup = *setup};
    f->server = loopback_start(setup->handler != NULL ? setup->handler : play_step,
                               setup->handler != NULL ? setup->ctx : f);
    (void)snprintf(f->base, sizeof f->base, "http://127.0.0.1:%u/", loopback_port(f->server));
    wrt_live_sender_options sender = {
        .email = setup->has_no_identity ? NULL : TEST_EMAIL,
        .api_key = setup->has_no_identity ? NULL : TEST_KEY,
        .ncbi_rate = setup->rate,
        .stall_timeout_ms = setup->stall_timeout_ms,
    };
    assert_int_equal(wrt_live_sender_new(&f->sender, &sender, &f->err), WRT_OK);
    wrt_live_options options = setup->options;
    options.transport = wrt_live_sender_transport(f->sender);
    options.ncbi_url = options.epmc_url = f->base;
    options.cancel = setup->cancel;
    if (options.backoff_ms == 0)
        options.backoff_ms = 1;
    assert_int_equal(wrt_live_new(&f->live, &options, &f->err), WRT_OK);
    f->work = (wrt_live_work){.live = f->live, .arena = wrt_arena_new()};
}

void live_end(live_fixture *f) {
    wrt_arena_free(f->work.arena);
    wrt_live_free(f->live);
    wrt_live_sender_free(f->sender);
    loopback_stop(f->server);
}

void assert_no_secret(const char *text) {
    if (strstr(text, "SECRET") != NULL || strstr(text, TEST_EMAIL) != NULL ||
        strstr(text, "reader%2Bx%40example.org") != NULL || strstr(text, "203.0.113.9") != NULL)
        fail_msg("a secret is in \"%s\"", text);
}

void assert_failed(live_fixture *f, wrt_status got, wrt_status wanted, wrt_live_fault_kind kind) {
    const wrt_live_fault *fault = wrt_live_last_fault(f->live);
    if (got != wanted || fault->kind != kind)
        fail_msg("status %d (wanted %d), fault %s (wanted %s): %s", got, wanted,
                 wrt_live_fault_name(fault->kind), wrt_live_fault_name(kind), f->err.message);
    assert_int_equal(f->err.code, got);
    assert_true(f->err.message[0] != '\0');
    assert_no_secret(f->err.message);
    assert_no_secret(fault->said);
}

/* ---- bodies */

char *articles_xml(const int64_t *pmids, size_t n) {
    size_t room = 400 + n * 300, len = 0;
    char *text = calloc(1, room);
    assert_non_null(text);
    len += (size_t)snprintf(text, room, "<?xml version=\"1.0\" ?>\n<PubmedArticleSet>\n");
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(
            text + len, room - len,
            "<PubmedArticle><MedlineCitation Status=\"MEDLINE\"><PMID Version=\"1\">%lld</PMID>"
            "<Article><ArticleTitle>Title of %lld</ArticleTitle></Article></MedlineCitation>"
            "</PubmedArticle>\n",
            (long long)pmids[i], (long long)pmids[i]);
    (void)snprintf(text + len, room - len, "</PubmedArticleSet>\n");
    return text;
}

char *search_xml(int64_t count, int64_t start, const int64_t *ids, size_t n) {
    size_t room = 600 + n * 32, len = 0;
    char *text = calloc(1, room);
    assert_non_null(text);
    len += (size_t)snprintf(text, room,
                            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<eSearchResult><Count>"
                            "%lld</Count><RetMax>%zu</RetMax><RetStart>%lld</RetStart><IdList>",
                            (long long)count, n, (long long)start);
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, room - len, "<Id>%lld</Id>\n", (long long)ids[i]);
    (void)snprintf(text + len, room - len,
                   "</IdList><QueryTranslation>all</QueryTranslation></eSearchResult>");
    return text;
}

/* ---- parameters */

static int hex_of(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static char *decoded(const char *text, size_t len) {
    char *out = calloc(1, len + 1);
    size_t used = 0;
    for (size_t i = 0; out != NULL && i < len; i++) {
        bool is_escape = text[i] == '%' && i + 2 < len && hex_of(text[i + 1]) >= 0;
        out[used++] = is_escape ? (char)(hex_of(text[i + 1]) * 16 + hex_of(text[i + 2])) : text[i];
        i += is_escape ? 2 : 0;
    }
    return out;
}

char *parameter_of(const loopback_request *request, const char *name, int nth) {
    const char *query = strchr(request->target, '?');
    const char *at = request->body_len > 0 ? request->body : query != NULL ? query + 1 : "";
    size_t len = strlen(name);
    while (*at != '\0') {
        size_t part = strcspn(at, "&");
        if (strncmp(at, name, len) == 0 && at[len] == '=' && nth-- == 0)
            return decoded(at + len + 1, part - len - 1);
        at += part + (at[part] == '&');
    }
    return NULL;
}
