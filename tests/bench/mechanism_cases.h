/* mechanism_cases.h: the DrugMechDB development cases and how an answer to one is scored. */
#ifndef TESTS_BENCH_MECHANISM_CASES_H
#define TESTS_BENCH_MECHANISM_CASES_H

#include "base/err.h"
#include "base/json.h"

enum { MECHANISM_TOP = 50, MECHANISM_NEAR = 10 };

/* Texts are borrowed from the file's JSON. */
typedef struct {
    const char *id, *drug,
        *disease;         /* drug, disease: Hetionet ids where there are any, else MeSH */
    const wrt_json *gold; /* ids of curated nodes between drug and disease */
    bool is_mappable;
} mechanism_case;

typedef struct {
    wrt_json *root;
    mechanism_case *list;
    size_t n;
} mechanism_cases;

wrt_status mechanism_cases_read(mechanism_cases *out, const char *path, wrt_err *err);
void mechanism_cases_free(mechanism_cases *cases);

typedef struct {
    double recall_near; /* share of gold nodes in the union of the first MECHANISM_NEAR paths */
    double recall_top;  /* the same of MECHANISM_TOP */
    double gene_hit;    /* 1 when one of the first MECHANISM_NEAR paths holds a gold gene */
    double reciprocal;  /* 1 / place of the first path with a gold gene, else 0 */
} mechanism_score;

/* paths: what kg_paths gave, best first, MECHANISM_TOP at most. The ends count for nothing. */
mechanism_score mechanism_score_of(const mechanism_case *c, const wrt_json *paths);

#endif
