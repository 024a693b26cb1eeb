/* prov_doc.c: records of PROV-JSON as text. */
#include "report/prov_doc.h"

#include <stdio.h>
#include <string.h>

enum { SECTION_MAX_MIB = 32, DOCUMENT_MAX_MIB = 64, RUN_MAX_BYTES = 64 };

static const struct {
    const char *name, *first, *second; /* members that name the two ends */
} kinds[WRT_PROV_KINDS] = {
    [WRT_PROV_ENTITY] = {"entity", NULL, NULL},
    [WRT_PROV_ACTIVITY] = {"activity", NULL, NULL},
    [WRT_PROV_AGENT] = {"agent", NULL, NULL},
    [WRT_PROV_USED] = {"used", "prov:activity", "prov:entity"},
    [WRT_PROV_GENERATED] = {"wasGeneratedBy", "prov:entity", "prov:activity"},
    [WRT_PROV_DERIVED] = {"wasDerivedFrom", "prov:generatedEntity", "prov:usedEntity"},
    [WRT_PROV_ASSOCIATED] = {"wasAssociatedWith", "prov:activity", "prov:agent"},
    [WRT_PROV_ATTRIBUTED] = {"wasAttributedTo", "prov:entity", "prov:agent"},
    [WRT_PROV_ACTED_FOR] = {"actedOnBehalfOf", "prov:delegate", "prov:responsible"},
    [WRT_PROV_INFORMED] = {"wasInformedBy", "prov:informed", "prov:informant"},
    [WRT_PROV_STARTED] = {"wasStartedBy", "prov:activity", "prov:starter"},
    [WRT_PROV_INFLUENCED] = {"wasInfluencedBy", "prov:influencee", "prov:influencer"},
    [WRT_PROV_ENDED] = {"wasEndedBy", "prov:activity", "prov:time"},
};

wrt_prov_doc wrt_prov_doc_make(void) {
    wrt_prov_doc doc = {0};
    for (size_t i = 0; i < WRT_PROV_KINDS; i++)
        doc.section[i] = wrt_buf_make(WRT_MIB(SECTION_MAX_MIB));
    return doc;
}

void wrt_prov_doc_free(wrt_prov_doc *doc) {
    for (size_t i = 0; i < WRT_PROV_KINDS; i++)
        wrt_buf_free(&doc->section[i]);
}

/* Consumes the record. */
static void add(wrt_prov_doc *doc, wrt_prov_kind kind, const char *id, wrt_json *record) {
    wrt_buf *out = &doc->section[kind];
    if (out->len > 0)
        wrt_buf_add_char(out, ',');
    wrt_json_write_string(out, wrt_str_of(id));
    wrt_buf_add_char(out, ':');
    wrt_json_write(out, record);
    wrt_json_free(record);
}

static wrt_json *qualified(const char *name) {
    wrt_json *value = wrt_json_new_object();
    wrt_json_set_text(value, "$", name);
    wrt_json_set_text(value, "type", "prov:QUALIFIED_NAME");
    return value;
}

void wrt_prov_declare(wrt_prov_doc *doc, wrt_prov_kind kind, const char *id, const char *type,
                      const char *label, wrt_json *extra) {
    wrt_json *record = extra != NULL ? extra : wrt_json_new_object();
    wrt_json_set(record, "prov:type", qualified(type));
    if (label != NULL && label[0] != '\0')
        wrt_json_set_text(record, "prov:label", label);
    add(doc, kind, id, record);
}

void wrt_prov_relate(wrt_prov_doc *doc, wrt_prov_kind kind, const char *a, const char *b,
                     const char *role) {
    char id[32];
    if (a == NULL || b == NULL || a[0] == '\0' || b[0] == '\0')
        return;
    wrt_json *record = wrt_json_new_object();
    wrt_json_set_text(record, kinds[kind].first, a);
    wrt_json_set_text(record, kinds[kind].second, b);
    bool has_role =
        kind == WRT_PROV_USED || kind == WRT_PROV_GENERATED || kind == WRT_PROV_ASSOCIATED;
    if (role != NULL)
        wrt_json_set_text(record, has_role ? "prov:role" : "wrt:role", role);
    snprintf(id, sizeof id, "_:r%zu", ++doc->relations);
    add(doc, kind, id, record);
}

void wrt_prov_end(wrt_prov_doc *doc, const char *activity, const char *time) {
    wrt_prov_relate(doc, WRT_PROV_ENDED, activity, time, NULL);
}

/* A namespace for the identifiers of this run; what is not of an id's alphabet is left out. */
static void add_prefixes(wrt_buf *out, const char *run) {
    size_t used = 0;
    wrt_buf_add_c(out, "{\"prefix\":{\"run\":\"urn:warrant:run:");
    for (const char *at = run; *at != '\0' && used < RUN_MAX_BYTES; at++)
        if (strchr("0123456789abcdefghijklmnopqrstuvwxyz-", *at) != NULL) {
            wrt_buf_add_char(out, *at);
            used++;
        }
    wrt_buf_add_c(out, ":\",\"wrt\":\"urn:warrant:vocabulary:\"}");
}

wrt_status wrt_prov_doc_finish(wrt_json **out, const wrt_prov_doc *doc, const char *run,
                               wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(DOCUMENT_MAX_MIB));
    bool overflow = false;
    add_prefixes(&text, run);
    for (size_t i = 0; i < WRT_PROV_KINDS; i++) {
        overflow = overflow || doc->section[i].overflow;
        if (doc->section[i].len == 0)
            continue;
        wrt_buf_printf(&text, ",\"%s\":{", kinds[i].name);
        wrt_buf_add_str(&text, wrt_buf_str(&doc->section[i]));
        wrt_buf_add_char(&text, '}');
    }
    wrt_buf_add_char(&text, '}');
    wrt_status status = WRT_OK;
    if (overflow || text.overflow)
        status =
            wrt_fail(err, WRT_E_LIMIT, "the PROV document is larger than %d MiB", DOCUMENT_MAX_MIB);
    else
        status = wrt_json_parse(out, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}
