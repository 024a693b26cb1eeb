/* sandbox_calls.c: a seccomp filter that takes system calls away from a worker.
 *
 * Landlock restricts files and TCP, not UDP, descriptors that are passed on, new processes,
 * tracing, signals (before ABI 6), file modes or the limits of other processes. Without new
 * processes a worker cannot leave a child behind that outlives its deadline, so killing it is
 * final. Denied calls fail with EPERM; clone3 fails with ENOSYS, because its flags are not visible
 * to a filter and the C library then falls back to clone, whose flags are: threads are allowed.
 *
 * Source: seccomp(2), Linux kernel documentation, userspace-api/seccomp_filter. */
#include "agent/host/sandbox.h"

#include "agent/host/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define FILTER_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#endif

#ifndef FILTER_ARCH

wrt_status wrt_sandbox_restrict_calls(wrt_err *err) {
    return wrt_fail(err, WRT_E_UNSUPPORTED, "no system call filter for this processor");
}

bool wrt_sandbox_has_filter(void) {
    return false;
}

#else

#define LOAD(field)                                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define RETURN(what)           BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSED                (SECCOMP_RET_ERRNO | EPERM)
/* Skips the next instruction unless the loaded word is (or, for BITS, shares a bit with) k. */
#define UNLESS_EQUAL(k)        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), 0, 1)
#define UNLESS_BITS(k)         BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (k), 0, 1)
#define DENY(number)           UNLESS_EQUAL(number), RETURN(REFUSED)
#define SKIP_UNLESS(number, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, (n))
/* The low half of the first argument: processors here are little-endian. */
#define DENY_UNLESS_FIRST_IS(number, value)                                                        \
    SKIP_UNLESS(number, 4), LOAD(args[0]), UNLESS_EQUAL(value), RETURN(SECCOMP_RET_ALLOW),         \
        RETURN(REFUSED)
#define DENY_IF_FIRST_IS(number, value)                                                            \
    SKIP_UNLESS(number, 4), LOAD(args[0]), UNLESS_EQUAL(value), RETURN(REFUSED),                   \
        RETURN(SECCOMP_RET_ALLOW)
#define REFUSE(value) UNLESS_EQUAL(value), RETURN(REFUSED)
/* Replaced by the worker's own process id before the filter is applied. */
#define OWN_PID       0x7fffffffu

static const struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCH, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#if defined(__x86_64__)
    /* The x32 table repeats every call under other numbers. */
    UNLESS_BITS(0x40000000),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    DENY(SYS_fork),
    DENY(SYS_vfork),
    DENY(SYS_chmod),
    DENY(SYS_chown),
    DENY(SYS_lchown),
    DENY(SYS_utime),
    DENY(SYS_utimes),
    DENY(SYS_futimesat),
    DENY(SYS_inotify_init),
    DENY(SYS_iopl),
    DENY(SYS_ioperm),
    DENY(SYS_modify_ldt),
#endif
    /* What Landlock leaves open: modes, owners, times, and before ABI 3 truncation. */
    DENY(SYS_fchmod),
    DENY(SYS_fchmodat),
    DENY(SYS_fchown),
    DENY(SYS_fchownat),
    DENY(SYS_setxattr),
    DENY(SYS_lsetxattr),
    DENY(SYS_fsetxattr),
    DENY(SYS_utimensat),
    DENY(SYS_truncate),
    DENY(SYS_ftruncate),
    /* Other processes, the host before all. */
    DENY_UNLESS_FIRST_IS(SYS_kill, OWN_PID),
    DENY_UNLESS_FIRST_IS(SYS_tgkill, OWN_PID),
    DENY_UNLESS_FIRST_IS(SYS_prlimit64, 0),
    DENY_IF_FIRST_IS(SYS_prctl, PR_SET_PDEATHSIG),
    DENY(SYS_tkill),
    DENY(SYS_rt_sigqueueinfo),
    DENY(SYS_rt_tgsigqueueinfo),
    DENY(SYS_pidfd_open),
    DENY(SYS_pidfd_send_signal),
    DENY(SYS_pidfd_getfd),
    DENY(SYS_ioprio_set),
    DENY(SYS_migrate_pages),
    DENY(SYS_move_pages),
    DENY(SYS_kcmp),
    DENY_UNLESS_FIRST_IS(SYS_sched_setaffinity, 0),
    /* Signals that a descriptor sends to its owner, and leases that hold others up. */
    SKIP_UNLESS(SYS_fcntl, 10),
    LOAD(args[1]),
    REFUSE(F_SETOWN),
    REFUSE(F_SETOWN_EX),
    REFUSE(F_SETSIG),
    REFUSE(F_SETLEASE),
    RETURN(SECCOMP_RET_ALLOW),
    SKIP_UNLESS(SYS_ioctl, 8),
    LOAD(args[1]),
    REFUSE(FIOSETOWN),
    REFUSE(SIOCSPGRP),
    REFUSE(TIOCSTI),
    RETURN(SECCOMP_RET_ALLOW),
    DENY(SYS_setpriority),
    DENY(SYS_sched_setscheduler),
    DENY(SYS_sched_setparam),
    DENY(SYS_sched_setattr),
    UNLESS_EQUAL(SYS_clone3),
    RETURN(SECCOMP_RET_ERRNO | ENOSYS),
    DENY(SYS_execve),
    DENY(SYS_execveat),
    DENY(SYS_setsid),
    DENY(SYS_setpgid),
    DENY(SYS_socket),
    DENY(SYS_socketpair),
    /* Descriptors come from the host, over the channel, and go nowhere. */
    DENY_UNLESS_FIRST_IS(SYS_recvmsg, WRT_WIRE_WORKER_FD),
    DENY(SYS_recvmmsg),
    DENY(SYS_sendmsg),
    DENY(SYS_sendmmsg),
    DENY(SYS_ptrace),
    DENY(SYS_process_vm_readv),
    DENY(SYS_process_vm_writev),
    DENY(SYS_io_uring_setup),
    DENY(SYS_bpf),
    DENY(SYS_perf_event_open),
    DENY(SYS_userfaultfd),
    DENY(SYS_keyctl),
    DENY(SYS_add_key),
    DENY(SYS_request_key),
    DENY(SYS_mount),
    DENY(SYS_umount2),
    DENY(SYS_move_mount),
    DENY(SYS_open_tree),
    DENY(SYS_fsopen),
    DENY(SYS_fspick),
    DENY(SYS_pivot_root),
    DENY(SYS_chroot),
    /* Files by number instead of path, and news of others' files. */
    DENY(SYS_name_to_handle_at),
    DENY(SYS_open_by_handle_at),
    DENY(SYS_inotify_init1),
    DENY(SYS_fanotify_init),
    /* The machine itself, for a host that runs as root. */
    DENY(SYS_reboot),
    DENY(SYS_kexec_load),
    DENY(SYS_init_module),
    DENY(SYS_finit_module),
    DENY(SYS_delete_module),
    DENY(SYS_swapon),
    DENY(SYS_swapoff),
    DENY(SYS_acct),
    DENY(SYS_syslog),
    DENY(SYS_quotactl),
    DENY(SYS_sethostname),
    DENY(SYS_setdomainname),
    DENY(SYS_settimeofday),
    DENY(SYS_clock_settime),
    DENY(SYS_clock_adjtime),
    DENY(SYS_adjtimex),
    DENY(SYS_unshare),
    DENY(SYS_setns),
    DENY(SYS_memfd_create),
    DENY(SYS_shmget),
    DENY(SYS_msgget),
    DENY(SYS_semget),
    DENY(SYS_mq_open),
    UNLESS_EQUAL(SYS_clone),
    BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
    RETURN(SECCOMP_RET_ALLOW),
    LOAD(args[0]), /* low half on little-endian machines, which both processors here are */
    UNLESS_BITS(CLONE_THREAD),
    RETURN(SECCOMP_RET_ALLOW),
    RETURN(REFUSED),
};

bool wrt_sandbox_has_filter(void) {
    unsigned action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

wrt_status wrt_sandbox_restrict_calls(wrt_err *err) {
    struct sock_filter copy[sizeof filter / sizeof filter[0]];
    memcpy(copy, filter, sizeof filter);
    for (size_t i = 0; i < sizeof copy / sizeof copy[0]; i++)
        if (copy[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && copy[i].k == OWN_PID)
            copy[i].k = (unsigned)getpid();
    struct sock_fprog program = {.len = (unsigned short)(sizeof filter / sizeof filter[0]),
                                 .filter = copy};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0)
        return WRT_OK;
    if (errno == EINVAL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this kernel has no system call filters");
    return wrt_fail(err, WRT_E_FAILED, "cannot apply the system call filter: %s", strerror(errno));
}

#endif
