/* cladder.c: see cladder.h. */
#include "agent/eval/cladder.h"

#include "agent/eval/cladder_item.h"
#include "agent/eval/cladder_typed.h"
#include "agent/eval/verdict.h"
#include "base/arena.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 16, REASONING_TOKENS = 200, QUERY_TOKENS = 700, STRATUM_MAX = 64 };

static const char card[] =
    "CLadder (Jin et al., NeurIPS 2023): yes/no questions on ten causal graphs of binary "
    "variables,\n"
    "on the three rungs of the ladder of causation. --data: a file in the shape of\n"
    "test-generate-easy.json (an array, or one object a line).\n"
    "\n"
    "Modes. plain: the model chooses yes or no. cot: it first writes down the steps of CausalCoT\n"
    "(graph, query type, formula, numbers, arithmetic), then chooses. typed: it fills in a typed "
    "query\n"
    "(type, edges, numbers) under a grammar and the engines compute the answer; how often type, "
    "graph\n"
    "and numbers were read rightly is measured apart, whatever the variables were called. gold: "
    "type,\n"
    "graph and probabilities come from the item's metadata, so that only the engines are "
    "measured.\n"
    "\n"
    "The engines know no formula of a graph family: the question is identified, models that hold "
    "the\n"
    "given numbers are fitted, and the estimand is evaluated in them (agent/eval/verdict.h).\n"
    "\n"
    "Scoring: a difference that rounds to 0.00 is \"no\"; ett asks the other way round; marginal "
    "is\n"
    "against one half; exp_away is by sign alone.\n"
    "\n"
    "Caveats\n"
    "- Rounding. Texts print percentages without decimals, labels come from exact numbers: where "
    "an\n"
    "  effect is near zero a reader of the text can be right and differ from the label. gold "
    "reads\n"
    "  the exact numbers of the metadata.\n"
    "- Arrowhead. The labels of that graph treat V2 and V3 as independent given X, which they are\n"
    "  not, so its effects are wrong for most models; and the numbers of its nde and nie "
    "questions\n"
    "  lack P(Y | X, V2, V3). It counts in `accuracy` and stands apart in `apart`; `main` is "
    "without.\n"
    "- Numbers that do not settle the value. ett on the graph `confounding` needs P(V1 | X) and\n"
    "  exp_away P(X | V3), which are not given: what is answered is the sign, where all models "
    "that\n"
    "  hold the numbers agree on it (measure `settled`).\n"
    "- The easy edition lacks the `background` that states the graph in words; where an item has\n"
    "  that member it is shown to the model. Scores are not comparable with the paper's, which "
    "are\n"
    "  of another, balanced selection.\n";

static const wrt_eval_mode modes[] = {
    {"gold", "the engines answer from the item's metadata", false},
    {"typed", "the model fills in a typed query, the engines answer it", true},
    {"cot", "the model writes down its steps, then chooses", true},
    {"plain", "the model chooses yes or no", true},
    {0},
};

typedef struct {
    size_t n;
    const wrt_json **records;
    char (*strata)[STRATUM_MAX];
} cladder;

/* ---- items */

static void cladder_close(void *self) {
    cladder *c = self;
    if (c == NULL)
        return;
    free(c->records);
    free(c->strata);
    free(c);
}

static wrt_status check_record(const wrt_json *record, size_t place, wrt_err *err) {
    const char *answer = wrt_json_get_text(record, "answer", "");
    if (wrt_json_get(record, "meta") == NULL || wrt_json_get_text(record, "question", NULL) == NULL)
        return wrt_fail(err, WRT_E_INPUT, "item %zu lacks \"meta\" or \"question\"", place);
    if (strcmp(answer, "yes") != 0 && strcmp(answer, "no") != 0)
        return wrt_fail(err, WRT_E_INPUT, "item %zu: answer is yes or no, not \"%.20s\"", place,
                        answer);
    return WRT_OK;
}

static wrt_status cladder_open(void **self, size_t *n, const wrt_json *data,
                               const wrt_eval_request *request, wrt_err *err) {
    cladder *c = wrt_calloc(1, sizeof *c);
    (void)request;
    *self = c;
    if (!wrt_json_is(data, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "the data are an array of questions, or one a line");
    c->records = wrt_calloc(wrt_json_count(data) + 1, sizeof(const wrt_json *));
    c->strata = wrt_calloc(wrt_json_count(data) + 1, sizeof *c->strata);
    WRT_JSON_EACH(record, data) {
        const wrt_json *meta = wrt_json_get(record, "meta");
        wrt_status status = check_record(record, c->n, err);
        if (status != WRT_OK)
            return status;
        snprintf(c->strata[c->n], STRATUM_MAX, "%.30s %.30s",
                 wrt_json_get_text(meta, "query_type", "?"),
                 wrt_json_get_text(meta, "graph_id", "?"));
        c->records[c->n++] = record;
    }
    *n = c->n;
    return WRT_OK;
}

static const char *cladder_stratum(const void *self, size_t item) {
    return ((const cladder *)self)->strata[item];
}

static void set_groups(wrt_json *row, const wrt_json *meta) {
    char rung[24];
    const char *graph = wrt_json_get_text(meta, "graph_id", "?");
    snprintf(rung, sizeof rung, "%" PRId64, wrt_json_get_int(meta, "rung", 0));
    wrt_eval_row_group(row, "rung", rung);
    wrt_eval_row_group(row, "query_type", wrt_json_get_text(meta, "query_type", "?"));
    wrt_eval_row_group(row, "graph", graph);
    if (strcmp(graph, "arrowhead") == 0)
        wrt_json_set_text(row, "apart", graph);
}

static wrt_json *make_row(const wrt_json *record, const char *answer) {
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, wrt_json_get_int(record, "question_id", -1));
    wrt_json *row = wrt_eval_row(id, answer, wrt_json_get_text(record, "answer", ""));
    set_groups(row, wrt_json_get(record, "meta"));
    return row;
}

/* ---- by the engines */

/* Answers a query of typed.h; an unanswerable one is a row without an answer. */
static wrt_json *engine_row(const wrt_json *record, const wrt_json *query) {
    wrt_typed_query typed;
    wrt_verdict verdict = {.is_known = false};
    wrt_err why = {.code = WRT_OK};
    wrt_status status = wrt_typed_read(&typed, query, &why);
    if (status == WRT_OK)
        status = wrt_verdict_of(&verdict, &typed, &why);
    const char *answer = status == WRT_OK && verdict.is_known ? verdict.yes ? "yes" : "no" : NULL;
    wrt_json *row = make_row(record, answer);
    wrt_json_set_text(row, "why", status == WRT_OK ? wrt_buf_str(&verdict.why).ptr : why.message);
    if (answer != NULL) {
        wrt_json_set_text(row, "method", verdict.method);
        wrt_json_set(row, "value",
                     verdict.value == verdict.value ? wrt_json_new_number(verdict.value)
                                                    : wrt_json_new_null());
        wrt_eval_row_measure(row, "settled", verdict.settled ? 1 : 0);
    }
    wrt_verdict_free(&verdict);
    wrt_typed_free(&typed);
    return row;
}

static wrt_status run_gold(wrt_json **row, const wrt_json *record, wrt_err *err) {
    wrt_json *query = NULL;
    wrt_err why = {.code = WRT_OK};
    (void)err;
    if (wrt_cladder_query(&query, record, &why) == WRT_OK) {
        *row = engine_row(record, query);
    } else {
        *row = make_row(record, NULL);
        wrt_json_set_text(*row, "why", why.message);
    }
    wrt_json_free(query);
    return WRT_OK;
}

/* ---- by the model */

static void write_question(wrt_buf *out, const wrt_json *record) {
    const char *background = wrt_json_get_text(record, "background", NULL);
    if (background != NULL)
        wrt_buf_printf(out, "%s\n", background);
    wrt_buf_printf(out, "%s\n%s", wrt_json_get_text(record, "given_info", ""),
                   wrt_json_get_text(record, "question", ""));
}

static wrt_status run_plain(wrt_json **row, const wrt_json *record, const wrt_eval_request *request,
                            wrt_err *err) {
    wrt_buf user = wrt_buf_make(TEXT_MAX);
    bool yes = false;
    write_question(&user, record);
    wrt_llm_prompt prompt = {.system = WRT_STR("Answer the causal question with yes or no."),
                             .user = wrt_buf_str(&user)};
    wrt_status status = wrt_eval_choose_yes(&yes, request, &prompt, err);
    *row = make_row(record, status != WRT_OK ? NULL : yes ? "yes" : "no");
    wrt_buf_free(&user);
    return status;
}

static const char cot_steps[] =
    "Guide yourself by these steps and write each down in one line: 1 the causal graph, 2 the type "
    "of the query, 3 the query as a formula, 4 the numbers that are given, 5 the estimand that "
    "follows from the graph, 6 the arithmetic. Then answer yes or no.";

static wrt_status run_cot(wrt_json **row, const wrt_json *record, const wrt_eval_request *request,
                          wrt_err *err) {
    wrt_buf user = wrt_buf_make(TEXT_MAX);
    char *steps = NULL;
    bool yes = false;
    write_question(&user, record);
    wrt_llm_prompt prompt = {.system = wrt_str_of(cot_steps), .user = wrt_buf_str(&user)};
    wrt_status status = wrt_eval_write(&steps, request, &prompt, NULL, REASONING_TOKENS, err);
    if (status == WRT_OK) {
        wrt_buf_printf(&user, "\n\nSteps so far:\n%s\n\nIs the answer yes or no?", steps);
        prompt.user = wrt_buf_str(&user);
        status = wrt_eval_choose_yes(&yes, request, &prompt, err);
    }
    *row = make_row(record, status != WRT_OK ? NULL : yes ? "yes" : "no");
    if (steps != NULL)
        wrt_json_set_text(*row, "why", steps);
    free(steps);
    wrt_buf_free(&user);
    return status;
}

/* How far the model's query is that of the metadata; nothing where the metadata give none. */
static void set_parse(wrt_json *row, const wrt_json *query, const wrt_json *record) {
    wrt_json *gold = NULL;
    wrt_typed_query reading = {.collider = -1}, right = {.collider = -1};
    wrt_cladder_parse parse = {0};
    if (wrt_cladder_query(&gold, record, NULL) == WRT_OK &&
        wrt_typed_read(&right, gold, NULL) == WRT_OK) {
        parse.type =
            strcmp(wrt_json_get_text(query, "type", ""), wrt_typed_kind_name(right.kind)) == 0;
        if (query != NULL && wrt_typed_read(&reading, query, NULL) == WRT_OK)
            parse = wrt_cladder_compare(&reading, &right);
        wrt_eval_row_measure(row, "parse_type", parse.type);
        wrt_eval_row_measure(row, "parse_graph", parse.graph);
        wrt_eval_row_measure(row, "parse_numbers", parse.numbers);
    }
    wrt_typed_free(&reading);
    wrt_typed_free(&right);
    wrt_json_free(gold);
}

static wrt_status run_typed(wrt_json **row, const wrt_json *record, const wrt_eval_request *request,
                            wrt_err *err) {
    wrt_buf user = wrt_buf_make(TEXT_MAX);
    wrt_json *schema = wrt_cladder_schema(), *query = NULL;
    char *text = NULL;
    wrt_err own = {.code = WRT_OK};
    write_question(&user, record);
    wrt_llm_prompt prompt = {.system = wrt_str_of(wrt_cladder_instruction),
                             .user = wrt_buf_str(&user)};
    wrt_status status = wrt_eval_write(&text, request, &prompt, schema, QUERY_TOKENS, &own);
    if (status == WRT_OK)
        status = wrt_cladder_read_reply(&query, wrt_str_of(text), &own);
    *row = status == WRT_OK ? engine_row(record, query) : make_row(record, NULL);
    if (status != WRT_OK)
        wrt_json_set_text(*row, "why", own.message);
    if (query != NULL)
        wrt_json_set(*row, "query", wrt_json_copy(query));
    set_parse(*row, query, record);
    wrt_json_free(query);
    wrt_json_free(schema);
    free(text);
    wrt_buf_free(&user);
    return status == WRT_OK ? WRT_OK : wrt_fail(err, status, "%s", own.message);
}

static wrt_status cladder_run(wrt_json **row, void *self, size_t item,
                              const wrt_eval_request *request, wrt_err *err) {
    const wrt_json *record = ((const cladder *)self)->records[item];
    const char *mode = request->mode != NULL ? request->mode : modes[0].name;
    if (strcmp(mode, "typed") == 0)
        return run_typed(row, record, request, err);
    if (strcmp(mode, "cot") == 0)
        return run_cot(row, record, request, err);
    if (strcmp(mode, "plain") == 0)
        return run_plain(row, record, request, err);
    return run_gold(row, record, err);
}

const wrt_eval_suite wrt_eval_cladder = {
    .name = "cladder",
    .version = 1,
    .title = "causal questions on three rungs: the model alone, with steps, or with the engines",
    .card = card,
    .modes = modes,
    .needs = WRT_EVAL_NEEDS_DATA,
    .open = cladder_open,
    .stratum = cladder_stratum,
    .run = cladder_run,
    .close = cladder_close,
};
