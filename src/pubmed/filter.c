/* filter.c: the conditions of an import. */
#include "pubmed/filter.h"

#include "pubmed/store.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { YEAR_FIRST = 1500, YEAR_LAST = 2200 };

bool wrt_pubmed_filter_is_open(const wrt_pubmed_filter *filter) {
    const wrt_pubmed_filter open = {0};
    return wrt_pubmed_filter_equal(filter, &open);
}

bool wrt_pubmed_filter_equal(const wrt_pubmed_filter *a, const wrt_pubmed_filter *b) {
    return a->first_year == b->first_year && a->last_year == b->last_year &&
           strcmp(a->language, b->language) == 0 && a->human == b->human &&
           a->has_abstract == b->has_abstract;
}

static bool has_language(const wrt_pubmed_article *article, const char *language) {
    for (size_t i = 0; i < article->n_languages; i++)
        if (article->languages[i].len == strlen(language) &&
            strncasecmp(article->languages[i].ptr, language, strlen(language)) == 0)
            return true;
    return false;
}

bool wrt_pubmed_filter_passes(const wrt_pubmed_filter *filter, const wrt_pubmed_article *article) {
    unsigned flags = wrt_pubmed_flags_of(article);
    if (filter->last_year != 0 &&
        (article->year < filter->first_year || article->year > filter->last_year))
        return false;
    if (filter->language[0] != '\0' && !has_language(article, filter->language))
        return false;
    return (!filter->human || flags & WRT_PUBMED_HUMAN) &&
           (!filter->has_abstract || flags & WRT_PUBMED_HAS_ABSTRACT);
}

static bool read_year(int *out, wrt_str text, int fallback) {
    int64_t year = fallback;
    if (text.len > 0 && !wrt_str_to_int64(&year, text))
        return false;
    *out = (int)(year < YEAR_FIRST || year > YEAR_LAST ? 0 : year);
    return *out != 0;
}

wrt_status wrt_pubmed_filter_set_years(wrt_pubmed_filter *filter, const char *text, wrt_err *err) {
    wrt_str first, rest = wrt_str_of(text);
    bool range = strchr(text, '-') != NULL;
    bool ok = wrt_str_cut(&first, &rest, '-') && first.len > 0 &&
              read_year(&filter->first_year, first, 0) &&
              read_year(&filter->last_year, range ? rest : first, YEAR_LAST) &&
              filter->first_year <= filter->last_year;
    if (ok)
        return WRT_OK;
    filter->first_year = filter->last_year = 0;
    return wrt_fail(err, WRT_E_INPUT,
                    "years \"%.40s\": write one year or a range, such as 1990-2020 or 1990-", text);
}

wrt_status wrt_pubmed_filter_set_language(wrt_pubmed_filter *filter, const char *text,
                                          wrt_err *err) {
    size_t len = strlen(text);
    bool ok = len == 3;
    for (size_t i = 0; i < len && ok; i++)
        ok = (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z';
    if (!ok)
        return wrt_fail(err, WRT_E_INPUT,
                        "language \"%.20s\": write the three letters that PubMed uses, such as eng",
                        text);
    for (size_t i = 0; i <= len; i++)
        filter->language[i] = (char)(i < len ? text[i] | 0x20 : '\0');
    return WRT_OK;
}

wrt_json *wrt_pubmed_filter_json(const wrt_pubmed_filter *filter) {
    wrt_json *json = wrt_json_new_object(), *years = NULL;
    if (filter->last_year != 0) {
        years = wrt_json_new_array();
        wrt_json_push(years, wrt_json_new_int(filter->first_year));
        wrt_json_push(years, wrt_json_new_int(filter->last_year));
    }
    wrt_json_set(json, "years", years != NULL ? years : wrt_json_new_null());
    wrt_json_set_text(json, "language", filter->language[0] != '\0' ? filter->language : NULL);
    wrt_json_set_bool(json, "human", filter->human);
    wrt_json_set_bool(json, "has_abstract", filter->has_abstract);
    return json;
}

wrt_status wrt_pubmed_filter_read(wrt_pubmed_filter *out, const wrt_json *json, wrt_err *err) {
    *out = (wrt_pubmed_filter){0};
    const wrt_json *years = wrt_json_get(json, "years");
    const char *language = wrt_json_get_text(json, "language", NULL);
    out->human = wrt_json_get_bool(json, "human", false);
    out->has_abstract = wrt_json_get_bool(json, "has_abstract", false);
    if (wrt_json_count(years) == 2) {
        char text[64];
        snprintf(text, sizeof text, "%.0f-%.0f", wrt_json_number(wrt_json_at(years, 0), 0),
                 wrt_json_number(wrt_json_at(years, 1), 0));
        wrt_status status = wrt_pubmed_filter_set_years(out, text, err);
        if (status != WRT_OK)
            return status;
    }
    return language != NULL ? wrt_pubmed_filter_set_language(out, language, err) : WRT_OK;
}
