/* claims.c: small parts about claims. */
#include "report/claims.h"

#include "report/page.h"

#include <string.h>

static void add_link(wrt_buf *out, const wrt_json *list, const char *kind, const char *id) {
    size_t index = 0;
    bool is_known = wrt_run_view_by_id(&index, list, id) != NULL;
    if (is_known)
        wrt_buf_printf(out, "<a href=\"#%s-%zu\">", kind, index + 1);
    wrt_page_text(out, id);
    if (is_known)
        wrt_buf_add_c(out, "</a>");
}

void wrt_report_link_claim(wrt_buf *out, const wrt_run_view *view, const char *id) {
    add_link(out, wrt_json_get(view->answer, "claims"), "claim", id);
}

void wrt_report_link_evidence(wrt_buf *out, const wrt_run_view *view, const char *id) {
    add_link(out, wrt_json_get(view->answer, "evidence"), "evidence", id);
}

/* ---- which claims lead */

static bool is_link(const wrt_json *hypotheses, const char *id) {
    WRT_JSON_EACH(hypothesis, hypotheses)
    WRT_JSON_EACH(link, wrt_json_get(hypothesis, "links"))
    if (wrt_json_text(link) != NULL && strcmp(wrt_json_text(link), id) == 0)
        return true;
    return false;
}

static bool is_hypothesis(const wrt_json *hypotheses, const char *id) {
    WRT_JSON_EACH(hypothesis, hypotheses)
    if (strcmp(wrt_json_get_text(hypothesis, "claim", ""), id) == 0)
        return true;
    return false;
}

bool wrt_report_leads(const wrt_run_view *view, const wrt_json *claim) {
    const wrt_json *hypotheses = wrt_json_get(view->answer, "hypotheses");
    const char *id = wrt_json_get_text(claim, "id", "");
    return is_hypothesis(hypotheses, id) || !is_link(hypotheses, id);
}

/* ---- parts */

const char *wrt_report_rung_word(int rung) {
    return rung == 3   ? "counterfactual"
           : rung == 2 ? "intervention or curated mechanism"
           : rung == 1 ? "association"
                       : "no rung recorded";
}

void wrt_report_add_rung(wrt_buf *out, const wrt_json *claim) {
    wrt_buf_printf(out, "%d: ", (int)wrt_json_get_int(claim, "rung", 0));
    wrt_page_text(out, wrt_json_get_text(claim, "rung_reason", "no reason recorded"));
    if (wrt_json_get_text(claim, "downgraded_from", NULL) == NULL)
        return;
    wrt_buf_add_c(out, "; lowered by policy from ");
    wrt_page_text(out, wrt_json_get_text(claim, "downgraded_from", ""));
}

void wrt_report_add_certainty(wrt_buf *out, const wrt_json *claim) {
    const wrt_json *by = wrt_json_get(claim, "certainty_by");
    wrt_page_words(out, wrt_json_get_text(claim, "certainty", "not stated"));
    if (by == NULL)
        return;
    wrt_buf_add_c(out, " (");
    wrt_page_words(out, wrt_json_get_text(by, "start", "?"));
    wrt_buf_add_c(out, ": ");
    wrt_page_words(out, wrt_json_get_text(by, "level", "?"));
    WRT_JSON_EACH(step, wrt_json_get(by, "steps")) {
        wrt_buf_add_c(out, "; ");
        wrt_page_words(out, wrt_json_get_text(step, "step", "?"));
        wrt_buf_printf(out, " %+d", (int)wrt_json_get_int(step, "by", 0));
    }
    wrt_buf_add_c(out, ")");
}

void wrt_report_add_warrant(wrt_buf *out, const wrt_json *claim) {
    const wrt_json *warrant = wrt_json_get(claim, "warrant");
    wrt_page_words(out, wrt_json_get_text(warrant, "kind", "none"));
    if (wrt_json_count(wrt_json_get(warrant, "assumptions")) == 0)
        return;
    wrt_buf_add_c(out, "; assumes: ");
    wrt_page_list(out, wrt_json_get(warrant, "assumptions"), "; ");
}

bool wrt_report_has_role(const wrt_json *claim, const char *evidence, const char *role) {
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    if (strcmp(wrt_json_get_text(ground, "evidence", ""), evidence) == 0 &&
        strcmp(wrt_json_get_text(ground, "role", ""), role) == 0)
        return true;
    return false;
}

static bool has_role(const wrt_json *claims, const char *id, const char *role) {
    WRT_JSON_EACH(claim, claims)
    if (wrt_report_has_role(claim, id, role))
        return true;
    return false;
}

/* Evidence that contradicts any claim is listed as such, whatever else it supports. */
const char *wrt_report_role_of(const wrt_run_view *view, const wrt_json *evidence) {
    static const char *const roles[] = {"contradicts", "supports", "context"};
    const char *id = wrt_json_get_text(evidence, "id", "");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (has_role(wrt_json_get(view->answer, "claims"), id, roles[i]))
            return roles[i];
    return "not used";
}
