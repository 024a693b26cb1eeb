/* test_reading_pubmedqa.c: what the reader finds in a thousand real abstracts, against what people
 * answered (PubMedQA-L, Jin et al., EMNLP 2019).
 *
 * "Does A reduce B in C?" names a treatment and an outcome; their names are the words of the
 * question and the ends of them. The sentences of results and the conclusion are read. An answer
 * "yes" agrees with a direction (the one asked for, where the question names one), "no" with no
 * effect or the other direction; "maybe" is not counted. The figures are printed; floors hold
 * the share of papers with a direction and the agreement, with slack. */
#include "agent/literature/paper.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    wrt_json *treatment, *outcome; /* names */
    int asked;                     /* -1, +1; 0: any effect */
} question;

static const char asks[] = "does do did is are can could will";
static const char down[] = "reduce reduces decrease decreases lower lowers prevent prevents "
                           "attenuate suppress protect inhibit";
static const char up[] = "increase increases raise enhance enhances induce cause causes promote "
                         "exacerbate";
static const char any[] = "improve improves affect affects influence influences impair alter "
                          "impact";
static const char ends[] = "in after during among for with following on at when and or than by "
                           "from compared within to that use used ? , : ; ( )";
static const char skipped[] = "the a an risk of rate rates incidence against an increased higher "
                              "their its level levels severity";
static const char generic[] = "treatment therapy use level levels patients group intervention "
                              "program time effect effects outcome outcomes it they this rate "
                              "risk factors factor disease care type quality results changes";

static bool in(const wrt_sentence *s, size_t i, const char *list) {
    return wrt_sentence_in(s, i, list);
}

static void push_name(wrt_json *names, wrt_str name) {
    wrt_json_push(names, wrt_json_new_text(name));
    if (name.len > 5 && name.ptr[name.len - 1] == 's' && name.ptr[name.len - 2] != 's')
        wrt_json_push(names, wrt_json_new_text((wrt_str){name.ptr, name.len - 1}));
}

/* All ends of the phrase of tokens [from, to) that name something by themselves. */
static wrt_json *names_of(const wrt_sentence *s, size_t from, size_t to) {
    wrt_json *names = wrt_json_new_array();
    for (size_t i = from; i < to; i++) {
        const char *start = s->tokens[i].text.ptr, *last = s->tokens[to - 1].text.ptr;
        bool is_one = i + 1 == to;
        if (s->tokens[i].kind != WRT_TOKEN_WORD || in(s, i, ends) ||
            (is_one && (in(s, i, generic) || s->tokens[i].text.len < 5)))
            continue;
        push_name(names, (wrt_str){start, (size_t)(last - start) + s->tokens[to - 1].text.len});
    }
    return names;
}

/* The relation at i: how many tokens it has; 0: none stands there. */
static size_t relation_at(int *asked, const wrt_sentence *s, size_t i) {
    *asked = in(s, i, down) ? -1 : in(s, i, up) ? 1 : 0;
    if (*asked != 0 || in(s, i, any))
        return 1;
    if (in(s, i, "associated") && in(s, i + 1, "with"))
        return 2;
    *asked = 1;
    if (in(s, i, "a an") && in(s, i + 1, "risk") && in(s, i + 2, "factor") && in(s, i + 3, "for"))
        return 4;
    return 0;
}

/* The phrase that begins at `from`, up to a word that begins another. */
static size_t end_of_phrase(const wrt_sentence *s, size_t from, size_t most) {
    size_t end = from;
    while (end < most && !in(s, end, ends))
        end++;
    return end;
}

static bool read_question(question *out, const wrt_sentence *s) {
    size_t from = 0, at = 0, length = 0;
    while (from < s->n && !(in(s, from, asks) && (from == 0 || in(s, from - 1, ": ? ,"))))
        from++;
    for (from++; in(s, from, "the a an"); from++)
        ;
    for (at = from; at < s->n && (length = relation_at(&out->asked, s, at)) == 0; at++)
        ;
    size_t start = at + length, until = end_of_phrase(s, from, at);
    while (in(s, start, skipped))
        start++;
    size_t end = end_of_phrase(s, start, s->n);
    if (length == 0 || until <= from || end <= start || in(s, from, "there it they we these this"))
        return false;
    out->treatment = names_of(s, from, until);
    out->outcome = names_of(s, start, end);
    bool is_named = wrt_json_count(out->treatment) > 0 && wrt_json_count(out->outcome) > 0;
    if (!is_named) {
        wrt_json_free(out->treatment);
        wrt_json_free(out->outcome);
    }
    return is_named;
}

static void add_section(wrt_json *abstract, const char *label, const char *text) {
    wrt_json *section = wrt_json_new_object();
    wrt_json_set_text(section, "label", label);
    wrt_json_set_text(section, "text", text);
    wrt_json_push(abstract, section);
}

static wrt_json *record_of(const wrt_json *item) {
    wrt_json *record = wrt_json_new_object(), *abstract = wrt_json_new_array();
    const wrt_json *labels = wrt_json_get(item, "LABELS");
    size_t k = 0;
    WRT_JSON_EACH(context, wrt_json_get(item, "CONTEXTS")) {
        const char *label = wrt_json_text(wrt_json_at(labels, k++));
        add_section(abstract, label != NULL ? label : "", wrt_json_text(context));
    }
    add_section(abstract, "CONCLUSIONS", wrt_json_get_text(item, "LONG_ANSWER", ""));
    wrt_json_set(record, "abstract", abstract);
    return record;
}

/* How many of the paper's own sentences state each direction; returns those that name both. */
static size_t read_abstract(size_t said[4], const wrt_json *item, const question *asked) {
    static wrt_terms treatment, outcome;
    wrt_terms_read(&treatment, asked->treatment);
    wrt_terms_read(&outcome, asked->outcome);
    const wrt_reading_names names = {&treatment, &outcome, false};
    wrt_json *record = record_of(item), *sentences = wrt_paper_sentences(record, &names);
    size_t n = wrt_json_count(sentences);
    WRT_JSON_EACH(sentence, sentences)
    for (int d = 0; d < 4; d++)
        said[d] += wrt_json_get_bool(sentence, "own", false) &&
                   strcmp(wrt_json_get_text(sentence, "direction", ""),
                          wrt_direction_name((wrt_direction)d)) == 0;
    wrt_json_free(sentences);
    wrt_json_free(record);
    return n;
}

typedef struct {
    size_t questions, named, found, mixed, compared, agreed;
} figures;

static void compare(figures *f, const size_t said[4], int asked, const char *decision) {
    const size_t lowers = said[WRT_READS_LOWERS], raises = said[WRT_READS_RAISES];
    const size_t none = said[WRT_READS_NO_EFFECT];
    f->found += lowers + raises + none > 0;
    f->mixed += (lowers > 0) + (raises > 0) + (none > 0) > 1;
    if ((lowers > 0) + (raises > 0) + (none > 0) != 1 || strcmp(decision, "maybe") == 0)
        return;
    bool is_yes = asked < 0 ? lowers > 0 : asked > 0 ? raises > 0 : none == 0;
    f->compared++;
    f->agreed += is_yes == (strcmp(decision, "yes") == 0);
}

static void measure(figures *f, const wrt_json *item) {
    static wrt_sentences reader;
    wrt_sentence sentence;
    question asked = {0};
    size_t said[4] = {0};
    wrt_sentences_start(&reader, wrt_str_of(wrt_json_get_text(item, "QUESTION", "")));
    bool is_read = false;
    while (!is_read && wrt_sentences_next(&sentence, &reader))
        is_read = read_question(&asked, &sentence);
    if (!is_read)
        return;
    f->questions++;
    f->named += read_abstract(said, item, &asked) > 0;
    compare(f, said, asked.asked, wrt_json_get_text(item, "final_decision", ""));
    wrt_json_free(asked.treatment);
    wrt_json_free(asked.outcome);
}

static wrt_json *read_items(void) {
    const char *shared = getenv("WARRANT_SHARED");
    char path[1024];
    wrt_json *items = NULL;
    snprintf(path, sizeof path, "%s/data/eval/pubmedqa/ori_pqal.json",
             shared != NULL ? shared : TEST_SOURCE_DIR "/../shared");
    if (!wrt_file_exists(path))
        return NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    assert_int_equal(wrt_file_read(&text, path, WRT_MIB(64), NULL), WRT_OK);
    assert_int_equal(wrt_json_parse(&items, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    return items;
}

static void readings_agree_with_what_people_answered(void **state) {
    (void)state;
    figures f = {0};
    wrt_json *items = read_items();
    if (items == NULL) {
        print_message("SKIPPED: no data/eval/pubmedqa beside the checkout\n");
        skip();
    }
    WRT_JSON_EACH(item, items)
    measure(&f, item);
    print_message("PubMedQA-L: of %zu questions about a treatment and an outcome %zu papers name "
                  "both in a sentence, %zu state a direction as their finding (%zu more than one); "
                  "%zu of %zu agree with the answer\n",
                  f.questions, f.named, f.found, f.mixed, f.agreed, f.compared);
    assert_true(f.named > 0 && f.compared > 0);
    assert_true(f.found * 10 >= f.named);
    assert_true(f.agreed * 100 >= f.compared * 80);
    wrt_json_free(items);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readings_agree_with_what_people_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
