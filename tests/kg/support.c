/* support.c: see support.h. */
#include "tests/kg/support.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

scratch scratch_make(void) {
    scratch s;
    const char *root = getenv("TMPDIR");
    snprintf(s.folder, sizeof s.folder, "%.200s/wrt-kg-XXXXXX", root != NULL ? root : "/tmp");
    if (mkdtemp(s.folder) == NULL)
        fail_msg("no temporary folder");
    snprintf(s.db, sizeof s.db, "%s/kg.db", s.folder);
    return s;
}

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

void scratch_remove(const scratch *s) {
    char folder[sizeof s->folder];
    memcpy(folder, s->folder, sizeof folder);
    wrt_dir_each(folder, remove_entry, folder, NULL);
    rmdir(folder);
}

const char *scratch_path(const scratch *s, const char *name) {
    static char paths[4][512];
    static size_t next;
    char *out = paths[next++ % 4];
    snprintf(out, sizeof paths[0], "%s/%s", s->folder, name);
    return out;
}

const char *scratch_write(const scratch *s, const char *name, const char *text) {
    wrt_err err = {.code = WRT_OK};
    if (text == NULL)
        return NULL;
    const char *path = scratch_path(s, name);
    if (wrt_file_write(path, wrt_str_of(text), 0600, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return path;
}

wrt_status import_text(wrt_json **report, const scratch *s, const char *nodes, const char *edges,
                       const char *source, wrt_err *err) {
    wrt_json *out = NULL;
    const wrt_kg_import_options options = {
        .nodes_path = scratch_write(s, "nodes.tsv", nodes),
        .edges_path = scratch_write(s, "edges.tsv", edges),
        .source = source,
        .version = "1",
        .is_strict = true,
    };
    wrt_status status = wrt_kg_import_kgx(&out, s->db, &options, err);
    if (report != NULL)
        *report = out;
    else
        wrt_json_free(out);
    return status;
}

void import_ok(const scratch *s, const char *nodes, const char *edges) {
    wrt_err err = {.code = WRT_OK};
    if (import_text(NULL, s, nodes, edges, "test", &err) != WRT_OK)
        fail_msg("%s", err.message);
}

wrt_kg *open_ok(const scratch *s) {
    wrt_err err = {.code = WRT_OK};
    wrt_kg *kg = NULL;
    if (wrt_kg_open(&kg, s->db, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return kg;
}

const char *shared_path(const char *name) {
    static char path[1024];
    const char *shared = getenv("WARRANT_SHARED");
    snprintf(path, sizeof path, "%s/data/kg/%s",
             shared != NULL ? shared : TEST_SOURCE_DIR "/../shared", name);
    if (access(path, R_OK) == 0)
        return path;
    printf("SKIPPED: no %s under WARRANT_SHARED\n", name);
    return NULL;
}
