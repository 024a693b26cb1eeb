/* warrant/plugin.h: the whole contract between Warrant and a tool plugin.
 *
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
 * opens to it; it opens no file for writing, starts no process and opens no socket, and its
 * environment is bare. What it needs beyond that it asks the host for: a file that an argument
 * names (host->open_file), the network (host->http), the language model (host->score), a file to
 * write to (host->create_output). What a plugin prints goes to the log. Constructors run inside the
 * worker, too.
 *
 * An argument names a file when its schema says so, as a property of args_schema itself:
 *   "data": {"type":"string", "format":"file"}     (since 1.2; at most 8 such properties)
 * The host finds the file, asks the policy, opens it for reading, records its size and SHA-256 and
 * hands its descriptor over; the path is a label to the tool and opens nothing.
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
#define WRT_PLUGIN_ABI_MINOR 2

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

/* The outcomes of the other services bear the same numbers: ..._ANSWERED is success, BAD_REQUEST
 * malformed or too much at once, UNDECLARED a flag that the tool lacks, UNAVAILABLE a model or disk
 * that failed, NO_SERVICE no model, or nobody who keeps files. */

/* ---- a file that an argument names (since 1.2) ----------------------------------------------- */

typedef struct wrt_host_file {
    uint32_t struct_size; /* set by the plugin */
    int32_t fd;           /* open for reading, at offset 0; the plugin closes it or leaves it */
    int64_t bytes;        /* when the call began */
    const char *sha256;   /* 64 hexadecimal digits, of these bytes */
    const char *name;     /* last component of the path, for messages and provenance */
} wrt_host_file;

/* ---- text that a service answers with (since 1.2) -------------------------------------------- */

typedef struct wrt_host_text {
    uint32_t struct_size; /* set by the plugin */
    const char *text;     /* JSON with a NUL after it; "" when there is none */
    size_t len;
    const char *message; /* why there is none, in one line; else "" */
} wrt_host_text;

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

    /* Since 1.2. Opens the file that this argument names, again from its start at each call (the
     * descriptors share their offset). Returns 0 and fills *out, with its struct_size set, or a
     * wrt_host_http: UNDECLARED when the argument is no file or was not given. */
    int (*open_file)(void *ctx, const char *arg, wrt_host_file *out);

    /* Since 1.2. Asks the host's language model for log P(candidate + terminator | prompt). Needs
     * WRT_TOOL_SCORES. questions: JSON of len bytes,
     *   [{"prompt":{"text"} or {"system","user"}, "candidates":[text,...], "terminator":text}, ...]
     * with 1 to 4096 questions, 1 to 64 candidates each, at most 65536 candidates and 1 MiB in all;
     * "terminator" may be left out. out->text, with its struct_size set, is JSON, one element a
     * question and in it one entry a candidate:
     *   [{"log_p":[number|null], "tokens":[n], "quality":["exact|bound|sampled|missing"],
     *     "low":[number|null], "high":[number|null]}, ...]
     * "low" and "high" only where not all are exact; null is -infinity or not known. Each batch is
     * put to the policy and recorded. Returns a wrt_host_http; what *out points to lives as long as
     * the call. While the model computes, the call's clock stands still. */
    int (*score)(void *ctx, const char *questions, size_t len, wrt_host_text *out);

    /* Since 1.2. What the host's model is, as JSON: {"kind","model","sha256",...}; {"kind":"none"}
     * when it has none or the tool lacks WRT_TOOL_SCORES. Equal text, equal model. */
    const char *(*describe_model)(void *ctx);

    /* Since 1.2. A file for the call's output, of this name: 1 to 100 of [A-Za-z0-9._-], the first
     * a letter or digit, each name once a call. Needs WRT_TOOL_WRITES. Returns 0 and the descriptor
     * in *fd, open for writing from its start, or a wrt_host_http with the reason in *message (may
     * be NULL). At most 8 files of 256 MiB each (a write beyond fails with EFBIG). When the result
     * is no error the host keeps them and lists them in echo.outputs: [{"name","bytes","sha256",
     * "path"}]; else they are gone. */
    int (*create_output)(void *ctx, const char *name, int *fd, const char **message);
} wrt_host;

#define WRT_HOST_HAS(host, field)                                                                  \
    ((host)->struct_size >= offsetof(wrt_host, field) + sizeof((host)->field))

typedef enum wrt_tool_flags {
    WRT_TOOL_READS_KG = 1,      /* wants host->file("kg") */
    WRT_TOOL_DETERMINISTIC = 2, /* equal arguments and files give equal bytes */
    WRT_TOOL_NETWORK = 4,       /* wants host->http; needs destinations (since 1.1) */
    WRT_TOOL_READS_PUBMED = 8,  /* wants host->file("pubmed") (since 1.1) */
    WRT_TOOL_SCORES = 16,       /* wants host->score (since 1.2) */
    WRT_TOOL_WRITES = 32        /* wants host->create_output (since 1.2) */
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
