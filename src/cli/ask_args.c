/* ask_args.c: see ask_args.h. */
#include "cli/ask_args.h"

#include "base/file.h"
#include "cli/graph_args.h"
#include "cli/scm_args.h"
#include "cli/terminal.h"

#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 }; /* of an answer at the terminal */

/* ---- options */

/* A graph as the text or the object that tools take. */
static wrt_status read_graph(wrt_json **out, const char *argument, wrt_err *err) {
    wrt_buf text = wrt_buf_make((size_t)WRT_CLI_GRAPH_MAX);
    wrt_status status = wrt_file_exists(argument)
                            ? wrt_file_read(&text, argument, (size_t)WRT_CLI_GRAPH_MAX, err)
                            : wrt_cli_read_text(&text, argument, err);
    wrt_str trimmed = wrt_str_trim(wrt_buf_str(&text));
    if (status == WRT_OK && !wrt_utf8_valid(trimmed))
        status = wrt_fail(err, WRT_E_INPUT, "--graph: not UTF-8");
    if (status == WRT_OK && trimmed.len > 0 && trimmed.ptr[0] == '{') {
        status = wrt_json_parse(out, trimmed, err);
        if (status != WRT_OK)
            (void)wrt_err_prefix(err, "--graph");
    } else if (status == WRT_OK) {
        *out = wrt_json_new_text(trimmed);
    }
    wrt_buf_free(&text);
    return status;
}

static wrt_json *read_names(const char *text) {
    wrt_json *names = wrt_json_new_array();
    wrt_str rest = wrt_str_of(text), name;
    while (wrt_str_cut(&name, &rest, ','))
        if (wrt_str_trim(name).len > 0)
            wrt_json_push(names, wrt_json_new_text(wrt_str_trim(name)));
    return names;
}

/* One answer, from an option or from the terminal, as its input. */
static wrt_status read_input(wrt_json *inputs, const char *name, const char *text, wrt_err *err) {
    wrt_json *value = NULL;
    wrt_status status = WRT_OK;
    if (!wrt_utf8_valid(wrt_str_of(text)))
        return wrt_fail(err, WRT_E_INPUT, "--%s: not UTF-8", name);
    if (strcmp(name, "graph") == 0)
        status = read_graph(&value, text, err);
    else if (strcmp(name, "do") == 0)
        status = wrt_cli_read_pairs(&value, name, text, err);
    else if (strcmp(name, "adjust") == 0)
        value = read_names(text);
    else
        value = wrt_json_new_c(text);
    if (status == WRT_OK)
        wrt_json_set(inputs, name, value);
    return status;
}

/* Settings of a question type that have no option of their own. */
static wrt_status read_more(wrt_json *inputs, const wrt_cli_call *call, wrt_err *err) {
    const char *text = wrt_cli_value(call, "with");
    wrt_json *more = NULL;
    if (text == NULL)
        return WRT_OK;
    wrt_status status = wrt_cli_read_pairs(&more, "with", text, err);
    WRT_JSON_EACH(member, more) {
        const char *name = wrt_json_key(member);
        if (status == WRT_OK && wrt_json_get(inputs, name) != NULL)
            status = wrt_fail(err, WRT_E_INPUT, "--with: \"%s\" is given twice", name);
        if (status == WRT_OK)
            wrt_json_set(inputs, name, wrt_json_copy(member));
    }
    wrt_json_free(more);
    return status;
}

wrt_status wrt_cli_ask_inputs(wrt_json **out, const wrt_cli_call *call, wrt_err *err) {
    static const char *const names[] = {"type", "data",      "graph",   "scm",    "patient",
                                        "do",   "treatment", "outcome", "adjust", "estimator"};
    wrt_json *inputs = wrt_json_new_object();
    wrt_status status = WRT_OK;
    *out = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == WRT_OK; i++) {
        const char *text = wrt_cli_value(call, names[i]);
        if (text != NULL)
            status = read_input(inputs, names[i], text, err);
    }
    if (status == WRT_OK)
        status = read_more(inputs, call, err);
    if (status == WRT_OK && wrt_json_count(inputs) > 0)
        *out = inputs;
    else
        wrt_json_free(inputs);
    return status;
}

/* ---- the person */

static void show_need(const wrt_json *item) {
    int number = 0;
    wrt_cli_print_text(stderr, wrt_json_get_text(item, "why", "?"));
    fputc('\n', stderr);
    WRT_JSON_EACH(option, wrt_json_get(item, "options")) {
        fprintf(stderr, "  %d. ", ++number);
        wrt_cli_print_text(stderr, wrt_json_text(option));
        fputc('\n', stderr);
    }
}

/* The number of an option, or the text itself; *text is "" when there is no answer. */
static wrt_status read_answer(const char **text, char line[LINE_MAX_BYTES], const wrt_json *options,
                              wrt_err *err) {
    int64_t number = 0;
    fprintf(stderr, "> ");
    fflush(stderr);
    wrt_status status = wrt_terminal_read_line(line, LINE_MAX_BYTES, err);
    bool is_number = wrt_str_to_int64(&number, wrt_str_of(line));
    *text = is_number && number >= 1 && (size_t)number <= wrt_json_count(options)
                ? wrt_json_text(wrt_json_at(options, (size_t)number - 1))
                : line;
    return status;
}

static bool has_person(const wrt_cli_globals *globals) {
    return !globals->no_input && !globals->json && isatty(STDIN_FILENO) == 1 &&
           isatty(STDERR_FILENO) == 1;
}

wrt_status wrt_cli_ask_person(bool *answered, wrt_json **inputs, const wrt_cli_call *call,
                              const wrt_json *clarify, wrt_err *err) {
    char line[LINE_MAX_BYTES];
    *answered = false;
    if (!has_person(call->globals))
        return WRT_OK;
    if (*inputs == NULL)
        *inputs = wrt_json_new_object();
    WRT_JSON_EACH(item, clarify) {
        wrt_err wrong = {0};
        const char *text = "";
        show_need(item);
        wrt_status status = read_answer(&text, line, wrt_json_get(item, "options"), err);
        *answered = false;
        if (status != WRT_OK || *text == '\0')
            return status;
        if (read_input(*inputs, wrt_json_get_text(item, "need", "?"), text, &wrong) != WRT_OK) {
            fprintf(stderr, "%s\n", wrong.message);
            return WRT_OK;
        }
        *answered = true;
    }
    return WRT_OK;
}
