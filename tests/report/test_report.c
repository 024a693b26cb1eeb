/* test_report.c: the page of a run made up here. */
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Text that would end an attribute, an element, a comment, a style or a CDATA section; then a
 * character that reorders text. */
#define HOSTILE "<script>alert(1)</script>\\\"' onload=x --> </style> ]]> &lt; \xe2\x80\xae"

#define EVENT(seq, type, body)                                                                     \
    "{\"v\":1,\"run\":\"20260101-000000-abcdef\",\"seq\":" seq ",\"type\":\"" type                 \
    "\",\"body\":" body ",\"prev\":null,\"meta\":{\"ts\":\"2026-01-01T00:00:0" seq ".000Z\"}}"

#define CLAIM(id, text, evidence, role)                                                            \
    "{\"id\":\"" id "\",\"kind\":\"edge\",\"text\":\"" text "\",\"rung\":2,\"rung_reason\":\"r\""  \
    ",\"certainty\":\"low\",\"warrant\":{\"kind\":\"curated_mechanism\",\"assumptions\":[\"as\"]}" \
    ",\"grounds\":[{\"evidence\":\"" evidence "\",\"role\":\"" role "\"}],\"limits\":[\"" HOSTILE  \
    "\"],\"decision\":\"d1\"}"

#define EVIDENCE(id, name)                                                                         \
    "{\"id\":\"" id "\",\"kind\":\"kg_edge\",\"source\":{\"primary_knowledge_source\":\"" name     \
    "\",\"record_id\":[\"R1\"],\"publications\":[\"PMID:123\",\"PMID:1\\\"><script>\"],"           \
    "\"license\":\"CC0\"},\"locator\":{\"edge\":\"E1\"},\"sha256\":\"ab\"}"

#define C1 CLAIM("c1", HOSTILE, "e1", "supports")
#define C2 CLAIM("c2", "second claim", "e2", "contradicts")
#define C3 CLAIM("c3", "withheld claim", "e9", "supports")

static const char *const run_events[] = {
    EVENT("0", "run.start",
          "{\"question\":\"" HOSTILE "\",\"program\":\"warrant 0\",\"model\":{\"kind\":"
          "\"script\"},\"policy\":{\"sha256\":\"pp\"}}"),
    EVENT("1", "input", "{\"question\":\"" HOSTILE "\"}"),
    EVENT("2", "policy.decision",
          "{\"id\":\"d1\",\"phase\":\"claim\",\"step\":\"" HOSTILE "\",\"decision\":\"allow\","
          "\"determining\":[\"rule.one\",\"" HOSTILE "\"],\"messages\":[],\"obligations\":["
          "{\"type\":\"label\"}]}"),
    EVENT("3", "tool.call",
          "{\"step\":\"paths\",\"tool\":\"kg_paths\",\"args\":{},\"decision\":\"d1\"}"),
    EVENT("4", "tool.result",
          "{\"step\":\"paths\",\"tool\":\"kg_paths\",\"status\":\"ok\",\"blob\":{\"sha256\":\"bb\","
          "\"size\":9}}"),
    EVENT("5", "graph",
          "{\"step\":\"graph\",\"result\":{\"data\":{\"graph\":{\"nodes\":[\"a\",\"b\"],\"edges\":"
          "[[\"" HOSTILE "\",\"b\"]],\"bidirected\":[[\"a\",\"b\"]]}}}}"),
    EVENT("6", "evidence", EVIDENCE("e1", "infores:one")),
    EVENT("7", "evidence", EVIDENCE("e2", HOSTILE)),
    EVENT("8", "claim", C1),
    EVENT("9", "claim", C2),
    EVENT("10", "claim", C3),
    EVENT("11", "model.request", "{\"call\":1,\"purpose\":\"" HOSTILE "\"}"),
    EVENT("12", "model.response", "{\"call\":1,\"by\":\"model\",\"choice\":0}"),
    EVENT("13", "answer",
          "{\"status\":\"answered\",\"question\":\"q\",\"model\":\"" HOSTILE
          "\",\"hypotheses\":[{\"role\":\"supports\",\"claim\":\"c1\",\"links\":[\"c2\",\"" HOSTILE
          "\"]}],\"claims\":[" C1 "," C2
          "],\"evidence\":[" EVIDENCE("e1", "infores:one") "," EVIDENCE(
              "e2", HOSTILE) "],\"identification\":{\"text\":\"" HOSTILE "\",\"notes\":[\"" HOSTILE
                             "\"]},\"warnings\":[\"" HOSTILE "\"]}"),
    EVENT("14", "run.end", "{\"outcome\":\"answered\",\"exit\":0}"),
};
static char run_text[16384]; /* the events as one array; filled once */

static void join_events(void) {
    size_t used = 0;
    for (size_t i = 0; i < sizeof run_events / sizeof *run_events; i++)
        used += (size_t)snprintf(run_text + used, sizeof run_text - used, "%s%s", i > 0 ? "," : "[",
                                 run_events[i]);
    snprintf(run_text + used, sizeof run_text - used, "]");
}

static const char audit_good[] =
    "{\"run\":\"20260101-000000-abcdef\",\"levels\":[{\"level\":1,\"name\":\"integrity\",\"ok\":"
    "true,"
    "\"detail\":\"" HOSTILE "\"}],\"events\":15,\"root\":\"0123abcd\",\"key\":\"warrant+1+AA\","
    "\"first_failure\":null}";
static const char audit_bad[] =
    "{\"levels\":[{\"level\":1,\"name\":\"integrity\",\"ok\":false,\"detail\":\"x\"}],\"root\":"
    "null,"
    "\"key\":null,\"first_failure\":{\"level\":1,\"seq\":3,\"message\":\"event 3 was " HOSTILE
    "\"}}";

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&value, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s", err.message);
    return value;
}

static char *page_of(const char *events_text, const char *audit_text) {
    wrt_json *events = parse(events_text);
    wrt_json *audit = audit_text != NULL ? parse(audit_text) : NULL;
    wrt_buf page = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    wrt_err err = {0};
    if (wrt_report_html(&page, events, audit, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(events);
    wrt_json_free(audit);
    return wrt_buf_take(&page);
}

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        n++;
    return n;
}

/* ---- the page */

static void report_shows_hostile_text_as_text(void **state) {
    (void)state;
    char *page = page_of(run_text, audit_bad);
    assert_int_equal(count(page, "<script"), 0);
    assert_int_equal(count(page, "</script"), 0);
    assert_int_equal(count(page, "</style>"), 1);
    assert_int_equal(count(page, "\" onload"), 0);
    assert_int_equal(count(page, "]]>"), 0);
    assert_int_equal(count(page, "-->"), 0);
    assert_int_equal(count(page, "\xe2\x80\xae"), 0);
    assert_true(count(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x --&gt; "
                            "&lt;/style&gt; ]]&gt; &amp;lt; \xef\xbf\xbd") > 10);
    free(page);
}

static void report_stands_alone(void **state) {
    (void)state;
    char *page = page_of(run_text, audit_good);
    static const char *const never[] = {"src=",  "@import", "url(",        "<img", "<iframe",
                                        "<link", "<object", "javascript:", "<form"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_int_equal(count(page, never[i]), 0);
    assert_int_equal(count(page, "content=\"default-src 'none'; style-src 'unsafe-inline'; "
                                 "base-uri 'none'; form-action 'none'\""),
                     1);
    assert_int_equal(count(page, "<html lang=\"en\">"), 1);
    assert_int_equal(count(page, "<h1>"), 1);
    assert_int_equal(count(page, "<main>"), 1);
    assert_int_equal(count(page, "@media print"), 1);
    assert_int_equal(count(page, "<table>"), count(page, "<caption>"));
    assert_int_equal(count(page, "<th>"), 0); /* every head has a scope */
    assert_true(strlen(page) < 200000);
    free(page);
}

static void report_shows_released_claims_and_counts_the_others(void **state) {
    (void)state;
    char *page = page_of(run_text, audit_good);
    assert_int_equal(count(page, "<th scope=\"row\">c1</th>"), 1);
    assert_int_equal(count(page, "<th scope=\"row\">c2</th><td>second claim</td>"), 1);
    assert_int_equal(count(page, "withheld claim"), 0);
    assert_int_equal(count(page, "1 recorded claims were not released"), 1);
    assert_non_null(strstr(page, "2: r"));
    assert_non_null(strstr(page, "curated_mechanism; assumes: as"));
    free(page);
}

static void report_puts_contradicting_evidence_first(void **state) {
    (void)state;
    char *page = page_of(run_text, audit_good);
    const char *against = strstr(page, "<tr id=\"evidence-2\">");
    const char *in_favour = strstr(page, "<tr id=\"evidence-1\">");
    assert_non_null(against);
    assert_non_null(in_favour);
    assert_true(against < in_favour);
    assert_int_equal(count(page, "href=\"https://pubmed.ncbi.nlm.nih.gov/123/\""), 2);
    assert_int_equal(count(page, "href=\"https://"), 2); /* the hostile PMID is text */
    assert_int_equal(count(page, "latent common cause"), 1);
    free(page);
}

static void report_says_whether_the_record_was_verified(void **state) {
    (void)state;
    char *good = page_of(run_text, audit_good), *bad = page_of(run_text, audit_bad);
    char *unchecked = page_of(run_text, NULL);
    assert_int_equal(count(good, "chain verified"), 1);
    assert_int_equal(count(good, "0123abcd"), 1);
    assert_int_equal(count(good, "warrant audit verify 20260101-000000-abcdef"), 1);
    assert_int_equal(count(bad, "chain verified"), 0);
    assert_int_equal(count(bad, "NOT VERIFIED"), 1);
    assert_int_equal(count(bad, "event 3 was"), 1);
    assert_int_equal(count(unchecked, "chain verified"), 0);
    assert_int_equal(count(unchecked, "not checked when this page was made"), 1);
    free(good);
    free(bad);
    free(unchecked);
}

static void report_gives_the_same_bytes_when_asked_again(void **state) {
    (void)state;
    char *first = page_of(run_text, audit_good), *second = page_of(run_text, audit_good);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

/* Reads tags the simple way: our own pages hold no comment and no ">" inside a tag. */
static void check_balance(const char *page) {
    char open[64][24];
    size_t depth = 0;
    for (const char *at = strchr(page, '<'); at != NULL; at = strchr(at, '<')) {
        bool is_end = at[1] == '/';
        const char *name = at + 1 + is_end;
        size_t len = strcspn(name, " >");
        const char *end = strchr(at, '>');
        assert_non_null(end);
        assert_true(len > 0 && len < 24);
        at = end + 1;
        bool is_void = name[0] == '!' || strncmp(name, "meta", len) == 0;
        if (is_end) {
            assert_true(depth > 0);
            depth--;
            if (strncmp(open[depth], name, len) != 0 || open[depth][len] != '\0')
                fail_msg("<%s> is closed by </%.*s>", open[depth], (int)len, name);
        } else if (!is_void) {
            assert_true(depth < 64);
            memcpy(open[depth], name, len);
            open[depth++][len] = '\0';
        }
    }
    assert_int_equal(depth, 0);
}

static void report_closes_what_it_opens(void **state) {
    (void)state;
    static const char bare[] = "[" EVENT("0", "run.start", "{}") "]";
    static const char odd[] = "[" EVENT("0", "run.start", "[1]") "," EVENT(
        "1", "answer",
        "{\"claims\":[null,3,{\"id\":7,"
        "\"grounds\":\"x\",\"limits\":{\"a\":1}}],\"evidence\":[{}],\"hypotheses\":[{\"claim\":"
        "\"none\"}],\"warnings\":[null],\"identification\":5}") ",null,7]";
    const char *const texts[] = {run_text, bare, odd};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *page = page_of(texts[i], i == 0 ? audit_bad : NULL);
        check_balance(page);
        assert_int_equal(count(page, "<h1>"), 1);
        free(page);
    }
}

static void report_cuts_a_text_that_is_too_long(void **state) {
    (void)state;
    wrt_json *events = parse("[" EVENT("0", "run.start", "{}") "]");
    wrt_buf question = wrt_buf_make(WRT_MIB(1)), page = wrt_buf_make(WRT_MIB(1));
    wrt_json *body = wrt_json_get_mut((wrt_json *)(uintptr_t)wrt_json_first(events), "body");
    wrt_buf_add_char(&question, 'x');
    while (question.len < 100000)
        wrt_buf_add_c(&question, "\xc3\xa9"); /* the cut falls inside a character */
    wrt_json_set_text(body, "question", question.ptr);
    assert_int_equal(wrt_report_html(&page, events, NULL, NULL), WRT_OK);
    assert_true(page.len < 40000);
    assert_true(wrt_utf8_valid(wrt_buf_str(&page)));
    assert_int_equal(count(page.ptr, "[cut here]"), 2); /* title and h1 */
    wrt_buf_free(&question);
    wrt_buf_free(&page);
    wrt_json_free(events);
}

static void report_refuses_what_is_not_a_run(void **state) {
    (void)state;
    static const char *const texts[] = {"[]", "{}", "null", "[3]",
                                        "[{\"type\":\"answer\",\"body\":{}}]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wrt_json *events = parse(texts[i]);
        wrt_buf page = wrt_buf_make(WRT_MIB(1));
        wrt_err err = {0};
        assert_int_equal(wrt_report_html(&page, events, NULL, &err), WRT_E_INPUT);
        assert_non_null(strstr(err.message, "run.start"));
        assert_int_equal(page.len, 0);
        wrt_json_free(events);
    }
}

static void report_refuses_more_events_than_its_cap(void **state) {
    (void)state;
    wrt_json *events = parse("[" EVENT("0", "run.start", "{}") "]");
    wrt_buf page = wrt_buf_make(WRT_MIB(1));
    for (int i = 0; i < WRT_REPORT_EVENTS_MAX; i++)
        wrt_json_push(events, wrt_json_new_object());
    assert_int_equal(wrt_report_html(&page, events, NULL, NULL), WRT_E_LIMIT);
    wrt_json_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_shows_hostile_text_as_text),
        cmocka_unit_test(report_stands_alone),
        cmocka_unit_test(report_shows_released_claims_and_counts_the_others),
        cmocka_unit_test(report_puts_contradicting_evidence_first),
        cmocka_unit_test(report_says_whether_the_record_was_verified),
        cmocka_unit_test(report_gives_the_same_bytes_when_asked_again),
        cmocka_unit_test(report_closes_what_it_opens),
        cmocka_unit_test(report_cuts_a_text_that_is_too_long),
        cmocka_unit_test(report_refuses_what_is_not_a_run),
        cmocka_unit_test(report_refuses_more_events_than_its_cap),
    };
    join_events();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
