/* cmd_pubmed_related.c: warrant pubmed related: papers linked to a paper. */
#include "cli/commands.h"
#include "cli/live_args.h"
#include "pubmed/live/eutils.h"

#include <string.h>

enum { RELATED_MAX = 1000 };

static const struct {
    const char *name;
    wrt_eutils_relation relation;
} RELATIONS[] = {{"similar", WRT_EUTILS_SIMILAR},
                 {"cited-in", WRT_EUTILS_CITED_IN},
                 {"references", WRT_EUTILS_REFERENCES},
                 {"pmc", WRT_EUTILS_PMC}};

static wrt_status read_relation(wrt_eutils_relation *out, const wrt_cli_call *call, wrt_err *err) {
    const char *name = wrt_cli_value(call, "by");
    *out = WRT_EUTILS_SIMILAR;
    if (name == NULL)
        return WRT_OK;
    for (size_t i = 0; i < sizeof RELATIONS / sizeof RELATIONS[0]; i++) {
        *out = RELATIONS[i].relation;
        if (strcmp(RELATIONS[i].name, name) == 0)
            return WRT_OK;
    }
    return wrt_fail(err, WRT_E_INPUT, "--by: must be similar, cited-in, references or pmc");
}

static void show(wrt_json *data, const wrt_cli_call *call, const wrt_eutils_related *related) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < related->n; i++) {
        const wrt_eutils_links *links = &related->links[i];
        wrt_json *json = wrt_json_new_object();
        wrt_json_set(json, "pmid", wrt_cli_id_json(links->source));
        wrt_json_set(json, "related", wrt_cli_ids_json(links->ids));
        wrt_json_push(list, json);
        for (size_t k = 0; k < links->ids.n && !call->globals->json; k++)
            fprintf(call->out, "%lld\t%lld\n", (long long)links->source,
                    (long long)links->ids.items[k]);
    }
    wrt_json_set(data, "links", list);
    wrt_json_set(data, "unknown", wrt_cli_ids_json(related->unanswered));
}

static wrt_status ask(wrt_eutils_related *out, wrt_cli_desk *desk, const wrt_cli_call *call,
                      wrt_err *err) {
    wrt_eutils_relation relation;
    wrt_id_list pmids;
    wrt_status status = read_relation(&relation, call, err);
    if (status == WRT_OK)
        status = wrt_cli_pmids(&pmids, desk->work.arena, call, RELATED_MAX, err);
    if (status == WRT_OK)
        status = wrt_eutils_link(out, &desk->work, pmids, relation, err);
    return status;
}

static wrt_status check_any(const wrt_eutils_related *related, wrt_err *err) {
    for (size_t i = 0; i < related->n; i++)
        if (related->links[i].ids.n > 0)
            return WRT_OK;
    return wrt_fail(err, WRT_E_NOT_FOUND, "no such links are known to PubMed");
}

static wrt_status run_related(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_desk desk;
    wrt_eutils_related related;
    wrt_status status = wrt_cli_desk_open(&desk, call, "pubmed_fetch", err);
    if (status != WRT_OK)
        return status;
    result->data = wrt_json_new_object();
    status = ask(&related, &desk, call, err);
    if (status == WRT_OK) {
        show(result->data, call, &related);
        wrt_cli_set_origin(result->data, &desk, call);
        status = check_any(&related, err);
    } else {
        wrt_cli_set_fault(result->data, &desk);
    }
    wrt_cli_desk_close(&desk);
    return status;
}

static const wrt_cli_option options[] = {
    {"by", 0, "RELATION", "similar (the default), cited-in, references or pmc"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_related = {
    .path = "pubmed related",
    .operands = "PMID...|@FILE|-",
    .summary = "list papers that PubMed links to a paper: similar, citing, cited",
    .details = "Prints PMID and linked PMID, one pair a line; with --by pmc the linked id is that\n"
               "of PubMed Central. No links at all is exit 3, a service that fails exit 7.\n",
    .examples = "  warrant pubmed related 31541003 --by cited-in\n",
    .options = options,
    .min_operands = 1,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_related,
};
