/* pubmed_args.c: reading arguments, and warnings about a paper's standing. */
#include "tools/pubmed_args.h"

#include "pubmed/retract.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pubmed_warn(wrt_adapter_call *call, const char *format, ...) {
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t len = wrt_utf8_valid_prefix(wrt_str_of(line)); /* the cap may cut a character */
    wrt_json_push(call->warnings, wrt_json_new_text((wrt_str){line, len}));
}

wrt_status pubmed_read_id(int64_t *out, const wrt_json *value, wrt_err *err) {
    const char *text = wrt_json_text(value);
    double number = wrt_json_number(value, 0);
    if (text == NULL && wrt_json_is_integer(value) && number >= 1 && number < 1e10) {
        *out = (int64_t)number;
        return WRT_OK;
    }
    if (text != NULL && wrt_pubmed_read_pmid(out, wrt_str_of(text)))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "wanted a PMID such as \"12345678\", found \"%.40s\"",
                    text != NULL ? text : "another");
}

static bool is_listed(const int64_t *ids, size_t n, int64_t id) {
    for (size_t i = 0; i < n; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

static void echo_ids(wrt_adapter_call *call, const int64_t *ids, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)ids[i]);
        wrt_json_push_text(list, text);
    }
    wrt_json_set(call->echo, "pmids", list);
}

wrt_status pubmed_read_ids(int64_t ids[PUBMED_IDS_MAX], size_t *n, wrt_adapter_call *call,
                           wrt_err *err) {
    *n = 0;
    WRT_JSON_EACH(item, wrt_json_get(call->args, "pmids")) {
        int64_t id = 0;
        wrt_status status = pubmed_read_id(&id, item, err);
        if (status != WRT_OK)
            return status;
        if (*n == PUBMED_IDS_MAX)
            return wrt_fail(err, WRT_E_INPUT, "wanted at most %d PMIDs", PUBMED_IDS_MAX);
        if (!is_listed(ids, *n, id))
            ids[(*n)++] = id;
    }
    echo_ids(call, ids, *n);
    return WRT_OK;
}

int pubmed_first_year(const wrt_adapter_call *call) {
    const wrt_json *since = wrt_json_get(call->args, "since");
    int64_t year = 0;
    if (wrt_json_text(since) != NULL && wrt_str_to_int64(&year, wrt_str_of(wrt_json_text(since))))
        return (int)year;
    return (int)wrt_json_number(since, 0);
}

size_t pubmed_types(const char *out[PUBMED_TYPES_MAX], const wrt_adapter_call *call) {
    size_t n = 0;
    WRT_JSON_EACH(type, wrt_json_get(call->args, "types")) {
        if (n < PUBMED_TYPES_MAX && wrt_json_text(type) != NULL)
            out[n++] = wrt_json_text(type);
    }
    return n;
}

void pubmed_warn_of(wrt_adapter_call *call, int64_t pmid, wrt_pubmed_status status) {
    static const char *const words[] = {
        [WRT_PUBMED_CORRECTED] = "was corrected: read the correction, too",
        [WRT_PUBMED_CONCERN] = "is under an EXPRESSION OF CONCERN: not grounds for a claim",
        [WRT_PUBMED_NOTICE] = "is a NOTICE about another paper, not a study",
        [WRT_PUBMED_RETRACTED] = "is RETRACTED: not grounds for a claim",
        [WRT_PUBMED_DELETED] = "was DELETED from PubMed: not grounds for a claim"};
    bool has_words = (size_t)status < sizeof words / sizeof words[0] && words[status] != NULL;
    if (has_words)
        pubmed_warn(call, "PMID %lld %s", (long long)pmid, words[status]);
}

void pubmed_count_fetched(wrt_adapter_call *call, size_t came, size_t asked) {
    wrt_adapter_count(call, came, (int64_t)asked);
    if (came > 0 && came < asked)
        call->status = "partial";
}
