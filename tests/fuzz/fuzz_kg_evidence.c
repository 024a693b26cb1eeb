/* fuzz_kg_evidence.c: bytes as a list of retracted publications of a small graph, and as a proof of
 * an edge.
 *
 * Whatever the bytes are: nothing crashes; an error is one line; a list leaves the snapshot id and
 * the check of the graph as they were; and no proof but a true one is accepted. */
#include "base/file.h"
#include "base/hash.h"
#include "kg/ingest/import.h"
#include "kg/kg.h"
#include "kg/store/proof.h"
#include "kg/store/retractions.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    char folder[32], list[64], db[64], snapshot[WRT_SHA256_HEX + 1];
} room;

static void check(bool holds) {
    if (!holds)
        abort();
}

static void check_error(const wrt_err *err, wrt_status status) {
    check(err->code == status && err->message[0] != '\0' && strchr(err->message, '\n') == NULL);
}

/* ---- a graph of three edges, one of which has no publication */

static wrt_status feed(const wrt_kg_sink *sink, wrt_input *input, const void *ctx, wrt_err *err) {
    static const char *const publications[] = {"PMID:1|PMID:2", "PMID:3", ""};
    const wrt_kg_relation relation = {.predicate = WRT_STR("p")};
    uint32_t number = 0;
    (void)input;
    (void)ctx;
    wrt_status status = sink->relation(&number, sink->ctx, &relation, err);
    for (size_t i = 0; i < 3 && status == WRT_OK; i++) {
        const char id[] = {(char)('a' + i)};
        const wrt_kg_edge_record edge = {.id = {id, 1},
                                         .subject = WRT_STR("A"),
                                         .object = WRT_STR("B"),
                                         .publications = wrt_str_of(publications[i]),
                                         .relation = number};
        status = sink->edge(sink->ctx, &edge, err);
    }
    return status;
}

static void make_graph(room *r) {
    wrt_json *report = NULL;
    const wrt_kg_import_file file = {r->list, "made", feed, NULL};
    const wrt_kg_import_job job = {.files = &file, .n_files = 1, .source = "fuzz", .version = "1"};
    check(wrt_kg_import(&report, r->db, &job, NULL) == WRT_OK);
    snprintf(r->snapshot, sizeof r->snapshot, "%s", wrt_json_get_text(report, "snapshot", ""));
    wrt_json_free(report);
}

static void check_list(const room *r) {
    wrt_json *report = NULL, *edge = NULL, *found = NULL;
    wrt_err err = {.code = WRT_OK};
    wrt_kg *kg = NULL;
    wrt_status status = wrt_kg_retractions_load(&report, r->db, r->list, &err);
    if (status != WRT_OK)
        check_error(&err, status);
    wrt_json_free(report);
    check(wrt_kg_open(&kg, r->db, NULL) == WRT_OK);
    check(strcmp(wrt_kg_snapshot(kg), r->snapshot) == 0);
    check(wrt_kg_check(&found, kg, NULL) == WRT_OK);
    check(wrt_kg_edge(&edge, kg, "c", NULL) == WRT_OK);
    check(wrt_json_count(wrt_json_get(edge, "retracted_publications")) == 0);
    wrt_json_free(found);
    wrt_json_free(edge);
    wrt_kg_close(kg);
}

/* ---- proofs */

/* A proof of one edge whose root is its leaf is true whoever made it; any other that is accepted
 * would be a forged one, because the inputs hold no hashes of this graph. */
static void check_proof(wrt_str text) {
    wrt_json *proof = NULL;
    wrt_err err = {.code = WRT_OK};
    if (wrt_json_parse(&proof, text, NULL) != WRT_OK)
        return;
    wrt_status status = wrt_kg_proof_check(proof, &err);
    if (status != WRT_OK)
        check_error(&err, status);
    else
        check(wrt_json_count(wrt_json_get(proof, "path")) > 0 ||
              strcmp(wrt_json_get_text(proof, "snapshot", ""),
                     wrt_json_get_text(proof, "leaf", "-")) == 0);
    wrt_json_free(proof);
}

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const wrt_str text = {(const char *)data, size};
    room r;
    wrt_crypto_init();
    check_proof(text);
    snprintf(r.folder, sizeof r.folder, "/tmp/wrt-fuzz-XXXXXX");
    check(mkdtemp(r.folder) != NULL);
    snprintf(r.list, sizeof r.list, "%s/list", r.folder);
    snprintf(r.db, sizeof r.db, "%s/kg.db", r.folder);
    check(wrt_file_write(r.list, text, 0600, NULL) == WRT_OK);
    make_graph(&r);
    check_list(&r);
    wrt_dir_each(r.folder, remove_entry, r.folder, NULL);
    rmdir(r.folder);
    return 0;
}
