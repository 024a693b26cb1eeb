/* standing.c: from cited PMIDs to what was answered about them. */
#include "agent/claims/standing.h"

#include "pubmed/retract.h"

#include <stdio.h>
#include <string.h>

static bool holds(const wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list) {
        if (strcmp(wrt_json_text(item), text) == 0)
            return true;
    }
    return false;
}

static void add_cited(wrt_json *list, wrt_json *beyond, const wrt_json *edge) {
    WRT_JSON_EACH(item, wrt_json_get(edge, "publications")) {
        int64_t pmid = 0;
        char text[24];
        if (wrt_json_text(item) == NULL ||
            !wrt_pubmed_read_pmid(&pmid, wrt_str_of(wrt_json_text(item))))
            continue;
        snprintf(text, sizeof text, "%lld", (long long)pmid);
        if (holds(list, text))
            continue;
        if (wrt_json_count(list) < WRT_STANDING_MAX)
            wrt_json_push_text(list, text);
        else
            wrt_json_set_bool(beyond, text, true);
    }
}

wrt_json *wrt_standing_cited(size_t *left_out, const wrt_json *paths) {
    wrt_json *list = wrt_json_new_array(), *beyond = wrt_json_new_object();
    WRT_JSON_EACH(path, paths) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
        add_cited(list, beyond, edge);
    }
    *left_out = wrt_json_count(beyond);
    wrt_json_free(beyond);
    return list;
}

/* Did the tool answer at all? "empty" is an answer: the service has none of the records. */
static bool has_answered(const wrt_json *result) {
    const char *status = wrt_json_get_text(result, "status", "error");
    return strcmp(status, "error") != 0 && strcmp(status, "gated") != 0;
}

wrt_json *wrt_standing_read(const wrt_json *asked, const wrt_json *result) {
    wrt_json *standings = wrt_json_new_object();
    if (!has_answered(result))
        return standings;
    WRT_JSON_EACH(record, wrt_json_get(result, "data")) {
        const char *pmid = wrt_json_get_text(record, "pmid", "");
        const char *name = wrt_json_get_text(record, "status", "");
        wrt_pubmed_status status = WRT_PUBMED_UNKNOWN;
        if (holds(asked, pmid) && wrt_pubmed_status_of_name(&status, wrt_str_of(name)) &&
            status != WRT_PUBMED_UNKNOWN)
            wrt_json_set_text(standings, pmid, name);
    }
    return standings;
}

static const char *why_not(const wrt_json *result) {
    const char *message = wrt_json_get_text(wrt_json_get(result, "error"), "message", NULL);
    const char *warning = wrt_json_text(wrt_json_first(wrt_json_get(result, "warnings")));
    if (result == NULL)
        return "the protocol has no step for it";
    return message != NULL ? message : warning != NULL ? warning : "the tool gave no reason";
}

static size_t count_withdrawn(const wrt_json *standings) {
    size_t n = 0;
    WRT_JSON_EACH(item, standings) {
        wrt_pubmed_status status = WRT_PUBMED_UNKNOWN;
        n += wrt_pubmed_status_of_name(&status, wrt_str_of(wrt_json_text(item))) &&
             !wrt_pubmed_status_is_ground(status);
    }
    return n;
}

wrt_json *wrt_standing_report(const wrt_json *asked, size_t left_out, const wrt_json *result,
                              const wrt_json *standings) {
    wrt_json *report = wrt_json_new_object();
    wrt_json_set_int(report, "asked", (int64_t)wrt_json_count(asked));
    wrt_json_set_int(report, "answered", (int64_t)wrt_json_count(standings));
    wrt_json_set_int(report, "withdrawn", (int64_t)count_withdrawn(standings));
    wrt_json_set_int(report, "left_out", (int64_t)left_out);
    if (wrt_json_count(asked) > 0 && !has_answered(result))
        wrt_json_set_text(report, "failed", why_not(result));
    return report;
}
