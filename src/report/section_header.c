/* section_header.c: the card on top: question, short answer, how strong it is, and whether the
 * record is whole. */
#include "report/claims.h"
#include "report/page.h"
#include "report/sections.h"

#include <stdio.h>
#include <string.h>

enum { SHORT_CLAIMS_MAX = 12 };

/* ---- badges */

static bool passed_all_levels(const wrt_json *audit) {
    bool passed = wrt_json_count(wrt_json_get(audit, "levels")) > 0;
    WRT_JSON_EACH(level, wrt_json_get(audit, "levels"))
    passed = passed && wrt_json_get_bool(level, "ok", false);
    return passed && wrt_json_is(wrt_json_get(audit, "first_failure"), WRT_JSON_NULL);
}

static int highest_level(const wrt_json *audit) {
    int64_t highest = 0;
    WRT_JSON_EACH(level, wrt_json_get(audit, "levels"))
    highest = wrt_json_get_int(level, "level", 0);
    return (int)highest;
}

static void add_chain_badge(wrt_buf *out, const wrt_report_source *s) {
    char text[96];
    size_t n = s->view->n_events;
    if (s->audit == NULL) {
        wrt_page_badge(out, WRT_BADGE_BAD, "record not checked when this page was made");
        return;
    }
    bool is_good =
        passed_all_levels(s->audit) && wrt_json_get_int(s->audit, "events", -1) == (int64_t)n;
    (void)snprintf(text, sizeof text,
                   is_good ? "%zu of %zu events verified, levels 1 to %d of 6"
                           : "record NOT VERIFIED",
                   n, n, highest_level(s->audit));
    wrt_page_badge(out, is_good ? WRT_BADGE_GOOD : WRT_BADGE_BAD, text);
}

static int highest_rung(const wrt_run_view *view) {
    int highest = 0;
    WRT_JSON_EACH(claim, wrt_json_get(view->answer, "claims")) {
        int rung = (int)wrt_json_get_int(claim, "rung", 0);
        if (wrt_report_leads(view, claim) && rung > highest)
            highest = rung;
    }
    return highest;
}

/* Whether the effect can be measured is a fact of the graph; an unmeasurable one is no fault. */
static void add_identification_badge(wrt_buf *out, const wrt_run_view *view) {
    const char *verdict =
        wrt_json_get_text(wrt_json_get(view->answer, "identification"), "text", NULL);
    if (verdict == NULL)
        return;
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "effect: %s", verdict);
    wrt_page_badge(out, WRT_BADGE_PLAIN, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

static void add_badges(wrt_buf *out, const wrt_report_source *s) {
    const char *status =
        wrt_json_get_text(s->view->answer, "status", "open: no answer was recorded");
    int rung = highest_rung(s->view);
    char text[96];
    wrt_buf_add_c(out, "<p class=\"badges\">\n");
    wrt_page_badge(out, strcmp(status, "answered") == 0 ? WRT_BADGE_GOOD : WRT_BADGE_BAD, status);
    if (rung > 0) {
        (void)snprintf(text, sizeof text, "rung %d of 3: %s", rung, wrt_report_rung_word(rung));
        wrt_page_badge(out, WRT_BADGE_PLAIN, text);
    }
    add_identification_badge(out, s->view);
    add_chain_badge(out, s);
    wrt_buf_add_c(out, "</p>\n");
}

/* ---- short answer */

static size_t count_contradictions(const wrt_json *claim) {
    size_t n = 0;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    n += strcmp(wrt_json_get_text(ground, "role", ""), "contradicts") == 0;
    return n;
}

static void add_claim_line(wrt_buf *out, const wrt_run_view *view, const wrt_json *claim) {
    size_t contradicted = count_contradictions(claim);
    wrt_buf_add_c(out, "<li>");
    wrt_page_text(out, wrt_json_get_text(claim, "text", "?"));
    wrt_buf_printf(out, " <span class=\"small\">(rung %d, certainty ",
                   (int)wrt_json_get_int(claim, "rung", 0));
    wrt_page_words(out, wrt_json_get_text(claim, "certainty", "not stated"));
    if (contradicted > 0)
        wrt_buf_printf(out, "; <strong>contradicted</strong> by %zu of %zu pieces of evidence",
                       contradicted, wrt_json_count(wrt_json_get(claim, "grounds")));
    wrt_buf_add_c(out, "; ");
    wrt_report_link_claim(out, view, wrt_json_get_text(claim, "id", "?"));
    wrt_buf_add_c(out, ")</span></li>\n");
}

static void add_not_computed(wrt_buf *out, const wrt_json *missing) {
    if (missing == NULL)
        return;
    wrt_buf_add_c(out, "<p><strong>Not computed</strong>: ");
    wrt_page_text(out, wrt_json_get_text(missing, "what", "?"));
    wrt_buf_add_c(out, "; because: ");
    wrt_page_text(out, wrt_json_get_text(missing, "why", "no reason recorded"));
    wrt_buf_add_c(out, "</p>\n");
}

static void add_short_answer(wrt_buf *out, const wrt_run_view *view) {
    size_t n = 0;
    wrt_page_paragraph(out, wrt_json_get_text(view->answer, "escalation", NULL));
    wrt_page_paragraph(out, wrt_json_get_text(view->answer, "reason", NULL));
    add_not_computed(out, wrt_json_get(view->answer, "not_computed"));
    if (wrt_json_count(wrt_json_get(view->answer, "claims")) == 0) {
        wrt_page_paragraph(out, "The run released no claim.");
        return;
    }
    wrt_page_paragraph(out, wrt_json_count(wrt_json_get(view->answer, "hypotheses")) > 0
                                ? "Hypotheses on record, none of them proof of an effect:"
                                : "Short answer:");
    wrt_buf_add_c(out, "<ol class=\"answer\">\n");
    WRT_JSON_EACH(claim, wrt_json_get(view->answer, "claims"))
    if (wrt_report_leads(view, claim) && n++ < SHORT_CLAIMS_MAX)
        add_claim_line(out, view, claim);
    wrt_buf_add_c(out, "</ol>\n");
    if (n > SHORT_CLAIMS_MAX)
        wrt_buf_printf(out, "<p>%zu more stand in the <a href=\"#record\">record</a>.</p>\n",
                       n - SHORT_CLAIMS_MAX);
}

/* ---- the facts of the run */

static void add_entity(wrt_buf *out, const char *role, const wrt_json *entity) {
    const char *name = wrt_json_get_text(entity, "name", wrt_json_text(entity));
    if (name == NULL)
        return;
    wrt_buf_printf(out, "<dt>%s</dt><dd>", role);
    wrt_page_text(out, name);
    if (wrt_json_get_text(entity, "id", NULL) != NULL) {
        wrt_buf_add_c(out, " (");
        wrt_page_text(out, wrt_json_get_text(entity, "id", "?"));
        wrt_buf_add_c(out, ")");
    }
    wrt_buf_add_c(out, "</dd>\n");
}

static void add_code_pair(wrt_buf *out, const char *name, const char *text) {
    wrt_buf_printf(out, "<dt>%s</dt><dd><code>", name);
    wrt_page_text(out, text);
    wrt_buf_add_c(out, "</code></dd>\n");
}

static void add_levels(wrt_buf *out, const wrt_json *audit) {
    const char *failure = wrt_json_get_text(wrt_json_get(audit, "first_failure"), "message", NULL);
    if (failure != NULL)
        wrt_page_pair(out, "What is wrong", failure);
    WRT_JSON_EACH(level, wrt_json_get(audit, "levels")) {
        wrt_buf_printf(out, "<dt>Level %d</dt><dd>%s, ", (int)wrt_json_get_int(level, "level", 0),
                       wrt_json_get_bool(level, "ok", false) ? "passed" : "did not pass");
        wrt_page_text(out, wrt_json_get_text(level, "name", "?"));
        wrt_buf_add_c(out, ": ");
        wrt_page_text(out, wrt_json_get_text(level, "detail", ""));
        wrt_buf_add_c(out, "</dd>\n");
    }
}

static void add_facts(wrt_buf *out, const wrt_report_source *s) {
    const wrt_json *start = s->view->start;
    wrt_buf_add_c(out, "<dl class=\"small\">\n");
    add_entity(out, "Treatment", wrt_json_get(s->view->frame, "treatment"));
    add_entity(out, "Outcome", wrt_json_get(s->view->frame, "outcome"));
    wrt_page_pair(out, "Run", s->view->run);
    wrt_page_pair(out, "Started",
                  wrt_json_get_text(wrt_json_get(s->view->first, "meta"), "ts", "not stated"));
    wrt_page_pair(out, "Program", wrt_json_get_text(start, "program", "not stated"));
    wrt_page_pair(out, "Model", wrt_json_get_text(s->view->answer, "model", "not stated"));
    add_code_pair(out, "Head", wrt_json_get_text(s->audit, "root", "not known"));
    add_code_pair(out, "Signed by", wrt_json_get_text(s->audit, "key", "not known"));
    wrt_buf_add_c(out, "<dt>Check it</dt><dd><code>warrant audit verify ");
    wrt_page_text(out, s->view->run);
    wrt_buf_add_c(out, "</code> (this page proves nothing by itself)</dd>\n</dl>\n");
    wrt_page_details(out, "What was checked, and with what the run worked");
    wrt_buf_add_c(out, "<dl class=\"small\">\n");
    add_levels(out, s->audit);
    add_code_pair(out, "Policy",
                  wrt_json_get_text(wrt_json_get(start, "policy"), "sha256", "not stated"));
    add_code_pair(out, "Graph snapshot", wrt_json_get_text(start, "kg_snapshot", "not stated"));
    add_code_pair(out, "Program digest", wrt_json_get_text(start, "program_sha256", "not stated"));
    wrt_buf_add_c(out, "</dl>\n");
    wrt_page_details_end(out);
}

void wrt_report_add_header(wrt_buf *out, const wrt_report_source *s) {
    const char *type = wrt_json_get_text(s->view->answer, "type", NULL);
    wrt_buf_add_c(out, "<header>\n<div class=\"card\">\n<p class=\"kicker\">Warrant report");
    if (type != NULL) {
        wrt_buf_add_c(out, ", question of type ");
        wrt_page_text(out, type);
    }
    wrt_buf_add_c(out, "</p>\n<h1>");
    wrt_page_text(out, wrt_json_get_text(s->view->start, "question", "(no question)"));
    wrt_buf_add_c(out, "</h1>\n");
    add_badges(out, s);
    add_short_answer(out, s->view);
    add_facts(out, s);
    wrt_buf_add_c(out, "</div>\n</header>\n");
}
