/* cmd_pubmed_show.c: warrant pubmed show: the articles of an XML file. */
#include "cli/article_text.h"
#include "cli/commands.h"
#include "pubmed/reader.h"

#include <string.h>

enum { JSON_RECORDS_MAX = 10000 };

typedef struct {
    const wrt_cli_call *call;
    int64_t pmid;   /* the only one that is wanted, or 0 */
    wrt_json *data; /* records, with --json */
    int64_t shown, retracted, deleted_shown;
} showing;

static wrt_status take(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    showing *s = ctx;
    if (s->pmid != 0 && s->pmid != article->pmid)
        return WRT_OK;
    s->shown++;
    s->retracted += article->status == WRT_PUBMED_RETRACTED;
    if (!s->call->globals->json)
        wrt_cli_print_article(s->call->out, article);
    else if (s->shown > JSON_RECORDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "more than %d records: name a PMID", JSON_RECORDS_MAX);
    else
        wrt_json_push(s->data, wrt_pubmed_article_json(article));
    return WRT_OK;
}

static wrt_status take_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    showing *s = ctx;
    (void)err;
    s->deleted_shown += pmid == s->pmid;
    return WRT_OK;
}

static void warn(const wrt_cli_call *call, const showing *s, const wrt_pubmed_counts *counts) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    if (s->retracted > 0)
        wrt_buf_printf(&text, "retracted records shown: %lld", (long long)s->retracted);
    if (s->deleted_shown > 0)
        wrt_buf_printf(&text, "%sthe file declares PMID %lld deleted", text.len > 0 ? "; " : "",
                       (long long)s->pmid);
    else if (counts->deleted > 0)
        wrt_buf_printf(&text, "%sPMIDs the file declares deleted: %lld", text.len > 0 ? "; " : "",
                       (long long)counts->deleted);
    if (text.len > 0)
        wrt_json_push(call->warnings, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static wrt_status run_show(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    static const wrt_pubmed_sink sink = {take, take_deleted};
    showing s = {.call = call};
    wrt_pubmed_counts counts = {0};
    if (call->n_operands > 1 && !wrt_pubmed_pmid_of_text(&s.pmid, wrt_str_of(call->operands[1])))
        return wrt_fail(err, WRT_E_INPUT, "a PMID is 1 to 10 digits, not \"%.40s\"",
                        call->operands[1]);
    s.data = wrt_json_new_array();
    wrt_status status = wrt_pubmed_read_file(&counts, call->operands[0], sink, &s, err);
    result->data = s.data;
    if (status != WRT_OK)
        return status;
    warn(call, &s, &counts);
    if (s.shown == 0 && s.pmid != 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "PMID %lld is %s the %lld records", (long long)s.pmid,
                        s.deleted_shown > 0 ? "declared deleted, not among" : "not among",
                        (long long)(counts.articles + counts.books));
    if (s.shown == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the file holds no article");
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_pubmed_show = {
    .path = "pubmed show",
    .operands = "FILE|- [PMID]",
    .summary = "print the records of a PubMed XML file, retracted ones marked",
    .details =
        "FILE is a PubmedArticleSet or MedlineCitationSet as NLM distributes it (compressed or\n"
        "not) or efetch answers, with books; \"-\" reads standard input. Nothing is fetched. A "
        "file that ends early is\n"
        "an error after the records that were whole.\n",
    .examples = "  warrant pubmed show articles.xml\n"
                "  warrant pubmed show pubmed25n0001.xml.gz 2\n",
    .min_operands = 1,
    .max_operands = 2,
    .run = run_show,
};
