/* cite_ris.c: RIS, the tagged format of Research Information Systems, as reference managers read
 * it: a line is a tag of two letters, two blanks, a hyphen, a blank and the value. There is no
 * escape, so a value is kept on one line. */
#include "pubmed/cite_parts.h"

static void add(wrt_buf *out, const char *tag, wrt_str value) {
    if (value.len == 0)
        return;
    wrt_buf_printf(out, "%s  - ", tag);
    wrt_pubmed_cite_add(out, value);
    wrt_buf_add_c(out, "\r\n");
}

/* "Last, First, Suffix"; a collective name as it is. */
static void add_names(wrt_buf *out, const char *tag, const wrt_pubmed_author *authors, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const wrt_pubmed_author *author = &authors[i];
        wrt_str given = author->fore.len > 0 ? author->fore : author->initials;
        if (author->is_collective || author->last.len == 0) {
            add(out, tag, author->name);
            continue;
        }
        wrt_buf_printf(out, "%s  - ", tag);
        wrt_pubmed_cite_add(out, author->last);
        wrt_buf_add_c(out, given.len > 0 || author->suffix.len > 0 ? ", " : "");
        wrt_pubmed_cite_add(out, given);
        wrt_buf_add_c(out, author->suffix.len > 0 ? ", " : "");
        wrt_pubmed_cite_add(out, author->suffix);
        wrt_buf_add_c(out, "\r\n");
    }
}

/* YYYY/MM/DD/ with parts left empty. */
static void add_date(wrt_buf *out, const wrt_pubmed_cite_date *date) {
    if (date->year == 0)
        return;
    wrt_buf_printf(out, "PY  - %04d\r\nDA  - %04d/", date->year, date->year);
    if (date->month != 0)
        wrt_buf_printf(out, "%02d", date->month);
    wrt_buf_add_char(out, '/');
    if (date->day != 0)
        wrt_buf_printf(out, "%02d", date->day);
    wrt_buf_add_c(out, "/\r\n");
}

static void add_abstract(wrt_buf *out, const wrt_pubmed_article *article) {
    if (article->n_abstract == 0)
        return;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_pubmed_abstract_text(&text, article);
    add(out, "AB", wrt_buf_str(&text));
    wrt_buf_free(&text);
}

static void add_source(wrt_buf *out, const wrt_pubmed_article *article) {
    if (article->is_book) {
        add(out, "T2", article->book_title);
        add(out, "PB", article->publisher);
        add(out, "CY", article->publisher_place);
        add(out, "SN", article->isbn);
        return;
    }
    add(out, "T2", article->journal);
    add(out, "JO", article->iso_abbrev);
    add(out, "SN", article->issn);
}

void wrt_pubmed_cite_as_ris(wrt_buf *out, const wrt_pubmed_cite_parts *parts) {
    const wrt_pubmed_article *article = parts->article;
    wrt_buf_printf(out, "TY  - %s\r\n", article->is_book ? "CHAP" : "JOUR");
    add(out, "TI", parts->title);
    add(out, "N1", parts->note);
    add_names(out, "AU", article->authors, article->n_authors);
    add_names(out, "A2", article->editors, article->n_editors);
    add_source(out, article);
    add_date(out, &parts->start);
    add(out, "VL", article->volume);
    add(out, "IS", article->issue);
    add(out, "SP", parts->first_page);
    add(out, "EP", parts->last_page);
    add(out, "DO", article->doi);
    wrt_buf_printf(out, "DB  - PubMed\r\nAN  - %lld\r\n", (long long)article->pmid);
    add(out, "C2", article->pmcid);
    add(out, "UR", parts->url);
    for (size_t i = 0; i < article->n_languages; i++)
        add(out, "LA", article->languages[i]);
    for (size_t i = 0; i < article->n_keywords; i++)
        add(out, "KW", article->keywords[i]);
    add_abstract(out, article);
    wrt_buf_add_c(out, "ER  - \r\n");
}
