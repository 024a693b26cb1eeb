/* quote.c: sentences as evidence. */
#include "agent/literature/quote.h"

#include "agent/literature/design.h"

#include <stdio.h>
#include <string.h>

wrt_json *wrt_quote_sentences(const wrt_quote_paper *paper) {
    const wrt_reading_names names = {&paper->treatment->terms, &paper->outcome->terms,
                                     paper->outcome_is_disease};
    return wrt_paper_sentences(paper->record, &names);
}

bool wrt_quote_is_interventional(const wrt_quote_paper *paper, const wrt_json *sentence) {
    wrt_design design = wrt_design_of_record(paper->record);
    const char *direction = wrt_json_get_text(sentence, "direction", "");
    bool has_direction = strcmp(direction, "lowers") == 0 || strcmp(direction, "raises") == 0;
    return (design == WRT_DESIGN_RANDOMISED || design == WRT_DESIGN_POOLED) && has_direction &&
           wrt_json_get_bool(sentence, "own", false) &&
           !wrt_json_get_bool(sentence, "association", true) &&
           wrt_paper_title_names(paper->record, &paper->treatment->terms);
}

const char *wrt_quote_role(const char *direction, wrt_direction claim) {
    if (claim == WRT_READS_UNCLEAR || strcmp(direction, "unclear") == 0)
        return "context";
    return strcmp(direction, wrt_direction_name(claim)) == 0 ? "supports" : "contradicts";
}

wrt_direction wrt_direction_of_sign(int sign) {
    return sign < 0 ? WRT_READS_LOWERS : sign > 0 ? WRT_READS_RAISES : WRT_READS_UNCLEAR;
}

/* ---- the evidence object */

static void copy_member(wrt_json *to, const wrt_json *from, const char *name) {
    const wrt_json *value = wrt_json_get(from, name);
    if (value != NULL)
        wrt_json_set(to, name, wrt_json_copy(value));
}

static void push_prefixed(wrt_json *list, const char *prefix, const char *text) {
    wrt_buf key = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&key, "%s%s", prefix, text);
    wrt_json_push(list, wrt_json_new_text(wrt_buf_str(&key)));
    wrt_buf_free(&key);
}

wrt_json *wrt_quote_known_by(const wrt_json *record) {
    wrt_json *list = wrt_json_new_array();
    const wrt_json *author = wrt_json_first(wrt_json_get(record, "authors"));
    push_prefixed(list, "pmid ", wrt_json_get_text(record, "pmid", "?"));
    if (wrt_json_get_text(author, "name", NULL) != NULL)
        push_prefixed(list, "author ", wrt_json_get_text(author, "name", ""));
    WRT_JSON_EACH(id, wrt_json_get(record, "nct_ids"))
    if (wrt_json_text(id) != NULL)
        push_prefixed(list, "trial ", wrt_json_text(id));
    return list;
}

static wrt_json *source_of(const wrt_quote_paper *paper) {
    wrt_json *source = wrt_json_new_object(), *publications = wrt_json_new_array();
    char publication[40];
    snprintf(publication, sizeof publication, "PMID:%s",
             wrt_json_get_text(paper->record, "pmid", "?"));
    wrt_json_push_text(publications, publication);
    wrt_json_set_text(source, "id", "pubmed");
    copy_member(source, paper->record, "pmid");
    copy_member(source, paper->record, "title");
    copy_member(source, paper->record, "journal");
    copy_member(source, paper->record, "year");
    wrt_json_set(source, "publications", publications);
    wrt_json_set_text(source, "design", wrt_design_name(wrt_design_of_record(paper->record)));
    wrt_json_set(source, "known_by", wrt_quote_known_by(paper->record));
    return source;
}

static wrt_json *locator_of(const wrt_quote_paper *paper, const wrt_json *sentence) {
    wrt_json *locator = wrt_json_new_object();
    copy_member(locator, paper->record, "pmid");
    copy_member(locator, sentence, "field");
    copy_member(locator, sentence, "start");
    copy_member(locator, sentence, "end");
    if (paper->step == NULL)
        wrt_json_set_int(locator, "record", paper->lookup);
    else
        wrt_json_set_text(locator, "step", paper->step);
    return locator;
}

static wrt_json *reading_of(const wrt_quote_paper *paper, const wrt_json *sentence) {
    wrt_json *reads = wrt_json_new_object();
    copy_member(reads, sentence, "direction");
    copy_member(reads, sentence, "class");
    copy_member(reads, sentence, "association");
    copy_member(reads, sentence, "own");
    wrt_json_set_int(reads, "treatment", paper->treatment->n);
    wrt_json_set_int(reads, "outcome", paper->outcome->n);
    wrt_json_set_bool(reads, "disease", paper->outcome_is_disease);
    return reads;
}

static void set_hash(wrt_json *object, const char *name, wrt_str bytes) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256 digest = wrt_sha256_of(bytes);
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(object, name, hex);
}

static wrt_json *evidence_of(const wrt_quote_paper *paper, const wrt_json *sentence) {
    wrt_json *object = wrt_json_new_object(), *taint = wrt_json_new_array();
    wrt_buf record = wrt_buf_make(WRT_MIB(32));
    wrt_json_write_canonical(&record, paper->record);
    wrt_json_set_text(object, "kind", "publication_quote");
    wrt_json_set(object, "source", source_of(paper));
    wrt_json_set(object, "locator", locator_of(paper, sentence));
    copy_member(object, sentence, "text");
    set_hash(object, "sha256", wrt_str_of(wrt_json_get_text(sentence, "text", "")));
    set_hash(object, "record_sha256", wrt_buf_str(&record));
    wrt_json_set(object, "reads", reading_of(paper, sentence));
    wrt_json_set_bool(object, "interventional", wrt_quote_is_interventional(paper, sentence));
    wrt_json_set_text(object, "knowledge_level", "not_provided");
    wrt_json_set_text(object, "agent_type", "text_mining_agent");
    wrt_json_set_bool(object, "retracted", false);
    wrt_json_set_bool(object, "retraction_checked", true);
    wrt_json_push_text(taint, "pubmed");
    wrt_json_set(object, "taint", taint);
    wrt_buf_free(&record);
    return object;
}

wrt_status wrt_quote_cite(const char **id, wrt_claims *claims, wrt_turn *turn,
                          const wrt_quote_paper *paper, const wrt_json *sentence, wrt_err *err) {
    wrt_buf key = wrt_buf_make(WRT_KIB(1));
    wrt_buf_printf(&key, "\nquote %s %s %lld %lld %lld",
                   wrt_json_get_text(paper->record, "pmid", "?"),
                   wrt_json_get_text(sentence, "field", "?"),
                   (long long)wrt_json_get_int(sentence, "start", 0),
                   (long long)paper->treatment->n, (long long)paper->outcome->n);
    const char *known = wrt_json_get_text(claims->evidence.by_key, wrt_buf_str(&key).ptr, NULL);
    wrt_status status = WRT_OK;
    if (known != NULL) {
        *id = known;
    } else {
        *id = wrt_evidence_add(&claims->evidence, evidence_of(paper, sentence));
        wrt_json_set_text(claims->evidence.by_key, wrt_buf_str(&key).ptr, *id);
        status = wrt_turn_record(turn, "evidence",
                                 wrt_json_copy(wrt_evidence_find(&claims->evidence, *id)), err);
    }
    wrt_buf_free(&key);
    return status;
}
