/* cmd_help.c: warrant help [COMMAND]. */
#include "cli/commands.h"
#include "cli/help.h"

#include <string.h>

static const wrt_cli_command *find(const char *path) {
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++)
        if (strcmp(wrt_cli_commands[i]->path, path) == 0)
            return wrt_cli_commands[i];
    return NULL;
}

static bool is_group(const char *word) {
    size_t len = strlen(word);
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++)
        if (strncmp(wrt_cli_commands[i]->path, word, len) == 0 &&
            wrt_cli_commands[i]->path[len] == ' ')
            return true;
    return false;
}

static wrt_status run_help(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    char path[128] = "";
    for (int i = 0; i < call->n_operands; i++) {
        size_t used = strlen(path);
        snprintf(path + used, sizeof path - used, "%s%s", i > 0 ? " " : "", call->operands[i]);
    }
    const wrt_cli_command *command = find(path);
    if (path[0] != '\0' && command == NULL && !is_group(path))
        return wrt_fail(err, WRT_E_INPUT, "no command \"%s\": `warrant help` lists them", path);
    if (call->globals->json)
        result->data = wrt_cli_table_json();
    else
        wrt_cli_print_help(call->out, command, path[0] != '\0' ? path : NULL);
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_help = {
    .path = "help",
    .operands = "[COMMAND]",
    .summary = "help on a command; with --json the whole command table",
    .max_operands = 2,
    .run = run_help,
};
