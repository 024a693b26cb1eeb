/* reading.c: see reading.h. */
#include "reading.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static wrt_status collect(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    (void)err;
    wrt_json_push(ctx, wrt_pubmed_article_json(article));
    return WRT_OK;
}

static const wrt_pubmed_sink collecting = {.article = collect};

wrt_status pubmed_read_in_pieces(wrt_json **out, wrt_pubmed_counts *counts, wrt_str text,
                                 size_t piece, wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = wrt_json_new_array();
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new(collecting, *out);
    for (size_t at = 0; at < text.len && status == WRT_OK; at += piece) {
        size_t len = text.len - at < piece ? text.len - at : piece;
        char *exact = malloc(len);
        assert_non_null(exact);
        memcpy(exact, text.ptr + at, len);
        status = wrt_pubmed_push(reader, (wrt_str){exact, len}, err);
        free(exact);
    }
    if (status == WRT_OK)
        status = wrt_pubmed_finish(counts, reader, err);
    wrt_pubmed_reader_free(reader);
    return status;
}

wrt_json *pubmed_read_well(const char *text, wrt_pubmed_counts *counts) {
    wrt_json *articles = NULL;
    wrt_err err = {0};
    if (pubmed_read_in_pieces(&articles, counts, wrt_str_of(text), SIZE_MAX / 2, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return articles;
}

char *pubmed_shared_path(const char *name) {
    const char *root = getenv("WARRANT_SHARED");
    char *folder = wrt_path_join(root != NULL ? root : TEST_SOURCE_DIR "/../shared", "data/pubmed");
    char *path = wrt_path_join(folder, name);
    free(folder);
    return path;
}

wrt_json *pubmed_read_shared(const char *name, wrt_pubmed_counts *counts) {
    char *path = pubmed_shared_path(name);
    wrt_json *articles = wrt_json_new_array();
    wrt_err err = {0};
    if (wrt_pubmed_read_file(counts, path, collecting, articles, &err) != WRT_OK)
        fail_msg("%s: %s", name, err.message);
    free(path);
    return articles;
}

wrt_json *pubmed_shared_json(const char *name) {
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_json *json = NULL;
    char *path = pubmed_shared_path(name);
    if (wrt_file_read(&text, path, WRT_MIB(8), NULL) != WRT_OK) {
        print_message("SKIPPED: no data/pubmed/%s under WARRANT_SHARED\n", name);
        free(path);
        skip();
    }
    assert_int_equal(wrt_json_parse(&json, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    free(path);
    return json;
}

const wrt_json *pubmed_first(const wrt_json *articles) {
    assert_true(wrt_json_count(articles) > 0);
    return wrt_json_first(articles);
}

void pubmed_expect_text(const wrt_json *object, const char *key, const char *wanted) {
    const char *got = wrt_json_get_text(object, key, "");
    if (strcmp(got, wanted) != 0)
        fail_msg("%s of %s: \"%s\", wanted \"%s\"", key, wrt_json_get_text(object, "pmid", "?"),
                 got, wanted);
}
