/* toolhost.h: loads plugins, checks arguments and results, runs each call in a worker process.
 *
 * A worker is this program started again with the hidden verb "__worker" and one plugin file; it
 * answers framed requests (wire.h) on a channel of its own, while what it prints goes to the log.
 * The host itself never opens a plugin. One worker per plugin is kept from its first call to the
 * end of the host; one that crashes, overruns its deadline or answers garbage is killed, the call
 * becomes a result with status "error", and the next call starts a fresh worker. What a worker
 * gives up before it opens its plugin is in sandbox.h: it reads the system's libraries, the plugin
 * and the databases its tools declare, writes nothing, starts nothing and reaches no network. What
 * its tools need from there the host fetches, when all of egress.h agrees. */
#ifndef WRT_AGENT_HOST_TOOLHOST_H
#define WRT_AGENT_HOST_TOOLHOST_H

#include "agent/host/egress.h"
#include "agent/host/files.h"
#include "agent/host/score.h"
#include "base/err.h"
#include "base/json.h"
#include "warrant/plugin.h"

typedef struct wrt_toolhost wrt_toolhost;

typedef struct {
    const char *worker_exe;         /* program that understands "__worker"; NULL: /proc/self/exe */
    const char *const *plugin_dirs; /* searched in order for *.so, NULL-terminated */
    const char *trusted_dir;        /* plugins of this folder are the program's; NULL: none are */
    const char *kg_path;            /* opened to tools that read the graph; may be NULL */
    const char *pubmed_path;        /* opened to tools that read the literature; may be NULL */
    int64_t timeout_ms;             /* per call; 0 means 30,000 */
    wrt_egress_options egress;      /* places of the network that the host knows; --offline */
    wrt_files_options files;        /* where arguments may name files; copied */
    const char *output_dir; /* DIR/outputs, for what tools write; NULL: they write nothing */
} wrt_toolhost_options;

/* Loads every plugin found. Plugins that are refused do not stop the others: each is a line
 * "FILE: wanted ..., found ..." in wrt_toolhost_refusals. Two tools of one name: the second plugin
 * is refused. */
wrt_status wrt_toolhost_new(wrt_toolhost **out, const wrt_toolhost_options *options, wrt_err *err);
void wrt_toolhost_free(wrt_toolhost *host); /* accepts NULL; ends the workers */

const wrt_json *wrt_toolhost_refusals(const wrt_toolhost *host); /* array of text */

/* Who decides about exchanges with the network, and records them, in the calls that follow; NULL:
 * nobody, so that every exchange is refused (egress.h). */
void wrt_toolhost_guard(wrt_toolhost *host, const wrt_egress_guard *guard);

/* The language model that tools with WRT_TOOL_SCORES may ask (borrowed; NULL: none), and who
 * decides about it and records it in the calls that follow; NULL: nobody, so that every batch is
 * refused. */
void wrt_toolhost_set_model(wrt_toolhost *host, wrt_llm *llm);
/* What tools are told of the model instead of what it is now (borrowed; NULL: what it is): that of
 * a recorded run whose scores the guard recalls. */
void wrt_toolhost_describe_model_as(wrt_toolhost *host, const wrt_json *about);
void wrt_toolhost_score_guard(wrt_toolhost *host, const wrt_score_guard *guard);

/* From now on files may lie anywhere: a person typed the paths. */
void wrt_toolhost_allow_any_path(wrt_toolhost *host);

/* [{"name","summary","plugin","version","license","deterministic","reads":[..],"network":[..],
 * "files":[..],"model":bool,"writes":bool,"trusted":bool}] sorted by name; "network" holds the
 * destinations, "files" the arguments that name files. */
wrt_json *wrt_toolhost_list(const wrt_toolhost *host);
/* The same object plus "args_schema", "data_schema". WRT_E_NOT_FOUND names the nearest tools. */
wrt_status wrt_toolhost_describe(wrt_json **out, const wrt_toolhost *host, const char *tool,
                                 wrt_err *err);
/* [{"plugin","version","abi","file","sha256","tools":[name..]}] in load order, for run.start.
 * Caller frees. */
wrt_json *wrt_toolhost_manifest(const wrt_toolhost *host);

/* Checks args against the tool's schema; WRT_E_INPUT names the field, WRT_E_NOT_FOUND the tool. */
wrt_status wrt_toolhost_check(const wrt_toolhost *host, const char *tool, const wrt_json *args,
                              wrt_err *err);

/* Calls a tool. *result is always a complete result object (CONTRACTS.md, "Tools") and the
 * caller's; a failing tool, a bad result or bad arguments give status "error" with one of the codes
 * unknown_tool, bad_args, tool_timeout, tool_crashed, tool_failed, bad_result, plugin_refused,
 * plugin_changed, file_changed, output_failed or a code of the tool's own, not a failure here.
 * Returns a failure only when the host itself cannot go on. */
wrt_status wrt_toolhost_call(wrt_json **result, wrt_toolhost *host, const char *tool,
                             const wrt_json *args, wrt_err *err);

/* The same in two steps, for a caller that asks the policy about the files and records them. Finds
 * the files that args name (files.h), then calls with them; wrt_files_open is done where the caller
 * has not, and its failure is a result with the code bad_args. The caller frees the files. */
wrt_files *wrt_toolhost_files(const wrt_toolhost *host, const char *tool, const wrt_json *args);
wrt_status wrt_toolhost_call_with(wrt_json **result, wrt_toolhost *host, const char *tool,
                                  const wrt_json *args, wrt_files *files, wrt_err *err);

/* Which files the calls that follow read, in place of those of the options; copied, NULL: none. To
 * be called before the first call. */
void wrt_toolhost_set_stores(wrt_toolhost *host, const char *kg_path, const char *pubmed_path);

/* At most so long for each call that follows, where that is less than the host's own limit: a share
 * of the run's time. 0: the host's limit alone. */
void wrt_toolhost_limit(wrt_toolhost *host, int64_t limit_ms);

/* One of several calls of tools that ask nobody for anything (no network, no model, no output). */
typedef struct {
    const char *tool;
    const wrt_json *args;
    wrt_files *files; /* of wrt_toolhost_files; NULL: none */
    int64_t limit_ms; /* as of wrt_toolhost_limit */
    wrt_json *result; /* set; the caller's */
} wrt_toolhost_job;

/* Makes n calls, up to `threads` of them at a time (0: as many as there are processors, at most 4),
 * begun in order. Each result is what wrt_toolhost_call_with would have given, whatever the timing:
 * a worker serves one call at a time, and a plugin gets a second worker only when its first has
 * been busy for a while. A tool that asks for the network, the model or an output is a bad_result
 * here. Fails when the host cannot go on; results are set all the same, or NULL. */
wrt_status wrt_toolhost_call_together(wrt_toolhost_job *jobs, size_t n, wrt_toolhost *host,
                                      int threads, wrt_err *err);

/* The worker's main loop. The program passes its own argc and argv on when argv[1] is "__worker":
 * argv[2] is the plugin file, then come "kg=PATH" and "pubmed=PATH" where there are such files.
 * Returns an exit code. */
int wrt_toolhost_worker(int argc, char **argv);

#endif
