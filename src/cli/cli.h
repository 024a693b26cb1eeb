/* cli.h: one table of commands. The parser, --help, `help --json` and shell completion are all read
 * from it; adding a command is one file cmd_<verb>.c and one row in commands.c. */
#ifndef WRT_CLI_CLI_H
#define WRT_CLI_CLI_H

#include "base/err.h"
#include "base/json.h"

#include <stdio.h>

/* Global options (CONTRACTS.md, "Streams, envelopes, exit codes"), already parsed. */
typedef struct {
    const char *home;   /* -C DIR, else $WARRANT_HOME, else $XDG_DATA_HOME/warrant */
    const char *policy; /* --policy FILE, else the shipped default policy */
    const char *model;  /* --model SPEC or NULL: the embedded model, else none with a warning */
    const char *output; /* -o FILE, or NULL for stdout */
    bool json, quiet, offline, no_input, yes, dry_run, no_colour;
    int verbose;
    uint64_t seed;
    int threads;        /* 0: one */
    int64_t timeout_ms; /* 0: the command's own default */
} wrt_cli_globals;

typedef struct {
    const char *name;    /* long name without dashes: "max-hops" */
    char letter;         /* short form, or 0 */
    const char *operand; /* "N" in help; NULL for a flag */
    const char *help;
} wrt_cli_option;

enum { WRT_CLI_OPTIONS_MAX = 48, WRT_CLI_OPERANDS_MAX = 4096 };

typedef struct wrt_cli_command wrt_cli_command;

/* One invocation, given to a command's run function. */
typedef struct {
    const wrt_cli_globals *globals;
    const wrt_cli_command *command;
    const char *values[WRT_CLI_OPTIONS_MAX]; /* by index in command->options; flags hold "" */
    const char *operands[WRT_CLI_OPERANDS_MAX];
    int n_operands;
    wrt_json *warnings; /* array of text the command may append to */
    FILE *out;          /* where the result goes */
} wrt_cli_call;

/* What a command hands back: data for the JSON envelope, and optionally the run it made. Text for
 * people is written by the command itself to call->out when !globals->json. */
typedef struct {
    wrt_json *data; /* owned by the dispatcher from now on; may be NULL */
    char run[48];   /* run id or "" */
    bool keep;      /* what was written is kept in the -o file although the command failed */
    bool streamed;  /* the command printed JSON lines itself: no envelope */
} wrt_cli_result;

struct wrt_cli_command {
    const char *path;              /* "ask", "kg import" */
    const char *operands;          /* "QUESTION", "FILE..." for the usage line, or "" */
    const char *summary;           /* one line */
    const char *details;           /* paragraphs for --help, or NULL */
    const char *examples;          /* lines for --help, shown first, or NULL */
    const wrt_cli_option *options; /* ends with a NULL name, or NULL */
    int min_operands, max_operands;
    bool own_json;      /* prints its own JSON on --json (streams); errors then go to stderr */
    bool writes_output; /* uses -o itself (a folder, say) */
    bool has_dry_run;   /* honours --dry-run; other commands refuse it */
    /* Returns WRT_OK or a failure; the dispatcher prints the error (or the envelope) and maps the
     * status to the exit code. A command may return failure and still set result->data. */
    wrt_status (*run)(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err);
};

extern const wrt_cli_command *const wrt_cli_commands[]; /* sorted by path, NULL-terminated */

/* Value of an option of this command by long name: NULL when absent, "" for a flag that was given.
 * Asking for a name the command does not declare is a programming error (asserted). */
const char *wrt_cli_value(const wrt_cli_call *call, const char *name);
bool wrt_cli_flag(const wrt_cli_call *call, const char *name);
/* The option as an integer in [low, high]; fallback when absent; WRT_E_INPUT names the option and
 * the range. */
wrt_status wrt_cli_int(int64_t *out, const wrt_cli_call *call, const char *name, int64_t low,
                       int64_t high, int64_t fallback, wrt_err *err);

/* Runs the program: parses, dispatches, prints. Returns the process exit code. */
int wrt_cli_main(int argc, char **argv);

/* ---- places, all derived from the globals and from where the program lies. Caller frees. */
char *wrt_cli_home(const wrt_cli_globals *globals);        /* the data directory */
char *wrt_cli_kg_path(const wrt_cli_globals *globals);     /* HOME/kg.db */
char *wrt_cli_pubmed_path(const wrt_cli_globals *globals); /* HOME/pubmed.db */
char *wrt_cli_models_dir(const wrt_cli_globals *globals);  /* HOME/models */
char *wrt_cli_scores_path(const wrt_cli_globals *globals); /* HOME/scores.db */
char *wrt_cli_share_path(const char *name);                /* PREFIX/share/warrant/NAME */
char *wrt_cli_protocol_dir(void);                          /* $WARRANT_PROTOCOLS, else as shipped */
/* $WARRANT_PLUGINS (folders separated by ':', in place of the installed one) or the installed one.
 */
char *wrt_cli_plugin_dir(void);
char *wrt_cli_own_plugin_dir(void); /* PREFIX/lib/warrant/plugins */

/* An argument as it stands, "@FILE" or "-" for standard input, appended; at most out->cap bytes. */
wrt_status wrt_cli_read_text(wrt_buf *out, const char *argument, wrt_err *err);

/* JSON argument text: literal JSON, "@FILE" or "-" for standard input (at most 1 MiB). */
wrt_status wrt_cli_read_json(wrt_json **out, const char *argument, wrt_err *err);

/* "A,B" as an array of texts, the caller's; empty names are kept, for the reader to refuse. */
wrt_json *wrt_cli_names(const char *text);

/* A file of lines (or "-") of at most 256 MiB, for --batch. */
wrt_status wrt_cli_read_lines(wrt_buf *out, const char *path, wrt_err *err);

/* Text from outside for a terminal: control characters become '?'. */
void wrt_cli_print_text(FILE *out, const char *text);

#endif
