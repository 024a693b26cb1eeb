/* mechanism_case.c: see mechanism_case.h. */
#include "agent/eval/mechanism_case.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static const char *first_id(const wrt_json *owner) {
    const wrt_json *mapped = wrt_json_get(owner, "hetionet");
    if (wrt_json_is(mapped, WRT_JSON_ARRAY))
        mapped = wrt_json_first(mapped);
    const char *text = wrt_json_text(mapped);
    return text != NULL ? text : wrt_json_get_text(owner, "mesh", "");
}

wrt_status wrt_mechanism_cases_read(wrt_mechanism_cases *out, const wrt_json *root, wrt_err *err) {
    const wrt_json *list = wrt_json_get(root, "cases");
    *out = (wrt_mechanism_cases){.n = 0};
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "the data are an object with a list \"cases\"");
    out->list = wrt_calloc(wrt_json_count(list) + 1, sizeof *out->list);
    WRT_JSON_EACH(item, list) {
        out->list[out->n++] = (wrt_mechanism_case){
            .id = wrt_json_get_text(item, "case_id", "?"),
            .drug = first_id(wrt_json_get(item, "drug")),
            .disease = first_id(wrt_json_get(item, "disease")),
            .gold = wrt_json_get(item, "gold_intermediate_hetionet"),
            .is_mappable = wrt_json_get_bool(item, "hetionet_mappable", false)};
    }
    return WRT_OK;
}

void wrt_mechanism_cases_free(wrt_mechanism_cases *cases) {
    free(cases->list);
    *cases = (wrt_mechanism_cases){.n = 0};
}

wrt_json *wrt_mechanism_kinds(void) {
    static const char *const kinds[] = {"Gene",
                                        "Biological Process",
                                        "Molecular Function",
                                        "Cellular Component",
                                        "Pathway",
                                        "Anatomy",
                                        "Symptom"};
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        wrt_json_push_text(list, kinds[i]);
    return list;
}

/* ---- scoring */

static bool is_inner_gold(const wrt_mechanism_case *c, const char *id) {
    return strcmp(id, c->drug) != 0 && strcmp(id, c->disease) != 0;
}

/* Place from 1 of the first path that passes a node; 0 when none does. */
static size_t place_of(const wrt_json *paths, const char *id) {
    size_t place = 0;
    WRT_JSON_EACH(path, paths) {
        if (++place > WRT_MECHANISM_TOP)
            break;
        WRT_JSON_EACH(node, wrt_json_get(path, "nodes")) {
            if (strcmp(wrt_json_get_text(node, "id", ""), id) == 0)
                return place;
        }
    }
    return 0;
}

wrt_mechanism_score wrt_mechanism_score_of(const wrt_mechanism_case *c, const wrt_json *paths) {
    size_t n = 0, near = 0, top = 0, first_gene = 0;
    WRT_JSON_EACH(item, c->gold) {
        const char *id = wrt_json_text(item);
        if (id == NULL || !is_inner_gold(c, id))
            continue;
        size_t place = place_of(paths, id);
        n++;
        near += place > 0 && place <= WRT_MECHANISM_NEAR;
        top += place > 0;
        if (place > 0 && strncmp(id, "Gene::", 6) == 0 && (first_gene == 0 || place < first_gene))
            first_gene = place;
    }
    double all = n > 0 ? (double)n : 1;
    return (wrt_mechanism_score){.recall_near = (double)near / all,
                                 .recall_top = (double)top / all,
                                 .gene_hit = first_gene > 0 && first_gene <= WRT_MECHANISM_NEAR,
                                 .reciprocal = first_gene > 0 ? 1 / (double)first_gene : 0};
}
