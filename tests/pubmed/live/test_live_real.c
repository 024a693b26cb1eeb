/* test_live_real.c: recorded answers of NCBI, served by a loopback server and asked for as PubMed:
 * every single record of efetch/metapub by its PMID, the empty set, the retracted paper, a book. */
#include "tests/pubmed/reading.h"

#include "live_fixture.h"

#include "base/file.h"
#include "base/input.h"
#include "pubmed/live/eutils.h"
#include "pubmed/live/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 400, EMPTY_SET = 37909814, RETRACTED = 31541003, BOOK = 20301546 };

/* Of the retracted paper, a whole file of the baseline; of the others, the file of that PMID. */
static char *path_of(const char *folder, const char *id) {
    char *path = calloc(1, 512);
    if (path == NULL)
        return NULL;
    (void)snprintf(path, 512, "%s/metapub/%s.xml", folder, id);
    if (!wrt_file_exists(path))
        (void)snprintf(path, 512, "%s/metapub_history/%s.trimmed.xml", folder, id);
    if (!wrt_file_exists(path))
        (void)snprintf(path, 512, "%s/../baseline/pubmed21n1005.part.xml.gz", folder);
    return path;
}

static wrt_status read_all(wrt_buf *out, const char *path) {
    wrt_input *input = NULL;
    wrt_str piece;
    wrt_status status = wrt_input_open(&input, path, NULL);
    while (status == WRT_OK) {
        status = wrt_input_read(&piece, input, NULL);
        if (status != WRT_OK || piece.len == 0)
            break;
        wrt_buf_add_str(out, piece);
    }
    wrt_input_close(input);
    return status;
}

static void send_file(loopback_conn *conn, const loopback_request *request, void *ctx) {
    char *id = parameter_of(request, "id", 0), *path = path_of(ctx, id);
    wrt_buf text = wrt_buf_make(WRT_MIB(32));
    if (read_all(&text, path) == WRT_OK)
        (void)loopback_respond(conn, 200, NULL, "text/xml; charset=UTF-8", text.ptr);
    else
        (void)loopback_respond(conn, 404, NULL, "text/plain", "no such file");
    wrt_buf_free(&text);
    free(path);
    free(id);
}

typedef struct {
    int64_t pmids[FILES_MAX];
    size_t n;
} listing;

static wrt_status note_file(const char *name, void *ctx) {
    listing *list = ctx;
    wrt_str stem = wrt_str_of(name);
    if (stem.len > 4 && list->n < FILES_MAX &&
        wrt_pubmed_pmid_of_text(&list->pmids[list->n], (wrt_str){stem.ptr, stem.len - 4}))
        list->n++;
    return WRT_OK;
}

/* The folder of efetch answers; skips the test when it is absent. */
static char *open_folder(listing *list) {
    char *folder = pubmed_shared_path("efetch"), *metapub = wrt_path_join(folder, "metapub");
    wrt_status status = wrt_dir_each(metapub, note_file, list, NULL);
    free(metapub);
    if (status != WRT_OK) {
        print_message("SKIPPED: no data/pubmed/efetch under WARRANT_SHARED\n");
        free(folder);
        skip();
    }
    return folder;
}

static void every_recorded_record_is_found_by_its_pmid(void **state) {
    (void)state;
    listing list = {.n = 0};
    char *folder = open_folder(&list);
    live_fixture f;
    live_setup setup = {.handler = send_file, .ctx = folder, .options = {.timeout_ms = 600000}};
    live_begin(&f, &setup);
    assert_true(list.n >= 164);
    for (size_t i = 0; i < list.n; i++) {
        wrt_live_articles fetched;
        wrt_id_list one = {&list.pmids[i], 1};
        if (wrt_eutils_fetch(&fetched, &f.work, one, 0, &f.err) != WRT_OK)
            fail_msg("%lld: %s", (long long)list.pmids[i], f.err.message);
        bool is_empty = list.pmids[i] == EMPTY_SET;
        assert_int_equal(fetched.n, is_empty ? 0 : 1);
        assert_int_equal(fetched.missing.n, is_empty ? 1 : 0);
        if (!is_empty) {
            assert_int_equal(fetched.articles[0]->pmid, list.pmids[i]);
            assert_true(fetched.articles[0]->title.len > 0);
        }
    }
    live_end(&f);
    free(folder);
}

static wrt_pubmed_status standing_of(live_fixture *f, int64_t pmid, bool *is_book) {
    wrt_live_rechecked out;
    wrt_id_list one = {&pmid, 1};
    if (wrt_pubmed_recheck(&out, &wrt_pubmed_ncbi, &f->work, one, &f->err) != WRT_OK)
        fail_msg("%lld: %s", (long long)pmid, f->err.message);
    *is_book = out.standings[0].article != NULL && out.standings[0].article->is_book;
    return out.standings[0].status;
}

static void recorded_standings_are_told(void **state) {
    (void)state;
    listing list = {.n = 0};
    char *folder = open_folder(&list);
    bool is_book = false;
    live_fixture f;
    live_setup setup = {.handler = send_file, .ctx = folder};
    live_begin(&f, &setup);
    assert_int_equal(standing_of(&f, RETRACTED, &is_book), WRT_PUBMED_RETRACTED);
    assert_int_equal(standing_of(&f, EMPTY_SET, &is_book), WRT_PUBMED_UNKNOWN);
    assert_int_equal(standing_of(&f, BOOK, &is_book), WRT_PUBMED_OK);
    assert_true(is_book);
    live_end(&f);
    free(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recorded_record_is_found_by_its_pmid),
        cmocka_unit_test(recorded_standings_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
