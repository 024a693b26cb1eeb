/* html.c: the page of one run, section by section, in the order in which a reader doubts: what was
 * asked and is the record whole, what is claimed and how strongly, on what evidence (what speaks
 * against it first), under which drawn graph, by which rules, in which steps, with which limits. */
#include "report/sections.h"

#include "report/page.h"
#include "report/report.h"

#include <string.h>

/* ---- header */

static void add_badge(wrt_buf *out, bool is_good, const char *text) {
    wrt_buf_printf(out, "<span class=\"badge %s\">%s ", is_good ? "good" : "bad",
                   is_good ? "&#10003;" : "&#10007;");
    wrt_page_text(out, text);
    wrt_buf_add_c(out, "</span>");
}

static bool passed_all_levels(const wrt_json *audit) {
    bool passed = wrt_json_count(wrt_json_get(audit, "levels")) > 0;
    WRT_JSON_EACH(level, wrt_json_get(audit, "levels"))
    passed = passed && wrt_json_get_bool(level, "ok", false);
    return passed && wrt_json_is(wrt_json_get(audit, "first_failure"), WRT_JSON_NULL);
}

static void add_chain(wrt_buf *out, const wrt_run_view *view, const wrt_json *audit) {
    const wrt_json *failure = wrt_json_get(audit, "first_failure");
    bool is_good = passed_all_levels(audit);
    wrt_buf_add_c(out, "<dt>Record</dt><dd>");
    if (audit == NULL)
        add_badge(out, false, "not checked when this page was made");
    else
        add_badge(out, is_good, is_good ? "chain verified" : "NOT VERIFIED");
    wrt_buf_printf(out, " %zu events", view->n_events);
    if (!is_good && wrt_json_get_text(failure, "message", NULL) != NULL) {
        wrt_buf_add_c(out, "; ");
        wrt_page_text(out, wrt_json_get_text(failure, "message", NULL));
    }
    wrt_buf_add_c(out, "</dd>\n");
    WRT_JSON_EACH(level, wrt_json_get(audit, "levels")) {
        wrt_buf_printf(out, "<dt>Level %d</dt><dd>%s, ", (int)wrt_json_get_int(level, "level", 0),
                       wrt_json_get_bool(level, "ok", false) ? "passed" : "did not pass");
        wrt_page_text(out, wrt_json_get_text(level, "name", "?"));
        wrt_buf_add_c(out, ": ");
        wrt_page_text(out, wrt_json_get_text(level, "detail", ""));
        wrt_buf_add_c(out, "</dd>\n");
    }
    wrt_page_pair(out, "Merkle root", wrt_json_get_text(audit, "root", "not known"));
    wrt_page_pair(out, "Signing key", wrt_json_get_text(audit, "key", "not known"));
    wrt_buf_add_c(out, "<dt>Check it</dt><dd><code>warrant audit verify ");
    wrt_page_text(out, view->run);
    wrt_buf_add_c(out, "</code> (this page proves nothing by itself)</dd>\n");
}

static void add_entity(wrt_buf *out, const char *role, const wrt_json *entity) {
    if (entity == NULL)
        return;
    wrt_buf_printf(out, "<dt>%s</dt><dd>", role);
    wrt_page_text(out, wrt_json_get_text(entity, "name", "?"));
    wrt_buf_add_c(out, " (");
    wrt_page_text(out, wrt_json_get_text(entity, "id", "?"));
    wrt_buf_add_c(out, ")</dd>\n");
}

static void add_header(wrt_buf *out, const wrt_run_view *view, const wrt_json *audit) {
    const wrt_json *start = view->start;
    const char *status = wrt_json_get_text(view->answer, "status", "open: no answer was recorded");
    wrt_buf_add_c(out, "<header>\n<h1>");
    wrt_page_text(out, wrt_json_get_text(start, "question", "(no question)"));
    wrt_buf_add_c(out, "</h1>\n<p>");
    add_badge(out, strcmp(status, "answered") == 0, status);
    wrt_buf_add_c(out, "</p>\n");
    wrt_page_paragraph(out, wrt_json_get_text(view->answer, "reason", NULL));
    wrt_buf_add_c(out, "<dl>\n");
    add_entity(out, "Treatment", wrt_json_get(view->frame, "treatment"));
    add_entity(out, "Outcome", wrt_json_get(view->frame, "outcome"));
    wrt_page_pair(out, "Run", view->run);
    wrt_page_pair(out, "Started",
                  wrt_json_get_text(wrt_json_get(view->first, "meta"), "ts", "not stated"));
    wrt_page_pair(out, "Program", wrt_json_get_text(start, "program", "not stated"));
    wrt_page_pair(out, "Model", wrt_json_get_text(view->answer, "model", "not stated"));
    wrt_page_pair(out, "Policy",
                  wrt_json_get_text(wrt_json_get(start, "policy"), "sha256", "not stated"));
    wrt_page_pair(out, "Graph snapshot", wrt_json_get_text(start, "kg_snapshot", "not stated"));
    add_chain(out, view, audit);
    wrt_buf_add_c(out, "</dl>\n</header>\n");
}

static void add_navigation(wrt_buf *out) {
    static const char *const parts[][2] = {
        {"claims", "Claims"},   {"evidence", "Evidence"}, {"graph", "Graph"},
        {"policy", "Policy"},   {"timeline", "Timeline"}, {"limits", "Limits"},
        {"sources", "Sources"},
    };
    wrt_buf_add_c(out, "<nav aria-label=\"Sections\"><p>");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        wrt_buf_printf(out, "<a href=\"#%s\">%s</a> ", parts[i][0], parts[i][1]);
    wrt_buf_add_c(out, "</p></nav>\n");
}

/* ---- graph */

static void add_edges(wrt_buf *out, const wrt_json *edges, const char *meaning) {
    WRT_JSON_EACH(edge, edges) {
        wrt_page_row(out);
        wrt_page_head_cell(out, wrt_json_text(wrt_json_at(edge, 0)));
        wrt_page_cell(out, meaning);
        wrt_page_cell(out, wrt_json_text(wrt_json_at(edge, 1)));
        wrt_page_row_end(out);
    }
}

static void add_graph(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"From", "Kind", "To", NULL};
    const wrt_json *data = wrt_json_path(view->graph, "result.data");
    const wrt_json *graph = wrt_json_get(data, "graph");
    wrt_page_section(out, "graph", "Drawn causal graph");
    if (graph == NULL || wrt_json_get(view->answer, "identification") == NULL) {
        wrt_page_paragraph(out, "No graph belongs to what was released.");
    } else {
        wrt_page_table(out, "Edges of the graph that identification was checked on", heads);
        add_edges(out, wrt_json_get(graph, "edges"), "\xe2\x86\x92 causes, as drawn");
        add_edges(out, wrt_json_get(graph, "bidirected"), "\xe2\x86\x94 latent common cause");
        wrt_page_table_end(out);
        wrt_page_paragraph(out, "Drawn from routes in the knowledge graph. An arrow is an "
                                "assumption of this run, not a finding.");
    }
    wrt_page_section_end(out);
}

/* ---- policy and timeline */

static bool is_decision(const wrt_json *event) {
    return strcmp(wrt_json_get_text(event, "type", ""), "policy.decision") == 0;
}

static void add_obligations(wrt_buf *out, const wrt_json *list) {
    wrt_buf_add_c(out, "<td>");
    WRT_JSON_EACH(obligation, list) {
        wrt_page_text(out, wrt_json_get_text(obligation, "type", "?"));
        wrt_buf_add_char(out, ' ');
    }
    wrt_buf_add_c(out, "</td>");
}

static void add_policy(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"Decision", "Phase",   "About",       "Verdict",
                                        "Rules",    "Message", "Obligations", NULL};
    wrt_page_section(out, "policy", "Policy decisions");
    wrt_page_table(out, "Every decision, in order, with the rules that determined it", heads);
    WRT_JSON_EACH(event, view->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (!is_decision(event))
            continue;
        wrt_page_row(out);
        wrt_page_head_cell(out, wrt_json_get_text(body, "id", "?"));
        wrt_page_cell(out, wrt_json_get_text(body, "phase", ""));
        wrt_page_cell(out, wrt_json_get_text(body, "step", ""));
        wrt_page_cell(out, wrt_json_get_text(body, "decision", "?"));
        wrt_buf_add_c(out, "<td>");
        wrt_page_list(out, wrt_json_get(body, "determining"), ", ");
        wrt_buf_add_c(out, "</td><td>");
        wrt_page_list(out, wrt_json_get(body, "messages"), "; ");
        wrt_buf_add_c(out, "</td>");
        add_obligations(out, wrt_json_get(body, "obligations"));
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
    wrt_page_section_end(out);
}

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

static void add_timeline(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"Seq", "Kind", "When (UTC)", "About", NULL};
    wrt_page_section(out, "timeline", "Timeline");
    wrt_page_table(out, "Every event of the run, as recorded", heads);
    WRT_JSON_EACH(event, view->events) {
        wrt_buf_printf(out, "<tr><th scope=\"row\">%lld</th>",
                       (long long)wrt_json_get_int(event, "seq", -1));
        wrt_page_cell(out, wrt_json_get_text(event, "type", "?"));
        wrt_page_cell(out, wrt_json_get_text(wrt_json_get(event, "meta"), "ts", ""));
        add_about(out, wrt_json_get(event, "body"));
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
    wrt_page_section_end(out);
}

/* ---- limits */

static void add_items(wrt_buf *out, const wrt_json *list) {
    WRT_JSON_EACH(item, list) {
        if (wrt_json_text(item) == NULL)
            continue;
        wrt_buf_add_c(out, "<li>");
        wrt_page_text(out, wrt_json_text(item));
        wrt_buf_add_c(out, "</li>\n");
    }
}

static void add_limits(wrt_buf *out, const wrt_run_view *view) {
    wrt_page_section(out, "limits", "Limits");
    wrt_buf_add_c(out,
                  "<ul>\n<li>Research use. Not medical advice.</li>\n"
                  "<li>A rung is the strongest kind of statement the sources allow: 1 "
                  "association, 2 intervention or curated mechanism, 3 counterfactual.</li>\n");
    add_items(out, wrt_json_path(view->answer, "identification.notes"));
    add_items(out, wrt_json_get(view->answer, "warnings"));
    wrt_buf_add_c(out, "</ul>\n");
    wrt_page_section_end(out);
}

wrt_status wrt_report_html(wrt_buf *out, const wrt_json *events, const wrt_json *audit,
                           wrt_err *err) {
    wrt_run_view view;
    wrt_status status = wrt_run_view_make(&view, events, err);
    if (status != WRT_OK)
        return status;
    wrt_buf page = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    wrt_page_open(&page, wrt_json_get_text(view.start, "question", "Warrant run"));
    add_header(&page, &view, audit);
    add_navigation(&page);
    wrt_buf_add_c(&page, "<main>\n");
    wrt_report_add_claims(&page, &view);
    wrt_report_add_evidence(&page, &view);
    add_graph(&page, &view);
    add_policy(&page, &view);
    add_timeline(&page, &view);
    add_limits(&page, &view);
    wrt_report_add_sources(&page, &view);
    wrt_buf_add_c(&page, "</main>\n");
    wrt_page_close(&page);
    if (page.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the page would be larger than %d bytes",
                          WRT_REPORT_BYTES_MAX);
    else
        wrt_buf_add_str(out, wrt_buf_str(&page));
    if (status == WRT_OK && out->overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the page is larger than the buffer allows");
    wrt_buf_free(&page);
    return status;
}
