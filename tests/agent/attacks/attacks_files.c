/* attacks_files.c: attacks on files: by path, by a descriptor that was given, by outputs; and on
 * the network through the host. */
#include "attack.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

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

/* ---- the tools */

#define EACH(DO)                                                                                   \
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
    DO(twin_http)

PLUGIN("attacks_files", EACH)
