/* list.c: all runs of a store, and the run that a name means.
 *
 * A listing reads only the first and the last event of each run and survives damage: a run whose
 * events cannot be read is listed as damaged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "ledger/internal.h"

enum { RUNS_MAX = 1 << 20, NEAR_MAX = 3 };

/* ---- listing */

/* Reads one end of a run as a parsed event; *out is NULL when it is damaged or absent. */
static wrt_status read_end(wrt_json **out, wrt_ledger *ledger, const char *run, bool last,
                           wrt_err *err) {
    static const char *const queries[] = {
        "SELECT seq, bytes, leaf FROM event WHERE run = ? ORDER BY seq LIMIT 1",
        "SELECT seq, bytes, leaf FROM event WHERE run = ? ORDER BY seq DESC LIMIT 1"};
    wrt_stmt *stmt = NULL;
    bool row = false;
    *out = NULL;
    wrt_status status = wrt_db_prepare(&stmt, ledger->db, queries[last], err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, run);
    status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row) {
        wrt_str bytes = wrt_stmt_blob(stmt, 1);
        wrt_str leaf = wrt_stmt_blob(stmt, 2);
        wrt_sha256 actual = wrt_event_leaf(bytes, wrt_stmt_int(stmt, 0));
        if (leaf.len == WRT_SHA256_SIZE && memcmp(leaf.ptr, actual.bytes, leaf.len) == 0)
            (void)wrt_event_parse(out, bytes, run, wrt_stmt_int(stmt, 0), NULL);
    }
    wrt_stmt_free(stmt);
    return status;
}

static const char *outcome_of(const wrt_json *first, const wrt_json *last) {
    if (first == NULL || last == NULL)
        return "damaged";
    if (strcmp(wrt_json_get_text(last, "type", ""), "run.end") != 0)
        return "open";
    return wrt_json_get_text(wrt_json_get(last, "body"), "outcome", "");
}

/* A question that is stored apart; *out stays "" when it was taken away. */
static wrt_status read_sealed_question(char **out, wrt_ledger *ledger, const char *run,
                                       wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_json *value = NULL;
    wrt_status status = wrt_db_prepare(
        &stmt, ledger->db,
        "SELECT value FROM opening WHERE run = ? AND seq = 0 AND pointer = '/question'", err);
    if (status != WRT_OK)
        return status;
    wrt_stmt_bind_c(stmt, 1, run);
    status = wrt_stmt_step(&row, stmt, err);
    if (status == WRT_OK && row && wrt_json_parse(&value, wrt_stmt_blob(stmt, 0), NULL) == WRT_OK &&
        wrt_json_text(value) != NULL) {
        free(*out);
        *out = wrt_strdup(wrt_json_text(value));
    }
    wrt_json_free(value);
    wrt_stmt_free(stmt);
    return status;
}

static wrt_status fill_info(wrt_run_info *info, wrt_ledger *ledger, wrt_err *err) {
    wrt_json *first = NULL;
    wrt_json *last = NULL;
    wrt_status status = read_end(&first, ledger, info->id, false, err);
    if (status == WRT_OK)
        status = read_end(&last, ledger, info->id, true, err);
    if (status == WRT_OK) {
        const wrt_json *start = wrt_json_get(first, "body");
        info->question = wrt_strdup(wrt_json_get_text(start, "question", ""));
        info->outcome = wrt_strdup(outcome_of(first, last));
        if (wrt_json_count(wrt_json_get(start, "sealed")) > 0)
            status = read_sealed_question(&info->question, ledger, info->id, err);
    }
    wrt_json_free(first);
    wrt_json_free(last);
    return status;
}

typedef struct {
    wrt_run_info *item;
    size_t n;
    size_t room;
} info_list;

/* Runs newest first, with what stands in their rows. */
static wrt_status read_rows(info_list *list, wrt_ledger *ledger, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, ledger->db,
                                       "SELECT id, started, checkpoint IS NOT NULL,"
                                       " (SELECT count(*) FROM event WHERE run = run.id)"
                                       " FROM run ORDER BY started DESC, id DESC",
                                       err);
    if (status != WRT_OK)
        return status;
    while ((status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row) {
        if (list->n == RUNS_MAX) {
            status = wrt_fail(err, WRT_E_LIMIT, "more than %d runs in one store", RUNS_MAX);
            break;
        }
        if (list->n == list->room) {
            list->room = list->room > 0 ? 2 * list->room : 64;
            list->item = wrt_realloc(list->item, list->room * sizeof *list->item);
        }
        wrt_run_info *info = &list->item[list->n++];
        *info =
            (wrt_run_info){.sealed = wrt_stmt_int(stmt, 2) != 0, .events = wrt_stmt_int(stmt, 3)};
        snprintf(info->id, sizeof info->id, "%s", wrt_stmt_text(stmt, 0).ptr);
        wrt_clock_format(info->started, wrt_stmt_int(stmt, 1));
    }
    wrt_stmt_free(stmt);
    return status;
}

wrt_status wrt_ledger_list(wrt_run_info **out, size_t *n, wrt_ledger *ledger, wrt_err *err) {
    info_list list = {0};
    *out = NULL;
    *n = 0;
    wrt_status status = read_rows(&list, ledger, err);
    for (size_t i = 0; status == WRT_OK && i < list.n; i++)
        status = fill_info(&list.item[i], ledger, err);
    if (status == WRT_OK) {
        *out = list.item;
        *n = list.n;
    } else {
        wrt_run_info_free(list.item, list.n);
    }
    return wrt_ledger_stored(status, err);
}

void wrt_run_info_free(wrt_run_info *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(list[i].question);
        free(list[i].outcome);
    }
    free(list);
}

/* ---- finding */

typedef struct {
    const char *name;
    char match[WRT_RUN_ID_MAX]; /* the newest id that begins with name */
    size_t matches;
    bool is_exact;
    char near[NEAR_MAX][WRT_RUN_ID_MAX]; /* longest common beginning first */
    size_t near_len[NEAR_MAX];
    size_t near_count;
} search;

static size_t common_prefix(const char *a, const char *b) {
    size_t n = 0;
    while (a[n] != '\0' && a[n] == b[n])
        n++;
    return n;
}

/* Keeps the NEAR_MAX ids that share most with the name, newest first among equals. */
static void note_near(search *s, const char *id) {
    size_t len = common_prefix(s->name, id);
    size_t at = s->near_count;
    while (at > 0 && s->near_len[at - 1] < len)
        at--;
    if (at == NEAR_MAX)
        return;
    if (s->near_count < NEAR_MAX)
        s->near_count++;
    for (size_t i = s->near_count - 1; i > at; i--) {
        memcpy(s->near[i], s->near[i - 1], WRT_RUN_ID_MAX);
        s->near_len[i] = s->near_len[i - 1];
    }
    snprintf(s->near[at], WRT_RUN_ID_MAX, "%s", id);
    s->near_len[at] = len;
}

static void consider(search *s, const char *id) {
    bool is_prefix = common_prefix(s->name, id) == strlen(s->name);
    note_near(s, id);
    if (s->is_exact || !(is_prefix || strcmp(s->name, "last") == 0))
        return;
    s->is_exact = strcmp(s->name, id) == 0 || strcmp(s->name, "last") == 0;
    if (s->matches++ == 0 || s->is_exact)
        snprintf(s->match, sizeof s->match, "%s", id);
}

static wrt_status scan_ids(search *s, wrt_ledger *ledger, const char *query, wrt_err *err) {
    wrt_stmt *stmt = NULL;
    bool row = false;
    wrt_status status = wrt_db_prepare(&stmt, ledger->db, query, err);
    while (status == WRT_OK && (status = wrt_stmt_step(&row, stmt, err)) == WRT_OK && row)
        consider(s, wrt_stmt_text(stmt, 0).ptr);
    wrt_stmt_free(stmt);
    return wrt_ledger_stored(status, err);
}

static wrt_status fail_search(const search *s, wrt_err *err) {
    char near[NEAR_MAX * (WRT_RUN_ID_MAX + 2)] = "";
    for (size_t i = 0; i < s->near_count; i++) {
        size_t used = strlen(near);
        snprintf(near + used, sizeof near - used, "%s%s", i > 0 ? ", " : "", s->near[i]);
    }
    if (s->matches > 1)
        return wrt_fail(err, WRT_E_INPUT, "%zu runs begin with \"%s\": %s", s->matches, s->name,
                        near);
    if (s->near_count == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no run \"%.60s\": the store has no runs", s->name);
    return wrt_fail(err, WRT_E_NOT_FOUND, "no run \"%.60s\"; nearest: %s", s->name, near);
}

wrt_status wrt_ledger_find(char out[WRT_RUN_ID_MAX], wrt_ledger *ledger, const char *name,
                           wrt_err *err) {
    search s = {.name = name};
    out[0] = '\0';
    if (name[0] == '\0')
        return wrt_fail(err, WRT_E_INPUT, "a run is named by \"last\", its id or a prefix of it");
    wrt_status status =
        scan_ids(&s, ledger, "SELECT id FROM run ORDER BY started DESC, id DESC", err);
    if (status == WRT_OK && s.matches == 0) /* a run that lost its row, so that it can be audited */
        status =
            scan_ids(&s, ledger,
                     "SELECT DISTINCT run FROM event WHERE run NOT IN (SELECT id FROM run)", err);
    if (status != WRT_OK)
        return status;
    if (!s.is_exact && s.matches != 1)
        return fail_search(&s, err);
    snprintf(out, WRT_RUN_ID_MAX, "%s", s.match);
    return WRT_OK;
}
