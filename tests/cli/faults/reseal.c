/* reseal.c: lies that are validly signed. Copies a run into another store, event by event, with one
 * value changed on the way, and seals it with that store's key:
 *   reseal FROM RUN TO SEQ PATH JSON
 * sets the value at the dotted PATH of the body of event SEQ (a part that is a number is an index).
 * Prints the id of the new run. Blobs are left to the caller. */
#include "base/hash.h"
#include "ledger/ledger.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what) {
    fprintf(stderr, "reseal: %s\n", what);
    exit(1);
}

static void check(wrt_status status, const wrt_err *err) {
    if (status != WRT_OK)
        fail(err->message);
}

/* A copy of `from` in which the value at the path is another. */
static wrt_json *change(const wrt_json *from, const char *path, const wrt_json *value) {
    if (*path == '\0')
        return wrt_json_copy(value);
    size_t len = strcspn(path, ".");
    const char *rest = path[len] == '.' ? path + len + 1 : path + len;
    char part[128] = "";
    if (len >= sizeof part)
        fail("a part of the path is too long");
    memcpy(part, path, len);
    if (wrt_json_is(from, WRT_JSON_ARRAY) && isdigit((unsigned char)part[0])) {
        wrt_json *list = wrt_json_new_array();
        size_t wanted = strtoul(part, NULL, 10), i = 0;
        WRT_JSON_EACH(item, from)
        wrt_json_push(list, i++ == wanted ? change(item, rest, value) : wrt_json_copy(item));
        return list;
    }
    wrt_json *copy = wrt_json_copy(from);
    wrt_json_set(copy, part, change(wrt_json_get(from, part), rest, value));
    return copy;
}

int main(int argc, char **argv) {
    wrt_err err = {0};
    wrt_ledger *from = NULL, *to = NULL;
    wrt_json *events = NULL, *value = NULL;
    wrt_run *run = NULL;
    if (argc != 7)
        fail("wanted FROM RUN TO SEQ PATH JSON");
    wrt_crypto_init();
    check(wrt_ledger_open(&from, argv[1], false, &err), &err);
    check(wrt_ledger_events(&events, from, argv[2], &err), &err);
    check(wrt_ledger_open(&to, argv[3], true, &err), &err);
    check(wrt_json_parse(&value, wrt_str_of(argv[6]), &err), &err);
    WRT_JSON_EACH(event, events) {
        const char *type = wrt_json_get_text(event, "type", "");
        bool is_it = wrt_json_get_int(event, "seq", -1) == strtol(argv[4], NULL, 10);
        const wrt_json *body = wrt_json_get(event, "body");
        wrt_json *copy = is_it ? change(body, argv[5], value) : wrt_json_copy(body);
        if (run == NULL)
            check(wrt_run_start(&run, to, copy, &err), &err);
        else if (strcmp(type, "run.end") == 0)
            check(wrt_run_seal(run, copy, &err), &err);
        else
            check(wrt_run_append(NULL, run, type, copy, NULL, &err), &err);
        wrt_json_free(copy);
    }
    printf("%s\n", run != NULL ? wrt_run_id(run) : "");
    wrt_run_free(run);
    wrt_json_free(value);
    wrt_json_free(events);
    wrt_ledger_close(from);
    wrt_ledger_close(to);
    return 0;
}
