/* test_exports.c: a run made up here in the formats of other programs. Its texts try to break out
 * of every syntax. */
#include "report/export.h"

#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A line end, a closing brace, a quote, a path, a tag and a character that reorders text. */
#define HOSTILE "}\\r\\nER  - \\r\\n\\\"../x</a>\\\\ %00 \xe2\x80\xae"
#define RUN     "20260101-000000-abcdef"

#define EVENT_AT(seq, second, type, body)                                                          \
    "{\"v\":1,\"run\":\"" RUN "\",\"seq\":" seq ",\"type\":\"" type "\",\"body\":" body            \
    ",\"prev\":null,\"meta\":{\"ts\":\"2026-01-01T00:00:" second ".000Z\"}}"
#define EVENT1(seq, type, body) EVENT_AT(seq, "0" seq, type, body) /* of one digit */
#define EVENT(seq, type, body)  EVENT_AT(seq, seq, type, body)

#define NODE(id, name)         "{\"id\":\"" id "\",\"name\":\"" name "\"}"
#define GROUND(evidence, role) "{\"evidence\":\"" evidence "\",\"role\":\"" role "\"}"
#define CLAIM(id, kind, from, relation, to, grounds)                                               \
    "{\"id\":\"" id "\",\"kind\":\"" kind "\",\"subject\":" from ",\"relation\":\"" relation       \
    "\",\"object\":" to ",\"text\":\"" HOSTILE "\",\"rung\":2,\"polarity\":-1,\"certainty\":"      \
    "\"low\",\"warrant\":{\"kind\":\"none\"},\"grounds\":[" grounds "],\"decision\":\"d1\"}"
#define EVIDENCE(id, edge, source, publications)                                                   \
    "{\"id\":\"" id "\",\"kind\":\"kg_edge\",\"predicate\":\"biolink:regulates\","                 \
    "\"knowledge_level\":\"knowledge_assertion\",\"agent_type\":\"manual_agent\",\"retracted\":"   \
    "true,\"withdrawn\":[{\"pmid\":\"7\",\"status\":\"retracted\"}],\"source\":{"                  \
    "\"primary_knowledge_source\":\"" source "\",\"publications\":[" publications                  \
    "]},\"locator\":{\"edge\":\"" edge "\",\"kg_snapshot\":\"ab\"},\"sha256\":\"ab\"}"

#define A  NODE("UniProt:P1", "alpha")
#define B  NODE("not a curie/" HOSTILE, HOSTILE)
#define C  NODE("X:3", "gamma")
#define C1 CLAIM("c1", "edge", A, "decreases", B, GROUND("e1", "supports"))
#define C2 CLAIM("c2", "edge", B, "decreases", C, GROUND("e2", "contradicts"))
#define C3                                                                                         \
    CLAIM("c3", "hypothesis", A, "no_effect", C,                                                   \
          GROUND("e1", "supports") "," GROUND("e2", "contradicts") "," GROUND("e9", "context"))
#define C4 CLAIM("c4", "edge", A, "treats", C, GROUND("e9", "supports"))
#define E1 EVIDENCE("e1", "edge:1", "infores:one", "\"PMID:7\",\"PMID:1234\"")
#define E2                                                                                         \
    EVIDENCE("e2", "edge:2", "Some " HOSTILE,                                                      \
             "\"DOI:10.9999/" HOSTILE "\",\"PMID:7\",\"PMID:" HOSTILE "\"")

static const char *const run_events[] = {
    EVENT1("0", "run.start",
           "{\"question\":\"" HOSTILE "\",\"program\":\"warrant 0\",\"seed\":7,\"model\":{\"kind\":"
           "\"script\",\"model\":\"m\"},\"policy\":{\"sha256\":\"pp\"},\"kg_snapshot\":\"ab\","
           "\"tools\":[{\"plugin\":\"kg\",\"version\":\"1\",\"tools\":[\"kg_paths\"]}]}"),
    EVENT1("1", "input", "{\"question\":\"" HOSTILE "\"}"),
    EVENT1("2", "frame",
           "{\"type\":\"mechanism\",\"treatment\":{\"id\":\"UniProt:P1\",\"name\":\"alpha\","
           "\"kind\":\"Protein\",\"text\":\"the alpha\"},\"outcome\":{\"id\":\"X:3\",\"name\":"
           "\"gamma\",\"kind\":\"Nonsense\"}}"),
    EVENT1(
        "3", "plan",
        "{\"schema\":\"warrant/plan/1\",\"protocol\":\"p\",\"made_by\":\"protocol\",\"steps\":["
        "{\"id\":\"paths\",\"tool\":\"kg_paths\",\"args\":{\"from\":\"$frame.treatment.id\"}},"
        "{\"id\":\"more\",\"tool\":\"kg_edge\",\"args\":{\"a\":[{\"b\":\"$paths.data[0]\"}]}}]}"),
    EVENT1(
        "4", "policy.decision",
        "{\"id\":\"d1\",\"phase\":\"tool_call\",\"decision\":\"allow\",\"determining\":[\"r\"]}"),
    EVENT1("5", "tool.call",
           "{\"step\":\"paths\",\"tool\":\"kg_paths\",\"args\":{\"x\":\"" HOSTILE
           "\"},\"decision\":\"d1\"}"),
    EVENT1("6", "tool.result",
           "{\"step\":\"paths\",\"tool\":\"kg_paths\",\"status\":\"ok\",\"result\":{\"data\":[{"
           "\"nodes\":[{\"id\":\"UniProt:P1\",\"kind\":\"Protein\"},{\"id\":\"X:3\",\"kind\":"
           "\"Compound\"}],\"edges\":[{\"id\":\"edge:2\",\"reversed\":true}]}]}}"),
    EVENT1("7", "tool.call",
           "{\"step\":\"more\",\"tool\":\"" HOSTILE "\",\"args\":{},\"decision\":\"d1\"}"),
    EVENT1("8", "tool.result",
           "{\"step\":\"more\",\"tool\":\"" HOSTILE
           "\",\"status\":\"error\",\"result\":{\"error\":{"
           "\"code\":\"no_edge\",\"message\":\"" HOSTILE "\"}}}"),
    EVENT1("9", "evidence", E1),
    EVENT("10", "evidence", E2),
    EVENT("11", "claim", C1),
    EVENT("12", "claim", C2),
    EVENT("13", "claim", C3),
    EVENT("14", "claim", C4),
    EVENT("15", "model.request",
          "{\"call\":1,\"purpose\":\"order\",\"system\":\"s\",\"user\":\"" HOSTILE "\"}"),
    EVENT("16", "model.response", "{\"call\":1,\"by\":\"model\",\"choice\":0}"),
    EVENT("17", "answer",
          "{\"status\":\"answered\",\"question\":\"q\",\"hypotheses\":[{\"role\":\"supports\","
          "\"claim\":\"c3\"}],\"claims\":[" C1 "," C2 "," C3 "],\"evidence\":[" E1 "," E2 "]}"),
    EVENT("18", "run.end", "{\"outcome\":\"answered\",\"exit\":0}"),
};

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&value, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s", err.message);
    return value;
}

static wrt_json *events_of_run(void) {
    wrt_json *events = wrt_json_new_array();
    for (size_t i = 0; i < sizeof run_events / sizeof *run_events; i++)
        wrt_json_push(events, parse(run_events[i]));
    return events;
}

static wrt_json *files_of_run(void) {
    return parse("[{\"path\":\"events.jsonl\",\"sha256\":\"aa\",\"size\":5},"
                 "{\"path\":\"plan.json\",\"sha256\":\"bb\",\"size\":6}]");
}

/* ---- every writer, by number */

enum { WRITERS = 9 };

static wrt_status write_as(wrt_buf *out, int which, const wrt_json *events, wrt_err *err) {
    const wrt_report_run run = {.events = events};
    wrt_json *document = NULL, *files = files_of_run();
    wrt_status status = WRT_OK;
    if (which < 3)
        status = wrt_report_cite(out, NULL, &run, (wrt_cite_style)which, err);
    else if (which == 3)
        status = wrt_report_prov(&document, events, err);
    else if (which == 4)
        status = wrt_report_crate(&document, events, files, err);
    else if (which < 7)
        status = wrt_report_trapi(&document, &run, which == 5 ? WRT_TRAPI_1_5 : WRT_TRAPI_2_0, err);
    else
        status = wrt_report_spans(&document, &run, which == 8, err);
    if (document != NULL)
        wrt_json_write(out, document);
    wrt_json_free(document);
    wrt_json_free(files);
    return status;
}

static char *text_as(int which) {
    wrt_json *events = events_of_run();
    wrt_buf out = wrt_buf_make(WRT_MIB(4));
    wrt_err err = {0};
    if (write_as(&out, which, events, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(events);
    return wrt_buf_take(&out);
}

static wrt_json *document_as(int which) {
    char *text = text_as(which);
    wrt_json *document = parse(text);
    free(text);
    return document;
}

static void exports_refuse_what_is_not_a_run(void **state) {
    (void)state;
    static const char *const texts[] = {"[]", "{}", "null", "[3]",
                                        "[{\"type\":\"answer\",\"body\":{}}]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wrt_json *events = parse(texts[i]);
        for (int which = 0; which < WRITERS; which++) {
            wrt_buf out = wrt_buf_make(WRT_MIB(1));
            wrt_err err = {0};
            assert_int_equal(write_as(&out, which, events, &err), WRT_E_INPUT);
            assert_non_null(strstr(err.message, "run.start"));
            assert_int_equal(out.len, 0);
            wrt_buf_free(&out);
        }
        wrt_json_free(events);
    }
}

static void exports_refuse_more_events_than_their_cap(void **state) {
    (void)state;
    wrt_json *events = wrt_json_new_array();
    wrt_json_push(events, parse(run_events[0]));
    for (int i = 0; i < WRT_REPORT_EVENTS_MAX; i++)
        wrt_json_push(events, wrt_json_new_object());
    for (int which = 0; which < WRITERS; which++) {
        wrt_buf out = wrt_buf_make(WRT_MIB(1));
        assert_int_equal(write_as(&out, which, events, NULL), WRT_E_LIMIT);
        wrt_buf_free(&out);
    }
    wrt_json_free(events);
}

static void exports_are_the_same_twice_and_can_be_parsed(void **state) {
    (void)state;
    for (int which = 0; which < WRITERS; which++) {
        char *one = text_as(which), *two = text_as(which);
        assert_string_equal(one, two);
        if (which > 1)
            wrt_json_free(parse(one));
        free(one);
        free(two);
    }
}

/* Events whose members have other types, or none, are no reason to fail. */
static void exports_take_events_of_any_shape(void **state) {
    (void)state;
    static const char *const bodies[] = {"null",
                                         "3",
                                         "[]",
                                         "\"x\"",
                                         "{}",
                                         "{\"steps\":3,\"claims\":3,\"evidence\":{},\"step\":[],"
                                         "\"result\":[1],\"blob\":{\"sha256\":3},\"args\":null,"
                                         "\"grounds\":[1],\"treatment\":4,\"hypotheses\":[null]}"};
    static const char *const types[] = {
        "input",          "frame",       "plan",         "plan.frozen",   "policy.decision",
        "approval.grant", "declassify",  "tool.call",    "tool.result",   "http.request",
        "http.response",  "llm.request", "llm.response", "model.request", "model.response",
        "lookup",         "graph",       "evidence",     "claim",         "answer",
        "run.end"};
    for (size_t b = 0; b < sizeof bodies / sizeof *bodies; b++) {
        wrt_json *events = wrt_json_new_array();
        wrt_json_push(events, parse(run_events[0]));
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            char text[512];
            snprintf(text, sizeof text, "{\"seq\":%zu,\"type\":\"%s\",\"body\":%s}", t + 1,
                     types[t], bodies[b]);
            wrt_json_push(events, parse(text));
        }
        for (int which = 0; which < WRITERS; which++) {
            wrt_buf out = wrt_buf_make(WRT_MIB(1));
            wrt_err err = {0};
            if (write_as(&out, which, events, &err) != WRT_OK)
                fail_msg("body %zu, writer %d: %s", b, which, err.message);
            wrt_buf_free(&out);
        }
        wrt_json_free(events);
    }
}

/* ---- PROV */

static bool has_relation(const wrt_json *document, const char *kind, const char *from,
                         const char *to) {
    WRT_JSON_EACH(relation, wrt_json_get(document, kind)) {
        const wrt_json *first = wrt_json_first(relation);
        if (strcmp(wrt_json_text(first), from) == 0 &&
            strcmp(wrt_json_text(wrt_json_next(first)), to) == 0)
            return true;
    }
    return false;
}

static void prov_states_what_the_events_state(void **state) {
    (void)state;
    static const char *const there[][3] = {
        {"used", "run:run", "run:question-1"},
        {"used", "run:call-5", "run:decision-4"},
        {"used", "run:call-5", "run:frame-2"},
        {"used", "run:call-7", "run:result-6"},
        {"wasGeneratedBy", "run:plan-3", "run:planning-3"},
        {"wasGeneratedBy", "run:result-6", "run:call-5"},
        {"wasGeneratedBy", "run:choice-16", "run:model_call-15"},
        {"wasAssociatedWith", "run:call-5", "run:plugin-1"},
        {"wasAssociatedWith", "run:call-7", "run:tool-7"},
        {"wasAssociatedWith", "run:model_call-15", "run:model"},
        {"actedOnBehalfOf", "run:plugin-1", "run:program"},
        {"actedOnBehalfOf", "run:program", "run:user"},
        {"wasInformedBy", "run:run", "run:model_call-15"},
        {"wasDerivedFrom", "run:evidence-9", "run:result-6"},
        {"wasDerivedFrom", "run:evidence-9", "run:kg"},
        {"wasDerivedFrom", "run:claim-11", "run:evidence-9"},
        {"wasDerivedFrom", "run:claim-12", "run:evidence-10"},
        {"wasDerivedFrom", "run:answer-17", "run:claim-13"},
        {"wasInfluencedBy", "run:evidence-9", "run:publication-1"},
    };
    wrt_json *document = document_as(3);
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        if (!has_relation(document, there[i][0], there[i][1], there[i][2]))
            fail_msg("%s %s %s", there[i][0], there[i][1], there[i][2]);
    assert_false(has_relation(document, "wasDerivedFrom", "run:answer-17", "run:claim-14"));
    assert_false(has_relation(document, "wasDerivedFrom", "run:claim-14", "run:evidence-9"));
    const wrt_json *run = wrt_json_get(wrt_json_get(document, "activity"), "run:run");
    assert_string_equal(wrt_json_get_text(run, "wrt:outcome", ""), "answered");
    assert_string_equal(wrt_json_get_text(run, "prov:startTime", ""), "2026-01-01T00:00:00.000Z");
    assert_string_equal(wrt_json_get_text(run, "prov:endTime", ""), "2026-01-01T00:00:18.000Z");
    assert_string_equal(wrt_json_get_text(wrt_json_get(document, "prefix"), "run", ""),
                        "urn:warrant:run:" RUN ":");
    wrt_json_free(document);
}

/* ---- RO-Crate */

static const wrt_json *entity(const wrt_json *crate, const char *id) {
    WRT_JSON_EACH(item, wrt_json_get(crate, "@graph"))
    if (strcmp(wrt_json_get_text(item, "@id", ""), id) == 0)
        return item;
    return NULL;
}

static void crate_has_plain_identifiers(void **state) {
    (void)state;
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-#/:";
    wrt_json *crate = document_as(4);
    WRT_JSON_EACH(item, wrt_json_get(crate, "@graph")) {
        const char *id = wrt_json_get_text(item, "@id", "");
        if (strspn(id, plain) != strlen(id))
            fail_msg("identifier %s", id);
    }
    const wrt_json *failed = entity(crate, "#call-7");
    assert_string_equal(wrt_json_get_text(failed, "actionStatus", ""),
                        "http://schema.org/FailedActionStatus");
    assert_string_equal(wrt_json_get_text(failed, "startTime", ""),
                        "2026-01-01T00:00:07.000+00:00");
    assert_string_equal(wrt_json_get_text(entity(crate, "#question"), "value", ""),
                        "}\r\nER  - \r\n\"../x</a>\\ %00 \xe2\x80\xae");
    assert_string_equal(wrt_json_get_text(entity(crate, "plan.json"), "contentSize", ""), "6");
    assert_null(wrt_json_get(entity(crate, "manifest.json"), "sha256"));
    wrt_json_free(crate);
}

/* ---- TRAPI */

static const wrt_json *edge_of(const wrt_json *response, const char *id) {
    return wrt_json_get(wrt_json_path(response, "message.knowledge_graph.edges"), id);
}

static const wrt_json *attribute(const wrt_json *edge, const char *type) {
    WRT_JSON_EACH(item, wrt_json_get(edge, "attributes"))
    if (strcmp(wrt_json_get_text(item, "attribute_type_id", ""), type) == 0)
        return wrt_json_get(item, "value");
    return NULL;
}

static void trapi_says_what_is_recorded_and_what_is_ours(void **state) {
    (void)state;
    wrt_json *response = document_as(5);
    const wrt_json *edge = edge_of(response, "edge:1");
    assert_string_equal(wrt_json_get_text(edge, "subject", ""), "UniProtKB:P1");
    assert_string_equal(wrt_json_get_text(edge, "predicate", ""), "biolink:regulates");
    assert_string_equal(
        wrt_json_get_text(wrt_json_at(wrt_json_get(edge, "qualifiers"), 0), "qualifier_value", ""),
        "downregulated");
    const char *local = wrt_json_get_text(edge, "object", "");
    assert_int_equal(strncmp(local, "warrant.local:not%20a%20curie%2F%7D%0D%0A", 41), 0);
    assert_null(strpbrk(local, " \r\n\"/"));
    edge = edge_of(response, "edge:2"); /* the route read it from object to subject */
    assert_string_equal(wrt_json_get_text(edge, "subject", ""), "X:3");
    assert_string_equal(wrt_json_get_text(edge, "object", ""), local);
    const wrt_json *source = wrt_json_at(wrt_json_get(edge, "sources"), 0);
    assert_int_equal(strncmp(wrt_json_get_text(source, "resource_id", ""), "infores:Some-", 13), 0);
    edge = edge_of(response, "claim:c3");
    assert_true(wrt_json_bool(attribute(edge, "biolink:negated"), false));
    assert_string_equal(wrt_json_text(wrt_json_at(attribute(edge, "biolink:support_graphs"), 0)),
                        "support:c3");
    assert_int_equal(
        wrt_json_count(wrt_json_path(response, "message.auxiliary_graphs.support:c3.edges")), 2);
    assert_null(edge_of(response, "claim:c4")); /* it was not released */
    assert_int_equal(wrt_json_count(wrt_json_path(response, "message.knowledge_graph.edges")), 3);
    const wrt_json *node =
        wrt_json_get(wrt_json_path(response, "message.knowledge_graph.nodes"), "X:3");
    assert_string_equal(wrt_json_text(wrt_json_at(wrt_json_get(node, "categories"), 0)),
                        "biolink:ChemicalEntity");
    wrt_json_free(response);
}

/* ---- citations */

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        n++;
    return n;
}

/* DOI, PMID 7, PMID 1234 and what is no PMID: four records, whatever their texts try. */
static void citations_cannot_be_broken_out_of(void **state) {
    (void)state;
    char *ris = text_as(WRT_CITE_RIS), *bibtex = text_as(WRT_CITE_BIBTEX);
    assert_int_equal(count(ris, "\r\nER  - \r\n"), 4);
    assert_int_equal(count(ris, "TY  - GEN\r\n"), 4);
    assert_int_equal(count(ris, "AN  - 7\r\n"), 1);
    assert_true(strstr(ris, "AN  - 7\r\n") < strstr(ris, "AN  - 1234\r\n"));
    assert_int_equal(count(ris, "retracted according to PubMed"), 1);
    assert_int_equal(count(bibtex, "@misc{"), 4);
    assert_int_equal(count(bibtex, "\n}\n\n"), 4);
    long depth = 0;
    for (const char *at = bibtex; *at != '\0'; at++) {
        depth += *at == '{' ? 1 : *at == '}' ? -1 : 0;
        assert_true(depth >= 0);
    }
    assert_int_equal(depth, 0);
    free(ris);
    free(bibtex);
}

/* ---- spans */

static const wrt_json *span_at(const wrt_json *document, size_t index) {
    const wrt_json *group = wrt_json_at(wrt_json_get(document, "resourceSpans"), 0);
    return wrt_json_at(wrt_json_get(wrt_json_at(wrt_json_get(group, "scopeSpans"), 0), "spans"),
                       index);
}

/* Ids by sha256sum, times by `date -d`. */
static void spans_have_their_ids_and_times(void **state) {
    (void)state;
    wrt_json *document = document_as(7);
    const wrt_json *root = span_at(document, 0);
    assert_string_equal(wrt_json_get_text(root, "traceId", ""), "808a0d922450ba3b70960b72b8f2615d");
    assert_string_equal(wrt_json_get_text(root, "spanId", ""), "1c37851126e28c12");
    assert_string_equal(wrt_json_get_text(root, "startTimeUnixNano", ""), "1767225600000000000");
    assert_string_equal(wrt_json_get_text(root, "endTimeUnixNano", ""), "1767225618000000000");
    assert_null(wrt_json_get(root, "parentSpanId"));
    const wrt_json *failed = span_at(document, 3); /* after plan and the first call */
    assert_string_equal(wrt_json_get_text(failed, "parentSpanId", ""), "1c37851126e28c12");
    assert_int_equal(wrt_json_get_int(wrt_json_get(failed, "status"), "code", 0), 2);
    assert_string_equal(wrt_json_get_text(span_at(document, 4), "name", ""), "chat m");
    assert_null(span_at(document, 5));
    wrt_json_free(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports_refuse_what_is_not_a_run),
        cmocka_unit_test(exports_refuse_more_events_than_their_cap),
        cmocka_unit_test(exports_are_the_same_twice_and_can_be_parsed),
        cmocka_unit_test(exports_take_events_of_any_shape),
        cmocka_unit_test(prov_states_what_the_events_state),
        cmocka_unit_test(crate_has_plain_identifiers),
        cmocka_unit_test(trapi_says_what_is_recorded_and_what_is_ours),
        cmocka_unit_test(citations_cannot_be_broken_out_of),
        cmocka_unit_test(spans_have_their_ids_and_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
