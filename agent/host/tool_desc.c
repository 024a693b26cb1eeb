/* tool_desc.c: rules for names, texts, flags and schemas of a plugin's description. */
#include "agent/host/tool_desc.h"

#include "agent/host/egress.h"
#include "agent/host/files.h"
#include "base/schema.h"

#include <string.h>

enum { NAME_MAX_BYTES = 64, LINE_MAX_BYTES = 500, TOOLS_MAX = 256 };

static const uint32_t known_flags = WRT_TOOL_READS_KG | WRT_TOOL_DETERMINISTIC | WRT_TOOL_NETWORK |
                                    WRT_TOOL_READS_PUBMED | WRT_TOOL_SCORES | WRT_TOOL_WRITES;

static bool is_word(const char *text) {
    size_t len = text != NULL ? strlen(text) : 0;
    if (len == 0 || len > NAME_MAX_BYTES || text[0] < 'a' || text[0] > 'z')
        return false;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static bool is_line(const char *text, size_t max) {
    size_t len = text != NULL ? strlen(text) : 0;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            return false;
    }
    return len > 0 && len <= max;
}

static wrt_status check_schemas(const wrt_json *tool, const char *name, wrt_err *err) {
    static const char *const which[] = {"args_schema", "data_schema"};
    for (size_t i = 0; i < 2; i++) {
        wrt_status status = wrt_schema_check(wrt_json_get(tool, which[i]), err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "tool %s: %s", name, which[i]);
            return status;
        }
    }
    const char *type = wrt_json_get_text(wrt_json_get(tool, "args_schema"), "type", "none");
    if (strcmp(type, "object") != 0)
        return wrt_fail(err, WRT_E_INPUT, "tool %s: wanted an args_schema of type object, found %s",
                        name, type);
    return WRT_OK;
}

/* Few enough to be handed over at once; only arguments name files. */
static wrt_status check_files(const wrt_json *tool, const char *name, wrt_err *err) {
    wrt_json *args = wrt_files_arguments(wrt_json_get(tool, "args_schema"));
    wrt_json *data = wrt_files_arguments(wrt_json_get(tool, "data_schema"));
    size_t n = wrt_json_count(args), n_data = wrt_json_count(data);
    wrt_json_free(args);
    wrt_json_free(data);
    if (n > WRT_FILES_MAX)
        return wrt_fail(err, WRT_E_INPUT,
                        "tool %s: wanted at most %d arguments that are files, "
                        "found %zu",
                        name, WRT_FILES_MAX, n);
    return n_data == 0 ? WRT_OK
                       : wrt_fail(err, WRT_E_INPUT,
                                  "tool %s: wanted the format \"file\" in args_schema only, found "
                                  "it in data_schema",
                                  name);
}

/* A tool of the network says where to; another has nowhere to say. */
static wrt_status check_destinations(const wrt_json *tool, const char *name, bool has_network,
                                     wrt_err *err) {
    const wrt_json *list = wrt_json_get(tool, "destinations");
    size_t n = wrt_json_count(list);
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "tool %s: wanted a list of destinations, found none",
                        name);
    if (!has_network && n > 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "tool %s: wanted no destinations without WRT_TOOL_NETWORK, found %zu", name,
                        n);
    if (has_network && (n == 0 || n > WRT_EGRESS_DESTINATIONS_MAX))
        return wrt_fail(err, WRT_E_INPUT,
                        "tool %s: wanted 1 to %d destinations with WRT_TOOL_NETWORK, found %zu",
                        name, WRT_EGRESS_DESTINATIONS_MAX, n);
    WRT_JSON_EACH(destination, list) {
        wrt_status status = wrt_egress_check_destination(wrt_json_text(destination), err);
        if (status != WRT_OK) {
            wrt_err_prefix(err, "tool %s", name);
            return status;
        }
    }
    return WRT_OK;
}

static wrt_status check_tool(const wrt_json *tool, wrt_err *err) {
    const char *name = wrt_json_get_text(tool, "name", NULL);
    if (!is_word(name))
        return wrt_fail(err, WRT_E_INPUT, "wanted a tool name of 1 to %d of [a-z0-9_], found %s",
                        NAME_MAX_BYTES,
                        is_line(name, LINE_MAX_BYTES) && strlen(name) <= 100 ? name : "another");
    if (!is_line(wrt_json_get_text(tool, "summary", NULL), LINE_MAX_BYTES))
        return wrt_fail(err, WRT_E_INPUT,
                        "tool %s: wanted a summary of one line of UTF-8 with 1 to %d bytes, found "
                        "another",
                        name, LINE_MAX_BYTES);
    int64_t flags = wrt_json_get_int(tool, "flags", -1);
    if (flags < 0 || (flags & ~(int64_t)known_flags) != 0)
        return wrt_fail(err, WRT_E_INPUT, "tool %s: wanted flags within 0x%x, found 0x%llx", name,
                        (unsigned)known_flags, (unsigned long long)flags);
    wrt_status status = check_destinations(tool, name, (flags & WRT_TOOL_NETWORK) != 0, err);
    if (status == WRT_OK)
        status = check_schemas(tool, name, err);
    return status == WRT_OK ? check_files(tool, name, err) : status;
}

static wrt_status check_unique(const wrt_json *tool, const wrt_json *tools, wrt_err *err) {
    const char *name = wrt_json_get_text(tool, "name", "");
    for (const wrt_json *other = wrt_json_first(tools); other != tool;
         other = wrt_json_next(other)) {
        if (strcmp(wrt_json_get_text(other, "name", ""), name) == 0)
            return wrt_fail(err, WRT_E_INPUT, "wanted tools of different names, found %s twice",
                            name);
    }
    return WRT_OK;
}

wrt_status wrt_plugin_desc_check(const wrt_json *about, wrt_err *err) {
    static const char *const texts[] = {"name", "version", "license"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!is_line(wrt_json_get_text(about, texts[i], NULL), NAME_MAX_BYTES))
            return wrt_fail(err, WRT_E_INPUT,
                            "wanted a plugin %s of one line of UTF-8 with 1 to %d bytes, found "
                            "another",
                            texts[i], NAME_MAX_BYTES);
    }
    const wrt_json *tools = wrt_json_get(about, "tools");
    size_t n = wrt_json_count(tools);
    if (!wrt_json_is(tools, WRT_JSON_ARRAY) || n == 0 || n > TOOLS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "wanted 1 to %d tools, found %zu", TOOLS_MAX, n);
    WRT_JSON_EACH(tool, tools) {
        wrt_status status = check_tool(tool, err);
        if (status == WRT_OK)
            status = check_unique(tool, tools, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}
