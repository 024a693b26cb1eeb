/* test_report.c: the page of a run made up here. */
#include "base/file.h"
#include "ledger/ledger.h"
#include "report/report.h"
#include "report/work.h"

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

/* Results of tools in which every text is hostile. */
#define ESTIMATE                                                                                   \
    "{\"status\":\"ok\",\"data\":{\"estimator\":\"" HOSTILE "\",\"source\":\"" HOSTILE             \
    "\",\"estimand\":\"" HOSTILE "\",\"measure\":\"" HOSTILE                                       \
    "\",\"estimate\":-5.2,\"ci\":[-6,-4],\"level\":0.95,\"unadjusted\":{\"estimate\":-2,\"ci\":"   \
    "null},"                                                                                       \
    "\"adjusted_for\":[\"" HOSTILE "\"],\"rung\":2,\"rung_reason\":\"" HOSTILE                     \
    "\",\"assumptions\":[\"" HOSTILE "\"],\"n\":9,\"n_used\":8,\"by\":[{\"level\":\"" HOSTILE      \
    "\",\"estimate\":1,\"low\":null,\"high\":2}],\"basis\":{\"graph\":{\"nodes\":[\"" HOSTILE      \
    "\",\"b\"],\"edges\":[[\"" HOSTILE "\",\"b\"],[\"b\",\"" HOSTILE                               \
    "\"]],\"bidirected\":[],\"latent\":[\"" HOSTILE                                                \
    "\"]}},\"diagnostics\":{\"balance\":{\"covariates\":[{\"name\":\"" HOSTILE                     \
    "\",\"smd_before\":0.3}]},\"overlap\":{\"verdict\":\"" HOSTILE "\",\"text\":\"" HOSTILE        \
    "\",\"treated\":{\"rows\":0,\"bins\":[5,-1,1e300]},\"untreated\":{\"rows\":4,\"bins\":[4]}}}," \
    "\"sensitivity\":{\"e_value\":{\"e_value\":2,\"text\":\"" HOSTILE                              \
    "\"},\"tipping\":{\"text\":\"" HOSTILE                                                         \
    "\",\"rows\":[{}]}},\"refuters\":[{\"refuter\":\"" HOSTILE                                     \
    "\",\"passes\":true,\"text\":\"" HOSTILE "\"}],\"conflicts\":{\"text\":\"" HOSTILE             \
    "\",\"tests\":[{\"x\":\"" HOSTILE "\",\"y\":\"" HOSTILE "\",\"given\":[\"" HOSTILE             \
    "\"],\"p\":0.5}]}}}"
#define WHATIF                                                                                     \
    "{\"status\":\"ok\",\"data\":{\"outcome\":\"" HOSTILE "\",\"do\":{\"" HOSTILE "\":\"" HOSTILE  \
    "\"},\"evidence\":{\"" HOSTILE "\":\"" HOSTILE "\"},\"factual\":{\"" HOSTILE                   \
    "\":0.25},\"counterfactual\":{\"" HOSTILE "\":0.75},\"bounds\":{\"" HOSTILE                    \
    "\":[0.5,1]},\"effect\":{},\"support\":{\"p\":0.01},\"extrapolation\":true,\"model_implied\":" \
    "true,"                                                                                        \
    "\"label\":\"model-implied, not evidence\",\"scm\":\"" HOSTILE "\",\"method\":\"" HOSTILE      \
    "\",\"coupling\":\"" HOSTILE "\",\"model\":{\"model\":\"" HOSTILE                              \
    "\"},\"rung\":3,\"seed\":1}}"
#define IDENTIFIED                                                                                 \
    "{\"status\":\"ok\",\"data\":{\"identifiable\":true,\"method\":\"" HOSTILE                     \
    "\",\"estimand\":{\"text\":\"" HOSTILE "\"},\"steps\":[\"" HOSTILE "\"]}}"
#define RESULT(step, tool, result)                                                                 \
    "{\"step\":\"" step "\",\"tool\":\"" tool "\",\"status\":\"ok\",\"result\":" result "}"

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

/* A run of tools only, then what odd types and a blob that nobody has leave to say. */
static const char *const tool_events[] = {
    EVENT("0", "run.start", "{\"question\":\"q\"}"),
    EVENT("1", "tool.call",
          "{\"step\":\"e\",\"args\":{\"treatment\":\"" HOSTILE "\",\"outcome\":\"b\","
          "\"by\":\"" HOSTILE "\"}}"),
    EVENT("2", "tool.result", RESULT("e", "effect_estimate", ESTIMATE)),
    EVENT("3", "tool.result", RESULT("w", "scm_whatif", WHATIF)),
    EVENT("4", "tool.result", RESULT("i", "causal_identify", IDENTIFIED)),
    EVENT("5", "tool.result",
          RESULT("x", "effect_estimate",
                 "{\"data\":{\"by\":[1,null],\"basis\":{\"graph\":{\"edges\":"
                 "[1,[],[\"a\"],[\"a\",\"a\"],[2,3]]}},\"diagnostics\":{\"overlap\":7,"
                 "\"balance\":[]},\"sensitivity\":3,\"refuters\":[0]}}")),
    EVENT("6", "tool.result",
          RESULT("y", "scm_whatif", "{\"data\":{\"counterfactual\":[1],\"do\":3}}")),
    EVENT("7", "tool.result", RESULT("z", "scm_effect", "{\"data\":5}")),
    EVENT("8", "tool.result",
          "{\"step\":\"b\",\"tool\":\"kg_paths\",\"blob\":{\"sha256\":\"" HOSTILE
          "\",\"size\":-3}}"),
};
static char tools_text[32768];
static char run_text[16384]; /* the events as one array; filled once */

static void join(char *out, size_t room, const char *const *events, size_t n) {
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%s", i > 0 ? "," : "[", events[i]);
    snprintf(out + used, room - used, "]");
}

static void join_events(void) {
    join(run_text, sizeof run_text, run_events, sizeof run_events / sizeof *run_events);
    join(tools_text, sizeof tools_text, tool_events, sizeof tool_events / sizeof *tool_events);
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
    if (wrt_report_html(&page, &(wrt_report_input){.events = events, .audit = audit}, &err) !=
        WRT_OK)
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

static void check_hostile(char *page) {
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

static void report_shows_hostile_text_as_text(void **state) {
    (void)state;
    check_hostile(page_of(run_text, audit_bad));
    check_hostile(page_of(tools_text, NULL));
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
    assert_int_equal(count(page, "<main id=\"main\">"), 1);
    assert_int_equal(count(page, "@media print"), 1);
    assert_int_equal(count(page, "<table>"), count(page, "<caption>"));
    assert_int_equal(count(page, "<th>"), 0); /* every head has a scope */
    assert_true(strlen(page) < 200000);
    free(page);
}

static void report_shows_released_claims_and_counts_the_others(void **state) {
    (void)state;
    char *page = page_of(run_text, audit_good);
    assert_int_equal(count(page, "<details id=\"claim-"), 2);
    assert_int_equal(count(page, "<summary>c2: second claim</summary>"), 1);
    assert_int_equal(count(page, "withheld claim"), 0);
    assert_int_equal(count(page, "1 recorded claims were not released"), 1);
    assert_non_null(strstr(page, "2: r"));
    assert_non_null(strstr(page, "curated mechanism; assumes: as"));
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
    /* two rows and the citation; the hostile PMID is text */
    assert_int_equal(count(page, "href=\"https://pubmed.ncbi.nlm.nih.gov/123/\""), 3);
    assert_int_equal(count(page, "href=\"https://"), 3);
    assert_int_equal(count(page, "latent common cause"), 1);
    free(page);
}

static void report_says_whether_the_record_was_verified(void **state) {
    (void)state;
    char *good = page_of(run_text, audit_good), *bad = page_of(run_text, audit_bad);
    char *unchecked = page_of(run_text, NULL);
    assert_int_equal(count(good, "15 of 15 events verified, levels 1 to 1 of 6"), 1);
    assert_int_equal(count(good, "<dd><code>0123abcd</code></dd>"), 1);
    assert_int_equal(count(good, "content:\"Warrant run 20260101-000000-abcdef head 0123abcd\""),
                     1);
    assert_int_equal(count(good, "warrant audit verify 20260101-000000-abcdef"), 1);
    assert_int_equal(count(bad, "events verified"), 0);
    assert_int_equal(count(bad, "NOT VERIFIED"), 1);
    assert_int_equal(count(bad, "event 3 was"), 1);
    assert_int_equal(count(unchecked, "events verified"), 0);
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
        bool is_void = name[0] == '!' || strncmp(name, "meta", len) == 0 ||
                       strncmp(name, "br", len) == 0 || end[-1] == '/';
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
    const char *const texts[] = {run_text, bare, odd, tools_text};
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
    assert_int_equal(wrt_report_html(&page, &(wrt_report_input){.events = events}, NULL), WRT_OK);
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
        assert_int_equal(wrt_report_html(&page, &(wrt_report_input){.events = events}, &err),
                         WRT_E_INPUT);
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
    assert_int_equal(wrt_report_html(&page, &(wrt_report_input){.events = events}, NULL),
                     WRT_E_LIMIT);
    wrt_json_free(events);
}

/* ---- what tools answered */

static void report_draws_what_tools_answered(void **state) {
    (void)state;
    char *page = page_of(tools_text, NULL);
    static const char *const wanted[] = {
        "id=\"estimate\"",       "id=\"whatif\"",          "id=\"graph\"",
        "id=\"forest-1-title\"", "id=\"balance-1-title\"", "id=\"overlap-1-title\"",
        "id=\"whatif-1-title\"", "id=\"graph-1-title\"",   "<strong>E-value 2.00</strong>",
        ">-5.2 (-6.0 to -4.0)<", "href=\"#estimate\"",     "href=\"#whatif\""};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strstr(page, wanted[i]) == NULL)
            fail_msg("not in the page: %s", wanted[i]);
    free(page);
}

/* The label stands before the numbers, in the title, the description and the foot of the picture.
 */
static void report_labels_what_a_model_implied(void **state) {
    (void)state;
    char *page = page_of(tools_text, NULL);
    const char *section = strstr(page, "<section id=\"whatif\""),
               *end = strstr(section, "</section>");
    const char *note = strstr(section, "<strong>model-implied, not evidence</strong>");
    const char *warning = strstr(section, "<strong>Extrapolation:");
    assert_true(note != NULL && note < strstr(section, "<svg"));
    assert_true(warning != NULL && warning < strstr(section, "<svg"));
    assert_true(strstr(section, ">model-implied, not evidence: ") < end);
    assert_true(strstr(section, "-desc\">model-implied, not evidence. ") < end);
    assert_true(strstr(section, ">model-implied, not evidence; rung 3") < end);
    free(page);
}

static void report_names_sections_that_are_there(void **state) {
    (void)state;
    char *page = page_of(run_text, audit_good);
    assert_int_equal(count(page, "href=\"#estimate\""), 0);
    assert_int_equal(count(page, "id=\"estimate\""), 0);
    assert_int_equal(count(page, "href=\"#graph\""), 1);
    free(page);
}

/* Two links, a -| b and c -> b: the second is walked against its statement. */
#define LINK(id, from, to, polarity)                                                               \
    "{\"id\":\"" id                                                                                \
    "\",\"kind\":\"edge\",\"text\":\"t\",\"rung\":2,\"relation\":\"decreases\",\"polarity"         \
    "\":" polarity ",\"subject\":{\"id\":\"" from "\",\"name\":\"" from                            \
    "\"},\"object\":{\"id\":\"" to "\",\"name\":\"" to "\"}}"

static void report_draws_released_routes(void **state) {
    (void)state;
    static const char text[] = "[" EVENT("0", "run.start", "{}") "," EVENT(
        "1", "answer",
        "{\"status\":\"answered\",\"routes\":5,\"hypotheses\":[{\"claim\":\"h\",\"links\":[\"c1\","
        "\"c2\"]},{\"claim\":\"h\",\"links\":[\"c1\",\"gone\"]}],\"claims\":[" LINK(
            "h", "A1", "A3", "1") "," LINK("c1", "A1", "A2", "-1") "," LINK("c2", "A3", "A2",
                                                                            "1") "]}") "]";
    char *page = page_of(text, NULL);
    assert_int_equal(count(page, "id=\"routes-picture-title\""), 1);
    assert_int_equal(count(page, "<rect class=\"wg-node"), 3);
    assert_int_equal(count(page, "A3 \xe2\x86\x92 decreases \xe2\x86\x92 A2\nincreases"), 1);
    assert_int_equal(count(page, "2 of 5 routes that the graph holds are hypotheses of the answer; "
                                 "1 are drawn"),
                     1);
    assert_int_equal(count(page, "gone was not released"), 1);
    free(page);
}

static wrt_status get_blob(wrt_buf *out, const char *sha256_hex, void *ctx, wrt_err *err) {
    return wrt_ledger_get_blob(out, ctx, sha256_hex, err);
}

/* A blob of the store is read; without the store, or altered, the page names it and says so. */
static void report_reads_blobs_of_the_store(void **state) {
    (void)state;
    char *folder = wrt_path_join(TEST_BINARY_DIR, "report_store");
    wrt_ledger *ledger = NULL;
    wrt_json *reference = NULL;
    wrt_buf text = wrt_buf_make(WRT_MIB(1)), page = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    assert_int_equal(wrt_ledger_open(&ledger, folder, true, NULL), WRT_OK);
    assert_int_equal(wrt_ledger_put_blob(&reference, ledger,
                                         wrt_str_of("{\"status\":\"ok\",\"data\":[\"in the "
                                                    "blob\"]}"),
                                         NULL),
                     WRT_OK);
    wrt_buf_add_c(&text, "[" EVENT("0", "run.start", "{}") ",{\"type\":\"tool.result\",\"seq\":1,"
                                                           "\"body\":{\"tool\":\"t\",\"blob\":");
    wrt_json_write(&text, reference);
    wrt_buf_add_c(&text, "}}]");
    wrt_json *events = parse(wrt_buf_str(&text).ptr);
    assert_int_equal(
        wrt_report_html(&page, &(wrt_report_input){events, NULL, {get_blob, ledger}}, NULL),
        WRT_OK);
    assert_int_equal(count(page.ptr, "in the blob"), 1);
    assert_int_equal(count(page.ptr, "could not be read here"), 0);
    wrt_buf_clear(&page);
    assert_int_equal(wrt_report_html(&page, &(wrt_report_input){.events = events}, NULL), WRT_OK);
    assert_int_equal(count(page.ptr, "in the blob"), 0);
    assert_int_equal(count(page.ptr, "could not be read here"), 1);
    wrt_json_free(events);
    wrt_json_free(reference);
    wrt_ledger_close(ledger);
    wrt_buf_free(&text);
    wrt_buf_free(&page);
    free(folder);
}

/* ---- time */

static void times_of_events_are_read(void **state) {
    (void)state;
    assert_int_equal(wrt_report_unix_ms("1970-01-01T00:00:00.000Z"), 0);
    assert_int_equal(wrt_report_unix_ms("2000-03-01T00:00:00.001Z"), 951868800001);
    assert_int_equal(wrt_report_unix_ms("2026-11-26T01:56:14.943Z"), 1795658174943);
    static const char *const bad[] = {"",
                                      "2026-11-26",
                                      "2026-13-26T01:56:14.943Z",
                                      "2026-11-26T01:56:14.943",
                                      "2026-11-26 01:56:14.943Z",
                                      "x026-11-26T01:56:14.943Z",
                                      "1969-12-31T23:59:59.999Z"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(wrt_report_unix_ms(bad[i]), -1);
    assert_int_equal(wrt_report_unix_ms(NULL), -1);
}

#define TIMED(seq, type, body, ms)                                                                 \
    "{\"seq\":" seq ",\"type\":\"" type "\",\"body\":" body                                        \
    ",\"meta\":{\"ts\":\"2026-01-01T00:00:0" ms "Z\"}}"

static void requests_are_paired_with_their_answers(void **state) {
    (void)state;
    wrt_json *events = parse("[" TIMED("0", "run.start", "{}", "0.000") "," TIMED(
        "1", "tool.call", "{\"step\":\"a\",\"tool\":\"t\"}",
        "1.000") "," TIMED("2", "tool.call", "{\"step\":\"b\",\"tool\":\"u\"}",
                           "1.500") "," TIMED("3", "tool.result", "{\"step\":\"a\",\"tool\":\"t\"}",
                                              "2.250") "," TIMED("4", "policy.decision",
                                                                 "{\"phase\":\"output\","
                                                                 "\"decision\":\"deny\"}",
                                                                 "3.000") "]");
    wrt_run_view view;
    wrt_works works;
    assert_int_equal(wrt_run_view_make(&view, events, NULL), WRT_OK);
    wrt_works_read(&works, &view);
    assert_int_equal(works.n, 4);
    assert_true(works.has_clock);
    assert_string_equal(works.list[1].text, "t (a)");
    assert_int_equal(works.list[1].first, 1);
    assert_int_equal(works.list[1].last, 3);
    assert_true(works.list[1].span.start_s == 1 && works.list[1].span.end_s == 2.25);
    assert_int_equal(works.list[1].span.lane, WRT_LANE_TOOL);
    assert_true(works.list[2].is_open && !works.list[1].is_open);
    assert_string_equal(works.list[3].text, "output: deny");
    assert_int_equal(works.list[3].span.lane, WRT_LANE_POLICY);
    wrt_works_free(&works);
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
        cmocka_unit_test(report_draws_what_tools_answered),
        cmocka_unit_test(report_labels_what_a_model_implied),
        cmocka_unit_test(report_names_sections_that_are_there),
        cmocka_unit_test(report_draws_released_routes),
        cmocka_unit_test(report_reads_blobs_of_the_store),
        cmocka_unit_test(times_of_events_are_read),
        cmocka_unit_test(requests_are_paired_with_their_answers),
    };
    join_events();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
