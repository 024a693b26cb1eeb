/* cite_csl.c: an item of CSL-JSON (schema csl-data.json of the Citation Style Language 1.0.2). */
#include "pubmed/cite_parts.h"

#include <stdio.h>

static void set(wrt_json *item, const char *key, wrt_str text) {
    if (text.len == 0)
        return;
    wrt_buf clean = wrt_buf_make(text.len);
    wrt_pubmed_cite_add(&clean, text);
    wrt_json_set(item, key, wrt_json_new_text(wrt_buf_str(&clean)));
    wrt_buf_free(&clean);
}

static void set_names(wrt_json *item, const char *key, const wrt_pubmed_author *authors, size_t n) {
    wrt_json *names = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        const wrt_pubmed_author *author = &authors[i];
        wrt_json *name = wrt_json_new_object();
        if (author->is_collective || author->last.len == 0) {
            set(name, "literal", author->name);
        } else {
            set(name, "family", author->last);
            set(name, "given", author->fore.len > 0 ? author->fore : author->initials);
            set(name, "suffix", author->suffix);
        }
        wrt_json_push(names, name);
    }
    if (n > 0)
        wrt_json_set(item, key, names);
    else
        wrt_json_free(names);
}

static wrt_json *date_parts(const wrt_pubmed_cite_date *date) {
    wrt_json *parts = wrt_json_new_array();
    wrt_json_push(parts, wrt_json_new_int(date->year));
    if (date->month != 0)
        wrt_json_push(parts, wrt_json_new_int(date->month));
    if (date->month != 0 && date->day != 0)
        wrt_json_push(parts, wrt_json_new_int(date->day));
    return parts;
}

static void set_date(wrt_json *item, const wrt_pubmed_cite_parts *parts) {
    const wrt_pubmed_cite_date *start = &parts->start, *end = &parts->end;
    if (start->year == 0)
        return;
    wrt_json *issued = wrt_json_new_object(), *points = wrt_json_new_array();
    bool is_range =
        start->year != end->year || start->month != end->month || start->day != end->day;
    wrt_json_push(points, date_parts(start));
    if (is_range && end->year != 0)
        wrt_json_push(points, date_parts(end));
    wrt_json_set(issued, "date-parts", points);
    wrt_json_set(item, "issued", issued);
}

/* CSL wants RFC 5646, PubMed has MARC codes; the ones that matter, others as they are. */
static wrt_str language_of(wrt_str marc) {
    static const char *const codes[][2] = {
        {"eng", "en"}, {"ger", "de"}, {"fre", "fr"}, {"spa", "es"}, {"ita", "it"}, {"por", "pt"},
        {"rus", "ru"}, {"jpn", "ja"}, {"chi", "zh"}, {"pol", "pl"}, {"dut", "nl"}, {"swe", "sv"},
        {"dan", "da"}, {"nor", "no"}, {"fin", "fi"}, {"hun", "hu"}, {"cze", "cs"}, {"tur", "tr"},
        {"kor", "ko"}, {"ukr", "uk"}, {"gre", "el"}, {"heb", "he"}, {"ara", "ar"}, {"per", "fa"},
        {"rum", "ro"}, {"bul", "bg"}, {"hrv", "hr"}, {"srp", "sr"}, {"slo", "sk"}, {"slv", "sl"}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (wrt_str_equal_c(marc, codes[i][0]))
            return wrt_str_of(codes[i][1]);
    return marc;
}

static void set_pages(wrt_json *item, const wrt_pubmed_cite_parts *parts) {
    wrt_buf pages = wrt_buf_make(WRT_MIB(4));
    wrt_buf_add_str(&pages, parts->first_page);
    wrt_buf_add_c(&pages, parts->last_page.len > 0 ? "-" : "");
    wrt_buf_add_str(&pages, parts->last_page);
    set(item, "page", wrt_buf_str(&pages));
    wrt_buf_free(&pages);
}

static void set_ids(wrt_json *item, const wrt_pubmed_cite_parts *parts) {
    const wrt_pubmed_article *article = parts->article;
    char pmid[24];
    snprintf(pmid, sizeof pmid, "%lld", (long long)article->pmid);
    set(item, "DOI", article->doi);
    wrt_json_set_text(item, "PMID", pmid);
    set(item, "PMCID", article->pmcid);
    set(item, "ISSN", article->issn);
    set(item, "ISBN", article->isbn);
    set(item, "URL", parts->url);
}

static void set_abstract(wrt_json *item, const wrt_pubmed_article *article) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_pubmed_abstract_text(&text, article);
    set(item, "abstract", wrt_buf_str(&text));
    wrt_buf_free(&text);
}

wrt_json *wrt_pubmed_cite_as_csl(const wrt_pubmed_cite_parts *parts) {
    const wrt_pubmed_article *article = parts->article;
    wrt_json *item = wrt_json_new_object();
    char id[32];
    snprintf(id, sizeof id, "pmid:%lld", (long long)article->pmid);
    wrt_json_set_text(item, "id", id);
    wrt_json_set_text(item, "type", article->is_book ? "chapter" : "article-journal");
    set(item, "title", parts->title);
    if (article->status != WRT_PUBMED_OK && article->status != WRT_PUBMED_UNKNOWN)
        wrt_json_set_text(item, "status", wrt_pubmed_status_name(article->status));
    set(item, "note", parts->note);
    set_names(item, "author", article->authors, article->n_authors);
    set_names(item, "editor", article->editors, article->n_editors);
    set(item, "container-title", article->journal);
    set(item, "container-title-short", article->iso_abbrev);
    set(item, "publisher", article->publisher);
    set(item, "publisher-place", article->publisher_place);
    set_date(item, parts);
    set(item, "volume", article->volume);
    set(item, "issue", article->issue);
    set_pages(item, parts);
    set_ids(item, parts);
    set(item, "language",
        article->n_languages > 0 ? language_of(article->languages[0]) : (wrt_str){"", 0});
    set_abstract(item, article);
    return item;
}
