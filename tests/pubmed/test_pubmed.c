/* test_pubmed.c: the reader against hand-written XML, hostile XML and NLM's real records.
 *
 * Expected fields of the real records come from vectors.json, which an independent reader made. */
#include "base/file.h"
#include "base/hash.h"
#include "pubmed/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#ifdef WRT_TEST_ZLIB
#include <zlib.h>
#endif

/* ---- helpers */

static wrt_status collect(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    (void)err;
    wrt_json_push(ctx, wrt_pubmed_article_json(article));
    return WRT_OK;
}

static const wrt_pubmed_sink collecting = {.article = collect};

static wrt_status read_in_pieces(wrt_json **out, wrt_pubmed_counts *counts, wrt_str text,
                                 size_t piece, wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = wrt_json_new_array();
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new(collecting, *out);
    for (size_t at = 0; at < text.len && status == WRT_OK; at += piece) {
        size_t len = text.len - at < piece ? text.len - at : piece;
        char *exact = malloc(len); /* of its own size, so that a read beyond it shows */
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

static wrt_json *read_well(const char *text, wrt_pubmed_counts *counts) {
    wrt_json *articles = NULL;
    wrt_err err = {0};
    wrt_status status = read_in_pieces(&articles, counts, wrt_str_of(text), SIZE_MAX / 2, &err);
    if (status != WRT_OK)
        fail_msg("%s", err.message);
    return articles;
}

/* The message of the failure must contain `part`, be one line and quote nothing of the secret. */
static void expect_failure(wrt_str text, wrt_status wanted, const char *part) {
    static const size_t pieces[] = {1, 7, 4096, SIZE_MAX / 2};
    for (size_t i = text.len > 1000000 ? 2 : 0; i < sizeof pieces / sizeof *pieces; i++) {
        wrt_json *articles = NULL;
        wrt_err err = {0};
        assert_int_equal(read_in_pieces(&articles, NULL, text, pieces[i], &err), wanted);
        if (strstr(err.message, part) == NULL)
            fail_msg("\"%s\" does not contain \"%s\"", err.message, part);
        assert_null(strchr(err.message, '\n'));
        assert_null(strstr(err.message, "root:"));
        wrt_json_free(articles);
    }
}

static const wrt_json *first(const wrt_json *articles) {
    assert_true(wrt_json_count(articles) > 0);
    return wrt_json_first(articles);
}

static void expect_text(const wrt_json *object, const char *key, const char *wanted) {
    const char *got = wrt_json_get_text(object, key, "");
    if (strcmp(got, wanted) != 0)
        fail_msg("%s of %s: \"%s\", wanted \"%s\"", key, wrt_json_get_text(object, "pmid", "?"),
                 got, wanted);
}

#define CITATION(inside)                                                                           \
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">123</PMID>" inside      \
    "</MedlineCitation></PubmedArticle></PubmedArticleSet>"

/* ---- fields */

static void pubmed_keeps_words_apart_and_together_when_markup_is_inline(void **state) {
    (void)state;
    wrt_json *articles = read_well(
        CITATION("<Article><ArticleTitle> The <i>RAS</i> wild\n\ttype, CO<sub>2</sub> &amp; "
                 "<b><i>p</i></b>&#x3b1;<![CDATA[ <x>]]>.</ArticleTitle>"
                 "<Abstract><AbstractText Label=\"AIM\" NlmCategory=\"OBJECTIVE\">One <u>two</u> "
                 "three.</AbstractText><AbstractText/><AbstractText>x<mml:math "
                 "xmlns:mml=\"http://www.w3.org/1998/Math/MathML\"> <mml:mi> a </mml:mi> "
                 "<mml:mo> = </mml:mo><mml:mn>2</mml:mn> </mml:math>y</AbstractText>"
                 "<CopyrightInformation>Copyright</CopyrightInformation></Abstract></Article>"
                 "<OtherAbstract><AbstractText>other</AbstractText></OtherAbstract>"),
        NULL);
    const wrt_json *article = first(articles);
    const wrt_json *sections = wrt_json_get(article, "abstract");
    expect_text(article, "title", "The RAS wild type, CO2 & p\xce\xb1 <x>.");
    assert_int_equal(wrt_json_count(sections), 2);
    expect_text(wrt_json_at(sections, 0), "label", "AIM");
    expect_text(wrt_json_at(sections, 0), "category", "OBJECTIVE");
    expect_text(wrt_json_at(sections, 0), "text", "One two three.");
    assert_true(wrt_json_is(wrt_json_get(wrt_json_at(sections, 1), "label"), WRT_JSON_NULL));
    expect_text(wrt_json_at(sections, 1), "text", "xa=2y");
    wrt_json_free(articles);
}

static void pubmed_takes_ids_from_the_right_subtree_only(void **state) {
    (void)state;
    wrt_json *articles = read_well(
        "<PubmedArticle><PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId "
        "IdType=\"doi\">10.9/wrong</ArticleId><ArticleId IdType=\"pmc\">PMC9</ArticleId>"
        "</ArticleIdList></Reference></ReferenceList><ArticleIdList><ArticleId IdType=\"doi\">"
        "10.1/list</ArticleId><ArticleId IdType=\"pmc\">PMC77</ArticleId></ArticleIdList>"
        "</PubmedData><MedlineCitation><CommentsCorrectionsList><CommentsCorrections "
        "RefType=\"ErratumIn\"><RefSource>J. 1</RefSource><PMID>99</PMID></CommentsCorrections>"
        "<CommentsCorrections RefType=\"Cites\"><PMID>98</PMID></CommentsCorrections>"
        "</CommentsCorrectionsList><PMID Version=\"2\">55</PMID><OtherID>PMC5 [Available]</OtherID>"
        "<Article><ELocationID EIdType=\"pii\">S1</ELocationID><ELocationID EIdType=\"doi\" "
        "ValidYN=\"N\">10.1/invalid</ELocationID><ELocationID EIdType=\"doi\">10.1/eloc"
        "</ELocationID><ELocationID EIdType=\"doi\">10.1/second</ELocationID></Article>"
        "</MedlineCitation></PubmedArticle>",
        NULL);
    const wrt_json *article = first(articles);
    const wrt_json *correction = wrt_json_first(wrt_json_get(article, "corrections"));
    expect_text(article, "pmid", "55");
    assert_int_equal(wrt_json_get_int(article, "version", 0), 2);
    expect_text(article, "doi", "10.1/eloc");
    expect_text(article, "pmcid", "PMC77");
    expect_text(article, "status", "corrected");
    assert_int_equal(wrt_json_count(wrt_json_get(article, "corrections")), 1);
    expect_text(correction, "type", "ErratumIn");
    expect_text(correction, "pmid", "99");
    expect_text(correction, "source", "J. 1");
    wrt_json_free(articles);
}

static void pubmed_names_authors_when_forms_differ(void **state) {
    (void)state;
    wrt_json *articles = read_well(
        CITATION("<Article><AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName>"
                 "<Initials>J</Initials><Suffix>3rd</Suffix></Author><Author ValidYN=\"N\">"
                 "<LastName>Wrong</LastName></Author><Author><LastName>Solo</LastName></Author>"
                 "<Author><CollectiveName>The <i>X</i> Group</CollectiveName></Author>"
                 "</AuthorList><AuthorList Type=\"editors\"><Author><LastName>Ed</LastName>"
                 "</Author></AuthorList></Article><InvestigatorList><Investigator><LastName>Inv"
                 "</LastName></Investigator></InvestigatorList>"),
        NULL);
    const wrt_json *authors = wrt_json_get(first(articles), "authors");
    assert_int_equal(wrt_json_count(authors), 3);
    expect_text(wrt_json_at(authors, 0), "name", "Doe J 3rd");
    expect_text(wrt_json_at(authors, 1), "name", "Solo");
    expect_text(wrt_json_at(authors, 2), "name", "The X Group");
    assert_false(wrt_json_get_bool(wrt_json_at(authors, 0), "collective", true));
    assert_true(wrt_json_get_bool(wrt_json_at(authors, 2), "collective", false));
    wrt_json_free(articles);
}

static int64_t year_when(const char *dates) {
    char text[1024];
    snprintf(text, sizeof text, CITATION("<Article>%s</Article>"), dates);
    wrt_json *articles = read_well(text, NULL);
    int64_t year = wrt_json_get_int(first(articles), "year", 0);
    wrt_json_free(articles);
    return year;
}

#define PUBDATE(inside)                                                                            \
    "<Journal><JournalIssue><PubDate>" inside "</PubDate></JournalIssue></Journal>"

static void pubmed_finds_the_year_when_dates_are_of_many_forms(void **state) {
    (void)state;
    const char *electronic = "<ArticleDate><Year>2016</Year></ArticleDate>";
    char both[512];
    snprintf(both, sizeof both, "%s%s", electronic, PUBDATE("<Year>2017</Year>"));
    assert_int_equal(year_when(PUBDATE("<Year>2019</Year><Month>09</Month>")), 2019);
    assert_int_equal(year_when(PUBDATE("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>")), 1998);
    assert_int_equal(year_when(PUBDATE("<MedlineDate>Winter 2001</MedlineDate>")), 2001);
    assert_int_equal(year_when(PUBDATE("<MedlineDate>123456</MedlineDate>")), 0);
    assert_int_equal(year_when(both), 2017);
    assert_int_equal(year_when(electronic), 2016);
    assert_int_equal(year_when(""), 0);
}

static void expect_status(const char *inside, const char *wanted) {
    char text[1024];
    snprintf(text, sizeof text, CITATION("%s"), inside);
    wrt_json *articles = read_well(text, NULL);
    expect_text(first(articles), "status", wanted);
    assert_int_equal(wrt_json_get_bool(first(articles), "retracted", false),
                     strcmp(wanted, "retracted") == 0);
    wrt_json_free(articles);
}

#define LINK(type)                                                                                 \
    "<CommentsCorrectionsList><CommentsCorrections RefType=\"" type                                \
    "\"><PMID>7</PMID></CommentsCorrections></CommentsCorrectionsList>"
#define TYPE(ui, name)                                                                             \
    "<Article><PublicationTypeList><PublicationType UI=\"" ui "\">" name                           \
    "</PublicationType></PublicationTypeList></Article>"

static void pubmed_marks_retraction_when_any_signal_is_there(void **state) {
    (void)state;
    expect_status("", "ok");
    expect_status(LINK("RetractionIn"), "retracted");
    expect_status(LINK("RetractedandRepublishedIn"), "retracted");
    expect_status(TYPE("D016441", "Retracted Publication"), "retracted");
    expect_status(TYPE("", "Retracted Publication"), "retracted");
    expect_status(TYPE("D016440", "Retraction of Publication"), "notice");
    expect_status(LINK("RetractionOf"), "notice");
    expect_status(LINK("ExpressionOfConcernIn"), "concern");
    expect_status(LINK("ErratumIn"), "corrected");
    expect_status(LINK("CommentIn"), "ok");
    wrt_json *articles = read_well(
        "<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation><PubmedData><History>"
        "<PubMedPubDate PubStatus=\"retracted\"/></History></PubmedData></PubmedArticle>",
        NULL);
    expect_text(first(articles), "status", "retracted");
    wrt_json_free(articles);
}

static void pubmed_counts_books_and_deletions(void **state) {
    (void)state;
    wrt_pubmed_counts counts = {0};
    wrt_json *articles =
        read_well("<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>5</PMID>"
                  "</BookDocument></PubmedBookArticle><DeleteCitation><PMID>6</PMID><PMID>7</PMID>"
                  "</DeleteCitation></PubmedArticleSet>",
                  &counts);
    assert_int_equal(wrt_json_count(articles), 1);
    assert_int_equal(counts.articles, 0);
    assert_int_equal(counts.books, 1);
    assert_int_equal(counts.deleted, 2);
    wrt_json_free(articles);
    articles = read_well("<PubmedArticleSet></PubmedArticleSet>", &counts); /* a real answer */
    assert_int_equal(counts.articles, 0);
    wrt_json_free(articles);
}

/* ---- pieces */

static const char mixed[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!DOCTYPE PubmedArticleSet PUBLIC "
    "\"-//NLM//DTD PubMedArticle//EN\" \"https://dtd.nlm.nih.gov/none.dtd\">\r\n"
    "<PubmedArticleSet><!-- note --><MedlineCitation><PMID Version=\"1\">4</PMID><Article>"
    "<ArticleTitle>\xce\xb1-\xe2\x80\x89\xf0\x9d\x9b\xbc <i>\xc3\xa9</i>&lt;b&#x3e; &amp;amp;"
    "<![CDATA[]] >]]></ArticleTitle><Abstract><AbstractText Label=\"A &amp; B &amp;#38;\">x\r\n "
    "y<sup>2</sup>"
    "</AbstractText></Abstract></Article></MedlineCitation><PubmedArticle><MedlineCitation><PMID "
    "Version=\"1\">5</PMID></MedlineCitation></PubmedArticle></PubmedArticleSet>\n";

static void pubmed_reads_the_same_when_pieces_differ(void **state) {
    (void)state;
    wrt_json *whole = read_well(mixed, NULL);
    assert_int_equal(wrt_json_count(whole), 2);
    expect_text(first(whole), "title",
                "\xce\xb1-\xe2\x80\x89\xf0\x9d\x9b\xbc \xc3\xa9<b> &amp;]] >");
    expect_text(wrt_json_first(wrt_json_get(first(whole), "abstract")), "label", "A & B &#38;");
    expect_text(wrt_json_first(wrt_json_get(first(whole), "abstract")), "text", "x y2");
    for (size_t piece = 1; piece < sizeof mixed; piece++) {
        wrt_json *parts = NULL;
        wrt_err err = {0};
        if (read_in_pieces(&parts, NULL, WRT_STR(mixed), piece, &err) != WRT_OK)
            fail_msg("pieces of %zu: %s", piece, err.message);
        assert_true(wrt_json_equal(whole, parts));
        wrt_json_free(parts);
    }
    wrt_json_free(whole);
}

/* ---- hostile */

static void pubmed_refuses_entities_when_declared_or_used(void **state) {
    (void)state;
    expect_failure(
        WRT_STR("<!DOCTYPE r [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;\">"
                "<!ENTITY c \"&b;&b;&b;&b;&b;\">]>" CITATION("<Article><ArticleTitle>&c;"
                                                             "</ArticleTitle></Article>")),
        WRT_E_INPUT, "entity");
    expect_failure(WRT_STR("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" CITATION(
                       "<Article><ArticleTitle>&x;</ArticleTitle></Article>")),
                   WRT_E_INPUT, "entity");
    expect_failure(WRT_STR("<!DOCTYPE r [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>"
                           "<PubmedArticleSet/>"),
                   WRT_E_INPUT, "entity");
    expect_failure(WRT_STR("<!DOCTYPE r SYSTEM \"file:///etc/passwd\">" CITATION(
                       "<Article><ArticleTitle>a&alpha;b</ArticleTitle></Article>")),
                   WRT_E_INPUT, "alpha");
    expect_failure(WRT_STR("<!DOCTYPE r SYSTEM \"x.dtd\"><PubmedArticleSet a=\"&beta;\"/>"),
                   WRT_E_INPUT, "beta");
}

static void pubmed_refuses_every_prefix_of_a_document(void **state) {
    (void)state;
    size_t end = sizeof mixed - 2; /* without the last line feed the document is still whole */
    for (size_t len = 1; len < end; len++) {
        wrt_json *articles = NULL;
        wrt_err err = {0};
        wrt_status status =
            read_in_pieces(&articles, NULL, (wrt_str){mixed, len}, SIZE_MAX / 2, &err);
        assert_int_equal(status, WRT_E_INPUT);
        assert_int_not_equal(err.message[0], '\0');
        wrt_json_free(articles);
    }
}

static void pubmed_refuses_what_is_not_pubmed_xml(void **state) {
    (void)state;
    expect_failure(WRT_STR(""), WRT_E_INPUT, "empty");
    expect_failure(WRT_STR("{\"error\":\"API rate limit exceeded\"}"), WRT_E_INPUT, "line 1");
    expect_failure(WRT_STR("<html><body>no</body></html>"), WRT_E_INPUT, "html");
    expect_failure(WRT_STR("<eSearchResult><ERROR>x</ERROR></eSearchResult>"), WRT_E_INPUT,
                   "eSearchResult");
    expect_failure(WRT_STR("<\0P\0u\0b\0"), WRT_E_INPUT, "NUL");
    expect_failure(WRT_STR("\xff\xfe<\0"), WRT_E_INPUT, "UTF-8");
    expect_failure(WRT_STR("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" CITATION(
                       "<Article><ArticleTitle>\xe9t</ArticleTitle></Article>")),
                   WRT_E_INPUT, "line");
    expect_failure(WRT_STR("\x1f\x8b\x08xxxx"), WRT_E_UNSUPPORTED, "gzip");
    expect_failure(WRT_STR("<PubmedArticle><MedlineCitation/></PubmedArticle>"), WRT_E_INPUT,
                   "PMID");
    expect_failure(WRT_STR("<MedlineCitation><PMID>12a</PMID></MedlineCitation>"), WRT_E_INPUT,
                   "12a");
    expect_failure(WRT_STR("<MedlineCitation><PMID Version=\"x\">1</PMID></MedlineCitation>"),
                   WRT_E_INPUT, "Version");
    expect_failure(WRT_STR(CITATION("") CITATION("")), WRT_E_INPUT, "line");
}

static void pubmed_refuses_invalid_bytes(void **state) {
    (void)state;
    expect_failure(WRT_STR(CITATION("<Article><ArticleTitle>a\xff"
                                    "b</ArticleTitle></Article>")),
                   WRT_E_INPUT, "line");
    expect_failure(WRT_STR(CITATION("<Article><ArticleTitle>\xc1\xbf</ArticleTitle></Article>")),
                   WRT_E_INPUT, "line");
    expect_failure(WRT_STR(CITATION("<Article><ArticleTitle>\xed\xa0\x80</ArticleTitle>"
                                    "</Article>")),
                   WRT_E_INPUT, "line");
    expect_failure(WRT_STR(CITATION("<Article><ArticleTitle>&#0;</ArticleTitle></Article>")),
                   WRT_E_INPUT, "line");
}

static void repeat(wrt_buf *out, const char *text, size_t times) {
    for (size_t i = 0; i < times; i++)
        wrt_buf_add_c(out, text);
}

static void pubmed_stops_at_its_caps(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    repeat(&text, "<PubmedArticleSet>", 1);
    repeat(&text, "<x>", 100000);
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "64");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>");
    repeat(&text, "<i>0123456789abcdef</i>", (WRT_PUBMED_TEXT_MAX >> 4) + 1);
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "ArticleTitle");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "<MedlineCitation><PMID>1</PMID><MeshHeadingList>");
    repeat(&text, "<MeshHeading/>", WRT_PUBMED_ARTICLE_MAX / 256 + 1);
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "an article");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "<MedlineCitation><PMID Version=\"");
    repeat(&text, "1", (1 << 16) + 1);
    wrt_buf_add_c(&text, "\">1</PMID></MedlineCitation>");
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "attribute");
    wrt_buf_free(&text);
}

static wrt_status refuse(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    (void)article;
    ++*(int *)ctx;
    return wrt_fail(err, WRT_E_DENIED, "no more");
}

static void pubmed_stops_when_the_callback_fails(void **state) {
    (void)state;
    int calls = 0;
    wrt_err err = {0};
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new((wrt_pubmed_sink){.article = refuse}, &calls);
    assert_int_equal(wrt_pubmed_push(reader, WRT_STR(mixed), &err), WRT_E_DENIED);
    assert_string_equal(err.message, "no more");
    assert_int_equal(wrt_pubmed_push(reader, WRT_STR(mixed), NULL), WRT_E_DENIED);
    assert_int_equal(wrt_pubmed_finish(NULL, reader, NULL), WRT_E_DENIED);
    assert_int_equal(calls, 1);
    wrt_pubmed_reader_free(reader);
}

/* ---- real records */

static char *shared_path(const char *name) {
    const char *root = getenv("WARRANT_SHARED");
    char *folder = wrt_path_join(root != NULL ? root : TEST_SOURCE_DIR "/../shared", "data/pubmed");
    char *path = wrt_path_join(folder, name);
    free(folder);
    return path;
}

static wrt_json *read_vectors(void) {
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_json *vectors = NULL;
    char *path = shared_path("vectors.json");
    if (wrt_file_read(&text, path, WRT_MIB(8), NULL) != WRT_OK) {
        print_message("SKIPPED: no data/pubmed/vectors.json under WARRANT_SHARED\n");
        free(path);
        skip();
    }
    assert_int_equal(wrt_json_parse(&vectors, wrt_buf_str(&text), NULL), WRT_OK);
    wrt_buf_free(&text);
    free(path);
    return vectors;
}

static bool is_gzip(const char *name) {
    size_t len = strlen(name);
    return len > 3 && strcmp(name + len - 3, ".gz") == 0;
}

/* The articles of a file; NULL when it is gzip and this test was built without zlib. */
static wrt_json *read_shared(const char *name, wrt_pubmed_counts *counts) {
    char *path = shared_path(name);
    wrt_json *articles = NULL;
    wrt_err err = {0};
    if (!is_gzip(name)) {
        articles = wrt_json_new_array();
        assert_int_equal(wrt_pubmed_read_file(counts, path, collecting, articles, &err), WRT_OK);
    }
#ifdef WRT_TEST_ZLIB
    else {
        gzFile file = gzopen(path, "rb");
        char piece[8192];
        int got = 0;
        assert_non_null(file);
        articles = wrt_json_new_array();
        wrt_pubmed_reader *reader = wrt_pubmed_reader_new(collecting, articles);
        while ((got = gzread(file, piece, sizeof piece)) > 0)
            assert_int_equal(wrt_pubmed_push(reader, (wrt_str){piece, (size_t)got}, &err), WRT_OK);
        assert_int_equal(wrt_pubmed_finish(counts, reader, &err), WRT_OK);
        wrt_pubmed_reader_free(reader);
        gzclose(file);
    }
#endif
    free(path);
    return articles;
}

static void check_abstract(const wrt_json *got, const wrt_json *wanted) {
    char hex[WRT_SHA256_HEX + 1];
    const wrt_json *sections = wrt_json_get(got, "abstract");
    const wrt_json *expected = wrt_json_get(wanted, "abstract_sections");
    assert_int_equal(wrt_json_count(sections), wrt_json_count(expected));
    wrt_buf text = wrt_buf_make(WRT_MIB(2));
    for (size_t i = 0; i < wrt_json_count(sections); i++) {
        const wrt_json *section = wrt_json_at(sections, i);
        const wrt_json *triple = wrt_json_at(expected, i);
        expect_text(section, "label", wrt_json_text(wrt_json_at(triple, 0)));
        expect_text(section, "category", wrt_json_text(wrt_json_at(triple, 1)));
        const char *label = wrt_json_get_text(section, "label", "");
        wrt_buf_printf(&text, "%s%s%s", i > 0 ? "\n" : "", label, label[0] != '\0' ? ": " : "");
        wrt_buf_add_c(&text, wrt_json_get_text(section, "text", ""));
    }
    wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&text));
    wrt_sha256_hex(hex, &digest);
    if (text.len > 0)
        assert_string_equal(hex, wrt_json_get_text(wanted, "abstract_sha256", ""));
    wrt_buf_free(&text);
}

static void check_authors(const wrt_json *got, const wrt_json *wanted) {
    const wrt_json *authors = wrt_json_get(got, "authors");
    size_t n = wrt_json_count(authors);
    size_t collective = 0;
    assert_int_equal(n, wrt_json_get_int(wanted, "author_count", -1));
    if (n > 0) {
        expect_text(wrt_json_at(authors, 0), "name", wrt_json_get_text(wanted, "first_author", ""));
        expect_text(wrt_json_at(authors, n - 1), "name",
                    wrt_json_get_text(wanted, "last_author", ""));
    }
    WRT_JSON_EACH(author, authors)
    collective += wrt_json_get_bool(author, "collective", false);
    assert_int_equal(collective, wrt_json_count(wrt_json_get(wanted, "collective_authors")));
}

static void check_pairs(const wrt_json *got, const char *a, const char *b, const wrt_json *wanted) {
    assert_int_equal(wrt_json_count(got), wrt_json_count(wanted));
    const wrt_json *pair = wrt_json_first(wanted);
    WRT_JSON_EACH(item, got) {
        expect_text(item, a, wrt_json_text(wrt_json_at(pair, 0)));
        expect_text(item, b, wrt_json_text(wrt_json_at(pair, 1)));
        pair = wrt_json_next(pair);
    }
}

static void check_record(const wrt_json *got, const wrt_json *wanted) {
    static const char *const same[] = {
        "title", "vernacular_title", "journal", "iso_abbrev", "volume", "issue", "doi"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        expect_text(got, same[i], wrt_json_get_text(wanted, same[i], ""));
    expect_text(got, "pmcid", wrt_json_get_text(wanted, "pmc", ""));
    assert_int_equal(wrt_json_get_int(got, "version", 0), wrt_json_get_int(wanted, "version", 0));
    assert_int_equal(wrt_json_get_int(got, "year", 0), wrt_json_get_int(wanted, "year", 0));
    assert_int_equal(wrt_json_get_bool(got, "retracted", false),
                     wrt_json_get_bool(wanted, "retracted", false));
    assert_true(wrt_json_equal(wrt_json_get(got, "mesh"), wrt_json_get(wanted, "mesh")));
    assert_true(wrt_json_equal(wrt_json_get(got, "languages"), wrt_json_get(wanted, "languages")));
    check_pairs(wrt_json_get(got, "publication_types"), "ui", "name",
                wrt_json_get(wanted, "publication_types"));
    check_pairs(wrt_json_get(got, "corrections"), "type", "pmid",
                wrt_json_get(wanted, "comments_corrections"));
    check_abstract(got, wanted);
    check_authors(got, wanted);
}

static const wrt_json *find_pmid(const wrt_json *articles, int64_t pmid) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)pmid);
    WRT_JSON_EACH(article, articles)
    if (strcmp(wrt_json_get_text(article, "pmid", ""), text) == 0)
        return article;
    fail_msg("PMID %s was not read", text);
    return NULL;
}

static void pubmed_agrees_with_an_independent_reader_on_real_records(void **state) {
    (void)state;
    wrt_json *vectors = read_vectors();
    int checked = 0, books = 0, unread = 0;
    WRT_JSON_EACH(wanted, wrt_json_get(vectors, "records")) {
        wrt_pubmed_counts counts = {0};
        wrt_json *articles = read_shared(wrt_json_get_text(wanted, "file", ""), &counts);
        if (articles == NULL) {
            unread++;
        } else if (strcmp(wrt_json_get_text(wanted, "kind", ""), "book") == 0) {
            assert_int_equal(counts.books, 1);
            books++;
        } else {
            check_record(find_pmid(articles, wrt_json_get_int(wanted, "pmid", 0)), wanted);
            checked++;
        }
        wrt_json_free(articles);
    }
    print_message("records checked: %d, books skipped: %d, files not read (no zlib): %d\n", checked,
                  books, unread);
    assert_true(checked > 0);
    wrt_json_free(vectors);
}

static void pubmed_counts_what_whole_files_hold(void **state) {
    (void)state;
    wrt_json *vectors = read_vectors();
    WRT_JSON_EACH(wanted, wrt_json_get(vectors, "file_expectations")) {
        wrt_pubmed_counts counts = {0};
        int64_t abstracts = 0;
        wrt_json *articles = read_shared(wrt_json_get_text(wanted, "file", ""), &counts);
        if (articles == NULL) {
            print_message("SKIPPED: %s (no zlib)\n", wrt_json_get_text(wanted, "file", "?"));
            continue;
        }
        WRT_JSON_EACH(article, articles)
        abstracts += wrt_json_count(wrt_json_get(article, "abstract")) > 0;
        assert_int_equal(counts.articles, wrt_json_get_int(wanted, "articles", -1));
        assert_int_equal(counts.books, wrt_json_get_int(wanted, "books", -1));
        assert_int_equal(counts.deleted, wrt_json_count(wrt_json_get(wanted, "deleted")));
        assert_int_equal(abstracts, wrt_json_get_int(wanted, "with_abstract", -1));
        wrt_json_free(articles);
    }
    wrt_json_free(vectors);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pubmed_keeps_words_apart_and_together_when_markup_is_inline),
        cmocka_unit_test(pubmed_takes_ids_from_the_right_subtree_only),
        cmocka_unit_test(pubmed_names_authors_when_forms_differ),
        cmocka_unit_test(pubmed_finds_the_year_when_dates_are_of_many_forms),
        cmocka_unit_test(pubmed_marks_retraction_when_any_signal_is_there),
        cmocka_unit_test(pubmed_counts_books_and_deletions),
        cmocka_unit_test(pubmed_reads_the_same_when_pieces_differ),
        cmocka_unit_test(pubmed_refuses_entities_when_declared_or_used),
        cmocka_unit_test(pubmed_refuses_every_prefix_of_a_document),
        cmocka_unit_test(pubmed_refuses_what_is_not_pubmed_xml),
        cmocka_unit_test(pubmed_refuses_invalid_bytes),
        cmocka_unit_test(pubmed_stops_at_its_caps),
        cmocka_unit_test(pubmed_stops_when_the_callback_fails),
        cmocka_unit_test(pubmed_agrees_with_an_independent_reader_on_real_records),
        cmocka_unit_test(pubmed_counts_what_whole_files_hold),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
