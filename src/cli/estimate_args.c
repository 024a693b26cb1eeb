/* estimate_args.c: one row an option: how it is written as an argument. */
#include "cli/estimate_args.h"

#include <string.h>

enum { GRAPH_MAX = 1 << 20 };

typedef enum { TEXT, NAMES, NUMBER, FLAG, GRAPH, ADJUST, OBJECT } kind;

typedef struct {
    const char *option;
    const char *argument; /* NULL: the same word */
    kind kind;
} row;

static const row rows[] = {
    {"treatment", NULL, TEXT},
    {"outcome", NULL, TEXT},
    {"adjust", NULL, ADJUST},
    {"graph", NULL, GRAPH},
    {"estimator", NULL, TEXT},
    {"estimand", NULL, TEXT},
    {"treated", NULL, TEXT},
    {"untreated", NULL, TEXT},
    {"outcome-level", "outcome_level", TEXT},
    {"categorical", NULL, NAMES},
    {"propensity", NULL, TEXT},
    {"event", NULL, TEXT},
    {"instruments", NULL, NAMES},
    {"mediators", NULL, NAMES},
    {"running", NULL, TEXT},
    {"cutoff", NULL, NUMBER},
    {"bandwidth", NULL, NUMBER},
    {"period", NULL, TEXT},
    {"cluster", NULL, TEXT},
    {"by", NULL, TEXT},
    {"missing", NULL, TEXT},
    {"na", NULL, NAMES},
    {"se", NULL, TEXT},
    {"hc", NULL, TEXT},
    {"bootstrap", NULL, NUMBER},
    {"level", NULL, NUMBER},
    {"folds", NULL, NUMBER},
    {"trim", NULL, NUMBER},
    {"ridge", NULL, NUMBER},
    {"strata", NULL, NUMBER},
    {"matches", NULL, NUMBER},
    {"distance", NULL, TEXT},
    {"ties", NULL, TEXT},
    {"horizon", NULL, NUMBER},
    {"shard", NULL, TEXT},
    {"refute", NULL, FLAG},
    {"conflicts", NULL, FLAG},
    {"negative-control", "negative_control", TEXT},
    {"stream", NULL, FLAG},
    {"profile", NULL, OBJECT},
};

const wrt_cli_option wrt_cli_estimate_options[] = {
    {"data", 0, "FILE", "table with a header line: CSV, or TSV by its name; also compressed"},
    {"treatment", 0, "COLUMN", "two levels; a number of any size for ols and iv"},
    {"outcome", 0, "COLUMN", "numbers, or two levels; with --event the time"},
    {"adjust", 0, "A,B|auto", "covariates, or auto: those that --graph calls for"},
    {"graph", 0, "TEXT", "causal graph of the columns: dagitty, DOT or JSON text, @FILE"},
    {"estimator", 0, "NAME", "see below; naive without covariates, else aipw"},
    {"estimand", 0, "NAME", "ate, att or atc; by default the first that the estimator has"},
    {"treated", 0, "LEVEL", "the level of the treatment that counts as treated"},
    {"untreated", 0, "LEVEL", "the level it is compared with; rows of others are left out"},
    {"outcome-level", 0, "LEVEL", "the level of a two-level outcome that counts as 1"},
    {"categorical", 0, "A,B", "columns of numbers that are names, not amounts"},
    {"propensity", 0, "COLUMN", "known probabilities of treatment"},
    {"event", 0, "COLUMN", "1 event, 0 censored: the outcome is a time"},
    {"instruments", 0, "A,B", "for iv"},
    {"mediators", 0, "A,B", "for frontdoor"},
    {"running", 0, "COLUMN", "for rdd, with --cutoff"},
    {"cutoff", 0, "X", "treated from here on"},
    {"bandwidth", 0, "X", "for rdd; chosen from the data when left out"},
    {"period", 0, "COLUMN", "for did: 0 before, 1 after"},
    {"cluster", 0, "COLUMN", "rows of one cluster are not independent"},
    {"by", 0, "COLUMN", "the effect within each level of this column, too"},
    {"missing", 0, "POLICY", "drop rows with a missing cell (default) or refuse"},
    {"na", 0, "A,B", "texts that mean missing; by default NA, NaN and nothing"},
    {"se", 0, "KIND", "robust (default), classical or bootstrap"},
    {"hc", 0, "KIND", "of robust errors of linear models: hc0, hc1 (default), hc2, hc3"},
    {"bootstrap", 0, "N", "draws (default 1000)"},
    {"level", 0, "P", "of intervals (default 0.95)"},
    {"folds", 0, "N", "of cross-fitting (default 5; 1: none)"},
    {"trim", 0, "P", "leave out rows with a propensity below P or above 1 - P"},
    {"ridge", 0, "L", "penalty of the fits (default 0)"},
    {"strata", 0, "N", "of stratification (default 5)"},
    {"matches", 0, "N", "of each unit (default 1)"},
    {"distance", 0, "KIND", "of matching: mahalanobis (default) or propensity"},
    {"ties", 0, "KIND", "of cox: efron (default) or breslow"},
    {"horizon", 0, "T", "of rmst"},
    {"shard", 0, "I/K", "only this part of the bootstrap's draws, to be merged"},
    {"merge", 0, "A,B", "results of all shards; the other options as before, less --shard"},
    {"refute", 0, NULL, "placebo treatment, random common cause, subset, dummy outcome"},
    {"conflicts", 0, NULL, "test in the data what the graph implies"},
    {"negative-control", 0, "COLUMN", "an outcome that the treatment cannot cause"},
    {"profile", 0, "JSON", "a unit, {\"age\":50,..}: are there any like it in both arms?"},
    {"stream", 0, NULL, "naive and ols: keep no table in memory (so are files over 256 MiB)"},
    {"svg", 0, "FILE", "draw unadjusted and adjusted effect"},
    {"svg-balance", 0, "FILE", "draw the balance of covariates, before and after"},
    {"svg-overlap", 0, "FILE", "draw the propensities of both arms"},
    {0},
};

static wrt_status read_json(wrt_json **out, const char *text, const char *option, wrt_err *err) {
    wrt_status status = wrt_json_parse(out, wrt_str_of(text), err);
    if (status != WRT_OK)
        (void)wrt_err_prefix(err, "--%s", option);
    return status;
}

/* "A,B" or a JSON array. */
static wrt_status read_names(wrt_json **out, const char *text, const char *option, wrt_err *err) {
    if (*text == '[')
        return read_json(out, text, option, err);
    *out = wrt_json_new_array();
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");
        if (!wrt_utf8_valid((wrt_str){at, len}))
            return wrt_fail(err, WRT_E_INPUT, "--%s is not valid UTF-8", option);
        wrt_json_push(*out, wrt_json_new_text((wrt_str){at, len}));
        at += len;
        if (*at == '\0')
            return WRT_OK;
    }
}

static wrt_status read_graph(wrt_json **out, const char *argument, wrt_err *err) {
    wrt_buf text = wrt_buf_make(GRAPH_MAX);
    wrt_status status = wrt_cli_read_text(&text, argument, err);
    wrt_str graph = wrt_buf_str(&text);
    if (status == WRT_OK && graph.len > 0 && graph.ptr[0] == '{')
        status = wrt_json_parse(out, graph, err);
    else if (status == WRT_OK && !wrt_utf8_valid(graph))
        status = wrt_fail(err, WRT_E_INPUT, "--graph is not valid UTF-8");
    else if (status == WRT_OK)
        *out = wrt_json_new_text(graph);
    wrt_buf_free(&text);
    return status;
}

static wrt_status read_number(wrt_json **out, const char *text, const char *option, wrt_err *err) {
    wrt_status status = wrt_json_parse(out, wrt_str_of(text), NULL);
    if (status == WRT_OK && wrt_json_is(*out, WRT_JSON_NUMBER))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "--%s takes a number, not \"%s\"", option, text);
}

static wrt_status read_value(wrt_json **out, const row *r, const char *text, wrt_err *err) {
    switch (r->kind) {
    case NAMES:
        return read_names(out, text, r->option, err);
    case NUMBER:
        return read_number(out, text, r->option, err);
    case GRAPH:
        return read_graph(out, text, err);
    case OBJECT:
        return read_json(out, text, r->option, err);
    case FLAG:
        *out = wrt_json_new_bool(true);
        return WRT_OK;
    case ADJUST:
        if (strcmp(text, "auto") != 0)
            return *text != '\0' ? read_names(out, text, r->option, err)
                                 : (*out = wrt_json_new_array(), WRT_OK);
        break;
    case TEXT:
        break;
    }
    if (!wrt_utf8_valid(wrt_str_of(text)))
        return wrt_fail(err, WRT_E_INPUT, "--%s is not valid UTF-8", r->option);
    *out = wrt_json_new_c(text);
    return WRT_OK;
}

wrt_status wrt_cli_estimate_args(wrt_json **args, const wrt_cli_call *call, wrt_err *err) {
    *args = wrt_json_new_object();
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == WRT_OK; i++) {
        const char *text = wrt_cli_value(call, rows[i].option);
        wrt_json *value = NULL;
        if (text == NULL)
            continue;
        status = read_value(&value, &rows[i], text, err);
        if (status == WRT_OK)
            wrt_json_set(*args, rows[i].argument ? rows[i].argument : rows[i].option, value);
        else
            wrt_json_free(value);
    }
    if (status == WRT_OK)
        wrt_json_set_int(*args, "seed", (int64_t)(call->globals->seed & ((UINT64_C(1) << 53) - 1)));
    if (status != WRT_OK) {
        wrt_json_free(*args);
        *args = NULL;
    }
    return status;
}
