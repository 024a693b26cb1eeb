/* test_reader.c: the reader against hand-written and hostile XML. PMIDs and papers are made up. */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The message of the failure must contain `part`, be one line and quote nothing of the secret. */
static void expect_failure(wrt_str text, wrt_status wanted, const char *part) {
    static const size_t pieces[] = {1, 7, 4096, SIZE_MAX / 2};
    for (size_t i = text.len > 700000 ? 2 : 0; i < sizeof pieces / sizeof *pieces; i++) {
        wrt_json *articles = NULL;
        wrt_err err = {0};
        assert_int_equal(pubmed_read_in_pieces(&articles, NULL, text, pieces[i], &err), wanted);
        if (strstr(err.message, part) == NULL)
            fail_msg("\"%s\" does not contain \"%s\"", err.message, part);
        assert_null(strchr(err.message, '\n'));
        assert_null(strstr(err.message, "root:"));
        wrt_json_free(articles);
    }
}

#define CITATION(inside)                                                                           \
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">123</PMID>" inside      \
    "</MedlineCitation></PubmedArticle></PubmedArticleSet>"

/* ---- fields */

static void pubmed_keeps_words_apart_and_together_when_markup_is_inline(void **state) {
    (void)state;
    wrt_json *articles = pubmed_read_well(
        CITATION("<Article><ArticleTitle> The <i>RAS</i> wild\n\ttype, CO<sub>2</sub> &amp; "
                 "<b><i>p</i></b>&#x3b1;<![CDATA[ <x>]]>.</ArticleTitle>"
                 "<Abstract><AbstractText Label=\"AIM\" NlmCategory=\"OBJECTIVE\">One <u>two</u> "
                 "three.</AbstractText><AbstractText/><AbstractText>x<mml:math "
                 "xmlns:mml=\"http://www.w3.org/1998/Math/MathML\"> <mml:mi> a </mml:mi> "
                 "<mml:mo> = </mml:mo><mml:mn>2</mml:mn> </mml:math>y</AbstractText>"
                 "<CopyrightInformation>Copyright</CopyrightInformation></Abstract></Article>"
                 "<OtherAbstract><AbstractText>other</AbstractText></OtherAbstract>"),
        NULL);
    const wrt_json *article = pubmed_first(articles);
    const wrt_json *sections = wrt_json_get(article, "abstract");
    pubmed_expect_text(article, "title", "The RAS wild type, CO2 & p\xce\xb1 <x>.");
    assert_int_equal(wrt_json_count(sections), 2);
    pubmed_expect_text(wrt_json_at(sections, 0), "label", "AIM");
    pubmed_expect_text(wrt_json_at(sections, 0), "category", "OBJECTIVE");
    pubmed_expect_text(wrt_json_at(sections, 0), "text", "One two three.");
    assert_true(wrt_json_is(wrt_json_get(wrt_json_at(sections, 1), "label"), WRT_JSON_NULL));
    pubmed_expect_text(wrt_json_at(sections, 1), "text", "xa=2y");
    wrt_json_free(articles);
}

static void pubmed_takes_ids_from_the_right_subtree_only(void **state) {
    (void)state;
    wrt_json *articles = pubmed_read_well(
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
    const wrt_json *article = pubmed_first(articles);
    const wrt_json *correction = wrt_json_first(wrt_json_get(article, "corrections"));
    pubmed_expect_text(article, "pmid", "55");
    assert_int_equal(wrt_json_get_int(article, "version", 0), 2);
    pubmed_expect_text(article, "doi", "10.1/eloc");
    pubmed_expect_text(article, "pmcid", "PMC77");
    pubmed_expect_text(article, "status", "corrected");
    assert_int_equal(wrt_json_count(wrt_json_get(article, "corrections")), 1);
    pubmed_expect_text(correction, "type", "ErratumIn");
    pubmed_expect_text(correction, "pmid", "99");
    pubmed_expect_text(correction, "source", "J. 1");
    wrt_json_free(articles);
}

static void pubmed_names_authors_when_forms_differ(void **state) {
    (void)state;
    wrt_json *articles = pubmed_read_well(
        CITATION("<Article><AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName>"
                 "<Initials>J</Initials><Suffix>3rd</Suffix></Author><Author ValidYN=\"N\">"
                 "<LastName>Wrong</LastName></Author><Author><LastName>Solo</LastName></Author>"
                 "<Author><CollectiveName>The <i>X</i> Group</CollectiveName></Author>"
                 "</AuthorList><AuthorList Type=\"editors\"><Author><LastName>Ed</LastName>"
                 "</Author></AuthorList></Article><InvestigatorList><Investigator><LastName>Inv"
                 "</LastName></Investigator></InvestigatorList>"),
        NULL);
    const wrt_json *authors = wrt_json_get(pubmed_first(articles), "authors");
    assert_int_equal(wrt_json_count(authors), 3);
    pubmed_expect_text(wrt_json_at(authors, 0), "name", "Doe J 3rd");
    pubmed_expect_text(wrt_json_at(authors, 1), "name", "Solo");
    pubmed_expect_text(wrt_json_at(authors, 2), "name", "The X Group");
    assert_false(wrt_json_get_bool(wrt_json_at(authors, 0), "collective", true));
    assert_true(wrt_json_get_bool(wrt_json_at(authors, 2), "collective", false));
    wrt_json_free(articles);
}

static int64_t year_when(const char *dates) {
    char text[1024];
    snprintf(text, sizeof text, CITATION("<Article>%s</Article>"), dates);
    wrt_json *articles = pubmed_read_well(text, NULL);
    int64_t year = wrt_json_get_int(pubmed_first(articles), "year", 0);
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
    wrt_json *articles = pubmed_read_well(text, NULL);
    pubmed_expect_text(pubmed_first(articles), "status", wanted);
    assert_int_equal(wrt_json_get_bool(pubmed_first(articles), "retracted", false),
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
    wrt_json *articles = pubmed_read_well(
        "<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation><PubmedData><History>"
        "<PubMedPubDate PubStatus=\"retracted\"/></History></PubmedData></PubmedArticle>",
        NULL);
    pubmed_expect_text(pubmed_first(articles), "status", "retracted");
    wrt_json_free(articles);
}

static void pubmed_counts_books_and_deletions(void **state) {
    (void)state;
    wrt_pubmed_counts counts = {0};
    wrt_json *articles = pubmed_read_well(
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>5</PMID>"
        "</BookDocument></PubmedBookArticle><DeleteCitation><PMID>6</PMID><PMID>7</PMID>"
        "</DeleteCitation></PubmedArticleSet>",
        &counts);
    assert_int_equal(wrt_json_count(articles), 1);
    assert_int_equal(counts.articles, 0);
    assert_int_equal(counts.books, 1);
    assert_int_equal(counts.deleted, 2);
    wrt_json_free(articles);
    articles =
        pubmed_read_well("<PubmedArticleSet></PubmedArticleSet>", &counts); /* a real answer */
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
    wrt_json *whole = pubmed_read_well(mixed, NULL);
    assert_int_equal(wrt_json_count(whole), 2);
    pubmed_expect_text(pubmed_first(whole), "title",
                       "\xce\xb1-\xe2\x80\x89\xf0\x9d\x9b\xbc \xc3\xa9<b> &amp;]] >");
    pubmed_expect_text(wrt_json_first(wrt_json_get(pubmed_first(whole), "abstract")), "label",
                       "A & B &#38;");
    pubmed_expect_text(wrt_json_first(wrt_json_get(pubmed_first(whole), "abstract")), "text",
                       "x y2");
    for (size_t piece = 1; piece < sizeof mixed; piece++) {
        wrt_json *parts = NULL;
        wrt_err err = {0};
        if (pubmed_read_in_pieces(&parts, NULL, WRT_STR(mixed), piece, &err) != WRT_OK)
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
            pubmed_read_in_pieces(&articles, NULL, (wrt_str){mixed, len}, SIZE_MAX / 2, &err);
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
    expect_failure(WRT_STR("<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation>"
                           "<MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle>"),
                   WRT_E_INPUT, "PMID 1: one article has two");
    expect_failure(WRT_STR("<PubmedArticleSet><DeleteCitation><PMID>x</PMID></DeleteCitation>"
                           "</PubmedArticleSet>"),
                   WRT_E_INPUT, "deleted PMID");
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
    wrt_buf_free(&text);
}

static void pubmed_reads_long_texts_below_its_caps(void **state) {
    (void)state;
    static const char *const units[][2] = {{"0123456789abcdef", "<b/>"},
                                           {"\xce\xb1\xe2\x80\x89 &#945;", ""},
                                           {"<![CDATA[0123456789 & < abcdef]]>", ""}};
    static const size_t pieces[] = {1000, WRT_PUBMED_PIECE, SIZE_MAX / 2};
    for (size_t i = 0; i < 9; i++) {
        wrt_buf text = wrt_buf_make(WRT_MIB(4));
        wrt_json *articles = NULL;
        wrt_err err = {0};
        wrt_buf_add_c(&text, "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>");
        repeat(&text, units[i / 3][0], 32000);
        wrt_buf_add_c(&text, units[i / 3][1]);
        wrt_buf_add_c(&text, "</ArticleTitle></Article></MedlineCitation>");
        if (pubmed_read_in_pieces(&articles, NULL, wrt_buf_str(&text), pieces[i % 3], &err) !=
            WRT_OK)
            fail_msg("unit %zu, pieces %zu: %s", i / 3, pieces[i % 3], err.message);
        assert_true(strlen(wrt_json_get_text(pubmed_first(articles), "title", "")) > 250000);
        wrt_json_free(articles);
        wrt_buf_free(&text);
    }
}

/* The work of libxml2 on one tag grows with the square of its attributes. */
static void pubmed_stops_at_long_tags(void **state) {
    (void)state;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_buf_add_c(&text, "<MedlineCitation><PMID Version=\"");
    repeat(&text, "1", WRT_PUBMED_TAG_MAX + 1);
    wrt_buf_add_c(&text, "\">1</PMID></MedlineCitation>");
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "longer than 32768");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "<MedlineCitation");
    for (int i = 0; i < 1000000; i++)
        wrt_buf_printf(&text, " a%d=\"\"", i);
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "a tag");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "<MedlineCitation><!--");
    repeat(&text, "0123456789abcdef", 1 << 16);
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "comment");
    wrt_buf_clear(&text);
    wrt_buf_add_c(&text, "<!DOCTYPE r [");
    repeat(&text, "<!ATTLIST a b CDATA 'x'>", 1 << 15);
    expect_failure(wrt_buf_str(&text), WRT_E_LIMIT, "document type");
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
        cmocka_unit_test(pubmed_reads_long_texts_below_its_caps),
        cmocka_unit_test(pubmed_stops_at_long_tags),
        cmocka_unit_test(pubmed_stops_when_the_callback_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
