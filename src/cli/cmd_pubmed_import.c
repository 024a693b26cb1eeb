/* cmd_pubmed_import.c: warrant pubmed import, warrant pubmed stats. */
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/signals.h"
#include "pubmed/import.h"
#include "pubmed/retract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void show_progress(const char *name, int64_t articles, void *ctx) {
    const wrt_cli_globals *globals = ctx;
    if (!globals->quiet)
        wrt_progress("%s: %lld articles", name, (long long)articles);
}

static wrt_status read_filter(wrt_pubmed_filter *out, bool *is_given, const wrt_cli_call *call,
                              wrt_err *err) {
    const char *years = wrt_cli_value(call, "years"), *language = wrt_cli_value(call, "language");
    wrt_status status = WRT_OK;
    *out = (wrt_pubmed_filter){.human = wrt_cli_flag(call, "human"),
                               .has_abstract = wrt_cli_flag(call, "has-abstract")};
    *is_given = years != NULL || language != NULL || out->human || out->has_abstract;
    if (years != NULL)
        status = wrt_pubmed_filter_set_years(out, years, err);
    if (status == WRT_OK && language != NULL)
        status = wrt_pubmed_filter_set_language(out, language, err);
    return status;
}

static wrt_json *file_json(const wrt_pubmed_import_report *report) {
    const wrt_pubmed_ingested *counts = &report->counts;
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_text(json, "file", report->name);
    wrt_json_set_text(json, "sha256", report->sha256);
    wrt_json_set_bool(json, "was_there", report->was_there);
    wrt_json_set_bool(json, "md5_checked", report->md5_checked);
    wrt_json_set_int(json, "articles", counts->articles);
    wrt_json_set_int(json, "books", report->books);
    wrt_json_set_int(json, "stored", counts->stored);
    wrt_json_set_int(json, "replaced", counts->replaced);
    wrt_json_set_int(json, "filtered", counts->filtered);
    wrt_json_set_int(json, "older_versions", counts->older);
    wrt_json_set_int(json, "deleted", counts->deleted);
    wrt_json_set_int(json, "standing_changes", counts->changes);
    return json;
}

static void print_file(FILE *out, const wrt_pubmed_import_report *report) {
    const wrt_pubmed_ingested *counts = &report->counts;
    if (report->was_there) {
        fprintf(out, "%s: in the store already\n", report->name);
        return;
    }
    fprintf(out, "%s: %lld articles read, %lld stored (%lld in place of earlier ones)",
            report->name, (long long)counts->articles, (long long)counts->stored,
            (long long)counts->replaced);
    if (counts->filtered > 0)
        fprintf(out, ", %lld filtered out", (long long)counts->filtered);
    if (counts->older > 0)
        fprintf(out, ", %lld older than others here", (long long)counts->older);
    if (counts->deleted > 0)
        fprintf(out, ", %lld deleted", (long long)counts->deleted);
    if (counts->changes > 0)
        fprintf(out, ", %lld changed standing (see `warrant pubmed affected`)",
                (long long)counts->changes);
    fputs(report->md5_checked ? ", MD5 agrees\n" : "\n", out);
}

/* The files to take: operands as they stand, and of a folder every .xml and .xml.gz in it. */
typedef struct {
    char **list;
    size_t n;
    const char *folder;
} path_list;

static void add_path(path_list *paths, char *path) {
    paths->list = wrt_realloc(paths->list, (paths->n + 1) * sizeof *paths->list);
    paths->list[paths->n++] = path;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static wrt_status add_entry(const char *name, void *ctx) {
    path_list *paths = ctx;
    if (ends_with(name, ".xml") || ends_with(name, ".xml.gz"))
        add_path(paths, wrt_path_join(paths->folder, name));
    return WRT_OK;
}

static wrt_status collect_paths(path_list *out, const wrt_cli_call *call, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int i = 0; i < call->n_operands && status == WRT_OK; i++) {
        struct stat info;
        out->folder = call->operands[i];
        if (stat(out->folder, &info) == 0 && S_ISDIR(info.st_mode))
            status = wrt_dir_each(out->folder, add_entry, out, err);
        else
            add_path(out, wrt_strdup(out->folder));
    }
    wrt_pubmed_import_sort((const char **)out->list, out->n);
    return status;
}

static void free_paths(path_list *paths) {
    for (size_t i = 0; i < paths->n; i++)
        free(paths->list[i]);
    free(paths->list);
}

static wrt_status import_paths(wrt_json *files, wrt_pubmed_store *store, const path_list *paths,
                               const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_filter filter;
    bool is_given = false;
    wrt_status status = read_filter(&filter, &is_given, call, err);
    const wrt_pubmed_import_options options = {.filter = is_given ? &filter : NULL,
                                               .force = wrt_cli_flag(call, "force"),
                                               .cancel = wrt_cli_cancel(),
                                               .progress = show_progress,
                                               .ctx = (void *)call->globals};
    for (size_t i = 0; i < paths->n && status == WRT_OK; i++) {
        wrt_pubmed_import_report report;
        status = wrt_pubmed_import_file(&report, store, paths->list[i], &options, err);
        wrt_progress_end();
        if (status != WRT_OK)
            break;
        wrt_json_push(files, file_json(&report));
        if (!call->globals->json)
            print_file(call->out, &report);
    }
    return status;
}

static wrt_status import_files(wrt_json *files, wrt_pubmed_store *store, const wrt_cli_call *call,
                               wrt_err *err) {
    path_list paths = {0};
    wrt_status status = collect_paths(&paths, call, err);
    if (status == WRT_OK && paths.n == 0 && call->n_operands > 0)
        status = wrt_fail(err, WRT_E_INPUT, "no .xml or .xml.gz file in the folder");
    if (status == WRT_OK)
        status = import_paths(files, store, &paths, call, err);
    free_paths(&paths);
    return status;
}

static wrt_status import_list(wrt_json *data, wrt_pubmed_store *store, const wrt_cli_call *call,
                              wrt_err *err) {
    wrt_pubmed_list_report report;
    const char *path = wrt_cli_value(call, "retractions");
    if (path == NULL)
        return WRT_OK;
    wrt_status status = wrt_pubmed_retractions_load(&report, store, path, err);
    if (status != WRT_OK)
        return status;
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_int(json, "pmids", report.pmids);
    wrt_json_set_int(json, "skipped", report.skipped);
    wrt_json_set_int(json, "standing_changes", report.changes);
    wrt_json_set_bool(json, "was_there", report.was_loaded);
    wrt_json_set(data, "retractions", json);
    if (!call->globals->json && report.was_loaded)
        fputs("the retraction list is in the store already\n", call->out);
    else if (!call->globals->json)
        fprintf(call->out, "%lld PMIDs of the retraction list marked, %lld changed standing\n",
                (long long)report.pmids, (long long)report.changes);
    if (report.skipped > 0)
        wrt_json_push_text(call->warnings, "lines of the retraction list without a PMID, or of a "
                                           "paper reinstated, were left out");
    return WRT_OK;
}

static wrt_status run_import(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_store *store = NULL;
    wrt_json *files = wrt_json_new_array();
    if (call->n_operands == 0 && wrt_cli_value(call, "retractions") == NULL) {
        wrt_json_free(files);
        return wrt_fail(err, WRT_E_INPUT, "name a file of PubMed XML or --retractions FILE");
    }
    result->data = wrt_json_new_object();
    wrt_json_set(result->data, "files", files);
    wrt_status status = wrt_cli_open_pubmed(&store, call->globals, WRT_PUBMED_STORE_WRITE, err);
    if (status == WRT_OK)
        status = import_files(files, store, call, err);
    if (status == WRT_OK)
        status = import_list(result->data, store, call, err);
    wrt_pubmed_store_close(store);
    return status;
}

static wrt_status run_stats(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_pubmed_store *store = NULL;
    char hash[WRT_SHA256_HEX + 1];
    wrt_status status = wrt_cli_open_pubmed(&store, call->globals, WRT_PUBMED_STORE_READ, err);
    if (status == WRT_OK)
        status = wrt_pubmed_store_info(&result->data, store, err);
    if (status == WRT_OK && wrt_cli_flag(call, "hash")) {
        status = wrt_pubmed_store_content_hash(hash, store, err);
        if (status == WRT_OK)
            wrt_json_set_text(result->data, "content_sha256", hash);
    }
    if (status == WRT_OK && !call->globals->json) {
        wrt_buf text = wrt_buf_make(WRT_KIB(64));
        wrt_json_write_pretty(&text, result->data);
        fprintf(call->out, "%s\n", wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
    }
    wrt_pubmed_store_close(store);
    return status;
}

static const wrt_cli_option import_options[] = {
    {"years", 0, "A-B", "keep articles of these years only"},
    {"language", 0, "CODE", "keep articles in this language only, such as eng"},
    {"human", 0, NULL, "keep articles with the MeSH heading Humans only"},
    {"has-abstract", 0, NULL, "keep articles with an abstract only"},
    {"retractions", 0, "FILE", "mark the PMIDs of a list or table as retracted"},
    {"force", 0, NULL, "take a file although a later one is in the store"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_import = {
    .path = "pubmed import",
    .operands = "FILE|FOLDER...",
    .summary = "load PubMed XML files into the local store, in order, each once",
    .details =
        "Files of NLM's baseline and updates are taken in the order of their numbers, of a folder\n"
        "all .xml and .xml.gz in it; a .md5 file beside one is compared. Each file is one "
        "transaction: interrupted, the same command goes\n"
        "on after the files that are in. The filters of the first import hold for the store. A\n"
        "new year's baseline replaces everything: import it into a fresh store.\n",
    .examples = "  warrant pubmed import baseline/ --language eng --has-abstract\n"
                "  warrant pubmed import pubmed25n1275.xml.gz\n"
                "  warrant pubmed import --retractions retracted_pmids.txt\n",
    .options = import_options,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_import,
};

static const wrt_cli_option stats_options[] = {
    {"hash", 0, NULL, "also the SHA-256 over all that is stored"},
    {0},
};

const wrt_cli_command wrt_cmd_pubmed_stats = {
    .path = "pubmed stats",
    .operands = "",
    .summary = "what the local store holds, its filters and how old it is",
    .options = stats_options,
    .run = run_stats,
};
