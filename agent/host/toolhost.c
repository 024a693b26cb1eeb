/* toolhost.c: which plugins and tools there are.
 *
 * The host never opens a plugin itself: its constructors would run with all that the host may do.
 * A worker without any file but the plugin opens it and describes it; that description is checked
 * again here. Everything is read once, at wrt_toolhost_new; calls are in toolhost_call.c. */
#include "agent/host/toolhost_internal.h"

#include "agent/host/tool_desc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DESCRIBE_MS = 10000, PLUGINS_MAX = 256, DEFAULT_TIMEOUT_MS = 30000 };

/* ---- loading */

static void free_plugin(wrt_host_plugin *plugin) {
    wrt_process_stop(&plugin->process);
    for (size_t i = 0; i < WRT_HOST_WORKERS_MAX - 1; i++)
        wrt_process_stop(&plugin->more[i]);
    wrt_json_free(plugin->about);
    free(plugin->path);
}

static const char *tool_name(const wrt_json *tool) {
    return wrt_json_get_text(tool, "name", "");
}

/* A worker's words end up on terminals: one line without control characters. */
static wrt_status refuse(const char *words, wrt_err *err) {
    char line[WRT_ERR_MESSAGE_MAX];
    size_t n = strnlen(words, sizeof line - 1);
    memcpy(line, words, n);
    line[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = '?';
    }
    return wrt_fail(err, WRT_E_INPUT, "%s", line);
}

static wrt_status check_answer(wrt_json **about, wrt_json *answer, const char *file, wrt_err *err) {
    const char *refusal = wrt_json_get_text(answer, "refusal", NULL);
    if (refusal != NULL)
        return refuse(refusal, err);
    *about = wrt_json_take(answer, "plugin");
    wrt_status status = wrt_plugin_desc_check(*about, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", file);
    return status;
}

/* Has a worker of its own open the plugin and describe it. */
static wrt_status describe_plugin(wrt_json **about, const wrt_toolhost *host, const char *path,
                                  wrt_err *err) {
    const char *file = wrt_path_base(path);
    wrt_process process = {0};
    wrt_process_spec spec = {.exe = host->exe, .plugin = path};
    wrt_json *request = wrt_json_new_object(), *answer = NULL;
    wrt_json_set_text(request, "op", "describe");
    wrt_err said = {0};
    wrt_asking asking = {.process = &process,
                         .deadline_ms = wrt_clock_monotonic_ms() + DESCRIBE_MS};
    wrt_status status = wrt_process_start(&process, &spec, &said);
    if (status == WRT_OK)
        status = wrt_toolhost_ask(&answer, &asking, request, &said);
    if (status == WRT_OK)
        status = check_answer(about, answer, file, err);
    else
        wrt_fail(err, status, "%s: wanted a description, found a worker that %s", file,
                 said.message);
    wrt_process_stop(&process);
    wrt_json_free(answer);
    wrt_json_free(request);
    return status;
}

static const wrt_host_tool *find_exact(const wrt_toolhost *host, const char *name) {
    for (size_t i = 0; i < host->n_tools; i++) {
        if (strcmp(tool_name(host->tools[i].about), name) == 0)
            return &host->tools[i];
    }
    return NULL;
}

static wrt_status check_names(const wrt_toolhost *host, const wrt_host_plugin *plugin,
                              wrt_err *err) {
    WRT_JSON_EACH(tool, wrt_json_get(plugin->about, "tools")) {
        const wrt_host_tool *other = find_exact(host, tool_name(tool));
        if (other != NULL)
            return wrt_fail(err, WRT_E_INPUT,
                            "%s: wanted tool names that no other plugin has, found %s of %s",
                            wrt_path_base(plugin->path), tool_name(tool),
                            wrt_path_base(host->plugins[other->plugin].path));
    }
    return WRT_OK;
}

static void add_tools(wrt_toolhost *host, size_t index) {
    wrt_host_plugin *plugin = &host->plugins[index];
    WRT_JSON_EACH(tool, wrt_json_get(plugin->about, "tools")) {
        host->tools = wrt_realloc(host->tools, (host->n_tools + 1) * sizeof *host->tools);
        host->tools[host->n_tools++] = (wrt_host_tool){.about = tool, .plugin = index};
        int64_t flags = wrt_json_get_int(tool, "flags", 0);
        plugin->reads_kg |= (flags & WRT_TOOL_READS_KG) != 0;
        plugin->reads_pubmed |= (flags & WRT_TOOL_READS_PUBMED) != 0;
    }
}

static wrt_status load_plugin(wrt_toolhost *host, const char *path, bool is_trusted, wrt_err *err) {
    wrt_host_plugin plugin = {.path = wrt_strdup(path), .is_trusted = is_trusted};
    wrt_sha256 hash;
    wrt_status status =
        host->n_plugins < PLUGINS_MAX
            ? wrt_sha256_of_file(&hash, path, err)
            : wrt_fail(err, WRT_E_LIMIT, "%s: wanted at most %d plugins, found more",
                       wrt_path_base(path), PLUGINS_MAX);
    if (status == WRT_OK)
        status = describe_plugin(&plugin.about, host, path, err);
    if (status == WRT_OK)
        status = check_names(host, &plugin, err);
    if (status != WRT_OK) {
        free_plugin(&plugin);
        return status;
    }
    wrt_sha256_hex(plugin.sha256, &hash);
    host->plugins = wrt_realloc(host->plugins, (host->n_plugins + 1) * sizeof *host->plugins);
    host->plugins[host->n_plugins++] = plugin;
    add_tools(host, host->n_plugins - 1);
    return WRT_OK;
}

typedef struct {
    wrt_toolhost *host;
    const char *folder;
    bool is_trusted;
} folder_visit;

static wrt_status visit_file(const char *name, void *ctx) {
    folder_visit *visit = ctx;
    size_t len = strlen(name);
    if (len < 4 || strcmp(name + len - 3, ".so") != 0)
        return WRT_OK;
    wrt_err err = {0};
    char *path = wrt_path_join(visit->folder, name);
    if (load_plugin(visit->host, path, visit->is_trusted, &err) != WRT_OK)
        wrt_json_push_text(visit->host->refusals, err.message);
    free(path);
    return WRT_OK;
}

/* By what they are, not by how they are spelt. */
static bool is_same_folder(const char *a, const char *b) {
    struct stat one, other;
    return b != NULL && stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

static int compare_tools(const void *a, const void *b) {
    const wrt_host_tool *x = a, *y = b;
    return strcmp(tool_name(x->about), tool_name(y->about));
}

static char *copy_text(const char *text) {
    return text != NULL ? wrt_strdup(text) : NULL;
}

wrt_status wrt_toolhost_new(wrt_toolhost **out, const wrt_toolhost_options *options, wrt_err *err) {
    wrt_toolhost *host = wrt_calloc(1, sizeof *host);
    host->exe = wrt_strdup(options->worker_exe != NULL ? options->worker_exe : "/proc/self/exe");
    host->kg_path = copy_text(options->kg_path);
    host->pubmed_path = copy_text(options->pubmed_path);
    host->work_dir = copy_text(options->files.work);
    host->home_dir = copy_text(options->files.home);
    host->output_dir = copy_text(options->output_dir);
    host->any_path = options->files.anywhere;
    host->egress = wrt_egress_new(&options->egress);
    host->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    host->refusals = wrt_json_new_array();
    wrt_status status = WRT_OK;
    for (const char *const *dir = options->plugin_dirs;
         status == WRT_OK && dir != NULL && *dir != NULL; dir++) {
        folder_visit visit = {
            .host = host, .folder = *dir, .is_trusted = is_same_folder(*dir, options->trusted_dir)};
        if (wrt_file_exists(*dir))
            status = wrt_dir_each(*dir, visit_file, &visit, err);
    }
    if (host->n_tools > 1)
        qsort(host->tools, host->n_tools, sizeof *host->tools, compare_tools);
    if (status != WRT_OK) {
        wrt_toolhost_free(host);
        host = NULL;
    }
    *out = host;
    return status;
}

void wrt_toolhost_free(wrt_toolhost *host) {
    if (host == NULL)
        return;
    for (size_t i = 0; i < host->n_plugins; i++)
        free_plugin(&host->plugins[i]);
    free(host->plugins);
    free(host->tools);
    free(host->exe);
    free(host->kg_path);
    free(host->pubmed_path);
    free(host->work_dir);
    free(host->home_dir);
    free(host->output_dir);
    wrt_egress_free(host->egress);
    wrt_json_free(host->refusals);
    free(host);
}

void wrt_toolhost_guard(wrt_toolhost *host, const wrt_egress_guard *guard) {
    wrt_egress_set_guard(host->egress, guard);
}

void wrt_toolhost_limit(wrt_toolhost *host, int64_t limit_ms) {
    host->limit_ms = limit_ms;
}

void wrt_toolhost_describe_model_as(wrt_toolhost *host, const wrt_json *about) {
    host->model_about = about;
}

void wrt_toolhost_score_guard(wrt_toolhost *host, const wrt_score_guard *guard) {
    host->score_guard = guard != NULL ? *guard : (wrt_score_guard){0};
}

void wrt_toolhost_set_model(wrt_toolhost *host, wrt_llm *llm) {
    host->llm = llm;
}

void wrt_toolhost_set_stores(wrt_toolhost *host, const char *kg_path, const char *pubmed_path) {
    free(host->kg_path);
    free(host->pubmed_path);
    host->kg_path = copy_text(kg_path);
    host->pubmed_path = copy_text(pubmed_path);
}

void wrt_toolhost_allow_any_path(wrt_toolhost *host) {
    host->any_path = true;
}

/* ---- looking at what is loaded */

const wrt_json *wrt_toolhost_refusals(const wrt_toolhost *host) {
    return host->refusals;
}

static wrt_json *summarise(const wrt_toolhost *host, const wrt_host_tool *tool) {
    const wrt_json *plugin = host->plugins[tool->plugin].about;
    int64_t flags = wrt_json_get_int(tool->about, "flags", 0);
    wrt_json *entry = wrt_json_new_object(), *reads = wrt_json_new_array();
    wrt_json_set_text(entry, "name", tool_name(tool->about));
    wrt_json_set_text(entry, "summary", wrt_json_get_text(tool->about, "summary", ""));
    wrt_json_set_text(entry, "plugin", wrt_json_get_text(plugin, "name", ""));
    wrt_json_set_text(entry, "version", wrt_json_get_text(plugin, "version", ""));
    wrt_json_set_text(entry, "license", wrt_json_get_text(plugin, "license", ""));
    wrt_json_set_bool(entry, "deterministic", (flags & WRT_TOOL_DETERMINISTIC) != 0);
    if ((flags & WRT_TOOL_READS_KG) != 0)
        wrt_json_push_text(reads, "kg");
    if ((flags & WRT_TOOL_READS_PUBMED) != 0)
        wrt_json_push_text(reads, "pubmed");
    wrt_json_set(entry, "reads", reads);
    wrt_json_set(entry, "network", wrt_json_copy(wrt_json_get(tool->about, "destinations")));
    wrt_json_set(entry, "files", wrt_files_arguments(wrt_json_get(tool->about, "args_schema")));
    wrt_json_set_bool(entry, "model", (flags & WRT_TOOL_SCORES) != 0);
    wrt_json_set_bool(entry, "writes", (flags & WRT_TOOL_WRITES) != 0);
    wrt_json_set_bool(entry, "trusted", host->plugins[tool->plugin].is_trusted);
    return entry;
}

wrt_json *wrt_toolhost_list(const wrt_toolhost *host) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < host->n_tools; i++)
        wrt_json_push(list, summarise(host, &host->tools[i]));
    return list;
}

wrt_json *wrt_toolhost_manifest(const wrt_toolhost *host) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < host->n_plugins; i++) {
        const wrt_host_plugin *plugin = &host->plugins[i];
        wrt_json *entry = wrt_json_new_object(), *names = wrt_json_new_array();
        wrt_json_set_text(entry, "plugin", wrt_json_get_text(plugin->about, "name", ""));
        wrt_json_set_text(entry, "version", wrt_json_get_text(plugin->about, "version", ""));
        wrt_json_set_text(entry, "abi", wrt_json_get_text(plugin->about, "abi", ""));
        wrt_json_set_text(entry, "file", wrt_path_base(plugin->path));
        wrt_json_set_text(entry, "sha256", plugin->sha256);
        WRT_JSON_EACH(tool, wrt_json_get(plugin->about, "tools"))
        wrt_json_push_text(names, tool_name(tool));
        wrt_json_set(entry, "tools", names);
        wrt_json_push(list, entry);
    }
    return list;
}

/* Levenshtein distance of two short names. */
static size_t distance(const char *a, const char *b) {
    enum { NAME_ROOM = 65 };
    size_t row[NAME_ROOM], m = strnlen(a, NAME_ROOM), n = strnlen(b, NAME_ROOM);
    if (m >= NAME_ROOM || n >= NAME_ROOM)
        return NAME_ROOM;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
        }
    }
    return row[n];
}

static void add_nearest(wrt_buf *out, const wrt_toolhost *host, const char *name) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < host->n_tools; i++) {
        size_t d = distance(name, tool_name(host->tools[i].about));
        best = d < best ? d : best;
    }
    for (size_t i = 0; i < host->n_tools; i++) {
        if (distance(name, tool_name(host->tools[i].about)) == best)
            wrt_buf_printf(out, "%s%s", out->len > 0 ? ", " : "", tool_name(host->tools[i].about));
    }
}

/* A name from outside, as it may stand in a message. */
static const char *shown(const char *name) {
    size_t len = name != NULL ? strlen(name) : 0;
    bool is_plain = len > 0 && len <= 64;
    for (size_t i = 0; i < len && is_plain; i++)
        is_plain = name[i] > 0x20 && name[i] < 0x7F;
    return is_plain ? name : "(a name that no tool can have)";
}

const wrt_host_tool *wrt_toolhost_find(const wrt_toolhost *host, const char *name, wrt_err *err) {
    const wrt_host_tool *tool = name != NULL ? find_exact(host, name) : NULL;
    if (tool != NULL)
        return tool;
    wrt_buf near = wrt_buf_make(200);
    add_nearest(&near, host, name != NULL ? name : "");
    if (near.len > 0)
        wrt_fail(err, WRT_E_NOT_FOUND, "no tool %s; nearest: %s", shown(name), near.ptr);
    else
        wrt_fail(err, WRT_E_NOT_FOUND, "no tool %s: no plugin is loaded", shown(name));
    wrt_buf_free(&near);
    return NULL;
}

wrt_status wrt_toolhost_describe(wrt_json **out, const wrt_toolhost *host, const char *tool,
                                 wrt_err *err) {
    *out = NULL;
    const wrt_host_tool *found = wrt_toolhost_find(host, tool, err);
    if (found == NULL)
        return WRT_E_NOT_FOUND;
    *out = summarise(host, found);
    wrt_json_set(*out, "args_schema", wrt_json_copy(wrt_json_get(found->about, "args_schema")));
    wrt_json_set(*out, "data_schema", wrt_json_copy(wrt_json_get(found->about, "data_schema")));
    return WRT_OK;
}
