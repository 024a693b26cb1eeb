/* answer_text.c: parts of an answer's text that several sections print. */
#include "agent/answer/answer_text.h"

#include "agent/claims/wording.h"

#include <stdio.h>
#include <string.h>

const wrt_json *wrt_answer_find(const wrt_json *list, const char *id) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_get_text(item, "id", ""), id) == 0)
        return item;
    return NULL;
}

/* A text, or the texts of an array, joined by ", ". */
void wrt_answer_add_values(wrt_buf *out, const wrt_json *value) {
    if (wrt_json_text(value) != NULL)
        wrt_buf_add_c(out, wrt_json_text(value));
    size_t n = 0;
    WRT_JSON_EACH(item, value)
    if (wrt_json_text(item) != NULL)
        wrt_buf_printf(out, "%s%s", n++ > 0 ? ", " : "", wrt_json_text(item));
}

static bool holds(const wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), text) == 0)
        return true;
    return false;
}

/* What speaks against the claim stands before what it stands on. */
static void add_grounds(wrt_buf *out, const wrt_json *claim) {
    const wrt_json *rebuttals = wrt_json_get(claim, "rebuttals");
    size_t n = 0;
    if (wrt_json_count(rebuttals) > 0) {
        wrt_buf_add_c(out, "; against it ");
        wrt_answer_add_values(out, rebuttals);
    }
    wrt_buf_add_c(out, "; evidence ");
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const char *id = wrt_json_get_text(ground, "evidence", "?");
        if (!holds(rebuttals, id))
            wrt_buf_printf(out, "%s%s", n++ > 0 ? ", " : "", id);
    }
}

static const char *word_of_kind(const char *kind) {
    return strcmp(kind, "edge") == 0 ? "link" : strcmp(kind, "hypothesis") == 0 ? "route" : "claim";
}

static void add_standing(wrt_buf *out, const wrt_json *claim) {
    wrt_buf_printf(out, "          rung %d: %s; certainty of the %s %s; warrant %s",
                   (int)wrt_json_get_int(claim, "rung", 0),
                   wrt_json_get_text(claim, "rung_reason", "?"),
                   word_of_kind(wrt_json_get_text(claim, "kind", "")),
                   wrt_json_get_text(claim, "certainty", "?"),
                   wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", "?"));
    add_grounds(out, claim);
    wrt_buf_add_char(out, '\n');
}

static void add_limits(wrt_buf *out, const wrt_json *claim) {
    WRT_JSON_EACH(limit, wrt_json_get(claim, "limits"))
    wrt_buf_printf(out, "          limit: %s\n", wrt_json_text(limit));
    if (wrt_json_get_text(claim, "refute", "")[0] != '\0')
        wrt_buf_printf(out, "          would be refuted by: %s\n",
                       wrt_json_get_text(claim, "refute", ""));
}

static void add_labels(wrt_buf *out, const wrt_json *claim) {
    if (wrt_json_count(wrt_json_get(claim, "labels")) == 0)
        return;
    wrt_buf_add_c(out, "          marked: ");
    wrt_answer_add_values(out, wrt_json_get(claim, "labels"));
    wrt_buf_add_char(out, '\n');
}

void wrt_answer_add_claim(wrt_buf *out, const char *lead, const wrt_json *claim) {
    wrt_buf_printf(out, "%5s%-5s%s\n", lead, wrt_json_get_text(claim, "id", "?"),
                   wrt_json_get_text(claim, "text", "?"));
    add_standing(out, claim);
    add_limits(out, claim);
    add_labels(out, claim);
}

static void add_retraction(wrt_buf *out, const wrt_json *evidence) {
    const wrt_json *withdrawn = wrt_json_get(evidence, "withdrawn");
    wrt_buf_add_c(out, " (cited by the record");
    WRT_JSON_EACH(item, withdrawn)
    wrt_buf_printf(out, "; PMID %s is %s%s", wrt_json_get_text(item, "pmid", "?"),
                   strcmp(wrt_json_get_text(item, "status", ""), "concern") == 0 ? "under " : "",
                   wrt_json_get_text(item, "status", "?"));
    if (wrt_json_get(evidence, "unchecked") != NULL)
        wrt_buf_printf(out, "; retraction of %lld not checked)",
                       (long long)wrt_json_get_int(evidence, "unchecked", 0));
    else if (!wrt_json_get_bool(evidence, "retraction_checked", false))
        wrt_buf_add_c(out, "; retraction not checked)");
    else if (withdrawn != NULL)
        wrt_buf_add_c(out, ")");
    else
        wrt_buf_add_c(out, wrt_json_get_bool(evidence, "rechecked", false)
                               ? "; not retracted: PubMed was asked)"
                               : "; not retracted in the local PubMed)");
}

/* What was computed: by what, and from which file. */
static void add_computed(wrt_buf *out, const wrt_json *evidence) {
    static const char *const files[] = {"file", "scm"};
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    wrt_buf_printf(out, "%s by %s", wrt_json_get_text(evidence, "kind", "?"),
                   wrt_json_get_text(wrt_json_get(evidence, "source"), "tool", "?"));
    if (wrt_json_get_text(wrt_json_get(evidence, "estimate"), "estimator", NULL) != NULL)
        wrt_buf_printf(out, " (%s)",
                       wrt_json_get_text(wrt_json_get(evidence, "estimate"), "estimator", ""));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const wrt_json *file = wrt_json_get(locator, files[i]);
        if (wrt_json_get_text(file, "sha256", NULL) != NULL)
            wrt_buf_printf(out, "; %s, SHA-256 %.12s", wrt_json_get_text(file, "name", "?"),
                           wrt_json_get_text(file, "sha256", ""));
    }
    wrt_buf_add_char(out, '\n');
}

static void add_quotation(wrt_buf *out, const wrt_json *evidence) {
    const wrt_json *locator = wrt_json_get(evidence, "locator");
    const wrt_json *source = wrt_json_get(evidence, "source");
    wrt_word_quotation(out, wrt_json_get_text(source, "title", "no title"),
                       wrt_json_get_text(locator, "pmid", "?"));
    wrt_buf_printf(out, ", %s, bytes %lld to %lld; %s", wrt_json_get_text(locator, "field", "?"),
                   (long long)wrt_json_get_int(locator, "start", 0),
                   (long long)wrt_json_get_int(locator, "end", 0),
                   wrt_json_get_text(source, "journal", "no journal"));
    if (wrt_json_get_int(source, "year", 0) > 0)
        wrt_buf_printf(out, " %lld", (long long)wrt_json_get_int(source, "year", 0));
    wrt_buf_printf(out, "; %s; reads \"%s\"\n", wrt_json_get_text(source, "design", "?"),
                   wrt_json_get_text(wrt_json_get(evidence, "reads"), "direction", "?"));
}

void wrt_answer_add_evidence(wrt_buf *out, const wrt_json *answer) {
    wrt_buf_add_c(out, "\nEvidence\n");
    WRT_JSON_EACH(evidence, wrt_json_get(answer, "evidence")) {
        const wrt_json *source = wrt_json_get(evidence, "source");
        wrt_buf_printf(out, "     %-4s", wrt_json_get_text(evidence, "id", "?"));
        if (strcmp(wrt_json_get_text(evidence, "kind", ""), "publication_quote") == 0) {
            add_quotation(out, evidence);
            continue;
        }
        if (strcmp(wrt_json_get_text(evidence, "kind", ""), "kg_edge") != 0) {
            add_computed(out, evidence);
            continue;
        }
        wrt_buf_printf(out, "edge %s; %s, record ",
                       wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", "?"),
                       wrt_json_get_text(source, "primary_knowledge_source", "?"));
        wrt_answer_add_values(out, wrt_json_get(source, "record_id"));
        wrt_buf_printf(out, "; %s by %s; ", wrt_json_get_text(evidence, "knowledge_level", "?"),
                       wrt_json_get_text(evidence, "agent_type", "?"));
        if (wrt_json_count(wrt_json_get(source, "publications")) > 0) {
            wrt_answer_add_values(out, wrt_json_get(source, "publications"));
            add_retraction(out, evidence);
        } else {
            wrt_buf_add_c(out, "no publication stated");
        }
        wrt_buf_printf(out, "; %s\n", wrt_json_get_text(source, "license", "licence not stated"));
    }
}
