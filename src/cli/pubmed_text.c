/* pubmed_text.c: see the header. */
#include "cli/pubmed_text.h"

#include "pubmed/reader.h"

enum { AUTHORS_SHOWN = 6 };

const char *wrt_cli_warning_of(const wrt_pubmed_article *article) {
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

void wrt_cli_print_article(FILE *out, const wrt_pubmed_article *article) {
    wrt_buf text = wrt_buf_make(2 * (size_t)WRT_PUBMED_ARTICLE_MAX);
    const char *warning = wrt_cli_warning_of(article);
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
