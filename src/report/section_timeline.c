/* section_timeline.c: who worked when, as a picture and as a table; decisions of policy. */
#include "base/arena.h"
#include "report/page.h"
#include "report/sections.h"
#include "report/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORK_ROWS_MAX = 150, DECISION_ROWS_MAX = 200 };

/* ---- timeline */

static bool takes_time(const wrt_work *work) {
    return work->first != work->last || work->is_open || work->span.lane == WRT_LANE_PERSON;
}

static void add_work(wrt_buf *out, const wrt_work *work, bool has_clock) {
    char events[48], start[32], took[32];
    (void)snprintf(events, sizeof events, work->first == work->last ? "%lld" : "%lld to %lld",
                   (long long)work->first, (long long)work->last);
    wrt_plot_number(start, work->span.start_s, 3);
    wrt_plot_number(took, work->span.end_s - work->span.start_s, 3);
    wrt_page_row(out);
    wrt_page_head_cell(out, work->text);
    wrt_page_cell(out, wrt_lane_name(work->span.lane));
    wrt_page_cell(out, events);
    wrt_page_cell(out, has_clock ? start : "not stated");
    wrt_page_cell(out, work->is_open ? "never answered" : has_clock ? took : "not stated");
    wrt_page_row_end(out);
}

static void add_table(wrt_buf *out, const wrt_works *works) {
    static const char *const heads[] = {"What", "Who", "Events", "Start (s)", "Took (s)", NULL};
    size_t n = 0, others = 0;
    wrt_page_details(out, "The timeline as a table");
    wrt_page_table(out, "Calls and requests, in order", heads);
    for (size_t i = 0; i < works->n; i++) {
        if (!takes_time(&works->list[i]))
            others++;
        else if (n++ < WORK_ROWS_MAX)
            add_work(out, &works->list[i], works->has_clock);
    }
    wrt_page_table_end(out);
    if (n > WORK_ROWS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu calls and requests.</p>\n", n - WORK_ROWS_MAX);
    wrt_buf_printf(out, "<p>Beside them %zu events that take no time of their own.</p>\n", others);
    wrt_page_details_end(out);
}

void wrt_report_add_timeline(wrt_buf *out, const wrt_report_source *s) {
    wrt_works works;
    wrt_works_read(&works, s->view);
    wrt_span *spans = wrt_calloc(works.n + 1, sizeof *spans);
    for (size_t i = 0; i < works.n; i++)
        spans[i] = works.list[i].span;
    wrt_timeline timeline = {
        .caption = {"timeline-picture", "Who worked when", true}, .spans = spans, .n = works.n};
    wrt_page_section(out, "timeline", "Timeline");
    if (works.has_clock) {
        wrt_page_wide(out, "Picture of the timeline");
        wrt_timeline_svg(out, &timeline);
        wrt_page_wide_end(out);
    }
    if (works.n > WRT_TIMELINE_SPANS_MAX)
        wrt_page_paragraph(out, "The picture holds the first events only.");
    add_table(out, &works);
    wrt_page_section_end(out);
    free(spans);
    wrt_works_free(&works);
}

/* ---- policy */

static bool is_decision(const wrt_json *event) {
    return strcmp(wrt_json_get_text(event, "type", ""), "policy.decision") == 0;
}

static bool is_plain(const wrt_json *body) {
    return strcmp(wrt_json_get_text(body, "decision", ""), "allow") == 0 &&
           wrt_json_count(wrt_json_get(body, "obligations")) == 0;
}

static void add_obligations(wrt_buf *out, const wrt_json *list) {
    wrt_buf_add_c(out, "<td>");
    WRT_JSON_EACH(obligation, list) {
        wrt_page_text(out, wrt_json_get_text(obligation, "type", "?"));
        wrt_buf_add_char(out, ' ');
    }
    wrt_buf_add_c(out, "</td>");
}

static void add_decision(wrt_buf *out, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    const char *about = wrt_json_get_text(
        body, "step", wrt_json_get_text(wrt_json_get(body, "request"), "tool", ""));
    wrt_page_row(out);
    wrt_page_head_cell(out, wrt_json_get_text(body, "id", "?"));
    wrt_page_cell(out, wrt_json_get_text(body, "phase", ""));
    wrt_page_cell(out, about);
    wrt_page_cell(out, wrt_json_get_text(body, "decision", "?"));
    wrt_buf_add_c(out, "<td>");
    wrt_page_list(out, wrt_json_get(body, "determining"), ", ");
    wrt_buf_add_c(out, "</td><td>");
    wrt_page_list(out, wrt_json_get(body, "messages"), "; ");
    wrt_buf_add_c(out, "</td>");
    add_obligations(out, wrt_json_get(body, "obligations"));
    wrt_buf_printf(out, "<td>%lld</td>", (long long)wrt_json_get_int(event, "seq", -1));
    wrt_page_row_end(out);
}

static size_t add_decisions(wrt_buf *out, const wrt_json *events, bool plain, const char *caption) {
    static const char *const heads[] = {"Decision", "Phase",       "About", "Verdict", "Rules",
                                        "Message",  "Obligations", "Event", NULL};
    size_t n = 0;
    wrt_page_table(out, caption, heads);
    WRT_JSON_EACH(event, events)
    if (is_decision(event) && is_plain(wrt_json_get(event, "body")) == plain &&
        n++ < DECISION_ROWS_MAX)
        add_decision(out, event);
    wrt_page_table_end(out);
    if (n > DECISION_ROWS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu decisions.</p>\n", n - DECISION_ROWS_MAX);
    return n;
}

static size_t count_decisions(const wrt_json *events, bool plain) {
    size_t n = 0;
    WRT_JSON_EACH(event, events)
    n += is_decision(event) && is_plain(wrt_json_get(event, "body")) == plain;
    return n;
}

void wrt_report_add_policy(wrt_buf *out, const wrt_report_source *s) {
    size_t plain = count_decisions(s->view->events, true);
    size_t others = count_decisions(s->view->events, false);
    char text[96];
    wrt_page_section(out, "policy", "Policy decisions");
    wrt_buf_printf(out,
                   "<p>%zu decisions: %zu allowed as asked, %zu denied, held, or allowed with "
                   "obligations.</p>\n",
                   plain + others, plain, others);
    if (others > 0)
        (void)add_decisions(out, s->view->events, false,
                            "Denied, held, or with obligations, in order");
    if (plain > 0) {
        (void)snprintf(text, sizeof text, "The %zu that were allowed as asked", plain);
        wrt_page_details(out, text);
        (void)add_decisions(out, s->view->events, true,
                            "Allowed as asked, in order, with the rules that determined it");
        wrt_page_details_end(out);
    }
    wrt_page_section_end(out);
}
