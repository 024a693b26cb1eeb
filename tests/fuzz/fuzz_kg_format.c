/* fuzz_kg_format.c: bytes as a file of the format FUZZ_FORMAT, into a sink that checks every record
 * (tests/kg/recorder.c). Built once for each format.
 *
 * Whatever the bytes are: nothing crashes; a reject and an error are one line; guessing agrees with
 * itself; and the same bytes give the same number of records twice. */
#include "tests/kg/recorder.h"

#include <stdlib.h>
#include <string.h>

#ifndef FUZZ_FORMAT
#error "FUZZ_FORMAT is the name of a format"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

typedef struct {
    wrt_status status;
    size_t nodes, edges, relations, rejects, skips;
} outcome;

static outcome read_once(wrt_str text) {
    static const char map[] = "subject=a,object=b,predicate=p,sign=s,publications=q,id=i,"
                              "subject_name=n,object_kind==K,license==CC0-1.0";
    const wrt_kg_format_options options = {.map = map, .source = "fuzz"};
    recorder *rec = recorder_new(true);
    wrt_err err = {.code = WRT_OK};
    wrt_status status = recorder_read_text(rec, FUZZ_FORMAT, text, &options, &err);
    if (status != WRT_OK)
        check(err.code == status && err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
    const outcome seen = {status,           rec->n_nodes,   rec->n_edges,
                          rec->n_relations, rec->n_rejects, rec->n_skips};
    recorder_free(rec);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    const wrt_kg_format *format = NULL;
    const char *role = NULL;
    if (wrt_kg_format_guess(&format, &role, text, "f", NULL) == WRT_OK)
        check(format->role(text) != NULL && strcmp(format->role(text), role) == 0);
    const outcome first = read_once(text), second = read_once(text);
    check(first.status == second.status && first.nodes == second.nodes &&
          first.edges == second.edges && first.relations == second.relations &&
          first.rejects == second.rejects && first.skips == second.skips);
    return 0;
}
