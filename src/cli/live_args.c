/* live_args.c: opening, operands, and the age of answers. */
#include "cli/live_args.h"

#include "base/clock.h"
#include "cli/open.h"
#include "cli/signals.h"
#include "pubmed/filter.h"
#include "pubmed/ingest.h"
#include "pubmed/live/environment.h"

#include <stdlib.h>
#include <string.h>

static void warn_of_address(const wrt_cli_call *call) {
    if (!call->globals->offline && wrt_live_environment_read().email == NULL)
        wrt_json_push_text(call->warnings,
                           "WARRANT_EMAIL is not set: NCBI asks every program for an "
                           "address that it may write to");
}

wrt_status wrt_cli_desk_open(wrt_cli_desk *out, const wrt_cli_call *call, const char *tool,
                             wrt_err *err) {
    *out = (wrt_cli_desk){.gate = {.globals = call->globals, .tool = tool}};
    wrt_status status = call->globals->offline ? WRT_OK : wrt_cli_live_gate_call(&out->gate, err);
    if (status != WRT_OK)
        return status;
    char *home = wrt_cli_home(call->globals);
    wrt_live_setup_options options = {.home = home,
                                      .is_offline = call->globals->offline,
                                      .timeout_ms = call->globals->timeout_ms,
                                      .cancel = wrt_cli_cancel(),
                                      .gate =
                                          call->globals->offline ? NULL : wrt_cli_live_gate_send,
                                      .gate_ctx = &out->gate};
    status = wrt_live_setup_new(&out->setup, &options, err);
    free(home);
    if (status != WRT_OK)
        return status;
    out->work.live = wrt_live_setup_live(out->setup);
    out->work.arena = wrt_arena_new();
    warn_of_address(call);
    return WRT_OK;
}

void wrt_cli_desk_close(wrt_cli_desk *desk) {
    wrt_arena_free(desk->work.arena);
    wrt_live_setup_free(desk->setup);
    *desk = (wrt_cli_desk){0};
}

/* ---- operands */

static wrt_status add_pmid(int64_t *ids, size_t *n, wrt_str text, size_t most, wrt_err *err) {
    if (*n >= most)
        return wrt_fail(err, WRT_E_LIMIT, "more than %zu PMIDs", most);
    if (!wrt_pubmed_pmid_of_text(&ids[*n], text))
        return wrt_fail(err, WRT_E_INPUT, "\"%.*s\" is not a PMID: 1 to 10 digits",
                        (int)(text.len < 40 ? text.len : 40), text.ptr);
    (*n)++;
    return WRT_OK;
}

static wrt_status add_list(int64_t *ids, size_t *n, const char *argument, size_t most,
                           wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_status status = wrt_cli_read_text(&text, argument, err);
    wrt_str line, rest = wrt_buf_str(&text);
    while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n')) {
        line = wrt_str_trim(line);
        if (line.len > 0)
            status = add_pmid(ids, n, line, most, err);
    }
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_cli_pmids(wrt_id_list *out, wrt_arena *arena, const wrt_cli_call *call, size_t most,
                         wrt_err *err) {
    int64_t *ids = wrt_arena_calloc(arena, most, sizeof *ids);
    size_t n = 0;
    wrt_status status = WRT_OK;
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++) {
        const char *operand = call->operands[i];
        bool is_list = operand[0] == '@' || strcmp(operand, "-") == 0;
        status = is_list ? add_list(ids, &n, operand, most, err)
                         : add_pmid(ids, &n, wrt_str_of(operand), most, err);
    }
    *out = (wrt_id_list){ids, n};
    return status;
}

wrt_status wrt_cli_provider(const wrt_pubmed_provider **out, const wrt_cli_call *call,
                            wrt_err *err) {
    const char *name = wrt_cli_value(call, "provider");
    *out = wrt_pubmed_provider_of_name(name != NULL ? name : "ncbi");
    return *out != NULL ? WRT_OK
                        : wrt_fail(err, WRT_E_INPUT, "--provider: must be ncbi or europepmc");
}

wrt_status wrt_cli_live_years(wrt_live_query *query, const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_filter years = {0};
    const char *range = wrt_cli_value(call, "years");
    wrt_status status = range != NULL ? wrt_pubmed_filter_set_years(&years, range, err) : WRT_OK;
    query->year_from = years.first_year;
    query->year_to = years.last_year;
    return status;
}

/* ---- results */

static const char *age_of(char out[32], int64_t ms) {
    int64_t minutes = ms / 60000;
    if (minutes < 120)
        (void)snprintf(out, 32, "%lld minutes", (long long)minutes);
    else if (minutes < 2880)
        (void)snprintf(out, 32, "%lld hours", (long long)(minutes / 60));
    else
        (void)snprintf(out, 32, "%lld days", (long long)(minutes / 1440));
    return out;
}

void wrt_cli_set_origin(wrt_json *data, const wrt_cli_desk *desk, const wrt_cli_call *call) {
    char at[25], age[32];
    const wrt_live_work *work = &desk->work;
    if (work->at_ms == 0)
        return;
    wrt_clock_format(at, work->at_ms);
    wrt_json_set_text(data, "as_of", at);
    wrt_json_set_bool(data, "cached", work->is_cached);
    if (!work->is_cached)
        return;
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_buf_printf(&text,
                   "answered from the cache, as of %s (%s ago): the standing of a paper "
                   "may have changed since",
                   at, age_of(age, wrt_clock_unix_ms() - work->at_ms));
    wrt_json_push(call->warnings, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

void wrt_cli_set_fault(wrt_json *data, const wrt_cli_desk *desk) {
    const wrt_live_fault *fault = wrt_live_last_fault(desk->work.live);
    if (fault->kind != WRT_LIVE_NONE)
        wrt_json_set(data, "fault", wrt_live_fault_json(fault));
}

wrt_json *wrt_cli_id_json(int64_t id) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)id);
    return wrt_json_new_c(text);
}

wrt_json *wrt_cli_ids_json(wrt_id_list ids) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < ids.n; i++)
        wrt_json_push(list, wrt_cli_id_json(ids.items[i]));
    return list;
}

/* ---- the local copy */

wrt_status wrt_cli_live_may_store(const wrt_cli_call *call, wrt_err *err) {
    const char *provider = wrt_cli_value(call, "provider");
    if (!wrt_cli_flag(call, "store"))
        return WRT_OK;
    if (provider != NULL && strcmp(provider, "ncbi") != 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "--store: only PubMed's own records are stored: use --provider ncbi");
    if (call->globals->offline)
        return wrt_fail(err, WRT_E_INPUT, "--store: needs the network, and --offline forbids it");
    return WRT_OK;
}

static wrt_status ingest(wrt_pubmed_ingested *counts, wrt_pubmed_store *store,
                         const wrt_live_articles *fetched, wrt_err *err) {
    const wrt_pubmed_source source = {.name = "efetch", .kind = "live"};
    wrt_pubmed_ingest *work = NULL;
    wrt_status status = wrt_pubmed_ingest_begin(&work, store, &source, NULL, err);
    for (size_t i = 0; i < fetched->n && status == WRT_OK; i++)
        status = wrt_pubmed_ingest_article(work, fetched->articles[i], err);
    for (size_t i = 0; i < fetched->deleted.n && status == WRT_OK; i++)
        status = wrt_pubmed_ingest_delete(work, fetched->deleted.items[i], err);
    if (status == WRT_OK)
        return wrt_pubmed_ingest_commit(counts, work, err);
    wrt_pubmed_ingest_abandon(work);
    return status;
}

wrt_status wrt_cli_live_store(wrt_json *data, const wrt_cli_call *call,
                              const wrt_live_articles *fetched, wrt_err *err) {
    wrt_pubmed_store *store = NULL;
    wrt_pubmed_ingested counts = {0};
    wrt_status status = wrt_cli_open_pubmed(&store, call->globals, WRT_PUBMED_STORE_WRITE, err);
    if (status == WRT_OK)
        status = ingest(&counts, store, fetched, err);
    if (status == WRT_OK) {
        wrt_json *json = wrt_json_new_object();
        wrt_json_set_int(json, "stored", counts.stored);
        wrt_json_set_int(json, "replaced", counts.replaced);
        wrt_json_set_int(json, "deleted", counts.deleted);
        wrt_json_set(data, "store", json);
    }
    wrt_pubmed_store_close(store);
    return status;
}
