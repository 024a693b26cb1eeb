/* cite.c: citing rows of the graph. */
#include "agent/claims/cite.h"

#include "agent/claims/cited.h"
#include "agent/claims/rows.h"

#include <string.h>

wrt_status wrt_cite_edge(const char **id, wrt_claims *claims, const wrt_json *edge,
                         const wrt_claim_context *context, wrt_err *err) {
    const char *row = wrt_json_get_text(edge, "id", "?");
    int64_t proof = 0;
    *id = wrt_json_get_text(claims->evidence.by_key, row, NULL);
    if (*id != NULL)
        return WRT_OK;
    wrt_status status = wrt_rows_prove(&proof, context->turn, row, err);
    if (status != WRT_OK)
        return status;
    *id = wrt_evidence_of_edge(&claims->evidence, edge, context->snapshot, proof);
    return wrt_turn_record(context->turn, "evidence",
                           wrt_json_copy(wrt_evidence_find(&claims->evidence, *id)), err);
}

/* ---- what speaks against it */

static bool is_retracted(const wrt_claims *claims, const char *id) {
    return wrt_json_get_bool(wrt_evidence_find(&claims->evidence, id), "retracted", false);
}

/* No word of the row's own: names and labels are said in sentences only, where policy reads them.
 */
static void limit_of_row(wrt_json *claim, const char *id, const wrt_json *row) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_buf_printf(&text, "%s speaks against it: the graph also states %s", id,
                   wrt_json_get_number(row, "sign", 0.0) < 0 ? "a decrease" : "an increase");
    wrt_json_push(wrt_json_get_mut(claim, "limits"), wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

/* What the local copy says of the papers that these rows cite. */
static wrt_status learn(wrt_claims *claims, const wrt_claim_context *context, const wrt_json *rows,
                        wrt_err *err) {
    if (wrt_json_count(rows) == 0)
        return WRT_OK;
    wrt_json *paths = wrt_json_new_array(), *path = wrt_json_new_object();
    wrt_json_set(path, "edges", wrt_json_copy(rows));
    wrt_json_push(paths, path);
    wrt_status status = wrt_cited_learn(&claims->evidence, context->turn, paths, err);
    wrt_json_free(paths);
    return status;
}

wrt_status wrt_cite_opposed(wrt_json *claim, wrt_claims *claims, const wrt_json *edge,
                            const wrt_claim_context *context, wrt_err *err) {
    wrt_json *rows = NULL;
    wrt_status status = wrt_rows_opposed(&rows, context->turn, edge, err);
    if (status == WRT_OK)
        status = learn(claims, context, rows, err);
    WRT_JSON_EACH(row, rows) {
        const char *id = NULL;
        if (status == WRT_OK)
            status = wrt_cite_edge(&id, claims, row, context, err);
        if (status != WRT_OK)
            break;
        if (is_retracted(claims, id))
            continue;
        wrt_claim_add_rebuttal(claim, id);
        limit_of_row(claim, id, row);
    }
    if (status == WRT_OK && wrt_json_get_bool(edge, "sign_conflict", false))
        wrt_json_push_text(wrt_json_get_mut(claim, "limits"),
                           "the sources of this record state different directions of effect");
    wrt_json_free(rows);
    return status;
}

/* ---- limits */

static void push(wrt_json *claim, wrt_buf *text) {
    if (text->len > 0)
        wrt_json_push(wrt_json_get_mut(claim, "limits"), wrt_json_new_text(wrt_buf_str(text)));
    wrt_buf_clear(text);
}

void wrt_cite_limits(wrt_json *claim, const wrt_evidence *evidence, const char *id) {
    const wrt_json *object = wrt_evidence_find(evidence, id);
    const wrt_json *withdrawn = wrt_json_get(object, "withdrawn");
    int64_t unchecked = wrt_json_get_int(object, "unchecked", 0);
    bool has_looked = evidence->sources.stored != NULL || evidence->sources.live != NULL;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    WRT_JSON_EACH(item, withdrawn)
    wrt_buf_printf(&text, "%sPMID %s (%s)",
                   text.len > 0 ? ", " : "withdrawn: ", wrt_json_get_text(item, "pmid", "?"),
                   wrt_json_get_text(item, "status", "?"));
    push(claim, &text);
    if (unchecked > 0)
        wrt_buf_printf(&text, "retraction status of %lld cited publications not checked",
                       (long long)unchecked);
    else if (has_looked && !wrt_json_get_bool(object, "retraction_checked", true) &&
             wrt_json_count(wrt_json_path(object, "source.publications")) > 0)
        wrt_buf_printf(&text, "retraction status of the cited publications not checked: %s",
                       evidence->sources.live != NULL
                           ? "neither PubMed nor the local copy told of them"
                           : "the local copy of PubMed does not know them");
    push(claim, &text);
    wrt_buf_free(&text);
}
