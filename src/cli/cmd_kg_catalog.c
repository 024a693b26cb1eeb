/* cmd_kg_catalog.c: warrant kg catalog | fetch. */
#include "base/arena.h"
#include "base/download.h"
#include "base/file.h"
#include "base/log.h"
#include "base/url.h"
#include "cli/commands.h"
#include "cli/signals.h"
#include "kg/catalog.h"

#include <stdlib.h>
#include <string.h>

/* ---- catalog */

static void print_entry(FILE *out, const wrt_kg_catalog_entry *entry) {
    fprintf(out, "%s\n    %s\n    %s\n", entry->name, entry->title, entry->url);
    if (entry->bytes >= 0)
        fprintf(out, "    %lld bytes", (long long)entry->bytes);
    else
        fprintf(out, "    size not known");
    fprintf(out, ", format %s, licence: %s\n", entry->format != NULL ? entry->format : "(archive)",
            entry->license != NULL ? entry->license : "see below");
    if (entry->sha256 != NULL)
        fprintf(out, "    sha256 %s\n", entry->sha256);
    else if (entry->md5 != NULL)
        fprintf(out, "    md5 %s\n", entry->md5);
    if (entry->note != NULL)
        fprintf(out, "    %s\n", entry->note);
}

static wrt_status fail_unknown(const char *name, wrt_err *err) {
    wrt_buf list = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
    for (const wrt_kg_catalog_entry *entry = wrt_kg_catalog(); entry->name != NULL; entry++)
        wrt_buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", entry->name);
    wrt_fail(err, WRT_E_INPUT, "\"%.60s\" is no https address and not in the catalogue: %s", name,
             wrt_buf_str(&list).ptr);
    wrt_buf_free(&list);
    return WRT_E_INPUT;
}

static wrt_status run_catalog(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *wanted = call->n_operands > 0 ? call->operands[0] : NULL;
    if (wanted != NULL && wrt_kg_catalog_find(wanted) == NULL)
        return fail_unknown(wanted, err);
    result->data = wrt_json_new_array();
    for (const wrt_kg_catalog_entry *entry = wrt_kg_catalog(); entry->name != NULL; entry++) {
        if (wanted != NULL && strcmp(wanted, entry->name) != 0)
            continue;
        wrt_json_push(result->data, wrt_kg_catalog_json(entry));
        if (!call->globals->json)
            print_entry(call->out, entry);
    }
    return WRT_OK;
}

const wrt_cli_command wrt_cmd_kg_catalog = {
    .path = "kg catalog",
    .operands = "[NAME]",
    .summary = "known public knowledge graphs: what they hold, where they are, under which licence",
    .details =
        "What is not known is left out (null with --json); it does not mean that there is none.\n",
    .max_operands = 1,
    .run = run_catalog,
};

/* ---- fetch */

typedef struct {
    const wrt_cli_call *call;
    const char *name;
    wrt_json *hops;
} progress;

static void note_hop(void *ctx, const char *place) {
    const progress *p = ctx;
    wrt_json_push_text(p->hops, place);
    wrt_progress_end();
    wrt_log(WRT_LOG_INFO, "redirected to %s", place);
}

static void show_progress(void *ctx, uint64_t done, int64_t total) {
    const progress *p = ctx;
    if (total > 0)
        wrt_progress("%s: %llu of %lld bytes (%d %%)", p->name, (unsigned long long)done,
                     (long long)total, (int)((double)done * 100 / (double)total));
    else
        wrt_progress("%s: %llu bytes", p->name, (unsigned long long)done);
}

/* The last component of an address without its query: a name to save it under. */
static char *name_of_url(const char *url) {
    size_t len = strcspn(url, "?#");
    const char *start = url + len;
    while (start > url && start[-1] != '/')
        start--;
    wrt_buf name = wrt_buf_make(WRT_URL_MAX);
    wrt_buf_add(&name, start, len - (size_t)(start - url));
    bool usable = name.len > 0 && strcmp(name.ptr, ".") != 0 && strcmp(name.ptr, "..") != 0 &&
                  name.len < 200 && wrt_utf8_valid(wrt_buf_str(&name));
    if (usable)
        wrt_utf8_make_printable(name.ptr, name.len);
    else
        wrt_buf_clear(&name);
    if (name.len == 0)
        wrt_buf_add_c(&name, "download");
    return wrt_buf_take(&name);
}

/* -o FILE, else the file's name in the folder `downloads` of the data directory. */
static wrt_status place_of(char **out, const wrt_cli_call *call, const char *name, wrt_err *err) {
    if (call->globals->output != NULL) {
        *out = wrt_strdup(call->globals->output);
        return strcmp(*out, "-") != 0
                   ? WRT_OK
                   : wrt_fail(err, WRT_E_INPUT, "a download needs a file: -o FILE");
    }
    char *home = wrt_cli_home(call->globals), *folder = wrt_path_join(home, "downloads");
    wrt_status status = wrt_dir_make(folder, 0700, err);
    if (status == WRT_OK)
        *out = wrt_path_join(folder, name);
    free(home);
    free(folder);
    return status;
}

static wrt_status check_sha256(const char *text, wrt_err *err) {
    unsigned char bytes[WRT_SHA256_SIZE];
    if (text == NULL || wrt_hex_decode(bytes, sizeof bytes, wrt_str_of(text)))
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "--sha256 takes 64 hexadecimal digits in lower case");
}

static void hand_over(wrt_cli_result *result, const wrt_cli_call *call, const wrt_download *job,
                      const wrt_download_result *got) {
    wrt_json *data = wrt_json_new_object();
    bool is_text = wrt_utf8_valid(wrt_str_of(job->path));
    wrt_json_set(data, "file", wrt_json_new_c(is_text ? job->path : NULL));
    wrt_json_set_text(data, "url", job->url);
    wrt_json_set_number(data, "bytes", (double)got->bytes);
    wrt_json_set_text(data, "sha256", got->sha256);
    wrt_json_set_bool(data, "verified", job->sha256 != NULL);
    wrt_json_set_bool(data, "already", got->was_there);
    wrt_json_set_number(data, "resumed_at", (double)got->resumed_at);
    result->data = data;
    if (call->globals->json)
        return;
    fprintf(call->out, "%s%s\nsha256 %s (%s)\n", got->was_there ? "already there: " : "", job->path,
            got->sha256, job->sha256 != NULL ? "as expected" : "nothing to compare it with");
}

static void suggest_import(const wrt_cli_call *call, const wrt_kg_catalog_entry *entry,
                           const char *path) {
    if (entry == NULL || call->globals->json)
        return;
    if (entry->note != NULL)
        fprintf(call->out, "note: %s\n", entry->note);
    if (entry->format != NULL)
        fprintf(call->out, "next: warrant kg import --format %s --source %s --version %s %s\n",
                entry->format, entry->source,
                entry->version != NULL ? entry->version : "YYYY-MM-DD", path);
}

static wrt_status fetch(wrt_cli_result *result, const wrt_cli_call *call,
                        const wrt_kg_catalog_entry *entry, wrt_download *job, wrt_err *err) {
    progress p = {.call = call, .name = wrt_path_base(job->path), .hops = wrt_json_new_array()};
    wrt_download_result got;
    job->cancel = wrt_cli_cancel();
    job->hop = note_hop;
    job->progress = show_progress;
    job->ctx = &p;
    job->loopback_only = call->globals->offline;
    wrt_status status = wrt_download_run(&got, job, err);
    if (status == WRT_OK) {
        hand_over(result, call, job, &got);
        wrt_json_set(result->data, "hops", p.hops);
        p.hops = NULL;
        if (entry != NULL)
            wrt_json_set(result->data, "catalog", wrt_kg_catalog_json(entry));
        suggest_import(call, entry, job->path);
    }
    wrt_json_free(p.hops);
    return status;
}

static wrt_status run_fetch(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    const char *what = call->operands[0], *sha256 = wrt_cli_value(call, "sha256");
    const wrt_kg_catalog_entry *entry = wrt_kg_catalog_find(what);
    if (entry == NULL && strstr(what, "://") == NULL)
        return fail_unknown(what, err);
    if (!wrt_utf8_valid(wrt_str_of(what)))
        return wrt_fail(err, WRT_E_INPUT, "the address is not valid UTF-8");
    wrt_status status = check_sha256(sha256, err);
    if (status != WRT_OK)
        return status;
    wrt_download job = {.url = entry != NULL ? entry->url : what,
                        .sha256 = sha256 == NULL && entry != NULL ? entry->sha256 : sha256,
                        .size = entry != NULL && entry->sha256 != NULL ? entry->bytes : -1};
    char *name = entry != NULL ? wrt_strdup(entry->file) : name_of_url(what), *path = NULL;
    status = place_of(&path, call, name, err);
    job.path = path;
    if (status == WRT_OK)
        status = fetch(result, call, entry, &job, err);
    free(name);
    free(path);
    return status;
}

static const wrt_cli_option fetch_options[] = {
    {"sha256", 0, "HEX", "the file must have this SHA-256 (default: the catalogue's)"},
    {0},
};

const wrt_cli_command wrt_cmd_kg_fetch = {
    .path = "kg fetch",
    .operands = "NAME|URL",
    .summary = "download a file of the catalogue, or any https file, and check it",
    .details = "The file goes to -o FILE or to the folder `downloads` of the data directory. What "
               "was cut is\n"
               "continued by running the same command again. At most 5 redirects to https are "
               "followed, each\n"
               "one is told; http is for loopback only, file:///PATH copies. --offline refuses "
               "other hosts.\n"
               "Exit codes: 3 no such file, 4 not public, 6 wrong size or checksum, 7 not to be "
               "had now.\n",
    .examples = "  warrant kg fetch hetionet-edges\n"
                "  warrant kg fetch https://example.org/graph_edges.tsv.gz -o edges.tsv.gz\n",
    .options = fetch_options,
    .min_operands = 1,
    .max_operands = 1,
    .writes_output = true,
    .run = run_fetch,
};
