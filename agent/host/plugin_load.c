/* plugin_load.c: opening a plugin file and refusing what does not fit.
 *
 * The description is read from the outside in: magic, size and version stand at the same place in
 * every ABI version, so they are checked before any other field is looked at. Refusals have one
 * form, "FILE: wanted ..., found ...". */
#include "agent/host/plugin_load.h"

#include "agent/host/egress.h"
#include "agent/host/plugin_call.h"
#include "agent/host/tool_desc.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/schema.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOOLS_MAX = 256, SCHEMA_BYTES_MAX = 64 << 10 };

struct wrt_loaded_plugin {
    void *handle;
    const wrt_plugin *info;
};

static wrt_status check_version(const wrt_plugin *plugin, const char *file, wrt_err *err) {
    size_t head = offsetof(wrt_plugin, abi_minor) + sizeof plugin->abi_minor;
    if (plugin->magic != WRT_PLUGIN_MAGIC)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted magic 0x%08x, found 0x%08x", file,
                        WRT_PLUGIN_MAGIC, (unsigned)plugin->magic);
    if (plugin->struct_size >= head && plugin->abi_major != WRT_PLUGIN_ABI_MAJOR)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted ABI %d.x, found %u.%u", file,
                        WRT_PLUGIN_ABI_MAJOR, plugin->abi_major, plugin->abi_minor);
    if (plugin->struct_size < sizeof *plugin)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s: wanted a description of at least %zu bytes, found %u", file,
                        sizeof *plugin, (unsigned)plugin->struct_size);
    if (plugin->abi_minor > WRT_PLUGIN_ABI_MINOR)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted ABI %d.%d or an older %d.x, found %u.%u",
                        file, WRT_PLUGIN_ABI_MAJOR, WRT_PLUGIN_ABI_MINOR, WRT_PLUGIN_ABI_MAJOR,
                        plugin->abi_major, plugin->abi_minor);
    return WRT_OK;
}

/* The C description as the JSON that tool_desc.h checks, or NULL with *err. */
static wrt_status parse_schema(wrt_json **out, const char *text, wrt_err *err) {
    if (text == NULL)
        return wrt_fail(err, WRT_E_INPUT, "wanted a schema, found none");
    size_t len = strnlen(text, (size_t)SCHEMA_BYTES_MAX + 1);
    if (len > (size_t)SCHEMA_BYTES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "wanted a schema of at most 64 KiB, found more");
    return wrt_json_parse(out, (wrt_str){text, len}, err);
}

static wrt_json *text_or_null(const char *text) {
    enum { TEXT_MAX = 2000 };
    if (text == NULL)
        return wrt_json_new_null();
    wrt_str view = {text, strnlen(text, TEXT_MAX)};
    return wrt_utf8_valid(view) ? wrt_json_new_text(view) : wrt_json_new_null();
}

/* Only as many as can be checked; one more than allowed shows that there are too many. */
static wrt_json *list_destinations(const wrt_tool *tool) {
    wrt_json *list = wrt_json_new_array();
    bool has = WRT_TOOL_HAS(tool, n_destinations) && tool->destinations != NULL;
    for (size_t i = 0; has && i < tool->n_destinations && i <= WRT_EGRESS_DESTINATIONS_MAX; i++)
        wrt_json_push(list, text_or_null(tool->destinations[i]));
    return list;
}

static wrt_status describe_tool(wrt_json **out, const wrt_tool *tool, wrt_err *err) {
    wrt_json *args = NULL, *data = NULL;
    wrt_status status = parse_schema(&args, tool->args_schema, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "args_schema");
        return status;
    }
    status = parse_schema(&data, tool->data_schema, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "data_schema");
        wrt_json_free(args);
        return status;
    }
    *out = wrt_json_new_object();
    wrt_json_set(*out, "name", text_or_null(tool->name));
    wrt_json_set(*out, "summary", text_or_null(tool->summary));
    wrt_json_set_int(*out, "flags", tool->flags);
    wrt_json_set(*out, "destinations", list_destinations(tool));
    wrt_json_set(*out, "args_schema", args);
    wrt_json_set(*out, "data_schema", data);
    return WRT_OK;
}

static wrt_status describe_tools(wrt_json *list, const wrt_plugin *plugin, wrt_err *err) {
    for (size_t i = 0; i < plugin->n_tools; i++) {
        const wrt_tool *tool = plugin->tools[i];
        if (tool == NULL || !WRT_TOOL_HAS(tool, run) || tool->run == NULL)
            return wrt_fail(err, WRT_E_INPUT,
                            "tool %zu: wanted a description of at least %zu bytes with run(), "
                            "found %u",
                            i, offsetof(wrt_tool, run) + sizeof tool->run,
                            tool != NULL ? (unsigned)tool->struct_size : 0U);
        wrt_json *entry = NULL;
        wrt_status status = describe_tool(&entry, tool, err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "tool %zu", i);
            return status;
        }
        wrt_json_push(list, entry);
    }
    return WRT_OK;
}

wrt_status wrt_plugin_describe(wrt_json **out, const wrt_plugin *plugin, const char *file,
                               wrt_err *err) {
    *out = NULL;
    if (plugin == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted a plugin description, found NULL", file);
    wrt_status status = check_version(plugin, file, err);
    if (status != WRT_OK)
        return status;
    if (plugin->n_tools == 0 || plugin->n_tools > TOOLS_MAX || plugin->tools == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted 1 to %d tools, found %zu", file, TOOLS_MAX,
                        plugin->tools == NULL ? 0 : plugin->n_tools);
    wrt_json *about = wrt_json_new_object(), *tools = wrt_json_new_array();
    char abi[32];
    snprintf(abi, sizeof abi, "%u.%u", plugin->abi_major, plugin->abi_minor);
    wrt_json_set_text(about, "abi", abi);
    wrt_json_set(about, "name", text_or_null(plugin->name));
    wrt_json_set(about, "version", text_or_null(plugin->version));
    wrt_json_set(about, "license", text_or_null(plugin->license));
    wrt_json_set(about, "tools", tools);
    status = describe_tools(tools, plugin, err);
    if (status == WRT_OK)
        status = wrt_plugin_desc_check(about, err);
    if (status == WRT_OK) {
        *out = about;
        return WRT_OK;
    }
    wrt_err_prefix(err, "%s", file);
    wrt_json_free(about);
    return status;
}

wrt_status wrt_plugin_check(const wrt_plugin *plugin, const char *file, wrt_err *err) {
    wrt_json *about = NULL;
    wrt_status status = wrt_plugin_describe(&about, plugin, file, err);
    wrt_json_free(about);
    return status;
}

/* The linker's complaint without the folder: "FILE: invalid ELF header". */
static const char *linker_message(const char *path) {
    const char *text = dlerror();
    if (text == NULL)
        return "an unknown error";
    size_t len = strlen(path);
    if (strncmp(text, path, len) == 0 && strncmp(text + len, ": ", 2) == 0)
        return text + len + 2;
    return text[0] == '/' ? wrt_path_base(text) : text;
}

static wrt_status open_entry(wrt_loaded_plugin *plugin, const char *path, wrt_err *err) {
    const wrt_plugin *(*entry)(void) = NULL;
    const char *file = wrt_path_base(path);
    plugin->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (plugin->handle == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted a loadable shared object, found %s", file,
                        linker_message(path));
    void *symbol = dlsym(plugin->handle, "wrt_plugin_entry");
    if (symbol == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted the symbol wrt_plugin_entry, found none",
                        file);
    /* ISO C has no conversion from an object pointer to a function pointer; POSIX promises that
     * the bytes are the same. */
    memcpy(&entry, &symbol, sizeof entry);
    plugin->info = entry();
    return wrt_plugin_check(plugin->info, file, err);
}

wrt_status wrt_plugin_load(wrt_loaded_plugin **out, const char *path, wrt_err *err) {
    *out = NULL;
    char *full = realpath(path, NULL);
    if (full == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: wanted a readable file, found none",
                        wrt_path_base(path));
    wrt_loaded_plugin *plugin = wrt_calloc(1, sizeof *plugin);
    wrt_status status = open_entry(plugin, full, err);
    if (status == WRT_OK) {
        *out = plugin;
        plugin = NULL;
    }
    wrt_plugin_unload(plugin);
    free(full);
    return status;
}

void wrt_plugin_unload(wrt_loaded_plugin *plugin) {
    if (plugin == NULL)
        return;
    if (plugin->handle != NULL)
        dlclose(plugin->handle);
    free(plugin);
}

const wrt_plugin *wrt_plugin_info(const wrt_loaded_plugin *plugin) {
    return plugin->info;
}
