/* test_cite.c: golden citations of made-up records. */
#include "pubmed/cite.h"
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_buf out;
    wrt_pubmed_style style;
} citing;

static wrt_status cite(const wrt_pubmed_article *article, void *ctx, wrt_err *err) {
    citing *c = ctx;
    return wrt_pubmed_cite(&c->out, article, c->style, err);
}

static char *cited(const char *xml, const char *style) {
    citing c = {.out = wrt_buf_make(WRT_MIB(1))};
    wrt_err err = {0};
    assert_true(wrt_pubmed_style_of_name(&c.style, style));
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new((wrt_pubmed_sink){.article = cite}, &c);
    if (wrt_pubmed_push(reader, wrt_str_of(xml), &err) != WRT_OK ||
        wrt_pubmed_finish(NULL, reader, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_pubmed_reader_free(reader);
    return wrt_buf_take(&c.out);
}

static void expect(const char *xml, const char *style, const char *wanted) {
    char *got = cited(xml, style);
    assert_string_equal(got, wanted);
    free(got);
}

static void expect_part(const char *xml, const char *style, const char *part) {
    char *got = cited(xml, style);
    if (strstr(got, part) == NULL)
        fail_msg("\"%s\" is not in\n%s", part, got);
    free(got);
}

#define NAMES                                                                                      \
    "<AuthorList><Author><LastName>M\xc3\xbcller</LastName><ForeName>Jane A</ForeName>"            \
    "<Initials>JA</Initials><Suffix>Jr</Suffix></Author><Author><LastName>Solo</LastName>"         \
    "</Author><Author><CollectiveName>The A &amp; B and C Group</CollectiveName></Author>"         \
    "</AuthorList>"
#define JOURNAL(date)                                                                              \
    "<Journal><ISSN>1234-5679</ISSN><JournalIssue><Volume>7</Volume><Issue>2</"                    \
    "Issue><PubDate>" date "</PubDate></JournalIssue><Title>Journal of Nothing &amp; All</Title>"  \
    "<ISOAbbreviation>J Nothing</ISOAbbreviation></Journal>"

static const char plain[] = CITATION("<Article>" JOURNAL(
    "<MedlineDate>2019 Sep-Oct</MedlineDate>") "<ArticleTitle>Up 5% in {x}_1 ~ CO<sub>2</sub> at "
                                               "p&lt;0.05: \xce\xb1.</ArticleTitle>"
                                               "<Pagination><MedlinePgn>1173-9</MedlinePgn></"
                                               "Pagination>"
                                               "<ELocationID "
                                               "EIdType=\"doi\">10.9999/a_b{c}</ELocationID>"
                                               "<Abstract><AbstractText "
                                               "Label=\"AIM\">One.</"
                                               "AbstractText><AbstractText>Two.</AbstractText>"
                                               "</Abstract>" NAMES "<Language>eng</Language></"
                                               "Article><KeywordList><Keyword>key, word"
                                               "</Keyword></KeywordList>");

static void cite_gives_text_for_people(void **state) {
    (void)state;
    expect(plain, "text",
           "M\xc3\xbcller JA Jr, Solo, The A & B and C Group. Up 5% in {x}_1 ~ CO2 at p<0.05: "
           "\xce\xb1. J Nothing. 2019 Sep-Oct;7(2):1173-9. doi: 10.9999/a_b{c}. PMID: 123.\n");
}

static void cite_gives_ris(void **state) {
    (void)state;
    expect(plain, "ris",
           "TY  - JOUR\r\n"
           "TI  - Up 5% in {x}_1 ~ CO2 at p<0.05: \xce\xb1\r\n"
           "AU  - M\xc3\xbcller, Jane A, Jr\r\n"
           "AU  - Solo\r\n"
           "AU  - The A & B and C Group\r\n"
           "T2  - Journal of Nothing & All\r\n"
           "JO  - J Nothing\r\n"
           "SN  - 1234-5679\r\n"
           "PY  - 2019\r\n"
           "DA  - 2019/09//\r\n"
           "VL  - 7\r\n"
           "IS  - 2\r\n"
           "SP  - 1173\r\n"
           "EP  - 1179\r\n"
           "DO  - 10.9999/a_b{c}\r\n"
           "DB  - PubMed\r\n"
           "AN  - 123\r\n"
           "UR  - https://pubmed.ncbi.nlm.nih.gov/123/\r\n"
           "LA  - eng\r\n"
           "KW  - key, word\r\n"
           "AB  - AIM: One. Two.\r\n"
           "ER  - \r\n");
}

static void cite_gives_bibtex_that_latex_can_print(void **state) {
    (void)state;
    expect(plain, "bibtex",
           "@article{pmid123,\n"
           "  title = {{Up 5\\% in \\textbraceleft{}x\\textbraceright{}\\_1 \\textasciitilde{} CO2 "
           "at p\\textless{}0.05: \xce\xb1}},\n"
           "  author = {M\xc3\xbcller, Jr, Jane A and Solo and {The A \\& B and C Group}},\n"
           "  journal = {Journal of Nothing \\& All},\n"
           "  shortjournal = {J Nothing},\n"
           "  issn = {1234-5679},\n"
           "  year = {2019},\n"
           "  month = sep # \"--\" # oct,\n"
           "  volume = {7},\n"
           "  number = {2},\n"
           "  pages = {1173--1179},\n"
           "  doi = {10.9999/a_b%7Bc%7D},\n"
           "  pmid = {123},\n"
           "  url = {https://pubmed.ncbi.nlm.nih.gov/123/}\n"
           "}\n\n");
}

static void cite_gives_csl(void **state) {
    (void)state;
    expect(plain, "csl",
           "{\"id\":\"pmid:123\",\"type\":\"article-journal\","
           "\"title\":\"Up 5% in {x}_1 ~ CO2 at p<0.05: \xce\xb1\","
           "\"author\":[{\"family\":\"M\xc3\xbcller\",\"given\":\"Jane A\",\"suffix\":\"Jr\"},"
           "{\"family\":\"Solo\"},{\"literal\":\"The A & B and C Group\"}],"
           "\"container-title\":\"Journal of Nothing & All\","
           "\"container-title-short\":\"J Nothing\","
           "\"issued\":{\"date-parts\":[[2019,9],[2019,10]]},"
           "\"volume\":\"7\",\"issue\":\"2\",\"page\":\"1173-1179\","
           "\"DOI\":\"10.9999/a_b{c}\",\"PMID\":\"123\",\"ISSN\":\"1234-5679\","
           "\"URL\":\"https://pubmed.ncbi.nlm.nih.gov/123/\",\"language\":\"en\","
           "\"abstract\":\"AIM: One. Two.\"}\n");
}

/* ---- standing */

#define LINKED(type)                                                                               \
    CITATION("<CommentsCorrectionsList><CommentsCorrections RefType=\"CommentIn\"><PMID>5</PMID>"  \
             "</CommentsCorrections><CommentsCorrections RefType=\"" type "\"><RefSource>J "       \
             "Nothing. 2020;8:1</RefSource><PMID>7</PMID></CommentsCorrections>"                   \
             "</CommentsCorrectionsList><Article><ArticleTitle>Aspirin.</ArticleTitle></Article>")

static void cite_shouts_when_the_record_is_retracted(void **state) {
    (void)state;
    const char *note = "RETRACTED PUBLICATION: not evidence. RetractionIn: J Nothing. 2020;8:1, "
                       "PMID 7.";
    char part[256];
    snprintf(part, sizeof part, "TI  - RETRACTED: Aspirin\r\nN1  - %s\r\n", note);
    expect_part(LINKED("RetractionIn"), "ris", part);
    snprintf(part, sizeof part, "title = {{RETRACTED: Aspirin}},\n  note = {%s}", note);
    expect_part(LINKED("RetractionIn"), "bibtex", part);
    snprintf(part, sizeof part,
             "\"title\":\"RETRACTED: Aspirin\",\"status\":\"retracted\",\"note\":\"%s\"", note);
    expect_part(LINKED("RetractionIn"), "csl", part);
    expect_part(LINKED("RetractionIn"), "text", "RETRACTED: Aspirin. ");
    expect_part(LINKED("RetractionIn"), "text", note);
}

static void cite_tells_every_standing(void **state) {
    (void)state;
    expect_part(LINKED("RetractionOf"), "ris", "TI  - NOTICE: Aspirin\r\n");
    expect_part(LINKED("ExpressionOfConcernIn"), "ris", "TI  - CONCERN: Aspirin\r\n");
    expect_part(LINKED("ErratumIn"), "ris",
                "TI  - Aspirin\r\nN1  - A correction or a newer form was published. ErratumIn: J "
                "Nothing. 2020;8:1, PMID 7.\r\n");
    expect_part(LINKED("ErratumFor"), "csl", "\"status\":\"notice\"");
    char *ok = cited(LINKED("CommentOn"), "ris");
    assert_null(strstr(ok, "N1  -"));
    free(ok);
    /* A title that already says so is not told twice. */
    expect_part(CITATION("<Article><ArticleTitle>Retracted: Aspirin</ArticleTitle>"
                         "<PublicationTypeList><PublicationType UI=\"D016441\">x</PublicationType>"
                         "</PublicationTypeList></Article>"),
                "ris", "TI  - Retracted: Aspirin\r\n");
}

/* ---- pages, names, dates, books */

static void expect_pages(const char *pages, const char *ris) {
    char xml[512];
    snprintf(xml, sizeof xml,
             CITATION("<Article><Pagination><MedlinePgn>%s</MedlinePgn></Pagination></Article>"),
             pages);
    expect_part(xml, "ris", ris);
}

static void cite_completes_page_ranges(void **state) {
    (void)state;
    expect_pages("1865-1876", "SP  - 1865\r\nEP  - 1876\r\n");
    expect_pages("188-9", "SP  - 188\r\nEP  - 189\r\n");
    expect_pages("S12-5", "SP  - S12\r\nEP  - S15\r\n");
    expect_pages("e100-e109", "SP  - e100\r\nEP  - e109\r\n");
    expect_pages("026002", "SP  - 026002\r\nDB");
    expect_pages("55-6; discussion 57", "SP  - 55-6; discussion 57\r\nDB");
    expect_pages("199-3", "SP  - 199\r\nEP  - 3\r\n"); /* backwards: as printed */
    expect_pages("1-2-3", "SP  - 1-2-3\r\nDB");
}

static void cite_protects_names_that_would_be_cut(void **state) {
    (void)state;
    expect_part(CITATION("<Article><AuthorList><Author><LastName>Land and Sea, de</LastName>"
                         "<Initials>X</Initials></Author></AuthorList></Article>"),
                "bibtex", "author = {{Land and Sea, de}, X}");
    expect_part(CITATION("<Article><AuthorList><Author><LastName>de</LastName><Initials>}{\\"
                         "</Initials></Author></AuthorList></Article>"),
                "bibtex", "author = {de, \\textbraceright{}\\textbraceleft{}\\textbackslash{}}");
}

static void cite_keeps_two_signs_two(void **state) {
    (void)state;
    expect_part(CITATION("<Article><ArticleTitle>(--)-a''b---c``d?`,,e-f</ArticleTitle></Article>"),
                "bibtex", "title = {{(-{}-)-a'{}'b-{}-{}-c`{}`d?{}`,{},e-f}}");
}

static void cite_keeps_a_value_on_its_line(void **state) {
    (void)state;
    expect_part(CITATION("<Article><Abstract><AbstractText Label=\"A&#10;ER  - &#13;\">x"
                         "</AbstractText></Abstract></Article>"),
                "ris", "AB  - A ER  -: x\r\nER  - \r\n");
}

static const char book[] =
    "<PubmedBookArticle><BookDocument><PMID Version=\"1\">456</PMID><ArticleIdList><ArticleId "
    "IdType=\"bookaccession\">NBK0</ArticleId></ArticleIdList><Book><Publisher><PublisherName>Press"
    "</PublisherName><PublisherLocation>Town</PublisherLocation></Publisher><BookTitle>Book"
    "<sup>\xc2\xae</sup></BookTitle><PubDate><Year>1993</Year></PubDate><AuthorList "
    "Type=\"editors\"><Author><LastName>Ed</LastName><ForeName>Itor</ForeName></Author>"
    "</AuthorList><Isbn>978</Isbn></Book><ArticleTitle>Chapter</ArticleTitle><AuthorList "
    "Type=\"authors\"><Author><LastName>Au</LastName><Initials>T</Initials></Author></AuthorList>"
    "<ContributionDate><Year>2006</Year><Month>2</Month><Day>3</Day></ContributionDate>"
    "</BookDocument></PubmedBookArticle>";

static void cite_cites_chapters_of_books(void **state) {
    (void)state;
    expect(book, "bibtex",
           "@incollection{pmid456,\n"
           "  title = {{Chapter}},\n"
           "  author = {Au, T},\n"
           "  editor = {Ed, Itor},\n"
           "  booktitle = {Book\xc2\xae},\n"
           "  publisher = {Press},\n"
           "  address = {Town},\n"
           "  isbn = {978},\n"
           "  year = {2006},\n"
           "  month = feb,\n"
           "  pmid = {456},\n"
           "  url = {https://pubmed.ncbi.nlm.nih.gov/456/}\n"
           "}\n\n");
    expect_part(book, "csl", "\"type\":\"chapter\"");
    expect_part(book, "csl", "\"issued\":{\"date-parts\":[[2006,2,3]]}");
    expect_part(book, "ris", "TY  - CHAP\r\nTI  - Chapter\r\nAU  - Au, T\r\nA2  - Ed, Itor\r\n");
    expect_part(book, "ris", "DA  - 2006/02/03/\r\n");
    expect(book, "text",
           "Au T. Chapter. In: Book\xc2\xae. 2006 2 3. PMID: 456; Bookshelf: NBK0.\n");
}

static void cite_stops_when_the_buffer_is_full(void **state) {
    (void)state;
    wrt_buf out = wrt_buf_make(20);
    wrt_pubmed_article article = {.pmid = 1, .status = WRT_PUBMED_OK};
    wrt_err err = {0};
    assert_int_equal(wrt_pubmed_cite(&out, &article, WRT_PUBMED_CITE_RIS, &err), WRT_E_LIMIT);
    wrt_buf_free(&out);
    wrt_pubmed_style style = WRT_PUBMED_CITE_RIS;
    assert_false(wrt_pubmed_style_of_name(&style, "endnote"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cite_gives_text_for_people),
        cmocka_unit_test(cite_gives_ris),
        cmocka_unit_test(cite_gives_bibtex_that_latex_can_print),
        cmocka_unit_test(cite_gives_csl),
        cmocka_unit_test(cite_shouts_when_the_record_is_retracted),
        cmocka_unit_test(cite_tells_every_standing),
        cmocka_unit_test(cite_completes_page_ranges),
        cmocka_unit_test(cite_protects_names_that_would_be_cut),
        cmocka_unit_test(cite_keeps_two_signs_two),
        cmocka_unit_test(cite_keeps_a_value_on_its_line),
        cmocka_unit_test(cite_cites_chapters_of_books),
        cmocka_unit_test(cite_stops_when_the_buffer_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
