/* test_live_answers.c: what E-utilities answer, as structs; the recorded answers of NCBI beside
 * self-written ones. Numbers of the recorded files were counted with Python's ElementTree. */
#include "tests/pubmed/reading.h"

#include "base/file.h"
#include "pubmed/live/answers.h"
#include "pubmed/live/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- files of NCBI's answers */

static wrt_buf read_shared(const char *name) {
    char below[128];
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    (void)snprintf(below, sizeof below, "eutils/biopython/%s", name);
    char *path = pubmed_shared_path(below);
    bool is_there = wrt_file_read(&text, path, WRT_MIB(1), NULL) == WRT_OK;
    free(path);
    if (!is_there) {
        print_message("SKIPPED: no data/pubmed/%s under WARRANT_SHARED\n", below);
        skip();
    }
    return text;
}

static void real_searches_read_as_counted(void **state) {
    (void)state;
    static const struct {
        const char *file;
        int64_t count, start, first, last;
        size_t n;
        bool is_stored;
    } rows[] = {
        {"esearch1.xml", 63, 0, 41282813, 37810457, 20, false},
        {"esearch2.xml", 42249, 0, 41297076, 0, 100, true},
        {"esearch3.xml", 2651, 6, 11121077, 11121072, 6, false},
        {"esearch5.xml", 5, 0, 6540636, 3443459, 5, false},
        {"esearch6.xml", 1018, 0, 3069587804, 2274792553, 20, false},
        {"esearch7.xml", 330, 0, 3108048616, 0, 20, false},
        {"esearch8.xml", 0, 0, 0, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_buf text = read_shared(rows[i].file);
        wrt_arena *arena = wrt_arena_new();
        wrt_eutils_answer answer = {0};
        wrt_live_fault fault = {0};
        wrt_err err = {0};
        if (wrt_eutils_read_search(&answer, arena, wrt_buf_str(&text), &fault, &err) != WRT_OK)
            fail_msg("%s: %s", rows[i].file, err.message);
        assert_int_equal(answer.count, rows[i].count);
        assert_int_equal(answer.retstart, rows[i].start);
        assert_int_equal(answer.ids.n, rows[i].n);
        if (rows[i].n > 0)
            assert_int_equal(answer.ids.items[0], rows[i].first);
        if (rows[i].last != 0)
            assert_int_equal(answer.ids.items[rows[i].n - 1], rows[i].last);
        assert_int_equal(answer.webenv.len > 0, rows[i].is_stored);
        assert_int_equal(answer.query_key, rows[i].is_stored);
        if (rows[i].count == 0)
            assert_true(wrt_str_equal_c(answer.phrases_not_found.items[0], "abcXYZ"));
        wrt_arena_free(arena);
        wrt_buf_free(&text);
    }
}

static void real_posts_and_spellings_read(void **state) {
    (void)state;
    static const struct {
        const char *file;
        wrt_status status;
        wrt_live_fault_kind kind;
    } rows[] = {{"epost1.xml", WRT_OK, WRT_LIVE_NONE},
                {"epost2.xml", WRT_E_INPUT, WRT_LIVE_QUERY},
                {"epost3.xml", WRT_E_INPUT, WRT_LIVE_QUERY}};
    wrt_arena *arena = wrt_arena_new();
    wrt_eutils_answer answer = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_buf text = read_shared(rows[i].file);
        wrt_live_fault fault = {0};
        wrt_err err = {0};
        assert_int_equal(wrt_eutils_read_post(&answer, arena, wrt_buf_str(&text), &fault, &err),
                         rows[i].status);
        assert_int_equal(fault.kind, rows[i].kind);
        wrt_buf_free(&text);
    }
    wrt_buf text = read_shared("espell.xml");
    wrt_live_fault fault = {0};
    answer = (wrt_eutils_answer){0};
    assert_int_equal(wrt_eutils_read_spell(&answer, arena, wrt_buf_str(&text), &fault, NULL),
                     WRT_OK);
    assert_true(wrt_str_equal_c(answer.corrected, "biopython"));
    wrt_buf_free(&text);
    wrt_arena_free(arena);
}

static void real_links_read_as_counted(void **state) {
    (void)state;
    static const struct {
        const char *file, *name;
        wrt_status status;
        size_t sources, ids;
        int64_t source, last;
    } rows[] = {
        {"elink1.xml", "pubmed_pubmed", WRT_OK, 1, 101, 9298984, 17333235},
        {"elink4.xml", "pubmed_pubmed", WRT_OK, 1, 156, 12242737, 13808134},
        {"elink2.xml", NULL, WRT_E_FAILED, 0, 0, 0, 0}, /* several sources in one set */
        {"elink3.xml", NULL, WRT_E_FAILED, 0, 0, 0, 0},
        {"elink8.xml", NULL, WRT_OK, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_buf text = read_shared(rows[i].file);
        wrt_arena *arena = wrt_arena_new();
        wrt_eutils_linked linked = {0};
        wrt_live_fault fault = {0};
        wrt_err err = {0};
        wrt_status status = wrt_eutils_read_links(&linked, arena, wrt_buf_str(&text), &fault, &err);
        if (status != rows[i].status)
            fail_msg("%s: %d %s", rows[i].file, status, err.message);
        if (status == WRT_OK)
            assert_int_equal(linked.sources.n, rows[i].sources);
        if (rows[i].name != NULL) {
            assert_true(linked.n_links >= 1);
            const wrt_eutils_links *links = &linked.links[0];
            assert_true(wrt_str_equal_c(links->name, rows[i].name));
            assert_int_equal(links->source, rows[i].source);
            assert_int_equal(links->ids.n, rows[i].ids);
            assert_int_equal(links->ids.items[links->ids.n - 1], rows[i].last);
        }
        wrt_arena_free(arena);
        wrt_buf_free(&text);
    }
}

/* ---- self-written answers */

static wrt_status read_links(wrt_eutils_linked *out, wrt_arena *arena, const char *text,
                             wrt_live_fault *fault) {
    wrt_err err = {0};
    *fault = (wrt_live_fault){0};
    return wrt_eutils_read_links(out, arena, wrt_str_of(text), fault, &err);
}

static void links_of_each_source_are_apart(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_eutils_linked linked = {0};
    wrt_live_fault fault;
    assert_int_equal(
        read_links(&linked, arena,
                   "<eLinkResult><LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>1</Id></IdList>"
                   "<LinkSetDb><DbTo>pubmed</DbTo><LinkName>pubmed_pubmed_refs</LinkName>"
                   "<Link><Id>10</Id></Link><Link><Id>11</Id></Link></LinkSetDb>"
                   "<LinkSetDb><DbTo>pubmed</DbTo><LinkName>other</LinkName><Link><Id>99</Id>"
                   "</Link></LinkSetDb></LinkSet>"
                   "<LinkSet><IdList><Id>2</Id></IdList></LinkSet></eLinkResult>",
                   &fault),
        WRT_OK);
    assert_int_equal(linked.sources.n, 2);
    assert_int_equal(linked.sources.items[1], 2);
    assert_int_equal(linked.n_links, 2);
    assert_int_equal(linked.links[0].source, 1);
    assert_int_equal(linked.links[0].ids.n, 2);
    assert_int_equal(linked.links[1].ids.items[0], 99);
    assert_int_equal(
        read_links(&linked, arena,
                   "<eLinkResult><LinkSet><IdList><Id>1</Id></IdList><ERROR>TXCLIENT EOF "
                   "NCBI C++ Exception</ERROR></LinkSet></eLinkResult>",
                   &fault),
        WRT_E_UNAVAILABLE);
    assert_int_equal(fault.kind, WRT_LIVE_BACKEND);
    wrt_arena_free(arena);
}

static void citation_matches_read_line_by_line(void **state) {
    (void)state;
    wrt_arena *arena = wrt_arena_new();
    wrt_eutils_matches matches = {0};
    wrt_live_fault fault = {0};
    wrt_err err = {0};
    assert_int_equal(wrt_eutils_read_matches(&matches, arena,
                                             WRT_STR("a|1991|88|3248|b|k1|2014248\n"
                                                     "c|2000|1|2|d|k2|NOT_FOUND;INVALID_JOURNAL\r\n"
                                                     "c|2000|1||d|k3|AMBIGUOUS (8 citations)\n\n"),
                                             &fault, &err),
                     WRT_OK);
    assert_int_equal(matches.n, 3);
    assert_int_equal(matches.matches[0].pmid, 2014248);
    assert_true(wrt_str_equal_c(matches.matches[0].key, "k1"));
    assert_int_equal(matches.matches[1].pmid, 0);
    assert_true(wrt_str_equal_c(matches.matches[1].reason, "NOT_FOUND;INVALID_JOURNAL"));
    assert_true(wrt_str_equal_c(matches.matches[2].reason, "AMBIGUOUS (8 citations)"));
    assert_int_equal(
        wrt_eutils_read_matches(&matches, arena, WRT_STR("only|three|fields\n"), &fault, &err),
        WRT_E_FAILED);
    assert_int_equal(fault.kind, WRT_LIVE_SHAPE);
    wrt_arena_free(arena);
}

/* ---- the small XML reader */

static wrt_status note_paths(const char *path, bool is_close, wrt_str text, void *ctx,
                             wrt_err *err) {
    (void)err;
    if (is_close)
        wrt_buf_printf(ctx, "%s=%.*s;", path, (int)text.len, text.ptr);
    return WRT_OK;
}

static void xml_gives_each_element_with_its_path(void **state) {
    (void)state;
    wrt_buf seen = wrt_buf_make(WRT_KIB(4));
    assert_int_equal(wrt_live_xml_read(WRT_STR("<?xml version=\"1.0\"?>\n<a><b> x &amp; y </b>"
                                               "<c><![CDATA[<z>]]></c><b/></a>"),
                                       note_paths, &seen, NULL),
                     WRT_OK);
    assert_string_equal(seen.ptr, "a/b=x & y;a/c=<z>;a/b=;a=;");
    wrt_buf_free(&seen);
}

static void xml_refuses_what_is_hostile(void **state) {
    (void)state;
    char deep[WRT_LIVE_XML_DEPTH_MAX * 3 + 10] = "";
    for (int i = 0; i <= WRT_LIVE_XML_DEPTH_MAX; i++)
        memcpy(deep + (size_t)i * 3, "<a>", 4);
    const struct {
        const char *text;
        wrt_status status;
    } rows[] = {
        {"", WRT_E_UNAVAILABLE},
        {"plain", WRT_E_UNAVAILABLE},
        {"<a><b></a>", WRT_E_UNAVAILABLE},
        {"<a/><b/>", WRT_E_UNAVAILABLE},
        {"<a>&#0;</a>", WRT_E_UNAVAILABLE},
        {"<a>\xc3\x28</a>", WRT_E_INPUT},
        {"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", WRT_E_INPUT},
        {"<!DOCTYPE a [<!ENTITY % x SYSTEM \"file:///etc/passwd\">%x;]><a/>", WRT_E_INPUT},
        {"<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>", WRT_OK},
        {deep, WRT_E_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrt_buf seen = wrt_buf_make(WRT_KIB(4));
        wrt_err err = {0};
        wrt_status status = wrt_live_xml_read(wrt_str_of(rows[i].text), note_paths, &seen, &err);
        if (status != rows[i].status)
            fail_msg("row %zu: %d %s", i, status, err.message);
        wrt_buf_free(&seen);
    }
    size_t len = WRT_LIVE_XML_TEXT_MAX + 20;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, 'x', len);
    memcpy(text, "<a>", 3);
    memcpy(text + len - 4, "</a>", 4);
    wrt_buf seen = wrt_buf_make(WRT_KIB(4));
    assert_int_equal(wrt_live_xml_read((wrt_str){text, len}, note_paths, &seen, NULL), WRT_E_LIMIT);
    wrt_buf_free(&seen);
    free(text);
}

static void xml_with_an_endless_tag_is_refused(void **state) {
    (void)state;
    static const char *const begins[] = {"<a ", "<!-- ", "<a b=\"", "<![CDATA[", "<!DOCTYPE a "};
    size_t len = (size_t)16 << 20;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        wrt_buf seen = wrt_buf_make(WRT_KIB(4));
        memset(text, 'x', len);
        memcpy(text, begins[i], strlen(begins[i]));
        assert_int_equal(wrt_live_xml_read((wrt_str){text, len}, note_paths, &seen, NULL),
                         WRT_E_LIMIT);
        /* A short one that is not finished was cut off. */
        assert_int_equal(
            wrt_live_xml_read((wrt_str){text, WRT_LIVE_XML_TAG_MAX}, note_paths, &seen, NULL),
            WRT_E_UNAVAILABLE);
        wrt_buf_free(&seen);
    }
    free(text);
}

static void parameters_are_percent_encoded(void **state) {
    (void)state;
    wrt_buf out = wrt_buf_make(WRT_KIB(1));
    wrt_live_add_c(&out, "term", "a b&c=\"\xc3\xa9\"+%~[pt]");
    wrt_live_add_int(&out, "retmax", 20);
    assert_string_equal(out.ptr, "term=a%20b%26c%3D%22%C3%A9%22%2B%25~%5Bpt%5D&retmax=20");
    wrt_buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_searches_read_as_counted),
        cmocka_unit_test(real_posts_and_spellings_read),
        cmocka_unit_test(real_links_read_as_counted),
        cmocka_unit_test(links_of_each_source_are_apart),
        cmocka_unit_test(citation_matches_read_line_by_line),
        cmocka_unit_test(xml_gives_each_element_with_its_path),
        cmocka_unit_test(xml_refuses_what_is_hostile),
        cmocka_unit_test(xml_with_an_endless_tag_is_refused),
        cmocka_unit_test(parameters_are_percent_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
