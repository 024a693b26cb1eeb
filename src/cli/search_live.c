/* search_live.c: the live search in the shape of the local one. */
#include "cli/search_live.h"

#include "cli/live_args.h"
#include "cli/open.h"
#include "pubmed/retract.h"

#include <string.h>

enum { HITS_MAX = 200, HITS = 10, LIST_MAX = 4096 };

static wrt_status read_types(wrt_live_query *query, const char *types[WRT_LIVE_TYPES_MAX],
                             wrt_arena *arena, const wrt_cli_call *call, wrt_err *err) {
    wrt_str one, rest = wrt_str_of(wrt_cli_value(call, "type"));
    if (wrt_cli_value(call, "type") == NULL)
        return WRT_OK;
    query->types = types;
    while (wrt_str_cut(&one, &rest, ';')) {
        one = wrt_str_trim(one);
        if (query->n_types == WRT_LIVE_TYPES_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "--type names more than %d terms",
                            WRT_LIVE_TYPES_MAX);
        types[query->n_types++] = wrt_live_type_name(wrt_arena_strdup(arena, one.ptr, one.len));
    }
    return WRT_OK;
}

/* The question, and each heading as "term"[mh]. */
static wrt_status read_term(wrt_buf *out, const wrt_cli_call *call, wrt_err *err) {
    wrt_str one, rest = wrt_str_of(wrt_cli_value(call, "mesh"));
    wrt_buf question = wrt_buf_make(WRT_MIB(1));
    wrt_status status = wrt_cli_read_text(&question, call->operands[0], err);
    bool has_mesh = wrt_cli_value(call, "mesh") != NULL;
    wrt_str text = wrt_str_trim(wrt_buf_str(&question));
    wrt_buf_printf(out, has_mesh ? "(%.*s)" : "%.*s", (int)text.len, text.ptr);
    while (status == WRT_OK && has_mesh && wrt_str_cut(&one, &rest, ';')) {
        one = wrt_str_trim(one);
        if (one.len == 0 || memchr(one.ptr, '"', one.len) != NULL)
            status =
                wrt_fail(err, WRT_E_INPUT, "--mesh: a term is empty or holds a quotation mark");
        wrt_buf_printf(out, " AND \"%.*s\"[mh]", (int)one.len, one.ptr);
    }
    wrt_buf_free(&question);
    return status;
}

static wrt_json *hit_json(const wrt_pubmed_article *article) {
    wrt_json *json = wrt_json_new_object();
    wrt_json_set(json, "pmid", wrt_cli_id_json(article->pmid));
    wrt_json_set(json, "title", wrt_json_new_text(article->title));
    wrt_json_set(json, "year",
                 article->year > 0 ? wrt_json_new_int(article->year) : wrt_json_new_null());
    wrt_json_set(json, "journal", wrt_json_new_text(article->journal));
    wrt_json_set(json, "score", wrt_json_new_null());
    wrt_json_set_text(json, "status", wrt_pubmed_status_name(article->status));
    wrt_json_set_bool(json, "retracted", article->status == WRT_PUBMED_RETRACTED);
    wrt_json_set(json, "snippet", wrt_json_new_null());
    return json;
}

static void print_hit(FILE *out, size_t number, const wrt_json *hit) {
    const char *status = wrt_json_get_text(hit, "status", "");
    fprintf(out, "%2zu. PMID %s  ", number, wrt_json_get_text(hit, "pmid", "?"));
    if (strcmp(status, "ok") != 0)
        fprintf(out, "[%s] ", status);
    wrt_cli_print_text(out, wrt_json_get_text(hit, "title", ""));
    fputs("\n    ", out);
    wrt_cli_print_text(out, wrt_json_get_text(hit, "journal", ""));
    if (wrt_json_get_int(hit, "year", 0) > 0)
        fprintf(out, ", %d", (int)wrt_json_get_int(hit, "year", 0));
    fputc('\n', out);
}

/* ---- what is held back */

typedef struct {
    wrt_pubmed_store *local; /* NULL: none */
    bool shows_all;
    size_t shown, held_back, retracted;
} gate;

/* A local copy that cannot be read is told, and is no reason not to search. */
static void open_gate(gate *out, const wrt_cli_call *call) {
    *out = (gate){.shows_all = wrt_cli_flag(call, "include-retracted")};
    if (wrt_cli_open_pubmed_if_any(&out->local, call->globals, NULL) != WRT_OK)
        wrt_json_push_text(call->warnings, "the local copy of PubMed could not be read: what it "
                                           "knows of retractions does not count here");
}

/* The article as it is shown: what the local copy knows against it counts, too, since a notice or a
 * list may be here before PubMed says it. */
static wrt_status judge(wrt_pubmed_article *out, const gate *g, const wrt_pubmed_article *article,
                        wrt_err *err) {
    wrt_pubmed_status objection = WRT_PUBMED_UNKNOWN;
    wrt_status status = WRT_OK;
    *out = *article;
    if (g->local != NULL)
        status = wrt_pubmed_objection(&objection, g->local, article->pmid, err);
    if (objection > out->status)
        out->status = objection;
    return status;
}

static wrt_status add_hit(wrt_json *hits, gate *g, const wrt_pubmed_article *article,
                          const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_article shown;
    wrt_status status = judge(&shown, g, article, err);
    if (status != WRT_OK)
        return status;
    if (!g->shows_all && !wrt_pubmed_status_is_ground(shown.status)) {
        g->held_back++;
        g->retracted += shown.status == WRT_PUBMED_RETRACTED;
        return WRT_OK;
    }
    wrt_json *hit = hit_json(&shown);
    if (!call->globals->json)
        print_hit(call->out, ++g->shown, hit);
    wrt_json_push(hits, hit);
    return WRT_OK;
}

static void warn_of(const gate *g, const wrt_cli_call *call, const wrt_live_found *found,
                    const wrt_live_articles *articles) {
    char line[200];
    snprintf(line, sizeof line,
             "%zu papers held back that are retracted, under concern or notices (%zu retracted): "
             "--include-retracted shows them",
             g->held_back, g->retracted);
    if (g->held_back > 0)
        wrt_json_push_text(call->warnings, line);
    snprintf(line, sizeof line, "%zu papers were found, but their records did not come",
             articles->missing.n);
    if (articles->missing.n > 0)
        wrt_json_push_text(call->warnings, line);
    if (found->not_found.n > 0)
        wrt_json_push_text(call->warnings, "PubMed does not know a phrase of the question");
}

static wrt_status show(wrt_json *data, const wrt_cli_call *call, const wrt_live_found *found,
                       const wrt_live_articles *articles, wrt_err *err) {
    gate g;
    wrt_status status = WRT_OK;
    wrt_json *hits = wrt_json_new_array(), *coverage = wrt_json_new_object();
    open_gate(&g, call);
    for (size_t i = 0; i < articles->n && status == WRT_OK; i++)
        status = add_hit(hits, &g, articles->articles[i], call, err);
    wrt_pubmed_store_close(g.local);
    wrt_json_set_int(coverage, "seen", (int64_t)found->n);
    wrt_json_set_int(coverage, "total", found->count);
    wrt_json_set(data, "hits", hits);
    wrt_json_set(data, "coverage", coverage);
    wrt_json_set_int(data, "held_back", (int64_t)g.held_back);
    wrt_json_set_int(data, "retracted", (int64_t)g.retracted);
    wrt_json_set(data, "query", wrt_json_new_text(found->sent));
    wrt_json_set(data, "missing", wrt_cli_ids_json(articles->missing));
    warn_of(&g, call, found, articles);
    if (status != WRT_OK || wrt_json_count(hits) > 0)
        return status;
    if (found->n > 0)
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "PubMed finds %lld papers, and none of the first %zu can be shown",
                        (long long)found->count, found->n);
    return wrt_fail(err, WRT_E_NOT_FOUND, "PubMed finds nothing for this question%s%.*s",
                    found->suggestion.len > 0 ? "; did you mean: " : "", (int)found->suggestion.len,
                    found->suggestion.ptr);
}

static wrt_status ask(wrt_json *data, wrt_cli_desk *desk, const wrt_cli_call *call, wrt_err *err) {
    const char *types[WRT_LIVE_TYPES_MAX];
    wrt_live_found found = {0};
    wrt_live_articles articles = {0};
    wrt_buf term = wrt_buf_make(WRT_MIB(1) + LIST_MAX);
    wrt_live_query query = {.include_retracted = wrt_cli_flag(call, "include-retracted")};
    wrt_status status = wrt_cli_int(&query.limit, call, "limit", 1, HITS_MAX, HITS, err);
    if (status == WRT_OK)
        status = wrt_cli_live_years(&query, call, err);
    if (status == WRT_OK)
        status = read_types(&query, types, desk->work.arena, call, err);
    if (status == WRT_OK)
        status = read_term(&term, call, err);
    query.term = term.ptr;
    if (status == WRT_OK)
        status =
            wrt_pubmed_provider_find(&found, &articles, &wrt_pubmed_ncbi, &desk->work, &query, err);
    if (status == WRT_OK) {
        status = show(data, call, &found, &articles, err);
        wrt_cli_set_origin(data, desk, call);
    } else {
        wrt_cli_set_fault(data, desk);
    }
    wrt_buf_free(&term);
    return status;
}

wrt_status wrt_cli_search_live(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_desk desk;
    wrt_status status = wrt_cli_desk_open(&desk, call, "pubmed_search", err);
    if (status != WRT_OK)
        return status;
    result->data = wrt_json_new_object();
    status = ask(result->data, &desk, call, err);
    wrt_cli_desk_close(&desk);
    return status;
}
