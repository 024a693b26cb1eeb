/* answer.c: the answer as text. */
#include "agent/answer/answer.h"

#include "agent/answer/answer_text.h"
#include "agent/makers/maker.h"

#include <stdio.h>
#include <string.h>

/* What a name without an id is the name of. */
static const char *kind_of_names(const wrt_json *frame) {
    const wrt_json *inputs = wrt_json_get(frame, "inputs");
    return wrt_json_get(inputs, "data") != NULL    ? "column of the table"
           : wrt_json_get(inputs, "scm") != NULL   ? "variable of the model"
           : wrt_json_get(inputs, "graph") != NULL ? "node of the stated graph"
                                                   : NULL;
}

/* A node of the knowledge graph with its id; what is not known of an entity is not printed. */
static void add_entity(wrt_buf *out, const char *role, const wrt_json *frame, const char *key) {
    const wrt_json *entity = wrt_json_get(frame, key);
    const char *name = wrt_json_get_text(entity, "name", NULL);
    const char *id = wrt_json_get_text(entity, "id", NULL);
    bool is_words = strcmp(wrt_json_get_text(entity, "match", ""), "words") == 0;
    const char *other = is_words ? "as worded, no node of a graph" : kind_of_names(frame);
    const char *kind = wrt_json_get_text(entity, "kind", id == NULL ? other : NULL);
    const char *text = wrt_json_get_text(entity, "text", NULL);
    if (name == NULL)
        return;
    wrt_buf_printf(out, "%-11s%s", role, name);
    if (id != NULL || kind != NULL)
        wrt_buf_printf(out, " (%s%s%s)", id != NULL ? id : "",
                       id != NULL && kind != NULL ? ", " : "", kind != NULL ? kind : "");
    if (text != NULL && (id != NULL || strcmp(text, name) != 0))
        wrt_buf_printf(out, ", asked as \"%s\"", text);
    wrt_buf_add_char(out, '\n');
}

static void add_head(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *frame = wrt_json_get(answer, "frame");
    wrt_buf_printf(out, "Question   %s\n", wrt_json_get_text(answer, "question", ""));
    add_entity(out, "Treatment", frame, "treatment");
    add_entity(out, "Outcome", frame, "outcome");
    if (wrt_json_count(wrt_json_get(frame, "unlinked")) > 0) {
        wrt_buf_add_c(out, "Not linked ");
        wrt_answer_add_values(out, wrt_json_get(frame, "unlinked"));
        wrt_buf_add_c(out, " (no name in the graph covers it)\n");
    }
    if (wrt_json_count(wrt_json_get(frame, "also")) > 0) {
        wrt_buf_add_c(out, "Also named ");
        wrt_answer_add_values(out, wrt_json_get(frame, "also"));
        wrt_buf_add_char(out, '\n');
    }
}

/* What was asked and has no answer stands before all that has one. */
static void add_not_computed(wrt_buf *out, const wrt_json *answer) {
    const wrt_json *missing = wrt_json_get(answer, "not_computed");
    if (missing != NULL)
        wrt_buf_printf(out, "\nNOT COMPUTED: %s.\n     because: %s\n",
                       wrt_json_get_text(missing, "what", "?"),
                       wrt_json_get_text(missing, "why", "no reason recorded"));
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

wrt_json *wrt_answer_sentences(const wrt_json *answer) {
    wrt_json *sentences = wrt_json_new_array();
    WRT_JSON_EACH(claim, wrt_json_get(answer, "claims")) {
        if (wrt_json_get_bool(claim, "withheld", false))
            continue;
        wrt_json *item = wrt_json_new_object(), *ids = wrt_json_new_array();
        wrt_json_push_text(ids, wrt_json_get_text(claim, "id", "?"));
        wrt_json_set_text(item, "text", wrt_json_get_text(claim, "text", ""));
        wrt_json_set(item, "claims", ids);
        wrt_json_push(sentences, item);
    }
    return sentences;
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
        add_not_computed(out, answer);
        wrt_conclusion_render(out, answer);
    } else {
        wrt_buf_printf(out, "\nNo supported answer: %s\n",
                       wrt_json_get_text(answer, "reason", "no reason recorded"));
    }
    add_foot(out, answer);
    make_printable(out, from);
}
