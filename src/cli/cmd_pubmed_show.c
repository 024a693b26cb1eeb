/* cmd_pubmed_show.c: warrant pubmed show: the articles of an XML file, or of the local store. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/pubmed_text.h"
#include "pubmed/reader.h"
#include "pubmed/retract.h"

#include <stdio.h>
#include <stdlib.h>

enum { JSON_RECORDS_MAX = 10000 };

typedef struct {
    const wrt_cli_call *call;
    int64_t pmid;   /* the only one that is wanted, or 0 */
    wrt_json *data; /* records, with --json */
    int64_t shown, retracted, deleted_shown;
    int64_t missing, first_missing; /* PMIDs that the store does not hold */
} showing;

static wrt_status take(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    showing *s = ctx;
    if (s->pmid != 0 && s->pmid != article->pmid)
        return WRT_OK;
    s->shown++;
    s->retracted += article->status == WRT_PUBMED_RETRACTED;
    if (!s->call->globals->json)
        wrt_cli_print_article(s->call->out, article);
    else if (s->shown > JSON_RECORDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "more than %d records: name a PMID", JSON_RECORDS_MAX);
    else
        wrt_json_push(s->data, wrt_pubmed_article_json(article));
    return WRT_OK;
}

static wrt_status take_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    showing *s = ctx;
    (void)err;
    s->deleted_shown += pmid == s->pmid;
    return WRT_OK;
}

static void warn(const wrt_cli_call *call, const showing *s, const wrt_pubmed_counts *counts) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    if (s->retracted > 0)
        wrt_buf_printf(&text, "retracted records shown: %lld", (long long)s->retracted);
    if (s->deleted_shown > 0)
        wrt_buf_printf(&text, "%sthe file declares PMID %lld deleted", text.len > 0 ? "; " : "",
                       (long long)s->pmid);
    else if (counts->deleted > 0)
        wrt_buf_printf(&text, "%sPMIDs the file declares deleted: %lld", text.len > 0 ? "; " : "",
                       (long long)counts->deleted);
    if (text.len > 0)
        wrt_json_push(call->warnings, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static wrt_status show_file(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    static const wrt_pubmed_sink sink = {take, take_deleted};
    showing s = {.call = call};
    wrt_pubmed_counts counts = {0};
    if (call->n_operands > 2)
        return wrt_fail(err, WRT_E_INPUT, "one file and at most one PMID of it");
    if (call->n_operands > 1 && !wrt_pubmed_pmid_of_text(&s.pmid, wrt_str_of(call->operands[1])))
        return wrt_fail(err, WRT_E_INPUT, "a PMID is 1 to 10 digits, not \"%.40s\"",
                        call->operands[1]);
    s.data = wrt_json_new_array();
    wrt_status status = wrt_pubmed_read_file(&counts, call->operands[0], sink, &s, err);
    result->data = s.data;
    if (status != WRT_OK)
        return status;
    warn(call, &s, &counts);
    int64_t records = counts.articles + counts.books;
    if (s.shown == 0 && s.pmid != 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "PMID %lld is %s the %lld records", (long long)s.pmid,
                        s.deleted_shown > 0 ? "declared deleted, not among" : "not among",
                        (long long)records);
    if (s.shown == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the file holds no article");
    return WRT_OK;
}

/* ---- from the store */

static void print_pmids(FILE *out, const char *before, const int64_t *pmids, size_t n) {
    enum { SHOWN = 20 };
    fputs(before, out);
    for (size_t i = 0; i < n && i < SHOWN; i++)
        fprintf(out, " %lld", (long long)pmids[i]);
    fputs(n > SHOWN ? " ...\n\n" : "\n\n", out);
}

static wrt_json *numbers_as_texts(const int64_t *pmids, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)pmids[i]);
        wrt_json_push_text(list, text);
    }
    return list;
}

/* Who says it, when it is not the record itself. */
static void print_standing(FILE *out, const wrt_pubmed_standing *standing) {
    if (standing->status <= WRT_PUBMED_OK || standing->by == standing->pmid)
        return;
    fprintf(out, "PMID %lld is %s", (long long)standing->pmid,
            wrt_pubmed_status_name(standing->status));
    if (standing->by > 0)
        fprintf(out, " according to PMID %lld", (long long)standing->by);
    fprintf(out, " (%s, %.10s)\n", standing->source, standing->when);
}

static wrt_status show_held(showing *s, wrt_pubmed_store *store, wrt_arena *arena,
                            const wrt_pubmed_standing *standing, wrt_err *err) {
    wrt_pubmed_article article;
    bool found = false;
    int64_t *cited = NULL;
    size_t n = 0;
    wrt_status status = wrt_pubmed_store_get(&found, &article, store, arena, standing->pmid, err);
    if (status == WRT_OK)
        status = wrt_pubmed_cites_retracted(&cited, &n, store, &article, err);
    if (status == WRT_OK && s->call->globals->json) {
        wrt_json *json = wrt_pubmed_article_json(&article);
        wrt_json_set(json, "standing", wrt_pubmed_standing_json(standing));
        wrt_json_set(json, "cites_retracted", numbers_as_texts(cited, n));
        wrt_json_push(s->data, json);
    } else if (status == WRT_OK) {
        wrt_cli_print_article(s->call->out, &article);
        print_standing(s->call->out, standing);
        if (n > 0)
            print_pmids(s->call->out, "*** cites retracted papers: PMID", cited, n);
    }
    s->shown++;
    s->retracted += standing->status == WRT_PUBMED_RETRACTED;
    free(cited);
    return status;
}

static wrt_status show_pmid(showing *s, wrt_pubmed_store *store, const char *text, wrt_err *err) {
    wrt_pubmed_standing standing;
    int64_t pmid = 0;
    if (!wrt_pubmed_read_pmid(&pmid, wrt_str_of(text)))
        return wrt_fail(err, WRT_E_INPUT, "a PMID is 1 to 10 digits, not \"%.40s\"", text);
    wrt_status status = wrt_pubmed_standing_of(&standing, store, &pmid, 1, err);
    if (status == WRT_OK && standing.is_held) {
        wrt_arena *arena = wrt_arena_new();
        status = show_held(s, store, arena, &standing, err);
        wrt_arena_free(arena);
        return status;
    }
    if (status == WRT_OK && s->call->globals->json)
        wrt_json_push(s->data, wrt_pubmed_standing_json(&standing));
    else if (status == WRT_OK)
        print_standing(s->call->out, &standing);
    if (status == WRT_OK && s->missing++ == 0)
        s->first_missing = pmid;
    return status;
}

static wrt_status show_stored(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    showing s = {.call = call, .data = wrt_json_new_array()};
    wrt_pubmed_store *store = NULL;
    const wrt_pubmed_counts none = {0};
    result->data = s.data;
    wrt_status status = wrt_cli_open_pubmed(&store, call->globals, WRT_PUBMED_STORE_READ, err);
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++)
        status = show_pmid(&s, store, call->operands[i], err);
    wrt_pubmed_store_close(store);
    if (status != WRT_OK)
        return status;
    warn(call, &s, &none);
    if (s.missing > 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "PMID %lld%s not in the local copy of PubMed",
                        (long long)s.first_missing, s.missing > 1 ? " and others are" : " is");
    return WRT_OK;
}

static wrt_status run_show(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    int64_t pmid = 0;
    bool stored = wrt_pubmed_read_pmid(&pmid, wrt_str_of(call->operands[0])) &&
                  !wrt_file_exists(call->operands[0]);
    return stored ? show_stored(result, call, err) : show_file(result, call, err);
}

const wrt_cli_command wrt_cmd_pubmed_show = {
    .path = "pubmed show",
    .operands = "PMID...|FILE|- [PMID]",
    .summary = "print records of the local store or of a PubMed XML file, retracted ones marked",
    .details =
        "A PMID is looked up in the local store, with what notices and lists say of it and the\n"
        "retracted papers it cites. FILE is a PubmedArticleSet or MedlineCitationSet as NLM\n"
        "distributes it (compressed or not) or efetch answers, with books; \"-\" reads standard\n"
        "input. Nothing is fetched. A file that ends early is an error after the records that\n"
        "were whole. Exit 3: no such record here.\n",
    .examples = "  warrant pubmed show 31541003\n"
                "  warrant pubmed show articles.xml\n"
                "  warrant pubmed show pubmed25n0001.xml.gz 2\n",
    .min_operands = 1,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_show,
};
