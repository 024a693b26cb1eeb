/* section_limits.c: what the answer does not say, and what it cites. */
#include "report/page.h"
#include "report/sections.h"

#include <string.h>

enum { CITATIONS_MAX = 200 };

/* ---- limits */

static bool is_listed(const wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_text(item), text) == 0)
        return true;
    return false;
}

/* The distinct assumptions of all warrants. */
static wrt_json *assumptions_of(const wrt_run_view *view) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(claim, wrt_json_get(view->answer, "claims"))
    WRT_JSON_EACH(item, wrt_json_path(claim, "warrant.assumptions"))
    if (wrt_json_text(item) != NULL && !is_listed(list, wrt_json_text(item)))
        wrt_json_push(list, wrt_json_copy(item));
    return list;
}

static void add_gate(wrt_buf *out, const wrt_json *gate) {
    if (gate == NULL)
        return;
    wrt_buf_printf(out, "<li>Of %lld sentences policy reworded %lld and left out %lld.</li>\n",
                   (long long)wrt_json_get_int(gate, "sentences", 0),
                   (long long)wrt_json_get_int(gate, "reworded", 0),
                   (long long)wrt_json_get_int(gate, "dropped", 0));
}

void wrt_report_add_limits(wrt_buf *out, const wrt_report_source *s) {
    const wrt_json *answer = s->view->answer;
    wrt_json *assumptions = assumptions_of(s->view);
    wrt_page_section(out, "limits", "Limits and assumptions");
    wrt_buf_add_c(out,
                  "<ul>\n<li>Research use. Not medical advice.</li>\n"
                  "<li>A rung is the strongest kind of statement the sources allow: 1 "
                  "association, 2 intervention or curated mechanism, 3 counterfactual.</li>\n");
    wrt_page_items(out, wrt_json_get(answer, "caveats"));
    wrt_page_items(out, wrt_json_get(answer, "warnings"));
    add_gate(out, wrt_json_get(answer, "gate"));
    wrt_buf_add_c(out, "</ul>\n");
    if (wrt_json_count(assumptions) > 0) {
        wrt_buf_add_c(out, "<p>Assumed by the claims:</p>\n<ul>\n");
        wrt_page_items(out, assumptions);
        wrt_buf_add_c(out, "</ul>\n");
    }
    wrt_page_section_end(out);
    wrt_json_free(assumptions);
}

/* ---- publications */

static void add_pmid(wrt_json *list, const char *text) {
    const char *pmid = text != NULL ? wrt_page_pmid(text) : NULL;
    if (pmid != NULL && !is_listed(list, pmid))
        wrt_json_push_text(list, pmid);
}

static wrt_json *pmids_of(const wrt_run_view *view) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(evidence, wrt_json_get(view->answer, "evidence")) {
        add_pmid(list, wrt_json_get_text(wrt_json_get(evidence, "locator"), "pmid", NULL));
        add_pmid(list, wrt_json_get_text(wrt_json_get(evidence, "source"), "pmid", NULL));
        WRT_JSON_EACH(item, wrt_json_path(evidence, "source.publications")) {
            const char *text = wrt_json_text(item);
            if (text != NULL && strncmp(text, "PMID:", 5) == 0)
                add_pmid(list, text);
        }
    }
    return list;
}

/* The source of a quotation of this paper; NULL when none is quoted. */
static const wrt_json *quoted_source(const wrt_run_view *view, const char *pmid) {
    WRT_JSON_EACH(evidence, wrt_json_get(view->answer, "evidence")) {
        const wrt_json *source = wrt_json_get(evidence, "source");
        const char *cited = wrt_json_get_text(wrt_json_get(evidence, "locator"), "pmid", "");
        if (wrt_json_get(source, "title") != NULL && strcmp(cited, pmid) == 0)
            return source;
    }
    return NULL;
}

/* What the run itself read of a paper: a record, a hit of a search or what it quoted; NULL when it
 * read nothing. */
static const wrt_json *paper_of(const wrt_report_source *s, const char *pmid) {
    static const char *const tools[] = {"pubmed_fetch", "pubmed_search"};
    const wrt_run_results *results = s->results;
    for (size_t i = 0; i < 2; i++) {
        const wrt_run_result *result;
        const wrt_json *data;
        size_t at = 0;
        while ((data = wrt_run_results_next(&result, &at, results, tools[i])) != NULL)
            WRT_JSON_EACH(paper, data)
        if (strcmp(wrt_json_get_text(paper, "pmid", ""), pmid) == 0)
            return paper;
    }
    return quoted_source(s->view, pmid);
}

static void add_paper(wrt_buf *out, const wrt_report_source *s, const char *pmid) {
    const wrt_json *paper = paper_of(s, pmid), *journal = wrt_json_get(paper, "journal");
    int64_t year = wrt_json_get_int(paper, "year", 0);
    wrt_buf_add_c(out, "<li>");
    if (paper != NULL) {
        wrt_page_text(out, wrt_json_get_text(paper, "title", "(no title)"));
        wrt_buf_add_c(out, " ");
        wrt_page_text(out, wrt_json_text(journal) != NULL
                               ? wrt_json_text(journal)
                               : wrt_json_get_text(journal, "title", NULL));
        if (year > 0)
            wrt_buf_printf(out, " %lld", (long long)year);
        wrt_buf_add_c(out, ". ");
    }
    wrt_page_publication(out, pmid);
    if (wrt_json_get_bool(paper, "retracted", false))
        wrt_buf_add_c(out, " <strong>RETRACTED</strong>");
    wrt_buf_add_c(out, "</li>\n");
}

static void add_papers(wrt_buf *out, const wrt_report_source *s) {
    wrt_json *pmids = pmids_of(s->view);
    size_t n = 0;
    if (wrt_json_count(pmids) == 0)
        wrt_page_paragraph(out, "The evidence names no paper of PubMed.");
    else
        wrt_buf_add_c(out, "<ol class=\"small\">\n");
    WRT_JSON_EACH(pmid, pmids)
    if (n++ < CITATIONS_MAX)
        add_paper(out, s, wrt_json_text(pmid));
    if (n > 0)
        wrt_buf_add_c(out, "</ol>\n");
    if (n > CITATIONS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu papers.</p>\n", n - CITATIONS_MAX);
    wrt_json_free(pmids);
}

/* ---- sources */

static const char *source_name(const wrt_json *evidence) {
    return wrt_json_get_text(wrt_json_get(evidence, "source"), "primary_knowledge_source", NULL);
}

static const char *licence_of(const wrt_json *evidence) {
    return wrt_json_get_text(wrt_json_get(evidence, "source"), "license", "not stated");
}

static bool is_listed_before(const wrt_json *list, const wrt_json *evidence) {
    WRT_JSON_EACH(earlier, list) {
        if (earlier == evidence)
            return false;
        const char *name = source_name(earlier);
        if (name != NULL && strcmp(name, source_name(evidence)) == 0 &&
            strcmp(licence_of(earlier), licence_of(evidence)) == 0)
            return true;
    }
    return false;
}

static void add_sources(wrt_buf *out, const wrt_json *list) {
    static const char *const heads[] = {"Source", "Licence", NULL};
    size_t n = 0;
    WRT_JSON_EACH(evidence, list) {
        if (source_name(evidence) == NULL || is_listed_before(list, evidence))
            continue;
        if (n++ == 0)
            wrt_page_table(out, "Where the evidence was published, and under which licence", heads);
        wrt_page_row(out);
        wrt_page_head_cell(out, source_name(evidence));
        wrt_page_cell(out, licence_of(evidence));
        wrt_page_row_end(out);
    }
    if (n > 0)
        wrt_page_table_end(out);
}

void wrt_report_add_citations(wrt_buf *out, const wrt_report_source *s) {
    wrt_page_section(out, "citations", "Citations and sources");
    add_papers(out, s);
    add_sources(out, wrt_json_get(s->view->answer, "evidence"));
    wrt_page_section_end(out);
}
