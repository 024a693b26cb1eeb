/* plugin_call.h: one run() of a tool in this process, with the services of the host table. The
 * worker and wrt_plugin_call share it; neither the deadline nor memory is enforced here beyond what
 * a well-meaning plugin respects. */
#ifndef WRT_AGENT_HOST_PLUGIN_CALL_H
#define WRT_AGENT_HOST_PLUGIN_CALL_H

#include "base/err.h"
#include "base/json.h"
#include "warrant/plugin.h"

enum {
    WRT_CALL_MEMORY_MAX = 256 << 20, /* bytes one call may take from host->alloc */
    WRT_CALL_RESULT_MAX = 16 << 20   /* bytes of a result's text */
};

/* Absolute paths of what the host opens to tools that say they read it; NULL: not there. */
typedef struct {
    const char *kg;     /* host->file("kg") */
    const char *pubmed; /* host->file("pubmed") */
} wrt_tool_files;

/* A file that an argument names, open for reading. The descriptor stays the caller's. */
typedef struct {
    const char *arg, *name, *sha256;
    int64_t bytes;
    int fd;
} wrt_call_file;

typedef struct {
    const wrt_json *args;
    wrt_tool_files files;
    int64_t give_up_at_ms; /* monotonic time from which is_cancelled says 1; 0: never */
    void (*log)(int level, const char *line, void *ctx); /* may be NULL */
    /* host->http: gives a wrt_host_http and fills *out, a cleared one, with memory of the host
     * table. NULL: WRT_HOST_HTTP_NO_SERVICE. */
    int (*http)(wrt_host_response *out, const wrt_host_request *request, const wrt_host *host,
                void *ctx);
    const wrt_call_file *opened; /* host->open_file; n_opened of them */
    size_t n_opened;
    const char *model; /* host->describe_model; NULL: {"kind":"none"} */
    /* host->score, with questions that have passed wrt_score_check. NULL: ..._NO_SERVICE. */
    int (*score)(wrt_host_text *out, const wrt_json *questions, const wrt_host *host, void *ctx);
    /* host->create_output; *fd becomes the plugin's. NULL: ..._NO_SERVICE. */
    int (*create_output)(int *fd, const char **message, const char *name, const wrt_host *host,
                         void *ctx);
    void *ctx; /* of all */
} wrt_call_options;

/* Finds the tool; NULL when the plugin has none of that name. */
const wrt_tool *wrt_plugin_find_tool(const wrt_plugin *plugin, const char *name);

/* Appends the text that run() returned to *out, unparsed. WRT_E_FAILED when run() returned non-zero
 * or no result, WRT_E_LIMIT when the text is larger than WRT_CALL_RESULT_MAX. */
wrt_status wrt_tool_run(wrt_buf *out, const wrt_tool *tool, const wrt_call_options *options,
                        wrt_err *err);

#endif
