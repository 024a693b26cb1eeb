/* attest.c: walking the events of a run for level 4. */
#include "agent/audit/attest_internal.h"

#include "base/arena.h"
#include "pubmed/retract.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_UP_MAX = 32 << 20 };

bool wrt_attest_fail(wrt_attest *a, const char *format, ...) {
    char said[WRT_ERR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    va_end(args);
    a->out->ok = false;
    a->out->seq = a->seq;
    snprintf(a->out->detail, sizeof a->out->detail, "event %lld: %.*s", (long long)a->seq,
             (int)wrt_utf8_valid_prefix((wrt_str){said, strnlen(said, sizeof said - 32)}), said);
    return false;
}

void wrt_attest_hash(char out[WRT_SHA256_HEX + 1], const wrt_json *value) {
    wrt_buf bytes = wrt_buf_make((size_t)LOOKED_UP_MAX);
    wrt_json_write_canonical(&bytes, value);
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&bytes));
    wrt_sha256_hex(out, &digest);
    wrt_buf_free(&bytes);
}

/* ---- what the journal holds */

static bool is_type(const wrt_json *event, const char *type) {
    return strcmp(wrt_json_get_text(event, "type", ""), type) == 0;
}

static bool is_before(const wrt_attest *a, const wrt_json *event) {
    return wrt_json_get_int(event, "seq", INT64_MAX) < a->seq;
}

/* The k-th event of a list, counted from 1, when it stands before the one under check. */
static const wrt_json *body_at(const wrt_attest *a, const wrt_attest_list *list, int64_t k) {
    if (k < 1 || (size_t)k > list->n || !is_before(a, list->item[k - 1].event))
        return NULL;
    return wrt_json_get(list->item[k - 1].event, "body");
}

const wrt_json *wrt_attest_find_evidence(const wrt_attest *a, const char *id) {
    int64_t k = 0;
    if (id[0] != 'e' || !wrt_str_to_int64(&k, wrt_str_of(id + 1)))
        return NULL;
    const wrt_json *body = body_at(a, &a->evidence, k);
    return strcmp(wrt_json_get_text(body, "id", ""), id) == 0 ? body : NULL;
}

/* "result" as it stands, or the parsed blob. */
wrt_json *wrt_attest_read_result(const wrt_attest *a, const wrt_json *body) {
    const char *blob = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
    wrt_json *out = NULL;
    if (wrt_json_get(body, "result") != NULL)
        return wrt_json_copy(wrt_json_get(body, "result"));
    if (blob == NULL)
        return NULL;
    wrt_buf bytes = wrt_buf_make((size_t)LOOKED_UP_MAX);
    if (wrt_audit_get_blob(&bytes, a->source, blob, NULL) == WRT_OK)
        wrt_json_parse(&out, wrt_buf_str(&bytes), NULL);
    wrt_buf_free(&bytes);
    return out;
}

wrt_json *wrt_attest_lookup(const wrt_attest *a, int64_t n, const char *what) {
    const wrt_json *body = body_at(a, &a->lookups, n);
    bool fits = wrt_json_get_int(body, "n", -1) == n &&
                strcmp(wrt_json_get_text(body, "what", ""), what) == 0;
    return fits ? wrt_attest_read_result(a, body) : NULL;
}

wrt_json *wrt_attest_result(const wrt_attest *a, const char *step) {
    WRT_JSON_EACH(event, a->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (!is_before(a, event))
            return NULL;
        if (is_type(event, "tool.result") && strcmp(wrt_json_get_text(body, "step", ""), step) == 0)
            return wrt_attest_read_result(a, body);
    }
    return NULL;
}

static wrt_attest_list list_of(const wrt_json *events, const char *type) {
    wrt_attest_list list = {wrt_calloc(wrt_json_count(events) + 1, sizeof *list.item), 0};
    WRT_JSON_EACH(event, events) {
        if (is_type(event, type))
            list.item[list.n++].event = event;
    }
    return list;
}

/* ---- standings */

static void note_status(wrt_attest *a, const char *publication, const char *name) {
    int64_t pmid = 0;
    char text[24];
    wrt_pubmed_status status = WRT_PUBMED_UNKNOWN, known = WRT_PUBMED_UNKNOWN;
    if (!wrt_pubmed_read_pmid(&pmid, wrt_str_of(publication)) ||
        !wrt_pubmed_status_of_name(&status, wrt_str_of(name)))
        return;
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    wrt_pubmed_status_of_name(&known, wrt_str_of(wrt_json_get_text(a->standings, text, "")));
    if (status > known)
        wrt_json_set_text(a->standings, text, name);
}

/* Whatever has "pmid" and "status". */
static void note_standing(wrt_attest *a, const wrt_json *said) {
    if (wrt_json_is(said, WRT_JSON_OBJECT))
        note_status(a, wrt_json_get_text(said, "pmid", ""), wrt_json_get_text(said, "status", ""));
}

/* A record, a list of records, or {"123":"retracted"}. */
static void note_standings(wrt_attest *a, const wrt_json *said) {
    note_standing(a, said);
    WRT_JSON_EACH(item, said) {
        if (wrt_json_is(said, WRT_JSON_ARRAY))
            note_standing(a, item);
        else if (wrt_json_text(item) != NULL)
            note_status(a, wrt_json_key(item), wrt_json_text(item));
    }
}

static bool is_of_pubmed(const wrt_json *body) {
    return strncmp(wrt_json_get_text(body, "tool", ""), "pubmed_", 7) == 0;
}

void wrt_attest_read_standings(wrt_attest *a) {
    WRT_JSON_EACH(event, a->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        bool is_lookup = is_type(event, "lookup");
        if (!is_lookup && !(is_type(event, "tool.result") && is_of_pubmed(body)))
            continue;
        wrt_json *result = wrt_attest_read_result(a, body);
        note_standings(a, is_lookup ? result : wrt_json_get(result, "data"));
        wrt_json_free(result);
    }
}

wrt_pubmed_status wrt_attest_standing(const wrt_attest *a, const char *publication) {
    int64_t pmid = 0;
    char text[24];
    wrt_pubmed_status status = WRT_PUBMED_UNKNOWN, now = WRT_PUBMED_UNKNOWN;
    if (!wrt_pubmed_read_pmid(&pmid, wrt_str_of(publication)))
        return WRT_PUBMED_UNKNOWN;
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    wrt_pubmed_status_of_name(&status, wrt_str_of(wrt_json_get_text(a->standings, text, "")));
    if (a->with != NULL && a->with->pubmed != NULL &&
        wrt_pubmed_objection(&now, a->with->pubmed, pmid, NULL) == WRT_OK && now > status)
        status = now;
    return status;
}

/* ---- the walk */

static bool check_event(wrt_attest *a, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    const char *kind = wrt_json_get_text(body, "kind", "");
    a->seq = wrt_json_get_int(event, "seq", -1);
    if (a->seq == a->read_rows.fault_seq)
        return wrt_attest_fail(a, "%s", a->read_rows.fault);
    if (is_type(event, "evidence") && strcmp(kind, "kg_edge") == 0)
        return wrt_attest_edge(a, body);
    if (is_type(event, "evidence") && strcmp(kind, "publication_quote") == 0)
        return wrt_attest_quote(a, body);
    if (is_type(event, "claim"))
        return wrt_attest_claim(a, body);
    return !is_type(event, "answer") || wrt_attest_answer(a, body);
}

static bool check_graph(wrt_attest *a) {
    const wrt_kg *kg = a->with != NULL ? a->with->kg : NULL;
    a->seq = 0;
    if (kg == NULL ||
        strcmp(wrt_kg_snapshot(kg), wrt_json_get_text(a->start, "kg_snapshot", "")) == 0)
        return true;
    return wrt_attest_fail(a, "the run's graph is not the one given, which has snapshot %.16s...",
                           wrt_kg_snapshot(kg));
}

static void check(wrt_audit_finding *out, const wrt_json *events, const wrt_audit_source *source,
                  void *ctx) {
    wrt_attest a = {.events = events,
                    .source = source,
                    .with = ctx,
                    .start = wrt_json_get(wrt_json_first(events), "body"),
                    .standings = wrt_json_new_object(),
                    .lookups = list_of(events, "lookup"),
                    .evidence = list_of(events, "evidence"),
                    .out = out};
    wrt_attest_read_standings(&a);
    wrt_attest_read_rows(&a);
    bool ok = check_graph(&a);
    WRT_JSON_EACH(event, events) {
        if (ok)
            ok = check_event(&a, event);
    }
    if (ok) {
        out->ok = true;
        out->seq = -1;
        snprintf(out->detail, sizeof out->detail,
                 "%zu claims on %zu rows of the graph and %zu quotations, each as its source says",
                 a.claims, a.rows, a.quotes);
    }
    wrt_json_free(a.standings);
    wrt_attest_free_rows(&a);
    free(a.lookups.item);
    free(a.evidence.item);
}

const wrt_audit_hook wrt_attest_evidence = {4, "evidence", check, NULL};

wrt_audit_hook wrt_attest_against(wrt_attest_with *with) {
    wrt_audit_hook hook = wrt_attest_evidence;
    hook.ctx = with;
    return hook;
}
