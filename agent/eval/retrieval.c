/* retrieval.c: see retrieval.h. */
#include "agent/eval/retrieval.h"

#include "agent/eval/qa_store.h"
#include "base/arena.h"
#include "pubmed/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HITS = 20, QUERY_MAX = 1 << 16 };

static const char card[] =
    "Retrieval over PubMedQA-L (Jin et al., EMNLP 2019): the abstracts (CONTEXTS, without their\n"
    "conclusion) become a local copy of PubMed, a question is put to its search, and the "
    "question's\n"
    "own paper should be found. --data: a file in the shape of ori_pqal.json. No model is asked.\n"
    "With --limit all abstracts are indexed, only the questions are sampled.\n"
    "\n"
    "Modes: question (QUESTION), conclusion (LONG_ANSWER), subjects (MESHES joined by blanks, the\n"
    "hardest). Measured: recall_1, recall_5, recall_10, recall_20, reciprocal (1 / place within "
    "the\n"
    "first 20, else 0). `correct`: the own paper is the first hit.\n"
    "\n"
    "Caveats: every question is the title of its own paper, so words overlap and the measure is\n"
    "nearly saturated: a guard against regressions, not a measure of research. Other papers that\n"
    "answer the question count as misses.\n";

static const wrt_eval_mode modes[] = {
    {"question", "asked by the question", false},
    {"conclusion", "asked by the paper's conclusion", false},
    {"subjects", "asked by the paper's MeSH terms", false},
    {0},
};

typedef struct {
    wrt_pubmed_store *store;
    const wrt_json **items;
} retrieval;

static void retrieval_close(void *self) {
    retrieval *r = self;
    if (r == NULL)
        return;
    wrt_pubmed_store_close(r->store);
    free(r->items);
    free(r);
}

static wrt_status retrieval_open(void **self, size_t *n, const wrt_json *data,
                                 const wrt_eval_request *request, wrt_err *err) {
    retrieval *r = wrt_calloc(1, sizeof *r);
    *self = r;
    if (!wrt_json_is(data, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "the data are an object from PMIDs to questions");
    r->items = wrt_calloc(wrt_json_count(data) + 1, sizeof(const wrt_json *));
    WRT_JSON_EACH(item, data)
    r->items[(*n)++] = item;
    return wrt_qa_store_make(&r->store, request->scratch, data, false, err);
}

static void write_query(wrt_buf *out, const wrt_json *item, const char *mode) {
    if (strcmp(mode, "conclusion") == 0)
        wrt_buf_add_c(out, wrt_json_get_text(item, "LONG_ANSWER", ""));
    else if (strcmp(mode, "subjects") == 0)
        WRT_JSON_EACH(term, wrt_json_get(item, "MESHES"))
    wrt_buf_printf(out, "%s ", wrt_json_text(term) != NULL ? wrt_json_text(term) : "");
    else wrt_buf_add_c(out, wrt_json_get_text(item, "QUESTION", ""));
}

static void set_measures(wrt_json *row, size_t place) {
    static const struct {
        const char *name;
        size_t within;
    } measures[] = {{"recall_1", 1}, {"recall_5", 5}, {"recall_10", 10}, {"recall_20", HITS}};
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
        wrt_eval_row_measure(row, measures[i].name,
                             place > 0 && place <= measures[i].within ? 1 : 0);
    wrt_eval_row_measure(row, "reciprocal", place > 0 ? 1 / (double)place : 0);
}

static wrt_status retrieval_run(wrt_json **row, void *self, size_t item,
                                const wrt_eval_request *request, wrt_err *err) {
    const retrieval *r = self;
    const wrt_json *question = r->items[item];
    const wrt_pubmed_query query = {.limit = HITS};
    wrt_pubmed_results results = {0};
    wrt_buf text = wrt_buf_make(QUERY_MAX);
    wrt_arena *arena = wrt_arena_new();
    int64_t pmid = 0;
    size_t place = 0;
    char first[24] = "";
    wrt_pubmed_pmid_of_text(&pmid, wrt_str_of(wrt_json_key(question)));
    write_query(&text, question, request->mode != NULL ? request->mode : modes[0].name);
    wrt_status status =
        wrt_pubmed_search(&results, r->store, arena, wrt_buf_str(&text), &query, err);
    for (size_t i = 0; i < results.n && place == 0; i++)
        place = results.hits[i].pmid == pmid ? i + 1 : 0;
    if (results.n > 0)
        snprintf(first, sizeof first, "%" PRId64, results.hits[0].pmid);
    *row =
        wrt_eval_row(wrt_json_key(question), results.n > 0 ? first : NULL, wrt_json_key(question));
    set_measures(*row, place);
    wrt_arena_free(arena);
    wrt_buf_free(&text);
    return status;
}

const wrt_eval_suite wrt_eval_retrieval = {
    .name = "retrieval",
    .version = 1,
    .title = "a question's own paper found in a local copy of PubMed",
    .card = card,
    .modes = modes,
    .needs = WRT_EVAL_NEEDS_DATA,
    .open = retrieval_open,
    .run = retrieval_run,
    .close = retrieval_close,
};
