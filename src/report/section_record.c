/* section_record.c: from each claim down to bytes: claim, evidence, event, hash; then what tools
 * answered and what models were asked, as recorded.
 *
 * The leaf hash of an event is the "prev" of the one after it. Raw texts share a budget, so that a
 * page stays small; what is cut is counted and stands in the record. */
#include "base/arena.h"
#include "report/claims.h"
#include "report/page.h"
#include "report/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLAIMS_MAX = 200,
    EVENT_ROWS_MAX = 400,
    RAW_ITEM_MAX = 6 << 10,   /* bytes of one raw text */
    RAW_TOTAL_MAX = 64 << 10, /* of all of them */
    LINE_COLUMNS = 110,
    DEPTH_MAX = 8
};

/* ---- events */

/* The event of a type whose body has this id; the last one. */
static const wrt_json *find_event(const wrt_run_view *view, const char *type, const char *id) {
    const wrt_json *found = NULL;
    WRT_JSON_EACH(event, view->events)
    if (strcmp(wrt_json_get_text(event, "type", ""), type) == 0 &&
        strcmp(wrt_json_get_text(wrt_json_get(event, "body"), "id", ""), id) == 0)
        found = event;
    return found;
}

/* "event 31, leaf hash 3f0a...". */
static void add_event(wrt_buf *out, const wrt_json *event) {
    const char *hash = event != NULL ? wrt_json_get_text(wrt_json_next(event), "prev", NULL) : NULL;
    if (event == NULL) {
        wrt_buf_add_c(out, "no event");
        return;
    }
    wrt_buf_printf(out, "event %lld", (long long)wrt_json_get_int(event, "seq", -1));
    if (hash == NULL)
        return;
    wrt_buf_add_c(out, ", leaf hash <code>");
    wrt_page_text(out, hash);
    wrt_buf_add_c(out, "</code>");
}

/* ---- claims */

static void add_ground(wrt_buf *out, const wrt_run_view *view, const wrt_json *ground) {
    const char *id = wrt_json_get_text(ground, "evidence", "?");
    const wrt_json *evidence = wrt_run_view_by_id(NULL, wrt_json_get(view->answer, "evidence"), id);
    wrt_buf_add_c(out, "<li>");
    wrt_report_link_evidence(out, view, id);
    wrt_buf_add_c(out, " (");
    wrt_page_text(out, wrt_json_get_text(ground, "role", "?"));
    wrt_buf_add_c(out, "): ");
    add_event(out, find_event(view, "evidence", id));
    wrt_buf_add_c(out, "; bytes <code>");
    wrt_page_text(out, wrt_json_get_text(evidence, "sha256", "not stated"));
    wrt_buf_add_c(out, "</code></li>\n");
}

static void add_claim_facts(wrt_buf *out, const wrt_run_view *view, const wrt_json *claim) {
    const char *decision = wrt_json_get_text(claim, "decision", "?");
    wrt_buf_add_c(out, "<dl class=\"small\">\n<dt>Rung</dt><dd>");
    wrt_report_add_rung(out, claim);
    wrt_buf_add_c(out, "</dd>\n");
    wrt_buf_add_c(out, "<dt>Certainty</dt><dd>");
    wrt_report_add_certainty(out, claim);
    wrt_buf_add_c(out, "</dd>\n");
    wrt_page_pair(out, "Population", wrt_json_get_text(claim, "population", "not stated"));
    wrt_buf_add_c(out, "<dt>Warrant</dt><dd>");
    wrt_report_add_warrant(out, claim);
    wrt_buf_add_c(out, "</dd>\n<dt>Limits</dt><dd>");
    wrt_page_list(out, wrt_json_get(claim, "limits"), "; ");
    wrt_buf_add_c(out, "</dd>\n");
    if (wrt_json_count(wrt_json_get(claim, "labels")) > 0) {
        wrt_buf_add_c(out, "<dt>Marked</dt><dd>");
        wrt_page_list(out, wrt_json_get(claim, "labels"), ", ");
        wrt_buf_add_c(out, "</dd>\n");
    }
    wrt_buf_add_c(out, "<dt>Recorded as</dt><dd>");
    add_event(out, find_event(view, "claim", wrt_json_get_text(claim, "id", "")));
    wrt_buf_add_c(out, "</dd>\n<dt>Allowed by</dt><dd>decision ");
    wrt_page_text(out, decision);
    wrt_buf_add_c(out, ", ");
    add_event(out, find_event(view, "policy.decision", decision));
    wrt_buf_add_c(out, "</dd>\n</dl>\n");
}

static void add_claim(wrt_buf *out, const wrt_run_view *view, const wrt_json *claim, size_t index) {
    wrt_buf_printf(out, "<details id=\"claim-%zu\">\n<summary>", index + 1);
    wrt_page_text(out, wrt_json_get_text(claim, "id", "?"));
    wrt_buf_add_c(out, ": ");
    wrt_page_text(out, wrt_json_get_text(claim, "text", ""));
    wrt_buf_add_c(out, "</summary>\n");
    add_claim_facts(out, view, claim);
    wrt_buf_add_c(out, "<p class=\"small\">Rests on:</p>\n<ul class=\"small\">\n");
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    add_ground(out, view, ground);
    wrt_buf_add_c(out, "</ul>\n");
    wrt_page_details_end(out);
}

static void add_claims(wrt_buf *out, const wrt_run_view *view) {
    const wrt_json *claims = wrt_json_get(view->answer, "claims");
    size_t released = wrt_json_count(claims), index = 0;
    wrt_page_heading(out, "From claims to bytes");
    if (released == 0)
        wrt_page_paragraph(out, "The run released no claim.");
    WRT_JSON_EACH(claim, claims) {
        if (index < CLAIMS_MAX)
            add_claim(out, view, claim, index);
        index++;
    }
    if (released > CLAIMS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu claims.</p>\n", released - CLAIMS_MAX);
    if (view->n_claims > released)
        wrt_buf_printf(out, "<p>%zu recorded claims were not released.</p>\n",
                       view->n_claims - released);
}

/* ---- raw texts */

/* Shows what the budget allows and takes it from there. */
static void add_raw_text(wrt_buf *out, const char *text, size_t *budget) {
    size_t most = *budget < RAW_ITEM_MAX ? *budget : RAW_ITEM_MAX, len = strlen(text);
    wrt_page_code(out, text, most);
    *budget -= len < most ? len : most;
}

/* JSON with a line for whatever is short enough, and no deeper than people follow. */
static void write_folded(wrt_buf *out, const wrt_json *value, int depth) {
    bool is_object = wrt_json_is(value, WRT_JSON_OBJECT);
    wrt_buf line = wrt_buf_make(WRT_RESULTS_BLOB_MAX);
    size_t n = 0;
    wrt_json_write(&line, value);
    bool fits = line.len <= LINE_COLUMNS || depth == DEPTH_MAX || wrt_json_count(value) == 0;
    if (fits)
        wrt_buf_add_str(out, wrt_buf_str(&line));
    wrt_buf_free(&line);
    if (fits)
        return;
    wrt_buf_add_c(out, is_object ? "{" : "[");
    WRT_JSON_EACH(item, value) {
        wrt_buf_printf(out, "%s\n%*s", n++ > 0 ? "," : "", 2 * depth + 2, "");
        if (is_object) {
            wrt_json_write_string(out, wrt_str_of(wrt_json_key(item)));
            wrt_buf_add_c(out, ": ");
        }
        write_folded(out, item, depth + 1);
    }
    wrt_buf_printf(out, "\n%*s%s", 2 * depth, "", is_object ? "}" : "]");
}

static void add_raw(wrt_buf *out, const char *name, const wrt_json *value, size_t *budget) {
    wrt_buf text = wrt_buf_make(WRT_RESULTS_BLOB_MAX);
    if (value == NULL)
        return;
    if (wrt_json_text(value) != NULL)
        wrt_buf_add_c(&text, wrt_json_text(value));
    else
        write_folded(&text, value, 0);
    wrt_buf_printf(out, "<p class=\"small\">%s</p>\n", name);
    if (text.overflow)
        wrt_page_paragraph(out, "Too large for this page.");
    else
        add_raw_text(out, wrt_buf_str(&text).ptr, budget);
    wrt_buf_free(&text);
}

static void add_result(wrt_buf *out, const wrt_run_result *r, size_t *budget) {
    char numbers[64];
    wrt_buf summary = wrt_buf_make(WRT_KIB(64));
    (void)snprintf(numbers, sizeof numbers, "events %lld and %lld", (long long)r->call_seq,
                   (long long)r->seq);
    wrt_buf_printf(&summary, "%s: %s, step %s, %s", numbers, r->tool, r->step, r->status);
    wrt_page_details(out, wrt_buf_str(&summary).ptr);
    add_raw(out, "Arguments", r->args, budget);
    add_raw(out, "Result", r->result, budget);
    if (r->blob != NULL) {
        wrt_buf_printf(out, "<p class=\"small\">%lld bytes, SHA-256 <code>", (long long)r->bytes);
        wrt_page_text(out, r->blob);
        wrt_buf_add_c(out, r->result != NULL ? "</code></p>\n"
                                             : "</code>; they could not be read here.</p>\n");
    }
    wrt_page_details_end(out);
    wrt_buf_free(&summary);
}

static void add_results(wrt_buf *out, const wrt_run_results *results, size_t *budget) {
    wrt_page_heading(out, "What tools answered");
    if (results->n == 0) {
        wrt_page_paragraph(out, "No tool answered.");
        return;
    }
    wrt_page_paragraph(out, "Raw data as recorded: words of sources and tools, to which the rules "
                            "on wording of claims were not applied.");
    for (size_t i = 0; i < results->n; i++)
        add_result(out, &results->list[i], budget);
}

static bool is_type(const wrt_json *event, const char *type) {
    return strcmp(wrt_json_get_text(event, "type", ""), type) == 0;
}

/* The prompt in full, then everything else that the request said. */
static void add_request(wrt_buf *out, const wrt_json *event, size_t *budget) {
    const wrt_json *body = wrt_json_get(event, "body");
    char summary[160];
    (void)snprintf(summary, sizeof summary, "event %lld: request %.80s",
                   (long long)wrt_json_get_int(event, "seq", -1),
                   wrt_json_get_text(body, "purpose", wrt_json_get_text(body, "tool", "")));
    summary[wrt_utf8_valid_prefix(wrt_str_of(summary))] = '\0';
    wrt_page_details(out, summary);
    add_raw(out, "System", wrt_json_get(body, "system"), budget);
    add_raw(out, "User", wrt_json_get(body, "user"), budget);
    add_raw(out, "Options", wrt_json_get(body, "options"), budget);
    if (wrt_json_get(body, "user") == NULL)
        add_raw(out, "Request", body, budget);
    wrt_page_details_end(out);
}

static void add_response(wrt_buf *out, const wrt_json *event, size_t *budget) {
    char summary[64];
    (void)snprintf(summary, sizeof summary, "event %lld: response",
                   (long long)wrt_json_get_int(event, "seq", -1));
    wrt_page_details(out, summary);
    add_raw(out, "Response", wrt_json_get(event, "body"), budget);
    wrt_page_details_end(out);
}

static void add_model(wrt_buf *out, const wrt_run_view *view, size_t *budget) {
    size_t n = 0;
    wrt_page_heading(out, "What language models were asked");
    WRT_JSON_EACH(event, view->events) {
        if (is_type(event, "model.request") || is_type(event, "llm.request"))
            add_request(out, event, budget);
        else if (is_type(event, "model.response") || is_type(event, "llm.response"))
            add_response(out, event, budget);
        else
            continue;
        n++;
    }
    if (n == 0)
        wrt_page_paragraph(out, "No language model was asked.");
}

/* ---- all events */

/* What an event is about, in a few of its own words; never a claim's text, which only a released
 * answer may show. */
static void add_about(wrt_buf *out, const wrt_json *body) {
    static const char *const shown[] = {"id",      "phase",   "step",   "tool", "decision",
                                        "purpose", "outcome", "status", "kind"};
    size_t n = 0;
    wrt_buf_add_c(out, "<td>");
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const char *value = wrt_json_get_text(body, shown[i], NULL);
        if (value == NULL)
            continue;
        wrt_buf_printf(out, "%s%s ", n++ > 0 ? ", " : "", shown[i]);
        wrt_page_text(out, value);
    }
    wrt_buf_add_c(out, "</td>");
}

static void add_event_row(wrt_buf *out, const wrt_json *event) {
    const char *hash = wrt_json_get_text(wrt_json_next(event), "prev", "the head covers it");
    wrt_buf_printf(out, "<tr><th scope=\"row\">%lld</th>",
                   (long long)wrt_json_get_int(event, "seq", -1));
    wrt_page_cell(out, wrt_json_get_text(event, "type", "?"));
    wrt_page_cell(out, wrt_json_get_text(wrt_json_get(event, "meta"), "ts", ""));
    add_about(out, wrt_json_get(event, "body"));
    wrt_buf_add_c(out, "<td><code>");
    wrt_page_text(out, hash);
    wrt_buf_add_c(out, "</code></td>");
    wrt_page_row_end(out);
}

static void add_events(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"Event", "Kind", "When (UTC)", "About", "Leaf hash", NULL};
    size_t n = 0;
    wrt_page_details(out, "Every event of the run");
    wrt_page_table(out, "Events as recorded, each with the hash that the next one names", heads);
    WRT_JSON_EACH(event, view->events)
    if (n++ < EVENT_ROWS_MAX)
        add_event_row(out, event);
    wrt_page_table_end(out);
    if (n > EVENT_ROWS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu events.</p>\n", n - EVENT_ROWS_MAX);
    wrt_page_details_end(out);
}

void wrt_report_add_record(wrt_buf *out, const wrt_report_source *s) {
    size_t budget = RAW_TOTAL_MAX;
    wrt_page_section(out, "record", "Record");
    wrt_buf_add_c(out, "<p>All of it: <code>warrant run show ");
    wrt_page_text(out, s->view->run);
    wrt_buf_add_c(out, " --json</code>; to hand on with proofs: <code>warrant run export ");
    wrt_page_text(out, s->view->run);
    wrt_buf_add_c(out, " -o FOLDER</code>.</p>\n");
    add_claims(out, s->view);
    add_results(out, s->results, &budget);
    add_model(out, s->view, &budget);
    add_events(out, s->view);
    wrt_page_section_end(out);
}
