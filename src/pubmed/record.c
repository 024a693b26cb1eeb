/* record.c: from elements to the fields of a record.
 *
 * Rules that need the whole article (which DOI counts, which year, whether it stands) are decided
 * when it ends, so the order of elements does not matter. Retraction: publication type D016441, a
 * RetractionIn or RetractedandRepublishedIn link, or a "retracted" date in the history; any one is
 * enough, because records often carry only one. */
#include "pubmed/record.h"

#include <string.h>

static const char *const text_fields[] = {"pmid", "version", "title", "vernacular_title"};
static const char *const journal_fields[] = {"journal", "iso_abbrev", "volume", "issue",
                                             "year",    "doi",        "pmcid"};

static bool is(const char *text, const char *wanted) {
    return text != NULL && strcmp(text, wanted) == 0;
}

static void set_str(wrt_json *object, const char *key, wrt_str text) {
    wrt_json_set(object, key, text.len > 0 ? wrt_json_new_text(text) : wrt_json_new_null());
}

void wrt_pubmed_record_open(wrt_pubmed_record *record) {
    wrt_pubmed_record_clear(record);
    wrt_json *article = wrt_json_new_object();
    for (size_t i = 0; i < sizeof text_fields / sizeof *text_fields; i++)
        wrt_json_set(article, text_fields[i], wrt_json_new_null());
    wrt_json_set(article, "abstract", wrt_json_new_array());
    wrt_json_set(article, "authors", wrt_json_new_array());
    for (size_t i = 0; i < sizeof journal_fields / sizeof *journal_fields; i++)
        wrt_json_set(article, journal_fields[i], wrt_json_new_null());
    wrt_json_set(article, "mesh", wrt_json_new_array());
    wrt_json_set(article, "publication_types", wrt_json_new_array());
    wrt_json_set(article, "corrections", wrt_json_new_array());
    wrt_json_set(article, "languages", wrt_json_new_array());
    record->article = article;
}

void wrt_pubmed_record_clear(wrt_pubmed_record *record) {
    wrt_json_free(record->article);
    wrt_json_free(record->name);
    wrt_json_free(record->heading);
    wrt_json_free(record->correction);
    wrt_json_free(record->location_doi);
    wrt_json_free(record->listed_doi);
    wrt_json_free(record->listed_pmcid);
    wrt_json_free(record->other_pmcid);
    *record = (wrt_pubmed_record){0};
}

/* ---- containers */

static void note_correction(wrt_pubmed_record *record, const char *type) {
    record->retracted =
        record->retracted || is(type, "RetractionIn") || is(type, "RetractedandRepublishedIn");
    record->notice =
        record->notice || is(type, "RetractionOf") || is(type, "RetractedandRepublishedFrom");
    record->concern = record->concern || is(type, "ExpressionOfConcernIn");
    record->corrected =
        record->corrected || is(type, "ErratumIn") || is(type, "CorrectedandRepublishedIn");
}

void wrt_pubmed_record_enter(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    switch (item->row->place) {
    case PLACE_AUTHORS:
        record->is_author_list = !is(item->a, "editors");
        break;
    case PLACE_AUTHOR:
        if (record->is_author_list && !is(item->a, "N"))
            record->name = wrt_json_new_object();
        break;
    case PLACE_HEADING:
        record->heading = wrt_json_new_object();
        wrt_json_set(record->heading, "ui", wrt_json_new_null());
        wrt_json_set(record->heading, "name", wrt_json_new_null());
        wrt_json_set_bool(record->heading, "major", false);
        wrt_json_set(record->heading, "qualifiers", wrt_json_new_array());
        break;
    case PLACE_CORRECTION:
        if (is(item->a, "Cites"))
            break; /* the reference list of old records, not a correction */
        note_correction(record, item->a);
        record->correction = wrt_json_new_object();
        wrt_json_set_text(record->correction, "type", item->a);
        wrt_json_set(record->correction, "pmid", wrt_json_new_null());
        wrt_json_set(record->correction, "source", wrt_json_new_null());
        break;
    case PLACE_EVENT:
        record->retracted = record->retracted || is(item->a, "retracted");
        break;
    default:
        break;
    }
}

static void push_to(wrt_json *object, const char *key, wrt_json *value) {
    wrt_json_push(wrt_json_get_mut(object, key), value);
}

static void add_author(wrt_pubmed_record *record) {
    const wrt_json *name = record->name;
    const char *collective = wrt_json_get_text(name, "collective", NULL);
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    wrt_buf_add_c(&text, collective != NULL ? collective : wrt_json_get_text(name, "last", ""));
    static const char *const parts[] = {"initials", "suffix"};
    for (size_t i = 0; collective == NULL && i < sizeof parts / sizeof *parts; i++) {
        const char *part = wrt_json_get_text(name, parts[i], NULL);
        if (part != NULL && text.len > 0)
            wrt_buf_add_char(&text, ' ');
        if (part != NULL)
            wrt_buf_add_c(&text, part);
    }
    if (text.len > 0) {
        wrt_json *author = wrt_json_new_object();
        wrt_json_set(author, "name", wrt_json_new_text(wrt_buf_str(&text)));
        wrt_json_set_bool(author, "collective", collective != NULL);
        push_to(record->article, "authors", author);
    }
    wrt_buf_free(&text);
}

void wrt_pubmed_record_leave(wrt_pubmed_record *record, wrt_pubmed_place place) {
    if (place == PLACE_AUTHOR && record->name != NULL) {
        add_author(record);
        wrt_json_free(record->name);
        record->name = NULL;
    } else if (place == PLACE_HEADING && record->heading != NULL) {
        push_to(record->article, "mesh", record->heading);
        record->heading = NULL;
    } else if (place == PLACE_CORRECTION && record->correction != NULL) {
        push_to(record->article, "corrections", record->correction);
        record->correction = NULL;
    }
}

/* ---- texts */

/* The first run of exactly four digits, as in "1998 Dec-1999 Jan"; 0 when there is none. */
static int find_year(wrt_str text) {
    int year = 0, digits = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool is_digit = i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (is_digit && digits < 5)
            year = digits++ < 4 ? year * 10 + (text.ptr[i] - '0') : year;
        else if (!is_digit && digits == 4)
            return year;
        else if (!is_digit)
            year = digits = 0;
    }
    return 0;
}

static wrt_status set_pmid(wrt_json *article, const wrt_pubmed_item *item, wrt_err *err) {
    int64_t version = 1;
    bool is_valid = item->text.len > 0 && item->text.len <= 10;
    for (size_t i = 0; i < item->text.len && is_valid; i++)
        is_valid = item->text.ptr[i] >= '0' && item->text.ptr[i] <= '9';
    if (!is_valid)
        return wrt_fail(err, WRT_E_INPUT, "a PMID must be 1 to 10 digits, not \"%.*s\"",
                        (int)(item->text.len < 40 ? item->text.len : 40), item->text.ptr);
    if (item->a != NULL &&
        (!wrt_str_to_int64(&version, wrt_str_of(item->a)) || version < 1 || version > 1000000))
        return wrt_fail(err, WRT_E_INPUT, "PMID %.*s: Version must be a number from 1 to 1000000",
                        (int)item->text.len, item->text.ptr);
    set_str(article, "pmid", item->text);
    wrt_json_set_int(article, "version", version);
    return WRT_OK;
}

static void add_section(wrt_json *article, const wrt_pubmed_item *item) {
    if (item->text.len == 0)
        return;
    wrt_json *section = wrt_json_new_object();
    set_str(section, "label", wrt_str_of(item->a));
    set_str(section, "category", wrt_str_of(item->b));
    set_str(section, "text", item->text);
    push_to(article, "abstract", section);
}

static void add_type(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    wrt_json *type = wrt_json_new_object();
    set_str(type, "ui", wrt_str_of(item->a));
    set_str(type, "name", item->text);
    push_to(record->article, "publication_types", type);
    if (is(item->a, "D016441") || wrt_str_equal_c(item->text, "Retracted Publication"))
        record->retracted = true;
    if (is(item->a, "D016440") || wrt_str_equal_c(item->text, "Retraction of Publication"))
        record->notice = true;
}

static void set_term(wrt_json *term, const wrt_pubmed_item *item) {
    set_str(term, "ui", wrt_str_of(item->a));
    set_str(term, "name", item->text);
    wrt_json_set_bool(term, "major", is(item->b, "Y"));
}

static void add_qualifier(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    wrt_json *qualifier = wrt_json_new_object();
    set_term(qualifier, item);
    push_to(record->heading, "qualifiers", qualifier);
}

static void keep_first(wrt_json **slot, wrt_str text) {
    if (*slot == NULL && text.len > 0)
        *slot = wrt_json_new_text(text);
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

static void add_id(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    if (is(item->a, "doi"))
        keep_first(&record->listed_doi, item->text);
    else if (is(item->a, "pmc"))
        keep_first(&record->listed_pmcid, cut_pmcid(item->text));
}

static void add_to_open(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    if (record->name != NULL && item->row->place == PLACE_NAME_PART && item->text.len > 0)
        set_str(record->name, item->row->key, item->text);
    else if (record->correction != NULL && item->row->place == PLACE_CORRECTION_PMID)
        set_str(record->correction, "pmid", item->text);
    else if (record->correction != NULL && item->row->place == PLACE_CORRECTION_SOURCE)
        set_str(record->correction, "source", item->text);
    else if (record->heading != NULL && item->row->place == PLACE_DESCRIPTOR)
        set_term(record->heading, item);
    else if (record->heading != NULL && item->row->place == PLACE_QUALIFIER)
        add_qualifier(record, item);
}

wrt_status wrt_pubmed_record_text(wrt_pubmed_record *record, const wrt_pubmed_item *item,
                                  wrt_err *err) {
    switch (item->row->place) {
    case PLACE_PMID:
        return set_pmid(record->article, item, err);
    case PLACE_FIELD:
        set_str(record->article, item->row->key, item->text);
        break;
    case PLACE_SECTION:
        add_section(record->article, item);
        break;
    case PLACE_YEAR:
        record->year = record->year != 0 ? record->year : find_year(item->text);
        break;
    case PLACE_ARTICLE_YEAR:
        record->article_year = find_year(item->text);
        break;
    case PLACE_LANGUAGE:
        push_to(record->article, "languages", wrt_json_new_text(item->text));
        break;
    case PLACE_TYPE:
        add_type(record, item);
        break;
    case PLACE_DOI:
        if (is(item->a, "doi") && !is(item->b, "N"))
            keep_first(&record->location_doi, item->text);
        break;
    case PLACE_ID:
        add_id(record, item);
        break;
    case PLACE_OTHER_ID:
        keep_first(&record->other_pmcid, cut_pmcid(item->text));
        break;
    default:
        add_to_open(record, item);
        break;
    }
    return WRT_OK;
}

/* ---- the end */

static void set_either(wrt_json *article, const char *key, wrt_json **first, wrt_json **second) {
    wrt_json **chosen = *first != NULL ? first : second;
    if (*chosen == NULL)
        return;
    wrt_json_set(article, key, *chosen);
    *chosen = NULL;
}

static const char *status_of(const wrt_pubmed_record *record) {
    return record->retracted   ? "retracted"
           : record->notice    ? "notice"
           : record->concern   ? "concern"
           : record->corrected ? "corrected"
                               : "ok";
}

wrt_status wrt_pubmed_record_close(wrt_json **out, wrt_pubmed_record *record, wrt_err *err) {
    *out = NULL;
    wrt_json *article = record->article;
    if (wrt_json_get_text(article, "pmid", NULL) == NULL)
        return wrt_fail(err, WRT_E_INPUT, "an article has no PMID directly in MedlineCitation");
    int year = record->year != 0 ? record->year : record->article_year;
    if (year != 0)
        wrt_json_set_int(article, "year", year);
    set_either(article, "doi", &record->location_doi, &record->listed_doi);
    set_either(article, "pmcid", &record->listed_pmcid, &record->other_pmcid);
    wrt_json_set_text(article, "status", status_of(record));
    wrt_json_set_bool(article, "retracted", record->retracted);
    record->article = NULL;
    wrt_pubmed_record_clear(record);
    *out = article;
    return WRT_OK;
}
