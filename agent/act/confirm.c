/* confirm.c: from edge ids that a tool named to rows of the graph. */
#include "agent/act/confirm.h"

#include "agent/act/lookup.h"

#include <string.h>

static void push_node(wrt_json *nodes, const wrt_json *node) {
    wrt_json_push(nodes, wrt_json_copy(node));
}

/* The sign of an edge as the path reads it: from object to subject a cause has none, nor has an
 * edge that holds one way only. */
static const wrt_json *sign_read(const wrt_json *edge) {
    bool both = strcmp(wrt_json_get_text(edge, "direction", ""), "both") == 0;
    if (wrt_json_get_bool(edge, "reversed", false) &&
        (!both || wrt_json_get_bool(edge, "causal", false)))
        return NULL;
    return wrt_json_get(edge, "sign");
}

/* Multiplies the sign so far by an edge's, 0 while no edge had a direction of effect; an unknown
 * sign makes it null for good. */
static void compose(wrt_json *path, const wrt_json *edge) {
    const wrt_json *sign = sign_read(edge), *so_far = wrt_json_get(path, "sign");
    if (!wrt_json_is(so_far, WRT_JSON_NUMBER))
        return;
    double factor = wrt_json_number(sign, 0.0);
    if (!wrt_json_is(sign, WRT_JSON_NUMBER))
        wrt_json_set(path, "sign", wrt_json_new_null());
    else if (factor != 0)
        wrt_json_set_int(path, "sign", (wrt_json_number(so_far, 0.0) < 0) == (factor < 0) ? 1 : -1);
}

wrt_status wrt_confirm_look_edges(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err) {
    *out = wrt_json_new_object();
    WRT_JSON_EACH(id, wrt_json_get(query, "ids")) {
        wrt_json *edge = NULL;
        wrt_err failure = {0};
        if (wrt_json_text(id) == NULL) /* of a run that somebody else wrote */
            return wrt_fail(err, WRT_E_INPUT, "an edge is named by a text");
        wrt_status status = wrt_kg_edge(&edge, ctx, wrt_json_text(id), &failure);
        if (status == WRT_OK)
            wrt_json_set(*out, wrt_json_text(id), edge);
        else if (status != WRT_E_NOT_FOUND)
            return wrt_fail(err, status, "%s", failure.message);
    }
    return WRT_OK;
}

static wrt_json *ids_of(const wrt_json *paths) {
    wrt_json *query = wrt_json_new_object(), *ids = wrt_json_new_array();
    wrt_json *seen = wrt_json_new_object();
    WRT_JSON_EACH(path, paths) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
            const char *id = wrt_json_get_text(edge, "id", "?");
            if (wrt_json_get(seen, id) == NULL)
                wrt_json_push_text(ids, id);
            wrt_json_set_bool(seen, id, true);
        }
    }
    wrt_json_set(query, "ids", ids);
    wrt_json_free(seen);
    return query;
}

/* Appends the stored row of an edge that must have an end at the path's last node: its subject, or
 * its object when the tool says that it is read so. *at becomes the other end, borrowed. */
static wrt_status extend(wrt_json *path, const wrt_json *rows, const char **at,
                         const wrt_json *named, wrt_err *err) {
    const char *id = wrt_json_get_text(named, "id", "?");
    bool reversed = wrt_json_get_bool(named, "reversed", false);
    wrt_json *edge = wrt_json_copy(wrt_json_get(rows, id));
    if (edge == NULL)
        return wrt_fail(err, WRT_E_FAILED,
                        "a tool named edge \"%s\", which the graph does not hold", id);
    const wrt_json *near = wrt_json_get(edge, reversed ? "object" : "subject");
    const wrt_json *far = wrt_json_get(edge, reversed ? "subject" : "object");
    if (strcmp(wrt_json_get_text(near, "id", ""), *at) != 0) {
        wrt_json_free(edge);
        return wrt_fail(err, WRT_E_FAILED, "a tool put edge \"%s\" where it does not join", id);
    }
    if (reversed)
        wrt_json_set_bool(edge, "reversed", true);
    if (wrt_json_count(wrt_json_get(path, "nodes")) == 0)
        push_node(wrt_json_get_mut(path, "nodes"), near);
    push_node(wrt_json_get_mut(path, "nodes"), far);
    compose(path, edge);
    *at = wrt_json_get_text(far, "id", "?");
    wrt_json_push(wrt_json_get_mut(path, "edges"), edge);
    return WRT_OK;
}

static wrt_status confirm(wrt_json **out, const wrt_json *rows, const wrt_json *named,
                          const char *from, const char *to, wrt_err *err) {
    wrt_json *path = wrt_json_new_object();
    const char *at = from;
    wrt_status status = WRT_OK;
    wrt_json_set(path, "nodes", wrt_json_new_array());
    wrt_json_set(path, "edges", wrt_json_new_array());
    wrt_json_set_number(path, "score", wrt_json_get_number(named, "score", 0.0));
    wrt_json_set_int(path, "sign", 0);
    WRT_JSON_EACH(edge, wrt_json_get(named, "edges")) {
        status = extend(path, rows, &at, edge, err);
        if (status != WRT_OK)
            break;
    }
    if (status == WRT_OK && strcmp(at, to) != 0)
        status = wrt_fail(err, WRT_E_FAILED, "a tool gave a path that does not end at \"%s\"", to);
    if (status == WRT_OK)
        *out = path;
    else
        wrt_json_free(path);
    return status;
}

static wrt_status confirm_all(wrt_json *list, const wrt_json *rows, const wrt_confirmation *what,
                              wrt_err *err) {
    WRT_JSON_EACH(named, what->paths) {
        wrt_json *path = NULL;
        wrt_status status = confirm(&path, rows, named, what->from, what->to, err);
        if (status != WRT_OK)
            return status;
        wrt_json_push(list, path);
    }
    return WRT_OK;
}

wrt_status wrt_confirm_paths(wrt_json **out, wrt_turn *turn, const wrt_confirmation *what,
                             wrt_err *err) {
    wrt_json *rows = NULL;
    *out = NULL;
    wrt_status status = wrt_lookup(&rows, turn, "edges", ids_of(what->paths),
                                   wrt_confirm_look_edges, turn->config->kg, err);
    if (status != WRT_OK)
        return status;
    *out = wrt_json_new_array();
    status = confirm_all(*out, rows, what, err);
    if (status != WRT_OK) {
        wrt_json_free(*out);
        *out = NULL;
    }
    wrt_json_free(rows);
    return status;
}
