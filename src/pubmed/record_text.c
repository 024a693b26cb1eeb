/* record_text.c: the texts of an article, each put where its element says. */
#include "pubmed/list.h"
#include "pubmed/record.h"
#include "pubmed/signal.h"

#include <string.h>

static bool has(const wrt_pubmed_item *item, size_t attribute, const char *value) {
    return wrt_str_equal_c(item->attributes[attribute], value);
}

static void set_field(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    wrt_str *field = (wrt_str *)(void *)((char *)record->object + item->row->field);
    if (item->row->place == PLACE_FIELD || field->len == 0)
        *field = wrt_pubmed_keep(record->arena, item->text);
}

static wrt_status set_pmid(wrt_pubmed_article *article, const wrt_pubmed_item *item, wrt_err *err) {
    wrt_str text = item->text;
    int64_t version = 1;
    if (article->pmid != 0)
        return wrt_fail(err, WRT_E_INPUT, "PMID %lld: one article has two PMIDs of its own",
                        (long long)article->pmid);
    if (!wrt_pubmed_pmid_of_text(&article->pmid, text))
        return wrt_fail(err, WRT_E_INPUT, "a PMID must be 1 to 10 digits and not 0, not \"%.*s\"",
                        (int)(text.len < 40 ? text.len : 40), text.ptr);
    if (item->attributes[0].len > 0 &&
        (!wrt_str_to_int64(&version, item->attributes[0]) || version < 1 || version > 1000000))
        return wrt_fail(err, WRT_E_INPUT, "PMID %lld: Version must be a number from 1 to 1000000",
                        (long long)article->pmid);
    article->version = (int)version;
    return WRT_OK;
}

/* ---- lists */

static wrt_pubmed_term term_of(const wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    return (wrt_pubmed_term){.ui = item->attributes[0],
                             .name = wrt_pubmed_keep(record->arena, item->text),
                             .is_major = has(item, 1, "Y")};
}

static void add_term(wrt_pubmed_record *record, const wrt_pubmed_term **list, size_t *n,
                     const wrt_pubmed_item *item) {
    wrt_pubmed_term *grown = wrt_pubmed_list_grow(record->arena, *list, *n, sizeof *grown);
    grown[(*n)++] = term_of(record, item);
    *list = grown;
}

static void add_section(wrt_pubmed_record *record, const wrt_pubmed_section **list, size_t *n,
                        const wrt_pubmed_item *item) {
    if (item->text.len == 0)
        return;
    wrt_pubmed_section *grown = wrt_pubmed_list_grow(record->arena, *list, *n, sizeof *grown);
    grown[(*n)++] = (wrt_pubmed_section){item->attributes[0], item->attributes[1],
                                         wrt_pubmed_keep(record->arena, item->text)};
    *list = grown;
}

static void add_type(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    record->article->signals |= wrt_pubmed_signal_of_type(item->attributes[0], item->text);
    add_term(record, &record->article->types, &record->article->n_types, item);
}

/* ---- identifiers */

/* "0000-0002-1825-0097", alone, after a URL or without hyphens, becomes the first form; any other
 * text is kept as it is. */
static wrt_str orcid_of(wrt_arena *arena, wrt_str text) {
    char *orcid = wrt_arena_alloc(arena, 20);
    size_t n = 0, at = text.len;
    while (at > 0 && n < 16) {
        char byte = text.ptr[--at];
        bool is_check = n == 0 && (byte == 'X' || byte == 'x');
        if (byte == '-' || byte == ' ')
            continue;
        if (!is_check && (byte < '0' || byte > '9'))
            break;
        orcid[18 - n - n / 4] = is_check ? 'X' : byte;
        n++;
    }
    if (n < 16 || (at > 0 && text.ptr[at - 1] != '/'))
        return wrt_pubmed_keep(arena, text);
    orcid[4] = orcid[9] = orcid[14] = '-';
    return (wrt_str){orcid, 19};
}

static void set_identifier(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    if (has(item, 0, "ORCID") && item->text.len > 0 && record->author.orcid.len == 0)
        record->author.orcid = orcid_of(record->arena, item->text);
}

static void keep_first(wrt_pubmed_record *record, wrt_str *slot, wrt_str text) {
    if (slot->len == 0)
        *slot = wrt_pubmed_keep(record->arena, text);
}

/* "PMC123", "PMC123.2" or "PMC123 [Available on 01/01/20]": the number alone. */
static wrt_str cut_pmcid(wrt_str text) {
    size_t end = 3;
    if (!wrt_str_starts_with(text, WRT_STR("PMC")))
        return (wrt_str){"", 0};
    while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9')
        end++;
    return (wrt_str){text.ptr, end > 3 ? end : 0};
}

static void add_location(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    if (has(item, 1, "N"))
        return;
    if (has(item, 0, "doi"))
        keep_first(record, &record->location_doi, item->text);
    else if (has(item, 0, "pii"))
        keep_first(record, &record->location_pii, item->text);
}

static void add_id(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    if (has(item, 0, "doi"))
        keep_first(record, &record->listed_doi, item->text);
    else if (has(item, 0, "pii"))
        keep_first(record, &record->listed_pii, item->text);
    else if (has(item, 0, "pmc"))
        keep_first(record, &record->listed_pmcid, cut_pmcid(item->text));
    else if (has(item, 0, "bookaccession"))
        keep_first(record, &record->article->book_accession, item->text);
}

static void add_reference(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    wrt_pubmed_article *article = record->article;
    int64_t pmid = 0;
    if (has(item, 0, "pubmed") && wrt_pubmed_pmid_of_text(&pmid, item->text))
        wrt_pubmed_list_add_pmid(record->arena, &article->references, &article->n_references, pmid);
}

/* ---- dispatch */

static void add_to_open(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    wrt_arena *arena = record->arena;
    wrt_pubmed_author *author = &record->author;
    switch (item->row->place) {
    case PLACE_AFFILIATION:
        wrt_pubmed_list_add_text(arena, &author->affiliations, &author->n_affiliations, item->text);
        break;
    case PLACE_IDENTIFIER:
        set_identifier(record, item);
        break;
    case PLACE_DESCRIPTOR:
        record->heading.descriptor = term_of(record, item);
        break;
    case PLACE_QUALIFIER:
        add_term(record, &record->heading.qualifiers, &record->heading.n_qualifiers, item);
        break;
    case PLACE_SUBSTANCE:
        record->chemical.ui = item->attributes[0];
        record->chemical.name = wrt_pubmed_keep(arena, item->text);
        break;
    case PLACE_ACCESSION:
        wrt_pubmed_list_add_text(arena, &record->databank.ids, &record->databank.n_ids, item->text);
        break;
    case PLACE_LINKED_PMID:
        (void)wrt_pubmed_pmid_of_text(&record->correction.pmid, item->text);
        break;
    case PLACE_OTHER_SECTION:
        add_section(record, &record->other.sections, &record->other.n_sections, item);
        break;
    default:
        break;
    }
}

wrt_status wrt_pubmed_record_text(wrt_pubmed_record *record, const wrt_pubmed_item *item,
                                  wrt_err *err) {
    wrt_arena *arena = record->arena;
    wrt_pubmed_article *article = record->article;
    switch (item->row->place) {
    case PLACE_FIELD:
    case PLACE_FIELD_IF_EMPTY:
        set_field(record, item);
        break;
    case PLACE_PMID:
        return set_pmid(article, item, err);
    case PLACE_SECTION:
        add_section(record, &article->abstract, &article->n_abstract, item);
        break;
    case PLACE_LANGUAGE:
        wrt_pubmed_list_add_text(arena, &article->languages, &article->n_languages, item->text);
        break;
    case PLACE_KEYWORD:
        wrt_pubmed_list_add_text(arena, &article->keywords, &article->n_keywords, item->text);
        break;
    case PLACE_TYPE:
        add_type(record, item);
        break;
    case PLACE_SUPPLEMENT:
        add_term(record, &article->supplementary, &article->n_supplementary, item);
        break;
    case PLACE_LOCATION:
        add_location(record, item);
        break;
    case PLACE_ID:
        add_id(record, item);
        break;
    case PLACE_OTHER_ID:
        keep_first(record, &record->other_pmcid, cut_pmcid(item->text));
        break;
    case PLACE_REFERENCE_ID:
        add_reference(record, item);
        break;
    default:
        add_to_open(record, item);
        break;
    }
    return WRT_OK;
}
