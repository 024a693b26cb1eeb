/* resume.c: the recorded part of a run, made again. */
#include <string.h>

#include "base/json_diff.h"
#include "ledger/record.h"

static int64_t seq_of(const wrt_json *event) {
    return wrt_json_get_int(event, "seq", -1);
}

static const char *type_of(const wrt_json *event) {
    return wrt_json_get_text(event, "type", "?");
}

bool wrt_record_holds(const wrt_record *record) {
    return record->next != NULL || record->is_whole || record->difference.code != WRT_OK;
}

/* The first member of the body that differs, or which event stands there instead. */
static wrt_status fail_compare(const wrt_json *recorded, const char *type, const wrt_json *body,
                               wrt_err *err) {
    wrt_buf path = wrt_buf_make(WRT_KIB(16));
    const wrt_json *found = wrt_json_get(recorded, "body");
    if (strcmp(type_of(recorded), type) != 0) {
        wrt_fail(err, WRT_E_INTEGRITY, "event %lld: %s is recorded, %s comes out",
                 (long long)seq_of(recorded), type_of(recorded), type);
    } else {
        (void)wrt_json_differ(&path, found, body);
        wrt_fail(err, WRT_E_INTEGRITY,
                 "event %lld (%s): %s%s is recorded otherwise than it comes out",
                 (long long)seq_of(recorded), type, path.len > 0 ? "" : "its body",
                 wrt_buf_str(&path).ptr);
    }
    wrt_buf_free(&path);
    return WRT_E_INTEGRITY;
}

static wrt_status compare(int64_t *seq, wrt_record *record, const char *type, const wrt_json *body,
                          wrt_err *err) {
    const wrt_json *recorded = record->next;
    if (recorded == NULL)
        return wrt_fail(err, WRT_E_INTEGRITY, "the record ends where %s comes out", type);
    if (strcmp(type_of(recorded), type) != 0 ||
        !wrt_json_equal(wrt_json_get(recorded, "body"), body))
        return fail_compare(recorded, type, body, err);
    if (seq != NULL)
        *seq = seq_of(recorded);
    record->next = wrt_json_next(recorded);
    return WRT_OK;
}

wrt_status wrt_record_compare(int64_t *seq, wrt_record *record, const char *type,
                              const wrt_json *body, wrt_err *err) {
    if (record->difference.code == WRT_OK)
        (void)compare(seq, record, type, body, &record->difference);
    if (record->difference.code != WRT_OK && err != NULL)
        *err = record->difference;
    return record->difference.code;
}

static bool has_members(const wrt_json *body, const wrt_json *like) {
    WRT_JSON_EACH(member, like)
    if (!wrt_json_equal(wrt_json_get(body, wrt_json_key(member)), member))
        return false;
    return true;
}

const wrt_json *wrt_record_find(const wrt_record *record, const char *type, const wrt_json *like) {
    for (const wrt_json *event = record->next; event != NULL; event = wrt_json_next(event)) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (strcmp(type_of(event), type) == 0 && has_members(body, like))
            return event;
    }
    return NULL;
}
