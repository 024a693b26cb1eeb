/* record_close.c: what needs the whole article: which DOI counts, which year, which trials it
 * names, whether it stands. So the order of elements does not matter. */
#include "pubmed/list.h"
#include "pubmed/record.h"
#include "pubmed/signal.h"

#include <string.h>

enum { NCT_LENGTH = 11 };

static wrt_str either(wrt_str first, wrt_str second) {
    return first.len > 0 ? first : second;
}

static void close_ids(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    article->doi = either(record->location_doi, record->listed_doi);
    article->pii = either(record->location_pii, record->listed_pii);
    article->pmcid = either(record->listed_pmcid, record->other_pmcid);
    article->issn = either(article->issn, article->issn_linking);
}

static void close_pages(wrt_pubmed_record *record) {
    const wrt_pubmed_pagination *pages = &record->pagination;
    wrt_str start = pages->start;
    record->article->pages = either(pages->printed, start);
    if (pages->printed.len > 0 || start.len == 0 || pages->end.len == 0)
        return;
    wrt_buf joined = wrt_buf_make(WRT_MIB(4));
    wrt_buf_add_str(&joined, start);
    wrt_buf_add_char(&joined, '-');
    wrt_buf_add_str(&joined, pages->end);
    record->article->pages = wrt_pubmed_keep(record->arena, wrt_buf_str(&joined));
    wrt_buf_free(&joined);
}

static wrt_str day_of(wrt_pubmed_record *record, wrt_pubmed_date_kind kind) {
    wrt_pubmed_date date = {0};
    wrt_pubmed_date_of_parts(&date, record->arena, &record->dates[kind]);
    return date.start;
}

static void close_dates(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    wrt_pubmed_date_of_parts(&article->pubdate, record->arena, &record->dates[DATE_PUBLISHED]);
    wrt_pubmed_date_of_parts(&article->electronic_date, record->arena,
                             &record->dates[DATE_ELECTRONIC]);
    wrt_pubmed_date_of_parts(&article->contribution_date, record->arena,
                             &record->dates[DATE_CONTRIBUTED]);
    article->date_completed = day_of(record, DATE_COMPLETED);
    article->date_revised = day_of(record, DATE_REVISED);
    article->year = wrt_pubmed_year_of_text(article->pubdate.raw);
    if (article->year == 0)
        article->year = wrt_pubmed_year_of_text(article->electronic_date.start);
    if (article->year == 0)
        article->year = wrt_pubmed_year_of_text(article->contribution_date.start);
}

static void close_book(wrt_pubmed_article *article) {
    if (!article->is_book)
        return;
    article->journal = article->book_title;
    article->title = either(article->title, article->book_title);
}

/* ---- trials */

/* "NCT" and exactly eight digits at the start of text. */
static bool is_nct(wrt_str text) {
    if (text.len < NCT_LENGTH || memcmp(text.ptr, "NCT", 3) != 0)
        return false;
    for (size_t i = 3; i < NCT_LENGTH; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len == NCT_LENGTH || text.ptr[NCT_LENGTH] < '0' || text.ptr[NCT_LENGTH] > '9';
}

static bool is_among(const wrt_str *list, size_t n, wrt_str text) {
    for (size_t i = 0; i < n; i++)
        if (wrt_str_equal(list[i], text))
            return true;
    return false;
}

/* The cap bounds the quadratic search for repeats. */
static void add_trial(wrt_arena *arena, const wrt_str **list, size_t *n, wrt_str id) {
    if (*n < WRT_PUBMED_TRIALS_MAX && !is_among(*list, *n, id))
        wrt_pubmed_list_add_text(arena, list, n, id);
}

static void find_mentioned(wrt_pubmed_record *record, wrt_str text) {
    wrt_pubmed_article *article = record->article;
    const char *at = text.len > 0 ? memmem(text.ptr, text.len, "NCT", 3) : NULL;
    while (at != NULL) {
        wrt_str rest = {at, (size_t)(text.ptr + text.len - at)};
        wrt_str id = {at, NCT_LENGTH};
        if (is_nct(rest) && !is_among(article->nct_ids, article->n_nct_ids, id))
            add_trial(record->arena, &article->nct_mentioned, &article->n_nct_mentioned, id);
        at = memmem(at + 1, rest.len - 1, "NCT", 3);
    }
}

static void close_trials(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    for (size_t i = 0; i < article->n_databanks; i++)
        for (size_t k = 0; k < article->databanks[i].n_ids; k++) {
            wrt_str id = article->databanks[i].ids[k];
            if (is_nct(id))
                add_trial(record->arena, &article->nct_ids, &article->n_nct_ids, id);
        }
    for (size_t i = 0; i < article->n_abstract; i++)
        find_mentioned(record, article->abstract[i].text);
}

wrt_status wrt_pubmed_record_close(const wrt_pubmed_article **out, wrt_pubmed_record *record,
                                   wrt_err *err) {
    wrt_pubmed_article *article = record->article;
    *out = NULL;
    if (article->pmid == 0)
        return wrt_fail(err, WRT_E_INPUT, "an article has no PMID directly in %s",
                        article->is_book ? "BookDocument" : "MedlineCitation");
    close_ids(record);
    close_pages(record);
    close_dates(record);
    close_book(article);
    close_trials(record);
    article->signals |= wrt_pubmed_signal_of_title(article->title);
    article->status = wrt_pubmed_status_of_signals(article->signals);
    *out = article;
    return WRT_OK;
}
