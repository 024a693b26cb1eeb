/* answer.c: the answer as text. */
#include "agent/answer.h"

#include <stdio.h>
#include <string.h>

static const wrt_json *find_by_id(const wrt_json *list, const char *id) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_get_text(item, "id", ""), id) == 0)
        return item;
    return NULL;
}

/* A text, or the texts of an array, joined by ", ". */
static void add_values(wrt_buf *out, const wrt_json *value) {
    if (wrt_json_text(value) != NULL)
        wrt_buf_add_c(out, wrt_json_text(value));
    size_t n = 0;
    WRT_JSON_EACH(item, value)
    if (wrt_json_text(item) != NULL)
        wrt_buf_printf(out, "%s%s", n++ > 0 ? ", " : "", wrt_json_text(item));
}

static void add_grounds(wrt_buf *out, const wrt_json *claim) {
    size_t n = 0;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    wrt_buf_printf(out, "%s%s", n++ > 0 ? ", " : "", wrt_json_get_text(ground, "evidence", "?"));
}

static void add_entity(wrt_buf *out, const char *role, const wrt_json *entity) {
    if (entity != NULL)
        wrt_buf_printf(out, "%-11s%s (%s, %s), asked as \"%s\"\n", role,
                       wrt_json_get_text(entity, "name", "?"), wrt_json_get_text(entity, "id", "?"),
                       wrt_json_get_text(entity, "kind", "?"),
                       wrt_json_get_text(entity, "text", "?"));
}

static void add_head(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *frame = wrt_json_get(answer, "frame");
    wrt_buf_printf(out, "Question   %s\n", wrt_json_get_text(answer, "question", ""));
    add_entity(out, "Treatment", wrt_json_get(frame, "treatment"));
    add_entity(out, "Outcome", wrt_json_get(frame, "outcome"));
    if (wrt_json_count(wrt_json_get(frame, "unlinked")) > 0) {
        wrt_buf_add_c(out, "Not linked ");
        add_values(out, wrt_json_get(frame, "unlinked"));
        wrt_buf_add_c(out, " (no name in the graph covers it)\n");
    }
    if (wrt_json_count(wrt_json_get(frame, "also")) > 0) {
        wrt_buf_add_c(out, "Also named ");
        add_values(out, wrt_json_get(frame, "also"));
        wrt_buf_add_char(out, '\n');
    }
}

static void add_standing(wrt_buf *out, const wrt_json *claim) {
    wrt_buf_printf(out, "          rung %d: %s; certainty of the %s %s; warrant %s; evidence ",
                   (int)wrt_json_get_int(claim, "rung", 0),
                   wrt_json_get_text(claim, "rung_reason", "?"),
                   strcmp(wrt_json_get_text(claim, "kind", ""), "edge") == 0 ? "link" : "route",
                   wrt_json_get_text(claim, "certainty", "?"),
                   wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", "?"));
    add_grounds(out, claim);
    wrt_buf_add_char(out, '\n');
}

static void add_limits(wrt_buf *out, const wrt_json *claim) {
    WRT_JSON_EACH(limit, wrt_json_get(claim, "limits"))
    wrt_buf_printf(out, "          limit: %s\n", wrt_json_text(limit));
}

static void add_labels(wrt_buf *out, const wrt_json *claim) {
    if (wrt_json_count(wrt_json_get(claim, "labels")) == 0)
        return;
    wrt_buf_add_c(out, "          marked: ");
    add_values(out, wrt_json_get(claim, "labels"));
    wrt_buf_add_char(out, '\n');
}

static void add_claim(wrt_buf *out, const char *lead, const wrt_json *claim) {
    wrt_buf_printf(out, "%5s%-5s%s\n", lead, wrt_json_get_text(claim, "id", "?"),
                   wrt_json_get_text(claim, "text", "?"));
    add_standing(out, claim);
    add_limits(out, claim);
    add_labels(out, claim);
}

/* A link in full the first time, by name afterwards. */
static void add_link(wrt_buf *out, const wrt_json *claim, wrt_json *shown) {
    const char *id = wrt_json_get_text(claim, "id", "?");
    if (wrt_json_get(shown, id) == NULL)
        add_claim(out, "", claim);
    else
        wrt_buf_printf(out, "     %-5s%s (as above)\n", id, wrt_json_get_text(claim, "text", "?"));
    wrt_json_set_bool(shown, id, true);
}

static void add_hypothesis(wrt_buf *out, const wrt_json *answer, const wrt_json *hypothesis,
                           int number, wrt_json *shown) {
    const wrt_json *claims = wrt_json_get(answer, "claims");
    char lead[16];
    snprintf(lead, sizeof lead, "%d.  ", number);
    wrt_buf_add_char(out, '\n');
    add_claim(out, lead, find_by_id(claims, wrt_json_get_text(hypothesis, "claim", "")));
    WRT_JSON_EACH(link, wrt_json_get(hypothesis, "links")) {
        const wrt_json *edge = find_by_id(claims, wrt_json_text(link) ? wrt_json_text(link) : "");
        if (edge != NULL)
            add_link(out, edge, shown);
    }
}

static size_t count_role(const wrt_json *answer, const char *role) {
    size_t n = 0;
    WRT_JSON_EACH(hypothesis, wrt_json_get(answer, "hypotheses"))
    n += strcmp(wrt_json_get_text(hypothesis, "role", ""), role) == 0;
    return n;
}

static void add_group(wrt_buf *out, const wrt_json *answer, const char *role, const char *title,
                      wrt_json *shown) {
    int number = 0;
    WRT_JSON_EACH(hypothesis, wrt_json_get(answer, "hypotheses")) {
        if (strcmp(wrt_json_get_text(hypothesis, "role", ""), role) != 0)
            continue;
        if (number++ == 0)
            wrt_buf_printf(out, "\n%s\n", title);
        add_hypothesis(out, answer, hypothesis, number, shown);
    }
}

static void add_hypotheses(wrt_buf *out, const wrt_json *answer) {
    wrt_buf_printf(out,
                   "\nThe graph holds %d route%s; %zu shown. A route is a hypothesis, not proof of "
                   "effect.\n",
                   (int)wrt_json_get_int(answer, "routes", 0),
                   wrt_json_get_int(answer, "routes", 0) == 1 ? "" : "s",
                   wrt_json_count(wrt_json_get(answer, "hypotheses")));
    if (count_role(answer, "supports") == 0)
        wrt_buf_add_c(out, "No route supports what was asked. That is no evidence of safety or of "
                           "absence: the graph is small.\n");
    wrt_json *shown = wrt_json_new_object();
    add_group(out, answer, "supports", "Hypotheses", shown);
    add_group(out, answer, "context", "Routes whose direction the graph does not state", shown);
    add_group(out, answer, "contradicts", "Routes that speak against it", shown);
    wrt_json_free(shown);
}

static void add_identification(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *identification = wrt_json_get(answer, "identification");
    if (identification == NULL)
        return;
    wrt_buf_printf(out, "\nCould observational data measure this effect?\n     The effect is %s.\n",
                   wrt_json_get_text(identification, "text", ""));
    WRT_JSON_EACH(note, wrt_json_get(identification, "notes"))
    wrt_buf_printf(out, "     %s\n", wrt_json_text(note));
}

static void add_neighbours(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *list = wrt_json_get(answer, "neighbours");
    if (wrt_json_count(list) == 0)
        return;
    wrt_buf_add_c(out, "\nThe graph also links the treatment to\n     ");
    add_values(out, list);
    wrt_buf_add_char(out, '\n');
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

static void add_sources(wrt_buf *out, const wrt_json *answer) {
    wrt_buf_add_c(out, "\nEvidence\n");
    WRT_JSON_EACH(evidence, wrt_json_get(answer, "evidence")) {
        const wrt_json *source = wrt_json_get(evidence, "source");
        wrt_buf_printf(out, "     %-4s", wrt_json_get_text(evidence, "id", "?"));
        if (strcmp(wrt_json_get_text(evidence, "kind", ""), "kg_edge") != 0) {
            wrt_buf_printf(out, "%s by %s\n", wrt_json_get_text(evidence, "kind", "?"),
                           wrt_json_get_text(source, "tool", "?"));
            continue;
        }
        wrt_buf_printf(out, "edge %s; %s, record ",
                       wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", "?"),
                       wrt_json_get_text(source, "primary_knowledge_source", "?"));
        add_values(out, wrt_json_get(source, "record_id"));
        wrt_buf_printf(out, "; %s by %s; ", wrt_json_get_text(evidence, "knowledge_level", "?"),
                       wrt_json_get_text(evidence, "agent_type", "?"));
        if (wrt_json_count(wrt_json_get(source, "publications")) > 0) {
            add_values(out, wrt_json_get(source, "publications"));
            add_retraction(out, evidence);
        } else {
            wrt_buf_add_c(out, "no publication stated");
        }
        wrt_buf_printf(out, "; %s\n", wrt_json_get_text(source, "license", "licence not stated"));
    }
}

static void add_recheck(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *recheck = wrt_json_get(answer, "recheck");
    long long asked = wrt_json_get_int(recheck, "asked", 0);
    long long left_out = wrt_json_get_int(recheck, "left_out", 0);
    const char *failed = wrt_json_get_text(recheck, "failed", NULL);
    if (recheck == NULL)
        return;
    wrt_buf_add_c(out, "Re-check   ");
    if (failed != NULL)
        wrt_buf_printf(out, "not re-checked: %s; %s", failed,
                       wrt_json_get(answer, "pubmed") != NULL
                           ? "what is said of retractions is as old as the local copy"
                           : "there is no local copy either");
    else if (asked == 0)
        wrt_buf_add_c(out, "no route cites a PMID");
    else
        wrt_buf_printf(out,
                       "of %lld cited publications PubMed told of %lld, %lld of them withdrawn",
                       asked, (long long)wrt_json_get_int(recheck, "answered", 0),
                       (long long)wrt_json_get_int(recheck, "withdrawn", 0));
    if (left_out > 0)
        wrt_buf_printf(out, "; %lld more were not asked about", left_out);
    wrt_buf_add_char(out, '\n');
}

/* Said only when the gate changed something. */
static void add_gate(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *gate = wrt_json_get(answer, "gate");
    long long reworded = wrt_json_get_int(gate, "reworded", 0);
    long long dropped = wrt_json_get_int(gate, "dropped", 0);
    if (reworded + dropped > 0)
        wrt_buf_printf(out,
                       "Gate       %lld sentence%s reworded to association, %lld left out: no "
                       "warrant for what they assert\n",
                       reworded, reworded == 1 ? "" : "s", dropped);
}

static void add_foot(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *pubmed = wrt_json_get(answer, "pubmed");
    wrt_buf_printf(out, "\nModel      %s\n", wrt_json_get_text(answer, "model", "?"));
    if (pubmed != NULL)
        wrt_buf_printf(out, "PubMed     local copy up to %s, records revised until %s\n",
                       wrt_json_get_text(pubmed, "newest_file", "no file"),
                       wrt_json_get_text(pubmed, "newest_revised", "an unknown day"));
    add_recheck(out, answer);
    add_gate(out, answer);
    WRT_JSON_EACH(caveat, wrt_json_get(answer, "caveats"))
    wrt_buf_printf(out, "Caveat     %s\n", wrt_json_text(caveat));
    WRT_JSON_EACH(warning, wrt_json_get(answer, "warnings"))
    wrt_buf_printf(out, "Warning    %s\n", wrt_json_text(warning));
    wrt_buf_add_c(out, "Note       Research use. Not medical advice: nothing here says what a "
                       "person should take or stop.\n");
}

/* Names and questions are anybody's text: no control character of theirs reaches a terminal. */
static void make_printable(wrt_buf *out, size_t from) {
    for (size_t line = from; line < out->len;) {
        const char *end = memchr(out->ptr + line, '\n', out->len - line);
        size_t len = end != NULL ? (size_t)(end - (out->ptr + line)) : out->len - line;
        wrt_utf8_make_printable(out->ptr + line, len);
        line += len + 1;
    }
}

void wrt_answer_render(wrt_buf *out, const wrt_json *answer) {
    size_t from = out->len;
    if (strcmp(wrt_json_get_text(answer, "status", ""), "escalated") == 0) {
        wrt_buf_printf(out, "%s\n", wrt_json_get_text(answer, "escalation", ""));
        make_printable(out, from);
        return;
    }
    add_head(out, answer);
    if (strcmp(wrt_json_get_text(answer, "status", ""), "answered") == 0) {
        add_hypotheses(out, answer);
        add_identification(out, answer);
        wrt_buf_add_c(out, "\nWhat would change this\n"
                           "     A randomised comparison (trials were not looked up), or a "
                           "retraction or correction of a record below.\n");
        add_neighbours(out, answer);
        add_sources(out, answer);
    } else {
        wrt_buf_printf(out, "\nNo supported answer: %s\n",
                       wrt_json_get_text(answer, "reason", "no reason recorded"));
    }
    add_foot(out, answer);
    make_printable(out, from);
}
