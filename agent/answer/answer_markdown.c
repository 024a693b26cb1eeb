/* answer_markdown.c: the answer as CommonMark. Every text from outside is escaped, so that a name
 * cannot become a link, a heading or HTML. */
#include "agent/answer/answer.h"

#include <string.h>

static void add_escaped(wrt_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (strchr("\\`*_[]<>#|~&!", *text) != NULL)
            wrt_buf_add_char(out, '\\');
        wrt_buf_add_char(out, c < 0x20 || c == 0x7F ? ' ' : *text);
    }
}

static void add_member(wrt_buf *out, const char *lead, const wrt_json *object, const char *key) {
    const char *text = wrt_json_get_text(object, key, NULL);
    if (text == NULL)
        return;
    wrt_buf_add_c(out, lead);
    add_escaped(out, text);
}

static void add_items(wrt_buf *out, const char *title, const wrt_json *list) {
    if (wrt_json_count(list) == 0)
        return;
    wrt_buf_printf(out, "\n## %s\n\n", title);
    WRT_JSON_EACH(item, list) {
        wrt_buf_add_c(out, "- ");
        add_escaped(out, wrt_json_text(item) != NULL ? wrt_json_text(item) : "?");
        wrt_buf_add_char(out, '\n');
    }
}

static void add_claim(wrt_buf *out, const wrt_json *claim) {
    size_t n = 0;
    wrt_buf_add_c(out, "- **");
    add_escaped(out, wrt_json_get_text(claim, "id", "?"));
    wrt_buf_add_c(out, "** ");
    add_escaped(out, wrt_json_get_text(claim, "text", "?"));
    wrt_buf_printf(out, "  \n  rung %d", (int)wrt_json_get_int(claim, "rung", 0));
    add_member(out, ": ", claim, "rung_reason");
    add_member(out, "; certainty ", claim, "certainty");
    add_member(out, "; warrant ", wrt_json_get(claim, "warrant"), "kind");
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds"))
    add_member(out, n++ == 0 ? "; evidence " : ", ", ground, "evidence");
    wrt_buf_add_char(out, '\n');
    WRT_JSON_EACH(limit, wrt_json_get(claim, "limits")) {
        wrt_buf_add_c(out, "  - limit: ");
        add_escaped(out, wrt_json_text(limit) != NULL ? wrt_json_text(limit) : "?");
        wrt_buf_add_char(out, '\n');
    }
}

static void add_claims(wrt_buf *out, const wrt_json *claims) {
    if (wrt_json_count(claims) > 0)
        wrt_buf_add_c(out, "\n## Claims\n\n");
    WRT_JSON_EACH(claim, claims)
    add_claim(out, claim);
}

static void add_evidence(wrt_buf *out, const wrt_json *list) {
    if (wrt_json_count(list) > 0)
        wrt_buf_add_c(out, "\n## Evidence\n\n");
    WRT_JSON_EACH(item, list) {
        const wrt_json *source = wrt_json_get(item, "source");
        wrt_buf_add_c(out, "- **");
        add_escaped(out, wrt_json_get_text(item, "id", "?"));
        wrt_buf_add_c(out, "** ");
        add_escaped(out, wrt_json_get_text(item, "kind", "?"));
        add_member(out, ", edge ", wrt_json_get(item, "locator"), "edge");
        add_member(out, ", PMID ", wrt_json_get(item, "locator"), "pmid");
        add_member(out, ", ", source, "primary_knowledge_source");
        add_member(out, ", by ", source, "tool");
        add_member(out, ", ", source, "license");
        wrt_buf_add_char(out, '\n');
    }
}

static void add_observations(wrt_buf *out, const wrt_json *list) {
    size_t n = 0;
    WRT_JSON_EACH(item, list) {
        if (!wrt_json_get_bool(item, "shown", false))
            continue;
        wrt_buf_add_c(out, n++ == 0 ? "\n## Observations\n\n- " : "- ");
        add_escaped(out, wrt_json_get_text(item, "step", "?"));
        add_member(out, " (", item, "tool");
        add_member(out, "): ", item, "status");
        add_member(out, "; ", item, "digest");
        wrt_buf_add_char(out, '\n');
    }
}

static void add_reason(wrt_buf *out, const wrt_json *answer) {
    const char *escalation = wrt_json_get_text(answer, "escalation", NULL);
    if (escalation != NULL)
        add_escaped(out, escalation);
    else
        add_member(out, "No supported answer: ", answer, "reason");
    wrt_buf_add_char(out, '\n');
    WRT_JSON_EACH(item, wrt_json_get(answer, "clarify")) {
        add_member(out, "- ", item, "why");
        wrt_buf_add_char(out, '\n');
    }
}

void wrt_answer_markdown(wrt_buf *out, const wrt_json *answer) {
    const char *status = wrt_json_get_text(answer, "status", "?");
    wrt_buf_add_c(out, "# ");
    add_escaped(out, wrt_json_get_text(answer, "question", "?"));
    wrt_buf_printf(out, "\n\nStatus: %s\n\n", status);
    if (strcmp(status, "answered") != 0)
        add_reason(out, answer);
    add_member(out, "**NOT COMPUTED**: ", wrt_json_get(answer, "not_computed"), "what");
    add_member(out, "; because: ", wrt_json_get(answer, "not_computed"), "why");
    add_claims(out, wrt_json_get(answer, "claims"));
    if (strcmp(status, "answered") == 0 && wrt_json_get_text(answer, "change", NULL) != NULL) {
        add_member(out, "\n## What would change this\n\n", answer, "change");
        wrt_buf_add_char(out, '\n');
    }
    add_observations(out, wrt_json_get(answer, "observations"));
    add_evidence(out, wrt_json_get(answer, "evidence"));
    add_items(out, "Caveats", wrt_json_get(answer, "caveats"));
    add_items(out, "Warnings", wrt_json_get(answer, "warnings"));
    add_member(out, "\nModel: ", answer, "model");
    wrt_buf_add_c(out,
                  "\n\nResearch use. Not medical advice: nothing here says what a person should "
                  "take or stop.\n");
}
