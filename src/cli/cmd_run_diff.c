/* cmd_run_diff.c: warrant run diff. */
#include "agent/audit/rundiff.h"
#include "cli/commands.h"
#include "cli/stored_run.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 120 };

static void print_value(FILE *out, const wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write(&text, value);
    if (text.len <= SHOWN_MAX)
        wrt_cli_print_text(out, wrt_buf_str(&text).ptr);
    else
        fprintf(out, "(%zu bytes)", text.len);
    wrt_buf_free(&text);
}

static void print_names(FILE *out, const char *sign, const wrt_json *names) {
    WRT_JSON_EACH(name, names) {
        fprintf(out, "  %s ", sign);
        wrt_cli_print_text(out, wrt_json_text(name));
        fputc('\n', out);
    }
}

static void print_changes(FILE *out, const wrt_json *changes) {
    WRT_JSON_EACH(change, changes) {
        fputs("  ~ ", out);
        wrt_cli_print_text(out, wrt_json_get_text(change, "key", "?"));
        fputs(": ", out);
        wrt_cli_print_text(out, wrt_json_get_text(change, "member", ""));
        fputs(" ", out);
        print_value(out, wrt_json_get(change, "from"));
        fputs(" -> ", out);
        print_value(out, wrt_json_get(change, "to"));
        fputc('\n', out);
    }
}

static void print_list(FILE *out, const char *title, const wrt_json *list) {
    const wrt_json *added = wrt_json_get(list, "added"), *removed = wrt_json_get(list, "removed");
    const wrt_json *changed = wrt_json_get(list, "changed");
    if (wrt_json_count(added) + wrt_json_count(removed) + wrt_json_count(changed) == 0) {
        fprintf(out, "%-13s the same\n", title);
        return;
    }
    fprintf(out, "%s\n", title);
    print_names(out, "-", removed);
    print_names(out, "+", added);
    print_changes(out, changed);
}

static void print_diff(FILE *out, const wrt_json *diff) {
    static const char *const lists[] = {"plan", "observations", "decisions", "claims"};
    const wrt_json *first = wrt_json_get(diff, "first");
    if (wrt_json_get_bool(diff, "same", false)) {
        fputs("the two runs are the same but for their ids and clocks\n", out);
        return;
    }
    fprintf(out, "they part at event %lld (%s", (long long)wrt_json_get_int(first, "seq", -1),
            wrt_json_get_text(first, "type", "?"));
    fputs(*wrt_json_get_text(first, "member", "") != '\0' ? ": " : "", out);
    wrt_cli_print_text(out, wrt_json_get_text(first, "member", ""));
    fputs(")\nsettings\n", out);
    print_names(out, "~", wrt_json_get(diff, "settings"));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        print_list(out, lists[i], wrt_json_get(diff, lists[i]));
    const wrt_json *status = wrt_json_path(diff, "answer.status");
    fprintf(out, "answer        %s -> %s\n", wrt_json_text(wrt_json_at(status, 0)),
            wrt_json_text(wrt_json_at(status, 1)));
    print_list(out, "text", wrt_json_get(diff, "answer"));
}

static wrt_status run_diff(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_json *a = NULL, *b = NULL;
    wrt_status status = wrt_cli_read_events(&a, call, call->operands[0], err);
    if (status == WRT_OK)
        status = wrt_cli_read_events(&b, call, call->operands[1], err);
    if (status == WRT_OK) {
        result->data = wrt_run_diff(a, b);
        if (!call->globals->json)
            print_diff(call->out, result->data);
    }
    wrt_json_free(a);
    wrt_json_free(b);
    return status;
}

const wrt_cli_command wrt_cmd_run_diff = {
    .path = "run diff",
    .operands = "RUN|DIR RUN|DIR",
    .summary = "show where two finished runs part: settings, plan, observations, claims, answer",
    .details =
        "Ids, clocks and other things that may differ between equal runs are not compared.\n",
    .examples = "  warrant run diff 20260101-120000-abcdef last\n",
    .min_operands = 2,
    .max_operands = 2,
    .run = run_diff,
};
