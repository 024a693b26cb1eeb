/* forge.c: writes a run as whoever holds the key could have written it.
 *
 * forge STORE < EVENTS, one {"type","body","meta"?} a line, run.start first and run.end last: a new
 * run with these bodies, linked, sealed and signed by the store's own key; its id on stdout. What
 * was altered in a body before is therefore altered before sealing, and only a check of content can
 * find it. tests/support/forge.py is the other half: it reads events and changes them. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ledger/ledger.h"

enum { EVENTS_BYTES_MAX = 64 << 20 };

/* The first event starts the run, "run.end" seals it, all others are appended. */
static wrt_status write_event(wrt_run **run, wrt_ledger *ledger, wrt_str line, wrt_err *err) {
    wrt_json *event = NULL;
    wrt_status status = wrt_json_parse(&event, line, err);
    const char *type = wrt_json_get_text(event, "type", "");
    const wrt_json *body = wrt_json_get(event, "body");
    if (status == WRT_OK && (*run == NULL) != (strcmp(type, "run.start") == 0))
        status = wrt_fail(err, WRT_E_INPUT, "run.start comes first, once");
    else if (status == WRT_OK && *run == NULL)
        status = wrt_run_start(run, ledger, body, err);
    else if (status == WRT_OK && strcmp(type, "run.end") == 0)
        status = wrt_run_seal(*run, body, err);
    else if (status == WRT_OK)
        status = wrt_run_append(NULL, *run, type, body, wrt_json_get(event, "meta"), err);
    wrt_json_free(event);
    return status;
}

static wrt_status write_run(wrt_ledger *ledger, wrt_str events, wrt_err *err) {
    wrt_run *run = NULL;
    wrt_str line;
    wrt_status status = WRT_OK;
    while (status == WRT_OK && wrt_str_cut(&line, &events, '\n'))
        if (line.len > 0)
            status = write_event(&run, ledger, line, err);
    if (status == WRT_OK && run != NULL)
        printf("%s\n", wrt_run_id(run));
    wrt_run_free(run);
    return status;
}

int main(int argc, char **argv) {
    wrt_ledger *ledger = NULL;
    wrt_err err = {0};
    wrt_buf events = wrt_buf_make((size_t)EVENTS_BYTES_MAX);
    wrt_status status =
        argc == 2 ? WRT_OK : wrt_fail(&err, WRT_E_INPUT, "forge STORE < EVENTS, one a line");
    if (status == WRT_OK)
        status = wrt_file_read(&events, "-", (size_t)EVENTS_BYTES_MAX, &err);
    if (status == WRT_OK)
        status = wrt_ledger_open(&ledger, argv[1], false, &err);
    if (status == WRT_OK)
        status = write_run(ledger, wrt_buf_str(&events), &err);
    if (status != WRT_OK)
        fprintf(stderr, "forge: %s\n", err.message);
    wrt_ledger_close(ledger);
    wrt_buf_free(&events);
    return status == WRT_OK ? 0 : 1;
}
