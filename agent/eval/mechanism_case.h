/* mechanism_case.h: the DrugMechDB development cases and how an answer to one is scored. */
#ifndef WRT_EVAL_MECHANISM_CASE_H
#define WRT_EVAL_MECHANISM_CASE_H

#include "base/err.h"
#include "base/json.h"

enum { WRT_MECHANISM_TOP = 50, WRT_MECHANISM_NEAR = 10 };

/* Texts are borrowed from the file's JSON. */
typedef struct {
    const char *id, *drug,
        *disease;         /* drug, disease: Hetionet ids where there are any, else MeSH */
    const wrt_json *gold; /* ids of curated nodes between drug and disease */
    bool is_mappable;
} wrt_mechanism_case;

typedef struct {
    wrt_mechanism_case *list;
    size_t n;
} wrt_mechanism_cases;

/* Of a file in the shape of drugmech_dev.json, parsed: {"cases":[...]}. WRT_E_INPUT: another shape;
 * the cases are freed by the caller. */
wrt_status wrt_mechanism_cases_read(wrt_mechanism_cases *out, const wrt_json *root, wrt_err *err);
void wrt_mechanism_cases_free(wrt_mechanism_cases *cases);

typedef struct {
    double recall_near; /* share of gold nodes in the union of the first WRT_MECHANISM_NEAR paths */
    double recall_top;  /* the same of WRT_MECHANISM_TOP */
    double gene_hit;    /* 1 when one of the first WRT_MECHANISM_NEAR paths holds a gold gene */
    double reciprocal;  /* 1 / place of the first path with a gold gene, else 0 */
} wrt_mechanism_score;

/* paths: what kg_paths gave, best first, WRT_MECHANISM_TOP at most. The ends count for nothing. */
wrt_mechanism_score wrt_mechanism_score_of(const wrt_mechanism_case *c, const wrt_json *paths);

/* The kinds of nodes that a mechanism may pass, for ranks that do not choose them themselves. The
 * caller frees. */
wrt_json *wrt_mechanism_kinds(void);

#endif
