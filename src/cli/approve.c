/* approve.c: the question at the terminal, and the wait for a signed grant.
 *
 * What is shown comes from outside (arguments may be a model's or a plugin's words) and is printed
 * in ASCII, other bytes as \xNN, so that no character can make it look like something else. */
#include "cli/approve.h"

#include "base/clock.h"
#include "cli/signals.h"
#include "cli/terminal.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SHOWN_MAX = 4000, POLL_MS = 200 };

static void print_plain(FILE *out, wrt_str text) {
    for (size_t i = 0; i < text.len && i < SHOWN_MAX; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20 && c < 0x7F)
            fputc(c, out);
        else
            fprintf(out, "\\x%02x", c);
    }
    if (text.len > SHOWN_MAX)
        fprintf(out, "... and %zu bytes more", text.len - SHOWN_MAX);
}

static void print_member(FILE *out, const char *key, const wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(32));
    if (value == NULL)
        return;
    fprintf(out, "  ");
    print_plain(out, wrt_str_of(key));
    fprintf(out, ": ");
    wrt_json_write_canonical(&text, value);
    print_plain(out, wrt_buf_str(&text));
    fputc('\n', out);
    wrt_buf_free(&text);
}

/* Who signs sees all that the digest binds: first what matters most, then the rest. */
void wrt_cli_print_request(FILE *out, const wrt_json *request) {
    static const char *const first[] = {"phase", "tool", "args", "files",
                                        "dest",  "http", "text", "taint"};
    enum { N_FIRST = sizeof first / sizeof first[0] };
    for (size_t i = 0; i < N_FIRST; i++)
        print_member(out, first[i], wrt_json_get(request, first[i]));
    WRT_JSON_EACH(member, request) {
        size_t i = 0;
        while (i < N_FIRST && strcmp(wrt_json_key(member), first[i]) != 0)
            i++;
        if (i == N_FIRST)
            print_member(out, wrt_json_key(member), member);
    }
}

static void show(const wrt_approval_question *question) {
    fprintf(stderr, "A rule asks for your approval:\n");
    const wrt_json *message = wrt_json_first(question->messages);
    WRT_JSON_EACH(rule, question->rules) {
        fprintf(stderr, "  rule: ");
        print_plain(stderr, wrt_str_of(wrt_json_text(rule)));
        fprintf(stderr, " (");
        print_plain(stderr, wrt_str_of(wrt_json_text(message)));
        fprintf(stderr, ")\n");
        message = wrt_json_next(message);
    }
    wrt_cli_print_request(stderr, question->subject.request);
    fprintf(stderr, "  digest: %s\n", question->digest);
}

static bool has_person(const wrt_cli_globals *globals) {
    return !globals->no_input && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/* "y" or "yes"; anything else, and the end of the input, is no. --yes does not answer this. */
static wrt_status ask_person(wrt_approval_grant *out, wrt_err *err) {
    char line[16] = "";
    tcflush(STDIN_FILENO, TCIFLUSH); /* what was typed before the question answers nothing */
    fprintf(stderr, "Permit it, this once? [y/N] ");
    fflush(stderr);
    wrt_status status = wrt_terminal_read_line(line, sizeof line, err);
    if (status != WRT_OK)
        return status;
    if (strcmp(line, "y") != 0 && strcmp(line, "Y") != 0 && strcmp(line, "yes") != 0)
        return wrt_fail(err, WRT_E_DENIED, "the person at the terminal said no");
    *out = (wrt_approval_grant){.by = "person"};
    return WRT_OK;
}

/* Takes the grant when it comes in time. */
static wrt_status wait_for_grant(wrt_approval_grant *out, const char *home, const char *digest,
                                 int64_t wait_ms, wrt_err *err) {
    int64_t deadline_ms = wrt_clock_monotonic_ms() + wait_ms;
    wrt_status status = WRT_E_NOT_FOUND;
    while (status == WRT_E_NOT_FOUND && wrt_clock_monotonic_ms() < deadline_ms) {
        if (wrt_cancel_requested(wrt_cli_cancel()))
            return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
        poll(NULL, 0, POLL_MS);
        status = wrt_approval_take(out, home, digest, wrt_clock_unix_ms(), err);
    }
    return status;
}

static wrt_status take_or_ask(wrt_approval_grant *out, const char *home,
                              const wrt_approval_question *question,
                              const wrt_cli_approver *approver, wrt_err *err) {
    if (question->digest[0] == '\0')
        return wrt_fail(err, WRT_E_DENIED, "the request is too large to be approved");
    wrt_status status = wrt_approval_take(out, home, question->digest, wrt_clock_unix_ms(), err);
    if (status != WRT_E_NOT_FOUND)
        return status;
    show(question);
    if (has_person(approver->globals))
        return ask_person(out, err);
    status = wrt_approval_put_waiting(home, question, err);
    if (status != WRT_OK)
        return wrt_fail(err, WRT_E_DENIED, "nobody can be asked: the question cannot be put down");
    fprintf(stderr, "To permit it, this once: warrant policy approve %s\n", question->digest);
    status = wait_for_grant(out, home, question->digest, approver->wait_ms, err);
    return status == WRT_E_NOT_FOUND ? wrt_fail(err, WRT_E_DENIED, "nobody approved it") : status;
}

wrt_status wrt_cli_approve(wrt_approval_grant *out, const wrt_approval_question *question,
                           void *ctx, wrt_err *err) {
    const wrt_cli_approver *approver = ctx;
    char *home = wrt_cli_home(approver->globals);
    wrt_status status = take_or_ask(out, home, question, approver, err);
    free(home);
    return status;
}
