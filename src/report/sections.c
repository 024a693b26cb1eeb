/* sections.c: claims, evidence, sources.
 *
 * Anchors are made from positions, never from the ids in the run, so no id can break out of one or
 * stand for another. */
#include "report/sections.h"

#include "report/page.h"

#include <string.h>

/* ---- claims */

static void add_grounds(wrt_buf *out, const wrt_run_view *view, const wrt_json *claim) {
    const wrt_json *evidence = wrt_json_get(view->answer, "evidence");
    size_t n = 0;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "?");
        size_t index = 0;
        bool is_known = wrt_run_view_by_id(&index, evidence, id) != NULL;
        wrt_buf_add_c(out, n++ > 0 ? ", " : "");
        if (is_known)
            wrt_buf_printf(out, "<a href=\"#evidence-%zu\">", index + 1);
        wrt_page_text(out, id);
        wrt_buf_add_c(out, is_known ? "</a> (" : " (");
        wrt_page_text(out, wrt_json_get_text(ground, "role", "?"));
        wrt_buf_add_char(out, ')');
    }
}

static void add_rung(wrt_buf *out, const wrt_json *claim) {
    wrt_buf_printf(out, "%d: ", (int)wrt_json_get_int(claim, "rung", 0));
    wrt_page_text(out, wrt_json_get_text(claim, "rung_reason", "no reason recorded"));
    if (wrt_json_get_text(claim, "downgraded_from", NULL) == NULL)
        return;
    wrt_buf_add_c(out, "; lowered by policy from ");
    wrt_page_text(out, wrt_json_get_text(claim, "downgraded_from", ""));
}

static void add_warrant(wrt_buf *out, const wrt_json *claim) {
    const wrt_json *warrant = wrt_json_get(claim, "warrant");
    wrt_page_text(out, wrt_json_get_text(warrant, "kind", "none"));
    if (wrt_json_count(wrt_json_get(warrant, "assumptions")) == 0)
        return;
    wrt_buf_add_c(out, "; assumes: ");
    wrt_page_list(out, wrt_json_get(warrant, "assumptions"), "; ");
}

static void add_claim_row(wrt_buf *out, const wrt_run_view *view, const wrt_json *claim,
                          size_t index) {
    wrt_buf_printf(out, "<tr id=\"claim-%zu\">", index + 1);
    wrt_page_head_cell(out, wrt_json_get_text(claim, "id", "?"));
    wrt_page_cell(out, wrt_json_get_text(claim, "text", ""));
    wrt_buf_add_c(out, "<td>");
    add_rung(out, claim);
    wrt_buf_add_c(out, "</td>");
    wrt_page_cell(out, wrt_json_get_text(claim, "certainty", "not stated"));
    wrt_buf_add_c(out, "<td>");
    add_warrant(out, claim);
    wrt_buf_add_c(out, "</td><td>");
    add_grounds(out, view, claim);
    wrt_buf_add_c(out, "</td><td>");
    wrt_page_list(out, wrt_json_get(claim, "limits"), "; ");
    wrt_buf_add_c(out, "</td>");
    wrt_page_row_end(out);
}

static void add_hypothesis(wrt_buf *out, const wrt_run_view *view, const wrt_json *hypothesis) {
    const wrt_json *claims = wrt_json_get(view->answer, "claims");
    const char *id = wrt_json_get_text(hypothesis, "claim", "");
    const wrt_json *claim = wrt_run_view_by_id(NULL, claims, id);
    wrt_buf_add_c(out, "<article>\n<h3>");
    wrt_page_text(out, wrt_json_get_text(claim, "text", id));
    wrt_buf_add_c(out, "</h3>\n<dl>\n");
    wrt_page_pair(out, "Claim", id);
    wrt_page_pair(out, "Direction", wrt_json_get_text(hypothesis, "role", "not stated"));
    wrt_buf_add_c(out, "<dt>Rung</dt><dd>");
    add_rung(out, claim);
    wrt_buf_add_c(out, "</dd>\n");
    wrt_page_pair(out, "Certainty", wrt_json_get_text(claim, "certainty", "not stated"));
    wrt_buf_add_c(out, "<dt>Warrant</dt><dd>");
    add_warrant(out, claim);
    wrt_buf_add_c(out, "</dd>\n<dt>Links</dt><dd>");
    wrt_page_list(out, wrt_json_get(hypothesis, "links"), ", ");
    wrt_buf_add_c(out, "</dd>\n<dt>Limits</dt><dd>");
    wrt_page_list(out, wrt_json_get(claim, "limits"), "; ");
    wrt_buf_add_c(out, "</dd>\n</dl>\n</article>\n");
}

static void add_claim_table(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"Claim",   "Text",     "Rung",   "Certainty",
                                        "Warrant", "Evidence", "Limits", NULL};
    size_t index = 0;
    wrt_page_table(out, "Every claim of the answer", heads);
    WRT_JSON_EACH(claim, wrt_json_get(view->answer, "claims"))
    add_claim_row(out, view, claim, index++);
    wrt_page_table_end(out);
}

void wrt_report_add_claims(wrt_buf *out, const wrt_run_view *view) {
    size_t released = wrt_json_count(wrt_json_get(view->answer, "claims"));
    wrt_page_section(out, "claims", "Hypotheses and claims");
    const char *identified =
        wrt_json_get_text(wrt_json_get(view->answer, "identification"), "text", NULL);
    wrt_buf line = wrt_buf_make(WRT_KIB(64));
    if (identified != NULL)
        wrt_buf_printf(&line, "The effect is %s.", identified);
    else
        wrt_buf_add_c(&line, "Identification was not assessed.");
    wrt_page_paragraph(out, wrt_buf_str(&line).ptr);
    wrt_buf_free(&line);
    WRT_JSON_EACH(hypothesis, wrt_json_get(view->answer, "hypotheses"))
    add_hypothesis(out, view, hypothesis);
    if (released > 0)
        add_claim_table(out, view);
    else
        wrt_page_paragraph(out, "The run released no claim.");
    if (view->n_claims > released)
        wrt_buf_printf(out, "<p>%zu recorded claims were not released.</p>\n",
                       view->n_claims - released);
    wrt_page_section_end(out);
}

/* ---- evidence */

static bool has_role(const wrt_json *claims, const char *id, const char *role) {
    WRT_JSON_EACH(claim, claims)
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    if (strcmp(wrt_json_get_text(ground, "evidence", ""), id) == 0 &&
        strcmp(wrt_json_get_text(ground, "role", ""), role) == 0)
        return true;
    return false;
}

/* Evidence that contradicts any claim is listed as such, whatever else it supports. */
static const char *role_of(const wrt_json *claims, const wrt_json *evidence) {
    static const char *const roles[] = {"contradicts", "supports", "context"};
    const char *id = wrt_json_get_text(evidence, "id", "");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (has_role(claims, id, roles[i]))
            return roles[i];
    return "not used";
}

/* A link only to a PMID of digits; anything else is shown as text. */
static void add_publication(wrt_buf *out, const char *curie) {
    const char *digits = strncmp(curie, "PMID:", 5) == 0 ? curie + 5 : "";
    size_t len = strspn(digits, "0123456789");
    bool is_pmid = len > 0 && len <= 10 && digits[len] == '\0';
    if (is_pmid)
        wrt_buf_printf(out, "<a href=\"https://pubmed.ncbi.nlm.nih.gov/%s/\">", digits);
    wrt_page_text(out, curie);
    wrt_buf_add_c(out, is_pmid ? "</a> " : " ");
}

static void add_publications(wrt_buf *out, const wrt_json *source) {
    size_t n = 0;
    wrt_buf_add_c(out, "<td>");
    WRT_JSON_EACH(item, wrt_json_get(source, "publications")) {
        if (wrt_json_text(item) == NULL)
            continue;
        add_publication(out, wrt_json_text(item));
        n++;
    }
    wrt_buf_add_c(out, n > 0 ? "</td>" : "none stated</td>");
}

static const char *retraction_of(const wrt_json *evidence) {
    if (wrt_json_get_bool(evidence, "retracted", false))
        return "RETRACTED";
    return wrt_json_get_bool(evidence, "retraction_checked", false) ? "no" : "not checked";
}

static void add_evidence_row(wrt_buf *out, const wrt_json *evidence, const char *role,
                             size_t index) {
    const wrt_json *source = wrt_json_get(evidence, "source");
    wrt_buf_printf(out, "<tr id=\"evidence-%zu\">", index + 1);
    wrt_page_head_cell(out, wrt_json_get_text(evidence, "id", "?"));
    wrt_page_cell(out, role);
    wrt_page_cell(out, wrt_json_get_text(evidence, "kind", "?"));
    wrt_page_cell(out, wrt_json_get_text(source, "primary_knowledge_source",
                                         wrt_json_get_text(source, "tool", "not stated")));
    wrt_buf_add_c(out, "<td>");
    wrt_page_list(out, wrt_json_get(source, "record_id"), ", ");
    wrt_buf_add_char(out, ' ');
    wrt_page_text(out, wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", NULL));
    wrt_buf_add_c(out, "</td><td>");
    wrt_page_text(out, wrt_json_get_text(evidence, "knowledge_level", "-"));
    wrt_buf_add_c(out, " / ");
    wrt_page_text(out, wrt_json_get_text(evidence, "agent_type", "-"));
    wrt_buf_add_c(out, "</td>");
    add_publications(out, source);
    wrt_page_cell(out, retraction_of(evidence));
    wrt_page_cell(out, wrt_json_get_text(evidence, "sha256", "-"));
    wrt_page_row_end(out);
}

static void add_evidence_rows(wrt_buf *out, const wrt_run_view *view, bool contradicting) {
    size_t index = 0;
    WRT_JSON_EACH(evidence, wrt_json_get(view->answer, "evidence")) {
        const char *role = role_of(wrt_json_get(view->answer, "claims"), evidence);
        if ((strcmp(role, "contradicts") == 0) == contradicting)
            add_evidence_row(out, evidence, role, index);
        index++;
    }
}

void wrt_report_add_evidence(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {
        "Evidence",     "Role",      "Kind",    "Source", "Record", "Knowledge level / agent",
        "Publications", "Retracted", "SHA-256", NULL};
    wrt_page_section(out, "evidence", "Evidence");
    if (wrt_json_count(wrt_json_get(view->answer, "evidence")) == 0) {
        wrt_page_paragraph(out, "The released answer cites no evidence.");
    } else {
        wrt_page_table(out, "What the claims rest on; what speaks against them comes first", heads);
        add_evidence_rows(out, view, true);
        add_evidence_rows(out, view, false);
        wrt_page_table_end(out);
    }
    wrt_page_section_end(out);
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

void wrt_report_add_sources(wrt_buf *out, const wrt_run_view *view) {
    static const char *const heads[] = {"Source", "Licence", NULL};
    const wrt_json *list = wrt_json_get(view->answer, "evidence");
    wrt_page_section(out, "sources", "Sources");
    wrt_page_table(out, "Where the evidence was published, and under which licence", heads);
    WRT_JSON_EACH(evidence, list) {
        if (source_name(evidence) == NULL || is_listed_before(list, evidence))
            continue;
        wrt_page_row(out);
        wrt_page_head_cell(out, source_name(evidence));
        wrt_page_cell(out, licence_of(evidence));
        wrt_page_row_end(out);
    }
    wrt_page_table_end(out);
    wrt_page_section_end(out);
}
