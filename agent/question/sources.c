/* sources.c: reading names from files. */
#include "agent/question/sources.h"

#include "agent/act/lookup.h"
#include "agent/act/taint.h"
#include "base/file.h"
#include "causal/graph.h"
#include "effect/data/table.h"
#include "policies/phi.h"
#include "scm/ask/patient.h"
#include "scm/load.h"

static const char *path_of(const wrt_json *query, const char *member) {
    return wrt_json_get_text(query, member, "");
}

static void set_digest(wrt_json *found, const char *path) {
    wrt_sha256 digest;
    char hex[WRT_SHA256_HEX + 1];
    if (wrt_sha256_of_file(&digest, path, NULL) != WRT_OK)
        return;
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(found, "sha256", hex);
}

/* A file that is not there is an input to give, not an answer. */
static wrt_status as_input(wrt_status status, wrt_err *err) {
    if (status == WRT_E_NOT_FOUND && err != NULL)
        err->code = WRT_E_INPUT;
    return status == WRT_E_NOT_FOUND ? WRT_E_INPUT : status;
}

static wrt_json *query_path(const char *path) {
    wrt_json *query = wrt_json_new_object();
    wrt_json_set_text(query, "path", path);
    return query;
}

/* ---- tables */

static wrt_status look_columns(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    (void)ctx;
    const wrt_table_source source = {.path = path_of(query, "path"), .fd = -1};
    wrt_table *table = NULL;
    wrt_status status = as_input(wrt_table_read_header(&table, &source, err), err);
    if (status != WRT_OK)
        return status;
    wrt_json *names = wrt_json_new_array();
    for (size_t i = 0; i < wrt_table_columns(table); i++)
        wrt_json_push_text(names, wrt_table_column_name(table, i));
    *found = wrt_json_new_object();
    wrt_json_set(*found, "names", names);
    set_digest(*found, source.path);
    wrt_table_free(table);
    return WRT_OK;
}

wrt_status wrt_source_columns(wrt_json **out, wrt_turn *turn, const char *path, wrt_err *err) {
    wrt_taint_add(turn->read, "file");
    return wrt_lookup(out, turn, "columns", query_path(path), look_columns, NULL, err);
}

/* ---- models */

static void describe_variables(wrt_json *found, const wrt_scm *scm) {
    wrt_json *names = wrt_json_new_array(), *values = wrt_json_new_object();
    wrt_json *about = wrt_scm_describe(scm);
    WRT_JSON_EACH(variable, wrt_json_get(about, "variables")) {
        const char *name = wrt_json_get_text(variable, "name", "");
        wrt_json_push_text(names, name);
        wrt_json_set(values, name, wrt_json_copy(wrt_json_get(variable, "values")));
    }
    static const char *const kept[] = {"treatment", "outcome", "model_implied"};
    wrt_json_set(found, "names", names);
    wrt_json_set(found, "values", values);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (wrt_json_get(about, kept[i]) != NULL)
            wrt_json_set(found, kept[i], wrt_json_copy(wrt_json_get(about, kept[i])));
    wrt_json_free(about);
}

static wrt_status look_variables(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    (void)ctx;
    wrt_scm *scm = NULL;
    wrt_status status = as_input(wrt_scm_load(&scm, NULL, path_of(query, "path"), err), err);
    if (status != WRT_OK)
        return status;
    *found = wrt_json_new_object();
    describe_variables(*found, scm);
    set_digest(*found, path_of(query, "path"));
    wrt_scm_free(scm);
    return WRT_OK;
}

wrt_status wrt_source_variables(wrt_json **out, wrt_turn *turn, const char *path, wrt_err *err) {
    wrt_taint_add(turn->read, "file");
    return wrt_lookup(out, turn, "variables", query_path(path), look_variables, NULL, err);
}

/* ---- patients */

static wrt_status look_patient(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    (void)ctx;
    const wrt_scm_patient_choice choice = {0};
    wrt_buf text = wrt_buf_make((size_t)WRT_SCM_PATIENT_MAX);
    wrt_json *values = NULL, *unused = NULL;
    wrt_scm *scm = NULL;
    const char *path = path_of(query, "path");
    wrt_status status = as_input(wrt_scm_load(&scm, NULL, path_of(query, "scm"), err), err);
    if (status == WRT_OK) {
        status = as_input(wrt_file_read(&text, path, (size_t)WRT_SCM_PATIENT_MAX, err), err);
        if (status == WRT_OK)
            status = wrt_scm_patient_read(&values, &unused, scm, wrt_buf_str(&text), &choice, err);
        if (status != WRT_OK)
            (void)wrt_err_prefix(err, "the patient's file");
    }
    if (status == WRT_OK) {
        *found = wrt_json_new_object();
        wrt_json_set(*found, "values", values);
        wrt_json_set(*found, "unused", unused != NULL ? unused : wrt_json_new_array());
        set_digest(*found, path);
    }
    wrt_scm_free(scm);
    wrt_buf_free(&text);
    return status;
}

/* Values of a person may hold what identifies one. */
static void screen_patient(wrt_turn *turn, const wrt_json *found) {
    wrt_buf text = wrt_buf_make((size_t)WRT_SCM_PATIENT_MAX);
    wrt_json_write(&text, wrt_json_get(found, "values"));
    if (text.overflow || wrt_phi_classes_of(wrt_buf_str(&text)) != 0)
        wrt_taint_add(turn->read, "phi");
    wrt_buf_free(&text);
}

wrt_status wrt_source_patient(wrt_json **out, wrt_turn *turn, const char *scm, const char *path,
                              wrt_err *err) {
    wrt_json *query = query_path(path);
    wrt_json_set_text(query, "scm", scm);
    wrt_taint_add(turn->read, "file");
    wrt_taint_add(turn->read, "patient");
    wrt_status status = wrt_lookup(out, turn, "patient", query, look_patient, NULL, err);
    if (status == WRT_OK)
        screen_patient(turn, *out);
    return status;
}

/* ---- graphs */

wrt_status wrt_source_nodes(wrt_json **out, const wrt_json *graph, wrt_err *err) {
    wrt_graph *parsed = NULL;
    wrt_status status = wrt_graph_parse(&parsed, graph, err);
    *out = NULL;
    if (status != WRT_OK)
        return status;
    wrt_json *names = wrt_json_new_array();
    for (size_t i = 0; i < wrt_graph_count(parsed); i++)
        wrt_json_push_text(names, wrt_graph_name(parsed, (int)i));
    *out = wrt_json_new_object();
    wrt_json_set(*out, "names", names);
    wrt_graph_free(parsed);
    return WRT_OK;
}
