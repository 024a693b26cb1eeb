/* test_standing.c: what is known against cited publications, and what PubMed said of them. */
#include "agent/claims/retraction.h"
#include "agent/claims/standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Written with ' for ". */
static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    char copy[2000];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = copy; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(copy), NULL), WRT_OK);
    return value;
}

static void assert_json(const wrt_json *value, const char *expected) {
    wrt_json *wanted = parse(expected);
    if (!wrt_json_equal(value, wanted)) {
        wrt_buf text = wrt_buf_make(WRT_KIB(64));
        wrt_json_write(&text, value);
        fail_msg("got %s, want %s", wrt_buf_str(&text).ptr, expected);
    }
    wrt_json_free(wanted);
}

static void retraction_counts_the_gravest_of_its_voices(void **state) {
    (void)state;
    static const struct {
        const char *edge, *live;
        size_t publications, unknown, rechecked, withdrawn;
        bool is_total;
    } cases[] = {
        {"{'publications':['PMID:1','PMID:2']}", NULL, 2, 2, 0, 0, false},
        {"{'publications':['PMID:1','PMID:2']}", "{'1':'ok'}", 2, 1, 1, 0, false},
        {"{'publications':['PMID:1','PMID:2']}", "{'1':'ok','2':'retracted'}", 2, 0, 2, 1, false},
        {"{'publications':['PMID:1','PMID:2']}", "{'1':'concern','2':'retracted'}", 2, 0, 2, 2,
         true},
        {"{'publications':['PMID:1'],'retracted_publications':['PMID:1']}", "{'1':'ok'}", 1, 0, 1,
         1, true}, /* what the graph holds is not lifted */
        {"{'publications':['PMID:1','PMID:2'],'retracted_publications':['PMID:2']}", NULL, 2, 1, 0,
         1, false},
        {"{'publications':['PMID:1','DOI:10.1/x'],'retracted_publications':[]}", NULL, 1, 1, 0, 0,
         false},
        {"{'publications':['PMC:7'],'retracted_publications':['PMC:7'],'support_retracted':true}",
         NULL, 0, 0, 0, 0, true},
        {"{'publications':[]}", "{'1':'retracted'}", 0, 0, 0, 0, false},
        {"{'publications':['PMID:1']}", "{'1':'unknown'}", 1, 1, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *edge = parse(cases[i].edge);
        wrt_json *live = cases[i].live != NULL ? parse(cases[i].live) : NULL;
        wrt_retraction_sources sources = {.live = live};
        wrt_retraction found;
        wrt_retraction_of_edge(&found, &sources, edge);
        assert_int_equal(found.publications, cases[i].publications);
        assert_int_equal(found.unknown, cases[i].unknown);
        assert_int_equal(found.rechecked, cases[i].rechecked);
        assert_int_equal(found.withdrawn, cases[i].withdrawn);
        assert_int_equal(wrt_json_count(found.list), cases[i].withdrawn);
        assert_int_equal(wrt_retraction_is_total(&found), cases[i].is_total);
        wrt_retraction_clear(&found);
        wrt_json_free(edge);
        wrt_json_free(live);
    }
}

static void cited_lists_each_pmid_once_in_order(void **state) {
    (void)state;
    size_t left_out = 9;
    wrt_json *paths = parse("[{'edges':[{'publications':['PMID:7','DOI:10.1/x','pmid 5']},{}]},"
                            "{'edges':[{'publications':['PMID:5','PMID:007','PMID:3']}]}]");
    wrt_json *cited = wrt_standing_cited(&left_out, paths);
    assert_json(cited, "['7','5','3']");
    assert_int_equal(left_out, 0);
    wrt_json_free(cited);
    wrt_json_free(paths);
}

static void cited_counts_what_is_beyond_the_cap(void **state) {
    (void)state;
    size_t left_out = 0;
    wrt_json *edge = wrt_json_new_object(), *list = wrt_json_new_array();
    wrt_json *edges = wrt_json_new_array(), *path = wrt_json_new_object();
    wrt_json *paths = wrt_json_new_array();
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= WRT_STANDING_MAX + 3; i++) {
            char text[24];
            snprintf(text, sizeof text, "PMID:%d", i);
            wrt_json_push_text(list, text);
        }
    }
    wrt_json_set(edge, "publications", list);
    wrt_json_push(edges, edge);
    wrt_json_set(path, "edges", edges);
    wrt_json_push(paths, path);
    wrt_json *cited = wrt_standing_cited(&left_out, paths);
    assert_int_equal(wrt_json_count(cited), WRT_STANDING_MAX);
    assert_int_equal(left_out, 3);
    wrt_json_free(cited);
    wrt_json_free(paths);
}

static void read_takes_only_what_was_asked_and_has_a_meaning(void **state) {
    (void)state;
    wrt_json *asked = parse("['1','2','3','4']");
    wrt_json *result = parse("{'status':'partial','data':[{'pmid':'1','status':'ok'},"
                             "{'pmid':'2','status':'retracted'},{'pmid':'3','status':'fine'},"
                             "{'pmid':'4','status':'unknown'},{'pmid':'9','status':'retracted'},"
                             "{}]}");
    wrt_json *standings = wrt_standing_read(asked, result);
    assert_json(standings, "{'1':'ok','2':'retracted'}");
    wrt_json *report = wrt_standing_report(asked, 5, result, standings);
    assert_json(report, "{'asked':4,'answered':2,'withdrawn':1,'left_out':5}");
    wrt_json_free(report);
    wrt_json_free(standings);
    wrt_json_free(result);
    wrt_json_free(asked);
}

static void report_says_why_nothing_was_learnt(void **state) {
    (void)state;
    static const struct {
        const char *result, *failed;
    } cases[] = {
        {"{'status':'error','data':[{'pmid':'1','status':'ok'}],'error':{'message':'it is down'}}",
         "it is down"},
        {"{'status':'gated','data':[],'warnings':['nothing was asked: no'],'error':null}",
         "nothing was asked: no"},
        {"{'status':'gated','data':null}", "the tool gave no reason"},
        {"{'status':'empty','data':[]}", NULL},
        {NULL, "the protocol has no step for it"},
    };
    wrt_json *asked = parse("['1']");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrt_json *result = cases[i].result != NULL ? parse(cases[i].result) : NULL;
        wrt_json *standings = wrt_standing_read(asked, result);
        wrt_json *report = wrt_standing_report(asked, 0, result, standings);
        const char *failed = wrt_json_get_text(report, "failed", NULL);
        assert_int_equal(wrt_json_count(standings), 0);
        if (cases[i].failed == NULL)
            assert_null(failed);
        else
            assert_string_equal(failed, cases[i].failed);
        wrt_json_free(report);
        wrt_json_free(standings);
        wrt_json_free(result);
    }
    wrt_json_free(asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retraction_counts_the_gravest_of_its_voices),
        cmocka_unit_test(cited_lists_each_pmid_once_in_order),
        cmocka_unit_test(cited_counts_what_is_beyond_the_cap),
        cmocka_unit_test(read_takes_only_what_was_asked_and_has_a_meaning),
        cmocka_unit_test(report_says_why_nothing_was_learnt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
