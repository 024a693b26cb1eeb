/* record.c: the containers of an article, how they begin and end. */
#include "pubmed/record.h"

#include "pubmed/list.h"
#include "pubmed/signal.h"

#include <string.h>

void wrt_pubmed_record_open(wrt_pubmed_record *record, bool is_book) {
    wrt_pubmed_record_clear(record);
    record->arena = wrt_arena_new();
    record->article = wrt_arena_alloc(record->arena, sizeof *record->article);
    record->article->version = 1;
    record->article->is_book = is_book;
    record->article->is_author_list_complete = true;
    record->object = record->article;
}

void wrt_pubmed_record_clear(wrt_pubmed_record *record) {
    wrt_arena_free(record->arena);
    *record = (wrt_pubmed_record){0};
}

/* ---- containers begin */

static void enter_authors(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    wrt_pubmed_article *article = record->article;
    bool is_of_book = item->row->place == PLACE_BOOK_AUTHORS;
    bool is_ignored = is_of_book && article->n_authors > 0 && !record->are_authors_of_book;
    record->list = wrt_str_equal_c(item->attributes[0], "editors") ? AUTHORS_EDITORS
                   : is_ignored                                    ? AUTHORS_NONE
                   : is_of_book                                    ? AUTHORS_OF_BOOK
                                                                   : AUTHORS_OF_WORK;
    if (record->list == AUTHORS_OF_WORK && record->are_authors_of_book)
        article->n_authors = 0; /* a chapter has its own */
    if (record->list == AUTHORS_OF_WORK || record->list == AUTHORS_OF_BOOK) {
        record->are_authors_of_book = is_of_book;
        article->is_author_list_complete = !wrt_str_equal_c(item->attributes[1], "N");
    }
}

static void enter_author(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    record->author = (wrt_pubmed_author){0};
    record->author.is_equal_contributor = wrt_str_equal_c(item->attributes[1], "Y");
    record->is_author_valid = !wrt_str_equal_c(item->attributes[0], "N");
    record->object = &record->author;
}

static void enter_citation(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    record->article->record_status = item->attributes[0];
    record->article->owner = item->attributes[1];
    record->article->indexing_method = item->attributes[2];
}

static void enter_date(wrt_pubmed_record *record, size_t kind) {
    const wrt_pubmed_date_parts *parts = &record->dates[kind];
    bool is_repeated = parts->year.len > 0 || parts->medline.len > 0;
    record->object = &record->dates[is_repeated ? DATE_KINDS : kind];
}

static void enter_correction(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    record->correction = (wrt_pubmed_correction){.type = item->attributes[0]};
    record->article->signals |= wrt_pubmed_signal_of_link(item->attributes[0]);
    record->object = &record->correction;
}

void wrt_pubmed_record_enter(wrt_pubmed_record *record, const wrt_pubmed_item *item) {
    switch (item->row->place) {
    case PLACE_CITATION:
        enter_citation(record, item);
        break;
    case PLACE_AUTHORS:
    case PLACE_BOOK_AUTHORS:
        enter_authors(record, item);
        break;
    case PLACE_AUTHOR:
        enter_author(record, item);
        break;
    case PLACE_DATE:
        enter_date(record, item->row->field);
        break;
    case PLACE_PAGINATION:
        record->object = &record->pagination;
        break;
    case PLACE_HEADING:
        record->heading = (wrt_pubmed_heading){0};
        break;
    case PLACE_CHEMICAL:
        record->chemical = (wrt_pubmed_chemical){0};
        record->object = &record->chemical;
        break;
    case PLACE_GRANT:
        record->grant = (wrt_pubmed_grant){0};
        record->object = &record->grant;
        break;
    case PLACE_DATABANK:
        record->databank = (wrt_pubmed_databank){0};
        record->object = &record->databank;
        break;
    case PLACE_CORRECTION:
        enter_correction(record, item);
        break;
    case PLACE_OTHER_ABSTRACT:
        record->other = (wrt_pubmed_other_abstract){.type = item->attributes[0],
                                                    .language = item->attributes[1]};
        break;
    case PLACE_EVENT:
        record->article->signals |= wrt_pubmed_signal_of_history(item->attributes[0]);
        break;
    default:
        break;
    }
}

/* ---- containers end */

/* "LastName Initials Suffix"; a collective name is in place already. */
static void name_author(wrt_pubmed_record *record) {
    wrt_pubmed_author *author = &record->author;
    const wrt_str parts[] = {author->last, author->initials, author->suffix};
    size_t used = 0;
    author->is_collective = author->name.len > 0;
    if (author->is_collective)
        return;
    char *name =
        wrt_arena_alloc(record->arena, parts[0].len + parts[1].len + parts[2].len + sizeof parts);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].len == 0)
            continue;
        if (used > 0)
            name[used++] = ' ';
        memcpy(name + used, parts[i].ptr, parts[i].len);
        used += parts[i].len;
    }
    author->name = (wrt_str){name, used};
}

static void push_author(wrt_pubmed_record *record, const wrt_pubmed_author **list, size_t *n) {
    wrt_pubmed_author *grown = wrt_pubmed_list_grow(record->arena, *list, *n, sizeof *grown);
    grown[(*n)++] = record->author;
    *list = grown;
}

static void leave_author(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    name_author(record);
    if (!record->is_author_valid || record->author.name.len == 0 || record->list == AUTHORS_NONE)
        return;
    if (record->list == AUTHORS_EDITORS)
        push_author(record, &article->editors, &article->n_editors);
    else
        push_author(record, &article->authors, &article->n_authors);
}

static void leave_chemical(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    if (wrt_str_equal_c(record->chemical.registry, "0"))
        record->chemical.registry.len = 0;
    wrt_pubmed_chemical *grown = wrt_pubmed_list_grow(record->arena, article->chemicals,
                                                      article->n_chemicals, sizeof *grown);
    grown[article->n_chemicals++] = record->chemical;
    article->chemicals = grown;
}

static void leave_grant(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    wrt_pubmed_grant *grown =
        wrt_pubmed_list_grow(record->arena, article->grants, article->n_grants, sizeof *grown);
    grown[article->n_grants++] = record->grant;
    article->grants = grown;
}

static void leave_databank(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    wrt_pubmed_databank *grown = wrt_pubmed_list_grow(record->arena, article->databanks,
                                                      article->n_databanks, sizeof *grown);
    grown[article->n_databanks++] = record->databank;
    article->databanks = grown;
}

static void leave_heading(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    wrt_pubmed_heading *grown =
        wrt_pubmed_list_grow(record->arena, article->mesh, article->n_mesh, sizeof *grown);
    grown[article->n_mesh++] = record->heading;
    article->mesh = grown;
}

/* A link Cites is the reference list of old records, not a correction. */
static void leave_correction(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    if (wrt_str_equal_c(record->correction.type, "Cites")) {
        if (record->correction.pmid != 0)
            wrt_pubmed_list_add_pmid(record->arena, &article->cites, &article->n_cites,
                                     record->correction.pmid);
        return;
    }
    wrt_pubmed_correction *grown = wrt_pubmed_list_grow(record->arena, article->corrections,
                                                        article->n_corrections, sizeof *grown);
    grown[article->n_corrections++] = record->correction;
    article->corrections = grown;
}

static void leave_other_abstract(wrt_pubmed_record *record) {
    wrt_pubmed_article *article = record->article;
    if (record->other.n_sections == 0)
        return;
    wrt_pubmed_other_abstract *grown = wrt_pubmed_list_grow(
        record->arena, article->other_abstracts, article->n_other_abstracts, sizeof *grown);
    grown[article->n_other_abstracts++] = record->other;
    article->other_abstracts = grown;
}

void wrt_pubmed_record_leave(wrt_pubmed_record *record, wrt_pubmed_place place) {
    switch (place) {
    case PLACE_AUTHOR:
        leave_author(record);
        break;
    case PLACE_CHEMICAL:
        leave_chemical(record);
        break;
    case PLACE_GRANT:
        leave_grant(record);
        break;
    case PLACE_DATABANK:
        leave_databank(record);
        break;
    case PLACE_HEADING:
        leave_heading(record);
        break;
    case PLACE_CORRECTION:
        leave_correction(record);
        break;
    case PLACE_OTHER_ABSTRACT:
        leave_other_abstract(record);
        break;
    case PLACE_DATE:
    case PLACE_PAGINATION:
        break;
    default:
        return; /* nothing of its own was open */
    }
    record->object = record->article;
}
