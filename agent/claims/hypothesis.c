/* hypothesis.c: choosing and ordering mechanism hypotheses. */
#include "agent/claims/hypothesis.h"

#include "agent/claims/retraction.h"
#include "agent/claims/rung.h"
#include "agent/claims/wording.h"
#include "agent/steer.h"

#include <stdlib.h>
#include <string.h>

enum { HYPOTHESES_MAX = 10, HYPOTHESES_DEFAULT = 3, ROUTES_MAX = 64 };

/* One route: the path that stands for it, and what it is ordered by. */
typedef struct {
    const wrt_json *path;
    size_t index; /* in the paths array */
    int rung;
    bool has_record; /* a single record states all of it */
    bool is_broken;  /* every publication cited for a link was withdrawn */
    double score;
    const char *role;
} route;

static route make_route(const wrt_json *path, size_t index, const wrt_claims *claims,
                        const wrt_claim_context *context) {
    char record[128];
    return (route){
        .path = path,
        .index = index,
        .rung = wrt_rung_of_path(path, NULL),
        .has_record = wrt_path_common_record(record, sizeof record, path),
        .score = wrt_json_get_number(path, "score", 0.0),
        .is_broken = wrt_retraction_breaks_path(&claims->evidence.sources, path),
        .role = wrt_role_of_path(path, context->want_sign),
    };
}

/* The better of two: negative when a comes first. Ties keep the order of the paths array. */
static int compare_routes(const void *a, const void *b) {
    const route *left = a, *right = b;
    if (left->is_broken != right->is_broken)
        return left->is_broken ? 1 : -1;
    if (left->rung != right->rung)
        return right->rung - left->rung;
    if (left->has_record != right->has_record)
        return left->has_record ? -1 : 1;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return left->index < right->index ? -1 : 1;
}

static bool same_nodes(const wrt_json *a, const wrt_json *b) {
    return wrt_json_equal(wrt_json_get(a, "nodes"), wrt_json_get(b, "nodes"));
}

/* Folds parallel paths into routes, best variant each, and sorts them. */
static size_t find_routes(route out[ROUTES_MAX], const wrt_json *paths, const wrt_claims *claims,
                          const wrt_claim_context *context) {
    size_t n = 0, index = 0;
    WRT_JSON_EACH(path, paths) {
        route fresh = make_route(path, index++, claims, context);
        size_t i = 0;
        while (i < n && !(same_nodes(out[i].path, path) && strcmp(out[i].role, fresh.role) == 0))
            i++;
        if (i < n && compare_routes(&fresh, &out[i]) < 0)
            out[i] = fresh;
        else if (i == n && n < ROUTES_MAX)
            out[n++] = fresh;
    }
    qsort(out, n, sizeof *out, compare_routes);
    return n;
}

/* Asks the model which of the first n supporting routes to put first, by number. */
static wrt_status order_by_model(route *support, size_t n, wrt_turn *turn, wrt_err *err) {
    static const char *const numbers[HYPOTHESES_MAX] = {"1", "2", "3", "4", "5",
                                                        "6", "7", "8", "9", "10"};
    wrt_str options[HYPOTHESES_MAX];
    wrt_buf user = wrt_buf_make(WRT_KIB(512));
    wrt_buf_add_c(&user, "Routes recorded in a knowledge graph:\n");
    for (size_t i = 0; i < n; i++) {
        options[i] = wrt_str_of(numbers[i]);
        wrt_buf_printf(&user, "%s: through \"", numbers[i]);
        wrt_word_inner_nodes(&user, support[i].path);
        wrt_buf_add_c(&user, "\"\n");
    }
    wrt_steer_question question = {"order",
                                   WRT_STR("Answer with the number of the most specific route."),
                                   wrt_buf_str(&user), options, n};
    size_t first = 0;
    wrt_status status = wrt_steer_choose(&first, NULL, turn, &question, err);
    route moved = support[first];
    memmove(support + 1, support, first * sizeof *support);
    support[0] = moved;
    wrt_buf_free(&user);
    return status;
}

static wrt_json *hypothesis_entry(const route *r, const char *claim, const wrt_claims *claims) {
    wrt_json *entry = wrt_json_new_object(), *links = wrt_json_new_array();
    WRT_JSON_EACH(edge, wrt_json_get(r->path, "edges")) {
        const char *id =
            wrt_json_get_text(claims->by_edge, wrt_json_get_text(edge, "id", "?"), NULL);
        if (id != NULL)
            wrt_json_push_text(links, id);
    }
    wrt_json_set_text(entry, "role", r->role);
    wrt_json_set_int(entry, "path", (int64_t)r->index);
    wrt_json_set_text(entry, "claim", claim);
    wrt_json_set(entry, "links", links);
    return entry;
}

static wrt_status add_routes(wrt_json *out, const route *chosen, size_t n, wrt_claims *claims,
                             const wrt_claim_context *context, wrt_err *err) {
    for (size_t i = 0; i < n; i++) {
        const char *claim = NULL;
        wrt_status status = wrt_claims_add_path(&claim, claims, chosen[i].path, context, err);
        if (status != WRT_OK)
            return status;
        if (claim != NULL)
            wrt_json_push(out, hypothesis_entry(&chosen[i], claim, claims));
    }
    return WRT_OK;
}

static size_t of_role(route *out, size_t most, const route *routes, size_t n, const char *role) {
    size_t used = 0;
    for (size_t i = 0; i < n && used < most; i++)
        if (strcmp(routes[i].role, role) == 0)
            out[used++] = routes[i];
    return used;
}

wrt_status wrt_hypotheses_make(wrt_json **out, size_t *routes, wrt_claims *claims,
                               const wrt_json *paths, const wrt_claim_context *context,
                               wrt_err *err) {
    static const char *const roles[] = {"supports", "context", "contradicts"};
    int64_t asked = wrt_json_get_int(context->turn->start, "hypotheses", 0);
    size_t most = asked > 0 ? (size_t)asked : HYPOTHESES_DEFAULT;
    most = most > HYPOTHESES_MAX ? HYPOTHESES_MAX : most;
    route all[ROUTES_MAX], chosen[HYPOTHESES_MAX];
    *routes = find_routes(all, paths, claims, context);
    *out = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof roles / sizeof *roles && status == WRT_OK; i++) {
        size_t n = of_role(chosen, most, all, *routes, roles[i]);
        if (i == 0 && n > 1)
            status = order_by_model(chosen, n, context->turn, err);
        if (status == WRT_OK)
            status = add_routes(*out, chosen, n, claims, context, err);
    }
    return status;
}
