/* link.c: papers about one link. */
#include "agent/literature/link.h"

#include "agent/literature/design.h"
#include "pubmed/retract.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    wrt_claims *claims;
    wrt_turn *turn;
    wrt_json *claim;
    wrt_named from, to;
    int sign; /* of the row as read; 0: none */
    size_t read, supports, against, context, held_back;
} link_reading;

/* ---- which papers */

static bool holds(const wrt_json *list, const char *pmid) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_text(item), pmid) == 0)
        return true;
    return false;
}

static void add_pmid(wrt_json *list, const char *text, size_t most) {
    int64_t pmid = 0;
    char plain[24];
    if (text == NULL || !wrt_pubmed_read_pmid(&pmid, wrt_str_of(text)))
        return;
    snprintf(plain, sizeof plain, "%lld", (long long)pmid);
    if (wrt_json_count(list) < most && !holds(list, plain))
        wrt_json_push_text(list, plain);
}

static const char *name_of(const wrt_json *claim, const char *end) {
    return wrt_json_get_text(wrt_json_get(claim, end), "name", "?");
}

/* Cited ones first, then those that a search finds. */
static wrt_status choose_papers(wrt_json *list, const link_reading *r, const wrt_json *edge,
                                wrt_err *err) {
    wrt_json *found = NULL;
    wrt_buf query = wrt_buf_make(WRT_KIB(16));
    WRT_JSON_EACH(item, wrt_json_get(edge, "publications"))
    add_pmid(list, wrt_json_text(item), WRT_LINK_PAPERS_MAX - WRT_LINK_FOUND_MAX);
    wrt_buf_printf(&query, "%s %s", name_of(r->claim, "subject"), name_of(r->claim, "object"));
    wrt_status status =
        wrt_library_search(&found, r->turn, wrt_buf_str(&query).ptr, WRT_LINK_FOUND_MAX, err);
    if (status == WRT_E_INPUT) /* names without a word to look for */
        status = WRT_OK;
    WRT_JSON_EACH(hit, wrt_json_get(found, "hits"))
    add_pmid(list, wrt_json_get_text(hit, "pmid", NULL), WRT_LINK_PAPERS_MAX);
    wrt_json_free(found);
    wrt_buf_free(&query);
    return status;
}

/* ---- one paper */

static wrt_status take(link_reading *r, const wrt_quote_paper *paper, const wrt_json *sentence,
                       wrt_err *err) {
    const char *id = NULL;
    const char *role = wrt_quote_role(wrt_json_get_text(sentence, "direction", "unclear"),
                                      wrt_direction_of_sign(r->sign));
    wrt_status status = wrt_quote_cite(&id, r->claims, r->turn, paper, sentence, err);
    if (status != WRT_OK)
        return status;
    if (strcmp(role, "contradicts") == 0)
        wrt_claim_add_rebuttal(r->claim, id);
    else
        wrt_claim_add_ground(r->claim, id, role);
    r->supports += strcmp(role, "supports") == 0;
    r->against += strcmp(role, "contradicts") == 0;
    r->context += strcmp(role, "context") == 0;
    return WRT_OK;
}

/* One sentence speaks for a paper: the first with a direction, else the first. */
static const wrt_json *best_sentence(const wrt_json *sentences) {
    WRT_JSON_EACH(sentence, sentences)
    if (strcmp(wrt_json_get_text(sentence, "direction", ""), "unclear") != 0)
        return sentence;
    return wrt_json_first(sentences);
}

static wrt_status read_paper(link_reading *r, const char *pmid, wrt_err *err) {
    wrt_quote_paper paper = {.treatment = &r->from, .outcome = &r->to};
    wrt_status status =
        wrt_library_record(&paper.record, &paper.lookup, &r->claims->library, r->turn, pmid, err);
    if (status != WRT_OK || paper.record == NULL)
        return status;
    if (wrt_design_objection(paper.record) != NULL) {
        r->held_back++;
        return WRT_OK;
    }
    wrt_json *sentences = wrt_quote_sentences(&paper);
    const wrt_json *best = best_sentence(sentences);
    r->read++;
    if (best != NULL)
        status = take(r, &paper, best, err);
    wrt_json_free(sentences);
    return status;
}

/* ---- the link */

static void limit_of(const link_reading *r) {
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    size_t both = r->supports + r->against + r->context;
    if (both == 0)
        wrt_buf_printf(&text, "no sentence of %zu papers of the local PubMed names both ends",
                       r->read);
    else
        wrt_buf_printf(&text,
                       "of %zu papers of the local PubMed %zu name both ends in a sentence: %zu "
                       "for it, %zu against, %zu without a direction",
                       r->read, both, r->supports, r->against, r->context);
    if (r->held_back > 0)
        wrt_buf_printf(&text, "; %zu withdrawn or preprints not quoted", r->held_back);
    wrt_json_push(wrt_json_get_mut(r->claim, "limits"), wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static wrt_status read_papers(link_reading *r, const wrt_json *edge, wrt_err *err) {
    wrt_json *papers = wrt_json_new_array();
    wrt_status status = choose_papers(papers, r, edge, err);
    WRT_JSON_EACH(pmid, papers) {
        if (status == WRT_OK)
            status = read_paper(r, wrt_json_text(pmid), err);
    }
    wrt_json_free(papers);
    return status;
}

wrt_status wrt_link_literature(wrt_json *claim, wrt_claims *claims, const wrt_json *edge,
                               wrt_turn *turn, wrt_err *err) {
    if (!wrt_turn_has_pubmed(turn))
        return WRT_OK;
    bool reversed = wrt_json_get_bool(edge, "reversed", false);
    double sign = reversed ? 0.0 : wrt_json_get_number(edge, "sign", 0.0);
    link_reading r = {.claims = claims, .turn = turn, .claim = claim};
    wrt_err trouble = {0};
    r.sign = sign < 0 ? -1 : sign > 0 ? 1 : 0;
    wrt_status status = wrt_library_names(&r.from, &claims->library, turn,
                                          wrt_json_get(claim, "subject"), &trouble);
    if (status == WRT_OK)
        status = wrt_library_names(&r.to, &claims->library, turn, wrt_json_get(claim, "object"),
                                   &trouble);
    if (status == WRT_OK)
        status = read_papers(&r, edge, &trouble);
    if (status == WRT_OK)
        limit_of(&r);
    else if (status != WRT_E_INTERRUPTED)
        wrt_turn_warn(turn, "the literature of a link was not looked up: %s", trouble.message);
    else if (err != NULL)
        *err = trouble;
    return status == WRT_E_INTERRUPTED ? status : WRT_OK;
}
