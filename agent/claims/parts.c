/* parts.c: small members of claims. */
#include "agent/claims/parts.h"

#include "base/buf.h"

#include <string.h>

void wrt_part_copy(wrt_json *to, const char *key, const wrt_json *value) {
    if (value != NULL)
        wrt_json_set(to, key, wrt_json_copy(value));
}

static const char *id_of(const wrt_json *evidence) {
    return wrt_json_get_text(evidence, "id", "?");
}

void wrt_part_ground(wrt_json *grounds, const wrt_json *evidence, const char *role) {
    if (evidence == NULL)
        return;
    wrt_json *ground = wrt_json_new_object();
    wrt_json_set_text(ground, "evidence", id_of(evidence));
    wrt_json_set_text(ground, "role", role);
    wrt_json_push(grounds, ground);
}

wrt_json *wrt_part_warrant(const char *kind, const wrt_json *evidence) {
    wrt_json *warrant = wrt_json_new_object();
    wrt_json_set_text(warrant, "kind", kind);
    if (evidence != NULL) {
        wrt_buf check = wrt_buf_make(WRT_KIB(4));
        wrt_buf_printf(&check, "ev:%s", id_of(evidence));
        wrt_json_set(warrant, "check", wrt_json_new_text(wrt_buf_str(&check)));
        wrt_buf_free(&check);
    }
    wrt_json_set(warrant, "assumptions", wrt_json_new_array());
    return warrant;
}

void wrt_part_basis(wrt_json *basis, const char *role, const wrt_json *evidence) {
    if (evidence != NULL)
        wrt_json_set_text(basis, role, id_of(evidence));
}

void wrt_part_labels(wrt_json *claim, const wrt_json *evidence) {
    wrt_json *labels = wrt_json_new_array();
    WRT_JSON_EACH(label, wrt_json_get(evidence, "taint")) {
        const char *text = wrt_json_text(label) != NULL ? wrt_json_text(label) : "";
        if (strcmp(text, "patient") == 0 || strcmp(text, "phi") == 0)
            wrt_json_push_text(labels, text);
    }
    if (wrt_json_count(labels) > 0)
        wrt_json_set(claim, "labels", labels);
    else
        wrt_json_free(labels);
}
