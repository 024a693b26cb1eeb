/* article_json.c: an article as the data of the tool pubmed_fetch: absent texts are null, absent
 * lists empty, every member always there. */
#include "pubmed/article.h"
#include "pubmed/date.h"

#include <stdio.h>

static wrt_json *text_of(wrt_str text) {
    return text.len > 0 ? wrt_json_new_text(text) : wrt_json_new_null();
}

static void set(wrt_json *object, const char *key, wrt_str text) {
    wrt_json_set(object, key, text_of(text));
}

static wrt_json *pmid_json(int64_t pmid) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    return pmid > 0 ? wrt_json_new_c(text) : wrt_json_new_null();
}

static wrt_json *texts_json(const wrt_str *items, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push(list, wrt_json_new_text(items[i]));
    return list;
}

static wrt_json *pmids_json(const int64_t *items, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push(list, pmid_json(items[i]));
    return list;
}

static wrt_json *sections_json(const wrt_pubmed_section *items, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        wrt_json *section = wrt_json_new_object();
        set(section, "label", items[i].label);
        set(section, "category", items[i].category);
        set(section, "text", items[i].text);
        wrt_json_push(list, section);
    }
    return list;
}

static wrt_json *others_json(const wrt_pubmed_article *article) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < article->n_other_abstracts; i++) {
        const wrt_pubmed_other_abstract *other = &article->other_abstracts[i];
        wrt_json *item = wrt_json_new_object();
        set(item, "type", other->type);
        set(item, "language", other->language);
        wrt_json_set(item, "abstract", sections_json(other->sections, other->n_sections));
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *authors_json(const wrt_pubmed_author *items, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++) {
        const wrt_pubmed_author *author = &items[i];
        wrt_json *item = wrt_json_new_object();
        set(item, "name", author->name);
        wrt_json_set_bool(item, "collective", author->is_collective);
        set(item, "last", author->last);
        set(item, "fore", author->fore);
        set(item, "orcid", author->orcid);
        wrt_json_set(item, "affiliations",
                     texts_json(author->affiliations, author->n_affiliations));
        wrt_json_set_bool(item, "equal_contribution", author->is_equal_contributor);
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *date_json(const wrt_pubmed_date *date) {
    if (date->raw.len == 0)
        return wrt_json_new_null();
    wrt_json *object = wrt_json_new_object();
    set(object, "raw", date->raw);
    set(object, "start", date->start);
    set(object, "end", date->end);
    wrt_json_set_text(object, "precision", wrt_pubmed_date_precision(date));
    return object;
}

static wrt_json *term_json(const wrt_pubmed_term *term) {
    wrt_json *object = wrt_json_new_object();
    set(object, "ui", term->ui);
    set(object, "name", term->name);
    return object;
}

static wrt_json *terms_json(const wrt_pubmed_term *items, size_t n) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < n; i++)
        wrt_json_push(list, term_json(&items[i]));
    return list;
}

static wrt_json *mesh_term_json(const wrt_pubmed_term *term) {
    wrt_json *object = term_json(term);
    wrt_json_set_bool(object, "major", term->is_major);
    return object;
}

static wrt_json *mesh_json(const wrt_pubmed_article *article) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < article->n_mesh; i++) {
        const wrt_pubmed_heading *heading = &article->mesh[i];
        wrt_json *item = mesh_term_json(&heading->descriptor);
        wrt_json *qualifiers = wrt_json_new_array();
        for (size_t k = 0; k < heading->n_qualifiers; k++)
            wrt_json_push(qualifiers, mesh_term_json(&heading->qualifiers[k]));
        wrt_json_set(item, "qualifiers", qualifiers);
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *chemicals_json(const wrt_pubmed_article *article) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < article->n_chemicals; i++) {
        wrt_json *item = wrt_json_new_object();
        set(item, "registry", article->chemicals[i].registry);
        set(item, "ui", article->chemicals[i].ui);
        set(item, "name", article->chemicals[i].name);
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *databanks_json(const wrt_pubmed_article *article) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < article->n_databanks; i++) {
        wrt_json *item = wrt_json_new_object();
        set(item, "name", article->databanks[i].name);
        wrt_json_set(item, "ids",
                     texts_json(article->databanks[i].ids, article->databanks[i].n_ids));
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *corrections_json(const wrt_pubmed_article *article) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < article->n_corrections; i++) {
        wrt_json *item = wrt_json_new_object();
        set(item, "type", article->corrections[i].type);
        wrt_json_set(item, "pmid", pmid_json(article->corrections[i].pmid));
        set(item, "source", article->corrections[i].source);
        wrt_json_push(list, item);
    }
    return list;
}

static wrt_json *grants_json(const wrt_pubmed_article *article) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < article->n_grants; i++) {
        wrt_json *item = wrt_json_new_object();
        set(item, "number", article->grants[i].number);
        set(item, "acronym", article->grants[i].acronym);
        set(item, "agency", article->grants[i].agency);
        set(item, "country", article->grants[i].country);
        wrt_json_push(list, item);
    }
    return list;
}

/* ---- groups of members, in the order of CONTRACTS.md */

static void set_text_part(wrt_json *object, const wrt_pubmed_article *a) {
    wrt_json_set(object, "pmid", pmid_json(a->pmid));
    wrt_json_set_int(object, "version", a->version);
    set(object, "title", a->title);
    set(object, "vernacular_title", a->vernacular_title);
    wrt_json_set(object, "abstract", sections_json(a->abstract, a->n_abstract));
    wrt_json_set(object, "other_abstracts", others_json(a));
    wrt_json_set(object, "authors", authors_json(a->authors, a->n_authors));
    wrt_json_set_bool(object, "authors_complete", a->is_author_list_complete);
    wrt_json_set(object, "editors", authors_json(a->editors, a->n_editors));
}

static void set_source_part(wrt_json *object, const wrt_pubmed_article *a) {
    set(object, "journal", a->journal);
    set(object, "iso_abbrev", a->iso_abbrev);
    set(object, "medline_ta", a->medline_ta);
    set(object, "nlm_id", a->nlm_id);
    set(object, "issn", a->issn);
    set(object, "issn_linking", a->issn_linking);
    set(object, "country", a->country);
    set(object, "volume", a->volume);
    set(object, "issue", a->issue);
    set(object, "pages", a->pages);
    wrt_json_set(object, "year", a->year > 0 ? wrt_json_new_int(a->year) : wrt_json_new_null());
    wrt_json_set(object, "pubdate", date_json(&a->pubdate));
    wrt_json_set(object, "electronic_date", date_json(&a->electronic_date));
    wrt_json_set(object, "contribution_date", date_json(&a->contribution_date));
    set(object, "date_completed", a->date_completed);
    set(object, "date_revised", a->date_revised);
    set(object, "doi", a->doi);
    set(object, "pii", a->pii);
    set(object, "pmcid", a->pmcid);
    wrt_json_set_bool(object, "is_book", a->is_book);
    set(object, "book_title", a->book_title);
    set(object, "book_accession", a->book_accession);
    set(object, "publisher", a->publisher);
    set(object, "publisher_place", a->publisher_place);
    set(object, "isbn", a->isbn);
}

static void set_index_part(wrt_json *object, const wrt_pubmed_article *a) {
    wrt_json_set(object, "mesh", mesh_json(a));
    wrt_json_set(object, "supplementary_concepts",
                 terms_json(a->supplementary, a->n_supplementary));
    wrt_json_set(object, "publication_types", terms_json(a->types, a->n_types));
    wrt_json_set(object, "chemicals", chemicals_json(a));
    wrt_json_set(object, "keywords", texts_json(a->keywords, a->n_keywords));
    wrt_json_set(object, "databanks", databanks_json(a));
    wrt_json_set(object, "nct_ids", texts_json(a->nct_ids, a->n_nct_ids));
    wrt_json_set(object, "nct_mentioned", texts_json(a->nct_mentioned, a->n_nct_mentioned));
    wrt_json_set(object, "grants", grants_json(a));
}

static const char *title_signal(unsigned signals) {
    return (signals & WRT_PUBMED_TITLE_SAYS_RETRACTED) != 0 ? "retracted"
           : (signals & WRT_PUBMED_TITLE_SAYS_NOTICE) != 0  ? "notice"
                                                            : NULL;
}

static void set_standing_part(wrt_json *object, const wrt_pubmed_article *a) {
    wrt_json_set(object, "corrections", corrections_json(a));
    wrt_json_set(object, "references", pmids_json(a->references, a->n_references));
    wrt_json_set(object, "cites", pmids_json(a->cites, a->n_cites));
    wrt_json_set(object, "languages", texts_json(a->languages, a->n_languages));
    set(object, "coi", a->coi);
    set(object, "copyright", a->copyright);
    set(object, "record_status", a->record_status);
    set(object, "owner", a->owner);
    set(object, "indexing_method", a->indexing_method);
    set(object, "publication_status", a->publication_status);
    wrt_json_set_text(object, "title_signal", title_signal(a->signals));
    wrt_json_set_text(object, "status", wrt_pubmed_status_name(a->status));
    wrt_json_set_bool(object, "retracted", a->status == WRT_PUBMED_RETRACTED);
}

wrt_json *wrt_pubmed_article_json(const wrt_pubmed_article *article) {
    wrt_json *object = wrt_json_new_object();
    set_text_part(object, article);
    set_source_part(object, article);
    set_index_part(object, article);
    set_standing_part(object, article);
    return object;
}
