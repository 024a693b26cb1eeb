/* question.c: from a question to weighted words. */
#include "pubmed/question.h"

#include "pubmed/store_internal.h"
#include "pubmed/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Postings that the rare words may have together, beyond the first word: bounds the time of the
 * candidate search on a large store. */
enum { POSTINGS_MAX = 1000000, DISTINCT_MAX = 32768 };

static unsigned slot_of(const char *word, size_t len) {
    unsigned hash = 2166136261U;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619U;
    return (hash ^ hash >> 16) % 64;
}

int wrt_question_find(const wrt_question *question, const char *word, size_t len) {
    for (int at = question->first[slot_of(word, len)] - 1; at >= 0; at = question->chain[at] - 1)
        if (question->words[at].len == len && memcmp(question->words[at].text, word, len) == 0)
            return at;
    return -1;
}

static void build_chains(wrt_question *question) {
    memset(question->first, 0, sizeof question->first);
    for (size_t i = 0; i < question->n; i++) {
        signed char *first =
            &question->first[slot_of(question->words[i].text, question->words[i].len)];
        question->chain[i] = *first;
        *first = (signed char)(i + 1);
    }
}

static bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

/* A stem keeps the first two letters of its word; one of a single letter may come from any. */
static void mark_initials(wrt_question *question) {
    for (size_t i = 0; i < question->n; i++) {
        const wrt_question_word *word = &question->words[i];
        if (!is_letter(word->text[0]))
            continue;
        bool *row = &question->initials[(size_t)(word->text[0] - 'a') * 26];
        if (word->len == 1)
            memset(row, true, 26 * sizeof *row);
        else if (is_letter(word->text[1]))
            row[word->text[1] - 'a'] = true;
    }
}

/* Keeps the rarest: an insertion into a short sorted list; ties keep the order of the words. */
static void insert_word(wrt_question *question, const wrt_question_word *word) {
    size_t at = question->n;
    while (at > 0 && question->words[at - 1].articles > word->articles)
        at--;
    if (at == WRT_QUESTION_WORDS_MAX)
        return;
    size_t kept = question->n < WRT_QUESTION_WORDS_MAX ? question->n : question->n - 1;
    memmove(&question->words[at + 1], &question->words[at], (kept - at) * sizeof *question->words);
    question->words[at] = *word;
    question->n = kept + 1;
}

static wrt_status look_up(wrt_question *question, wrt_stmt *stmt, const wrt_tally_entry *entry,
                          wrt_err *err) {
    bool row = false;
    wrt_stmt_bind_text(stmt, 1, (wrt_str){entry->word, entry->len});
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    wrt_question_word word = {.len = entry->len};
    word.articles = status == WRT_OK && row ? wrt_stmt_int(stmt, 0) : 0;
    wrt_stmt_reset(stmt);
    if (status != WRT_OK)
        return status;
    if (word.articles <= 0) {
        question->n_unknown++;
        return WRT_OK;
    }
    memcpy(word.text, entry->word, entry->len);
    double n = (double)word.articles, all = (double)question->articles;
    word.weight = log(1.0 + (all > n ? all - n + 0.5 : 0.5) / (n + 0.5));
    insert_word(question, &word);
    return WRT_OK;
}

static wrt_status read_statistics(wrt_question *out, wrt_pubmed_store *store, wrt_err *err) {
    static const char *const keys[] = {"title_words", "abstract_words", "subject_words"};
    int64_t sum = 0, part = 0;
    wrt_status status = wrt_pubmed_meta_int(&out->articles, store, "articles", err);
    for (size_t i = 0; i < sizeof keys / sizeof *keys && status == WRT_OK; i++) {
        status = wrt_pubmed_meta_int(&part, store, keys[i], err);
        sum += part;
    }
    out->length = out->articles > 0 && sum > 0 ? (double)sum / (double)out->articles : 1.0;
    return status;
}

static void choose_rare(wrt_question *question) {
    int64_t postings = 0;
    question->n_rare = 0;
    while (question->n_rare < question->n && question->n_rare < WRT_QUESTION_RARE) {
        postings += question->words[question->n_rare].articles;
        if (question->n_rare > 0 && postings > POSTINGS_MAX)
            break;
        question->n_rare++;
    }
}

static void collect(wrt_tally *tally, wrt_str text) {
    wrt_words words;
    wrt_words_start(&words, text);
    while (tally->used < DISTINCT_MAX && wrt_words_next(&words))
        wrt_tally_add(tally, (wrt_str){words.word, words.len}, 1);
}

wrt_status wrt_question_read(wrt_question *out, wrt_pubmed_store *store, wrt_str text,
                             wrt_err *err) {
    memset(out, 0, sizeof *out);
    if (text.len > WRT_QUESTION_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the question has %zu bytes; at most %d are read",
                        text.len, WRT_QUESTION_BYTES_MAX);
    if (!wrt_utf8_valid(text))
        return wrt_fail(err, WRT_E_INPUT, "the question is not valid UTF-8");
    wrt_stmt *stmt = NULL;
    size_t n = 0;
    wrt_tally tally = wrt_tally_make();
    collect(&tally, text);
    wrt_tally_entry *list = wrt_tally_sorted(&n, &tally);
    wrt_status status = read_statistics(out, store, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, store->db, "SELECT articles FROM term WHERE term=?1", err);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = look_up(out, stmt, &list[i], err);
    choose_rare(out);
    build_chains(out);
    mark_initials(out);
    wrt_stmt_free(stmt);
    free(list);
    wrt_tally_free(&tally);
    return status;
}

void wrt_question_expression(wrt_buf *out, const wrt_question *question) {
    wrt_buf_add_c(out, "{title abstract subjects} : (");
    for (size_t i = 0; i < question->n_rare; i++) {
        wrt_buf_add_c(out, i > 0 ? " OR \"" : "\"");
        wrt_buf_add(out, question->words[i].text, question->words[i].len);
        wrt_buf_add_char(out, '"');
    }
    wrt_buf_add_char(out, ')');
}
