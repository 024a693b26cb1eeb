/* parse.c: finding the command, then its options and operands. */
#include "cli/parse.h"

#include "base/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef enum {
    G_HOME,
    G_POLICY,
    G_MODEL,
    G_OUTPUT,
    G_JSON,
    G_QUIET,
    G_VERBOSE,
    G_OFFLINE,
    G_NO_INPUT,
    G_YES,
    G_DRY_RUN,
    G_SEED,
    G_THREADS,
    G_TIMEOUT,
    G_PROGRESS,
    G_COLOR,
    G_HELP,
    G_VERSION
} global_option;

const wrt_cli_option wrt_cli_global_options[] = {
    [G_HOME] = {"home", 'C', "DIR",
                "data directory (default $WARRANT_HOME or $XDG_DATA_HOME/warrant)"},
    [G_POLICY] = {"policy", 0, "FILE",
                  "policies to decide by, parted by commas: files, or shipped ones by name "
                  "(default, clinical, ...)"},
    [G_MODEL] =
        {"model", 0, "SPEC",
         "none, llama:FILE.gguf, http:URL#MODEL, replay:RUN or script:FILE (default: embedded)"},
    [G_OUTPUT] = {"output", 'o', "FILE", "write the result to FILE"},
    [G_JSON] = {"json", 0, NULL, "one JSON envelope on stdout"},
    [G_QUIET] = {"quiet", 'q', NULL, "errors only on stderr"},
    [G_VERBOSE] = {"verbose", 'v', NULL, "more on stderr"},
    [G_OFFLINE] = {"offline", 0, NULL, "forbid every network tool"},
    [G_NO_INPUT] = {"no-input", 0, NULL, "never ask at the terminal"},
    [G_YES] = {"yes", 'y', NULL,
               "accepted; no command asks for a confirmation, and a held decision takes no yes "
               "from here"},
    [G_DRY_RUN] = {"dry-run", 'n', NULL, "say what would be done"},
    [G_SEED] = {"seed", 0, "N", "seed of every random choice (default 0)"},
    [G_THREADS] = {"threads", 0, "N", "threads of the model (default 1), calls of tools at a time"},
    [G_TIMEOUT] = {"timeout", 0, "S", "time budget in seconds"},
    [G_PROGRESS] = {"progress", 0, "WHEN", "auto or never"},
    [G_COLOR] = {"color", 0, "WHEN",
                 "auto (in tables on a terminal, unless $NO_COLOR is set) or never"},
    [G_HELP] = {"help", 'h', NULL, "help on the command"},
    [G_VERSION] = {"version", 0, NULL, "the program's version"},
    {0},
};

typedef struct {
    wrt_cli_call *call;
    wrt_cli_globals *globals;
    wrt_cli_wish *wish;
    char words[128]; /* the command path so far */
    int argc, at;
    char **argv;
    bool only_operands; /* after "--" */
} parser;

/* ---- nearest names */

/* Levenshtein distance of short words; long ones count as far. */
static size_t distance(const char *a, const char *b) {
    enum { ROOM = 64 };
    size_t row[ROOM + 1], la = strlen(a), lb = strlen(b);
    if (la > ROOM || lb > ROOM)
        return ROOM;
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            best = best < above + 1 ? best : above + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
            diagonal = above;
        }
    }
    return row[lb];
}

static const char *nearest_command(const char *words) {
    const char *best = NULL;
    size_t least = 4;
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++) {
        size_t d = distance(words, wrt_cli_commands[i]->path);
        if (d < least) {
            least = d;
            best = wrt_cli_commands[i]->path;
        }
    }
    return best;
}

static const char *nearest_option(const wrt_cli_command *command, const char *name) {
    const wrt_cli_option *tables[] = {command ? command->options : NULL, wrt_cli_global_options};
    const char *best = NULL;
    size_t least = strlen(name) / 2 + 1;
    least = least < 4 ? least : 4;
    for (size_t t = 0; t < 2; t++)
        for (const wrt_cli_option *o = tables[t]; o != NULL && o->name != NULL; o++)
            if (distance(name, o->name) < least) {
                least = distance(name, o->name);
                best = o->name;
            }
    return best;
}

/* ---- commands */

static bool is_group(const char *words) {
    size_t len = strlen(words);
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++)
        if (strncmp(wrt_cli_commands[i]->path, words, len) == 0 &&
            wrt_cli_commands[i]->path[len] == ' ')
            return true;
    return false;
}

static const wrt_cli_command *find_command(const char *words) {
    for (size_t i = 0; wrt_cli_commands[i] != NULL; i++)
        if (strcmp(wrt_cli_commands[i]->path, words) == 0)
            return wrt_cli_commands[i];
    return NULL;
}

static wrt_status unknown_command(const char *words, wrt_err *err) {
    const char *near = nearest_command(words);
    if (near != NULL)
        return wrt_fail(err, WRT_E_INPUT, "unknown command \"%s\": did you mean \"%s\"?", words,
                        near);
    return wrt_fail(err, WRT_E_INPUT, "unknown command \"%s\": `warrant help` lists them", words);
}

static wrt_status take_word(parser *p, const char *word, wrt_err *err) {
    size_t used = strlen(p->words);
    if (used + strlen(word) + 2 > sizeof p->words)
        return wrt_fail(err, WRT_E_INPUT, "unknown command \"%.40s...\"", word);
    snprintf(p->words + used, sizeof p->words - used, "%s%s", used > 0 ? " " : "", word);
    p->call->command = find_command(p->words);
    if (p->call->command == NULL && !is_group(p->words))
        return unknown_command(p->words, err);
    return WRT_OK;
}

static wrt_status take_operand(parser *p, const char *text, wrt_err *err) {
    if (p->call->command == NULL)
        return take_word(p, text, err);
    if (p->call->n_operands == WRT_CLI_OPERANDS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "more than %d operands", WRT_CLI_OPERANDS_MAX);
    p->call->operands[p->call->n_operands++] = text;
    return WRT_OK;
}

/* ---- options */

static wrt_status set_number(wrt_cli_globals *g, int index, const char *value, wrt_err *err) {
    const char *name = wrt_cli_global_options[index].name;
    int64_t number = 0;
    int64_t most = index == G_THREADS ? 256 : index == G_TIMEOUT ? 604800 : (INT64_C(1) << 53) - 1;
    if (!wrt_str_to_int64(&number, wrt_str_of(value)) || number < 0 || number > most)
        return wrt_fail(err, WRT_E_INPUT, "--%s takes a whole number from 0 to %lld, not \"%s\"",
                        name, (long long)most, value);
    if (index == G_SEED)
        g->seed = (uint64_t)number;
    else if (index == G_THREADS)
        g->threads = (int)number;
    else
        g->timeout_ms = number * 1000;
    return WRT_OK;
}

/* "auto" or "never". */
static wrt_status set_when(bool *is_never, int index, const char *value, wrt_err *err) {
    assert(value != NULL); /* take_option saw that the option has an operand */
    *is_never = strcmp(value, "never") == 0;
    if (!*is_never && strcmp(value, "auto") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--%s takes auto or never, not \"%s\"",
                        wrt_cli_global_options[index].name, value);
    return WRT_OK;
}

static wrt_status set_progress(const char *value, wrt_err *err) {
    bool is_never = false;
    wrt_status status = set_when(&is_never, G_PROGRESS, value, err);
    if (is_never)
        wrt_progress_enable(false);
    return status;
}

static wrt_status set_global(parser *p, int index, const char *value, wrt_err *err) {
    wrt_cli_globals *g = p->globals;
    switch ((global_option)index) {
    case G_HOME:
        g->home = value;
        break;
    case G_POLICY:
        g->policy = value;
        break;
    case G_MODEL:
        g->model = value;
        break;
    case G_OUTPUT:
        g->output = value;
        break;
    case G_JSON:
        g->json = true;
        break;
    case G_QUIET:
        g->quiet = true;
        break;
    case G_VERBOSE:
        g->verbose++;
        break;
    case G_OFFLINE:
        g->offline = true;
        break;
    case G_NO_INPUT:
        g->no_input = true;
        break;
    case G_YES:
        g->yes = true;
        break;
    case G_DRY_RUN:
        g->dry_run = true;
        break;
    case G_SEED:
    case G_THREADS:
    case G_TIMEOUT:
        return set_number(g, index, value, err);
    case G_PROGRESS:
        return set_progress(value, err);
    case G_COLOR:
        return set_when(&g->no_colour, index, value, err);
    case G_HELP:
        *p->wish = WRT_CLI_WISH_HELP;
        break;
    case G_VERSION:
        *p->wish = WRT_CLI_WISH_VERSION;
        break;
    }
    return WRT_OK;
}

/* Index of the option in a table by long name (len bytes) or, when len is 0, by letter; or -1. */
static int find_option(const wrt_cli_option *table, const char *name, size_t len, char letter) {
    for (int i = 0; table != NULL && table[i].name != NULL; i++)
        if (len > 0 ? strlen(table[i].name) == len && strncmp(table[i].name, name, len) == 0
                    : letter != 0 && table[i].letter == letter)
            return i;
    return -1;
}

/* Names the option as it was typed, and what to type instead or where the options are listed. */
static wrt_status unknown_option(const parser *p, const char *name, bool is_letter, wrt_err *err) {
    const wrt_cli_command *command = p->call->command;
    const char *near = is_letter ? NULL : nearest_option(command, name);
    const char *dashes = is_letter ? "-" : "--";
    if (near != NULL)
        return wrt_fail(err, WRT_E_INPUT, "unknown option --%s: did you mean --%s?", name, near);
    if (command != NULL)
        return wrt_fail(err, WRT_E_INPUT, "unknown option %s%s: `warrant help %s` lists them",
                        dashes, name, command->path);
    return wrt_fail(err, WRT_E_INPUT,
                    "unknown option %s%s: a command's own options stand behind it, and `warrant "
                    "help COMMAND` lists them",
                    dashes, name);
}

/* One option token; `value` is what stood behind '=' or was glued to the letter, or NULL. */
static wrt_status take_option(parser *p, const char *name, size_t len, const char *value,
                              wrt_err *err) {
    char letter = len == 0 ? *name : 0;
    const wrt_cli_option *own = p->call->command ? p->call->command->options : NULL;
    int index = find_option(own, name, len, letter);
    bool is_own = own != NULL && index >= 0;
    const wrt_cli_option *table = is_own ? own : wrt_cli_global_options;
    if (!is_own)
        index = find_option(table, name, len, letter);
    if (index < 0) {
        char shown[64];
        snprintf(shown, sizeof shown, "%.*s", len > 0 ? (int)(len < 60 ? len : 60) : 1, name);
        return unknown_option(p, shown, len == 0, err);
    }
    if (table[index].operand == NULL && value != NULL)
        return wrt_fail(err, WRT_E_INPUT, "--%s takes no value", table[index].name);
    if (table[index].operand != NULL && value == NULL) {
        if (p->at >= p->argc)
            return wrt_fail(err, WRT_E_INPUT, "--%s needs a value: %s", table[index].name,
                            table[index].operand);
        value = p->argv[p->at++];
    }
    if (!is_own)
        return set_global(p, index, value, err);
    p->call->values[index] = value != NULL ? value : "";
    return WRT_OK;
}

static wrt_status take_token(parser *p, const char *token, wrt_err *err) {
    if (p->only_operands || token[0] != '-' || token[1] == '\0')
        return take_operand(p, token, err);
    if (strcmp(token, "--") == 0) {
        p->only_operands = true;
        return WRT_OK;
    }
    if (token[1] == '-') {
        size_t len = strcspn(token + 2, "=");
        return take_option(p, token + 2, len, token[2 + len] == '=' ? token + 3 + len : NULL, err);
    }
    return take_option(p, token + 1, 0, token[2] != '\0' ? token + 2 : NULL, err);
}

static wrt_status check_operands(const wrt_cli_call *call, wrt_err *err) {
    const wrt_cli_command *c = call->command;
    if (call->n_operands >= c->min_operands && call->n_operands <= c->max_operands)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "usage: warrant %s %s", c->path, c->operands);
}

wrt_status wrt_cli_parse(wrt_cli_call *call, wrt_cli_globals *globals, wrt_cli_wish *wish, int argc,
                         char **argv, wrt_err *err) {
    parser p = {
        .call = call, .globals = globals, .wish = wish, .argc = argc, .at = 1, .argv = argv};
    *wish = WRT_CLI_WISH_RUN;
    for (int i = 1; i < argc; i++) /* an error before it is reached is reported in this form too */
        globals->json = globals->json || strcmp(argv[i], "--json") == 0;
    while (p.at < argc) {
        wrt_status status = take_token(&p, argv[p.at++], err);
        if (status != WRT_OK)
            return status;
    }
    if (call->command == NULL && *wish == WRT_CLI_WISH_RUN) {
        if (p.words[0] != '\0')
            return wrt_fail(err, WRT_E_INPUT, "\"%s\" needs a second word: `warrant help %s`",
                            p.words, p.words);
        *wish = WRT_CLI_WISH_HELP;
    }
    return *wish == WRT_CLI_WISH_RUN ? check_operands(call, err) : WRT_OK;
}
