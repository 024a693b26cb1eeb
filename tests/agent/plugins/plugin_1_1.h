/* plugin_1_1.h: warrant/plugin.h as it was in ABI 1.1, kept so that a test can build a plugin of
 * that time. Never changed.
 * A plugin is a shared object that exports one function, wrt_plugin_entry, and nothing else. The
 * function returns a description of the plugin and its tools; the host checks magic, sizes and
 * version and refuses what does not fit, naming the file, what it wanted and what it found. Every
 * tool call runs in a worker process with a deadline and limits: a plugin that crashes, hangs or
 * answers garbage becomes an observation with status "error" and nothing else is lost.
 *
 * Compatibility: the major number must be equal; the plugin's minor number must not be above the
 * host's. Structs only ever grow at the end; each carries its size in struct_size, and a reader
 * looks at no field beyond it.
 *
 * A worker reads system libraries, shared objects beside the plugin and the files that the host
 * opens to it; it writes no file, starts no process and opens no socket, and its environment is
 * bare. What it needs from the network it asks the host for (host->http). What a plugin prints goes
 * to the log. Constructors run inside the worker, too.
 *
 * A tool is a pure function from its JSON arguments (and the files the host opens to it) to a JSON
 * result. The arguments have passed the tool's schema before run() sees them. The result is
 *   {"status":"ok|empty|partial|truncated|gated|error", "data":..., "coverage":{"seen":n,
 *    "total":n|null}, "source":[{"id","version","license"}], "echo":{...}, "warnings":[...],
 *    "error":{"code","message"}}
 * of which status and data are required (error instead of data when status is "error"); the host
 * fills in what is missing of the others. A member of another name, data that does not fit the
 * tool's data_schema, or more than 16 MiB make it an error, "bad_result". */
#ifndef WARRANT_PLUGIN_H
#define WARRANT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WRT_PLUGIN_MAGIC     0x57525450u /* "WRTP" */
#define WRT_PLUGIN_ABI_MAJOR 1
#define WRT_PLUGIN_ABI_MINOR 1

/* ---- one HTTP exchange that the host makes for a tool (since 1.1) ---------------------------- */

typedef struct wrt_host_request {
    uint32_t struct_size;
    uint32_t timeout_ms; /* 0: what is left of the call's time */
    const char *method;  /* "GET" or "POST" */
    const char *url; /* beneath one of the tool's destinations, without keys: the host adds them */
    const char *const *headers; /* "Name: value" of Accept, Accept-Language and Content-Type */
    size_t n_headers;           /* at most 8 */
    const char *body;           /* of a POST: UTF-8 without NUL, at most 1 MiB; else NULL */
    size_t body_len;
} wrt_host_request;

typedef struct wrt_host_response {
    uint32_t struct_size;     /* set by the plugin */
    int32_t status;           /* 200 to 299 or 400 to 999; 0 when there was no answer */
    int64_t retry_after_ms;   /* -1 when the answer does not say */
    const char *content_type; /* "" when the answer does not say */
    const char *body;         /* any bytes, and a NUL after them; at most 16 MiB */
    size_t body_len;
    const char *message; /* why there is no answer, in one line; else "" */
} wrt_host_response;

typedef enum wrt_host_http {
    WRT_HOST_HTTP_ANSWERED = 0,    /* whatever its status is */
    WRT_HOST_HTTP_BAD_REQUEST = 1, /* malformed, another method or header, too large */
    WRT_HOST_HTTP_UNDECLARED = 2,  /* not beneath a destination of the tool */
    WRT_HOST_HTTP_DENIED = 3,      /* by policy */
    WRT_HOST_HTTP_OFFLINE = 4,     /* the program is offline */
    WRT_HOST_HTTP_BUDGET = 5,      /* this call's exchanges or bytes are spent */
    WRT_HOST_HTTP_TIMEOUT = 6,
    WRT_HOST_HTTP_UNAVAILABLE = 7, /* no connection, or no whole answer */
    WRT_HOST_HTTP_TOO_LARGE = 8,   /* the answer is larger than 16 MiB or than the call's memory */
    WRT_HOST_HTTP_NO_SERVICE = 9   /* the tool runs where there is no host to ask */
} wrt_host_http;

/* Services of the host, valid during one run() call, to be called from the calling thread only.
 * Append-only: check struct_size (WRT_HOST_HAS) before using a field newer than your minimum. */
typedef struct wrt_host {
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    void *ctx; /* pass it back as the first argument of every service */

    /* size bytes of zeroed memory, freed by the host after the call; NULL when the call's memory
     * limit, 256 MiB, is reached. */
    void *(*alloc)(void *ctx, size_t size);

    /* A line for the run's log; level 0 error, 1 warning, 2 info, 3 debug. */
    void (*log)(void *ctx, int level, const char *message);

    /* 1 when the caller gave up or nine tenths of the deadline have passed: return soon with what
     * there is, e.g. with status "partial". */
    int (*is_cancelled)(void *ctx);

    /* Path of a file the host opens to the tool for reading: "kg" is the knowledge graph, "pubmed"
     * (since 1.1) the literature store. NULL when this call has no such file. */
    const char *(*file)(void *ctx, const char *name);

    /* Reading of top-level argument fields, for plugins without a JSON library. Return 1 and set
     * *out when the field is there with that type, else 0. Text lives as long as the call. */
    int (*arg_number)(void *ctx, const char *name, double *out);
    int (*arg_text)(void *ctx, const char *name, const char **out);

    /* Since 1.1. Asks the host for one HTTP exchange: the tool's flags, its destinations, the
     * policy in force, --offline and the call's budget (100 exchanges, 64 MiB of answers) decide,
     * and the exchange is recorded. Returns a wrt_host_http. *out, with its struct_size set, is
     * filled in any case; what it points to lives as long as the call. Nothing is retried or
     * followed. */
    int (*http)(void *ctx, const wrt_host_request *request, wrt_host_response *out);

    /* Since 1.1. Milliseconds until is_cancelled says 1; -1 when it never does. */
    int64_t (*time_left_ms)(void *ctx);
} wrt_host;

#define WRT_HOST_HAS(host, field)                                                                  \
    ((host)->struct_size >= offsetof(wrt_host, field) + sizeof((host)->field))

typedef enum wrt_tool_flags {
    WRT_TOOL_READS_KG = 1,      /* wants host->file("kg") */
    WRT_TOOL_DETERMINISTIC = 2, /* equal arguments and files give equal bytes */
    WRT_TOOL_NETWORK = 4,       /* wants host->http; needs destinations (since 1.1) */
    WRT_TOOL_READS_PUBMED = 8   /* wants host->file("pubmed") (since 1.1) */
} wrt_tool_flags;

typedef struct wrt_tool {
    uint32_t struct_size;
    uint32_t flags;          /* wrt_tool_flags */
    const char *name;        /* one word of [a-z0-9_], unique over all loaded plugins */
    const char *summary;     /* one sentence for people and models */
    const char *args_schema; /* JSON Schema of the arguments, an object schema */
    const char *data_schema; /* JSON Schema of the result's "data" */

    /* args is NUL-terminated JSON of len bytes. On return *result points to NUL-terminated JSON
     * taken from host->alloc (or static). Returns 0; any other value, or a NULL result, is reported
     * as an error of the tool. */
    int (*run)(const wrt_host *host, const char *args, size_t len, const char **result);

    /* Since 1.1. Where host->http may send: "https://HOST[:PORT]/" and, if wanted, a path that ends
     * in "/"; http for this machine only. Needed with WRT_TOOL_NETWORK, else none. */
    const char *const *destinations;
    size_t n_destinations; /* at most 16 */
} wrt_tool;

#define WRT_TOOL_HAS(tool, field)                                                                  \
    ((tool)->struct_size >= offsetof(wrt_tool, field) + sizeof((tool)->field))

typedef struct wrt_plugin {
    uint32_t magic; /* WRT_PLUGIN_MAGIC */
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    const char *name;    /* "kg" */
    const char *version; /* "0.1.0" */
    const char *license; /* SPDX identifier */
    size_t n_tools;
    const wrt_tool *const *tools; /* n_tools pointers */
} wrt_plugin;

#if defined(__GNUC__)
#define WRT_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define WRT_PLUGIN_EXPORT
#endif

/* The one symbol a plugin exports. */
WRT_PLUGIN_EXPORT const wrt_plugin *wrt_plugin_entry(void);

#ifdef __cplusplus
}
#endif

#endif
