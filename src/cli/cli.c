/* cli.c: from argv to one command and back to an exit code. Global options may stand anywhere, a
 * command's own behind it; the command is the longest path of words that the table knows. */
#include "cli/cli.h"

#include "base/file.h"
#include "base/log.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/signals.h"

#include <stdlib.h>
#include <string.h>

/* Speaks for arguments that could not be understood. */
static const wrt_cli_command usage = {.path = "usage"};

/* "kg import" -> "kg-import", for the schema name. */
static void schema_name(wrt_buf *out, const wrt_cli_command *command) {
    wrt_buf_add_c(out, "warrant/");
    for (const char *at = command->path; *at != '\0'; at++)
        wrt_buf_add_char(out, *at == ' ' ? '-' : *at);
    wrt_buf_add_c(out, "/1");
}

static wrt_json *error_object(wrt_status status, const wrt_err *err, const char *hint) {
    wrt_json *error = wrt_json_new_object();
    wrt_json_set_text(error, "code", wrt_status_name(status));
    wrt_json_set_text(error, "message", err->message);
    wrt_json_set_text(error, "hint", hint);
    wrt_json_set_bool(error, "retryable", wrt_status_is_retryable(status));
    return error;
}

static void print_envelope(const wrt_cli_call *call, wrt_cli_result *result, wrt_status status,
                           const wrt_err *err) {
    wrt_json *envelope = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(WRT_MIB(256)), schema = wrt_buf_make(WRT_KIB(1));
    schema_name(&schema, call->command);
    wrt_json_set(envelope, "schema", wrt_json_new_text(wrt_buf_str(&schema)));
    wrt_json_set_bool(envelope, "ok", status == WRT_OK);
    wrt_json_set(envelope, "data", result->data ? result->data : wrt_json_new_null());
    result->data = NULL;
    wrt_json_set(envelope, "warnings", wrt_json_copy(call->warnings));
    if (status != WRT_OK) {
        wrt_buf hint = wrt_buf_make(WRT_KIB(1));
        wrt_buf_printf(&hint, "warrant help%s%s", call->command == &usage ? "" : " ",
                       call->command == &usage ? "" : call->command->path);
        wrt_json_set(envelope, "error", error_object(status, err, wrt_buf_str(&hint).ptr));
        wrt_buf_free(&hint);
    }
    if (result->run[0] != '\0')
        wrt_json_set_text(envelope, "run", result->run);
    wrt_json_write(&text, envelope);
    fprintf(call->out, "%s\n", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    wrt_buf_free(&schema);
    wrt_json_free(envelope);
}

static void print_warnings(const wrt_cli_call *call) {
    WRT_JSON_EACH(warning, call->warnings)
    if (wrt_json_text(warning) != NULL)
        wrt_log(WRT_LOG_WARN, "%s", wrt_json_text(warning));
}

/* With -o the result is gathered in memory and put in place whole: a command that fails leaves an
 * older file as it was. */
typedef struct {
    char *text;
    size_t len;
} gathered;

static bool goes_to_file(const wrt_cli_call *call) {
    const char *path = call->globals->output;
    return path != NULL && strcmp(path, "-") != 0 && !call->command->writes_output;
}

static void open_output(wrt_cli_call *call, gathered *store) {
    call->out = goes_to_file(call) ? open_memstream(&store->text, &store->len) : stdout;
    if (call->out == NULL)
        wrt_out_of_memory();
}

static wrt_status close_output(const wrt_cli_call *call, gathered *store, bool keep,
                               wrt_status status, wrt_err *err) {
    bool failed = fflush(call->out) != 0 || ferror(call->out) != 0;
    if (call->out == stdout)
        return failed && status == WRT_OK
                   ? wrt_fail(err, WRT_E_FAILED, "the output could not be written completely")
                   : status;
    fclose(call->out);
    wrt_status written = WRT_OK;
    if (status == WRT_OK || keep)
        written = wrt_file_write(call->globals->output, (wrt_str){store->text, store->len}, 0644,
                                 status == WRT_OK ? err : NULL);
    free(store->text);
    return status != WRT_OK ? status : written;
}

static int run_command(wrt_cli_call *call) {
    wrt_cli_result result = {0};
    gathered store = {0};
    wrt_err err = {0};
    wrt_status status = WRT_OK;
    call->warnings = wrt_json_new_array();
    open_output(call, &store);
    if (call->globals->dry_run && !call->command->has_dry_run)
        status = wrt_fail(&err, WRT_E_UNSUPPORTED, "\"%s\" has no dry run", call->command->path);
    if (status == WRT_OK)
        status = call->command->run(&result, call, &err);
    wrt_progress_end();
    bool enveloped = call->globals->json && !call->command->own_json && !result.streamed;
    if (enveloped)
        print_envelope(call, &result, status, &err);
    wrt_status closed = close_output(call, &store, enveloped || result.keep, status, &err);
    if (!enveloped)
        print_warnings(call);
    if (closed != WRT_OK && (!enveloped || closed != status))
        wrt_log(WRT_LOG_ERROR, "%s", err.message);
    wrt_json_free(result.data);
    wrt_json_free(call->warnings);
    return closed == WRT_E_INTERRUPTED ? wrt_cli_interrupt_code() : wrt_status_exit_code(closed);
}

static void set_log_level(const wrt_cli_globals *globals) {
    wrt_log_set_level(globals->quiet         ? WRT_LOG_ERROR
                      : globals->verbose > 0 ? WRT_LOG_DEBUG
                                             : WRT_LOG_INFO);
}

static void report_usage(bool json, wrt_status status, const wrt_err *err) {
    if (!json) {
        wrt_log(WRT_LOG_ERROR, "%s", err->message);
        return;
    }
    wrt_cli_result result = {0};
    wrt_cli_call call = {.command = &usage, .out = stdout, .warnings = wrt_json_new_array()};
    print_envelope(&call, &result, status, err);
    wrt_json_free(call.warnings);
}

int wrt_cli_main(int argc, char **argv) {
    wrt_cli_globals globals = {0};
    wrt_cli_call call = {.globals = &globals};
    wrt_err err = {0};
    wrt_cli_wish wish = WRT_CLI_WISH_RUN;
    wrt_status status = wrt_cli_parse(&call, &globals, &wish, argc, argv, &err);
    if (status != WRT_OK) {
        report_usage(globals.json, status, &err);
        return wrt_status_exit_code(status);
    }
    if (wish == WRT_CLI_WISH_VERSION) {
        printf("warrant %s\n", WRT_VERSION);
        return 0;
    }
    if (wish == WRT_CLI_WISH_HELP) {
        wrt_cli_print_help(stdout, call.command, call.n_operands > 0 ? call.operands[0] : NULL);
        return 0;
    }
    set_log_level(&globals);
    return run_command(&call);
}

/* ---- what commands ask of their call */

static int option_index(const wrt_cli_command *command, const char *name) {
    for (int i = 0; command->options != NULL && command->options[i].name != NULL; i++)
        if (strcmp(command->options[i].name, name) == 0)
            return i;
    return -1;
}

const char *wrt_cli_value(const wrt_cli_call *call, const char *name) {
    int index = option_index(call->command, name);
    if (index < 0) { /* a command asked for an option it does not declare */
        fprintf(stderr, "warrant: no option --%s in the table of \"%s\"\n", name,
                call->command->path);
        abort();
    }
    return call->values[index];
}

bool wrt_cli_flag(const wrt_cli_call *call, const char *name) {
    return wrt_cli_value(call, name) != NULL;
}

wrt_status wrt_cli_int(int64_t *out, const wrt_cli_call *call, const char *name, int64_t low,
                       int64_t high, int64_t fallback, wrt_err *err) {
    const char *text = wrt_cli_value(call, name);
    *out = fallback;
    if (text == NULL)
        return WRT_OK;
    if (!wrt_str_to_int64(out, wrt_str_of(text)) || *out < low || *out > high)
        return wrt_fail(err, WRT_E_INPUT, "--%s takes a whole number from %lld to %lld, not \"%s\"",
                        name, (long long)low, (long long)high, text);
    return WRT_OK;
}
