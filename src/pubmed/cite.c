/* cite.c: choice of the form, and the form for people. */
#include "pubmed/cite.h"

#include "pubmed/cite_parts.h"

#include <string.h>

enum { AUTHORS_SHOWN = 6 };

bool wrt_pubmed_style_of_name(wrt_pubmed_style *out, const char *name) {
    static const char *const names[] = {"text", "ris", "bibtex", "csl"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (wrt_pubmed_style)i;
            return true;
        }
    return false;
}

static void add(wrt_buf *out, const char *before, wrt_str text, const char *after) {
    if (text.len == 0)
        return;
    wrt_buf_add_c(out, before);
    wrt_pubmed_cite_add(out, text);
    wrt_buf_add_c(out, after);
}

static void add_date(wrt_buf *out, const wrt_pubmed_article *article) {
    const wrt_pubmed_date *date = article->is_book && article->contribution_date.raw.len > 0
                                      ? &article->contribution_date
                                  : article->pubdate.raw.len > 0 ? &article->pubdate
                                                                 : &article->electronic_date;
    add(out, " ", date->raw, "");
}

/* Patrias K, Wendling DL. Citing Medicine. 2nd ed. NLM; 2007, chapters 1 and 22. */
void wrt_pubmed_cite_as_text(wrt_buf *out, const wrt_pubmed_cite_parts *parts) {
    const wrt_pubmed_article *article = parts->article;
    for (size_t i = 0; i < article->n_authors && i < AUTHORS_SHOWN; i++)
        add(out, i > 0 ? ", " : "", article->authors[i].name, "");
    wrt_buf_add_c(out, article->n_authors == 0              ? ""
                       : article->n_authors > AUTHORS_SHOWN ? ", et al. "
                                                            : ". ");
    add(out, "", parts->title, ". ");
    wrt_buf_add_c(out, article->is_book ? "In: " : "");
    add(out, "", article->iso_abbrev.len > 0 ? article->iso_abbrev : article->journal, ".");
    add_date(out, article);
    add(out, ";", article->volume, "");
    add(out, "(", article->issue, ")");
    add(out, ":", article->pages, "");
    wrt_buf_add_char(out, '.');
    add(out, " doi: ", article->doi, ".");
    wrt_buf_printf(out, " PMID: %lld", (long long)article->pmid);
    add(out, "; PMCID: ", article->pmcid, "");
    add(out, "; Bookshelf: ", article->book_accession, "");
    wrt_buf_add_char(out, '.');
    add(out, " [", parts->note, "]");
    wrt_buf_add_char(out, '\n');
}

wrt_status wrt_pubmed_cite(wrt_buf *out, const wrt_pubmed_article *article, wrt_pubmed_style style,
                           wrt_err *err) {
    wrt_pubmed_cite_parts parts;
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_cite_parts_of(&parts, arena, article);
    if (style == WRT_PUBMED_CITE_RIS) {
        wrt_pubmed_cite_as_ris(out, &parts);
    } else if (style == WRT_PUBMED_CITE_BIBTEX) {
        wrt_pubmed_cite_as_bibtex(out, &parts);
    } else if (style == WRT_PUBMED_CITE_TEXT) {
        wrt_pubmed_cite_as_text(out, &parts);
    } else {
        wrt_json *item = wrt_pubmed_cite_as_csl(&parts);
        wrt_json_write(out, item);
        wrt_buf_add_char(out, '\n');
        wrt_json_free(item);
    }
    wrt_arena_free(arena);
    if (out->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "the citations are longer than %zu bytes", out->cap);
    return WRT_OK;
}

wrt_json *wrt_pubmed_cite_csl(const wrt_pubmed_article *article) {
    wrt_pubmed_cite_parts parts;
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_cite_parts_of(&parts, arena, article);
    wrt_json *item = wrt_pubmed_cite_as_csl(&parts);
    wrt_arena_free(arena);
    return item;
}
