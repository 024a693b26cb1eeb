/* cmd_completion.c: warrant completion bash, warrant man: the command table for other programs. */
#include "cli/commands.h"
#include "cli/parse.h"

#include <string.h>

/* ---- completion */

static void print_names(FILE *out, const wrt_cli_option *options) {
    for (; options != NULL && options->name != NULL; options++)
        fprintf(out, " --%s", options->name);
}

/* The options before or between the words of a command behind which a value stands. */
static void print_valued(FILE *out) {
    const char *between = "";
    for (const wrt_cli_option *o = wrt_cli_global_options; o->name != NULL; o++) {
        if (o->operand == NULL)
            continue;
        fprintf(out, "%s--%s", between, o->name);
        between = " | ";
        if (o->letter != 0)
            fprintf(out, "%s-%c", between, o->letter);
    }
}

static bool same_group(const char *a, const char *b) {
    size_t len = strcspn(a, " ");
    return strncmp(a, b, len) == 0 && (b[len] == ' ' || b[len] == '\0');
}

static bool opens_group(size_t i) {
    return i == 0 || !same_group(wrt_cli_commands[i - 1]->path, wrt_cli_commands[i]->path);
}

/* A branch for no word yet and one for the first word of commands of two. The table is sorted. */
static void print_words(FILE *out) {
    fputs("    \"\" | help) reply=\"", out);
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++)
        if (opens_group(i)) {
            const char *path = wrt_cli_commands[i]->path;
            fprintf(out, " %.*s", (int)strcspn(path, " "), path);
        }
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++) {
        const char *path = wrt_cli_commands[i]->path, *second = strchr(path, ' ');
        if (second == NULL)
            continue;
        if (opens_group(i))
            fprintf(out, "\" ;;\n    \"%.*s\" | \"help %.*s\") reply=\"", (int)(second - path),
                    path, (int)(second - path), path);
        fputs(second, out);
    }
    fputs("\" ;;\n", out);
}

/* One branch per command path: its own options beside the global ones, and files. */
static void print_commands(FILE *out) {
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++) {
        const char *path = wrt_cli_commands[i]->path;
        fprintf(out, "    \"%s\" | \"%s \"*) files=-f own=\"", path, path);
        print_names(out, wrt_cli_commands[i]->options);
        fputs("\" ;;\n", out);
    }
}

static void print_bash(FILE *out) {
    fputs("_warrant() {\n"
          "  local word skip path reply own files current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
          "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "    if [[ -n $skip ]]; then skip=; continue; fi\n"
          "    case \"$word\" in\n      ",
          out);
    print_valued(out);
    fputs(") skip=1 ;;\n      -*) ;;\n      *) path+=\"${path:+ }$word\" ;;\n    esac\n  done\n"
          "  case \"$path\" in\n",
          out);
    print_words(out);
    print_commands(out);
    fputs("  esac\n  if [[ $current == -* ]]; then\n    files= reply=\"$own", out);
    print_names(out, wrt_cli_global_options);
    fputs("\"\n  fi\n"
          "  mapfile -t COMPREPLY < <(compgen -W \"$reply\" $files -- \"$current\")\n"
          "}\ncomplete -F _warrant warrant\n",
          out);
}

static wrt_status run_completion(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    (void)result;
    if (strcmp(call->operands[0], "bash") != 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "completion is made for bash (zsh reads it after bashcompinit), not \"%s\"",
                        call->operands[0]);
    print_bash(call->out);
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_completion = {
    .path = "completion",
    .operands = "bash",
    .summary = "print shell completion, made from the command table",
    .examples = "  source <(warrant completion bash)\n",
    .min_operands = 1,
    .max_operands = 1,
    .own_json = true,
    .run = run_completion,
};

/* ---- manual page */

/* Text for mdoc, to the end of its last line: a backslash is escaped, a line must not begin with a
 * control character, and a blank one ends a paragraph. */
static void print_text(FILE *out, const char *text) {
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (line_start && *text == '\n')
            fputs(".Pp", out);
        fputs(*text == '\\' ? "\\e" : (char[]){*text, '\0'}, out);
        line_start = *text == '\n';
    }
    if (!line_start)
        fputc('\n', out);
}

static void print_options(FILE *out, const wrt_cli_option *options) {
    fputs(".Bl -tag -width Ds\n", out);
    for (; options->name != NULL; options++) {
        fprintf(out, ".It Fl \\-%s", options->name);
        if (options->letter != 0)
            fprintf(out, " , Fl %c", options->letter);
        if (options->operand != NULL)
            fprintf(out, " Ar %s", options->operand);
        fputc('\n', out);
        print_text(out, options->help);
    }
    fputs(".El\n", out);
}

static wrt_status run_man(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    (void)result, (void)err;
    FILE *out = call->out;
    fputs(".Dd $Mdocdate$\n.Dt WARRANT 1\n.Os\n.Sh NAME\n.Nm warrant\n.Nd causal agent runtime for "
          "biomedicine\n.Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Sh COMMANDS\n",
          out);
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++) {
        const wrt_cli_command *c = wrt_cli_commands[i];
        fprintf(out, ".Ss %s %s\n", c->path, c->operands);
        print_text(out, c->summary);
        if (c->details != NULL) {
            fputs(".Pp\n", out);
            print_text(out, c->details);
        }
        if (c->examples != NULL) {
            fputs(".Bd -literal\n", out);
            print_text(out, c->examples);
            fputs(".Ed\n", out);
        }
        if (c->options != NULL)
            print_options(out, c->options);
    }
    fputs(".Sh GLOBAL OPTIONS\n", out);
    print_options(out, wrt_cli_global_options);
    fputs(".Sh EXIT STATUS\n0 ok, 1 failure, 2 bad input, 3 no supported answer, 4 credential, 5 "
          "denied, 6 integrity, 7 service unavailable, 8 budget or timeout, "
          "130 interrupted.\n",
          out);
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_man = {
    .path = "man",
    .operands = "",
    .summary = "print the manual page, made from the command table",
    .examples = "  warrant man | man -l -\n",
    .own_json = true,
    .run = run_man,
};
