/* html.c: the page of one run, section by section, in the order in which a reader doubts: what was
 * asked and is the record whole, on what evidence (what speaks against it first), by which routes,
 * under which drawn graph, with which numbers, in which steps, by which rules, down to which bytes,
 * with which limits. */
#include "report/page.h"
#include "report/report.h"
#include "report/sections.h"

#include <string.h>

typedef struct {
    const char *id, *title; /* of the section, for the navigation */
    void (*add)(wrt_buf *out, const wrt_report_source *source);
} section;

static const section sections[] = {
    {"evidence", "Evidence", wrt_report_add_evidence},
    {"routes", "Routes", wrt_report_add_routes},
    {"graph", "Graph", wrt_report_add_graphs},
    {"estimate", "Estimate", wrt_report_add_estimates},
    {"whatif", "Counterfactual", wrt_report_add_whatifs},
    {"timeline", "Timeline", wrt_report_add_timeline},
    {"policy", "Policy", wrt_report_add_policy},
    {"record", "Record", wrt_report_add_record},
    {"limits", "Limits", wrt_report_add_limits},
    {"citations", "Citations", wrt_report_add_citations},
};

enum { N_SECTIONS = sizeof sections / sizeof *sections };

/* Links to the sections that have something to say. */
static void add_body(wrt_buf *out, const wrt_report_source *source) {
    wrt_buf main = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    wrt_buf_add_c(out, "<nav aria-label=\"Sections\"><ul>\n");
    for (size_t i = 0; i < N_SECTIONS; i++) {
        size_t before = main.len;
        sections[i].add(&main, source);
        if (main.len > before)
            wrt_buf_printf(out, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id,
                           sections[i].title);
    }
    wrt_buf_add_c(out, "</ul></nav>\n<main id=\"main\">\n");
    wrt_buf_add_str(out, wrt_buf_str(&main));
    wrt_buf_add_c(out, "</main>\n");
    out->overflow = out->overflow || main.overflow;
    wrt_buf_free(&main);
}

static void add_page(wrt_buf *out, const wrt_report_source *source) {
    const char *root = wrt_json_get_text(source->audit, "root", "not known");
    wrt_buf foot = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&foot, "Warrant run %.60s, head %.80s", source->view->run, root);
    wrt_page_open_footed(out, wrt_json_get_text(source->view->start, "question", "Warrant run"),
                         wrt_buf_str(&foot).ptr);
    wrt_buf_add_c(out, "<a class=\"skip\" href=\"#main\">Skip to the sections</a>\n");
    wrt_report_add_header(out, source);
    add_body(out, source);
    wrt_page_close(out);
    wrt_buf_free(&foot);
}

wrt_status wrt_report_html(wrt_buf *out, const wrt_report_input *input, wrt_err *err) {
    wrt_run_view view;
    wrt_run_results results;
    wrt_status status = wrt_run_view_make(&view, input->events, err);
    if (status != WRT_OK)
        return status;
    wrt_buf page = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    wrt_run_results_read(&results, &view, &input->blobs);
    add_page(&page, &(wrt_report_source){&view, &results, input->audit});
    if (page.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the page would be larger than %d bytes",
                          WRT_REPORT_BYTES_MAX);
    else
        wrt_buf_add_str(out, wrt_buf_str(&page));
    if (status == WRT_OK && out->overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the page is larger than the buffer allows");
    wrt_run_results_free(&results);
    wrt_buf_free(&page);
    return status;
}
