/* records.c: see records.h. */
#include "tests/kg/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_status feed_nodes(const wrt_kg_sink *sink, const node_record *nodes, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (; nodes != NULL && nodes->id != NULL && status == WRT_OK; nodes++) {
        const wrt_str synonym = wrt_str_of(nodes->synonym);
        const wrt_kg_node_record node = {
            .id = wrt_str_of(nodes->id),
            .name = wrt_str_of(nodes->name),
            .kind = wrt_str_of(nodes->kind),
            .synonyms = &synonym,
            .n_synonyms = synonym.len > 0,
        };
        status = sink->node(sink->ctx, &node, err);
    }
    return status;
}

static wrt_status feed_edge(const wrt_kg_sink *sink, const edge_record *e, wrt_err *err) {
    const wrt_kg_relation relation = {
        .predicate = wrt_str_of(e->predicate),
        .original = wrt_str_of(e->original),
        .qualifiers = wrt_str_of(e->qualifiers),
        .level = wrt_str_of(e->level),
        .agent = wrt_str_of(e->agent),
        .primary = wrt_str_of(e->primary),
        .aggregator = wrt_str_of(e->aggregator),
        .license = wrt_str_of(e->license),
        .sign = e->sign,
        .is_causal = e->is_causal,
        .is_symmetric = e->is_symmetric,
        .source = wrt_str_of(e->source),
        .version = wrt_str_of(e->version),
    };
    wrt_kg_edge_record edge = {
        .id = wrt_str_of(e->id),
        .subject = wrt_str_of(e->subject),
        .object = wrt_str_of(e->object),
        .record = wrt_str_of(e->record),
        .publications = wrt_str_of(e->publications),
        .attributes = wrt_str_of(e->attributes),
        .is_amendment = e->is_amendment,
    };
    wrt_status status = sink->relation(&edge.relation, sink->ctx, &relation, err);
    return status == WRT_OK ? sink->edge(sink->ctx, &edge, err) : status;
}

static wrt_status feed(const wrt_kg_sink *sink, wrt_input *input, const void *ctx, wrt_err *err) {
    const record_file *file = ctx;
    (void)input;
    wrt_status status = feed_nodes(sink, file->nodes, err);
    for (const edge_record *e = file->edges; e != NULL && e->subject != NULL; e++)
        if (status == WRT_OK)
            status = feed_edge(sink, e, err);
    return status;
}

void records_job(wrt_kg_import_file *out, const scratch *s, const record_file *files, size_t n) {
    static char paths[16][512];
    assert_true(n <= 16);
    for (size_t i = 0; i < n; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", scratch_write(s, files[i].name, files[i].name));
        out[i] = (wrt_kg_import_file){paths[i], "records", feed, &files[i]};
    }
}

wrt_status records_import(wrt_json **report, const scratch *s, const char *source,
                          const record_file *files, size_t n, wrt_err *err) {
    wrt_kg_import_file list[16];
    wrt_json *out = NULL;
    records_job(list, s, files, n);
    const wrt_kg_import_job job = {.files = list, .n_files = n, .source = source, .version = "1"};
    wrt_status status = wrt_kg_import(&out, s->db, &job, err);
    if (report != NULL)
        *report = out;
    else
        wrt_json_free(out);
    return status;
}

void records_ok(const scratch *s, const char *source, const record_file *files, size_t n) {
    wrt_err err = {.code = WRT_OK};
    if (records_import(NULL, s, source, files, n, &err) != WRT_OK)
        fail_msg("%s", err.message);
}
