/* places.c: where things are: the data directory of the user, and what lies beside the program. */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON_ARGUMENT_MAX = 1 << 20 };

/* Folder above bin/, found from the running program, so that a build tree and an installation work
 * alike: PREFIX/bin/warrant, PREFIX/lib/warrant/plugins, PREFIX/share/warrant. */
static char *prefix(void) {
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len <= 0)
        return wrt_strdup(WRT_INSTALL_PREFIX);
    path[len] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path)
            return wrt_strdup(WRT_INSTALL_PREFIX);
        *slash = '\0';
    }
    return wrt_strdup(path);
}

static char *under_prefix(const char *tail) {
    char *root = prefix();
    char *path = wrt_path_join(root, tail);
    free(root);
    return path;
}

char *wrt_cli_share_path(const char *name) {
    char *share = under_prefix("share/warrant");
    char *path = wrt_path_join(share, name);
    free(share);
    return path;
}

char *wrt_cli_protocol_dir(void) {
    const char *given = getenv("WARRANT_PROTOCOLS");
    return given != NULL && *given != '\0' ? strdup(given) : wrt_cli_share_path("protocols");
}

char *wrt_cli_own_plugin_dir(void) {
    return under_prefix("lib/warrant/plugins");
}

char *wrt_cli_plugin_dir(void) {
    const char *set = getenv("WARRANT_PLUGINS");
    return set != NULL && *set != '\0' ? wrt_strdup(set) : wrt_cli_own_plugin_dir();
}

/* XDG: a relative value must be ignored. */
static const char *absolute_env(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] == '/' ? value : NULL;
}

char *wrt_cli_home(const wrt_cli_globals *globals) {
    if (globals->home != NULL)
        return wrt_strdup(globals->home);
    const char *set = getenv("WARRANT_HOME");
    if (set != NULL && *set != '\0')
        return wrt_strdup(set);
    const char *data = absolute_env("XDG_DATA_HOME");
    if (data != NULL)
        return wrt_path_join(data, "warrant");
    const char *home = absolute_env("HOME");
    return wrt_path_join(home != NULL ? home : "/", ".local/share/warrant");
}

static char *under_home(const wrt_cli_globals *globals, const char *name) {
    char *home = wrt_cli_home(globals);
    char *path = wrt_path_join(home, name);
    free(home);
    return path;
}

char *wrt_cli_kg_path(const wrt_cli_globals *globals) {
    return under_home(globals, "kg.db");
}

char *wrt_cli_pubmed_path(const wrt_cli_globals *globals) {
    return under_home(globals, "pubmed.db");
}

char *wrt_cli_models_dir(const wrt_cli_globals *globals) {
    return under_home(globals, "models");
}

char *wrt_cli_scores_path(const wrt_cli_globals *globals) {
    return under_home(globals, "scores.db");
}

wrt_status wrt_cli_read_text(wrt_buf *out, const char *argument, wrt_err *err) {
    wrt_status status = WRT_OK;
    bool is_file = argument[0] == '@' || strcmp(argument, "-") == 0;
    if (is_file)
        status = wrt_file_read(out, argument[0] == '@' ? argument + 1 : "-", out->cap, err);
    else
        wrt_buf_add_c(out, argument);
    if (status == WRT_E_NOT_FOUND)
        return wrt_fail(err, WRT_E_INPUT, "no such file: %s", argument + 1);
    if (status == WRT_OK && out->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "an argument is longer than %zu bytes", out->cap);
    return status;
}

wrt_json *wrt_cli_names(const char *text) {
    wrt_json *names = wrt_json_new_array();
    wrt_str rest = wrt_str_of(text), name;
    while (wrt_str_cut(&name, &rest, ','))
        wrt_json_push(names, wrt_json_new_text(name));
    return names;
}

wrt_status wrt_cli_read_json(wrt_json **out, const char *argument, wrt_err *err) {
    wrt_buf text = wrt_buf_make(JSON_ARGUMENT_MAX);
    *out = NULL;
    wrt_status status = wrt_cli_read_text(&text, argument, err);
    if (status == WRT_OK)
        status = wrt_json_parse(out, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_cli_read_lines(wrt_buf *out, const char *path, wrt_err *err) {
    wrt_status status = wrt_file_read(out, path, WRT_MIB(256), err);
    if (status == WRT_E_NOT_FOUND)
        return wrt_fail(err, WRT_E_INPUT, "no such file: %s", wrt_path_base(path));
    return status;
}

void wrt_cli_print_text(FILE *out, const char *text) {
    char *copy = wrt_strdup(text);
    wrt_utf8_make_printable(copy, strlen(copy));
    fputs(copy, out);
    free(copy);
}
