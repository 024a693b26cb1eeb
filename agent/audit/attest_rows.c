/* attest_rows.c: rows of the graph, wherever the run read them.
 *
 * A claim rests on rows that are proved, but how certain it is and what speaks against it also
 * comes from rows as look-ups gave them. So each of these must be what its own hash says, read
 * alike wherever it was read, marks of retraction included; and what the run itself read against a
 * link must stand beside the claim about it. What no part of the run read, a bundle cannot show. */
#include "agent/audit/attest_internal.h"

#include "agent/act/confirm.h"
#include "agent/claims/claim.h"
#include "agent/claims/rows.h"
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *id_of(const wrt_json *object) {
    return wrt_json_get_text(object, "id", "");
}

static const char *end_of(const wrt_json *object, const char *end) {
    return id_of(wrt_json_get(object, end));
}

/* The first fault in the order of the events counts; the walk reports it when it gets there. */
static void note_fault(wrt_attest *a, int64_t seq, const char *what) {
    wrt_attest_rows *rows = &a->read_rows;
    if (rows->fault_seq >= 0 && rows->fault_seq <= seq)
        return;
    rows->fault_seq = seq;
    snprintf(rows->fault, sizeof rows->fault, "%s", what);
}

static void note_row(wrt_attest *a, int64_t seq, const char *row, const char *what) {
    char text[280];
    snprintf(text, sizeof text, "edge %.200s %s", row, what);
    note_fault(a, seq, text);
}

/* ---- reading */

static void remove_marks(wrt_json *row) {
    wrt_json_set(row, "retracted_publications", NULL);
    wrt_json_set(row, "support_retracted", NULL);
}

static wrt_json *without_marks(const wrt_json *row) {
    wrt_json *copy = wrt_json_copy(row), *supports = wrt_json_new_array();
    WRT_JSON_EACH(item, wrt_json_get(row, "supports")) {
        wrt_json *support = wrt_json_copy(item);
        remove_marks(support);
        wrt_json_push(supports, support);
    }
    remove_marks(copy);
    wrt_json_set(copy, "sha256", NULL);
    if (wrt_json_count(supports) > 0)
        wrt_json_set(copy, "supports", supports);
    else
        wrt_json_free(supports);
    return copy;
}

static void take_row(wrt_attest *a, const wrt_json *row, int64_t seq) {
    wrt_attest_rows *rows = &a->read_rows;
    char hex[WRT_SHA256_HEX + 1];
    wrt_json *plain = without_marks(row);
    wrt_attest_hash(hex, plain);
    wrt_json_free(plain);
    if (strcmp(hex, wrt_json_get_text(row, "sha256", "")) != 0)
        note_row(a, seq, id_of(row), "was not read as its own hash says");
    if (rows->n == rows->room) {
        rows->room = rows->room > 0 ? 2 * rows->room : 64;
        rows->item = wrt_realloc(rows->item, rows->room * sizeof *rows->item);
    }
    rows->item[rows->n++] = (wrt_attest_read_row){wrt_json_copy(row), seq};
}

static int compare_ids(const void *x, const void *y) {
    const wrt_attest_read_row *a = x, *b = y;
    int order = strcmp(id_of(a->row), id_of(b->row));
    return order != 0 ? order : (a->seq > b->seq) - (a->seq < b->seq);
}

/* Each row once, as it was read first. */
static void merge(wrt_attest *a) {
    wrt_attest_rows *rows = &a->read_rows;
    size_t kept = 0;
    if (rows->n > 0)
        qsort(rows->item, rows->n, sizeof *rows->item, compare_ids);
    for (size_t i = 0; i < rows->n; i++) {
        wrt_attest_read_row *last = kept > 0 ? &rows->item[kept - 1] : NULL;
        if (last == NULL || strcmp(id_of(last->row), id_of(rows->item[i].row)) != 0) {
            rows->item[kept++] = rows->item[i];
            continue;
        }
        if (!wrt_json_equal(last->row, rows->item[i].row))
            note_row(a, rows->item[i].seq, id_of(last->row), "was read otherwise before");
        wrt_json_free(rows->item[i].row);
    }
    rows->n = kept;
}

static const wrt_attest_read_row *find_row(const wrt_attest *a, const char *id) {
    size_t low = 0, high = a->read_rows.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const wrt_attest_read_row *at = &a->read_rows.item[middle];
        int order = strcmp(id_of(at->row), id);
        if (order == 0)
            return at;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- the auditor's own graph */

/* Rows of one id each: the same ones. Their content is what their hashes say. */
static bool same_rows(const wrt_json *found, const wrt_json *again) {
    bool by_id = wrt_json_is(found, WRT_JSON_OBJECT);
    const wrt_json *next = wrt_json_first(again);
    WRT_JSON_EACH(row, found) {
        const wrt_json *other = by_id ? wrt_json_get(again, wrt_json_key(row)) : next;
        if (other == NULL || strcmp(id_of(row), id_of(other)) != 0 ||
            !wrt_json_equal(wrt_json_get(row, "sha256"), wrt_json_get(other, "sha256")))
            return false;
        next = wrt_json_next(next);
    }
    return next == NULL;
}

static void look_again(wrt_attest *a, const wrt_json *event, const wrt_json *found) {
    const wrt_json *body = wrt_json_get(event, "body"), *query = wrt_json_get(body, "query");
    bool is_between = strcmp(wrt_json_get_text(body, "what", ""), "between") == 0;
    wrt_json *again = NULL;
    if (a->with == NULL || a->with->kg == NULL || found == NULL)
        return;
    wrt_status status = is_between ? wrt_rows_look_between(&again, query, a->with->kg, NULL)
                                   : wrt_confirm_look_edges(&again, query, a->with->kg, NULL);
    if (status != WRT_OK || !same_rows(found, again))
        note_fault(a, wrt_json_get_int(event, "seq", -1),
                   "the graph given holds other rows than were found here");
    wrt_json_free(again);
}

/* ---- what a tool told of the same rows */

/* The edge of a path, as kg_paths gives it. */
static void take_told(wrt_attest *a, const wrt_json *edge, int64_t seq) {
    static const char *const marks[] = {"retracted_publications", "support_retracted"};
    const wrt_attest_read_row *read = find_row(a, id_of(edge));
    if (read == NULL ||
        !wrt_json_equal(wrt_json_get(edge, "sha256"), wrt_json_get(read->row, "sha256")))
        return;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const wrt_json *told = wrt_json_get(edge, marks[i]),
                       *row = wrt_json_get(read->row, marks[i]);
        if ((told != NULL || row != NULL) && !wrt_json_equal(told, row))
            note_row(a, read->seq > seq ? read->seq : seq, id_of(edge),
                     "was read otherwise by a tool");
    }
    WRT_JSON_EACH(id, wrt_json_get(edge, "contradicted_by"))
    if (wrt_json_text(id) != NULL) {
        if (wrt_json_get(a->read_rows.told, id_of(edge)) == NULL)
            wrt_json_set(a->read_rows.told, id_of(edge), wrt_json_new_array());
        wrt_json_push_text(wrt_json_get_mut(a->read_rows.told, id_of(edge)), wrt_json_text(id));
    }
}

static void take_paths(wrt_attest *a, const wrt_json *event, const wrt_json *body) {
    wrt_json *result = wrt_attest_read_result(a, body);
    WRT_JSON_EACH(path, wrt_json_get(result, "data")) {
        WRT_JSON_EACH(edge, wrt_json_get(path, "edges"))
        take_told(a, edge, wrt_json_get_int(event, "seq", -1));
    }
    wrt_json_free(result);
}

/* A tool of the program's own, by what the run says of it; any other may say what it likes. */
static bool is_own_tool(const wrt_attest *a, const char *name) {
    wrt_json *reference = wrt_json_new_object(), *tools;
    const wrt_json *blob = wrt_json_get(a->start, "tool_descriptions");
    bool is_own = false;
    wrt_json_set(reference, "blob", blob != NULL ? wrt_json_copy(blob) : NULL);
    tools = wrt_attest_read_result(a, reference);
    WRT_JSON_EACH(tool, tools)
    is_own = is_own || (strcmp(wrt_json_get_text(tool, "name", ""), name) == 0 &&
                        wrt_json_get_bool(tool, "trusted", false));
    wrt_json_free(tools);
    wrt_json_free(reference);
    return is_own;
}

static bool is_lookup_of(const wrt_json *event, const char *what) {
    return strcmp(wrt_json_get_text(event, "type", ""), "lookup") == 0 &&
           strcmp(wrt_json_get_text(wrt_json_get(event, "body"), "what", ""), what) == 0;
}

void wrt_attest_read_rows(wrt_attest *a) {
    a->read_rows = (wrt_attest_rows){.told = wrt_json_new_object(), .fault_seq = -1};
    WRT_JSON_EACH(event, a->events) {
        if (!is_lookup_of(event, "edges") && !is_lookup_of(event, "between"))
            continue;
        wrt_json *found = wrt_attest_read_result(a, wrt_json_get(event, "body"));
        WRT_JSON_EACH(row, found)
        take_row(a, row, wrt_json_get_int(event, "seq", -1));
        look_again(a, event, found);
        wrt_json_free(found);
    }
    merge(a);
    bool is_own = is_own_tool(a, "kg_paths");
    WRT_JSON_EACH(event, a->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (is_own && strcmp(wrt_json_get_text(event, "type", ""), "tool.result") == 0 &&
            strcmp(wrt_json_get_text(body, "tool", ""), "kg_paths") == 0)
            take_paths(a, event, body);
    }
}

void wrt_attest_free_rows(wrt_attest *a) {
    for (size_t i = 0; i < a->read_rows.n; i++)
        wrt_json_free(a->read_rows.item[i].row);
    free(a->read_rows.item);
    wrt_json_free(a->read_rows.told);
}

/* ---- what speaks against a claim */

/* The evidence that is about this row, recorded before the event under check; NULL: none. */
static const wrt_json *evidence_of(const wrt_attest *a, const char *row) {
    for (size_t i = 0; i < a->evidence.n; i++) {
        const wrt_json *event = a->evidence.item[i].event, *body = wrt_json_get(event, "body");
        if (wrt_json_get_int(event, "seq", INT64_MAX) < a->seq &&
            strcmp(wrt_json_get_text(wrt_json_get(body, "locator"), "edge", ""), row) == 0)
            return body;
    }
    return NULL;
}

static bool stands_beside(wrt_attest *a, const wrt_json *claim, const char *row) {
    const wrt_json *evidence = evidence_of(a, row);
    if (evidence != NULL && (wrt_json_get_bool(evidence, "retracted", false) ||
                             wrt_claim_is_rebuttal(claim, id_of(evidence))))
        return true;
    return wrt_attest_fail(a,
                           "claim %s: edge %s, which the run read, speaks against it and is not "
                           "among its rebuttals",
                           id_of(claim), row);
}

bool wrt_attest_opposed(wrt_attest *a, const wrt_json *claim, const wrt_json *row) {
    size_t n = 0; /* between its ends */
    for (size_t i = 0; i < a->read_rows.n; i++) {
        const wrt_json *other = a->read_rows.item[i].row;
        n += (strcmp(end_of(other, "subject"), end_of(row, "subject")) == 0 &&
              strcmp(end_of(other, "object"), end_of(row, "object")) == 0) ||
             (strcmp(end_of(other, "subject"), end_of(row, "object")) == 0 &&
              strcmp(end_of(other, "object"), end_of(row, "subject")) == 0);
    }
    if (n >= WRT_ROWS_BETWEEN_MAX || wrt_json_get_number(row, "sign", 0.0) == 0)
        return true; /* not all of them were looked at, or nothing can oppose it */
    for (size_t i = 0; i < a->read_rows.n; i++)
        if (wrt_rows_oppose(row, a->read_rows.item[i].row) &&
            !stands_beside(a, claim, id_of(a->read_rows.item[i].row)))
            return false;
    WRT_JSON_EACH(id, wrt_json_get(a->read_rows.told, id_of(row)))
    if (!stands_beside(a, claim, wrt_json_text(id)))
        return false;
    return true;
}
