/* article.c: the status of a record, and copies. */
#include "pubmed/article.h"

#include "pubmed/list.h"

#include <string.h>

bool wrt_pubmed_pmid_of_text(int64_t *out, wrt_str text) {
    int64_t value = 0;
    if (text.len == 0 || text.len > 10)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (text.ptr[i] - '0');
    }
    *out = value;
    return value > 0;
}

/* ---- status */

static const char *const status_names[] = {"unknown", "ok",        "corrected", "concern",
                                           "notice",  "retracted", "deleted"};

const char *wrt_pubmed_status_name(wrt_pubmed_status status) {
    return status_names[status];
}

bool wrt_pubmed_status_of_name(wrt_pubmed_status *out, wrt_str name) {
    for (size_t i = 0; i < sizeof status_names / sizeof *status_names; i++)
        if (wrt_str_equal_c(name, status_names[i])) {
            *out = (wrt_pubmed_status)i;
            return true;
        }
    return false;
}

wrt_pubmed_status wrt_pubmed_status_of_signals(unsigned signals) {
    static const struct {
        unsigned any;
        wrt_pubmed_status status;
    } rules[] = {
        {WRT_PUBMED_RETRACTED_BY_TYPE | WRT_PUBMED_RETRACTED_BY_LINK |
             WRT_PUBMED_RETRACTED_BY_HISTORY,
         WRT_PUBMED_RETRACTED},
        {WRT_PUBMED_NOTICE_OF_RETRACTION | WRT_PUBMED_NOTICE_OF_CONCERN |
             WRT_PUBMED_NOTICE_OF_ERRATUM,
         WRT_PUBMED_NOTICE},
        {WRT_PUBMED_HAS_CONCERN, WRT_PUBMED_CONCERN},
        {WRT_PUBMED_HAS_ERRATUM | WRT_PUBMED_HAS_NEW_FORM, WRT_PUBMED_CORRECTED},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if ((signals & rules[i].any) != 0)
            return rules[i].status;
    return WRT_PUBMED_OK;
}

bool wrt_pubmed_status_is_ground(wrt_pubmed_status status) {
    return status == WRT_PUBMED_OK || status == WRT_PUBMED_CORRECTED;
}

/* ---- copies */

/* texts ends with NULL. */
static void keep_all(wrt_arena *arena, wrt_str *const *texts) {
    for (; *texts != NULL; texts++)
        **texts = wrt_pubmed_keep(arena, **texts);
}

static void *copied(wrt_arena *arena, const void *items, size_t n, size_t size) {
    if (n == 0)
        return NULL;
    void *copy = wrt_arena_calloc(arena, n, size);
    memcpy(copy, items, n * size);
    return copy;
}

static const wrt_str *copied_texts(wrt_arena *arena, const wrt_str *items, size_t n) {
    wrt_str *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        copy[i] = wrt_pubmed_keep(arena, items[i]);
    return copy;
}

static const wrt_pubmed_section *copied_sections(wrt_arena *arena, const wrt_pubmed_section *items,
                                                 size_t n) {
    wrt_pubmed_section *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        keep_all(arena, (wrt_str *[]){&copy[i].label, &copy[i].category, &copy[i].text, NULL});
    return copy;
}

static const wrt_pubmed_other_abstract *
copied_others(wrt_arena *arena, const wrt_pubmed_other_abstract *items, size_t n) {
    wrt_pubmed_other_abstract *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++) {
        keep_all(arena, (wrt_str *[]){&copy[i].type, &copy[i].language, NULL});
        copy[i].sections = copied_sections(arena, items[i].sections, items[i].n_sections);
    }
    return copy;
}

static const wrt_pubmed_author *copied_authors(wrt_arena *arena, const wrt_pubmed_author *items,
                                               size_t n) {
    wrt_pubmed_author *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++) {
        keep_all(arena, (wrt_str *[]){&copy[i].name, &copy[i].last, &copy[i].fore,
                                      &copy[i].initials, &copy[i].suffix, &copy[i].orcid, NULL});
        copy[i].affiliations = copied_texts(arena, items[i].affiliations, items[i].n_affiliations);
    }
    return copy;
}

static const wrt_pubmed_term *copied_terms(wrt_arena *arena, const wrt_pubmed_term *items,
                                           size_t n) {
    wrt_pubmed_term *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        keep_all(arena, (wrt_str *[]){&copy[i].ui, &copy[i].name, NULL});
    return copy;
}

static const wrt_pubmed_heading *copied_mesh(wrt_arena *arena, const wrt_pubmed_heading *items,
                                             size_t n) {
    wrt_pubmed_heading *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++) {
        keep_all(arena, (wrt_str *[]){&copy[i].descriptor.ui, &copy[i].descriptor.name, NULL});
        copy[i].qualifiers = copied_terms(arena, items[i].qualifiers, items[i].n_qualifiers);
    }
    return copy;
}

static const wrt_pubmed_databank *copied_databanks(wrt_arena *arena,
                                                   const wrt_pubmed_databank *items, size_t n) {
    wrt_pubmed_databank *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++) {
        copy[i].name = wrt_pubmed_keep(arena, items[i].name);
        copy[i].ids = copied_texts(arena, items[i].ids, items[i].n_ids);
    }
    return copy;
}

static const wrt_pubmed_chemical *copied_chemicals(wrt_arena *arena,
                                                   const wrt_pubmed_chemical *items, size_t n) {
    wrt_pubmed_chemical *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        keep_all(arena, (wrt_str *[]){&copy[i].registry, &copy[i].ui, &copy[i].name, NULL});
    return copy;
}

static const wrt_pubmed_grant *copied_grants(wrt_arena *arena, const wrt_pubmed_grant *items,
                                             size_t n) {
    wrt_pubmed_grant *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        keep_all(arena, (wrt_str *[]){&copy[i].number, &copy[i].acronym, &copy[i].agency,
                                      &copy[i].country, NULL});
    return copy;
}

static const wrt_pubmed_correction *
copied_corrections(wrt_arena *arena, const wrt_pubmed_correction *items, size_t n) {
    wrt_pubmed_correction *copy = copied(arena, items, n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        keep_all(arena, (wrt_str *[]){&copy[i].type, &copy[i].source, NULL});
    return copy;
}

static void copy_texts(wrt_arena *arena, wrt_pubmed_article *a) {
    wrt_str *const texts[] = {&a->title,
                              &a->vernacular_title,
                              &a->journal,
                              &a->iso_abbrev,
                              &a->medline_ta,
                              &a->nlm_id,
                              &a->issn,
                              &a->issn_linking,
                              &a->country,
                              &a->volume,
                              &a->issue,
                              &a->pages,
                              &a->pubdate.raw,
                              &a->pubdate.start,
                              &a->pubdate.end,
                              &a->date_completed,
                              &a->electronic_date.raw,
                              &a->electronic_date.start,
                              &a->date_revised,
                              &a->electronic_date.end,
                              &a->doi,
                              &a->pii,
                              &a->pmcid,
                              &a->book_title,
                              &a->book_accession,
                              &a->publisher,
                              &a->publisher_place,
                              &a->isbn,
                              &a->contribution_date.raw,
                              &a->contribution_date.start,
                              &a->contribution_date.end,
                              &a->coi,
                              &a->copyright,
                              &a->record_status,
                              &a->owner,
                              &a->indexing_method,
                              &a->publication_status,
                              NULL};
    keep_all(arena, texts);
}

static void copy_lists(wrt_arena *arena, wrt_pubmed_article *a) {
    a->abstract = copied_sections(arena, a->abstract, a->n_abstract);
    a->other_abstracts = copied_others(arena, a->other_abstracts, a->n_other_abstracts);
    a->authors = copied_authors(arena, a->authors, a->n_authors);
    a->editors = copied_authors(arena, a->editors, a->n_editors);
    a->mesh = copied_mesh(arena, a->mesh, a->n_mesh);
    a->supplementary = copied_terms(arena, a->supplementary, a->n_supplementary);
    a->types = copied_terms(arena, a->types, a->n_types);
    a->chemicals = copied_chemicals(arena, a->chemicals, a->n_chemicals);
    a->keywords = copied_texts(arena, a->keywords, a->n_keywords);
    a->databanks = copied_databanks(arena, a->databanks, a->n_databanks);
    a->nct_ids = copied_texts(arena, a->nct_ids, a->n_nct_ids);
    a->nct_mentioned = copied_texts(arena, a->nct_mentioned, a->n_nct_mentioned);
    a->grants = copied_grants(arena, a->grants, a->n_grants);
    a->corrections = copied_corrections(arena, a->corrections, a->n_corrections);
    a->references = copied(arena, a->references, a->n_references, sizeof *a->references);
    a->cites = copied(arena, a->cites, a->n_cites, sizeof *a->cites);
    a->languages = copied_texts(arena, a->languages, a->n_languages);
}

wrt_pubmed_article *wrt_pubmed_article_copy(wrt_arena *arena, const wrt_pubmed_article *article) {
    wrt_pubmed_article *copy = wrt_arena_alloc(arena, sizeof *copy);
    *copy = *article;
    copy_texts(arena, copy);
    copy_lists(arena, copy);
    return copy;
}

void wrt_pubmed_abstract_text(wrt_buf *out, const wrt_pubmed_article *article) {
    for (size_t i = 0; i < article->n_abstract; i++) {
        const wrt_pubmed_section *section = &article->abstract[i];
        wrt_buf_add_c(out, i > 0 ? "\n" : "");
        wrt_buf_add_str(out, section->label);
        wrt_buf_add_c(out, section->label.len > 0 ? ": " : "");
        wrt_buf_add_str(out, section->text);
    }
}
