/* test_http_tls.c: who is trusted over https. The other end is "openssl s_server" with a
 * certificate made for 127.0.0.1 and signed by nobody; the tool comes with the package
 * ca-certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/http.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct {
    char folder[32], certificate[48], key[48];
    pid_t pid;
    int output; /* what the server prints; open as long as it runs */
    unsigned port;
} tls_server;

/* Starts openssl; *out reads what it prints, NULL for nowhere. -1 when there is no such tool. */
static pid_t start_openssl(char *const arguments[], int *out) {
    int ends[2] = {-1, -1};
    pid_t pid = -1;
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (out != NULL) {
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        (void)posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    }
    if (posix_spawnp(&pid, "openssl", &actions, NULL, arguments, environ) != 0)
        pid = -1;
    (void)posix_spawn_file_actions_destroy(&actions);
    if (out != NULL) {
        (void)close(ends[1]);
        *out = ends[0];
    }
    return pid;
}

static bool make_certificate(tls_server *self) {
    char *arguments[] = {"openssl",
                         "req",
                         "-x509",
                         "-newkey",
                         "ec",
                         "-pkeyopt",
                         "ec_paramgen_curve:P-256",
                         "-nodes",
                         "-subj",
                         "/CN=test",
                         "-addext",
                         "subjectAltName=IP:127.0.0.1",
                         "-days",
                         "2",
                         "-keyout",
                         self->key,
                         "-out",
                         self->certificate,
                         NULL};
    pid_t pid = start_openssl(arguments, NULL);
    int how = -1;
    return pid > 0 && waitpid(pid, &how, 0) == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

/* The port in "ACCEPT 127.0.0.1:PORT"; 0 when nothing of the kind comes within ten seconds. */
static unsigned read_port(int from) {
    char text[1024] = "";
    size_t len = 0;
    struct pollfd polled = {.fd = from, .events = POLLIN};
    while (len < sizeof text - 1 && poll(&polled, 1, 10000) == 1) {
        ssize_t got = read(from, text + len, sizeof text - 1 - len);
        if (got <= 0)
            return 0;
        len += (size_t)got;
        text[len] = '\0';
        const char *at = strstr(text, "ACCEPT 127.0.0.1:");
        if (at != NULL && strchr(at, '\n') != NULL)
            return (unsigned)strtoul(at + strlen("ACCEPT 127.0.0.1:"), NULL, 10);
    }
    return 0;
}

static int start_server(void **state) {
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY",    "all_proxy",
                                        "ALL_PROXY",   "CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unsetenv(names[i]);
    static tls_server self;
    *state = &self;
    memcpy(self.folder, "/tmp/warrant-tls-XXXXXX", sizeof "/tmp/warrant-tls-XXXXXX");
    if (mkdtemp(self.folder) == NULL)
        return -1;
    (void)snprintf(self.certificate, sizeof self.certificate, "%s/c.pem", self.folder);
    (void)snprintf(self.key, sizeof self.key, "%s/k.pem", self.folder);
    if (!make_certificate(&self)) {
        (void)fprintf(stderr, "SKIPPED: no openssl tool that makes a certificate\n");
        return 0;
    }
    char *arguments[] = {"openssl", "s_server",       "-accept", "127.0.0.1:0", "-www",
                         "-cert",   self.certificate, "-key",    self.key,      NULL};
    self.pid = start_openssl(arguments, &self.output);
    self.port = self.pid > 0 ? read_port(self.output) : 0;
    return self.port > 0 ? 0 : -1;
}

static int stop_server(void **state) {
    tls_server *self = *state;
    if (self->pid > 0) {
        (void)kill(self->pid, SIGKILL);
        (void)waitpid(self->pid, NULL, 0);
        (void)close(self->output);
    }
    (void)unlink(self->certificate);
    (void)unlink(self->key);
    (void)rmdir(self->folder);
    return 0;
}

/* One request to host, whose answer or error is compared. */
static void assert_answer(const tls_server *self, const char *host, wrt_status expected,
                          const char *says) {
    if (self->port == 0)
        skip();
    char url[64];
    (void)snprintf(url, sizeof url, "https://%s:%u/", host, self->port);
    wrt_http *http = NULL;
    wrt_err err = {0};
    wrt_http_response answer;
    wrt_http_request request = {.url = url, .key = "sk-1", .timeout_ms = 10000};
    assert_int_equal(wrt_http_new(&http, &err), WRT_OK);
    wrt_status status = wrt_http_perform(&answer, http, &request, &err);
    const char *said = status == WRT_OK ? answer.body.ptr : err.message;
    if (status != expected || strstr(said, says) == NULL)
        fail_msg("%s: status %d, %s", url, status, said);
    wrt_http_response_free(&answer);
    wrt_http_free(http);
}

static void tls_refuses_a_certificate_that_nobody_vouches_for(void **state) {
    assert_answer(*state, "127.0.0.1", WRT_E_UNAVAILABLE, "self-signed certificate");
}

static void tls_trusts_what_the_environment_names(void **state) {
    const tls_server *self = *state;
    assert_int_equal(setenv("SSL_CERT_FILE", self->certificate, 1), 0);
    assert_answer(self, "127.0.0.1", WRT_OK, "s_server");
    assert_int_equal(setenv("CURL_CA_BUNDLE", self->certificate, 1), 0);
    assert_int_equal(setenv("SSL_CERT_FILE", "/nonexistent", 1), 0);
    assert_answer(self, "127.0.0.1", WRT_OK, "s_server");
    (void)unsetenv("CURL_CA_BUNDLE");
    (void)unsetenv("SSL_CERT_FILE");
}

static void tls_refuses_a_certificate_for_another_name(void **state) {
    const tls_server *self = *state;
    assert_int_equal(setenv("SSL_CERT_FILE", self->certificate, 1), 0);
    assert_answer(self, "localhost", WRT_E_UNAVAILABLE, "subject name");
    (void)unsetenv("SSL_CERT_FILE");
}

static void tls_fails_when_the_named_file_is_missing(void **state) {
    assert_int_equal(setenv("SSL_CERT_FILE", "/nonexistent", 1), 0);
    assert_answer(*state, "127.0.0.1", WRT_E_FAILED, "SSL_CERT_FILE");
    (void)unsetenv("SSL_CERT_FILE");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_refuses_a_certificate_that_nobody_vouches_for),
        cmocka_unit_test(tls_trusts_what_the_environment_names),
        cmocka_unit_test(tls_refuses_a_certificate_for_another_name),
        cmocka_unit_test(tls_fails_when_the_named_file_is_missing),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
