/* cmd_pubmed.c: warrant pubmed show. */
#include "cli/commands.h"
#include "pubmed/pubmed.h"

#include <string.h>

enum { JSON_RECORDS_MAX = 10000, AUTHORS_SHOWN = 6 };

typedef struct {
    const wrt_cli_call *call;
    const char *pmid; /* the only one that is wanted, or NULL */
    wrt_json *data;   /* records, with --json */
    int64_t shown, retracted;
} showing;

static const char *warning_of(const char *status) {
    return strcmp(status, "retracted") == 0   ? "RETRACTED: do not use as evidence"
           : strcmp(status, "notice") == 0    ? "a notice of retraction, not a study"
           : strcmp(status, "concern") == 0   ? "an expression of concern was published"
           : strcmp(status, "corrected") == 0 ? "a correction was published"
                                              : NULL;
}

/* Text of a record may hold C1 controls, which a terminal would obey. */
static void add_text(wrt_buf *out, const char *text) {
    size_t start = out->len;
    wrt_buf_add_c(out, text);
    if (out->len > start)
        wrt_utf8_make_printable(out->ptr + start, out->len - start);
}

static void add_names(wrt_buf *out, const wrt_json *article) {
    const wrt_json *authors = wrt_json_get(article, "authors");
    size_t n = 0;
    WRT_JSON_EACH(author, authors) {
        if (n++ == AUTHORS_SHOWN) {
            wrt_buf_printf(out, ", and %zu more", wrt_json_count(authors) - AUTHORS_SHOWN);
            break;
        }
        wrt_buf_add_c(out, n > 1 ? ", " : "");
        add_text(out, wrt_json_get_text(author, "name", "?"));
    }
    wrt_buf_add_c(out, n > 0 ? ".\n" : "");
}

static void add_abstract(wrt_buf *out, const wrt_json *article) {
    WRT_JSON_EACH(section, wrt_json_get(article, "abstract")) {
        const char *label = wrt_json_get_text(section, "label", NULL);
        add_text(out, label != NULL ? label : "");
        wrt_buf_add_c(out, label != NULL ? ": " : "");
        add_text(out, wrt_json_get_text(section, "text", ""));
        wrt_buf_add_char(out, '\n');
    }
}

static void add_corrections(wrt_buf *out, const wrt_json *article) {
    WRT_JSON_EACH(correction, wrt_json_get(article, "corrections")) {
        add_text(out, wrt_json_get_text(correction, "type", "?"));
        wrt_buf_add_c(out, ": PMID ");
        add_text(out, wrt_json_get_text(correction, "pmid", "-"));
        wrt_buf_add_c(out, ", ");
        add_text(out, wrt_json_get_text(correction, "source", "-"));
        wrt_buf_add_char(out, '\n');
    }
}

static void add_article(wrt_buf *out, const wrt_json *article) {
    const char *warning = warning_of(wrt_json_get_text(article, "status", "ok"));
    const wrt_json *year = wrt_json_get(article, "year");
    wrt_buf_printf(out, "PMID %s\n", wrt_json_get_text(article, "pmid", "?"));
    if (warning != NULL)
        wrt_buf_printf(out, "*** %s ***\n", warning);
    add_text(out, wrt_json_get_text(article, "title", "(no title)"));
    wrt_buf_add_char(out, '\n');
    add_names(out, article);
    add_text(out, wrt_json_get_text(article, "journal", "(journal not stated)"));
    if (wrt_json_is(year, WRT_JSON_NUMBER))
        wrt_buf_printf(out, ", %d", (int)wrt_json_number(year, 0.0));
    wrt_buf_add_c(out, ". doi:");
    add_text(out, wrt_json_get_text(article, "doi", "-"));
    wrt_buf_add_char(out, '\n');
    WRT_JSON_EACH(type, wrt_json_get(article, "publication_types")) {
        wrt_buf_add_char(out, '[');
        add_text(out, wrt_json_get_text(type, "name", "?"));
        wrt_buf_add_c(out, "] ");
    }
    wrt_buf_add_char(out, '\n');
    add_abstract(out, article);
    add_corrections(out, article);
    wrt_buf_add_char(out, '\n');
}

static void print_article(FILE *out, const wrt_json *article) {
    wrt_buf text = wrt_buf_make(2 * (size_t)WRT_PUBMED_ARTICLE_MAX);
    add_article(&text, article);
    fwrite(text.ptr, 1, text.len, out);
    wrt_buf_free(&text);
}

static wrt_status take(const wrt_json *article, void *ctx, wrt_err *err) {
    showing *s = ctx;
    if (s->pmid != NULL && strcmp(s->pmid, wrt_json_get_text(article, "pmid", "")) != 0)
        return WRT_OK;
    s->shown++;
    s->retracted += wrt_json_get_bool(article, "retracted", false);
    if (!s->call->globals->json)
        print_article(s->call->out, article);
    else if (s->shown > JSON_RECORDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "more than %d records: name a PMID", JSON_RECORDS_MAX);
    else
        wrt_json_push(s->data, wrt_json_copy(article));
    return WRT_OK;
}

static void warn(const wrt_cli_call *call, const showing *s, const wrt_pubmed_counts *counts) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    if (s->retracted > 0)
        wrt_buf_printf(&text, "retracted records shown: %lld", (long long)s->retracted);
    if (counts->books > 0)
        wrt_buf_printf(&text, "%sbook records skipped: %lld", text.len > 0 ? "; " : "",
                       (long long)counts->books);
    if (counts->deleted > 0)
        wrt_buf_printf(&text, "%sPMIDs the file declares deleted: %lld", text.len > 0 ? "; " : "",
                       (long long)counts->deleted);
    if (text.len > 0)
        wrt_json_push(call->warnings, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static wrt_status run_show(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *pmid = call->n_operands > 1 ? call->operands[1] : NULL;
    showing s = {call, pmid, wrt_json_new_array(), 0, 0};
    wrt_pubmed_counts counts = {0};
    wrt_status status = wrt_pubmed_read_file(&counts, call->operands[0], take, &s, err);
    result->data = s.data;
    if (status != WRT_OK)
        return status;
    warn(call, &s, &counts);
    if (s.shown == 0 && pmid != NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "PMID %s is not among the %lld records", pmid,
                        (long long)counts.articles);
    if (s.shown == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the file holds no article");
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_pubmed_show = {
    .path = "pubmed show",
    .operands = "FILE|- [PMID]",
    .summary = "print the records of a PubMed XML file, retracted ones marked",
    .details =
        "FILE is a PubmedArticleSet or MedlineCitationSet as NLM distributes it or efetch\n"
        "answers; \"-\" reads standard input. Nothing is fetched. A file that ends early is\n"
        "an error after the records that were whole.\n",
    .examples = "  warrant pubmed show articles.xml\n"
                "  gzip -dc pubmed25n0001.xml.gz | warrant pubmed show - 2\n",
    .min_operands = 1,
    .max_operands = 2,
    .run = run_show,
};
