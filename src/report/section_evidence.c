/* section_evidence.c: what the claims rest on, what speaks against them first. */
#include "draw/plot.h"
#include "report/claims.h"
#include "report/page.h"
#include "report/sections.h"

#include <math.h>
#include <string.h>

enum { EVIDENCE_ROWS_MAX = 300, SHORT_HASH = 12 };

/* ---- what it says */

/* Where in a record the words stand: "abstract[0], bytes 12 to 80". */
static void add_place(wrt_buf *out, const wrt_json *at) {
    const char *field = wrt_json_get_text(at, "field", NULL);
    if (field == NULL)
        return;
    wrt_buf_add_c(out, "<span class=\"small\">");
    wrt_page_text(out, field);
    if (wrt_json_is(wrt_json_get(at, "start"), WRT_JSON_NUMBER))
        wrt_buf_printf(out, ", bytes %lld to %lld", (long long)wrt_json_get_int(at, "start", 0),
                       (long long)wrt_json_get_int(at, "end", 0));
    wrt_buf_add_c(out, "</span>");
}

/* A quotation as an object {text, field, start, end}, or as text whose place the locator tells. */
static bool add_quote(wrt_buf *out, const wrt_json *evidence) {
    const wrt_json *quote = wrt_json_get(evidence, "quote");
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    const char *text = wrt_json_text(quote) != NULL ? wrt_json_text(quote)
                                                    : wrt_json_get_text(quote, "text", NULL);
    if (text == NULL && wrt_json_get_text(locator, "field", NULL) != NULL)
        text = wrt_json_get_text(evidence, "text", NULL);
    if (text == NULL)
        return false;
    wrt_buf_add_c(out, "<blockquote>");
    wrt_page_text(out, text);
    wrt_buf_add_c(out, "</blockquote>");
    add_place(out, wrt_json_get(quote, "field") != NULL ? quote : locator);
    return true;
}

/* Signs in words, of what claims make of it. */
static const char *direction_of(const wrt_json *claim) {
    double polarity = wrt_json_get_number(claim, "polarity", 0);
    return polarity > 0 ? " (increase)" : polarity < 0 ? " (decrease)" : "";
}

static bool cites(const wrt_json *claim, const char *id) {
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    if (strcmp(wrt_json_get_text(ground, "evidence", ""), id) == 0)
        return true;
    return false;
}

/* "contradicts c2", "supports c1, c3": the part it plays for each claim, the gravest first. */
static void add_roles(wrt_buf *out, const wrt_run_view *view, const char *id) {
    static const char *const roles[] = {"contradicts", "supports", "context"};
    size_t n_roles = 0;
    wrt_buf_add_c(out, "<td>");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        size_t n = 0;
        WRT_JSON_EACH(claim, wrt_json_get(view->answer, "claims")) {
            if (!wrt_report_has_role(claim, id, roles[i]))
                continue;
            if (n == 0)
                wrt_buf_printf(out, "%s<strong>%s</strong> ", n_roles++ > 0 ? "<br>" : "",
                               roles[i]);
            wrt_buf_add_c(out, n++ > 0 ? ", " : "");
            wrt_report_link_claim(out, view, wrt_json_get_text(claim, "id", "?"));
        }
    }
    wrt_buf_add_c(out, n_roles > 0 ? "</td>" : "not used</td>");
}

/* In full the claims of which it is the only ground. */
static void add_claims(wrt_buf *out, const wrt_run_view *view, const char *id) {
    WRT_JSON_EACH(claim, wrt_json_get(view->answer, "claims")) {
        if (!cites(claim, id) || wrt_json_count(wrt_json_get(claim, "grounds")) > 1)
            continue;
        wrt_page_text(out, wrt_json_get_text(claim, "text", ""));
        wrt_buf_add_c(out, direction_of(claim));
        wrt_buf_add_c(out, "<br>");
    }
}

/* The number of an estimate, in words: "difference in means -5.2 by aipw". */
static void add_estimate(wrt_buf *out, const wrt_json *estimate) {
    char number[32];
    double value = wrt_json_get_number(estimate, "estimate", (double)NAN);
    if (!isfinite(value))
        return;
    wrt_plot_number(number, value, wrt_plot_decimals(value));
    wrt_page_text(out, wrt_json_get_text(estimate, "measure", "estimate"));
    wrt_buf_printf(out, " %s by ", number);
    wrt_page_text(out, wrt_json_get_text(estimate, "estimator", "?"));
    wrt_buf_add_c(out, wrt_json_count(wrt_json_get(estimate, "adjusted_for")) > 0
                           ? ", adjusted for "
                           : ", unadjusted");
    wrt_page_list(out, wrt_json_get(estimate, "adjusted_for"), ", ");
    wrt_buf_add_c(out, "<br>");
}

static const wrt_json *members(const wrt_json *object, const char *key) {
    const wrt_json *value = wrt_json_get(object, key);
    return wrt_json_is(value, WRT_JSON_OBJECT) ? value : NULL;
}

/* "yes: 1.000 as it was, 0.800 as it would be", or seen and set, of each value of the outcome. */
static void add_simulation(wrt_buf *out, const wrt_json *simulation) {
    bool is_whatif = members(simulation, "counterfactual") != NULL;
    const wrt_json *before = members(simulation, is_whatif ? "factual" : "observational");
    const wrt_json *after = members(simulation, is_whatif ? "counterfactual" : "interventional");
    char number[32];
    WRT_JSON_EACH(value, after) {
        wrt_page_text(out, wrt_json_key(value));
        wrt_plot_number(number, wrt_json_get_number(before, wrt_json_key(value), (double)NAN), 3);
        wrt_buf_printf(out, ": %s %s, ", number, is_whatif ? "as it was" : "as seen");
        wrt_plot_number(number, wrt_json_number(value, (double)NAN), 3);
        wrt_buf_printf(out, "%s %s<br>", number,
                       is_whatif ? "as it would be" : "under intervention");
    }
}

static void add_values(wrt_buf *out, const wrt_json *evidence) {
    size_t n = 0;
    WRT_JSON_EACH(value, members(evidence, "values")) {
        wrt_buf_add_c(out, n++ > 0 ? ", " : "");
        wrt_page_text(out, wrt_json_key(value));
        wrt_buf_add_c(out, " = ");
        wrt_page_text(out, wrt_json_text(value));
    }
}

/* What the causal functions said: of a drawn graph as a check, of a stated one as a verdict. */
static void add_verdict(wrt_buf *out, const wrt_json *verdict) {
    const char *check = wrt_json_get_text(wrt_json_get(verdict, "check"), "text", NULL);
    const char *estimand = wrt_json_get_text(verdict, "estimand", NULL);
    wrt_page_paragraph(out, wrt_json_text(verdict) != NULL
                                ? wrt_json_text(verdict)
                                : wrt_json_get_text(verdict, "text", check));
    if (estimand == NULL)
        return;
    wrt_buf_add_c(out, "<code>");
    wrt_page_text(out, estimand);
    wrt_buf_add_c(out, "</code>");
}

static void add_saying(wrt_buf *out, const wrt_run_view *view, const wrt_json *evidence) {
    wrt_buf_add_c(out, "<td>");
    if (!add_quote(out, evidence))
        wrt_page_paragraph(out, wrt_json_get_text(evidence, "text", NULL));
    add_estimate(out, wrt_json_get(evidence, "estimate"));
    add_simulation(out, wrt_json_get(evidence, "simulation"));
    add_values(out, evidence);
    add_verdict(out, wrt_json_get(evidence, "verdict"));
    add_claims(out, view, wrt_json_get_text(evidence, "id", ""));
    wrt_buf_add_c(out, "</td>");
}

/* ---- where it is from */

/* Each publication once, whether the locator or the source names it. */
static void add_publications(wrt_buf *out, const wrt_json *evidence) {
    const wrt_json *source = wrt_json_get(evidence, "source");
    const char *pmid = wrt_json_get_text(wrt_json_get(evidence, "locator"), "pmid",
                                         wrt_json_get_text(source, "pmid", NULL));
    pmid = pmid != NULL && wrt_page_pmid(pmid) != NULL ? wrt_page_pmid(pmid) : pmid;
    if (pmid != NULL) {
        wrt_page_publication(out, pmid);
        wrt_buf_add_c(out, "<br>");
    }
    WRT_JSON_EACH(item, wrt_json_get(source, "publications")) {
        const char *text = wrt_json_text(item);
        const char *digits = text != NULL ? wrt_page_pmid(text) : NULL;
        if (text == NULL || (pmid != NULL && digits != NULL && strcmp(digits, pmid) == 0))
            continue;
        wrt_page_publication(out, text);
        wrt_buf_add_c(out, "<br>");
    }
}

/* Title, journal and year, where the source states them. */
static void add_paper(wrt_buf *out, const wrt_json *source) {
    const wrt_json *journal = wrt_json_get(source, "journal"), *year = wrt_json_get(source, "year");
    if (wrt_json_get_text(source, "title", NULL) == NULL)
        return;
    wrt_page_text(out, wrt_json_get_text(source, "title", ""));
    wrt_buf_add_c(out, "<br><span class=\"small\">");
    wrt_page_text(out, wrt_json_get_text(journal, "title", wrt_json_text(journal)));
    if (wrt_json_is_integer(year))
        wrt_buf_printf(out, " %lld", (long long)wrt_json_number(year, 0));
    wrt_buf_add_c(out, "</span><br>");
}

static void add_line(wrt_buf *out, const char *name, const wrt_json *value) {
    if (value == NULL)
        return;
    wrt_buf_printf(out, "<br>%s", name);
    wrt_page_list(out, value, ", ");
}

static bool is_hex(const char *text) {
    return *text != '\0' && strspn(text, "0123456789abcdef") == strlen(text);
}

static const char *source_name(const wrt_json *source) {
    const char *tool = wrt_json_get_text(source, "tool", NULL);
    const char *id = wrt_json_get_text(source, "id", tool != NULL ? tool : "source not stated");
    return wrt_json_get_text(source, "primary_knowledge_source", id);
}

static void add_source(wrt_buf *out, const wrt_json *evidence) {
    const wrt_json *source = wrt_json_get(evidence, "source");
    const char *hash = wrt_json_get_text(evidence, "sha256", "-");
    wrt_buf_add_c(out, "<td>");
    add_publications(out, evidence);
    add_paper(out, source);
    wrt_page_text(out, source_name(source));
    wrt_buf_add_c(out, "<span class=\"small\">");
    add_line(out, "record ", wrt_json_get(source, "record_id"));
    add_line(out, "edge ", wrt_json_get(wrt_json_get(evidence, "locator"), "edge"));
    wrt_buf_printf(out, "<br>bytes <code>%.*s</code></span></td>", SHORT_HASH,
                   is_hex(hash) ? hash : "-");
}

static void add_type(wrt_buf *out, const wrt_json *evidence) {
    const char *level = wrt_json_get_text(evidence, "knowledge_level", NULL);
    const char *agent = wrt_json_get_text(evidence, "agent_type", NULL);
    const wrt_json *source = wrt_json_get(evidence, "source");
    wrt_buf_add_c(out, "<td>");
    const char *kind = wrt_json_get_text(evidence, "kind", "?");
    wrt_page_words(out, strcmp(kind, "kg_edge") == 0             ? "graph edge"
                        : strcmp(kind, "publication_quote") == 0 ? "quotation"
                                                                 : kind);
    if (wrt_json_get_text(source, "design", NULL) != NULL) {
        wrt_buf_add_c(out, "<br>");
        wrt_page_words(out, wrt_json_get_text(source, "design", NULL));
    }
    if (level != NULL) {
        wrt_buf_add_c(out, "<br><span class=\"small\">");
        wrt_page_words(out, level);
        wrt_buf_add_c(out, agent != NULL ? ", " : "");
        wrt_page_words(out, agent);
        wrt_buf_add_c(out, "</span>");
    }
    wrt_buf_add_c(out, "</td>");
}

/* Whether its publications still stand; of what is no publication there is nothing to ask. */
static const char *standing_of(const wrt_json *evidence) {
    const wrt_json *source = wrt_json_get(evidence, "source");
    if (wrt_json_get_bool(evidence, "retracted", false))
        return "RETRACTED";
    if (wrt_json_count(wrt_json_get(evidence, "withdrawn")) > 0)
        return "partly withdrawn";
    if (wrt_json_get_bool(evidence, "retraction_checked", false))
        return "no retraction known";
    return wrt_json_count(wrt_json_get(source, "publications")) > 0 ? "not checked" : "-";
}

/* ---- the table */

static void add_row(wrt_buf *out, const wrt_run_view *view, const wrt_json *evidence,
                    size_t index) {
    wrt_buf_printf(out, "<tr id=\"evidence-%zu\">", index + 1);
    wrt_page_head_cell(out, wrt_json_get_text(evidence, "id", "?"));
    add_roles(out, view, wrt_json_get_text(evidence, "id", "?"));
    add_saying(out, view, evidence);
    add_type(out, evidence);
    add_source(out, evidence);
    wrt_page_cell(out, standing_of(evidence));
    wrt_page_row_end(out);
}

static size_t add_rows(wrt_buf *out, const wrt_run_view *view, const char *wanted, size_t room) {
    size_t index = 0, n = 0;
    WRT_JSON_EACH(evidence, wrt_json_get(view->answer, "evidence")) {
        const char *role = wrt_report_role_of(view, evidence);
        if (strcmp(role, wanted) == 0 && n++ < room)
            add_row(out, view, evidence, index);
        index++;
    }
    return n;
}

void wrt_report_add_evidence(wrt_buf *out, const wrt_report_source *s) {
    static const char *const heads[] = {"Evidence",   "Direction", "What it says", "Type", "Source",
                                        "Retraction", NULL};
    static const char *const roles[] = {"contradicts", "supports", "context", "not used"};
    size_t n = wrt_json_count(wrt_json_get(s->view->answer, "evidence")), done = 0;
    wrt_page_section(out, "evidence", "Evidence");
    if (n == 0) {
        wrt_page_paragraph(out, "The released answer cites no evidence.");
        wrt_page_section_end(out);
        return;
    }
    wrt_page_table(out,
                   "What the claims rest on; what speaks against them comes first. Of digests the "
                   "first digits "
                   "are shown, the whole stands in the record.",
                   heads);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        done += add_rows(out, s->view, roles[i],
                         done < EVIDENCE_ROWS_MAX ? EVIDENCE_ROWS_MAX - done : 0);
    wrt_page_table_end(out);
    if (n > EVIDENCE_ROWS_MAX)
        wrt_buf_printf(out, "<p>Left out here: %zu of %zu; all stand in the record.</p>\n",
                       n - EVIDENCE_ROWS_MAX, n);
    wrt_page_section_end(out);
}
