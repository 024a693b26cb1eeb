/* kg_proofs.c: prints, for graphs of several sizes, one line of JSON each: {"snapshot","edges":all
 * edges in order of id,"proofs":[..]}, for check_proofs.py to verify by means of its own. */
#include "tests/kg/records.h"

#include "kg/internal.h"
#include "kg/store/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_status feed(const wrt_kg_sink *sink, wrt_input *input, const void *ctx, wrt_err *err) {
    const wrt_kg_relation relation = {.predicate = WRT_STR("biolink:affects"), .sign = -1};
    size_t n = *(const size_t *)ctx;
    uint32_t number = 0;
    (void)input;
    wrt_status status = sink->relation(&number, sink->ctx, &relation, err);
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        char id[32], subject[32];
        snprintf(id, sizeof id, "id\x01\"%zu", i * 7919 % 10007);
        snprintf(subject, sizeof subject, "\xce\xb1 %zu", i % 13);
        const wrt_kg_edge_record edge = {.id = i % 3 == 0 ? wrt_str_of(id) : WRT_STR(""),
                                         .subject = wrt_str_of(subject),
                                         .object = wrt_str_of(id),
                                         .publications = WRT_STR("PMID:1|x\ty"),
                                         .relation = number};
        status = sink->edge(sink->ctx, &edge, err);
    }
    return status;
}

static wrt_json *edges_of(wrt_kg *kg) {
    wrt_json *list = wrt_json_new_array();
    for (size_t rank = 0; rank < kg->csr.n_edges; rank++) {
        wrt_json *edge = NULL;
        assert_int_equal(wrt_kg_edge_full(&edge, NULL, kg->store, kg->csr.number[rank], NULL),
                         WRT_OK);
        wrt_json_set(edge, "sha256", NULL);
        wrt_json_push(list, edge);
    }
    return list;
}

static void print_graph(size_t n) {
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const wrt_kg_import_file file = {scratch_write(&s, "f", "f"), "made", feed, &n};
    const wrt_kg_import_job job = {.files = &file, .n_files = 1, .source = "x", .version = "1"};
    assert_int_equal(wrt_kg_import(&report, s.db, &job, NULL), WRT_OK);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&s);
    wrt_json *out = wrt_json_new_object(), *proofs = wrt_json_new_array(), *edges = edges_of(kg);
    size_t step = n < 20 ? 1 : n / 17, at = 0;
    WRT_JSON_EACH(edge, edges) {
        wrt_json *proof = NULL;
        if (at++ % step != 0 && at != n)
            continue;
        assert_int_equal(wrt_kg_edge_proof(&proof, kg, wrt_json_get_text(edge, "id", ""), NULL),
                         WRT_OK);
        assert_int_equal(wrt_kg_proof_check(proof, NULL), WRT_OK);
        wrt_json_push(proofs, proof);
    }
    wrt_json_set_text(out, "snapshot", wrt_kg_snapshot(kg));
    wrt_json_set(out, "edges", edges);
    wrt_json_set(out, "proofs", proofs);
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write(&text, out);
    puts(text.ptr);
    wrt_buf_free(&text);
    wrt_json_free(out);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

int main(void) {
    static const size_t sizes[] = {1, 2, 3, 5, 255, 256, 257, 600, 1025};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        print_graph(sizes[i]);
    return 0;
}
