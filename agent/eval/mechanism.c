/* mechanism.c: see mechanism.h. */
#include "agent/eval/mechanism.h"

#include "agent/eval/mechanism_case.h"
#include "base/arena.h"
#include "kg/paths/paths.h"

#include <stdlib.h>
#include <string.h>

static const char card[] =
    "Recovery of curated mechanisms (DrugMechDB): for a drug and a disease the graph is asked for "
    "the\n"
    "best 50 paths, without treats or palliates edges and without passing another drug or "
    "disease.\n"
    "--data: a file in the shape of drugmech_dev.json; the graph is the one loaded. No model is "
    "asked.\n"
    "\n"
    "Measured per case: recall_10, recall_50 (share of the curated nodes between drug and disease\n"
    "that lie on the first 10, 50 paths), gene_hit_10 (1 when one of the first ten paths holds a\n"
    "curated gene), gene_reciprocal (1 / place of the first such path). A mode is a rank of\n"
    "`warrant kg paths`. Cases whose nodes do not map to Hetionet are left out.\n"
    "\n"
    "Caveats\n"
    "- The table of rates behind the rank `mechanism` was counted on DrugMechDB's training graphs, "
    "so\n"
    "  its score is that of a rank tuned to this source; cases and training graphs are disjoint.\n"
    "- A curated path is one true mechanism, not the only one: a path that is not in it may be "
    "right.\n"
    "- A graph that holds DrugMechDB's own edges answers from the key: compare with Hetionet "
    "alone.\n";

static const wrt_eval_mode modes[] = {
    {"mechanism", "edges as often as curated mechanisms use them", false},
    {"degree_product", "degree-weighted path count", false},
    {"dwpc", "summed over the paths of a metapath", false},
    {"information", "bits", false},
    {"evidence", "publications and sources", false},
    {"signed", "paths of a sign first", false},
    {0},
};

typedef struct {
    wrt_mechanism_cases cases;
    const wrt_mechanism_case **mappable;
    wrt_json *kinds;
} mechanism;

static void mechanism_close(void *self) {
    mechanism *m = self;
    if (m == NULL)
        return;
    wrt_mechanism_cases_free(&m->cases);
    wrt_json_free(m->kinds);
    free(m->mappable);
    free(m);
}

static wrt_status mechanism_open(void **self, size_t *n, const wrt_json *data,
                                 const wrt_eval_request *request, wrt_err *err) {
    mechanism *m = wrt_calloc(1, sizeof *m);
    (void)request;
    *self = m;
    m->kinds = wrt_mechanism_kinds();
    wrt_status status = wrt_mechanism_cases_read(&m->cases, data, err);
    if (status != WRT_OK)
        return status;
    m->mappable = wrt_calloc(m->cases.n + 1, sizeof(const wrt_mechanism_case *));
    for (size_t i = 0; i < m->cases.n; i++)
        if (m->cases.list[i].is_mappable)
            m->mappable[(*n)++] = &m->cases.list[i];
    return WRT_OK;
}

static wrt_status mechanism_run(wrt_json **row, void *self, size_t item,
                                const wrt_eval_request *request, wrt_err *err) {
    const mechanism *m = self;
    const wrt_mechanism_case *c = m->mappable[item];
    const char *mode = request->mode != NULL ? request->mode : modes[0].name;
    bool is_default = strcmp(mode, modes[0].name) == 0;
    wrt_kg_path_options options = {.k = WRT_MECHANISM_TOP};
    wrt_json *paths = NULL;
    if (!is_default) {
        options.rank = mode;
        options.kinds = m->kinds;
    }
    *row = wrt_json_new_object();
    wrt_json_set_text(*row, "id", c->id);
    wrt_status status = wrt_kg_paths(&paths, NULL, request->kg, c->drug, c->disease, &options, err);
    if (status != WRT_OK) { /* a case without an answer recovers nothing */
        wrt_json_set_text(*row, "why", err->message);
        status = status == WRT_E_NOT_FOUND ? WRT_OK : status;
    }
    wrt_mechanism_score score = wrt_mechanism_score_of(c, paths);
    wrt_json_set_int(*row, "paths", (int64_t)wrt_json_count(paths));
    wrt_eval_row_measure(*row, "recall_10", score.recall_near);
    wrt_eval_row_measure(*row, "recall_50", score.recall_top);
    wrt_eval_row_measure(*row, "gene_hit_10", score.gene_hit);
    wrt_eval_row_measure(*row, "gene_reciprocal", score.reciprocal);
    wrt_json_free(paths);
    return status;
}

const wrt_eval_suite wrt_eval_mechanism = {
    .name = "mechanism",
    .version = 1,
    .title = "curated drug mechanisms found among the paths of the graph",
    .card = card,
    .modes = modes,
    .needs = WRT_EVAL_NEEDS_DATA | WRT_EVAL_NEEDS_GRAPH,
    .open = mechanism_open,
    .run = mechanism_run,
    .close = mechanism_close,
};
