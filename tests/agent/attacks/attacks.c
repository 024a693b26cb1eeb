/* attacks.c: a plugin that attacks its host, one tool per way, and a benign twin of each kind that
 * does what a tool may do. An attack answers {"errno":n}: 0 when it did what it set out to do, so
 * that a sandbox which lets it through fails the test. Twins answer 0 when all went well.
 *
 * The arguments tell where things lie: "root" a folder of the test, "pid" the host. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/reboot.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <warrant/plugin.h>

enum { CHANNEL = 3, PATH_ROOM = 400 };

typedef struct {
    const wrt_host *host;
    const char *root;
    pid_t pid;
} context;

#define ATTACK(id) static int atk_##id(const context *c)
#define TWIN(id)   static int twin_##id(const context *c)

/* The attack is one expression that gives -1 when it is refused. */
#define TRIES(id, expression)                                                                      \
    ATTACK(id) {                                                                                   \
        (void)c;                                                                                   \
        errno = 0;                                                                                 \
        return (expression) < 0 ? errno : 0;                                                       \
    }

/* A path below the test's folder; one at a time. */
static const char *at(const context *c, const char *name) {
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", c->root, name);
    return path;
}

static const char *of_host(const context *c, const char *name) {
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)c->pid, name);
    return path;
}

/* -1, or 0 with the file closed again. */
static int opens(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static int closes(int fd) {
    return fd < 0 ? -1 : close(fd);
}

/* The file that the arguments name; -1 when there is none. */
static int given(const context *c) {
    wrt_host_file file = {.struct_size = sizeof file};
    return c->host->open_file(c->host->ctx, "data", &file) == 0 ? file.fd : -1;
}

static int output(const context *c, const char *name) {
    int fd = -1;
    return c->host->create_output(c->host->ctx, name, &fd, NULL) == 0 ? fd : -1;
}

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

/* ---- files by path */

TRIES(create, opens(at(c, "outside/new"), O_WRONLY | O_CREAT))
TRIES(create_at_home, opens(at(c, "home/new"), O_WRONLY | O_CREAT))
TRIES(create_in_tmp, opens("/tmp/warrant-attack", O_WRONLY | O_CREAT))
TRIES(create_unnamed, opens(at(c, "outside"), O_WRONLY | O_TMPFILE))
TRIES(overwrite, opens(at(c, "outside/secret"), O_WRONLY | O_TRUNC))
TRIES(append_to_graph, opens(at(c, "home/kg.db"), O_WRONLY | O_APPEND))
TRIES(truncate, truncate(at(c, "outside/secret"), 0))
TRIES(make_folder, mkdir(at(c, "outside/folder"), 0700))
TRIES(remove, unlink(at(c, "outside/secret")))
TRIES(remove_graph, unlink(at(c, "home/kg.db")))
TRIES(remove_folder, rmdir(at(c, "outside/empty")))
TRIES(symbolic_link, symlink("/etc/passwd", at(c, "outside/link")))
TRIES(pipe, mkfifo(at(c, "outside/pipe"), 0600))
TRIES(device, mknod(at(c, "outside/device"), S_IFCHR | 0600, 0x0103))
TRIES(mode, chmod(at(c, "outside/secret"), 0666))
TRIES(owner, chown(at(c, "outside/secret"), 1, 1))
TRIES(times, utimensat(AT_FDCWD, at(c, "outside/secret"), NULL, 0))
TRIES(attribute, setxattr(at(c, "outside/secret"), "user.x", "y", 1, 0))

ATTACK(move) {
    char from[PATH_ROOM];
    snprintf(from, sizeof from, "%s", at(c, "outside/secret"));
    return rename(from, at(c, "outside/moved")) < 0 ? errno : 0;
}

ATTACK(hard_link) {
    char from[PATH_ROOM];
    snprintf(from, sizeof from, "%s", at(c, "outside/secret"));
    return link(from, at(c, "outside/linked")) < 0 ? errno : 0;
}

TRIES(read_secret, opens(at(c, "outside/secret"), O_RDONLY))
TRIES(read_key, opens(at(c, "home/keys/ledger.key"), O_RDONLY))
TRIES(read_journal, opens(at(c, "home/runs.db"), O_RDONLY))
TRIES(read_passwords, opens("/etc/shadow", O_RDONLY))
TRIES(list_folder, opens(at(c, "outside"), O_RDONLY | O_DIRECTORY))
TRIES(list_root, opens("/", O_RDONLY | O_DIRECTORY))

ATTACK(read_through_root) {
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "/proc/self/root%s", at(c, "outside/secret"));
    return opens(path, O_RDONLY) < 0 ? errno : 0;
}

ATTACK(read_by_handle) {
    struct {
        struct file_handle head;
        char room[128];
    } handle = {.head = {.handle_bytes = 128}};
    int mount_id = 0;
    if (name_to_handle_at(AT_FDCWD, at(c, "outside/secret"), &handle.head, &mount_id, 0) < 0)
        return errno;
    return closes(open_by_handle_at(AT_FDCWD, &handle.head, O_RDONLY)) < 0 ? errno : 0;
}

TRIES(watch, closes((int)syscall(SYS_inotify_init1, 0)))

/* The graph that the host opened to the tool, and the file of the arguments. */
TWIN(read) {
    char byte = 0;
    const char *kg = c->host->file(c->host->ctx, "kg");
    int fd = given(c), graph = kg != NULL ? open(kg, O_RDONLY | O_CLOEXEC) : -1;
    int wrong = fd < 0 || read(fd, &byte, 1) != 1 || byte != 'a' || graph < 0;
    closes(fd);
    closes(graph);
    return wrong;
}

TWIN(write) {
    int fd = output(c, "table.csv");
    int wrong = fd < 0 || write(fd, "abc", 3) != 3;
    closes(fd);
    return wrong;
}

/* ---- the descriptor of a file that the arguments name */

TRIES(given_write, write(given(c), "x", 1))
TRIES(given_truncate, ftruncate(given(c), 0))
TRIES(given_mode, fchmod(given(c), 0666))
TRIES(given_owner, fchown(given(c), 1, 1))
TRIES(given_times, futimens(given(c), NULL))
TRIES(given_allocate, fallocate(given(c), 0, 0, 4096))
TRIES(given_lease, fcntl(given(c), F_SETLEASE, F_RDLCK))
TRIES(given_climb, closes(openat(given(c), "../outside/secret", O_RDONLY)))

ATTACK(given_map) {
    void *map = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, given(c), 0);
    return map == MAP_FAILED ? errno : 0;
}

/* Again, for writing, through the process's own list of descriptors. */
ATTACK(given_reopen) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", given(c));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    return fd < 0 || write(fd, "x", 1) < 0 ? errno : 0;
}

/* ---- outputs */

static int refused_name(const context *c, const char *name) {
    int fd = -1;
    return c->host->create_output(c->host->ctx, name, &fd, NULL);
}

ATTACK(output_climb) {
    return refused_name(c, "../../outside/new");
}
ATTACK(output_absolute) {
    return refused_name(c, "/tmp/warrant-attack");
}
ATTACK(output_key) {
    return refused_name(c, "../keys/ledger.key");
}
ATTACK(output_hidden) {
    return refused_name(c, ".part-0");
}
ATTACK(output_line) {
    return refused_name(c, "a\nb");
}

TRIES(output_mode, fchmod(output(c, "x"), 04777))
TRIES(output_link, linkat(output(c, "x"), "", AT_FDCWD, at(c, "outside/linked"), AT_EMPTY_PATH))
TRIES(output_size, pwrite(output(c, "x"), "x", 1, (off_t)256 << 20))

ATTACK(output_read) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", output(c, "x"));
    return opens(path, O_RDONLY) < 0 ? errno : 0;
}

static int kept = -1; /* a descriptor of an earlier call */

static void *write_on(void *nothing) {
    for (;;)
        (void)!write(kept, "later", 5);
    return nothing;
}

/* Goes on writing when the call is over; the test looks at the file. */
TWIN(write_on) {
    pthread_t thread;
    kept = output(c, "table.csv");
    return kept < 0 || write(kept, "abc", 3) != 3 ||
           pthread_create(&thread, NULL, write_on, NULL) != 0;
}

/* Keeps the file of the arguments, and gives the size that it has in a later call. */
TWIN(keep) {
    int fd = given(c);
    struct stat info = {0};
    if (kept < 0)
        kept = dup(fd);
    return fstat(kept, &info) == 0 ? (int)info.st_size : -1;
}

/* ---- the network */

TRIES(socket, closes(socket(AF_INET, SOCK_STREAM, 0)))
TRIES(socket_datagram, closes(socket(AF_INET6, SOCK_DGRAM, 0)))
TRIES(socket_local, closes(socket(AF_UNIX, SOCK_STREAM, 0)))
TRIES(socket_kernel, closes(socket(AF_NETLINK, SOCK_RAW, 0)))
TRIES(socket_packet, closes(socket(AF_PACKET, SOCK_RAW, 0)))

ATTACK(socket_pair) {
    int pair[2];
    (void)c;
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ? errno : 0;
}

ATTACK(ring) {
    char parameters[200] = {0};
    (void)c;
    return closes((int)syscall(SYS_io_uring_setup, 4, parameters)) < 0 ? errno : 0;
}

static int sends(const context *c, const char *url) {
    wrt_host_request request = {.struct_size = sizeof request, .method = "GET", .url = url};
    wrt_host_response response = {.struct_size = sizeof response};
    return c->host->http(c->host->ctx, &request, &response);
}

ATTACK(http_elsewhere) {
    return sends(c, "https://elsewhere.example.org/");
}
ATTACK(http_climb) {
    return sends(c, "https://data.example.org/api/%2e%2e/other");
}
ATTACK(http_file) {
    return sends(c, "file:///etc/passwd");
}
ATTACK(http_user) {
    return sends(c, "https://data.example.org@elsewhere.example.org/api/");
}
TWIN(http) {
    return sends(c, "https://data.example.org/api/find");
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

static int give(const wrt_host *host, const char **result, int number) {
    char *text = host->alloc(host->ctx, 100);
    if (text == NULL)
        return 1;
    snprintf(text, 100, "{\"status\":\"ok\",\"data\":{\"errno\":%d}}", number);
    *result = text;
    return 0;
}

static context context_of(const wrt_host *host) {
    context c = {.host = host, .root = "/nonexistent"};
    double pid = 0;
    host->arg_text(host->ctx, "root", &c.root);
    host->arg_number(host->ctx, "pid", &pid);
    c.pid = (pid_t)pid;
    return c;
}

#define ARGS                                                                                       \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"root\":{\"type\":"      \
    "\"string\"},\"pid\":{\"type\":\"integer\"},\"data\":{\"type\":\"string\",\"format\":"         \
    "\"file\"}}}"

static const char *const destinations[] = {"https://data.example.org/api/"};

#define TOOL(word)                                                                                 \
    static int run_##word(const wrt_host *host, const char *args, size_t len,                      \
                          const char **result) {                                                   \
        context c = context_of(host);                                                              \
        (void)args, (void)len;                                                                     \
        return give(host, result, word(&c));                                                       \
    }                                                                                              \
    static const wrt_tool tool_##word = {.struct_size = sizeof(wrt_tool),                          \
                                         .flags = WRT_TOOL_READS_KG | WRT_TOOL_WRITES |            \
                                                  WRT_TOOL_NETWORK,                                \
                                         .name = #word,                                            \
                                         .summary = "Attacks.",                                    \
                                         .args_schema = ARGS,                                      \
                                         .data_schema = "{\"type\":\"object\"}",                   \
                                         .run = run_##word,                                        \
                                         .destinations = destinations,                             \
                                         .n_destinations = 1};

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
    DO(atk_create)                                                                                 \
    DO(atk_create_at_home)                                                                         \
    DO(atk_create_in_tmp)                                                                          \
    DO(atk_create_unnamed)                                                                         \
    DO(atk_overwrite)                                                                              \
    DO(atk_append_to_graph)                                                                        \
    DO(atk_truncate)                                                                               \
    DO(atk_make_folder)                                                                            \
    DO(atk_remove)                                                                                 \
    DO(atk_remove_graph)                                                                           \
    DO(atk_remove_folder)                                                                          \
    DO(atk_symbolic_link)                                                                          \
    DO(atk_pipe)                                                                                   \
    DO(atk_device)                                                                                 \
    DO(atk_mode)                                                                                   \
    DO(atk_owner)                                                                                  \
    DO(atk_times)                                                                                  \
    DO(atk_attribute)                                                                              \
    DO(atk_move)                                                                                   \
    DO(atk_hard_link)                                                                              \
    DO(atk_read_secret)                                                                            \
    DO(atk_read_key)                                                                               \
    DO(atk_read_journal)                                                                           \
    DO(atk_read_passwords)                                                                         \
    DO(atk_list_folder)                                                                            \
    DO(atk_list_root)                                                                              \
    DO(atk_read_through_root)                                                                      \
    DO(atk_read_by_handle)                                                                         \
    DO(atk_watch)                                                                                  \
    DO(twin_read)                                                                                  \
    DO(twin_write)                                                                                 \
    DO(atk_given_write)                                                                            \
    DO(atk_given_truncate)                                                                         \
    DO(atk_given_mode)                                                                             \
    DO(atk_given_owner)                                                                            \
    DO(atk_given_times)                                                                            \
    DO(atk_given_allocate)                                                                         \
    DO(atk_given_lease)                                                                            \
    DO(atk_given_climb)                                                                            \
    DO(atk_given_map)                                                                              \
    DO(atk_given_reopen)                                                                           \
    DO(atk_output_climb)                                                                           \
    DO(atk_output_absolute)                                                                        \
    DO(atk_output_key)                                                                             \
    DO(atk_output_hidden)                                                                          \
    DO(atk_output_line)                                                                            \
    DO(atk_output_mode)                                                                            \
    DO(atk_output_link)                                                                            \
    DO(atk_output_size)                                                                            \
    DO(atk_output_read)                                                                            \
    DO(twin_write_on)                                                                              \
    DO(twin_keep)                                                                                  \
    DO(atk_socket)                                                                                 \
    DO(atk_socket_datagram)                                                                        \
    DO(atk_socket_local)                                                                           \
    DO(atk_socket_kernel)                                                                          \
    DO(atk_socket_packet)                                                                          \
    DO(atk_socket_pair)                                                                            \
    DO(atk_ring)                                                                                   \
    DO(atk_http_elsewhere)                                                                         \
    DO(atk_http_climb)                                                                             \
    DO(atk_http_file)                                                                              \
    DO(atk_http_user)                                                                              \
    DO(twin_http)                                                                                  \
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
    DO(atk_answer_other_call)                                                                      \
    DO(atk_answer_garbage)                                                                         \
    DO(atk_answer_cut)                                                                             \
    DO(atk_answer_giant)                                                                           \
    DO(atk_answer_half)                                                                            \
    DO(atk_answer_never_ending)                                                                    \
    DO(atk_close_channel)                                                                          \
    DO(atk_shut_channel)                                                                           \
    DO(atk_replace_channel)                                                                        \
    DO(atk_log_flood)                                                                              \
    DO(atk_leave)                                                                                  \
    DO(atk_send_descriptor)                                                                        \
    DO(atk_receive_elsewhere)                                                                      \
    DO(twin_log)

EACH(TOOL)

#define POINTER(word) &tool_##word,

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {EACH(POINTER)};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "attacks",
                                      .version = "0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
