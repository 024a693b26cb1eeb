/* tool_desc.h: a plugin's description as JSON, the form in which it travels from worker to host.
 * {"abi","name","version","license","tools":[{"name","summary","flags","destinations",
 * "args_schema","data_schema"}]}. The worker makes it from the C structs; the host checks it again,
 * because what a worker says is as untrusted as the plugin in it. */
#ifndef WRT_AGENT_HOST_TOOL_DESC_H
#define WRT_AGENT_HOST_TOOL_DESC_H

#include "base/err.h"
#include "base/json.h"
#include "warrant/plugin.h"

/* Checks version, sizes and texts of the C description and gives the JSON form. WRT_E_INPUT,
 * "FILE: wanted ..., found ...". Caller frees. */
wrt_status wrt_plugin_describe(wrt_json **out, const wrt_plugin *plugin, const char *file,
                               wrt_err *err);

/* Names, texts, flags and schemas of the JSON form; the message has no file name in it. */
wrt_status wrt_plugin_desc_check(const wrt_json *about, wrt_err *err);

#endif
