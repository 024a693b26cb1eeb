/* steps.c: words to look for; what was found. */
#include "agent/literature/steps.h"

#include "base/buf.h"

#include <string.h>
#include <strings.h>

enum { PAPERS_MAX = 200 };

static wrt_json *result_of(const char *status, wrt_json *data) {
    wrt_json *result = wrt_json_new_object();
    wrt_json_set_text(result, "status", status);
    wrt_json_set(result, "data", data);
    return result;
}

static void add_names(wrt_buf *out, const wrt_json *entity) {
    const char *name = wrt_json_get_text(entity, "name", "");
    const char *text = wrt_json_get_text(entity, "text", "");
    wrt_buf_printf(out, "%s%s", out->len > 0 ? " " : "", name);
    if (strcasecmp(name, text) != 0 && text[0] != '\0')
        wrt_buf_printf(out, " %s", text);
}

wrt_json *wrt_literature_query(const wrt_json *args) {
    wrt_json *data = wrt_json_new_object();
    wrt_buf query = wrt_buf_make(WRT_KIB(16));
    add_names(&query, wrt_json_get(args, "treatment"));
    add_names(&query, wrt_json_get(args, "outcome"));
    wrt_json_set(data, "query", wrt_json_new_text(wrt_buf_str(&query)));
    wrt_buf_free(&query);
    return result_of("ok", data);
}

static bool holds(const wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_text(item), text) == 0)
        return true;
    return false;
}

wrt_json *wrt_literature_found(const wrt_json *args) {
    wrt_json *data = wrt_json_new_object(), *pmids = wrt_json_new_array();
    WRT_JSON_EACH(hit, wrt_json_get(args, "hits")) {
        const char *pmid = wrt_json_get_text(hit, "pmid", NULL);
        if (pmid != NULL && wrt_json_count(pmids) < PAPERS_MAX && !holds(pmids, pmid))
            wrt_json_push_text(pmids, pmid);
    }
    bool any = wrt_json_count(pmids) > 0;
    wrt_json_set(data, "pmids", pmids);
    wrt_json_set_bool(data, "any", any);
    return result_of(any ? "ok" : "empty", data);
}
