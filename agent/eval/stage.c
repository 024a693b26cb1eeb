/* stage.c: see stage.h. */
#include "agent/eval/stage.h"

#include "base/arena.h"
#include "base/file.h"
#include "kg/ingest/import.h"
#include "pubmed/ingest.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_MAX = 1 << 20 };

/* ---- the graph */

/* A cell of TSV: neither tab nor line break. */
static void add_cell(wrt_buf *out, const char *text) {
    for (const char *at = text; *at != '\0'; at++)
        wrt_buf_add_char(out, strchr("\t\r\n", *at) != NULL ? ' ' : *at);
}

static const char *cell_of(const wrt_json *row, const char *column, const wrt_stage_change *change,
                           const char *table, size_t number) {
    if (change != NULL && change->row == number && strcmp(change->table, table) == 0 &&
        strcmp(change->column, column) == 0)
        return change->text;
    return wrt_json_get_text(row, column, "");
}

static void write_rows(wrt_buf *out, const wrt_json *rows, const char *table,
                       const wrt_stage_change *change) {
    const wrt_json *first = wrt_json_first(rows);
    size_t number = 0;
    WRT_JSON_EACH(column, first) {
        wrt_buf_add_c(out, column == wrt_json_first(first) ? "" : "\t");
        add_cell(out, wrt_json_key(column));
    }
    wrt_buf_add_c(out, "\n");
    WRT_JSON_EACH(row, rows) {
        WRT_JSON_EACH(column, first) {
            wrt_buf_add_c(out, column == wrt_json_first(first) ? "" : "\t");
            add_cell(out, cell_of(row, wrt_json_key(column), change, table, number));
        }
        wrt_buf_add_c(out, "\n");
        number++;
    }
}

static wrt_status write_table(char **path, const char *home, const wrt_json *graph,
                              const char *table, const wrt_stage_change *change, wrt_err *err) {
    wrt_buf text = wrt_buf_make(TABLE_MAX), name = wrt_buf_make(64);
    wrt_buf_printf(&name, "%s.tsv", table);
    *path = wrt_path_join(home, wrt_buf_str(&name).ptr);
    write_rows(&text, wrt_json_get(graph, table), table, change);
    wrt_status status = text.overflow
                            ? wrt_fail(err, WRT_E_LIMIT, "the suite's graph is over 1 MiB")
                            : wrt_file_write(*path, wrt_buf_str(&text), 0600, err);
    wrt_buf_free(&text);
    wrt_buf_free(&name);
    return status;
}

static wrt_status import(const char *home, const char *nodes, const char *edges, wrt_err *err) {
    wrt_kg_import_options options = {.nodes_path = nodes,
                                     .edges_path = edges,
                                     .source = "made-up",
                                     .version = "1",
                                     .is_strict = true};
    wrt_json *report = NULL;
    char *db = wrt_path_join(home, "kg.db");
    wrt_status status = wrt_kg_import_kgx(&report, db, &options, err);
    wrt_json_free(report);
    free(db);
    return status;
}

wrt_status wrt_stage_make_bare(char **home, const wrt_eval_request *request, const char *name,
                               wrt_err *err) {
    *home = NULL;
    if (request->scratch == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this suite needs a folder to work in");
    *home = wrt_path_join(request->scratch, name);
    return wrt_dir_make(*home, 0700, err);
}

wrt_status wrt_stage_make(char **home, const wrt_eval_request *request, const char *name,
                          const wrt_json *graph, const wrt_stage_change *change, wrt_err *err) {
    char *nodes = NULL, *edges = NULL;
    wrt_status status = wrt_stage_make_bare(home, request, name, err);
    if (status == WRT_OK)
        status = write_table(&nodes, *home, graph, "nodes", change, err);
    if (status == WRT_OK)
        status = write_table(&edges, *home, graph, "edges", change, err);
    if (status == WRT_OK)
        status = import(*home, nodes, edges, err);
    free(nodes);
    free(edges);
    if (status != WRT_OK) {
        free(*home);
        *home = NULL;
    }
    return status;
}

wrt_status wrt_stage_ask(wrt_json **report, const wrt_eval_request *request,
                         const wrt_eval_question *question, wrt_err *err) {
    return request->ask(report, request->ctx, question, err);
}

/* ---- papers */

static wrt_status add_paper(wrt_pubmed_ingest *ingest, const wrt_json *paper, wrt_err *err) {
    const char *pmid = wrt_json_get_text(paper, "pmid", "");
    const wrt_pubmed_section section = {.text =
                                            wrt_str_of(wrt_json_get_text(paper, "abstract", ""))};
    wrt_pubmed_article article = {.version = 1,
                                  .status = WRT_PUBMED_OK,
                                  .title = wrt_str_of(wrt_json_get_text(paper, "title", "")),
                                  .abstract = &section,
                                  .n_abstract = 1};
    return wrt_pubmed_pmid_of_text(&article.pmid, wrt_str_of(pmid))
               ? wrt_pubmed_ingest_article(ingest, &article, err)
               : wrt_fail(err, WRT_E_INPUT, "a paper of the suite: \"%.40s\" is no PMID", pmid);
}

wrt_status wrt_stage_add_papers(const char *home, const wrt_json *papers, wrt_err *err) {
    const wrt_pubmed_source source = {.name = "made-up", .kind = "live"};
    wrt_pubmed_store *store = NULL;
    wrt_pubmed_ingest *ingest = NULL;
    char *path = wrt_path_join(home, "pubmed.db");
    wrt_status status = wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_WRITE, err);
    if (status == WRT_OK)
        status = wrt_pubmed_ingest_begin(&ingest, store, &source, NULL, err);
    WRT_JSON_EACH(paper, papers)
    if (status == WRT_OK)
        status = add_paper(ingest, paper, err);
    if (status == WRT_OK)
        status = wrt_pubmed_ingest_commit(NULL, ingest, err);
    else
        wrt_pubmed_ingest_abandon(ingest);
    wrt_pubmed_store_close(store);
    free(path);
    return status;
}

/* ---- reports */

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *claim_line(const wrt_json *claim) {
    wrt_buf line = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&line, "%s %s %s %s rung ", wrt_json_get_text(claim, "kind", "?"),
                   wrt_json_get_text(wrt_json_get(claim, "subject"), "id", "?"),
                   wrt_json_get_text(claim, "relation", "?"),
                   wrt_json_get_text(wrt_json_get(claim, "object"), "id", "?"));
    wrt_buf_printf(&line, "%lld %s", (long long)wrt_json_get_int(claim, "rung", 0),
                   wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", "?"));
    return wrt_buf_take(&line);
}

void wrt_stage_claims(wrt_buf *out, const wrt_json *report) {
    const wrt_json *claims = wrt_json_get(wrt_json_get(report, "answer"), "claims");
    size_t n = 0;
    char **lines = wrt_calloc(wrt_json_count(claims) + 1, sizeof *lines);
    WRT_JSON_EACH(claim, claims)
    lines[n++] = claim_line(claim);
    qsort(lines, n, sizeof *lines, compare_lines);
    for (size_t i = 0; i < n; i++) {
        wrt_buf_printf(out, "%s\n", lines[i]);
        free(lines[i]);
    }
    free(lines);
}

static bool is_event(const wrt_json *event, const char *type) {
    return strcmp(wrt_json_get_text(event, "type", ""), type) == 0;
}

void wrt_stage_calls(wrt_buf *out, const wrt_json *report) {
    WRT_JSON_EACH(event, wrt_json_get(report, "events")) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (is_event(event, "tool.call"))
            wrt_buf_printf(out, "%s%s %s", out->len > 0 ? ", " : "",
                           wrt_json_get_text(body, "step", "?"),
                           wrt_json_get_text(body, "tool", "?"));
    }
}

const wrt_json *wrt_stage_event(const wrt_json *report, const char *type) {
    WRT_JSON_EACH(event, wrt_json_get(report, "events"))
    if (is_event(event, type))
        return wrt_json_get(event, "body");
    return NULL;
}

/* Place of a step among those of the plan from `from` on; the count when it is not there. */
static size_t place_of(const wrt_json *steps, const char *step, size_t from) {
    size_t place = 0;
    WRT_JSON_EACH(item, steps) {
        if (place >= from && strcmp(wrt_json_get_text(item, "id", ""), step) == 0)
            return place;
        place++;
    }
    return place;
}

bool wrt_stage_keeps_plan(const wrt_json *report) {
    const wrt_json *steps = NULL, *frozen = NULL;
    size_t next = 0;
    WRT_JSON_EACH(event, wrt_json_get(report, "events")) {
        const wrt_json *body = wrt_json_get(event, "body");
        const char *step = wrt_json_get_text(body, "step", "");
        if (is_event(event, "plan"))
            steps = wrt_json_get(body, "steps");
        if (is_event(event, "plan.frozen"))
            frozen = wrt_json_get(body, "steps");
        if (!is_event(event, "tool.call"))
            continue;
        size_t place = place_of(steps, step, next);
        if (place >= wrt_json_count(steps) || wrt_json_get(frozen, step) == NULL)
            return false;
        next = place + 1;
    }
    return true;
}

int wrt_stage_audit_level(const wrt_json *report) {
    int passed = 0;
    WRT_JSON_EACH(level, wrt_json_get(wrt_json_get(report, "audit"), "levels")) {
        if (!wrt_json_get_bool(level, "ok", false))
            return passed;
        passed = (int)wrt_json_get_int(level, "level", 0);
    }
    return passed;
}
