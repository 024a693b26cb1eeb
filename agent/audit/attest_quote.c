/* attest_quote.c: evidence that is a quotation: the bytes, the record, and how they were read. */
#include "agent/audit/attest_internal.h"

#include "agent/literature/design.h"
#include "agent/literature/quote.h"
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* A record of the result of a step, by PMID; the caller's. */
static wrt_json *record_of_step(const wrt_attest *a, const char *step, const char *pmid) {
    wrt_json *result = wrt_attest_result(a, step), *found = NULL;
    WRT_JSON_EACH(record, wrt_json_get(result, "data")) {
        if (found == NULL && strcmp(wrt_json_get_text(record, "pmid", ""), pmid) == 0)
            found = wrt_json_copy(record);
    }
    wrt_json_free(result);
    return found;
}

static wrt_json *find_record(const wrt_attest *a, const wrt_json *locator) {
    const char *step = wrt_json_get_text(locator, "step", NULL);
    if (step != NULL)
        return record_of_step(a, step, wrt_json_get_text(locator, "pmid", "?"));
    return wrt_attest_lookup(a, wrt_json_get_int(locator, "record", 0), "record");
}

/* What makes the paper a source of its own. */
static bool is_known_by(const wrt_json *source, const wrt_json *record) {
    wrt_json *own = wrt_quote_known_by(record);
    bool same = wrt_json_equal(wrt_json_get(source, "known_by"), own);
    wrt_json_free(own);
    return same;
}

static bool check_record(wrt_attest *a, const wrt_json *evidence, const wrt_json *record) {
    const char *pmid = wrt_json_get_text(wrt_json_get(evidence, "locator"), "pmid", "?");
    const wrt_json *source = wrt_json_get(evidence, "source");
    char hex[WRT_SHA256_HEX + 1];
    if (strcmp(wrt_json_get_text(record, "pmid", ""), pmid) != 0 ||
        strcmp(wrt_json_get_text(source, "pmid", ""), pmid) != 0)
        return wrt_attest_fail(a,
                               "the quotation is said to be of PMID %s, whose record the run "
                               "did not read there",
                               pmid);
    wrt_attest_hash(hex, record);
    if (strcmp(wrt_json_get_text(evidence, "record_sha256", "?"), hex) != 0)
        return wrt_attest_fail(a, "PMID %s: the record is not the one that was quoted", pmid);
    if (!wrt_json_equal(wrt_json_get(source, "title"), wrt_json_get(record, "title")) ||
        !wrt_json_equal(wrt_json_get(source, "journal"), wrt_json_get(record, "journal")) ||
        !wrt_json_equal(wrt_json_get(source, "year"), wrt_json_get(record, "year")) ||
        !is_known_by(source, record) ||
        strcmp(wrt_json_get_text(source, "design", "?"),
               wrt_design_name(wrt_design_of_record(record))) != 0)
        return wrt_attest_fail(a,
                               "PMID %s: title, journal, year, design, first author or trial is "
                               "not the record's",
                               pmid);
    return true;
}

/* Retracted, a notice, deleted or a preprint: by the record, or by anything else that was read. */
static bool check_standing(wrt_attest *a, const wrt_json *record) {
    const char *pmid = wrt_json_get_text(record, "pmid", "?");
    const char *objection = wrt_design_objection(record);
    wrt_pubmed_status status = wrt_attest_standing(a, pmid);
    if (objection == NULL && status != WRT_PUBMED_UNKNOWN && !wrt_pubmed_status_is_ground(status))
        objection = wrt_pubmed_status_name(status);
    return objection == NULL || wrt_attest_fail(a, "PMID %s is no ground: %s", pmid, objection);
}

static bool check_bytes(wrt_attest *a, const wrt_json *evidence, const wrt_json *record) {
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    const char *pmid = wrt_json_get_text(locator, "pmid", "?");
    const char *field = wrt_json_get_text(locator, "field", "?");
    wrt_str stored = wrt_str_of(wrt_paper_field(record, field));
    wrt_str said = wrt_str_of(wrt_json_get_text(evidence, "text", ""));
    int64_t start = wrt_json_get_int(locator, "start", -1);
    int64_t end = wrt_json_get_int(locator, "end", -1);
    char hex[WRT_SHA256_HEX + 1];
    if (start < 0 || end <= start || (uint64_t)end > stored.len ||
        !wrt_str_equal((wrt_str){stored.ptr + start, (size_t)(end - start)}, said))
        return wrt_attest_fail(a, "PMID %s, %s: bytes %lld to %lld are not the quotation", pmid,
                               field, (long long)start, (long long)end);
    wrt_sha256 digest = wrt_sha256_of(said);
    wrt_sha256_hex(hex, &digest);
    return strcmp(wrt_json_get_text(evidence, "sha256", "?"), hex) == 0 ||
           wrt_attest_fail(a, "PMID %s: the quotation is not what its hash says", pmid);
}

/* ---- read again */

typedef struct {
    wrt_json *names[2]; /* of treatment and outcome, which the terms borrow */
    wrt_named named[2];
} reading_names;

static bool read_names(reading_names *out, const wrt_attest *a, const wrt_json *reads) {
    static const char *const members[] = {"treatment", "outcome"};
    for (size_t i = 0; i < 2; i++) {
        out->named[i].n = wrt_json_get_int(reads, members[i], 0);
        out->names[i] = wrt_attest_lookup(a, out->named[i].n, "names");
        wrt_terms_read(&out->named[i].terms, out->names[i]);
    }
    return out->names[0] != NULL && out->names[1] != NULL;
}

static bool same_members(const wrt_json *a, const wrt_json *b, const char *const *members,
                         size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!wrt_json_equal(wrt_json_get(a, members[i]), wrt_json_get(b, members[i])))
            return false;
    return true;
}

static const wrt_json *same_place(const wrt_json *sentences, const wrt_json *locator) {
    static const char *const place[] = {"field", "start", "end"};
    WRT_JSON_EACH(sentence, sentences)
    if (same_members(sentence, locator, place, 3))
        return sentence;
    return NULL;
}

static bool is_read_so(const wrt_json *evidence, const wrt_quote_paper *paper) {
    static const char *const members[] = {"direction", "class", "association", "own"};
    wrt_json *sentences = wrt_quote_sentences(paper);
    const wrt_json *sentence = same_place(sentences, wrt_json_get(evidence, "locator"));
    bool same = sentence != NULL &&
                same_members(sentence, wrt_json_get(evidence, "reads"), members, 4) &&
                wrt_json_get_bool(evidence, "interventional", false) ==
                    wrt_quote_is_interventional(paper, sentence);
    wrt_json_free(sentences);
    return same;
}

static bool check_reading(wrt_attest *a, const wrt_json *evidence, const wrt_json *record) {
    const wrt_json *reads = wrt_json_get(evidence, "reads");
    reading_names *names = wrt_calloc(1, sizeof *names);
    bool known = read_names(names, a, reads);
    const wrt_quote_paper paper = {.record = record,
                                   .treatment = &names->named[0],
                                   .outcome = &names->named[1],
                                   .outcome_is_disease =
                                       wrt_json_get_bool(reads, "disease", false)};
    bool same = known && is_read_so(evidence, &paper);
    wrt_json_free(names->names[0]);
    wrt_json_free(names->names[1]);
    free(names);
    return same || wrt_attest_fail(a, "PMID %s: the sentence does not read as the evidence says",
                                   wrt_json_get_text(record, "pmid", "?"));
}

bool wrt_attest_quote(wrt_attest *a, const wrt_json *evidence) {
    wrt_json *record = find_record(a, wrt_json_get(evidence, "locator"));
    bool ok = check_record(a, evidence, record) && check_bytes(a, evidence, record) &&
              check_standing(a, record) && check_reading(a, evidence, record);
    a->quotes += ok;
    wrt_json_free(record);
    return ok;
}
