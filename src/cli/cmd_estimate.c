/* cmd_estimate.c: warrant estimate: an effect from a table, and how far to trust it. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/estimate_args.h"
#include "cli/estimate_pictures.h"
#include "effect/answer.h"

#include <math.h>
#include <string.h>

/* ---- text for people, read from the data so that both say the same */

static void print_number(FILE *out, const wrt_json *value) {
    if (wrt_json_is(value, WRT_JSON_NUMBER))
        fprintf(out, "%.6g", wrt_json_number(value, 0));
    else
        fprintf(out, "-");
}

static void print_estimate(FILE *out, const char *name, const wrt_json *e, double level) {
    const wrt_json *ci = wrt_json_get(e, "ci");
    fprintf(out, "%-12s  ", name);
    print_number(out, wrt_json_get(e, "estimate"));
    fprintf(out, "  (%s; se ", wrt_json_get_text(e, "measure", "?"));
    print_number(out, wrt_json_get(e, "se"));
    if (wrt_json_count(ci) == 2) {
        fprintf(out, ", %g %% interval ", 100 * level);
        print_number(out, wrt_json_at(ci, 0));
        fprintf(out, " to ");
        print_number(out, wrt_json_at(ci, 1));
    }
    fprintf(out, "; %s)\n", wrt_json_get_text(e, "se_method", "no interval"));
}

static void print_names(FILE *out, const char *before, const wrt_json *names) {
    const char *gap = before;
    WRT_JSON_EACH(name, names) {
        fprintf(out, "%s", gap);
        wrt_cli_print_text(out, wrt_json_text(name));
        gap = ", ";
    }
    fprintf(out, "%s", wrt_json_count(names) > 0 ? "\n" : "");
}

static void print_rows(FILE *out, const wrt_json *data) {
    const wrt_json *dropped = wrt_json_path(data, "table.dropped");
    int64_t n = wrt_json_get_int(data, "n", 0), used = wrt_json_get_int(data, "n_used", 0);
    fprintf(out, "rows          %lld", (long long)n);
    if (used != n)
        fprintf(out, " complete, %lld", (long long)used);
    fprintf(out, " used");
    if (wrt_json_get(data, "n_treated") != NULL)
        fprintf(out, ", %lld treated", (long long)wrt_json_get_int(data, "n_treated", 0));
    WRT_JSON_EACH(reason, dropped)
    if (wrt_json_number(reason, 0) > 0)
        fprintf(out, ", %g dropped (%s)", wrt_json_number(reason, 0), wrt_json_key(reason));
    fprintf(out, "\n");
}

static void print_checks(FILE *out, const wrt_json *data) {
    const wrt_json *balance = wrt_json_path(data, "diagnostics.balance");
    const wrt_json *overlap = wrt_json_path(data, "diagnostics.overlap");
    const wrt_json *evalue = wrt_json_path(data, "sensitivity.e_value");
    const wrt_json *profile = wrt_json_get(data, "extrapolation");
    if (balance != NULL) {
        fprintf(out, "balance       largest standardised difference ");
        print_number(out, wrt_json_get(balance, "worst_before"));
        if (wrt_json_is(wrt_json_get(balance, "worst_after"), WRT_JSON_NUMBER)) {
            fprintf(out, " before, ");
            print_number(out, wrt_json_get(balance, "worst_after"));
            fprintf(out, " after");
        }
        fprintf(out, "\n");
    }
    if (overlap != NULL) {
        fprintf(out, "overlap       ");
        wrt_cli_print_text(out, wrt_json_get_text(overlap, "text", ""));
        fprintf(out, "\n");
    }
    if (profile != NULL) {
        fprintf(out, "profile       ");
        wrt_cli_print_text(out, wrt_json_get_text(profile, "text", ""));
        fprintf(out, "\n");
    }
    if (evalue != NULL) {
        fprintf(out, "sensitivity   ");
        wrt_cli_print_text(out, wrt_json_get_text(evalue, "text", ""));
        fprintf(out, "\n");
    }
}

static void print_answer(FILE *out, const wrt_json *data) {
    double level = wrt_json_get_number(data, "level", 0.95);
    print_estimate(out, wrt_json_get_text(data, "estimator", "?"), data, level);
    print_estimate(out, "unadjusted", wrt_json_get(data, "unadjusted"), level);
    if (wrt_json_is(wrt_json_get(data, "gap"), WRT_JSON_NUMBER)) {
        fprintf(out, "gap           ");
        print_number(out, wrt_json_get(data, "gap"));
        fprintf(out, "  (unadjusted less adjusted)\n");
    }
    print_names(out, "adjusted for  ", wrt_json_get(data, "adjusted_for"));
    print_rows(out, data);
    print_checks(out, data);
    fprintf(out, "rung %lld: %s\n", (long long)wrt_json_get_int(data, "rung", 1),
            wrt_json_get_text(data, "rung_reason", "?"));
}

/* ---- the command */

enum { PARTS_MAX = 1000, PART_BYTES_MAX = 64 << 20 };

/* Results of shards, as "estimate --json" or the tool gave them. */
typedef struct {
    wrt_json *all[PARTS_MAX];
    const wrt_json *data[PARTS_MAX];
    size_t n;
} parts;

static wrt_status read_part(parts *out, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(PART_BYTES_MAX);
    wrt_json *value = NULL;
    wrt_status status = wrt_file_read(&text, path, PART_BYTES_MAX, err);
    if (status == WRT_OK)
        status = wrt_json_parse(&value, wrt_buf_str(&text), err);
    if (status != WRT_OK)
        (void)wrt_err_prefix(err, "%s", wrt_path_base(path));
    if (status == WRT_OK) {
        const wrt_json *data = wrt_json_get(value, "data");
        out->all[out->n] = value;
        out->data[out->n++] = data != NULL ? data : value;
    }
    wrt_buf_free(&text);
    return status == WRT_E_NOT_FOUND
               ? wrt_fail(err, WRT_E_INPUT, "--merge: no file %s", wrt_path_base(path))
               : status;
}

static wrt_status read_parts(parts *out, const wrt_cli_call *call, wrt_err *err) {
    const char *list = wrt_cli_value(call, "merge");
    wrt_status status = WRT_OK;
    while (list != NULL && *list != '\0' && status == WRT_OK) {
        char path[4096];
        size_t len = strcspn(list, ",");
        if (len >= sizeof path || out->n == PARTS_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "--merge takes at most %d files", (int)PARTS_MAX);
        memcpy(path, list, len);
        path[len] = '\0';
        status = read_part(out, path, err);
        list += list[len] == ',' ? len + 1 : len;
    }
    return status;
}

static void free_parts(parts *all) {
    for (size_t i = 0; i < all->n; i++)
        wrt_json_free(all->all[i]);
}

static wrt_status answer_call(wrt_effect_answer *answer, wrt_effect_question *question,
                              const wrt_cli_call *call, wrt_err *err) {
    wrt_effect_source source = {.path = wrt_cli_value(call, "data"), .fd = -1};
    if (source.path == NULL)
        return wrt_fail(err, WRT_E_INPUT, "give a table: --data FILE");
    question->options.threads = call->globals->threads > 0 ? call->globals->threads : 1;
    wrt_status status = wrt_effect_answer_question(answer, question, &source, err);
    WRT_JSON_EACH(warning, answer->warnings)
    wrt_json_push_text(call->warnings, wrt_json_text(warning));
    return status;
}

static wrt_status run_estimate(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_json *args = NULL;
    wrt_effect_question *question = NULL;
    wrt_effect_answer answer = {0};
    parts merged = {.n = 0};
    wrt_status status = wrt_cli_estimate_args(&args, call, err);
    if (status == WRT_OK)
        status = wrt_effect_question_parse(&question, args, err);
    if (status == WRT_OK)
        status = read_parts(&merged, call, err);
    if (status == WRT_OK && merged.n > 0) {
        question->parts = merged.data;
        question->n_parts = merged.n;
    }
    if (status == WRT_OK)
        status = answer_call(&answer, question, call, err);
    if (status == WRT_OK)
        status = wrt_cli_estimate_pictures(&answer, call, err);
    if (status == WRT_OK) {
        result->data = wrt_json_copy(answer.data);
        if (!call->globals->json)
            print_answer(call->out, answer.data);
    }
    free_parts(&merged);
    wrt_effect_answer_free(&answer);
    wrt_effect_question_free(question);
    wrt_json_free(args);
    return status;
}

const wrt_cli_command wrt_cmd_estimate = {
    .path = "estimate",
    .operands = "",
    .summary = "an effect from a table, beside the unadjusted difference and with its checks",
    .details =
        "Estimators: naive, ols, gcomp, tlearner, ipw, aipw, match, strata; iv (--instruments), "
        "frontdoor (--mediators), did (--period), rdd (--running, --cutoff); with --event km, rmst "
        "and cox. With --graph the adjustment is judged, or chosen (--adjust auto), and an effect "
        "that the graph does not identify is refused (exit code 3) with what would do. Without a "
        "graph every estimate is an association, rung 1.\n",
    .examples =
        "  warrant estimate --data trial.csv --treatment treat --outcome re78\n"
        "  warrant estimate --data cohort.csv --treatment statin --outcome ldl --adjust auto \\\n"
        "      --graph @study.dag --svg effect.svg\n",
    .options = wrt_cli_estimate_options,
    .run = run_estimate,
};
