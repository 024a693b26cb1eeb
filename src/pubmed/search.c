/* search.c: candidates from the word index, scored again from the stored records. */
#include "pubmed/search.h"

#include "pubmed/pack.h"
#include "pubmed/question.h"
#include "pubmed/score.h"
#include "pubmed/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* POOL: candidates kept by rank; SCORED: those of them that are read and scored in full. */
enum { POOL = 3000, SCORED = 300, EXPRESSION_MAX = 16384, LIMIT_DEFAULT = 10 };

typedef struct {
    int64_t pmid;
    double rank; /* of FTS5: the smaller the better */
} candidate;

typedef struct {
    candidate list[POOL]; /* a heap whose first is the worst */
    size_t n;
} pool;

typedef struct {
    wrt_pubmed_hit hit;
    wrt_pubmed_article article;
    unsigned flags;
    bool is_held_back;
} scored;

typedef struct {
    wrt_pubmed_store *store;
    wrt_arena *arena;
    const wrt_pubmed_query *query;
    const wrt_question *question;
    scored *list;
    size_t n;
} search;

/* ---- codes */

static const char *const SHORT_TYPES[][2] = {
    {"rct", "D016449"},           {"meta-analysis", "D017418"}, {"systematic-review", "D000078182"},
    {"observational", "D064888"}, {"review", "D016454"},        {"case-report", "D002363"},
};

/* What "trial" stands for: trials of any phase, randomised or not. */
static const char TRIALS[] = "\"d016449\" OR \"d016430\" OR \"d017426\" OR \"d017427\""
                             " OR \"d017428\" OR \"d017429\" OR \"d018848\"";

static bool add_code(wrt_buf *out, wrt_str ui) {
    wrt_buf_add_char(out, '"');
    for (size_t i = 0; i < ui.len; i++) {
        char c = (char)(ui.ptr[i] >= 'A' && ui.ptr[i] <= 'Z' ? ui.ptr[i] + 32 : ui.ptr[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return false;
        wrt_buf_add_char(out, c);
    }
    wrt_buf_add_char(out, '"');
    return ui.len > 0;
}

/* The identifier of a MeSH term or publication type, by itself or by its name. */
static wrt_status add_subject(wrt_buf *out, wrt_pubmed_store *store, const char *name,
                              wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status =
        wrt_db_prepare(&stmt, store->db,
                       "SELECT ui FROM subject WHERE ui=?1 OR name=?2 COLLATE NOCASE"
                       " ORDER BY ui=?1 DESC, ui LIMIT 1",
                       err);
    if (status == WRT_OK && wrt_utf8_valid(wrt_str_of(name))) {
        wrt_stmt_bind_c(stmt, 1, name);
        wrt_stmt_bind_c(stmt, 2, name);
        status = wrt_stmt_step(&row, stmt, err);
    }
    if (status == WRT_OK && (!row || !add_code(out, wrt_stmt_text(stmt, 0))))
        status = wrt_fail(err, WRT_E_INPUT,
                          "no article here has the MeSH term or publication type \"%.100s\": write "
                          "it as PubMed does, or its identifier",
                          name);
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status add_type(wrt_buf *out, wrt_pubmed_store *store, const char *name, wrt_err *err) {
    if (strcasecmp(name, "trial") == 0) {
        wrt_buf_add_c(out, TRIALS);
        return WRT_OK;
    }
    for (size_t i = 0; i < sizeof SHORT_TYPES / sizeof *SHORT_TYPES; i++)
        if (strcasecmp(name, SHORT_TYPES[i][0]) == 0) {
            add_code(out, wrt_str_of(SHORT_TYPES[i][1]));
            return WRT_OK;
        }
    return add_subject(out, store, name, err);
}

static wrt_status make_expression(wrt_buf *out, const search *s, wrt_err *err) {
    const wrt_pubmed_query *query = s->query;
    wrt_status status = WRT_OK;
    wrt_question_expression(out, s->question);
    for (size_t i = 0; i < query->n_mesh && status == WRT_OK; i++) {
        wrt_buf_add_c(out, " AND codes : ");
        status = add_subject(out, s->store, query->mesh[i], err);
    }
    for (size_t i = 0; i < query->n_types && status == WRT_OK; i++) {
        wrt_buf_add_c(out, i == 0 ? " AND codes : (" : " OR ");
        status = add_type(out, s->store, query->types[i], err);
    }
    if (query->n_types > 0)
        wrt_buf_add_char(out, ')');
    return status;
}

/* ---- candidates */

/* Worse: a higher rank, then a higher PMID. */
static bool is_worse(const candidate *a, const candidate *b) {
    return a->rank > b->rank || (a->rank == b->rank && a->pmid > b->pmid);
}

static void sift_down(pool *p) {
    size_t at = 0;
    for (;;) {
        size_t worst = at, left = 2 * at + 1, right = left + 1;
        if (left < p->n && is_worse(&p->list[left], &p->list[worst]))
            worst = left;
        if (right < p->n && is_worse(&p->list[right], &p->list[worst]))
            worst = right;
        if (worst == at)
            return;
        candidate moved = p->list[at];
        p->list[at] = p->list[worst];
        p->list[worst] = moved;
        at = worst;
    }
}

static void offer(pool *p, candidate c) {
    if (p->n == POOL) {
        if (!is_worse(&p->list[0], &c))
            return;
        p->list[0] = c;
        sift_down(p);
        return;
    }
    size_t at = p->n++;
    while (at > 0 && is_worse(&c, &p->list[(at - 1) / 2])) {
        p->list[at] = p->list[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    p->list[at] = c;
}

static int compare_candidates(const void *a, const void *b) {
    return is_worse(a, b) ? 1 : -1;
}

/* The years are asked for here, not of the best candidates afterwards: else an early paper on a
 * common word would never be seen. */
static const char *candidates_sql(const wrt_pubmed_query *query) {
    return query->last_year == 0
               ? "SELECT rowid, bm25(word, 4.0, 1.0, 2.0, 0.0) FROM word WHERE word MATCH ?1"
               : "SELECT word.rowid, bm25(word, 4.0, 1.0, 2.0, 0.0) FROM word CROSS JOIN article"
                 " ON article.pmid=word.rowid WHERE word MATCH ?1 AND article.year BETWEEN ?2"
                 " AND ?3";
}

static wrt_status find_candidates(pool *p, int64_t *total, const search *s, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_buf expression = wrt_buf_make(EXPRESSION_MAX);
    wrt_status status = make_expression(&expression, s, err);
    if (status == WRT_OK)
        status = wrt_db_prepare(&stmt, s->store->db, candidates_sql(s->query), err);
    if (status == WRT_OK)
        wrt_stmt_bind_text(stmt, 1, wrt_buf_str(&expression));
    if (status == WRT_OK && s->query->last_year != 0) {
        wrt_stmt_bind_int(stmt, 2, s->query->first_year);
        wrt_stmt_bind_int(stmt, 3, s->query->last_year);
    }
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        offer(p, (candidate){wrt_stmt_int(stmt, 0), wrt_stmt_double(stmt, 1)});
        ++*total;
    }
    wrt_stmt_free(stmt);
    wrt_buf_free(&expression);
    qsort(p->list, p->n, sizeof *p->list, compare_candidates);
    return status;
}

/* ---- scoring */

/* Shown by default. What a query may hold back is held back here and nowhere else. */
static bool is_shown(const wrt_pubmed_query *query, wrt_pubmed_status status) {
    return query->include_retracted || wrt_pubmed_status_is_ground(status);
}

static wrt_status read_candidate(bool *taken, search *s, wrt_stmt *stmt, int64_t pmid,
                                 wrt_err *err) {
    bool row = false;
    *taken = false;
    wrt_stmt_bind_int(stmt, 1, pmid);
    wrt_status status = wrt_stmt_step(&row, stmt, err);
    scored *c = &s->list[s->n];
    *c = (scored){.hit = {.pmid = pmid}};
    if (status == WRT_OK && row) {
        int64_t standing = wrt_stmt_int(stmt, 1);
        wrt_str body = wrt_stmt_blob(stmt, 3);
        wrt_str copy = {wrt_arena_strdup(s->arena, body.ptr, body.len), body.len};
        c->hit.year = (int)wrt_stmt_int(stmt, 0);
        c->flags = (unsigned)wrt_stmt_int(stmt, 2);
        c->hit.status = standing > WRT_PUBMED_UNKNOWN && standing <= WRT_PUBMED_DELETED
                            ? (wrt_pubmed_status)standing
                            : WRT_PUBMED_UNKNOWN;
        status = wrt_pubmed_unpack_head(&c->article, s->arena, copy, err);
        *taken = status == WRT_OK;
    }
    wrt_stmt_reset(stmt);
    return status;
}

static void score_all(search *s) {
    int newest = 0;
    for (size_t i = 0; i < s->n; i++)
        newest = s->list[i].hit.year > newest ? s->list[i].hit.year : newest;
    for (size_t i = 0; i < s->n; i++) {
        scored *c = &s->list[i];
        c->is_held_back = !is_shown(s->query, c->hit.status);
        c->hit.score = wrt_pubmed_score(s->question, &c->article) *
                       wrt_pubmed_boost(c->flags, c->hit.year, newest);
    }
}

static int compare_scored(const void *a, const void *b) {
    const scored *left = a, *right = b;
    if (left->hit.score != right->hit.score)
        return left->hit.score > right->hit.score ? -1 : 1;
    return left->hit.pmid < right->hit.pmid ? -1 : 1;
}

static wrt_status score_candidates(search *s, const pool *p, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    wrt_status status = wrt_db_prepare(
        &stmt, s->store->db, "SELECT year, status, flags, body FROM article WHERE pmid=?1", err);
    s->list = wrt_calloc(SCORED, sizeof *s->list);
    for (size_t i = 0; i < p->n && s->n < SCORED && status == WRT_OK; i++) {
        bool taken = false;
        status = read_candidate(&taken, s, stmt, p->list[i].pmid, err);
        s->n += taken;
    }
    wrt_stmt_free(stmt);
    score_all(s);
    qsort(s->list, s->n, sizeof *s->list, compare_scored);
    return status;
}

/* ---- results */

/* Whoever stands before the last hit and is held back would have been one. */
static void take_hits(wrt_pubmed_results *out, const search *s) {
    size_t limit = s->query->limit > 0 ? s->query->limit : LIMIT_DEFAULT;
    limit = limit < WRT_PUBMED_HITS_MAX ? limit : WRT_PUBMED_HITS_MAX;
    out->hits = wrt_arena_calloc(s->arena, limit, sizeof *out->hits);
    for (size_t i = 0; i < s->n && out->n < limit; i++) {
        scored *c = &s->list[i];
        if (c->is_held_back) {
            out->held_back++;
            out->retracted += c->hit.status == WRT_PUBMED_RETRACTED;
            continue;
        }
        c->hit.title = c->article.title;
        c->hit.journal = c->article.journal;
        c->hit.snippet = wrt_pubmed_snippet_of(s->question, &c->article, s->arena);
        out->hits[out->n++] = c->hit;
    }
}

static const char *join_words(const wrt_question *question, wrt_arena *arena) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    for (size_t i = 0; i < question->n_rare; i++) {
        wrt_buf_add_c(&text, i > 0 ? " " : "");
        wrt_buf_add(&text, question->words[i].text, question->words[i].len);
    }
    const char *joined = wrt_arena_strdup(arena, wrt_buf_str(&text).ptr, text.len);
    wrt_buf_free(&text);
    return joined;
}

wrt_status wrt_pubmed_search(wrt_pubmed_results *out, wrt_pubmed_store *store, wrt_arena *arena,
                             wrt_str text, const wrt_pubmed_query *query, wrt_err *err) {
    *out = (wrt_pubmed_results){.looked_up = ""};
    wrt_question *question = wrt_arena_alloc(arena, sizeof *question);
    search s = {.store = store, .arena = arena, .query = query, .question = question};
    wrt_status status = wrt_question_read(question, store, text, err);
    if (status != WRT_OK)
        return status;
    out->n_unknown = question->n_unknown;
    out->looked_up = join_words(question, arena);
    if (question->n == 0)
        return WRT_OK;
    pool *candidates = wrt_arena_alloc(arena, sizeof *candidates);
    status = find_candidates(candidates, &out->total, &s, err);
    if (status == WRT_OK)
        status = score_candidates(&s, candidates, err);
    if (status == WRT_OK) {
        out->seen = (int64_t)s.n;
        take_hits(out, &s);
    }
    free(s.list);
    return status;
}

static wrt_json *hit_json(const wrt_pubmed_hit *hit) {
    char pmid[24];
    wrt_json *json = wrt_json_new_object(), *snippet = wrt_json_new_object();
    snprintf(pmid, sizeof pmid, "%" PRId64, hit->pmid);
    wrt_json_set_text(json, "pmid", pmid);
    wrt_json_set(json, "title", wrt_json_new_text(hit->title));
    wrt_json_set(json, "year", hit->year > 0 ? wrt_json_new_int(hit->year) : wrt_json_new_null());
    wrt_json_set(json, "journal",
                 hit->journal.len > 0 ? wrt_json_new_text(hit->journal) : wrt_json_new_null());
    wrt_json_set_number(json, "score", hit->score);
    wrt_json_set_text(json, "status", wrt_pubmed_status_name(hit->status));
    wrt_json_set_bool(json, "retracted", hit->status == WRT_PUBMED_RETRACTED);
    wrt_json_set_text(snippet, "field", hit->snippet.field);
    wrt_json_set(snippet, "text", wrt_json_new_text(hit->snippet.text));
    wrt_json_set_int(snippet, "start", (int64_t)hit->snippet.start);
    wrt_json_set_int(snippet, "end", (int64_t)hit->snippet.end);
    wrt_json_set(json, "snippet", snippet);
    return json;
}

wrt_json *wrt_pubmed_results_json(const wrt_pubmed_results *results) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < results->n; i++)
        wrt_json_push(list, hit_json(&results->hits[i]));
    return list;
}
