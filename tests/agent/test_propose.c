/* test_propose.c: which calls are on the menu that a model may propose from. Expectations by hand;
 * schemas are written here, those of the shipped tools are met in tests/cli/test_framing.py. */
#include "agent/plan/plan.h"
#include "agent/plan/propose.h"
#include "agent/plan/propose_menu.h"
#include "agent/plan/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(text), NULL), WRT_OK);
    return value;
}

#define TEXT "{\"type\":\"string\",\"minLength\":1}"
#define TOOL(name, more, required, properties)                                                     \
    "{\"name\":\"" name "\"," more "\"args_schema\":{\"type\":\"object\",\"required\":[" required  \
    "],\"properties\":{" properties "}}}"
#define NODE(name, more) TOOL(name, more, "\"id\"", "\"id\":" TEXT)
#define KG               "\"reads\":[\"kg\"],"

static const char frame[] =
    "{\"treatment\":{\"id\":\"A:1\",\"name\":\"a\"},\"outcome\":{\"id\":\"B:2\",\"name\":\"b\"}}";

/* Two resolved ends, routes between them and their graph. */
static const char plan[] =
    "{\"steps\":[{\"id\":\"t\",\"tool\":\"kg_resolve\",\"args\":{\"text\":\"$frame.treatment.id\"}}"
    ",{\"id\":\"p\",\"tool\":\"kg_paths\",\"args\":{\"from\":\"$t.data[0].id\",\"to\":"
    "\"$frame.outcome.id\",\"k\":10}},{\"id\":\"g\",\"builtin\":\"draw_graph\",\"args\":{}},"
    "{\"id\":\"c\",\"tool\":\"causal_identify\",\"args\":{\"graph\":\"$g.data.graph\"}}]}";

typedef struct {
    wrt_turn turn;
    wrt_json *plan, *frame, *protocol;
} table;

static table lay(const char *tools, const char *start, const char *protocol) {
    table t = {.plan = parse(plan), .frame = parse(frame), .protocol = parse(protocol)};
    t.turn.tools = parse(tools);
    t.turn.start = parse(start);
    return t;
}

static void clear(table *t) {
    wrt_json_free(t->turn.tools);
    wrt_json_free(t->turn.start);
    wrt_json_free(t->plan);
    wrt_json_free(t->frame);
    wrt_json_free(t->protocol);
}

static const char with_all[] = "{\"kg_snapshot\":\"x\",\"pubmed\":{\"id\":\"y\"}}";

/* The options for one tool, each followed by ";". */
static void assert_menu(const char *tool, const char *start, const char *protocol,
                        const char *want) {
    char tools[2048];
    assert_true(snprintf(tools, sizeof tools, "[%s]", tool) < (int)sizeof tools);
    table t = lay(tools, start, protocol);
    wrt_json *menu = wrt_propose_menu(&t.turn, t.plan, t.protocol, t.frame);
    wrt_buf text = wrt_buf_make(4096);
    WRT_JSON_EACH(entry, menu)
    wrt_buf_printf(&text, "%s;", wrt_json_get_text(entry, "option", "?"));
    assert_string_equal(text.len > 0 ? wrt_buf_str(&text).ptr : "", want);
    wrt_buf_free(&text);
    wrt_json_free(menu);
    clear(&t);
}

static void menu_holds_what_a_tool_can_be_called_about(void **state) {
    (void)state;
    assert_menu(NODE("kg_node", KG), with_all, "{}",
                "kg_node treatment;kg_node outcome;kg_node first_route;");
    assert_menu(TOOL("spell", "", "\"text\"", "\"text\":" TEXT), with_all, "{}",
                "spell treatment;spell outcome;");
    assert_menu(TOOL("implies", "", "\"graph\"", "\"graph\":{\"type\":[\"string\",\"object\"]}"),
                with_all, "{}", "implies question;");
    assert_menu(TOOL("both", "", "\"id\",\"graph\"", "\"id\":" TEXT ",\"graph\":{}"), with_all,
                "{}", "both treatment;both outcome;both first_route;");
    assert_menu(TOOL("pubmed_search", "\"reads\":[\"pubmed\"],", "\"query\"", "\"query\":" TEXT),
                with_all, "{}", "pubmed_search question;");
}

static void menu_leaves_out_what_must_not_be_proposed(void **state) {
    (void)state;
    static const char *const never[] = {
        NODE("x", "\"network\":[\"https://a.example/\"],"),
        /* not the program's own, whatever it is called */
        TOOL("pubmed_search", "\"network\":[\"https://a.example/\"],", "\"query\"",
             "\"query\":" TEXT),
        NODE("x", "\"writes\":true,"), NODE("x", "\"model\":true,"),
        NODE("kg_edge", KG), /* the id of a node is none of an edge */
        TOOL("x", "", "\"id\",\"wish\"", "\"id\":" TEXT ",\"wish\":" TEXT), /* nobody knows it */
        TOOL("x", "", "\"id\"", "\"id\":{\"type\":\"integer\"}"),           /* not its type */
        TOOL("x", "", "\"id\"", "\"id\":{\"enum\":[\"C:3\"]}"),             /* not its value */
        TOOL("x", "", "\"graph\"", "\"graph\":{\"type\":\"array\"}"),
        TOOL("x", "", "\"data\"", "\"data\":" TEXT), /* the user gave no table */
        TOOL("x", "", "", ""),                       /* about nothing */
    };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_menu(never[i], with_all, "{}", "");
    assert_menu(NODE("kg_node", KG), "{}", "{}", ""); /* there is no graph */
    assert_menu(TOOL("pubmed_search", "\"reads\":[\"pubmed\"],", "\"query\"", "\"query\":" TEXT),
                "{\"kg_snapshot\":\"x\"}", "{}", "");
}

static void menu_does_not_repeat_a_call(void **state) {
    (void)state;
    const char *paths = TOOL("kg_paths", KG, "\"from\",\"to\"", "\"from\":" TEXT ",\"to\":" TEXT);
    assert_menu(paths, with_all, "{}", "");
    assert_menu(TOOL("causal_identify", "", "\"graph\"", "\"graph\":{}"), with_all, "{}", "");
    /* what an optional step would ask is that step's to ask */
    assert_menu(NODE("kg_neighbors", KG), with_all,
                "{\"optional\":[{\"id\":\"n\",\"tool\":\"kg_neighbors\",\"args\":{\"id\":"
                "\"$t.data[0].id\",\"limit\":20}}]}",
                "kg_neighbors outcome;kg_neighbors first_route;");
}

static const wrt_json *last_step(const wrt_json *menu, size_t i) {
    const wrt_json *steps = wrt_json_get(wrt_json_at(menu, i), "steps");
    return wrt_json_at(steps, wrt_json_count(steps) - 1);
}

static void steps_refer_to_what_makes_their_arguments(void **state) {
    (void)state;
    static const char tools[] =
        "[" NODE("kg_node", KG) "," TOOL("pubmed_search",
                                         "\"reads\":[\"pubmed\"],\"trusted\":true,"
                                         "\"network\":[\"https://a.example/\"],",
                                         "\"query\"", "\"query\":" TEXT) "]";
    table t = lay(tools, with_all, "{}");
    wrt_json *menu = wrt_propose_menu(&t.turn, t.plan, t.protocol, t.frame);
    wrt_json *want = parse("{\"id\":\"extra_kg_node_first_route\",\"tool\":\"kg_node\",\"args\":"
                           "{\"id\":\"$p.data[0].nodes[1].id\"},\"when\":[\"$p.data[0].nodes[1].id"
                           "\"],\"why\":\"proposed by the model\",\"share\":0.1}");
    assert_int_equal(wrt_json_count(menu), 4);
    assert_string_equal(wrt_json_get_text(wrt_json_path(last_step(menu, 0), "args"), "id", ""),
                        "$frame.treatment.id");
    assert_null(wrt_json_get(last_step(menu, 0), "when"));
    assert_true(wrt_json_equal(last_step(menu, 2), want));
    wrt_json_free(want);
    /* a query is made by the program, in a step that comes along */
    const wrt_json *steps = wrt_json_get(wrt_json_at(menu, 3), "steps");
    want =
        parse("[{\"id\":\"extra_query\",\"builtin\":\"literature_query\",\"args\":{\"treatment\":"
              "\"$frame.treatment\",\"outcome\":\"$frame.outcome\"},\"why\":\"the words to look "
              "for: the names of treatment and outcome\"},{\"id\":\"extra_pubmed_search_question"
              "\",\"tool\":\"pubmed_search\",\"args\":{\"query\":\"$extra_query.data.query\","
              "\"source\":\"local\"},"
              "\"when\":[\"$extra_query.data.query\"],\"why\":\"proposed by the model\","
              "\"share\":0.1}]");
    assert_true(wrt_json_equal(steps, want));
    assert_int_equal(wrt_protocol_check_steps(steps, "menu", NULL), WRT_OK);
    wrt_json_free(want);
    wrt_json_free(menu);
    clear(&t);
}

static void nothing_is_proposed_without_a_model(void **state) {
    (void)state;
    table t = lay("[" NODE("kg_node", KG) "]",
                  "{\"kg_snapshot\":\"x\",\"model\":{\"kind\":\"none\"}}", "{\"propose\":8}");
    wrt_json *before = wrt_json_copy(t.plan);
    bool by_model = false;
    assert_int_equal(wrt_plan_propose(t.plan, &by_model, &t.turn, t.protocol, t.frame, NULL),
                     WRT_OK);
    assert_false(by_model);
    assert_true(wrt_json_equal(before, t.plan));
    wrt_json_free(before);
    clear(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(menu_holds_what_a_tool_can_be_called_about),
        cmocka_unit_test(menu_leaves_out_what_must_not_be_proposed),
        cmocka_unit_test(menu_does_not_repeat_a_call),
        cmocka_unit_test(steps_refer_to_what_makes_their_arguments),
        cmocka_unit_test(nothing_is_proposed_without_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
