/* quotes.c: the literature on a question: sentences for and against, and one claim for each
 * direction that they state.
 *
 * Spec: {"make":"quotes","query":step,"search":step,"papers":step,"records":step}. A claim of kind
 * "literature" has "direction"; its grounds are the sentences of that direction, its rebuttals all
 * that state another. Rung 2 and the warrant interventional_evidence need a sentence in which a
 * randomised trial states an effect of its own (literature/quote.h); all else is rung 1. */
#include "agent/answer/answer_text.h"
#include "agent/claims/wording.h"
#include "agent/literature/agreement.h"
#include "agent/literature/weigh.h"
#include "agent/makers/maker.h"

#include <stdio.h>
#include <string.h>

enum { DIRECTIONS = 4 };

static const char *const directions[DIRECTIONS] = {"no_effect", "lowers", "raises", "unclear"};

static const wrt_json *step_of(const wrt_conclusion *c, const wrt_json *spec, const char *name) {
    return wrt_json_get(c->scope, wrt_json_get_text(spec, name, name));
}

static bool row_is(const wrt_json *row, const char *direction) {
    return strcmp(wrt_json_get_text(row, "direction", ""), direction) == 0;
}

static size_t count_rows(const wrt_agreement *table, const char *direction) {
    size_t n = 0;
    WRT_JSON_EACH(row, table->quotes)
    n += row_is(row, direction);
    return n;
}

/* ---- reading */

/* A search that could not be made is no search that found nothing. */
static wrt_status check_search(const wrt_json *hits, const char *query, wrt_err *err) {
    const char *status = wrt_json_get_text(hits, "status", "error");
    const wrt_json *error = wrt_json_get(hits, "error");
    const char *message = wrt_json_get_text(error, "message", "it was not made");
    if (strcmp(status, "gated") == 0)
        return wrt_fail(err, WRT_E_DENIED, "the literature on \"%s\" was not searched: %s", query,
                        message);
    if (strcmp(wrt_json_get_text(error, "code", ""), "no_store") == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the literature on \"%s\" was not looked up: %s",
                        query, message);
    if (strcmp(status, "error") == 0)
        return wrt_fail(err, WRT_E_FAILED, "the literature on \"%s\" was not searched: %s", query,
                        message);
    return WRT_OK;
}

static bool is_disease(const wrt_json *entity) {
    const char *kind = wrt_json_get_text(entity, "kind", "");
    return strcmp(kind, "Disease") == 0 || strcmp(kind, "PhenotypicFeature") == 0 ||
           strcmp(kind, "SideEffect") == 0 || strcmp(kind, "Symptom") == 0;
}

static wrt_status read_names(wrt_agreement *table, const wrt_conclusion *c, wrt_err *err) {
    const wrt_json *frame = wrt_json_get(c->scope, "frame");
    table->outcome_is_disease = is_disease(wrt_json_get(frame, "outcome"));
    wrt_status status = wrt_library_names(&table->treatment, &c->claims->library, c->turn,
                                          wrt_json_get(frame, "treatment"), err);
    if (status == WRT_OK)
        status = wrt_library_names(&table->outcome, &c->claims->library, c->turn,
                                   wrt_json_get(frame, "outcome"), err);
    return status;
}

static wrt_status read_papers(wrt_agreement *table, const wrt_conclusion *c, const wrt_json *spec,
                              wrt_err *err) {
    const wrt_json *papers = wrt_json_path(step_of(c, spec, "papers"), "data.pmids");
    wrt_status status = read_names(table, c, err);
    table->fetched = wrt_json_get(step_of(c, spec, "records"), "data");
    table->step = wrt_json_get_text(spec, "records", "records");
    WRT_JSON_EACH(pmid, papers) {
        if (status == WRT_OK && wrt_json_text(pmid) != NULL)
            status = wrt_agreement_read(table, wrt_json_text(pmid), err);
    }
    return status;
}

static void tell_papers(wrt_json *answer, const wrt_agreement *table, const wrt_json *query,
                        const wrt_json *hits) {
    wrt_json *out = wrt_json_new_object();
    const wrt_json *coverage = wrt_json_get(hits, "coverage");
    wrt_json_set_text(out, "query", wrt_json_get_text(wrt_json_get(query, "data"), "query", ""));
    wrt_json_set_text(out, "status", wrt_json_get_text(hits, "status", "?"));
    wrt_json_set(out, "coverage", coverage != NULL ? wrt_json_copy(coverage) : wrt_json_new_null());
    wrt_json_set_int(out, "read", (int64_t)table->read);
    wrt_json_set_int(out, "silent", (int64_t)table->silent);
    wrt_json_set_int(out, "missing", (int64_t)table->missing);
    wrt_json_set(out, "not_grounds", wrt_json_copy(table->not_grounds));
    wrt_json_set(out, "table", wrt_json_copy(table->quotes));
    wrt_json_set(answer, "literature", out);
}

/* ---- claims */

typedef struct {
    const wrt_agreement *table;
    const char *direction;
    bool is_interventional;
    size_t papers, animals; /* sentences of that direction; of these, about animals */
} group;

static group group_of(const wrt_agreement *table, const char *direction) {
    group g = {.table = table, .direction = direction};
    WRT_JSON_EACH(row, table->quotes) {
        if (!row_is(row, direction))
            continue;
        g.papers++;
        g.animals += wrt_json_get_bool(row, "animals", false);
        g.is_interventional |= wrt_json_get_bool(row, "interventional", false);
    }
    return g;
}

static const char *relation_of(const group *g) {
    if (strcmp(g->direction, "unclear") == 0)
        return "unknown";
    if (strcmp(g->direction, "no_effect") == 0)
        return "no_effect";
    if (!g->is_interventional)
        return "associated_with";
    return strcmp(g->direction, "lowers") == 0 ? "decreases" : "increases";
}

static void word(wrt_buf *out, const group *g, const wrt_json *claim) {
    const char *from = wrt_json_get_text(wrt_json_get(claim, "subject"), "name", "?");
    const char *to = wrt_json_get_text(wrt_json_get(claim, "object"), "name", "?");
    const char *papers = g->papers == 1 ? "sentence" : "sentences";
    if (strcmp(g->direction, "unclear") == 0)
        wrt_buf_printf(out, "%s and %s are named together in %zu %s no direction", from, to,
                       g->papers, g->papers == 1 ? "sentence that states" : "sentences that state");
    else if (strcmp(g->direction, "no_effect") == 0)
        wrt_buf_printf(out, "%s is not associated with %s in %zu %s", from, to, g->papers, papers);
    else if (g->is_interventional)
        wrt_buf_printf(out, "%s %s %s", from, relation_of(g), to);
    else
        wrt_buf_printf(out, "%s is associated with %s %s in %zu %s", from,
                       strcmp(g->direction, "lowers") == 0 ? "lower" : "higher", to, g->papers,
                       papers);
}

static void add_grounds(wrt_json *claim, const group *g) {
    WRT_JSON_EACH(row, g->table->quotes) {
        const char *id = wrt_json_get_text(row, "evidence", "?");
        if (row_is(row, g->direction))
            wrt_claim_add_ground(claim, id, row_is(row, "unclear") ? "context" : "supports");
        else if (!row_is(row, "unclear") && strcmp(g->direction, "unclear") != 0)
            wrt_claim_add_rebuttal(claim, id);
    }
}

static void set_warrant(wrt_json *claim, const group *g) {
    wrt_json *warrant = wrt_json_new_object(), *assumptions = wrt_json_new_array();
    wrt_json_set_text(warrant, "kind", g->is_interventional ? "interventional_evidence" : "none");
    if (g->is_interventional) {
        wrt_json_push_text(assumptions, "the abstract reports its trial faithfully");
        wrt_json_push_text(assumptions, "what held for the trial's participants holds for whom is "
                                        "asked about");
    }
    wrt_json_set(warrant, "assumptions", assumptions);
    wrt_json_set(claim, "warrant", warrant);
}

static void add_animals(wrt_json *limits, const group *g) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    wrt_buf_printf(&text, "%zu of %zu sentences are about animals", g->animals, g->papers);
    if (g->animals > 0)
        wrt_json_push(limits, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static void add_limits(wrt_json *claim, const group *g) {
    wrt_json *limits = wrt_json_get_mut(claim, "limits");
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    size_t independent = wrt_agreement_independent(g->table, g->direction, false);
    wrt_buf_printf(&text,
                   "%zu independent source%s (no first author and no registered trial in "
                   "common)",
                   independent, independent == 1 ? "" : "s");
    wrt_json_push(limits, wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
    wrt_json_push_text(limits, "titles and abstracts only, read by rules; a full text may say "
                               "otherwise");
    add_animals(limits, g);
    if (strcmp(g->direction, "no_effect") == 0)
        wrt_json_push_text(limits, "that none was found does not show that there is none");
    else if (!g->is_interventional && strcmp(g->direction, "unclear") != 0)
        wrt_json_push_text(limits, "no sentence is a randomised trial's own finding");
}

static const char *reason_of(const group *g) {
    return g->is_interventional ? "a randomised comparison states it as its own finding"
           : strcmp(g->direction, "unclear") == 0
               ? "named together, no direction stated"
               : "stated in the literature, not as a randomised trial's own finding";
}

static wrt_json *claim_of(wrt_claims *claims, const group *g, const wrt_json *frame) {
    wrt_json *claim = wrt_claim_new(claims, "literature", wrt_json_get(frame, "treatment"),
                                    wrt_json_get(frame, "outcome"));
    const wrt_certainty_grounds certainty = wrt_weigh_quotes(g->table, g->direction);
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    int sign = strcmp(g->direction, "lowers") == 0   ? -1
               : strcmp(g->direction, "raises") == 0 ? 1
                                                     : 0;
    wrt_json_set_text(claim, "direction", g->direction);
    wrt_json_set_text(claim, "relation", relation_of(g));
    wrt_json_set_int(claim, "rung", g->is_interventional ? 2 : 1);
    wrt_json_set_text(claim, "rung_reason", reason_of(g));
    wrt_json_set(claim, "polarity", sign != 0 ? wrt_json_new_int(sign) : wrt_json_new_null());
    if (g->is_interventional)
        wrt_json_set_text(claim, "population", "who took part in the quoted trials");
    add_grounds(claim, g);
    wrt_certainty_set(claim, &certainty);
    set_warrant(claim, g);
    add_limits(claim, g);
    word(&text, g, claim);
    wrt_json_set(claim, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
    return claim;
}

/* What speaks against the direction asked about comes first; what states none, only when nothing
 * else was said. */
static size_t order(const char *out[DIRECTIONS], const wrt_agreement *table, int want_sign) {
    const char *wanted = wrt_direction_name(wrt_direction_of_sign(want_sign));
    size_t n = 0;
    for (size_t i = 0; i + 1 < DIRECTIONS; i++)
        if (strcmp(directions[i], wanted) != 0 && count_rows(table, directions[i]) > 0)
            out[n++] = directions[i];
    if (strcmp(wanted, "unclear") != 0 && count_rows(table, wanted) > 0)
        out[n++] = wanted;
    if (n == 0 && count_rows(table, "unclear") > 0)
        out[n++] = "unclear";
    return n;
}

static wrt_status make_claims(wrt_conclusion *c, const wrt_agreement *table, wrt_err *err) {
    const wrt_json *frame = wrt_json_get(c->scope, "frame");
    const char *said[DIRECTIONS];
    size_t n = order(said, table, (int)wrt_json_get_int(frame, "want_sign", 0));
    wrt_json *ids = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        const group g = group_of(table, said[i]);
        const char *id = NULL;
        status = wrt_claims_admit(&id, c->claims, c->turn, claim_of(c->claims, &g, frame), err);
        if (id != NULL)
            wrt_json_push_text(ids, id);
    }
    if (status == WRT_OK && n > 0 && wrt_json_count(ids) == 0)
        status = wrt_fail(err, WRT_E_DENIED, "policy withheld every claim");
    wrt_json_set(wrt_json_get_mut(c->answer, "literature"), "claims", ids);
    return status;
}

static wrt_status nothing_said(const wrt_agreement *table, const wrt_json *answer, wrt_err *err) {
    const wrt_json *told = wrt_json_get(answer, "literature");
    const wrt_json *coverage = wrt_json_get(told, "coverage");
    return wrt_fail(err, WRT_E_NOT_FOUND,
                    "no sentence names both in the %zu papers read (%zu more are withdrawn or "
                    "preprints); looked for \"%s\", %lld of %lld papers that hold any of these "
                    "words were scored",
                    table->read, wrt_json_count(table->not_grounds),
                    wrt_json_get_text(told, "query", "?"),
                    (long long)wrt_json_get_int(coverage, "seen", 0),
                    (long long)wrt_json_get_int(coverage, "total", 0));
}

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    const wrt_json *hits = step_of(c, spec, "search");
    wrt_agreement table = {.claims = c->claims,
                           .turn = c->turn,
                           .quotes = wrt_json_new_array(),
                           .not_grounds = wrt_json_new_array()};
    const wrt_json *asked = wrt_json_get(step_of(c, spec, "query"), "data");
    wrt_status status = check_search(hits, wrt_json_get_text(asked, "query", "?"), err);
    if (status == WRT_OK)
        status = read_papers(&table, c, spec, err);
    if (status == WRT_OK)
        tell_papers(c->answer, &table, step_of(c, spec, "query"), hits);
    if (status == WRT_OK && wrt_json_count(table.quotes) == 0)
        status = nothing_said(&table, c->answer, err);
    if (status == WRT_OK)
        status = make_claims(c, &table, err);
    wrt_json_free(table.quotes);
    wrt_json_free(table.not_grounds);
    return status;
}

/* ---- text */

static void add_row(wrt_buf *out, const wrt_json *row, const wrt_json *answer) {
    const wrt_json *evidence =
        wrt_answer_find(wrt_json_get(answer, "evidence"), wrt_json_get_text(row, "evidence", ""));
    const wrt_json *source = wrt_json_get(evidence, "source");
    wrt_buf_printf(out, "     %-4s", wrt_json_get_text(row, "evidence", "?"));
    wrt_word_quotation(out, wrt_json_get_text(evidence, "text", "?"),
                       wrt_json_get_text(row, "pmid", "?"));
    wrt_buf_printf(out, "\n          %lld; %s%s\n", (long long)wrt_json_get_int(source, "year", 0),
                   wrt_json_get_text(source, "design", "?"),
                   wrt_json_get_bool(row, "interventional", false) ? ", its own finding"
                   : wrt_json_get_bool(row, "animals", false)      ? ", in animals"
                                                                   : "");
}

static void add_rows(wrt_buf *out, const wrt_json *answer, const char *direction,
                     const char *title) {
    size_t n = 0;
    WRT_JSON_EACH(row, wrt_json_path(answer, "literature.table")) {
        if (!row_is(row, direction))
            continue;
        if (n++ == 0)
            wrt_buf_printf(out, "\n%s\n", title);
        add_row(out, row, answer);
    }
}

/* The direction asked about is shown last of those that state one. */
static void add_table(wrt_buf *out, const wrt_json *answer) {
    static const char *const titles[DIRECTIONS] = {
        "Sentences that state no effect", "Sentences that state a decrease",
        "Sentences that state an increase", "Sentences that name both and state no direction"};
    int want = (int)wrt_json_get_int(wrt_json_get(answer, "frame"), "want_sign", 0);
    const char *wanted = wrt_direction_name(wrt_direction_of_sign(want));
    for (size_t i = 0; i + 1 < DIRECTIONS; i++)
        if (strcmp(directions[i], wanted) != 0)
            add_rows(out, answer, directions[i], titles[i]);
    for (size_t i = 0; i + 1 < DIRECTIONS; i++)
        if (strcmp(directions[i], wanted) == 0)
            add_rows(out, answer, directions[i], titles[i]);
    add_rows(out, answer, "unclear", titles[DIRECTIONS - 1]);
}

static void add_not_grounds(wrt_buf *out, const wrt_json *told) {
    const wrt_json *list = wrt_json_get(told, "not_grounds");
    if (wrt_json_count(list) > 0)
        wrt_buf_add_c(out, "\nFound, and no grounds\n");
    WRT_JSON_EACH(item, list)
    wrt_buf_printf(out, "     PMID %s: %s\n", wrt_json_get_text(item, "pmid", "?"),
                   wrt_json_get_text(item, "why", "?"));
}

static void render(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *told = wrt_json_get(answer, "literature");
    const wrt_json *coverage = wrt_json_get(told, "coverage");
    if (told == NULL)
        return;
    wrt_buf_printf(out,
                   "\nLooked for \"%s\": %s; %lld of %lld papers that hold any of these words were "
                   "scored, %lld read, %lld of them without a sentence on both.\n",
                   wrt_json_get_text(told, "query", ""), wrt_json_get_text(told, "status", "?"),
                   (long long)wrt_json_get_int(coverage, "seen", 0),
                   (long long)wrt_json_get_int(coverage, "total", 0),
                   (long long)wrt_json_get_int(told, "read", 0),
                   (long long)wrt_json_get_int(told, "silent", 0));
    wrt_buf_add_c(out, "\nWhat they say together\n\n");
    WRT_JSON_EACH(id, wrt_json_get(told, "claims"))
    wrt_answer_add_claim(out, "",
                         wrt_answer_find(wrt_json_get(answer, "claims"), wrt_json_text(id)));
    add_table(out, answer);
    add_not_grounds(out, told);
}

const wrt_maker wrt_maker_quotes = {"quotes", make, render};
