/* fuzz_pubmed.c: bytes as PubMed XML; the first byte says in which pieces they are pushed.
 *
 * Whatever the bytes are: nothing crashes, a failure has a one-line message, every record has a
 * PMID and only valid text, its copy is equal to it, its citations keep their syntax, and when the
 * reader accepts the bytes in pieces it accepts them whole, with the same records. */
#include "pubmed/cite.h"
#include "pubmed/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

/* Braces balance and never close more than was opened, backslash or not: a value cannot end early.
 */
static void check_bibtex(wrt_str text) {
    int depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        depth += text.ptr[i] == '{';
        depth -= text.ptr[i] == '}';
        check(depth >= 0);
    }
    check(depth == 0);
}

/* Every line is a tag, and only the last is the end of a record. */
static void check_ris(wrt_str text) {
    wrt_str line;
    while (text.len > 0 && wrt_str_cut(&line, &text, '\n')) {
        check(line.len > 6 && line.ptr[line.len - 1] == '\r');
        check(memcmp(line.ptr + 2, "  - ", 4) == 0);
        check(text.len == 0 || memcmp(line.ptr, "ER", 2) != 0);
    }
}

static void cite(const wrt_pubmed_article *article) {
    for (int style = WRT_PUBMED_CITE_TEXT; style <= WRT_PUBMED_CITE_CSL; style++) {
        wrt_buf out = wrt_buf_make(WRT_MIB(256));
        check(wrt_pubmed_cite(&out, article, (wrt_pubmed_style)style, NULL) == WRT_OK);
        check(wrt_utf8_valid(wrt_buf_str(&out)));
        if (style == WRT_PUBMED_CITE_BIBTEX)
            check_bibtex(wrt_buf_str(&out));
        if (style == WRT_PUBMED_CITE_RIS)
            check_ris(wrt_buf_str(&out));
        wrt_buf_free(&out);
    }
}

static wrt_status collect(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    wrt_buf *out = ctx;
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_article *copy = wrt_pubmed_article_copy(arena, article);
    wrt_json *json = wrt_pubmed_article_json(article);
    wrt_json *copied = wrt_pubmed_article_json(copy);
    (void)err;
    check(article->pmid > 0 && article->version > 0);
    check(wrt_json_equal(json, copied));
    cite(article);
    wrt_json_write(out, json);
    wrt_buf_add_char(out, '\n');
    wrt_json_free(json);
    wrt_json_free(copied);
    wrt_arena_free(arena);
    return WRT_OK;
}

static wrt_status collect_deleted(int64_t pmid, void *ctx, wrt_err *err) {
    (void)err;
    check(pmid > 0);
    wrt_buf_printf(ctx, "deleted %lld\n", (long long)pmid);
    return WRT_OK;
}

static wrt_status read_in_pieces(wrt_buf *out, wrt_str text, size_t piece) {
    wrt_status status = WRT_OK;
    wrt_err err = {0};
    wrt_pubmed_reader *reader =
        wrt_pubmed_reader_new((wrt_pubmed_sink){collect, collect_deleted}, out);
    for (size_t at = 0; at < text.len && status == WRT_OK; at += piece) {
        size_t len = text.len - at < piece ? text.len - at : piece;
        status = wrt_pubmed_push(reader, (wrt_str){text.ptr + at, len}, &err);
    }
    if (status == WRT_OK)
        status = wrt_pubmed_finish(NULL, reader, &err);
    if (status != WRT_OK)
        check(err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
    wrt_pubmed_reader_free(reader);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    wrt_buf whole = wrt_buf_make(WRT_MIB(64));
    wrt_buf parts = wrt_buf_make(WRT_MIB(64));
    wrt_str text = {(const char *)data + 1, size - 1};
    wrt_status a = read_in_pieces(&whole, text, size);
    wrt_status b = read_in_pieces(&parts, text, (size_t)data[0] + 1);
    check((a == WRT_OK) == (b == WRT_OK));
    if (a == WRT_OK)
        check(wrt_str_equal(wrt_buf_str(&whole), wrt_buf_str(&parts)));
    check(wrt_utf8_valid(wrt_buf_str(&whole)));
    wrt_buf_free(&whole);
    wrt_buf_free(&parts);
    return 0;
}
