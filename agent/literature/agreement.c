/* agreement.c: reading papers for a question. */
#include "agent/literature/agreement.h"

#include "agent/literature/design.h"
#include "agent/steer.h"

#include <string.h>

enum { CHOICES_MAX = 9 };

/* ---- the record */

static const wrt_json *fetched_record(const wrt_agreement *table, const char *pmid) {
    WRT_JSON_EACH(record, table->fetched)
    if (strcmp(wrt_json_get_text(record, "pmid", ""), pmid) == 0)
        return record;
    return NULL;
}

/* The program's own copy speaks before what a tool says is in it. */
static wrt_status find_record(wrt_quote_paper *paper, wrt_agreement *table, const char *pmid,
                              wrt_err *err) {
    wrt_status status = WRT_OK;
    if (wrt_turn_has_pubmed(table->turn))
        status = wrt_library_record(&paper->record, &paper->lookup, &table->claims->library,
                                    table->turn, pmid, err);
    if (status == WRT_OK && paper->record == NULL) {
        paper->record = fetched_record(table, pmid);
        paper->step = table->step;
    }
    return status;
}

static void note_not_ground(wrt_agreement *table, const char *pmid, const char *why) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_text(entry, "pmid", pmid);
    wrt_json_set_text(entry, "why", why);
    wrt_json_push(table->not_grounds, entry);
}

/* ---- which sentences */

static int rank(const wrt_quote_paper *paper, const wrt_json *sentence) {
    return 2 * wrt_quote_is_interventional(paper, sentence) +
           wrt_json_get_bool(sentence, "own", false);
}

static bool has_direction(const wrt_json *sentence, const char *direction) {
    return strcmp(wrt_json_get_text(sentence, "direction", ""), direction) == 0;
}

/* The sentences of a direction that stand highest, at most CHOICES_MAX. */
static size_t candidates(const wrt_json *out[CHOICES_MAX], const wrt_quote_paper *paper,
                         const wrt_json *sentences, const char *direction) {
    size_t n = 0;
    int best = -1;
    WRT_JSON_EACH(sentence, sentences) {
        if (!has_direction(sentence, direction) || rank(paper, sentence) < best)
            continue;
        n = rank(paper, sentence) > best ? 0 : n;
        best = rank(paper, sentence);
        if (n < CHOICES_MAX)
            out[n++] = sentence;
    }
    return n;
}

/* Which of equally good sentences is quoted: the model may choose, by number. */
static wrt_status choose(const wrt_json **chosen, wrt_agreement *table, const wrt_json *const *list,
                         size_t n, wrt_err *err) {
    static const char *const numbers[CHOICES_MAX] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    wrt_str options[CHOICES_MAX];
    wrt_buf user = wrt_buf_make(WRT_MIB(1));
    size_t index = 0;
    wrt_buf_add_c(&user, "Sentences of one paper (quoted):\n");
    for (size_t i = 0; i < n; i++) {
        options[i] = wrt_str_of(numbers[i]);
        wrt_buf_printf(&user, "%s: \"%s\"\n", numbers[i], wrt_json_get_text(list[i], "text", ""));
    }
    wrt_steer_question question = {
        "quote",
        WRT_STR("Answer with the number of the sentence that states the finding most "
                "plainly."),
        wrt_buf_str(&user), options, n};
    wrt_status status =
        n > 1 ? wrt_steer_choose(&index, NULL, table->turn, &question, err) : WRT_OK;
    *chosen = list[index];
    wrt_buf_free(&user);
    return status;
}

/* ---- into the table */

static wrt_status quote(wrt_agreement *table, const wrt_quote_paper *paper,
                        const wrt_json *sentence, wrt_err *err) {
    const char *id = NULL;
    wrt_status status = wrt_quote_cite(&id, table->claims, table->turn, paper, sentence, err);
    if (status != WRT_OK)
        return status;
    wrt_json *row = wrt_json_new_object();
    wrt_json_set_text(row, "evidence", id);
    wrt_json_set_text(row, "pmid", wrt_json_get_text(paper->record, "pmid", "?"));
    wrt_json_set_text(row, "direction", wrt_json_get_text(sentence, "direction", "unclear"));
    wrt_json_set_bool(row, "interventional", wrt_quote_is_interventional(paper, sentence));
    wrt_json_set_int(row, "design", (int64_t)wrt_design_of_record(paper->record));
    wrt_json_set(row, "sources", wrt_quote_known_by(paper->record));
    wrt_json_push(table->quotes, row);
    return WRT_OK;
}

static wrt_status quote_directions(wrt_agreement *table, const wrt_quote_paper *paper,
                                   const wrt_json *sentences, wrt_err *err) {
    static const char *const directions[] = {"no_effect", "lowers", "raises", "unclear"};
    const wrt_json *list[CHOICES_MAX], *chosen = NULL;
    wrt_status status = WRT_OK;
    size_t said = 0;
    for (size_t i = 0; i < sizeof directions / sizeof *directions && status == WRT_OK; i++) {
        size_t n = candidates(list, paper, sentences, directions[i]);
        bool is_last = i + 1 == sizeof directions / sizeof *directions;
        if (n == 0 || (is_last && said > 0)) /* what is unclear is said by nobody who was clear */
            continue;
        status = choose(&chosen, table, list, n, err);
        if (status == WRT_OK)
            status = quote(table, paper, chosen, err);
        said++;
    }
    table->silent += said == 0;
    return status;
}

wrt_status wrt_agreement_read(wrt_agreement *table, const char *pmid, wrt_err *err) {
    wrt_quote_paper paper = {.treatment = &table->treatment,
                             .outcome = &table->outcome,
                             .outcome_is_disease = table->outcome_is_disease};
    wrt_status status = find_record(&paper, table, pmid, err);
    if (status != WRT_OK)
        return status;
    const char *objection = paper.record != NULL ? wrt_design_objection(paper.record) : NULL;
    if (paper.record == NULL) {
        table->missing++;
        return WRT_OK;
    }
    if (objection != NULL) {
        note_not_ground(table, pmid, objection);
        return WRT_OK;
    }
    table->read++;
    wrt_json *sentences = wrt_quote_sentences(&paper);
    status = quote_directions(table, &paper, sentences, err);
    wrt_json_free(sentences);
    return status;
}

/* ---- counting */

static bool any_known(const wrt_json *seen, const wrt_json *sources) {
    WRT_JSON_EACH(source, sources)
    if (wrt_json_get(seen, wrt_json_text(source)) != NULL)
        return true;
    return false;
}

size_t wrt_agreement_independent(const wrt_agreement *table, const char *direction,
                                 bool interventional) {
    wrt_json *seen = wrt_json_new_object();
    size_t n = 0;
    WRT_JSON_EACH(row, table->quotes) {
        const wrt_json *sources = wrt_json_get(row, "sources");
        if (!has_direction(row, direction) ||
            (interventional && !wrt_json_get_bool(row, "interventional", false)))
            continue;
        n += !any_known(seen, sources);
        WRT_JSON_EACH(source, sources)
        wrt_json_set_bool(seen, wrt_json_text(source), true);
    }
    wrt_json_free(seen);
    return n;
}
