/* rows.c: look-ups of single rows of the graph. */
#include "agent/claims/rows.h"

#include "agent/act/lookup.h"
#include "kg/between.h"
#include "kg/store/proof.h"

#include <string.h>

static wrt_status look_proof(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    return wrt_kg_edge_proof(found, ctx, wrt_json_get_text(query, "edge", "?"), err);
}

wrt_status wrt_rows_prove(int64_t *n, wrt_turn *turn, const char *edge, wrt_err *err) {
    wrt_json *query = wrt_json_new_object(), *proof = NULL;
    wrt_json_set_text(query, "edge", edge);
    wrt_status status = wrt_lookup(&proof, turn, "proof", query, look_proof, turn->config->kg, err);
    *n = turn->lookups;
    wrt_json_free(proof);
    return status;
}

wrt_status wrt_rows_look_between(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    const char *const ends[2] = {wrt_json_get_text(query, "a", "?"),
                                 wrt_json_get_text(query, "b", "?")};
    return wrt_kg_between(found, NULL, ctx, ends, WRT_ROWS_BETWEEN_MAX, err);
}

static const char *end_id(const wrt_json *edge, const char *end) {
    return wrt_json_get_text(wrt_json_get(edge, end), "id", "?");
}

static bool holds_both_ways(const wrt_json *edge) {
    return strcmp(wrt_json_get_text(edge, "direction", ""), "both") == 0;
}

bool wrt_rows_oppose(const wrt_json *edge, const wrt_json *other) {
    double sign = wrt_json_get_number(edge, "sign", 0.0);
    double opposite = wrt_json_get_number(other, "sign", 0.0);
    bool same = strcmp(end_id(edge, "subject"), end_id(other, "subject")) == 0 &&
                strcmp(end_id(edge, "object"), end_id(other, "object")) == 0;
    bool turned = strcmp(end_id(edge, "subject"), end_id(other, "object")) == 0 &&
                  strcmp(end_id(edge, "object"), end_id(other, "subject")) == 0;
    if (turned && (holds_both_ways(edge) || holds_both_ways(other)))
        same = true;
    return same && sign * opposite < 0;
}

static wrt_json *keep_opposed(const wrt_json *edge, const wrt_json *rows) {
    wrt_json *out = wrt_json_new_array();
    WRT_JSON_EACH(row, rows) {
        if (wrt_rows_oppose(edge, row))
            wrt_json_push(out, wrt_json_copy(row));
    }
    return out;
}

wrt_status wrt_rows_opposed(wrt_json **out, wrt_turn *turn, const wrt_json *edge, wrt_err *err) {
    *out = NULL;
    if (wrt_json_get_number(edge, "sign", 0.0) == 0) {
        *out = wrt_json_new_array();
        return WRT_OK;
    }
    wrt_json *query = wrt_json_new_object(), *rows = NULL;
    wrt_json_set_text(query, "a", end_id(edge, "subject"));
    wrt_json_set_text(query, "b", end_id(edge, "object"));
    wrt_status status =
        wrt_lookup(&rows, turn, "between", query, wrt_rows_look_between, turn->config->kg, err);
    if (status == WRT_OK)
        *out = keep_opposed(edge, rows);
    wrt_json_free(rows);
    return status;
}
