/* record_run.c: writes a run into a store from lines of JSON, for tests of reports.
 *
 *   record_run FOLDER < lines      prints the id of the run
 *
 * A line is {"type","body","meta"?}; the first is run.start, the last run.end. A body's "blob" may
 * be text: it is stored as a blob and replaced by its reference. */
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 8 << 20 };

static void stop(const char *what, const wrt_err *err) {
    fprintf(stderr, "record_run: %s: %s\n", what, err->message);
    exit(1);
}

static void put_blob(wrt_json *body, wrt_ledger *ledger) {
    const char *text = wrt_json_get_text(body, "blob", NULL);
    wrt_json *reference = NULL;
    wrt_err err = {0};
    if (text == NULL)
        return;
    if (wrt_ledger_put_blob(&reference, ledger, wrt_str_of(text), &err) != WRT_OK)
        stop("blob", &err);
    wrt_json_set(body, "blob", reference);
}

static wrt_run *record(wrt_run *run, wrt_ledger *ledger, const char *line) {
    wrt_json *event = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_json_parse(&event, wrt_str_of(line), &err);
    if (status != WRT_OK)
        stop("line", &err);
    const char *type = wrt_json_get_text(event, "type", "");
    wrt_json *body = wrt_json_get_mut(event, "body");
    put_blob(body, ledger);
    if (strcmp(type, "run.start") == 0)
        status = wrt_run_start(&run, ledger, body, &err);
    else if (strcmp(type, "run.end") == 0)
        status = wrt_run_seal(run, body, &err);
    else
        status = wrt_run_append(NULL, run, type, body, wrt_json_get(event, "meta"), &err);
    if (status != WRT_OK)
        stop(type, &err);
    wrt_json_free(event);
    return run;
}

int main(int argc, char **argv) {
    wrt_ledger *ledger = NULL;
    wrt_run *run = NULL;
    wrt_err err = {0};
    char *line = NULL;
    size_t room = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: record_run FOLDER < lines\n");
        return 2;
    }
    if (wrt_ledger_open(&ledger, argv[1], true, &err) != WRT_OK)
        stop(argv[1], &err);
    for (ssize_t len; (len = getline(&line, &room, stdin)) > 0;)
        if (len > 1 && len < LINE_MAX_BYTES)
            run = record(run, ledger, line);
    if (run != NULL)
        printf("%s\n", wrt_run_id(run));
    free(line);
    wrt_run_free(run);
    wrt_ledger_close(ledger);
    return run != NULL ? 0 : 1;
}
