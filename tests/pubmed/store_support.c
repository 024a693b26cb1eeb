/* store_support.c: see the header. */
#include "store_support.h"

#include "base/buf.h"
#include "base/file.h"
#include "pubmed/retract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATHS = 16 };

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    unlink(path);
    free(path);
    return WRT_OK;
}

const char *test_path(const char *name) {
    static char folder[512], paths[PATHS][700];
    static size_t next;
    if (folder[0] == '\0') {
        snprintf(folder, sizeof folder, "%s/pubmed_%ld", TEST_BINARY_DIR, (long)getpid());
        assert_int_equal(wrt_dir_make(folder, 0700, NULL), WRT_OK);
        assert_int_equal(wrt_dir_each(folder, remove_entry, folder, NULL), WRT_OK);
    }
    char *path = paths[next++ % PATHS];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* Calls for each part of a list joined by ';', cut at `middle`. */
static void each_part(wrt_buf *out, const char *list, char middle, const char *format) {
    wrt_str part, rest = wrt_str_of(list);
    while (list != NULL && wrt_str_cut(&part, &rest, ';')) {
        char first[128], second[256];
        wrt_str head, tail = part;
        wrt_str_cut(&head, &tail, middle);
        snprintf(first, sizeof first, "%.*s", (int)head.len, head.ptr);
        snprintf(second, sizeof second, "%.*s", (int)tail.len, tail.ptr != NULL ? tail.ptr : "");
        size_t end = strlen(second);
        bool major = end > 0 && second[end - 1] == '*';
        second[end - (major ? 1 : 0)] = '\0';
        if (strchr(format, 'J') != NULL) /* a heading: MajorTopicYN comes first */
            wrt_buf_printf(out,
                           "<MeshHeading><DescriptorName MajorTopicYN=\"%s\" UI=\"%s\">%s"
                           "</DescriptorName></MeshHeading>",
                           major ? "Y" : "N", first, second);
        else if (strchr(format, 'C') != NULL)
            wrt_buf_printf(out,
                           "<CommentsCorrections RefType=\"%s\"><RefSource>x</RefSource>"
                           "<PMID>%s</PMID></CommentsCorrections>",
                           first, second);
        else
            wrt_buf_printf(out,
                           "<Reference><Citation>x</Citation><ArticleIdList><ArticleId "
                           "IdType=\"pubmed\">%s</ArticleId></ArticleIdList></Reference>",
                           first);
    }
}

static void add_article(wrt_buf *out, const test_record *r) {
    wrt_buf_printf(out,
                   "<Article><Journal><JournalIssue><PubDate><Year>%s</Year></PubDate>"
                   "</JournalIssue><Title>Journal of Tests</Title></Journal>"
                   "<ArticleTitle>%s</ArticleTitle>",
                   r->year != NULL ? r->year : "2020", r->title != NULL ? r->title : "Untitled.");
    if (r->abstract != NULL)
        wrt_buf_printf(out, "<Abstract><AbstractText>%s</AbstractText></Abstract>", r->abstract);
    wrt_buf_printf(out, "<Language>%s</Language>", r->language != NULL ? r->language : "eng");
    if (r->type != NULL) {
        const char *bar = strchr(r->type, '|');
        wrt_buf_printf(out,
                       "<PublicationTypeList><PublicationType UI=\"%.*s\">%s</PublicationType>"
                       "</PublicationTypeList>",
                       (int)(bar - r->type), r->type, bar + 1);
    }
    wrt_buf_add_c(out, "</Article>");
}

static void add_record(wrt_buf *out, const test_record *r) {
    wrt_buf_printf(out, "<PubmedArticle><MedlineCitation><PMID Version=\"%d\">%" PRId64 "</PMID>",
                   r->version > 0 ? r->version : 1, r->pmid);
    if (r->revised != NULL)
        wrt_buf_printf(out,
                       "<DateRevised><Year>%.4s</Year><Month>%.2s</Month><Day>%.2s</Day>"
                       "</DateRevised>",
                       r->revised, r->revised + 5, r->revised + 8);
    add_article(out, r);
    wrt_buf_add_c(out, "<CommentsCorrectionsList>");
    each_part(out, r->links, ':', "C");
    wrt_buf_add_c(out, "</CommentsCorrectionsList><MeshHeadingList>");
    each_part(out, r->mesh, '|', "J");
    wrt_buf_add_c(out, "</MeshHeadingList></MedlineCitation><PubmedData><ReferenceList>");
    each_part(out, r->cites, '|', "R");
    wrt_buf_add_c(out, "</ReferenceList></PubmedData></PubmedArticle>\n");
}

void test_write(const char *path, const test_record *records, size_t n, const int64_t *deleted,
                size_t n_deleted) {
    wrt_buf out = wrt_buf_make(WRT_MIB(256));
    wrt_buf_add_c(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<PubmedArticleSet>\n");
    for (size_t i = 0; i < n; i++)
        add_record(&out, &records[i]);
    wrt_buf_add_c(&out, n_deleted > 0 ? "<DeleteCitation>" : "");
    for (size_t i = 0; i < n_deleted; i++)
        wrt_buf_printf(&out, "<PMID Version=\"1\">%" PRId64 "</PMID>", deleted[i]);
    wrt_buf_add_c(&out, n_deleted > 0 ? "</DeleteCitation>" : "");
    wrt_buf_add_c(&out, "</PubmedArticleSet>\n");
    assert_false(out.overflow);
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&out), 0600, NULL), WRT_OK);
    wrt_buf_free(&out);
}

wrt_pubmed_store *test_store(const char *name) {
    wrt_pubmed_store *store = NULL;
    wrt_err err = {0};
    const char *path = test_path(name);
    unlink(path);
    if (wrt_pubmed_store_open(&store, path, WRT_PUBMED_STORE_WRITE, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return store;
}

wrt_pubmed_import_report test_import(wrt_pubmed_store *store, const char *path) {
    wrt_pubmed_import_report report;
    const wrt_pubmed_import_options options = {0};
    wrt_err err = {0};
    if (wrt_pubmed_import_file(&report, store, path, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return report;
}

void test_ingest(wrt_pubmed_store *store, const char *file, const test_record *records, size_t n) {
    const char *path = test_path(file);
    test_write(path, records, n, NULL, 0);
    wrt_pubmed_import_report report = test_import(store, path);
    assert_false(report.was_there);
}

wrt_pubmed_status test_status(wrt_pubmed_store *store, int64_t pmid) {
    wrt_pubmed_standing standing;
    assert_int_equal(wrt_pubmed_standing_of(&standing, store, &pmid, 1, NULL), WRT_OK);
    return standing.status;
}

const char *test_hash(wrt_pubmed_store *store) {
    static char ring[8][WRT_SHA256_HEX + 1];
    static size_t next;
    char *out = ring[next++ % 8];
    assert_int_equal(wrt_pubmed_store_content_hash(out, store, NULL), WRT_OK);
    return out;
}
