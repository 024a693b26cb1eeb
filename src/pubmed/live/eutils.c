/* eutils.c: esearch, epost, espell and ecitmatch, and what all services share. */
#include "pubmed/live/eutils.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pubmed/live/eutils_ask.h"

/* ---- what all share */

wrt_buf wrt_eutils_params(void) {
    wrt_buf params = wrt_buf_make(WRT_LIVE_FORM_MAX);
    wrt_live_add_c(&params, "tool", "warrant");
    wrt_live_add_c(&params, "db", "pubmed");
    wrt_live_add_c(&params, "retmode", "xml");
    return params;
}

wrt_status wrt_eutils_ask(wrt_live_work *work, wrt_live_question *question, const wrt_buf *params,
                          bool is_post, wrt_err *err) {
    if (params->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "%s: the request is longer than %d bytes",
                        question->service, WRT_LIVE_FORM_MAX);
    bool by_post = is_post || params->len > WRT_EUTILS_GET_MAX;
    bool is_match = strcmp(question->service, "ecitmatch") == 0;
    wrt_buf url = wrt_buf_make(WRT_KIB(16));
    wrt_buf_printf(&url, "%s%s.%s", wrt_live_ncbi_url(work->live), question->service,
                   is_match ? "cgi" : "fcgi");
    if (!by_post) {
        wrt_buf_add_char(&url, '?');
        wrt_buf_add_str(&url, wrt_buf_str(params));
    }
    question->request = (wrt_live_request){
        .url = url.ptr,
        .form = by_post ? wrt_buf_str(params) : (wrt_str){NULL, 0},
        .wants_identity = true,
    };
    wrt_status status = wrt_live_ask(work, question, err);
    wrt_buf_free(&url);
    return status;
}

void wrt_eutils_add_ids(wrt_buf *out, wrt_id_list ids, size_t from, size_t n) {
    wrt_buf text = wrt_buf_make(WRT_LIVE_FORM_MAX);
    for (size_t i = from; i < from + n; i++)
        wrt_buf_printf(&text, "%s%lld", i > from ? "," : "", (long long)ids.items[i]);
    /* A comma needs no escape where no parser takes it for anything else. */
    wrt_buf_add_c(out, "&id=");
    wrt_buf_add_str(out, wrt_buf_str(&text));
    wrt_buf_free(&text);
}

static int compare_ids(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

wrt_id_list wrt_eutils_unique(wrt_arena *arena, wrt_id_list ids) {
    int64_t *sorted = wrt_arena_calloc(arena, ids.n, sizeof *sorted);
    int64_t *unique = wrt_arena_calloc(arena, ids.n, sizeof *unique);
    bool *seen = wrt_arena_calloc(arena, ids.n, sizeof *seen);
    size_t n = 0;
    if (ids.n > 0)
        memcpy(sorted, ids.items, ids.n * sizeof *sorted);
    qsort(sorted, ids.n, sizeof *sorted, compare_ids);
    for (size_t i = 0; i < ids.n; i++) {
        const int64_t *at = bsearch(&ids.items[i], sorted, ids.n, sizeof *sorted, compare_ids);
        while (at > sorted && at[-1] == *at)
            at--;
        if (!seen[at - sorted])
            unique[n++] = ids.items[i];
        seen[at - sorted] = true;
    }
    return (wrt_id_list){unique, n};
}

bool wrt_eutils_is_balanced(wrt_str term) {
    int64_t depth = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < term.len; i++) {
        char c = term.ptr[i];
        if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == '(')
            depth++;
        else if (!is_quoted && c == ')' && --depth < 0)
            return false;
    }
    return depth == 0 && !is_quoted;
}

/* ---- esearch */

typedef struct {
    wrt_eutils_answer *out;
    wrt_arena *arena;
    int64_t start, limit; /* as asked */
} search_reading;

/* The service clamps what it cannot list; a page that was promised and is empty is a fault. */
static wrt_status read_search(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    search_reading *self = ctx;
    wrt_eutils_answer *out = self->out;
    *out = (wrt_eutils_answer){0};
    wrt_status status = wrt_eutils_read_search(out, self->arena, body, fault, err);
    if (status == WRT_OK && self->limit > 0 && out->count > self->start && out->ids.n == 0) {
        wrt_live_fault_set(fault, WRT_LIVE_BACKEND, WRT_STR("a count without its ids"));
        return wrt_live_fault_fail(fault, "esearch", err);
    }
    return status;
}

static wrt_status check_term(const char *term, wrt_err *err) {
    wrt_str text = wrt_str_trim(wrt_str_of(term));
    if (text.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "the query is empty");
    if (text.len > WRT_EUTILS_TERM_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the query is longer than %d bytes", WRT_EUTILS_TERM_MAX);
    if (!wrt_utf8_valid(text))
        return wrt_fail(err, WRT_E_INPUT, "the query is not valid UTF-8");
    return WRT_OK;
}

wrt_status wrt_eutils_search(wrt_eutils_answer *out, wrt_live_work *work,
                             const wrt_eutils_query *query, wrt_err *err) {
    *out = (wrt_eutils_answer){0};
    wrt_status status = check_term(query->term, err);
    if (status != WRT_OK)
        return status;
    if (query->start < 0 || query->start >= WRT_EUTILS_REACH || query->limit < 0)
        return wrt_fail(err, WRT_E_INPUT, "start must be 0 to %d: narrow the query to see more",
                        WRT_EUTILS_REACH - 1);
    int64_t reach = WRT_EUTILS_REACH - query->start;
    search_reading reading = {out, work->arena, query->start,
                              query->limit < reach ? query->limit : reach};
    wrt_buf params = wrt_eutils_params();
    wrt_live_add_c(&params, "term", query->term);
    wrt_live_add_int(&params, "retstart", query->start);
    wrt_live_add_int(&params, "retmax", reading.limit);
    if (query->sort != NULL)
        wrt_live_add_c(&params, "sort", query->sort);
    if (query->is_stored)
        wrt_live_add_c(&params, "usehistory", "y");
    wrt_live_question question = {
        .service = "esearch",
        .format = "xml",
        .kind = query->is_stored ? WRT_LIVE_SESSION_KIND : WRT_LIVE_SEARCH_KIND,
        .read = read_search,
        .ctx = &reading,
    };
    status = wrt_eutils_ask(work, &question, &params, false, err);
    wrt_buf_free(&params);
    return status;
}

/* ---- epost */

typedef struct {
    void *out;
    wrt_arena *arena;
} plain_reading;

static wrt_status read_post(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    plain_reading *self = ctx;
    wrt_eutils_answer *out = self->out;
    *out = (wrt_eutils_answer){0};
    return wrt_eutils_read_post(out, self->arena, body, fault, err);
}

wrt_status wrt_eutils_post(wrt_eutils_answer *out, wrt_live_work *work, wrt_id_list ids,
                           wrt_err *err) {
    *out = (wrt_eutils_answer){0};
    if (ids.n == 0 || ids.n > WRT_EUTILS_IDS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "epost: %zu ids, 1 to %d are accepted", ids.n,
                        WRT_EUTILS_IDS_MAX);
    plain_reading reading = {out, work->arena};
    wrt_buf params = wrt_eutils_params();
    wrt_eutils_add_ids(&params, ids, 0, ids.n);
    wrt_live_question question = {.service = "epost",
                                  .format = "xml",
                                  .kind = WRT_LIVE_SESSION_KIND,
                                  .read = read_post,
                                  .ctx = &reading};
    wrt_status status = wrt_eutils_ask(work, &question, &params, true, err);
    wrt_buf_free(&params);
    return status;
}

/* ---- espell */

static wrt_status read_spell(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    plain_reading *self = ctx;
    wrt_eutils_answer answer = {0};
    wrt_status status = wrt_eutils_read_spell(&answer, self->arena, body, fault, err);
    *(wrt_str *)self->out = answer.corrected;
    return status;
}

wrt_status wrt_eutils_spell(wrt_str *out, wrt_live_work *work, const char *term, wrt_err *err) {
    *out = WRT_STR("");
    wrt_status status = check_term(term, err);
    if (status != WRT_OK)
        return status;
    plain_reading reading = {out, work->arena};
    wrt_buf params = wrt_eutils_params();
    wrt_live_add_c(&params, "term", term);
    wrt_live_question question = {.service = "espell",
                                  .format = "xml",
                                  .kind = WRT_LIVE_WORD_KIND,
                                  .read = read_spell,
                                  .ctx = &reading};
    status = wrt_eutils_ask(work, &question, &params, false, err);
    wrt_buf_free(&params);
    return status;
}

/* ---- ecitmatch */

static wrt_status add_citation(wrt_buf *out, const wrt_eutils_citation *one, size_t number,
                               wrt_err *err) {
    const wrt_str fields[] = {one->journal, one->year,   one->volume,
                              one->page,    one->author, one->key};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bool has_mark = false;
        for (size_t k = 0; k < fields[i].len; k++)
            has_mark = has_mark || fields[i].ptr[k] == '|' || (unsigned char)fields[i].ptr[k] < ' ';
        if (has_mark || !wrt_utf8_valid(fields[i]))
            return wrt_fail(err, WRT_E_INPUT,
                            "citation %zu: a field must be UTF-8 without '|' and line ends",
                            number + 1);
        wrt_buf_add_str(out, fields[i]);
        wrt_buf_add_char(out, '|');
    }
    wrt_buf_add_char(out, '\r');
    return WRT_OK;
}

static wrt_status read_matches(wrt_live_fault *fault, wrt_str body, void *ctx, wrt_err *err) {
    plain_reading *self = ctx;
    return wrt_eutils_read_matches(self->out, self->arena, body, fault, err);
}

static wrt_status match_batch(wrt_eutils_matches *out, wrt_live_work *work,
                              const wrt_eutils_citation *citations, size_t n, wrt_err *err) {
    wrt_buf data = wrt_buf_make(WRT_LIVE_FORM_MAX);
    wrt_buf params = wrt_eutils_params();
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = add_citation(&data, &citations[i], i, err);
    wrt_live_add(&params, "bdata", wrt_buf_str(&data));
    plain_reading reading = {out, work->arena};
    wrt_live_question question = {.service = "ecitmatch",
                                  .format = "text",
                                  .kind = WRT_LIVE_WORD_KIND,
                                  .read = read_matches,
                                  .ctx = &reading};
    if (status == WRT_OK)
        status = wrt_eutils_ask(work, &question, &params, false, err);
    wrt_buf_free(&data);
    wrt_buf_free(&params);
    return status;
}

/* The answer's line with the key of a citation; keys may repeat, so the same place is looked at
 * first. */
static wrt_eutils_match match_of(const wrt_eutils_matches *answer, const wrt_eutils_citation *one,
                                 size_t place) {
    if (place < answer->n && wrt_str_equal(answer->matches[place].key, one->key))
        return answer->matches[place];
    for (size_t i = 0; i < answer->n; i++)
        if (wrt_str_equal(answer->matches[i].key, one->key))
            return answer->matches[i];
    return (wrt_eutils_match){.key = one->key, .reason = WRT_STR("no answer")};
}

wrt_status wrt_eutils_match_citations(wrt_eutils_matches *out, wrt_live_work *work,
                                      const wrt_eutils_citation *citations, size_t n,
                                      wrt_err *err) {
    wrt_eutils_match *matches = wrt_arena_calloc(work->arena, n, sizeof *matches);
    *out = (wrt_eutils_matches){0};
    for (size_t from = 0; from < n; from += WRT_EUTILS_MATCH_BATCH) {
        size_t count = n - from < WRT_EUTILS_MATCH_BATCH ? n - from : WRT_EUTILS_MATCH_BATCH;
        wrt_eutils_matches answer = {0};
        wrt_status status = match_batch(&answer, work, citations + from, count, err);
        if (status != WRT_OK)
            return status;
        for (size_t i = 0; i < count; i++)
            matches[from + i] = match_of(&answer, &citations[from + i], i);
    }
    *out = (wrt_eutils_matches){matches, n};
    return WRT_OK;
}
