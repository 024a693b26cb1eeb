/* epmc_answer.c: the frame of a page: its count, its results, its cursor, its errors. */
#include "pubmed/live/epmc_answer.h"

#include <string.h>

#include "pubmed/list.h"
#include "pubmed/live/epmc_internal.h"

static wrt_status fail(wrt_live_fault *fault, wrt_live_fault_kind kind, const char *said,
                       wrt_err *err) {
    wrt_live_fault_set(fault, kind, wrt_str_of(said));
    return wrt_live_fault_fail(fault, "Europe PMC", err);
}

/* {"errCode":404,"errMsg":"..."}: a code of 5xx may pass, another is about the query. */
static wrt_status check_error(const wrt_json *root, wrt_live_fault *fault, wrt_err *err) {
    const wrt_json *code = wrt_json_get(root, "errCode");
    if (code == NULL)
        return WRT_OK;
    const char *text = wrt_json_get_text(root, "errCode", NULL);
    bool is_server = text != NULL ? text[0] == '5' : wrt_json_number(code, 0) >= 500;
    return fail(fault, is_server ? WRT_LIVE_BACKEND : WRT_LIVE_QUERY,
                wrt_json_get_text(root, "errMsg", "an error without words"), err);
}

static wrt_epmc_record record_of(wrt_arena *arena, const wrt_json *result) {
    wrt_epmc_record record = {.article = wrt_epmc_article_of(arena, result),
                              .id = wrt_epmc_text(arena, result, "id"),
                              .source = wrt_epmc_text(arena, result, "source")};
    record.is_preprint = wrt_str_equal_c(record.source, "PPR");
    for (size_t i = 0; i < record.article->n_types; i++)
        if (wrt_str_equal_c(record.article->types[i].name, "Preprint"))
            record.is_preprint = true;
    return record;
}

static wrt_status read_results(wrt_epmc_page *out, wrt_arena *arena, const wrt_json *root,
                               wrt_live_fault *fault, wrt_err *err) {
    const wrt_json *count = wrt_json_get(root, "hitCount");
    const wrt_json *results = wrt_json_path(root, "resultList.result");
    if (!wrt_json_is_integer(count) || wrt_json_number(count, -1) < 0)
        return fail(fault, WRT_LIVE_SHAPE, "no hitCount in the answer", err);
    if (!wrt_json_is(results, WRT_JSON_ARRAY))
        return fail(fault, WRT_LIVE_SHAPE, "no list of results in the answer", err);
    out->count = (int64_t)wrt_json_number(count, 0);
    wrt_epmc_record *records = wrt_arena_calloc(arena, wrt_json_count(results), sizeof *records);
    WRT_JSON_EACH(result, results) {
        if (!wrt_json_is(result, WRT_JSON_OBJECT))
            return fail(fault, WRT_LIVE_SHAPE, "a result is no object", err);
        records[out->n++] = record_of(arena, result);
    }
    out->records = records;
    out->next = wrt_pubmed_keep(arena, wrt_str_of(wrt_json_get_text(root, "nextCursorMark", "")));
    return WRT_OK;
}

wrt_status wrt_epmc_read_page(wrt_epmc_page *out, wrt_arena *arena, wrt_str body,
                              wrt_live_fault *fault, wrt_err *err) {
    wrt_json *root = NULL;
    wrt_err own = {0};
    *out = (wrt_epmc_page){0};
    if (body.len > WRT_EPMC_BODY_MAX) {
        wrt_live_fault_set(fault, WRT_LIVE_OTHER, WRT_STR("the page is longer than 16 MiB"));
        return wrt_fail(err, WRT_E_LIMIT, "Europe PMC: %s", fault->said);
    }
    if (wrt_json_parse(&root, body, &own) != WRT_OK)
        return fail(fault, WRT_LIVE_CUT, own.message, err);
    wrt_status status = WRT_OK;
    if (!wrt_json_is(root, WRT_JSON_OBJECT))
        status = fail(fault, WRT_LIVE_SHAPE, "the answer is no object", err);
    if (status == WRT_OK)
        status = check_error(root, fault, err);
    if (status == WRT_OK)
        status = read_results(out, arena, root, fault, err);
    wrt_json_free(root);
    return status;
}
