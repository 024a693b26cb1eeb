/* sandbox.h: what a worker gives up before it opens a plugin.
 *
 * Five layers, each of which holds alone: resource limits; no new privileges; no capabilities (a
 * host that runs as root keeps its worker the right to read, and nothing else); Landlock (files are
 * read-only and only the declared ones, no TCP); a seccomp filter (no sockets, no new programs or
 * processes, no tracing). What none of them hides is that a path exists, its size and its times
 * (stat). A layer that the kernel lacks is left out with a warning. */
#ifndef WRT_AGENT_HOST_SANDBOX_H
#define WRT_AGENT_HOST_SANDBOX_H

#include "agent/host/plugin_call.h"
#include "base/err.h"
#include "base/json.h"

/* The sanitizers reserve terabytes of address space and look for leaks by tracing the process;
 * both are at odds with a sandbox. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define WRT_SANDBOX_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WRT_SANDBOX_SANITIZED 1
#endif
#ifndef WRT_SANDBOX_SANITIZED
#define WRT_SANDBOX_SANITIZED 0
#endif

typedef struct {
    const char *plugin_path; /* absolute; shared objects beside it can be read too */
    wrt_tool_files files;    /* each of them and its -wal, -shm, -journal */
} wrt_sandbox_options;

/* Applies all layers to this process, for good. Texts about missing layers are pushed to
 * `warnings`. WRT_E_FAILED when a layer that the kernel has could not be applied: the caller must
 * not go on. */
wrt_status wrt_sandbox_enter(wrt_json *warnings, const wrt_sandbox_options *options, wrt_err *err);

/* Landlock's ABI version in this kernel; 0 when it has none. */
int wrt_sandbox_abi(void);

/* Has this system a filter of system calls that workers can be put behind? */
bool wrt_sandbox_has_filter(void);

/* Both of the above: workers read declared files only, and reach nothing. False also where the
 * environment variable WARRANT_SANDBOX is "none": then this machine is treated as one that lacks
 * them (what it has is applied all the same). Without it a policy has to permit `sandbox: none`. */
bool wrt_sandbox_is_whole(void);

/* What to say when no policy does. */
extern const char wrt_sandbox_hint[];

/* Sets the CPU time this process may use from now on, in seconds (best effort: the host's deadline
 * is what counts). */
void wrt_sandbox_allow_cpu(int64_t seconds);

/* Lets this process write to files that its host opened for it, up to WRT_OUTPUTS_BYTES_MAX each;
 * before, no byte may be written to any file. */
void wrt_sandbox_allow_writing(void);

/* ---- the layers, in sandbox_files.c and sandbox_calls.c. Each returns WRT_E_UNSUPPORTED when the
 * kernel or the processor lacks it. */
wrt_status wrt_sandbox_restrict_files(wrt_json *warnings, const wrt_sandbox_options *options,
                                      wrt_err *err);
wrt_status wrt_sandbox_restrict_calls(wrt_err *err);

#endif
