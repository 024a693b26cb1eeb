/* help.c: printing the command table. */
#include "cli/help.h"

#include "cli/parse.h"

#include <string.h>

static void print_options(FILE *out, const wrt_cli_option *options) {
    for (; options != NULL && options->name != NULL; options++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", options->name, options->operand ? " " : "",
                 options->operand ? options->operand : "");
        if (options->letter != 0)
            fprintf(out, "  -%c, %-22s %s\n", options->letter, left, options->help);
        else
            fprintf(out, "      %-22s %s\n", left, options->help);
    }
}

static void print_command(FILE *out, const wrt_cli_command *command) {
    fprintf(out, "%s\n\n", command->summary);
    fprintf(out, "Usage: warrant %s%s%s [options]\n", command->path, *command->operands ? " " : "",
            command->operands);
    if (command->examples != NULL)
        fprintf(out, "\nExamples:\n%s", command->examples);
    if (command->details != NULL)
        fprintf(out, "\n%s", command->details);
    if (command->options != NULL) {
        fprintf(out, "\nOptions:\n");
        print_options(out, command->options);
    }
    fprintf(out, "\nGlobal options:\n");
    print_options(out, wrt_cli_global_options);
    fprintf(
        out,
        "\nExit codes: 0 ok, 1 failure, 2 bad input, 3 no supported answer, 4 credential, "
        "5 denied,\n6 integrity, 7 service unavailable, 8 budget or timeout, 130 interrupted.\n");
}

static void print_list(FILE *out, const char *group) {
    size_t len = group ? strlen(group) : 0;
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++) {
        const char *path = wrt_cli_commands[i]->path;
        if (len == 0 || (strncmp(path, group, len) == 0 && (path[len] == ' ' || path[len] == '\0')))
            fprintf(out, "  %-16s %s\n", path, wrt_cli_commands[i]->summary);
    }
}

void wrt_cli_print_help(FILE *out, const wrt_cli_command *command, const char *group) {
    if (command != NULL) {
        print_command(out, command);
        return;
    }
    if (group == NULL)
        fprintf(out,
                "warrant: a causal agent runtime for biomedicine\n\n"
                "Examples:\n"
                "  warrant ask \"How might metformin lower blood glucose in type 2 diabetes?\"\n"
                "  warrant audit verify last\n\n");
    fprintf(out, "Commands (`warrant help COMMAND` for more):\n");
    print_list(out, group);
}

static wrt_json *options_json(const wrt_cli_option *options) {
    wrt_json *list = wrt_json_new_array();
    for (; options != NULL && options->name != NULL; options++) {
        char letter[2] = {options->letter, '\0'};
        wrt_json *option = wrt_json_new_object();
        wrt_json_set_text(option, "name", options->name);
        if (options->letter != 0)
            wrt_json_set_text(option, "letter", letter);
        wrt_json_set(option, "operand", wrt_json_new_c(options->operand));
        wrt_json_set_text(option, "help", options->help);
        wrt_json_push(list, option);
    }
    return list;
}

wrt_json *wrt_cli_table_json(void) {
    wrt_json *table = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++) {
        const wrt_cli_command *command = wrt_cli_commands[i];
        wrt_json *entry = wrt_json_new_object();
        wrt_json_set_text(entry, "command", command->path);
        wrt_json_set_text(entry, "operands", command->operands);
        wrt_json_set_text(entry, "summary", command->summary);
        wrt_json_set(entry, "options", options_json(command->options));
        wrt_json_push(list, entry);
    }
    wrt_json_set(table, "commands", list);
    wrt_json_set(table, "global_options", options_json(wrt_cli_global_options));
    return table;
}
