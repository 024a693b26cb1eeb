/* path_json.c: nodes, edges with provenance, alternatives and contradictions of one path. */
#include "kg/paths/path_json.h"

#include "base/arena.h"

#include <string.h>

enum { METAPATH_MAX = 1 << 16, NEAR_EDGES_MAX = 100 };

static uint32_t near_end(const wrt_kg_csr *csr, uint32_t edge) {
    return wrt_kg_far_end(csr, edge ^ WRT_KG_ARC_BACK);
}

/* ---- edges beside an edge of the path */

static bool same_direction(uint32_t a, uint32_t b) {
    return ((a | b) & WRT_KG_ARC_BOTH) != 0 || (a & WRT_KG_ARC_BACK) == (b & WRT_KG_ARC_BACK);
}

static bool is_alternative(const wrt_kg_csr *csr, uint32_t edge, uint32_t other) {
    uint32_t a = edge & WRT_KG_RANK, b = other & WRT_KG_RANK;
    bool same_way = (edge & WRT_KG_ARC_BOTH) == (other & WRT_KG_ARC_BOTH);
    return a != b && same_way && csr->metaedge[a] == csr->metaedge[b] &&
           csr->sign[a] == csr->sign[b] && same_direction(edge, other);
}

static bool is_contradiction(const wrt_kg_csr *csr, uint32_t edge, uint32_t other) {
    uint32_t a = edge & WRT_KG_RANK, b = other & WRT_KG_RANK;
    const wrt_kg_csr_metaedge *x = &csr->metaedges[csr->metaedge[a]];
    const wrt_kg_csr_metaedge *y = &csr->metaedges[csr->metaedge[b]];
    return x->predicate == y->predicate && csr->sign[a] * csr->sign[b] == -1 &&
           same_direction(edge, other);
}

typedef bool (*relation)(const wrt_kg_csr *csr, uint32_t edge, uint32_t other);

static wrt_status set_related(wrt_json *out, const char *member, wrt_kg *kg, uint32_t edge,
                              relation is_related, wrt_err *err) {
    const wrt_kg_csr *csr = &kg->csr;
    uint32_t at = 0;
    uint32_t end = wrt_kg_csr_run(&at, csr, near_end(csr, edge), wrt_kg_far_end(csr, edge));
    wrt_json *ids = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (; at < end && status == WRT_OK && wrt_json_count(ids) < NEAR_EDGES_MAX; at++) {
        if (!is_related(csr, edge, csr->arcs[at].edge))
            continue;
        wrt_json *full = NULL;
        uint32_t rank = wrt_kg_arc_rank(csr->arcs[at]);
        status = wrt_kg_edge_full(&full, NULL, kg->store, csr->number[rank], err);
        if (status == WRT_OK)
            wrt_json_push_text(ids, wrt_json_get_text(full, "id", ""));
        wrt_json_free(full);
    }
    if (status == WRT_OK && wrt_json_count(ids) > 0)
        wrt_json_set(out, member, ids);
    else
        wrt_json_free(ids);
    return status;
}

/* ---- one edge */

static wrt_json *sign_json(int sign) {
    return sign == WRT_KG_SIGN_UNKNOWN ? wrt_json_new_null() : wrt_json_new_int(sign);
}

static wrt_json *pick_members(wrt_json *full, wrt_json *sources) {
    static const char *const members[] = {
        "id",
        "predicate",
        "original_predicate",
        "direction",
        "sign",
        "causal",
        "publications",
        "license",
        "knowledge_level",
        "agent_type",
        "record_id",
        "sha256",
        "primary_knowledge_source",
    };
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        wrt_json_set(out, members[i], wrt_json_take(full, members[i]));
        if (i == 5)
            wrt_json_set(out, "sources", sources);
    }
    static const char *const marks[] = {"sign_conflict", "retracted_publications",
                                        "support_retracted"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (wrt_json_get(full, marks[i]) != NULL)
            wrt_json_set(out, marks[i], wrt_json_take(full, marks[i]));
    return out;
}

static wrt_status edge_json(wrt_json **out, wrt_kg *kg, uint32_t edge, wrt_err *err) {
    wrt_json *full = NULL, *sources = NULL;
    int64_t source = 0;
    wrt_status status =
        wrt_kg_edge_full(&full, &source, kg->store, kg->csr.number[edge & WRT_KG_RANK], err);
    if (status == WRT_OK)
        status = wrt_kg_edge_sources(&sources, kg->store, full, source, err);
    if (status == WRT_OK) {
        *out = pick_members(full, sources);
        if ((edge & WRT_KG_ARC_BACK) != 0) {
            wrt_json_set_bool(*out, "reversed", true);
            wrt_json_set(*out, "sign", sign_json(wrt_kg_sign_read(&kg->csr, edge)));
        }
        status = set_related(*out, "alternatives", kg, edge, is_alternative, err);
    }
    if (status == WRT_OK)
        status = set_related(*out, "contradicted_by", kg, edge, is_contradiction, err);
    wrt_json_free(full);
    return status;
}

/* ---- the path */

static void add_kind(wrt_buf *out, const wrt_kg *kg, uint32_t node) {
    wrt_buf_add_c(out, wrt_kg_term(kg->store, kg->kind[node]));
}

/* "Drug -affects-> Protein <-causes- Disease". */
static wrt_json *metapath(const wrt_kg *kg, const wrt_kg_path *path) {
    static const char prefix[] = "biolink:";
    const wrt_kg_csr *csr = &kg->csr;
    wrt_buf text = wrt_buf_make(METAPATH_MAX);
    add_kind(&text, kg, near_end(csr, path->edges[0]));
    for (int i = 0; i < path->hops; i++) {
        uint32_t m = csr->metaedge[path->edges[i] & WRT_KG_RANK];
        bool back = (path->edges[i] & WRT_KG_ARC_BACK) != 0;
        const char *predicate = wrt_kg_term(kg->store, csr->metaedges[m].predicate);
        if (strncmp(predicate, prefix, sizeof prefix - 1) == 0)
            predicate += sizeof prefix - 1;
        wrt_buf_add_c(&text, back ? " <-" : " -");
        wrt_buf_add_c(&text, predicate);
        wrt_buf_add_c(&text, back ? "- " : "-> ");
        add_kind(&text, kg, wrt_kg_far_end(csr, path->edges[i]));
    }
    wrt_json *out = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return out;
}

static wrt_status add_nodes(wrt_json *nodes, wrt_kg *kg, const wrt_kg_path *path, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int i = 0; i <= path->hops && status == WRT_OK; i++) {
        uint32_t node = i == 0 ? near_end(&kg->csr, path->edges[0])
                               : wrt_kg_far_end(&kg->csr, path->edges[i - 1]);
        wrt_json *item = NULL;
        status = wrt_kg_node_brief(&item, kg->store, (int64_t)node + 1, err);
        if (status == WRT_OK)
            wrt_json_push(nodes, item);
    }
    return status;
}

wrt_status wrt_kg_path_json(wrt_json **out, wrt_kg *kg, const wrt_kg_path *path, wrt_err *err) {
    wrt_json *nodes = wrt_json_new_array(), *edges = wrt_json_new_array();
    wrt_status status = add_nodes(nodes, kg, path, err);
    for (int i = 0; i < path->hops && status == WRT_OK; i++) {
        wrt_json *item = NULL;
        status = edge_json(&item, kg, path->edges[i], err);
        if (item != NULL)
            wrt_json_push(edges, item);
    }
    if (status != WRT_OK) {
        wrt_json_free(nodes);
        wrt_json_free(edges);
        return status;
    }
    *out = wrt_json_new_object();
    wrt_json_set(*out, "nodes", nodes);
    wrt_json_set(*out, "edges", edges);
    wrt_json_set(*out, "metapath", metapath(kg, path));
    wrt_json_set(*out, "sign", sign_json(wrt_kg_path_sign(&kg->csr, path)));
    return WRT_OK;
}
