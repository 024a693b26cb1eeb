/* llama_server.h: a real llama-server for one test: started, awaited, asked, stopped.
 *
 * It listens on a free port of 127.0.0.1, runs in a process group of its own with a bare
 * environment, and is killed by the kernel when the thread that started it ends. */
#ifndef WRT_TESTS_LLAMA_SERVER_H
#define WRT_TESTS_LLAMA_SERVER_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/types.h>

enum { TEST_LLAMA_SERVER_EXTRA_MAX = 32, TEST_LLAMA_SERVER_TEXT_MAX = 48 };

typedef struct {
    pid_t pid; /* also its process group; 0 when it does not run */
    int port;
    int reservation;                           /* a socket that keeps others off the port */
    char base_url[TEST_LLAMA_SERVER_TEXT_MAX]; /* "http://127.0.0.1:PORT", no slash at the end */
    char folder[TEST_LLAMA_SERVER_TEXT_MAX];   /* its home, with output.txt: all that it printed */
} test_llama_server;

/* The program: the environment variable WARRANT_LLAMA_SERVER, or what CMake's variable of that name
 * says; NULL when there is no such file. Borrowed. */
const char *test_llama_server_path(void);

/* Ends the running cmocka test when there is no program: skipped with a message that says how to
 * get one, failed when CI=true. */
void test_llama_server_need(void);

/* Starts the server for a GGUF file, with one thread, and waits until /health says 200, at most
 * 120 s. `extra` is a NULL-terminated list of at most TEST_LLAMA_SERVER_EXTRA_MAX further arguments
 * (later ones win over ours), or NULL. WRT_E_FAILED with the last words of its output when it ends
 * early, whose whole tail goes to stderr; WRT_E_TIMEOUT. On failure nothing is left running. */
wrt_status test_llama_server_start(test_llama_server *out, const char *model,
                                   const char *const *extra, wrt_err *err);

/* SIGTERM, after 5 s SIGKILL, to the whole group; waits and removes the folder. Gives what waitpid
 * said; 0 for a server that does not run. */
int test_llama_server_stop(test_llama_server *server);

/* One request on a connection of its own: GET, or POST when there is a JSON text. Appends the body
 * (unless NULL) and gives the HTTP status; 0 when no whole answer came within 60 s, or it came in
 * chunks. */
int test_llama_server_ask(wrt_buf *body, const test_llama_server *server, const char *path,
                          const char *json);

#endif
