/* cmd_pubmed_recheck.c: warrant pubmed recheck: do cited papers still stand? */
#include "cli/commands.h"
#include "cli/live_args.h"

static void show(wrt_json *list, const wrt_cli_call *call, const wrt_live_standing *one) {
    const char *name = wrt_pubmed_status_name(one->status);
    bool is_ground = wrt_pubmed_status_is_ground(one->status);
    wrt_json *json = wrt_json_new_object();
    wrt_json_set(json, "pmid", wrt_cli_id_json(one->pmid));
    wrt_json_set_text(json, "status", name);
    wrt_json_set_bool(json, "ground", is_ground);
    wrt_json_set(json, "title",
                 one->article != NULL ? wrt_json_new_text(one->article->title)
                                      : wrt_json_new_null());
    if (!call->globals->json) {
        fprintf(call->out, "%lld\t%s\t", (long long)one->pmid, name);
        wrt_cli_print_text(call->out, wrt_json_get_text(json, "title", "-"));
        fprintf(call->out, "%s\n", is_ground ? "" : "\t*** not a ground ***");
    }
    wrt_json_push(list, json);
}

static wrt_status ask(wrt_live_rechecked *out, wrt_cli_desk *desk, const wrt_cli_call *call,
                      wrt_err *err) {
    const wrt_pubmed_provider *provider = NULL;
    wrt_id_list pmids;
    wrt_status status = wrt_cli_provider(&provider, call, err);
    if (status == WRT_OK)
        status = wrt_cli_pmids(&pmids, desk->work.arena, call, WRT_LIVE_RECHECK_MAX, err);
    if (status == WRT_OK)
        status = wrt_pubmed_recheck(out, provider, &desk->work, pmids, err);
    return status;
}

/* What was answered, as articles and deletions. */
static wrt_status store(wrt_json *data, const wrt_cli_desk *desk, const wrt_cli_call *call,
                        const wrt_live_rechecked *rechecked, wrt_err *err) {
    const wrt_pubmed_article **articles =
        wrt_arena_calloc(desk->work.arena, rechecked->n, sizeof(void *));
    int64_t *deleted = wrt_arena_calloc(desk->work.arena, rechecked->n, sizeof *deleted);
    wrt_live_articles answered = {.articles = articles};
    for (size_t i = 0; i < rechecked->n; i++) {
        const wrt_live_standing *one = &rechecked->standings[i];
        if (one->article != NULL)
            articles[answered.n++] = one->article;
        else if (one->status == WRT_PUBMED_DELETED)
            deleted[answered.deleted.n++] = one->pmid;
    }
    answered.deleted.items = deleted;
    return wrt_cli_live_store(data, call, &answered, err);
}

static wrt_status run_recheck(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_desk desk;
    wrt_live_rechecked rechecked;
    wrt_status status = wrt_cli_desk_open(&desk, call, "pubmed_fetch", err);
    if (status != WRT_OK)
        return status;
    result->data = wrt_json_new_object();
    status = wrt_cli_live_may_store(call, err);
    if (status == WRT_OK)
        status = ask(&rechecked, &desk, call, err);
    if (status == WRT_OK) {
        wrt_json *list = wrt_json_new_array();
        for (size_t i = 0; i < rechecked.n; i++)
            show(list, call, &rechecked.standings[i]);
        wrt_json_set(result->data, "standings", list);
        desk.work.at_ms = rechecked.at_ms;
        desk.work.is_cached = rechecked.is_cached;
        wrt_cli_set_origin(result->data, &desk, call);
        if (wrt_cli_flag(call, "store"))
            status = store(result->data, &desk, call, &rechecked, err);
    } else {
        wrt_cli_set_fault(result->data, &desk);
    }
    wrt_cli_desk_close(&desk);
    return status;
}

static const wrt_cli_option options[] = {
    {"provider", 0, "NAME", "ncbi (the default) or europepmc"},
    {"store", 0, NULL,
     "also bring the local copy (pubmed.db) up to date with what PubMed answered"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_recheck = {
    .path = "pubmed recheck",
    .operands = "PMID...|@FILE|-",
    .summary = "ask whether cited papers still stand: retracted, corrected, withdrawn",
    .details =
        "At most 200 PMIDs. The provider is asked anew whatever the cache holds; with --offline\n"
        "the kept answer is shown with its age. A PMID that the provider does not have is\n"
        "\"unknown\", and no ground.\n",
    .examples = "  warrant pubmed recheck 31541003 20301546\n",
    .options = options,
    .min_operands = 1,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_recheck,
};
