/* attacks_system.c: attacks on the machine: processes, resources, devices, the host and other
 * processes, the kernel, the channel between worker and host. */
#include "attack.h"

#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/reboot.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { CHANNEL = 3 };

/* ---- processes */

static long ends_in_child(long pid) {
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid((pid_t)pid, NULL, 0);
    return pid;
}

TRIES(fork, ends_in_child(fork()))
TRIES(clone, ends_in_child(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)))
TRIES(clone_parent, ends_in_child(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0)))

ATTACK(clone3) {
    uint64_t request[11] = {0};
    (void)c;
    request[4] = SIGCHLD;
    return ends_in_child(syscall(SYS_clone3, request, sizeof request)) < 0 ? errno : 0;
}

ATTACK(fork_bomb) {
    (void)c;
    int reason = 0;
    for (int i = 0; i < 10000; i++) {
        if (ends_in_child(fork()) >= 0)
            return 0;
        reason = errno;
    }
    return reason;
}

ATTACK(exec) {
    char name[] = "/bin/sh", option[] = "-c", command[] = "exit 0";
    char *argv[] = {name, option, command, NULL};
    (void)c;
    execv(name, argv);
    return errno;
}

ATTACK(exec_descriptor) {
    char name[] = "sh";
    char *argv[] = {name, NULL}, *env[] = {NULL};
    (void)c;
    int fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
    fexecve(fd, argv, env);
    int reason = errno;
    closes(fd);
    return reason;
}

TRIES(session, setsid())
TRIES(group, setpgid(0, c->pid))

static void *add_up(void *sum) {
    for (int i = 1; i <= 100; i++)
        *(int *)sum += i;
    return NULL;
}

TWIN(thread) {
    pthread_t thread;
    int sum = 0;
    (void)c;
    if (pthread_create(&thread, NULL, add_up, &sum) != 0 || pthread_join(thread, NULL) != 0)
        return 1;
    return sum == 5050 ? 0 : 1;
}

/* ---- resources */

static void *sleep_long(void *nothing) {
    for (;;)
        sleep(1000);
    return nothing;
}

ATTACK(thread_bomb) {
    pthread_attr_t small;
    pthread_t thread;
    (void)c;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    for (int i = 0; i < 300; i++)
        pthread_create(&thread, &small, sleep_long, NULL);
    sleep_long(NULL);
    return 0;
}

ATTACK(memory_bomb) {
    (void)c;
    for (;;) {
        volatile char *block = malloc((size_t)64 << 20);
        if (block == NULL)
            abort();
        block[0] = 1; /* enough for a limit of address space, and kind to the machine */
    }
    return 0;
}

ATTACK(address_space) {
    (void)c;
    void *room = mmap(NULL, (size_t)1 << 40, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return room == MAP_FAILED ? errno : 0;
}

static int raise_limit(const context *c, unsigned resource) {
    struct rlimit limit;
    (void)c;
    if (getrlimit(resource, &limit) != 0)
        return errno;
    if (limit.rlim_max == RLIM_INFINITY)
        return EPERM; /* under a sanitizer there is no limit to raise */
    limit.rlim_cur = limit.rlim_max = limit.rlim_max + 1;
    return setrlimit(resource, &limit) < 0 ? errno : 0;
}

ATTACK(raise_memory) {
    return raise_limit(c, RLIMIT_AS);
}
ATTACK(raise_file_size) {
    return raise_limit(c, RLIMIT_FSIZE);
}
ATTACK(raise_files) {
    return raise_limit(c, RLIMIT_NOFILE);
}

/* As deep as the stack goes; the compiler must not make a loop of it. */
static int deeper(volatile int *above) {
    volatile int here[256] = {0};
    here[0] = above != NULL ? above[0] + 1 : 1;
    if (here[0] < 0)
        return 0;
    return deeper(here) + here[0];
}

ATTACK(stack) {
    (void)c;
    return deeper(NULL);
}

ATTACK(loop) {
    volatile int i = 0;
    (void)c;
    for (;;)
        i = i + 1;
    return i;
}

ATTACK(deaf_to_signals) {
    (void)c;
    for (int i = 1; i < 64; i++)
        signal(i, SIG_IGN);
    sleep_long(NULL);
    return 0;
}

TWIN(memory) {
    size_t size = (size_t)64 << 20;
    (void)c;
    volatile char *block = malloc(size);
    for (size_t i = 0; block != NULL && i < size; i += 4096)
        block[i] = 1;
    int wrong = block == NULL || block[4096] != 1;
    free((void *)block);
    return wrong;
}

TWIN(time) {
    struct timespec now;
    struct rlimit limit;
    (void)c;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return errno;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && !c->host->is_cancelled(c->host->ctx) ? 0 : 1;
}

/* ---- devices */

TRIES(device_memory, opens("/dev/mem", O_RDONLY))
TRIES(device_log, opens("/dev/kmsg", O_RDONLY))
TRIES(device_terminal, opens("/dev/tty", O_RDWR))
TRIES(device_new_terminal, opens("/dev/ptmx", O_RDWR))
TRIES(device_null, opens("/dev/null", O_WRONLY))
TRIES(shared_memory, opens("/dev/shm/warrant-attack", O_RDWR | O_CREAT))
TRIES(type_into_terminal, ioctl(0, TIOCSTI, "x"))

TWIN(device) {
    unsigned char bytes[16] = {0};
    (void)c;
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    int wrong = fd < 0 || read(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes;
    closes(fd);
    return wrong;
}

/* ---- other processes, the host before all */

TRIES(signal_host, kill(c->pid, SIGTERM))
TRIES(signal_probe, kill(c->pid, 0))
TRIES(signal_all, kill(-1, SIGCONT))
TRIES(signal_thread, syscall(SYS_tgkill, c->pid, c->pid, SIGTERM))
TRIES(signal_any_thread, syscall(SYS_tkill, c->pid, SIGTERM))
TRIES(signal_descriptor, syscall(SYS_pidfd_open, c->pid, 0))
TRIES(signal_by_owner, fcntl(CHANNEL, F_SETOWN, c->pid))
TRIES(signal_by_output, fcntl(1, F_SETSIG, SIGKILL))

ATTACK(signal_queue) {
    char info[128] = {0};
    return syscall(SYS_rt_sigqueueinfo, c->pid, SIGTERM, info) < 0 ? errno : 0;
}

ATTACK(signal_by_ioctl) {
    enum { SET_OWNER = 0x8901 };
    int pid = (int)c->pid;
    return ioctl(CHANNEL, SET_OWNER, &pid) < 0 ? errno : 0;
}

TRIES(trace, ptrace(PTRACE_ATTACH, c->pid, NULL, NULL))
TRIES(trace_me, ptrace(PTRACE_TRACEME, 0, NULL, NULL))

ATTACK(read_memory) {
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    return process_vm_readv(c->pid, &here, 1, &there, 1, 0) < 0 ? errno : 0;
}

TRIES(read_host_environment, opens(of_host(c, "environ"), O_RDONLY))
TRIES(read_host_memory, opens(of_host(c, "mem"), O_RDWR))
TRIES(read_host_map, opens(of_host(c, "maps"), O_RDONLY))
TRIES(read_first_process, opens("/proc/1/environ", O_RDONLY))
TRIES(list_processes, opens("/proc", O_RDONLY | O_DIRECTORY))
TRIES(kernel_setting, opens("/proc/sys/kernel/hostname", O_WRONLY))
TRIES(priority, setpriority(PRIO_PROCESS, (id_t)c->pid, 10))
TRIES(orphan, prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0))

ATTACK(limit_host) {
    struct rlimit limit = {1, 1};
    return prlimit(c->pid, RLIMIT_CPU, &limit, NULL) < 0 ? errno : 0;
}

ATTACK(schedule_host) {
    struct sched_param parameter = {0};
    return sched_setscheduler(c->pid, SCHED_OTHER, &parameter) < 0 ? errno : 0;
}

ATTACK(pin_host) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return errno;
    return sched_setaffinity(c->pid, sizeof set, &set) < 0 ? errno : 0;
}

TWIN(self) {
    char line[16];
    cpu_set_t set;
    (void)c;
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    int wrong = fd < 0 || read(fd, line, sizeof line) <= 0 || kill(getpid(), 0) != 0 ||
                sched_getaffinity(0, sizeof set, &set) != 0 ||
                sched_setaffinity(0, sizeof set, &set) != 0 || fcntl(1, F_GETFL) < 0;
    closes(fd);
    return wrong;
}

/* ---- the machine */

TRIES(reboot,
      syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, NULL))
TRIES(host_name, sethostname("warrant-attack", 14))
TRIES(mount, mount("none", at(c, "outside"), "tmpfs", 0, NULL))
TRIES(unshare, unshare(CLONE_NEWUSER))
TRIES(root_folder, chroot(at(c, "outside")))
TRIES(module, syscall(SYS_init_module, "", 0, ""))
TRIES(kernel_log, syscall(SYS_syslog, 3, at(c, ""), 10))
TRIES(kernel_program, syscall(SYS_bpf, 0, NULL, 0))
TRIES(performance, syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0))
TRIES(page_faults, closes((int)syscall(SYS_userfaultfd, 0)))
TRIES(keys, syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0))
TRIES(memory_file, closes(memfd_create("x", 0)))

ATTACK(clock) {
    struct timeval now;
    (void)c;
    if (gettimeofday(&now, NULL) != 0)
        return errno;
    return settimeofday(&now, NULL) < 0 ? errno : 0;
}

ATTACK(capabilities) {
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct caps[2] = {{0}};
    (void)c;
    caps[0].effective = caps[0].permitted = 1U << CAP_SYS_ADMIN;
    return syscall(SYS_capset, &head, caps) < 0 ? errno : 0;
}

/* ---- the channel */

static void put_frame(const char *text, size_t claimed) {
    unsigned char head[4];
    for (size_t i = 0; i < sizeof head; i++)
        head[i] = (unsigned char)(claimed >> (8 * i) & 0xFF);
    (void)!write(CHANNEL, head, sizeof head);
    (void)!write(CHANNEL, text, strlen(text));
}

#define SAYS(id, text, claimed)                                                                    \
    ATTACK(id) {                                                                                   \
        (void)c;                                                                                   \
        put_frame(text, claimed);                                                                  \
        return 0;                                                                                  \
    }

static const char forged[] = "{\"seq\":77,\"result\":{\"status\":\"ok\",\"data\":{\"errno\":0}}}";

SAYS(answer_other_call, forged, sizeof forged - 1)
SAYS(answer_garbage, "\x01\xff\xfe", 3)
SAYS(answer_cut, "{\"seq\":1,\"result\":", 18)
SAYS(answer_giant, "", (size_t)1 << 31)

ATTACK(answer_half) {
    (void)c;
    put_frame("{\"seq\":1,", 5000);
    _exit(0);
}

ATTACK(answer_never_ending) {
    (void)c;
    put_frame("{\"seq\":1,", 5000);
    sleep_long(NULL);
    return 0;
}

TRIES(close_channel, close(CHANNEL) + usleep(1))
TRIES(shut_channel, shutdown(CHANNEL, SHUT_RDWR))

ATTACK(replace_channel) {
    (void)c;
    return dup2(1, CHANNEL) < 0 ? errno : 0;
}

ATTACK(log_flood) {
    (void)c;
    for (int i = 0; i < 100000; i++)
        put_frame("{\"log\":[3,\"x\"]}", 15);
    return 0;
}

/* Leaves the plugin's code for the host's heart: the end of the process. */
ATTACK(leave) {
    (void)c;
    exit(0);
}

ATTACK(send_descriptor) {
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } rights = {.room = {0}};
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = rights.room,
                             .msg_controllen = sizeof rights.room};
    int fd = 1;
    (void)c;
    rights.head.cmsg_level = SOL_SOCKET;
    rights.head.cmsg_type = SCM_RIGHTS;
    rights.head.cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(&rights.head), &fd, sizeof fd);
    return sendmsg(CHANNEL, &message, 0) < 0 ? errno : 0;
}

ATTACK(receive_elsewhere) {
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    (void)c;
    return recvmsg(1, &message, MSG_DONTWAIT) < 0 ? errno : 0;
}

TWIN(log) {
    c->host->log(c->host->ctx, 3, "a line for the log");
    printf("a line for the log\n");
    return 0;
}

/* ---- the tools */

#define EACH(DO)                                                                                   \
    DO(atk_fork)                                                                                   \
    DO(atk_clone)                                                                                  \
    DO(atk_clone_parent)                                                                           \
    DO(atk_clone3)                                                                                 \
    DO(atk_fork_bomb)                                                                              \
    DO(atk_exec)                                                                                   \
    DO(atk_exec_descriptor)                                                                        \
    DO(atk_session)                                                                                \
    DO(atk_group)                                                                                  \
    DO(twin_thread)                                                                                \
    DO(atk_thread_bomb)                                                                            \
    DO(atk_memory_bomb)                                                                            \
    DO(atk_address_space)                                                                          \
    DO(atk_raise_memory)                                                                           \
    DO(atk_raise_file_size)                                                                        \
    DO(atk_raise_files)                                                                            \
    DO(atk_stack)                                                                                  \
    DO(atk_loop)                                                                                   \
    DO(atk_deaf_to_signals)                                                                        \
    DO(twin_memory)                                                                                \
    DO(twin_time)                                                                                  \
    DO(atk_device_memory)                                                                          \
    DO(atk_device_log)                                                                             \
    DO(atk_device_terminal)                                                                        \
    DO(atk_device_new_terminal)                                                                    \
    DO(atk_device_null)                                                                            \
    DO(atk_shared_memory)                                                                          \
    DO(atk_type_into_terminal)                                                                     \
    DO(twin_device)                                                                                \
    DO(atk_signal_host)                                                                            \
    DO(atk_signal_probe)                                                                           \
    DO(atk_signal_all)                                                                             \
    DO(atk_signal_thread)                                                                          \
    DO(atk_signal_any_thread)                                                                      \
    DO(atk_signal_descriptor)                                                                      \
    DO(atk_signal_by_owner)                                                                        \
    DO(atk_signal_by_output)                                                                       \
    DO(atk_signal_queue)                                                                           \
    DO(atk_signal_by_ioctl)                                                                        \
    DO(atk_trace)                                                                                  \
    DO(atk_trace_me)                                                                               \
    DO(atk_read_memory)                                                                            \
    DO(atk_read_host_environment)                                                                  \
    DO(atk_read_host_memory)                                                                       \
    DO(atk_read_host_map)                                                                          \
    DO(atk_read_first_process)                                                                     \
    DO(atk_list_processes)                                                                         \
    DO(atk_kernel_setting)                                                                         \
    DO(atk_priority)                                                                               \
    DO(atk_orphan)                                                                                 \
    DO(atk_limit_host)                                                                             \
    DO(atk_schedule_host)                                                                          \
    DO(atk_pin_host)                                                                               \
    DO(twin_self)                                                                                  \
    DO(atk_reboot)                                                                                 \
    DO(atk_host_name)                                                                              \
    DO(atk_mount)                                                                                  \
    DO(atk_unshare)                                                                                \
    DO(atk_root_folder)                                                                            \
    DO(atk_module)                                                                                 \
    DO(atk_kernel_log)                                                                             \
    DO(atk_kernel_program)                                                                         \
    DO(atk_performance)                                                                            \
    DO(atk_page_faults)                                                                            \
    DO(atk_keys)                                                                                   \
    DO(atk_memory_file)                                                                            \
    DO(atk_clock)                                                                                  \
    DO(atk_capabilities)                                                                           \
    DO(atk_answer_half)                                                                            \
    DO(atk_answer_never_ending)                                                                    \
    DO(atk_answer_other_call)                                                                      \
    DO(atk_answer_garbage)                                                                         \
    DO(atk_answer_cut)                                                                             \
    DO(atk_answer_giant)                                                                           \
    DO(atk_close_channel)                                                                          \
    DO(atk_shut_channel)                                                                           \
    DO(atk_replace_channel)                                                                        \
    DO(atk_log_flood)                                                                              \
    DO(atk_leave)                                                                                  \
    DO(atk_send_descriptor)                                                                        \
    DO(atk_receive_elsewhere)                                                                      \
    DO(twin_log)

PLUGIN("attacks_system", EACH)
