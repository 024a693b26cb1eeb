/* cmd_pubmed_search.c: warrant pubmed search, quote, cite: questions to the local store. */
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/search_live.h"
#include "pubmed/cite.h"
#include "pubmed/filter.h"
#include "pubmed/quote.h"
#include "pubmed/retract.h"
#include "pubmed/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 4096 };

/* ---- search */

/* "a;b" into the list; the copy that the items point into is the caller's. */
static wrt_status split(const char **list, size_t *n, char *copy, const char *text,
                        const char *option, wrt_err *err) {
    *n = 0;
    if (text == NULL)
        return WRT_OK;
    if (strlen(text) >= LIST_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "--%s is longer than %d bytes", option, LIST_MAX);
    memcpy(copy, text, strlen(text) + 1);
    for (char *at = copy; at != NULL;) {
        char *end = strchr(at, ';');
        if (end != NULL)
            *end = '\0';
        if (*n == WRT_PUBMED_CODES_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "--%s names more than %d terms", option,
                            WRT_PUBMED_CODES_MAX);
        while (*at == ' ')
            at++;
        list[(*n)++] = at;
        at = end != NULL ? end + 1 : NULL;
    }
    return WRT_OK;
}

static wrt_status read_query(wrt_pubmed_query *out, char mesh[LIST_MAX], char types[LIST_MAX],
                             const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_filter years = {0};
    int64_t limit = 0;
    const char *range = wrt_cli_value(call, "years");
    *out = (wrt_pubmed_query){.include_retracted = wrt_cli_flag(call, "include-retracted")};
    wrt_status status = wrt_cli_int(&limit, call, "limit", 1, WRT_PUBMED_HITS_MAX, 10, err);
    if (status == WRT_OK && range != NULL)
        status = wrt_pubmed_filter_set_years(&years, range, err);
    if (status == WRT_OK)
        status = split(out->mesh, &out->n_mesh, mesh, wrt_cli_value(call, "mesh"), "mesh", err);
    if (status == WRT_OK)
        status = split(out->types, &out->n_types, types, wrt_cli_value(call, "type"), "type", err);
    out->limit = (size_t)limit;
    out->first_year = years.first_year;
    out->last_year = years.last_year;
    return status;
}

static void print_plain(FILE *out, wrt_str text) {
    wrt_buf line = wrt_buf_make(text.len + 1);
    wrt_buf_add_str(&line, text);
    if (line.len > 0)
        wrt_utf8_make_printable(line.ptr, line.len);
    fputs(wrt_buf_str(&line).ptr, out);
    wrt_buf_free(&line);
}

static void print_hits(FILE *out, const wrt_pubmed_results *results) {
    for (size_t i = 0; i < results->n; i++) {
        const wrt_pubmed_hit *hit = &results->hits[i];
        fprintf(out, "%2zu. PMID %lld  ", i + 1, (long long)hit->pmid);
        if (hit->status != WRT_PUBMED_OK)
            fprintf(out, "[%s] ", wrt_pubmed_status_name(hit->status));
        print_plain(out, hit->title);
        fputs("\n    ", out);
        print_plain(out, hit->journal);
        if (hit->year > 0)
            fprintf(out, ", %d", hit->year);
        fprintf(out, "  (score %.2f)\n    \"", hit->score);
        print_plain(out, hit->snippet.text);
        fprintf(out, "\" (%s, bytes %zu to %zu)\n", hit->snippet.field, hit->snippet.start,
                hit->snippet.end);
    }
}

static void warn_of_results(const wrt_cli_call *call, const wrt_pubmed_results *results) {
    char line[200];
    if (results->held_back > 0) {
        snprintf(line, sizeof line,
                 "%lld papers held back that are retracted, under concern or notices (%lld "
                 "retracted): --include-retracted shows them",
                 (long long)results->held_back, (long long)results->retracted);
        wrt_json_push_text(call->warnings, line);
    }
    if (results->n_unknown > 0) {
        snprintf(line, sizeof line, "%zu words of the question stand in no article",
                 results->n_unknown);
        wrt_json_push_text(call->warnings, line);
    }
}

/* {"hits","coverage":{"seen","total"},"held_back","retracted","looked_up","local_copy"} */
static wrt_json *search_json(const wrt_pubmed_results *results, const wrt_json *info) {
    wrt_json *data = wrt_json_new_object(), *coverage = wrt_json_new_object();
    wrt_json_set_int(coverage, "seen", results->seen);
    wrt_json_set_int(coverage, "total", results->total);
    wrt_json_set(data, "hits", wrt_pubmed_results_json(results));
    wrt_json_set(data, "coverage", coverage);
    wrt_json_set_int(data, "held_back", results->held_back);
    wrt_json_set_int(data, "retracted", results->retracted);
    wrt_json_set_text(data, "looked_up", results->looked_up);
    wrt_json_set(data, "local_copy", wrt_json_copy(info));
    return data;
}

static wrt_status search(wrt_cli_result *result, const wrt_cli_call *call, wrt_pubmed_store *store,
                         wrt_arena *arena, wrt_err *err) {
    char mesh[LIST_MAX], types[LIST_MAX];
    wrt_pubmed_query query;
    wrt_pubmed_results found = {0};
    wrt_json *info = NULL;
    wrt_buf question = wrt_buf_make(WRT_MIB(1));
    wrt_status status = read_query(&query, mesh, types, call, err);
    if (status == WRT_OK)
        status = wrt_cli_read_text(&question, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_info(&info, store, err);
    if (status == WRT_OK)
        status = wrt_pubmed_search(&found, store, arena, wrt_buf_str(&question), &query, err);
    if (status == WRT_OK) {
        result->data = search_json(&found, info);
        warn_of_results(call, &found);
        if (!call->globals->json)
            print_hits(call->out, &found);
        if (found.n == 0)
            status = wrt_fail(err, WRT_E_NOT_FOUND,
                              "no article of the local copy answers (%lld of "
                              "%lld candidates seen)",
                              (long long)found.seen, (long long)found.total);
    }
    wrt_json_free(info);
    wrt_buf_free(&question);
    return status;
}

/* ---- one record */

static wrt_status get(wrt_pubmed_article *out, wrt_pubmed_store *store, wrt_arena *arena,
                      const char *text, wrt_err *err) {
    int64_t pmid = 0;
    bool found = false;
    if (!wrt_pubmed_read_pmid(&pmid, wrt_str_of(text)))
        return wrt_fail(err, WRT_E_INPUT, "a PMID is 1 to 10 digits, not \"%.40s\"", text);
    wrt_status status = wrt_pubmed_store_get(&found, out, store, arena, pmid, err);
    if (status == WRT_OK && !found)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "PMID %lld is not in the local copy of PubMed",
                          (long long)pmid);
    return status;
}

static wrt_status quote(wrt_cli_result *result, const wrt_cli_call *call, wrt_pubmed_store *store,
                        wrt_arena *arena, wrt_err *err) {
    wrt_pubmed_article article = {0};
    wrt_pubmed_quote found = {0};
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_status status = wrt_cli_read_text(&text, call->operands[1], err);
    if (status == WRT_OK)
        status = get(&article, store, arena, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_pubmed_quote_find(&found, &article, arena, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    if (status != WRT_OK)
        return status;
    result->data = wrt_pubmed_quote_json(&found);
    wrt_json_set_text(result->data, "status", wrt_pubmed_status_name(article.status));
    if (!wrt_pubmed_status_is_ground(article.status))
        wrt_json_push_text(call->warnings, "the record is no ground for a claim: see `warrant "
                                           "pubmed show`");
    if (!found.found)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the record does not say that");
    if (!call->globals->json) {
        fprintf(call->out, "%s, bytes %zu to %zu: ", found.field, found.start, found.end);
        print_plain(call->out, found.text);
        fputc('\n', call->out);
    }
    return WRT_OK;
}

static wrt_status cite(wrt_cli_result *result, const wrt_cli_call *call, wrt_pubmed_store *store,
                       wrt_arena *arena, wrt_err *err) {
    const char *name = wrt_cli_value(call, "style");
    wrt_pubmed_style style = WRT_PUBMED_CITE_TEXT;
    wrt_buf out = wrt_buf_make(WRT_MIB(16));
    wrt_status status = WRT_OK;
    if (name != NULL && !wrt_pubmed_style_of_name(&style, name))
        status = wrt_fail(err, WRT_E_INPUT, "style \"%.20s\": text, ris, bibtex or csl", name);
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++) {
        wrt_pubmed_article article = {0};
        status = get(&article, store, arena, call->operands[i], err);
        if (status == WRT_OK)
            status = wrt_pubmed_cite(&out, &article, style, err);
        if (status == WRT_OK && style == WRT_PUBMED_CITE_TEXT)
            wrt_buf_add_char(&out, '\n');
        if (status == WRT_OK && !wrt_pubmed_status_is_ground(article.status)) {
            char line[80];
            snprintf(line, sizeof line, "PMID %lld is %s", (long long)article.pmid,
                     wrt_pubmed_status_name(article.status));
            wrt_json_push_text(call->warnings, line);
        }
    }
    if (status == WRT_OK) {
        result->data = wrt_json_new_object();
        wrt_json_set(result->data, "text", wrt_json_new_text(wrt_buf_str(&out)));
        if (!call->globals->json)
            fputs(wrt_buf_str(&out).ptr, call->out);
    }
    wrt_buf_free(&out);
    return status;
}

/* ---- with the store open */

typedef wrt_status (*store_fn)(wrt_cli_result *result, const wrt_cli_call *call,
                               wrt_pubmed_store *store, wrt_arena *arena, wrt_err *err);

static wrt_status with_store(store_fn fn, wrt_cli_result *result, const wrt_cli_call *call,
                             wrt_err *err) {
    wrt_pubmed_store *store = NULL;
    wrt_arena *arena = wrt_arena_new();
    wrt_status status = wrt_cli_open_pubmed(&store, call->globals, WRT_PUBMED_STORE_READ, err);
    if (status == WRT_OK)
        status = fn(result, call, store, arena, err);
    wrt_pubmed_store_close(store);
    wrt_arena_free(arena);
    return status;
}

static wrt_status run_search(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    const char *source = wrt_cli_value(call, "source");
    if (source != NULL && strcmp(source, "live") == 0)
        return wrt_cli_search_live(r, call, err);
    if (source != NULL && strcmp(source, "local") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--source: must be local or live");
    return with_store(search, r, call, err);
}

static wrt_status run_quote(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_store(quote, r, call, err);
}

static wrt_status run_cite(wrt_cli_result *r, const wrt_cli_call *call, wrt_err *err) {
    return with_store(cite, r, call, err);
}

static const wrt_cli_option search_options[] = {
    {"source", 0, "NAME", "local (default), or live: PubMed itself, over the network"},
    {"limit", 0, "N", "most hits, 1 to 200 (default 10)"},
    {"years", 0, "A-B", "only articles of these years"},
    {"mesh", 0, "TERM;...", "only articles with all these MeSH headings (names or identifiers)"},
    {"type", 0, "TYPE;...",
     "only these publication types: names, identifiers, or rct, trial, meta-analysis, "
     "systematic-review, review, observational, case-report"},
    {"include-retracted", 0, NULL, "also retracted papers, papers under concern and notices"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_search = {
    .path = "pubmed search",
    .operands = "QUESTION|@FILE|-",
    .summary = "find the articles of the local store that answer a question",
    .details =
        "The question is plain words: there is no query language. Retracted papers, papers under\n"
        "concern and notices are held back and counted. Snippets are bytes of the stored field.\n"
        "Exit 3: no hit.\n",
    .examples = "  warrant pubmed search \"Does aspirin prevent colorectal adenoma?\" --type rct\n"
                "  warrant pubmed search \"statins and dementia\" --years 2015- --mesh Humans\n",
    .options = search_options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run_search,
};

const wrt_cli_command wrt_cmd_pubmed_quote = {
    .path = "pubmed quote",
    .operands = "PMID TEXT|@FILE|-",
    .summary = "find a quotation in a stored record: field and bytes",
    .details = "Case, white space, dashes and quotation marks do not count; words do. Exit 3: the\n"
               "record does not say that.\n",
    .examples = "  warrant pubmed quote 21645374 \"programmed cell death\"\n",
    .min_operands = 2,
    .max_operands = 2,
    .run = run_quote,
};

static const wrt_cli_option cite_options[] = {
    {"style", 0, "STYLE", "text (default), ris, bibtex or csl"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_cite = {
    .path = "pubmed cite",
    .operands = "PMID...",
    .summary = "citations of stored records for reference managers, retracted ones marked",
    .examples = "  warrant pubmed cite 21645374 --style bibtex\n",
    .options = cite_options,
    .min_operands = 1,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_cite,
};
