/* sandbox.c: resource limits, and the order in which the layers are applied.
 *
 * Limits come first (they need nothing), then no_new_privs (Landlock and seccomp require it) and
 * capabilities (with them a worker of root could raise its limits again), then Landlock, and the
 * filter of system calls last, because it forbids what the others use. */
#include "agent/host/sandbox.h"

#include "agent/host/outputs.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OPEN_FILES_MAX = 64 };

static const rlim_t address_space_max = (rlim_t)4 << 30; /* a graph of millions of edges fits */

static wrt_status limit(unsigned resource, rlim_t value, const char *what, wrt_err *err) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot read the limit of %s", what);
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value)
        value = now.rlim_max;
    struct rlimit next = {.rlim_cur = value, .rlim_max = value};
    if (setrlimit(resource, &next) != 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot set the limit of %s: %s", what, strerror(errno));
    return WRT_OK;
}

/* A write beyond the limit is an error that the plugin sees, not its end. */
static wrt_status forbid_writing(wrt_err *err) {
    struct rlimit size;
    if (getrlimit(RLIMIT_FSIZE, &size) != 0 || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        return wrt_fail(err, WRT_E_FAILED, "cannot read the limit of file size");
    size.rlim_cur = 0;
    return setrlimit(RLIMIT_FSIZE, &size) == 0
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "cannot set the limit of file size: %s",
                          strerror(errno));
}

void wrt_sandbox_allow_writing(void) {
    struct rlimit size;
    if (getrlimit(RLIMIT_FSIZE, &size) != 0)
        return;
    size.rlim_cur = size.rlim_max;
    setrlimit(RLIMIT_FSIZE, &size);
}

static wrt_status limit_resources(wrt_err *err) {
    wrt_status status = limit(RLIMIT_CORE, 0, "core files", err);
    if (status == WRT_OK)
        status = limit(RLIMIT_FSIZE, (rlim_t)WRT_OUTPUTS_BYTES_MAX, "file size", err);
    if (status == WRT_OK)
        status = forbid_writing(err);
    if (status == WRT_OK)
        status = limit(RLIMIT_NOFILE, OPEN_FILES_MAX, "open files", err);
    if (status == WRT_OK && !WRT_SANDBOX_SANITIZED)
        status = limit(RLIMIT_AS, address_space_max, "address space", err);
    return status;
}

/* All but the right to read what the host may read: a data folder may be another user's. */
static wrt_status drop_capabilities(wrt_err *err) {
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = {{0}};
    const uint32_t kept = 1U << CAP_DAC_READ_SEARCH;
    if (syscall(SYS_capget, &head, caps) != 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot read capabilities: %s", strerror(errno));
    caps[0].effective &= kept;
    caps[0].permitted &= kept;
    caps[1].effective = caps[1].permitted = 0;
    caps[0].inheritable = caps[1].inheritable = 0;
    return syscall(SYS_capset, &head, caps) == 0
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "cannot give up capabilities: %s", strerror(errno));
}

void wrt_sandbox_allow_cpu(int64_t seconds) {
    struct rusage used;
    struct rlimit cpu;
    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &cpu) != 0)
        return;
    rlim_t spent = (rlim_t)used.ru_utime.tv_sec + (rlim_t)used.ru_stime.tv_sec;
    cpu.rlim_cur = spent + (rlim_t)seconds + 2; /* both figures were rounded down */
    if (cpu.rlim_max != RLIM_INFINITY && cpu.rlim_cur > cpu.rlim_max)
        cpu.rlim_cur = cpu.rlim_max;
    setrlimit(RLIMIT_CPU, &cpu);
}

/* Turns "the kernel lacks it" into a warning; any other failure stands. */
static wrt_status or_warn(wrt_status status, wrt_json *warnings, const char *text) {
    if (status != WRT_E_UNSUPPORTED)
        return status;
    wrt_json_push_text(warnings, text);
    return WRT_OK;
}

wrt_status wrt_sandbox_enter(wrt_json *warnings, const wrt_sandbox_options *options, wrt_err *err) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot tie the worker's life to its host's");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return wrt_fail(err, WRT_E_FAILED, "cannot give up new privileges: %s", strerror(errno));
    wrt_status status = limit_resources(err);
    if (status == WRT_OK)
        status = drop_capabilities(err);
    if (status == WRT_OK)
        status = or_warn(wrt_sandbox_restrict_files(warnings, options, err), warnings,
                         "this kernel has no Landlock: the plugin's file access is not restricted");
    if (status == WRT_OK)
        status = or_warn(wrt_sandbox_restrict_calls(err), warnings,
                         "no system call filter on this system: the plugin's system calls are not "
                         "restricted");
    return status;
}

const char wrt_sandbox_hint[] =
    "this kernel does not confine tools (no Landlock, or no filter of system calls), and no rule "
    "permits to run them so; if you accept that, load the shipped policy that does: --policy "
    "default,no-sandbox";

bool wrt_sandbox_is_whole(void) {
    const char *asked = getenv("WARRANT_SANDBOX");
    bool is_denied = asked != NULL && strcmp(asked, "none") == 0;
    return !is_denied && wrt_sandbox_abi() > 0 && wrt_sandbox_has_filter();
}
