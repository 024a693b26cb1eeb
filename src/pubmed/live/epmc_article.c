/* epmc_article.c: one result of Europe PMC as a PubMed article. */
#include <string.h>
#include <strings.h>

#include "pubmed/date.h"
#include "pubmed/list.h"
#include "pubmed/live/epmc_answer.h"
#include "pubmed/live/epmc_internal.h"
#include "pubmed/signal.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* A list of the form {"keywordList":{"keyword":[...]}}; NULL when absent. */
static const wrt_json *list_of(const wrt_json *object, const char *outer, const char *inner) {
    const wrt_json *list = wrt_json_get(wrt_json_get(object, outer), inner);
    return wrt_json_is(list, WRT_JSON_ARRAY) ? list : NULL;
}

static wrt_str text_of(wrt_arena *arena, const wrt_json *value) {
    return wrt_pubmed_keep(arena, wrt_str_of(wrt_json_text(value)));
}

/* ---- names that PubMed spells its own way */

/* Equal but for case and blanks: "Retraction in" is RetractionIn. */
static bool is_spelt(wrt_str text, const char *name) {
    size_t k = 0, len = strlen(name);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ')
            continue;
        if (k == len || strncasecmp(text.ptr + i, name + k, 1) != 0)
            return false;
        k++;
    }
    return k == len;
}

static wrt_str named(wrt_str text, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (is_spelt(text, names[i]))
            return wrt_str_of(names[i]);
    return text;
}

static wrt_str link_name(wrt_str text) {
    static const char *const names[] = {"RetractionIn",
                                        "RetractionOf",
                                        "PartialRetractionIn",
                                        "PartialRetractionOf",
                                        "RetractedandRepublishedIn",
                                        "RetractedandRepublishedFrom",
                                        "ExpressionOfConcernIn",
                                        "ExpressionOfConcernFor",
                                        "ErratumIn",
                                        "ErratumFor",
                                        "CorrectedandRepublishedIn",
                                        "CorrectedandRepublishedFrom",
                                        "UpdateIn",
                                        "UpdateOf",
                                        "CommentIn",
                                        "CommentOn"};
    return named(text, names, COUNT(names));
}

/* Names with blanks compare without them on both sides; Europe PMC's own short names are added. */
static wrt_str type_name(wrt_str text) {
    static const struct {
        const char *squeezed, *name;
    } rows[] = {{"RetractedPublication", "Retracted Publication"},
                {"Retracted-Article", "Retracted Publication"},
                {"RetractionofPublication", "Retraction of Publication"},
                {"Retraction", "Retraction of Publication"},
                {"PublishedErratum", "Published Erratum"},
                {"Correction", "Published Erratum"},
                {"ExpressionofConcern", "Expression of Concern"},
                {"Expression-of-Concern", "Expression of Concern"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (is_spelt(text, rows[i].squeezed))
            return wrt_str_of(rows[i].name);
    return text;
}

/* ---- parts */

static wrt_str author_name(wrt_arena *arena, const wrt_pubmed_author *author, wrt_str full) {
    if (author->last.len == 0)
        return full;
    const char *name = wrt_arena_printf(arena, "%.*s%s%.*s", (int)author->last.len,
                                        author->last.ptr, author->initials.len > 0 ? " " : "",
                                        (int)author->initials.len, author->initials.ptr);
    return wrt_str_of(name);
}

static void add_affiliations(wrt_pubmed_author *author, wrt_arena *arena, const wrt_json *json) {
    WRT_JSON_EACH(one, list_of(json, "authorAffiliationDetailsList", "authorAffiliation")) {
        wrt_str text = wrt_epmc_text(arena, one, "affiliation");
        wrt_pubmed_list_add_text(arena, &author->affiliations, &author->n_affiliations, text);
    }
}

static void add_author(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_str collective = wrt_epmc_text(arena, json, "collectiveName");
    const wrt_json *id = wrt_json_get(json, "authorId");
    wrt_pubmed_author author = {
        .last = wrt_epmc_text(arena, json, "lastName"),
        .fore = wrt_epmc_text(arena, json, "firstName"),
        .initials = wrt_epmc_text(arena, json, "initials"),
        .is_collective = collective.len > 0,
    };
    if (strcmp(wrt_json_get_text(id, "type", ""), "ORCID") == 0)
        author.orcid = wrt_epmc_text(arena, id, "value");
    author.name = collective.len > 0
                      ? collective
                      : author_name(arena, &author, wrt_epmc_text(arena, json, "fullName"));
    if (author.name.len == 0)
        return;
    add_affiliations(&author, arena, json);
    wrt_pubmed_author *authors =
        wrt_pubmed_list_grow(arena, article->authors, article->n_authors, sizeof *authors);
    authors[article->n_authors++] = author;
    article->authors = authors;
}

static void add_heading(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_pubmed_heading heading = {
        .descriptor = {.name = wrt_epmc_text(arena, json, "descriptorName"),
                       .is_major = strcmp(wrt_json_get_text(json, "majorTopic_YN", ""), "Y") == 0}};
    WRT_JSON_EACH(one, list_of(json, "meshQualifierList", "meshQualifier")) {
        wrt_pubmed_term *terms =
            wrt_pubmed_list_grow(arena, heading.qualifiers, heading.n_qualifiers, sizeof *terms);
        terms[heading.n_qualifiers++] = (wrt_pubmed_term){
            .name = wrt_epmc_text(arena, one, "qualifierName"),
            .is_major = strcmp(wrt_json_get_text(one, "majorTopic_YN", ""), "Y") == 0};
        heading.qualifiers = terms;
    }
    wrt_pubmed_heading *mesh =
        wrt_pubmed_list_grow(arena, article->mesh, article->n_mesh, sizeof *mesh);
    mesh[article->n_mesh++] = heading;
    article->mesh = mesh;
}

static void add_type(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_str name = type_name(text_of(arena, json));
    if (name.len == 0)
        return;
    wrt_pubmed_term *types =
        wrt_pubmed_list_grow(arena, article->types, article->n_types, sizeof *types);
    types[article->n_types++] = (wrt_pubmed_term){.name = name};
    article->types = types;
    article->signals |= wrt_pubmed_signal_of_type(WRT_STR(""), name);
}

static void add_correction(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_pubmed_correction one = {.type = link_name(wrt_epmc_text(arena, json, "type")),
                                 .source = wrt_epmc_text(arena, json, "reference")};
    if (strcmp(wrt_json_get_text(json, "source", ""), "MED") == 0)
        (void)wrt_pubmed_pmid_of_text(&one.pmid, wrt_str_of(wrt_json_get_text(json, "id", "")));
    if (one.type.len == 0)
        return;
    wrt_pubmed_correction *all =
        wrt_pubmed_list_grow(arena, article->corrections, article->n_corrections, sizeof *all);
    all[article->n_corrections++] = one;
    article->corrections = all;
    article->signals |= wrt_pubmed_signal_of_link(one.type);
}

static void add_chemical(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_pubmed_chemical one = {.registry = wrt_epmc_text(arena, json, "registryNumber"),
                               .name = wrt_epmc_text(arena, json, "name")};
    if (wrt_str_equal_c(one.registry, "0"))
        one.registry = WRT_STR("");
    wrt_pubmed_chemical *all =
        wrt_pubmed_list_grow(arena, article->chemicals, article->n_chemicals, sizeof *all);
    all[article->n_chemicals++] = one;
    article->chemicals = all;
}

static void add_grant(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_pubmed_grant one = {.number = wrt_epmc_text(arena, json, "grantId"),
                            .agency = wrt_epmc_text(arena, json, "agency")};
    wrt_pubmed_grant *all =
        wrt_pubmed_list_grow(arena, article->grants, article->n_grants, sizeof *all);
    all[article->n_grants++] = one;
    article->grants = all;
}

static void add_lists(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    WRT_JSON_EACH(one, list_of(json, "authorList", "author"))
    add_author(article, arena, one);
    WRT_JSON_EACH(one, list_of(json, "meshHeadingList", "meshHeading"))
    add_heading(article, arena, one);
    WRT_JSON_EACH(one, list_of(json, "pubTypeList", "pubType"))
    add_type(article, arena, one);
    WRT_JSON_EACH(one, list_of(json, "commentCorrectionList", "commentCorrection"))
    add_correction(article, arena, one);
    WRT_JSON_EACH(one, list_of(json, "chemicalList", "chemical"))
    add_chemical(article, arena, one);
    WRT_JSON_EACH(one, list_of(json, "grantsList", "grant"))
    add_grant(article, arena, one);
    WRT_JSON_EACH(one, list_of(json, "keywordList", "keyword")) {
        wrt_str text = wrt_epmc_plain_text(arena, wrt_str_of(wrt_json_text(one)));
        wrt_pubmed_list_add_text(arena, &article->keywords, &article->n_keywords, text);
    }
    wrt_pubmed_list_add_text(arena, &article->languages, &article->n_languages,
                             wrt_epmc_text(arena, json, "language"));
}

/* Members that have the form "2020-12-31". */
static wrt_str date_of(wrt_arena *arena, const wrt_json *json, const char *key) {
    wrt_str text = wrt_epmc_text(arena, json, key);
    bool is_date = text.len == 10 && text.ptr[4] == '-' && text.ptr[7] == '-';
    return is_date ? text : WRT_STR("");
}

/* The service has written some members in two ways. */
static wrt_str either(wrt_arena *arena, const wrt_json *object, const char *key,
                      const char *other) {
    wrt_str text = wrt_epmc_text(arena, object, key);
    return text.len > 0 ? text : wrt_epmc_text(arena, object, other);
}

static void set_journal(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    const wrt_json *info = wrt_json_get(json, "journalInfo");
    const wrt_json *journal = wrt_json_get(info, "journal");
    article->journal = wrt_epmc_text(arena, journal, "title");
    article->iso_abbrev = either(arena, journal, "isoabbreviation", "ISOAbbreviation");
    article->medline_ta = wrt_epmc_text(arena, journal, "medlineAbbreviation");
    article->nlm_id = either(arena, journal, "nlmid", "NLMid");
    article->issn = either(arena, journal, "issn", "ISSN");
    article->volume = wrt_epmc_text(arena, info, "volume");
    article->issue = wrt_epmc_text(arena, info, "issue");
    wrt_str printed = wrt_epmc_text(arena, info, "dateOfPublication");
    if (printed.len > 0)
        wrt_pubmed_date_of_text(&article->pubdate, arena, printed);
}

static void set_dates(wrt_pubmed_article *article, wrt_arena *arena, const wrt_json *json) {
    wrt_str electronic = date_of(arena, json, "electronicPublicationDate");
    if (electronic.len == 0)
        electronic = date_of(arena, json, "firstPublicationDate");
    article->electronic_date = (wrt_pubmed_date){electronic, electronic, electronic};
    article->date_completed = date_of(arena, json, "dateOfCompletion");
    article->date_revised = date_of(arena, json, "dateOfRevision");
    article->year = wrt_pubmed_year_of_text(wrt_str_of(wrt_json_get_text(json, "pubYear", "")));
    if (article->year == 0)
        article->year = wrt_pubmed_year_of_text(article->pubdate.raw);
}

const wrt_pubmed_article *wrt_epmc_article_of(wrt_arena *arena, const wrt_json *result) {
    wrt_pubmed_article *article = wrt_arena_alloc(arena, sizeof *article);
    article->version = 1;
    (void)wrt_pubmed_pmid_of_text(&article->pmid,
                                  wrt_str_of(wrt_json_get_text(result, "pmid", "")));
    article->title = wrt_epmc_text(arena, result, "title");
    wrt_epmc_set_abstract(article, arena,
                          wrt_str_of(wrt_json_get_text(result, "abstractText", NULL)));
    article->doi = wrt_epmc_text(arena, result, "doi");
    article->pmcid = wrt_epmc_text(arena, result, "pmcid");
    article->pages = wrt_epmc_text(arena, result, "pageInfo");
    article->publication_status = wrt_epmc_text(arena, result, "publicationStatus");
    article->is_author_list_complete = true;
    set_journal(article, arena, result);
    set_dates(article, arena, result);
    add_lists(article, arena, result);
    article->signals |= wrt_pubmed_signal_of_title(article->title);
    article->status = wrt_pubmed_status_of_signals(article->signals);
    return article;
}
