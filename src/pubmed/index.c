/* index.c: article -> folded words -> FTS5, and the counts beside it. */
#include "pubmed/index.h"

#include "base/buf.h"
#include "pubmed/store_internal.h"
#include "pubmed/tally.h"
#include "pubmed/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = WRT_PUBMED_FIELDS + 1, CODES = WRT_PUBMED_FIELDS, COLUMN_MAX = 64 << 20 };

/* Words of a column that wait to be counted and added to it; each has a blank behind it. */
typedef struct {
    char text[64 * (WRT_WORD_MAX + 1)];
    size_t len, n;
    struct {
        uint32_t at, len;
        wrt_tally_key key;
    } list[64];
} waiting;

struct wrt_pubmed_index {
    wrt_pubmed_store *store;
    wrt_stmt *insert, *remove, *count, *forget, *name;
    wrt_tally words, subjects; /* of subjects only the presence matters */
    wrt_stem_memo *memo;
    wrt_buf column[COLUMNS];
    int64_t articles, lengths[WRT_PUBMED_FIELDS]; /* changes since the last flush */
};

/* ---- the words of an article */

bool wrt_pubmed_field_piece(wrt_str *out, const wrt_pubmed_article *article, int field, size_t k) {
    if (field == 0) {
        *out = article->title;
        return k == 0;
    }
    if (field == 1) {
        if (k < article->n_abstract)
            *out = article->abstract[k].text;
        return k < article->n_abstract;
    }
    if (k < article->n_mesh)
        *out = article->mesh[k].descriptor.name;
    else if (k - article->n_mesh < article->n_keywords)
        *out = article->keywords[k - article->n_mesh];
    return k < article->n_mesh + article->n_keywords;
}

static void add_waiting(wrt_pubmed_index *index, int field, waiting *w, int change) {
    for (size_t i = 0; i < w->n; i++)
        wrt_tally_add_fetched(&index->words, (wrt_str){w->text + w->list[i].at, w->list[i].len},
                              w->list[i].key, change);
    wrt_buf_add(&index->column[field], w->text, w->len);
    w->n = w->len = 0;
}

static void put_off(wrt_pubmed_index *index, waiting *w, const wrt_words *words) {
    char *at = w->text + w->len;
    memcpy(at, words->word, words->len);
    at[words->len] = ' ';
    w->list[w->n].at = (uint32_t)w->len;
    w->list[w->n].len = (uint32_t)words->len;
    w->list[w->n].key = wrt_tally_fetch(&index->words, (wrt_str){at, words->len});
    w->len += words->len + 1;
    w->n++;
}

/* Fills a column with the words of a field and counts them; returns how many. */
static int64_t fill_field(wrt_pubmed_index *index, const wrt_pubmed_article *article, int field,
                          int change) {
    wrt_str piece;
    waiting w;
    int64_t n = 0;
    w.n = w.len = 0;
    for (size_t k = 0; wrt_pubmed_field_piece(&piece, article, field, k); k++) {
        wrt_words words;
        wrt_words_start(&words, piece);
        words.memo = index->memo;
        for (; wrt_words_next(&words); n++) {
            put_off(index, &w, &words);
            if (w.n == sizeof w.list / sizeof *w.list)
                add_waiting(index, field, &w, change);
        }
    }
    add_waiting(index, field, &w, change);
    return n;
}

/* An identifier such as D003924 as one index word; the ASCII tokenizer folds its case. */
static void add_code(wrt_pubmed_index *index, wrt_str ui) {
    for (size_t i = 0; i < ui.len; i++) {
        char c = ui.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return;
    }
    wrt_buf_add_str(&index->column[CODES], ui);
    wrt_buf_add_char(&index->column[CODES], ' ');
}

/* "D003924\tDiabetes Mellitus, Type 2" */
static void note_subject(wrt_pubmed_index *index, const wrt_pubmed_term *term) {
    char pair[512];
    add_code(index, term->ui);
    if (term->ui.len == 0 || term->ui.len + term->name.len + 1 > sizeof pair)
        return;
    memcpy(pair, term->ui.ptr, term->ui.len);
    pair[term->ui.len] = '\t';
    memcpy(pair + term->ui.len + 1, term->name.ptr, term->name.len);
    wrt_tally_add(&index->subjects, (wrt_str){pair, term->ui.len + term->name.len + 1}, 1);
}

static void fill(wrt_pubmed_index *index, const wrt_pubmed_article *article, int change) {
    for (int i = 0; i < COLUMNS; i++)
        wrt_buf_clear(&index->column[i]);
    wrt_tally_next_round(&index->words);
    for (int field = 0; field < WRT_PUBMED_FIELDS; field++)
        index->lengths[field] += change * fill_field(index, article, field, change);
    index->articles += change;
    for (size_t i = 0; i < article->n_mesh; i++)
        note_subject(index, &article->mesh[i].descriptor);
    for (size_t i = 0; i < article->n_types; i++)
        note_subject(index, &article->types[i]);
}

/* ---- FTS5 */

static wrt_status put(wrt_pubmed_index *index, wrt_stmt *stmt, const wrt_pubmed_article *article,
                      int change, wrt_err *err) {
    fill(index, article, change);
    wrt_stmt_bind_int(stmt, 1, article->pmid);
    for (int i = 0; i < COLUMNS; i++) {
        if (index->column[i].overflow)
            return wrt_fail(err, WRT_E_LIMIT, "PMID %" PRId64 " has more than %d bytes of words",
                            article->pmid, COLUMN_MAX);
        wrt_stmt_bind_text(stmt, i + 2, wrt_buf_str(&index->column[i]));
    }
    return wrt_stmt_run(stmt, err);
}

wrt_status wrt_pubmed_index_add(wrt_pubmed_index *index, const wrt_pubmed_article *article,
                                wrt_err *err) {
    return put(index, index->insert, article, 1, err);
}

wrt_status wrt_pubmed_index_remove(wrt_pubmed_index *index, const wrt_pubmed_article *article,
                                   wrt_err *err) {
    return put(index, index->remove, article, -1, err);
}

/* ---- counts */

static wrt_status flush_words(wrt_pubmed_index *index, wrt_err *err) {
    size_t n = 0;
    wrt_tally_entry *list = wrt_tally_sorted(&n, &index->words);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_stmt_bind_text(index->count, 1, (wrt_str){list[i].word, list[i].len});
        wrt_stmt_bind_int(index->count, 2, list[i].count);
        status = wrt_stmt_run(index->count, err);
        if (status == WRT_OK && list[i].count < 0) {
            wrt_stmt_bind_text(index->forget, 1, (wrt_str){list[i].word, list[i].len});
            status = wrt_stmt_run(index->forget, err);
        }
    }
    free(list);
    return status;
}

static wrt_status flush_subjects(wrt_pubmed_index *index, wrt_err *err) {
    size_t n = 0;
    wrt_tally_entry *list = wrt_tally_sorted(&n, &index->subjects);
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        wrt_str ui, name = {list[i].word, list[i].len};
        wrt_str_cut(&ui, &name, '\t');
        wrt_stmt_bind_text(index->name, 1, ui);
        wrt_stmt_bind_text(index->name, 2, name);
        status = wrt_stmt_run(index->name, err);
    }
    free(list);
    return status;
}

static wrt_status add_to_meta(wrt_pubmed_store *store, const char *key, int64_t change,
                              wrt_err *err) {
    int64_t value = 0;
    char text[24];
    wrt_status status = wrt_pubmed_meta_int(&value, store, key, err);
    snprintf(text, sizeof text, "%" PRId64, value + change);
    return status == WRT_OK ? wrt_pubmed_meta_set(store, key, text, err) : status;
}

wrt_status wrt_pubmed_index_flush(wrt_pubmed_index *index, wrt_err *err) {
    static const char *const keys[] = {"title_words", "abstract_words", "subject_words"};
    wrt_status status = flush_words(index, err);
    if (status == WRT_OK)
        status = flush_subjects(index, err);
    if (status == WRT_OK)
        status = add_to_meta(index->store, "articles", index->articles, err);
    for (int i = 0; i < WRT_PUBMED_FIELDS && status == WRT_OK; i++)
        status = add_to_meta(index->store, keys[i], index->lengths[i], err);
    wrt_tally_free(&index->words);
    wrt_tally_free(&index->subjects);
    index->words = wrt_tally_make();
    index->subjects = wrt_tally_make();
    index->articles = 0;
    memset(index->lengths, 0, sizeof index->lengths);
    return status;
}

/* ---- life */

static wrt_status prepare(wrt_pubmed_index *index, wrt_err *err) {
    const struct {
        wrt_stmt **out;
        const char *sql;
    } list[] = {
        {&index->insert, "INSERT INTO word(rowid, title, abstract, subjects, codes)"
                         " VALUES(?1, ?2, ?3, ?4, ?5)"},
        {&index->remove, "INSERT INTO word(word, rowid, title, abstract, subjects, codes)"
                         " VALUES('delete', ?1, ?2, ?3, ?4, ?5)"},
        {&index->count, "INSERT INTO term(term, articles) VALUES(?1, ?2)"
                        " ON CONFLICT(term) DO UPDATE SET articles=articles+excluded.articles"},
        {&index->forget, "DELETE FROM term WHERE term=?1 AND articles<=0"},
        {&index->name, "INSERT OR REPLACE INTO subject(ui, name) VALUES(?1, ?2)"},
    };
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof list / sizeof *list && status == WRT_OK; i++)
        status = wrt_db_prepare(list[i].out, index->store->db, list[i].sql, err);
    return status;
}

wrt_status wrt_pubmed_index_new(wrt_pubmed_index **out, wrt_pubmed_store *store, wrt_err *err) {
    wrt_pubmed_index *index = wrt_calloc(1, sizeof *index);
    index->store = store;
    index->words = wrt_tally_make();
    index->subjects = wrt_tally_make();
    index->memo = wrt_stem_memo_new();
    for (int i = 0; i < COLUMNS; i++)
        index->column[i] = wrt_buf_make(COLUMN_MAX);
    wrt_status status = prepare(index, err);
    *out = status == WRT_OK ? index : NULL;
    if (status != WRT_OK)
        wrt_pubmed_index_free(index);
    return status;
}

void wrt_pubmed_index_free(wrt_pubmed_index *index) {
    if (index == NULL)
        return;
    wrt_stmt_free(index->insert);
    wrt_stmt_free(index->remove);
    wrt_stmt_free(index->count);
    wrt_stmt_free(index->forget);
    wrt_stmt_free(index->name);
    wrt_tally_free(&index->words);
    wrt_tally_free(&index->subjects);
    wrt_stem_memo_free(index->memo);
    for (int i = 0; i < COLUMNS; i++)
        wrt_buf_free(&index->column[i]);
    free(index);
}
