/* cmd_pubmed_match.c: warrant pubmed match: does a citation exist, and what is its PMID? */
#include "cli/commands.h"
#include "cli/live_args.h"
#include "pubmed/live/eutils.h"

enum { CITATIONS_MAX = 1000 };

/* "journal|year|volume|first page|author"; fields may be empty. */
static wrt_status read_citation(wrt_eutils_citation *out, wrt_arena *arena, wrt_str line,
                                size_t number, wrt_err *err) {
    wrt_str fields[5], rest = line;
    size_t n = 0;
    while (n < 5 && wrt_str_cut(&fields[n], &rest, '|'))
        n++;
    if (n < 5 || rest.ptr != NULL)
        return wrt_fail(err, WRT_E_INPUT, "citation %zu: must read journal|year|volume|page|author",
                        number + 1);
    const char *key = wrt_arena_printf(arena, "c%zu", number + 1);
    *out = (wrt_eutils_citation){fields[0], fields[1], fields[2],
                                 fields[3], fields[4], wrt_str_of(key)};
    return WRT_OK;
}

/* Lines of operands that are files, or the operands themselves. */
static wrt_status read_citations(wrt_eutils_citation *out, size_t *n, wrt_arena *arena,
                                 const wrt_cli_call *call, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++) {
        wrt_buf text = wrt_buf_make(WRT_MIB(1));
        status = wrt_cli_read_text(&text, call->operands[i], err);
        wrt_str line,
            rest = {wrt_arena_strdup(arena, text.len > 0 ? text.ptr : "", text.len), text.len};
        wrt_buf_free(&text);
        while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n')) {
            line = wrt_str_trim(line);
            if (line.len == 0)
                continue;
            status = *n < CITATIONS_MAX
                         ? read_citation(&out[*n], arena, line, *n, err)
                         : wrt_fail(err, WRT_E_LIMIT, "more than %d citations", CITATIONS_MAX);
            *n += status == WRT_OK;
        }
    }
    return status;
}

static size_t show(wrt_json *data, const wrt_cli_call *call, const wrt_eutils_matches *matches) {
    wrt_json *list = wrt_json_new_array();
    size_t n_found = 0;
    for (size_t i = 0; i < matches->n; i++) {
        const wrt_eutils_match *one = &matches->matches[i];
        wrt_json *json = wrt_json_new_object();
        bool is_found = one->pmid != 0;
        wrt_json_set(json, "pmid", is_found ? wrt_cli_id_json(one->pmid) : wrt_json_new_null());
        wrt_json_set(json, "reason",
                     is_found ? wrt_json_new_null() : wrt_json_new_text(one->reason));
        n_found += is_found;
        if (!call->globals->json && is_found)
            fprintf(call->out, "%zu\t%lld\n", i + 1, (long long)one->pmid);
        if (!call->globals->json && !is_found) {
            fprintf(call->out, "%zu\t-\t", i + 1);
            wrt_cli_print_text(call->out, wrt_json_get_text(json, "reason", ""));
            fputc('\n', call->out);
        }
        wrt_json_push(list, json);
    }
    wrt_json_set(data, "matches", list);
    return n_found;
}

static wrt_status run_match(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_desk desk;
    wrt_eutils_matches matches = {0};
    size_t n = 0;
    wrt_status status = wrt_cli_desk_open(&desk, call, "pubmed_search", err);
    if (status != WRT_OK)
        return status;
    wrt_eutils_citation *citations =
        wrt_arena_calloc(desk.work.arena, CITATIONS_MAX, sizeof *citations);
    result->data = wrt_json_new_object();
    status = read_citations(citations, &n, desk.work.arena, call, err);
    if (status == WRT_OK)
        status = wrt_eutils_match_citations(&matches, &desk.work, citations, n, err);
    if (status == WRT_OK) {
        wrt_cli_set_origin(result->data, &desk, call);
        if (show(result->data, call, &matches) == 0)
            status = wrt_fail(err, WRT_E_NOT_FOUND, "PubMed has none of these citations");
    } else {
        wrt_cli_set_fault(result->data, &desk);
    }
    wrt_cli_desk_close(&desk);
    return status;
}

const wrt_cli_command wrt_cmd_pubmed_match = {
    .path = "pubmed match",
    .operands = "CITATION...|@FILE|-",
    .summary = "find the PMIDs of citations, as a check that they exist",
    .details = "A citation reads journal|year|volume|first page|author; fields may be empty. What\n"
               "PubMed does not know, or knows several times, is said as such.\n",
    .examples = "  warrant pubmed match 'proc natl acad sci u s a|1991|88|3248|mann bj'\n",
    .min_operands = 1,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_match,
};
