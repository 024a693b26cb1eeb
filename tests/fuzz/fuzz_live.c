/* fuzz_live.c: bytes as answers of web services; the first byte says which.
 *
 * Whatever the bytes are: nothing crashes, a failure has a one-line message and a fault (or is a
 * cap), a success has only valid text, and what is a fault is never taken for an empty result. */
#include "pubmed/live/answers.h"
#include "pubmed/live/articles.h"
#include "pubmed/live/epmc_answer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_text(wrt_str text) {
    check(wrt_utf8_valid(text));
}

static void check_texts(wrt_str_list list) {
    for (size_t i = 0; i < list.n; i++)
        check_text(list.items[i]);
}

static void check_ids(wrt_id_list list) {
    for (size_t i = 0; i < list.n; i++)
        check(list.items[i] > 0);
}

static void check_answer(const wrt_eutils_answer *answer) {
    check(answer->count >= 0 && answer->retmax >= 0 && answer->query_key >= 0);
    check_ids(answer->ids);
    check_text(answer->webenv);
    check_text(answer->translation);
    check_text(answer->corrected);
    check_texts(answer->phrases_not_found);
    check_texts(answer->messages);
}

static void check_links(const wrt_eutils_linked *linked) {
    check_ids(linked->sources);
    for (size_t i = 0; i < linked->n_links; i++) {
        check_text(linked->links[i].name);
        check_ids(linked->links[i].ids);
    }
}

static void check_article(const wrt_pubmed_article *article) {
    wrt_json *json = wrt_pubmed_article_json(article);
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write(&text, json);
    check_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    wrt_json_free(json);
}

static wrt_status read_page(wrt_arena *arena, wrt_str text, wrt_live_fault *fault, wrt_err *err) {
    wrt_epmc_page page;
    wrt_status status = wrt_epmc_read_page(&page, arena, text, fault, err);
    for (size_t i = 0; status == WRT_OK && i < page.n; i++)
        check_article(page.records[i].article);
    return status;
}

static wrt_status read_pile(wrt_arena *arena, wrt_str text, wrt_live_fault *fault, wrt_err *err) {
    wrt_live_pile pile = {.arena = arena};
    wrt_status status = wrt_live_pile_read(&pile, text, fault, err);
    for (size_t i = 0; status == WRT_OK && i < pile.n; i++)
        check_article(pile.articles[i]);
    return status;
}

static wrt_status read_as(uint8_t kind, wrt_arena *arena, wrt_str text, wrt_live_fault *fault,
                          wrt_err *err) {
    wrt_eutils_answer answer = {0};
    wrt_eutils_linked linked = {0};
    wrt_eutils_matches matches = {0};
    wrt_status status = WRT_OK;
    switch (kind % 7) {
    case 0:
        status = wrt_eutils_read_search(&answer, arena, text, fault, err);
        break;
    case 1:
        status = wrt_eutils_read_post(&answer, arena, text, fault, err);
        break;
    case 2:
        status = wrt_eutils_read_spell(&answer, arena, text, fault, err);
        break;
    case 3:
        status = wrt_eutils_read_links(&linked, arena, text, fault, err);
        check_links(&linked);
        return status;
    case 4:
        status = wrt_eutils_read_matches(&matches, arena, text, fault, err);
        for (size_t i = 0; status == WRT_OK && i < matches.n; i++)
            check((matches.matches[i].pmid > 0) == (matches.matches[i].reason.len == 0) ||
                  matches.matches[i].pmid == 0);
        return status;
    case 5:
        return read_page(arena, text, fault, err);
    default:
        return read_pile(arena, text, fault, err);
    }
    if (status == WRT_OK)
        check_answer(&answer);
    return status;
}

/* The same bytes as an answer of HTTP: a fault or none, and never a line break in what was said. */
static void judge(wrt_str text, uint8_t kind) {
    static const char *const formats[] = {"xml", "json", "text"};
    static const long codes[] = {200, 400, 404, 429, 500, 502};
    wrt_live_answer answer = {.status = codes[kind % 6], .retry_after_ms = -1};
    wrt_live_fault fault = {0};
    answer.body = wrt_buf_make(text.len + 1);
    wrt_buf_add_str(&answer.body, text);
    wrt_live_fault_of_answer(&fault, &answer, formats[kind % 3]);
    check(answer.status == 200 || fault.kind != WRT_LIVE_NONE);
    check(strchr(fault.said, '\n') == NULL && wrt_utf8_valid(wrt_str_of(fault.said)));
    wrt_live_answer_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    wrt_str text = {(const char *)data + 1, size - 1};
    wrt_arena *arena = wrt_arena_new();
    wrt_live_fault fault = {0};
    wrt_err err = {0};
    wrt_status status = read_as(data[0], arena, text, &fault, &err);
    if (status != WRT_OK) {
        check(err.code == status && err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
        check(fault.kind != WRT_LIVE_NONE);
    }
    judge(text, data[0]);
    wrt_arena_free(arena);
    return 0;
}
