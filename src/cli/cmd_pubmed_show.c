/* cmd_pubmed_show.c: warrant pubmed show: the articles of an XML file. */
#include "cli/commands.h"
#include "pubmed/reader.h"

#include <string.h>

enum { JSON_RECORDS_MAX = 10000, AUTHORS_SHOWN = 6 };

typedef struct {
    const wrt_cli_call *call;
    int64_t pmid;   /* the only one that is wanted, or 0 */
    wrt_json *data; /* records, with --json */
    int64_t shown, retracted, deleted_shown;
} showing;

static const char *warning_of(const wrt_pubmed_article *article) {
    static const char *const warnings[] = {
        [WRT_PUBMED_CORRECTED] = "a correction or a newer form was published",
        [WRT_PUBMED_CONCERN] = "an expression of concern was published",
        [WRT_PUBMED_NOTICE] = "a notice of retraction, concern or correction, not a study",
        [WRT_PUBMED_RETRACTED] = "RETRACTED: do not use as evidence",
        [WRT_PUBMED_DELETED] = "PubMed withdrew this record",
    };
    if (article->status == WRT_PUBMED_OK &&
        (article->signals & WRT_PUBMED_TITLE_SAYS_RETRACTED) != 0)
        return "the title says that it was retracted, the record does not";
    return warnings[article->status];
}

/* Text of a record may hold C1 controls, which a terminal would obey. */
static void add_text(wrt_buf *out, wrt_str text) {
    size_t start = out->len;
    wrt_buf_add_str(out, text);
    if (out->len > start)
        wrt_utf8_make_printable(out->ptr + start, out->len - start);
}

static void add_member(wrt_buf *out, const char *before, wrt_str text, const char *after) {
    if (text.len == 0)
        return;
    wrt_buf_add_c(out, before);
    add_text(out, text);
    wrt_buf_add_c(out, after);
}

static void add_names(wrt_buf *out, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < article->n_authors && i < AUTHORS_SHOWN; i++)
        add_member(out, i > 0 ? ", " : "", article->authors[i].name, "");
    if (article->n_authors > AUTHORS_SHOWN)
        wrt_buf_printf(out, ", and %zu more", article->n_authors - AUTHORS_SHOWN);
    wrt_buf_add_c(out, article->n_authors > 0 ? ".\n" : "");
}

static void add_source(wrt_buf *out, const wrt_pubmed_article *article) {
    add_text(out, article->journal.len > 0 ? article->journal : WRT_STR("(journal not stated)"));
    add_member(out, ", ", article->pubdate.raw, "");
    add_member(out, "; ", article->volume, "");
    add_member(out, "(", article->issue, ")");
    add_member(out, ":", article->pages, "");
    wrt_buf_add_c(out, ".");
    add_member(out, " doi:", article->doi, "");
    add_member(out, " ", article->pmcid, "");
    add_member(out, " ", article->book_accession, "");
    wrt_buf_add_char(out, '\n');
    for (size_t i = 0; i < article->n_types; i++)
        add_member(out, i > 0 ? " [" : "[", article->types[i].name, "]");
    wrt_buf_add_c(out, article->n_types > 0 ? "\n" : "");
}

static void add_abstract(wrt_buf *out, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < article->n_abstract; i++) {
        add_member(out, "", article->abstract[i].label, ": ");
        add_member(out, "", article->abstract[i].text, "\n");
    }
}

static void add_terms(wrt_buf *out, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < article->n_mesh; i++) {
        bool is_major = article->mesh[i].descriptor.is_major;
        for (size_t k = 0; k < article->mesh[i].n_qualifiers; k++)
            is_major = is_major || article->mesh[i].qualifiers[k].is_major;
        add_member(out, i > 0 ? "; " : "MeSH: ", article->mesh[i].descriptor.name,
                   is_major ? "*" : "");
    }
    wrt_buf_add_c(out, article->n_mesh > 0 ? "\n" : "");
    for (size_t i = 0; i < article->n_nct_ids; i++)
        add_member(out, i > 0 ? " " : "Trials: ", article->nct_ids[i], "");
    wrt_buf_add_c(out, article->n_nct_ids > 0 ? "\n" : "");
    add_member(out, "Conflicts of interest: ", article->coi, "\n");
}

static void add_corrections(wrt_buf *out, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < article->n_corrections; i++) {
        const wrt_pubmed_correction *correction = &article->corrections[i];
        add_text(out, correction->type);
        if (correction->pmid != 0)
            wrt_buf_printf(out, ": PMID %lld", (long long)correction->pmid);
        add_member(out, ", ", correction->source, "");
        wrt_buf_add_char(out, '\n');
    }
}

static void print_article(FILE *out, const wrt_pubmed_article *article) {
    wrt_buf text = wrt_buf_make(2 * (size_t)WRT_PUBMED_ARTICLE_MAX);
    const char *warning = warning_of(article);
    wrt_buf_printf(&text, "PMID %lld", (long long)article->pmid);
    if (article->version > 1)
        wrt_buf_printf(&text, " version %d", article->version);
    wrt_buf_add_char(&text, '\n');
    if (warning != NULL)
        wrt_buf_printf(&text, "*** %s ***\n", warning);
    add_text(&text, article->title.len > 0 ? article->title : WRT_STR("(no title)"));
    wrt_buf_add_char(&text, '\n');
    add_names(&text, article);
    add_source(&text, article);
    add_abstract(&text, article);
    add_terms(&text, article);
    add_corrections(&text, article);
    wrt_buf_add_char(&text, '\n');
    fwrite(text.ptr, 1, text.len, out);
    wrt_buf_free(&text);
}

static wrt_status take(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    showing *s = ctx;
    if (s->pmid != 0 && s->pmid != article->pmid)
        return WRT_OK;
    s->shown++;
    s->retracted += article->status == WRT_PUBMED_RETRACTED;
    if (!s->call->globals->json)
        print_article(s->call->out, article);
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
    int64_t records = counts.articles + counts.books;
    if (s.shown == 0 && s.pmid != 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "PMID %lld is %s the %lld records", (long long)s.pmid,
                        s.deleted_shown > 0 ? "declared deleted, not among" : "not among",
                        (long long)records);
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
