/* plugin_load.h: opening one plugin file and checking its ABI. Used by the host (to read what it
 * offers, in a worker) and by in-process callers: tests and fuzzers. */
#ifndef WRT_AGENT_HOST_PLUGIN_LOAD_H
#define WRT_AGENT_HOST_PLUGIN_LOAD_H

#include "agent/host/plugin_call.h"
#include "base/err.h"
#include "base/json.h"
#include "warrant/plugin.h"

typedef struct wrt_loaded_plugin wrt_loaded_plugin;

/* dlopens path (RTLD_NOW | RTLD_LOCAL) and checks entry symbol, magic, struct_size, major, minor,
 * names and schemas. Refusal: WRT_E_INPUT, "FILE: wanted ..., found ...". */
wrt_status wrt_plugin_load(wrt_loaded_plugin **out, const char *path, wrt_err *err);
void wrt_plugin_unload(wrt_loaded_plugin *plugin); /* accepts NULL */
const wrt_plugin *wrt_plugin_info(const wrt_loaded_plugin *plugin);

/* Checks an already linked description, as wrt_plugin_load does after dlopen. */
wrt_status wrt_plugin_check(const wrt_plugin *plugin, const char *file, wrt_err *err);

/* Runs a tool in this process, with no protection at all. *result is the raw JSON value the tool
 * returned; WRT_E_FAILED when it returned none or garbage. */
wrt_status wrt_plugin_call(wrt_json **result, const wrt_plugin *plugin, const char *tool,
                           const wrt_call_options *options, wrt_err *err);

#endif
